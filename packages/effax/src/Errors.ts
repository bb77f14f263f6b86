/**
 * Every error that effax can raise.
 *
 * **Details**
 *
 * *Construction errors* are thrown where the bad call is written: they are bugs, and the stack points at the user's
 * line. *Execution errors* travel in the error channel of the Effect that runs a computation; their union is
 * {@link ExecutionError}.
 *
 * @example
 * ```ts
 * import { Reference } from "@effax/reference"
 * import { Errors, NdArray, Numpy as np } from "effax"
 * import { Effect } from "effect"
 *
 * const shapes: ReadonlyArray<ReadonlyArray<number>> = [[3, 4], [5]] // not known to the type checker
 * const attempt = Errors.attempt(() => np.add(np.ones(shapes[0]!), np.ones(shapes[1]!)))
 * Effect.map(Effect.flip(attempt), (error) => error.message)
 * // => "add: shapes [3, 4] and [5] do not broadcast: axis 1 is 4 against 5"
 *
 * const large = NdArray.toNested(np.add(np.ones([1000, 1000]), 1)).pipe(
 *   Effect.catchTag("OutOfMemoryError", ({ limit }) => Effect.succeed(`more than ${limit} bytes`))
 * )
 * await Effect.runPromise(Effect.provide(large, Reference.layerWith({ memoryLimit: 1000 }))) // => "more than 1000 bytes"
 * ```
 *
 * @since 0.1.0
 */
import type * as Cause from "effect/Cause"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import type { DType } from "./DType.ts"

interface Construction {
  /** The function that was called wrongly: `add`, `reshape`, `grad`. */
  readonly operation: string
  readonly message: string
}

/** V8's knob, which other engines lack. */
const stacks = Error as { stackTraceLimit?: number }

/** Frames that an error keeps: the user's line stands below those of the transformations that the call went through. */
const deepest = 100

/** As `Data.TaggedError`, with a stack that reaches the user's line. */
const construction = <const Tag extends string>(
  tag: Tag
): new(fields: Construction) => Cause.YieldableError & { readonly _tag: Tag } & Readonly<Construction> =>
  class extends Data.TaggedError(tag)<Construction> {
    constructor(fields: Construction) {
      const limit = stacks.stackTraceLimit
      if (limit !== undefined) stacks.stackTraceLimit = Math.max(limit, deepest)
      super(fields)
      if (limit !== undefined) stacks.stackTraceLimit = limit
    }
  }

/** Shapes that don't fit together, or that an operation can't take. @category construction @since 0.1.0 */
export class ShapeError extends construction("ShapeError") {}

/** A dtype that an operation can't take, or dtypes that don't promote. @category construction @since 0.1.0 */
export class DTypeError extends construction("DTypeError") {}

/** An axis that is out of range or given twice. @category construction @since 0.1.0 */
export class AxisError extends construction("AxisError") {}

/** A static index that is out of range or of the wrong kind. @category construction @since 0.1.0 */
export class IndexError extends construction("IndexError") {}

/** Trees whose structures differ, or leaves of the wrong kind. @category construction @since 0.1.0 */
export class TreeError extends construction("TreeError") {}

/** Any other argument that an operation can't take. @category construction @since 0.1.0 */
export class ArgumentError extends construction("ArgumentError") {}

/** An array used where JavaScript needs a value now: as a condition, in arithmetic. @category construction @since 0.1.0 */
export class ConcretizationError extends construction("ConcretizationError") {}

/** A name of an axis that is not in scope, is given twice, or means another axis than was thought. @category construction @since 0.1.0 */
export class AxisNameError extends construction("AxisNameError") {}

/** A value that differs along a mesh axis where it must be the same, or the other way round. @category construction @since 0.1.0 */
export class ReplicationError extends construction("ReplicationError") {}

/** A Program that breaks the rules of its own form. @category construction @since 0.1.0 */
export class VerificationError extends construction("VerificationError") {}

/**
 * An error that a wrong call throws.
 *
 * @category construction
 * @since 0.1.0
 */
export type ConstructionError =
  | ShapeError
  | DTypeError
  | AxisError
  | IndexError
  | TreeError
  | ArgumentError
  | ConcretizationError
  | AxisNameError
  | ReplicationError
  | VerificationError

/**
 * Whether something that was thrown is a {@link ConstructionError}.
 *
 * @category guards
 * @since 0.1.0
 */
export const isConstructionError = (u: unknown): u is ConstructionError =>
  u instanceof ShapeError || u instanceof DTypeError || u instanceof AxisError || u instanceof IndexError ||
  u instanceof TreeError || u instanceof ArgumentError || u instanceof ConcretizationError ||
  u instanceof AxisNameError || u instanceof ReplicationError || u instanceof VerificationError

/**
 * The value of a function that builds arrays, with the {@link ConstructionError} that it throws as a typed failure.
 *
 * **When to use**
 *
 * Where shapes, dtypes or axes come from outside of the program, so that a wrong call is to be handled rather than mended.
 * Anything else that the function throws is a defect.
 *
 * @example
 * ```ts
 * import { Errors, Numpy as np } from "effax"
 * import { Effect } from "effect"
 *
 * const sumAlong = (axis: number) => Errors.attempt(() => np.sum(np.ones([2, 3]), { axis }))
 *
 * sumAlong(1) // => [3, 3]
 * sumAlong(7).pipe(Effect.catchTag("AxisError", () => Effect.succeed("no such axis"))) // => "no such axis"
 * ```
 *
 * @category construction
 * @since 0.1.0
 */
export const attempt = <A>(build: () => A): Effect.Effect<A, ConstructionError> =>
  Effect.suspend(() => {
    try {
      return Effect.succeed(build())
    } catch (cause) {
      return isConstructionError(cause) ? Effect.fail(cause) : Effect.die(cause)
    }
  })

interface Running {
  /** The name of the backend: `reference`, `cpu-wasm`. */
  readonly backend: string
  readonly message: string
}

/** Code generation failed: a bug of the backend. @category execution @since 0.1.0 */
export class CompileError extends Data.TaggedError("CompileError")<Running & { readonly cause?: unknown }> {}

/** The backend can't run this operation with these parameters. @category execution @since 0.1.0 */
export class UnsupportedError extends Data.TaggedError("UnsupportedError")<Running & { readonly operation: string }> {}

/** The backend has no such dtype for this operation. @category execution @since 0.1.0 */
export class UnsupportedDTypeError extends Data.TaggedError("UnsupportedDTypeError")<
  Running & { readonly operation: string; readonly dtype: DType }
> {}

/** The memory limit would be passed. Nothing was lost; the backend is still usable. @category execution @since 0.1.0 */
export class OutOfMemoryError extends Data.TaggedError("OutOfMemoryError")<
  Running & { readonly requested: number; readonly live: number; readonly limit: number }
> {}

/** The device went away while it was computing. @category execution @since 0.1.0 */
export class DeviceLostError extends Data.TaggedError("DeviceLostError")<Running & { readonly cause?: unknown }> {}

/** The array's memory was given back: by `NdArray.dispose`, because its scope ended, it was donated, or its Layer closed. @category execution @since 0.1.0 */
export class DisposedArrayError extends Data.TaggedError("DisposedArrayError")<
  Running & { readonly reason: "dispose" | "scope" | "donation" | "layer" }
> {}

/** The array's memory belongs to another backend. @category execution @since 0.1.0 */
export class ForeignArrayError extends Data.TaggedError("ForeignArrayError")<Running & { readonly owner: string }> {}

/** A parameter of a transformation that was kept after the transformation had ended. @category execution @since 0.1.0 */
export class EscapedParameterError extends Data.TaggedError("EscapedParameterError")<
  Running & { readonly transformation: string; readonly operation: string }
> {}

/** A kernel failed while it was running. @category execution @since 0.1.0 */
export class KernelError extends Data.TaggedError("KernelError")<Running & { readonly cause?: unknown }> {}

/** A function that a computation called on the host failed, or gave what it had not promised. @category execution @since 0.1.0 */
export class CallbackError extends Data.TaggedError("CallbackError")<
  Running & {
    /** The name of the function. */
    readonly callback: string
    /** The error that the function failed with. */
    readonly cause: unknown
  }
> {}

interface Located {
  /** The name of the primitive: `log`, `dot_general`. */
  readonly primitive: string
  /** The equation as text: `f32[3] = log f32[3]`. */
  readonly equation: string
  /** Where the user wrote it: `/home/me/train.ts:12:7 (loss)`. */
  readonly location: string | undefined
  /** The calls and loops around the equation, outermost first: `jit train`, `step 7 of scan`. */
  readonly path: ReadonlyArray<string>
  /** The first element that is wrong, in the array that the message names. */
  readonly index: ReadonlyArray<number>
}

/** A result is NaN (or infinite), and the Layer `Checks.layerNonFinite` looked. @category execution @since 0.1.0 */
export class NonFiniteError
  extends Data.TaggedError("NonFiniteError")<Running & Located & { readonly value: number }>
{}

/** The check that failed in a `CheckError`. @category execution @since 0.1.0 */
export type CheckKind = "index" | "division" | "nan" | "user"

/** An index out of bounds, a division by zero or a violated `Checks.check`, and the Layer `Checks.layerChecked` looked. @category execution @since 0.1.0 */
export class CheckError extends Data.TaggedError("CheckError")<Running & Located & { readonly kind: CheckKind }> {}

/** A key was used twice, and the Layer `Checks.layerChecked` looked. @category execution @since 0.1.0 */
export class KeyReuseError extends Data.TaggedError("KeyReuseError")<
  Running & {
    /** Where it was used before. */
    readonly first: string | undefined
    readonly second: string | undefined
  }
> {}

/**
 * An error that running a computation can fail with.
 *
 * @category execution
 * @since 0.1.0
 */
export type ExecutionError =
  | CompileError
  | UnsupportedError
  | UnsupportedDTypeError
  | OutOfMemoryError
  | DeviceLostError
  | DisposedArrayError
  | ForeignArrayError
  | EscapedParameterError
  | KernelError
  | CallbackError
  | NonFiniteError
  | CheckError
  | KeyReuseError
