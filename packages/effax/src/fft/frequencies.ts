/**
 * The frequencies of transforms, and their order.
 */
import type * as DType from "../DType.ts"
import { dualWithOptions } from "../internal/arguments/dual.ts"
import { checkDType, checkInteger, checkOptions, type Known } from "../internal/arguments/options.ts"
import * as NdArray from "../NdArray.ts"
import { type ArrayLike, asArray, asDType, type DTypeOf, type ShapeOf } from "../numpy/operands.ts"
import { concatenate, sliceAxis } from "../primitive/structural.ts"
import * as Shapes from "../Shape.ts"

/** Options of {@link fftfreq} and {@link rfftfreq}. @category models @since 0.1.0 */
export interface FrequencyOptions<D extends DType.DType = DType.DType> {
  /** The distance between samples. */
  readonly d?: number
  readonly dtype?: D
}

const knownOfFrequencies: Known<FrequencyOptions> = { d: true, dtype: true }

const frequencies = (
  operation: string,
  n: number,
  options: FrequencyOptions,
  count: number,
  at: (i: number) => number
): NdArray.Any => {
  const { d = 1, dtype = "float32" } = checkOptions(operation, options, knownOfFrequencies)
  checkInteger(operation, "n", n, 1)
  checkDType(operation, dtype)
  const values = Float64Array.from({ length: count }, (_, i) => at(i) / (n * d))
  return asDType(operation, NdArray.fromTypedArray(dtype === "float64" ? values : Float32Array.from(values)), dtype)
}

/**
 * The frequencies of the elements of a transform of length `n`, in cycles per unit of `d`: those from 0 on, then the negative ones.
 *
 * @example
 * ```ts
 * import { Fft } from "effax"
 *
 * Fft.fftfreq(4) // => [0, 0.25, -0.5, -0.25]
 * Fft.fftfreq(5, { d: 0.5 }) // => [0, 0.4, 0.8, -0.8, -0.4]
 * ```
 *
 * @category frequencies
 * @since 0.1.0
 */
export const fftfreq = <D extends DType.DType = "float32">(
  n: number,
  options: FrequencyOptions<D> = {}
): NdArray.NdArray<D, readonly [number]> =>
  frequencies("fftfreq", n, options, n, (i) => i < Math.ceil(n / 2) ? i : i - n) as never

/**
 * The frequencies of half a transform, as `rfft` gives it.
 *
 * @example
 * ```ts
 * import { Fft } from "effax"
 *
 * Fft.rfftfreq(4) // => [0, 0.25, 0.5]
 * ```
 *
 * @category frequencies
 * @since 0.1.0
 */
export const rfftfreq = <D extends DType.DType = "float32">(
  n: number,
  options: FrequencyOptions<D> = {}
): NdArray.NdArray<D, readonly [number]> =>
  frequencies("rfftfreq", n, options, Math.floor(n / 2) + 1, (i) => i) as never

/** Options of {@link fftshift} and {@link ifftshift}. @category models @since 0.1.0 */
export interface ShiftOptions {
  /** All axes by default. */
  readonly axes?: number | ReadonlyArray<number> | null
}

const knownOfShift: Known<ShiftOptions> = { axes: true }

interface Shift {
  (options: ShiftOptions): <X extends ArrayLike>(x: X) => NdArray.NdArray<DTypeOf<X>, ShapeOf<X>>
  <X extends ArrayLike>(x: X, options?: ShiftOptions): NdArray.NdArray<DTypeOf<X>, ShapeOf<X>>
}

const shift = (operation: string, by: (n: number) => number): Shift =>
  dualWithOptions(operation, 1, knownOfShift, (x: ArrayLike, { axes = null }: ShiftOptions) => {
    const array: NdArray.Any = asArray(operation, x)
    const chosen = axes === null ? [...array.shape.keys()] : typeof axes === "number" ? [axes] : axes
    return chosen.reduce((y, given) => {
      const axis = Shapes.normalizeAxis(operation, given, array.shape.length)
      const n = y.shape[axis]!
      const cut = by(n)
      return cut === 0 || n === 0
        ? y
        : concatenate([sliceAxis(y, axis, n - cut, n), sliceAxis(y, axis, 0, n - cut)], axis)
    }, array)
  })

/**
 * Moves the frequency 0 to the middle.
 *
 * @example
 * ```ts
 * import { Fft } from "effax"
 *
 * Fft.fftshift(Fft.fftfreq(4)) // => [-0.5, -0.25, 0, 0.25]
 * ```
 *
 * @category frequencies
 * @since 0.1.0
 */
export const fftshift: Shift = shift("fftshift", (n) => Math.floor(n / 2))

/** The inverse of {@link fftshift}. @category frequencies @since 0.1.0 */
export const ifftshift: Shift = shift("ifftshift", (n) => Math.ceil(n / 2))
