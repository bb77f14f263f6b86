/**
 * Blocked matrix products over addresses in memory: packing, register tiles, sums over blocks of k.
 *
 * The loops are those of Goto and van de Geijn, "Anatomy of high-performance matrix multiplication" (ACM TOMS 34(3),
 * 2008), cut into units of work: a unit has a block of rows and one of columns, or several products where they are small,
 * and all of k. An element of the result is therefore computed by one rank, in an order of additions that only depends on
 * the shape.
 */
import {
  type FunctionBuilder,
  type FunctionHandle,
  i32,
  type Local,
  type Locals,
  type Value
} from "../assembler/index.ts"
import { type DotTile, dotTileName, emitDotTile } from "./dotTile.ts"
import type { KernelFunction, ModuleContext } from "./kernel.ts"
import { emitTile, type Tile, tileName, tileParameters } from "./microkernel.ts"
import { emitPacking, type Packing, packingName, packingOrder, packingParameters } from "./packing.ts"
import type { TileArithmetic } from "./tileArithmetic.ts"
import { advance, emitTileGrid, type GridRange, type Index, minimum, offsetBy, rowOfTile } from "./tileGrid.ts"
import { chooseTile, evenBlock, multiplyAddsPerMicrosecond, roundUp, type Split, split } from "./tiling.ts"
import { unitDigits } from "./unitDigits.ts"

/** Products of one shape: `[rows, depth] x [depth, columns]`, `batches` times. Strides are in bytes. */
export interface GemmShape {
  readonly arithmetic: TileArithmetic
  readonly batches: number
  readonly rows: number
  readonly columns: number
  /** At least 1. */
  readonly depth: number
  readonly lhs: { readonly row: number; readonly step: number }
  readonly rhs: { readonly step: number; readonly column: number }
  /** Bytes between rows of the result; undefined if its blocks are in scratch. */
  readonly outRow: number | undefined
}

/** How products of a shape are computed. */
export interface Gemm {
  readonly shape: GemmShape
  /** `dot`: vectors run along k; `outer`: along columns. */
  readonly form: "dot" | "outer"
  readonly rows: Split
  /** Columns of a tile. */
  readonly width: number
  readonly packsLhs: boolean
  readonly packsRhs: boolean
  /** Steps of k from one look at the result to the next. */
  readonly depthBlock: number
  /** Tiles of a unit, and units, along the rows. */
  readonly tilesPerUnit: number
  readonly rowUnits: number
  /** Panels of `width` columns of a unit, and units, along the columns. */
  readonly panelsPerUnit: number
  readonly columnUnits: number
  readonly batchesPerUnit: number
  readonly units: number
  /** Offsets in a rank's scratch, and how large it has to be. */
  readonly scratch: { readonly lhs: number; readonly rhs: number; readonly out: number; readonly bytes: number }
  /** Bytes between rows of a block of the result in scratch. */
  readonly scratchRow: number
}

/** The largest operand, in bytes, that is read in place whatever its layout: it stays in the nearest cache. */
const nearBytes = 32 * 1024

const isDot = ({ arithmetic: { bytes }, columns, depth, lhs, rhs, rows }: GemmShape): boolean =>
  lhs.step === bytes && rhs.step === bytes && lhs.row >= 0 && rhs.column >= 0 && depth >= 8 &&
  (rows <= 12 || columns === 1) && (rhs.column !== bytes || columns === 1)

const readsLhsInPlace = ({ arithmetic: { bytes }, depth, lhs, rows }: GemmShape): boolean => {
  if (lhs.row < 0) return false
  if (lhs.step === bytes || rows * depth * bytes <= nearBytes) return true
  // A row of registers is then contiguous, but each step of k is on a line, and soon on a page, of its own.
  return lhs.row === bytes && Math.abs(lhs.step) <= 1024
}

const readsRhsInPlace = (
  { arithmetic: { bytes }, columns, depth, rhs, rows }: GemmShape,
  tileRows: number
): boolean => (rhs.column === bytes || columns === 1) && (rows <= tileRows || columns * depth * bytes <= nearBytes)

/** Decides on tiles, blocks and units. */
export const planGemm = (shape: GemmShape): Gemm => {
  const { arithmetic, batches, columns, depth, outRow } = shape
  const { bytes, lanes } = arithmetic
  const form = isDot(shape) ? "dot" : "outer"
  const dotShape = shape.rows <= 2 ? { rows: shape.rows, width: 4 } : { rows: 3, width: 3 }
  const tile = form === "dot" ? undefined : chooseTile(arithmetic, shape.rows, columns, depth)
  const rows = split(shape.rows, tile?.rows ?? dotShape.rows)
  const width = tile === undefined ? Math.min(columns, dotShape.width) : tile.vectors * lanes
  const panels = Math.ceil(columns / width)
  const packsLhs = form === "outer" && !readsLhsInPlace(shape)
  const packsRhs = form === "outer" && !readsRhsInPlace(shape, rows.size)
  const depthBlock = form === "dot"
    ? roundUp(evenBlock(depth, 4096), lanes)
    : evenBlock(depth, packsLhs || packsRhs ? 320 : 512)

  // Work of a unit: half a millisecond at most, and no less than a part of what there is, so that ranks can share it.
  const elements = shape.rows * columns
  const total = elements * batches * depth / multiplyAddsPerMicrosecond(arithmetic)
  const microseconds = Math.min(800, Math.max(20, total / 16))
  const perUnit = Math.min(64 * 1024, Math.max(1, microseconds * multiplyAddsPerMicrosecond(arithmetic) / depth))

  const unitColumns = Math.min(
    columns,
    packsRhs && packsLhs
      ? Math.sqrt(perUnit)
      : packsRhs
      ? Math.max(4 * width, perUnit / Math.min(shape.rows, 384))
      : packsLhs
      ? Math.min(512, perUnit / (4 * rows.size))
      : Math.max(2 * width, perUnit / Math.min(shape.rows, 384))
  )
  const panelsPerUnit = evenBlock(panels, Math.max(1, Math.round(unitColumns / width)))
  const columnUnits = Math.ceil(panels / panelsPerUnit)
  const tilesPerUnit = evenBlock(
    rows.count,
    Math.max(1, Math.round(Math.min(384, perUnit / (panelsPerUnit * width)) / rows.size))
  )
  const rowUnits = Math.ceil(rows.count / tilesPerUnit)
  const whole = rowUnits * columnUnits === 1
  const batchesPerUnit = whole ? evenBlock(batches, Math.max(1, Math.floor(perUnit / elements))) : 1
  const units = whole ? Math.ceil(batches / batchesPerUnit) : batches * rowUnits * columnUnits

  const lhsBytes = packsLhs ? tilesPerUnit * rows.size * depthBlock * bytes : 0
  const rhsBytes = packsRhs ? panelsPerUnit * width * depthBlock * bytes : 0
  const scratchRow = panelsPerUnit * width * bytes
  const outBytes = outRow === undefined ? tilesPerUnit * rows.size * scratchRow : 0
  const rhsOffset = roundUp(lhsBytes, 64)
  const outOffset = rhsOffset + roundUp(rhsBytes, 64)
  return {
    shape,
    form,
    rows,
    width,
    packsLhs,
    packsRhs,
    depthBlock,
    tilesPerUnit,
    rowUnits,
    panelsPerUnit,
    columnUnits,
    batchesPerUnit,
    units,
    scratch: { lhs: 0, rhs: rhsOffset, out: outOffset, bytes: outOffset + roundUp(outBytes, 64) },
    scratchRow
  }
}

/** Microseconds on one core. */
export const gemmCost = ({ shape: { arithmetic, batches, columns, depth, rows } }: Gemm): number =>
  0.1 * batches + batches * rows * columns * depth / multiplyAddsPerMicrosecond(arithmetic)

/** Where one product's operands and result are: addresses of their first elements. */
export interface Product {
  readonly lhs: Local<"i32">
  readonly rhs: Local<"i32">
  /** Unless blocks of the result are in scratch. */
  readonly out: Local<"i32"> | undefined
}

/** A block of the result whose sums are complete. */
export interface FinishedBlock {
  readonly firstRow: Local<"i32"> | number
  readonly endRow: Local<"i32"> | number
  readonly firstColumn: Local<"i32"> | number
  readonly endColumn: Local<"i32"> | number
  /** The address of the block's first element. */
  readonly pointer: Local<"i32">
  /** Bytes between the block's rows. */
  readonly rowBytes: number
}

type TileFunction = FunctionHandle<typeof tileParameters, readonly []>

const sharedTile = (
  context: ModuleContext,
  name: string,
  body: (f: FunctionBuilder, ...parameters: Locals<typeof tileParameters>) => void
): TileFunction => context.library.helper(name, (module) => module.function({ params: tileParameters, name }, body))

const tileFunction = (context: ModuleContext, gemm: Gemm, rows: number, columns: number): TileFunction => {
  const { form, packsLhs, packsRhs, rows: { size }, shape: { arithmetic, lhs, rhs }, width } = gemm
  if (form === "dot") {
    const tile: DotTile = {
      arithmetic,
      rows,
      columns,
      unroll: Math.max(1, Math.floor(8 / (rows * columns))),
      lhsRow: rows === 1 ? 0 : lhs.row,
      rhsColumn: columns === 1 ? 0 : rhs.column
    }
    return sharedTile(context, dotTileName(tile), emitDotTile(tile))
  }
  const tile: Tile = {
    arithmetic,
    rows,
    columns,
    lhsRow: packsLhs ? arithmetic.bytes : rows === 1 ? 0 : lhs.row,
    lhsLanes: false,
    lhsStep: packsLhs ? size * arithmetic.bytes : lhs.step,
    rhsStep: packsRhs ? width * arithmetic.bytes : rhs.step,
    rhsPadded: packsRhs
  }
  return sharedTile(context, tileName(tile), emitTile(tile))
}

const packingFunction = (context: ModuleContext, packing: Packing) => {
  const name = packingName(packing)
  return context.library.helper(
    name,
    (module) => module.function({ params: packingParameters, name }, emitPacking(packing))
  )
}

/**
 * The body of a unit's function. `locate` gives the addresses of a product's operands, and `finish` gets every block of
 * the result when its sums are complete and still in the cache.
 */
export const emitGemmUnit = (
  k: KernelFunction,
  gemm: Gemm,
  unit: Local<"i32">,
  locate: (batch: Index) => Product,
  finish: (block: FinishedBlock) => void
): void => {
  const { f } = k
  const { batchesPerUnit, columnUnits, panelsPerUnit, rowUnits, rows, shape, tilesPerUnit, width } = gemm
  const { batches, columns } = shape
  const panels = Math.ceil(columns / width)

  if (rowUnits * columnUnits === 1) {
    const block = { tile: 0, endTile: rows.count, panel: 0, endPanel: panels }
    if (batches === 1) {
      emitBlock(k, gemm, locate(0), block, finish)
    } else if (batchesPerUnit === 1) {
      emitBlock(k, gemm, locate(unit), block, finish)
    } else {
      const from = f.let(i32.mul(unit, batchesPerUnit))
      const to = minimum(f, i32.add(from, batchesPerUnit), batches)
      f.forRange({ from, to }, (batch) => emitBlock(k, gemm, locate(batch), block, finish))
    }
    return
  }
  // Columns vary fastest from unit to unit, so that a block of the left operand is read again while it is near.
  const { range, rest, take } = unitDigits(f, unit)
  const [panel, endPanel] = range(take(columnUnits), panelsPerUnit, panels)
  const [tile, endTile] = range(take(rowUnits), tilesPerUnit, rows.count)
  emitBlock(k, gemm, locate(batches === 1 ? 0 : rest), { tile, endTile, panel, endPanel }, finish)
}

const emitBlock = (
  k: KernelFunction,
  gemm: Gemm,
  product: Product,
  block: GridRange,
  finish: (block: FinishedBlock) => void
): void => {
  const { context, f } = k
  const { depthBlock, packsLhs, packsRhs, rows, scratch, scratchRow, shape, width } = gemm
  const { arithmetic, columns, depth, lhs, outRow, rhs } = shape
  const { bytes } = arithmetic
  const { endPanel, endTile, panel, tile } = block

  const firstRow = rowOfTile(f, rows, tile)
  const endRow = rowOfTile(f, rows, endTile)
  const firstColumn = typeof panel === "number" ? panel * width : f.let(i32.mul(panel, width))
  const endColumn = typeof endPanel === "number"
    ? Math.min(columns, endPanel * width)
    : minimum(f, i32.mul(endPanel, width), columns)
  const rowBytes = outRow ?? scratchRow
  const pointer = product.out === undefined
    ? f.let(i32.add(k.scratch, scratch.out))
    : f.let(offsetBy(offsetBy(product.out, firstRow, outRow!), firstColumn, bytes))
  const lhsBlock = f.let(offsetBy(product.lhs, firstRow, lhs.row))
  const rhsBlock = f.let(offsetBy(product.rhs, firstColumn, rhs.column))

  const difference = (to: Index, from: Index): Value<"i32"> =>
    typeof to === "number" && typeof from === "number" ? i32.const(to - from) : i32.sub(to, from)

  const depthStep = (start: Index, count: Index): void => {
    const left = packsLhs ? f.let(i32.add(k.scratch, scratch.lhs)) : lhsBlock
    const right = packsRhs ? f.let(i32.add(k.scratch, scratch.rhs)) : rhsBlock
    if (packsLhs) {
      packTiles(left, count)
    }
    if (packsRhs) {
      const packing: Packing = { arithmetic, width, order: packingOrder(arithmetic, rhs.column, rhs.step) }
      f.callVoid(
        packingFunction(context, packing),
        rhsBlock,
        right,
        difference(endColumn, firstColumn),
        count,
        rhs.column,
        rhs.step
      )
    }
    const perStep = (size: number): Index => typeof count === "number" ? count * size : f.let(i32.mul(count, size))
    emitTileGrid(f, { rows, columns, width }, block, "panelsFirst", { lhs: left, rhs: right, out: pointer }, {
      lhsTile: packsLhs ? perStep(rows.size * bytes) : rows.size * lhs.row,
      lhsSmallTile: packsLhs ? perStep(rows.size * bytes) : (rows.size - 1) * lhs.row,
      lhsPanel: 0,
      rhsPanel: packsRhs ? perStep(width * bytes) : width * rhs.column,
      outRow: rowBytes,
      outPanel: width * bytes
    }, (size, panelColumns, at) =>
      f.callVoid(
        tileFunction(context, gemm, size, panelColumns),
        count,
        at.lhs,
        at.rhs,
        at.out,
        rowBytes,
        start,
        0
      ))
  }

  /** The rows of the block in panels of a tile each; where tiles differ in size, the small ones leave a lane empty. */
  const packTiles = (to: Local<"i32">, count: Index): void => {
    const packing: Packing = { arithmetic, width: rows.size, order: packingOrder(arithmetic, lhs.row, lhs.step) }
    const pack = packingFunction(context, packing)
    if (rows.big === rows.count) {
      f.callVoid(pack, lhsBlock, to, difference(endRow, firstRow), count, lhs.row, lhs.step)
      return
    }
    const from = f.let(i32.add(lhsBlock, 0))
    const destination = f.let(i32.add(to, 0))
    const panelBytes = typeof count === "number" ? count * rows.size * bytes : f.let(i32.mul(count, rows.size * bytes))
    f.forRange({ from: tile, to: endTile }, (t) => {
      const small = f.let(i32.geS(t, rows.big))
      const items = f.let(i32.sub(rows.size, small))
      f.callVoid(pack, from, destination, items, count, lhs.row, lhs.step)
      f.set(from, i32.add(from, i32.mul(items, lhs.row)))
      advance(f, destination, panelBytes)
    })
  }

  if (depthBlock >= depth) {
    depthStep(0, depth)
  } else {
    f.forRange({ to: depth, step: depthBlock }, (start) => {
      const count = depth % depthBlock === 0
        ? depthBlock
        : minimum(f, i32.sub(depth, start), depthBlock)
      depthStep(start, count)
      advance(f, lhsBlock, depthBlock * lhs.step)
      advance(f, rhsBlock, depthBlock * rhs.step)
    })
  }
  finish({ firstRow, endRow, firstColumn, endColumn, pointer, rowBytes })
}
