/**
 * The CPU backend in a page that is isolated from other origins: on worker threads over shared memory.
 */
import { Conformance } from "@effax/testing"
import { CpuWasm } from "@effax/wasm"
import { assert, it } from "@effect/vitest"
import { Backend } from "effax"
import * as Effect from "effect/Effect"

const threads = 2

it.effect("runs on threads", () =>
  Effect.gen(function*() {
    assert.isTrue(crossOriginIsolated, "the page is not cross-origin isolated: its headers are missing")
    const { capabilities } = yield* Backend.Backend
    assert.strictEqual(capabilities.parallelism, threads)
    assert.include(capabilities.features, "threads")
  }).pipe(Effect.provide(CpuWasm.layerWith({ threads }))))

// a page shares its cores with the browser around it
Conformance.conformance("cpu-wasm in a page, with threads", CpuWasm.layerWith({ threads }), { interruptWithin: 1000 })
