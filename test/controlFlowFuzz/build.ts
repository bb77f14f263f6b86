/**
 * Random functions as functions of arrays.
 */
import {
  checkpoint,
  checkpointPolicies,
  customJvp,
  customLinearSolve,
  customRoot,
  Debug,
  grad,
  hessian,
  jacfwd,
  jit,
  jvp,
  Lax,
  linearize,
  type NdArray,
  Numpy as np,
  pureCallback,
  ShapeDType,
  vjp,
  vmap
} from "effax"
import * as Effect from "effect/Effect"
import type { Attributes, Fn, Kind, Step } from "./tree.ts"

type X = NdArray.Any
type Xs = ReadonlyArray<X>
export type F = (...xs: Xs) => Xs

/** What is done otherwise than the function says, without another meaning. */
export interface How {
  readonly float: "float32" | "float64"
  /** Loops of a known number of steps as JavaScript loops, and without calls and checkpoints. */
  readonly plain: boolean
}

interface Environment {
  readonly values: ReadonlyMap<number, X>
  readonly how: How
}

const mod = (x: X, n: number): X => np.remainder(x, n)

/** A value with another dtype and shape. */
const fit = (x: X, kind: Kind, shape: ReadonlyArray<number>, how: How): X => {
  const from = x.dtype === "bool" ? "b" : x.dtype === "int32" ? "i" : x.dtype.startsWith("complex") ? "c" : "f"
  const float = from === "f"
    ? x
    : from === "c"
    ? np.add(np.real(x), np.multiply(np.imag(x), 0.5))
    : np.multiply(np.astype(x, how.float), from === "i" ? 0.25 : 1)
  const one = np.tanh(np.sum(float))
  const ramp = (over: ReadonlyArray<number>): X =>
    over.length === 0
      ? np.zeros([], { dtype: how.float })
      : np.reshape(np.astype(np.arange(over.reduce((a, b) => a * b, 1)), how.float), over)
  const y = x.shape.join() === shape.join()
    ? float
    : np.add(np.multiply(one, np.add(np.multiply(ramp(shape), 0.3), 0.7)), np.multiply(ramp(shape), 0.1))
  if (kind === "f") return y
  if (kind === "c") return Lax.complex(y, np.sin(y))
  if (kind === "b") return np.greater(y, 0.1)
  return np.astype(np.clip(np.round(np.multiply(y, 2)), { min: -3, max: 4 }), "int32")
}

const squash = (z: X): X => np.divide(z, np.add(np.add(np.square(np.real(z)), np.square(np.imag(z))), 1))

type Simple = (xs: Xs, a: Attributes, how: How) => X

const simple: { readonly [op: string]: Simple } = {
  fit: ([x], { kind, shape }, how) => fit(x!, kind!, shape!, how),
  sin: ([x]) => np.sin(x!),
  cos: ([x]) => np.cos(x!),
  tanh: ([x]) => np.tanh(x!),
  neg: ([x]) => np.negative(x!),
  sq: ([x]) => np.tanh(np.multiply(x!, x!)),
  hyp: ([x]) => np.subtract(np.sqrt(np.add(np.multiply(x!, x!), 1)), 1),
  log: ([x]) => np.log1p(np.multiply(x!, x!)),
  abs: ([x]) => np.abs(x!),
  expn: ([x]) => np.exp(np.negative(np.multiply(x!, x!))),
  scale: ([x], { k }) => np.multiply(x!, k!),
  stop: ([x]) => np.stopGradient(x!),
  add: ([x, y]) => np.tanh(np.add(x!, y!)),
  plus: ([x, y]) => np.add(x!, y!),
  sub: ([x, y]) => np.subtract(x!, np.tanh(y!)),
  mul: ([x, y]) => np.multiply(x!, np.sin(y!)),
  max: ([x, y]) => np.maximum(x!, y!),
  min: ([x, y]) => np.minimum(x!, y!),
  div: ([x, y]) => np.divide(x!, np.add(np.multiply(y!, y!), 1)),
  gt: ([x, y]) => np.greater(x!, np.add(y!, 0.01)),
  le: ([x, y]) => np.lessEqual(x!, np.add(y!, 0.01)),
  and: ([x, y]) => np.logicalAnd(x!, y!),
  or: ([x, y]) => np.logicalOr(x!, np.logicalNot(y!)),
  xor: ([x, y]) => np.logicalXor(x!, y!),
  iadd: ([x, y]) => mod(np.add(x!, y!), 7),
  isub: ([x, y]) => np.subtract(x!, mod(y!, 3)),
  imul: ([x, y]) => mod(np.multiply(x!, y!), 5),
  where: ([c, x, y]) => np.where(c!, x!, y!),
  complex: ([x, y]) => Lax.complex(x!, y!),
  cmul: ([x, y]) => squash(np.multiply(x!, y!)),
  cadd: ([x, y]) => squash(np.add(x!, y!)),
  csub: ([x, y]) => np.subtract(x!, squash(y!)),
  conj: ([x]) => np.conj(x!),
  cexp: ([x]) => np.exp(np.negative(squash(x!))),
  csin: ([x]) => np.sin(squash(x!)),
  re: ([x]) => np.real(x!),
  im: ([x]) => np.imag(x!),
  cabs2: ([x]) => np.log1p(np.real(np.multiply(x!, np.conj(x!)))),
  row: ([x, i], { n }) => np.at(x!, mod(i!, n!)).get(),
  setRow: ([x, i, y], { n }) => np.at(x!, mod(i!, n!)).set(y!),
  addRow: ([x, i, y], { n }) => np.at(x!, mod(i!, n!)).add(y!),
  flip: ([x]) => np.flip(x!, { axis: 0 }),
  roll: ([x]) => np.roll(x!, 1, { axis: 0 }),
  cumsum: ([x]) => np.cumsum(x!, { axis: 0 }),
  sum: ([x]) => np.sum(x!, { axis: 0 }),
  transpose: ([x]) => np.transpose(x!),
  join: ([x, y], { n }) => np.at(np.concatenate([x!, np.flip(y!, { axis: 0 })]), np.slice(1, n! + 1)).get(),
  dot: ([x, y]) => np.sum(np.tanh(np.dot(x!, y!))),
  sort: ([x]) => np.sort(x!),
  psum: ([x], { n, name }) => x!.dtype === "int32" ? Lax.psum(x!, name!) : np.divide(Lax.psum(x!, name!), n!),
  pmean: ([x], { name }) => Lax.pmean(x!, name!),
  pmax: ([x], { name }) => Lax.pmax(x!, name!),
  axisIndex: (_, { name }) => Lax.axisIndex(name!),
  ppermute: ([x], { name, perm }) => Lax.ppermute(x!, name!, perm!),
  // x + sin(x) / 2 = a has one solution
  root: ([a, guess]) =>
    customRoot(
      (x: X) => np.subtract(np.add(x, np.multiply(np.sin(x), 0.5)), a!),
      guess!,
      (g, x: X) => Lax.foriLoop(0, 30, (_, x: X) => np.subtract(x, np.multiply(g(x as never) as X, 0.6)), x) as never,
      (g, y: X) => np.divide(y, g(np.onesLike(y) as never) as X) as never
    ) as X,
  solve: ([b, y]) => {
    const d = np.add(np.square(y!), 1)
    return customLinearSolve((x: X) => np.multiply(d, x), b!, (_, b: X) => np.divide(b, d), { symmetric: true }) as X
  },
  callback: ([x]) =>
    pureCallback((x: Debug.HostValue) => x.data as never, new ShapeDType(x!.shape, x!.dtype), {
      vmapMethod: "sequential"
    })(np.stopGradient(x!)) as X,
  debug: ([x]) => Debug.callback(x!, () => Effect.void),
  allGather: ([x], { k, name }) => np.at(Lax.allGather(x!, name!) as X, k!).get()
}

const combine = [
  (x: X, y: X): X => np.add(x, y),
  (x: X, y: X): X => np.multiply(x, y),
  (x: X, y: X): X => np.maximum(x, y)
] as const

const policies: { readonly [name: string]: object } = {
  none: {},
  everything: { policy: checkpointPolicies.everythingSaveable },
  dots: { policy: checkpointPolicies.dotsSaveable }
}

const rowsOf = (arrays: Xs, i: number): Xs => arrays.map((x) => np.at(x, i).get())

const stackOf = (rows: ReadonlyArray<X>): X => np.stack(rows)

type Flow = (xs: Xs, fns: ReadonlyArray<F>, a: Attributes, how: How) => Xs

const flow: { readonly [op: string]: Flow } = {
  scan: (xs, [f], { k, length, reverse, unroll }, { plain }) => {
    const init = xs.slice(0, k!)
    const arrays = xs.slice(k!)
    if (!plain || length === 0) {
      const [carry, ys] = Lax.scan(
        (carry: Xs, x: Xs) => {
          const results = f!(...carry, ...x)
          return [results.slice(0, k!), results.slice(k!)] as const
        },
        init,
        arrays,
        { length: length!, reverse: reverse!, unroll: unroll! }
      ) as unknown as [Xs, Xs]
      return [...carry, ...ys]
    }
    let carry = init
    const rows: Array<Xs> = []
    for (let step = 0; step < length!; step++) {
      const at = reverse ? length! - 1 - step : step
      const results = f!(...carry, ...rowsOf(arrays, at))
      carry = results.slice(0, k!)
      rows[at] = results.slice(k!)
    }
    return [...carry, ...rows[0]!.map((_, i) => stackOf(rows.map((r) => r[i]!)))]
  },
  cond: ([test, ...xs], [f, g]) => Lax.cond(test!, f as never, g as never, ...xs) as Xs,
  switch: ([index, ...xs], fns) => Lax.switch(index!, fns as never, ...xs) as Xs,
  while: (xs, [test, body], { k, maxSteps }) =>
    (Lax.whileLoop(
      ([i, ...carry]: Xs) => np.logicalAnd(np.less(i!, k!), test!(...carry)[0]!),
      ([i, ...carry]: Xs) => [np.add(i!, 1), ...body!(...carry)],
      [np.zeros([], { dtype: "int32" }), ...xs] as Xs,
      maxSteps === null ? {} : { maxSteps: maxSteps! }
    ) as Xs).slice(1),
  fori: (xs, [f], { k, n, unroll }, { plain }) => {
    if (!plain) return Lax.foriLoop(k!, k! + n!, (i, carry: Xs) => f!(i, ...carry), xs, { unroll: unroll! }) as Xs
    let carry = xs
    for (let i = k!; i < k! + n!; i++) carry = f!(np.array(i, { dtype: "int32" }), ...carry)
    return carry
  },
  foriTo: ([upper, ...xs], [f], { maxSteps }) =>
    Lax.foriLoop(
      0,
      upper as never,
      (i, carry: Xs) => f!(i, ...carry),
      xs,
      maxSteps === null ? {} : { maxSteps: maxSteps! }
    ) as Xs,
  map: ([xs], [f], { batchSize }, { plain }) => {
    const length = xs!.shape[0]!
    if (!plain || length === 0) {
      return Lax.map((x: X) => f!(x), xs!, batchSize === 0 ? {} : { batchSize }) as unknown as Xs
    }
    const rows = Array.from({ length }, (_, i) => f!(...rowsOf([xs!], i)))
    return rows[0]!.map((_, i) => stackOf(rows.map((r) => r[i]!)))
  },
  assoc: ([x], _, { k, reverse }, { plain }) => {
    const f = combine[k!]!
    if (!plain) return [Lax.associativeScan(f as never, x!, { reverse: reverse! }) as X]
    const n = x!.shape[0]!
    const rows = Array.from({ length: n }, (_, i) => rowsOf([x!], reverse ? n - 1 - i : i)[0]!)
    for (let i = 1; i < n; i++) rows[i] = f(rows[i - 1]!, rows[i]!)
    return [stackOf(reverse ? rows.toReversed() : rows)]
  },
  affine: (xs, _, { reverse }) =>
    Lax.associativeScan(
      (([a, b]: Xs, [c, d]: Xs) => [np.multiply(c!, a!), np.add(np.multiply(c!, b!), d!)]) as never,
      xs as never,
      { reverse: reverse! }
    ) as unknown as Xs,
  jit: (xs, [f], _, { plain }) => plain ? f!(...xs) : jit(f!)(...xs) as Xs,
  checkpoint: (xs, [f], { policy }, { plain }) => plain ? f!(...xs) : checkpoint(f!, policies[policy!]!)(...xs) as Xs,
  vmap: (xs, [f], { inAxes, name, outAxes }) =>
    (vmap(f as never, { inAxes: inAxes!, outAxes: outAxes!, axisName: name! } as never) as unknown as F)(...xs),
  jvp: (xs, [f], { k }) => {
    const [y, dy] = jvp(f!, xs.slice(0, k!), xs.slice(k!))
    return [...y, ...dy]
  },
  vjp: (xs, [f], { k }) => {
    const [y, pullback] = vjp(f!, ...xs.slice(0, k!))
    return [...y, ...pullback(xs.slice(k!)) as Xs]
  },
  linearize: (xs, [f], { k }) => {
    const [y, tangents] = linearize(f!, ...xs.slice(0, k!))
    return [...y, ...tangents(...xs.slice(k!))]
  },
  hessian: ([x], [f]) => [hessian((x: X) => f!(x)[0]!)(x!) as X],
  jacfwd: ([x], [f]) => [jacfwd((x: X) => f!(x)[0]!)(x!) as X],
  customJvp: (xs, [f]) =>
    (customJvp(f!, ((primals: Xs, tangents: Xs) => jvp(f!, primals, tangents)) as never) as unknown as F)(...xs),
  lazyWhere: ([c], [f, g]) => [np.where(c!, () => f!()[0]!, () => g!()[0]!)],
  grad: (xs, [f]) => grad((...xs: Xs) => f!(...xs)[0]!, { argnums: xs.map((_, i) => i) })(...xs) as unknown as Xs
}

const functionOf = (fn: Fn, around: Environment): F => (...xs) => {
  const values = new Map(around.values)
  fn.parameters.forEach(({ id }, i) => values.set(id, xs[i]!))
  const environment = { values, how: around.how }
  for (const step of fn.steps) apply(step, environment).forEach((x, i) => values.set(step.outputs[i]!, x))
  return fn.results.map((id) => values.get(id)!)
}

const apply = ({ a, fns, op, operands }: Step, environment: Environment): Xs => {
  const xs = operands.map((id) => environment.values.get(id)!)
  const direct = simple[op]
  if (direct !== undefined) return [direct(xs, a, environment.how)]
  return flow[op]!(xs, fns.map((fn) => functionOf(fn, environment)), a, environment.how)
}

export const build = (fn: Fn, how: How): F => functionOf(fn, { values: new Map(), how })
