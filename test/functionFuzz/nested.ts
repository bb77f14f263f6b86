/**
 * Random functions inside of functions: mapped over an axis, differentiated, and both.
 */
import * as np from "effax/Numpy"
import { grad, jvp, vmap } from "effax/Transform"
import { type Builder, inexact, type Operation } from "./builder.ts"
import { apply, type DTypes, type Fn, type Type, type Value, type X, type Xs } from "./tree.ts"

/** A number that depends on every floating-point result. */
export const total = (results: Xs): X =>
  results.map((x) => np.sum(np.add(np.sin(x), np.multiply(x, 0.5)))).reduce((x, y) => np.add(x, y))

/** A function of some values, with floating-point results. */
const inner = (b: Builder, parameters: ReadonlyArray<Value>): Fn =>
  b.generate(b.r, { ...b.limits, depth: b.limits.depth - 1 }, parameters, b.r.int(1, 4))

const gradient = (fn: Fn, which: ReadonlyArray<number>) => (xs: Xs, dtypes: DTypes): Xs =>
  grad((...args: Xs) => total(apply(fn, args, dtypes)), { argnums: which as [number] })(...xs as [X]) as unknown as Xs

const tangent = (fn: Fn) => (xs: Xs, dtypes: DTypes): X =>
  jvp((...args: Xs) => apply(fn, args, dtypes)[0]!, xs, xs.map((x) => np.multiply(np.cos(x), 0.5)))[1]

const floats = (b: Builder, most: number): ReadonlyArray<number> => {
  const first = b.float()
  if (first === undefined) return []
  const others = Array.from({ length: b.r.int(0, most - 1) }, () => b.float()!)
  return [...new Set([first, ...others])]
}

/** Gradients come one by one, as do results elsewhere: they are the same Program's, as far as they have parts in common. */
const differentiated: Operation = (b) => {
  const operands = floats(b, 3)
  if (operands.length === 0) return
  const fn = inner(b, operands.map((i) => b.value(i)))
  if (b.r.chance(0.25)) {
    b.step(`jvp of ${text(fn)}`, operands, tangent(fn))
    return
  }
  const all = operands.map((_, i) => i)
  for (const k of b.r.shuffle(all).slice(0, b.r.int(1, 2))) {
    const which = b.r.chance(0.5) ? all : [k]
    b.step(`grad ${k} of ${text(fn)}`, operands, (xs, dtypes) => gradient(fn, which)(xs, dtypes)[which.indexOf(k)]!)
  }
}

const without = ({ kind, shape }: Type, axis: number): Type => ({ kind, shape: shape.filter((_, d) => d !== axis) })

/** Over whichever axis is long enough for all of them. */
const mapped: Operation = (b) => {
  const { r } = b
  const x = b.float((v) => v.shape.length > 0 && v.shape.some((n) => n > 1))
  if (x === undefined) return
  const axis = r.pick(b.shape(x).flatMap((n, d) => n > 1 ? [d] : []))
  const n = b.shape(x)[axis]!
  const others = floats(b, 2).filter((i) => i !== x)
  const operands = [x, ...others]
  const inAxes = operands.map((i, k) => {
    if (k === 0) return axis
    const at = b.shape(i).flatMap((m, d) => m === n ? [d] : [])
    return at.length === 0 || r.chance(0.3) ? null : r.pick(at)
  })
  const rows = operands.map((i, k): Value => {
    const at = inAxes[k]!
    return at === null ? inexact(b.value(i)) : inexact(without(b.value(i), at))
  })
  const limits = {
    elements: Math.ceil(b.limits.elements / n),
    work: Math.ceil(b.limits.work / n),
    depth: b.limits.depth - 1
  }
  const fn = b.generate(r, limits, rows, r.int(1, 4))
  const kind = r.int(0, 3)
  const which = r.int(0, operands.length - 1)
  const all = operands.map((_, i) => i)
  const [name, f] = kind < 2
    ? [
      `grad ${which}`,
      (xs: Xs, dtypes: DTypes): X => gradient(fn, kind === 0 ? all : [which])(xs, dtypes)[kind === 0 ? which : 0]!
    ] as const
    : kind === 2
    ? ["value", (xs: Xs, dtypes: DTypes): X => apply(fn, xs, dtypes)[0]!] as const
    : ["jvp", tangent(fn)] as const
  const outAxes = r.chance(0.7) ? 0 : -1
  b.step(`vmap ${inAxes} of ${name} of ${text(fn)}`, operands, (xs, dtypes) => {
    const one = (...args: Array<X>): X => f(args, dtypes)
    return vmap(one, { inAxes: inAxes as [number], outAxes })(...xs as [X])
  })
}

export const text = (fn: Fn): string =>
  `(${fn.steps.map((s) => `${s.name}(${s.operands.join()})`).join("; ")} => ${fn.results.join()})`

export const nested: ReadonlyArray<readonly [operation: Operation, weight: number]> = [
  [differentiated, 3],
  [mapped, 4]
]
