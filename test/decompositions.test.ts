/**
 * Decompositions of hard matrices (graded, of low rank, with equal and with close eigenvalues, huge and tiny) have backward errors as
 * small as LAPACK's, on every backend.
 */
import { afterAll, describe, expect, it } from "@effect/vitest"
import * as ManagedRuntime from "effect/ManagedRuntime"
import { backends } from "./backends.ts"
import { decompositions, wrongOf } from "./linalg/backwardErrors.ts"
import { orPending } from "./ops/pending.ts"
import { seed } from "./ops/sample.ts"

describe.each(backends)("$name", ({ layer, name }) => {
  const runtime = ManagedRuntime.make(layer)
  afterAll(() => runtime.dispose())

  it.each(Object.keys(decompositions) as ReadonlyArray<keyof typeof decompositions>)(`%s, seed ${seed}`, async (of) => {
    expect(await runtime.runPromise(orPending(name, wrongOf(of, seed, true)))).toEqual([])
  })
})
