/**
 * A tile of dot products: for operands that are both contiguous along k, with too few rows to repay the packing of the
 * other side. Vectors run along k, and their lanes are added up at the end.
 */
import { type FunctionBuilder, i32, i32x4, i64x2, type Local, type Value } from "../assembler/index.ts"
import { loadLanes, storeLanes, type TileArithmetic } from "./tileArithmetic.ts"

export interface DotTile {
  readonly arithmetic: TileArithmetic
  readonly rows: number
  readonly columns: number
  /** Vectors of k in flight, for each of which a dot product has a sum of its own. */
  readonly unroll: number
  /** Bytes from one row of the left operand to the next, and from one column of the right operand; not negative. */
  readonly lhsRow: number
  readonly rhsColumn: number
}

export const dotTileName = (tile: DotTile): string =>
  [
    "dot",
    tile.arithmetic.dtype,
    tile.arithmetic.fused ? "fused" : "plain",
    `${tile.rows}x${tile.columns}x${tile.unroll}`,
    tile.lhsRow,
    tile.rhsColumn
  ].join("_")

type Vector = Value<"v128">

/** Lane `i` of the result is the sum of the lanes of the i-th vector. */
const sumLanes: {
  readonly [B in 4 | 8]: (a: TileArithmetic, vectors: ReadonlyArray<Local<"v128">>, f: FunctionBuilder) => Vector
} = {
  4: ({ add }, vectors, f) => {
    const pairs = [0, 2].map((i) => {
      const x = vectors[Math.min(i, vectors.length - 1)]!
      const y = vectors[Math.min(i + 1, vectors.length - 1)]!
      return f.let(add(i32x4.shuffle(x, y, [0, 4, 1, 5]), i32x4.shuffle(x, y, [2, 6, 3, 7])))
    })
    return add(i64x2.shuffle(pairs[0]!, pairs[1]!, [0, 2]), i64x2.shuffle(pairs[0]!, pairs[1]!, [1, 3]))
  },
  8: ({ add }, vectors) => {
    const x = vectors[0]!
    const y = vectors[Math.min(1, vectors.length - 1)]!
    return add(i64x2.shuffle(x, y, [0, 2]), i64x2.shuffle(x, y, [1, 3]))
  }
}

/** The body of a tile's function, whose parameters are those of other tiles. */
export const emitDotTile = (
  { arithmetic, columns, lhsRow, rhsColumn, rows, unroll }: DotTile
) =>
(
  f: FunctionBuilder,
  count: Local<"i32">,
  lhs: Local<"i32">,
  rhs: Local<"i32">,
  out: Local<"i32">,
  outRow: Local<"i32">,
  accumulate: Local<"i32">
): void => {
  const { add, bytes, lanes, multiplyAdd } = arithmetic
  const range = (length: number): ReadonlyArray<number> => Array.from({ length }, (_, i) => i)
  const sums = range(unroll).map(() => range(rows).map(() => range(columns).map(() => f.local("v128"))))

  /** One vector of k, or what is left of one: lanes beyond are zero on both sides. */
  const step = (of: number, elements: number): void =>
    f.scope(() => {
      const offset = of * 16
      const left = range(rows).map((i) => f.let(loadLanes(arithmetic, lhs, i * lhsRow + offset, elements)))
      for (let j = 0; j < columns; j++) {
        const right = f.let(loadLanes(arithmetic, rhs, j * rhsColumn + offset, elements))
        left.forEach((x, i) => f.set(sums[of]![i]![j]!, multiplyAdd(sums[of]![i]![j]!, x, right)))
        f.release(right)
      }
    })
  const advance = (vectors: number): void => {
    f.set(lhs, i32.add(lhs, vectors * 16))
    f.set(rhs, i32.add(rhs, vectors * 16))
    f.set(count, i32.sub(count, vectors * lanes))
  }
  const loop = (vectors: number): void =>
    f.while(() => i32.geS(count, vectors * lanes), () => {
      for (let of = 0; of < vectors; of++) step(of, lanes)
      advance(vectors)
    })
  loop(unroll)
  if (unroll > 1) loop(1)
  for (let left = 1; left < lanes; left++) f.if(i32.eq(count, left), () => step(0, left))

  for (let of = 1; of < unroll; of++) {
    sums[of]!.forEach((row, i) => row.forEach((sum, j) => f.set(sums[0]![i]![j]!, add(sums[0]![i]![j]!, sum))))
  }
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j += lanes) {
      f.scope(() => {
        const valid = Math.min(lanes, columns - j)
        const total = f.let(sumLanes[bytes](arithmetic, sums[0]![i]!.slice(j, j + valid), f))
        f.if(accumulate, () => f.set(total, add(loadLanes(arithmetic, out, j * bytes, valid), total)))
        for (const statement of storeLanes(arithmetic, out, j * bytes, total, valid)) f.do(statement)
      })
    }
    if (i < rows - 1) f.set(out, i32.add(out, outRow))
  }
}
