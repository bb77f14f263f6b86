import { describe, expect, it } from "vitest"
import { decodeBfloat16, decodeFloat16, encodeBfloat16, encodeFloat16 } from "../src/internal/halfFloat.ts"

const all = Array.from({ length: 2 ** 16 }, (_, bits) => bits)

describe("halfFloat", () => {
  it("decodes and encodes every number", () => {
    const wrong = all.filter((bits) => {
      const [b, h] = [decodeBfloat16(bits), decodeFloat16(bits)]
      return (b === b && encodeBfloat16(b) !== bits) || (h === h && encodeFloat16(h) !== bits)
    })
    expect(wrong).toEqual([])
  })

  it("decodes float16 as the language's own typed array does", () => {
    const expected = new Float16Array(Uint16Array.from(all).buffer)
    expect(all.filter((bits) => !Object.is(decodeFloat16(bits), expected[bits]))).toEqual([])
  })

  it("rounds to nearest even between every two neighbours", () => {
    for (
      const [encode, decode, infinity] of [
        [encodeBfloat16, decodeBfloat16, 0x7f80],
        [encodeFloat16, decodeFloat16, 0x7c00]
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
    expect(encodeFloat16(65519.99)).toBe(0x7bff)
    expect(encodeFloat16(65520)).toBe(0x7c00)
  })
})
