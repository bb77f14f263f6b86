/** Numbers uniform on [low, high), the same in every subject: a linear congruential generator. */
export const uniform = (count: number, seed: number, low = -1, high = 1): Float32Array => {
  const data = new Float32Array(count)
  let state = seed >>> 0
  for (let i = 0; i < count; i++) {
    state = Math.imul(state, 1664525) + 1013904223 >>> 0
    data[i] = low + (high - low) * (state / 2 ** 32)
  }
  return data
}

/** `[batch, classes]`, one 1 in each row. */
export const oneHot = (batch: number, classes: number): Float32Array => {
  const data = new Float32Array(batch * classes)
  for (let row = 0; row < batch; row++) data[row * classes + row * 7 % classes] = 1
  return data
}
