/**
 * `vmap`: turns a function of single examples into a function of batches.
 */
import * as aval from "../Aval.ts"
import type { DType } from "../DType.ts"
import { ArgumentError, AxisError, AxisNameError, ShapeError } from "../Errors.ts"
import { type Argument, type Flat, flatten, given, pathOf, type Returned } from "../internal/arguments/arguments.ts"
import { transformation } from "../internal/arguments/dual.ts"
import type { Known } from "../internal/arguments/options.ts"
import * as axisScope from "../internal/axes/scope.ts"
import * as batching from "../internal/batching/batching.ts"
import * as node from "../internal/graph/node.ts"
import * as tracing from "../internal/program/trace.ts"
import type * as NdArray from "../NdArray.ts"
import { transpose } from "../primitive/structural.ts"
import type * as Shape from "../Shape.ts"
import * as Tree from "../Tree.ts"

/**
 * An axis, `null` for "not batched", or a tree of axes that is a prefix of the tree it applies to.
 *
 * @category models
 * @since 0.1.0
 */
export type Axes = number | null | ReadonlyArray<Axes> | { readonly [key: string]: Axes }

/**
 * Options of {@link vmap}.
 *
 * @category models
 * @since 0.1.0
 */
export interface VmapOptions {
  /** The batch axis of each argument: one for all of them, or a list of axes or prefix trees. 0 by default. */
  readonly inAxes?: Axes
  /**
   * The position of the batch axis in the results: an axis, `null` for results that are equal for all examples, or a
   * prefix tree.
   */
  readonly outAxes?: Axes
  /** The size of the batch; required only if no argument is batched. */
  readonly axisSize?: number | undefined
  /** The name of the axis for collectives in the function: `Lax.psum(x, "batch")`. */
  readonly axisName?: string | undefined
}

const known: Known<VmapOptions> = { inAxes: true, outAxes: true, axisName: true, axisSize: true }

/** The shape with one axis more, whose length is that of the batch; unknown where the place of the axis is. */
type Widened<S extends Shape.Shape, A> = A extends number ? Shape.Insert<S, A, number> : Shape.Shape

/** The axes of a part of a tree. */
type AxesAt<A, K> = A extends number | null ? A : K extends keyof A ? A[K] : Axes

/** Whether trees of arrays have no static shape; their types don't change. */
type IsUnranked<T> = [Tree.LeafOf<T>] extends [infer L]
  ? [L extends NdArray.NdArray<DType, infer S> ? number extends S["length"] ? never : L : never] extends [never] ? true
  : false
  : never

/** The arguments of a batched function, from those of the function. */
type BatchedArgument<T, A> = A extends null ? Argument<T>
  : T extends NdArray.NdArray<infer D, infer S> ? NdArray.NdArray<D, Widened<S, A>>
  : T extends Tree.Atom ? T
  : T extends object ? { readonly [K in keyof T]: BatchedArgument<T[K], AxesAt<A, K>> }
  : T

/** The result of a batched function, from that of the function. */
type BatchedResult<T, A> = A extends null ? T
  : IsUnranked<T> extends true ? T
  : T extends NdArray.NdArray<infer D, infer S> ? NdArray.NdArray<D, Widened<S, A>>
  : T extends Tree.Atom ? T
  : T extends object ? { [K in keyof T]: BatchedResult<T[K], AxesAt<A, K>> }
  : T

type Given<O, Name extends string> = Name extends keyof O ? O[Name] : 0

/**
 * A function of batches: its arrays have one more axis than those of the original function.
 *
 * @category models
 * @since 0.1.0
 */
export interface Vmapped<A extends ReadonlyArray<unknown>, B, O extends VmapOptions> {
  (
    ...args: { readonly [K in keyof A]: BatchedArgument<A[K], AxesAt<Given<O, "inAxes">, K>> } extends
      infer R extends ReadonlyArray<unknown> ? R : never
  ): BatchedResult<B, Given<O, "outAxes">>
  // A member next to the call makes the batched version of a generic function take the widest types. TypeScript would
  // otherwise make it generic too, but can't distinguish single examples from batches of them.
  readonly length: number
}

const moveAxis = (x: NdArray.Any, from: number, to: number): NdArray.Any => {
  if (from === to) return x
  const rest = x.shape.map((_, i) => i).filter((i) => i !== from)
  rest.splice(to, 0, from)
  return transpose(x, rest)
}

const normalize = (axis: number, ndim: number, what: () => string): number => {
  const at = axis < 0 ? axis + ndim : axis
  if (!Number.isInteger(axis) || at < 0 || at >= ndim) {
    throw new AxisError({
      operation: "vmap",
      message: `vmap: axis ${axis} is out of range for ${what()}, which has ${ndim} ${ndim === 1 ? "axis" : "axes"}`
    })
  }
  return at
}

const axesOf = (option: string, prefix: Axes, tree: unknown, leaves: number): ReadonlyArray<number | null> => {
  const axes = Tree.broadcastPrefix(prefix, tree, { noneIsLeaf: true }).map((axis) => axis ?? null) as ReadonlyArray<
    unknown
  >
  if (axes.length !== leaves || axes.some((axis) => axis !== null && typeof axis !== "number")) {
    throw new ArgumentError({
      operation: "vmap",
      message: `vmap: ${option} must be an axis, null, or a prefix tree of them, that matches ${
        Tree.structureToString(Tree.structure(tree))
      }`
    })
  }
  return axes as ReadonlyArray<number | null>
}

/** Checks that an axis name is not a mesh axis: types inside `shardMap` refer to mesh axes by name. */
const checkName = (name: string | undefined): void => {
  const outer = name === undefined ? undefined : axisScope.find(name)
  if (outer === undefined || outer.kind === "mapped") return
  throw new AxisNameError({
    operation: "vmap",
    message: `vmap: axisName "${name}" is the name of a mesh axis of the shardMap around it; choose another name`
  })
}

/** The common size of all batched axes. Throws if they differ. */
const sizeOf = (
  args: ReadonlyArray<unknown>,
  flat: Flat,
  axes: ReadonlyArray<number | null>,
  given: number | undefined
): number => {
  const sizes = flat.leaves.map((leaf, i) => {
    const axis = axes[i]!
    if (axis === null) return undefined
    return leaf.shape[normalize(axis, leaf.shape.length, () => `argument ${pathOf(args, i)} (${aval.format(leaf)})`)]!
  })
  const size = given ?? sizes.find((s) => s !== undefined)
  if (size === undefined) {
    throw new ArgumentError({
      operation: "vmap",
      message: "vmap: at least one argument must be batched (inAxes is null everywhere); give axisSize otherwise"
    })
  }
  if (sizes.some((s) => s !== undefined && s !== size)) {
    const list = flat.leaves.flatMap((leaf, i) =>
      sizes[i] === undefined
        ? []
        : [`  argument ${pathOf(args, i)} (${aval.format(leaf)}) has size ${sizes[i]} along axis ${axes[i]}`]
    )
    throw new ShapeError({
      operation: "vmap",
      message: `vmap: batched axes must all have one size${
        given === undefined ? "" : ` (axisSize is ${given})`
      }, got\n${list.join("\n")}`
    })
  }
  return size
}

/**
 * Vectorises a function: the result maps it over an axis of its arguments, in one Program without a loop.
 *
 * **Details**
 *
 * `inAxes` selects the axis of each argument that is mapped over: one for all, or one for each, and `null` for unmapped
 * arguments; `outAxes` gives the position of the axis in the results. Both may be tree prefixes. All mapped axes must
 * have the same size. A result that does not depend on any mapped argument is repeated, or, with `outAxes: null`,
 * returned once.
 *
 * `axisName` names the axis for collectives: `Lax.psum`, `Lax.allGather`, `Lax.axisIndex` and the like see all examples
 * at once.
 *
 * Throws a `ShapeError` that lists the arguments whose sizes differ.
 *
 * @example
 * ```ts
 * import { grad, Lax, NdArray, Numpy as np, vmap } from "effax"
 *
 * const predict = (w: NdArray.Any, b: NdArray.Any, x: NdArray.Any) => np.add(np.dot(w, x), b)
 * const batched = vmap(predict, { inAxes: [null, null, 0] })
 * batched(np.ones([3, 4]), np.ones([3]), np.ones([10, 4])).shape // => [10, 3]
 *
 * vmap(np.sum)(np.array([[1, 2], [3, 4]])) // => [3, 7]
 * vmap(grad(np.sin))(np.array([0, Math.PI])) // => [1, -1]
 *
 * const normalized = (x: NdArray.Any) => np.divide(x, Lax.psum(x, "batch"))
 * vmap(normalized, { axisName: "batch" })(np.array([1, 2, 5])) // => [0.125, 0.25, 0.625]
 * ```
 *
 * @category transformations
 * @since 0.1.0
 */
export const vmap: {
  <A extends ReadonlyArray<unknown>, B extends Returned, const O extends VmapOptions = {}>(
    f: (...args: A) => B,
    options?: O
  ): Vmapped<A, B, O>
  <const O extends VmapOptions>(
    options: O
  ): <A extends ReadonlyArray<unknown>, B extends Returned>(f: (...args: A) => B) => Vmapped<A, B, O>
} = transformation("vmap", known, (f: AnyFunction, options: VmapOptions) => make(f, options))

type AnyFunction = (...args: ReadonlyArray<unknown>) => unknown

const make =
  <A extends ReadonlyArray<unknown>, B>(f: (...args: A) => B, options: VmapOptions) =>
  (...args: ReadonlyArray<unknown>): B => {
    const { axisName, axisSize, inAxes = 0, outAxes = 0 } = options
    checkName(axisName)
    if (Array.isArray(inAxes) && inAxes.length !== args.length) {
      throw new ArgumentError({
        operation: "vmap",
        message: `vmap: inAxes has ${inAxes.length} entries, but the function was called with ${args.length} argument${
          args.length === 1 ? "" : "s"
        }`
      })
    }
    const flat = flatten("vmap", "argument", args)
    const axes = axesOf("inAxes", inAxes, args, flat.leaves.length)
    const size = sizeOf(args, flat, axes, axisSize)
    const batched = axes.map((axis) => axis !== null)
    const values = flat.leaves.map((leaf, i) =>
      axes[i] === null ? leaf : moveAxis(leaf, axes[i]! < 0 ? axes[i]! + leaf.shape.length : axes[i]!, 0)
    )
    const single = given(values.map(node.nodeOf)).map((of, i) => batched[i] ? { ...of, shape: of.shape.slice(1) } : of)
    let result: unknown
    const axis: batching.BatchAxis = { size, name: axisName }
    const { captures, program } = axisScope.within(
      batching.scopeOf(axis),
      () =>
        tracing.trace("vmap", single, (parameters) => {
          result = f(...Tree.unflatten(flat.structure, parameters) as unknown as A)
          return flatten("vmap", "result", result).leaves
        })
    )
    const computed = batching.batch(
      program,
      [...captures, ...values],
      [...captures.map(() => false), ...batched],
      axis
    )
    const structure = Tree.structure(result)
    const targets = axesOf("outAxes", outAxes, result, computed.outputs.length)
    const outputs = computed.outputs.map((output, i) => {
      const target = targets[i]!
      if (target === null) {
        if (computed.batched[i]) {
          throw new ArgumentError({
            operation: "vmap",
            message: `vmap: outAxes is null for result ${
              pathOf(result, i)
            }, but that result differs from example to example`
          })
        }
        return output
      }
      const whole = computed.batched[i] ? output : batching.materialize(output, size)
      return moveAxis(
        whole,
        0,
        normalize(target, whole.shape.length, () => `result ${pathOf(result, i)} (${aval.format(whole)})`)
      )
    })
    return Tree.unflatten(structure, outputs) as B
  }
