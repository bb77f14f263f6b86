/**
 * Comparison, logic and bits.
 */
import { sameShape } from "../Aval.ts"
import * as DTypes from "../DType.ts"
import { dual, dualWithOptions } from "../internal/arguments/dual.ts"
import { checkBooleans, checkNoOptions, type Known } from "../internal/arguments/options.ts"
import { cast } from "../internal/graph/cast.ts"
import * as node from "../internal/graph/node.ts"
import { isInteger, isPlain } from "../internal/graph/numbers.ts"
import { holds } from "../internal/graph/scalars.ts"
import type { Behind, Last } from "../internal/types/dataLast.ts"
import type * as NdArray from "../NdArray.ts"
import { imag, real } from "../primitive/complex.ts"
import * as primitive from "../primitive/elementwise.ts"
import { reduceAnd } from "../primitive/reduction.ts"
import { range } from "../primitive/rule.ts"
import type { Shape } from "../Shape.ts"
import {
  type ArrayLike,
  asArray,
  asOperand,
  broadcast,
  promote,
  promoteInexact,
  promoteModular,
  promoteNumeric,
  type ShapeOf
} from "./operands.ts"
import {
  type Apply,
  type Arithmetic,
  binary,
  type Broadcasted,
  type Comparison,
  type Fits,
  type NumericArithmetic,
  type ToBool,
  truth,
  unary
} from "./signatures.ts"

// --- comparison ------------------------------------------------------------------------------------------------------

/**
 * Comparing gives booleans whatever the dtypes: a number that the integers beside it have no value for makes floats of
 * them, and their order is kept.
 */
const promoteCompared: typeof promote = (operation, operands) => {
  const nodes = operands.map((x) => asOperand(operation, x))
  const scalar = nodes.find(isPlain)
  const array = nodes.find((x) => !isPlain(x))
  if (array === undefined || scalar === undefined || !DTypes.isInteger(array.dtype)) return promote(operation, nodes)
  const as = (dtype: DTypes.DType) => nodes.map((x) => cast(operation, x, dtype))
  const narrow = DTypes.itemSize(array.dtype) <= 2
  if (scalar.source._tag !== "Literal") {
    return isInteger(scalar) ? narrow ? as("int32") : promote(operation, nodes) : as(narrow ? "float32" : "float64")
  }
  const { value } = scalar.source
  if (typeof value === "boolean" || holds(array.dtype, value)) return promote(operation, nodes)
  if (typeof value === "number" && !Number.isInteger(value)) return as(narrow ? "float32" : "float64")
  // beyond all values of the dtype, as infinity is
  const beyond = node.literal(value < 0 ? -Infinity : Infinity, "float32")
  return nodes.map((x) => x === scalar ? beyond : cast(operation, x, "float32"))
}

/**
 * Whether `x = y`, element by element; NaN equals nothing.
 *
 * **Gotchas**
 *
 * `x === y` in JavaScript asks whether two arrays are the same description.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.equal(np.array([1, 2, NaN]), np.array([1, 3, NaN])) // => [true, false, false]
 * ```
 *
 * @category comparison
 * @since 0.1.0
 */
export const equal = binary<Comparison>("equal", primitive.eq, promoteCompared)
/**
 * Whether `x` and `y` differ, element by element; NaN differs from everything.
 *
 * @category comparison
 * @since 0.1.0
 */
export const notEqual = binary<Comparison>("notEqual", primitive.ne, promoteCompared)
/**
 * Whether `x < y`, element by element; false of NaN.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.less(np.array([1, 2, 3]), 2) // => [true, false, false]
 * ```
 *
 * @category comparison
 * @since 0.1.0
 */
export const less = binary<Comparison>("less", primitive.lt, promoteCompared)
/**
 * Whether `x <= y`, element by element; false of NaN.
 *
 * @category comparison
 * @since 0.1.0
 */
export const lessEqual = binary<Comparison>("lessEqual", primitive.le, promoteCompared)
/**
 * Whether `x > y`, element by element; false of NaN.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.greater(np.array([1, 2, 3]), 2) // => [false, false, true]
 * ```
 *
 * @category comparison
 * @since 0.1.0
 */
export const greater = binary<Comparison>("greater", primitive.gt, promoteCompared)
/**
 * Whether `x >= y`, element by element; false of NaN.
 *
 * @category comparison
 * @since 0.1.0
 */
export const greaterEqual = binary<Comparison>("greaterEqual", primitive.ge, promoteCompared)

const predicate = (name: string, apply: (x: NdArray.Any) => NdArray.Any, otherwise: boolean): ToBool =>
  ((x: ArrayLike, behind: unknown) => {
    checkNoOptions(name, behind)
    const array = asArray(name, x)
    if (DTypes.isInexact(array.dtype)) return apply(array)
    const equal = primitive.eq(array, array)
    return otherwise ? equal : primitive.not(equal)
  }) as never

/**
 * Whether an element is NaN. Never of integers.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.isnan(np.array([NaN, 1, Infinity])) // => [true, false, false]
 * ```
 *
 * @category comparison
 * @since 0.1.0
 */
export const isnan = predicate("isnan", (x) => primitive.ne(x, x), false)
/**
 * Whether an element is neither NaN nor infinite.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.isfinite(np.array([NaN, 1, Infinity])) // => [false, true, false]
 * ```
 *
 * @category comparison
 * @since 0.1.0
 */
export const isfinite = predicate(
  "isfinite",
  (x) =>
    DTypes.isComplex(x.dtype)
      ? primitive.and(primitive.isFinite(real(x)), primitive.isFinite(imag(x)))
      : primitive.isFinite(x),
  true
)
/**
 * Whether an element is Infinity or -Infinity.
 *
 * @category comparison
 * @since 0.1.0
 */
export const isinf = predicate(
  "isinf",
  (x) => {
    const infinite = (part: NdArray.Any): NdArray.Any => primitive.eq(primitive.abs(part), Infinity)
    return DTypes.isComplex(x.dtype) ? primitive.or(infinite(real(x)), infinite(imag(x))) : infinite(x)
  },
  false
)

/**
 * Options of {@link isclose}.
 *
 * @category models
 * @since 0.1.0
 */
export interface IscloseOptions {
  /** The relative tolerance, 1e-5 by default. */
  readonly rtol?: number
  /** The absolute tolerance, 1e-8 by default. */
  readonly atol?: number
  /** Whether NaN is close to NaN. */
  readonly equalNan?: boolean
}

const knownOfIsclose: Known<IscloseOptions> = { rtol: true, atol: true, equalNan: true }

/**
 * Whether two arrays agree to `atol + rtol * |y|`, element by element.
 *
 * **Details**
 *
 * `rtol` is 1e-5 and `atol` 1e-8 by default. Infinities agree with themselves, NaN with `equalNan` only.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.isclose(np.array([1, 1.1]), 1.000001) // => [true, false]
 * ```
 *
 * @category comparison
 * @since 0.1.0
 */
export const isclose: {
  <Y extends ArrayLike>(
    y: Y,
    options?: Behind<IscloseOptions>
  ): Last<Y, <X extends ArrayLike>(x: X & Fits<Y, X>) => NdArray.NdArray<"bool", Broadcasted<X, Y>>>
  <X extends ArrayLike, Y extends ArrayLike>(
    x: X,
    y: Y & Fits<X, Y>,
    options?: IscloseOptions
  ): NdArray.NdArray<"bool", Broadcasted<X, Y>>
} = dualWithOptions("isclose", 2, knownOfIsclose, (x: ArrayLike, y: ArrayLike, options: IscloseOptions) => {
  const { atol = 1e-8, equalNan = false, rtol = 1e-5 } = options
  const [a, b] = broadcast("isclose", promoteInexact("isclose", [x, y]))
  const bound = primitive.add(primitive.mul(primitive.abs(b!), rtol), atol)
  const near = primitive.and(primitive.le(primitive.abs(primitive.sub(a!, b!)), bound), isfinite(b!))
  const same = primitive.or(near, primitive.eq(a!, b!))
  return (equalNan
    ? primitive.or(same, primitive.and(primitive.ne(a!, a!), primitive.ne(b!, b!)))
    : same) as never
})

interface AllClose {
  <Y extends ArrayLike>(
    y: Y,
    options?: Behind<IscloseOptions>
  ): Last<Y, <X extends ArrayLike>(x: X & Fits<Y, X>) => NdArray.NdArray<"bool", readonly []>>
  <X extends ArrayLike, Y extends ArrayLike>(
    x: X,
    y: Y & Fits<X, Y>,
    options?: IscloseOptions
  ): NdArray.NdArray<"bool", readonly []>
}

/** Whether all elements are true, as an array that is not weak. */
const allOf = (x: NdArray.Any): NdArray.Any => reduceAnd(primitive.convert(x, "bool"), range(x.shape.length))

/**
 * Whether all elements of two arrays agree, with the options of {@link isclose}.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.allclose(np.array([1, 2]), np.array([1, 2.000001])) // => true
 * ```
 *
 * @category comparison
 * @since 0.1.0
 */
export const allclose: AllClose = dualWithOptions(
  "allclose",
  2,
  knownOfIsclose,
  (x: NdArray.Any, y: NdArray.Any, options: IscloseOptions) => allOf(isclose(x, y, options))
)

/** Options of {@link arrayEqual}. @category models @since 0.1.0 */
export interface ArrayEqualOptions {
  /** Whether NaN equals NaN. */
  readonly equalNan?: boolean
}

const knownOfArrayEqual: Known<ArrayEqualOptions> = { equalNan: true }

/**
 * Whether two arrays have the same shape and equal elements.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.arrayEqual(np.array([1, 2]), np.array([1, 2])) // => true
 * np.arrayEqual(np.array([1, 2]), np.array([[1, 2]])) // => false
 * ```
 *
 * @category comparison
 * @since 0.1.0
 */
export const arrayEqual: {
  <Y extends ArrayLike>(
    y: Y,
    options?: Behind<ArrayEqualOptions>
  ): Last<Y, (x: ArrayLike) => NdArray.NdArray<"bool", readonly []>>
  (x: ArrayLike, y: ArrayLike, options?: ArrayEqualOptions): NdArray.NdArray<"bool", readonly []>
} = dualWithOptions(
  "arrayEqual",
  2,
  knownOfArrayEqual,
  (x: ArrayLike, y: ArrayLike, { equalNan = false }: ArrayEqualOptions) => {
    checkBooleans("arrayEqual", { equalNan })
    const [a, b] = [asArray("arrayEqual", x), asArray("arrayEqual", y)]
    if (!sameShape(a.shape, b.shape)) return node.literal(false, "bool") as never
    const equal = truth(equalOf(a, b))
    const both = (test: (of: NdArray.Any) => NdArray.Any) => primitive.and(test(a), test(b))
    return allOf(equalNan ? primitive.or(equal, both((of) => primitive.ne(of, of))) : equal) as never
  }
)

/**
 * Whether two arrays have equal elements after broadcasting.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.arrayEquiv(np.array([[1, 2], [1, 2]]), np.array([1, 2])) // => true
 * np.arrayEquiv(np.array([1, 2]), np.array([1, 2, 3])) // => false
 * ```
 *
 * @category comparison
 * @since 0.1.0
 */
export const arrayEquiv: {
  <Y extends ArrayLike>(y: Y): Last<Y, (x: ArrayLike) => NdArray.NdArray<"bool", readonly []>>
  (x: ArrayLike, y: ArrayLike): NdArray.NdArray<"bool", readonly []>
} = dual("arrayEquiv", 2, (x: ArrayLike, y: ArrayLike) => {
  const [a, b] = [asArray("arrayEquiv", x), asArray("arrayEquiv", y)]
  return (broadcasts(a.shape, b.shape) ? allOf(equalOf(a, b)) : node.literal(false, "bool")) as never
})

const equalOf = (x: NdArray.Any, y: NdArray.Any): NdArray.Any => equal(x, y as never)

const broadcasts = (x: Shape, y: Shape): boolean => {
  const rank = Math.min(x.length, y.length)
  return range(rank).every((i) => {
    const [n, m] = [x[x.length - 1 - i], y[y.length - 1 - i]]
    return n === m || n === 1 || m === 1
  })
}

// --- logic and bits --------------------------------------------------------------------------------------------------

const logical = (name: string, apply: Apply): Comparison =>
  dual<Comparison>(name, 2, (x: ArrayLike, y: ArrayLike) => {
    const [a, b] = broadcast(name, [asArray(name, x), asArray(name, y)])
    return apply(truth(a!), truth(b!))
  })

/**
 * Whether both are true (not 0).
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.logicalAnd(np.array([0, 1, 2]), np.array([true, true, false])) // => [false, true, false]
 * ```
 *
 * @category logic
 * @since 0.1.0
 */
export const logicalAnd = logical("logicalAnd", primitive.and)
/**
 * Whether one of both is true (not 0).
 *
 * @category logic
 * @since 0.1.0
 */
export const logicalOr = logical("logicalOr", primitive.or)
/**
 * Whether exactly one of both is true (not 0).
 *
 * @category logic
 * @since 0.1.0
 */
export const logicalXor = logical("logicalXor", primitive.xor)
/**
 * Whether an element is false (0).
 *
 * @category logic
 * @since 0.1.0
 */
export const logicalNot = unary("logicalNot", (x) => primitive.not(truth(x))) as ToBool
/**
 * The bits that both integers have; of booleans, logical and.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.bitwiseAnd(np.array([12n, 10n]), 6) // => [4, 2]
 * ```
 *
 * @category logic
 * @since 0.1.0
 */
export const bitwiseAnd = binary<Arithmetic>("bitwiseAnd", primitive.and, promoteModular)
/**
 * The bits that one of both integers has; of booleans, logical or.
 *
 * @category logic
 * @since 0.1.0
 */
export const bitwiseOr = binary<Arithmetic>("bitwiseOr", primitive.or, promoteModular)
/**
 * The bits that exactly one of both integers has; of booleans, whether they differ.
 *
 * @category logic
 * @since 0.1.0
 */
export const bitwiseXor = binary<Arithmetic>("bitwiseXor", primitive.xor, promoteModular)
/**
 * All bits inverted; of booleans, logical not.
 *
 * @category logic
 * @since 0.1.0
 */
export const bitwiseNot = unary("bitwiseNot", primitive.not)
/**
 * Bits moved to the left, `x * 2^y` without overflow.
 *
 * @category logic
 * @since 0.1.0
 */
export const leftShift = binary<NumericArithmetic>("leftShift", primitive.shiftLeft, promoteNumeric)
/** Arithmetic for signed dtypes, logical for unsigned ones. @category logic @since 0.1.0 */
export const rightShift = binary<NumericArithmetic>(
  "rightShift",
  (x, y) => DTypes.isUnsigned(x.dtype) ? primitive.shiftRightLogical(x, y) : primitive.shiftRightArithmetic(x, y),
  promoteNumeric
)
/**
 * How many bits of the magnitude are set, as uint8.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.bitwiseCount(np.array([0n, 7n, -8n])) // => [0, 3, 1]
 * ```
 *
 * @category logic
 * @since 0.1.0
 */
export const bitwiseCount = unary("bitwiseCount", (x) => {
  const number = x.dtype === "bool" ? primitive.convert(x, "int32") : x
  return primitive.convert(
    primitive.populationCount(DTypes.isSigned(number.dtype) ? primitive.abs(number) : number),
    "uint8"
  )
}) as <X extends ArrayLike>(x: X) => NdArray.NdArray<"uint8", ShapeOf<X>>
