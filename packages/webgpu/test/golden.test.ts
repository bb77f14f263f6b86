/**
 * Complex functions at special values, and derivatives in the tails, are those of the tables that all backends share.
 */
import { WebGpu } from "@effax/webgpu"
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

describe("derivatives in the tails", () => {
  it.each(names)("%s", async (name) => {
    expect(await runtime.runPromise(wrongDerivatives(name, "float32"))).toEqual([])
  })
})
