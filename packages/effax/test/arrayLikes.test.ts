/**
 * Every function takes numbers, nested lists and typed arrays in the place of arrays. The tables name each exported function,
 * so that one that is added later has to be entered too.
 */
import { Reference } from "@effax/reference"
import { describe, expect, it } from "@effect/vitest"
import { DType, NdArray, Nn, Numpy as np, Random } from "effax"
import type { Backend } from "effax/Backend"
import * as Effect from "effect/Effect"
import { type Entered, isEntered } from "./conventions/index.ts"

type Values = number | bigint | boolean | ReadonlyArray<Values>

/** Values in the place of an array: as they are, or as the array of them. */
type Lift = (values: Values) => NdArray.Any
/** A call whose arrays are values. */
type Call = (v: Lift) => unknown
type Calls = Call | ReadonlyArray<Call>

const none = "takes no arrays"

type Functions<M> = { [K in keyof M]: M[K] extends (...args: never) => unknown ? K : never }[keyof M] & string

/** An entry for every function of a module: the type checker names those that are missing. */
type Table<M> = { readonly [K in Functions<M>]: Calls | typeof none }

type Loose = (...args: ReadonlyArray<unknown>) => unknown

const matrix = [[1, 2], [3, 4]]
const list = [3, 1, 2]
const key = Random.key(0)

/** A function of one array: of a matrix, a list and a number. */
const one = (f: unknown, ...behind: ReadonlyArray<unknown>): Calls => [
  (v) => (f as Loose)(v(matrix), ...behind),
  (v) => (f as Loose)(v(list), ...behind),
  (v) => (f as Loose)(v(0.5), ...behind)
]
/** A function of one array with axes. */
const axes = (f: unknown, ...behind: ReadonlyArray<unknown>): Calls => [
  (v) => (f as Loose)(v(matrix), ...behind),
  (v) => (f as Loose)(v([[3, 1], [2, 0]]), ...behind)
]
/** A function of two arrays. */
const two = (f: unknown): Calls => [
  (v) => (f as Loose)(v(matrix), v([5, 6])),
  (v) => (f as Loose)(v(list), v(2)),
  (v) => (f as Loose)(v(0.5), v([[1], [2]]))
]
/** A function of two arrays of integers or booleans. */
const bits = (f: unknown): Calls => [
  (v) => (f as Loose)(v([5n, 6n]), v([1n, 3n])),
  (v) => (f as Loose)(v([[5n], [6n]]), v(1n))
]
/** A function of one array, which may come behind its options. */
const dual = (f: unknown): Calls => [
  ...one(f) as ReadonlyArray<Call>,
  (v) => ((f as Loose)() as Loose)(v(matrix)),
  (v) => ((f as Loose)({ axis: 0 }) as Loose)(v(matrix))
]

const numpy: Table<Omit<typeof np, Entered<"Numpy">>> = {
  abs: one(np.abs),
  add: two(np.add),
  all: [...dual(np.all) as ReadonlyArray<Call>, (v) => np.all(v(matrix), { where: v([true, false]) })],
  angle: one(np.angle),
  any: dual(np.any),
  arange: none,
  arccos: one(np.arccos),
  arccosh: one(np.arccosh),
  arcsin: one(np.arcsin),
  arcsinh: one(np.arcsinh),
  arctan: one(np.arctan),
  arctan2: two(np.arctan2),
  arctanh: one(np.arctanh),
  argmax: dual(np.argmax),
  argmin: dual(np.argmin),
  argsort: axes(np.argsort),
  array: one(np.array),
  asarray: one(np.asarray),
  astype: [(v) => np.astype(v(matrix), "int32"), (v) => (np.astype("int32") as Loose)(v([0.5, 1.5]))],
  at: [
    (v) => np.at(v(list), 0).get(),
    ...(["set", "add", "subtract", "multiply", "divide", "power", "min", "max"] as const).map((name): Call => (v) =>
      np.at(v(matrix), 0)[name](v([5, 6]))
    ),
    (v) => np.at(v(matrix), [[0, 0]]).apply(np.square)
  ],
  bitwiseAnd: bits(np.bitwiseAnd),
  bitwiseNot: [(v) => np.bitwiseNot(v([true, false])), (v) => np.bitwiseNot(v(5n))],
  bitwiseOr: bits(np.bitwiseOr),
  bitwiseXor: bits(np.bitwiseXor),
  broadcastArrays: (v) => np.broadcastArrays([v(list), v(2)]),
  broadcastTo: [(v) => np.broadcastTo(v(list), [2, 3]), (v) => np.broadcastTo(v(0.5), [2])],
  cbrt: one(np.cbrt),
  ceil: one(np.ceil),
  clip: [
    (v) => np.clip(v(matrix), v(2), v([3, 3])),
    (v) => np.clip(v(matrix), { min: v([2, 3]), max: v(3) }),
    (v) => np.clip(v(5), v(2), v(3))
  ],
  concatenate: [
    (v) => np.concatenate([v([1, 2]), v([3])] as never),
    (v) => np.concatenate([v(matrix), v(matrix)] as never, { axis: 1 }),
    (v) => np.concatenate([v(matrix), v([3])] as never, { axis: null }),
    (v) => np.concatenate([v([1, 2])] as never, { dtype: "int32" })
  ],
  conj: one(np.conj),
  conjugate: one(np.conjugate),
  cos: one(np.cos),
  cosh: one(np.cosh),
  countNonzero: dual(np.countNonzero),
  cumprod: one(np.cumprod),
  cumsum: [...one(np.cumsum) as ReadonlyArray<Call>, (v) => np.cumsum(v(matrix), { axis: 0 })],
  diagonal: axes(np.diagonal),
  diff: [...axes(np.diff) as ReadonlyArray<Call>, (v) => np.diff(v(list), { prepend: v([0]), append: v(5) })],
  divide: two(np.divide),
  dot: [...two(np.dot) as ReadonlyArray<Call>, (v) => np.dot(v(list), v(list))],
  einsum: [(v) => np.einsum("ij,jk", v(matrix), v(matrix)), (v) => np.einsum("i->", v(list))],
  equal: two(np.equal),
  exp: one(np.exp),
  exp2: one(np.exp2),
  expandDims: [...one(np.expandDims, 0) as ReadonlyArray<Call>, (v) => (np.expandDims(0) as Loose)(v(list))],
  expm1: one(np.expm1),
  eye: none,
  flip: axes(np.flip),
  floor: one(np.floor),
  floorDivide: two(np.floorDivide),
  fmod: two(np.fmod),
  full: [(v) => np.full([2, 3], v(list)), (v) => np.full([2], v(0.5)), (v) => np.full([2], v(3), { dtype: "int32" })],
  fullLike: [(v) => np.fullLike(v(matrix), v(7)), (v) => np.fullLike(v(matrix), v([7, 8]))],
  greater: two(np.greater),
  greaterEqual: two(np.greaterEqual),
  hstack: (v) => np.hstack([v([1, 2]), v([3])]),
  hypot: two(np.hypot),
  identity: none,
  imag: one(np.imag),
  index: [(v) => np.index(v(matrix), 0), (v) => np.index(v(matrix), [[0, 1], 1])],
  inner: [(v) => np.inner(v(list), v(list)), (v) => np.inner(v(matrix), v(2))],
  isclose: two(np.isclose),
  iscomplex: one(np.iscomplex),
  isfinite: one(np.isfinite),
  isinf: one(np.isinf),
  isnan: one(np.isnan),
  isreal: one(np.isreal),
  leftShift: bits(np.leftShift),
  less: two(np.less),
  lessEqual: two(np.lessEqual),
  linspace: (v) => np.linspace(v([0, 10]), v(20), 3),
  log: one(np.log),
  log10: one(np.log10),
  log1p: one(np.log1p),
  log2: one(np.log2),
  logaddexp: two(np.logaddexp),
  logicalAnd: two(np.logicalAnd),
  logicalNot: one(np.logicalNot),
  logicalOr: two(np.logicalOr),
  logicalXor: two(np.logicalXor),
  matmul: [(v) => np.matmul(v(matrix), v(matrix)), (v) => np.matmul(v(matrix), v([1, 2]))],
  matrixTranspose: axes(np.matrixTranspose),
  max: [...dual(np.max) as ReadonlyArray<Call>, (v) => np.max(v(matrix), { where: v([true, false]), initial: v(0) })],
  maximum: two(np.maximum),
  mean: dual(np.mean),
  min: dual(np.min),
  minimum: two(np.minimum),
  moveaxis: axes(np.moveaxis, 0, 1),
  multiply: two(np.multiply),
  negative: one(np.negative),
  notEqual: two(np.notEqual),
  ones: none,
  onesLike: one(np.onesLike),
  outer: [(v) => np.outer(v(list), v([1, 2])), (v) => np.outer(v(matrix), v(3))],
  pad: [
    ...one(np.pad, 1) as ReadonlyArray<Call>,
    (v) => np.pad(v(list), 1, { constantValues: v(7) })
  ],
  power: [...two(np.power) as ReadonlyArray<Call>, (v) => np.power(v(matrix), 2)],
  prod: dual(np.prod),
  ravel: one(np.ravel),
  real: one(np.real),
  reciprocal: one(np.reciprocal),
  remainder: two(np.remainder),
  repeat: one(np.repeat, 2),
  reshape: [
    (v) => np.reshape(v(matrix), [4] as never),
    (v) => np.reshape(v(5), [1]),
    (v) => np.reshape(v([1, 2, 3, 4]), [2, 2] as never),
    (v) => (np.reshape([4, 1]) as Loose)(v(matrix))
  ],
  rightShift: bits(np.rightShift),
  roll: one(np.roll, 1),
  round: one(np.round),
  searchsorted: [
    (v) => np.searchsorted(v([1, 2, 3]), v([[2.5], [0]])),
    (v) => np.searchsorted(v([1, 2, 3]), v(2)),
    (v) => np.searchsorted(v(list), v(2), { sorter: np.argsort(v(list)) })
  ],
  sign: one(np.sign),
  sin: one(np.sin),
  sinh: one(np.sinh),
  slice: none,
  sort: axes(np.sort),
  split: [(v) => np.split(v([1, 2, 3, 4]), 2), (v) => np.split(v(matrix), 2, { axis: 1 })],
  sqrt: one(np.sqrt),
  square: one(np.square),
  squeeze: [(v) => np.squeeze(v([[1], [2]])), (v) => np.squeeze(v(5))],
  stack: [(v) => np.stack([v(list), v(list)]), (v) => np.stack([v(1), v(2.5)])],
  std: dual(np.std),
  stopGradient: one(np.stopGradient),
  subtract: two(np.subtract),
  sum: [
    ...dual(np.sum) as ReadonlyArray<Call>,
    (v) => np.sum(v(matrix), { where: v([[true, false], [true, true]]), initial: v(10) }),
    (v) => np.sum(v(matrix), { dtype: "float64" })
  ],
  swapaxes: axes(np.swapaxes, 0, 1),
  take: [(v) => np.take(v(matrix), 0), (v) => np.take(v(list), -1), (v) => np.take(v(matrix), [1, 0], { axis: 1 })],
  takeAlongAxis: (v) => np.takeAlongAxis(v(matrix), v([[0n, 1n], [1n, 0n]])),
  tan: one(np.tan),
  tanh: one(np.tanh),
  tensordot: [(v) => np.tensordot(v(matrix), v(matrix), 1), (v) => np.tensordot(v(list), v([1, 2]), 0)],
  tile: one(np.tile, 2),
  trace: axes(np.trace),
  transpose: [...one(np.transpose) as ReadonlyArray<Call>, (v) => np.transpose(v(matrix), [1, 0])],
  tril: axes(np.tril),
  triu: axes(np.triu),
  trunc: one(np.trunc),
  var: [...dual(np.var) as ReadonlyArray<Call>, (v) => np.var(v(matrix), { mean: v([[2], [3]]) })],
  vdot: [(v) => np.vdot(v(matrix), v(matrix)), (v) => np.vdot(v(2), v(3))],
  vstack: (v) => np.vstack([v(list), v(list)]),
  where: [
    (v) => np.where(v([true, false]), v(1), v([2, 3])),
    (v) => np.where(v([[true], [false]]), v([1, 2]), v(2)),
    (v) => np.where(v(true), v(1), v(2)),
    (v) => np.where(v([true, false]), () => v([1, 2]), () => v(2))
  ],
  zeros: none,
  zerosLike: one(np.zerosLike)
}

const images = [[[[1, 2], [3, 4]]]]

const nn: Table<Omit<typeof Nn, Entered<"Nn">>> = {
  avgPool: (v) => Nn.avgPool(v(images), 2),
  conv: (v) => Nn.conv(v(images), v(images)),
  elu: one(Nn.elu),
  gelu: one(Nn.gelu),
  leakyRelu: one(Nn.leakyRelu),
  logSigmoid: one(Nn.logSigmoid),
  logSoftmax: axes(Nn.logSoftmax),
  logsumexp: [...one(Nn.logsumexp) as ReadonlyArray<Call>, (v) => Nn.logsumexp(v(list), { b: v([1, 2, 3]) })],
  maxPool: (v) => Nn.maxPool(v(images), 2),
  mish: one(Nn.mish),
  oneHot: [(v) => Nn.oneHot(v([1, 0]), 2), (v) => Nn.oneHot(v(1), 2), (v) => Nn.oneHot(v([1n, 0n]), 2)],
  relu: [...one(Nn.relu) as ReadonlyArray<Call>, (v) => Nn.relu(v(-1))],
  relu6: one(Nn.relu6),
  selu: one(Nn.selu),
  sigmoid: one(Nn.sigmoid),
  silu: one(Nn.silu),
  softSign: one(Nn.softSign),
  softmax: [...axes(Nn.softmax) as ReadonlyArray<Call>, (v) => Nn.softmax(v(list), { where: v([true, true, false]) })],
  softplus: one(Nn.softplus),
  standardize: [
    ...axes(Nn.standardize) as ReadonlyArray<Call>,
    (v) => Nn.standardize(v(matrix), { mean: v([[1], [2]]), variance: v(2) })
  ],
  swish: one(Nn.swish),
  tanh: one(Nn.tanh)
}

const random: Table<Omit<typeof Random, Entered<"Random">>> = {
  bernoulli: [(v) => Random.bernoulli(key, v([0.25, 0.75])), (v) => Random.bernoulli(key, v(0.25), [3])],
  bits: none,
  categorical: (v) => Random.categorical(key, v([[0, 1], [1, 0]])),
  cauchy: none,
  choice: [
    (v) => Random.choice(key, v(list), [2]),
    (v) => Random.choice(key, v(matrix), [2], { p: v([0.25, 0.75]) })
  ],
  exponential: none,
  foldIn: (v) => Random.foldIn(key, v(7n)),
  fromWords: none,
  gumbel: none,
  key: (v) => Random.key(v(7n)),
  keys: none,
  laplace: none,
  logistic: none,
  normal: none,
  permutation: (v) => Random.permutation(key, v(matrix)),
  rademacher: none,
  randint: (v) => Random.randint(key, [2], v([0n, 5n]), v(10n)),
  split: none,
  truncatedNormal: none,
  uniform: (v) => Random.uniform(key, [2], { minval: v([0, 5]), maxval: v(10) }),
  // its operands are words, uint32 arrays, which a list of numbers does not make
  threefry2x32: none
}

const modules: { readonly [name: string]: readonly [object, { readonly [name: string]: Calls | typeof none }] } = {
  Numpy: [np, numpy],
  Nn: [Nn, nn],
  Random: [Random, random]
}

const run = <A>(effect: Effect.Effect<A, unknown, Backend>): A =>
  Effect.runSync(Effect.provide(effect, Reference.layer))

/** Everything that tells one result from another one. */
const told = (result: unknown): unknown =>
  Array.isArray(result)
    ? result.map(told)
    : NdArray.isNdArray(result)
    ? [result.dtype, result.shape, result.weak, run(NdArray.toNested(result))]
    : result

const asList: Lift = (values) => values as never
const asArray: Lift = (values) => np.array(values as never) as never

/** Values of one list as a typed array, where there is one of the dtype that the list has. */
const asTyped: Lift = (values) => {
  if (!Array.isArray(values) || Array.isArray(values[0]) || typeof values[0] === "boolean") return asArray(values)
  return (typeof values[0] === "bigint" ? Int32Array.from(values, Number) : Float32Array.from(values)) as never
}

/** Values in the place of the `n`-th array only. */
const onlyAt = (n: number, lift: Lift): Lift => {
  let count = 0
  return (values) => (count++ === n ? lift : asArray)(values)
}

const arraysOf = (call: Call): number => {
  let count = 0
  call((values) => {
    count++
    return asArray(values)
  })
  return count
}

describe.each(Object.entries(modules))("%s", (namespace, [module, table]) => {
  it("has an entry here for every function", () => {
    const functions = Object.entries(module)
      .filter(([name, value]) => typeof value === "function" && !/^[A-Z]/.test(name) && !isEntered(namespace, name))
      .map(([name]) => name)
    expect(Object.keys(table).sort()).toEqual(functions.sort())
  })

  const calls = Object.entries(table).flatMap(([name, entry]) =>
    entry === none ? [] : [entry].flat().map((call, i) => [name, i, call as Call] as const)
  )

  it.each(calls)("%s takes values as it takes arrays of them (%i)", (_name, _i, call) => {
    const expected = told(call(asArray))
    expect(told(call(asList))).toEqual(expected)
    expect(told(call(asTyped))).toEqual(expected)
    const count = arraysOf(call)
    expect(count).toBeGreaterThan(0)
    for (let n = 0; n < count; n++) {
      expect(told(call(onlyAt(n, asList)))).toEqual(expected)
      expect(told(call(onlyAt(n, asTyped)))).toEqual(expected)
    }
  })
})

describe("values that are no arrays", () => {
  const refused: ReadonlyArray<readonly [name: string, call: () => unknown, message: string]> = [
    ["a ragged list", () => np.negative([[1], [1, 2]]), "negative: nested lists must be rectangular"],
    ["a text", () => np.sum("1" as never), "sum: expected an array, a number or a list of numbers, got \"1\""],
    ["a list of texts", () => np.sort(["b"] as never), "sort: [0] is b, but elements must be numbers"],
    [
      "nothing",
      () => np.matmul(undefined as never, 1 as never),
      "matmul: expected an array, a number or a list of numbers"
    ],
    [
      "an object",
      () => np.cumsum({ x: 1 } as never),
      "cumsum: unknown option \"x\"; its options are axis, dtype, reverse"
    ],
    ["a list of arrays", () => np.sin([np.ones([2])] as never), "sin: [0] is f32[2], but elements must be numbers"],
    ["a fractional position", () => np.takeAlongAxis([1, 2], [0.5]), "takeAlongAxis: 0.5 is not a value of int32"]
  ]
  it.each(refused)("are refused: %s", (_, call, message) => {
    expect(call).toThrow(message)
  })
})

describe("values that an array of them is", () => {
  it("take the dtype of the array beside them where they are scalars, and keep their own in lists", () => {
    for (const dtype of DType.all) {
      const x = np.zeros([2], { dtype })
      expect(np.where(true, x, 1n).dtype).toBe(dtype === "bool" ? "int32" : dtype)
      expect(np.concatenate([x, [1, 2]]).dtype).toBe(DType.promote(dtype, "float32"))
    }
  })

  it("keep NaN, infinities and the sign of 0", () => {
    expect(run(NdArray.toNested(np.negative([NaN, Infinity, 0])))).toEqual([NaN, -Infinity, -0])
    expect(run(NdArray.toNested(np.reciprocal([-0, 0])))).toEqual([-Infinity, Infinity])
  })
})
