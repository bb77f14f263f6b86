import * as HostArray from "effax/HostArray"
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
})
