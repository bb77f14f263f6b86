import { Aval, checkpoint, grad, jit, Lax, NdArray, Numpy as np, Program } from "effax"
import { ArgumentError } from "effax/Errors"
import type { Primitive } from "effax/Primitive"
import * as Effect from "effect/Effect"
import { describe, expect, it } from "vitest"
import * as node from "../../../src/internal/graph/node.ts"
import { everyProgram, mapPrograms, programsIn } from "../../../src/internal/program/nested.ts"
import { DerivativeRule } from "../../../src/primitive/derivativeRule.ts"
import { primitives } from "../../../src/primitive/registry.ts"

type X = NdArray.Any

const traced = (f: (x: X) => X) => Effect.runSync(Program.trace(f, np.zeros([3])))
const [a, b, c] = [traced(np.sin), traced(np.cos), traced(np.tan)]

describe("programsIn", () => {
  it("finds Programs wherever plain data has them, in order", () => {
    expect(programsIn({ jaxpr: a, length: 3, name: "f", none: null })).toEqual([a])
    expect(programsIn({ branches: [a, b], condJaxpr: c })).toEqual([a, b, c])
    expect(programsIn({ parts: { first: [[a], { second: b }] } })).toEqual([a, b])
    expect(programsIn(a)).toEqual([a])
    expect(programsIn([1, "x", null, undefined, 3n])).toEqual([])
  })

  it("does not look into what is opaque", () => {
    expect(programsIn({ rule: new DerivativeRule({}, 0, a), jaxpr: b })).toEqual([b])
  })
})

describe("mapPrograms", () => {
  it("gives data with other Programs, and shares what stays", () => {
    const params = { branches: [a, b], sizes: [1, 2], inner: { jaxpr: a } }
    const mapped = mapPrograms(params, (of) => of === a ? c : of)
    expect(mapped).toEqual({ branches: [c, b], sizes: [1, 2], inner: { jaxpr: c } })
    expect(mapped.branches[0]).toBe(c)
    expect(mapped.sizes).toBe(params.sizes)
    expect(mapPrograms(params, (of) => of)).toBe(params)
  })
})

describe("everyProgram", () => {
  it("is a Program and all in it, however deep, each once", () => {
    const leaf = jit((x: X) => np.sin(x), { name: "leaf" })
    const program = traced((x) => {
      const [last] = Lax.scan((carry: X, y: X) => [np.add(carry, y), null] as const, np.zeros([]), leaf(x))
      return Lax.cond(np.greater(last, 0), (y: X) => leaf(y), (y: X) => checkpoint(leaf)(y), x)
    })
    const names = [...everyProgram(program)].flatMap(({ equations }) =>
      equations.map(({ primitive }) => primitive.name)
    )
    expect(names.filter((name) => name === "sin")).toEqual(["sin"])
    expect(new Set(names)).toEqual(
      new Set(["jit", "scan", "cond", "checkpoint", "sin", "add", "gt", "convert_element_type"])
    )
  })
})

describe("derivatives", () => {
  it("are there for every primitive, but for decompositions of which JAX has none either", () => {
    const without = Object.values(primitives as object as { readonly [name: string]: Primitive })
      .filter(({ jvp, nestedJvp }) => (jvp === undefined) === (nestedJvp === undefined))
      .map(({ name }) => name)
    expect(without.sort()).toEqual(["geqrf", "hessenberg", "householder_product", "schur", "tridiagonal"])
  })

  it("are refused where a primitive has none", () => {
    const opaque: Primitive = {
      name: "opaque",
      schema: primitives.neg.schema,
      cost: primitives.neg.cost,
      abstract: ([x]) => [x!],
      batch: ({ inputs }) => ({ outputs: inputs, batched: [true] })
    }
    const f = (x: X) => node.bindOne(opaque, [x], {})
    expect(Aval.format(f(np.ones([3])))).toBe("f32[3]")
    expect(() => grad((x: X) => np.sum(f(x)))(np.ones([3]))).toThrow(ArgumentError)
    expect(() => grad((x: X) => np.sum(f(x)))(np.ones([3]))).toThrow("jvp: opaque has no derivative")
  })
})
