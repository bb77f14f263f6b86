/**
 * Bounds and injectivity of affine indices over an iteration space.
 */
import type { Affine } from "../kernels/parts.ts"

/** The least and the largest position. */
export const reach = ({ offset, strides }: Affine, space: ReadonlyArray<number>): readonly [number, number] => {
  let low = offset
  let high = offset
  strides.forEach((s, d) => {
    const far = s * (space[d]! - 1)
    if (far < 0) low += far
    else high += far
  })
  return [low, high]
}

/** Every position, for each point in row-major order. */
export const positions = (index: Affine, space: ReadonlyArray<number>): ReadonlyArray<number> => {
  let all = [index.offset]
  space.forEach((n, d) => {
    const next: Array<number> = []
    for (const p of all) for (let i = 0; i < n; i++) next.push(p + i * index.strides[d]!)
    all = next
  })
  return all
}

/** Whether no two points have one position. Axes whose strides outgrow all smaller ones together need no counting. */
export const isInjective = (index: Affine, space: ReadonlyArray<number>): boolean => {
  const axes = space.map((n, d) => ({ n, stride: Math.abs(index.strides[d]!) })).filter(({ n }) => n > 1)
    .sort((a, b) => a.stride - b.stride)
  let below = 0
  const outgrow = axes.every(({ n, stride }) => {
    const fits = stride > below
    below += stride * (n - 1)
    return fits
  })
  if (outgrow) return true
  const all = positions(index, space)
  return new Set(all).size === all.length
}

export const sameAffine = (x: Affine, y: Affine): boolean =>
  x.offset === y.offset && x.strides.length === y.strides.length && x.strides.every((s, i) => s === y.strides[i])
