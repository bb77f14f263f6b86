/**
 * Operations on literals, computed as the machine computes them. Only those are here whose result is the same
 * everywhere: elementary functions differ in their last bits between here and a kernel.
 */
import * as DType from "effax/DType"
import { convert, integerRange, roundFloat, type Scalar, wrapInteger } from "../scalar.ts"

type Fold = (args: ReadonlyArray<Scalar>, dtype: DType.DType) => Scalar | undefined

/** Sums, products, quotients and roots of float32 are exact when taken in float64 and rounded (Figueroa, 1995). */
const rounded = (x: number, dtype: DType.DType): Scalar | undefined =>
  DType.itemSize(dtype) === 2
    ? roundFloat(Math.fround(x), dtype as DType.Floating)
    : roundFloat(x, dtype as DType.Floating)

/** One rule for floats, one for integers of any width. */
const arithmetic = (
  float: (x: number, y: number) => number,
  integer: ((x: bigint, y: bigint) => bigint) | undefined
): Fold =>
([x, y], dtype) =>
  DType.isFloating(dtype)
    ? rounded(float(x as number, y as number), dtype)
    : DType.isInteger(dtype) && integer !== undefined
    ? wrapInteger(integer(BigInt(x as number | bigint), BigInt(y as number | bigint)), dtype)
    : undefined

const compare = (test: (x: Scalar, y: Scalar) => boolean): Fold => ([x, y]) => test(x!, y!)

const bitwise =
  (integer: (x: bigint, y: bigint) => bigint, bool: (x: boolean, y: boolean) => boolean): Fold => ([x, y], dtype) =>
    typeof x === "boolean"
      ? bool(x, y as boolean)
      : wrapInteger(integer(BigInt(x!), BigInt(y as number | bigint)), dtype as DType.Integer)

const shift =
  (inside: (x: bigint, by: bigint, width: number) => bigint, outside: (x: bigint) => bigint): Fold =>
  ([x, by], dtype) => {
    const width = DType.itemSize(dtype) * 8
    const value = BigInt(x as number | bigint)
    const count = BigInt.asUintN(width, BigInt(by as number | bigint))
    return wrapInteger(count < BigInt(width) ? inside(value, count, width) : outside(value), dtype as DType.Integer)
  }

const extremum =
  (float: (x: number, y: number) => number, first: (x: Scalar, y: Scalar) => boolean): Fold => ([x, y], dtype) =>
    DType.isFloating(dtype) ? float(x as number, y as number) : first(x!, y!) ? x : y

const nan = (x: Scalar): boolean => typeof x === "number" && Number.isNaN(x)

const unaryFloat = (f: (x: number) => number): Fold => ([x], dtype) =>
  DType.isFloating(dtype) ? rounded(f(x as number), dtype) : undefined

/** Integer quotients as XLA has them: a zero divisor gives all ones. */
const quotient = (x: bigint, y: bigint): bigint => y === 0n ? -1n : x / y
const remainder = (x: bigint, y: bigint): bigint => y === 0n ? x : x % y

/** By primitive; the dtype is that of the first operand. */
export const folds: { readonly [primitive: string]: Fold } = {
  add: arithmetic((x, y) => x + y, (x, y) => x + y),
  sub: arithmetic((x, y) => x - y, (x, y) => x - y),
  mul: arithmetic((x, y) => x * y, (x, y) => x * y),
  div: arithmetic((x, y) => x / y, quotient),
  rem: arithmetic((x, y) => x % y, remainder),
  neg: ([x], dtype) =>
    DType.isFloating(dtype)
      ? -(x as number)
      : DType.isInteger(dtype)
      ? wrapInteger(-BigInt(x as number | bigint), dtype)
      : undefined,
  max: extremum((x, y) => nan(x) || nan(y) ? NaN : Math.max(x, y), (x, y) => x >= y),
  min: extremum((x, y) => nan(x) || nan(y) ? NaN : Math.min(x, y), (x, y) => x <= y),
  abs: ([x], dtype) =>
    DType.isFloating(dtype)
      ? Math.abs(x as number)
      : DType.isInteger(dtype)
      ? wrapInteger(BigInt(x as number) < 0n ? -BigInt(x as number) : BigInt(x as number), dtype)
      : undefined,
  floor: unaryFloat(Math.floor),
  ceil: unaryFloat(Math.ceil),
  sqrt: unaryFloat(Math.sqrt),
  is_finite: ([x]) => Number.isFinite(x),
  eq: compare((x, y) => x === y),
  ne: compare((x, y) => x !== y),
  lt: compare((x, y) => x < y),
  le: compare((x, y) => x <= y),
  gt: compare((x, y) => x > y),
  ge: compare((x, y) => x >= y),
  and: bitwise((x, y) => x & y, (x, y) => x && y),
  or: bitwise((x, y) => x | y, (x, y) => x || y),
  xor: bitwise((x, y) => x ^ y, (x, y) => x !== y),
  not: ([x], dtype) => typeof x === "boolean" ? !x : wrapInteger(~BigInt(x!), dtype as DType.Integer),
  shift_left: shift((x, by) => x << by, () => 0n),
  shift_right_logical: shift((x, by, width) => BigInt.asUintN(width, x) >> by, () => 0n),
  shift_right_arithmetic: shift((x, by) => x >> by, (x) => x < 0n ? -1n : 0n)
}

/** A conversion of a literal, where it rounds once. */
export const foldConvert = (x: Scalar, from: DType.DType, to: DType.DType): Scalar | undefined => {
  if (DType.isComplex(from) || DType.isComplex(to)) return undefined
  if (DType.itemSize(to) === 2 && DType.isFloating(to) && DType.itemSize(from) === 8) return undefined
  return convert(x, from, to)
}

/** Whether every value of one dtype is a value of the other. */
export const isWidening = (from: DType.DType, to: DType.DType): boolean => {
  if (from === to) return true
  if (from === "bool") return !DType.isComplex(to)
  if (DType.isInteger(from) && DType.isInteger(to)) {
    const [low, high] = integerRange(from)
    const [least, most] = integerRange(to)
    return least <= low && high <= most
  }
  const fraction: { readonly [D in DType.Floating]: number } = { bfloat16: 8, float16: 11, float32: 24, float64: 53 }
  if (DType.isInteger(from) && DType.isFloating(to)) return DType.itemSize(from) * 8 <= fraction[to]
  if (DType.isFloating(from) && DType.isFloating(to)) {
    return to === "float64" || (to === "float32" && DType.itemSize(from) === 2)
  }
  return false
}
