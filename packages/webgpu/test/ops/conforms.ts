/**
 * The table of operations of the repository (`test/ops`) on this backend: the cases of dtypes that it has.
 */
import { WebGpu } from "@effax/webgpu"
import type { Backend } from "effax/Backend"
import type { ExecutionError } from "effax/Errors"
import * as Effect from "effect/Effect"
import * as ManagedRuntime from "effect/ManagedRuntime"
import { afterAll, beforeAll, describe, it } from "vitest"
import * as checks from "../../../../test/ops/checks.ts"
import { type Operation } from "../../../../test/ops/operation.ts"
import { orPending } from "../../../../test/ops/pending.ts"
import { type CheckName, isSampled, seed } from "../../../../test/ops/sample.ts"
import { families, type Family } from "../../../../test/ops/table.ts"
import { type ExpectedCase, oracle } from "../../../../test/oracle/oracle.ts"
import { dtypes } from "../../src/internal/wgsl/lanes.ts"
import { load } from "../swiftshader.ts"
import { differences } from "./differences.ts"

/** The cases that the backend has the dtypes of. Others are holes, as a case's inputs depend on its number. */
const supported = (
  operation: Operation,
  expected: ReadonlyArray<ExpectedCase>
): { readonly operation: Operation; readonly expected: ReadonlyArray<ExpectedCase> } => {
  const [cases, values] = [[...operation.cases], [...expected]]
  operation.cases.forEach((args, i) => {
    if (args.every(({ dtype }) => dtypes.has(dtype)) && expected[i]!.value.every(({ dtype }) => dtypes.has(dtype))) {
      return
    }
    delete cases[i]
    delete values[i]
  })
  const own = differences[operation.name]
  return { operation: { ...operation, ...own, cases }, expected: values }
}

/** Tests of a family: the share of it that `test/ops/sample.ts` draws. */
export const conforms = (family: Family): void => {
  load()
  const runtime = ManagedRuntime.make(WebGpu.layer)
  beforeAll(() => runtime.runPromise(Effect.void))
  afterAll(() => runtime.dispose())

  type Check = readonly [name: CheckName, make: () => Effect.Effect<ReadonlyArray<string>, ExecutionError, Backend>]

  const expectedOf = oracle(family)
  const checksOf = (entry: Operation): ReadonlyArray<Check> => {
    const { expected, operation } = supported(entry, expectedOf(entry))
    if (!operation.cases.some(() => true)) return []
    const list: ReadonlyArray<Check | false> = [
      ["values", () => checks.values(operation, expected)],
      ["jit", () => checks.compiled(operation)],
      operation.vmap && operation.cases.some((args) => args.length > 0) &&
      ["vmap", () => checks.batched(operation)],
      checks.hasDerivatives(expected) && ["derivatives", () => checks.derivatives(operation, expected)]
    ]
    return list.filter((check) => check !== false)
  }

  const chosen = families[family].flatMap((operation) =>
    checksOf(operation)
      .filter(([check]) => isSampled("webgpu", family, operation.name, check))
      .map(([check, make]) => ({ title: `${operation.name} > ${check}`, make }))
  )

  // the title of a failure says what draws the same sample again: EFFAX_SEED
  describe(`seed ${seed}`, () => {
    it.each(chosen)("$title", async ({ make }) => {
      const wrong = await runtime.runPromise(orPending("webgpu", Effect.suspend(make)))
      if (wrong.length > 0) throw new Error(wrong.join("\n"))
    })
  })
}
