import { Conformance } from "@effax/testing"
import { WebGpu } from "@effax/webgpu"
import { load } from "./swiftshader.ts"

load()

Conformance.conformance("webgpu", WebGpu.layer)
