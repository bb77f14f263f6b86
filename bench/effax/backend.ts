/**
 * The backend that is measured. `EFFAX_BENCH_BACKEND=reference` runs the interpreter instead, to try the harness.
 */
import type { Backend, Errors } from "effax"
import type * as Layer from "effect/Layer"

export const backend = async (threads: number): Promise<Layer.Layer<Backend.Backend, Errors.ArgumentError>> => {
  if (process.env.EFFAX_BENCH_BACKEND === "reference") return (await import("@effax/reference")).Reference.layer
  return (await import("@effax/wasm")).CpuWasm.layerWith({ threads })
}
