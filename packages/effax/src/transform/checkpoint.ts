/**
 * `checkpoint`: trades time for memory in reverse mode.
 */
import { type Arguments, avals, flatten, nameOf, positionsOf, type Returned } from "../internal/arguments/arguments.ts"
import { transformation } from "../internal/arguments/dual.ts"
import type { Known } from "../internal/arguments/options.ts"
import { withoutCaptures } from "../internal/program/program.ts"
import * as tracing from "../internal/program/trace.ts"
import { checkpointCall } from "../primitive/checkpoint.ts"
import type { CheckpointPolicy } from "../primitive/checkpointPolicies.ts"
import { DerivativeRule } from "../primitive/derivativeRule.ts"
import * as Tree from "../Tree.ts"

/**
 * Options of {@link checkpoint}.
 *
 * @category models
 * @since 0.1.0
 */
export interface CheckpointOptions {
  /**
   * The values that may be kept in addition to the operands: one of `checkpointPolicies`, or a function. None by
   * default.
   */
  readonly policy?: CheckpointPolicy | undefined
  /**
   * Whether the compiler must not merge the recomputation with the first computation. `true` by default; use `false` in
   * bodies of `scan`, where it can't merge them and the barriers are useless.
   */
  readonly preventCse?: boolean | undefined
  /** Positions of arguments that are not arrays; the function receives them unchanged. */
  readonly staticArgnums?: number | ReadonlyArray<number> | undefined
}

const known: Known<CheckpointOptions> = { policy: true, preventCse: true, staticArgnums: true }

/** A checkpointed function. @category models @since 0.1.0 */
export interface Checkpointed<A extends ReadonlyArray<unknown>, B> {
  (...args: Arguments<A>): B
}

/**
 * A function whose derivative keeps only the arguments: everything else that it needs is recomputed in the backward
 * pass.
 *
 * **When to use**
 *
 * In reverse mode, which keeps everything that the derivative needs until the backward pass reaches it: for parts of a
 * model whose intermediate values take too much memory, and for the body of a long `scan`, so that only the carries are
 * kept.
 *
 * **Details**
 *
 * Values, and derivatives of any order, are those of the function. With a `policy`, the values that it allows are kept
 * too: `policy(primitive, operands, params)` is called for the equations of the function and of its derivative,
 * including those of jitted functions that it calls; other calls (`scan`, `cond`, nested checkpointed functions) are
 * one equation each.
 *
 * @example
 * ```ts
 * import { checkpoint, checkpointPolicies, grad, NdArray, Numpy as np } from "effax"
 *
 * const layer = checkpoint((x: NdArray.Any) => np.sin(np.sin(x)))
 * grad(layer)(1) // => 0.36003894
 *
 * const saving = checkpoint(
 *   (w: NdArray.Any, x: NdArray.Any) => np.sin(np.dot(w, x)),
 *   { policy: checkpointPolicies.dotsSaveable }
 * )
 * saving(np.ones([2, 2]), np.zeros([2])) // => [0, 0]
 * ```
 *
 * @see {@link savedResiduals} for what is kept
 * @category checkpointing
 * @since 0.1.0
 */
export const checkpoint: {
  <A extends ReadonlyArray<unknown>, B extends Returned>(
    f: (...args: A) => B,
    options?: CheckpointOptions
  ): Checkpointed<A, B>
  (
    options: CheckpointOptions
  ): <A extends ReadonlyArray<unknown>, B extends Returned>(f: (...args: A) => B) => Checkpointed<A, B>
} = transformation("checkpoint", known, (f: AnyFunction, options: CheckpointOptions) => make(f, options))

type AnyFunction = (...args: ReadonlyArray<unknown>) => unknown

const make = <A extends ReadonlyArray<unknown>, B>(
  f: (...args: A) => B,
  { policy, preventCse = true, staticArgnums = [] }: CheckpointOptions
): Checkpointed<A, B> => {
  const rule = policy === undefined ? null : new DerivativeRule({ policy: nameOf(policy) }, 0, policy)
  return (...args) => {
    const statics = positionsOf("checkpoint", "staticArgnums", staticArgnums, args.length)
    const { leaves, structure } = flatten("checkpoint", "argument", args.filter((_, i) => !statics.includes(i)))
    let result: Tree.Structure | undefined
    const { captures, program } = tracing.trace("checkpoint", avals(leaves), (parameters) => {
      const dynamic = Tree.unflatten(structure, parameters) as ReadonlyArray<unknown>
      let next = 0
      const all = args.map((arg, i) => statics.includes(i) ? arg : dynamic[next++])
      const flat = flatten("checkpoint", "result", f(...all as unknown as A))
      result = flat.structure
      return flat.leaves
    })
    const outputs = checkpointCall([...captures, ...leaves], {
      jaxpr: withoutCaptures(program),
      preventCse,
      differentiated: false,
      policy: rule
    })
    return Tree.unflatten(result!, outputs) as B
  }
}

/** {@link checkpoint} by its other name, short for rematerialisation. @category checkpointing @since 0.1.0 */
export const remat = checkpoint
