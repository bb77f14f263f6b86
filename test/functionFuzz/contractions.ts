/**
 * Random products and convolutions, whose operands may be of one origin.
 */
import * as Lax from "effax/Lax"
import * as np from "effax/Numpy"
import type { Builder, Operation } from "./builder.ts"
import { sizeOf } from "./tree.ts"

type Ints = ReadonlyArray<number>

const depths = [1, 2, 3, 5, 8, 17, 40, 63, 64, 100, 129]
const widths = [1, 2, 3, 4, 5, 7, 8, 16, 17, 33, 65]

/** The largest of some numbers that keeps within the limits, or a smaller one. */
const room = (b: Builder, choices: Ints, per: number, limit = b.limits.elements): number =>
  b.r.pick([1, ...choices.filter((n) => n * per <= limit)])

const matmul: Operation = (b) => {
  const { r } = b
  const x = b.float((v) => v.shape.length > 0)
  if (x === undefined) return
  const shape = b.shape(x)
  const k = shape.at(-1)!
  const rows = sizeOf(shape) / k
  const [swapped, scale] = [r.chance(0.4), 1 / Math.sqrt(k)]
  // what is there already, possibly the value itself, or one that is computed of it
  const found = b.float((v) =>
    v.shape.length === 2 && v.shape[swapped ? 1 : 0] === k && sizeOf(v.shape) * rows <= b.limits.work
  )
  const n = room(b, widths, Math.max(k, rows), Math.min(b.limits.elements, b.limits.work / k))
  if (sizeOf(shape) * n > b.limits.work) return
  const y = r.chance(0.7) && found !== undefined ? found : b.find(swapped ? [n, k] : [k, n])
  b.step(
    `matmul${swapped ? " of a transpose" : ""}`,
    [x, y],
    ([p, q]) => np.multiply(np.matmul(p!, swapped ? np.matrixTranspose(q!) : q!), scale)
  )
}

const gram: Operation = (b) => {
  const x = b.float((v) => v.shape.length >= 2)
  if (x === undefined) return
  const [m, k] = b.shape(x).slice(-2) as [number, number]
  const rows = b.r.chance(0.5)
  if (sizeOf(b.shape(x)) * (rows ? m : k) > b.limits.work) return
  const scale = 1 / Math.sqrt(rows ? k : m)
  b.step(`gram of ${rows ? "rows" : "columns"}`, [x], ([a]) => {
    const y = np.sin(a!)
    return np.multiply(rows ? np.matmul(a!, np.matrixTranspose(y)) : np.matmul(np.matrixTranspose(y), a!), scale)
  })
}

const letters = "abcdefghijkl"

/** Axes of two arrays of equal length are batched, summed over, or neither. */
const einsum: Operation = (b) => {
  const { r } = b
  const x = b.float((v) => v.shape.length > 0)
  const y = b.float((v) => v.shape.length > 0)
  if (x === undefined || y === undefined) return
  const [p, q] = [b.shape(x), b.shape(y)]
  const left = p.map((_, i) => letters[i]!)
  const taken = new Set<number>()
  const right = q.map((n, i) => {
    const same = p.flatMap((m, k) => m === n && !taken.has(k) ? [k] : [])
    if (same.length === 0 || r.chance(0.3)) return letters[p.length + i]!
    const k = r.pick(same)
    taken.add(k)
    return left[k]!
  })
  const all = [...new Set([...left, ...right])]
  const extent = new Map([...left.map((l, i) => [l, p[i]!] as const), ...right.map((l, i) => [l, q[i]!] as const)])
  const summed = all.filter((l) => left.includes(l) && right.includes(l) && r.chance(0.6))
  const out = r.shuffle(all.filter((l) => !summed.includes(l)))
  if (all.reduce((n, l) => n * extent.get(l)!, 1) > b.limits.work) return
  const scale = 1 / Math.sqrt(summed.reduce((n, l) => n * extent.get(l)!, 1))
  const spec = `${left.join("")},${right.join("")}->${out.join("")}`
  b.step(`einsum ${spec}`, [x, y], ([u, v]) => np.multiply(np.einsum(spec as string, u!, v!), scale))
}

const conv: Operation = (b) => {
  const { r } = b
  const x = b.float((v) => v.shape.length >= 3 && v.shape.length <= 4)
  if (x === undefined) return
  const shape = b.shape(x)
  const rank = shape.length - 2
  const axes = shape.map((_, i) => i)
  const order = () => r.chance(0.4) ? r.shuffle(axes) : r.chance(0.5) ? axes : [0, rank + 1, ...axes.slice(1, -1)]
  const lhsSpec = order()
  const [batch, channels, ...input] = lhsSpec.map((d) => shape[d]!) as [number, number, ...Array<number>]
  let rhsSpec = order()
  const windowFits = (window: Ints) => window.every((n, d) => n <= input[d]! + 2)
  const fits = (w: Ints): boolean => {
    const [out, inner, ...window] = rhsSpec.map((d) => w[d]!) as [number, number, ...Array<number>]
    return w.length === shape.length && channels % inner === 0 && out % (channels / inner) === 0 && windowFits(window)
  }
  // the kernel is computed of the input, is there already, or new
  let w = r.chance(0.3) && fits(shape)
    ? b.step("sine", [x], ([a]) => np.sin(a!))
    : r.chance(0.5)
    ? b.float((v) => fits(v.shape))
    : undefined
  if (w === undefined) {
    const groups = r.pick([1, 1, 1, 2, 3, channels].filter((g) => channels % g === 0))
    const full = [
      groups * r.pick([1, 2, 3, 5, 8]),
      channels / groups,
      ...input.map((n) => r.int(1, Math.min(n + 1, 4)))
    ]
    const made = new Array<number>(shape.length)
    rhsSpec = order()
    rhsSpec.forEach((d, i) => made[d] = full[i]!)
    w = b.find(made)
    if (w === undefined) return
  }
  const kernel = b.shape(w)
  const [out, inner, ...window] = rhsSpec.map((d) => kernel[d]!) as [number, number, ...Array<number>]
  const lhsDilation = input.map(() => r.pick([1, 1, 1, 2, 3]))
  const rhsDilation = input.map(() => r.pick([1, 1, 1, 2, 3]))
  const windowStrides = input.map(() => r.pick([1, 1, 2, 3]))
  const padding = input.map((n, d): readonly [number, number] => {
    const reach = (window[d]! - 1) * rhsDilation[d]! + 1
    const short = Math.max(0, reach - ((n - 1) * lhsDilation[d]! + 1))
    return r.chance(0.1) && n > reach + 2 ? [-1, r.int(0, 2)] : [short + r.int(0, 2), r.int(0, reach - 1)]
  })
  const sizes = input.map((n, d) =>
    Math.floor(
      ((n - 1) * lhsDilation[d]! + 1 + padding[d]![0] + padding[d]![1] - (window[d]! - 1) * rhsDilation[d]! - 1) /
        windowStrides[d]!
    ) + 1
  )
  const depth = inner * sizeOf(window)
  if (batch * out * sizeOf(sizes) * depth > b.limits.work) return
  const featureGroupCount = channels / inner
  const batchGroupCount = featureGroupCount === 1 && batch % 2 === 0 && out % 2 === 0 && r.chance(0.3) ? 2 : 1
  const options = {
    lhsDilation,
    rhsDilation,
    dimensionNumbers: { lhsSpec, rhsSpec, outSpec: order() },
    featureGroupCount,
    batchGroupCount
  }
  b.step(
    `conv ${JSON.stringify({ windowStrides, padding, ...options })}`,
    [x, w],
    ([p, q]) => np.multiply(Lax.convGeneralDilated(p!, q!, windowStrides, padding, options), 1 / Math.sqrt(depth))
  )
}

/** Another matrix to begin with, of a depth that tiles don't divide. */
const tall: Operation = (b) => {
  const n = room(b, depths, 1)
  b.constant(b.r.chance(0.5) ? [n, room(b, widths, n)] : [room(b, widths, n), n])
}

export const contractions: ReadonlyArray<readonly [operation: Operation, weight: number]> = [
  [matmul, 4],
  [gram, 2],
  [einsum, 2],
  [conv, 7],
  [tall, 1]
]
