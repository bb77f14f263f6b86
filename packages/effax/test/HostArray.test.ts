import { Reference } from "@effax/reference"
import * as HostArray from "effax/HostArray"
import * as NdArray from "effax/NdArray"
import * as np from "effax/Numpy"
import * as Effect from "effect/Effect"
import { runInNewContext } from "node:vm"
import { describe, expect, it } from "vitest"

const all = Array.from({ length: 2 ** 16 }, (_, bits) => bits)

describe("HostArray", () => {
  it("decodes and encodes every number", () => {
    const wrong = all.filter((bits) => {
      const [b, h] = [HostArray.fromBfloat16Bits(bits), HostArray.fromFloat16Bits(bits)]
      return (b === b && HostArray.bfloat16Bits(b) !== bits) || (h === h && HostArray.float16Bits(h) !== bits)
    })
    expect(wrong).toEqual([])
  })

  it("decodes float16 as the language's own typed array does", () => {
    const expected = new Float16Array(Uint16Array.from(all).buffer)
    expect(all.filter((bits) => !Object.is(HostArray.fromFloat16Bits(bits), expected[bits]))).toEqual([])
  })

  it("rounds to nearest even between every two neighbours", () => {
    for (
      const [encode, decode, infinity] of [
        [HostArray.bfloat16Bits, HostArray.fromBfloat16Bits, 0x7f80],
        [HostArray.float16Bits, HostArray.fromFloat16Bits, 0x7c00]
      ] as const
    ) {
      const wrong = all.slice(0, infinity - 1).filter((bits) => {
        const [low, high] = [decode(bits), decode(bits + 1)]
        const middle = (low + high) / 2
        const even = bits % 2 === 0 ? bits : bits + 1
        const nudge = (high - low) / 16
        // The subnormals of bfloat16 are too near those of float32 to be nudged
        const inexact = Math.fround(middle) !== middle || Math.fround(middle + nudge) !== middle + nudge
        return encode(-middle) !== (even | 0x8000) ||
          (!inexact &&
            (encode(middle) !== even || encode(middle + nudge) !== bits + 1 || encode(middle - nudge) !== bits))
      })
      expect(wrong).toEqual([])
      expect(encode(Infinity)).toBe(infinity)
      expect(encode(1e40)).toBe(infinity)
      expect(decode(encode(NaN))).toBeNaN()
      expect(encode(-0)).toBe(0x8000)
    }
    expect(HostArray.float16Bits(65519.99)).toBe(0x7bff)
    expect(HostArray.float16Bits(65520)).toBe(0x7c00)
  })

  it("names the dtype of every kind of typed array, of any realm", () => {
    const kinds: ReadonlyArray<readonly [HostArray.AnyTypedArray, string]> = [
      [new Uint8Array(2), "uint8"],
      [new Uint8ClampedArray(2), "uint8"],
      [Buffer.alloc(2), "uint8"],
      [new Int8Array(2), "int8"],
      [new Uint16Array(2), "uint16"],
      [new Int16Array(new SharedArrayBuffer(4)), "int16"],
      [new Uint32Array(2), "uint32"],
      [new Int32Array(2), "int32"],
      [new BigUint64Array(2), "uint64"],
      [new BigInt64Array(2), "int64"],
      [new Float16Array(2), "float16"],
      [new Float32Array(2), "float32"],
      [new Float64Array(2), "float64"],
      [runInNewContext("new Float64Array(2)") as Float64Array, "float64"],
      [runInNewContext("new Uint8ClampedArray(2)") as Uint8ClampedArray, "uint8"]
    ]
    for (const [data, dtype] of kinds) {
      expect(HostArray.isTypedArray(data)).toBe(true)
      expect(HostArray.dtypeOf(data)).toBe(dtype)
      expect(HostArray.holds(HostArray.copyOf(data), HostArray.dtypeOf(data))).toBe(true)
      expect(np.array(data).dtype).toBe(dtype)
      expect(NdArray.fromTypedArray(data).dtype).toBe(dtype)
    }
  })

  it("copies the elements, also those of a Node buffer", () => {
    for (const data of [Buffer.from([1, 2]), Uint8ClampedArray.of(1, 2), new Uint8Array([0, 1, 2]).subarray(1)]) {
      const copy = HostArray.copyOf(data)
      data[0] = 9
      expect(copy).toEqual(Uint8Array.of(1, 2))
    }
    expect(HostArray.copyOf(Float16Array.of(1, -2))).toEqual(Uint16Array.of(0x3c00, 0xc000))
    expect(Effect.runSync(Effect.provide(NdArray.toNested(np.array(Float16Array.of(1.5, -2))), Reference.layer)))
      .toEqual(
        [1.5, -2]
      )
  })

  it("refuses memory that does not say what its elements are", () => {
    for (const memory of [new ArrayBuffer(4), new SharedArrayBuffer(4), new DataView(new ArrayBuffer(4))]) {
      const name = memory.constructor.name
      const message = new RegExp(`got an? ${name}, which does not say of what kind its elements are`)
      expect(HostArray.isTypedArray(memory)).toBe(false)
      expect(() => np.array(memory as never)).toThrow(message)
      expect(() => NdArray.fromTypedArray(memory as never)).toThrow(message)
    }
    expect(() => NdArray.fromTypedArray(null as never)).toThrow("fromTypedArray: expected a typed array, got null")
    expect(() => NdArray.fromTypedArray(Uint8Array.of(0, 2), [2], "bool")).toThrow(
      "fromTypedArray: 2 is not a value of bool, which is stored as 0 and 1"
    )
    expect(() => NdArray.fromTypedArray(new Float16Array(2), [2], "bfloat16")).toThrow(
      "fromTypedArray: a Float16Array can't hold bfloat16; bfloat16 elements are held by a Uint16Array"
    )
  })
})
