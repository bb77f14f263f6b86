/**
 * Functions that take their data first or last. The tables name every exported function, so that one that is added later
 * has to be entered too: with a call, or with the reason why it takes its data in one way.
 */
import { Reference } from "@effax/reference"
import { describe, expect, it } from "@effect/vitest"
import { Checks, Debug, Errors, Keys, Mesh, NdArray, Nn, Numpy as np, P, Random, ShapeDType, Tree } from "effax"
import * as Transform from "effax/Transform"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { readdirSync } from "node:fs"
import { type Entered, isEntered } from "./conventions/index.ts"

/** Why a function is not dual. */
type Reason =
  /** It takes its data and nothing else: `x.pipe(np.sin)`. */
  | "data only"
  /** It makes something: its first argument is not data. */
  | "maker"
  /** It works on a list of arrays, or on operands of equal rank. */
  | "list"
  /** An operand behind the data may be left out, so that operands can't be counted. */
  | "optional operand"
  /** It takes any number of operands. */
  | "any number"

/** The data, and all that stands behind it: `f(data, ...behind)` and `f(...behind)(data)`. */
interface Call {
  readonly data: unknown
  readonly behind: ReadonlyArray<unknown>
  /** Arguments for the function that both give, where they give one. */
  readonly applyTo?: ReadonlyArray<unknown>
}

type Functions<M> = { [K in keyof M]: M[K] extends (...args: never) => unknown ? K : never }[keyof M] & string

/** An entry for every function of a module: the type checker names those that are missing. */
type Table<M> = { readonly [K in Functions<M>]: Call | Reason }

const x = np.array([[1, 2], [3, 4]])
const v = np.array([3, 1, 2])
const n = np.array([[6, 4], [2, 9]], { dtype: "int32" })

const call = (data: unknown, ...behind: ReadonlyArray<unknown>): Call => ({ data, behind })

const unary = "data only"
const binary = call(x, np.array([[2, 1], [2, 3]]))
const whole = call(n, 2n)
const reduced = call(x, { axis: 1 })

const numpy: Table<Omit<typeof np, Entered<"Numpy">>> = {
  abs: unary,
  add: binary,
  all: reduced,
  angle: "data only",
  any: reduced,
  arange: "maker",
  arccos: unary,
  arccosh: unary,
  arcsin: unary,
  arcsinh: unary,
  arctan: unary,
  arctan2: binary,
  arctanh: unary,
  argmax: reduced,
  argmin: reduced,
  argsort: call(v, { descending: true }),
  array: "maker",
  asarray: "maker",
  astype: call(x, "int32"),
  at: call(x, 0),
  bitwiseAnd: whole,
  bitwiseNot: unary,
  bitwiseOr: whole,
  bitwiseXor: whole,
  broadcastArrays: "list",
  broadcastTo: call(v, [2, 3]),
  cbrt: unary,
  ceil: unary,
  clip: call(v, { min: 2 }),
  concatenate: "list",
  conj: unary,
  conjugate: unary,
  cos: unary,
  cosh: unary,
  countNonzero: reduced,
  cumprod: call(x, { axis: 1 }),
  cumsum: call(x, { axis: 1 }),
  diagonal: call(x, { offset: 1 }),
  diff: call(v, { n: 2 }),
  divide: binary,
  dot: call(x, np.array([1, 10])),
  einsum: "any number",
  equal: binary,
  exp: unary,
  exp2: unary,
  expandDims: call(v, 1),
  expm1: unary,
  eye: "maker",
  flip: call(x, { axis: 0 }),
  floor: unary,
  floorDivide: binary,
  fmod: binary,
  full: "maker",
  fullLike: "maker",
  greater: binary,
  greaterEqual: binary,
  hstack: "list",
  hypot: binary,
  identity: "maker",
  imag: unary,
  index: call(x, [0, 1], { mode: "clip" }),
  inner: call(x, np.array([1, 10])),
  isclose: call(x, 1, { atol: 1.5 }),
  iscomplex: unary,
  isfinite: unary,
  isinf: unary,
  isnan: unary,
  isreal: unary,
  leftShift: whole,
  less: binary,
  lessEqual: binary,
  linspace: "maker",
  log: unary,
  log10: unary,
  log1p: unary,
  log2: unary,
  logaddexp: binary,
  logicalAnd: binary,
  logicalNot: unary,
  logicalOr: binary,
  logicalXor: binary,
  matmul: call(x, np.array([[0, 1], [2, 3]]), { preferredElementType: "float32" }),
  matrixTranspose: unary,
  max: reduced,
  maximum: binary,
  mean: reduced,
  min: reduced,
  minimum: binary,
  moveaxis: call(np.ones([2, 3, 4]), 0, 2),
  multiply: binary,
  negative: unary,
  notEqual: binary,
  ones: "maker",
  onesLike: "maker",
  outer: call(v, np.array([1, 10])),
  pad: call(v, 1, { mode: "edge" }),
  power: binary,
  prod: reduced,
  ravel: call(x, { order: "F" }),
  real: unary,
  reciprocal: unary,
  remainder: binary,
  repeat: call(x, 2, { axis: 1 }),
  reshape: call(x, [4], { order: "F" }),
  rightShift: whole,
  roll: call(v, 1, { axis: 0 }),
  round: call(np.array([1.25, 3.75]), { decimals: 1 }),
  searchsorted: call(np.array([1, 2, 3]), np.array([2, 0]), { side: "right" }),
  sign: unary,
  sin: unary,
  sinh: unary,
  slice: "maker",
  sort: call(v, { descending: true }),
  split: call(np.arange(4), 2),
  sqrt: unary,
  square: unary,
  squeeze: call(np.ones([1, 2, 1]), { axis: 0 }),
  stack: "list",
  std: reduced,
  stopGradient: unary,
  subtract: binary,
  sum: reduced,
  swapaxes: call(np.ones([2, 3, 4]), 0, 2),
  take: call(v, [2, 0], { mode: "clip" }),
  takeAlongAxis: call(x, np.array([[1], [0]], { dtype: "int32" }), { axis: 1 }),
  tan: unary,
  tanh: unary,
  tensordot: "optional operand",
  tile: call(v, 2),
  trace: call(x, { offset: 1 }),
  transpose: "optional operand",
  tril: "optional operand",
  triu: "optional operand",
  trunc: unary,
  var: reduced,
  vdot: call(v, np.array([1, 10, 100])),
  vstack: "list",
  where: "list",
  zeros: "maker",
  zerosLike: "maker"
}

const image = np.reshape(np.arange(8), [1, 2, 4])

const nn: Table<Omit<typeof Nn, Entered<"Nn">>> = {
  avgPool: call(image, 2),
  conv: call(image, np.ones([1, 2, 3]), { padding: "valid" }),
  elu: call(np.array([-1, 1]), { alpha: 3 }),
  gelu: call(v, { approximate: false }),
  leakyRelu: call(np.array([-1, 1]), { negativeSlope: 0.5 }),
  logSigmoid: "data only",
  logSoftmax: call(x, { axis: 0 }),
  logsumexp: call(x, { axis: 0 }),
  maxPool: call(image, 2, { layout: "channelsFirst" }),
  mish: "data only",
  oneHot: call(np.array([1n, 0n]), 3, { axis: 0 }),
  relu: "data only",
  relu6: "data only",
  selu: "data only",
  sigmoid: "data only",
  silu: "data only",
  softSign: "data only",
  softmax: call(x, { axis: 0 }),
  softplus: "data only",
  standardize: call(x, { axis: 0 }),
  swish: "data only",
  tanh: "data only"
}

const f = (a: NdArray.Any): NdArray.Any => np.sum(np.multiply(np.sin(a), a))
const pair = (a: NdArray.Any, b: NdArray.Any): NdArray.Any => np.sum(np.multiply(np.sin(a), b))
const squares = (a: NdArray.Any): NdArray.Any => np.square(a)
const w = np.array([5, 6, 7])

const transform: Table<typeof Transform> = {
  checkpoint: { ...call(f, { preventCse: false }), applyTo: [v] },
  checkpointName: call(v, "kept"),
  closureConvert: "any number",
  customJvp: {
    ...call(squares, (_: unknown, [dot]: readonly [NdArray.Any]) => [dot, dot], { name: "identity" }),
    applyTo: [v]
  },
  customLinearSolve: "maker",
  customRoot: "maker",
  customVjp: {
    ...call(squares, { forward: (a: NdArray.Any) => [a, a], backward: (a: NdArray.Any) => [a] }, { name: "identity" }),
    applyTo: [v]
  },
  customVmap: {
    ...call(squares, (_: number, [batched]: readonly [boolean], a: NdArray.Any) => [np.square(a), batched]),
    applyTo: [v]
  },
  evalShape: "any number",
  grad: { ...call(pair, { argnums: 1 }), applyTo: [v, w] },
  hessian: { ...call(pair, { argnums: 0 }), applyTo: [v, w] },
  hvp: call(pair, [v, w], [v, null], { argnums: 0 }),
  jacfwd: { ...call(squares, { argnums: 0 }), applyTo: [v] },
  jacobian: { ...call(squares, { argnums: 0 }), applyTo: [v] },
  jacrev: { ...call(squares, { argnums: 0 }), applyTo: [v] },
  jit: { ...call(pair, { name: "pair" }), applyTo: [v, w] },
  jvp: call(squares, [v], [w]),
  linearTranspose: "any number",
  linearize: "any number",
  makeProgram: { ...call(f, { returnShape: true }), applyTo: [v] },
  pureCallback: {
    ...call((value: { readonly data: Float32Array }) => value.data.map((y) => y + 1), new ShapeDType([3], "float32"), {
      vmapMethod: "sequential"
    }),
    applyTo: [v]
  },
  remat: { ...call(f, { preventCse: false }), applyTo: [v] },
  savedResiduals: "any number",
  shardMap: {
    ...call(squares, { mesh: Mesh.make({ i: 3 }), inSpecs: P("i"), outSpecs: P("i") }),
    applyTo: [v]
  },
  valueAndGrad: { ...call(pair, { argnums: 1 }), applyTo: [v, w] },
  vjp: "any number",
  vmap: { ...call(pair, { inAxes: [0, null] }), applyTo: [x, np.array([1, 10])] }
}

const first = Tree.structure([0, 0])
const second = Tree.structure({ a: 0 })

const tree: Table<Omit<typeof Tree, Entered<"Tree">>> = {
  all: call([1, 2], (leaf: number) => leaf > 1),
  broadcastPrefix: "optional operand",
  compose: call(first, second),
  flatten: "optional operand",
  flattenUpTo: "list",
  formatPath: "data only",
  isStructure: "data only",
  leaves: "optional operand",
  leavesWithPath: "optional operand",
  map: call([1, null], String, { noneIsLeaf: true }),
  map2: call([1, 2], [10, 20], (a: number, b: number) => a + b),
  mapMany: "list",
  mapWithPath: call([1, null], (path: Tree.Path, leaf: unknown) => [path, leaf], { noneIsLeaf: true }),
  parts: "data only",
  reduce: call([1, 2], 10, (sum: number, leaf: number) => sum + leaf),
  structure: "optional operand",
  structureEquals: call(first, second),
  structurePaths: "data only",
  structureToString: "data only",
  transpose: call([{ a: 1 }, { a: 2 }], first, second),
  unflatten: "maker"
}

const keys: Table<typeof Keys> = {
  forEach: call([1, 2], () => Keys.next, { concurrency: 2 }),
  key: "maker",
  layer: "maker",
  layerKey: "maker",
  split: "maker",
  within: call(Keys.next, "layer")
}

const checks: Table<typeof Checks> = {
  check: call(v, np.greater(v, 0), "must be positive, got {v}", { v }),
  layerCheckedWith: "maker",
  layerNonFiniteWith: "maker"
}

const debug: Table<typeof Debug> = {
  print: call(v, "v = {v}", { v }),
  callback: call(v, () => Effect.void)
}

const array: Table<typeof NdArray> = {
  dispose: "data only",
  evaluate: "data only",
  evaluateScoped: "data only",
  fromTypedArray: "maker",
  isNdArray: "data only",
  iterate: call(v, (x: NdArray.Any) => np.multiply(x, 2), { times: 3 }),
  scoped: "data only",
  toNested: "data only",
  toNumber: "data only",
  toScalar: "data only",
  toTypedArray: "data only"
}

const tables: {
  readonly [name: string]: readonly [module: object, table: { readonly [name: string]: Call | Reason }]
} = {
  Numpy: [np, numpy],
  Nn: [Nn, nn],
  Transform: [Transform, transform],
  Tree: [Tree, tree],
  Keys: [Keys, keys],
  Checks: [Checks, checks],
  Debug: [Debug, debug],
  NdArray: [NdArray, array]
}

/** Modules none of whose functions takes its data last. */
const others: { readonly [name: string]: string } = {
  Fft: "conventions.test.ts",
  Image: "conventions.test.ts",
  Linalg: "conventions.test.ts",
  Ops: "conventions.test.ts",
  Scipy: "conventions.test.ts",
  Aval: "types of arrays: two equal operands, or one",
  Backend: "drivers and services",
  Cost: "one Program",
  Driver: "drivers",
  DriverKit: "drivers",
  DType: "names of dtypes",
  ErrorCodec: "Schemas",
  Errors: "classes and guards",
  HostArray: "typed arrays, for drivers",
  Lax: "the arguments are those of JAX's functions",
  Mesh: "makers",
  PartitionSpec: "makers",
  Primitive: "primitives",
  Primitives: "primitives",
  Profile: "a service",
  Program: "Programs, which are not piped",
  ProgramCodec: "Schemas",
  ProgramView: "Programs, which are not piped",
  Random: "the key comes first, and operands behind it may be left out",
  Shape: "shapes, for those who write operations"
}

/** Trees of arrays as numbers, and results of functions that the calls give. */
const read = (result: unknown, applyTo: ReadonlyArray<unknown> | undefined): Promise<unknown> => {
  const value = applyTo === undefined ? result : (result as (...args: ReadonlyArray<unknown>) => unknown)(...applyTo)
  const effect = Effect.isEffect(value) && !NdArray.isNdArray(value)
    ? value as Effect.Effect<unknown>
    : Effect.succeed(value)
  return Effect.runPromise(
    Effect.flatMap(effect, NdArray.toNested).pipe(Effect.provide(Layer.merge(Reference.layer, Keys.layer(0))))
  )
}

/** Programs and members of `at` are compared as text. */
const comparable = (value: unknown): unknown =>
  JSON.stringify(
    value,
    (_, part: unknown) => typeof part === "bigint" || typeof part === "function" ? String(part) : part
  )

it("every module has a table or a reason", () => {
  const modules = readdirSync(new URL("../src/", import.meta.url)).filter((file) => /^[A-Z]\w*\.ts$/.test(file))
  expect([...Object.keys(tables), ...Object.keys(others)].toSorted()).toEqual(
    modules.map((file) => file.replace(/\.ts$/, "")).toSorted()
  )
})

describe.each(Object.entries(tables))("%s", (namespace, [module, table]) => {
  it("has an entry here for every function", () => {
    const functions = Object.entries(module)
      .filter(([name, value]) => typeof value === "function" && !/^[A-Z]/.test(name) && !isEntered(namespace, name))
      .map(([name]) => name)
    expect(Object.keys(table).toSorted()).toEqual(functions.toSorted())
  })

  const calls = Object.entries(table).flatMap(([name, entry]) =>
    typeof entry === "string" ? [] : [[name, entry] as const]
  )

  it.skipIf(calls.length === 0).each(calls)("%s gives the same with its data first and last", async (name, entry) => {
    const { applyTo, behind, data } = entry
    const dual = (module as { readonly [name: string]: (...args: ReadonlyArray<unknown>) => unknown })[name]!
    const waiting = dual(...behind)
    expect(waiting).toBeTypeOf("function")
    const last = (waiting as (data: unknown) => unknown)(data)
    expect(comparable(await read(last, applyTo))).toBe(comparable(await read(dual(data, ...behind), applyTo)))
  })
})

describe("a call of a dual function", () => {
  const loose = (g: unknown) => g as (...args: ReadonlyArray<unknown>) => unknown

  it("that lacks more than its data is refused", () => {
    expect(() => loose(np.add)()).toThrow(
      new Errors.ArgumentError({
        operation: "add",
        message: "add: it takes 2 operands, or 1 where it waits for the first in a pipe; got 0"
      })
    )
    expect(() => loose(np.matmul)({ preferredElementType: "float32" })).toThrow(/matmul: it takes 2 operands/)
    expect(() => loose(Transform.jvp)([v])).toThrow(/jvp: it takes 3 operands, or 2 where/)
  })

  it("refuses wrong options before the data arrives", () => {
    expect(() => loose(np.matmul)(x, { preferred: "float32" })).toThrow(/unknown option "preferred"/)
    expect(() => loose(np.reshape)([4], { order: "A" })).toThrow(/unknown order "A"/)
    expect(() => loose(Transform.grad)({ argnum: 1 })).toThrow(/did you mean "argnums"/)
    expect(() => loose(Transform.customVjp)({}, { names: "f" })).toThrow(/unknown option "names"/)
    expect(() => loose(np.astype)("f64")).toThrow(/did you mean "float64"/)
  })

  it("takes undefined for no options, and never for data", async () => {
    expect(await read(loose(np.sum)(x, undefined), undefined)).toBe(10)
    expect(() => loose(np.sum)(undefined)).toThrow(
      /sum: expected an array, a number or a list of numbers, got undefined/
    )
    expect(() => loose(np.add)(x, undefined)).toThrow(
      /add: expected an array, a number or a list of numbers, got undefined/
    )
    expect(() => loose(Transform.jit)(undefined)).toThrow(/jit: expected a function, got undefined/)
  })

  it("may be given to reduce, which gives more than it takes", async () => {
    expect(await read([1, 2, 3].map((y): NdArray.Any => np.multiply(v, y)).reduce(np.add), undefined)).toEqual([
      18,
      6,
      12
    ])
  })

  it("that was forgotten its data is told where the array belongs", () => {
    expect(() => loose(np.add)(np.reshape([2, 1]), 1)).toThrow(/a call that lacks an operand/)
  })
})

it("a pipeline", async () => {
  const result = np.arange(6).pipe(
    np.reshape([2, 3]),
    np.matmul(np.ones([3, 2])),
    np.add(1),
    np.astype("int32"),
    np.sum({ axis: 0 })
  )
  // [[0, 1, 2], [3, 4, 5]] x ones = [[3, 3], [12, 12]], and one more each: [4, 4] and [13, 13]
  expect(await read(result, undefined)).toEqual([17, 17])
  expect(await read(Transform.grad({ argnums: 1 })(pair)(v, np.zeros([3])), undefined)).toEqual(
    [3, 1, 2].map((y) => Math.fround(Math.sin(y)))
  )
  expect(Random.normal(Random.key(0), [2]).pipe(np.tile([3, 1])).shape).toEqual([3, 2])
})
