import { Reference } from "@effax/reference"
import { describe, expect, it } from "@effect/vitest"
import { Backend } from "effax/Backend"
import * as DType from "effax/DType"
import { DisposedArrayError, DTypeError, ShapeError } from "effax/Errors"
import * as NdArray from "effax/NdArray"
import * as np from "effax/Numpy"
import * as Effect from "effect/Effect"
import * as Equal from "effect/Equal"
import * as Hash from "effect/Hash"
import * as HashSet from "effect/HashSet"
import { inspect } from "node:util"

const run = <A, E>(effect: Effect.Effect<A, E, Backend>) => Effect.provide(effect, Reference.layer)

describe("an array", () => {
  it("knows its dtype, shape, number of axes and size", () => {
    const x = np.zeros([2, 3, 4], { dtype: "int8" })
    expect([x.dtype, x.shape, x.ndim, x.size, x.weak]).toEqual(["int8", [2, 3, 4], 3, 24, false])
    const scalar = np.ones([])
    expect([scalar.ndim, scalar.size]).toEqual([0, 1])
  })

  it("is told from other things", () => {
    expect(NdArray.isNdArray(np.ones([2]))).toBe(true)
    for (const other of [null, undefined, 1, "", [], {}, new Float32Array(1), Effect.void]) {
      expect(NdArray.isNdArray(other)).toBe(false)
    }
    expect(Effect.isEffect(np.ones([2]))).toBe(true)
  })

  it.effect("is an Effect of itself, computed once", () =>
    run(Effect.gen(function*() {
      const backend = yield* Backend
      const x = np.add(np.ones([2]), 1)
      const y = yield* x
      expect(y).toBe(x)
      const { executions } = yield* backend.statistics
      expect(yield* x).toBe(x)
      expect(yield* NdArray.toNested(x)).toEqual([2, 2])
      expect((yield* backend.statistics).executions).toBe(executions)
    })))

  it("equals itself alone", () => {
    const [x, y] = [np.ones([2]), np.ones([2])]
    expect(Equal.equals(x, x)).toBe(true)
    expect(Equal.equals(x, y)).toBe(false)
    expect(Hash.hash(x)).toBe(Hash.hash(x))
    expect(HashSet.size(HashSet.make(x, y, x))).toBe(2)
    expect(Equal.equals({ x }, { x })).toBe(true)
    expect(Equal.equals({ x }, { x: y })).toBe(false)
  })

  it.effect("equals itself when it has been run, too", () =>
    run(Effect.gen(function*() {
      const x = np.add(np.ones([2]), 1)
      const set = HashSet.make(x as NdArray.Any)
      void (yield* NdArray.evaluate(x))
      expect(HashSet.has(set, x)).toBe(true)
    })))
})

describe("as text", () => {
  it("is its type while it is only described", () => {
    const x = np.add(np.zeros([2, 3]), 1)
    expect(String(x)).toBe("f32[2, 3]")
    expect(`${x}`).toBe("f32[2, 3]")
    expect(String(np.add(np.zeros([], { dtype: "bfloat16" }), 1))).toBe("bf16[]")
    expect(inspect({ x })).toBe("{ x: f32[2, 3] }")
    expect(JSON.parse(JSON.stringify(x))).toEqual({ _id: "NdArray", dtype: "float32", shape: [2, 3], source: "Apply" })
  })

  it("has the values that were given", () => {
    expect(String(np.array([1, 2.5]))).toBe("f32[2] [1. , 2.5]")
    expect(String(np.array(7n))).toBe("i32[] 7")
    expect(inspect(NdArray.fromTypedArray(new Uint8Array([1, 0]), [2], "bool"))).toBe("bool[2] [ true, false]")
  })

  it.effect("has the values that were computed, until they are given back", () =>
    run(Effect.gen(function*() {
      const x = yield* np.multiply(np.array([[1, 2], [3, 4]]), 0.5)
      expect(String(x)).toBe("f32[2, 2] [[0.5, 1. ],\n           [1.5, 2. ]]")
      expect(inspect([x])).toContain("[1.5, 2. ]")
      yield* NdArray.dispose(x)
      expect(String(x)).toBe("f32[2, 2] <disposed: dispose>")
    })))

  // expected texts are NumPy's: np.array2string(x, separator=", ")
  it.each([
    ["whole numbers", np.array([1, -20, 300]), "[  1., -20., 300.]"],
    ["fractions", np.array([0.1, 1 / 3, -2.25]), "[ 0.1       ,  0.33333334, -2.25      ]"],
    ["special values", np.array([NaN, Infinity, -Infinity, -0, 1.5]), "[ nan,  inf, -inf, -0. ,  1.5]"],
    ["a wide range", np.array([0.00012345, 12345.678]), "[1.2344999e-04, 1.2345678e+04]"],
    ["large numbers", np.array([1e20, 1]), "[1.e+20, 1.e+00]"],
    ["float64", np.array([0.1, 1 / 3], { dtype: "float64" }), "[0.1       , 0.33333333]"],
    ["float16", np.array([0.1, 1 / 3], { dtype: "float16" }), "[0.1   , 0.3333]"],
    ["integers", np.array([1, -200], { dtype: "int64" }), "[   1, -200]"],
    ["nothing", np.array([], { dtype: "int32" }), "[]"],
    ["a cube", np.array([[[1, 2]], [[3, 4]]]), `[[[1., 2.]],\n\n${" ".repeat(14)}[[3., 4.]]]`]
  ])("lays out %s as NumPy does", (_, x, expected) => {
    expect(String(x).replace(/^.*?\] /, "")).toBe(expected)
  })

  it("leaves out the middle of long arrays", () => {
    const values = Array.from({ length: 2000 }, (_, i) => i)
    expect(String(np.array(values, { dtype: "int32" }))).toBe("i32[2000] [   0,    1,    2, ..., 1997, 1998, 1999]")
    const rows = Array.from({ length: 40 }, (_, i) => Array.from({ length: 100 }, (_, j) => 100 * i + j))
    expect(String(np.array(rows, { dtype: "int32" })).split("\n").map((line) => line.trim())).toEqual([
      "i32[40, 100] [[   0,    1,    2, ...,   97,   98,   99],",
      "[ 100,  101,  102, ...,  197,  198,  199],",
      "[ 200,  201,  202, ...,  297,  298,  299],",
      "...,",
      "[3700, 3701, 3702, ..., 3797, 3798, 3799],",
      "[3800, 3801, 3802, ..., 3897, 3898, 3899],",
      "[3900, 3901, 3902, ..., 3997, 3998, 3999]]"
    ])
  })

  it("breaks long rows", () => {
    const [first, ...rest] = String(np.array(Array.from({ length: 30 }, (_, i) => i), { dtype: "int32" })).split("\n")
    expect(first!.length).toBeLessThanOrEqual(75)
    expect(rest.length).toBe(1)
    expect(rest[0]).toMatch(/^ {9}\d/)
  })
})

describe("from the host", () => {
  it.effect("copies what it is given", () =>
    run(Effect.gen(function*() {
      const data = new Float32Array([1, 2])
      const x = NdArray.fromTypedArray(data)
      data[0] = 100
      expect(yield* NdArray.toNested(x)).toEqual([1, 2])
      const read = (yield* NdArray.toTypedArray(x)) as Float32Array
      read[1] = 100
      expect(yield* NdArray.toNested(x)).toEqual([1, 2])
    })))

  it.effect("copies the part that a view shows", () =>
    run(Effect.gen(function*() {
      const view = new Int16Array(new Int16Array([9, 1, 2, 9]).buffer, 2, 2)
      expect(yield* NdArray.toNested(NdArray.fromTypedArray(view))).toEqual([1, 2])
    })))

  it("refuses shapes and dtypes that the data don't fit", () => {
    const data = new Float32Array(6)
    expect(() => NdArray.fromTypedArray(data, [4])).toThrow(ShapeError)
    expect(() => NdArray.fromTypedArray(data, [2, -3])).toThrow(ShapeError)
    expect(() => NdArray.fromTypedArray(data, [6], "float16")).toThrow(DTypeError)
    expect(() => NdArray.fromTypedArray(data, [6], "float16")).toThrow(
      "fromTypedArray: a Float32Array can't hold float16; float16 elements are held by a Uint16Array"
    )
    expect(NdArray.fromTypedArray(data, [3], "complex64").dtype).toBe("complex64")
  })
})

describe("to the host", () => {
  const cases: {
    readonly [D in Exclude<DType.DType, DType.Complex>]: readonly [
      data: NdArray.TypedArray,
      values: ReadonlyArray<number | bigint | boolean>
    ]
  } = {
    bool: [new Uint8Array([1, 0]), [true, false]],
    int8: [new Int8Array([-128, 127]), [-128, 127]],
    int16: [new Int16Array([-32768, 32767]), [-32768, 32767]],
    int32: [new Int32Array([-(2 ** 31), 2 ** 31 - 1]), [-(2 ** 31), 2 ** 31 - 1]],
    int64: [new BigInt64Array([-(2n ** 63n), 2n ** 63n - 1n]), [-(2n ** 63n), 2n ** 63n - 1n]],
    uint8: [new Uint8Array([0, 255]), [0, 255]],
    uint16: [new Uint16Array([0, 65535]), [0, 65535]],
    uint32: [new Uint32Array([0, 2 ** 32 - 1]), [0, 2 ** 32 - 1]],
    uint64: [new BigUint64Array([0n, 2n ** 64n - 1n]), [0n, 2n ** 64n - 1n]],
    // 1.5 and the largest number: bits from the formats' definitions
    bfloat16: [new Uint16Array([0x3fc0, 0x7f7f]), [1.5, (2 - 2 ** -7) * 2 ** 127]],
    float16: [new Uint16Array([0x3e00, 0x7bff]), [1.5, 65504]],
    float32: [new Float32Array([1.5, -0]), [1.5, -0]],
    float64: [new Float64Array([0.1, 1e300]), [0.1, 1e300]]
  }

  it.effect.each(Object.entries(cases))("reads %s", ([dtype, [data, values]]) =>
    run(Effect.gen(function*() {
      const x = NdArray.fromTypedArray(data, [2], dtype as DType.DType)
      expect(yield* NdArray.toTypedArray(x)).toEqual(data)
      expect(yield* NdArray.toNested(x)).toEqual(values)
      const last = np.index(x, 1)
      expect(yield* NdArray.toScalar(last)).toBe(values[1])
      expect(yield* NdArray.toNested(last)).toBe(values[1])
      expect(yield* NdArray.toNumber(last)).toBe(Number(values[1]))
    })))

  it.effect("nests as deep as there are axes", () =>
    run(Effect.gen(function*() {
      expect(yield* NdArray.toNested(np.array([[[1], [2]], [[3], [4]]]))).toEqual([[[1], [2]], [[3], [4]]])
      expect(yield* NdArray.toNested(np.zeros([2, 0, 3]))).toEqual([[], []])
      expect(yield* NdArray.toNested(np.array(5))).toBe(5)
    })))

  it.effect("gives one element of an array that has one, whatever its shape", () =>
    run(Effect.gen(function*() {
      expect(yield* NdArray.toScalar(np.full([1, 1], 3))).toBe(3)
    })))

  it("refuses scalars of several elements", () => {
    expect(() => NdArray.toScalar(np.ones([2]) as NdArray.Any)).toThrow(ShapeError)
    expect(() => NdArray.toNumber(NdArray.fromTypedArray(new Float32Array(2), [1], "complex64"))).toThrow(DTypeError)
  })
})

describe("many arrays", () => {
  it.effect("are computed in one execution and stay in their tree", () =>
    run(Effect.gen(function*() {
      const backend = yield* Backend
      const before = yield* backend.statistics
      const tree = { a: np.add(np.ones([2]), 1), b: [np.sum(np.ones([4])), null], name: "kept" }
      const evaluated = yield* NdArray.evaluate(tree)
      const after = yield* backend.statistics
      expect(evaluated).toBe(tree)
      expect(after.executions - before.executions).toBe(1)
      expect(String(evaluated.b[0])).toBe("f32[] 4.")
    })))

  it.effect("are read as a tree, in one execution", () =>
    run(Effect.gen(function*() {
      const backend = yield* Backend
      const before = yield* backend.statistics
      const x = np.array([[1, 2], [3, 4]])
      const tree = {
        double: np.multiply(x, 2),
        parts: [np.sum(x), np.greater(x, 2)] as const,
        name: "kept",
        none: null
      }
      expect(yield* NdArray.toNested(tree)).toEqual({
        double: [[2, 4], [6, 8]],
        parts: [10, [[false, false], [true, true]]],
        name: "kept",
        none: null
      })
      expect((yield* backend.statistics).executions - before.executions).toBe(1)
      const { double, parts: [total, large] } = yield* NdArray.toTypedArray(tree)
      expect(double).toEqual(Float32Array.of(2, 4, 6, 8))
      expect(total).toEqual(Float32Array.of(10))
      expect(large).toEqual(Uint8Array.of(0, 0, 1, 1))
      expect((yield* backend.statistics).executions - before.executions).toBe(1)
      expect(yield* NdArray.toNested([])).toEqual([])
    })))

  it.effect("are given back when their scope ends, but those that it returns", () =>
    run(Effect.gen(function*() {
      const backend = yield* Backend
      const before = (yield* backend.statistics).arraysLive
      let inner: NdArray.Any | undefined
      const kept = yield* NdArray.scoped(Effect.gen(function*() {
        inner = yield* np.add(np.ones([100]), 1)
        return { total: yield* np.sum(inner) }
      }))
      expect((yield* backend.statistics).arraysLive - before).toBe(1)
      expect(yield* NdArray.toScalar(kept.total)).toBe(200)
      expect(yield* Effect.flip(NdArray.toNested(inner!))).toBeInstanceOf(DisposedArrayError)
    })))

  it.effect("are disposed of by hand", () =>
    run(Effect.gen(function*() {
      const backend = yield* Backend
      const tree = yield* NdArray.evaluate({ a: np.add(np.ones([100]), 1), b: np.add(np.ones([3]), 1) })
      const before = yield* backend.statistics
      yield* NdArray.dispose({ only: tree.a })
      const after = yield* backend.statistics
      expect(before.bytesLive - after.bytesLive).toBe(400)
      expect(yield* Effect.flip(np.sin(tree.a))).toMatchObject({ _tag: "DisposedArrayError", reason: "dispose" })
      expect(yield* NdArray.toNested(tree.b)).toEqual([2, 2, 2])
      // once more, and of what never ran, is nothing
      yield* NdArray.dispose([tree.a, np.ones([2])])
    })))
})
