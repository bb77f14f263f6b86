/**
 * The backend's one linear memory: its size, its views, and the blocks in it.
 */
import { Reclaimer } from "effax/DriverKit"
import { Allocator, type Block } from "./allocator.ts"

const pageSize = 65536
/** A 32-bit memory has at most this many bytes. */
const addressSpace = 65536 * pageSize
/** Growing is a change of protection, pages cost when they are first touched: so in large steps. */
const growthStep = 64 << 20
/** The first bytes stay unused, so that no array is at address 0 and a wild small pointer hits nothing. */
const firstAddress = 1024
/** Fresh memory that is taken before unreachable arrays are looked for. */
const collectAfter = 64 << 20
/** Taking fresh memory costs about 0.2 ms a MiB, so this much of it for each ms that collecting takes keeps both even. */
const bytesPerCollectionMillisecond = 8 << 20

export interface MemoryOptions {
  readonly shared: boolean
  /** Bytes. */
  readonly limit: number
}

/** A limit that a 32-bit memory can have, in whole pages. */
export const clampLimit = (bytes: number): number =>
  Math.min(addressSpace, Math.max(1, Math.ceil(bytes / pageSize)) * pageSize)

/** Some hosts reserve the whole address range at once, and have less of it than asked for. */
const reserve = (shared: boolean, bytes: number): readonly [memory: WebAssembly.Memory, bytes: number] => {
  for (let limit = bytes;; limit = clampLimit(limit / 2)) {
    try {
      return [new WebAssembly.Memory({ initial: 1, maximum: limit / pageSize, shared }), limit]
    } catch (error) {
      if (limit <= 16 << 20) throw error
    }
  }
}

export class LinearMemory {
  readonly memory: WebAssembly.Memory
  readonly shared: boolean
  /** Bytes. */
  limit: number
  /** Views of the whole memory as it is now: not to be kept across an allocation. */
  words: Int32Array
  bytes: Uint8Array
  private readonly allocator: Allocator
  readonly reclaimer: Reclaimer
  private committed: number
  /** Beyond this address, unreachable arrays are looked for before fresh memory is taken. */
  private softLimit: number
  /** Bytes that may be taken until they are looked for again. */
  private ahead: number

  constructor(options: MemoryOptions) {
    const [memory, limit] = reserve(options.shared, clampLimit(options.limit))
    this.memory = memory
    this.shared = options.shared
    this.limit = limit
    this.bytes = new Uint8Array(memory.buffer)
    this.words = new Int32Array(memory.buffer)
    this.committed = memory.buffer.byteLength
    this.allocator = new Allocator(firstAddress)
    this.ahead = collectAfter
    this.softLimit = Math.min(collectAfter, limit)
    this.reclaimer = new Reclaimer((milliseconds) => this.afterCollection(milliseconds))
  }

  /** Bytes taken by blocks. */
  get takenBytes(): number {
    return this.allocator.takenBytes
  }

  /** Bytes of the memory that are in use or were: what the process pays for. */
  get footprint(): number {
    return this.allocator.topBytes
  }

  /** A block, or `undefined` where unreachable arrays should be looked for first: see {@link reclaimer}. */
  allocate(bytes: number): Block | undefined {
    if (bytes > this.limit) return undefined
    return this.allocator.reuse(bytes) ?? this.extend(bytes, this.softLimit)
  }

  /** A block, or `undefined` where the limit would be passed. */
  allocateToLimit(bytes: number): Block | undefined {
    if (bytes > this.limit) return undefined
    const reused = this.allocator.reuse(bytes)
    if (reused !== undefined) return reused
    const block = this.extend(bytes, this.limit)
    // No gap was long enough, right after a collection perhaps: others like it need not collect at once.
    if (this.footprint > this.softLimit) this.softLimit = Math.min(this.limit, this.footprint + this.ahead / 4)
    return block
  }

  /** Gives a block back, once nothing reads it any more. */
  release(block: Block): void {
    if (block.readers > 0) block.condemned = true
    else this.allocator.release(block)
  }

  /** Keeps a block as it is for a computation, whatever its owner does. */
  retain(block: Block): void {
    block.readers++
  }

  unretain(block: Block): void {
    if (--block.readers === 0 && block.condemned) this.allocator.release(block)
  }

  private extend(bytes: number, limit: number): Block | undefined {
    const block = this.allocator.extend(bytes, limit)
    if (block === undefined || this.allocator.topBytes <= this.committed) return block
    if (this.grow(this.allocator.topBytes)) return block
    this.allocator.release(block)
    return undefined
  }

  private grow(needed: number): boolean {
    const wanted = Math.min(this.limit, Math.max(needed, this.committed + growthStep))
    for (const target of [wanted, needed]) {
      try {
        this.memory.grow(Math.ceil((target - this.committed) / pageSize))
        this.committed = this.memory.buffer.byteLength
        this.bytes = new Uint8Array(this.memory.buffer)
        this.words = new Int32Array(this.memory.buffer)
        return true
      } catch {
        // The host has no more. A smaller step may do; if not, what is committed is the limit from now on.
      }
    }
    this.limit = this.committed
    this.softLimit = Math.min(this.softLimit, this.limit)
    return false
  }

  /** How much may be taken until the next collection follows from what is left, and from how long this one took. */
  private afterCollection(milliseconds: number): void {
    const paid = Math.min(milliseconds * bytesPerCollectionMillisecond, 4 * collectAfter)
    this.ahead = Math.max(collectAfter, this.takenBytes / 2, paid)
    // What is free below the top comes first; so a stream of arrays stays where it is.
    const free = this.footprint - this.takenBytes
    this.softLimit = Math.min(this.limit, this.footprint + Math.max(0, this.ahead - free))
  }
}
