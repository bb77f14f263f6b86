/**
 * Functions that are traced, lowered and compiled before they are called, on every backend.
 */
import { describe, expect, it } from "@effect/vitest"
import {
  Backend,
  Errors,
  grad,
  jit,
  Lax,
  makeProgram,
  NdArray,
  Numpy as np,
  Program,
  ShapeDType,
  Tree,
  vmap
} from "effax"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as References from "effect/References"
import { backends } from "./backends.ts"

type X = NdArray.Any
const spec = (...shape: ReadonlyArray<number>) => new ShapeDType(shape, "float32")
interface Layer1 {
  readonly w: X
  readonly b: X
}

/** A jitted function that counts how often it is traced. */
const counted = (name = "layer") => {
  const calls = { count: 0 }
  const f = jit((p: Layer1, x: X, mode: "train" | "test") => {
    calls.count++
    const y = np.add(np.matmul(x, p.w), p.b)
    return mode === "train" ? { y: np.tanh(y) } : { y }
  }, { staticArgnums: 2, name })
  return { calls, f }
}
const parameters = { w: np.array([[1, 2], [3, 4], [5, 6]]), b: np.array([0.5, -0.5]) }
const x = np.array([[1, 0, -1], [0.1, 0.2, 0.3]])

const thrown = (run: () => unknown): { readonly _tag: string; readonly message: string } => {
  try {
    run()
  } catch (cause) {
    if (Errors.isConstructionError(cause)) return { _tag: cause._tag, message: cause.message }
    throw cause
  }
  throw new Error("nothing was thrown")
}

/** What was logged, with its level. */
const collecting = () => {
  const messages: Array<readonly [level: string, message: string]> = []
  const logger = Logger.make(({ logLevel, message }) => {
    messages.push([logLevel, (message as ReadonlyArray<unknown>).join(" ")])
  })
  const layer = Layer.merge(Logger.layer([logger]), Layer.succeed(References.MinimumLogLevel, "Debug"))
  return { messages, layer }
}

describe("tracing ahead of time", () => {
  it("has the Program, the structures, and the types of what goes in and out", () => {
    const { calls, f } = counted()
    const traced = f.trace({ w: spec(3, 2), b: spec(2) }, x, "train")
    expect(calls.count).toBe(1)
    expect(Program.print(traced.program)).toContain("tanh")
    expect(Tree.structureToString(traced.inTree)).toBe("[{ b: *, w: * }, *]")
    expect(Tree.structureToString(traced.outTree)).toBe("{ y: * }")
    expect(String(traced.outInfo.y)).toBe("f32[2, 2]")
    expect(Tree.leaves(traced.inInfo).map(String)).toEqual(["f32[2]", "f32[3, 2]", "f32[2, 3]"])
    expect(String(f.evalShape({ w: spec(3, 2), b: spec(2) }, x, "train").y)).toBe("f32[2, 2]")
    expect(calls.count).toBe(1)
  })

  it("arrays that it closed over are inputs of the Program", () => {
    const bias = np.ones([2])
    const traced = jit((y: X) => np.add(y, bias)).trace(spec(2))
    expect(traced.captures).toEqual([bias])
    expect(traced.program.parameters).toHaveLength(2)
  })

  it("throws what is wrong with the function, where it is traced", () => {
    const f = jit((y: X, z: X) => np.add(y, z))
    expect(thrown(() => f.trace(spec(3), spec(4)))).toEqual({
      _tag: "ShapeError",
      message: "add: shapes [3] and [4] do not broadcast: axis 0 is 3 against 4"
    })
    expect(thrown(() => f.lower(spec(3), spec(4)))._tag).toBe("ShapeError")
    expect(thrown(() => f.evalShape(spec(3), spec(4)))._tag).toBe("ShapeError")
    const loose = f as unknown as { readonly trace: (...args: ReadonlyArray<unknown>) => unknown }
    expect(thrown(() => loose.trace("three", spec(4))).message).toContain("argument [0] is the string \"three\"")
  })

  it("numbers, arrays and specifications stand for arguments", () => {
    const f = jit((y: X, z: X) => np.multiply(y, z))
    expect(String(f.evalShape(2, np.ones([3], { dtype: "float16" })))).toBe("f16[3]")
    expect(String(f.evalShape(spec(), np.ones([3], { dtype: "float16" })))).toBe("f32[3]")
  })

  it("clear forgets the traces", () => {
    const { calls, f } = counted()
    f.trace({ w: spec(3, 2), b: spec(2) }, x, "train")
    f.clear()
    expect(f.traces).toEqual([])
    f.trace({ w: spec(3, 2), b: spec(2) }, x, "train")
    expect(calls.count).toBe(2)
  })
})

describe("reports of traces", () => {
  it("say why the function was traced again, against the trace most like it", () => {
    const { f } = counted()
    const given = (w: ShapeDType, b: ShapeDType | number, mode: "train" | "test", y: ShapeDType = spec(2, 3)) =>
      f.trace({ w, b: b as ShapeDType }, y, mode)
    given(spec(3, 2), spec(2), "train")
    given(spec(3, 2), spec(2), "train")
    given(spec(3, 2), spec(2), "test")
    given(spec(3, 4), spec(4), "test")
    given(new ShapeDType([3, 2], "float16"), spec(2), "train")
    given(spec(3, 2), 1, "train")
    f.trace({ w: spec(3, 2), b: spec(2), c: spec(1) } as never, spec(2, 3), "train")
    expect(f.traces.map(({ reasons }) => reasons)).toEqual([
      [],
      ["static argument 2 changed from \"train\" to \"test\""],
      ["argument 0.b changed from f32[2] to f32[4]", "argument 0.w changed from f32[3,2] to f32[3,4]"],
      ["argument 0.w changed from f32[3,2] to f16[3,2]"],
      ["argument 0.b changed from f32[2] to f32[] (weak)"],
      ["argument 0.c is new (f32[1])"]
    ])
    expect(f.traces[0]!.signature).toBe("0.b: f32[2], 0.w: f32[3,2], 1: f32[2,3], 2 = \"train\"")
  })

  it("paths count static arguments", () => {
    const f = jit((_: string, y: X, __: string, z: X) => np.add(y, z), { staticArgnums: [2, 0] })
    f.trace("a", spec(1), "b", spec(1))
    f.trace("a", spec(1), "b", spec(2))
    expect(f.traces[1]!.reasons).toEqual(["argument 3 changed from f32[1] to f32[2]"])
    expect(f.traces[0]!.signature).toBe("1: f32[1], 3: f32[1], 2 = \"b\", 0 = \"a\"")
  })

  it("a structure that changed altogether is said as a whole", () => {
    const f = jit((tree: ReadonlyArray<X>) => tree[0]!)
    f.trace([spec(1)])
    f.trace({ 0: spec(1), a: spec(1), b: spec(1), c: spec(1), d: spec(1) } as never)
    expect(f.traces[1]!.reasons).toEqual([
      "the structure of the arguments changed from [[*]] to [{ \"0\": *, a: *, b: *, c: *, d: * }]"
    ])
  })
})

describe("makeProgram", () => {
  it("is the Program of a function, with captures", () => {
    const bias = np.ones([2])
    const program = makeProgram((y: X) => np.add(y, bias))(spec(2))
    expect([program.captures.length, program.parameters.length]).toEqual([1, 1])
    expect(Program.print(program)).toBe("{ lambda a:f32[2]; b:f32[2]. let c:f32[2] = add b a in (c,) }")
  })

  it("static arguments are part of it; the result's type is given where asked for", () => {
    const power = (y: X, n: number) => ({ y: Array.from({ length: n }, () => y).reduce((a, b) => np.multiply(a, b)) })
    const [program, shape] = makeProgram(power, { staticArgnums: 1, returnShape: true })(spec(4), 3)
    expect(program.equations.map(({ primitive }) => primitive.name)).toEqual(["mul", "mul"])
    expect(String(shape.y)).toBe("f32[4]")
  })

  it("throws what the function throws", () => {
    expect(thrown(() => makeProgram((y: X) => np.reshape(y, [5]))(spec(4)))._tag).toBe("ShapeError")
    expect(thrown(() => makeProgram((y: X) => ({ y, name: "a" as never }))(spec(4))).message).toContain(
      "result name is the string \"a\""
    )
  })
})

for (const { layer, name } of backends) {
  describe(`compiling ahead of time on ${name}`, () => {
    it.effect("the first call neither traces nor compiles", () =>
      Effect.gen(function*() {
        const { calls, f } = counted()
        const backend = yield* Backend.Backend
        yield* NdArray.evaluate([parameters.w, parameters.b, x])
        const lowered = yield* f.lower({ w: spec(3, 2), b: spec(2) }, spec(2, 3), "train")
        const compiled = yield* lowered.compile()
        const before = yield* backend.statistics
        expect(calls.count).toBe(1)
        const expected = [[Math.tanh(-3.5), Math.tanh(-4.5)], [Math.tanh(2.7), Math.tanh(2.3)]].flat().map(Math.fround)
        for (const g of [compiled, f]) {
          const values = yield* NdArray.toTypedArray(g(parameters, x, "train").y)
          expected.forEach((value, i) => expect(Number(values[i])).toBeCloseTo(value, 6))
        }
        expect(calls.count).toBe(1)
        const after = yield* backend.statistics
        expect(after.compilations).toBe(before.compilations)
        expect(after.executions).toBe(before.executions + 2)
        // compiling it again finds it compiled
        yield* lowered.compile()
        expect((yield* backend.statistics).compilations).toBe(before.compilations)
      }).pipe(Effect.provide(layer)))

    it.effect("stays compiled when many others are", () =>
      Effect.gen(function*() {
        const backend = yield* Backend.Backend
        const f = jit((y: X) => np.sin(np.cos(y)))
        const compiled = yield* (yield* f.lower(spec(3))).compile()
        const input = yield* np.array([1, 2, 3])
        const others: Array<Program.Program> = []
        for (let i = 0; i < 1100; i++) {
          const program = makeProgram((y: X) => np.multiply(y, i + 0.25))(spec(2))
          yield* NdArray.evaluate(Program.call(program, [np.array([1, 2])]))
          others.push(program)
        }
        const before = yield* backend.statistics
        expect(before.compilations).toBeGreaterThan(1100)
        yield* NdArray.evaluate([compiled(input)])
        expect((yield* backend.statistics).compilations).toBe(before.compilations)
        // what was not compiled ahead had to go
        yield* NdArray.evaluate(Program.call(others[0]!, [np.array([1, 2])]))
        expect((yield* backend.statistics).compilations).toBe(before.compilations + 1)
      }).pipe(Effect.provide(layer)), 60_000)

    it.effect("says what it costs in operations and bytes", () =>
      Effect.gen(function*() {
        const { f } = counted()
        const lowered = yield* f.lower({ w: spec(3, 2), b: spec(2) }, spec(2, 3), "train")
        // 2 * 2 * 2 * 3 of the product, 4 of the sum; 4 of tanh
        expect(lowered.costAnalysis).toMatchObject({ flops: 28, transcendentals: 4 })
        const compiled = yield* lowered.compile()
        expect(compiled.costAnalysis).toEqual(lowered.costAnalysis)
        const memory = compiled.memoryAnalysis
        expect(memory.arguments).toBe(4 * (6 + 2 + 6))
        expect(memory.outputs).toBe(4 * 4)
        expect(memory.generatedCode > 0).toBe(name !== "reference")
      }).pipe(Effect.provide(layer)))

    it.effect("temporaries are what has to be kept at once", () =>
      Effect.gen(function*() {
        // sums of what is made, so that 1000 elements at least have to be somewhere
        const f = jit((y: X) => {
          const sorted = np.sort(y)
          return np.add(np.sort(np.flip(np.cumsum(sorted))), np.sum(sorted))
        })
        const { memoryAnalysis } = yield* (yield* f.lower(spec(1000))).compile()
        expect(memoryAnalysis.temporaries).toBeGreaterThanOrEqual(4000)
        const chain = jit((y: X) => {
          let z = y
          for (let i = 0; i < 50; i++) z = np.cumsum(np.sort(z))
          return z
        })
        const long = yield* (yield* chain.lower(spec(1000))).compile()
        // places are used again
        expect(long.memoryAnalysis.temporaries).toBeLessThan(50 * 4000)
      }).pipe(Effect.provide(layer)))

    it.effect("has the texts of the stages", () =>
      Effect.gen(function*() {
        const f = jit((y: X) => np.sin(y))
        const lowered = yield* f.lower(spec(3))
        expect(lowered.texts()["program"]).toBe("{ lambda ; a:f32[3]. let b:f32[3] = sin a in (b,) }")
        const compiled = yield* lowered.compile()
        const stages = Object.keys(compiled.texts())
        expect(stages.slice(0, Object.keys(lowered.texts()).length)).toEqual(Object.keys(lowered.texts()))
        expect(stages.includes("wasm")).toBe(name === "cpu-wasm")
        expect(Object.keys(lowered.texts()).includes("bufferize")).toBe(name === "cpu-wasm")
      }).pipe(Effect.provide(layer)))

    it.effect("refuses other arguments, and says which", () =>
      Effect.gen(function*() {
        const { f } = counted("step")
        const compiled = yield* (yield* f.lower({ w: spec(3, 2), b: spec(2) }, spec(2, 3), "train")).compile()
        const call = compiled as (...args: ReadonlyArray<unknown>) => unknown
        expect(thrown(() => call({ w: np.ones([3, 4]), b: np.ones([2], { dtype: "int32" }) }, x, "train"))).toEqual({
          _tag: "ShapeError",
          message: "step: it was compiled for other arguments: argument 0.b is i32[2], compiled for f32[2], argument " +
            "0.w is f32[3,4], compiled for f32[3,2]; compile it for these too, or call the jitted function"
        })
        expect(thrown(() => call(parameters, np.ones([2, 3], { dtype: "float16" }), "train"))).toMatchObject({
          _tag: "DTypeError",
          message: expect.stringContaining("argument 1 is f16[2,3], compiled for f32[2,3]")
        })
        expect(thrown(() => call({ w: parameters.w }, x, "train"))).toMatchObject({
          _tag: "TreeError",
          message: expect.stringContaining("the structure is [{ w: * }, *], compiled for [{ b: *, w: * }, *]")
        })
        expect(thrown(() => call(parameters, x, "test"))).toMatchObject({
          _tag: "ArgumentError",
          message: expect.stringContaining("static argument 2 has another value")
        })
        expect(thrown(() => call(parameters))._tag).toBe("TreeError")
      }).pipe(Effect.provide(layer)))

    it.effect("can be differentiated and vectorised", () =>
      Effect.gen(function*() {
        const f = jit((y: X) => np.sum(np.multiply(y, y)))
        const compiled = yield* (yield* f.lower(spec(2))).compile()
        expect(yield* NdArray.toNested(grad(compiled)(np.array([3, 4])))).toEqual([6, 8])
        expect(yield* NdArray.toNested(vmap(compiled)(np.array([[3, 4], [1, 2]])))).toEqual([25, 5])
        expect(yield* NdArray.toNested(jit(compiled)(np.array([3, 4])))).toBe(25)
      }).pipe(Effect.provide(layer)))

    it.effect("scalars stand for scalar arrays", () =>
      Effect.gen(function*() {
        const compiled = yield* (yield* jit((y: X, z: X) => np.multiply(y, z)).lower(spec(2), spec())).compile()
        expect(yield* NdArray.toNested(compiled(np.array([1, 2]), 3))).toEqual([3, 6])
      }).pipe(Effect.provide(layer)))

    it.effect("donated arguments are given away", () =>
      Effect.gen(function*() {
        const f = jit((y: X) => np.multiply(y, 2), { donateArgnums: 0 })
        const compiled = yield* (yield* f.lower(spec(2))).compile()
        const y = yield* np.add(np.array([0, 1]), 1)
        expect(yield* NdArray.toNested(compiled(y))).toEqual([2, 4])
        expect((yield* Effect.flip(NdArray.toNested(y)))._tag).toBe("DisposedArrayError")
      }).pipe(Effect.provide(layer)))

    it.effect("what a backend has no code for is a typed failure of lowering", () =>
      Effect.gen(function*() {
        // compiled code has the parts of complex numbers apart; the interpreter has their bits together
        const f = jit((y: X) => Lax.bitcastConvertType(y, "float64"))
        const outcome = yield* Effect.match(f.lower(new ShapeDType([2], "complex64")), {
          onFailure: ({ _tag }) => _tag,
          onSuccess: () => "Lowered"
        })
        expect(outcome).toBe(name === "reference" ? "Lowered" : "UnsupportedDTypeError")
      }).pipe(Effect.provide(layer)))

    it.effect("every trace again is logged for debugging, one over the budget as a warning", () => {
      const { layer: logs, messages } = collecting()
      return Effect.gen(function*() {
        const f = jit((p: { readonly w: X }) => np.multiply(p.w, 2.5), { name: "scale", retraceBudget: 2 })
        for (const n of [1, 2, 3, 4]) {
          yield* NdArray.evaluate([f({ w: np.array(Array.from({ length: n }, () => 1)) })])
        }
        expect(messages.filter(([, message]) => message.startsWith("scale"))).toEqual([
          ["Debug", "scale is traced again (2 times now): argument 0.w changed from f32[1] to f32[2]"],
          [
            "Warn",
            "scale has been traced for more than 2 signatures, each of which is compiled: last time argument 0.w " +
            "changed from f32[2] to f32[3]. Pad or batch to a few fixed shapes, pass numbers as arrays, or raise " +
            "`retraceBudget`."
          ],
          ["Debug", "scale is traced again (4 times now): argument 0.w changed from f32[3] to f32[4]"]
        ])
      }).pipe(Effect.provide([layer, logs]))
    })
  })
}
