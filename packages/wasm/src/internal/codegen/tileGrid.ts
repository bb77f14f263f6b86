/**
 * The loops over the register tiles of a block: rows in tiles, columns in panels, with the pointers that go along.
 */
import { type FunctionBuilder, i32, type Local, type Value } from "../assembler/index.ts"
import type { Split } from "./tiling.ts"

/** A number that is known when code is generated, or one in a local. */
export type Index = Local<"i32"> | number

/** How rows and columns are cut into tiles. */
export interface TileGrid {
  readonly rows: Split
  readonly columns: number
  /** Columns of a panel; the last may have fewer. */
  readonly width: number
}

/** Tiles `[tile, endTile)` of panels `[panel, endPanel)`. */
export interface GridRange {
  readonly tile: Index
  readonly endTile: Index
  readonly panel: Index
  readonly endPanel: Index
}

/** Addresses of a tile's operands and of its results. */
export interface TilePointers {
  readonly lhs: Local<"i32">
  readonly rhs: Local<"i32">
  readonly out: Local<"i32">
}

/** Bytes from one tile or panel to the next. */
export interface GridSteps {
  readonly lhsTile: Index
  readonly lhsSmallTile: Index
  /** Not 0 where the left operand varies along columns. */
  readonly lhsPanel: number
  readonly rhsPanel: Index
  readonly outRow: number
  readonly outPanel: number
}

/** What the outer loop runs over. The operand of the inner one is streamed again for each of its turns. */
export type GridOrder = "panelsFirst" | "tilesFirst"

export const minimum = (f: FunctionBuilder, value: Value<"i32">, most: number): Local<"i32"> => {
  const x = f.let(value)
  f.if(i32.gtS(x, most), () => f.set(x, most))
  return x
}

const lesser = (f: FunctionBuilder, value: Index, most: number): Index =>
  typeof value === "number" ? Math.min(value, most) : minimum(f, i32.add(value, 0), most)

const greater = (f: FunctionBuilder, value: Index, least: number): Index => {
  if (typeof value === "number") return Math.max(value, least)
  const x = f.let(i32.add(value, 0))
  f.if(i32.ltS(x, least), () => f.set(x, least))
  return x
}

/** The first row of a tile: `tile * size`, less one for each small tile before it. */
export const rowOfTile = (f: FunctionBuilder, { big, count, size }: Split, tile: Index): Index => {
  if (typeof tile === "number") return tile * (size - 1) + Math.min(tile, big)
  if (big === count) return f.let(i32.mul(tile, size))
  return f.let(i32.add(i32.mul(tile, size - 1), minimum(f, i32.add(tile, 0), big)))
}

export const advance = (f: FunctionBuilder, local: Local<"i32">, by: Index): void => {
  if (by !== 0) f.set(local, i32.add(local, by))
}

/** `base + index * stride` */
export const offsetBy = (base: Value<"i32">, index: Index, stride: number): Value<"i32"> =>
  typeof index === "number"
    ? index * stride === 0 ? base : i32.add(base, index * stride)
    : stride === 0
    ? base
    : i32.add(base, i32.mul(index, stride))

/** Emits the loops; `call` gets the rows and columns of a tile, of which there are four combinations at most. */
export const emitTileGrid = (
  f: FunctionBuilder,
  { columns, rows, width }: TileGrid,
  { endPanel, endTile, panel, tile }: GridRange,
  order: GridOrder,
  start: TilePointers,
  steps: GridSteps,
  call: (rows: number, columns: number, at: TilePointers) => void
): void => {
  type Body = (size: number, lhs: Local<"i32">, out: Local<"i32">) => void
  const overTiles = (from: TilePointers, each: Body): void => {
    const lhs = f.let(i32.add(from.lhs, 0))
    const out = f.let(i32.add(from.out, 0))
    const run = (first: Index, end: Index, size: number, lhsStep: Index): void =>
      f.forRange({ from: first, to: end }, () => {
        each(size, lhs, out)
        advance(f, lhs, lhsStep)
        advance(f, out, size * steps.outRow)
      })
    if (rows.big === rows.count) {
      run(tile, endTile, rows.size, steps.lhsTile)
    } else {
      run(tile, lesser(f, endTile, rows.big), rows.size, steps.lhsTile)
      run(greater(f, tile, rows.big), endTile, rows.size - 1, steps.lhsSmallTile)
    }
  }
  const overPanels = (from: TilePointers, each: (columns: number, at: TilePointers) => void): void => {
    const lhs = steps.lhsPanel === 0 ? from.lhs : f.let(i32.add(from.lhs, 0))
    const rhs = f.let(i32.add(from.rhs, 0))
    const out = f.let(i32.add(from.out, 0))
    const full = Math.floor(columns / width)
    const at = { lhs, rhs, out }
    if (full > 0) {
      f.forRange({ from: panel, to: columns % width === 0 ? endPanel : lesser(f, endPanel, full) }, () => {
        each(width, at)
        advance(f, lhs, steps.lhsPanel)
        advance(f, rhs, steps.rhsPanel)
        advance(f, out, steps.outPanel)
      })
    }
    if (columns % width === 0) return
    if (typeof endPanel === "number") each(columns % width, at)
    else f.if(i32.gtS(endPanel, full), () => each(columns % width, at))
  }
  if (order === "panelsFirst") {
    overPanels(start, (count, at) => overTiles(at, (size, lhs, out) => call(size, count, { lhs, rhs: at.rhs, out })))
  } else {
    overTiles(start, (size, lhs, out) => overPanels({ lhs, rhs: start.rhs, out }, (count, at) => call(size, count, at)))
  }
}
