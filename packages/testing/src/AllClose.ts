/**
 * Closeness of arrays, computed with plain typed arrays and never with the library's own operations.
 *
 * **When to use**
 *
 * In tests: {@link assert} for values on the host, {@link assertArray} for an `NdArray` on any backend, and {@link
 * check} to get a message instead of an exception.
 *
 * **Gotchas**
 *
 * On the host, bfloat16 and float16 are raw bits in a `Uint16Array`, and bool is 0 and 1 in a `Uint8Array`: pass
 * `dtype` for these, or they are compared as integers.
 *
 * @since 0.1.0
 */
import { Backend } from "effax/Backend"
import * as DType from "effax/DType"
import type { ExecutionError } from "effax/Errors"
import type * as NdArray from "effax/NdArray"
import * as Effect from "effect/Effect"
import { dtypeOf, elements, type Values } from "./internal/decode.ts"

export type {
  /**
   * The elements: a typed array of the dtype's kind, or numbers in any nesting.
   *
   * @category models
   * @since 0.1.0
   */
  Values
}

/**
 * Two elements are close if `|actual - expected| <= atol + rtol * |expected|`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Tolerance {
  readonly rtol: number
  readonly atol: number
}

/**
 * Options of {@link check}.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  /** The dtype of `actual`; by default, that of its typed array, or float32 for plain numbers. */
  readonly dtype?: DType.DType
  /** Used only in messages, to give the index of the worst element. */
  readonly shape?: ReadonlyArray<number>
  readonly rtol?: number
  readonly atol?: number
  /** Elements at most this many representable numbers apart are close, regardless of the tolerances. */
  readonly ulps?: number
  /** Whether 0 and -0 differ. False by default. */
  readonly signedZero?: boolean
  /** The beginning of the message. */
  readonly label?: string
}

const exact: Tolerance = { rtol: 0, atol: 0 }

/**
 * The default tolerances of each dtype: integers must be equal, and floats may differ by a few units in the last place,
 * as after a short computation.
 *
 * @category constants
 * @since 0.1.0
 */
export const tolerances: { readonly [D in DType.DType]: Tolerance } = {
  bool: exact,
  int8: exact,
  int16: exact,
  int32: exact,
  int64: exact,
  uint8: exact,
  uint16: exact,
  uint32: exact,
  uint64: exact,
  bfloat16: { rtol: 1e-2, atol: 1e-2 },
  float16: { rtol: 1e-3, atol: 1e-3 },
  float32: { rtol: 1e-5, atol: 1e-6 },
  float64: { rtol: 1e-13, atol: 1e-14 },
  complex64: { rtol: 1e-5, atol: 1e-6 },
  complex128: { rtol: 1e-13, atol: 1e-14 }
}

/** The significand bits with the leading one, and the exponents of the smallest subnormal and the largest binade. */
interface Format {
  readonly precision: number
  readonly least: number
  readonly most: number
}

const formats: { readonly [D in Exclude<DType.Floating, "float64">]: Format } = {
  bfloat16: { precision: 8, least: -133, most: 127 },
  float16: { precision: 11, least: -24, most: 15 },
  float32: { precision: 24, least: -149, most: 127 }
}

/**
 * The position of a nonnegative number among the floats of a format, counted from 0; fractional between two of them.
 */
const rank = (x: number, { least, most, precision }: Format): number => {
  const lowest = least + precision - 1
  const binade = 2 ** (precision - 1)
  if (x < 2 ** lowest) return x / 2 ** least
  if (!Number.isFinite(x)) return (most - lowest + 2) * binade
  // Math.log2 may round up to the next integer just below a power of two
  let exponent = Math.floor(Math.log2(x))
  if (2 ** exponent > x) exponent--
  return (exponent - lowest + x / 2 ** exponent) * binade
}

/** The bits of a float64 as an integer with the same order as the numbers. */
const place64 = (x: number): bigint => {
  const bits = new BigInt64Array(Float64Array.of(Math.abs(x)).buffer)[0]!
  return x < 0 ? -bits : bits
}

const magnitude = (d: bigint): number => Number(d < 0n ? -d : d)

/**
 * The number of representable numbers of a dtype between two numbers: 0 for equal ones (including 0 and -0), 1 for
 * neighbours. For integers it is the difference. Infinity if exactly one is NaN.
 *
 * @category comparison
 * @since 0.1.0
 */
export const ulpDistance = (a: number | bigint, b: number | bigint, dtype: DType.DType): number => {
  if (typeof a === "bigint" || typeof b === "bigint") return magnitude(BigInt(a) - BigInt(b))
  if (a === b || (Number.isNaN(a) && Number.isNaN(b))) return 0
  if (Number.isNaN(a) || Number.isNaN(b)) return Infinity
  const real = DType.realOf(dtype)
  if (!DType.isFloating(real)) return Math.abs(a - b)
  if (real === "float64") return magnitude(place64(a) - place64(b))
  const format = formats[real]
  return Math.abs(Math.sign(a) * rank(Math.abs(a), format) - Math.sign(b) * rank(Math.abs(b), format))
}

/**
 * The largest {@link ulpDistance} of any element.
 *
 * @category comparison
 * @since 0.1.0
 */
export const maxUlpDistance = (actual: Values, expected: Values, dtype: DType.DType): number => {
  const a = elements(actual, dtype)
  const e = elements(expected, dtype)
  if (a.length !== e.length) return Infinity
  return a.reduce<number>((worst, x, i) => Math.max(worst, ulpDistance(x, e[i]!, dtype)), 0)
}

/** `[1, 2]` for element 5 of a `[2, 3]` array. */
const indexOf = (flat: number, shape: ReadonlyArray<number>): string => {
  const index: Array<number> = []
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    index.unshift(flat % shape[axis]!)
    flat = Math.floor(flat / shape[axis]!)
  }
  return `[${index.join(", ")}]`
}

const show = (x: number | bigint): string => Object.is(x, -0) ? "-0" : String(x)

/** The difference of two elements relative to the allowed one: they are close if it is at most 1. */
const excess = (
  a: number | bigint,
  e: number | bigint,
  dtype: DType.DType,
  { atol, rtol, signedZero, ulps }: Tolerance & { readonly signedZero: boolean; readonly ulps: number }
): number => {
  if (typeof a === "bigint" || typeof e === "bigint") {
    const distance = ulpDistance(a, e, dtype)
    return distance === 0 ? 0 : distance / (atol + rtol * magnitude(BigInt(e)))
  }
  if (Number.isNaN(a) || Number.isNaN(e)) return Object.is(a, e) ? 0 : Infinity
  if (a === e) return signedZero && !Object.is(a, e) ? Infinity : 0
  if (ulps > 0 && ulpDistance(a, e, dtype) <= ulps) return 0
  if (!Number.isFinite(a) || !Number.isFinite(e)) return Infinity
  const signs = signedZero && a * e === 0 && Object.is(Math.sign(a), -Math.sign(e)) ? Infinity : 0
  return Math.max(signs, Math.abs(a - e) / (atol + rtol * Math.abs(e)))
}

/**
 * Compares element by element. Returns `undefined` if all are close, or a message with the worst element.
 *
 * **Details**
 *
 * NaN equals NaN, and infinities equal only themselves. Complex arrays are compared part by part.
 *
 * @category comparison
 * @since 0.1.0
 */
export const check = (actual: Values, expected: Values, options: Options = {}): string | undefined => {
  const dtype = options.dtype ?? (ArrayBuffer.isView(actual) ? dtypeOf(actual as DType.TypedArray) : "float32")
  const a = elements(actual, dtype)
  const e = elements(expected, dtype)
  const prefix = options.label === undefined ? "" : `${options.label}: `
  if (a.length !== e.length) return `${prefix}${a.length} elements, expected ${e.length}`
  const tolerance = {
    rtol: options.rtol ?? tolerances[dtype].rtol,
    atol: options.atol ?? tolerances[dtype].atol,
    ulps: options.ulps ?? 0,
    signedZero: options.signedZero ?? false
  }
  let worst = -1
  let worstExcess = 1
  let wrong = 0
  for (let i = 0; i < a.length; i++) {
    const x = excess(a[i]!, e[i]!, dtype, tolerance)
    if (x > 1) wrong++
    if (x > worstExcess) [worst, worstExcess] = [i, x]
  }
  if (wrong === 0) return undefined
  const at = options.shape === undefined || DType.isComplex(dtype)
    ? `element ${worst}`
    : `index ${indexOf(worst, options.shape)}`
  const [x, y] = [a[worst]!, e[worst]!]
  const difference = typeof x === "number" && typeof y === "number" ? Math.abs(x - y) : magnitude(BigInt(x) - BigInt(y))
  return `${prefix}${wrong} of ${a.length} ${dtype} elements are not close; the worst is at ${at}: got ${show(x)}, ` +
    `expected ${show(y)} (difference ${difference}, ${ulpDistance(x, y, dtype)} ulps; ` +
    `rtol ${tolerance.rtol}, atol ${tolerance.atol})`
}

/** Whether all elements are close. @category comparison @since 0.1.0 */
export const allClose = (actual: Values, expected: Values, options?: Options): boolean =>
  check(actual, expected, options) === undefined

/**
 * The error thrown by {@link assert}; test runners show `actual` and `expected` as for their own assertions.
 *
 * @category errors
 * @since 0.1.0
 */
export class NotCloseError extends Error {
  override readonly name = "NotCloseError"
  readonly actual: ReadonlyArray<string>
  readonly expected: ReadonlyArray<string>
  constructor(message: string, actual: ReadonlyArray<string> = [], expected: ReadonlyArray<string> = []) {
    super(message)
    this.actual = actual
    this.expected = expected
  }
}

/**
 * Throws a {@link NotCloseError} unless all elements are close.
 *
 * @example
 * ```ts
 * import { AllClose } from "@effax/testing"
 *
 * AllClose.assert(Float32Array.of(0.1 + 0.2), [0.3])
 * AllClose.assert(Float64Array.of(1, NaN), [1, NaN], { ulps: 2 })
 * ```
 *
 * @category assertions
 * @since 0.1.0
 */
export const assert = (actual: Values, expected: Values, options: Options = {}): void => {
  const message = check(actual, expected, options)
  if (message === undefined) return
  const dtype = options.dtype ?? (ArrayBuffer.isView(actual) ? dtypeOf(actual as DType.TypedArray) : "float32")
  throw new NotCloseError(message, elements(actual, dtype).map(show), elements(expected, dtype).map(show))
}

/**
 * Throws a {@link NotCloseError} unless both typed arrays have the same bytes, including NaN payloads and signs of
 * zero.
 *
 * @category assertions
 * @since 0.1.0
 */
export const assertSameBits = (actual: DType.TypedArray, expected: DType.TypedArray, label = "bits"): void => {
  const bytes = (x: DType.TypedArray) => new Uint8Array(x.buffer, x.byteOffset, x.byteLength)
  const [a, e] = [bytes(actual), bytes(expected)]
  const at = a.length === e.length ? a.findIndex((byte, i) => byte !== e[i]) : Math.min(a.length, e.length)
  if (at < 0 && dtypeOf(actual) === dtypeOf(expected)) return
  const i = Math.floor(Math.max(at, 0) / actual.BYTES_PER_ELEMENT)
  throw new NotCloseError(
    `${label}: element ${i} of ${dtypeOf(actual)}[${actual.length}] differs from ${
      dtypeOf(expected)
    }[${expected.length}]: ` +
      `got ${String(actual[i])}, expected ${String(expected[i])}`
  )
}

/**
 * Runs an array, reads it, and dies with a {@link NotCloseError} (a defect, like failed assertions) unless all elements
 * are close.
 *
 * @category assertions
 * @since 0.1.0
 */
export const assertArray = (
  actual: NdArray.Any,
  expected: Values,
  options: Options & {
    /** The expected shape, if it should be checked. */
    readonly expectShape?: ReadonlyArray<number>
    /** The expected dtype, if it should be checked. */
    readonly expectDType?: DType.DType
  } = {}
): Effect.Effect<void, ExecutionError, Backend> =>
  Effect.gen(function*() {
    const backend = yield* Backend
    yield* backend.evaluate([actual])
    const data = yield* backend.read(actual)
    const { expectDType = actual.dtype, expectShape = actual.shape } = options
    if (actual.dtype !== expectDType || expectShape.join() !== actual.shape.join()) {
      throw new NotCloseError(
        `${options.label ?? "array"}: got ${actual.dtype}[${actual.shape.join(", ")}], ` +
          `expected ${expectDType}[${expectShape.join(", ")}]`
      )
    }
    assert(data, expected, { ...options, dtype: actual.dtype, shape: actual.shape })
  })
