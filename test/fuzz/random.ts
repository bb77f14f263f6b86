/**
 * Choices that are the same every time (Mulberry32).
 */

export interface Random {
  /** Uniform on [0, 1). */
  readonly next: () => number
  /** A whole number from `low` to `high`, both included. */
  readonly int: (low: number, high: number) => number
  readonly chance: (probability: number) => boolean
  readonly pick: <A>(from: ReadonlyArray<A>) => A
  readonly shuffle: <A>(from: ReadonlyArray<A>) => ReadonlyArray<A>
}

export const make = (seed: number): Random => {
  let state = Math.imul(seed, 0x9e3779b1) >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  const int = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1))
  return {
    next,
    int,
    chance: (probability) => next() < probability,
    pick: (from) => from[int(0, from.length - 1)]!,
    shuffle: (from) => {
      const result = [...from]
      for (let i = result.length - 1; i > 0; i--) {
        const k = int(0, i)
        ;[result[i], result[k]] = [result[k]!, result[i]!]
      }
      return result
    }
  }
}
