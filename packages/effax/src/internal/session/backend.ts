/**
 * The tag of the backend. It stands below everything that looks the backend up, arrays first of all.
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { Capabilities, Driver, Executable, Lowering, Statistics } from "../../Backend.ts"
import type { TypedArray } from "../../DType.ts"
import type { ExecutionError } from "../../Errors.ts"
import type * as NdArray from "../../NdArray.ts"
import type { Program } from "../program/program.ts"

/**
 * The backend in context.
 *
 * **When to use**
 *
 * Arrays and the functions of `NdArray` find it by themselves; ask for it to read {@link Statistics} or capabilities, or
 * to compile a Program ahead.
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
  /** The driver that the service was built around: a Layer over this one builds its own around a driver that wraps it. */
  readonly driver: Driver
  /** Computes every array of the list that isn't resident yet, in one Program, and makes them resident. */
  readonly evaluate: (arrays: ReadonlyArray<NdArray.Any>) => Effect.Effect<void, ExecutionError>
  /** The values of a resident array, row-major, in a new typed array. */
  readonly read: (array: NdArray.Any) => Effect.Effect<TypedArray, ExecutionError>
  /** Runs an effect; when it ends, frees the arrays made resident while it ran, except those that `keep` picks from its result. */
  readonly scoped: <A, E, R>(
    effect: Effect.Effect<A, E, R>,
    keep: (result: A) => ReadonlyArray<NdArray.Any>
  ) => Effect.Effect<A, E, R>
  /** Frees resident arrays: now, or when the runs that use them end. */
  readonly dispose: (arrays: ReadonlyArray<NdArray.Any>) => Effect.Effect<void>
  /** Takes a Program as far as a backend can without making code of it. */
  readonly lower: (program: Program) => Effect.Effect<Lowering, ExecutionError>
  /** Compiles a Program, or finds it compiled; its executable stays for as long as the Program is reachable. */
  readonly compile: (program: Program) => Effect.Effect<Executable, ExecutionError>
  readonly statistics: Effect.Effect<Statistics>
}>()("effax/Backend") {}
