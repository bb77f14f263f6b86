/**
 * The LU decomposition with partial pivoting.
 */
import { ArgumentError } from "../../Errors.ts"
import * as node from "../../internal/graph/node.ts"
import type * as NdArray from "../../NdArray.ts"
import type { Params, Primitive } from "../../Primitive.ts"
import { add } from "../elementwise.ts"
import type { LuPivotsToPermutationParams } from "../params.ts"
import { pad } from "../structural.ts"
import { eyeLike, matmul, matrixPrimitive, natural, part, takeRows, tril, triu } from "./matrix.ts"
import { triangularSolve } from "./triangularSolve.ts"

/** A matrix in the upper left corner of a larger one of zeros. */
const within = (x: NdArray.Any, rows: number, columns: number): NdArray.Any => {
  const rank = x.shape.length
  return pad(
    x,
    node.literal(0, x.dtype),
    x.shape.map((size, axis) =>
      [0, axis === rank - 2 ? rows - size : axis === rank - 1 ? columns - size : 0, 0] as const
    )
  )
}

/** The last rows of the identity, from row `from` on. */
const lowerRight = (like: NdArray.Any, n: number, from: number): NdArray.Any => {
  const rank = like.shape.length
  const corner = eyeLike(like, n - from)
  return pad(
    corner,
    node.literal(0, like.dtype),
    corner.shape.map((_, axis) => [axis >= rank - 2 ? from : 0, 0, 0] as const)
  )
}

/**
 * `L' = L tril(L^-1 A' U^-1, -1)` and `U' = triu(L^-1 A' U^-1) U` (de Hoog, Anderssen, Lukas, "Differentiation of matrix
 * functionals using triangular factorization"). The factors are completed to square ones by columns and rows of the
 * identity.
 */
const tangent = (lu: NdArray.Any, da: NdArray.Any, permutation: NdArray.Any): NdArray.Any => {
  const [m, n] = lu.shape.slice(-2) as [number, number]
  const k = Math.min(m, n)
  const l = add(within(tril(part(lu, [0, m], [0, k]), -1), m, m), eyeLike(lu, m))
  const u = add(within(triu(part(lu, [0, k], [0, n])), n, n), lowerRight(lu, n, k))
  const left = triangularSolve(l, takeRows(da, permutation), { leftSide: true, lower: true, unitDiagonal: true })
  const both = triangularSolve(u, left)
  return add(matmul(l, tril(both, -1)), matmul(triu(both), u))
}

const primitive: Primitive<Params> = matrixPrimitive<Params>({
  name: "lu",
  ranks: [2],
  results: ([a], _, dtype) => [
    { dtype, shape: a! },
    { dtype: "int32", shape: [Math.min(a![0]!, a![1]!)] },
    { dtype: "int32", shape: [a![0]!] }
  ],
  flops([a]) {
    const [m, n] = a as unknown as readonly [number, number]
    const k = Math.min(m, n)
    return k * (2 * m * n - k * (m + n) + (2 * k * k) / 3)
  },
  jvp: ({ outputs: [lu, , permutation], tangents: [da] }) => [
    tangent(lu!, da!, permutation!),
    undefined,
    undefined
  ]
})

/**
 * `L U = x[permutation]`: both factors in one matrix (the diagonal of `L` is 1), the row that each row was exchanged with,
 * and the permutation of rows.
 *
 * @category linear algebra
 * @since 0.1.0
 */
export const lu = Object.assign(
  (x: NdArray.Any): readonly [lu: NdArray.Any, pivots: NdArray.Any, permutation: NdArray.Any] =>
    node.bind(primitive, [x], {}) as unknown as readonly [NdArray.Any, NdArray.Any, NdArray.Any],
  { primitive }
)

const pivotsPrimitive: Primitive<LuPivotsToPermutationParams> = matrixPrimitive<LuPivotsToPermutationParams>({
  name: "lu_pivots_to_permutation",
  fields: { permutationSize: natural },
  ranks: [1],
  dtypes: new Set(["int32"]),
  results([pivots], { permutationSize }) {
    if (permutationSize < pivots![0]!) {
      throw new ArgumentError({
        operation: "lu_pivots_to_permutation",
        message: `lu_pivots_to_permutation: permutationSize must be at least the number of pivots, ${
          pivots![0]
        }, got ${permutationSize}`
      })
    }
    return [{ dtype: "int32", shape: [permutationSize] }]
  },
  flops: () => 0,
  jvp: () => [undefined]
})

/** The permutation of rows that exchanges of rows make. @category linear algebra @since 0.1.0 */
export const luPivotsToPermutation = Object.assign(
  (pivots: NdArray.Any, permutationSize: number): NdArray.Any =>
    node.bindOne(pivotsPrimitive, [pivots], { permutationSize }),
  { primitive: pivotsPrimitive }
)
