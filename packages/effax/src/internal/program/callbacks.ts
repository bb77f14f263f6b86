/**
 * The functions of the host that a Program calls: their list, and how one is run.
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import type { TypedArray } from "../../DType.ts"
import { CallbackError } from "../../Errors.ts"
import type { HostCallback } from "../../primitive/hostCallback.ts"
import type { Program } from "../../Program.ts"
import { partsOf } from "./canonical.ts"

const none: ReadonlyArray<HostCallback> = []

const memo = "callbacks"

/**
 * The callbacks in a Program and in the Programs inside of it, each once, in an order that Programs with one canonical
 * text have in common: by the first visit of each Program, inner before outer.
 */
export const callbacksOf = (program: Program): ReadonlyArray<HostCallback> => {
  const known = program.rewrites.get(memo) as ReadonlyArray<HostCallback> | undefined
  if (known !== undefined) return known
  const found = collect(program)
  program.rewrites.set(memo, found)
  return found
}

const collect = (program: Program): ReadonlyArray<HostCallback> => {
  const root = partsOf(program)
  if (root.nested.length === 0 && root.callbacks.length === 0) return none
  const found = new Set<HostCallback>()
  const visited = new Set<Program>()
  const visit = (of: Program): void => {
    if (visited.has(of)) return
    visited.add(of)
    const { callbacks, nested } = partsOf(of)
    nested.forEach(visit)
    for (const callback of callbacks) found.add(callback)
  }
  visit(program)
  return found.size === 0 ? none : [...found]
}

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
