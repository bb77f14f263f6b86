/**
 * How a function of the host that a Program calls is run.
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import type { TypedArray } from "../../DType.ts"
import { CallbackError } from "../../Errors.ts"
import type { HostCallback } from "../../primitive/hostCallback.ts"

const describe = (cause: unknown): string => {
  if (cause instanceof Error) return cause.message || cause.name
  return String(typeof cause === "object" && cause !== null && "_tag" in cause ? cause._tag : cause)
}

/** Calls the host. Whatever goes wrong there is a `CallbackError`; interruption stays what it is. */
export const runCallback = (
  backend: string,
  { apply, name, operands, results }: HostCallback,
  data: ReadonlyArray<TypedArray>
): Effect.Effect<ReadonlyArray<TypedArray>, CallbackError> =>
  Effect.catchCause(
    Effect.suspend(() => apply(data, { operands, results })),
    (cause) =>
      Cause.hasInterruptsOnly(cause) ? Effect.failCause(cause as Cause.Cause<never>) : Effect.fail(
        failure(backend, name, Cause.squash(cause))
      )
  )

/** The error of a callback that failed. */
export const failure = (backend: string, callback: string, cause: unknown): CallbackError =>
  new CallbackError({
    backend,
    callback,
    cause,
    message: `the callback ${callback} failed: ${describe(cause)}`
  })
