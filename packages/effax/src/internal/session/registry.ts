/**
 * Detects arrays that have become unreachable.
 *
 * V8 keeps objects known to a FinalizationRegistry through its collections of young objects, dead or not, with
 * everything that they refer to; full collections are rare in a process with a small heap. So small arrays are
 * registered in the next turn of the event loop, when those that a loop frees explicitly are already gone; registered
 * objects refer to little; and the session triggers collections by the number of arrays.
 */
import { makeCollector, nextTurn } from "./collector.ts"
import type { Allocation, Ownership } from "./ownership.ts"

/**
 * The least number of new arrays between two collections. An array takes about 0.5 KB of the engine's heap until
 * collected.
 */
const least = 1 << 14
/** The number of arrays that justify each millisecond of collection, at about 10 us to compute an array ... */
const arraysPerMillisecond = 500
/** ... but uncollected arrays take at most 8 MB plus an eighth of the heap. */
const most = (): number => (1 << 14) + heapUsed() / 4096

const heapUsed = (): number => {
  const { process } = globalThis as {
    readonly process?: { readonly memoryUsage?: () => { readonly heapUsed: number } }
  }
  return process?.memoryUsage?.().heapUsed ?? 0
}

/** Arrays up to this size may be kept until the next turn of the event loop, up to this number of them. */
const small = { bytes: 1 << 14, count: 256 }

export class Registry {
  /** The number of arrays that were neither freed nor found unreachable. */
  live = 0
  /**
   * The FinalizationRegistry holds an index into this list for each array. The registry's own cells are old objects and
   * would keep a held object until a full collection, even after it was unregistered.
   */
  private readonly slots: Array<Ownership | undefined> = []
  private readonly free: Array<number> = []
  private readonly registry: FinalizationRegistry<number>
  /** Arrays of this turn that are not registered yet. */
  private recent: Array<Allocation> = []
  private waiting = false
  private threshold = least
  private collecting = false
  private readonly search = makeCollector()

  /** `abandoned` is called for arrays that have become unreachable. */
  constructor(abandoned: (ownership: Ownership) => void) {
    this.registry = new FinalizationRegistry((slot) => {
      const ownership = this.slots[slot]!
      this.vacate(ownership)
      abandoned(ownership)
    })
  }

  add(allocation: Allocation): void {
    const { ownership } = allocation
    this.live++
    if (ownership.buffer.byteLength > small.bytes) this.register(allocation, ownership)
    else {
      this.recent.push(allocation)
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

  /** Call it once for each array that was added. */
  remove(ownership: Ownership): void {
    this.live--
    if (ownership.slot === -1) return
    this.registry.unregister(ownership)
    this.vacate(ownership)
  }

  private register(allocation: Allocation, ownership: Ownership): void {
    const slot = this.free.pop() ?? this.slots.length
    ownership.slot = slot
    this.slots[slot] = ownership
    this.registry.register(allocation, slot, ownership)
  }

  private vacate(ownership: Ownership): void {
    this.slots[ownership.slot] = undefined
    this.free.push(ownership.slot)
    ownership.slot = -1
  }

  private registerRecent(): void {
    const { recent } = this
    this.recent = []
    for (const allocation of recent) {
      const { ownership } = allocation
      if (!ownership.released) this.register(allocation, ownership)
    }
  }

  private async collect(): Promise<void> {
    this.collecting = true
    const elapsed = await this.search()
    this.threshold = this.live + Math.max(least, this.live / 2, Math.min(elapsed * arraysPerMillisecond, most()))
    this.collecting = false
  }
}
