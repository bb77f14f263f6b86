/**
 * Eigenvalues and eigenvectors of Hermitian matrices.
 */
import * as DType from "../../DType.ts"
import * as node from "../../internal/graph/node.ts"
import { flag } from "../../internal/program/paramSchema.ts"
import type * as NdArray from "../../NdArray.ts"
import type { Primitive } from "../../Primitive.ts"
import { sub } from "../arithmetic.ts"
import { real } from "../complex.ts"
import { add, integerPow, mul } from "../elementwise.ts"
import type { EighParams } from "../params.ts"
import {
  asColumn,
  asRow,
  checkSquare,
  convertTo,
  diagonalOf,
  eyeLike,
  H,
  matmul,
  matrixPrimitive,
  stretch
} from "./matrix.ts"

/** `1 / (w_k - w_i)`, and 0 on the diagonal. */
export const reciprocalGaps = (w: NdArray.Any, v: NdArray.Any): NdArray.Any => {
  const diagonal = eyeLike(v, v.shape[v.shape.length - 1]!)
  const gaps = sub(stretch(asRow(w), v.shape), stretch(asColumn(w), v.shape))
  return sub(integerPow(add(diagonal, gaps), -1), diagonal)
}

const primitive: Primitive<EighParams> = matrixPrimitive<EighParams>({
  name: "eigh",
  fields: { lower: flag, sortEigenvalues: flag },
  ranks: [2],
  results([a], _, dtype) {
    checkSquare("eigh", a!)
    return [{ dtype, shape: a! }, { dtype: DType.realOf(dtype), shape: [a![0]!] }]
  },
  flops: ([a]) => 9 * a![0]! ** 3,
  printed: [["algorithm", null], ["subset_by_index", null]],
  // M. Giles, "An extended collection of matrix derivative results", section 3.1: for distinct eigenvalues
  jvp({ outputs: [v, w], tangents: [da] }) {
    const change = matmul(matmul(H(v!), da!), v!)
    const diagonal = diagonalOf(change)
    return [
      matmul(v!, mul(reciprocalGaps(convertTo(w!, v!.dtype), v!), change)),
      DType.isComplex(diagonal.dtype) ? real(diagonal) : diagonal
    ]
  }
})

/**
 * Eigenvectors as columns, and eigenvalues in ascending order, of the Hermitian matrices of which one triangle is read.
 *
 * @category linear algebra
 * @since 0.1.0
 */
export const eigh = Object.assign(
  (x: NdArray.Any, params: Partial<EighParams> = {}): readonly [v: NdArray.Any, w: NdArray.Any] =>
    node.bind(primitive, [x], { lower: true, sortEigenvalues: true, ...params }) as unknown as readonly [
      NdArray.Any,
      NdArray.Any
    ],
  { primitive }
)
