/**
 * How long kernels took, by the device's own clock: every dispatch in a pass of its own, with a time stamp before and after.
 */
import type { KernelTiming } from "effax/Backend"
import type { Dispatch } from "../wgsl/shader.ts"
import type { Gpu } from "./gpu.ts"
import { bufferUsage } from "./memory.ts"

/** Dispatches of one submission; a set of queries has 4096 of them at most. */
const mostDispatches = 2048

/** Bytes of a time stamp: nanoseconds, as a whole number of 64 bits. */
const stampBytes = 8

/** Times what one submission runs, and then what the next one does. */
export class Stopwatch {
  private readonly gpu: Gpu
  private readonly tell: (kernels: ReadonlyArray<KernelTiming>) => void
  private queries: GPUQuerySet | undefined
  private dispatches: Array<Dispatch> = []
  private resolved: { readonly buffer: GPUBuffer; readonly dispatches: ReadonlyArray<Dispatch> } | undefined

  constructor(gpu: Gpu, tell: (kernels: ReadonlyArray<KernelTiming>) => void) {
    this.gpu = gpu
    this.tell = tell
  }

  get isFull(): boolean {
    return this.dispatches.length >= mostDispatches
  }

  /** Where the pass of a dispatch writes its times. */
  next(dispatch: Dispatch): GPUComputePassTimestampWrites {
    this.queries ??= this.gpu.device.createQuerySet({ type: "timestamp", count: 2 * mostDispatches })
    const first = 2 * this.dispatches.length
    this.dispatches.push(dispatch)
    return { querySet: this.queries, beginningOfPassWriteIndex: first, endOfPassWriteIndex: first + 1 }
  }

  /** At the end of the commands. */
  resolve(encoder: GPUCommandEncoder): void {
    const { dispatches, queries } = this
    if (queries === undefined || dispatches.length === 0) return
    const count = 2 * dispatches.length
    const buffer = this.gpu.device.createBuffer({
      size: count * stampBytes,
      usage: bufferUsage.queryResolve | bufferUsage.copySource
    })
    encoder.resolveQuerySet(queries, 0, count, buffer, 0)
    this.resolved = { buffer, dispatches }
    this.dispatches = []
  }

  /** After they were submitted: tells who listens, once they have ended. A device that is lost tells nothing. */
  async report(): Promise<void> {
    const { resolved } = this
    this.resolved = undefined
    if (resolved === undefined) return
    const { buffer, dispatches } = resolved
    const bytes = await this.gpu.staging.read(buffer, 0, 2 * dispatches.length * stampBytes)
    // the last one has ended about now
    const now = performance.timeOrigin + performance.now()
    buffer.destroy()
    const stamps = new BigInt64Array(bytes.buffer)
    const last = stamps.at(-1)!
    const at = (stamp: bigint): number => now + Number(stamp - last) / 1e6
    this.tell(dispatches.map(({ bytes: moved, flops, label }, i): KernelTiming => ({
      name: label,
      thread: 0,
      start: at(stamps[2 * i]!),
      end: at(stamps[2 * i + 1]!),
      flops,
      bytes: moved
    })))
  }

  /** Gives back what it took, when nothing more is recorded. */
  close(): void {
    this.queries?.destroy()
    this.queries = undefined
  }
}
