/**
 * The tests of one family of the table, on every backend.
 */
import { afterAll, beforeAll, describe, it } from "@effect/vitest"
import type { Backend } from "effax/Backend"
import type { ExecutionError } from "effax/Errors"
import * as Effect from "effect/Effect"
import * as ManagedRuntime from "effect/ManagedRuntime"
import { backends } from "../backends.ts"
import { oracle } from "../oracle/oracle.ts"
import * as checks from "./checks.ts"
import type { Operation } from "./operation.ts"
import { orPending } from "./pending.ts"
import { type CheckName, isSampled, seed } from "./sample.ts"
import { families, type Family } from "./table.ts"

export const conforms = (family: Family): void => {
  const expectedOf = oracle(family)
  describe.each(backends)("$name", ({ layer, name }) => {
    const runtime = ManagedRuntime.make(layer)
    // a backend that does not start fails by its name, and nothing below is taken for checked
    beforeAll(() => runtime.runPromise(Effect.void))
    afterAll(() => runtime.dispose())

    type Check = readonly [name: CheckName, make: () => Effect.Effect<ReadonlyArray<string>, ExecutionError, Backend>]

    const checksOf = (operation: Operation): ReadonlyArray<Check> => {
      const expected = expectedOf(operation)
      const list: ReadonlyArray<Check | false> = [
        ["values", () => checks.values(operation, expected)],
        ["jit", () => checks.compiled(operation)],
        operation.vmap && operation.cases.some((args) => args.length > 0) &&
        ["vmap", () => checks.batched(operation)],
        checks.hasDerivatives(expected) && ["derivatives", () => checks.derivatives(operation, expected)],
        // that rules are right is a matter of Programs, and one backend tells
        name === "reference" && checks.hasSamples(operation, expected) &&
        ["finite differences", () => checks.finiteDifferences(operation, expected)]
      ]
      return list.filter((check) => check !== false)
    }

    const chosen = families[family].flatMap((operation) =>
      checksOf(operation)
        .filter(([check]) => isSampled(name, family, operation.name, check))
        .map(([check, make]) => ({ title: `${operation.name} > ${check}`, make }))
    )

    // the title of a failure says what draws the same sample again: EFFAX_SEED
    describe(`seed ${seed}`, () => {
      it.each(chosen)("$title", async ({ make }) => {
        const wrong = await runtime.runPromise(orPending(name, Effect.suspend(make)))
        if (wrong.length > 0) throw new Error(wrong.join("\n"))
      })
    })
  })
}
