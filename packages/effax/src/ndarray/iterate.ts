/**
 * Loops on the host that own their state.
 */
import * as Effect from "effect/Effect"
import type * as Stream from "effect/Stream"
import { Backend } from "../Backend.ts"
import { ArgumentError, type ExecutionError } from "../Errors.ts"
import { describe } from "../internal/arguments/describe.ts"
import { dualWhere } from "../internal/arguments/dual.ts"
import { checkInteger, checkOptions, type Known } from "../internal/arguments/options.ts"
import * as node from "../internal/graph/node.ts"
import * as Tree from "../Tree.ts"

/** A step's new state, or an Effect of it. */
type Next<S, E, R> = S | Effect.Effect<S, E, R>

/** A fixed number of steps. @category models @since 0.1.0 */
export interface Times {
  readonly times: number
}

/** Steps for as long as a condition holds. @category models @since 0.1.0 */
export interface While<S, E = never, R = never> {
  readonly while: (state: S, index: number) => boolean | Effect.Effect<boolean, E, R>
}

/** A step for each item. @category models @since 0.1.0 */
export interface Over<A, E = never, R = never> {
  readonly over: Iterable<A> | Stream.Stream<A, E, R>
}

const known: Known<{ times: number; while: unknown; over: unknown }> = { times: true, while: true, over: true }

type Loose = Effect.Effect<unknown, unknown, unknown>

const asEffect = (value: unknown): Loose => Effect.isEffect(value) ? value as Loose : Effect.succeed(value)

const arraysOf = (tree: unknown) => Tree.leaves(tree).filter(node.isNode)

interface Options {
  readonly times?: number
  readonly while?: (state: unknown, index: number) => unknown
  readonly over?: unknown
}

/** Whether a value is a Stream, by the key that Streams have. Their module is large and loaded when the first one is run. */
const isStream = (value: unknown): value is Stream.Stream<unknown, unknown, unknown> =>
  typeof value === "object" && value !== null && "~effect/Stream" in value

const isIterable = (value: unknown): value is Iterable<unknown> =>
  typeof value === "object" && value !== null && Symbol.iterator in value && !node.isNode(value)

const refuse = (options: object): never => {
  const given = Object.keys(options)
  throw new ArgumentError({
    operation: "iterate",
    message: `iterate: expected one of { times }, { while } and { over }, got ${
      given.length === 0 ? "none" : given.join(" and ")
    }`
  })
}

const refuseValue = (option: string, wanted: string, value: unknown): never => {
  throw new ArgumentError({
    operation: "iterate",
    message: `iterate: ${option} must be ${wanted}, got ${describe(value)}`
  })
}

/** Runs the steps that the options ask for; `next` is a step, `state` looks at what the last one gave. */
const runner = (options: Options) => {
  checkOptions("iterate", options, known as Known<Options>)
  if (Object.values(options).filter((value) => value !== undefined).length !== 1) return refuse(options)
  const { over, times, while: condition } = options
  return (next: (...args: ReadonlyArray<unknown>) => Loose, state: () => unknown): Loose => {
    let index = 0
    if (times !== undefined) {
      return Effect.whileLoop({ while: () => index < times, body: () => next(index++), step: () => {} })
    }
    if (condition !== undefined) {
      const test = Effect.suspend(() => asEffect(condition(state(), index)))
      return Effect.suspend(() => {
        let more = true
        return Effect.whileLoop({
          while: () => more,
          body: () =>
            Effect.flatMap(test, (holds) => {
              if (typeof holds !== "boolean") return refuseValue("while", "a function that gives true or false", holds)
              more = holds
              return holds ? next(index++) : Effect.void
            }),
          step: () => {}
        })
      })
    }
    return isStream(over)
      ? Effect.flatMap(
        Effect.promise(() => import("effect/Stream")),
        ({ runForEach }) => runForEach(over, (item) => next(item, index++))
      )
      : Effect.forEach(over as Iterable<unknown>, (item) => next(item, index++), { discard: true })
  }
}

const check = (step: unknown, options: Options): void => {
  if (typeof step !== "function") return refuseValue("the step", "a function", step)
  runner(options)
  if (options.times !== undefined) checkInteger("iterate", "times", options.times, 0)
  else if (options.while !== undefined && typeof options.while !== "function") {
    refuseValue("while", "a function", options.while)
  } else if (options.over !== undefined && !isStream(options.over) && !isIterable(options.over)) {
    refuseValue("over", "an iterable or a Stream", options.over)
  }
}

/**
 * A loop on the host that owns its state: each step's arrays are freed as soon as the next step has its own.
 *
 * **When to use**
 *
 * For training loops, samplers and simulations: memory stays at two states, whatever the collector does, and the memory that a
 * step frees is what the next one gets while it is still in the cache. A loop inside of a Program is `Lax.foriLoop` or `Lax.scan`.
 *
 * **Details**
 *
 * `step(state, index)` gives the new state, a tree of arrays and other values, or an Effect of it; it is evaluated as one Program
 * unless it is resident. `{ times: 100 }` takes so many steps; `{ while: (state, index) => ... }` asks before each step, by a
 * boolean or an Effect of one; `{ over }` takes a step for each item of an iterable or a Stream, `step(state, item, index)`. All
 * other arrays that become resident in a step are freed at its end. Of a step that fails or is interrupted nothing is left, nor of
 * the states before it; the initial state is the caller's, and stays.
 *
 * **Gotchas**
 *
 * The state of a step is gone after the next one: to keep an array of it, make it part of the state, or read it in the step.
 *
 * @example
 * ```ts
 * import { grad, NdArray, Numpy as np } from "effax"
 *
 * const loss = (w: NdArray.Any) => np.sum(np.square(np.subtract(w, 3)))
 * const step = (w: NdArray.Any) => np.subtract(w, np.multiply(grad(loss)(w), 0.5))
 *
 * NdArray.iterate(np.zeros([2]), step, { times: 10 }) // => [3, 3]
 * NdArray.iterate(np.array(1), (x) => np.multiply(x, 2), { while: (x, i) => i < 5 }) // => 32
 * NdArray.iterate(np.array(0), (sum, x) => np.add(sum, x), { over: [1, 2, 3] }) // => 6
 * ```
 *
 * @category running
 * @since 0.1.0
 */
export const iterate: {
  <S, A, E = never, R = never, E2 = never, R2 = never>(
    step: (state: S, item: A, index: number) => Next<S, E, R>,
    options: Over<A, E2, R2>
  ): (initial: S) => Effect.Effect<S, E | E2 | ExecutionError, R | R2 | Backend>
  <S, E = never, R = never>(
    step: (state: S, index: number) => Next<S, E, R>,
    options: Times
  ): (initial: S) => Effect.Effect<S, E | ExecutionError, R | Backend>
  <S, E = never, R = never, E2 = never, R2 = never>(
    step: (state: S, index: number) => Next<S, E, R>,
    options: While<S, E2, R2>
  ): (initial: S) => Effect.Effect<S, E | E2 | ExecutionError, R | R2 | Backend>
  <S, A, E = never, R = never, E2 = never, R2 = never>(
    initial: S,
    step: (state: S, item: A, index: number) => Next<S, E, R>,
    options: Over<A, E2, R2>
  ): Effect.Effect<S, E | E2 | ExecutionError, R | R2 | Backend>
  <S, E = never, R = never, E2 = never, R2 = never>(
    initial: S,
    step: (state: S, index: number) => Next<S, E, R>,
    options: While<NoInfer<S>, E2, R2>
  ): Effect.Effect<S, E | E2 | ExecutionError, R | R2 | Backend>
  <S, E = never, R = never>(
    initial: S,
    step: (state: S, index: number) => Next<S, E, R>,
    options: Times
  ): Effect.Effect<S, E | ExecutionError, R | Backend>
} = dualWhere(
  (args) => args.length >= 3 || typeof args[0] !== "function",
  (initial: unknown, step: (...args: ReadonlyArray<unknown>) => unknown, options: Options) => {
    check(step, options)
    return Effect.flatMap(Backend, (backend) => {
      const evaluated = (next: unknown): Loose => Effect.as(backend.evaluate(arraysOf(next)), next)
      const stepped = (state: unknown, ...args: ReadonlyArray<unknown>): Loose =>
        Effect.suspend(() => {
          const next = step(state, ...args)
          // an array is an Effect that evaluates it alone; it is evaluated with the rest of the state
          return Effect.isEffect(next) && !node.isNode(next)
            ? Effect.flatMap(next as Loose, evaluated)
            : evaluated(next)
        })
      return backend.loop(initial, stepped, runner(options), arraysOf)
    })
  }
)
