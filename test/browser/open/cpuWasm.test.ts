/**
 * The CPU backend in a page as most servers send it, without the headers that shared memory needs: on one thread.
 */
import { Conformance } from "@effax/testing"
import { CpuWasm } from "@effax/wasm"
import { assert, it } from "@effect/vitest"
import { Backend } from "effax"
import * as Effect from "effect/Effect"

it.effect("runs on one thread", () =>
  Effect.gen(function*() {
    assert.isFalse(crossOriginIsolated, "the page is isolated, which is the other suite's case")
    const { capabilities } = yield* Backend.Backend
    assert.strictEqual(capabilities.parallelism, 1)
    assert.notInclude(capabilities.features, "threads")
  }).pipe(Effect.provide(CpuWasm.layer)))

const deaf = "a page's only thread computes, and hears of nothing"

Conformance.conformance("cpu-wasm in a page, on one thread", CpuWasm.layer, {
  exclude: {
    "stops when it is interrupted, leaks nothing, and goes on": deaf,
    "stops a loop without end when it is interrupted, leaks nothing, and goes on": deaf
  }
})
