/**
 * How the session hears of arrays that nothing refers to any more.
 *
 * V8 keeps what a FinalizationRegistry knows through its collections of young objects, dead or not, and with it all that it
 * refers to; full collections are rare in a process whose heap is small. So small arrays are registered in the next turn of
 * the event loop, by when those that a loop frees by hand are gone; what is registered refers to little; and the session has
 * the engine collect by the number of arrays.
 */
import { makeCollector, nextTurn } from "./collector.ts"
import type { Ownership, Residence } from "./ownership.ts"

/** Arrays that are made between two collections, at least. One takes about 0.5 KB of the engine's heap until it is collected. */
const least = 1 << 14
/** A collection of 1 ms is worth so many arrays, which take some 10 us each to compute ... */
const arraysPerMillisecond = 500
/** ... but what waits for a collection takes no more memory than 8 MB and an eighth of the heap. */
const most = (): number => (1 << 14) + heapUsed() / 4096

const heapUsed = (): number => {
  const { process } = globalThis as {
    readonly process?: { readonly memoryUsage?: () => { readonly heapUsed: number } }
  }
  return process?.memoryUsage?.().heapUsed ?? 0
}

/** Arrays of at most so many bytes may be kept until the next turn of the event loop, and at most so many of them. */
const small = { bytes: 1 << 14, count: 256 }

export class Registry {
  /** Arrays that were neither freed nor found to be unreachable. */
  live = 0
  /**
   * The FinalizationRegistry holds a number for each array, a place in this list: an object would be kept by the registry's
   * own cell, which lies among old objects, until a full collection, even when it was unregistered.
   */
  private readonly slots: Array<Ownership | undefined> = []
  private readonly free: Array<number> = []
  private readonly registry: FinalizationRegistry<number>
  /** Arrays of this turn that are not registered yet. */
  private recent: Array<Residence> = []
  private waiting = false
  private threshold = least
  private collecting = false
  private readonly search = makeCollector()

  /** `abandoned` hears of arrays that nothing refers to any more. */
  constructor(abandoned: (ownership: Ownership) => void) {
    this.registry = new FinalizationRegistry((slot) => {
      const ownership = this.slots[slot]!
      this.vacate(ownership)
      abandoned(ownership)
    })
  }

  add(residence: Residence): void {
    const { ownership } = residence
    this.live++
    if (ownership.buffer.byteLength > small.bytes) this.register(residence, ownership)
    else {
      this.recent.push(residence)
      if (this.recent.length >= small.count) this.registerRecent()
      else if (!this.waiting) {
        this.waiting = true
        void nextTurn().then(() => {
          this.waiting = false
          this.registerRecent()
        })
      }
    }
    if (this.live > this.threshold && !this.collecting) void this.collect()
  }

  /** To be called once for each that was added. */
  remove(ownership: Ownership): void {
    this.live--
    if (ownership.slot === -1) return
    this.registry.unregister(ownership)
    this.vacate(ownership)
  }

  private register(residence: Residence, ownership: Ownership): void {
    const slot = this.free.pop() ?? this.slots.length
    ownership.slot = slot
    this.slots[slot] = ownership
    this.registry.register(residence, slot, ownership)
  }

  private vacate(ownership: Ownership): void {
    this.slots[ownership.slot] = undefined
    this.free.push(ownership.slot)
    ownership.slot = -1
  }

  private registerRecent(): void {
    const { recent } = this
    this.recent = []
    for (const residence of recent) {
      const { ownership } = residence
      if (!ownership.released) this.register(residence, ownership)
    }
  }

  private async collect(): Promise<void> {
    this.collecting = true
    const elapsed = await this.search()
    this.threshold = this.live + Math.max(least, this.live / 2, Math.min(elapsed * arraysPerMillisecond, most()))
    this.collecting = false
  }
}
