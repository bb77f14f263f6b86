/**
 * Arithmetic on vectors of floating-point lanes, as the emitters of this folder write it: each method emits one
 * operation and gives the local that holds its result.
 */
import {
  f32x4,
  f64x2,
  type FunctionBuilder,
  type FunctionHandle,
  i32x4,
  i64x2,
  type Local,
  type ModuleBuilder,
  v128,
  type Value
} from "../assembler/index.ts"
import type { Constants } from "./constants.ts"

export type Vector = Value<"v128">
export type VectorLocal = Local<"v128">

/** Functions that emitters of one module share. */
export interface Helpers {
  /** Whether multiply-add is fused. */
  readonly fma: boolean
  /** A function out of line, made at its first use. */
  readonly helper: <H extends FunctionHandle>(name: string, make: (module: ModuleBuilder) => H) => H
}

/** Where an emitter writes to. */
export interface MathContext {
  readonly f: FunctionBuilder
  readonly constants: Constants
  /** Gives the out-of-line helpers of rare paths, and says whether multiply-add is fused. */
  readonly library: Helpers
}

/** What the two lane shapes have in common. */
abstract class Lanes {
  readonly context: MathContext
  readonly f: FunctionBuilder
  /** Whether `madd` is one rounding. It is, too, whether relaxed SIMD may be used. */
  readonly fma: boolean
  /** The instructions of the lane shape. */
  protected abstract readonly float: typeof f32x4 | typeof f64x2
  protected abstract readonly integer: typeof i32x4 | typeof i64x2

  constructor(context: MathContext) {
    this.context = context
    this.f = context.f
    this.fma = context.library.fma
  }

  /** A constant in every lane. */
  abstract number(value: number): Vector

  add(a: Vector, b: Vector): VectorLocal {
    return this.f.let(this.float.add(a, b))
  }
  sub(a: Vector, b: Vector): VectorLocal {
    return this.f.let(this.float.sub(a, b))
  }
  mul(a: Vector, b: Vector): VectorLocal {
    return this.f.let(this.float.mul(a, b))
  }
  div(a: Vector, b: Vector): VectorLocal {
    return this.f.let(this.float.div(a, b))
  }
  sqrt(a: Vector): VectorLocal {
    return this.f.let(this.float.sqrt(a))
  }
  abs(a: Vector): VectorLocal {
    return this.f.let(this.float.abs(a))
  }
  neg(a: Vector): VectorLocal {
    return this.f.let(this.float.neg(a))
  }
  /** The smaller; `a` where `a` is NaN. */
  min(a: Vector, b: Vector): VectorLocal {
    return this.f.let(this.float.pmin(a, b))
  }
  /** The larger; `a` where `a` is NaN. */
  max(a: Vector, b: Vector): VectorLocal {
    return this.f.let(this.float.pmax(a, b))
  }

  private maddValue(a: Vector, b: Vector, c: Vector): Vector {
    return this.fma ? this.float.relaxedMadd(a, b, c) : this.float.add(this.float.mul(a, b), c)
  }
  /** `a * b + c` */
  madd(a: Vector, b: Vector, c: Vector): VectorLocal {
    return this.f.let(this.maddValue(a, b, c))
  }
  /** `c - a * b` */
  nmadd(a: Vector, b: Vector, c: Vector): VectorLocal {
    return this.f.let(
      this.fma ? this.float.relaxedNmadd(a, b, c) : this.float.sub(c, this.float.mul(a, b))
    )
  }
  /** `coefficients[0] + coefficients[1] x + ...` by Horner's rule. */
  polynomial(x: VectorLocal, coefficients: ReadonlyArray<number>): VectorLocal {
    let sum = this.number(coefficients.at(-1)!)
    for (let i = coefficients.length - 2; i >= 0; i--) sum = this.maddValue(sum, x, this.number(coefficients[i]!))
    return this.f.let(sum)
  }

  eq(a: Vector, b: Vector): VectorLocal {
    return this.f.let(this.float.eq(a, b))
  }
  lt(a: Vector, b: Vector): VectorLocal {
    return this.f.let(this.float.lt(a, b))
  }
  gt(a: Vector, b: Vector): VectorLocal {
    return this.f.let(this.float.gt(a, b))
  }
  le(a: Vector, b: Vector): VectorLocal {
    return this.f.let(this.float.le(a, b))
  }
  ge(a: Vector, b: Vector): VectorLocal {
    return this.f.let(this.float.ge(a, b))
  }
  isNaN(a: Vector & VectorLocal): VectorLocal {
    return this.f.let(this.float.ne(a, a))
  }

  /** `whenTrue` in the lanes where the mask has ones. */
  select(mask: Vector, whenTrue: Vector, whenFalse: Vector): VectorLocal {
    return this.f.let(
      this.fma ? this.integer.relaxedLaneselect(whenTrue, whenFalse, mask) : v128.bitselect(whenTrue, whenFalse, mask)
    )
  }
  and(a: Vector, b: Vector): VectorLocal {
    return this.f.let(v128.and(a, b))
  }
  andNot(a: Vector, b: Vector): VectorLocal {
    return this.f.let(v128.andnot(a, b))
  }
  or(a: Vector, b: Vector): VectorLocal {
    return this.f.let(v128.or(a, b))
  }
  xor(a: Vector, b: Vector): VectorLocal {
    return this.f.let(v128.xor(a, b))
  }
  not(a: Vector): VectorLocal {
    return this.f.let(v128.not(a))
  }

  intAdd(a: Vector, b: Vector): VectorLocal {
    return this.f.let(this.integer.add(a, b))
  }
  intSub(a: Vector, b: Vector): VectorLocal {
    return this.f.let(this.integer.sub(a, b))
  }
  shl(a: Vector, count: number): VectorLocal {
    return this.f.let(this.integer.shl(a, count))
  }
  shrU(a: Vector, count: number): VectorLocal {
    return this.f.let(this.integer.shrU(a, count))
  }

  /** The sign bits of `a`, all else zero. */
  signBits(a: Vector): VectorLocal {
    return this.and(a, this.number(-0))
  }
  /** A magnitude with no sign, given the sign of `a`. */
  withSign(magnitude: Vector, a: Vector): VectorLocal {
    return this.or(magnitude, this.signBits(a))
  }
  /** Whether the mask has a lane of ones. */
  any(mask: Vector): Value<"i32"> {
    return v128.anyTrue(mask)
  }
}

/** Four float32 lanes. */
export class Float32Lanes extends Lanes {
  protected readonly float = f32x4
  protected readonly integer = i32x4
  /** 1.5 * 2^23: added to |x| < 2^22, it leaves the nearest integer in the low bits of the mantissa. */
  readonly magic = 12582912

  number(value: number): Vector {
    return this.context.constants.f32x4(value)
  }
  int(value: number): Vector {
    return this.context.constants.i32x4(value)
  }
  shrS(a: Vector, count: number): VectorLocal {
    return this.f.let(i32x4.shrS(a, count))
  }
  /** The nearest float32 of each int32 lane. */
  fromInt(a: Vector): VectorLocal {
    return this.f.let(f32x4.convertI32x4S(a))
  }
}

/**
 * How good a float64 result has to be: `full` for float64 results, `single` (a relative error of about 2^-30) for
 * results that are rounded to float32.
 */
export type Precision = "full" | "single"

/** Two float64 lanes. */
export class Float64Lanes extends Lanes {
  protected readonly float = f64x2
  protected readonly integer = i64x2
  /** 1.5 * 2^52: added to |x| < 2^51, it leaves the nearest integer in the low bits of the mantissa. */
  readonly magic = 6755399441055744
  readonly precision: Precision

  constructor(context: MathContext, precision: Precision) {
    super(context)
    this.precision = precision
  }
  number(value: number): Vector {
    return this.context.constants.f64x2(value)
  }
  int(value: bigint): Vector {
    return this.context.constants.i64x2(value)
  }

  /** The product as an unevaluated sum `[rounded, error]` (Dekker 1971; one instruction with FMA). */
  twoProduct(a: VectorLocal, b: VectorLocal): readonly [VectorLocal, VectorLocal] {
    const product = this.mul(a, b)
    if (this.fma) return [product, this.madd(a, b, this.neg(product))]
    const [aHigh, aLow] = this.split(a)
    const [bHigh, bLow] = this.split(b)
    const first = this.sub(this.mul(aHigh, bHigh), product)
    const second = this.add(first, this.mul(aHigh, bLow))
    const third = this.add(second, this.mul(aLow, bHigh))
    return [product, this.add(third, this.mul(aLow, bLow))]
  }
  /** Veltkamp's split into two halves of 26 bits. */
  private split(a: VectorLocal): readonly [VectorLocal, VectorLocal] {
    const scaled = this.mul(a, this.number(134217729))
    const high = this.sub(scaled, this.sub(scaled, a))
    return [high, this.sub(a, high)]
  }
  /** The sum as `[rounded, error]` where |a| >= |b| or a is 0. */
  fastTwoSum(a: VectorLocal, b: VectorLocal): readonly [VectorLocal, VectorLocal] {
    const sum = this.add(a, b)
    return [sum, this.sub(b, this.sub(sum, a))]
  }
  /** The sum as `[rounded, error]` (Knuth). */
  twoSum(a: VectorLocal, b: VectorLocal): readonly [VectorLocal, VectorLocal] {
    const sum = this.add(a, b)
    const bb = this.sub(sum, a)
    return [sum, this.add(this.sub(a, this.sub(sum, bb)), this.sub(b, bb))]
  }
}
