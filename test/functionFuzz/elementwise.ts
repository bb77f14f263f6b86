/**
 * Random arithmetic and changes of shape.
 */
import * as Lax from "effax/Lax"
import * as Nn from "effax/Nn"
import * as np from "effax/Numpy"
import type { Builder, Operation } from "./builder.ts"
import { sizeOf, type Value, type X } from "./tree.ts"

/** Smooth and bounded, so that neither values nor derivatives run away. */
const curves: { readonly [name: string]: (x: X) => X } = {
  sin: np.sin,
  cos: np.cos,
  tanh: np.tanh,
  sigmoid: Nn.sigmoid,
  arctan: np.arctan,
  softplus: Nn.softplus,
  silu: Nn.silu,
  gelu: (x) => Nn.gelu(x),
  bell: (x) => np.exp(np.negative(np.square(x))),
  halved: (x) => np.multiply(x, 0.5),
  negative: np.negative,
  shifted: (x) => np.subtract(1, x),
  fraction: (x) => np.divide(x, np.add(np.square(x), 1)),
  root: (x) => np.sqrt(np.add(np.square(x), 1)),
  logarithm: (x) => np.log1p(np.square(x)),
  cubed: (x) => np.multiply(np.power(x, 3), 0.1)
}

/** With corners and jumps: of values only that every backend has the same. */
const corners: { readonly [name: string]: (x: X) => X } = {
  relu: Nn.relu,
  abs: np.abs,
  clip: (x) => np.clip(x, { min: -1, max: 1 }),
  chosen: (x) => np.where(np.greater(x, 0.3), np.multiply(x, 2), 0.25)
}

const unary: Operation = (b) => {
  const { r } = b
  if (r.chance(0.15)) {
    const x = b.float((v) => v.exact)
    if (x === undefined) return
    const name = r.pick(Object.keys(corners))
    b.step(name, [x], ([a]) => corners[name]!(a!))
    return
  }
  const x = b.float()
  if (x === undefined) return
  const name = r.pick(Object.keys(curves))
  b.step(name, [x], ([a]) => curves[name]!(a!))
}

const binaries: { readonly [name: string]: (x: X, y: X) => X } = {
  add: np.add,
  subtract: np.subtract,
  multiply: np.multiply,
  ratio: (x, y) => np.divide(x, np.add(np.square(y), 1)),
  hypot: (x, y) => np.sqrt(np.add(np.add(np.square(x), np.square(y)), 0.5))
}

const broadcasts = (x: ReadonlyArray<number>, y: ReadonlyArray<number>): boolean => {
  for (let i = 1; i <= Math.min(x.length, y.length); i++) {
    if (x.at(-i) !== y.at(-i) && x.at(-i) !== 1 && y.at(-i) !== 1) return false
  }
  return true
}

const binary: Operation = (b) => {
  const { r } = b
  const x = b.float()
  if (x === undefined) return
  const shape = b.shape(x)
  const own = shape.slice(r.int(0, shape.length)).map((n) => r.chance(0.2) ? 1 : n)
  const y = r.chance(0.75) ? b.float((v) => broadcasts(v.shape, shape)) : b.find(own)
  const name = r.pick(Object.keys(binaries))
  b.step(name, r.chance(0.5) ? [x, y] : [y, x], ([a, c]) => binaries[name]!(a!, c!))
}

const compare: Operation = (b) => {
  const x = b.float((v) => v.exact)
  if (x === undefined) return
  const y = b.float((v) => v.exact && broadcasts(v.shape, b.shape(x)))!
  if (b.r.chance(0.5)) b.step("greater", [x, y], ([a, c]) => np.greater(a!, np.multiply(c!, 0.5)), false)
  else b.step("maximum", [x, y], ([a, c]) => np.maximum(a!, np.subtract(c!, 0.25)))
}

const where: Operation = (b) => {
  const condition = b.pick((v) => v.kind === "bool")
  if (condition === undefined) return compare(b)
  const shape = b.shape(condition)
  const x = b.float((v) => broadcasts(v.shape, shape))
  if (x === undefined) return
  const y = b.float((v) => broadcasts(v.shape, shape) && broadcasts(v.shape, b.shape(x)))
  if (y === undefined) return
  b.step("where", [condition, x, y], ([c, p, q]) => np.where(c!, p!, q!))
}

const integer: Operation = (b) => {
  const { r } = b
  const x = b.pick((v) => v.kind === "int" || v.kind === "bool")
  if (x === undefined) return
  if (b.value(x).kind === "bool") {
    b.step("count", [x], ([a], dtypes) => np.astype(a!, dtypes.int))
    return
  }
  const y = b.pick((v) => v.kind === "int" && broadcasts(v.shape, b.shape(x)))!
  const choices: ReadonlyArray<() => void> = [
    () => b.step("integers added", [x, y], ([p, q]) => np.add(p!, q!)),
    () => b.step("integers multiplied", [x, y], ([p, q]) => np.multiply(p!, q!)),
    () => b.step("integers compared", [x, y], ([p, q]) => np.less(p!, q!)),
    () => b.step("scaled by integers", [x], ([p], dtypes) => np.sin(np.astype(p!, dtypes.float)))
  ]
  r.pick(choices)()
}

const complex: Operation = (b) => {
  const x = b.pick((v) => v.kind === "complex")
  if (x === undefined || b.r.chance(0.2)) {
    const re = b.float()
    if (re === undefined) return
    const im = b.float((v) => v.shape.join() === b.shape(re).join())!
    b.step(
      "complex",
      [re, im],
      ([p, q], dtypes) =>
        np.astype(Lax.complex(np.astype(p!, "float32") as never, np.astype(q!, "float32") as never), dtypes.complex)
    )
    return
  }
  const y = b.pick((v) => v.kind === "complex" && broadcasts(v.shape, b.shape(x)))!
  const choices: ReadonlyArray<() => void> = [
    () => b.step("complex product", [x, y], ([p, q]) => np.multiply(p!, q!)),
    () => b.step("complex sum", [x, y], ([p, q]) => np.add(p!, q!)),
    () => b.step("conjugate", [x], ([p]) => np.conjugate(p!)),
    () => b.step("real part", [x], ([p]) => np.real(p!)),
    () => b.step("imaginary part", [x], ([p]) => np.imag(p!)),
    () => b.step("complex sine", [x], ([p]) => np.multiply(np.sin(np.multiply(p!, 0.5)), 0.5))
  ]
  b.r.pick(choices)()
}

/** A random way to write a number as a product of so many. */
const factors = (b: Builder, size: number, count: number): ReadonlyArray<number> => {
  const result = new Array<number>(count).fill(1)
  let rest = size
  for (let p = 2; rest > 1; p++) {
    if (p * p > rest) p = rest
    while (rest % p === 0) {
      result[b.r.int(0, count - 1)]! *= p
      rest /= p
    }
  }
  return result
}

type View = (b: Builder, shape: ReadonlyArray<number>) => readonly [name: string, f: (x: X) => X] | undefined

const views: ReadonlyArray<View> = [
  (b, shape) => {
    const to = factors(b, sizeOf(shape), b.r.int(1, 4))
    return [`reshape ${to}`, (x) => np.reshape(x, to)]
  },
  (b, shape) => {
    const axes = b.r.shuffle(shape.map((_, i) => i))
    return [`transpose ${axes}`, (x) => np.transpose(x, axes)]
  },
  (b, shape) => {
    if (shape.length === 0) return undefined
    const axis = b.r.int(0, shape.length - 1)
    return [`flip ${axis}`, (x) => np.flip(x, { axis })]
  },
  (b, shape) => {
    const to = [...b.r.chance(0.5) ? [b.r.int(2, 3)] : [], ...shape.map((n) => n === 1 ? b.r.int(1, 4) : n)]
    return [`broadcast ${to}`, (x) => np.broadcastTo(x, to)]
  },
  (b, shape) => {
    if (shape.length === 0) return undefined
    const index = shape.map((n) => {
      const from = b.r.int(0, Math.floor(n / 2))
      return np.slice(from, b.r.int(from + 1, n), b.r.pick([1, 1, 2, 3]))
    })
    return [`slice ${index.map((s) => `${s.start}:${s.stop}:${s.step}`)}`, (x) => np.index(x, index)]
  },
  (b, shape) => {
    if (shape.length === 0) return undefined
    const widths = shape.map(() => [b.r.int(0, 2), b.r.int(0, 2)] as const)
    return [`pad ${widths.join(";")}`, (x) => np.pad(x, widths)]
  },
  (b, shape) => {
    if (shape.length === 0) return undefined
    const [by, axis] = [b.r.int(-3, 3), b.r.int(0, shape.length - 1)]
    return [`roll ${by} ${axis}`, (x) => np.roll(x, by, { axis })]
  },
  (b, shape) => {
    const axis = b.r.int(0, shape.length)
    return [`expand ${axis}`, (x) => np.expandDims(x, axis)]
  },
  (b, shape) => {
    if (shape.length === 0) return undefined
    const [axis, length] = [b.r.int(0, shape.length - 1), b.r.int(1, 6)]
    const at = Int32Array.from({ length }, () => b.r.int(0, shape[axis]! - 1))
    return [`take ${axis} ${at}`, (x) => np.take(x, np.array(at), { axis, mode: "clip" })]
  },
  (b, shape) => {
    if (shape.length < 2) return undefined
    const k = b.r.int(-2, 2)
    return b.r.chance(0.5) ? [`tril ${k}`, (x) => np.tril(x, k)] : [`triu ${k}`, (x) => np.triu(x, k)]
  }
]

const view: Operation = (b) => {
  const x = b.pick((v) => v.kind !== "bool")
  if (x === undefined) return
  const chosen = b.r.pick(views)(b, b.shape(x))
  if (chosen !== undefined) b.step(chosen[0], [x], ([a]) => chosen[1](a!), true)
}

/** There and back: by another shape, in which something is done with every row, to the same one or a third. */
const regroup: Operation = (b) => {
  const x = b.float((v) => v.shape.length > 0)
  if (x === undefined) return
  const [shape, size] = [b.shape(x), sizeOf(b.shape(x))]
  const between = factors(b, size, b.r.int(2, 4))
  const row = b.find(between.slice(b.r.int(1, between.length - 1)).map((n) => b.r.chance(0.2) ? 1 : n))
  const after = b.r.chance(0.6) ? shape : factors(b, size, b.r.int(1, 3))
  const name = b.r.pick(Object.keys(binaries))
  const first = b.r.chance(0.5)
  b.step(`${name} in ${between} and back to ${after}`, [x, row], ([a, c]) => {
    const other = np.reshape(a!, between)
    const made = first ? binaries[name]!(c!, other) : binaries[name]!(other, c!)
    return np.multiply(np.reshape(made, after), 0.75)
  })
}

const sameBut = (x: Value, axis: number) => (y: Value): boolean =>
  y.kind === x.kind && y.shape.length === x.shape.length && y.shape.every((n, d) => d === axis || n === x.shape[d])

const join: Operation = (b) => {
  const { r } = b
  const x = b.pick((v) => v.kind !== "bool" && v.shape.length > 0)
  if (x === undefined) return
  const axis = r.int(0, b.shape(x).length - 1)
  const pieces = [x, ...Array.from({ length: r.int(1, 3) }, () => b.pick(sameBut(b.value(x), axis))!)]
  if (r.chance(0.3)) {
    const alike = pieces.filter((i) => b.shape(i).join() === b.shape(x).join())
    b.step(`stack ${axis}`, alike, (xs) => np.stack(xs, { axis }), true)
  } else b.step(`concatenate ${axis}`, pieces, (xs) => np.concatenate(xs, { axis }), true)
}

export const elementwise: ReadonlyArray<readonly [operation: Operation, weight: number]> = [
  [unary, 6],
  [binary, 7],
  [compare, 1],
  [where, 2],
  [integer, 2],
  [complex, 2],
  [view, 8],
  [regroup, 3],
  [join, 2]
]
