import { WebGpu } from "@effax/webgpu"
import * as ManagedRuntime from "effect/ManagedRuntime"
import { afterAll, describe, expect, it } from "vitest"
import { decompositions, wrongOf } from "../../../test/linalg/backwardErrors.ts"
import { orPending } from "../../../test/ops/pending.ts"
import { seed } from "../../../test/ops/sample.ts"
import { load } from "./swiftshader.ts"

describe("backward errors of decompositions", () => {
  load()
  const runtime = ManagedRuntime.make(WebGpu.layer)
  afterAll(() => runtime.dispose())

  // each size wants shaders of its own
  it.each(Object.keys(decompositions) as ReadonlyArray<keyof typeof decompositions>)(`%s, seed ${seed}`, async (of) => {
    expect(await runtime.runPromise(orPending("webgpu", wrongOf(of, seed, false, 23)))).toEqual([])
  })
})
