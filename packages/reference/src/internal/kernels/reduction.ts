/**
 * Reductions, cumulative operations, and positions of extremes.
 */
import type { DType } from "effax/DType"
import type { ArgReduceParams, CumulativeParams, ReduceParams } from "effax/Primitives"
import * as arithmetic from "../arithmetic.ts"
import { domain, highest, lowest, pick, scalar } from "../domain.ts"
import { kernel, type Steps, stride } from "../kernel.ts"
import {
  advance,
  commit,
  elements,
  position,
  room,
  type Scalar,
  size,
  strides,
  type Value,
  wideRoom
} from "../value.ts"

/** A binary operation and its identity element. */
interface Monoid {
  readonly combine: arithmetic.Binary
  readonly identity: (dtype: DType) => Scalar
}

const sum: Monoid = { combine: arithmetic.add, identity: (dtype) => scalar(0, dtype) }
const product: Monoid = { combine: arithmetic.mul, identity: (dtype) => scalar(1, dtype) }
const maximum: Monoid = { combine: arithmetic.max, identity: lowest }
const minimum: Monoid = { combine: arithmetic.min, identity: highest }
// all ones: -1 wraps to it
const conjunction: Monoid = { combine: arithmetic.and, identity: (dtype) => dtype === "bool" ? 1 : scalar(-1, dtype) }
const disjunction: Monoid = { combine: arithmetic.or, identity: (dtype) => scalar(0, dtype) }

const combiner = ({ combine }: Monoid, dtype: DType) => pick(combine, dtype) as (x: Scalar, y: Scalar) => Scalar

function* reduce(input: Value, output: Value, { axes }: ReduceParams, monoid: Monoid): Steps {
  const f = combiner(monoid, input.dtype)
  const x = elements(input)
  const out = wideRoom(output)
  const identity = monoid.identity(output.dtype)
  for (let i = 0; i < out.length; i++) out[i] = identity
  const kept = strides(output.shape)
  let next = 0
  const steps = input.shape.map((_, axis) => axes.includes(axis) ? 0 : kept[next++]!)
  const index = input.shape.map(() => 0)
  const n = size(input)
  for (let i = 0; i < n; i++) {
    const at = position(index, steps)
    out[at] = f(out[at]!, x[i]!)
    advance(index, input.shape)
    if (i % stride === stride - 1) yield
  }
  commit(output, out)
}

/** The shape as `[outer, length, inner]` around one axis. */
const around = (shape: ReadonlyArray<number>, axis: number) => ({
  outer: shape.slice(0, axis).reduce((a, b) => a * b, 1),
  length: shape[axis]!,
  inner: shape.slice(axis + 1).reduce((a, b) => a * b, 1)
})

/** The first position of the extreme; NaN is more extreme than any number. */
function* argExtreme(
  input: Value,
  output: Value,
  { axes, indexDtype }: ArgReduceParams,
  wins: (x: Scalar, best: Scalar) => boolean
): Steps {
  const { inner, length, outer } = around(input.shape, axes[0]!)
  const x = elements(input)
  const out = room(output)
  let work = 0
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) {
      let best = x[o * length * inner + i]!
      let place = 0
      for (let k = 1; k < length && best === best; k++) {
        const candidate = x[(o * length + k) * inner + i]!
        if (candidate !== candidate || wins(candidate, best)) {
          best = candidate
          place = k
        }
        if (++work % stride === 0) yield
      }
      out[o * inner + i] = scalar(place, indexDtype)
    }
  }
  commit(output, out)
}

function* cumulative(input: Value, output: Value, { axis, reverse }: CumulativeParams, monoid: Monoid): Steps {
  const f = combiner(monoid, input.dtype)
  const { inner, length, outer } = around(input.shape, axis)
  const x = elements(input)
  const out = room(output)
  // floats accumulate in float64 and are rounded when stored; integers must wrap at every step
  const isFloat = domain(input.dtype) === "float"
  let work = 0
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) {
      let running = monoid.identity(output.dtype)
      for (let k = 0; k < length; k++) {
        const at = (o * length + (reverse ? length - 1 - k : k)) * inner + i
        running = f(running, x[at]!)
        out[at] = running
        if (!isFloat) running = out[at]!
        if (++work % stride === 0) yield
      }
    }
  }
  commit(output, out)
}

const reduction = (monoid: Monoid) =>
  kernel<ReduceParams>(([input], [output], params) => reduce(input!, output!, params, monoid))

const argReduction = (wins: (x: Scalar, best: Scalar) => boolean) =>
  kernel<ArgReduceParams>(([input], [output], params) => argExtreme(input!, output!, params, wins))

const running = (monoid: Monoid) =>
  kernel<CumulativeParams>(([input], [output], params) => cumulative(input!, output!, params, monoid))

export const reductionRules = {
  reduce_sum: reduction(sum),
  reduce_prod: reduction(product),
  reduce_max: reduction(maximum),
  reduce_min: reduction(minimum),
  reduce_and: reduction(conjunction),
  reduce_or: reduction(disjunction),
  argmax: argReduction((x, best) => x > best),
  argmin: argReduction((x, best) => x < best),
  cumsum: running(sum),
  cumprod: running(product),
  cummax: running(maximum),
  cummin: running(minimum)
}
