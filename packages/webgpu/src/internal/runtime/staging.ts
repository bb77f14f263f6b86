/**
 * Buffers through which results come back, kept for the next download of as much.
 */
import { bufferUsage } from "./memory.ts"

/** `GPUMapMode.READ`. */
const mapRead = 1
/** Larger ones are not kept. */
const largestKept = 1 << 24
/** Buffers of one size that are kept. */
const kept = 4

const sizeOf = (bytes: number): number => bytes > largestKept ? bytes : 2 ** Math.ceil(Math.log2(Math.max(256, bytes)))

export class Staging {
  private readonly device: GPUDevice
  private readonly pools = new Map<number, Array<GPUBuffer>>()

  constructor(device: GPUDevice) {
    this.device = device
  }

  /** Copies from a buffer, after everything that was submitted. `offset` and `bytes` are multiples of 4. */
  async read(from: GPUBuffer, offset: number, bytes: number): Promise<Uint8Array> {
    const size = sizeOf(bytes)
    const pool = this.pools.get(size) ?? []
    this.pools.set(size, pool)
    const staging = pool.pop() ??
      this.device.createBuffer({ size, usage: bufferUsage.mapRead | bufferUsage.copyDestination })
    const encoder = this.device.createCommandEncoder()
    encoder.copyBufferToBuffer(from, offset, staging, 0, bytes)
    this.device.queue.submit([encoder.finish()])
    await staging.mapAsync(mapRead, 0, bytes)
    const data = new Uint8Array(bytes)
    data.set(new Uint8Array(staging.getMappedRange(0, bytes)))
    staging.unmap()
    if (size <= largestKept && pool.length < kept) pool.push(staging)
    else staging.destroy()
    return data
  }
}
