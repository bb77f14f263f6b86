import { Reference } from "@effax/reference"
import { CpuWasm } from "@effax/wasm"
import { describe, expect, it } from "@effect/vitest"
import { customVjp, grad, jit, jvp, Lax, NdArray, Numpy as np, Random, vjp } from "effax"
import type { DType } from "effax/DType"
import * as DTypes from "effax/DType"
import * as Effect from "effect/Effect"
import { holds, wrap } from "../../../src/internal/graph/scalars.ts"
import { programOf } from "../../lax/support.ts"

const integers = DTypes.all.filter(DTypes.isInteger)

/** The least and the largest value of each integer dtype. */
const limits: { readonly [D in DTypes.Integer]: readonly [bigint, bigint] } = {
  int8: [-128n, 127n],
  int16: [-32768n, 32767n],
  int32: [-2147483648n, 2147483647n],
  int64: [-9223372036854775808n, 9223372036854775807n],
  uint8: [0n, 255n],
  uint16: [0n, 65535n],
  uint32: [0n, 4294967295n],
  uint64: [0n, 18446744073709551615n]
}

const of = <D extends DType>(dtype: D, values: ReadonlyArray<number | bigint>) => np.array(values, { dtype })

describe("scalars", () => {
  it("fit a dtype up to its limits", () => {
    for (const dtype of integers) {
      const [low, high] = limits[dtype]
      expect([low, high, 0n, 0, 1].every((x) => holds(dtype, x))).toBe(true)
      expect([low - 1n, high + 1n, 0.5, NaN, Infinity].some((x) => holds(dtype, x))).toBe(false)
      expect(wrap(dtype, high + 1n)).toBe(low)
      expect(wrap(dtype, low - 1n)).toBe(high)
    }
  })

  const binary = {
    add: Lax.add,
    sub: Lax.sub,
    mul: Lax.mul,
    div: Lax.div,
    rem: Lax.rem,
    max: Lax.max,
    min: Lax.min,
    eq: Lax.eq,
    ne: Lax.ne,
    lt: Lax.lt,
    le: Lax.le,
    gt: Lax.gt,
    ge: Lax.ge,
    bitwiseAnd: Lax.bitwiseAnd,
    bitwiseOr: Lax.bitwiseOr,
    bitwiseXor: Lax.bitwiseXor,
    shiftLeft: Lax.shiftLeft,
    shiftRightLogical: Lax.shiftRightLogical,
    shiftRightArithmetic: Lax.shiftRightArithmetic
  }

  it("beside arrays of the primitives are refused when they don't fit", () => {
    for (const [name, f] of Object.entries(binary)) {
      for (const use of [() => f(of("int8", [3]), 200), () => f(200, of("int8", [3])), () => f(of("int8", [3]), 0.5)]) {
        expect(use).toThrow(
          new RegExp(`^${name}: the number (200|0.5) does not fit an array of int8: a number takes the array's dtype`)
        )
      }
      expect(f(of("int8", [3]), 127).shape).toEqual([1])
    }
    expect(() => Lax.clamp(0, of("uint8", [3]), 256)).toThrow("clamp: the number 256 does not fit an array of uint8")
    expect(() => Lax.selectN(of("bool", [1]), of("int16", [3]), 2 ** 15)).toThrow(
      "selectN: the number 32768 does not fit an array of int16"
    )
    expect(() => Lax.bitwiseAnd(np.array([true]), 5)).toThrow("bitwiseAnd: the number 5 does not fit an array of bool")
  })

  it("that are bigints make Programs of any dtype", () => {
    for (const dtype of ["float32", "float64", "bfloat16", "int64", "uint8"] as const) {
      programOf((x: NdArray.Any) => Lax.add(x, 3n), np.ones([2], { dtype }))
      programOf((x: NdArray.Any) => np.add(x, 3n), np.ones([2], { dtype }))
      programOf(
        (x: NdArray.Any) => Lax.scan((c) => [np.add(c, x), null], 3n, null, { length: 2 })[0],
        np.ones([], { dtype })
      )
      programOf((x: NdArray.Any) => Lax.cond(true, () => x, () => 3n), np.ones([], { dtype }))
    }
    programOf((x: NdArray.Any) => jvp((x: NdArray.Any) => np.sin(x), [x], [1n])[1], np.ones([]))
    programOf((x: NdArray.Any) => vjp((x: NdArray.Any) => np.sin(x), x)[1](1n)[0], np.ones([]))
  })

  it("by themselves are int32 where they are bigints", () => {
    const wide = 2n ** 40n
    const message =
      /the number 1099511627776 does not fit an array of int32, which a bigint by itself is; give it a dtype/
    expect(() => np.negative(wide)).toThrow(message)
    expect(() => np.full([2], wide)).toThrow(message)
    expect(() => jit((x: NdArray.Any) => x)(wide)).toThrow(message)
    expect(() => Lax.whileLoop((c) => np.less(c, 3), (c) => c, wide)).toThrow(message)
    expect(() => np.add(wide, 1n)).toThrow("add: the number 1099511627776 does not fit an array of int32")
    expect(np.full([2], wide, { dtype: "int64" }).dtype).toBe("int64")
  })

  it("in the place of results and cotangents must fit too", () => {
    const f = customVjp((x: NdArray.Any) => x, {
      forward: (x) => [x, null],
      backward: () => [1n as never]
    })
    programOf((x: NdArray.Any) => grad(f)(x), np.ones([]))
    expect(() => Lax.cond(true, () => of("int8", [1]), () => np.array(300, { dtype: "int32" }))).toThrow("branches")
    expect(() => Lax.cond(true, () => np.array(1, { dtype: "int8" }), () => 300n)).toThrow(
      "cond: the number 300 does not fit an array of int8"
    )
    expect(() => Lax.scan((c) => [np.add(c, np.array(1, { dtype: "int8" })), null], 300n, null, { length: 1 })).toThrow(
      "scan: the number 300 does not fit an array of int8"
    )
  })
})

const run = [["reference", Reference.layer], ["cpu-wasm", CpuWasm.layer]] as const

describe.each(run)("scalars on %s", (_, layer) => {
  const read = (x: NdArray.Any) => Effect.runPromise(Effect.provide(NdArray.toNested(x), layer))

  it("beyond a dtype compare as what they are", async () => {
    const x = of("int64", [limits.int64[0], limits.int64[1]])
    expect(await read(np.less(x, 2n ** 63n))).toEqual([true, true])
    expect(await read(np.greaterEqual(x, 2n ** 63n))).toEqual([false, false])
    expect(await read(np.greater(x, -(2n ** 63n) - 1n))).toEqual([true, true])
    expect(await read(np.equal(of("uint8", [0, 255]), -1))).toEqual([false, false])
    expect(await read(np.less(2 ** 40, of("int32", [5])))).toEqual([false])
  })

  it("of arrays that were made before round as their own dtype does", async () => {
    expect(await read(np.add(np.array(0.1), of("float64", [0])))).toEqual([Math.fround(0.1)])
    expect(await read(np.array(np.array(300, { dtype: "int32" }), { dtype: "int8" }))).toBe(44)
  })

  it("make ranges that fit, whatever lies on the way to them", async () => {
    expect(await read(np.arange(-128, 128, 85, { dtype: "int8" }))).toEqual([-128, -43, 42, 127])
    expect(await read(np.arange(5, 0, -2, { dtype: "uint8" }))).toEqual([5, 3, 1])
    expect(await read(np.arange(2147483646, 2147483649, 1, { dtype: "int64" }))).toEqual(
      [2147483646n, 2147483647n, 2147483648n]
    )
    expect(() => np.arange(2147483646, 2147483649)).toThrow(
      "arange: 2147483648 is not a value of int32; ask for another dtype, such as `{ dtype: \"int64\" }`"
    )
    expect(() => np.arange(0, 2, 0.5, { dtype: "int8" })).toThrow("arange: 1.5 is not a value of int8")
    expect(() => Lax.broadcastedIota("int8", [2, 129], 1)).toThrow(
      "iota: int8 has no values for the 129 positions along axis 1"
    )
  })

  it("name diagonals beyond the corners", async () => {
    const x = np.ones([2, 2])
    expect(await read(np.tril(x, 3e9))).toEqual([[1, 1], [1, 1]])
    expect(await read(np.tril(x, -3e9))).toEqual([[0, 0], [0, 0]])
    expect(await read(np.triu(x, 3e9))).toEqual([[0, 0], [0, 0]])
    expect(await read(np.triu(x, -3e9))).toEqual([[1, 1], [1, 1]])
    expect(await read(np.eye(2, { k: 2 ** 31 }))).toEqual([[0, 0], [0, 0]])
    expect(() => np.eye(2, { k: 0.5 })).toThrow("eye: k must be a whole number, got 0.5")
  })

  it("are drawn inside of their bounds", async () => {
    for (const dtype of ["int8", "uint8", "int16", "uint16"] as const) {
      const drawn = (await read(Random.randint(Random.key(1), [1000], 0, 200, { dtype }))) as ReadonlyArray<number>
      expect(Math.min(...drawn)).toBeGreaterThanOrEqual(0)
      expect(Math.max(...drawn)).toBe(dtype === "int8" ? 127 : 199)
    }
    expect(() => Random.randint(Random.key(1), [2], 0, 2.5)).toThrow("randint: bounds must be integers, got 2.5")
    expect(() => Random.randint(Random.key(1), [2], np.array(0), 5)).toThrow(
      "randint: bounds must be integers, got f32[]"
    )
  })
})
