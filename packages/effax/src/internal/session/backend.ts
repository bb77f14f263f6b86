/**
 * The service tag of the backend. It is defined below every module that looks up the backend, above all arrays.
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { TypedArray } from "../../DType.ts"
import type { ExecutionError } from "../../Errors.ts"
import type * as NdArray from "../../NdArray.ts"
import type { Capabilities, Driver, Executable, Lowering } from "../driver/driver.ts"
import type { Program } from "../program/program.ts"

/**
 * Counts since the Layer was built.
 *
 * @category models
 * @since 0.1.0
 */
export interface Statistics {
  /** Programs compiled. */
  readonly compilations: number
  /** Executions that found their Program compiled. */
  readonly cacheHits: number
  readonly executions: number
  /** Arrays that have memory on the device; those in use count until their last use has ended. */
  readonly arraysLive: number
  /** Bytes now taken on the device. */
  readonly bytesLive: number
}

/**
 * The backend in context.
 *
 * **When to use**
 *
 * Arrays and the functions of `NdArray` look it up themselves; use it to read {@link Statistics} or capabilities, or to
 * compile a Program ahead of time.
 *
 * @example
 * ```ts
 * import { Backend, jit, NdArray, Numpy as np } from "effax"
 * import { Effect } from "effect"
 *
 * const double = jit((x: NdArray.Any) => np.multiply(x, 2))
 *
 * const program = Effect.gen(function*() {
 *   const backend = yield* Backend.Backend
 *   yield* Effect.forEach([1, 2, 3], (i) => NdArray.toNested(double(np.array([i, i + 1]))))
 *   const { compilations, executions } = yield* backend.statistics
 *   return { compilations, executions }
 * })
 * program // => { compilations: 1, executions: 3 }
 * ```
 *
 * @category services
 * @since 0.1.0
 */
export class Backend extends Context.Service<Backend, {
  readonly name: string
  readonly capabilities: Capabilities
  /** The wrapped driver. A Layer over this one builds a service of its own around a decorated driver. */
  readonly driver: Driver
  /** Computes all arrays in the list that aren't resident yet, in one Program, and makes them resident. */
  readonly evaluate: (arrays: ReadonlyArray<NdArray.Any>) => Effect.Effect<void, ExecutionError>
  /** The values of a resident array, row-major, in a new typed array. */
  readonly read: (array: NdArray.Any) => Effect.Effect<TypedArray, ExecutionError>
  /**
   * Runs an effect; when it ends, frees the arrays that became resident in it, except those that `keep` selects from
   * its result.
   */
  readonly scoped: <A, E, R>(
    effect: Effect.Effect<A, E, R>,
    keep: (result: A) => ReadonlyArray<NdArray.Any>
  ) => Effect.Effect<A, E, R>
  /**
   * A loop that owns its state. `run` makes the steps one after another: a step is given the state and what `run` passes on. The
   * arrays that a step made are freed at its end, except those of the new state that `keep` selects, and these when the step
   * after it has ended. `run` can look at the state in between.
   */
  readonly loop: <S, Args extends ReadonlyArray<unknown>, E, R, E2, R2>(
    initial: S,
    step: (state: S, ...args: Args) => Effect.Effect<S, E, R>,
    run: (next: (...args: Args) => Effect.Effect<unknown, E, R>, state: () => S) => Effect.Effect<unknown, E2, R2>,
    keep: (state: S) => ReadonlyArray<NdArray.Any>
  ) => Effect.Effect<S, E2, R2>
  /** Frees resident arrays, now or when the runs that use them end. */
  readonly dispose: (arrays: ReadonlyArray<NdArray.Any>) => Effect.Effect<void>
  /** Lowers a Program as far as the backend can without generating code. */
  readonly lower: (program: Program) => Effect.Effect<Lowering, ExecutionError>
  /** Compiles a Program or finds it in the cache; the executable is kept for as long as the Program is reachable. */
  readonly compile: (program: Program) => Effect.Effect<Executable, ExecutionError>
  readonly statistics: Effect.Effect<Statistics>
}>()("effax/Backend") {}
