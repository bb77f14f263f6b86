/**
 * The remainder of floats, exact, with the sign of the dividend: C's `fmod`.
 *
 * float32 lanes whose quotient is below 2^29 are divided in float64: a truncated quotient is at most one too large, and its
 * product with the divisor is exact, so that one correction suffices. All others are divided by long division of their
 * significands, one at a time, in a function that the module has once.
 */
import {
  f32,
  f32x4,
  f64,
  f64x2,
  type FunctionHandle,
  i32,
  i32x4,
  i64,
  type Local,
  select,
  v128,
  type Value
} from "../assembler/index.ts"
import type { LaneContext } from "./lanes.ts"
import type { Operation } from "./operation.ts"

type Fmod = FunctionHandle<readonly ["f64", "f64"], readonly ["f64"]>

/** fmod of any two float64. */
const fmod = (k: LaneContext): Fmod =>
  k.library.helper<Fmod>(
    "fmod",
    (module) =>
      module.function({ params: ["f64", "f64"], results: ["f64"], name: "fmod" }, (f, x, y) => {
        const a = f.let(f64.abs(x))
        const b = f.let(f64.abs(y))
        // x finite, y not 0; and y not NaN
        const defined = f.let(i32.and(f64.lt(a, Infinity), f64.gt(b, 0)))
        f.if(i32.eqz(defined), () => f.return(f64.const(NaN)))
        f.if(f64.lt(a, b), () => f.return(x))
        /** The significand as an integer, and the biased exponent that it has. */
        const split = (value: Local<"f64">) => {
          const bits = f.let(i64.reinterpretF64(value))
          const biased = f.let(i32.wrapI64(i64.shrU(bits, 52)))
          const significand = f.let(i64.and(bits, (1n << 52n) - 1n))
          const exponent = f.let(i32.const(1))
          f.if(biased, () => {
            f.set(significand, i64.or(significand, 1n << 52n))
            f.set(exponent, biased)
          })
          return { significand, exponent }
        }
        const dividend = split(a)
        const divisor = split(b)
        const rest = f.let(i64.remU(dividend.significand, divisor.significand))
        const bits = f.let(i32.sub(dividend.exponent, divisor.exponent))
        const step = f.let(i32.const(0))
        // Up to 10 bits at a time: a rest below 2^53, moved by as many, is below 2^63.
        f.while(() => i32.gtS(bits, 0), () => {
          f.set(step, select(bits, i32.const(10), i32.ltS(bits, 10)))
          f.set(rest, i64.remU(i64.shl(rest, i64.extendI32U(step)), divisor.significand))
          f.set(bits, i32.sub(bits, step))
        })
        // rest * 2^(e - 1075), e being the divisor's exponent; a power of two in two factors, each of them normal
        const power = (exponent: Value<"i32">) => f64.reinterpretI64(i64.shl(i64.extendI32U(exponent), 52))
        const half = f.let(i32.shrU(divisor.exponent, 1))
        const value = f.let(f64.mul(f64.convertI64U(rest), power(i32.add(half, 1023 - 537))))
        f.set(value, f64.mul(value, power(i32.add(i32.sub(divisor.exponent, half), 1023 - 538))))
        f.return(f64.copysign(value, x))
      })
  )

export const remainder64: Operation = (k, [x, y]) => {
  const divisor = y!.lanes
  return x!.lanes.map((part, i) => {
    const lane = (lane: number) =>
      k.f.call(fmod(k), f64x2.extractLane(part, lane), f64x2.extractLane(divisor[i]!, lane))
    return k.width === 1 ? f64x2.splat(lane(0)) : f64x2.replaceLane(f64x2.splat(lane(0)), 1, lane(1))
  })
}

const fastLimit = 2 ** 29

/** The remainders of the two lower lanes, whose quotients are below the limit. */
const remainderLow = (k: LaneContext, x: Local<"v128">, y: Local<"v128">): Local<"v128"> => {
  const { f } = k
  const a = f.let(f64x2.promoteLowF32x4(x))
  const b = f.let(f64x2.promoteLowF32x4(y))
  const quotient = f64x2.trunc(f64x2.div(a, b))
  const rest = f.let(f64x2.sub(a, f64x2.mul(quotient, b)))
  const mended = f64x2.add(rest, v128.and(b, f64x2.lt(rest, k.constants.f64x2(0))))
  return f.let(f32x4.demoteF64x2Zero(mended))
}

export const remainder32: Operation = (k, [xs, ys]) => {
  const { constants, f } = k
  const x = xs!.lanes[0]!
  const y = ys!.lanes[0]!
  const a = f.let(f32x4.abs(x))
  const b = f.let(f32x4.abs(y))
  // 0 times an infinite divisor is not 0
  const finite = f32x4.lt(b, constants.f32x4(Infinity))
  const quick = f.let(v128.and(f32x4.lt(f32x4.div(a, b), constants.f32x4(fastLimit)), finite))
  const result = f.let(remainderLow(k, a, b))
  if (k.width === 4) {
    const high = (v: Local<"v128">) => f.let(i32x4.shuffle(v, v, [2, 3, 2, 3]))
    f.set(result, i32x4.shuffle(result, remainderLow(k, high(a), high(b)), [0, 1, 4, 5]))
  }
  f.set(result, v128.or(result, v128.and(x, constants.f32x4(-0))))
  const slow = k.width === 4 ? i32.eqz(i32x4.allTrue(quick)) : i32.eqz(i32x4.extractLane(quick, 0))
  f.if(slow, () => {
    for (let lane = 0; lane < k.width; lane++) {
      f.if(i32.eqz(i32x4.extractLane(quick, lane)), () => {
        const scalar = (v: Local<"v128">) => f64.promoteF32(f32x4.extractLane(v, lane))
        f.set(result, f32x4.replaceLane(result, lane, f32.demoteF64(f.call(fmod(k), scalar(x), scalar(y)))))
      })
    }
  })
  return [result]
}
