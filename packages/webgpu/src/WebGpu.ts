/**
 * The GPU backend: a Program becomes compute shaders in WGSL, submitted as one command buffer.
 *
 * @since 0.1.0
 */
import * as Backend from "effax/Backend"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import { NoAdapter, open } from "./internal/runtime/adapter.ts"
import * as driver from "./internal/runtime/driver.ts"

/** There is no GPU that could be used. @category errors @since 0.1.0 */
export class WebGpuUnavailableError extends Data.TaggedError("WebGpuUnavailableError")<{
  readonly message: string
  readonly tried: ReadonlyArray<string>
}> {}

/**
 * What can be chosen about the backend.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  /** Which of several adapters. */
  readonly powerPreference?: "low-power" | "high-performance" | undefined
  /** Given to Dawn, in Node: `backend=vulkan`. */
  readonly flags?: ReadonlyArray<string> | undefined
  /** Bytes that arrays and temporaries may take together; 2 GiB by default. */
  readonly memoryLimit?: number | undefined
}

const unavailable = (cause: unknown): WebGpuUnavailableError => {
  const tried = cause instanceof NoAdapter ? cause.tried : [String(cause)]
  return new WebGpuUnavailableError({ tried, message: `WebGpu: no GPU could be opened. Tried: ${tried.join("; ")}` })
}

/** A Layer of the backend with options. @category layers @since 0.1.0 */
export const layerWith = (options: Options): Layer.Layer<Backend.Backend, WebGpuUnavailableError> =>
  Backend.layerFromDriver(
    Effect.acquireRelease(
      Effect.tryPromise({ try: () => open(options), catch: unavailable }),
      ({ device }) => Effect.sync(() => device.destroy())
    ).pipe(Effect.map((opened) => driver.make(opened, options.memoryLimit ?? 2 ** 31)))
  )

/** A Layer of the backend. @category layers @since 0.1.0 */
export const layer: Layer.Layer<Backend.Backend, WebGpuUnavailableError> = layerWith({})
