/**
 * Memory that arrays hold which nothing references: found by the engine's collector before memory is called full.
 */
import * as Effect from "effect/Effect"
import type { OutOfMemoryError } from "../../Errors.ts"
import { makeCollector } from "../session/collector.ts"
import { isSynchronous } from "../session/synchronous.ts"

/** Collections before memory is called full: the engine may hold an array that was just dropped for one more. */
const collections = 3

/**
 * Has arrays released that nothing references, before memory is called full: engines don't see the memory behind a handle,
 * and may keep handles for ever while their own heap is small.
 *
 * @category memory
 * @since 0.1.0
 */
export class Reclaimer {
  private readonly search = makeCollector()
  private readonly afterwards: (milliseconds: number) => void
  private collecting: Promise<void> | undefined

  /** `afterwards` is called after every collection, with how long the search took. */
  constructor(afterwards: (milliseconds: number) => void = () => {}) {
    this.afterwards = afterwards
  }

  /** Has unreachable arrays released. Callers that come during a collection wait for the same one. */
  collect(): Promise<void> {
    return this.collecting ??= this.search().then(this.afterwards).finally(() => {
      this.collecting = undefined
    })
  }

  /** Tries after a collection, and again after a few more while there is no result. */
  async afterCollecting<A>(attempt: () => A | undefined): Promise<A | undefined> {
    let found: A | undefined
    for (let i = 0; i < collections && found === undefined; i++) {
      await this.collect()
      found = attempt()
    }
    return found
  }

  /**
   * Runs an effect again, after collections, while it fails with an `OutOfMemoryError`, unless it asks for more than the
   * limit. `collected` says whether there was a collection, or can be none: then the whole memory may be used.
   */
  retry<A, E, R>(
    attempt: (collected: boolean) => Effect.Effect<A, E | OutOfMemoryError, R>,
    worthwhile: () => boolean = () => true
  ): Effect.Effect<A, E | OutOfMemoryError, R> {
    const again = (error: E | OutOfMemoryError, left: number): Effect.Effect<A, E | OutOfMemoryError, R> =>
      !isOutOfMemory(error) || left === 0 || error.requested > error.limit || !worthwhile()
        ? Effect.fail(error)
        : Effect.flatMap(
          Effect.promise(() => this.collect()),
          () => Effect.catch(attempt(true), (next) => again(next, left - 1))
        )
    return Effect.withFiber((fiber) =>
      isSynchronous(fiber)
        ? attempt(true)
        : Effect.catch(attempt(false), (error) => again(error, collections))
    )
  }
}

const isOutOfMemory = (error: unknown): error is OutOfMemoryError =>
  typeof error === "object" && error !== null && (error as { readonly _tag?: unknown })._tag === "OutOfMemoryError"
