/**
 * The high half of products, and numbers of fewer bits.
 */
import * as DType from "../DType.ts"
import { DTypeError } from "../Errors.ts"
import { checkInteger } from "../internal/arguments/options.ts"
import type * as NdArray from "../NdArray.ts"
import * as primitive from "../primitive/elementwise.ts"
import { customLinearSolve } from "../transform/customLinearSolve.ts"
import { type ArrayLike, asArray, type DTypeOf, fixed, type ShapeOf } from "./operands.ts"
import { type Binary, binary } from "./signatures.ts"

const { add, and, bitcast, convert, gt, le, lt, mul, ne, or, select, shiftRightArithmetic, shiftRightLogical, sub } =
  primitive

/** The high half of the product of unsigned integers, by halves (Warren, Hacker's Delight, chapter 8). */
const unsignedHigh = (x: NdArray.Any, y: NdArray.Any, width: 32 | 64): NdArray.Any => {
  const half = width / 2
  const low = (v: NdArray.Any) => and(v, 2 ** half - 1)
  const high = (v: NdArray.Any) => shiftRightLogical(v, half)
  const first = add(mul(high(x), low(y)), high(mul(low(x), low(y))))
  const second = add(mul(low(x), high(y)), low(first))
  return add(mul(high(x), high(y)), add(high(first), high(second)))
}

/** A negative number is `2^width` more as an unsigned one. */
const signedHigh = (x: NdArray.Any, y: NdArray.Any, width: 32 | 64): NdArray.Any => {
  const bits = (v: NdArray.Any) => bitcast(v, `uint${width}`)
  const surplus = add(select(lt(x, 0), y, 0), select(lt(y, 0), x, 0))
  return sub(bitcast(unsignedHigh(bits(x), bits(y), width), `int${width}`), surplus)
}

/**
 * The high half of the bits of a product of integers.
 *
 * @example
 * ```ts
 * import { Lax, Numpy as np } from "effax"
 *
 * Lax.mulhi(np.array([2 ** 30, -3], { dtype: "int32" }), 8n) // => [2, -1]
 * ```
 *
 * @category arithmetic
 * @since 0.1.0
 */
export const mulhi: Binary = binary("mulhi", (x, y) => {
  const { dtype } = x
  if (!DType.isInteger(dtype)) {
    throw new DTypeError({ operation: "mulhi", message: `mulhi: expected integers, got ${dtype}` })
  }
  const isUnsigned = dtype.startsWith("u")
  const width = 8 * DType.itemSize(dtype)
  // not every backend has 64 bits
  if (width === 32 || width === 64) return isUnsigned ? unsignedHigh(x, y, width) : signedHigh(x, y, width)
  const double: DType.Integer = `${isUnsigned ? "uint" : "int"}${width === 8 ? 16 : 32}`
  return convert(shiftRightArithmetic(mul(convert(x, double), convert(y, double)), width), dtype)
})

/** How a floating dtype is laid out: the integers that share its bits, and the bits of its fraction and its exponent. */
const layouts = {
  bfloat16: { integers: "uint16", fraction: 7, exponent: 8 },
  float16: { integers: "uint16", fraction: 10, exponent: 5 },
  float32: { integers: "uint32", fraction: 23, exponent: 8 },
  float64: { integers: "uint64", fraction: 52, exponent: 11 }
} as const

const reduced = (x: NdArray.Any, exponentBits: number, mantissaBits: number): NdArray.Any => {
  const { exponent, fraction, integers } = layouts[x.dtype as keyof typeof layouts]
  const sign = 1n << BigInt(exponent + fraction)
  const infinity = sign - (1n << BigInt(fraction))
  const field = (n: number): bigint => BigInt(n) << BigInt(fraction)
  let bits = bitcast(x, integers)
  const cut = fraction - mantissaBits
  if (cut > 0) {
    // to the nearest, and to even between two; what the fraction carries goes into the exponent
    const unit = 1n << BigInt(cut)
    const isOdd = and(shiftRightLogical(bits, cut), 1)
    bits = and(add(bits, add(isOdd, (unit >> 1n) - 1n)), 2n * sign - unit)
  }
  if (exponentBits < exponent) {
    const [bias, reach] = [2 ** (exponent - 1) - 1, 2 ** (exponentBits - 1) - 1]
    const own = and(bits, infinity)
    const zero = and(bits, sign)
    bits = select(
      gt(own, field(bias + reach)),
      or(zero, infinity),
      select(le(own, field(bias - reach)), zero, bits)
    )
  }
  return select(ne(x, x), x, bitcast(bits, x.dtype))
}

/**
 * Floating-point numbers rounded to those with fewer bits of exponent and fraction, in the dtype that they have.
 *
 * **Details**
 *
 * Numbers are rounded to the nearest, and to even between two. Those beyond the range become infinities, those below the
 * smallest normal number zeros of their sign, and NaN stays. As in JAX, tangents and cotangents are rounded the same way.
 * Throws a `DTypeError` for other dtypes, and an `ArgumentError` unless there is a bit of exponent.
 *
 * @example
 * ```ts
 * import { Lax, Numpy as np } from "effax"
 *
 * // the numbers of float8_e5m2
 * Lax.reducePrecision(np.array([1.1, 1e6, 1.4, 1e-9]), 5, 2) // => [1, Infinity, 1.5, 0]
 * ```
 *
 * @category conversion
 * @since 0.1.0
 */
export const reducePrecision = fixed(
  "reducePrecision",
  <X extends ArrayLike>(
    operand: X,
    exponentBits: number,
    mantissaBits: number
  ): NdArray.NdArray<DTypeOf<X>, ShapeOf<X>> => {
    const operation = "reducePrecision"
    const x = asArray(operation, operand)
    checkInteger(operation, "exponentBits", exponentBits, 1)
    checkInteger(operation, "mantissaBits", mantissaBits, 0)
    if (!Object.hasOwn(layouts, x.dtype)) {
      throw new DTypeError({ operation, message: `${operation}: expected floating-point numbers, got ${x.dtype}` })
    }
    // as the solution of x = operand it is its own derivative, and its own transpose
    return customLinearSolve(
      (x: NdArray.Any) => x,
      x,
      (_, x: NdArray.Any) => reduced(x, exponentBits, mantissaBits),
      { symmetric: true }
    ) as never
  }
)
