/**
 * Scalar arithmetic, shared by elementwise operations, reductions and scatters. Results are exact or rounded once;
 * writing to the typed array then rounds or wraps them.
 */
import { allNumbers, bits, type ByDomain, type Integer, numbers } from "./domain.ts"
import * as elementary from "./math/elementary.ts"

export type Unary = ByDomain<(x: number, type: Integer) => number, (x: bigint, type: Integer) => bigint | number>
export type Binary = ByDomain<
  (x: number, y: number, type: Integer) => number,
  (x: bigint, y: bigint, type: Integer) => bigint | number
>

export const add: Binary = { ...numbers((x, y) => x + y), big: (x, y) => x + y }
export const sub: Binary = { ...numbers((x, y) => x - y), big: (x, y) => x - y }
export const mul: Binary = {
  float: (x, y) => x * y,
  // a double would lose the low bits of the product
  integer: Math.imul,
  big: (x, y) => BigInt.asIntN(64, x * y)
}
export const max: Binary = { ...allNumbers(elementary.max), big: (x, y) => x > y ? x : y }
export const min: Binary = { ...allNumbers(elementary.min), big: (x, y) => x < y ? x : y }
export const and: Binary = { ...bits((x, y) => x & y), big: (x, y) => x & y }
export const or: Binary = { ...bits((x, y) => x | y), big: (x, y) => x | y }
export const xor: Binary = { ...bits((x, y) => x ^ y), big: (x, y) => x ^ y }

/**
 * Integers truncate toward zero; division by zero gives all ones, and the smallest integer divided by -1 gives itself,
 * as in XLA.
 */
export const div: Binary = {
  float: (x, y) => x / y,
  integer: (x, y) => y === 0 ? -1 : Math.trunc(x / y),
  big: (x, y) => y === 0n ? -1n : x / y
}

/** The result has the sign of the dividend, like C's fmod; an integer's remainder by zero is the dividend. */
export const rem: Binary = {
  float: (x, y) => x % y,
  integer: (x, y) => y === 0 ? x : x % y,
  big: (x, y) => y === 0n ? x : x % y
}

const shift = (
  whole: (x: number, by: number, type: Integer) => number,
  big: (x: bigint, by: bigint) => bigint
): Binary => ({
  // a negative shift count is a large one in the unsigned dtype
  integer: (x, by, type) => by < 0 || by >= type.bits ? whole(x, type.bits, type) : whole(x, by, type),
  big: (x, by) => by < 0n || by >= 64n ? big(x, 64n) : big(x, by)
})

const unsigned = (x: number, { bits }: Integer): number => bits === 32 ? x >>> 0 : x & (2 ** bits - 1)
const signed = (x: number, { bits }: Integer): number => x << (32 - bits) >> (32 - bits)

export const shiftLeft = shift((x, by) => by >= 32 ? 0 : x << by, (x, by) => x << by)
export const shiftRightLogical = shift(
  (x, by, type) => by >= type.bits ? 0 : unsigned(x, type) >>> by,
  (x, by) => BigInt.asUintN(64, x) >> by
)
export const shiftRightArithmetic = shift(
  (x, by, type) => signed(x, type) >> Math.min(by, 31),
  (x, by) => BigInt.asIntN(64, x) >> by
)

const compare = (small: (x: number, y: number) => boolean, big: (x: bigint, y: bigint) => boolean): Binary => ({
  ...allNumbers((x, y) => Number(small(x, y))),
  big: (x, y) => Number(big(x, y))
})

export const eq = compare((x, y) => x === y, (x, y) => x === y)
export const ne = compare((x, y) => x !== y, (x, y) => x !== y)
export const lt = compare((x, y) => x < y, (x, y) => x < y)
export const le = compare((x, y) => x <= y, (x, y) => x <= y)
export const gt = compare((x, y) => x > y, (x, y) => x > y)
export const ge = compare((x, y) => x >= y, (x, y) => x >= y)

export const neg: Unary = { ...numbers((x) => -x), big: (x) => -x }
export const abs: Unary = { ...numbers((x) => Math.abs(x)), big: (x) => x < 0n ? -x : x }
export const sign: Unary = { ...numbers((x) => Math.sign(x)), big: (x) => x > 0n ? 1n : x < 0n ? -1n : 0n }
export const not: Unary = { integer: (x) => ~x, big: (x) => ~x, bool: (x) => 1 - x }

export const populationCount: Unary = {
  integer: (x, type) => {
    let count = 0
    for (let rest = unsigned(x, type); rest !== 0; rest >>>= 1) count += rest & 1
    return count
  },
  big: (x) => {
    let count = 0n
    for (let rest = BigInt.asUintN(64, x); rest !== 0n; rest >>= 1n) count += rest & 1n
    return count
  }
}

export const clz: Unary = {
  integer: (x, type) => Math.clz32(unsigned(x, type)) - (32 - type.bits),
  big: (x) => {
    let count = 64n
    for (let rest = BigInt.asUintN(64, x); rest !== 0n; rest >>= 1n) count--
    return count
  }
}

/** x to the power of a constant integer, by squaring. */
export const integerPow = (y: number): Unary => {
  const multiply = (f: (x: number, y: number) => number) => (x: number): number => {
    let product = 1
    for (let n = Math.abs(y), square = x; n > 0; n = Math.floor(n / 2), square = f(square, square)) {
      if (n % 2 === 1) product = f(product, square)
    }
    return product
  }
  const float = multiply((a, b) => a * b)
  return {
    float: y < 0 ? (x) => 1 / float(x) : float,
    integer: multiply(Math.imul),
    big: (x) => BigInt.asIntN(64, x ** BigInt(Math.abs(y)))
  }
}
