/**
 * Functions that a driver tells of something, for as long as they listen.
 *
 * @category listeners
 * @since 0.1.0
 */
export class Listeners<A> {
  private readonly listeners = new Set<(value: A) => void>()

  /** Whether there are any: what only they want need not be found out otherwise. */
  get wanted(): boolean {
    return this.listeners.size > 0
  }

  /** Adds a listener, until the function that is returned is called. */
  readonly listen = (listener: (value: A) => void): () => void => {
    // one function may listen twice
    const own = (value: A): void => listener(value)
    this.listeners.add(own)
    return () => void this.listeners.delete(own)
  }

  readonly tell = (value: A): void => {
    for (const listener of this.listeners) listener(value)
  }
}
