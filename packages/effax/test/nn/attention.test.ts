import { Reference } from "@effax/reference"
import { describe, expect, it } from "@effect/vitest"
import { NdArray, Nn, Numpy as np } from "effax"
import * as Effect from "effect/Effect"

const zeros = (...shape: ReadonlyArray<number>) => np.zeros(shape)

describe("dotProductAttention", () => {
  const q = zeros(2, 3, 4, 2)
  const k = zeros(2, 5, 2, 2)

  it.each<[message: string, call: () => unknown]>([
    [
      "query must be [batch, length, heads, features] or [length, heads, features], got [2]",
      () => Nn.dotProductAttention(zeros(2), k, k)
    ],
    [
      "key and value must have one shape, got query [2, 3, 4, 2], key [2, 5, 2, 2], value [2, 4, 2, 2]",
      () => Nn.dotProductAttention(q, k, zeros(2, 4, 2, 2))
    ],
    [
      "query and key must have the same batch size and number of features",
      () => Nn.dotProductAttention(zeros(2, 3, 4, 3), k, k)
    ],
    [
      "the number of heads of the query, 3, must be a multiple of that of key and value, 2",
      () => Nn.dotProductAttention(zeros(2, 3, 3, 2), k, k)
    ],
    [
      "query, key and value must have one floating-point dtype, got float32, float64 and float64",
      () => Nn.dotProductAttention(q, np.astype(k, "float64"), np.astype(k, "float64"))
    ],
    [
      "mask must be an array of booleans, got float32; numbers to add to the logits are the bias",
      () => Nn.dotProductAttention(q, k, k, { mask: zeros(3, 5) })
    ],
    [
      "bias of shape [4, 5] can't be broadcast to [2, 4, 3, 5]: batch, heads of the query, queries and keys",
      () => Nn.dotProductAttention(q, k, k, { bias: zeros(4, 5) })
    ],
    [
      "querySeqLengths must be [2], one length for each example, got [3]",
      () => Nn.dotProductAttention(q, k, k, { querySeqLengths: [1n, 1n, 1n] })
    ],
    [
      "keyValueSeqLengths must be integers, got float32",
      () => Nn.dotProductAttention(q, k, k, { keyValueSeqLengths: [1, 1] })
    ],
    [
      "localWindowSize must be a whole number from 0 up, got -1",
      () => Nn.dotProductAttention(q, k, k, { localWindowSize: -1 })
    ],
    [
      "localWindowSize must be a whole number, or two: [left, right]",
      () => Nn.dotProductAttention(q, k, k, { localWindowSize: [1] as never })
    ],
    ["isCausal must be true or false", () => Nn.dotProductAttention(q, k, k, { isCausal: 1 as never })]
  ])("%s", (message, call) => {
    expect(call).toThrow(message)
  })

  it.effect("computes float64 in float64", () =>
    Effect.gen(function*() {
      const [a, b] = [0.3, -1.1]
      const key = np.array([[[a]], [[b]]], { dtype: "float64" })
      const query = np.array([[[1.7]]], { dtype: "float64" })
      const [wa, wb] = [Math.exp(1.7 * a), Math.exp(1.7 * b)]
      const result = yield* NdArray.toNumber(np.sum(Nn.dotProductAttention(query, key, key)))
      expect(Math.abs(result - (wa * a + wb * b) / (wa + wb))).toBeLessThan(1e-15)
    }).pipe(Effect.provide(Reference.layer)))
})
