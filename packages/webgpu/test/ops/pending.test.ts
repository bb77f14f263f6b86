import { WebGpu } from "@effax/webgpu"
import { expect, it } from "vitest"
import { computed } from "../../../../test/ops/pending.ts"
import { load } from "../swiftshader.ts"

it("webgpu does not compute what is pending", async () => {
  load()
  expect(await computed("webgpu", WebGpu.layer)).toEqual([])
})
