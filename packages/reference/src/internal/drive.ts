/**
 * Long computations that leave room for other fibers.
 */
import * as Effect from "effect/Effect"
import type { HostRequest, Steps } from "./kernel.ts"

/** Milliseconds of computation between two turns of the event loop. */
const slice = 4

/**
 * Runs a computation in slices, and the calls of the host that it asks for. When the fiber is interrupted, it is left at
 * its next pause.
 */
export const drive = <A, E>(
  steps: Steps<A>,
  call: (request: HostRequest) => Effect.Effect<void, E>
): Effect.Effect<A, E> => {
  const advance: Effect.Effect<A, E> = Effect.suspend(() => {
    const end = performance.now() + slice
    let next = steps.next()
    while (next.done !== true && next.value === undefined && performance.now() < end) next = steps.next()
    if (next.done === true) return Effect.succeed(next.value)
    return Effect.flatMap(next.value === undefined ? Effect.yieldNow : call(next.value), () => advance)
  })
  return advance
}
