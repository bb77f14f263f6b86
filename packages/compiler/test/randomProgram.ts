/**
 * Random Programs: small, and with every way of moving elements that there is.
 */
import { Lax as lax, type NdArray, Numpy as np } from "effax"
import type * as Program from "effax/Program"
import { generator, trace } from "./support.ts"

type Array_ = NdArray.Any
type Ints = ReadonlyArray<number>

const size = (shape: Ints): number => shape.reduce((a, b) => a * b, 1)

/** A source of choices. */
class Choices {
  readonly next: () => number
  constructor(seed: number) {
    this.next = generator(seed)
  }
  below(n: number): number {
    return Math.floor(this.next() * n)
  }
  pick<T>(xs: ReadonlyArray<T>): T {
    return xs[this.below(xs.length)]!
  }
  permutation(n: number): ReadonlyArray<number> {
    const p = Array.from({ length: n }, (_, i) => i)
    for (let i = n - 1; i > 0; i--) {
      const k = this.below(i + 1)
      ;[p[i], p[k]] = [p[k]!, p[i]!]
    }
    return p
  }
  /** A shape of as many elements. */
  factors(n: number): ReadonlyArray<number> {
    const shape: Array<number> = []
    let rest = n
    while (rest > 1 && shape.length < 3) {
      const divisors = Array.from({ length: rest }, (_, i) => i + 1).filter((d) => rest % d === 0)
      const d = this.pick(divisors)
      shape.push(d)
      rest /= d
    }
    if (rest > 1 || this.below(4) === 0) shape.push(rest)
    return shape
  }
}

type Step = (c: Choices, x: Array_, pool: ReadonlyArray<Array_>) => Array_ | undefined

const isFloat = (x: Array_): boolean => x.dtype === "float32" || x.dtype === "float16"

const alike = (c: Choices, x: Array_, pool: ReadonlyArray<Array_>): Array_ => {
  const others = pool.filter((y) => y.dtype === x.dtype && (y.shape.join() === x.shape.join() || y.shape.length === 0))
  return c.pick(others)
}

/** Values stay between about -4 and 4, so that errors do not grow. */
const squash = (x: Array_): Array_ => isFloat(x) ? lax.sin(x) : lax.clamp(-100, x, 100)

const steps: ReadonlyArray<Step> = [
  (_, x) => isFloat(x) ? lax.tanh(x) : lax.neg(x),
  (_, x) => isFloat(x) ? lax.exp(lax.neg(lax.abs(x))) : lax.abs(x),
  (c, x, pool) => squash(lax.add(x, alike(c, x, pool))),
  (c, x, pool) => squash(lax.mul(x, alike(c, x, pool))),
  (c, x, pool) => lax.max(x, alike(c, x, pool)),
  (_, x) => lax.mul(x, 2),
  (_, x) => isFloat(x) ? undefined : lax.convertElementType(x, "float32"),
  (_, x) => x.dtype === "float32" ? lax.convertElementType(x, "float16") : undefined,
  (_, x) => x.dtype === "float16" ? lax.convertElementType(x, "float32") : undefined,
  (c, x) => x.size > 1 ? lax.reshape(x, c.factors(x.size)) : undefined,
  (c, x) => lax.transpose(x, c.permutation(x.shape.length)),
  (c, x) => x.shape.length > 0 ? lax.rev(x, [c.below(x.shape.length)]) : undefined,
  (c, x) => {
    if (x.size > 64 || x.shape.length > 3) return undefined
    const axis = c.below(x.shape.length + 1)
    const shape = [...x.shape.slice(0, axis), 2 + c.below(3), ...x.shape.slice(axis)]
    return lax.broadcastInDim(x, shape, shape.map((_, i) => i).filter((i) => i !== axis))
  },
  (c, x) => {
    if (x.shape.length === 0) return undefined
    const starts = x.shape.map((n) => c.below(n))
    const limits = x.shape.map((n, d) => starts[d]! + 1 + c.below(n - starts[d]!))
    return lax.slice(x, starts, limits, { strides: x.shape.map(() => 1 + c.below(2)) })
  },
  (c, x) => {
    if (x.shape.length === 0 || x.size > 100) return undefined
    return lax.pad(
      x,
      lax.reshape(lax.slice(lax.reshape(x, [x.size]), [0], [1]), []),
      x.shape.map(() => [c.below(2), c.below(2), c.below(2)])
    )
  },
  (c, x, pool) => {
    if (x.shape.length === 0 || x.size > 200) return undefined
    const other = c.pick(pool.filter((y) => y.dtype === x.dtype && y.shape.join() === x.shape.join()))
    return lax.concatenate([x, other, lax.neg(x)], c.below(x.shape.length))
  },
  (c, x) => x.shape.length > 0 ? squash(lax.reduceSum(x, [c.below(x.shape.length)])) : undefined,
  (c, x) => x.shape.length > 1 ? lax.reduceMax(x, [c.below(x.shape.length)]) : undefined,
  (_, x) => x.shape.length > 0 ? squash(lax.reduceSum(x, x.shape.map((_, i) => i))) : undefined,
  (c, x) =>
    x.shape.length > 0 && isFloat(x)
      ? squash(lax.cumsum(x, { axis: c.below(x.shape.length), reverse: c.below(2) === 0 }))
      : undefined,
  (c, x) => x.dtype === "int32" && x.shape.length > 0 ? lax.sort(x, { dimension: c.below(x.shape.length) }) : undefined,
  (c, x) => x.dtype === "int32" && x.shape.length > 0 ? lax.argmax(x, c.below(x.shape.length), "int32") : undefined,
  (c, x, pool) => {
    if (x.shape.length < 1 || x.dtype !== "float32") return undefined
    const other = c.pick(pool.filter((y) => y.dtype === x.dtype))
    const pairs = x.shape.flatMap((n, i) => other.shape.flatMap((m, k) => n === m ? [[i, k] as const] : []))
    if (pairs.length === 0) return undefined
    const [i, k] = c.pick(pairs)
    if (x.size / x.shape[i]! * other.size / x.shape[i]! > 400) return undefined
    return squash(lax.dotGeneral(x, other, { lhsContracting: [i], rhsContracting: [k], lhsBatch: [], rhsBatch: [] }))
  },
  (c, x, pool) => {
    if (x.shape.length === 0) return undefined
    const places = pool.filter((y) => y.dtype === "int32")
    if (places.length === 0) return undefined
    const taken = np.take(x, lax.abs(c.pick(places)), { axis: c.below(x.shape.length), mode: "clip" })
    return taken.size <= 400 ? taken : undefined
  },
  (c, x, pool) => {
    const scalars = pool.filter((y) => y.dtype === "int32" && y.shape.length === 0)
    if (x.shape.length === 0 || scalars.length === 0) return undefined
    const sizes = x.shape.map((n) => 1 + c.below(n))
    const starts = x.shape.map(() => c.pick(scalars))
    const window = lax.dynamicSlice(x, starts, sizes)
    return c.below(2) === 0 ? window : lax.dynamicUpdateSlice(x, squash(window), x.shape.map(() => c.pick(scalars)))
  },
  (c, x, pool) => {
    const places = pool.filter((y) => y.dtype === "int32" && y.shape.length === 1)
    if (x.shape.length !== 1 || places.length === 0 || x.dtype === "float16") return undefined
    const indices = c.pick(places)
    const updates = np.take(x, lax.abs(indices), { mode: "clip" })
    return squash(lax.scatterAdd(x, lax.reshape(indices, [indices.shape[0]!, 1]), updates, {
      updateWindowDims: [],
      insertedWindowDims: [0],
      scatterDimsToOperandDims: [0]
    }))
  },
  (c, x, pool) => {
    const y = alike(c, x, pool)
    return x.dtype === "int32" && y.shape.length === x.shape.length
      ? lax.select(lax.lt(x, y), x, lax.sub(y, 1))
      : undefined
  }
]

/** Some steps on values, and what comes out in the shape and dtype of the first. */
const body = (c: Choices, pool: ReadonlyArray<Array_>): ReadonlyArray<Array_> => {
  const [carry] = pool
  const made: Array<Array_> = [...pool]
  for (let i = 0; i < 6; i++) {
    const x = c.pick(made)
    const y = c.below(8) === 0 ? c.pick(nesting)(c, x, made) : c.pick(steps)(c, x, made)
    if (y !== undefined && y.size > 0 && y.size <= 400) made.push(y)
  }
  const fitting = made.filter((y) => y.dtype === carry!.dtype && y.shape.join() === carry!.shape.join())
  return [fitting.at(-1)!, c.pick(made)]
}

const scalarsOf = (x: Array_): Array_ =>
  lax.reduceMax(x.dtype === "int32" ? x : lax.convertElementType(x, "int32"), allAxes(x))

const allAxes = (x: Array_): Ints => x.shape.map((_, i) => i)

/** Control flow, with values that it closes over. */
const nesting: ReadonlyArray<Step> = [
  (c, x, pool) => {
    const carry = c.pick(pool)
    if (x.shape.length === 0 || x.shape[0]! > 6 || x.size > 200) return undefined
    const choices = c.below(1e9)
    const [last, stack] = lax.scan(
      (s: Array_, y: Array_) => {
        const [next, out] = body(new Choices(choices), [s, y, ...pool.slice(-3)])
        return [next!, out!] as const
      },
      carry,
      x,
      { reverse: c.below(2) === 0, unroll: 1 + c.below(3) }
    )
    return c.below(2) === 0 ? squash(last) : squash(stack)
  },
  (c, x, pool) => {
    const choices = c.below(1e9)
    const limit = 1 + c.below(4)
    const [, last] = lax.whileLoop(
      ([i, s]: readonly [Array_, Array_]) => lax.bitwiseAnd(lax.lt(i, limit), lax.lt(scalarsOf(s), 1000)),
      ([i, s]: readonly [Array_, Array_]) => [lax.add(i, 1), body(new Choices(choices), [s, i, ...pool.slice(-3)])[0]!],
      [np.array(0, { dtype: "int32" }), x] as const
    )
    return squash(last)
  },
  (c, x, pool) => {
    const seeds = [c.below(1e9), c.below(1e9), c.below(1e9)]
    const index = scalarsOf(c.pick(pool))
    const branch = (seed: number) => (s: Array_) => body(new Choices(seed), [s, ...pool.slice(-3)])[0]!
    const [first, ...others] = seeds.map(branch)
    const made = lax.switch(index, [first!, ...others], x)
    return squash(made)
  },
  // Elements are changed in place, read before and after, and read from older versions
  (c, x) => {
    if (x.shape.length === 0) return undefined
    const flat = np.tile(np.ravel(x), [1 + Math.floor(256 / x.size)])
    const choices = c.below(1e9)
    const last = lax.foriLoop(0, 4, (i: Array_, s: Array_) => {
      const inner = new Choices(choices)
      const versions = [s]
      const at = (): Array_ => lax.rem(lax.add(lax.mul(i, 3), inner.below(20)), s.size)
      for (let step = 0; step < 1 + inner.below(3); step++) {
        const window = (): Array_ => lax.dynamicSlice(inner.pick(versions), [at()], [1 + inner.below(3)])
        const updated = (s: Array_): Array_ => lax.dynamicUpdateSlice(s, squash(lax.add(window(), 1)), [at()])
        const last = versions.at(-1)!
        const how = inner.below(4)
        const index = lax.rem(lax.add(i, inner.below(3)), 3)
        versions.push(
          how === 0
            ? lax.foriLoop(0, 2, (_: Array_, s: Array_) => updated(s), last)
            : how === 1
            ? lax.switch(index, [(s: Array_) => s, updated, (s: Array_) => updated(updated(s))], last)
            : updated(last)
        )
      }
      return inner.below(4) === 0 ? squash(lax.add(versions.at(-1)!, inner.pick(versions))) : versions.at(-1)!
    }, flat)
    return lax.slice(last, [0], [Math.min(last.size, 300)])
  }
]

/** A Program of about `length` operations, the same for the same seed. */
export const randomProgram = (
  seed: number,
  length: number,
  options?: { readonly controlFlow: boolean }
): Program.Program => {
  const c = new Choices(seed)
  const inputs = [
    np.zeros([6]),
    np.zeros([4, 6]),
    np.zeros([2, 3, 4]),
    np.zeros([6, 4]),
    np.zeros([5], { dtype: "int32" }),
    np.zeros([3, 4], { dtype: "int32" }),
    np.zeros([], { dtype: "int32" }),
    np.zeros([2, 6], { dtype: "float16" }),
    np.zeros([])
  ]
  return trace((...args) => {
    const pool: Array<Array_> = [...args]
    while (pool.length < inputs.length + length) {
      // Young values are used more often, so that chains grow
      const x = c.below(3) === 0 ? c.pick(pool) : pool[pool.length - 1 - c.below(Math.min(8, pool.length))]!
      const nested = options?.controlFlow === true && c.below(4) === 0
      const y = c.pick(nested ? nesting : steps)(c, x, pool)
      if (y !== undefined && y.size > 0 && y.size <= 800 && size(y.shape) === y.size) pool.push(y)
    }
    return pool.slice(inputs.length).filter((_, i, all) => i === all.length - 1 || c.below(4) === 0)
  }, ...inputs)
}
