/**
 * One device and everything that lives and dies with it.
 */
import { stepDigit } from "../wgsl/shader.ts"
import type { Opened } from "./adapter.ts"
import { bufferUsage, DeviceMemory } from "./memory.ts"
import { Pipelines } from "./pipelines.ts"
import { Staging } from "./staging.ts"

/** Submissions that may be on their way before the next one waits. */
const inFlight = 16

/** Bytes between the numbers of the table of steps: what offsets of uniform bindings are multiples of, everywhere. */
export const stepStride = 256

/** Estimated operations and bytes of one submission: at first, and at most. */
const work = { first: 2 ** 28, most: 2 ** 40, milliseconds: 30 }

export class Gpu {
  readonly device: GPUDevice
  readonly opened: Opened
  readonly memory: DeviceMemory
  readonly pipelines: Pipelines
  readonly staging: Staging
  /** Why the device is no more. */
  lost: string | undefined = undefined
  /** Work that one submission may be, as estimated: so much that the device is busy, so little that it can be stopped. */
  budget: number = work.first
  /** When the submissions that are not known to have ended do, oldest first. */
  private readonly running: Array<Promise<void>> = []
  private submissions = 0
  private table: GPUBuffer | undefined = undefined
  private readonly complaints: Array<string> = []

  constructor(opened: Opened, memoryLimit: number, largest?: number) {
    const { device } = opened
    this.device = device
    this.opened = opened
    this.memory = new DeviceMemory(device, memoryLimit, largest)
    this.pipelines = new Pipelines(device)
    this.staging = new Staging(device)
    void device.lost.then(({ message, reason }) => {
      this.lost ??= message === "" ? reason : message
    })
    device.onuncapturederror = (event) => {
      event.preventDefault?.()
      this.complaints.push(event.error.message)
    }
  }

  /** What the device said against work that was not watched, once. */
  takeComplaint(): string | undefined {
    const complaint = this.complaints.shift()
    this.complaints.length = 0
    return complaint
  }

  /** Hands over work. */
  submit(commands: GPUCommandBuffer): void {
    this.device.queue.submit([commands])
    // asking after every small one costs more than it is
    if (++this.submissions % 4 === 0 || this.running.length === 0) void this.mark()
  }

  /** When everything that was submitted so far has ended. */
  mark(): Promise<void> {
    const done: Promise<void> = this.device.queue.onSubmittedWorkDone().then(() => undefined, () => undefined).then(
      () => {
        const at = this.running.indexOf(done)
        if (at >= 0) this.running.splice(at, 1)
      }
    )
    this.running.push(done)
    return done
  }

  /** What to wait for before the next submission. */
  get congestion(): Promise<void> | undefined {
    return this.running.length < inFlight / 4 ? undefined : this.running[0]
  }

  /** Takes note of how long a submission of about the budget's size took, to know better than the estimate. */
  observe(milliseconds: number): void {
    const factor = Math.min(4, Math.max(0.25, work.milliseconds / Math.max(milliseconds, 0.1)))
    this.budget = Math.min(work.most, Math.max(1, this.budget * factor))
  }

  /** A buffer with the numbers below {@link stepDigit}, one every {@link stepStride} bytes. */
  get steps(): GPUBuffer {
    if (this.table !== undefined) return this.table
    const words = new Uint32Array(stepDigit * stepStride / 4)
    for (let step = 0; step < stepDigit; step++) words[step * stepStride / 4] = step
    this.table = this.device.createBuffer({
      size: words.byteLength,
      usage: bufferUsage.uniform | bufferUsage.copyDestination
    })
    this.device.queue.writeBuffer(this.table, 0, words)
    return this.table
  }

  destroy(): void {
    this.lost ??= "its Layer was closed"
    this.device.destroy()
  }
}
