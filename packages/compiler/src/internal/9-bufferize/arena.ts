/**
 * Allocations in one block of memory.
 */

/** Temporaries start at multiples of this many bytes: a cache line, and four vectors. */
const alignment = 64

export class Arena {
  /** Free blocks below the end, in order, never touching each other. */
  readonly #offsets: Array<number> = []
  readonly #sizes: Array<number> = []
  #end = 0

  /** Bytes that all allocations together needed. */
  get size(): number {
    return this.#end
  }

  static round(bytes: number): number {
    return Math.ceil(bytes / alignment) * alignment
  }

  /** The smallest free block that is large enough, else new memory at the end. */
  allocate(bytes: number): number {
    const size = Arena.round(bytes)
    let best = -1
    for (let i = 0; i < this.#sizes.length; i++) {
      if (this.#sizes[i]! >= size && (best < 0 || this.#sizes[i]! < this.#sizes[best]!)) best = i
    }
    if (best >= 0) {
      const offset = this.#offsets[best]!
      if (this.#sizes[best] === size) this.#remove(best)
      else {
        this.#offsets[best] = offset + size
        this.#sizes[best] = this.#sizes[best]! - size
      }
      return offset
    }
    // A free block at the end is grown
    const last = this.#offsets.length - 1
    if (last >= 0 && this.#offsets[last]! + this.#sizes[last]! === this.#end) {
      const offset = this.#offsets[last]!
      this.#remove(last)
      this.#end = offset + size
      return offset
    }
    const offset = this.#end
    this.#end += size
    return offset
  }

  free(offset: number, bytes: number): void {
    const size = Arena.round(bytes)
    let low = 0
    let high = this.#offsets.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#offsets[middle]! < offset) low = middle + 1
      else high = middle
    }
    const touchesBefore = low > 0 && this.#offsets[low - 1]! + this.#sizes[low - 1]! === offset
    const touchesAfter = low < this.#offsets.length && offset + size === this.#offsets[low]
    if (touchesBefore) {
      this.#sizes[low - 1] = this.#sizes[low - 1]! + size + (touchesAfter ? this.#sizes[low]! : 0)
      if (touchesAfter) this.#remove(low)
    } else if (touchesAfter) {
      this.#offsets[low] = offset
      this.#sizes[low] = this.#sizes[low]! + size
    } else {
      this.#offsets.splice(low, 0, offset)
      this.#sizes.splice(low, 0, size)
    }
  }

  #remove(at: number): void {
    this.#offsets.splice(at, 1)
    this.#sizes.splice(at, 1)
  }
}
