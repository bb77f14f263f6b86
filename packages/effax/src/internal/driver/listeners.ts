/**
 * Listeners that a driver notifies of events.
 *
 * @category listeners
 * @since 0.1.0
 */
export class Listeners<A> {
  private readonly listeners = new Set<(value: A) => void>()

  /** Whether there are any listeners. If not, information for them need not be collected. */
  get wanted(): boolean {
    return this.listeners.size > 0
  }

  /** Adds a listener; the returned function removes it. */
  readonly listen = (listener: (value: A) => void): () => void => {
    // the same function may listen twice
    const own = (value: A): void => listener(value)
    this.listeners.add(own)
    return () => void this.listeners.delete(own)
  }

  readonly tell = (value: A): void => {
    for (const listener of this.listeners) listener(value)
  }
}
