/**
 * Complex functions at special values, and derivatives in the tails, are those of the tables that all backends share.
 */
import { WebGpu } from "@effax/webgpu"
import { jit, NdArray, Numpy as np } from "effax"
import * as ManagedRuntime from "effect/ManagedRuntime"
import { afterAll, describe, expect, it } from "vitest"
import { specialNames, wrongSpecials } from "../../../test/golden/complexTable.ts"
import { names, wrongDerivatives } from "../../../test/golden/tails.ts"
import { load } from "./swiftshader.ts"

load()
const runtime = ManagedRuntime.make(WebGpu.layer)
afterAll(() => runtime.dispose())

describe("complex64 at every pair of special values", () => {
  it.each(specialNames)("%s", async (name) => {
    expect(await runtime.runPromise(wrongSpecials(name, "complex64"))).toEqual([])
  })
})

it("adds and multiplies literal zeros as IEEE 754 says", async () => {
  const points = [-0, 0, NaN, -Infinity, Infinity, 1, -2]
  const f = jit((x: NdArray.Any) => [np.add(x, 0), np.subtract(x, -0), np.subtract(0, x), np.multiply(x, 0)])
  const results = f(np.array(points))
  const zero = 0
  const wanted = [(x: number) => x + zero, (x: number) => x - -zero, (x: number) => zero - x, (x: number) => x * zero]
  for (const [i, of] of wanted.entries()) {
    expect(await runtime.runPromise(NdArray.toNested(results[i]!))).toEqual(points.map(of))
  }
})

describe("derivatives in the tails", () => {
  it.each(names)("%s", async (name) => {
    expect(await runtime.runPromise(wrongDerivatives(name, "float32"))).toEqual([])
  })
})
