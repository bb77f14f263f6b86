/**
 * The parts of the QR decomposition: reflectors, and their product.
 */
import { ShapeError } from "../../Errors.ts"
import * as node from "../../internal/graph/node.ts"
import type * as NdArray from "../../NdArray.ts"
import type { Params, Primitive } from "../../Primitive.ts"
import { list } from "../rule.ts"
import { matrixPrimitive } from "./matrix.ts"

const geqrfPrimitive: Primitive<Params> = matrixPrimitive<Params>({
  name: "geqrf",
  ranks: [2],
  results: ([a], _, dtype) => [{ dtype, shape: a! }, { dtype, shape: [Math.min(a![0]!, a![1]!)] }],
  flops([a]) {
    const [m, n] = [Math.max(a![0]!, a![1]!), Math.min(a![0]!, a![1]!)]
    return 2 * n * n * (m - n / 3)
  }
})

/**
 * The QR decomposition as reflectors: `R` on and above the diagonal, the vectors of the reflectors below it, and their
 * factors `tau` (LAPACK's geqrf).
 *
 * @category linear algebra
 * @since 0.1.0
 */
export const geqrf = Object.assign(
  (x: NdArray.Any): readonly [a: NdArray.Any, taus: NdArray.Any] =>
    node.bind(geqrfPrimitive, [x], {}) as unknown as readonly [NdArray.Any, NdArray.Any],
  { primitive: geqrfPrimitive }
)

const productPrimitive: Primitive<Params> = matrixPrimitive<Params>({
  name: "householder_product",
  ranks: [2, 1],
  results([a, taus], _, dtype) {
    const operation = "householder_product"
    const [m, n] = a as unknown as readonly [number, number]
    if (m < n) {
      throw new ShapeError({
        operation,
        message: `${operation}: matrices must have at least as many rows as columns, got ${list(a!)}`
      })
    }
    if (taus![0]! > n) {
      throw new ShapeError({
        operation,
        message: `${operation}: ${n} columns hold at most ${n} reflectors, got ${taus![0]} factors`
      })
    }
    return [{ dtype, shape: a! }]
  },
  flops([a, taus]) {
    const [m, n] = a as unknown as readonly [number, number]
    return 4 * m * n * taus![0]!
  }
})

/**
 * The first columns of the product of reflectors `I - tau v v^H`, whose vectors are below the diagonal of a matrix.
 *
 * @category linear algebra
 * @since 0.1.0
 */
export const householderProduct = Object.assign(
  (a: NdArray.Any, taus: NdArray.Any): NdArray.Any => node.bindOne(productPrimitive, [a, taus], {}),
  { primitive: productPrimitive }
)
