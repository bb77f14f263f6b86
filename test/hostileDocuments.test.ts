/**
 * `ProgramCodec.decode` fails on documents that are no Programs, and never dies. `EFFAX_DOCUMENTS` says how many are tried.
 */
import { it } from "@effect/vitest"
import { jit, type NdArray, Numpy as np, Program } from "effax"
import * as ProgramCodec from "effax/ProgramCodec"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { describe, expect } from "vitest"
import { spoil } from "./hostile/documents.ts"
import { programs, random } from "./hostile/programs.ts"

const decode = (document: unknown) => Effect.exit(ProgramCodec.decode(document))

/** The message of a failure. */
const failed = (exit: Exit.Exit<Program.Program, unknown>): string => {
  if (Exit.isSuccess(exit)) return "decoded"
  expect(Cause.hasDies(exit.cause), String(exit.cause)).toBe(false)
  return String(Cause.squash(exit.cause))
}

const aval = { dtype: "float32", shape: [2] }
const empty = { captures: [], parameters: [], equations: [], results: [] }
const documentOf = (...programs: ReadonlyArray<object>) => ({ format: "effax/Program", version: 1, programs })
const equation = (primitive: string, params: unknown, inputs: unknown = [0]) =>
  documentOf({
    ...empty,
    parameters: [aval],
    equations: [{ primitive, params, inputs, outputs: [aval] }],
    results: [1]
  })

const nested = (depth: number): unknown => {
  let json: unknown = 0
  for (let i = 0; i < depth; i++) json = i % 2 === 0 ? [json] : { $record: { a: json } }
  return json
}

/** Programs that each call the one before. */
const chained = (depth: number) =>
  documentOf(
    { ...empty, parameters: [aval], results: [0] },
    ...Array.from({ length: depth }, (_, i) => ({
      ...empty,
      parameters: [aval],
      equations: [{
        primitive: "jit",
        params: { name: "f", jaxpr: { $program: i }, donated: [] },
        inputs: [0],
        outputs: [aval]
      }],
      results: [1]
    }))
  )

const mesh = (change: object) => ({
  mesh: { $record: { axisNames: ["x"], axisSizes: [2], ...change } },
  inSpecs: [[]],
  outSpecs: [[]],
  jaxpr: { $program: 0 },
  checkVma: true
})

const malformed: ReadonlyArray<readonly [name: string, document: unknown, message: RegExp]> = [
  ["nothing", undefined, /the document must be an object/],
  ["a list", [], /the document must be an object/],
  ["no Programs", documentOf(), /the document has no Programs/],
  ["deep lists", equation("sin", { a: nested(10_000) }), /nested more than 32 deep/],
  ["deep records", equation("sin", { a: nested(100_000) }), /nested more than 32 deep/],
  [
    "many axes",
    equation("sin", {}, [{ literal: 1, dtype: "float32" }, Array.from({ length: 10 ** 5 }, () => 1)]),
    /must be/
  ],
  [
    "a type of many axes",
    documentOf({ ...empty, parameters: [{ dtype: "float32", shape: Array.from({ length: 100_000 }, () => 1) }] }),
    /has 100000 axes, and there may be 255/
  ],
  [
    "many digits",
    equation("sin", {}, [{ literal: { $bigint: "9".repeat(10 ** 6) }, dtype: "int64" }]),
    /at most 20 digits/
  ],
  ["Programs in Programs", chained(10_000), /nested more than 500 deep/],
  [
    "a Program in itself",
    equation("jit", { name: "f", jaxpr: { $program: 0 }, donated: [] }),
    /no Program 0 before its use/
  ],
  ["a primitive of a prototype's name", equation("constructor", {}), /there is no primitive named constructor/],
  ["another one", equation("__proto__", {}), /there is no primitive named __proto__/],
  [
    "a parameter of a prototype's name",
    equation("sin", JSON.parse("{\"__proto__\": 1}")),
    /parameter __proto__ must be left out/
  ],
  ["a variable of a prototype's name", equation("sin", {}, ["__proto__"]), /must be an object/],
  ["a mesh without sizes", documentOf(identity(), call(mesh({ axisSizes: [] }))), /mesh must be a size for each/],
  ["a mesh of text", documentOf(identity(), call({ ...mesh({}), mesh: "x" })), /mesh must be a record/],
  [
    "a mesh of no devices",
    documentOf(identity(), call(mesh({ axisSizes: [0] }))),
    /axisSizes\[0\] must be an integer from 1/
  ],
  [
    "specs of other axes",
    documentOf(identity(), call({ ...mesh({}), inSpecs: [["y"]] })),
    /specs that name axes of the mesh/
  ],
  ["specs that are none", documentOf(identity(), call({ ...mesh({}), outSpecs: [[7]] })), /outSpecs\[0\]\[0\] must be/],
  [
    "too few specs",
    documentOf(identity(), call({ ...mesh({}), outSpecs: [] })),
    /a spec for each parameter and each result/
  ],
  ["fields that are missing", documentOf({ parameters: [] }), /programs\[0\]\.captures must be a list/]
]

function identity() {
  return { ...empty, parameters: [aval], results: [0] }
}

function call(params: object) {
  return {
    ...empty,
    parameters: [aval],
    equations: [{ primitive: "shard_map", params, inputs: [0], outputs: [aval] }],
    results: [1]
  }
}

describe("decode", () => {
  it.effect.each(malformed)("fails on %s", ([, document, message]) =>
    Effect.gen(function*() {
      const start = performance.now()
      expect(failed(yield* decode(document))).toMatch(message)
      expect(performance.now() - start).toBeLessThan(5000)
    }))

  it.effect("takes Programs that are nested as deep as people nest them", () =>
    Effect.gen(function*() {
      const program = yield* ProgramCodec.decode(chained(450))
      expect(Program.canonical(program).length).toBeGreaterThan(450)
    }))

  it.effect("takes time that grows with the document only", () =>
    Effect.gen(function*() {
      const f = jit((x: NdArray.Any) => {
        let y = x
        for (let i = 0; i < 20_000; i++) y = np.add(y, i)
        return y
      })
      const program = yield* Program.trace(f, np.ones([2]))
      const document = JSON.parse(JSON.stringify(yield* ProgramCodec.encode(program))) as unknown
      const start = performance.now()
      yield* ProgramCodec.decode(document)
      expect(performance.now() - start).toBeLessThan(10_000)
    }))

  const wanted = Number(process.env["EFFAX_DOCUMENTS"] ?? 600)
  it.effect(`fails on documents that were spoiled, or gives Programs: ${wanted} of them`, () =>
    Effect.gen(function*() {
      const documents: Array<readonly [string, unknown]> = []
      for (const [name, program] of programs) {
        const encoded = yield* Effect.exit(ProgramCodec.encode(program))
        // those that call the host can't be stored
        if (Exit.isSuccess(encoded)) documents.push([name, encoded.value])
      }
      expect(documents.length).toBeGreaterThan(500)
      let right = 0
      for (let seed = 0; seed < wanted; seed++) {
        const pick = random(seed)
        const [name, document] = documents[pick(documents.length)]!
        const spoiled = spoil(document, pick)
        const start = performance.now()
        const exit = yield* decode(spoiled)
        const where = `seed ${seed}, ${name}`
        expect(performance.now() - start, where).toBeLessThan(5000)
        if (Exit.isFailure(exit)) {
          expect(Cause.hasDies(exit.cause), `${where}: ${String(exit.cause)}`).toBe(false)
          expect(String(Cause.squash(exit.cause)), where).not.toMatch(/TypeError|RangeError|ReferenceError/)
        } else {
          right++
          // a decoded Program can be used
          expect(Program.verify(exit.value), where).toBe(exit.value)
          expect(Program.canonical(exit.value).length, where).toBeGreaterThan(0)
        }
      }
      // Most are wrong, and some are Programs all the same
      expect(right).toBeGreaterThan(0)
      expect(right).toBeLessThan(wanted / 2)
    }), 600_000)
})
