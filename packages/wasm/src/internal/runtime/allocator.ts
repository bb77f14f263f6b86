/**
 * Who has which bytes of the linear memory: a two-level segregated-fit allocator (Masmano, Ripoll, Crespo, Real, "TLSF: a
 * new dynamic memory allocator for real-time systems", ECRTS 2004). Allocating and freeing take constant time, neighbours
 * coalesce at once, and nothing is written into the memory itself.
 */
import type { DeviceBuffer } from "effax/Driver"

/** Every block starts at a multiple of this: a cache line, and four vectors. */
export const alignment = 64

/** Bytes that a vector load at the last element of a one-byte dtype may reach past it. */
const overread = 15

/** Lists for each power of two: the classes are 1/32 apart. */
const subdivisionBits = 5
const subdivisions = 1 << subdivisionBits
/** A 32-bit memory has 2^26 units of 64 bytes: no block is longer, and what is longer has no class. */
const mostUnits = 2 ** 26
/** Below 2^5 units a list holds one size. */
const groups = 26 - subdivisionBits + 2
/** How many blocks of the request's own class are tried, whose sizes need not suffice. */
const tries = 8

/**
 * A range of the memory. Lengths are counted in units of {@link alignment} bytes. A block is allocated once: one that was
 * freed stays free for ever, so that freeing it again does nothing.
 */
export class Block implements DeviceBuffer {
  start: number
  units: number
  free: boolean
  /** Neighbours in memory. */
  previous: Block | undefined
  next: Block | undefined
  /** Neighbours in a free list. */
  before: Block | undefined
  after: Block | undefined
  /** Computations under way that read it. A block that is released before they end stays theirs until the last has ended. */
  readers: number
  condemned: boolean

  constructor(start: number, units: number, previous: Block | undefined, next: Block | undefined) {
    this.start = start
    this.units = units
    this.free = false
    this.previous = previous
    this.next = next
    this.before = undefined
    this.after = undefined
    this.readers = 0
    this.condemned = false
  }

  /** The first byte. */
  get address(): number {
    return this.start * alignment
  }

  get byteLength(): number {
    return this.units * alignment
  }
}

/** Units that an array of so many bytes takes: room for a vector load at its last byte is inside, but for empty arrays. */
const unitsOf = (bytes: number): number => bytes === 0 ? 1 : Math.ceil((bytes + overread) / alignment)

/** The list of blocks of a size, which is at most {@link mostUnits}: the bit operations see 32 bits of it. */
const classOf = (units: number): number => {
  if (units < subdivisions) return units
  const log = 31 - Math.clz32(units)
  return ((log - subdivisionBits + 1) << subdivisionBits) + ((units >>> (log - subdivisionBits)) & (subdivisions - 1))
}

const lowestBit = (bits: number): number => 31 - Math.clz32(bits & -bits)

/** The bits above a bit. */
const above = (bits: number, bit: number): number => bit === 31 ? 0 : bits & (-1 << (bit + 1))

/**
 * Unlinks a block that is no longer part of the memory from its neighbours. It may lie among the engine's old objects, and
 * through it all later ones would live until a full collection.
 */
const forget = (block: Block): void => {
  block.previous = undefined
  block.next = undefined
}

export class Allocator {
  /** The first unit that no block has; all below belongs to a block, taken or free. */
  top: number
  /** Units taken. */
  taken: number
  private readonly lists: Array<Block | undefined>
  private readonly groupBits: Int32Array
  private groupMask: number
  private last: Block | undefined

  constructor(base: number) {
    this.top = Math.ceil(base / alignment)
    this.taken = 0
    this.lists = Array.from({ length: groups * subdivisions }, () => undefined)
    this.groupBits = new Int32Array(groups)
    this.groupMask = 0
    this.last = undefined
  }

  /** Bytes below which everything that was ever allocated now lies. */
  get topBytes(): number {
    return this.top * alignment
  }

  /** Bytes taken by blocks. */
  get takenBytes(): number {
    return this.taken * alignment
  }

  private insert(block: Block): void {
    const index = classOf(block.units)
    const head = this.lists[index]
    block.before = undefined
    block.after = head
    if (head !== undefined) head.before = block
    this.lists[index] = block
    this.groupBits[index >>> subdivisionBits]! |= 1 << (index & (subdivisions - 1))
    this.groupMask |= 1 << (index >>> subdivisionBits)
  }

  private remove(block: Block): void {
    const { after, before } = block
    if (after !== undefined) after.before = before
    if (before !== undefined) before.after = after
    else {
      const index = classOf(block.units)
      this.lists[index] = after
      if (after === undefined) {
        const group = index >>> subdivisionBits
        if ((this.groupBits[group]! &= ~(1 << (index & (subdivisions - 1)))) === 0) this.groupMask &= ~(1 << group)
      }
    }
    block.before = undefined
    block.after = undefined
  }

  private find(units: number): Block | undefined {
    if (!(units <= mostUnits)) return undefined
    const index = classOf(units)
    let best: Block | undefined
    let candidate = this.lists[index]
    for (let i = 0; i < tries && candidate !== undefined; i++, candidate = candidate.after) {
      if (candidate.units >= units && (best === undefined || candidate.units < best.units)) {
        best = candidate
        if (best.units === units) break
      }
    }
    if (best !== undefined) return best
    const group = index >>> subdivisionBits
    const inGroup = above(this.groupBits[group]!, index & (subdivisions - 1))
    if (inGroup !== 0) return this.lists[(group << subdivisionBits) + lowestBit(inGroup)]
    const higher = above(this.groupMask, group)
    if (higher === 0) return undefined
    const found = lowestBit(higher)
    return this.lists[(found << subdivisionBits) + lowestBit(this.groupBits[found]!)]
  }

  /** A block from memory that was used before; `undefined` where no freed block is long enough. */
  reuse(bytes: number): Block | undefined {
    const units = unitsOf(bytes)
    const found = this.find(units)
    if (found === undefined) return undefined
    this.remove(found)
    const exact = found.units === units
    const block = new Block(found.start, units, found.previous, exact ? found.next : found)
    if (found.previous !== undefined) found.previous.next = block
    if (exact) {
      // Free blocks are never the last: freeing the last block lowers the top instead.
      found.next!.previous = block
      forget(found)
    } else {
      found.start += units
      found.units -= units
      found.previous = block
      this.insert(found)
    }
    this.taken += units
    return block
  }

  /** A block from memory that was never used; `undefined` where it would end beyond `limit` bytes. */
  extend(bytes: number, limit: number): Block | undefined {
    const units = unitsOf(bytes)
    if ((this.top + units) * alignment > limit) return undefined
    const block = new Block(this.top, units, this.last, undefined)
    if (this.last !== undefined) this.last.next = block
    this.last = block
    this.top += units
    this.taken += units
    return block
  }

  /** Gives a block back. Again is harmless. */
  release(block: Block): void {
    if (block.free) return
    block.free = true
    this.taken -= block.units
    let merged = block
    const { next, previous } = block
    if (next !== undefined && next.free) {
      this.remove(next)
      merged.units += next.units
      merged.next = next.next
      if (next.next !== undefined) next.next.previous = merged
      forget(next)
    }
    if (previous !== undefined && previous.free) {
      this.remove(previous)
      previous.units += merged.units
      previous.next = merged.next
      if (merged.next !== undefined) merged.next.previous = previous
      forget(merged)
      merged = previous
    }
    if (merged.next === undefined) {
      this.top = merged.start
      this.last = merged.previous
      if (merged.previous !== undefined) merged.previous.next = undefined
      forget(merged)
    } else this.insert(merged)
  }
}
