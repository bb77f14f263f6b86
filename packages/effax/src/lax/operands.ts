/**
 * The operands of Lax's functions: arrays, and JavaScript scalars that take the dtype of the arrays beside them. Nothing is
 * promoted, and only scalars and axes of length 1 are broadcast.
 */
import * as Aval from "../Aval.ts"
import type * as DType from "../DType.ts"
import { ShapeError, TreeError } from "../Errors.ts"
import { describe } from "../internal/arguments/describe.ts"
import { checkNoOptions } from "../internal/arguments/options.ts"
import { cast } from "../internal/graph/cast.ts"
import * as node from "../internal/graph/node.ts"
import { alone, isScalar, leaf, literal, type Scalar } from "../internal/graph/scalars.ts"
import type * as NdArray from "../NdArray.ts"
import { range } from "../primitive/rule.ts"
import { broadcastInDim } from "../primitive/structural.ts"
import type * as Shape from "../Shape.ts"

/** An array, or a JavaScript scalar in the place of one. @category models @since 0.1.0 */
export type ArrayLike = NdArray.Any | number | bigint | boolean

/** The dtype of an operand by itself. */
export type DTypeOf<X> = X extends NdArray.NdArray<infer D, Shape.Shape> ? D
  : X extends number ? "float32"
  : X extends bigint ? "int32"
  : "bool"

export type ShapeOf<X> = X extends NdArray.NdArray<DType.DType, infer S> ? S : readonly []

/** The dtype of operands of which scalars take the dtype of arrays. */
export type Common<X, Y> = X extends NdArray.Any ? DTypeOf<X> : DTypeOf<Y>

export type Broadcasted<X, Y> = Shape.Broadcast<ShapeOf<X>, ShapeOf<Y>>

/** `unknown`, or a type that says that two arrays differ in dtype. */
export type SameDType<X, Y> = X extends NdArray.NdArray<infer A, Shape.Shape>
  ? Y extends NdArray.NdArray<infer B, Shape.Shape>
    ? [A & B] extends [never] ? { readonly "dtypes differ, convert one of them": readonly [A, B] } : unknown
  : unknown
  : unknown

type SameRank<A extends Shape.Shape, B extends Shape.Shape> = A extends readonly [] ? unknown
  : B extends readonly [] ? unknown
  : number extends A["length"] | B["length"] ? unknown
  : A["length"] extends B["length"] ? Shape.BroadcastCheck<A, B>
  : { readonly "ranks differ, broadcast one of them": readonly [A, B] }

/** `unknown`, or a type that says why the operands do not go together. */
export type Fits<X, Y> = SameDType<X, Y> & SameRank<ShapeOf<X>, ShapeOf<Y>>

/** An operand by itself: a number is a weak float32, a bigint a weak int32, a boolean a bool. */
export const asArray = (operation: string, x: ArrayLike): NdArray.Any => {
  if (node.isNode(x)) return x
  if (isScalar(x)) return alone(operation, x)
  throw new TreeError({
    operation,
    message: `${operation}: expected an array or a number, got ${describe(x)}${
      Array.isArray(x) || ArrayBuffer.isView(x) ? "; make an array of it with `np.array`" : ""
    }`
  })
}

/** An operand in another dtype, which must have the value of a scalar. */
export const castTo = (operation: string, x: ArrayLike, dtype: DType.DType, weak = false): NdArray.Any =>
  cast(operation, isScalar(x) ? leaf(operation, x) : node.nodeOf(asArray(operation, x)), dtype, weak)

/** Operands of one dtype: scalars take that of the first array. */
export const asArrays = (operation: string, xs: ReadonlyArray<ArrayLike>): ReadonlyArray<NdArray.Any> => {
  let like: NdArray.Any | undefined
  for (const x of xs) {
    if (isScalar(x)) continue
    const array = asArray(operation, x)
    if (like === undefined) like = array
  }
  const { dtype, weak } = like ?? asArray(operation, xs[0]!)
  return xs.map((x) => isScalar(x) ? literal(operation, x as Scalar, dtype, weak) : x as NdArray.Any)
}

/** Operands of an elementwise primitive: axes of length 1 are stretched, and scalars stay scalars. */
export const aligned = (operation: string, xs: ReadonlyArray<ArrayLike>): ReadonlyArray<NdArray.Any> => {
  const arrays = asArrays(operation, xs)
  const first = arrays.find((x) => x.shape.length > 0)
  if (first === undefined || arrays.every((x) => x.shape.length === 0 || Aval.sameShape(x.shape, first.shape))) {
    return arrays
  }
  const ranked = arrays.filter((x) => x.shape.length > 0)
  const shape = first.shape.map((_, axis) => ranked.find((x) => x.shape[axis] !== 1)?.shape[axis] ?? 1)
  const fits = ranked.every((x) =>
    x.shape.length === shape.length && x.shape.every((n, axis) => n === 1 || n === shape[axis])
  )
  if (!fits) {
    throw new ShapeError({
      operation,
      message: `${operation}: operands must have one shape, but for axes of length 1 and scalars, got ${
        arrays.map(Aval.format).join(", ")
      }; the functions of Numpy broadcast`
    })
  }
  return arrays.map((x) => x.shape.length === 0 ? x : broadcastInDim(x, shape, range(shape.length)))
}

/** A function without options: an object behind its parameters is refused. */
/* @__NO_SIDE_EFFECTS__ */
export const fixed = <F extends (...args: never) => unknown>(operation: string, f: F): F => {
  const call = f as unknown as (...args: ReadonlyArray<unknown>) => unknown
  return ((...args: ReadonlyArray<unknown>) => {
    if (args.length > call.length) checkNoOptions(operation, args[call.length])
    return call(...args)
  }) as unknown as F
}
