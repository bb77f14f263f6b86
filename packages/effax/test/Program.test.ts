import { describe, expect, it } from "@effect/vitest"
import type { DType } from "effax/DType"
import { VerificationError } from "effax/Errors"
import * as Program from "effax/Program"
import { primitives as p } from "../src/primitive/registry.ts"
import { build, literal } from "./programBuilder.ts"

const of = (name: keyof typeof p) => ({ primitive: p[name] })
const f32 = (...shape: ReadonlyArray<number>) => ["float32", shape] as const

const square = (): Program.Program => build([f32(2)], (apply, x) => [apply(of("mul"), [x!, x!])])
const calling = (...inner: ReadonlyArray<Program.Program>): Program.Program =>
  build([f32(2)], (apply, x) => [
    inner.reduce((last, jaxpr) => apply(of("jit"), [last], { name: "f", jaxpr, donated: [] }), x!)
  ])

describe("canonical", () => {
  it("is the same for Programs that differ in the identity of variables only", () => {
    expect(Program.canonical(square())).toBe(Program.canonical(square()))
    expect(Program.equals(square(), square())).toBe(true)
    expect(Program.equals(calling(square()), calling(square()))).toBe(true)
  })

  it("doesn't see whether equal Programs inside are one object", () => {
    const shared = square()
    expect(Program.equals(calling(shared, shared), calling(square(), square()))).toBe(true)
    const outer = calling(shared)
    expect(Program.equals(calling(outer, outer), calling(calling(square()), calling(square())))).toBe(true)
    expect(Program.equals(calling(outer, shared), calling(shared, outer))).toBe(false)
  })

  it("is another for everything else", () => {
    const unary = (value: number | bigint | boolean, dtype: DType = "float32", weak = false) =>
      build([], () => [literal(value, dtype, weak)])
    const apply1 = (name: keyof typeof p, params: object = {}) =>
      build([f32(2, 3)], (apply, x) => [apply(of(name), [x!], { ...params })])
    const x = new Program.Var({ dtype: "float32", shape: [2], weak: false })
    const weak = new Program.Var({ dtype: "float32", shape: [2], weak: true })
    const programs: ReadonlyArray<Program.Program> = [
      unary(0),
      unary(-0),
      unary(Number.NaN),
      unary(Infinity),
      unary(-Infinity),
      unary(1),
      unary(1, "float32", true),
      unary(1, "float64"),
      unary(1, "int32"),
      unary(1n, "int32"),
      unary(true, "bool"),
      unary(1, "bool"),
      unary(10),
      build([], () => [literal(1), literal(0)]),
      new Program.Program({ parameters: [x], equations: [], results: [x] }),
      new Program.Program({ parameters: [weak], equations: [], results: [weak] }),
      new Program.Program({ captures: [x], parameters: [], equations: [], results: [x] }),
      new Program.Program({ parameters: [x], equations: [], results: [] }),
      new Program.Program({ parameters: [x], equations: [], results: [x, x] }),
      new Program.Program({ parameters: [x, weak], equations: [], results: [x] }),
      new Program.Program({ parameters: [x, weak], equations: [], results: [weak] }),
      build([["float32", [2, 3]]], (_, x) => [x!]),
      build([["float32", [23]]], (_, x) => [x!]),
      build([["int32", [2, 3]]], (_, x) => [x!]),
      build([f32(2, 3)], (apply, x) => [apply(of("sub"), [x!, literal(1)])]),
      build([f32(2, 3)], (apply, x) => [apply(of("sub"), [literal(1), x!])]),
      build([f32(2), f32(2)], (apply, x, y) => [apply(of("sub"), [x!, y!])]),
      build([f32(2), f32(2)], (apply, x, y) => [apply(of("sub"), [y!, x!])]),
      apply1("neg"),
      apply1("exp"),
      apply1("reduce_sum", { axes: [0] }),
      apply1("reduce_sum", { axes: [1] }),
      apply1("reduce_sum", { axes: [0, 1] }),
      apply1("reduce_max", { axes: [0, 1] }),
      apply1("neg", { note: "1" }),
      apply1("neg", { note: 1 }),
      apply1("neg", { note: -0 }),
      apply1("neg", { note: 0 }),
      apply1("neg", { note: Number.NaN }),
      apply1("neg", { note: 1n }),
      apply1("neg", { note: null }),
      apply1("neg", { note: undefined }),
      apply1("neg", { note: "u" }),
      apply1("neg", { note: [] }),
      apply1("neg", { note: {} }),
      apply1("neg", { note: [[]] }),
      apply1("neg", { note: ["a", "b"] }),
      apply1("neg", { note: ["a,b"] }),
      apply1("neg", { note: [`a","b`] }),
      apply1("neg", { a: 1, b: 2 }),
      apply1("neg", { a: { b: 2 } }),
      calling(square()),
      calling(square(), square()),
      calling(calling(square())),
      calling(build([f32(2)], (apply, x) => [apply(of("mul"), [x!, literal(2)])]))
    ]
    const texts = programs.map(Program.canonical)
    expect(new Set(texts).size).toBe(programs.length)
  })

  it("doesn't depend on the order of parameters' names", () => {
    const neg = (params: object) => build([f32()], (apply, x) => [apply(of("neg"), [x!], { ...params })])
    expect(Program.equals(neg({ a: 1, b: { c: 2, d: 3 } }), neg({ b: { d: 3, c: 2 }, a: 1 }))).toBe(true)
  })

  it("is linear in what is shared", () => {
    // twice as many calls at each level: 2^200 when it is written out
    let program = square()
    for (let i = 0; i < 200; i++) program = calling(program, program)
    expect(Program.canonical(program).length).toBeLessThan(40_000)
    expect(Program.verify(program)).toBe(program)
    expect(Program.print(program).split("\n").length).toBeLessThan(2_000)
  })

  it("refuses what can't be compared", () => {
    const odd = (value: unknown) => build([f32()], (apply, x) => [apply(of("neg"), [x!], { value })])
    expect(() => Program.canonical(odd(() => 0))).toThrow(VerificationError)
    expect(() => Program.canonical(odd(new Map()))).toThrow("parameters must be plain data or Programs")
    const loose = new Program.Var({ dtype: "float32", shape: [], weak: false })
    expect(() => Program.canonical(new Program.Program({ parameters: [], equations: [], results: [loose] })))
      .toThrow("used before it is bound")
  })
})

describe("verify", () => {
  const variable = (shape: ReadonlyArray<number> = [], dtype: DType = "float32", weak = false) =>
    new Program.Var({ dtype, shape, weak })
  const messageOf = (program: Program.Program): string => {
    try {
      Program.verify(program)
    } catch (error) {
      expect(error).toBeInstanceOf(VerificationError)
      return (error as VerificationError).message
    }
    throw new Error("it was verified")
  }
  const one = (equation: Partial<Program.Equation>, parameters: ReadonlyArray<Program.Var> = []) =>
    new Program.Program({
      parameters,
      equations: [{ primitive: p.neg, params: {}, inputs: [], outputs: [], ...equation }],
      results: []
    })

  it("gives good Programs back", () => {
    for (const program of [square(), calling(square(), square()), build([], () => [])]) {
      expect(Program.verify(program)).toBe(program)
    }
  })

  it("finds variables that are bound twice or not at all", () => {
    const x = variable()
    expect(messageOf(one({ inputs: [x], outputs: [variable()] }))).toBe(
      "Program.verify: equation 0, `neg`: operand 0, of type f32[], is used before it is bound"
    )
    expect(messageOf(one({ inputs: [x], outputs: [x] }, [x])))
      .toBe("Program.verify: equation 0, `neg`: result 0 was bound before; a variable is bound once")
    expect(messageOf(one({ inputs: [x], outputs: [x] }, [x, x]))).toContain("parameter 1 was bound before")
    expect(messageOf(new Program.Program({ captures: [x], parameters: [x], equations: [], results: [] })))
      .toContain("parameter 0 was bound before")
    expect(messageOf(new Program.Program({ parameters: [], equations: [], results: [x] })))
      .toContain("result 0, of type f32[], is used before")
  })

  it("finds results of another type", () => {
    const x = variable([2])
    expect(messageOf(one({ inputs: [x], outputs: [variable([3])] }, [x]))).toBe(
      "Program.verify: equation 0, `neg`: results are (f32[3]), but of (f32[2]) the primitive makes (f32[2])"
    )
    expect(messageOf(one({ inputs: [x], outputs: [variable([2], "float32", true)] }, [x]))).toContain("(weak f32[2])")
    expect(messageOf(one({ inputs: [x], outputs: [] }, [x]))).toContain("results are ()")
  })

  it("finds operands that the primitive refuses", () => {
    const x = variable([], "bool")
    expect(messageOf(one({ inputs: [x], outputs: [variable([], "bool")] }, [x])))
      .toContain("equation 0, `neg`: neg: dtype bool is not allowed")
  })

  it("finds literals that are not values of their dtype", () => {
    const of = (value: number | bigint | boolean, dtype: DType, shape: ReadonlyArray<number> = []) =>
      new Program.Program({
        parameters: [],
        equations: [],
        results: [new Program.Literal(value, { dtype, shape, weak: false })]
      })
    expect(messageOf(of(0.5, "int32"))).toBe(
      "Program.verify: result 0 is the literal 0.5, which is not a value of int32"
    )
    expect(messageOf(of(2 ** 31, "int32"))).toContain("is the literal 2147483648, which is not a value of int32")
    expect(messageOf(of(-1, "uint8"))).toContain("not a value of uint8")
    expect(messageOf(of(2n ** 64n, "uint64"))).toContain("not a value of uint64")
    expect(messageOf(of(Number.NaN, "int64"))).toContain("not a value of int64")
    expect(messageOf(of(2, "bool"))).toContain("not a value of bool")
    expect(messageOf(of(1n, "float32"))).toContain("not a value of float32")
    expect(messageOf(of(1, "float32", [1]))).toContain("literals are scalars")
    for (
      const [value, dtype] of [
        [-(2 ** 31), "int32"],
        [2n ** 64n - 1n, "uint64"],
        [255, "uint8"],
        [true, "bool"],
        [true, "int32"],
        [Number.NaN, "float16"],
        [-0, "complex64"]
      ] as const
    ) Program.verify(of(value, dtype))
  })

  it("finds parameters that the schema of a primitive does not allow", () => {
    const x = variable()
    const positive = (value: unknown) =>
      Number(value) > 0 ? undefined : { path: ".count", expected: "a positive number", found: value }
    const custom = {
      ...p.neg,
      name: "mine",
      schema: { operands: [1, 1], params: ({ count }: { readonly count: unknown }) => positive(count) }
    } as never
    const having = (count: unknown) =>
      messageOf(one({ primitive: custom, inputs: [x], outputs: [variable()], params: { count } }, [x]))
    expect(() => having(1)).toThrow("it was verified")
    expect(having(-1)).toBe(
      "Program.verify: equation 0, `mine`: parameter count must be a positive number, got -1"
    )
  })

  it("looks into Programs inside", () => {
    const x = variable([2])
    const broken = new Program.Program({ parameters: [x], equations: [], results: [variable([2])] })
    expect(messageOf(calling(calling(broken)))).toBe(
      "Program.verify: equation 0, `jit`: in its Program, equation 0, `jit`: in its Program, result 0, of type f32[2], " +
        "is used before it is bound"
    )
    const capturing = new Program.Program({ captures: [x], parameters: [], equations: [], results: [x] })
    expect(messageOf(calling(capturing))).toContain("a Program in it has 1 captures, expected none")
    const y = variable([3])
    expect(messageOf(one({
      primitive: p.jit as never,
      params: { name: "f", jaxpr: square(), donated: [] },
      inputs: [y],
      outputs: [variable([2])]
    }, [y]))).toContain("operands (f32[3]) for a Program with parameters (f32[2])")
  })

  it("finds types that there aren't", () => {
    const of = (dtype: string, shape: ReadonlyArray<number>) =>
      new Program.Program({ parameters: [variable(shape, dtype as DType)], equations: [], results: [] })
    expect(messageOf(of("float8", []))).toContain("parameter 0 has the unknown dtype \"float8\"")
    expect(messageOf(of("float32", [1.5]))).toContain(
      "parameter 0 has the shape [1.5]; expected at most 255 natural numbers"
    )
  })
})
