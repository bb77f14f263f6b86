/**
 * Values for tests: the same ones every time.
 */
import { type DType, itemSize, type TypedArray } from "effax/DType"
import { convert, stored } from "./interpreter.ts"
import { arrayOf } from "./run.ts"

/** Numbers in [0, 1) that look random (the generator of Numerical Recipes, 7.1). */
export const random = (seed: number) => () => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
  return seed / 2 ** 32
}

export const zeros = (dtype: DType, length: number): TypedArray =>
  new arrayOf[dtype]!(new ArrayBuffer(length * itemSize(dtype)), 0, length)

/** Numbers between -4 and 4, whole ones for integers, as elements of a dtype. */
export const small = (dtype: DType, length: number, next: () => number): TypedArray => {
  const array = zeros(dtype, length)
  for (let i = 0; i < length; i++) {
    const x = Math.fround((next() - 0.5) * 8)
    array[i] = stored(convert("float32", dtype, x)) as never
  }
  return array
}
