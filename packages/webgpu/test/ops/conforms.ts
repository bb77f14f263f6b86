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

/**
 * Tests of a family; with `valuesOnly`, what transformations make of functions is left to the other backends: it is a
 * matter of Programs, and each wants shaders of its own, which take SwiftShader long to compile.
 */
export const conforms = (family: Family, options: { readonly valuesOnly?: boolean } = {}): void => {
  load()
  const runtime = ManagedRuntime.make(WebGpu.layer)
  beforeAll(() => runtime.runPromise(Effect.void))
  afterAll(() => runtime.dispose())

  const check = (title: string, make: () => Effect.Effect<ReadonlyArray<string>, ExecutionError, Backend>) =>
    it(title, async () => {
      const wrong = await runtime.runPromise(Effect.suspend(make))
      if (wrong.length > 0) throw new Error(wrong.join("\n"))
    })

  const expectedOf = oracle(family)
  for (const entry of families[family]) {
    const { expected, operation } = supported(entry, expectedOf(entry))
    if (!operation.cases.some(() => true)) continue
    describe(operation.name, () => {
      check("values", () => checks.values(operation, expected))
      if (options.valuesOnly === true) return
      check("jit", () => checks.compiled(operation))
      if (operation.vmap && operation.cases.some((args) => args.length > 0)) {
        check("vmap", () => checks.batched(operation))
      }
      if (checks.hasDerivatives(expected)) check("derivatives", () => checks.derivatives(operation, expected))
    })
  }
}
