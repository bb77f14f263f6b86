/**
 * The operations of bodies on single elements, in one table: operands, dtypes, result and work.
 *
 * **When to use**
 *
 * To write a code generator: make a total record over {@link UnaryOp} and {@link BinaryOp}, and the type checker names every
 * operation that it lacks.
 *
 * @since 0.1.0
 */
import * as DType from "effax/DType"

/**
 * Everything that is true of an operation whatever the device.
 *
 * @category models
 * @since 0.1.0
 */
export interface ScalarOp {
  readonly arity: 1 | 2
  /** The lanes that it computes on. Operands have one dtype. */
  readonly lanes: ReadonlyArray<"bool" | "integer" | "float">
  /** Whether the result is bool; otherwise it has the operands' dtype. */
  readonly predicate: boolean
  /** The work of one element, in units of an addition. Devices have finer tables of their own. */
  readonly work: number
  /** Whether it counts as a transcendental rather than as a flop, as in XLA's cost analysis. */
  readonly transcendental: boolean
}

const lanes = {
  logical: ["bool", "integer"],
  integer: ["integer"],
  number: ["integer", "float"],
  float: ["float"]
} as const

type Lanes = keyof typeof lanes

const op = <A extends 1 | 2>(arity: A, on: Lanes, more: Partial<ScalarOp> = {}): ScalarOp & { readonly arity: A } => ({
  lanes: lanes[on],
  predicate: false,
  work: 1,
  transcendental: false,
  ...more,
  arity
})

const division = { work: 8 }
const root = { work: 8, transcendental: true }
const elementary = { work: 16, transcendental: true }
const special = { work: 32, transcendental: true }
const predicate = { predicate: true }

/**
 * The table.
 *
 * **Details**
 *
 * Integers behave as in XLA: arithmetic wraps, `x / 0` is all ones, `x rem 0` is x, and a shift by a count that is
 * negative or not below the width gives 0 or copies of the sign. `max` and `min` of floats are IEEE 754-2019 maximum and
 * minimum: NaN if either is NaN, and -0 below +0. Comparisons of floats are IEEE's.
 *
 * @category constants
 * @since 0.1.0
 */
export const scalarOps = {
  neg: op(1, "number"),
  abs: op(1, "number"),
  sign: op(1, "number"),
  floor: op(1, "float"),
  ceil: op(1, "float"),
  round_to_even: op(1, "float"),
  round_away_from_zero: op(1, "float"),
  is_finite: op(1, "float", predicate),
  not: op(1, "logical"),
  exp: op(1, "float", elementary),
  exp2: op(1, "float", elementary),
  expm1: op(1, "float", elementary),
  log: op(1, "float", elementary),
  log1p: op(1, "float", elementary),
  logistic: op(1, "float", elementary),
  sqrt: op(1, "float", root),
  rsqrt: op(1, "float", root),
  cbrt: op(1, "float", special),
  sin: op(1, "float", elementary),
  cos: op(1, "float", elementary),
  tan: op(1, "float", elementary),
  asin: op(1, "float", special),
  acos: op(1, "float", special),
  atan: op(1, "float", special),
  sinh: op(1, "float", special),
  cosh: op(1, "float", special),
  tanh: op(1, "float", elementary),
  asinh: op(1, "float", special),
  acosh: op(1, "float", special),
  atanh: op(1, "float", special),
  erf: op(1, "float", special),
  erfc: op(1, "float", special),
  erf_inv: op(1, "float", special),
  lgamma: op(1, "float", special),
  digamma: op(1, "float", special),
  bessel_i0e: op(1, "float", special),
  bessel_i1e: op(1, "float", special),
  population_count: op(1, "integer"),
  clz: op(1, "integer"),
  add: op(2, "number"),
  sub: op(2, "number"),
  mul: op(2, "number"),
  div: op(2, "number", division),
  rem: op(2, "number", division),
  pow: op(2, "float", special),
  atan2: op(2, "float", special),
  nextafter: op(2, "float"),
  max: op(2, "number"),
  min: op(2, "number"),
  and: op(2, "logical"),
  or: op(2, "logical"),
  xor: op(2, "logical"),
  shift_left: op(2, "integer"),
  shift_right_logical: op(2, "integer"),
  shift_right_arithmetic: op(2, "integer"),
  eq: op(2, "number", predicate),
  ne: op(2, "number", predicate),
  lt: op(2, "number", predicate),
  le: op(2, "number", predicate),
  gt: op(2, "number", predicate),
  ge: op(2, "number", predicate)
} as const satisfies { readonly [name: string]: ScalarOp }

type Table = typeof scalarOps

type OfArity<A extends 1 | 2> = {
  readonly [K in keyof Table]: Table[K]["arity"] extends A ? K : never
}[keyof Table]

/** The name of an operation of one operand. @category models @since 0.1.0 */
export type UnaryOp = OfArity<1>

/** The name of an operation of two operands. @category models @since 0.1.0 */
export type BinaryOp = OfArity<2>

/** Whether a name is that of a scalar operation, as against a load, a conversion or a choice. @category guards @since 0.1.0 */
export const isScalarOp = (name: string): name is keyof Table => Object.hasOwn(scalarOps, name)

/**
 * Whether an operation computes on a dtype. Lanes are `bool`, integers of 32 and 64 bits, `float32` and `float64`; the
 * compiler widens narrower dtypes around the operations.
 *
 * @category getters
 * @since 0.1.0
 */
export const computesOn = (name: UnaryOp | BinaryOp, dtype: DType.DType): boolean => {
  const lane = dtype === "bool" ? "bool" : DType.isInteger(dtype) ? "integer" : "float"
  return (scalarOps[name] as ScalarOp).lanes.includes(lane)
}
