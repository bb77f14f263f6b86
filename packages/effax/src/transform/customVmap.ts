/**
 * `customVmap`: functions with a user-written batching rule.
 */
import * as aval from "../Aval.ts"
import { TreeError } from "../Errors.ts"
import { type Arguments, avals, flatten, nameOf, type Returned } from "../internal/arguments/arguments.ts"
import { checkFunction, dual } from "../internal/arguments/dual.ts"
import { checkLike } from "../internal/autodiff/differentiation.ts"
import { cast } from "../internal/graph/cast.ts"
import { withoutCaptures } from "../internal/program/program.ts"
import * as tracing from "../internal/program/trace.ts"
import { broadcastPrefix } from "../internal/tree/prefix.ts"
import type * as NdArray from "../NdArray.ts"
import { customVmapCall } from "../primitive/customVmap.ts"
import { type CustomVmap, DerivativeRule } from "../primitive/derivativeRule.ts"
import * as Tree from "../Tree.ts"

/** A tree of the same structure with a boolean for every array: whether it is batched. @category models @since 0.1.0 */
export type Batchedness<T> = T extends NdArray.Any ? boolean
  : T extends Tree.Atom ? T
  : T extends object ? { readonly [K in keyof T]: Batchedness<T[K]> }
  : T

/** A tree of the same structure whose arrays may have one more axis. */
type Loose<T> = T extends NdArray.Any ? NdArray.Any
  : T extends Tree.Atom ? T
  : T extends object ? { readonly [K in keyof T]: Loose<T[K]> }
  : T

type LooseArguments<A extends ReadonlyArray<unknown>> = { readonly [K in keyof A]: Loose<A[K]> } extends
  infer R extends ReadonlyArray<unknown> ? R : never

/** The batchedness of a result: a boolean for all of it, or a prefix tree. */
type Flags<T> =
  | boolean
  | (T extends Tree.Atom ? never : T extends object ? { readonly [K in keyof T]: Flags<T[K]> } : never)

/**
 * A function on batches: from the size of the batch, the flags of the arguments that have it as axis 0, and the
 * arguments, to the result and the flags of its parts that have the batch as axis 0.
 *
 * @category models
 * @since 0.1.0
 */
export type VmapRule<A extends ReadonlyArray<unknown>, B> = (
  axisSize: number,
  inBatched: { readonly [K in keyof A]: Batchedness<A[K]> },
  ...args: LooseArguments<A>
) => readonly [result: Loose<B>, outBatched: Flags<B>]

type AnyFunction = (...args: ReadonlyArray<unknown>) => unknown

/**
 * A function whose batching is given by a rule.
 *
 * **When to use**
 *
 * When a batch is computed better than example by example: a library call that takes many right-hand sides, an
 * algorithm that differs for batches, a loop that should stay a loop.
 *
 * **Details**
 *
 * `rule(axisSize, inBatched, ...args)` is called once for each `vmap` around the function; `inBatched` is the list of
 * arguments with a boolean in place of every array, and batched arrays have the batch as their axis 0. It returns
 * `[result, outBatched]`, where `outBatched` may be a tree prefix. An outer `vmap` maps the rule.
 *
 * Forward mode differentiates the function and, under `vmap`, its rule. There is no reverse mode: wrap it in
 * `customVjp`. The rule does not see closed-over arrays that differ between examples: pass those as arguments.
 *
 * @example
 * ```ts
 * import { customVmap, NdArray, Numpy as np, vmap } from "effax"
 *
 * const f = customVmap(
 *   (x: NdArray.Any, y: NdArray.Any) => np.multiply(x, y),
 *   (axisSize, [xBatched, yBatched], xs, ys) => [np.add(np.multiply(xs, ys), 100), xBatched || yBatched]
 * )
 * f(np.array(2), np.array(3)) // => 6
 * vmap(f, { inAxes: [0, null] })(np.array([1, 2]), np.array(3)) // => [103, 106]
 * ```
 *
 * @category transformations
 * @since 0.1.0
 */
export const customVmap: {
  <A extends ReadonlyArray<unknown>, B extends Returned>(
    rule: VmapRule<A, B>
  ): (f: (...args: A) => B) => (...args: Arguments<A>) => B
  <A extends ReadonlyArray<unknown>, B extends Returned>(
    f: (...args: A) => B,
    rule: VmapRule<A, NoInfer<B>>
  ): (...args: Arguments<A>) => B
} = dual("customVmap", 2, (f: AnyFunction, rule: AnyFunction) => {
  checkFunction("customVmap", f)
  checkFunction("customVmap", rule)
  return (...args: ReadonlyArray<unknown>) => called(f, rule, args)
})

const called = (f: AnyFunction, rule: AnyFunction, args: ReadonlyArray<unknown>): unknown => {
  const name = nameOf(f)
  const ruleName = nameOf(rule)
  const flat = flatten(name, "argument", args)
  let structure: Tree.Structure | undefined
  const { captures, program } = tracing.trace("customVmap", avals(flat.leaves), (parameters) => {
    const result = flatten(
      name,
      "result",
      f(...Tree.unflatten(flat.structure, parameters) as ReadonlyArray<unknown>)
    )
    structure = result.structure
    return result.leaves
  })
  const expected = program.results.map((atom) => atom.aval)

  const apply: CustomVmap = (closedOver, operands, batched, size) => {
    let flags: ReadonlyArray<boolean> = []
    const closed = tracing.trace("customVmap", avals(operands), (parameters) => {
      const pair = rule(
        size,
        Tree.unflatten(flat.structure, batched),
        ...Tree.unflatten(flat.structure, parameters) as ReadonlyArray<unknown>
      )
      const [result, outBatched] = pairOf(ruleName, pair)
      flags = flagsOf(ruleName, outBatched, result)
      const what = `the result of ${ruleName}`
      const found = flatten("customVmap", what, result)
      const like = expected.map((of, i): aval.Aval => flags[i] ? { ...of, shape: [size, ...of.shape] } : of)
      checkLike("customVmap", `${what}, as that of ${name} on batches,`, result, found, {
        leaves: like,
        structure: structure!
      })
      return found.leaves.map((leaf, i) => cast("customVmap", leaf, like[i]!.dtype))
    })
    // In a Program, the arrays that the function closed over may have been replaced.
    const today = new Map(captures.map((capture, i) => [capture, closedOver[i]!]))
    const values = [...closed.captures.map((capture) => today.get(capture) ?? capture), ...operands]
    return { outputs: tracing.replay(closed.program, values), batched: flags }
  }

  const outputs = customVmapCall([...captures, ...flat.leaves], {
    name,
    call: withoutCaptures(program),
    rule: new DerivativeRule({ rule: ruleName }, captures.length, apply)
  })
  return Tree.unflatten(structure!, outputs)
}

const pairOf = (rule: string, given: unknown): readonly [result: unknown, batched: unknown] => {
  if (Array.isArray(given) && given.length === 2) return given as unknown as readonly [unknown, unknown]
  throw new TreeError({
    operation: "customVmap",
    message: `customVmap: the rule ${rule} must return a pair [result, outBatched], got ${
      Array.isArray(given) ? `an array of ${given.length}` : Tree.structureToString(Tree.structure(given))
    }`
  })
}

const flagsOf = (rule: string, batched: unknown, result: unknown): ReadonlyArray<boolean> => {
  const flags = broadcastPrefix(`customVmap: outBatched of ${rule}`, batched, result)
  const wrong = flags.findIndex((flag) => typeof flag !== "boolean")
  if (wrong === -1) return flags as ReadonlyArray<boolean>
  throw new TreeError({
    operation: "customVmap",
    message: `customVmap: outBatched of ${rule} must be booleans, got ${String(flags[wrong])}`
  })
}
