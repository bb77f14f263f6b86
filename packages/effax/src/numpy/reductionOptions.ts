/**
 * The common part of reductions: their options, and how they are called.
 */
import { dualWithOptions } from "../internal/arguments/dual.ts"
import type { Known } from "../internal/arguments/options.ts"
import type * as NdArray from "../NdArray.ts"
import { reshape } from "../primitive/structural.ts"
import type * as Shape from "../Shape.ts"
import type { ArrayLike, ShapeOf } from "./operands.ts"

/**
 * Options of reductions.
 *
 * @category models
 * @since 0.1.0
 */
export interface ReductionOptions<A extends Shape.Axes, K extends boolean> {
  /** The axes that are reduced; all of them by default. Negative ones count from the end. */
  readonly axis?: A
  /** Keeps the reduced axes, with length 1. */
  readonly keepdims?: K
}

export const knownOfReduction: Known<ReductionOptions<Shape.Axes, boolean>> = { axis: true, keepdims: true }

export type Check<X, A extends Shape.Axes> = Shape.AxisCheck<ShapeOf<X>, A>

/** A dual function of an array and options. */
export const reduction = <F, O extends object>(
  operation: string,
  known: Known<O>,
  f: (x: ArrayLike, options: O) => NdArray.Any
): F => dualWithOptions(operation, 1, known, f)

export const keep = (
  reduced: NdArray.Any,
  shape: Shape.Shape,
  axes: ReadonlyArray<number>,
  keepdims: boolean | undefined
) => keepdims ? reshape(reduced, shape.map((size, axis) => axes.includes(axis) ? 1 : size)) : reduced
