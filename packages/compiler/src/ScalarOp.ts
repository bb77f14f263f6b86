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
import { type ScalarOpName, scalarOps as table } from "./internal/scalarOps.ts"

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
export const scalarOps: { readonly [N in ScalarOpName]: ScalarOp & Pick<Table[N], "arity"> } = table

type Table = typeof table

type OfArity<A extends 1 | 2> = {
  readonly [K in keyof Table]: Table[K]["arity"] extends A ? K : never
}[keyof Table]

/** The name of an operation of one operand. @category models @since 0.1.0 */
export type UnaryOp = OfArity<1>

/** The name of an operation of two operands. @category models @since 0.1.0 */
export type BinaryOp = OfArity<2>

/** Whether a name is that of a scalar operation, as against a load, a conversion or a choice. @category guards @since 0.1.0 */
export const isScalarOp = (name: string): name is ScalarOpName => Object.hasOwn(scalarOps, name)

/**
 * Whether an operation computes on a dtype. Lanes are `bool`, integers of 32 and 64 bits, `float32` and `float64`; the
 * compiler widens narrower dtypes around the operations.
 *
 * @category getters
 * @since 0.1.0
 */
export const computesOn = (name: UnaryOp | BinaryOp, dtype: DType.DType): boolean => {
  const lane = dtype === "bool" ? "bool" : DType.isInteger(dtype) ? "integer" : "float"
  return scalarOps[name].lanes.includes(lane)
}
