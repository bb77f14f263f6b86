/**
 * Operations on integer lanes. Arithmetic wraps; nothing traps. As XLA has it: `x / 0` is -1 (all ones where unsigned)
 * and `x rem 0` is x; the least integer over -1 is itself, with remainder 0; a shift by the width or more, or by a
 * negative count, gives 0 or copies of the sign.
 */
import type { BinaryOp, UnaryOp } from "@effax/compiler/Plan"
import { f64x2, i16x8, i32, i32x4, i64, i64x2, i8x16, select, v128, type Value } from "../assembler/index.ts"
import type { LaneContext, Vector } from "./lanes.ts"
import { binary, type Operation, perLane32, perLane64, unary, wideComparison } from "./operation.ts"

export type Operations = { readonly [Op in UnaryOp | BinaryOp]?: Operation }

type VectorLocal = ReturnType<LaneContext["f"]["let"]> & Value<"v128">

const bits = {
  and: binary(v128.and),
  or: binary(v128.or),
  xor: binary(v128.xor),
  not: unary(v128.not)
}

const not = (comparison: Operation): Operation => (k, args) => comparison(k, args).map((part) => v128.not(part))

// --- 32 bits --------------------------------------------------------------------------------------------------------

/** A shift of every lane by a count of its own; `outside` is the result for counts of 32 and more. */
const shift32 = (
  vector: (x: Vector, count: number) => Vector,
  scalar: (x: Value<"i32">, count: Value<"i32">) => Value<"i32">,
  sign: boolean
): Operation =>
(k, args) => {
  const { literal } = args[1]!
  if (literal !== undefined) {
    const count = Number(literal) >>> 0
    if (count < 32) return [vector(args[0]!.lanes[0]!, count)]
    return [sign ? i32x4.shrS(args[0]!.lanes[0]!, 31) : k.constants.i32x4(0)]
  }
  const count = args[1]!.lanes[0]!
  const limit = k.constants.i32x4(31)
  if (sign) {
    const clamped = k.f.let(i32x4.minU(count, limit))
    return perLane32(scalar)(k, [args[0]!, { dtype: args[1]!.dtype, literal: undefined, lanes: [clamped] }])
  }
  const inside = k.f.let(i32x4.leU(count, limit))
  const shifted = perLane32(scalar)(k, args)
  return [v128.and(shifted[0]!, inside)]
}

type Convert = (x: Vector) => Vector

/**
 * The quotient of 32-bit integers by way of float64, in which it is exact: it cannot round up to an integer that it does
 * not reach, since it is at least 2^-31 of itself away from one.
 */
const quotient32 = (k: LaneContext, x: VectorLocal, y: VectorLocal, toFloat: Convert, toInt: Convert): Vector => {
  const { f, width } = k
  const low = f.let(toInt(f64x2.div(toFloat(x), toFloat(y))))
  if (width === 1) return low
  const high = (v: VectorLocal) => i32x4.shuffle(v, v, [2, 3, 2, 3])
  const upper = toInt(f64x2.div(toFloat(high(x)), toFloat(high(y))))
  return i32x4.shuffle(low, f.let(upper), [0, 1, 4, 5])
}

const divide32S = (k: LaneContext, x: VectorLocal, y: VectorLocal): Vector => {
  const { constants, f } = k
  const quotient = f.let(quotient32(k, x, y, f64x2.convertLowI32x4S, i32x4.truncSatF64x2SZero))
  const minusOne = constants.i32x4(-1)
  // -x wraps for the least integer, where the float quotient would saturate
  const negated = f.let(v128.bitselect(i32x4.neg(x), quotient, i32x4.eq(y, minusOne)))
  return v128.or(negated, i32x4.eq(y, constants.i32x4(0)))
}

const divide32U = (k: LaneContext, x: VectorLocal, y: VectorLocal): Vector => {
  const quotient = quotient32(k, x, y, f64x2.convertLowI32x4U, i32x4.truncSatF64x2UZero)
  return v128.or(quotient, i32x4.eq(y, k.constants.i32x4(0)))
}

/** What is left over, also where the quotient is that of a division by zero. */
const remainder32 = (divide: typeof divide32S): Operation =>
  binary((x, y, k) => i32x4.sub(x, i32x4.mul(divide(k, x, y), y)))

const shared32: Operations = {
  ...bits,
  add: binary(i32x4.add),
  sub: binary(i32x4.sub),
  mul: binary(i32x4.mul),
  neg: unary(i32x4.neg),
  eq: binary(i32x4.eq),
  ne: binary(i32x4.ne),
  population_count: unary((x) => i32x4.extaddPairwiseI16x8U(i16x8.extaddPairwiseI8x16U(i8x16.popcnt(x)))),
  clz: perLane32((x) => i32.clz(x)),
  shift_left: shift32(i32x4.shl, i32.shl, false),
  shift_right_logical: shift32(i32x4.shrU, i32.shrU, false),
  shift_right_arithmetic: shift32(i32x4.shrS, i32.shrS, true)
}

export const int32Operations: Operations = {
  ...shared32,
  abs: unary(i32x4.abs),
  sign: unary((x, k) => v128.or(i32x4.shrS(x, 31), i32x4.shrU(i32x4.gtS(x, k.constants.i32x4(0)), 31))),
  div: binary((x, y, k) => divide32S(k, x, y)),
  rem: remainder32(divide32S),
  max: binary(i32x4.maxS),
  min: binary(i32x4.minS),
  lt: binary(i32x4.ltS),
  le: binary(i32x4.leS),
  gt: binary(i32x4.gtS),
  ge: binary(i32x4.geS)
}

export const uint32Operations: Operations = {
  ...shared32,
  abs: unary((x) => x),
  sign: unary((x, k) => i32x4.minU(x, k.constants.i32x4(1))),
  div: binary((x, y, k) => divide32U(k, x, y)),
  rem: remainder32(divide32U),
  max: binary(i32x4.maxU),
  min: binary(i32x4.minU),
  lt: binary(i32x4.ltU),
  le: binary(i32x4.leU),
  gt: binary(i32x4.gtU),
  ge: binary(i32x4.geU)
}

// --- 64 bits --------------------------------------------------------------------------------------------------------

const shift64 = (
  vector: (x: Vector, count: number) => Vector,
  scalar: (x: Value<"i64">, count: Value<"i64">) => Value<"i64">,
  sign: boolean
): Operation =>
(k, args) => {
  const { literal } = args[1]!
  if (literal !== undefined) {
    const count = BigInt.asUintN(64, BigInt(literal))
    if (count < 64n) return args[0]!.lanes.map((part) => vector(part, Number(count)))
    return args[0]!.lanes.map((part) => sign ? i64x2.shrS(part, 63) : k.constants.i32x4(0))
  }
  return perLane64((x, y) => {
    const count = k.f.let(y)
    const inside = i64.ltU(count, 64)
    return sign
      ? scalar(x, select(count, k.f.let(i64.const(63)), inside))
      : select(scalar(x, count), i64.const(0), inside)
  })(k, args)
}

const leastInt64 = -(1n << 63n)

/** A divisor that does not trap, in place of 0 and -1. */
const safeDivisor = (k: LaneContext, y: Value<"i64">, signed: boolean) => {
  const divisor = k.f.let(y)
  const special = signed ? i64.leU(i64.add(divisor, 1), 1) : i64.eqz(divisor)
  return { divisor, safe: k.f.let(select(i64.const(1), divisor, special)) }
}

const divide64S = perLane64((x, y, k) => {
  const dividend = k.f.let(x)
  const { divisor, safe } = safeDivisor(k, y, true)
  const quotient = k.f.let(i64.divS(dividend, safe))
  const byMinusOne = k.f.let(select(i64.sub(0, dividend), quotient, i64.eq(divisor, -1)))
  return select(i64.const(-1), byMinusOne, i64.eqz(divisor))
})

const remainder64S = perLane64((x, y, k) => {
  const dividend = k.f.let(x)
  const { divisor, safe } = safeDivisor(k, y, true)
  return select(dividend, i64.remS(dividend, safe), i64.eqz(divisor))
})

const divide64U = perLane64((x, y, k) => {
  const { divisor, safe } = safeDivisor(k, y, false)
  return select(i64.const(-1), i64.divU(x, safe), i64.eqz(divisor))
})

const remainder64U = perLane64((x, y, k) => {
  const dividend = k.f.let(x)
  const { divisor, safe } = safeDivisor(k, y, false)
  return select(dividend, i64.remU(dividend, safe), i64.eqz(divisor))
})

type Compare = (x: VectorLocal, y: VectorLocal, k: LaneContext) => Vector

/** Unsigned order is signed order with the highest bits flipped. */
const flipped = (compare: (x: Vector, y: Vector) => Vector): Compare => (x, y, k) => {
  const sign = k.constants.i64x2(leastInt64)
  return compare(v128.xor(x, sign), v128.xor(y, sign))
}

const lesser = (less: Compare): Operation => binary((x, y, k) => v128.bitselect(x, y, less(x, y, k)))
const greater = (less: Compare): Operation => binary((x, y, k) => v128.bitselect(y, x, less(x, y, k)))

const shared64: Operations = {
  ...bits,
  add: binary(i64x2.add),
  sub: binary(i64x2.sub),
  mul: binary(i64x2.mul),
  neg: unary(i64x2.neg),
  eq: wideComparison(i64x2.eq),
  ne: wideComparison(i64x2.ne),
  population_count: perLane64((x) => i64.popcnt(x)),
  clz: perLane64((x) => i64.clz(x)),
  shift_left: shift64(i64x2.shl, i64.shl, false),
  shift_right_logical: shift64(i64x2.shrU, i64.shrU, false),
  shift_right_arithmetic: shift64(i64x2.shrS, i64.shrS, true)
}

export const int64Operations: Operations = {
  ...shared64,
  abs: unary(i64x2.abs),
  sign: unary((x, k) => v128.or(i64x2.shrS(x, 63), i64x2.shrU(i64x2.gtS(x, k.constants.i64x2(0n)), 63))),
  div: divide64S,
  rem: remainder64S,
  max: greater(i64x2.ltS),
  min: lesser(i64x2.ltS),
  lt: wideComparison(i64x2.ltS),
  le: wideComparison(i64x2.leS),
  gt: wideComparison(i64x2.gtS),
  ge: wideComparison(i64x2.geS)
}

export const uint64Operations: Operations = {
  ...shared64,
  abs: unary((x) => x),
  sign: unary((x, k) => v128.andnot(k.constants.i64x2(1n), i64x2.eq(x, k.constants.i64x2(0n)))),
  div: divide64U,
  rem: remainder64U,
  max: greater(flipped(i64x2.ltS)),
  min: lesser(flipped(i64x2.ltS)),
  lt: wideComparison(flipped(i64x2.ltS)),
  le: wideComparison(flipped(i64x2.leS)),
  gt: wideComparison(flipped(i64x2.gtS)),
  ge: wideComparison(flipped(i64x2.geS))
}

// --- bool -----------------------------------------------------------------------------------------------------------

/** True is -1 in a lane: less, signed, than false. */
export const boolOperations: Operations = {
  ...bits,
  add: binary(v128.or),
  mul: binary(v128.and),
  max: binary(v128.or),
  min: binary(v128.and),
  eq: not(binary(v128.xor)),
  ne: binary(v128.xor),
  lt: binary((x, y) => v128.andnot(y, x)),
  le: binary((x, y) => v128.or(y, v128.not(x))),
  gt: binary((x, y) => v128.andnot(x, y)),
  ge: binary((x, y) => v128.or(x, v128.not(y)))
}
