/**
 * Iterations on whole arrays that end when every element has converged.
 */
import * as Lax from "effax/Lax"
import type * as NdArray from "effax/NdArray"

export type Values = ReadonlyArray<NdArray.Any>

/** What one step makes of the values: their successors, and whether an element needs another step. */
export interface Step {
  readonly values: Values
  readonly goOn: NdArray.Any
}

/**
 * Takes steps from `init` for the elements that are active, at most `limit` of them; elements that are done keep their
 * values. `n` counts from 1.
 */
export const untilConverged = (
  active: NdArray.Any,
  init: Values,
  limit: number,
  step: (values: Values, n: NdArray.Any) => Step
): Values => {
  const axes = active.shape.map((_, axis) => axis)
  const one = Lax.full([], 1, { dtype: "int32" })
  const goesOn = ([n, on]: Values): NdArray.Any => Lax.bitwiseAnd(Lax.le(n!, limit), Lax.reduceOr(on!, axes))
  const body = ([n, on, ...old]: Values): Values => {
    const next = step(old, n!)
    return [
      Lax.add(n!, 1),
      Lax.bitwiseAnd(on!, next.goOn),
      ...next.values.map((value, i) => Lax.select(on!, value, old[i]!))
    ]
  }
  return Lax.whileLoop(goesOn, body, [one, active, ...init] as Values).slice(2)
}

/** The distance from 1 to the next number of the dtype. */
export const epsilonOf = ({ dtype }: NdArray.Any): number => dtype === "float64" ? 2 ** -52 : 2 ** -23

/** `coefficients[0] + coefficients[1] x + ...` */
export const polynomial = (x: NdArray.Any, coefficients: ReadonlyArray<number>): NdArray.Any =>
  coefficients.slice(0, -1).reduceRight<NdArray.Any>(
    (sum, c) => Lax.add(Lax.mul(sum, x), c),
    Lax.fullLike(x, coefficients.at(-1)!)
  )
