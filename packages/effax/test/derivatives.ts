/**
 * What the suites of derivatives have in common.
 */
import { Reference } from "@effax/reference"
import { CpuWasm } from "@effax/wasm"
import { expect } from "@effect/vitest"
import { NdArray, Tree } from "effax"
import type { Backend } from "effax/Backend"
import * as Errors from "effax/Errors"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"

export const backends: ReadonlyArray<{ readonly name: string; readonly layer: Layer.Layer<Backend> }> = [
  { name: "reference", layer: Reference.layer },
  { name: "cpu-wasm", layer: CpuWasm.layer }
]

const isArray = (x: unknown): x is NdArray.Any => NdArray.isNdArray(x)

/** A tree of arrays as a tree of nested lists. */
export const nested = (tree: unknown) =>
  Effect.gen(function*() {
    const { leaves, structure } = Tree.flatten(tree)
    const values = yield* Effect.forEach(
      leaves,
      (leaf) => isArray(leaf) ? NdArray.toNested(leaf) : Effect.succeed(leaf)
    )
    return Tree.unflatten(structure, values)
  })

/** Numbers within a relative error of 2e-6, some ulps of float32; everything else equal. */
const close = (actual: unknown, expected: unknown): unknown => {
  if (typeof actual === "number" && typeof expected === "number") {
    return Math.abs(actual - expected) <= 2e-6 * Math.max(1, Math.abs(expected)) ? expected : actual
  }
  if (Array.isArray(actual) && Array.isArray(expected)) return actual.map((x: unknown, i) => close(x, expected[i]))
  if (typeof actual === "object" && actual !== null && typeof expected === "object" && expected !== null) {
    const other = expected as { readonly [k: string]: unknown }
    return Object.fromEntries(Object.entries(actual).map(([k, v]) => [k, close(v, other[k])]))
  }
  return actual
}

/** Runs a tree of arrays and compares it with the numbers that JAX gives. */
export const expectTree = (tree: unknown, expected: unknown) =>
  Effect.map(nested(tree), (actual) => {
    expect(close(actual, expected)).toEqual(expected)
  })

/** The tag and message of the construction error that a call throws. */
export const failure = (call: () => unknown): string => {
  try {
    call()
  } catch (error) {
    if (!Errors.isConstructionError(error)) throw error
    return `${error._tag}: ${error.message}`
  }
  throw new Error("the call did not throw")
}
