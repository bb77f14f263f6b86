/**
 * The errors of this backend, with its name and its numbers in them.
 */
import type { DType } from "effax/DType"
import { CompileError, KernelError, OutOfMemoryError, UnsupportedDTypeError, UnsupportedError } from "effax/Errors"
import type { LinearMemory } from "./memory.ts"

export const backendName = "cpu-wasm"

const mebibytes = (bytes: number): string =>
  bytes < 1 << 20 ? `${bytes} bytes` : `${(bytes / (1 << 20)).toFixed(1)} MiB`

/** The backend itself, its threads and modules, usually needs less than this. */
const worthMentioning = 1 << 18

export class Failures {
  private readonly memory: LinearMemory
  /** Bytes that arrays take. */
  private readonly bytesLive: () => number

  constructor(memory: LinearMemory, bytesLive: () => number) {
    this.memory = memory
    this.bytesLive = bytesLive
  }

  outOfMemory(what: string, requested: number): OutOfMemoryError {
    const { limit, takenBytes } = this.memory
    const live = this.bytesLive()
    const running = takenBytes - live
    const ofThem = running < worthMentioning ? "" : ` (${mebibytes(running)} of them by computations that run)`
    return new OutOfMemoryError({
      backend: backendName,
      requested,
      live,
      limit,
      message:
        `${what} needs ${mebibytes(requested)} more, ${mebibytes(takenBytes)} of ${
          mebibytes(limit)
        } are taken${ofThem}` +
        (requested + takenBytes <= limit ? " and no gap between them is long enough" : "") +
        ": drop arrays, end scopes earlier, or raise `memoryLimit` (at most 4 GiB)"
    })
  }

  /** `cause` is what WebAssembly threw here, or an error with the message of what it threw on another thread. */
  kernel(cause: unknown): KernelError {
    const { message, stack } = cause instanceof Error ? cause : new Error(String(cause))
    const kernel = /at (\S+) \(wasm:/.exec(stack ?? "")?.[1]
    const where = kernel === undefined ? "" : ` in ${kernel}`
    return new KernelError({ backend: backendName, cause, message: `a kernel failed: ${message}${where}` })
  }
}

/** What the compiler throws where no device could compute an operation. */
interface LoweringError {
  readonly _tag: "LoweringError"
  readonly operation: string
  readonly dtype: DType | undefined
  readonly message: string
}

const isLoweringError = (u: unknown): u is LoweringError =>
  typeof u === "object" && u !== null && (u as { readonly _tag?: unknown })._tag === "LoweringError"

/** What translating or compiling threw, as an error of the channel. */
export const compileFailure = (cause: unknown): CompileError | UnsupportedError | UnsupportedDTypeError => {
  if (cause instanceof CompileError || cause instanceof UnsupportedError || cause instanceof UnsupportedDTypeError) {
    return cause
  }
  if (isLoweringError(cause)) {
    const { dtype, message, operation } = cause
    const common = { backend: backendName, operation, message: `${backendName}: ${message}` }
    return dtype === undefined ? new UnsupportedError(common) : new UnsupportedDTypeError({ ...common, dtype })
  }
  const message = cause instanceof Error ? cause.message : String(cause)
  return new CompileError({ backend: backendName, cause, message: `code generation failed: ${message}` })
}
