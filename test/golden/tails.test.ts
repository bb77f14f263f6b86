/**
 * Derivatives keep their digits where functions saturate. JAX's are 0 there, so they are compared with mathematics.
 */
import { afterAll, describe, expect, it } from "@effect/vitest"
import * as ManagedRuntime from "effect/ManagedRuntime"
import { backends } from "../backends.ts"
import { names, wrongDerivatives } from "./tails.ts"

describe.each(backends)("$name", ({ layer }) => {
  const runtime = ManagedRuntime.make(layer)
  afterAll(() => runtime.dispose())

  describe.each(["float32", "float64"] as const)("%s", (dtype) => {
    it.each(names)("%s", async (name) => {
      expect(await runtime.runPromise(wrongDerivatives(name, dtype))).toEqual([])
    })
  })
})
