/**
 * Long computations that give other fibers their turns: generators that yield where they may pause, run in slices of
 * time. A computation that takes less than a slice never pauses, so it remains synchronous.
 */
import * as Effect from "effect/Effect"

/** A computation in steps. It yields `undefined` where it may pause, or a request that must be answered first. */
export type Steps<A, Request = never> = Generator<Request | void, A, void>

/** Milliseconds of computation between two turns of the event loop. */
const slice = 4

/** Runs a computation to its end without pauses. */
export const toEnd = <A>(steps: Steps<A>): A => {
  let next = steps.next()
  while (next.done !== true) next = steps.next()
  return next.value
}

/** The result of a computation that takes less than a slice; `undefined` if it must continue in {@link inSlices}. */
export const firstSlice = <A>(steps: Steps<A>): A | undefined => {
  const end = performance.now() + slice
  let next = steps.next()
  while (next.done !== true && performance.now() < end) next = steps.next()
  return next.done === true ? next.value : undefined
}

/**
 * Runs a computation in slices and answers its requests. An interruption takes effect at the next pause. A thrown
 * exception is a defect, as in `Effect.suspend`.
 */
export const inSlices = <A, Request = never, E = never, R = never>(
  steps: Steps<A, Request>,
  answer: (request: Request) => Effect.Effect<void, E, R> = () => Effect.void
): Effect.Effect<A, E, R> => {
  const advance: Effect.Effect<A, E, R> = Effect.suspend(() => {
    const end = performance.now() + slice
    let next = steps.next()
    while (next.done !== true && next.value === undefined && performance.now() < end) next = steps.next()
    if (next.done === true) return Effect.succeed(next.value)
    return Effect.flatMap(next.value === undefined ? Effect.yieldNow : answer(next.value), () => advance)
  })
  return advance
}

/** Calls `f` for every item, and pauses after each `every` of them. */
export function* each<A>(items: Iterable<A>, every: number, f: (item: A, i: number) => void): Steps<void> {
  let i = 0
  for (const item of items) {
    f(item, i++)
    if (i % every === 0) yield
  }
}
