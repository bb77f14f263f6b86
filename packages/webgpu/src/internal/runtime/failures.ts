/**
 * The errors of this backend, with its name and its numbers in them.
 */
import type { DType } from "effax/DType"
import {
  CompileError,
  DeviceLostError,
  KernelError,
  OutOfMemoryError,
  UnsupportedDTypeError,
  UnsupportedError
} from "effax/Errors"
import { dtypes } from "../wgsl/lanes.ts"

export const backendName = "webgpu"

const mebibytes = (bytes: number): string =>
  bytes < 1 << 20 ? `${bytes} bytes` : `${(bytes / (1 << 20)).toFixed(1)} MiB`

export const unsupportedDType = (operation: string, dtype: DType): UnsupportedDTypeError =>
  new UnsupportedDTypeError({
    backend: backendName,
    operation,
    dtype,
    message: `${operation}: ${dtype} is not supported on ${backendName}; it has ${[...dtypes].join(", ")}`
  })

/** What memory there is when an allocation fails. */
export interface MemoryState {
  readonly live: number
  readonly limit: number
  /** Bytes that one array may have on this device. */
  readonly largest: number
}

/** `refused` where the device itself had no more, below the limit. */
export const outOfMemory = (
  what: string,
  requested: number,
  { largest, limit, live }: MemoryState,
  refused: boolean
): OutOfMemoryError =>
  new OutOfMemoryError({
    backend: backendName,
    requested,
    live,
    limit,
    message: requested > largest
      ? `${what} needs ${mebibytes(requested)} in one piece, and this GPU binds ${mebibytes(largest)} at most: ` +
        "use smaller arrays"
      : `${what} needs ${mebibytes(requested)} more, ${mebibytes(live)} of ${mebibytes(limit)} are taken` +
        (refused ? ", and the GPU has no more" : "") +
        ": drop arrays, end scopes earlier, or raise `memoryLimit`"
  })

export const deviceLost = (why: string, cause?: unknown): DeviceLostError =>
  new DeviceLostError({ backend: backendName, cause, message: `${backendName}: the GPU was lost: ${why}` })

/** An array that was on a device that is no more. */
export const staleArray = (): DeviceLostError =>
  deviceLost("the array was in its memory and is gone with it; compute it again")

/** What the device says of work that it was given and would not do. */
export const rejected = (message: string): KernelError =>
  new KernelError({ backend: backendName, message: `the GPU refused work: ${message}` })

/** What the compiler throws where no device could compute an operation. */
interface LoweringFailure {
  readonly _tag: "LoweringError"
  readonly operation: string
  readonly dtype: DType | undefined
  readonly message: string
}

const isLowering = (u: unknown): u is LoweringFailure =>
  typeof u === "object" && u !== null && (u as { readonly _tag?: unknown })._tag === "LoweringError"

/** What translating or compiling threw, as an error of the channel. */
export const compileFailure = (
  cause: unknown
): CompileError | UnsupportedError | UnsupportedDTypeError | DeviceLostError => {
  if (
    cause instanceof UnsupportedDTypeError || cause instanceof UnsupportedError || cause instanceof CompileError ||
    cause instanceof DeviceLostError
  ) return cause
  if (isLowering(cause)) {
    const { dtype, message, operation } = cause
    const common = { backend: backendName, operation, message: `${backendName}: ${message}` }
    return dtype === undefined ? new UnsupportedError(common) : new UnsupportedDTypeError({ ...common, dtype })
  }
  const message = cause instanceof Error ? cause.message : String(cause)
  return new CompileError({ backend: backendName, cause, message: `code generation failed: ${message}` })
}
