/**
 * The scalar operations: one row each, with everything that is true of one whatever the device.
 */
import type * as DType from "effax/DType"
import * as complexArithmetic from "./2-lowerComplex/arithmetic.ts"
import type { Parts, RealBuilder } from "./2-lowerComplex/builder.ts"
import * as complexElementary from "./2-lowerComplex/elementary.ts"
import * as complexOrder from "./2-lowerComplex/order.ts"
import * as plain from "./interpreter/plain.ts"
import * as special from "./interpreter/special.ts"
import type { Value } from "./region.ts"
import type { Scalar } from "./scalar.ts"

/** The meaning for each kind of lanes; an operation is absent from lanes for which it has none. */
export interface Meaning {
  readonly float?: (x: number, y: number, dtype: DType.DType) => number
  readonly integer?: (x: bigint, y: bigint, width: bigint) => bigint
  readonly bool?: (x: boolean, y: boolean) => boolean
}

/** Predicates have one meaning for all lanes. */
export type Predicate = (x: Scalar, y: Scalar) => boolean

/** How the operation is made of the parts of complex operands. */
export type ComplexRule = (b: RealBuilder, x: Parts, y: Parts) => Parts | Value

type Kind = keyof Meaning

/** A row. */
export interface Row {
  readonly arity: 1 | 2
  readonly lanes: ReadonlyArray<Kind>
  readonly meaning: Meaning | Predicate
  readonly predicate: boolean
  readonly work: number
  readonly transcendental: boolean
  /** Absent where complex numbers are unsupported. */
  readonly complex: ComplexRule | undefined
}

type More = Partial<Pick<Row, "work" | "transcendental" | "complex">>

const defaults = { work: 1, transcendental: false, complex: undefined }

const op = <A extends 1 | 2>(arity: A, meaning: Meaning, more: More = {}): Row & { readonly arity: A } => ({
  ...defaults,
  ...more,
  arity,
  meaning,
  lanes: Object.keys(meaning) as Array<Kind>,
  predicate: false
})

const predicate = <A extends 1 | 2>(
  arity: A,
  lanes: ReadonlyArray<Kind>,
  meaning: Predicate,
  more: More = {}
): Row & { readonly arity: A } => ({ ...defaults, ...more, arity, meaning, lanes, predicate: true })

const numbers = ["integer", "float"] as const

const division = { work: 8 }
const root = { work: 8, transcendental: true }
const elementary = { work: 16, transcendental: true }
const costly = { work: 32, transcendental: true }

/** A function of one float, with its complex rule if it has one. */
const float = (f: (x: number) => number, cost: More, complex?: ComplexRule): Row & { readonly arity: 1 } =>
  op(1, { float: (x) => f(x) }, { ...cost, complex })

const { besselI0e, besselI1e, digamma, erf, erfInv, erfc, lgamma } = special
const { isInside, leadingZeros, nextAfter, ones, pow, roundAway, roundEven, unsigned } = plain

export const scalarOps = {
  neg: op(1, { float: (x) => -x, integer: (x) => -x }, { complex: complexArithmetic.neg }),
  abs: op(1, { float: (x) => Math.abs(x), integer: (x) => x < 0n ? -x : x }, { complex: complexArithmetic.abs }),
  sign: op(1, { float: (x) => Math.sign(x), integer: (x) => x < 0n ? -1n : x > 0n ? 1n : 0n }, {
    complex: complexArithmetic.sign
  }),
  floor: float(Math.floor, {}),
  ceil: float(Math.ceil, {}),
  round_to_even: float(roundEven, {}),
  round_away_from_zero: float(roundAway, {}),
  is_finite: predicate(1, ["float"], (x) => Number.isFinite(x)),
  not: op(1, { integer: (x) => ~x, bool: (x) => !x }),
  exp: float(Math.exp, elementary, complexArithmetic.exp),
  exp2: float((x) => 2 ** x, elementary, complexArithmetic.exp2),
  expm1: float(Math.expm1, elementary, complexArithmetic.expm1),
  log: float(Math.log, elementary, complexArithmetic.log),
  log1p: float(Math.log1p, elementary, complexArithmetic.log1p),
  logistic: float((x) => 1 / (1 + Math.exp(-x)), elementary, complexArithmetic.logistic),
  sqrt: float(Math.sqrt, root, complexArithmetic.sqrt),
  rsqrt: float((x) => 1 / Math.sqrt(x), root, complexArithmetic.rsqrt),
  cbrt: float(Math.cbrt, costly),
  sin: float(Math.sin, elementary, complexElementary.sin),
  cos: float(Math.cos, elementary, complexElementary.cos),
  tan: float(Math.tan, elementary, complexElementary.tan),
  asin: float(Math.asin, costly, complexElementary.asin),
  acos: float(Math.acos, costly, complexElementary.acos),
  atan: float(Math.atan, costly, complexElementary.atan),
  sinh: float(Math.sinh, costly, complexElementary.sinh),
  cosh: float(Math.cosh, costly, complexElementary.cosh),
  tanh: float(Math.tanh, elementary, complexElementary.tanh),
  asinh: float(Math.asinh, costly, complexElementary.asinh),
  acosh: float(Math.acosh, costly, complexElementary.acosh),
  atanh: float(Math.atanh, costly, complexElementary.atanh),
  erf: float(erf, costly),
  erfc: float(erfc, costly),
  erf_inv: float(erfInv, costly),
  lgamma: float(lgamma, costly),
  digamma: float(digamma, costly),
  bessel_i0e: float(besselI0e, costly),
  bessel_i1e: float(besselI1e, costly),
  population_count: op(1, { integer: (x, _, width) => ones(unsigned(x, width)) }),
  clz: op(1, { integer: (x, _, width) => leadingZeros(x, width) }),
  add: op(2, { float: (x, y) => x + y, integer: (x, y) => x + y }, { complex: complexArithmetic.add }),
  sub: op(2, { float: (x, y) => x - y, integer: (x, y) => x - y }, { complex: complexArithmetic.sub }),
  mul: op(2, { float: (x, y) => x * y, integer: (x, y) => x * y }, { complex: complexArithmetic.mul }),
  div: op(2, { float: (x, y) => x / y, integer: (x, y) => y === 0n ? -1n : x / y }, {
    ...division,
    complex: complexArithmetic.div
  }),
  rem: op(2, { float: (x, y) => x % y, integer: (x, y) => y === 0n ? x : x % y }, division),
  pow: op(2, { float: pow }, { ...costly, complex: complexArithmetic.pow }),
  atan2: op(2, { float: (y, x) => Math.atan2(y, x) }, costly),
  nextafter: op(2, { float: nextAfter }),
  max: op(2, { float: (x, y) => Math.max(x, y), integer: (x, y) => x > y ? x : y }, { complex: complexOrder.max }),
  min: op(2, { float: (x, y) => Math.min(x, y), integer: (x, y) => x < y ? x : y }, { complex: complexOrder.min }),
  and: op(2, { integer: (x, y) => x & y, bool: (x, y) => x && y }),
  or: op(2, { integer: (x, y) => x | y, bool: (x, y) => x || y }),
  xor: op(2, { integer: (x, y) => x ^ y, bool: (x, y) => x !== y }),
  shift_left: op(2, { integer: (x, by, width) => isInside(by, width) ? x << by : 0n }),
  shift_right_logical: op(2, { integer: (x, by, width) => isInside(by, width) ? unsigned(x, width) >> by : 0n }),
  // the sign is the highest bit, also of unsigned integers
  shift_right_arithmetic: op(2, {
    integer: (x, by, width) => BigInt.asIntN(Number(width), x) >> (isInside(by, width) ? by : width - 1n)
  }),
  eq: predicate(2, numbers, (x, y) => x === y, { complex: complexArithmetic.same }),
  ne: predicate(2, numbers, (x, y) => x !== y, { complex: (b, x, y) => b.not(complexArithmetic.same(b, x, y)) }),
  lt: predicate(2, numbers, (x, y) => x < y, { complex: complexOrder.lt }),
  le: predicate(2, numbers, (x, y) => x <= y, { complex: complexOrder.le }),
  gt: predicate(2, numbers, (x, y) => x > y, { complex: complexOrder.gt }),
  ge: predicate(2, numbers, (x, y) => x >= y, { complex: complexOrder.ge })
} as const satisfies { readonly [name: string]: Row }

/** The name of a scalar operation. */
export type ScalarOpName = keyof typeof scalarOps
