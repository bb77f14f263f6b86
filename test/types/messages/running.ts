import { Numpy as np } from "effax"
import { Effect } from "effect"

export const list = Effect.gen(function*() {
  const [a, b] = yield* [np.ones([2]), np.ones([3])]
  return [a, b]
})

export const object = Effect.gen(function*() {
  const both = yield* { a: np.ones([2]), b: np.ones([3]) }
  return both
})
