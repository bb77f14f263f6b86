/**
 * The operands of Numpy's functions before a primitive sees them: scalars become arrays, dtypes are promoted, shapes are
 * broadcast.
 */
import * as aval from "../Aval.ts"
import * as DType from "../DType.ts"
import { TreeError } from "../Errors.ts"
import type * as host from "../HostArray.ts"
import { describe } from "../internal/arguments/describe.ts"
import { isOptions } from "../internal/arguments/options.ts"
import { cast } from "../internal/graph/cast.ts"
import * as node from "../internal/graph/node.ts"
import { isNumber, isPlain } from "../internal/graph/numbers.ts"
import { alone, beside, holds, isScalar, type Scalar, wrap } from "../internal/graph/scalars.ts"
import type * as NdArray from "../NdArray.ts"
import { broadcastInDim } from "../primitive/structural.ts"
import type * as Shape from "../Shape.ts"
import * as Shapes from "../Shape.ts"
import { fromValues, type NestedDType, type NestedShape, type NestedValues } from "./literals.ts"

/**
 * An array, or JavaScript values in its place: a typed array, a nested list, or a scalar, which is weakly typed: it takes the
 * dtype of the arrays beside it.
 *
 * @category models
 * @since 0.1.0
 */
export type ArrayLike = NdArray.Any | Values

/** JavaScript values in the place of an array. @category models @since 0.1.0 */
export type Values = Scalar | host.AnyTypedArray | Nested<Nested<Nested<ListOf<Scalar>>>>

type ListOf<T> = ReadonlyArray<T>

/** Lists of one more level. Recursive types would be unfolded for ever where functions that take them are transformed. */
type Nested<L> = L | ListOf<L>

// Both parameters are inferred, also where one is wanted: so it is decided for arrays of a generic shape too.
/** The dtype of an operand by itself. @category models @since 0.1.0 */
export type DTypeOf<X> = X extends NdArray.NdArray<infer D, infer _> ? D
  : X extends number ? "float32"
  : X extends bigint ? "int32"
  : X extends boolean ? "bool"
  : X extends host.AnyTypedArray ? NdArray.DTypeOf<X>
  : NestedDType<X>

/** The dtype of an operand beside an array of dtype `Beside`. */
type DTypeBeside<X, Beside extends DType.DType> = X extends number ? DType.PromoteNumber<Beside>
  : X extends bigint ? Beside extends "bool" ? "int32" : Beside
  : DTypeOf<X>

/** The shape of an operand: JavaScript scalars have no axes. @category models @since 0.1.0 */
export type ShapeOf<X> = X extends NdArray.NdArray<infer _, infer S> ? S
  : X extends Scalar ? readonly []
  : X extends host.AnyTypedArray ? readonly [number]
  : NestedShape<X>

/** The dtype that two operands promote to. @category models @since 0.1.0 */
export type PromoteOperands<X, Y> = X extends Scalar ? Y extends Scalar ? DTypeOf<Wider<X, Y>>
  : DType.Promote<DTypeOf<Y>, DTypeBeside<X, DTypeOf<Y>>>
  : DType.Promote<DTypeOf<X>, DTypeBeside<Y, DTypeOf<X>>>

/** The scalar of two whose kind holds the values of both. */
type Wider<X, Y> = X extends number ? X : Y extends number ? Y : X extends bigint ? X : Y

type Joined<X, Y> = X extends Scalar ?
  Y extends Scalar ? Wider<X, Y> : NdArray.NdArray<PromoteOperands<X, Y>, readonly []>
  : NdArray.NdArray<PromoteOperands<X, Y>, readonly []>

type Fold<X extends ReadonlyArray<unknown>, Sofar> = X extends readonly [infer H, ...infer R] ?
  Fold<R, Joined<Sofar, H>>
  : DTypeOf<Sofar>

/** The dtype that a list of operands promotes to. @category models @since 0.1.0 */
export type PromoteAll<X extends ReadonlyArray<unknown>> = X extends readonly [infer H, ...infer R] ? Fold<R, H>
  : PromoteOperands<X[number], X[number]>

/** The shapes of a list of operands. */
export type ShapesOf<X extends ReadonlyArray<unknown>> = { readonly [K in keyof X]: ShapeOf<X[K]> } extends
  infer S extends ReadonlyArray<Shape.Shape> ? S : never

/** An operand by itself: a number is a weak float32, a bigint a weak int32, a boolean a bool. */
export const asArray = (operation: string, x: ArrayLike): node.Node =>
  node.isNode(x) ? x : isScalar(x) ? alone(operation, x) : listed(operation, x)

/** An operand that takes the dtype of others: a bigint may still be too large for an int32. */
export const asOperand = (operation: string, x: ArrayLike): node.Node =>
  node.isNode(x) ? x : isScalar(x) ? beside(x) : listed(operation, x)

/** An operand in a dtype that is known, which must have the values of scalars. */
export const asDType = (operation: string, x: ArrayLike, dtype: DType.DType, weak = false): node.Node =>
  cast(operation, asOperand(operation, x), dtype, weak)

const listed = (operation: string, x: unknown): node.Node => {
  if (Array.isArray(x) || ArrayBuffer.isView(x)) return fromValues(operation, x as NestedValues)
  throw new TreeError({
    operation,
    message: `${operation}: expected an array, a number or a list of numbers, got ${
      typeof x === "function"
        ? "a function; a call that lacks an operand, as `np.reshape([2, 3])`, waits for its data in a pipe"
        : isOptions(x)
        ? "an object; arrays come first, and options last"
        : describe(x)
    }`
  })
}

/** Numbers beside integer arrays are weak integers; the error of `cast` tells of those that are not whole. */
const typed = (nodes: ReadonlyArray<node.Node>): ReadonlyArray<DType.Typed> => {
  if (!nodes.some(isNumber)) return nodes
  const arrays = nodes.filter((x) => !isPlain(x))
  const besideIntegers = arrays.length > 0 && arrays.every((x) => DType.isInteger(x.dtype))
  return besideIntegers ? nodes.map((x) => isNumber(x) ? { dtype: "int32", weak: true } : x) : nodes
}

/** Converts all operands to the dtype that they promote to. */
export const promote = (operation: string, operands: ReadonlyArray<ArrayLike>): ReadonlyArray<node.Node> => {
  const nodes = operands.map((x) => asOperand(operation, x))
  const { dtype, weak } = DType.promoteTyped(typed(nodes))
  return nodes.map((x) => cast(operation, x, dtype, weak))
}

/**
 * As {@link promote}, for arithmetic modulo powers of 2: whole numbers of 32 bits wrap, as in JAX, which gives the same
 * result as wrapping it.
 */
export const promoteModular: typeof promote = (operation, operands) => {
  const nodes = operands.map((x) => asOperand(operation, x))
  const { dtype, weak } = DType.promoteTyped(typed(nodes))
  return nodes.map((x) => cast(operation, wrapped(x, dtype), dtype, weak))
}

const wrapped = (x: node.Node, dtype: DType.DType): node.Node => {
  if (x.source._tag !== "Literal" || !x.source.plain || !DType.isInteger(dtype)) return x
  const { value } = x.source
  if (typeof value === "boolean" || holds(dtype, value) || !holds("int32", value)) return x
  return node.plain(wrap(dtype, value), x.dtype)
}

/** As {@link promote}, and booleans count as int32. */
export const promoteNumeric = (operation: string, operands: ReadonlyArray<ArrayLike>): ReadonlyArray<node.Node> =>
  promote(operation, operands).map((x) => x.dtype === "bool" ? cast(operation, x, "int32", false) : x)

/** As {@link promote}, and integers and booleans become float32. */
export const promoteInexact = (operation: string, operands: ReadonlyArray<ArrayLike>): ReadonlyArray<node.Node> => {
  const nodes = operands.map((x) => asOperand(operation, x))
  const { dtype, weak } = DType.promoteTyped(typed(nodes))
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
