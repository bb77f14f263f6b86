/**
 * The errors of this backend, with its name and its numbers in them.
 */
import * as DriverKit from "effax/DriverKit"
import type { KernelError, OutOfMemoryError } from "effax/Errors"
import type { LinearMemory } from "./memory.ts"

export const backendName = "cpu-wasm"

const kit = DriverKit.failures(backendName)

export class Failures {
  readonly kit: DriverKit.Failures = kit
  private readonly memory: LinearMemory
  /** Bytes that arrays take. */
  private readonly bytesLive: () => number

  constructor(memory: LinearMemory, bytesLive: () => number) {
    this.memory = memory
    this.bytesLive = bytesLive
  }

  outOfMemory(purpose: string, requested: number): OutOfMemoryError {
    const { limit, takenBytes } = this.memory
    const live = this.bytesLive()
    return kit.outOfMemory({
      purpose,
      requested,
      live,
      limit,
      running: takenBytes - live,
      because: requested + takenBytes <= limit ? "no gap between them is long enough" : undefined,
      highestLimit: "4 GiB"
    })
  }

  /** `cause` is what WebAssembly threw here, or an error with the message of what it threw on another thread. */
  kernel(cause: unknown): KernelError {
    const { message, stack } = cause instanceof Error ? cause : new Error(String(cause))
    const kernel = /at (\S+) \(wasm:/.exec(stack ?? "")?.[1]
    const where = kernel === undefined ? "" : ` in ${kernel}`
    return kit.kernel(`a kernel failed: ${message}${where}`, cause)
  }
}
