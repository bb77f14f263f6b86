/**
 * Transforms along axes.
 */
import type * as DType from "../DType.ts"
import { isComplex } from "../DType.ts"
import { ArgumentError, DTypeError, ShapeError } from "../Errors.ts"
import { dualWithOptions } from "../internal/arguments/dual.ts"
import { checkChoice, checkInteger, type Known } from "../internal/arguments/options.ts"
import * as node from "../internal/graph/node.ts"
import type * as NdArray from "../NdArray.ts"
import { type ArrayLike, asArray, type DTypeOf, type ShapeOf } from "../numpy/operands.ts"
import { conj } from "../primitive/complex.ts"
import { convert, mul } from "../primitive/elementwise.ts"
import { fft as primitive, type FftType } from "../primitive/fft.ts"
import { moveAxis, pad, sliceAxis } from "../primitive/structural.ts"
import type * as Shape from "../Shape.ts"
import * as Shapes from "../Shape.ts"

/**
 * How transforms are scaled: `"backward"` divides the inverse by the number of elements, `"forward"` the forward one, `"ortho"`
 * both by its root.
 *
 * @category models
 * @since 0.1.0
 */
export type Norm = "backward" | "ortho" | "forward"

/** Options of transforms along one axis. @category models @since 0.1.0 */
export interface FftOptions {
  /** The length of the transform: the operand is cut, or zeros are added. */
  readonly n?: number | null
  /** The last by default. */
  readonly axis?: number
  readonly norm?: Norm | null
}

/** Options of transforms along several axes. @category models @since 0.1.0 */
export interface FftnOptions {
  /** The length along each axis: the operand is cut, or zeros are added. */
  readonly s?: ReadonlyArray<number> | null
  /** All axes by default; the last ones where `s` has fewer. */
  readonly axes?: ReadonlyArray<number> | null
  readonly norm?: Norm | null
}

const known: Known<FftOptions> = { n: true, axis: true, norm: true }
const knownOfMany: Known<FftnOptions> = { s: true, axes: true, norm: true }

type Rank<S extends Shape.Shape> = number extends S["length"] ? S : { readonly [K in keyof S]: number }

type ComplexOf<D> = D extends "float64" | "complex128" ? "complex128" : "complex64"
type RealOf<D> = D extends "float64" | "complex128" ? "float64" : "float32"

interface Transform<O> {
  (options: O): <X extends ArrayLike>(x: X) => NdArray.NdArray<ComplexOf<DTypeOf<X>>, Rank<ShapeOf<X>>>
  <X extends ArrayLike>(x: X, options?: O): NdArray.NdArray<ComplexOf<DTypeOf<X>>, Rank<ShapeOf<X>>>
}

interface ToReal<O> {
  (options: O): <X extends ArrayLike>(x: X) => NdArray.NdArray<RealOf<DTypeOf<X>>, Rank<ShapeOf<X>>>
  <X extends ArrayLike>(x: X, options?: O): NdArray.NdArray<RealOf<DTypeOf<X>>, Rank<ShapeOf<X>>>
}

const norms: { readonly [N in Norm]: true } = { backward: true, ortho: true, forward: true }

/** The factor that a norm asks for, beside the division by the number of elements that inverse transforms have. */
const factorOf = (operation: string, count: number, norm: Norm | null): number => {
  const chosen = norm === null ? "backward" : checkChoice(operation, "norm", norm, norms)
  const inverse = operation.startsWith("i")
  return chosen === "backward"
    ? 1
    : chosen === "ortho"
    ? (inverse ? Math.sqrt(count) : 1 / Math.sqrt(count))
    : inverse
    ? count
    : 1 / count
}

const complexOf = (dtype: DType.DType): DType.DType =>
  dtype === "float64" || dtype === "complex128" ? "complex128" : "complex64"

/** The operand in a dtype that the transform has. */
const operandOf = (operation: string, x: NdArray.Any, type: FftType): NdArray.Any => {
  if (type !== "RFFT") return isComplex(x.dtype) ? x : convert(x, complexOf(x.dtype))
  if (isComplex(x.dtype)) {
    throw new DTypeError({
      operation,
      message: `${operation}: expected a real array, got ${x.dtype}; use ${
        operation.replace("rfft", "fft")
      }, or \`np.real\``
    })
  }
  return x.dtype === "float64" ? x : convert(x, "float32")
}

/** Cuts an axis, or adds zeros at its end. */
const resized = (x: NdArray.Any, axis: number, length: number): NdArray.Any => {
  const size = x.shape[axis]!
  if (length <= size) return length === size ? x : sliceAxis(x, axis, 0, length)
  const config = x.shape.map((_, i) => i === axis ? [0, length - size, 0] as const : [0, 0, 0] as const)
  return pad(x, node.literal(0, x.dtype), config)
}

const checkLength = (operation: string, option: string, length: number): number => {
  checkInteger(operation, option, length)
  if (length >= 1) return length
  throw new ArgumentError({
    operation,
    message: `${operation}: ${option} must be 1 or more, got ${length}`
  })
}

/** Transforms along axes that are different; `lengths` are those of the result of inverse transforms of real arrays. */
const transformed = (
  operation: string,
  type: FftType,
  given: NdArray.Any,
  axes: ReadonlyArray<number>,
  lengths: ReadonlyArray<number> | undefined,
  norm: Norm | null
): NdArray.Any => {
  const rank = given.shape.length
  const x = operandOf(operation, given, type)
  if (axes.length === 0) {
    throw new ArgumentError({ operation, message: `${operation}: expected one axis or more, got none` })
  }
  const last = axes.length - 1
  const wanted = lengths ??
    axes.map((axis, i) => type === "IRFFT" && i === last ? 2 * (x.shape[axis]! - 1) : x.shape[axis]!)
  wanted.forEach((length, i) => {
    if (length >= 1) return
    throw new ShapeError({
      operation,
      message: `${operation}: axis ${axes[i]} has ${
        x.shape[axes[i]!]
      } elements, which is too few for a transform; name a length`
    })
  })
  const whole = axes.reduce(
    (y, axis, i) => resized(y, axis, type === "IRFFT" && i === last ? Math.floor(wanted[i]! / 2) + 1 : wanted[i]!),
    x
  )
  // the axes go last, in order, and come back to where they were
  const rest = [...whole.shape.keys()].filter((axis) => !axes.includes(axis))
  const order = [...rest, ...axes]
  const isMoved = order.some((axis, i) => axis !== i)
  const moved = isMoved ? permuted(whole, order) : whole
  const result = primitive(moved, type, wanted)
  const factor = factorOf(operation, wanted.reduce((n, length) => n * length, 1), norm)
  const scaled = factor === 1 ? result : mul(result, factor)
  if (!isMoved) return scaled
  const back = Array.from({ length: rank }, (_, axis) => order.indexOf(axis))
  return permuted(scaled, back)
}

/** Axes in another order, moved one at a time from the last on. */
const permuted = (x: NdArray.Any, order: ReadonlyArray<number>): NdArray.Any => {
  let current = [...order.keys()]
  let y = x
  order.forEach((axis, to) => {
    const from = current.indexOf(axis)
    if (from === to) return
    y = moveAxis(y, from, to)
    const [taken] = current.splice(from, 1)
    current = [...current.slice(0, to), taken!, ...current.slice(to)]
  })
  return y
}

const alongOne = (
  operation: string,
  type: FftType,
  x: ArrayLike,
  { axis = -1, n = null, norm = null }: FftOptions,
  change: (y: NdArray.Any, length: number) => NdArray.Any = (y) => y
): NdArray.Any => {
  const array = asArray(operation, x)
  const at = Shapes.normalizeAxis(operation, axis, array.shape.length)
  const lengths = n === null ? undefined : [checkLength(operation, "n", n)]
  const length = n ?? (type === "IRFFT" ? 2 * (array.shape[at]! - 1) : array.shape[at]!)
  return change(transformed(operation, type, array, [at], lengths, norm), length)
}

const alongMany = (
  operation: string,
  type: FftType,
  x: ArrayLike,
  { axes = null, norm = null, s = null }: FftnOptions,
  most?: number
): NdArray.Any => {
  const array = asArray(operation, x)
  const rank = array.shape.length
  if (s !== null && axes !== null && s.length !== axes.length) {
    throw new ArgumentError({
      operation,
      message: `${operation}: s has ${s.length} lengths and axes has ${axes.length} axes; there must be one for each`
    })
  }
  const chosen = axes ?? Array.from({ length: s?.length ?? rank }, (_, i) => rank - (s?.length ?? rank) + i)
  if (most !== undefined && chosen.length !== most) {
    throw new ArgumentError({
      operation,
      message: `${operation}: expected ${most} axes, got ${chosen.length}; use ${
        operation.replace("2", "n")
      } for others`
    })
  }
  const normalized = chosen.map((axis) => Shapes.normalizeAxis(operation, axis, rank))
  const repeated = normalized.find((axis, i) => normalized.indexOf(axis) !== i)
  if (repeated !== undefined) {
    throw new ArgumentError({ operation, message: `${operation}: axis ${repeated} is named twice` })
  }
  const lengths = s === null ? undefined : s.map((length) => checkLength(operation, "each length of s", length))
  return transformed(operation, type, array, normalized, lengths, norm)
}

const one = <F>(operation: string, type: FftType): F =>
  dualWithOptions<F, FftOptions>(
    operation,
    1,
    known,
    (x: ArrayLike, options: FftOptions) => alongOne(operation, type, x, options)
  )

const two: FftnOptions = { axes: [-2, -1] }

const many = <F>(operation: string, type: FftType): F =>
  dualWithOptions<F, FftnOptions>(
    operation,
    1,
    knownOfMany,
    (x: ArrayLike, options: FftnOptions) => alongMany(operation, type, x, options)
  )

const plane = <F>(operation: string, type: FftType): F =>
  dualWithOptions<F, FftnOptions>(
    operation,
    1,
    knownOfMany,
    (x: ArrayLike, options: FftnOptions) => alongMany(operation, type, x, { ...two, ...options }, 2)
  )

/**
 * The discrete Fourier transform along an axis: `X[k] = sum_j x[j] e^(-2 pi i j k / n)`.
 *
 * **Details**
 *
 * Any length: the work grows with `n log n`, also for prime lengths. The result is complex64, or complex128 for operands of 64 bits.
 * An error in float32 is a few ULP of the norm of the result.
 *
 * @example
 * ```ts
 * import { Fft, Numpy as np } from "effax"
 *
 * Fft.fft(np.array([1, 0, 0, 0])) // => [{ re: 1, im: 0 }, { re: 1, im: 0 }, { re: 1, im: 0 }, { re: 1, im: 0 }]
 * Fft.fft(np.ones([2, 8]), { axis: 0 }).shape // => [2, 8]
 * ```
 *
 * @category complex transforms
 * @since 0.1.0
 */
export const fft: Transform<FftOptions> = one("fft", "FFT")

/**
 * The inverse of {@link fft}.
 *
 * @example
 * ```ts
 * import { Fft, Numpy as np } from "effax"
 *
 * np.real(Fft.ifft(Fft.fft(np.array([1, 2])))) // => [1, 2]
 * ```
 *
 * @category complex transforms
 * @since 0.1.0
 */
export const ifft: Transform<FftOptions> = one("ifft", "IFFT")

/**
 * Half of the transform of real arrays, `n / 2 + 1` elements: the others are their conjugates.
 *
 * @example
 * ```ts
 * import { Fft, Numpy as np } from "effax"
 *
 * Fft.rfft(np.array([1, 0, 0, 0])) // => [{ re: 1, im: 0 }, { re: 1, im: 0 }, { re: 1, im: 0 }]
 * ```
 *
 * @category real transforms
 * @since 0.1.0
 */
export const rfft: Transform<FftOptions> = one("rfft", "RFFT")

/**
 * The inverse of {@link rfft}. Its length is even unless `n` says otherwise.
 *
 * @example
 * ```ts
 * import { Fft, Numpy as np } from "effax"
 *
 * Fft.irfft(Fft.rfft(np.array([1, 2, 3, 4]))) // => [1, 2, 3, 4]
 * Fft.irfft(Fft.rfft(np.array([1, 2, 4])), { n: 3 }) // => [1, 2, 4]
 * ```
 *
 * @category real transforms
 * @since 0.1.0
 */
export const irfft: ToReal<FftOptions> = one("irfft", "IRFFT")

/**
 * The transform of half of a signal that is its own conjugate backwards: its spectrum, which is real.
 *
 * @example
 * ```ts
 * import { Fft, Numpy as np } from "effax"
 *
 * Fft.hfft(np.array([1, 2, 1])) // => [6, 0, -2, 0]
 * ```
 *
 * @category real transforms
 * @since 0.1.0
 */
export const hfft: ToReal<FftOptions> = dualWithOptions("hfft", 1, known, (x: ArrayLike, options: FftOptions) => {
  const array = asArray("hfft", x)
  return alongOne("hfft", "IRFFT", isComplex(array.dtype) ? conj(array) : array, options, (y, n) => mul(y, n))
})

/**
 * The inverse of {@link hfft}.
 *
 * @example
 * ```ts
 * import { Fft, Numpy as np } from "effax"
 *
 * np.real(Fft.ihfft(np.array([6, 0, -2, 0]))) // => [1, 2, 1]
 * ```
 *
 * @category real transforms
 * @since 0.1.0
 */
export const ihfft: Transform<FftOptions> = dualWithOptions(
  "ihfft",
  1,
  known,
  (x: ArrayLike, options: FftOptions) => alongOne("ihfft", "RFFT", x, options, (y, n) => mul(conj(y), 1 / n))
)

/**
 * The transform along several axes, all by default.
 *
 * @example
 * ```ts
 * import { Fft, Numpy as np } from "effax"
 *
 * np.real(Fft.fftn(np.ones([2, 2]))) // => [[4, 0], [0, 0]]
 * ```
 *
 * @category several axes
 * @since 0.1.0
 */
export const fftn: Transform<FftnOptions> = many("fftn", "FFT")

/** The inverse of {@link fftn}. @category several axes @since 0.1.0 */
export const ifftn: Transform<FftnOptions> = many("ifftn", "IFFT")

/** Half of the transform of real arrays along several axes: the last one is halved. @category several axes @since 0.1.0 */
export const rfftn: Transform<FftnOptions> = many("rfftn", "RFFT")

/** The inverse of {@link rfftn}. @category several axes @since 0.1.0 */
export const irfftn: ToReal<FftnOptions> = many("irfftn", "IRFFT")

/** The transform along two axes, the last ones by default. @category several axes @since 0.1.0 */
export const fft2: Transform<FftnOptions> = plane("fft2", "FFT")

/** The inverse of {@link fft2}. @category several axes @since 0.1.0 */
export const ifft2: Transform<FftnOptions> = plane("ifft2", "IFFT")

/** Half of the transform of real arrays along two axes: the last one is halved. @category several axes @since 0.1.0 */
export const rfft2: Transform<FftnOptions> = plane("rfft2", "RFFT")

/** The inverse of {@link rfft2}. @category several axes @since 0.1.0 */
export const irfft2: ToReal<FftnOptions> = plane("irfft2", "IRFFT")
