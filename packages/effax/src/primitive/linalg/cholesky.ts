/**
 * The Cholesky decomposition.
 */
import * as node from "../../internal/graph/node.ts"
import type * as NdArray from "../../NdArray.ts"
import type { Params, Primitive } from "../../Primitive.ts"
import { add, div } from "../elementwise.ts"
import { acrossBatch, checkSquare, eye, matmul, matrixPrimitive, tril } from "./matrix.ts"
import { triangularSolve } from "./triangularSolve.ts"

/** The lower triangle with half the diagonal. */
const phi = (x: NdArray.Any): NdArray.Any => {
  const n = x.shape[x.shape.length - 1]!
  return div(tril(x), acrossBatch(add(eye(x.dtype, n), 1), x.shape.slice(0, -2)))
}

const primitive: Primitive<Params> = matrixPrimitive<Params>({
  name: "cholesky",
  ranks: [2],
  results([a], _, dtype) {
    checkSquare("cholesky", a!)
    return [{ dtype, shape: a! }]
  },
  flops: ([a]) => a![0]! ** 3 / 3,
  // dL = L phi(L^-1 dA L^-H): I. Murray, arXiv 1602.07527, equation 10
  jvp({ outputs: [l], tangents: [da] }) {
    const right = triangularSolve(l!, da!, { lower: true, transposeA: true, conjugateA: true })
    return [matmul(l!, phi(triangularSolve(l!, right, { leftSide: true, lower: true })))]
  }
})

/**
 * The lower triangular `L` with `L L^H = x`, of which the lower triangle is read. NaN where `x` is not positive definite.
 *
 * @category linear algebra
 * @since 0.1.0
 */
export const cholesky = Object.assign((x: NdArray.Any): NdArray.Any => node.bindOne(primitive, [x], {}), { primitive })
