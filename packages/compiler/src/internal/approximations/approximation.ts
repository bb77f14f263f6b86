/**
 * Polynomials that stand for elementary functions, with the intervals and the errors that hold for them.
 *
 * The names of precisions: `float32` coefficients are float32 numbers, for arithmetic in float32; `single` ones are for
 * arithmetic in float64 whose result is rounded to float32; `full` ones for float64 results.
 */

/**
 * A polynomial that stands for an expression.
 *
 * @category models
 * @since 0.1.0
 */
export interface Approximation {
  /** The interval of the argument. */
  readonly on: readonly [from: number, to: number]
  /** The largest relative error on the interval, of the function named at the approximation, in exact arithmetic. */
  readonly error: number
  /** In ascending order. */
  readonly coefficients: ReadonlyArray<number>
}

/** @internal */
export const approximation = (given: Approximation): Approximation => given
