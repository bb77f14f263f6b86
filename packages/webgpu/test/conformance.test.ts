import { Conformance } from "@effax/testing"
import { WebGpu } from "@effax/webgpu"
import { load } from "./swiftshader.ts"

load()
const noComplex = "the device has no complex dtypes"

Conformance.conformance("webgpu", WebGpu.layer, {
  exclude: {
    "primitive complex": noComplex,
    "primitive conj": noComplex,
    "primitive imag": noComplex,
    "primitive real": noComplex
  }
})
