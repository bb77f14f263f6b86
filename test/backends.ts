/**
 * The backends that the cross-package suites run on. One that does not start here fails by its name.
 */
import { Reference } from "@effax/reference"
import { CpuWasm } from "@effax/wasm"
import type { Backend } from "effax/Backend"
import type { ArgumentError } from "effax/Errors"
import type * as Layer from "effect/Layer"

export interface Candidate {
  readonly name: string
  readonly layer: Layer.Layer<Backend>
  /** With room for so many bytes. */
  readonly limited: (memoryLimit: number) => Layer.Layer<Backend, ArgumentError>
}

export const backends: ReadonlyArray<Candidate> = [
  { name: "reference", layer: Reference.layer, limited: (memoryLimit) => Reference.layerWith({ memoryLimit }) },
  { name: "cpu-wasm", layer: CpuWasm.layer, limited: (memoryLimit) => CpuWasm.layerWith({ memoryLimit }) }
]
