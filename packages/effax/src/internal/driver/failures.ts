/**
 * The typed errors of a driver, with its name in them.
 */
import type { DType } from "../../DType.ts"
import {
  CompileError,
  DeviceLostError,
  KernelError,
  OutOfMemoryError,
  UnsupportedDTypeError,
  UnsupportedError
} from "../../Errors.ts"

/** Why an allocation failed. */
export interface Shortage {
  /** What the memory was for: `an upload`, `an execution`. */
  readonly purpose: string
  /** Bytes that it took. */
  readonly requested: number
  /** Bytes that arrays take. */
  readonly live: number
  readonly limit: number
  /** Bytes that computations take which run now. */
  readonly running?: number
  /** What stands in the way below the limit: `no gap between them is long enough`. */
  readonly because?: string | undefined
  /** Bytes that one array may have, where that is less than the limit. */
  readonly largest?: number
  /** The most that `memoryLimit` can be: `4 GiB`. */
  readonly highestLimit?: string
}

export interface Failures {
  /** An error of the channel from anything that compiling threw: errors of effax stay what they are. */
  readonly compile: (cause: unknown) => CompileError | UnsupportedError | UnsupportedDTypeError | DeviceLostError
  readonly kernel: (message: string, cause?: unknown) => KernelError
  readonly outOfMemory: (shortage: Shortage) => OutOfMemoryError
  readonly unsupported: (operation: string, reason: string) => UnsupportedError
  /** With the dtypes that the backend has, where they are given. */
  readonly unsupportedDType: (operation: string, dtype: DType, dtypes?: Iterable<DType>) => UnsupportedDTypeError
  readonly deviceLost: (reason: string, cause?: unknown) => DeviceLostError
}

const size = (bytes: number): string => bytes < 1 << 20 ? `${bytes} bytes` : `${(bytes / (1 << 20)).toFixed(1)} MiB`

/** Backends themselves, their threads and modules, usually need less than this. */
const worthMentioning = 1 << 18

const shortage = (given: Shortage): string => {
  const { because, highestLimit, largest, limit, live, purpose, requested, running = 0 } = given
  if (largest !== undefined && requested > largest) {
    return `${purpose} needs ${size(requested)} in one piece, and one array has at most ${
      size(largest)
    } here: use smaller arrays`
  }
  const those = running === 0 || limit > worthMentioning && running < worthMentioning
    ? ""
    : ` (${size(running)} of them by computations that run)`
  return `${purpose} needs ${size(requested)} more, ${size(live + running)} of ${size(limit)} are taken${those}` +
    (because === undefined ? "" : ` and ${because}`) +
    ": drop arrays, end scopes earlier, donate inputs, or raise `memoryLimit`" +
    (highestLimit === undefined ? "" : ` (at most ${highestLimit})`)
}

/** What `@effax/compiler` throws where no device could compute an operation. */
interface LoweringFailure {
  readonly operation: string
  readonly dtype: DType | undefined
  readonly message: string
}

const isLoweringFailure = (cause: unknown): cause is LoweringFailure =>
  cause instanceof Error && (cause as { readonly _tag?: unknown })._tag === "LoweringError"

const ofCompilation = [CompileError, UnsupportedError, UnsupportedDTypeError, DeviceLostError] as const

export const failures = (backend: string): Failures => ({
  compile: (cause) => {
    for (const known of ofCompilation) if (cause instanceof known) return cause
    if (isLoweringFailure(cause)) {
      const { dtype, message, operation } = cause
      const common = { backend, operation, message: `${backend}: ${message}` }
      return dtype === undefined ? new UnsupportedError(common) : new UnsupportedDTypeError({ ...common, dtype })
    }
    const message = cause instanceof Error ? cause.message : String(cause)
    return new CompileError({ backend, cause, message: `code generation failed: ${message}` })
  },
  kernel: (message, cause) => new KernelError({ backend, message, cause }),
  outOfMemory: (given) => {
    const { limit, live, requested } = given
    return new OutOfMemoryError({ backend, requested, live, limit, message: `${backend}: ${shortage(given)}` })
  },
  unsupported: (operation, reason) =>
    new UnsupportedError({ backend, operation, message: `${backend}: ${operation}: ${reason}` }),
  unsupportedDType: (operation, dtype, dtypes) =>
    new UnsupportedDTypeError({
      backend,
      operation,
      dtype,
      message: `${operation}: ${dtype} is not supported on ${backend}` +
        (dtypes === undefined ? "" : `; it has ${[...dtypes].join(", ")}`)
    }),
  deviceLost: (reason, cause) => new DeviceLostError({ backend, cause, message: `${backend}: ${reason}` })
})
