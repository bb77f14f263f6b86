/**
 * Real handwritten digits in the page, shuffled and split.
 */

export const pixels = 28 * 28

export interface Digits {
  /** `[count, 28, 28]`, 0 (paper) to 1 (ink). */
  readonly images: Float32Array<ArrayBuffer>
  /** `[count]`, 0 to 9. */
  readonly labels: Int32Array<ArrayBuffer>
  readonly count: number
}

/** A permutation of `0 ... count - 1` (Durstenfeld 1964), from a seed. */
export const shuffled = (count: number, seed: number): Int32Array<ArrayBuffer> => {
  const order = Int32Array.from({ length: count }, (_, i) => i)
  // mulberry32, by Tommy Ettinger: more than enough for the order of pictures
  let state = seed
  const random = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    const held = order[i]!
    order[i] = order[j]!
    order[j] = held
  }
  return order
}

/** Images to train on and images to test with: always the same ones. */
export const load = async (testCount: number): Promise<{ readonly training: Digits; readonly test: Digits }> => {
  const response = await fetch("./digits.bin")
  if (!response.ok) throw new Error(`the digits did not come: ${response.status} ${response.statusText}`)
  const bytes = new Uint8Array(await response.arrayBuffer())
  const count = bytes.length / (1 + pixels)
  const order = shuffled(count, 1)
  const pick = (from: number, to: number): Digits => {
    const images = new Float32Array((to - from) * pixels)
    const labels = new Int32Array(to - from)
    for (let i = from; i < to; i++) {
      const source = order[i]!
      labels[i - from] = bytes[source]!
      const first = count + source * pixels
      for (let p = 0; p < pixels; p++) images[(i - from) * pixels + p] = bytes[first + p]! / 255
    }
    return { images, labels, count: to - from }
  }
  return { test: pick(0, testCount), training: pick(testCount, count) }
}
