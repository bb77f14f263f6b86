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
import { families, type Family } from "./table.ts"

export const conforms = (family: Family): void => {
  const expectedOf = oracle(family)
  describe.each(backends)("$name", ({ layer, name }) => {
    const runtime = ManagedRuntime.make(layer)
    // a backend that does not start fails by its name, and nothing below is taken for checked
    beforeAll(() => runtime.runPromise(Effect.void))
    afterAll(() => runtime.dispose())

    const check = (title: string, make: () => Effect.Effect<ReadonlyArray<string>, ExecutionError, Backend>) =>
      it(title, async () => {
        const wrong = await runtime.runPromise(Effect.suspend(make))
        if (wrong.length > 0) throw new Error(wrong.join("\n"))
      })

    for (const operation of families[family]) {
      describe(operation.name, () => {
        const expected = expectedOf(operation)
        check("values", () => checks.values(operation, expected))
        check("jit", () => checks.compiled(operation))
        if (operation.vmap && operation.cases.some((args) => args.length > 0)) {
          check("vmap", () => checks.batched(operation))
        }
        if (checks.hasDerivatives(expected)) check("derivatives", () => checks.derivatives(operation, expected))
        // that rules are right is a matter of Programs, and one backend tells
        if (name === "reference" && checks.isSampled(operation, expected)) {
          check("finite differences", () => checks.finiteDifferences(operation, expected))
        }
      })
    }
  })
}
