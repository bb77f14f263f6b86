/**
 * When to go on running a piece of work and when to stop, apart from how it is run:
 *
 * ```ts
 * while (sampler.wants()) {
 *   sampler.start()
 *   yield* f(x)
 *   sampler.stop()
 * }
 * ```
 */
export class Sampler {
  readonly times: Array<number> = []
  private readonly measuring: number
  private warmups = 0
  private warmed = 0
  private spent = 0
  private started = 0

  /** `measuring`: milliseconds to measure for. */
  constructor(measuring: number) {
    this.measuring = measuring
  }

  wants(): boolean {
    if (this.warming) return true
    const { length } = this.times
    if (this.spent > longest) return length === 0
    return length < 5 || this.spent < this.measuring && length < 1000
  }

  start(): void {
    this.started = performance.now()
  }

  stop(): void {
    const time = performance.now() - this.started
    if (this.warming) {
      this.warmups++
      this.warmed += time
      return
    }
    this.times.push(time)
    this.spent += time
  }

  /** Three runs at least, and for 150 ms where runs are short: engines optimise what runs often. */
  private get warming(): boolean {
    if (this.warmups === 0) return true
    if (this.warmed > longest) return false
    return this.warmups < 3 || this.warmed < 150 && this.warmups < 1000
  }
}

/** Milliseconds after which slow work is not repeated any more. */
const longest = 5000

export const median = (values: ReadonlyArray<number>): number => {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}
