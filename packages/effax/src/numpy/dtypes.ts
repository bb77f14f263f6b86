/**
 * Questions about dtypes and about the arrays that have them. The answers are plain values: nothing here is run on a device.
 */
import * as DType from "../DType.ts"
import { ArgumentError, DTypeError } from "../Errors.ts"
import { describe } from "../internal/arguments/describe.ts"
import { checkChoice, checkDType, checkOptions, type Known } from "../internal/arguments/options.ts"
import * as node from "../internal/graph/node.ts"
import { integerRange, isScalar } from "../internal/graph/scalars.ts"
import type * as Shape from "../Shape.ts"
import * as Shapes from "../Shape.ts"
import { type ArrayLike, asArray, promote, type ShapeOf } from "./operands.ts"

/**
 * The limits of a floating dtype.
 *
 * @category models
 * @since 0.1.0
 */
export interface FloatInfo {
  readonly dtype: DType.Floating
  /** Bits of a number. */
  readonly bits: number
  /** The distance from 1 to the next larger number. */
  readonly eps: number
  /** The distance from 1 to the next smaller number. */
  readonly epsneg: number
  /** The exponent of `eps`, as a power of 2. */
  readonly machep: number
  /** The exponent of `epsneg`, as a power of 2. */
  readonly negep: number
  readonly max: number
  readonly min: number
  /** The least power of 2 that overflows. */
  readonly maxexp: number
  /** The power of 2 that is the smallest normal number. */
  readonly minexp: number
  /** Bits of the exponent. */
  readonly nexp: number
  /** {@link FloatInfo.nexp} */
  readonly iexp: number
  /** Bits of the fraction. */
  readonly nmant: number
  /** How many decimal digits a number holds. */
  readonly precision: number
  /** `10^-precision` */
  readonly resolution: number
  readonly smallestNormal: number
  /** {@link FloatInfo.smallestNormal} */
  readonly tiny: number
  readonly smallestSubnormal: number
}

const float = (dtype: DType.Floating, nexp: number, nmant: number): FloatInfo => {
  const bias = 2 ** (nexp - 1) - 1
  const precision = Math.floor(nmant * Math.LOG10E * Math.LN2)
  const max = (2 - 2 ** -nmant) * 2 ** bias
  return {
    dtype,
    bits: 8 * DType.itemSize(dtype),
    eps: 2 ** -nmant,
    epsneg: 2 ** (-nmant - 1),
    machep: -nmant,
    negep: -nmant - 1,
    max,
    min: -max,
    maxexp: bias + 1,
    minexp: 1 - bias,
    nexp,
    iexp: nexp,
    nmant,
    precision,
    resolution: Number(`1e-${precision}`),
    smallestNormal: 2 ** (1 - bias),
    tiny: 2 ** (1 - bias),
    smallestSubnormal: 2 ** (1 - bias - nmant)
  }
}

const floats: { readonly [D in DType.Floating]: FloatInfo } = {
  bfloat16: float("bfloat16", 8, 7),
  float16: float("float16", 5, 10),
  float32: float("float32", 8, 23),
  float64: float("float64", 11, 52)
}

/**
 * The limits of a floating dtype, or of the parts of a complex one.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.finfo("float32").eps // => 1.1920928955078125e-7
 * np.finfo("float16").max // => 65504
 * ```
 *
 * @category dtypes
 * @since 0.1.0
 */
export const finfo = (dtype: DType.Inexact): FloatInfo => {
  checkDType("finfo", dtype)
  if (DType.isInexact(dtype)) return floats[DType.realOf(dtype) as DType.Floating]
  throw new DTypeError({
    operation: "finfo",
    message: `finfo: expected a floating or complex dtype, got ${dtype as string}; \`np.iinfo\` is for integers`
  })
}

/**
 * The limits of a dtype of integers. Those of 64 bits are bigints.
 *
 * @category models
 * @since 0.1.0
 */
export interface IntegerInfo<D extends DType.Integer = DType.Integer> {
  readonly dtype: D
  readonly bits: number
  readonly min: D extends "int64" | "uint64" ? bigint : number
  readonly max: D extends "int64" | "uint64" ? bigint : number
}

/**
 * The limits of a dtype of integers.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.iinfo("int8").max // => 127
 * np.iinfo("int64").max // => 9223372036854775807n
 * ```
 *
 * @category dtypes
 * @since 0.1.0
 */
export const iinfo = <D extends DType.Integer>(dtype: D): IntegerInfo<D> => {
  checkDType("iinfo", dtype)
  if (!DType.isInteger(dtype)) {
    throw new DTypeError({
      operation: "iinfo",
      message: `iinfo: expected a dtype of integers, got ${dtype as string}; \`np.finfo\` is for floating dtypes`
    })
  }
  const bits = 8 * DType.itemSize(dtype)
  const [min, max] = integerRange(dtype).map((limit) => bits === 64 ? limit : Number(limit))
  return { dtype, bits, min, max } as IntegerInfo<D>
}

/** How strict {@link canCast} is. @category models @since 0.1.0 */
export type Casting = "no" | "equiv" | "safe" | "same_kind" | "unsafe"

/** Options of {@link canCast}. @category models @since 0.1.0 */
export interface CanCastOptions {
  /** `"safe"` by default. */
  readonly casting?: Casting
}

const knownOfCanCast: Known<CanCastOptions> = { casting: true }

/** Kinds from narrow to wide; a conversion within a kind or to a wider one keeps the kind. */
const widths: { readonly [K in DType.Kind]: number } = { bool: 0, unsigned: 1, signed: 2, floating: 3, complex: 4 }

const sameKind = (from: DType.DType, to: DType.DType): boolean => widths[DType.kind(from)] <= widths[DType.kind(to)]

/** Whether every value is kept; as in NumPy, integers of 64 bits count as kept by float64. */
const safe = (from: DType.DType, to: DType.DType): boolean => {
  if (from === to || from === "bool") return true
  if (!sameKind(from, to)) return false
  const [a, b] = [DType.itemSize(DType.realOf(from)), DType.itemSize(DType.realOf(to))]
  if (DType.isInexact(from)) return a < b || DType.realOf(from) === DType.realOf(to)
  return DType.isInexact(to) ? a < b || b === 8 : a < b || a === b && DType.kind(from) === DType.kind(to)
}

const castings: { readonly [C in Casting]: (from: DType.DType, to: DType.DType) => boolean } = {
  no: (from, to) => from === to,
  equiv: (from, to) => from === to,
  safe,
  same_kind: sameKind,
  unsafe: () => true
}

/**
 * Whether a dtype can be converted to another: keeping every value (`"safe"`), within a kind or to a wider one
 * (`"same_kind"`), or not at all (`"no"`).
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.canCast("int16", "float32") // => true
 * np.canCast("float64", "float32") // => false
 * np.canCast("float64", "float32", { casting: "same_kind" }) // => true
 * ```
 *
 * @category dtypes
 * @since 0.1.0
 */
export const canCast = (from: DType.DType, to: DType.DType, options: CanCastOptions = {}): boolean => {
  const { casting = "safe" } = checkOptions("canCast", options, knownOfCanCast)
  checkDType("canCast", from)
  checkDType("canCast", to)
  return castings[checkChoice("canCast", "casting", casting, castings)](from, to)
}

/**
 * The dtype that two dtypes promote to, as `DType.promote`.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.promoteTypes("int8", "uint8") // => "int16"
 * ```
 *
 * @category dtypes
 * @since 0.1.0
 */
export const promoteTypes = <A extends DType.DType, B extends DType.DType>(a: A, b: B): DType.Promote<A, B> => {
  checkDType("promoteTypes", a)
  checkDType("promoteTypes", b)
  return DType.promote(a, b)
}

/**
 * The dtype that a function of these arrays, numbers and dtypes would compute in.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.resultType(np.array([1, 2]), "float64") // => "float64"
 * np.resultType("int8", 2) // => "int8"
 * ```
 *
 * @category dtypes
 * @since 0.1.0
 */
export const resultType = (...operands: ReadonlyArray<ArrayLike | DType.DType>): DType.DType => {
  if (operands.length === 0) {
    throw new ArgumentError({
      operation: "resultType",
      message: "resultType: expected at least one array, number or dtype, got none"
    })
  }
  const arrays = operands.map((operand) => {
    if (typeof operand !== "string") return operand
    checkDType("resultType", operand)
    return node.literal(DType.isInexact(operand) ? 0 : operand === "bool" ? false : 0, operand)
  })
  return promote("resultType", arrays)[0]!.dtype
}

/** The array API standard's kinds of dtypes. @category models @since 0.1.0 */
export type DTypeKind =
  | "bool"
  | "signed integer"
  | "unsigned integer"
  | "integral"
  | "real floating"
  | "complex floating"
  | "numeric"

const kinds: { readonly [K in DTypeKind]: (dtype: DType.DType) => boolean } = {
  bool: (dtype) => dtype === "bool",
  "signed integer": DType.isSigned,
  "unsigned integer": DType.isUnsigned,
  integral: DType.isInteger,
  "real floating": DType.isFloating,
  "complex floating": DType.isComplex,
  numeric: (dtype) => dtype !== "bool"
}

/**
 * Whether a dtype is of a kind of the array API standard, is another dtype, or is one of several of these.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.isdtype("float32", "real floating") // => true
 * np.isdtype("bool", ["integral", "float16"]) // => false
 * ```
 *
 * @category dtypes
 * @since 0.1.0
 */
export const isdtype = (
  dtype: DType.DType,
  kind: DTypeKind | DType.DType | ReadonlyArray<DTypeKind | DType.DType>
): boolean => {
  checkDType("isdtype", dtype)
  const wanted = (typeof kind === "string" ? [kind] : kind) as ReadonlyArray<DTypeKind | DType.DType>
  return wanted.map((of) => {
    if (typeof of === "string" && Object.hasOwn(kinds, of)) return kinds[of as DTypeKind](dtype)
    if (DType.isDType(of)) return dtype === of
    throw new ArgumentError({
      operation: "isdtype",
      message: `isdtype: unknown kind ${describe(of)}; it is a dtype, or one of ${
        Object.keys(kinds).map((name) => JSON.stringify(name)).join(", ")
      }`
    })
  }).some((is) => is)
}

/** NumPy's classes of dtypes. @category models @since 0.1.0 */
export type DTypeClass =
  | "generic"
  | "number"
  | "integer"
  | "signedinteger"
  | "unsignedinteger"
  | "inexact"
  | "floating"
  | "complexfloating"

const classes: { readonly [C in DTypeClass]: (dtype: DType.DType) => boolean } = {
  generic: () => true,
  number: (dtype) => dtype !== "bool",
  integer: DType.isInteger,
  signedinteger: DType.isSigned,
  unsignedinteger: DType.isUnsigned,
  inexact: DType.isInexact,
  floating: DType.isFloating,
  complexfloating: DType.isComplex
}

/**
 * Whether a dtype belongs to one of NumPy's classes of dtypes, which are named by text here, or is another dtype.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.issubdtype("float16", "floating") // => true
 * np.issubdtype("bool", "integer") // => false
 * ```
 *
 * @category dtypes
 * @since 0.1.0
 */
export const issubdtype = (dtype: DType.DType, of: DTypeClass | DType.DType): boolean => {
  checkDType("issubdtype", dtype)
  return DType.isDType(of) ? dtype === of : classes[checkChoice("issubdtype", "class", of, classes)](dtype)
}

/** Whether an array has a complex dtype. @category dtypes @since 0.1.0 */
export const iscomplexobj = (x: ArrayLike): boolean => DType.isComplex(asArray("iscomplexobj", x).dtype)
/** Whether an array has a dtype that is not complex. @category dtypes @since 0.1.0 */
export const isrealobj = (x: ArrayLike): boolean => !DType.isComplex(asArray("isrealobj", x).dtype)
/** Whether a value is a number, a boolean, or an array without axes. @category dtypes @since 0.1.0 */
export const isscalar = (x: unknown): boolean => isScalar(x) || node.isNode(x) && x.shape.length === 0
/** Whether a value can be iterated: a list, or an array with an axis. @category dtypes @since 0.1.0 */
export const iterable = (x: unknown): boolean =>
  node.isNode(x)
    ? x.shape.length > 0
    : typeof x === "string" || typeof x === "object" && x !== null && Symbol.iterator in x
/** How many axes an array has. @category dtypes @since 0.1.0 */
export const ndim = (x: ArrayLike): number => asArray("ndim", x).shape.length
/** The lengths of an array's axes. @category dtypes @since 0.1.0 */
export const shape = <X extends ArrayLike>(x: X): ShapeOf<X> => asArray("shape", x).shape as ShapeOf<X>
/**
 * How many elements an array has, along all axes or some.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.size(np.ones([2, 3])) // => 6
 * np.size(np.ones([2, 3]), 1) // => 3
 * ```
 *
 * @category dtypes
 * @since 0.1.0
 */
export const size = (x: ArrayLike, axis?: Shape.Axes): number => {
  const array = asArray("size", x)
  return Shapes.normalizeAxes("size", axis, array.shape.length).reduce((n, at) => n * array.shape[at]!, 1)
}
