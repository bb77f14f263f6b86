/**
 * Device memory: buffers by size classes, kept for the next one that wants as much.
 *
 * The queue keeps the order, so that a block may be given back and taken again while work that was submitted still uses it.
 */
import type { Aval } from "effax/Aval"
import { Reclaimer } from "effax/DriverKit"
import type { TypedArray } from "effax/DType"
import type { OutOfMemoryError } from "effax/Errors"
import * as Effect from "effect/Effect"
import { failures } from "./failures.ts"

/** A buffer and whose it is. */
export interface Block {
  readonly byteLength: number
  readonly memory: DeviceMemory
  readonly buffer: GPUBuffer
  /** Unique for the life of the memory: bind groups are found by it. */
  readonly id: number
  free: boolean
  /** Executions that are not through yet and read it, or write it. */
  users: number
  /** Released, but for them. */
  condemned: boolean
  /** Whether the device had the memory, as long as that is not known. */
  granted: Promise<boolean> | undefined
  /** What the device said against the work that computes it, as long as that is not known. */
  fault: Promise<string | undefined> | undefined
}

/** What a block was made of, to make it again on another device. */
export interface Source {
  readonly data: TypedArray
  readonly aval: Aval
}

/** `GPUBufferUsage`, which is no value where Dawn is loaded as a module. */
export const bufferUsage = {
  mapRead: 0x1,
  copySource: 0x4,
  copyDestination: 0x8,
  uniform: 0x40,
  storage: 0x80,
  indirect: 0x100,
  queryResolve: 0x200
} as const

const usage = bufferUsage.storage | bufferUsage.copySource | bufferUsage.copyDestination | bufferUsage.indirect

/** Sizes are rounded up to eight classes for every power of two, of 256 bytes at least. */
const classOf = (bytes: number): number => {
  if (bytes <= 256) return 256
  const step = 2 ** Math.max(8, Math.floor(Math.log2(bytes)) - 3)
  return Math.ceil(bytes / step) * step
}

/** New buffers of so many bytes are asked after: the device may have no more. */
const askFrom = 1 << 24
/** Fresh memory that is taken before unreachable arrays are looked for. */
const collectAfter = 1 << 28

export class DeviceMemory {
  readonly limit: number
  /** Bytes that one block may have. */
  readonly largest: number
  /** Bytes of blocks that are in use, and of all. */
  live = 0
  private held = 0
  private made = 0
  private softLimit: number
  private readonly device: GPUDevice
  private readonly pools = new Map<number, Array<Block>>()
  private readonly reclaimer = new Reclaimer(() => {
    this.softLimit = Math.min(this.limit, this.live + Math.max(collectAfter, this.live / 2))
  })

  constructor(device: GPUDevice, limit: number, largest = Infinity) {
    this.device = device
    this.limit = limit
    this.softLimit = Math.min(limit, collectAfter)
    this.largest = Math.min(largest, device.limits.maxStorageBufferBindingSize, device.limits.maxBufferSize)
  }

  /** Blocks of at least so many bytes each, or none of them. `purpose` is for the error. */
  allocate(
    sizes: ReadonlyArray<number>,
    purpose: string
  ): Effect.Effect<ReadonlyArray<Block>, OutOfMemoryError> {
    const first = this.takeAll(sizes, this.softLimit)
    if (first !== undefined && first.every(({ granted }) => granted === undefined)) return Effect.succeed(first)
    let taken = first
    const attempt = (collected: boolean): Effect.Effect<ReadonlyArray<Block>, OutOfMemoryError> => {
      const blocks = taken ?? (collected ? this.takeAll(sizes, this.limit) : undefined)
      taken = undefined
      return blocks === undefined ? Effect.fail(this.shortage(sizes, purpose)) : this.granted(blocks, sizes, purpose)
    }
    return this.reclaimer.retry(attempt, () => sizes.every((bytes) => bytes <= this.largest))
  }

  private shortage(sizes: ReadonlyArray<number>, purpose: string, because?: string): OutOfMemoryError {
    const { largest, limit, live } = this
    const requested = sizes.find((bytes) => bytes > largest) ?? sizes.reduce((sum, bytes) => sum + classOf(bytes), 0)
    return failures.outOfMemory({ purpose, requested, live, limit, largest, because })
  }

  /** Blocks that the device turns out to have had. */
  private granted(
    blocks: ReadonlyArray<Block>,
    sizes: ReadonlyArray<number>,
    purpose: string
  ): Effect.Effect<ReadonlyArray<Block>, OutOfMemoryError> {
    return Effect.onInterrupt(
      Effect.promise(() => Promise.all(blocks.map((block) => block.granted ?? true))),
      () => Effect.sync(() => blocks.forEach((block) => this.release(block)))
    ).pipe(
      Effect.flatMap((answers) => {
        blocks.forEach((block) => (block.granted = undefined))
        if (answers.every((answer) => answer)) return Effect.succeed(blocks)
        blocks.forEach((block, i) => answers[i] ? this.release(block) : this.discard(block))
        this.trim()
        return Effect.fail(this.shortage(sizes, purpose, "the GPU has no more"))
      })
    )
  }

  private takeAll(sizes: ReadonlyArray<number>, limit: number): ReadonlyArray<Block> | undefined {
    const blocks: Array<Block> = []
    for (const bytes of sizes) {
      const block = this.take(classOf(bytes), limit)
      if (block === undefined) {
        for (const one of blocks) this.release(one)
        return undefined
      }
      blocks.push(block)
    }
    return blocks
  }

  private take(size: number, limit: number): Block | undefined {
    const pooled = this.pools.get(size)?.pop()
    if (pooled !== undefined) {
      pooled.free = false
      this.live += size
      return pooled
    }
    if (this.live + size > limit || size > this.largest) return undefined
    if (this.held + size > this.limit) this.trim()
    const asked = size >= askFrom
    if (asked) this.device.pushErrorScope("out-of-memory")
    const block: Block = {
      byteLength: size,
      memory: this,
      buffer: this.device.createBuffer({ size, usage }),
      id: this.made++,
      free: false,
      users: 0,
      condemned: false,
      granted: asked ? this.device.popErrorScope().then((error) => error === null, () => true) : undefined,
      fault: undefined
    }
    this.live += size
    this.held += size
    return block
  }

  /** Gives a block back; at the end of the executions that use it, if there are some. */
  release(block: Block): void {
    if (block.free) return
    if (block.users > 0) {
      block.condemned = true
      return
    }
    block.free = true
    block.condemned = false
    block.fault = undefined
    this.live -= block.byteLength
    const pool = this.pools.get(block.byteLength)
    if (pool === undefined) this.pools.set(block.byteLength, [block])
    else pool.push(block)
  }

  /** Keeps a block as it is for an execution, whatever its owner does. */
  retain(block: Block): void {
    block.users++
  }

  unretain(block: Block): void {
    if (--block.users === 0 && block.condemned) this.release(block)
  }

  /** Destroys the buffers that are not in use. */
  trim(): void {
    for (const pool of this.pools.values()) {
      for (const block of pool) {
        this.held -= block.byteLength
        block.buffer.destroy()
      }
    }
    this.pools.clear()
  }

  private discard(block: Block): void {
    block.free = true
    this.live -= block.byteLength
    this.held -= block.byteLength
    block.buffer.destroy()
  }
}
