/**
 * Rules that move, sum and multiply whole arrays of complex values.
 */
import type { Params } from "effax/Primitive"
import type { CumulativeParams, GatherParams, IotaParams, ReduceParams } from "effax/Primitives"
import type { Type, Value } from "../region.ts"
import { mul, real } from "./arithmetic.ts"
import { isParts, type Operand, type Parts, type RealBuilder } from "./builder.ts"
import { partsType, type Rule } from "./rule.ts"

const part = (operand: Operand, which: keyof Parts): Value => isParts(operand) ? operand[which] : operand

/** Linear, with real coefficients: the same for both parts. */
export const byParts =
  (name: string, imaginary: (params: Params) => Params = (params) => params): Rule => (b, { inputs, params, type }) => {
    const partOf = (which: keyof Parts, given: Params): Value =>
      b.operation(name, given, inputs.map((x) => part(x, which)), partsType(type))
    return { re: partOf("re", params), im: partOf("im", imaginary(params)) }
  }

/** What lies outside is NaN without an imaginary part, as the conversion of NaN is. */
export const gather = byParts("gather", (params): GatherParams => ({ ...params as GatherParams, fillValue: 0 }))

export const iota: Rule = (b, { params, type }) => {
  const { dtype, shape } = partsType(type)
  const re = b.operation("iota", { ...params as IotaParams, dtype }, [], { dtype, shape })
  return { re, im: b.literal(0, re) }
}

/** Bilinear: `(a + i b) (c + i d)` by four real products. */
export const bilinear = (name: string): Rule => (b, { inputs: [x, y], params, type }) => {
  const [lhs, rhs] = [x as Parts, y as Parts]
  const { dtype, shape } = partsType(type)
  const wanted = params["preferredElementType"] === null ? params : { ...params, preferredElementType: dtype }
  const times = (left: Value, right: Value): Value => b.operation(name, wanted, [left, right], { dtype, shape })
  return {
    re: b.sub(times(lhs.re, rhs.re), times(lhs.im, rhs.im)),
    im: b.add(times(lhs.re, rhs.im), times(lhs.im, rhs.re))
  }
}

const each = (z: Parts, f: (x: Value) => Value): Parts => ({ re: f(z.re), im: f(z.im) })

/** Products by halves: of n elements, the first half times the second, and so on. */
export const reduceProd: Rule = (b, { inputs: [x], params, type }) => {
  const { axes } = params as ReduceParams
  const z = x as Parts
  const { shape } = z.re
  const kept = shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis))
  const outer = kept.map((axis) => shape[axis]!)
  const n = axes.reduce((product, axis) => product * shape[axis]!, 1)
  if (n === 0) return real(b, 1, z)
  const last = outer.length
  let rest = each(z, (v) => b.reshape(b.transpose(v, [...kept, ...axes]), [...outer, n]))
  for (let length = n; length > 1;) {
    const half = length >> 1
    const take = (from: number, to: number): Parts => each(rest, (v) => b.slice(v, last, from, to))
    const products = mul(b, take(0, half), take(half, 2 * half))
    if (length % 2 === 1) {
      const odd = take(length - 1, length)
      rest = {
        re: b.concatenate([products.re, odd.re], last),
        im: b.concatenate([products.im, odd.im], last)
      }
    } else rest = products
    length = half + length % 2
  }
  return each(rest, (v) => b.reshape(v, type.shape))
}

/** Running products in log n steps, each with what stands twice as far away (Hillis and Steele, 1986). */
export const cumprod: Rule = (b, { inputs: [x], params }) => {
  const { axis, reverse } = params as CumulativeParams
  let z = x as Parts
  const n = z.re.shape[axis]!
  for (let distance = 1; distance < n; distance *= 2) {
    const shifted = (v: Value, filler: number): Value => {
      const kept = reverse ? b.slice(v, axis, distance, n) : b.slice(v, axis, 0, n - distance)
      const shape = v.shape.map((length, i) => i === axis ? distance : length)
      const fill = b.fill(b.literal(filler, v), shape)
      return b.concatenate(reverse ? [kept, fill] : [fill, kept], axis)
    }
    z = mul(b, { re: shifted(z.re, 1), im: shifted(z.im, 0) }, z)
  }
  return z
}

/** `[...shape, 2]`, real and imaginary parts side by side, as complex numbers are in memory. */
export const interleave = (b: RealBuilder, { im, re }: Parts): Value => {
  const { shape } = re
  const column = (v: Value): Value => b.reshape(v, [...shape, 1])
  return b.concatenate([column(re), column(im)], shape.length)
}

/** The parts of what {@link interleave} makes. */
export const separate = (b: RealBuilder, pairs: Value, type: Type): Parts => {
  const { shape } = type
  const column = (which: number): Value => b.reshape(b.slice(pairs, shape.length, which, which + 1), shape)
  return { re: column(0), im: column(1) }
}
