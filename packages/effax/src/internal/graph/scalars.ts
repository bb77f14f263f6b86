/**
 * JavaScript scalars as literals. A scalar that a dtype has no value for is an error everywhere: nothing wraps, nothing is
 * cut off.
 */
import * as DType from "../../DType.ts"
import { DTypeError } from "../../Errors.ts"
import * as node from "./node.ts"

export type Scalar = number | bigint | boolean

export const isScalar = (u: unknown): u is Scalar =>
  typeof u === "number" || typeof u === "bigint" || typeof u === "boolean"

/** The least and the largest value of an integer dtype. */
export const integerRange = (dtype: DType.DType): readonly [low: bigint, high: bigint] => {
  const bits = BigInt(8 * DType.itemSize(dtype))
  return DType.isSigned(dtype) ? [-(1n << (bits - 1n)), (1n << (bits - 1n)) - 1n] : [0n, (1n << bits) - 1n]
}

/** Whether a number is one of an integer dtype's values. */
export const holds = (dtype: DType.DType, value: number | bigint): boolean => {
  if (typeof value === "number" && !Number.isInteger(value)) return false
  const [low, high] = integerRange(dtype)
  return low <= value && value <= high
}

/** The value of an integer dtype that a whole number is modulo a power of 2. */
export const wrap = (dtype: DType.DType, value: number | bigint): bigint =>
  (DType.isSigned(dtype) ? BigInt.asIntN : BigInt.asUintN)(8 * DType.itemSize(dtype), BigInt(value))

/** Whether a dtype has a value for a scalar. Floats round, so that they have one for every number. */
const fits = (dtype: DType.DType, value: Scalar): boolean =>
  typeof value === "boolean" || DType.isInexact(dtype) ||
  (dtype === "bool" ? Number(value) === 0 || Number(value) === 1 : holds(dtype, value))

const wider = ["int32", "int64", "uint64"] as const

/** A dtype that holds a scalar. */
export const advice = (value: Scalar): string => {
  const fitting = typeof value === "boolean" ? undefined : wider.find((dtype) => holds(dtype, value))
  return fitting ?? "float32"
}

/** Refuses a scalar that a dtype has no value for, and says what would hold it. */
export const checkFits = (operation: string, value: Scalar, dtype: DType.DType): void => {
  if (fits(dtype, value)) return
  throw new DTypeError({
    operation,
    message: `${operation}: the number ${value} does not fit an array of ${dtype}: a number takes the array's dtype. ` +
      `Convert the array first, with \`np.astype(x, "${advice(value)}")\``
  })
}

/** A scalar literal of a dtype that has a value for it. */
export const literal = (operation: string, value: Scalar, dtype: DType.DType, weak = false): node.Node => {
  checkFits(operation, value, dtype)
  return node.literal(
    DType.isInexact(dtype) ? Number(value) : dtype === "bool" ? Boolean(value) : value,
    dtype,
    weak
  )
}

const checkAlone = (operation: string, value: Scalar): void => {
  if (typeof value === "bigint" && !holds("int32", value)) {
    throw new DTypeError({
      operation,
      message:
        `${operation}: the number ${value} does not fit an array of int32, which a bigint by itself is; give it a ` +
        `dtype, as in \`np.array(${value}n, { dtype: "${advice(value)}" })\``
    })
  }
}

/** A scalar that is an array by itself: a number is a weak float32, a bigint a weak int32, a boolean a bool. */
export const alone = (operation: string, value: Scalar): node.Node => {
  checkAlone(operation, value)
  return node.literal(value, dtypeOf(value), typeof value !== "boolean")
}

/** A scalar that is an argument or a result: it has a dtype of its own, and may take that of another array in its place. */
export const leaf = (operation: string, value: Scalar): node.Node => {
  checkAlone(operation, value)
  return beside(value)
}

/** A scalar beside arrays, whose dtype it takes before it is used: a bigint may still be too large for an int32. */
export const beside = (value: Scalar): node.Node => node.plain(value, dtypeOf(value))

const dtypeOf = (value: Scalar): DType.DType =>
  typeof value === "number" ? "float32" : typeof value === "bigint" ? "int32" : "bool"
