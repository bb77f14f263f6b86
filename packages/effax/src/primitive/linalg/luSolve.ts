/**
 * Linear equations, by the LU decomposition.
 */
import type * as NdArray from "../../NdArray.ts"
import { sort } from "../sort.ts"
import { iota } from "../structural.ts"
import { lu } from "./lu.ts"
import { takeRows } from "./matrix.ts"
import { triangularSolve } from "./triangularSolve.ts"

/** The transposition of the equations that a decomposition is used for: none, transposed, or conjugate-transposed. */
export type Trans = 0 | 1 | 2

/** Solves `a x = b` for matrices `b`, `[..., n, n]` and `[..., n, k]`, with `lu` of `a` and its permutation of rows. */
export const solveFactored = (
  factors: NdArray.Any,
  permutation: NdArray.Any,
  b: NdArray.Any,
  trans: Trans = 0
): NdArray.Any => {
  const left = { leftSide: true }
  if (trans === 0) {
    const y = triangularSolve(factors, takeRows(b, permutation), { ...left, lower: true, unitDiagonal: true })
    return triangularSolve(factors, y, left)
  }
  const turned = { ...left, transposeA: true, conjugateA: trans === 2 }
  const y = triangularSolve(factors, b, turned)
  const x = triangularSolve(factors, y, { ...turned, lower: true, unitDiagonal: true })
  const last = permutation.shape.length - 1
  const [, inverse] = sort([permutation, iota("int32", permutation.shape, last)], { dimension: last })
  return takeRows(x, inverse!)
}

/** Solves `a x = b` for matrices `b`, of equal batches. It is differentiated as it is computed. */
export const luSolve = (a: NdArray.Any, b: NdArray.Any): NdArray.Any => {
  const [factors, , permutation] = lu(a)
  return solveFactored(factors, permutation, b)
}
