/**
 * The worked backend of `docs/backend.md`: the page shows its source, and it is a backend.
 */
import { Conformance } from "@effax/testing"
import { expect, it } from "@effect/vitest"
import * as NdArray from "effax/NdArray"
import * as np from "effax/Numpy"
import * as Effect from "effect/Effect"
import { readFileSync } from "node:fs"
import * as Planned from "../examples/backend/Planned.ts"

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), "utf8")

it("is what the page shows", () => {
  // the page's block imports what its last lines use, too
  const block = read("docs/backend.md").split("```ts\n")[1]!.replace(/import .* from "effax\/(NdArray|Numpy)"\n/g, "")
  expect(block.startsWith(read("examples/backend/Planned.ts").trim()), "copy examples/backend/Planned.ts to the page")
    .toBe(true)
})

it.effect("fails with options that are wrong", () =>
  Effect.gen(function*() {
    const layer = Planned.layerWith({ memoryLimit: -1 })
    const error = yield* Effect.flip(Effect.provide(NdArray.toNested(np.ones([1])), layer))
    expect(error.message).toContain("Planned: memoryLimit must be 0 bytes or more")
  }))

const notInterrupted = "it runs a Plan in one go, so that nothing can interrupt it"

Conformance.conformance("the worked backend", Planned.layer, {
  exclude: {
    "stops a loop without end when it is interrupted, leaks nothing, and goes on": notInterrupted,
    "stops when it is interrupted, leaks nothing, and goes on": notInterrupted,
    "interrupts functions together with the execution": "it runs functions of the host synchronously"
  }
})
