/**
 * `evalShape`: the dtypes and shapes of what a function would return.
 */
import * as aval from "../Aval.ts"
import type { DType } from "../DType.ts"
import { type Argument, type Flat, flatten, given, type Returned } from "../internal/arguments/arguments.ts"
import * as node from "../internal/graph/node.ts"
import * as tracing from "../internal/program/trace.ts"
import type * as NdArray from "../NdArray.ts"
import type { Shape } from "../Shape.ts"
import * as Tree from "../Tree.ts"

/**
 * The type of an array before it is computed: a leaf of trees that stands for an array in the arguments of
 * {@link evalShape} and `linearTranspose`, and for one in the results of {@link evalShape}.
 *
 * @category models
 * @since 0.1.0
 */
export class ShapeDType<out D extends DType = DType, const out S extends Shape = Shape> implements aval.Aval {
  readonly shape: S
  readonly dtype: D
  readonly weak: boolean

  constructor(shape: S, dtype: D, weak = false) {
    this.shape = shape
    this.dtype = dtype
    this.weak = weak
  }

  /** `f32[2, 3]` */
  toString(): string {
    return aval.format(this).replaceAll(",", ", ")
  }
}

/** A tree with specifications in the place of arrays and scalars. @category models @since 0.1.0 */
export type Specs<T> = T extends NdArray.NdArray<infer D, infer S> ? ShapeDType<D, S>
  : T extends number ? ShapeDType<"float32", readonly []>
  : T extends bigint ? ShapeDType<"int32", readonly []>
  : T extends boolean ? ShapeDType<"bool", readonly []>
  : T extends Tree.Atom ? T
  : T extends object ? { [K in keyof T]: Specs<T[K]> }
  : T

/** An argument, or a tree with specifications in the place of some of its arrays. */
type Example<T> =
  | Argument<T>
  | (T extends NdArray.NdArray<infer D, infer S> ? ShapeDType<D, S>
    : T extends Tree.Atom ? never
    : T extends object ? { readonly [K in keyof T]: Example<T[K]> }
    : never)

/** Arguments, or specifications in their place. @category models @since 0.1.0 */
export type Examples<A extends ReadonlyArray<unknown>> = { readonly [K in keyof A]: Example<A[K]> } extends
  infer R extends ReadonlyArray<unknown> ? R : never

/** The leaves of examples, specifications as parameters that are never run. */
export const examplesOf = (operation: string, examples: ReadonlyArray<unknown>): Flat => {
  const scope: node.Scope = { transformation: operation }
  return flatten(
    operation,
    "argument",
    Tree.map(examples, (leaf: unknown) => leaf instanceof ShapeDType ? node.parameter(leaf, scope) : leaf)
  )
}

/**
 * The dtypes and shapes of what a function would return: a tree like its result, with a {@link ShapeDType} in the place of
 * every array. Nothing is computed.
 *
 * **Details**
 *
 * Arguments are arrays or specifications. A wrong call throws, as it would in the function.
 *
 * @example
 * ```ts
 * import { evalShape, NdArray, Numpy as np, ShapeDType } from "effax"
 *
 * const f = (x: NdArray.Any) => ({ sum: np.sum(x), outer: np.outer(x, x) })
 * const { outer } = evalShape(f, new ShapeDType([100_000], "float32"))
 * String(outer) // => "f32[100000, 100000]"
 * ```
 *
 * @category transformations
 * @since 0.1.0
 */
export const evalShape = <A extends ReadonlyArray<unknown>, B extends Returned>(
  f: (...args: A) => B,
  ...examples: Examples<A>
): Specs<B> => {
  const flat = examplesOf("evalShape", examples)
  let structure: Tree.Structure | undefined
  const { program } = tracing.trace("evalShape", given(flat.leaves), (parameters) => {
    const result = flatten(
      "evalShape",
      "result",
      f(...Tree.unflatten(flat.structure, parameters) as unknown as A)
    )
    structure = result.structure
    return result.leaves
  })
  return Tree.unflatten(
    structure!,
    program.results.map(({ aval: { dtype, shape, weak } }) => new ShapeDType(shape, dtype, weak))
  ) as Specs<B>
}
