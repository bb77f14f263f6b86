/**
 * A reproducible stream of numbers from 0 to 1: George Marsaglia's xorshift32 ("Xorshift RNGs", Journal of Statistical
 * Software 8, 2003).
 */
export const generator = (seed: number): () => number => {
  let state = (seed * 2654435761 + 88172645) | 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
}
