/**
 * The innermost block of a matrix product: a tile of sums in registers, to which every step of k adds the outer product
 * of a column of the left and a row of the right operand.
 *
 * A tile is a function of its own: V8 optimises a function when it has been called often, and never in the middle of a
 * loop that runs already. It does not unroll over k either, which V8 does itself.
 */
import { type FunctionBuilder, i32, type Local, type Value } from "../assembler/index.ts"
import { loadLanes, storeLanes, type TileArithmetic } from "./tileArithmetic.ts"

/** How an operand's address goes on with k: by a constant number of bytes, or along a table of positions. */
export type Step = number | "table"

export interface Tile {
  readonly arithmetic: TileArithmetic
  readonly rows: number
  /** In elements; a last vector that is not full is stored only as far as it goes. */
  readonly columns: number
  /** Bytes from one row to the next; not negative, since it is folded into the loads. */
  readonly lhsRow: number
  readonly lhsStep: Step
  /** Whether each column has an element of its own on the left too: products of lanes, not of a row and a column. */
  readonly lhsLanes: boolean
  /** Columns are contiguous. */
  readonly rhsStep: Step
  /** Whether a whole vector may be read of the right operand where columns end within one. */
  readonly rhsPadded: boolean
}

/**
 * Parameters of a tile's function: steps of k (at least one); addresses of the left operand's first row, of the right
 * operand's first column and of the result; bytes between the result's rows; whether to add to what is there; and,
 * where an operand has a table, its address: for each step an i32 offset of the left and one of the right operand.
 */
export const tileParameters = ["i32", "i32", "i32", "i32", "i32", "i32", "i32"] as const

/** A name that tells tiles apart: equal names, equal code. */
export const tileName = (tile: Tile): string =>
  [
    "tile",
    tile.arithmetic.dtype,
    tile.arithmetic.fused ? "fused" : "plain",
    `${tile.rows}x${tile.columns}`,
    tile.lhsRow,
    tile.lhsStep,
    tile.lhsLanes ? "lanes" : "splat",
    tile.rhsStep,
    tile.rhsPadded ? "padded" : "exact"
  ].join("_")

/** The body of a tile's function. */
export const emitTile = (
  tile: Tile
) =>
(
  f: FunctionBuilder,
  count: Local<"i32">,
  lhs: Local<"i32">,
  rhs: Local<"i32">,
  out: Local<"i32">,
  outRow: Local<"i32">,
  accumulate: Local<"i32">,
  table: Local<"i32">
): void => {
  const { arithmetic, columns, lhsLanes, lhsRow, lhsStep, rhsPadded, rhsStep, rows } = tile
  const { add, lanes, multiplyAdd, splat } = arithmetic
  const vectors = Math.ceil(columns / lanes)
  const valid = (vector: number): number => Math.min(lanes, columns - vector * lanes)
  const range = (length: number): ReadonlyArray<number> => Array.from({ length }, (_, i) => i)
  const sums = range(rows).map(() => range(vectors).map(() => f.local("v128")))

  const tabled = lhsStep === "table" || rhsStep === "table"
  const a = lhsStep === "table" ? f.local("i32") : lhs
  const b = rhsStep === "table" ? f.local("i32") : rhs
  const loadRow = (i: number): Value<"v128"> => splat(a, i * lhsRow)
  const loadColumns = (j: number): Value<"v128"> => loadLanes(arithmetic, b, j * 16, rhsPadded ? lanes : valid(j))

  f.loop((start) => {
    if (lhsStep === "table") f.set(a, i32.add(lhs, i32.load(table)))
    if (rhsStep === "table") f.set(b, i32.add(rhs, i32.load(table, { offset: 4 })))
    const accumulateAt = (i: number, j: number, x: Value<"v128">, y: Value<"v128">): void =>
      f.set(sums[i]![j]!, multiplyAdd(sums[i]![j]!, x, y))
    // The side with fewer registers is held, the other streams through one.
    if (lhsLanes) {
      for (let i = 0; i < rows; i++) {
        for (let j = 0; j < vectors; j++) {
          accumulateAt(i, j, loadLanes(arithmetic, a, i * lhsRow + j * 16, valid(j)), loadColumns(j))
        }
      }
    } else if (vectors <= rows) {
      const right = range(vectors).map((j) => f.let(loadColumns(j)))
      for (let i = 0; i < rows; i++) {
        const x = f.let(loadRow(i))
        right.forEach((y, j) => accumulateAt(i, j, x, y))
        f.release(x)
      }
    } else {
      const left = range(rows).map((i) => f.let(loadRow(i)))
      for (let j = 0; j < vectors; j++) {
        const y = f.let(loadColumns(j))
        left.forEach((x, i) => accumulateAt(i, j, x, y))
        f.release(y)
      }
    }
    if (tabled) f.set(table, i32.add(table, 8))
    if (lhsStep !== "table") f.set(lhs, i32.add(lhs, lhsStep))
    if (rhsStep !== "table") f.set(rhs, i32.add(rhs, rhsStep))
    f.brIf(start, f.tee(count, i32.sub(count, 1)))
  })

  const row = f.local("i32")
  const nextRow = (i: number): void => {
    if (i < rows - 1) f.set(row, i32.add(row, outRow))
  }
  f.if(accumulate, () => {
    f.set(row, out)
    sums.forEach((vectorsOfRow, i) => {
      vectorsOfRow.forEach((sum, j) => f.set(sum, add(loadLanes(arithmetic, row, j * 16, valid(j)), sum)))
      nextRow(i)
    })
  })
  f.set(row, out)
  sums.forEach((vectorsOfRow, i) => {
    vectorsOfRow.forEach((sum, j) => storeLanes(arithmetic, row, j * 16, sum, valid(j)).forEach((s) => f.do(s)))
    nextRow(i)
  })
}
