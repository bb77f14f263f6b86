/**
 * Long computations that leave room for other fibers.
 */
import * as Effect from "effect/Effect"
import type { Steps } from "./kernel.ts"

/** Milliseconds of computation between two turns of the event loop. */
const slice = 4

/** Runs a computation in slices. When the fiber is interrupted, it is left at its next pause. */
export const drive = <A>(steps: Steps<A>): Effect.Effect<A> => {
  const advance: Effect.Effect<A> = Effect.suspend(() => {
    const end = performance.now() + slice
    let next = steps.next()
    while (next.done !== true && performance.now() < end) next = steps.next()
    return next.done === true ? Effect.succeed(next.value) : Effect.flatMap(Effect.yieldNow, () => advance)
  })
  return advance
}
