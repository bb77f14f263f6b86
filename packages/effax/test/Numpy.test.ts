import { Reference } from "@effax/reference"
import { describe, expect, it } from "@effect/vitest"
import type { Backend } from "effax/Backend"
import type { DType } from "effax/DType"
import { ArgumentError, AxisError, DTypeError, IndexError, ShapeError, TreeError } from "effax/Errors"
import * as NdArray from "effax/NdArray"
import * as np from "effax/Numpy"
import type { Shape } from "effax/Shape"
import * as Effect from "effect/Effect"

const run = <A, E>(effect: Effect.Effect<A, E, Backend>) => Effect.provide(effect, Reference.layer)

/** An array, and the dtype and shape that both its type and its value must have. */
const typed = <D extends DType, S extends Shape>(
  x: NdArray.NdArray<D, S>,
  dtype: NoInfer<D>,
  shape: NoInfer<S>
) => ({ text: `${x.dtype}[${x.shape.join()}]`, expected: `${dtype}[${shape.join()}]` })

const m23 = np.ones([2, 3])
const v3 = np.array([1, 2, 3])
const i3 = np.array([1, 2, 3], { dtype: "int32" })
const u3 = np.ones([3], { dtype: "uint8" })
const s3 = np.ones([3], { dtype: "int8" })
const b3 = np.array([true, false, true])
const half = np.ones([], { dtype: "float16" })
const list: ReadonlyArray<typeof v3> = [v3, v3]

describe("static dtypes and shapes are those of the value", () => {
  const families = {
    creation: [
      typed(np.zeros([2, 3]), "float32", [2, 3]),
      typed(np.ones(4, { dtype: "bool" }), "bool", [4]),
      typed(np.full([2], 7n), "int32", [2]),
      typed(np.full([2, 3], i3), "int32", [2, 3]),
      typed(np.zerosLike(u3), "uint8", [3]),
      typed(np.fullLike(v3, 2, { dtype: "int8" }), "int8", [3]),
      typed(np.array([[1, 2, 3], [4, 5, 6]]), "float32", [2, 3]),
      typed(np.array([true, 1]), "float32", [2]),
      typed(np.array([true, 1n]), "int32", [2]),
      typed(np.array([true]), "bool", [1]),
      typed(np.array([]), "float32", [0]),
      typed(np.array([[]]), "float32", [1, 0]),
      typed(np.array(new Int16Array(5)), "int16", [5]),
      typed(np.array(i3, { dtype: "float16" }), "float16", [3]),
      typed(np.arange(6), "int32", [6]),
      typed(np.arange(-2), "int32", [0]),
      typed(np.arange(0, 1, 0.25), "float32", [4]),
      typed(np.arange(2.5), "float32", [3]),
      typed(np.linspace(0, 1), "float32", [50]),
      typed(np.linspace(0, 1, 5, { dtype: "float16" }), "float16", [5]),
      typed(np.eye(3, { columns: 2 }), "float32", [3, 2]),
      typed(np.identity(2, { dtype: "int8" }), "int8", [2, 2]),
      typed(np.tril(m23), "float32", [2, 3])
    ],
    elementwise: [
      typed(np.add(u3, s3), "int16", [3]),
      typed(np.add(i3, 2), "int32", [3]),
      typed(np.add(b3, 2), "float32", [3]),
      typed(np.add(b3, 2n), "int32", [3]),
      typed(np.add(u3, 2n), "uint8", [3]),
      typed(np.add(u3, true), "uint8", [3]),
      typed(np.add(1, 2), "float32", []),
      typed(np.add(1n, 2n), "int32", []),
      typed(np.add(true, false), "bool", []),
      typed(np.multiply(half, i3), "float16", [3]),
      typed(np.add(m23, v3), "float32", [2, 3]),
      typed(np.subtract(np.ones([2, 1]), v3), "float32", [2, 3]),
      typed(np.divide(i3, i3), "float32", [3]),
      typed(np.sin(u3), "float32", [3]),
      typed(np.exp(half), "float16", []),
      typed(np.sqrt(2), "float32", []),
      typed(np.hypot(u3, half), "float16", [3]),
      typed(np.power(i3, 2), "int32", [3]),
      typed(np.floor(i3), "int32", [3]),
      typed(np.less(m23, v3), "bool", [2, 3]),
      typed(np.isnan(i3), "bool", [3]),
      typed(np.isclose(m23, 0), "bool", [2, 3]),
      typed(np.logicalNot(i3), "bool", [3]),
      typed(np.where(b3, m23, 0), "float32", [2, 3]),
      typed(np.where(np.zeros([2, 1]), i3, half), "float16", [2, 3]),
      typed(np.clip(i3, { min: 0, max: m23 }), "float32", [2, 3]),
      typed(np.astype(m23, "bool"), "bool", [2, 3])
    ],
    reductions: [
      typed(np.sum(m23), "float32", []),
      typed(np.sum(m23, { axis: 0 }), "float32", [3]),
      typed(np.sum(m23, { axis: [0, -1], keepdims: true }), "float32", [1, 1]),
      typed(np.sum(u3), "uint32", []),
      typed(np.sum(b3), "int32", []),
      typed(np.sum(s3, { dtype: "float64" }), "float64", []),
      typed(np.prod(u3), "uint32", []),
      typed(np.mean(i3), "float32", []),
      typed(np.var(half), "float16", []),
      typed(np.max(s3), "int8", []),
      typed(np.min(m23, { axis: -2 }), "float32", [3]),
      typed(np.all(m23, { axis: 1 }), "bool", [2]),
      typed(np.countNonzero(m23, { axis: 0 }), "int32", [3]),
      typed(np.argmax(m23, { axis: 1 }), "int32", [2]),
      typed(np.argmin(m23, { keepdims: true }), "int32", [1, 1]),
      typed(np.cumsum(m23), "float32", [6]),
      typed(np.cumsum(u3, { axis: 0 }), "uint8", [3]),
      typed(np.cumprod(b3), "int32", [3]),
      typed(np.diff(m23), "float32", [2, 2])
    ],
    products: [
      typed(np.matmul(m23, np.ones([3, 4])), "float32", [2, 4]),
      typed(np.matmul(np.ones([5, 1, 2, 3]), np.ones([7, 3, 4])), "float32", [5, 7, 2, 4]),
      typed(np.matmul(m23, i3), "float32", [2]),
      typed(np.matmul(i3, i3, { preferredElementType: "float32" }), "float32", []),
      typed(np.dot(m23, np.ones([5, 3, 4])), "float32", [2, 5, 4]),
      typed(np.dot(2, m23), "float32", [2, 3]),
      typed(np.vdot(m23, m23), "float32", []),
      typed(np.inner(m23, v3), "float32", [2]),
      typed(np.outer(v3, m23), "float32", [3, 6]),
      typed(np.trace(np.ones([5, 2, 3])), "float32", [3]),
      typed(np.diagonal(np.ones([5, 2, 3])), "float32", [3, 2])
    ],
    shapes: [
      typed(np.reshape(m23, [3, -1]), "float32", [3, 2]),
      typed(np.reshape(m23, [-1]), "float32", [6]),
      typed(np.ravel(m23), "float32", [6]),
      typed(np.transpose(np.ones([2, 3, 4]), [1, 2, 0]), "float32", [3, 4, 2]),
      typed(np.matrixTranspose(np.ones([5, 2, 3])), "float32", [5, 3, 2]),
      typed(np.swapaxes(np.ones([2, 3, 4]), 0, -1), "float32", [4, 3, 2]),
      typed(np.moveaxis(np.ones([2, 3, 4]), 0, -1), "float32", [3, 4, 2]),
      typed(np.expandDims(m23, -1), "float32", [2, 3, 1]),
      typed(np.squeeze(np.ones([1, 2, 1])), "float32", [2]),
      typed(np.broadcastTo(true, [2]), "bool", [2]),
      typed(np.flip(i3), "int32", [3]),
      typed(np.roll(m23, 1), "float32", [2, 3])
    ],
    joining: [
      typed(np.concatenate([m23, np.ones([2, 5])], { axis: 1 }), "float32", [2, 8]),
      typed(np.concatenate([u3, s3, b3]), "int16", [9]),
      typed(np.concatenate(list), "float32", [6]),
      typed(np.stack([v3, i3], { axis: -1 }), "float32", [3, 2]),
      typed(np.stack([1, half, true]), "float16", [3]),
      typed(np.stack([1, 2n]), "float32", [2]),
      typed(np.stack([1n, true]), "int32", [2]),
      typed(np.stack(list), "float32", [2, 3]),
      typed(np.vstack([v3, m23]), "float32", [3, 3]),
      typed(np.hstack([u3, v3]), "float32", [6]),
      typed(np.tile(m23, [2, 1, 4]), "float32", [2, 2, 12]),
      typed(np.repeat(m23, 3, { axis: -1 }), "float32", [2, 9]),
      typed(np.repeat(m23, 2), "float32", [12]),
      ...np.split(m23, 3, { axis: 1 }).map((part) => typed(part, "float32", [2, 1])),
      typed(np.pad(m23, [[1, 0], [0, 2]]), "float32", [3, 5])
    ],
    order: [
      typed(np.sort(m23), "float32", [2, 3]),
      typed(np.argsort(m23), "int32", [2, 3]),
      typed(np.searchsorted(v3, m23), "int32", [2, 3]),
      typed(np.at(i3, [0]).set(1), "int32", [3]),
      typed(np.at(m23, [np.newaxis, 0]).get(), "float32", [1, 3]),
      typed(np.take(m23, i3, { axis: 1 }), "float32", [2, 3])
    ]
  }

  it.each(Object.entries(families))("%s", (_, cases) => {
    expect(cases.map(({ text }) => text)).toEqual(cases.map(({ expected }) => expected))
  })
})

describe("data last", () => {
  const x = np.array([[1, 2, 3], [4, 5, 6]])
  it.effect.each<readonly [string, NdArray.Any, NdArray.Any]>([
    ["add", np.add(x, 2), x.pipe(np.add(2))],
    ["subtract", np.subtract(x, 2), x.pipe(np.subtract(2))],
    ["divide", np.divide(x, 2), x.pipe(np.divide(2))],
    ["less", np.less(x, 2), x.pipe(np.less(2))],
    ["sum", np.sum(x, { axis: 0 }), x.pipe(np.sum({ axis: 0 }))],
    ["sum of all", np.sum(x), x.pipe(np.sum())],
    ["argmax", np.argmax(x, { axis: 1 }), x.pipe(np.argmax({ axis: 1 }))],
    ["reshape", np.reshape(x, [3, 2]), x.pipe(np.reshape([3, 2]))],
    ["expandDims", np.expandDims(x, 0), x.pipe(np.expandDims(0))],
    ["astype", np.astype(x, "int8"), x.pipe(np.astype("int8"))]
  ])("%s", ([_, first, last]) =>
    run(Effect.gen(function*() {
      expect(last.dtype).toBe(first.dtype)
      expect(yield* NdArray.toNested(last)).toEqual(yield* NdArray.toNested(first))
    })))
})

describe("array", () => {
  it.effect("takes what is nested, in row-major order", () =>
    run(Effect.gen(function*() {
      expect(yield* NdArray.toTypedArray(np.array([[1, 2], [3, 4]]))).toEqual(new Float32Array([1, 2, 3, 4]))
      expect(yield* NdArray.toNested(np.array([1n, 2n], { dtype: "int64" }))).toEqual([1n, 2n])
      expect(yield* NdArray.toNested(np.array([0, 2], { dtype: "bool" }))).toEqual([false, true])
    })))

  it.each<readonly [string, unknown, object | undefined, new(...args: never) => Error, string]>([
    [
      "ragged lists",
      [[1, 2], [3]],
      undefined,
      ShapeError,
      "[1] is a list of 1, but its siblings before it are a list of 2"
    ],
    [
      "a list among numbers",
      [1, [2]],
      undefined,
      ShapeError,
      "[1] is a list of 1, but its siblings before it are a number"
    ],
    ["a number among lists", [[1], 2], undefined, ShapeError, "[1] is 2, but its siblings before it are a list of 1"],
    ["text", ["1"], undefined, DTypeError, "[0] is 1, but elements must be numbers, bigints or booleans"],
    ["arrays", [np.ones([2])], undefined, DTypeError, "np.stack"],
    ["fractions for integers", [1.5], { dtype: "int32" }, DTypeError, "1.5 is not a value of int32"],
    ["numbers too large", [300], { dtype: "uint8" }, DTypeError, "300 is not a value of uint8"],
    ["negative numbers for unsigned", [-1], { dtype: "uint64" }, DTypeError, "-1 is not a value of uint64"]
  ])("refuses %s", (_, values, options, Class, text) => {
    const call = () => np.array(values as never, options)
    expect(call).toThrow(Class)
    expect(call).toThrow(text)
  })
})

describe("wrong arguments", () => {
  it.each<readonly [string, () => unknown, new(...args: never) => Error]>([
    ["an object as operand", () => np.add({ x: 1 } as never, 1 as never), TreeError],
    ["a ragged list as operand", () => np.negative([[1], [1, 2]]), ShapeError],
    ["texts as operands", () => np.negative(["1"] as never), DTypeError],
    ["a negative length", () => np.zeros([2, -1]), ShapeError],
    ["a fractional length", () => np.zeros([1.5]), ShapeError],
    ["a step of 0", () => np.arange(0, 1, 0), ArgumentError],
    ["an infinite range", () => np.arange(Infinity), ArgumentError],
    ["an axis of a scalar", () => np.sum(1, { axis: 0 as never }), AxisError],
    ["the largest of nothing", () => np.max(np.zeros([0])), ShapeError],
    ["no arrays", () => np.concatenate([]), ArgumentError],
    ["different shapes", () => np.stack([m23, v3] as never), ShapeError],
    ["unequal parts", () => np.split(v3, 2 as number), ArgumentError],
    ["two inferred lengths", () => np.reshape(m23, [-1, -1]), ShapeError],
    ["an index out of range", () => np.at(v3, [3]).get(), IndexError],
    ["too many indices", () => np.index(v3, [0, 0] as Array<number>), IndexError],
    ["two ellipses", () => np.index(m23, [np.ellipsis, np.ellipsis]), IndexError],
    ["fractional positions", () => np.index(v3, [v3]), DTypeError],
    ["a scalar as a matrix", () => np.matmul(half, m23 as never), ShapeError],
    ["an unknown label", () => np.einsum("i->k" as string, v3), ArgumentError],
    ["a triangle of a vector", () => np.tril(v3), ShapeError],
    ["negative padding", () => np.pad(v3, -1), ArgumentError]
  ])("%s", (_, call, Class) => {
    expect(call).toThrow(Class)
  })
})

describe("stopGradient and where", () => {
  it("keep the dtype of scalars weak", () => {
    expect(np.stopGradient(1).weak).toBe(true)
    expect(np.add(half, np.sin(1)).dtype).toBe("float16")
    expect(np.where(true, 1, half).dtype).toBe("float16")
  })
})

describe("lists that contain themselves", () => {
  it("have no shape", () => {
    const list: Array<unknown> = []
    list.push(list)
    expect(() => np.array(list as never)).toThrow(ShapeError)
    expect(() => np.array(list as never)).toThrow("array: the list contains itself, 1 level down: it has no shape")
    expect(() => np.array([[list]] as never)).toThrow("array: the list contains itself, 3 levels down")
    const ragged: Array<unknown> = [1]
    ragged.push(ragged)
    expect(() => np.array(ragged as never)).toThrow("array: nested lists must be rectangular: [1] is a list of 2")
    // the same list twice is no cycle
    const row = [1, 2]
    expect(np.array([row, row]).shape).toEqual([2, 2])
  })
})
