/**
 * Random reductions, running sums, sorting, and reads and writes at positions.
 */
import * as Lax from "effax/Lax"
import * as Nn from "effax/Nn"
import * as np from "effax/Numpy"
import type { Builder, Operation } from "./builder.ts"
import type { X } from "./tree.ts"

const axesOf = (b: Builder, rank: number): ReadonlyArray<number> =>
  b.r.shuffle(Array.from({ length: rank }, (_, i) => i)).slice(0, b.r.int(1, rank))

/** Sums keep the magnitude of their terms. */
const sums: { readonly [name: string]: (x: X, axis: ReadonlyArray<number>, keepdims: boolean, count: number) => X } = {
  sum: (x, axis, keepdims, count) => np.multiply(np.sum(x, { axis, keepdims }), 1 / Math.sqrt(count)),
  "sum of squares": (x, axis, keepdims, count) => np.multiply(np.sum(np.square(x), { axis, keepdims }), 1 / count),
  mean: (x, axis, keepdims) => np.mean(x, { axis, keepdims }),
  variance: (x, axis, keepdims) => np.var(x, { axis, keepdims }),
  logsumexp: (x, axis, keepdims) => Nn.logsumexp(x, { axis, keepdims })
}

const sum: Operation = (b) => {
  const x = b.float((v) => v.shape.length > 0)
  if (x === undefined) return
  const axes = axesOf(b, b.shape(x).length)
  const keepdims = b.r.chance(0.4)
  const count = axes.reduce((n, d) => n * b.shape(x)[d]!, 1)
  const name = b.r.pick(Object.keys(sums))
  b.step(`${name} ${axes} ${keepdims}`, [x], ([a]) => sums[name]!(a!, axes, keepdims, count))
}

const normalize: Operation = (b) => {
  const x = b.float((v) => v.shape.length > 0)
  if (x === undefined) return
  const axis = b.r.int(0, b.shape(x).length - 1)
  const choices: ReadonlyArray<() => void> = [
    () => b.step(`softmax ${axis}`, [x], ([a]) => Nn.softmax(a!, { axis })),
    () => b.step(`logSoftmax ${axis}`, [x], ([a]) => Nn.logSoftmax(a!, { axis })),
    () =>
      b.step(`standardize ${axis}`, [x], ([a]) => {
        const centered = np.subtract(a!, np.mean(a!, { axis, keepdims: true }))
        return np.divide(centered, np.sqrt(np.add(np.mean(np.square(centered), { axis, keepdims: true }), 0.5)))
      })
  ]
  b.r.pick(choices)()
}

const order: Operation = (b) => {
  const x = b.float((v) => v.shape.length > 0 && v.exact)
  if (x === undefined) return
  const axis = b.r.int(0, b.shape(x).length - 1)
  const choices: ReadonlyArray<() => void> = [
    () => b.step(`max ${axis}`, [x], ([a]) => np.max(a!, { axis })),
    () => b.step(`min ${axis}`, [x], ([a]) => np.min(a!, { axis, keepdims: true })),
    () => b.step(`sort ${axis}`, [x], ([a]) => np.sort(a!, { axis })),
    () => b.step(`argmax ${axis}`, [x], ([a], dtypes) => np.astype(np.argmax(a!, { axis }), dtypes.int)),
    () => b.step(`argsort ${axis}`, [x], ([a], dtypes) => np.astype(np.argsort(a!, { axis }), dtypes.int))
  ]
  b.r.pick(choices)()
}

const running: Operation = (b) => {
  const x = b.pick((v) => (v.kind === "float" || v.kind === "int") && v.shape.length > 0)
  if (x === undefined) return
  const axis = b.r.int(0, b.shape(x).length - 1)
  const [reverse, scale] = [b.r.chance(0.3), 1 / Math.sqrt(b.shape(x)[axis]!)]
  if (b.value(x).kind === "int") b.step(`cumsum ${axis}`, [x], ([a]) => np.cumsum(a!, { axis, reverse }))
  else b.step(`cumsum ${axis} ${reverse}`, [x], ([a]) => np.multiply(np.cumsum(a!, { axis, reverse }), scale))
}

/** Positions are known, or computed from integers. */
const indexed: Operation = (b) => {
  const { r } = b
  const x = b.float((v) => v.shape.length > 0)
  if (x === undefined) return
  const shape = b.shape(x)
  const n = shape[0]!
  const at = Int32Array.from({ length: r.int(1, 5) }, () => r.int(0, n - 1))
  const rows = [at.length, ...shape.slice(1)]
  const computed = b.pick((v) => v.kind === "int" && v.shape.length <= 1)
  const choices: ReadonlyArray<() => void> = [
    () => b.step(`add at ${at}`, [x, b.find(rows)], ([a, v]) => np.at(a!, [np.array(at)]).add(v!)),
    () => {
      const one = r.int(0, n - 1)
      b.step(`set at ${one}`, [x, b.find(shape.slice(1))], ([a, v]) => np.at(a!, one).set(v!))
    },
    () => {
      if (computed === undefined) return
      b.step(
        "take at integers",
        [x, computed],
        ([a, i]) => np.take(a!, np.clip(i!, { min: 0, max: Math.min(n - 1, 100) }), { axis: 0 })
      )
    },
    () => {
      if (computed === undefined || b.shape(computed).length > 0) return
      const sizes = shape.map((m) => r.int(1, m))
      const zeros = shape.slice(1).map(() => 0)
      b.step(
        `dynamicSlice ${sizes}`,
        [x, computed],
        ([a, i]) => Lax.dynamicSlice(a!, [np.astype(i!, "int32"), ...zeros] as never, sizes)
      )
    },
    () => {
      if (computed === undefined || b.shape(computed).length > 0) return
      const sizes = shape.map((m) => r.int(1, m))
      const zeros = shape.slice(1).map(() => 0)
      b.step(
        `dynamicUpdateSlice ${sizes}`,
        [x, b.find(sizes), computed],
        ([a, v, i]) => Lax.dynamicUpdateSlice(a!, v!, [np.astype(i!, "int32"), ...zeros] as never)
      )
    }
  ]
  r.pick(choices)()
}

export const reductions: ReadonlyArray<readonly [operation: Operation, weight: number]> = [
  [sum, 5],
  [normalize, 2],
  [order, 2],
  [running, 2],
  [indexed, 3]
]
