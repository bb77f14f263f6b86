/**
 * The order of complex numbers: by their real parts, and where these are equal by their imaginary ones. A number with a part
 * that is NaN is neither before nor after another, and extremes of it are NaN.
 */
import type { Value } from "../region.ts"
import type { Parts, RealBuilder } from "./builder.ts"
import { partsType, type Rule } from "./rule.ts"

type Strict = "lt" | "gt"

const before = (strict: Strict, ends: "le" | "ge" | Strict) => (b: RealBuilder, x: Parts, y: Parts): Value =>
  b.or(
    b.compare(strict, x.re, y.re),
    b.and(b.compare("eq", x.re, y.re), b.compare(ends, x.im, y.im))
  )

export const lt = before("lt", "lt")
export const le = before("lt", "le")
export const gt = before("gt", "gt")
export const ge = before("gt", "ge")

const isNaN = (b: RealBuilder, { im, re }: Parts): Value => b.or(b.isNaN(re), b.isNaN(im))

/** The parts of a number where it is chosen, and of another elsewhere. */
const select = (b: RealBuilder, condition: Value, x: Parts | number, y: Parts): Parts => ({
  re: b.select(condition, typeof x === "number" ? x : x.re, y.re),
  im: b.select(condition, typeof x === "number" ? x : x.im, y.im)
})

const extreme = (wins: typeof lt) => (b: RealBuilder, x: Parts, y: Parts): Parts =>
  select(b, b.or(isNaN(b, x), isNaN(b, y)), NaN, select(b, wins(b, x, y), x, y))

export const max = extreme(gt)
export const min = extreme(lt)

/** The extremes along axes: of the real parts, and among the numbers that have these, of the imaginary parts. */
const extremes = (
  b: RealBuilder,
  name: "reduce_max" | "reduce_min",
  { im, re }: Parts,
  axes: ReadonlyArray<number>
): { readonly value: Parts; readonly isThere: Value } => {
  const { shape } = re
  const kept = shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis))
  const type = { dtype: re.dtype, shape: kept.map((axis) => shape[axis]!) }
  const spread = (v: Value): Value =>
    b.operation("broadcast_in_dim", { shape, broadcastDimensions: kept }, [v], { dtype: v.dtype, shape })
  const reduce = (v: Value): Value => b.operation(name, { axes }, [v], type)
  const real = reduce(re)
  const isAmong = b.compare("eq", re, spread(real))
  const imaginary = reduce(b.select(isAmong, im, name === "reduce_max" ? -Infinity : Infinity))
  const isThere = b.and(isAmong, b.compare("eq", im, spread(imaginary)))
  const bad = b.operation("reduce_or", { axes }, [isNaN(b, { re, im })], { dtype: "bool", shape: type.shape })
  return { value: select(b, bad, NaN, { re: real, im: imaginary }), isThere }
}

export const reduceExtreme =
  <N extends "reduce_max" | "reduce_min">(name: N): Rule<N> => (b, { inputs: [x], params }) =>
    extremes(b, name, x as Parts, params.axes).value

/** The first position of the extreme, or of NaN: that of the largest of 2 for NaN, 1 for the extreme, and 0. */
export const argExtreme = <N extends "argmax" | "argmin">(name: N): Rule<N> => (b, { inputs: [x], params, type }) => {
  const z = x as Parts
  const { isThere } = extremes(b, name === "argmax" ? "reduce_max" : "reduce_min", z, params.axes)
  const rank = b.convert(isThere, "int32")
  return b.operation("argmax", params, [b.select(isNaN(b, z), 2, rank)], type)
}

/** Running extremes in log n steps, each with what stands twice as far away (Hillis and Steele, 1986). */
export const runningExtreme =
  <N extends "cummax" | "cummin">(name: N): Rule<N> => (b, { inputs: [x], params: { axis, reverse }, type }) => {
    let z = x as Parts
    const n = partsType(type).shape[axis]!
    const combine = name === "cummax" ? max : min
    for (let distance = 1; distance < n; distance *= 2) {
      const shifted = (v: Value): Value => {
        const kept = reverse ? b.slice(v, axis, distance, n) : b.slice(v, axis, 0, n - distance)
        const shape = v.shape.map((length, i) => i === axis ? distance : length)
        const fill = b.fill(b.literal(name === "cummax" ? -Infinity : Infinity, v), shape)
        return b.concatenate(reverse ? [kept, fill] : [fill, kept], axis)
      }
      z = combine(b, { re: shifted(z.re), im: shifted(z.im) }, z)
    }
    return z
  }
