/**
 * Releases the memory of unreachable arrays, which the engine's collector finds, before memory is reported as full.
 */
import * as Effect from "effect/Effect"
import type { OutOfMemoryError } from "../../Errors.ts"
import { makeCollector } from "../session/collector.ts"
import { isSynchronous } from "../session/synchronous.ts"

/**
 * The number of collections before memory is reported as full: the engine may keep a just dropped array for one more.
 */
const collections = 3

/**
 * Releases unreachable arrays before memory is reported as full: engines don't see the memory behind a handle, and may
 * keep handles forever while their own heap is small.
 *
 * @category memory
 * @since 0.1.0
 */
export class Reclaimer {
  private readonly search = makeCollector()
  private readonly afterwards: (milliseconds: number) => void
  private collecting: Promise<void> | undefined

  /** `afterwards` is called after every collection, with its duration. */
  constructor(afterwards: (milliseconds: number) => void = () => {}) {
    this.afterwards = afterwards
  }

  /** Releases unreachable arrays. Calls during a collection wait for the same one. */
  collect(): Promise<void> {
    return this.collecting ??= this.search().then(this.afterwards).finally(() => {
      this.collecting = undefined
    })
  }

  /** Tries after a collection, and again after a few more until there is a result. */
  async afterCollecting<A>(attempt: () => A | undefined): Promise<A | undefined> {
    let found: A | undefined
    for (let i = 0; i < collections && found === undefined; i++) {
      await this.collect()
      found = attempt()
    }
    return found
  }

  /**
   * Repeats an effect after collections while it fails with an `OutOfMemoryError`, unless the request exceeds the
   * limit. `collected` is true if a collection has happened or none is possible: the attempt may then use all memory.
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
