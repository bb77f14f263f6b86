/**
 * Index arithmetic on paper: sums of multiples of axes, which cost nothing where an access can walk them as strides.
 */
import type { ValueId } from "../../Plan.ts"

/**
 * An axis of an iteration space. When a reshape cuts it in two, the parts stand in for it wherever it is mentioned:
 * `axis = outer * inner.extent + inner`.
 */
export class Axis {
  readonly extent: number
  /** Kernels that have this axis as it is do not let it be cut. */
  readonly locked: boolean
  parts: readonly [outer: Axis, inner: Axis] | undefined = undefined
  /** Its number in the kernel, once that is known; -1 where an axis inside of it is walked for both. */
  position: number | undefined = undefined

  constructor(extent: number, locked = false) {
    this.extent = extent
    this.locked = locked
  }
}

/** The axes that stand in for an axis, outermost first. */
export const leaves = (axis: Axis): ReadonlyArray<Axis> =>
  axis.parts === undefined ? [axis] : [...leaves(axis.parts[0]), ...leaves(axis.parts[1])]

/** `offset + sum(axes[i] * factors[i]) + sum(values[i] * weights[i])`, with values computed in a body. */
export interface Index {
  readonly offset: number
  readonly axes: ReadonlyArray<Axis>
  readonly factors: ReadonlyArray<number>
  readonly values: ReadonlyArray<ValueId>
  readonly weights: ReadonlyArray<number>
}

const none: ReadonlyArray<never> = []

export const constant = (offset: number): Index => ({ offset, axes: none, factors: none, values: none, weights: none })

export const zero: Index = constant(0)

export const ofAxis = (axis: Axis): Index =>
  axis.extent === 1 ? zero : { offset: 0, axes: [axis], factors: [1], values: none, weights: none }

export const ofValue = (value: ValueId): Index => ({
  offset: 0,
  axes: none,
  factors: none,
  values: [value],
  weights: [1]
})

export const shift = (x: Index, by: number): Index => by === 0 ? x : { ...x, offset: x.offset + by }

export const times = (x: Index, factor: number): Index =>
  factor === 1
    ? x
    : factor === 0
    ? zero
    : {
      offset: x.offset * factor,
      axes: x.axes,
      factors: x.factors.map((f) => f * factor),
      values: x.values,
      weights: x.weights.map((w) => w * factor)
    }

const merge = <T>(
  xs: ReadonlyArray<T>,
  fs: ReadonlyArray<number>,
  ys: ReadonlyArray<T>,
  gs: ReadonlyArray<number>
): readonly [ReadonlyArray<T>, ReadonlyArray<number>] => {
  if (ys.length === 0) return [xs, fs]
  if (xs.length === 0) return [ys, gs]
  const terms = [...xs]
  const factors = [...fs]
  ys.forEach((y, i) => {
    const at = terms.indexOf(y)
    if (at < 0) {
      terms.push(y)
      factors.push(gs[i]!)
    } else factors[at] = factors[at]! + gs[i]!
  })
  return factors.includes(0)
    ? [terms.filter((_, i) => factors[i] !== 0), factors.filter((f) => f !== 0)]
    : [terms, factors]
}

export const plus = (x: Index, y: Index): Index => {
  if (x === zero) return y
  if (y === zero) return x
  const [axes, factors] = merge(x.axes, x.factors, y.axes, y.factors)
  const [values, weights] = merge(x.values, x.weights, y.values, y.weights)
  return { offset: x.offset + y.offset, axes, factors, values, weights }
}

/** The same index with the parts of axes that were cut in place of them. */
export const settle = (x: Index): Index => {
  let current = x
  while (current.axes.some((a) => a.parts !== undefined)) {
    let next: Index = { ...current, axes: none, factors: none }
    current.axes.forEach((axis, i) => {
      const factor = current.factors[i]!
      if (axis.parts === undefined) next = plus(next, times(ofAxis(axis), factor))
      else {
        const [outer, inner] = axis.parts
        next = plus(plus(next, times(ofAxis(outer), factor * inner.extent)), times(ofAxis(inner), factor))
      }
    })
    current = next
  }
  return current
}

/** The axis that an index is the coordinate on; one of its own where there is only one position. */
export const axisOf = (x: Index): Axis => {
  const { axes: [axis, ...others], factors, offset, values } = settle(x)
  if (offset === 0 && values.length === 0 && others.length === 0) {
    if (axis === undefined) return new Axis(1)
    if (factors[0] === 1) return axis
  }
  throw new Error("an index that should be the coordinate on one axis is not")
}

export const isAffine = (x: Index): boolean => x.values.length === 0

export const sameIndex = (p: Index, q: Index): boolean => {
  if (p === q) return true
  const x = settle(p)
  const y = settle(q)
  return x.offset === y.offset && x.axes.length === y.axes.length && x.values.length === y.values.length &&
    x.axes.every((a, i) => {
      const at = y.axes.indexOf(a)
      return at >= 0 && y.factors[at] === x.factors[i]
    }) &&
    x.values.every((v, i) => {
      const at = y.values.indexOf(v)
      return at >= 0 && y.weights[at] === x.weights[i]
    })
}

/** Position in a row-major array, of its coordinates. */
export const flatten = (coordinates: ReadonlyArray<Index>, shape: ReadonlyArray<number>): Index => {
  let linear = zero
  let stride = 1
  for (let d = shape.length - 1; d >= 0; d--) {
    linear = plus(linear, times(coordinates[d]!, stride))
    stride *= shape[d]!
  }
  return linear
}

/** Cuts the axis so that its inner part has `extent` points. */
const cut = (axis: Axis, extent: number): void => {
  axis.parts = [new Axis(axis.extent / extent), new Axis(extent)]
}

/**
 * Quotient and remainder by a number, exactly: terms that are multiples of it make the quotient, provided that what is
 * left stays below it. An axis that reaches across is cut. `undefined` where that does not come out even.
 */
const divide = (index: Index, by: number): readonly [quotient: Index, remainder: Index] | undefined => {
  if (!isAffine(index)) return undefined
  for (;;) {
    const x = settle(index)
    const low = ((x.offset % by) + by) % by
    let highest = low
    let straddling: Axis | undefined
    let straddlingExtent = 0
    let quotient = constant((x.offset - low) / by)
    let remainder = constant(low)
    for (let i = 0; i < x.axes.length; i++) {
      const axis = x.axes[i]!
      const factor = x.factors[i]!
      if (factor % by === 0) {
        quotient = plus(quotient, times(ofAxis(axis), factor / by))
        continue
      }
      if (factor < 0) return undefined
      highest += factor * (axis.extent - 1)
      remainder = plus(remainder, times(ofAxis(axis), factor))
      const inner = by / factor
      if (!axis.locked && by % factor === 0 && axis.extent > inner && axis.extent % inner === 0) {
        straddling = axis
        straddlingExtent = inner
      }
    }
    if (highest < by) return [quotient, remainder]
    if (straddling === undefined) return undefined
    cut(straddling, straddlingExtent)
  }
}

/** Coordinates in a row-major array, of a position. `undefined` where they are not sums of multiples of axes. */
export const unflatten = (linear: Index, shape: ReadonlyArray<number>): ReadonlyArray<Index> | undefined => {
  const coordinates = new Array<Index>(shape.length).fill(zero)
  let first = 0
  while (first < shape.length && shape[first] === 1) first++
  let rest = linear
  for (let d = shape.length - 1; d > first; d--) {
    if (shape[d] === 1) continue
    const parts = divide(rest, shape[d]!)
    if (parts === undefined) return undefined
    coordinates[d] = parts[1]
    rest = parts[0]
  }
  if (first < shape.length) coordinates[first] = rest
  return coordinates
}
