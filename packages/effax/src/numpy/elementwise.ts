/**
 * Elementwise functions: arithmetic, comparison, logic, rounding and elementary functions.
 */
import * as DTypes from "../DType.ts"
import type * as DType from "../DType.ts"
import type * as NdArray from "../NdArray.ts"
import * as primitive from "../primitive/elementwise.ts"
import type * as Shape from "../Shape.ts"
import {
  type ArrayLike,
  asArray,
  broadcast,
  type DTypeOf,
  promote,
  promoteInexact,
  type PromoteOperands,
  type ShapeOf
} from "./operands.ts"

/** Functions of one array whose result has its shape; `F` tells the dtype. */
interface SameDType {
  <X extends ArrayLike>(x: X): NdArray.NdArray<DTypeOf<X>, ShapeOf<X>>
}
interface ToInexact {
  <X extends ArrayLike>(x: X): NdArray.NdArray<DType.ToInexact<DTypeOf<X>>, ShapeOf<X>>
}
interface ToReal {
  <X extends ArrayLike>(x: X): NdArray.NdArray<DType.RealOf<DTypeOf<X>>, ShapeOf<X>>
}
interface ToBool {
  <X extends ArrayLike>(x: X): NdArray.NdArray<"bool", ShapeOf<X>>
}

type Fits<X, Y> = Shape.BroadcastCheck<ShapeOf<X>, ShapeOf<Y>>
type Broadcasted<X, Y> = Shape.Broadcast<ShapeOf<X>, ShapeOf<Y>>

/** Functions of two arrays, which broadcast; dual: `f(x, y)` and `x.pipe(f(y))`. */
interface Arithmetic {
  <X extends ArrayLike, Y extends ArrayLike>(
    x: X,
    y: Y & Fits<X, Y>
  ): NdArray.NdArray<PromoteOperands<X, Y>, Broadcasted<X, Y>>
  <Y extends ArrayLike>(
    y: Y
  ): <X extends ArrayLike>(x: X & Fits<Y, X>) => NdArray.NdArray<PromoteOperands<X, Y>, Broadcasted<X, Y>>
}
interface InexactArithmetic {
  <X extends ArrayLike, Y extends ArrayLike>(
    x: X,
    y: Y & Fits<X, Y>
  ): NdArray.NdArray<DType.ToInexact<PromoteOperands<X, Y>>, Broadcasted<X, Y>>
  <Y extends ArrayLike>(
    y: Y
  ): <X extends ArrayLike>(
    x: X & Fits<Y, X>
  ) => NdArray.NdArray<DType.ToInexact<PromoteOperands<X, Y>>, Broadcasted<X, Y>>
}
interface Comparison {
  <X extends ArrayLike, Y extends ArrayLike>(x: X, y: Y & Fits<X, Y>): NdArray.NdArray<"bool", Broadcasted<X, Y>>
  <Y extends ArrayLike>(y: Y): <X extends ArrayLike>(x: X & Fits<Y, X>) => NdArray.NdArray<"bool", Broadcasted<X, Y>>
}

const unary = (name: string, apply: (x: NdArray.Any) => NdArray.Any): SameDType =>
  ((x: ArrayLike) => apply(asArray(name, x))) as never

const inexact = (name: string, apply: (x: NdArray.Any) => NdArray.Any): ToInexact =>
  ((x: ArrayLike) => apply(promoteInexact(name, [x])[0]!)) as never

const dual = <F>(f: (x: ArrayLike, y: ArrayLike) => NdArray.Any): F =>
  ((...args: [ArrayLike, ArrayLike] | [ArrayLike]) =>
    args.length === 1 ? (x: ArrayLike) => f(x, args[0]) : f(args[0], args[1])) as never

type Apply = (x: NdArray.Any, y: NdArray.Any) => NdArray.Any

const binary = <F>(name: string, apply: Apply, convert: typeof promote = promote): F =>
  dual<F>((x, y) => {
    const [a, b] = broadcast(name, convert(name, [x, y]))
    return apply(a!, b!)
  })

// --- arithmetic -----------------------------------------------------------------------------------------------------

/** `x + y`. Booleans: logical or. @category arithmetic @since 0.1.0 */
export const add = binary<Arithmetic>("add", (x, y) => x.dtype === "bool" ? primitive.or(x, y) : primitive.add(x, y))
/** `x - y`. @category arithmetic @since 0.1.0 */
export const subtract = binary<Arithmetic>("subtract", primitive.sub)
/** `x * y`. Booleans: logical and. @category arithmetic @since 0.1.0 */
export const multiply = binary<Arithmetic>(
  "multiply",
  (x, y) => x.dtype === "bool" ? primitive.and(x, y) : primitive.mul(x, y)
)
/** The true quotient, in floating point. @category arithmetic @since 0.1.0 */
export const divide = binary<InexactArithmetic>("divide", primitive.div, promoteInexact)
/** `-x`. @category arithmetic @since 0.1.0 */
export const negative = unary("negative", primitive.neg)
/** `|x|`. @category arithmetic @since 0.1.0 */
export const abs: ToReal = unary(
  "abs",
  (x) => x.dtype === "bool" || DTypes.isUnsigned(x.dtype) ? x : primitive.abs(x)
) as never
/** -1, 0 or 1; NaN of NaN, -0 of -0. @category arithmetic @since 0.1.0 */
export const sign = unary("sign", primitive.sign)
/** The larger of two; NaN if either is. Ties share the gradient. @category arithmetic @since 0.1.0 */
export const maximum = binary<Arithmetic>("maximum", primitive.max)
/** The smaller of two; NaN if either is. Ties share the gradient. @category arithmetic @since 0.1.0 */
export const minimum = binary<Arithmetic>("minimum", primitive.min)
/** `1 / x`, in floating point. @category arithmetic @since 0.1.0 */
export const reciprocal = inexact("reciprocal", (x) => primitive.div(1, x))
/** `x^2`. @category arithmetic @since 0.1.0 */
export const square = unary("square", (x) => x.dtype === "bool" ? x : primitive.integerPow(x, 2))

/**
 * `x^y`. A whole JavaScript number as the exponent multiplies out, exactly and for integers too; otherwise the result
 * of float operands is that of C's `pow`, and integers multiply out over the bits of a non-negative exponent.
 *
 * @category arithmetic
 * @since 0.1.0
 */
export const power = dual<Arithmetic>((x, y) => {
  if (typeof y === "number" && Number.isInteger(y) && Math.abs(y) < 2 ** 31 && typeof x === "object") {
    if (!DTypes.isInteger(x.dtype) && x.dtype !== "bool") return primitive.integerPow(x, y)
    if (x.dtype !== "bool" && y >= 0) return primitive.integerPow(x, y)
  }
  const [a, b] = broadcast("power", promote("power", [x, y]))
  return DTypes.isInexact(a!.dtype) ? primitive.pow(a!, b!) : integerPower(a!, b!)
})

/** Square and multiply over the bits of the exponent; a negative exponent gives 0, or the reciprocal of 1 and -1. */
const integerPower = (x: NdArray.Any, y: NdArray.Any): NdArray.Any => {
  const bits = DTypes.itemSize(x.dtype) * 8 - (DTypes.isSigned(x.dtype) ? 1 : 0)
  let result: NdArray.Any = primitive.select(primitive.eq(y, y), primitive.integerPow(x, 0), 1)
  let base = x
  for (let i = 0; i < bits; i++) {
    const isSet = primitive.ne(primitive.and(primitive.shiftRightLogical(y, i), 1), 0)
    result = primitive.select(isSet, primitive.mul(result, base), result)
    base = primitive.mul(base, base)
  }
  if (!DTypes.isSigned(x.dtype)) return result
  const unit = primitive.or(primitive.eq(x, 1), primitive.eq(x, -1))
  return primitive.select(primitive.and(primitive.lt(y, 0), primitive.not(unit)), primitive.mul(result, 0), result)
}

/** Integers have remainder 0 when divided by 0, as by 1. */
const remainderOf = (x: NdArray.Any, y: NdArray.Any): NdArray.Any =>
  primitive.rem(x, DTypes.isInteger(y.dtype) ? primitive.select(primitive.eq(y, 0), 1, y) : y)

/** The remainder with the sign of the divisor; of integers divided by 0 it is 0. @category arithmetic @since 0.1.0 */
export const remainder = binary<Arithmetic>("remainder", (x, y) => {
  const r = remainderOf(x, y)
  if (DTypes.isUnsigned(x.dtype)) return r
  const differs = primitive.ne(primitive.lt(r, 0), primitive.lt(y, 0))
  return primitive.select(primitive.and(primitive.ne(r, 0), differs), primitive.add(r, y), r)
})
/** The remainder with the sign of the dividend, as C's `fmod`; of integers divided by 0 it is 0. @category arithmetic @since 0.1.0 */
export const fmod = binary<Arithmetic>("fmod", remainderOf)
/** The quotient rounded toward minus infinity. @category arithmetic @since 0.1.0 */
export const floorDivide = binary<Arithmetic>("floorDivide", (x, y) => {
  if (DTypes.isUnsigned(x.dtype)) return primitive.div(x, y)
  const r = primitive.rem(x, y)
  if (DTypes.isInteger(x.dtype)) {
    const q = primitive.div(x, y)
    const below = primitive.and(primitive.ne(r, 0), primitive.ne(primitive.sign(x), primitive.sign(y)))
    return primitive.select(below, primitive.sub(q, 1), q)
  }
  // as CPython's float_divmod: the quotient of a multiple of y is whole but for the rounding of the division
  const q = primitive.div(primitive.select(primitive.eq(y, 0), x, primitive.sub(x, r)), y)
  const below = primitive.and(primitive.ne(r, 0), primitive.ne(primitive.sign(y), primitive.sign(r)))
  return primitive.round(primitive.select(below, primitive.sub(q, 1), q))
})
/** `sqrt(x^2 + y^2)` without overflow on the way. @category arithmetic @since 0.1.0 */
export const hypot = binary<InexactArithmetic>("hypot", (x, y) => {
  const [a, b] = [primitive.abs(x), primitive.abs(y)]
  const large = primitive.max(a, b)
  const safe = primitive.select(primitive.eq(large, 0), primitive.integerPow(large, 0), large)
  const ratio = primitive.div(primitive.min(a, b), safe)
  const length = primitive.mul(large, primitive.sqrt(primitive.add(primitive.mul(ratio, ratio), 1)))
  const infinite = primitive.or(primitive.eq(a, Infinity), primitive.eq(b, Infinity))
  return primitive.select(infinite, Infinity, length)
}, promoteInexact)
/** Values clipped into an interval; a bound may be left out. @category arithmetic @since 0.1.0 */
export const clip = <X extends ArrayLike, Min extends ArrayLike = X, Max extends ArrayLike = X>(
  x: X,
  bounds: {
    readonly min?: Min & Fits<X, Min>
    readonly max?: Max & Fits<X, Max>
  }
): NdArray.NdArray<
  PromoteOperands<NdArray.NdArray<PromoteOperands<X, Min>>, Max>,
  Shape.Broadcast<Broadcasted<X, Min>, ShapeOf<Max>>
> => {
  let result: NdArray.Any = asArray("clip", x)
  if (bounds.min !== undefined) result = maximum(bounds.min as ArrayLike, result)
  if (bounds.max !== undefined) result = minimum(bounds.max as ArrayLike, result)
  return result as never
}

// --- rounding -------------------------------------------------------------------------------------------------------

const rounding = (name: string, apply: (x: NdArray.Any) => NdArray.Any): SameDType =>
  unary(name, (x) => DTypes.isInexact(x.dtype) ? apply(x) : x)

/** @category rounding @since 0.1.0 */
export const floor = rounding("floor", primitive.floor)
/** @category rounding @since 0.1.0 */
export const ceil = rounding("ceil", primitive.ceil)
/** To the nearest whole number, ties to even. @category rounding @since 0.1.0 */
export const round = rounding("round", (x) => primitive.round(x, "toNearestEven"))
/** Toward zero. @category rounding @since 0.1.0 */
export const trunc = rounding(
  "trunc",
  (x) => primitive.select(primitive.lt(x, 0), primitive.ceil(x), primitive.floor(x))
)

// --- exponentials and logarithms ------------------------------------------------------------------------------------

/** @category exponentials @since 0.1.0 */
export const exp = inexact("exp", primitive.exp)
/** @category exponentials @since 0.1.0 */
export const exp2 = inexact("exp2", primitive.exp2)
/** `exp(x) - 1`, exact near 0. @category exponentials @since 0.1.0 */
export const expm1 = inexact("expm1", primitive.expm1)
/** The natural logarithm. @category exponentials @since 0.1.0 */
export const log = inexact("log", primitive.log)
/** `log(1 + x)`, exact near 0. @category exponentials @since 0.1.0 */
export const log1p = inexact("log1p", primitive.log1p)
/** @category exponentials @since 0.1.0 */
export const log2 = inexact("log2", (x) => primitive.mul(primitive.log(x), Math.LOG2E))
/** @category exponentials @since 0.1.0 */
export const log10 = inexact("log10", (x) => primitive.mul(primitive.log(x), Math.LOG10E))
/** @category exponentials @since 0.1.0 */
export const sqrt = inexact("sqrt", primitive.sqrt)
/** @category exponentials @since 0.1.0 */
export const cbrt = inexact("cbrt", primitive.cbrt)

/** `log(exp(x) + exp(y))` without overflow. @category exponentials @since 0.1.0 */
export const logaddexp = binary<InexactArithmetic>("logaddexp", (x, y) => {
  const difference = primitive.sub(x, y)
  // NaN, and infinities of one sign, whose difference must not put NaN into the derivatives
  const undecided = primitive.ne(difference, difference)
  const safe = primitive.select(undecided, 0, difference)
  const larger = primitive.gt(safe, 0)
  // the larger plus log(1 + exp(-|x - y|)), with the derivatives of both terms from one side where both are equal
  return primitive.select(
    undecided,
    primitive.add(x, y),
    primitive.add(
      primitive.select(larger, x, y),
      primitive.log1p(primitive.exp(primitive.select(larger, primitive.neg(safe), safe)))
    )
  )
}, promoteInexact)

// --- trigonometric and hyperbolic -----------------------------------------------------------------------------------

/** @category trigonometric @since 0.1.0 */
export const sin = inexact("sin", primitive.sin)
/** @category trigonometric @since 0.1.0 */
export const cos = inexact("cos", primitive.cos)
/** @category trigonometric @since 0.1.0 */
export const tan = inexact("tan", primitive.tan)
/** @category trigonometric @since 0.1.0 */
export const arcsin = inexact("arcsin", primitive.asin)
/** @category trigonometric @since 0.1.0 */
export const arccos = inexact("arccos", primitive.acos)
/** @category trigonometric @since 0.1.0 */
export const arctan = inexact("arctan", primitive.atan)
/** The angle of the point `(x, y)`, given as `arctan2(y, x)`. @category trigonometric @since 0.1.0 */
export const arctan2 = binary<InexactArithmetic>("arctan2", primitive.atan2, promoteInexact)
/** @category hyperbolic @since 0.1.0 */
export const sinh = inexact("sinh", primitive.sinh)
/** @category hyperbolic @since 0.1.0 */
export const cosh = inexact("cosh", primitive.cosh)
/** @category hyperbolic @since 0.1.0 */
export const tanh = inexact("tanh", primitive.tanh)
/** @category hyperbolic @since 0.1.0 */
export const arcsinh = inexact("arcsinh", primitive.asinh)
/** @category hyperbolic @since 0.1.0 */
export const arccosh = inexact("arccosh", primitive.acosh)
/** @category hyperbolic @since 0.1.0 */
export const arctanh = inexact("arctanh", primitive.atanh)

// --- comparison -----------------------------------------------------------------------------------------------------

/** @category comparison @since 0.1.0 */
export const equal = binary<Comparison>("equal", primitive.eq)
/** @category comparison @since 0.1.0 */
export const notEqual = binary<Comparison>("notEqual", primitive.ne)
/** @category comparison @since 0.1.0 */
export const less = binary<Comparison>("less", primitive.lt)
/** @category comparison @since 0.1.0 */
export const lessEqual = binary<Comparison>("lessEqual", primitive.le)
/** @category comparison @since 0.1.0 */
export const greater = binary<Comparison>("greater", primitive.gt)
/** @category comparison @since 0.1.0 */
export const greaterEqual = binary<Comparison>("greaterEqual", primitive.ge)

const predicate = (name: string, apply: (x: NdArray.Any) => NdArray.Any, otherwise: boolean): ToBool =>
  ((x: ArrayLike) => {
    const array = asArray(name, x)
    if (DTypes.isInexact(array.dtype)) return apply(array)
    const equal = primitive.eq(array, array)
    return otherwise ? equal : primitive.not(equal)
  }) as never

/** @category comparison @since 0.1.0 */
export const isnan = predicate("isnan", (x) => primitive.ne(x, x), false)
/** @category comparison @since 0.1.0 */
export const isfinite = predicate("isfinite", primitive.isFinite, true)
/** @category comparison @since 0.1.0 */
export const isinf = predicate("isinf", (x) => primitive.eq(primitive.abs(x), Infinity), false)

/** Whether two arrays agree to `atol + rtol * |y|`. @category comparison @since 0.1.0 */
export const isclose = <X extends ArrayLike, Y extends ArrayLike>(
  x: X,
  y: Y & Fits<X, Y>,
  options: { readonly rtol?: number; readonly atol?: number; readonly equalNan?: boolean } = {}
): NdArray.NdArray<"bool", Broadcasted<X, Y>> => {
  const { atol = 1e-8, equalNan = false, rtol = 1e-5 } = options
  const [a, b] = broadcast("isclose", promoteInexact("isclose", [x, y]))
  const bound = primitive.add(primitive.mul(primitive.abs(b!), rtol), atol)
  const near = primitive.and(primitive.le(primitive.abs(primitive.sub(a!, b!)), bound), primitive.isFinite(b!))
  const same = primitive.or(near, primitive.eq(a!, b!))
  return (equalNan
    ? primitive.or(same, primitive.and(primitive.ne(a!, a!), primitive.ne(b!, b!)))
    : same) as never
}

// --- logic and bits -------------------------------------------------------------------------------------------------

const truth = (x: NdArray.Any): NdArray.Any => x.dtype === "bool" ? x : primitive.ne(x, 0)

const logical = (name: string, apply: Apply): Comparison =>
  dual<Comparison>((x, y) => {
    const [a, b] = broadcast(name, [asArray(name, x), asArray(name, y)])
    return apply(truth(a!), truth(b!))
  })

/** @category logic @since 0.1.0 */
export const logicalAnd = logical("logicalAnd", primitive.and)
/** @category logic @since 0.1.0 */
export const logicalOr = logical("logicalOr", primitive.or)
/** @category logic @since 0.1.0 */
export const logicalXor = logical("logicalXor", primitive.xor)
/** @category logic @since 0.1.0 */
export const logicalNot: ToBool = ((x: ArrayLike) => primitive.not(truth(asArray("logicalNot", x)))) as never
/** @category logic @since 0.1.0 */
export const bitwiseAnd = binary<Arithmetic>("bitwiseAnd", primitive.and)
/** @category logic @since 0.1.0 */
export const bitwiseOr = binary<Arithmetic>("bitwiseOr", primitive.or)
/** @category logic @since 0.1.0 */
export const bitwiseXor = binary<Arithmetic>("bitwiseXor", primitive.xor)
/** @category logic @since 0.1.0 */
export const bitwiseNot = unary("bitwiseNot", primitive.not)
/** @category logic @since 0.1.0 */
export const leftShift = binary<Arithmetic>("leftShift", primitive.shiftLeft)
/** Arithmetic for signed dtypes, logical for unsigned ones. @category logic @since 0.1.0 */
export const rightShift = binary<Arithmetic>(
  "rightShift",
  (x, y) => DTypes.isUnsigned(x.dtype) ? primitive.shiftRightLogical(x, y) : primitive.shiftRightArithmetic(x, y)
)

// --- choice and conversion ------------------------------------------------------------------------------------------

/**
 * `onTrue` where the condition holds, else `onFalse`; all three broadcast.
 *
 * **Gotchas**
 *
 * Both branches are computed and differentiated: a branch that is not chosen still puts NaN into a gradient when its
 * derivative is infinite or NaN. Make its operand safe first, with a `where` of its own.
 *
 * @category choice
 * @since 0.1.0
 */
export const where = <C extends ArrayLike, X extends ArrayLike, Y extends ArrayLike>(
  condition: C,
  onTrue: X & Fits<C, X>,
  onFalse: Y & Shape.BroadcastCheck<Broadcasted<C, X>, ShapeOf<Y>>
): NdArray.NdArray<PromoteOperands<X, Y>, Shape.Broadcast<Broadcasted<C, X>, ShapeOf<Y>>> => {
  const cases = promote("where", [onTrue, onFalse])
  const [c, x, y] = broadcast("where", [asArray("where", condition), ...cases])
  return primitive.select(truth(c!), x!, y!) as never
}

/**
 * Converts to a dtype: floats to integers saturate and NaN becomes 0, integers wrap, anything but 0 is true.
 *
 * @category conversion
 * @since 0.1.0
 */
export const astype: {
  <D extends DType.DType>(dtype: D): <X extends ArrayLike>(x: X) => NdArray.NdArray<D, ShapeOf<X>>
  <X extends ArrayLike, D extends DType.DType>(x: X, dtype: D): NdArray.NdArray<D, ShapeOf<X>>
} = ((...args: [ArrayLike, DType.DType] | [DType.DType]) => {
  const to = (x: ArrayLike, dtype: DType.DType) => primitive.convert(asArray("astype", x), dtype)
  return args.length === 1 ? (x: ArrayLike) => to(x, args[0]) : to(args[0], args[1])
}) as never

/** The same value, through which no derivative flows. @category conversion @since 0.1.0 */
export const stopGradient = unary("stopGradient", primitive.stopGradient)
