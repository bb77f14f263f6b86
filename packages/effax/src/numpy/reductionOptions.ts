/**
 * The common part of reductions: their options, and how they are called.
 */
import type * as DType from "../DType.ts"
import { dualWithOptions } from "../internal/arguments/dual.ts"
import type { Known } from "../internal/arguments/options.ts"
import type { Last } from "../internal/types/dataLast.ts"
import type * as NdArray from "../NdArray.ts"
import { reshape } from "../primitive/structural.ts"
import type * as Shape from "../Shape.ts"
import type { Where } from "./masks.ts"
import type { ArrayLike, DTypeOf, ShapeOf } from "./operands.ts"

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

// --- options and types of single reductions ------------------------------------------------------------------------

/** Options of reductions of a part of the elements. @category models @since 0.1.0 */
export interface MaskedOptions<A extends Shape.Axes, K extends boolean> extends ReductionOptions<A, K> {
  /** Which elements count, a mask that broadcasts to the array; all of them by default. */
  readonly where?: Where
}

/** Options of {@link max} and {@link min}. @category models @since 0.1.0 */
export interface ExtremeOptions<A extends Shape.Axes, K extends boolean> extends MaskedOptions<A, K> {
  /** A scalar that takes part too. An empty axis needs it, and so does `where`. */
  readonly initial?: ArrayLike
}

/** Options of {@link sum} and {@link prod}. @category models @since 0.1.0 */
export interface SumOptions<A extends Shape.Axes, K extends boolean, D extends DType.DType>
  extends MaskedOptions<A, K>
{
  /** The dtype to add up in and of the result. */
  readonly dtype?: D
  /** The scalar to begin with: 0 for sums and 1 for products by default. */
  readonly initial?: ArrayLike
}

/** Options of {@link mean}. @category models @since 0.1.0 */
export interface MeanOptions<A extends Shape.Axes, K extends boolean, D extends DType.DType>
  extends MaskedOptions<A, K>
{
  /** The dtype to compute in and of the result. */
  readonly dtype?: D
}

/** Options of {@link std} and `var`. @category models @since 0.1.0 */
export interface VarianceOptions<A extends Shape.Axes, K extends boolean, D extends DType.DType>
  extends MeanOptions<A, K, D>
{
  /** The sum of squares is divided by the number of elements less this; 0 by default. */
  readonly ddof?: number
  /** The mean, where it is known already: an array that broadcasts to the data. */
  readonly mean?: ArrayLike
  /** `ddof` by its name in the array API standard, whole or not. */
  readonly correction?: number
}

export const knownOfMasked: Known<MaskedOptions<Shape.Axes, boolean>> = { ...knownOfReduction, where: true }
export const knownOfExtreme: Known<ExtremeOptions<Shape.Axes, boolean>> = {
  ...knownOfReduction,
  initial: true,
  where: true
}
export const knownOfSum: Known<SumOptions<Shape.Axes, boolean, DType.DType>> = {
  axis: true,
  dtype: true,
  keepdims: true,
  initial: true,
  where: true
}
export const knownOfMean: Known<MeanOptions<Shape.Axes, boolean, DType.DType>> = {
  axis: true,
  dtype: true,
  keepdims: true,
  where: true
}
export const knownOfVariance: Known<VarianceOptions<Shape.Axes, boolean, DType.DType>> = {
  axis: true,
  dtype: true,
  ddof: true,
  keepdims: true,
  where: true,
  mean: true,
  correction: true
}

/** A reduction that keeps the dtype; dual: `f(x, options)` and `x.pipe(f(options))`. */
export interface Same {
  <X extends ArrayLike, const A extends Shape.Axes = undefined, K extends boolean = false>(
    x: X & Check<X, A>,
    options?: ExtremeOptions<A, K>
  ): NdArray.NdArray<DTypeOf<X>, Shape.Reduce<ShapeOf<X>, A, K>>
  <const A extends Shape.Axes = undefined, K extends boolean = false>(
    options?: ExtremeOptions<A, K>
  ): Last<A, <X extends ArrayLike>(x: X & Check<X, A>) => NdArray.NdArray<DTypeOf<X>, Shape.Reduce<ShapeOf<X>, A, K>>>
}

export interface Sum {
  <
    X extends ArrayLike,
    const A extends Shape.Axes = undefined,
    K extends boolean = false,
    D extends DType.DType = DType.SumOf<DTypeOf<X>>
  >(x: X & Check<X, A>, options?: SumOptions<A, K, D>): NdArray.NdArray<NoInfer<D>, Shape.Reduce<ShapeOf<X>, A, K>>
  <const A extends Shape.Axes = undefined, K extends boolean = false, D extends DType.DType = never>(
    options?: SumOptions<A, K, D>
  ): Last<
    A,
    <X extends ArrayLike>(
      x: X & Check<X, A>
    ) => NdArray.NdArray<[D] extends [never] ? DType.SumOf<DTypeOf<X>> : D, Shape.Reduce<ShapeOf<X>, A, K>>
  >
}

export interface Mean {
  <
    X extends ArrayLike,
    const A extends Shape.Axes = undefined,
    K extends boolean = false,
    D extends DType.DType = DType.ToInexact<DTypeOf<X>>
  >(x: X & Check<X, A>, options?: MeanOptions<A, K, D>): NdArray.NdArray<NoInfer<D>, Shape.Reduce<ShapeOf<X>, A, K>>
  <const A extends Shape.Axes = undefined, K extends boolean = false, D extends DType.DType = never>(
    options?: MeanOptions<A, K, D>
  ): Last<
    A,
    <X extends ArrayLike>(
      x: X & Check<X, A>
    ) => NdArray.NdArray<[D] extends [never] ? DType.ToInexact<DTypeOf<X>> : D, Shape.Reduce<ShapeOf<X>, A, K>>
  >
}

export interface Fixed<D extends DType.DType> {
  <X extends ArrayLike, const A extends Shape.Axes = undefined, K extends boolean = false>(
    x: X & Check<X, A>,
    options?: ReductionOptions<A, K>
  ): NdArray.NdArray<D, Shape.Reduce<ShapeOf<X>, A, K>>
  <const A extends Shape.Axes = undefined, K extends boolean = false>(
    options?: ReductionOptions<A, K>
  ): Last<A, <X extends ArrayLike>(x: X & Check<X, A>) => NdArray.NdArray<D, Shape.Reduce<ShapeOf<X>, A, K>>>
}

export interface Truth {
  <X extends ArrayLike, const A extends Shape.Axes = undefined, K extends boolean = false>(
    x: X & Check<X, A>,
    options?: MaskedOptions<A, K>
  ): NdArray.NdArray<"bool", Shape.Reduce<ShapeOf<X>, A, K>>
  <const A extends Shape.Axes = undefined, K extends boolean = false>(
    options?: MaskedOptions<A, K>
  ): Last<A, <X extends ArrayLike>(x: X & Check<X, A>) => NdArray.NdArray<"bool", Shape.Reduce<ShapeOf<X>, A, K>>>
}

export interface Variance {
  <
    X extends ArrayLike,
    const A extends Shape.Axes = undefined,
    K extends boolean = false,
    D extends DType.Floating = DType.RealOf<DType.ToInexact<DTypeOf<X>>>
  >(x: X & Check<X, A>, options?: VarianceOptions<A, K, D>): NdArray.NdArray<NoInfer<D>, Shape.Reduce<ShapeOf<X>, A, K>>
  <const A extends Shape.Axes = undefined, K extends boolean = false, D extends DType.Floating = never>(
    options?: VarianceOptions<A, K, D>
  ): Last<
    A,
    <X extends ArrayLike>(
      x: X & Check<X, A>
    ) => NdArray.NdArray<
      [D] extends [never] ? DType.RealOf<DType.ToInexact<DTypeOf<X>>> : D,
      Shape.Reduce<ShapeOf<X>, A, K>
    >
  >
}

/** A reduction to positions. */
export interface ArgReduction {
  <X extends ArrayLike, const A extends number | undefined = undefined, K extends boolean = false>(
    x: X & Check<X, A>,
    options?: ReductionOptions<A, K>
  ): NdArray.NdArray<"int32", Shape.Reduce<ShapeOf<X>, A, K>>
  <const A extends number | undefined = undefined, K extends boolean = false>(
    options?: ReductionOptions<A, K>
  ): Last<A, <X extends ArrayLike>(x: X & Check<X, A>) => NdArray.NdArray<"int32", Shape.Reduce<ShapeOf<X>, A, K>>>
}
