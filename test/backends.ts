/**
 * The backends that the cross-package suites run on. One that does not start here fails by its name.
 */
import { Reference } from "@effax/reference"
import { CpuWasm } from "@effax/wasm"
import type { Backend } from "effax/Backend"
import type * as Layer from "effect/Layer"

export interface Candidate {
  readonly name: string
  readonly layer: Layer.Layer<Backend, unknown>
}

export const backends: ReadonlyArray<Candidate> = [
  { name: "reference", layer: Reference.layer },
  { name: "wasm", layer: CpuWasm.layer }
]
