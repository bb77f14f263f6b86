/**
 * Positions of every integer dtype, near the limits and far beyond them, against plain JavaScript.
 */
import { Reference } from "@effax/reference"
import { CpuWasm } from "@effax/wasm"
import { describe, expect, it } from "@effect/vitest"
import { grad, jit, Lax, NdArray, Nn, Numpy as np, vmap } from "effax"
import * as DTypes from "effax/DType"
import * as Effect from "effect/Effect"

const integers = DTypes.all.filter(DTypes.isInteger)

/** Positions that a dtype has: small ones, those around the length of the axis, and its limits. */
const positionsOf = (dtype: DTypes.Integer, n: number): ReadonlyArray<bigint> => {
  const bits = BigInt(8 * DTypes.itemSize(dtype))
  const [low, high] = DTypes.isSigned(dtype)
    ? [-(1n << (bits - 1n)), (1n << (bits - 1n)) - 1n]
    : [0n, (1n << bits) - 1n]
  const size = BigInt(n)
  return [
    0n,
    1n,
    size - 1n,
    size,
    size + 1n,
    -1n,
    -size,
    -size - 1n,
    low,
    low + 1n,
    high,
    high - 1n,
    ...[31n, 32n, 33n, 40n].flatMap((k) => [1n << k, (1n << k) + 1n, -(1n << k), 1n - (1n << k)])
  ].filter((at) => at >= low && at <= high)
}

const array = (dtype: DTypes.DType, values: ReadonlyArray<number | bigint>): NdArray.Any => np.array(values, { dtype })

type At = (at: bigint, size: bigint) => bigint | undefined

const clamped: At = (at, size) => at < 0n ? 0n : at >= size ? size - 1n : at
const fromEnd = (at: bigint, size: bigint) => at < 0n ? at + size : at
const wrapped = (f: At): At => (at, size) => f(fromEnd(at, size), size)
const inside: At = (at, size) => at < 0n || at >= size ? undefined : at

describe.each([["reference", Reference.layer], ["cpu-wasm", CpuWasm.layer]] as const)("positions on %s", (_, layer) => {
  const read = (x: NdArray.Any) => Effect.runPromise(Effect.provide(NdArray.toNested(x), layer))

  const readers: ReadonlyArray<readonly [string, (x: NdArray.Any, i: NdArray.Any) => NdArray.Any, At]> = [
    ["take", (x, i) => np.take(x, i), wrapped(inside)],
    ["take clip", (x, i) => np.take(x, i, { mode: "clip" }), clamped],
    ["index", (x, i) => np.index(x, i), wrapped(clamped)],
    ["at get fill", (x, i) => np.at(x, i).get({ mode: "fill" }), wrapped(inside)],
    ["takeAlongAxis", (x, i) => np.takeAlongAxis(x, i), wrapped(inside)],
    ["takeAlongAxis clip", (x, i) => np.takeAlongAxis(x, i, { mode: "clip" }), wrapped(clamped)],
    ["jit index", (x, i) => jit((x: NdArray.Any, i: NdArray.Any) => np.index(x, i))(x, i), wrapped(clamped)],
    ["vmap index", (x, i) => vmap((i: NdArray.Any) => np.index(x, i))(i), wrapped(clamped)],
    [
      "gather",
      (x, i) =>
        Lax.gather(
          x,
          np.reshape(i, [i.size, 1]),
          { offsetDims: [], collapsedSliceDims: [0], startIndexMap: [0] },
          [1],
          { mode: "fill" }
        ),
      inside
    ],
    ["dynamicSlice", (x, i) => np.ravel(vmap((i: NdArray.Any) => Lax.dynamicSlice(x, [i], [1]))(i)), wrapped(clamped)]
  ]

  it.each(readers)("%s reads the element that is meant", async (_, f, at) => {
    for (const dtype of integers) {
      for (const n of [1, 5, 200, 300]) {
        const positions = positionsOf(dtype, n)
        const expected = positions.map((p) => {
          const found = at(p, BigInt(n))
          return found === undefined ? NaN : Number(found)
        })
        const x = np.astype(np.arange(n), "float32")
        expect(await read(f(x, array(dtype, positions))), `${dtype} of ${n}`).toEqual(expected)
      }
    }
  })

  it("single starts of dynamic slices, also of several dtypes", async () => {
    const x = np.reshape(np.arange(1200), [3, 400])
    expect(await read(Lax.dynamicSlice(x, [array("uint8", [1]).pipe((i) => np.reshape(i, [])), 300], [1, 1]))).toEqual([
      [700]
    ])
    const starts = integers.flatMap((dtype) => positionsOf(dtype, 400).map((at) => [dtype, at] as const))
    const first = (at: bigint) => Number(wrapped((p) => p < 0n ? 0n : p > 398n ? 398n : p)(at, 400n))
    for (const [dtype, at] of starts.filter((_, i) => i % 5 === 0)) {
      const start = np.array(at, { dtype })
      const got = jit((s: NdArray.Any) => Lax.dynamicSlice(np.arange(400), [s], [2]))(start)
      expect(await read(got), `${dtype} ${at}`).toEqual([first(at), first(at) + 1])
      expect(await read(Lax.dynamicSlice(np.arange(400), [at], [2])), String(at)).toEqual([first(at), first(at) + 1])
    }
    expect(await read(Lax.dynamicSlice(np.arange(10), [3e9], [2]))).toEqual([8, 9])
    expect(await read(Lax.dynamicSlice(np.reshape(np.arange(20), [5, 4]), [9, -1], [2, 2]))).toEqual([[14, 15], [
      18,
      19
    ]])
    expect(() => Lax.dynamicSlice(x, [np.array(1), 0], [1, 1])).toThrow(
      "dynamicSlice: starts must be integers, got float32"
    )
    expect(() => Lax.dynamicSlice(x, [0.5, 0], [1, 1])).toThrow("dynamicSlice: the start of axis 0 must be an integer")
  })

  it("windows that are written, and their derivatives", async () => {
    const two = array("int32", [7, 8])
    const write = (i: NdArray.Any) => Lax.dynamicUpdateSlice(np.arange(5), two, [i])
    for (
      const [dtype, at, from] of [["int64", 2n ** 40n, 3], ["int8", -2n, 3], ["uint32", 2n ** 32n - 1n, 3]] as const
    ) {
      const expected = [0, 1, 2, 3, 4].map((x, i) => i < from ? x : i - from + 7)
      expect(await read(write(np.array(at, { dtype })))).toEqual(expected)
      expect(await read(vmap(write)(array(dtype, [at])))).toEqual([expected])
    }
    // a start that lies before the front even when counted from the end is counted from the end once
    const g = grad((x: NdArray.Any) => np.sum(Lax.dynamicSlice(x, [np.array(-9n)], [2])))
    expect(await read(g(np.ones([4])))).toEqual([1, 1, 0, 0])
  })

  it("updates of places that there are not are left out", async () => {
    for (const dtype of integers) {
      const n = 5
      const positions = positionsOf(dtype, n)
      const expected = new Array<number>(n).fill(0)
      for (const p of positions) {
        const at = wrapped(inside)(p, BigInt(n))
        if (at !== undefined) expected[Number(at)]! += 1
      }
      expect(await read(np.at(np.zeros([n]), [array(dtype, positions)]).add(1)), dtype).toEqual(expected)
    }
  })

  it("of the program text follow a mode that is given, and are refused without one", async () => {
    const x = np.array([10, 20, 30])
    expect(await read(np.take(x, [-1, 5], { mode: "clip" }))).toEqual([10, 30])
    expect(await read(np.take(x, [-1, 5], { mode: "fill" }))).toEqual([30, NaN])
    expect(await read(np.at(x, 7).get({ mode: "fill", fillValue: 5 }))).toBe(5)
    expect(await read(np.at(x, [[7, 1]]).set(1, { mode: "drop" }))).toEqual([10, 1, 30])
    expect(await read(np.at(x, 2 ** 40).get({ mode: "clip" }))).toBe(30)
    expect(() => np.take(x, [5])).toThrow("take: index 5 is out of range for axis 0 of length 3")
    expect(() => np.index(x, [{ start: 0 }] as never)).toThrow(
      "index: entry 0 of the index is an object; ranges are written `np.slice(start, stop, step)`"
    )
  })

  it("in typed arrays are those of a list", async () => {
    const x = np.array([10, 20, 30])
    expect(await read(np.take(x, new Int8Array([2, -1]) as never as number[]))).toEqual([30, 30])
    expect(await read(np.index(x, new BigInt64Array([0n, -1n]) as never as [number[]]))).toEqual([10, 30])
  })

  it("of an empty axis can't be read, unless none are", async () => {
    const none = np.zeros([3, 0])
    const message = "axis 1 of shape [3, 0] has no elements that could be read"
    expect(() => np.index(none, [np.slice(), [np.array([0n])][0]!])).toThrow(`index: ${message}`)
    expect(() => np.take(none, np.array([0n]), { axis: 1, mode: "clip" })).toThrow(`take: ${message}`)
    expect(await read(np.take(none, array("int32", []), { axis: 1 }))).toEqual([[], [], []])
    expect(await read(np.index(none, [0]))).toEqual([])
    expect(await read(np.index(none, np.array([0n, 2n])))).toEqual([[], []])
    expect(await read(np.at(none, [np.slice(), np.array([0n])]).set(1))).toEqual([[], [], []])
    // windows without any computed place are read too
    expect(() =>
      Lax.gather(
        np.zeros([0]),
        np.zeros([5, 0], { dtype: "int32" }),
        { offsetDims: [1], collapsedSliceDims: [], startIndexMap: [] },
        [1]
      )
    ).toThrow("gather: sliceSizes has 1 at axis 0, but that axis of f32[0] has only 0 elements")
  })

  it("values that are written keep their meaning, or are refused", async () => {
    const x = array("int32", [1, 2])
    const advice = /^at\.set: values of float32 do not fit an array of int32.*`np\.astype\(values, "int32"\)`$/
    expect(() => np.at(x, 0).set(np.array(2.7))).toThrow(advice)
    expect(() => jit((v: NdArray.Any) => np.at(x, 0).set(v))(2.7)).toThrow(
      "at.set: the argument 2.7 is used as an integer"
    )
    expect(() => np.at(array("int8", [1]), 0).add(np.array(300n))).toThrow(
      "at.add: the number 300 does not fit an array of int8"
    )
    expect(() => np.pad(x, 1, { constantValues: np.array(2.5) as never })).toThrow("pad: values of float32 do not fit")
    expect(() => np.take(array("int8", [1]), np.array([5n]), { fillValue: 300 })).toThrow(
      "take: the number 300 does not fit an array of int8"
    )
    expect(await read(np.at(x, 0).set(2))).toEqual([2, 2])
    expect(await read(np.at(np.ones([2]), 0).set(array("float64", [0.5]).pipe((v) => np.reshape(v, []))))).toEqual([
      0.5,
      1
    ])
  })

  it("that are named several times have a function applied as often", async () => {
    const index = [[1, 2, 2, 3, 3, 3]]
    const f = (x: NdArray.Any) => np.at(x, index).apply((part) => np.square(part)) as NdArray.Any
    const x = np.full([4], 2)
    expect(await read(f(x))).toEqual([2, 4, 16, 256])
    expect(await read(jit(f)(x))).toEqual([2, 4, 16, 256])
    expect(await read(vmap(f)(np.full([2, 4], 2)))).toEqual([[2, 4, 16, 256], [2, 4, 16, 256]])
    // d x^(2^k) = 2^k x^(2^k - 1)
    expect(await read(grad((x: NdArray.Any) => np.sum(f(x)))(x))).toEqual([1, 4, 32, 1024])
    // log log x is differentiated at 3 alone, though elements that are done have no logarithm of their logarithm
    const g = grad((x: NdArray.Any) => np.sum(np.at(x, [[0, 1, 1]]).apply((part) => np.log(part)) as NdArray.Any))
    const [a, b, c] = (await read(g(np.array([0.5, 3, 5])))) as ReadonlyArray<number>
    expect([a, c]).toEqual([2, 1])
    expect(b).toBeCloseTo(1 / (3 * Math.log(3)), 6)
    const none = np.at(np.zeros([0]), np.array([0n])).apply((part) => part)
    expect(await read(none)).toEqual([])
  })

  it("of classes are told apart beyond the labels' dtype", async () => {
    const hot = (await read(Nn.oneHot(array("int8", [-128, 3]), 300))) as ReadonlyArray<ReadonlyArray<number>>
    expect(hot.map((row) => row.indexOf(1))).toEqual([-1, 3])
    const wide = await read(Nn.oneHot(array("int64", [2n ** 32n, 1n]), 2))
    expect(wide).toEqual([[0, 0], [0, 1]])
  })
})
