/**
 * The GPU backend on the browser's own WebGPU.
 */
import { Conformance } from "@effax/testing"
import { WebGpu } from "@effax/webgpu"
import { assert, it } from "@effect/vitest"

it("has WebGPU", async () => {
  assert.isDefined(navigator.gpu, "navigator.gpu is missing: the browser was started without WebGPU")
  assert.isNotNull(await navigator.gpu.requestAdapter(), "there is no adapter: SwiftShader did not load")
})

const noComplex = "the device has no complex dtypes"

Conformance.conformance("webgpu in a page", WebGpu.layer, {
  interruptWithin: 1000,
  exclude: {
    "primitive complex": noComplex,
    "primitive conj": noComplex,
    "primitive imag": noComplex,
    "primitive real": noComplex
  }
})
