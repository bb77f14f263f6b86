/**
 * `pureCallback`: arrays that a host function computes.
 */
import * as Effect from "effect/Effect"
import * as aval from "../Aval.ts"
import type { Aval } from "../Aval.ts"
import * as DType from "../DType.ts"
import { ArgumentError, DTypeError, ShapeError, TreeError } from "../Errors.ts"
import * as host from "../HostArray.ts"
import { flatten, nameOf } from "../internal/arguments/arguments.ts"
import { dualOfFunction } from "../internal/arguments/dual.ts"
import type { Known } from "../internal/arguments/options.ts"
import { ignoreRejection, isPromise } from "../internal/arguments/promise.ts"
import * as node from "../internal/graph/node.ts"
import { HostValue, valuesOf } from "../internal/session/hostValue.ts"
import type * as NdArray from "../NdArray.ts"
import { pureCallback as call } from "../primitive/callback.ts"
import type { VmapMethod } from "../primitive/params.ts"
import * as Shape from "../Shape.ts"
import * as Tree from "../Tree.ts"
import { ShapeDType } from "./evalShape.ts"

/**
 * Options of {@link pureCallback}.
 *
 * @category models
 * @since 0.1.0
 */
export interface PureCallbackOptions {
  /**
   * How `vmap` batches the call: one call for each example (`"sequential"`); or one call with the whole batch as axis 0
   * of arguments and results, where unbatched arguments get an axis 0 of length 1 (`"expandDims"`) or are repeated
   * (`"broadcastAll"`). Without it `vmap` is an error.
   */
  readonly vmapMethod?: VmapMethod | undefined
  /** Shown in errors and printed Programs; the function's own name by default. */
  readonly name?: string | undefined
}

const known: Known<PureCallbackOptions> = { vmapMethod: true, name: true }

/** Values that may stand for an array in the result of a callback. @category models @since 0.1.0 */
export type HostResult =
  | HostValue
  | DType.TypedArray
  | number
  | bigint
  | boolean
  | { readonly re: number; readonly im: number }
  | ReadonlyArray<HostResult>

/** A tree of host data with a value for every specification. @category models @since 0.1.0 */
export type HostResults<R> = R extends ShapeDType | NdArray.Any ? HostResult
  : R extends Tree.Atom ? R
  : R extends object ? { readonly [K in keyof R]: HostResults<R[K]> }
  : R

/** A tree of arrays with an array for every specification. @category models @since 0.1.0 */
export type Specified<R> = R extends ShapeDType<infer D, infer S> ? NdArray.NdArray<D, S>
  : R extends NdArray.Any ? R
  : R extends Tree.Atom ? R
  : R extends object ? { [K in keyof R]: Specified<R[K]> }
  : R

/** `T`, without inference from this position. */
type Settled<T> = [T][T extends unknown ? 0 : never]

/** The arguments of a callback: arrays, or JavaScript scalars for scalar arrays. @category models @since 0.1.0 */
export type DeviceArguments<A> = A extends HostValue<infer D, infer S> ?
    | NdArray.NdArray<D, S>
    | (readonly [] extends S ? number | bigint | boolean : never)
  : A extends Tree.Atom ? A
  : A extends object ? { readonly [K in keyof A]: DeviceArguments<A[K]> }
  : A

/** A function of arrays that the host computes. @category models @since 0.1.0 */
export interface OnDevice<A extends ReadonlyArray<unknown>, R> {
  (...args: DeviceArguments<A> extends infer D extends ReadonlyArray<unknown> ? D : never): Specified<R>
}

// --- results --------------------------------------------------------------------------------------------------------

/** The shape and elements of nested arrays, in order; `undefined` if lengths differ or an array contains itself. */
const unnest = (
  nested: unknown,
  outer: ReadonlyArray<unknown> = []
): { readonly shape: ReadonlyArray<number>; readonly elements: ReadonlyArray<unknown> } | undefined => {
  if (!Array.isArray(nested)) return { shape: [], elements: [nested] }
  if (outer.includes(nested)) return undefined
  const within = [...outer, nested]
  const parts = nested.map((part) => unnest(part, within))
  const first = parts[0]
  if (first === undefined) return nested.length === 0 ? { shape: [0], elements: [] } : undefined
  if (parts.some((part) => part === undefined || !aval.sameShape(part.shape, first.shape))) return undefined
  return { shape: [nested.length, ...first.shape], elements: parts.flatMap((part) => part!.elements) }
}

const isComplexNumber = (u: unknown): u is { readonly re: number; readonly im: number } =>
  typeof u === "object" && u !== null && "re" in u && "im" in u && typeof u.re === "number" && typeof u.im === "number"

/** Whether a dtype can represent a JavaScript value; only floats are rounded. */
const fits: { readonly [K in DType.Kind]: (value: unknown) => boolean } = {
  bool: (v) => typeof v === "boolean",
  signed: (v) => typeof v === "bigint" || Number.isInteger(v),
  unsigned: (v) => (typeof v === "bigint" || Number.isInteger(v)) && (v as number) >= 0,
  floating: (v) => typeof v === "number",
  complex: (v) => typeof v === "number" || isComplexNumber(v)
}

const fromElements = (elements: ReadonlyArray<unknown>, dtype: DType.DType): DType.TypedArray => {
  const parts = DType.isComplex(dtype)
    ? elements.map((v) => isComplexNumber(v) ? v : { re: v as number, im: 0 })
    : undefined
  if (parts === undefined) return host.fromNumbers(elements as ReadonlyArray<number>, dtype)
  return host.allocate(dtype, 0).constructor === Float32Array
    ? Float32Array.from(parts.flatMap(({ im, re }) => [re, im]))
    : Float64Array.from(parts.flatMap(({ im, re }) => [re, im]))
}

const refusePromise = (what: string, promise: PromiseLike<unknown>): never => {
  ignoreRejection(promise)
  throw new ArgumentError({
    operation: "pureCallback",
    message: `pureCallback: ${what} is a Promise: return an Effect instead of it, as in ` +
      "`(x) => Effect.promise(() => f(x))`, or `Effect.tryPromise` where it may be rejected"
  })
}

const read = (what: () => string, given: unknown, of: Aval): DType.TypedArray => {
  if (isPromise(given)) refusePromise(what(), given)
  const wrongShape = (found: string): never => {
    throw new ShapeError({
      operation: "pureCallback",
      message: `pureCallback: ${what()} has the shape ${found}, but its specification says ${Shape.format(of.shape)}`
    })
  }
  const wrongDType = (found: string): never => {
    throw new DTypeError({
      operation: "pureCallback",
      message: `pureCallback: ${what()} is ${found}, but its specification says ${of.dtype}`
    })
  }
  if (given instanceof HostValue) {
    if (given.dtype !== of.dtype) wrongDType(given.dtype)
    if (!aval.sameShape(given.shape, of.shape)) wrongShape(Shape.format(given.shape))
    return given.data
  }
  if (host.isTypedArray(given)) {
    if (!host.holds(given, of.dtype)) wrongDType(`a ${given.constructor.name}`)
    const elements = given.length / (DType.isComplex(of.dtype) ? 2 : 1)
    if (elements !== aval.size(of)) wrongShape(`of ${elements} elements`)
    const wrong = of.dtype === "bool" ? host.notBool(given) : undefined
    if (wrong !== undefined) wrongDType(`or has in it ${wrong}`)
    return host.storageOf(given)
  }
  if (host.isMemory(given)) wrongDType(host.describe(given))
  const found = unnest(given)
  if (found === undefined) return wrongShape("of nested arrays of different lengths, or of one that contains itself")
  const { elements, shape } = found
  // an empty list does not determine the axes after it
  const same = elements.length === 0 ? aval.size(of) === 0 : aval.sameShape(shape, of.shape)
  if (!same) wrongShape(Shape.format(shape))
  const promise = elements.find(isPromise)
  if (promise !== undefined) refusePromise(`an element of ${what()}`, promise)
  const other = elements.find((element) => !fits[DType.kind(of.dtype)](element))
  if (other !== undefined || elements.includes(undefined)) {
    wrongDType(
      typeof other === "number" || typeof other === "bigint" || typeof other === "boolean"
        ? `or has in it ${typeof other} ${String(other)}`
        : `or has in it a value of type ${other === null ? "null" : typeof other}`
    )
  }
  return fromElements(elements, of.dtype)
}

/** The leaves of a callback's result at the positions of the specifications. */
const readAll = (
  name: string,
  spec: unknown,
  given: unknown,
  avals: ReadonlyArray<Aval>
): ReadonlyArray<DType.TypedArray> => {
  if (isPromise(given)) refusePromise(`the result of ${name}`, given)
  const { structure } = Tree.flatten(spec)
  let parts: ReadonlyArray<unknown>
  try {
    parts = Tree.flattenUpTo(structure, given)
  } catch (cause) {
    throw new TreeError({
      operation: "pureCallback",
      message: `pureCallback: ${name} returned another tree than its specification ${
        Tree.structureToString(structure)
      }: ${cause instanceof Error ? cause.message : String(cause)}`
    })
  }
  const paths = Tree.structurePaths(structure)
  const what = (i: number): string =>
    paths[i]!.length === 0 ? `the result of ${name}` : `the result ${Tree.formatPath(paths[i]!)} of ${name}`
  return parts.map((part, i) => read(() => what(i), part, avals[i]!))
}

// --- the call -------------------------------------------------------------------------------------------------------

/** The types given by the specifications. */
const promised = (name: string, spec: unknown): ReadonlyArray<Aval> =>
  Tree.leavesWithPath(spec).map(([path, leaf]) => {
    if (leaf instanceof ShapeDType || node.isNode(leaf)) return { dtype: leaf.dtype, shape: leaf.shape, weak: false }
    throw new ArgumentError({
      operation: "pureCallback",
      message: `pureCallback: the specification of the result of ${name} must be a ShapeDType or a tree of them, but ${
        path.length === 0 ? "it" : Tree.formatPath(path)
      } is ${
        typeof leaf === "object" && leaf !== null ? `a ${leaf.constructor.name}` : `the ${typeof leaf} ${String(leaf)}`
      }`
    })
  })

/**
 * A function of arrays that the host computes from their values whenever its result is computed.
 *
 * **When to use**
 *
 * For computations that effax can't express: another library, a lookup in a table, a device. To observe values only,
 * use `Debug.callback`.
 *
 * **Details**
 *
 * `f` is called with a `HostValue` in place of every array, and returns host data: a tree like `result`, whose
 * specifications (`ShapeDType`, or arrays as examples) give the dtype and shape of each leaf. In their place it has a
 * `HostValue`, a typed array, or nested numbers. It may return an Effect of such data, which runs in the fiber that
 * runs the computation, with its services.
 *
 * Data that does not match its specification, and any failure or exception of `f`, is a `CallbackError` of the
 * execution.
 *
 * It has no derivative: define one with `customJvp` or `customVjp`. `vmapMethod` selects how it is batched. JAX's
 * function is `pure_callback`, which takes the arguments directly.
 *
 * **Gotchas**
 *
 * `f` must return the same result for the same values, and may be called once, twice or not at all: unused results are
 * not computed.
 *
 * @example
 * ```ts
 * import { Debug, NdArray, Numpy as np, pureCallback, ShapeDType, vmap } from "effax"
 *
 * const prices = new Map([[1, 0.5], [2, 0.75]])
 * const price = pureCallback(
 *   (item: Debug.HostValue<"int32", readonly []>) => prices.get(item.toScalar()) ?? 0,
 *   new ShapeDType([], "float32"),
 *   { vmapMethod: "sequential" }
 * )
 * vmap(price)(np.array([2, 1, 2], { dtype: "int32" })) // => [0.75, 0.5, 0.75]
 * ```
 *
 * @category transformations
 * @since 0.1.0
 */
export const pureCallback: {
  <A extends ReadonlyArray<unknown> = ReadonlyArray<HostValue>, R = unknown>(
    f: (...values: A) => HostResults<Settled<R>> | Effect.Effect<HostResults<Settled<R>>, unknown>,
    result: R,
    options?: PureCallbackOptions
  ): OnDevice<A, R>
  <R>(
    result: R,
    options?: PureCallbackOptions
  ): <A extends ReadonlyArray<unknown> = ReadonlyArray<HostValue>>(
    f: (...values: A) => HostResults<R> | Effect.Effect<HostResults<R>, unknown>
  ) => OnDevice<A, R>
} = dualOfFunction("pureCallback", 2, known, (
  f: (...values: ReadonlyArray<unknown>) => unknown,
  result: unknown,
  options: PureCallbackOptions
) => {
  const name = options.name ?? nameOf(f)
  const { structure } = Tree.flatten(result)
  const results = promised(name, result)
  return (...args: ReadonlyArray<unknown>) => {
    // the function must not hold the arguments: Programs in the compile cache hold it
    const { leaves, structure: given } = flatten(name, "argument", args)
    const outputs = call(name, leaves, results, options.vmapMethod ?? null, (data, of) =>
      Effect.suspend(() => {
        const values = Tree.unflatten(given, valuesOf(data, of.operands)) as ReadonlyArray<unknown>
        const returned: unknown = f(...values)
        const found = Effect.isEffect(returned) ? returned as Effect.Effect<unknown, unknown> : Effect.succeed(returned)
        return Effect.map(found, (host) => readAll(name, result, host, of.results))
      }))
    return Tree.unflatten(structure, outputs)
  }
})
