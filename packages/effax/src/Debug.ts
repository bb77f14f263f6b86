/**
 * Looking at values while a computation runs.
 *
 * **Details**
 *
 * A computation is a description, and what nothing depends on is not computed. So functions of this module take an array
 * (or a tree of them) and give it back: when what they gave is computed, the message is printed, or the function called,
 * in the order of the program. They change nothing else: derivatives, batching and compilation go through them.
 *
 * - Under `jit` the message is printed at every run, not only while the function is traced.
 * - In `vmap` it is printed once for each example, in the order of the batch (of nested ones: outer before inner); a
 *   message in which no value is batched is printed once.
 * - Derivatives are not printed: `grad` prints what it computes of the function itself.
 * - In the branches of `cond` it is printed when the branch is taken, in loops at every step. Where the condition is
 *   batched, `vmap` has all branches computed, and steps as long as one example needs them, for all examples: what is
 *   thrown away afterwards is printed too.
 *
 * **Gotchas**
 *
 * A value that is not used is not printed, and one that is computed twice is printed twice: write `const y = Debug.print(x)`
 * and go on with `y`. A backend may or may not compute the results of a jitted function or a loop that are not used.
 *
 * @since 0.1.0
 */
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import type { DType } from "./DType.ts"
import { ArgumentError } from "./Errors.ts"
import { asNode, nameOf } from "./internal/arguments/arguments.ts"
import { dual, dualWhere } from "./internal/arguments/dual.ts"
import { ignoreRejection, isPromise } from "./internal/arguments/promise.ts"
import * as template from "./internal/diagnostics/messageTemplate.ts"
import * as node from "./internal/graph/node.ts"
import { HostValue, type HostValues, valuesOf } from "./internal/session/hostValue.ts"
import type * as NdArray from "./NdArray.ts"
import { debugCallback } from "./primitive/callback.ts"
import type { Shape } from "./Shape.ts"
import * as Tree from "./Tree.ts"

export { HostValue, type HostValues }

/** `T`, which is not to be inferred from here. */
type Settled<T> = [T][T extends unknown ? 0 : never]

type Join = (arrays: ReadonlyArray<unknown>) => unknown

/** Puts arrays in their places in a tree. It must not hold those that were there: Programs in the compile cache hold it. */
const joining =
  (structure: Tree.Structure, others: ReadonlyArray<unknown>, places: ReadonlyArray<number>): Join => (arrays) => {
    const all = [...others]
    places.forEach((place, i) => all[place] = arrays[i])
    return Tree.unflatten(structure, all)
  }

/** The arrays of a tree, and how to put others in their places. */
const split = (
  tree: unknown,
  isArray: (leaf: unknown) => boolean
): { readonly arrays: ReadonlyArray<node.Node>; readonly join: Join } => {
  const { leaves, structure } = Tree.flatten(tree)
  const all: ReadonlyArray<unknown> = leaves
  const places = all.flatMap((leaf, i) => isArray(leaf) ? [i] : [])
  return {
    arrays: places.map((i) => asNode("Debug", all[i], () => "a value")),
    join: joining(structure, all.map((leaf) => isArray(leaf) ? undefined : leaf), places)
  }
}

const isScalar = (leaf: unknown): boolean =>
  typeof leaf === "number" || typeof leaf === "bigint" || typeof leaf === "boolean"

/** The tree, whose computation calls a function with values. */
const attach = <T>(
  operation: string,
  name: string,
  tree: T,
  values: ReadonlyArray<node.Node>,
  f: (values: ReadonlyArray<HostValue>) => Effect.Effect<unknown, unknown>
): T => {
  const { arrays, join } = split(tree, node.isNode)
  if (arrays.length === 0) {
    throw new ArgumentError({
      operation,
      message: `${operation}: the arguments hold no array, so it has no computation to look at`
    })
  }
  return join(debugCallback(
    name,
    arrays,
    values,
    (data, { operands }) => Effect.as(Effect.suspend(() => f(valuesOf(data, operands))), [])
  )) as T
}

const printed = <T>(tree: T, format: string | undefined, values: unknown): T => {
  if (format === undefined) {
    const { arrays, join } = split(values, node.isNode)
    return attach("Debug.print", "print", tree, arrays, (found) => Console.log(template.describe(join(found))))
  }
  const parts = template.parse(format)
  const { arrays, join } = split(template.select(parts, values), node.isNode)
  return attach(
    "Debug.print",
    "print",
    tree,
    arrays,
    (found) => Console.log(template.render(parts, join(found) as ReadonlyArray<unknown>))
  )
}

/**
 * An array or a tree as it is; when it is computed, a message is printed.
 *
 * **Details**
 *
 * Placeholders of the format stand for `values`, or for the tree itself where there are none: `{name}` for the value of
 * that name, `{name.inner}` for a part of it, `{}` for the next one in order; where there is one value only, every
 * placeholder stands for it. `{name:.3f}` and `{name:.3e}` say how many digits floats have. `{{` and `}}` are braces.
 * Without a format dtype, shape and values are printed.
 *
 * The message goes to Effect's `Console` service in the fiber that runs the computation.
 *
 * Throws an `ArgumentError` for a format that is wrong, or that names what is not there.
 *
 * **Gotchas**
 *
 * Only what is used is printed: see the module's own text.
 *
 * @example
 * ```ts
 * import { Debug, jit, NdArray, Numpy as np } from "effax"
 * import { Console, Effect } from "effect"
 *
 * const f = jit((x: NdArray.Any) => {
 *   const y = np.sin(x).pipe(Debug.print("sin of {x} is {y:.2f}", { x, y: np.sin(x) }))
 *   return np.sum(y)
 * })
 *
 * const lines: Array<unknown> = []
 * const capture = { ...console, log: (...line: ReadonlyArray<unknown>) => lines.push(...line) }
 * const program = Effect.as(f(np.array([0, 1])), lines)
 * Effect.provideService(program, Console.Console, capture) // => ["sin of [0., 1.] is [0.00, 0.84]"]
 * ```
 *
 * @category looking
 * @since 0.1.0
 */
export const print: {
  (format?: string, values?: unknown): <T>(self: T) => T
  <T>(self: T, format?: string, values?: unknown): T
} = dualWhere(
  (args) => args.length > 0 && typeof args[0] !== "string",
  (...args: readonly [self: unknown, format?: string, values?: unknown]) =>
    printed(args[0], args[1], args.length > 2 ? args[2] : args[0])
)

/**
 * An array or a tree as it is; when it is computed, a function is called with its values and the effect that it gives is
 * run before the computation goes on.
 *
 * **When to use**
 *
 * To collect, plot or check values from inside of a compiled function: push to a `Queue`, set a `Ref`, fail.
 *
 * **Details**
 *
 * The function is given a tree like the one it looks at, with a {@link HostValue} in the place of every array. Its effect
 * runs in the fiber that runs the computation and with that fiber's services, but none that the type could know of: what
 * it needs beside that it closes over (`const context = yield* Effect.context<MyService>()`, then
 * `Effect.provide(effect, context)`). When it fails or dies, the computation fails with a `CallbackError` whose `cause` is
 * what it failed with. When the fiber is interrupted, so is the effect.
 *
 * @example
 * ```ts
 * import { Debug, NdArray, Numpy as np, vmap } from "effax"
 * import { Effect } from "effect"
 *
 * const seen: Array<number> = []
 * const watched = (x: NdArray.Any) =>
 *   np.multiply(2, x.pipe(Debug.callback((value) => Effect.sync(() => seen.push(Number(value.toScalar()))))))
 *
 * Effect.as(NdArray.toNested(vmap(watched)(np.array([3, 1, 2]))), seen) // => [3, 1, 2]
 * ```
 *
 * @category looking
 * @since 0.1.0
 */
export const callback: {
  <T>(f: (values: HostValues<Settled<T>>) => Effect.Effect<unknown, unknown> | void): (self: T) => T
  (f: (value: HostValue) => Effect.Effect<unknown, unknown> | void): <T extends NdArray.Any>(self: T) => T
  <D extends DType, S extends Shape>(
    self: NdArray.NdArray<D, S>,
    f: (value: HostValue<D, S>) => Effect.Effect<unknown, unknown> | void
  ): NdArray.NdArray<D, S>
  <T>(self: T, f: (values: HostValues<Settled<T>>) => Effect.Effect<unknown, unknown> | void): T
} = dual("Debug.callback", 2, (self: unknown, f: Watcher) => called(self, f))

type Watcher = (values: unknown) => unknown

/** The result of a watcher as an Effect; a watcher that is plain code is done when it returns. */
const watched = (name: string, returned: unknown): Effect.Effect<unknown, unknown> => {
  if (Effect.isEffect(returned)) return returned as Effect.Effect<unknown, unknown>
  if (!isPromise(returned)) return Effect.void
  ignoreRejection(returned)
  return Effect.fail(
    new ArgumentError({
      operation: "Debug.callback",
      message: `Debug.callback: ${name} returned a Promise: return an Effect instead, as in ` +
        "`(x) => Effect.promise(() => f(x))`"
    })
  )
}

const called = (tree: unknown, f: Watcher): unknown => {
  const { arrays, join } = split(tree, (leaf) => node.isNode(leaf) || isScalar(leaf))
  return attach("Debug.callback", nameOf(f), tree, arrays, (found) => watched(nameOf(f), f(join(found))))
}
