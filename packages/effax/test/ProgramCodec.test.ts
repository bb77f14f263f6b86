import { describe, expect, it } from "@effect/vitest"
import type { DType } from "effax/DType"
import * as Program from "effax/Program"
import * as ProgramCodec from "effax/ProgramCodec"
import * as Effect from "effect/Effect"
import { primitives as p } from "../src/primitive/registry.ts"
import { build, literal } from "./programBuilder.ts"

const of = (name: keyof typeof p) => ({ primitive: p[name] })

const square = build([["float32", [2]]], (apply, x) => [apply(of("mul"), [x!, x!])])

const rich = build([["float32", [2]], ["float32", [2]]], (apply, captured, x) => {
  const a = apply(of("jit"), [x!], { name: "square", jaxpr: square, donated: [false] })
  const b = apply(of("jit"), [a], { name: "square", jaxpr: square, donated: [false] })
  const values: ReadonlyArray<readonly [number | bigint | boolean, DType]> = [
    [Number.NaN, "float32"],
    [Infinity, "float32"],
    [-Infinity, "float32"],
    [-0, "float32"],
    [0.1, "float32"],
    [2n ** 63n - 1n, "int64"],
    [true, "bool"]
  ]
  const e = apply(
    of("gather"),
    [b, literal(0, "int32")].map((v, i) =>
      i === 1 ? apply(of("broadcast_in_dim"), [v], { shape: [1, 1], broadcastDimensions: [] }) : v
    ),
    {
      dimensionNumbers: {
        offsetDims: [],
        collapsedSliceDims: [0],
        startIndexMap: [0],
        operandBatchingDims: [],
        startIndicesBatchingDims: []
      },
      sliceSizes: [1],
      mode: "fill",
      fillValue: Number.NaN,
      indicesAreSorted: false,
      uniqueIndices: false
    }
  )
  return [e, apply(of("add"), [b, captured!]), ...values.map(([v, d]) => literal(v, d)), literal(1, "float32", true)]
}, 1)

const roundTrip = (program: Program.Program) =>
  Effect.gen(function*() {
    const text = JSON.stringify(yield* ProgramCodec.encode(program))
    return yield* ProgramCodec.decode(JSON.parse(text))
  })

describe("round trips", () => {
  it.effect("keep everything that makes a Program", () =>
    Effect.gen(function*() {
      const back = yield* roundTrip(rich)
      expect(Program.canonical(back)).toBe(Program.canonical(rich))
      expect(Program.print(back)).toBe(Program.print(rich))
      expect(back.captures.length).toBe(1)
      expect(back.equations.map((e) => e.primitive)).toEqual(rich.equations.map((e) => e.primitive))
      const values = back.results.slice(2).map((r) => (r as Program.Literal).value)
      expect(values).toEqual([Number.NaN, Infinity, -Infinity, -0, 0.1, 2n ** 63n - 1n, true, 1])
      expect(back.equations.find((e) => e.primitive.name === "gather")!.params.fillValue).toBeNaN()
    }))

  it.effect("share what was shared", () =>
    Effect.gen(function*() {
      const back = yield* roundTrip(rich)
      expect(back.equations[0]!.params.jaxpr).toBe(back.equations[1]!.params.jaxpr)
      expect((yield* ProgramCodec.encode(rich)).programs.length).toBe(2)
    }))

  it.effect("of the least Program", () =>
    Effect.gen(function*() {
      const document = yield* ProgramCodec.encode(build([], () => []))
      expect(document).toEqual({
        format: "effax/Program",
        version: 1,
        programs: [{ captures: [], parameters: [], equations: [], results: [] }]
      })
      expect((yield* ProgramCodec.decode(document)).results).toEqual([])
    }))
})

describe("what is no Program is an error", () => {
  const spoil = (change: (document: { [k: string]: never }) => void) =>
    Effect.gen(function*() {
      const document = JSON.parse(JSON.stringify(yield* ProgramCodec.encode(rich))) as { [k: string]: never }
      change(document)
      const error = yield* Effect.flip(ProgramCodec.decode(document))
      expect(error._tag).toBe("SchemaError")
      return error.message
    })
  type Json = { [k: string]: never } & Array<never>
  const last = (d: { [k: string]: never }) => (d.programs as Json)[1]! as Json

  it.effect("of another version", () =>
    Effect.gen(function*() {
      const message = yield* spoil((d) => {
        d.version = 2 as never
      })
      expect(message).toContain("a version that this effax reads: 1")
      expect(message).toContain("version")
    }))

  it.effect("with an unknown primitive", () =>
    Effect.gen(function*() {
      const message = yield* spoil((d) => {
        ;((last(d).equations as Json)[0] as Json).primitive = "toString" as never
      })
      expect(message).toContain("there is no primitive named toString")
    }))

  it.effect("with an unbound variable", () =>
    Effect.gen(function*() {
      const message = yield* spoil((d) => {
        last(d).results = [99] as never
      })
      expect(message).toContain("variable 99 is used before it is bound")
    }))

  it.effect("with a Program that comes later", () =>
    Effect.gen(function*() {
      const message = yield* spoil((d) => {
        ;(((last(d).equations as Json)[0] as Json).params as Json).jaxpr = { $program: 1 } as never
      })
      expect(message).toContain("there is no Program 1 before its use")
    }))

  it.effect("that does not verify", () =>
    Effect.gen(function*() {
      const message = yield* spoil((d) => {
        ;(((last(d).equations as Json)[0] as Json).outputs as Json)[0] = { dtype: "float32", shape: [3] } as never
      })
      expect(message).toContain("equation 0, `jit`: results are (f32[3])")
    }))

  it.effect("of the wrong form", () =>
    Effect.gen(function*() {
      for (const json of [null, 1, "x", {}, [], { format: "effax/Program", version: 1, programs: [] }]) {
        expect((yield* Effect.flip(ProgramCodec.decode(json)))._tag).toBe("SchemaError")
      }
      expect(
        yield* spoil((d) => {
          last(d).parameters = [{ dtype: "float31", shape: [] }] as never
        })
      ).toContain("dtype")
      expect(
        yield* spoil((d) => {
          last(d).parameters = [{ dtype: "float32", shape: [-1] }] as never
        })
      ).toContain("shape")
    }))

  // whatever is wrong with a document, decoding fails and doesn't die
  it.effect("wherever it is damaged", () =>
    Effect.gen(function*() {
      const text = JSON.stringify(yield* ProgramCodec.encode(rich))
      const damage: ReadonlyArray<unknown> = [null, -1, 1e9, "x", true, [], {}, { $program: 0 }]
      const visit = (node: unknown, path: ReadonlyArray<string>): ReadonlyArray<ReadonlyArray<string>> =>
        typeof node === "object" && node !== null
          ? [path, ...Object.entries(node).flatMap(([k, v]) => visit(v, [...path, k]))]
          : [path]
      let failures = 0
      for (const path of visit(JSON.parse(text), []).slice(1)) {
        for (const value of damage) {
          const document = JSON.parse(text) as Record<string, unknown>
          let at = document
          for (const key of path.slice(0, -1)) at = at[key] as Record<string, unknown>
          at[path.at(-1)!] = value
          const exit = yield* Effect.exit(Effect.asVoid(ProgramCodec.decode(document)))
          if (exit._tag === "Failure") {
            failures++
            expect([path, value, exit.cause.reasons.map((reason) => reason._tag)]).toEqual([path, value, ["Fail"]])
          }
        }
      }
      expect(failures).toBeGreaterThan(500)
    }))

  it.effect("when it is encoded", () =>
    Effect.gen(function*() {
      const foreign = build([["float32", []]], (apply, x) => [apply({ primitive: { ...p.neg, name: "mine" } }, [x!])])
      expect((yield* Effect.flip(ProgramCodec.encode(foreign))).message).toContain("the primitive mine is not one")
      const lively = build([["float32", []]], (apply, x) => [apply(of("neg"), [x!], { f: () => 0 })])
      expect((yield* Effect.flip(ProgramCodec.encode(lively))).message).toContain("a parameter of type function")
    }))
})
