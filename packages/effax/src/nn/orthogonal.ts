/**
 * Initial values that are orthogonal matrices.
 */
import type * as DType from "../DType.ts"
import { qrOf } from "../linalg/core.ts"
import type * as NdArray from "../NdArray.ts"
import * as primitive from "../primitive/elementwise.ts"
import { reduceSum } from "../primitive/reduction.ts"
import { broadcastInDim, full, iota, moveAxis, pad, reshape, transpose } from "../primitive/structural.ts"
import { normal } from "../random/samplers.ts"

/**
 * A matrix with orthonormal rows or columns, whichever are fewer, uniformly distributed: `Q` of a matrix of normal samples,
 * with the signs that make the diagonal of `R` positive (Mezzadri 2007).
 */
const orthogonalMatrix = (key: NdArray.Any, rows: number, columns: number, dtype: DType.Floating): NdArray.Any => {
  const [long, short] = [Math.max(rows, columns), Math.min(rows, columns)]
  const [q, r] = qrOf(normal(key, [long, short], { dtype }), false)
  const onDiagonal = primitive.eq(iota("int32", [short, short], 0), iota("int32", [short, short], 1))
  const signs = primitive.sign(reduceSum(primitive.select(onDiagonal, r, 0), [0]))
  const signed = primitive.mul(q, broadcastInDim(signs, [long, short], [1]))
  return rows < columns ? transpose(signed, [1, 0]) : signed
}

/** An array of which the axis of columns is orthogonal to itself over all other axes. */
export const orthogonalArray = (
  key: NdArray.Any,
  shape: ReadonlyArray<number>,
  columnAxis: number,
  dtype: DType.Floating
): NdArray.Any => {
  const columns = shape[columnAxis]!
  const others = shape.filter((_, axis) => axis !== columnAxis)
  const rows = others.reduce((n, of) => n * of, 1)
  const matrix = orthogonalMatrix(key, rows, columns, dtype)
  return moveAxis(reshape(matrix, [...others, columns]), shape.length - 1, columnAxis)
}

/** A matrix in the middle of a kernel `[...window, in, out]` of zeros. */
export const inTheMiddle = (matrix: NdArray.Any, window: ReadonlyArray<number>): NdArray.Any =>
  pad(
    reshape(matrix, [...window.map(() => 1), ...matrix.shape]),
    full(0, matrix.dtype, []),
    [
      ...window.map((n) => {
        const middle = Math.floor((n - 1) / 2)
        return [middle, n - 1 - middle, 0] as const
      }),
      [0, 0, 0],
      [0, 0, 0]
    ]
  )
