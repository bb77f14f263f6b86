/** Numbers uniform on [low, high), the same in every subject: Tommy Ettinger's mulberry32. */
export const uniform = (count: number, seed: number, low = -1, high = 1): Float32Array => {
  const data = new Float32Array(count)
  let state = seed
  for (let i = 0; i < count; i++) {
    state = state + 0x6d2b79f5 | 0
    let bits = Math.imul(state ^ state >>> 15, state | 1)
    bits ^= bits + Math.imul(bits ^ bits >>> 7, bits | 61)
    data[i] = low + (high - low) * ((bits ^ bits >>> 14) >>> 0) / 2 ** 32
  }
  return data
}

/** `[batch, classes]`, one 1 in each row. */
export const oneHot = (batch: number, classes: number): Float32Array => {
  const data = new Float32Array(batch * classes)
  for (let row = 0; row < batch; row++) data[row * classes + row * 7 % classes] = 1
  return data
}
