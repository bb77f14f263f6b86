/**
 * The operands of Numpy's functions before a primitive sees them: scalars become arrays, dtypes are promoted, shapes are
 * broadcast.
 */
import * as aval from "../Aval.ts"
import * as DType from "../DType.ts"
import { TreeError } from "../Errors.ts"
import { isOptions } from "../internal/arguments/options.ts"
import { cast } from "../internal/graph/cast.ts"
import * as node from "../internal/graph/node.ts"
import { alone, beside, holds, isScalar, wrap } from "../internal/graph/scalars.ts"
import type * as NdArray from "../NdArray.ts"
import { broadcastInDim } from "../primitive/structural.ts"
import type * as Shape from "../Shape.ts"
import * as Shapes from "../Shape.ts"

/** An array, or a JavaScript scalar, which is weakly typed: it takes the dtype of the arrays beside it. */
export type ArrayLike = NdArray.Any | number | bigint | boolean

/** The dtype of an operand by itself. */
export type DTypeOf<X> = X extends NdArray.NdArray<infer D, Shape.Shape> ? D
  : X extends number ? "float32"
  : X extends bigint ? "int32"
  : "bool"

/** The dtype of an operand beside an array of dtype `Beside`. */
type DTypeBeside<X, Beside extends DType.DType> = X extends NdArray.NdArray<infer D, Shape.Shape> ? D
  : X extends number ? DType.PromoteNumber<Beside>
  : X extends bigint ? Beside extends "bool" ? "int32" : Beside
  : "bool"

export type ShapeOf<X> = X extends NdArray.NdArray<DType.DType, infer S> ? S : readonly []

/** The dtype that two operands promote to. */
export type PromoteOperands<X, Y> = X extends NdArray.NdArray<infer A, Shape.Shape> ?
  DType.Promote<A, DTypeBeside<Y, A>>
  : Y extends NdArray.NdArray<infer B, Shape.Shape> ? DType.Promote<B, DTypeBeside<X, B>>
  : X extends number ? "float32"
  : Y extends number ? "float32"
  : X extends bigint ? "int32"
  : Y extends bigint ? "int32"
  : "bool"

type Joined<X, Y> = X extends NdArray.Any ? NdArray.NdArray<PromoteOperands<X, Y>, readonly []>
  : Y extends NdArray.Any ? NdArray.NdArray<PromoteOperands<X, Y>, readonly []>
  : X extends number ? X
  : Y extends number ? Y
  : X extends bigint ? X
  : Y

type Fold<X extends ReadonlyArray<unknown>, Sofar> = X extends readonly [infer H, ...infer R] ?
  Fold<R, Joined<Sofar, H>>
  : DTypeOf<Sofar>

/** The dtype that a list of operands promotes to. */
export type PromoteAll<X extends ReadonlyArray<unknown>> = X extends readonly [infer H, ...infer R] ? Fold<R, H>
  : PromoteOperands<X[number], X[number]>

/** The shapes of a list of operands. */
export type ShapesOf<X extends ReadonlyArray<unknown>> = { readonly [K in keyof X]: ShapeOf<X[K]> } extends
  infer S extends ReadonlyArray<Shape.Shape> ? S : never

/** The node of an operand by itself: a number is a weak float32, a bigint a weak int32, a boolean a bool. */
export const asArray = (operation: string, x: ArrayLike): node.Node =>
  isScalar(x) ? alone(operation, x) : asOperand(operation, x)

/** As {@link asArray}, of an operand that takes the dtype of others: a bigint may still be too large for an int32. */
export const asOperand = (operation: string, x: ArrayLike): node.Node => {
  if (node.isNode(x)) return x
  if (isScalar(x)) return beside(x)
  throw new TreeError({
    operation,
    message: `${operation}: expected an array or a number, got ${
      Array.isArray(x) || ArrayBuffer.isView(x)
        ? "a JavaScript array; make an array of it with `np.array`"
        : typeof x === "function"
        ? "a function; a call that lacks an operand, as `np.reshape([2, 3])`, waits for its data in a pipe"
        : isOptions(x)
        ? "an object; arrays come first, and options last"
        : String(x)
    }`
  })
}

/** Numbers beside integer arrays are weak integers; the error of `cast` tells of those that are not whole. */
const typed = (operands: ReadonlyArray<ArrayLike>, nodes: ReadonlyArray<node.Node>): ReadonlyArray<DType.Typed> => {
  const arrays = operands.filter((x) => node.isNode(x))
  const besideIntegers = arrays.length > 0 && arrays.every((x) => DType.isInteger(x.dtype))
  return nodes.map((x, i) => besideIntegers && typeof operands[i] === "number" ? { dtype: "int32", weak: true } : x)
}

/** Converts all operands to the dtype that they promote to. */
export const promote = (operation: string, operands: ReadonlyArray<ArrayLike>): ReadonlyArray<node.Node> => {
  const nodes = operands.map((x) => asOperand(operation, x))
  const { dtype, weak } = DType.promoteTyped(typed(operands, nodes))
  return nodes.map((x) => cast(operation, x, dtype, weak))
}

/**
 * As {@link promote}, for arithmetic modulo powers of 2: whole numbers of 32 bits wrap, as in JAX, which gives the same
 * result as wrapping it.
 */
export const promoteModular: typeof promote = (operation, operands) => {
  const nodes = operands.map((x) => asOperand(operation, x))
  const { dtype, weak } = DType.promoteTyped(typed(operands, nodes))
  return nodes.map((x) => cast(operation, wrapped(x, dtype), dtype, weak))
}

const wrapped = (x: node.Node, dtype: DType.DType): node.Node => {
  if (!x.weak || x.source._tag !== "Literal" || !DType.isInteger(dtype)) return x
  const { value } = x.source
  if (typeof value === "boolean" || holds(dtype, value) || !holds("int32", value)) return x
  return node.literal(wrap(dtype, value), x.dtype, true)
}

/** As {@link promote}, and booleans count as int32. */
export const promoteNumeric = (operation: string, operands: ReadonlyArray<ArrayLike>): ReadonlyArray<node.Node> =>
  promote(operation, operands).map((x) => x.dtype === "bool" ? cast(operation, x, "int32", false) : x)

/** As {@link promote}, and integers and booleans become float32. */
export const promoteInexact = (operation: string, operands: ReadonlyArray<ArrayLike>): ReadonlyArray<node.Node> => {
  const nodes = operands.map((x) => asOperand(operation, x))
  const { dtype, weak } = DType.promoteTyped(typed(operands, nodes))
  const inexact = DType.toInexact(dtype)
  return nodes.map((x) => cast(operation, x, inexact, weak))
}

/**
 * Gives all operands one shape by NumPy's rules. Scalars stay scalars: elementwise primitives take them as they are.
 */
export const broadcast = (operation: string, nodes: ReadonlyArray<node.Node>): ReadonlyArray<node.Node> => {
  const first = nodes.find((x) => x.shape.length > 0)
  if (first === undefined || nodes.every((x) => x.shape.length === 0 || aval.sameShape(x.shape, first.shape))) {
    return nodes
  }
  const shape = Shapes.broadcast(operation, nodes.map((x) => x.shape))
  return nodes.map((x) => x.shape.length === 0 ? x : node.nodeOf(broadcastTo(x, shape)))
}

/** Broadcasts one array to a shape that it fits. */
export const broadcastTo = (x: NdArray.Any, shape: ReadonlyArray<number>): NdArray.Any =>
  aval.sameShape(x.shape, shape)
    ? x
    : broadcastInDim(x, shape, x.shape.map((_, i) => shape.length - x.shape.length + i))
