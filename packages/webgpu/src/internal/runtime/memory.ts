/**
 * Device memory: buffers by size classes, kept for the next one that wants as much.
 */

/** A buffer and whose it is. */
export interface Block {
  readonly byteLength: number
  readonly buffer: GPUBuffer
  free: boolean
}

const usage = 0x80 /* STORAGE */ | 0x4 /* COPY_SRC */ | 0x8 /* COPY_DST */

/** Sizes are rounded up to eight classes for every power of two, of 256 bytes at least. */
const classOf = (bytes: number): number => {
  if (bytes <= 256) return 256
  const step = 2 ** Math.max(8, Math.floor(Math.log2(bytes)) - 3)
  return Math.ceil(bytes / step) * step
}

export class DeviceMemory {
  readonly limit: number
  /** Bytes of blocks that are in use, and of all. */
  live = 0
  private held = 0
  private readonly device: GPUDevice
  private readonly pools = new Map<number, Array<Block>>()

  constructor(device: GPUDevice, limit: number) {
    this.device = device
    this.limit = limit
  }

  /** A block of at least so many bytes; `undefined` where the limit would be passed. */
  allocate(bytes: number): Block | undefined {
    const size = classOf(bytes)
    const pooled = this.pools.get(size)?.pop()
    if (pooled !== undefined) {
      pooled.free = false
      this.live += size
      return pooled
    }
    if (this.live + size > this.limit || size > this.device.limits.maxStorageBufferBindingSize) return undefined
    if (this.held + size > this.limit) this.trim()
    const block: Block = { byteLength: size, buffer: this.device.createBuffer({ size, usage }), free: false }
    this.live += size
    this.held += size
    return block
  }

  /** Work that was submitted before may still use it: the queue keeps the order. */
  release(block: Block): void {
    if (block.free) return
    block.free = true
    this.live -= block.byteLength
    const pool = this.pools.get(block.byteLength)
    if (pool === undefined) this.pools.set(block.byteLength, [block])
    else pool.push(block)
  }

  /** Gives the device back what nobody uses. */
  trim(): void {
    for (const pool of this.pools.values()) {
      for (const block of pool) {
        this.held -= block.byteLength
        block.buffer.destroy()
      }
    }
    this.pools.clear()
  }
}
