/**
 * Layers that look for what silently goes wrong: NaN and infinities, indices out of bounds, divisions by zero, keys that
 * are used twice. They decorate the backend below them, and cost nothing where they are not provided.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import { Backend } from "./Backend.ts"
import { type Driver, toBackend } from "./Driver.ts"
import { type ArgumentError, DTypeError } from "./Errors.ts"
import { flatten } from "./internal/arguments/arguments.ts"
import { dualWithOptions } from "./internal/arguments/dual.ts"
import { checkBooleans, checkOptions, type Known } from "./internal/arguments/options.ts"
import { checking, checkingKeys } from "./internal/diagnostics/checking.ts"
import * as nonFinite from "./internal/diagnostics/nonFinite.ts"
import * as node from "./internal/graph/node.ts"
import { decorator, decoratorWith } from "./internal/session/decorated.ts"
import type * as NdArray from "./NdArray.ts"
import { check as checkPrimitive } from "./primitive/check.ts"
import * as Tree from "./Tree.ts"

/** A backend around the driver below, wrapped. */
const decorate = (wrap: (driver: Driver) => Driver): Layer.Layer<Backend, never, Backend> =>
  decorator((driver) => Effect.map(toBackend(wrap(driver)), (backend) => Context.make(Backend, backend)))

/** The same with options that say how it is wrapped, which are all switches. */
const decorateWith = <O extends object>(
  operation: string,
  options: O,
  known: Known<O>,
  wrapper: (options: O) => (driver: Driver) => Driver
): Layer.Layer<Backend, ArgumentError, Backend> =>
  decoratorWith(() => {
    checkBooleans(operation, checkOptions(operation, options, known))
    return decorate(wrapper(options))
  })

/**
 * Options of {@link layerNonFiniteWith}: the values that it looks for.
 *
 * @category models
 * @since 0.1.0
 */
export interface NonFiniteOptions {
  /** NaN; on unless it is `false`. */
  readonly nan?: boolean | undefined
  /** Infinities; off unless it is `true`, because masks are made of them. */
  readonly inf?: boolean | undefined
}

const knownOfNonFinite: Known<NonFiniteOptions> = { nan: true, inf: true }

const nonFiniteWrapper = ({ inf, nan }: NonFiniteOptions) => (driver: Driver): Driver =>
  nonFinite.checking(driver, { nan: nan !== false, inf: inf === true })

/**
 * A Layer around the backend below it that looks at the results of every execution, and fails with a `NonFiniteError` where
 * one is NaN.
 *
 * **When to use**
 *
 * While developing: the error names the operation that made the first NaN, the line where you wrote it, the step of the
 * loop, and the operands. In a derivative it is the line of the operation that was differentiated.
 *
 * **Details**
 *
 * Where all is well the price is a copy of the results. Where it isn't, the Program is run again operation by operation,
 * into jitted functions, branches and the steps of loops. Only NaN that get to a result count: one that `np.where` masks
 * away does not.
 *
 * Provide it with a backend below it, alone or between other decorators: `Checks.layerNonFinite.pipe(
 * Layer.provide(CpuWasm.layer))`.
 *
 * **Gotchas**
 *
 * Lines are noted while the Layer is alive. An array that was described before it was built, or a function that was traced
 * before, has none: describe it in the Effect that runs it (`Effect.gen`, `Effect.suspend`).
 *
 * @example
 * ```ts
 * import { Reference } from "@effax/reference"
 * import { Checks, jit, NdArray, Numpy as np } from "effax"
 * import { Effect, Layer } from "effect"
 *
 * const entropy = jit((p: NdArray.Any) => np.negative(np.sum(np.multiply(p, np.log(p)))))
 *
 * const program = NdArray.toScalar(entropy(np.array([0.5, 0, 0.5]))).pipe(
 *   Effect.catchTag("NonFiniteError", ({ index, primitive }) => Effect.succeed(`${primitive} at ${index}`)),
 *   Effect.provide(Checks.layerNonFinite.pipe(Layer.provide(Reference.layer)))
 * )
 * await Effect.runPromise(program) // => "mul at 1"
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layerNonFinite: Layer.Layer<Backend, never, Backend> = decorate(nonFiniteWrapper({}))

/**
 * {@link layerNonFinite} with options. Wrong ones fail the Layer with an `ArgumentError`.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerNonFiniteWith = (options: NonFiniteOptions): Layer.Layer<Backend, ArgumentError, Backend> =>
  decorateWith("Checks.layerNonFiniteWith", options, knownOfNonFinite, nonFiniteWrapper)

/**
 * Options of {@link layerCheckedWith}: the faults that it looks for.
 *
 * @category models
 * @since 0.1.0
 */
export interface CheckedOptions {
  /** Indices out of bounds; on unless it is `false`. */
  readonly index?: boolean | undefined
  /** Divisions by zero, also of floats; on unless it is `false`. */
  readonly division?: boolean | undefined
  /** NaN in any intermediate result; off unless it is `true`. For NaN in final results see {@link layerNonFinite}. */
  readonly nan?: boolean | undefined
  /** Keys that are used twice; on unless it is `false`. */
  readonly keys?: boolean | undefined
}

const knownOfChecked: Known<CheckedOptions> = { index: true, division: true, nan: true, keys: true }

const checkedWrapper = (options: CheckedOptions) => (driver: Driver): Driver => {
  const values = checking(driver, {
    index: options.index !== false,
    division: options.division !== false,
    nan: options.nan === true
  })
  // keys first: what is instrumented draws nothing else, but has other results
  return options.keys === false ? values : checkingKeys(values)
}

/**
 * A Layer around the backend below it that fails with a `CheckError` where an index is out of bounds, a divisor is 0, or a
 * {@link check} fails.
 *
 * **When to use**
 *
 * While developing and in tests: what is out of bounds is otherwise clipped, filled or dropped without a word, as it is in
 * JAX. The error has the line where you wrote the operation, the index, the length of the axis and the step of the loop.
 *
 * **Details**
 *
 * Programs are compiled with one result more, a flag; only where it is set are they run again, operation by operation. The
 * checks are those of JAX's `checkify`: indices of gathers, scatters and dynamic slices whatever their mode, divisions by
 * zero of all dtypes (and remainders, which JAX leaves out), and, with `nan`, every operation whose result is NaN. A key may
 * be used for one draw or one split, and for folding any numbers in: using it twice, in one Program, in the steps of a loop
 * or in two executions, is a `KeyReuseError` that has both lines. A draw that is computed again, because the array was not
 * kept, is one draw.
 *
 * **Gotchas**
 *
 * A `grad` may divide by zero where the function does not: that is an error too. Compiled Programs are others than without
 * the Layer, so that floats may differ in the last place.
 *
 * @example
 * ```ts
 * import { Reference } from "@effax/reference"
 * import { Checks, NdArray, Numpy as np } from "effax"
 * import { Effect, Layer } from "effect"
 *
 * const x = np.arange(5)
 * const program = NdArray.toNested(np.take(x, np.array([1n, 7n]))).pipe(
 *   Effect.catchTag("CheckError", ({ message }) => Effect.succeed(message.split("\n")[0]!)),
 *   Effect.provide(Checks.layerChecked.pipe(Layer.provide(Reference.layer)))
 * )
 * await Effect.runPromise(program) // => "gather: index 7 is out of bounds for axis 0 of length 5 (index vector [1])"
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layerChecked: Layer.Layer<Backend, never, Backend> = decorate(checkedWrapper({}))

/**
 * {@link layerChecked} with options. Wrong ones fail the Layer with an `ArgumentError`.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerCheckedWith = (options: CheckedOptions): Layer.Layer<Backend, ArgumentError, Backend> =>
  decorateWith("Checks.layerCheckedWith", options, knownOfChecked, checkedWrapper)

/**
 * The same arrays, with something said that has to be true of them: under {@link layerChecked} an execution in which the
 * predicate is false somewhere fails with a `CheckError`.
 *
 * **Details**
 *
 * Checks follow the data: what is computed of the result has been checked, and a check whose result is not used is not made.
 * They go through every transformation. `{name}` in the message stands for that array of `values`. Without the Layer
 * nothing is computed for them.
 *
 * Throws a `DTypeError` for a predicate that is not bool.
 *
 * @example
 * ```ts
 * import { Reference } from "@effax/reference"
 * import { Checks, NdArray, Numpy as np } from "effax"
 * import { Effect, Layer } from "effect"
 *
 * const safeLog = (x: NdArray.Any) =>
 *   x.pipe(Checks.check(np.greater(x, 0), "x must be positive, got {x}", { x }), np.log)
 *
 * const program = NdArray.toNested(safeLog(np.array([1, -2]))).pipe(
 *   Effect.catchTag("CheckError", ({ index, message }) => Effect.succeed([message.split("\n")[0], index])),
 *   Effect.provide(Checks.layerChecked.pipe(Layer.provide(Reference.layer)))
 * )
 * await Effect.runPromise(program) // => ["x must be positive, got [ 1., -2.]", [1]]
 * ```
 *
 * @category checks
 * @since 0.1.0
 */
export const check: {
  (
    predicate: NdArray.Any,
    message: string,
    values?: { readonly [name: string]: NdArray.Any }
  ): <T>(x: T) => T
  <T>(x: T, predicate: NdArray.Any, message: string, values?: { readonly [name: string]: NdArray.Any }): T
} = dualWithOptions("Checks.check", 3, undefined, (
  x: unknown,
  predicate: NdArray.Any,
  message: string,
  values: { readonly [name: string]: NdArray.Any }
) => {
  const { leaves, structure } = flatten("check", "value", x)
  if (!node.isNode(predicate)) {
    throw new DTypeError({
      operation: "check",
      message: `check: the predicate must be a bool array, got ${String(predicate)}`
    })
  }
  const outputs = checkPrimitive([...leaves, predicate, ...Object.values(values)], {
    message,
    count: leaves.length,
    names: Object.keys(values)
  })
  return Tree.unflatten(structure, outputs)
})
