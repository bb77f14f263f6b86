/**
 * The typed errors of a driver, labelled with its name.
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

/** The facts about a failed allocation. */
export interface Shortage {
  /** The purpose of the memory: `an upload`, `an execution`. */
  readonly purpose: string
  /** The requested number of bytes. */
  readonly requested: number
  /** The bytes that arrays hold. */
  readonly live: number
  readonly limit: number
  /** The bytes that running computations hold. */
  readonly running?: number
  /** The obstacle below the limit: `no gap between them is long enough`. */
  readonly because?: string | undefined
  /** The largest number of bytes for one array, if it is less than the limit. */
  readonly largest?: number
  /** The largest possible `memoryLimit`: `4 GiB`. */
  readonly highestLimit?: string
}

export interface Failures {
  /** Converts anything that compilation threw to a typed error; errors of effax are not changed. */
  readonly compile: (cause: unknown) => CompileError | UnsupportedError | UnsupportedDTypeError | DeviceLostError
  readonly kernel: (message: string, cause?: unknown) => KernelError
  readonly outOfMemory: (shortage: Shortage) => OutOfMemoryError
  readonly unsupported: (operation: string, reason: string) => UnsupportedError
  /** Lists the dtypes that the backend supports, if they are given. */
  readonly unsupportedDType: (operation: string, dtype: DType, dtypes?: Iterable<DType>) => UnsupportedDTypeError
  readonly deviceLost: (reason: string, cause?: unknown) => DeviceLostError
}

const size = (bytes: number): string => bytes < 1 << 20 ? `${bytes} bytes` : `${(bytes / (1 << 20)).toFixed(1)} MiB`

/** Backends, their threads and modules usually need less than this. */
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

/** The error that `@effax/compiler` throws for an operation that no device could compute. */
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
