/**
 * The weights with which the pixels along one axis of an image enter the pixels of a resampled one.
 */
import type { Floating } from "../DType.ts"
import type * as NdArray from "../NdArray.ts"
import * as primitive from "../primitive/elementwise.ts"
import { reduceSum } from "../primitive/reduction.ts"
import { broadcastInDim, concatenate, iota, reshape, sliceAxis } from "../primitive/structural.ts"
import type { Method } from "./kernels.ts"

const { abs, add, and, div, ge, gt, le, max, min, mul, ne, select, sub } = primitive

/** Weights below this many times the rounding error of float32 add up to nothing. */
const negligible = 1000 * 2 ** -23

/** The columns of weights divided by their sums, and 0 where a sum is nothing. */
const normalized = (weights: NdArray.Any): NdArray.Any => {
  const sums = broadcastInDim(reduceSum(weights, [0]), weights.shape, [1])
  return select(gt(abs(sums), negligible), div(weights, select(ne(sums, 0), sums, 1)), 0)
}

/** Weights of positions outside of the image, `reach` on both sides, added to those of the pixels at the edges. */
const ontoEdges = (weights: NdArray.Any, size: number, reach: number): NdArray.Any => {
  const [rows, columns] = weights.shape as unknown as readonly [number, number]
  const folded = (from: number, to: number) => reshape(reduceSum(sliceAxis(weights, 0, from, to), [0]), [1, columns])
  return size === 1
    ? folded(0, rows)
    : concatenate([
      folded(0, reach + 1),
      sliceAxis(weights, 0, reach + 1, reach + size - 1),
      folded(reach + size - 1, rows)
    ], 0)
}

/**
 * The weights of `size` pixels in each of `outputs` pixels, `[size, outputs]`: output `o` lies at `(o + 0.5) / scale -
 * translation / scale - 0.5`. Where an output lies outside of the image its weights are 0, but with `method.repeated`.
 */
export const weightsOf = (
  size: number,
  outputs: number,
  scale: NdArray.Any,
  translation: NdArray.Any,
  method: Method,
  antialias: boolean
): NdArray.Any => {
  const dtype = scale.dtype as Floating
  const inverse = div(1, scale)
  const shift = mul(translation, inverse)
  const samples = sub(sub(mul(add(iota(dtype, [outputs], 0), 0.5), inverse), shift), 0.5)
  const isRepeated = method.repeated !== undefined && !antialias
  const reach = isRepeated ? method.radius : 0
  const shape = [size + 2 * reach, outputs]
  const wide = (row: NdArray.Any) => broadcastInDim(row, shape, [1])
  const pixels = sub(iota(dtype, shape, 0), reach)
  if (method.kernel === "area") {
    // how much of each pixel lies in the interval that an output covers
    const left = sub(mul(iota(dtype, [outputs], 0), inverse), shift)
    const ends = min(wide(add(left, inverse)), add(pixels, 1))
    return within(normalized(max(sub(ends, max(wide(left), pixels)), 0)), wide(samples), size)
  }
  const kernel = isRepeated ? method.repeated! : method.kernel
  const distance = abs(sub(wide(samples), pixels))
  // what is made smaller is smoothed over as many pixels as become one
  const weights = kernel(antialias ? div(distance, max(inverse, 1)) : distance)
  return isRepeated
    ? normalized(ontoEdges(weights, size, reach))
    : within(normalized(weights), wide(samples), size)
}

const within = (weights: NdArray.Any, samples: NdArray.Any, size: number): NdArray.Any =>
  select(and(ge(samples, -0.5), le(samples, size - 0.5)), weights, 0)
