/**
 * Every function that takes options refuses one that it does not know. The tables name each exported function, so that one
 * that is added later has to be entered too.
 */
import { Reference } from "@effax/reference"
import { describe, expect, it } from "@effect/vitest"
import {
  type Backend,
  Checks,
  Debug,
  Errors,
  Keys,
  Lax,
  Mesh,
  NdArray,
  Nn,
  Numpy as np,
  P,
  Profile,
  Program,
  ProgramView,
  Random,
  Tree
} from "effax"
import * as Transform from "effax/Transform"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { type Entered, isEntered } from "./conventions/index.ts"

/** A call with options that do not exist; several where options have several places. */
type Call = (options: never) => unknown
type Calls = Call | ReadonlyArray<Call>

const none = "takes no options"

type Functions<M> = { [K in keyof M]: M[K] extends (...args: never) => unknown ? K : never }[keyof M] & string

/** An entry for every function of a module: the type checker names those that are missing. */
type Table<M> = { readonly [K in Functions<M>]: Calls | typeof none }

const x = np.array([[1, 2], [3, 4]])
const v = np.array([1, 2])
const key = Random.key(0)
const f = (a: NdArray.Any): NdArray.Any => np.sum(np.sin(a))
const program = Effect.runSync(Program.trace(f, v))

type Loose = (...args: ReadonlyArray<unknown>) => unknown

/** Data first or last. */
const dual = (g: unknown, data: unknown = x): Calls => [
  (options) => (g as Loose)(data, options),
  (options) => (g as Loose)(options)
]
/** Behind so many operands. */
const behind = (g: unknown, ...operands: ReadonlyArray<unknown>): Call => (options) =>
  (g as Loose)(...operands, options)

/** A Layer that is built on the reference backend. */
const failing =
  <A>(g: (options: never) => Layer.Layer<A, Errors.ArgumentError, Backend.Backend>): Call => (options) => {
    const error = Effect.runSync(Effect.flip(Effect.scoped(Layer.build(Layer.provide(g(options), Reference.layer)))))
    throw error
  }

const numpy: Table<Omit<typeof np, Entered<"Numpy">>> = {
  abs: behind(np.abs, x),
  add: behind(np.add, x, x),
  all: dual(np.all),
  angle: behind(np.angle, x),
  any: dual(np.any),
  arange: [behind(np.arange, 3), behind(np.arange, 0, 3, 1)],
  arccos: behind(np.arccos, x),
  arccosh: behind(np.arccosh, x),
  arcsin: behind(np.arcsin, x),
  arcsinh: behind(np.arcsinh, x),
  arctan: behind(np.arctan, x),
  arctan2: behind(np.arctan2, x, x),
  arctanh: behind(np.arctanh, x),
  argmax: dual(np.argmax),
  argmin: dual(np.argmin),
  argsort: behind(np.argsort, x),
  array: [behind(np.array, [1]), behind(np.array, x), behind(np.array, new Float32Array(1))],
  asarray: behind(np.asarray, [1]),
  astype: none,
  at: [
    behind(np.at(x, 0).get),
    ...(["set", "add", "subtract", "multiply", "divide", "power", "min", "max"] as const).map((name) =>
      behind(np.at(x, 0)[name], 1)
    ),
    behind(np.at(x, 0).apply, np.square)
  ],
  bitwiseAnd: behind(np.bitwiseAnd, true, true),
  bitwiseNot: behind(np.bitwiseNot, true),
  bitwiseOr: behind(np.bitwiseOr, true, true),
  bitwiseXor: behind(np.bitwiseXor, true, true),
  broadcastArrays: none,
  broadcastTo: none,
  cbrt: behind(np.cbrt, x),
  ceil: behind(np.ceil, x),
  clip: behind(np.clip, x),
  concatenate: behind(np.concatenate, [x]),
  conj: behind(np.conj, x),
  conjugate: behind(np.conjugate, x),
  cos: behind(np.cos, x),
  cosh: behind(np.cosh, x),
  countNonzero: dual(np.countNonzero),
  cumprod: behind(np.cumprod, x),
  cumsum: behind(np.cumsum, x),
  diagonal: [behind(np.diagonal, x), behind(np.diagonal, x, 0)],
  diff: behind(np.diff, x),
  divide: behind(np.divide, x, x),
  dot: behind(np.dot, x, x),
  einsum: behind(np.einsum, "ij,jk", x, x),
  equal: behind(np.equal, x, x),
  exp: behind(np.exp, x),
  exp2: behind(np.exp2, x),
  expandDims: none,
  expm1: behind(np.expm1, x),
  eye: behind(np.eye, 2),
  flip: behind(np.flip, x),
  floor: behind(np.floor, x),
  floorDivide: behind(np.floorDivide, x, x),
  fmod: behind(np.fmod, x, x),
  full: behind(np.full, [2], 1),
  fullLike: behind(np.fullLike, x, 1),
  greater: behind(np.greater, x, x),
  greaterEqual: behind(np.greaterEqual, x, x),
  hstack: behind(np.hstack, [x]),
  hypot: behind(np.hypot, x, x),
  identity: behind(np.identity, 2),
  imag: behind(np.imag, x),
  index: behind(np.index, x, 0),
  inner: behind(np.inner, x, x),
  isclose: behind(np.isclose, x, x),
  iscomplex: behind(np.iscomplex, x),
  isfinite: behind(np.isfinite, x),
  isinf: behind(np.isinf, x),
  isnan: behind(np.isnan, x),
  isreal: behind(np.isreal, x),
  leftShift: behind(np.leftShift, 1n, 1n),
  less: behind(np.less, x, x),
  lessEqual: behind(np.lessEqual, x, x),
  linspace: behind(np.linspace, 0, 1, 5),
  log: behind(np.log, x),
  log10: behind(np.log10, x),
  log1p: behind(np.log1p, x),
  log2: behind(np.log2, x),
  logaddexp: behind(np.logaddexp, x, x),
  logicalAnd: behind(np.logicalAnd, x, x),
  logicalNot: behind(np.logicalNot, x),
  logicalOr: behind(np.logicalOr, x, x),
  logicalXor: behind(np.logicalXor, x, x),
  matmul: behind(np.matmul, x, x),
  matrixTranspose: none,
  max: dual(np.max),
  maximum: behind(np.maximum, x, x),
  mean: dual(np.mean),
  min: dual(np.min),
  minimum: behind(np.minimum, x, x),
  moveaxis: none,
  multiply: behind(np.multiply, x, x),
  negative: behind(np.negative, x),
  notEqual: behind(np.notEqual, x, x),
  ones: behind(np.ones, [2]),
  onesLike: behind(np.onesLike, x),
  outer: none,
  pad: behind(np.pad, x, 1),
  power: behind(np.power, x, 2),
  prod: dual(np.prod),
  ravel: behind(np.ravel, x),
  real: behind(np.real, x),
  reciprocal: behind(np.reciprocal, x),
  remainder: behind(np.remainder, x, x),
  repeat: behind(np.repeat, x, 2),
  reshape: [behind(np.reshape, x, [4]), behind(np.reshape, [4])],
  rightShift: behind(np.rightShift, 1n, 1n),
  roll: behind(np.roll, x, 1),
  round: behind(np.round, x),
  searchsorted: behind(np.searchsorted, v, v),
  sign: behind(np.sign, x),
  sin: behind(np.sin, x),
  sinh: behind(np.sinh, x),
  slice: none,
  sort: behind(np.sort, x),
  split: behind(np.split, x, 2),
  sqrt: behind(np.sqrt, x),
  square: behind(np.square, x),
  squeeze: behind(np.squeeze, x),
  stack: behind(np.stack, [x]),
  std: dual(np.std),
  stopGradient: behind(np.stopGradient, x),
  subtract: behind(np.subtract, x, x),
  sum: dual(np.sum),
  swapaxes: none,
  take: behind(np.take, x, 0),
  takeAlongAxis: behind(np.takeAlongAxis, x, np.argsort(x)),
  tan: behind(np.tan, x),
  tanh: behind(np.tanh, x),
  tensordot: behind(np.tensordot, x, x, 1),
  tile: none,
  trace: [behind(np.trace, x), behind(np.trace, x, 0)],
  transpose: none,
  tril: none,
  triu: none,
  trunc: behind(np.trunc, x),
  var: dual(np.var),
  vdot: behind(np.vdot, x, x),
  vstack: behind(np.vstack, [x]),
  where: none,
  zeros: behind(np.zeros, [2]),
  zerosLike: behind(np.zerosLike, x)
}

const activation = (g: unknown): Call => behind(g, x)

const nn: Table<Omit<typeof Nn, Entered<"Nn">>> = {
  avgPool: behind(Nn.avgPool, np.ones([1, 1, 2]), 2),
  conv: behind(Nn.conv, np.ones([1, 1, 2]), np.ones([1, 1, 2])),
  elu: activation(Nn.elu),
  gelu: activation(Nn.gelu),
  leakyRelu: activation(Nn.leakyRelu),
  logSigmoid: activation(Nn.logSigmoid),
  logSoftmax: activation(Nn.logSoftmax),
  logsumexp: activation(Nn.logsumexp),
  maxPool: behind(Nn.maxPool, np.ones([1, 1, 2]), 2),
  mish: activation(Nn.mish),
  oneHot: behind(Nn.oneHot, np.array([1n]), 2),
  relu: activation(Nn.relu),
  relu6: activation(Nn.relu6),
  selu: activation(Nn.selu),
  sigmoid: activation(Nn.sigmoid),
  silu: activation(Nn.silu),
  softSign: activation(Nn.softSign),
  softmax: activation(Nn.softmax),
  softplus: activation(Nn.softplus),
  standardize: activation(Nn.standardize),
  swish: activation(Nn.swish),
  tanh: activation(Nn.tanh)
}

const made = (initializer: Nn.initializers.Initializer): Call => behind(initializer, key, [2, 2])

const initializers: Table<typeof Nn.initializers> = {
  zeros: made(Nn.initializers.zeros),
  ones: made(Nn.initializers.ones),
  constant: made(Nn.initializers.constant(1)),
  uniform: made(Nn.initializers.uniform()),
  normal: made(Nn.initializers.normal()),
  varianceScaling: [
    behind(Nn.initializers.varianceScaling, 1, "fanIn", "normal"),
    made(Nn.initializers.varianceScaling(1, "fanIn", "normal"))
  ],
  glorotUniform: behind(Nn.initializers.glorotUniform),
  glorotNormal: behind(Nn.initializers.glorotNormal),
  heUniform: behind(Nn.initializers.heUniform),
  heNormal: behind(Nn.initializers.heNormal),
  lecunUniform: behind(Nn.initializers.lecunUniform),
  lecunNormal: behind(Nn.initializers.lecunNormal),
  xavierUniform: behind(Nn.initializers.xavierUniform),
  xavierNormal: behind(Nn.initializers.xavierNormal),
  kaimingUniform: behind(Nn.initializers.kaimingUniform),
  kaimingNormal: behind(Nn.initializers.kaimingNormal),
  truncatedNormal: [behind(Nn.initializers.truncatedNormal, 1), made(Nn.initializers.truncatedNormal(1))],
  orthogonal: [behind(Nn.initializers.orthogonal), made(Nn.initializers.orthogonal())],
  deltaOrthogonal: [
    behind(Nn.initializers.deltaOrthogonal),
    behind(Nn.initializers.deltaOrthogonal(), key, [1, 2, 2])
  ]
}

const random: Table<Omit<typeof Random, Entered<"Random">>> = {
  bernoulli: none,
  bits: behind(Random.bits, key, [2]),
  categorical: behind(Random.categorical, key, x),
  cauchy: behind(Random.cauchy, key, [2]),
  choice: behind(Random.choice, key, 3, [2]),
  exponential: behind(Random.exponential, key, [2]),
  foldIn: none,
  fromWords: none,
  gumbel: behind(Random.gumbel, key, [2]),
  key: none,
  keys: none,
  laplace: behind(Random.laplace, key, [2]),
  logistic: behind(Random.logistic, key, [2]),
  normal: behind(Random.normal, key, [2]),
  permutation: behind(Random.permutation, key, x),
  rademacher: behind(Random.rademacher, key, [2]),
  randint: behind(Random.randint, key, [2], 0, 3),
  split: none,
  threefry2x32: none,
  truncatedNormal: behind(Random.truncatedNormal, key, -1, 1, [2]),
  uniform: behind(Random.uniform, key, [2])
}

const elementwise = {
  abs: behind(Lax.abs, v),
  acos: behind(Lax.acos, v),
  acosh: behind(Lax.acosh, v),
  add: behind(Lax.add, v, v),
  asin: behind(Lax.asin, v),
  asinh: behind(Lax.asinh, v),
  atan: behind(Lax.atan, v),
  atan2: behind(Lax.atan2, v, v),
  atanh: behind(Lax.atanh, v),
  bitcastConvertType: behind(Lax.bitcastConvertType, v, "int32"),
  bitwiseAnd: behind(Lax.bitwiseAnd, v, v),
  bitwiseNot: behind(Lax.bitwiseNot, v),
  bitwiseOr: behind(Lax.bitwiseOr, v, v),
  bitwiseXor: behind(Lax.bitwiseXor, v, v),
  cbrt: behind(Lax.cbrt, v),
  ceil: behind(Lax.ceil, v),
  clamp: behind(Lax.clamp, 0, v, 1),
  clz: behind(Lax.clz, v),
  complex: behind(Lax.complex, v, v),
  conj: behind(Lax.conj, v),
  convertElementType: behind(Lax.convertElementType, v, "int32"),
  cos: behind(Lax.cos, v),
  cosh: behind(Lax.cosh, v),
  besselI0e: behind(Lax.besselI0e, v),
  besselI1e: behind(Lax.besselI1e, v),
  digamma: behind(Lax.digamma, v),
  div: behind(Lax.div, v, v),
  eq: behind(Lax.eq, v, v),
  erf: behind(Lax.erf, v),
  erfInv: behind(Lax.erfInv, v),
  erfc: behind(Lax.erfc, v),
  exp: behind(Lax.exp, v),
  exp2: behind(Lax.exp2, v),
  expm1: behind(Lax.expm1, v),
  floor: behind(Lax.floor, v),
  ge: behind(Lax.ge, v, v),
  gt: behind(Lax.gt, v, v),
  imag: behind(Lax.imag, v),
  integerPow: behind(Lax.integerPow, v, 2),
  isFinite: behind(Lax.isFinite, v),
  le: behind(Lax.le, v, v),
  lgamma: behind(Lax.lgamma, v),
  log: behind(Lax.log, v),
  log1p: behind(Lax.log1p, v),
  logistic: behind(Lax.logistic, v),
  lt: behind(Lax.lt, v, v),
  max: behind(Lax.max, v, v),
  min: behind(Lax.min, v, v),
  mul: behind(Lax.mul, v, v),
  ne: behind(Lax.ne, v, v),
  neg: behind(Lax.neg, v),
  nextafter: behind(Lax.nextafter, v, v),
  populationCount: behind(Lax.populationCount, v),
  pow: behind(Lax.pow, v, v),
  real: behind(Lax.real, v),
  reciprocal: behind(Lax.reciprocal, v),
  rem: behind(Lax.rem, v, v),
  round: behind(Lax.round, v),
  rsqrt: behind(Lax.rsqrt, v),
  select: behind(Lax.select, true, v, v),
  selectN: behind(Lax.selectN, true, v, v),
  shiftLeft: behind(Lax.shiftLeft, v, v),
  shiftRightArithmetic: behind(Lax.shiftRightArithmetic, v, v),
  shiftRightLogical: behind(Lax.shiftRightLogical, v, v),
  sign: behind(Lax.sign, v),
  sin: behind(Lax.sin, v),
  sinh: behind(Lax.sinh, v),
  sqrt: behind(Lax.sqrt, v),
  square: behind(Lax.square, v),
  stopGradient: behind(Lax.stopGradient, v),
  sub: behind(Lax.sub, v, v),
  tan: behind(Lax.tan, v),
  tanh: behind(Lax.tanh, v)
} as const

const dimensionNumbers = {
  updateWindowDims: [1],
  insertedWindowDims: [0],
  scatterDimsToOperandDims: [0]
}

/** Options of which all that are known are given, and one more. */
const beside = (g: unknown, given: object, ...operands: ReadonlyArray<unknown>): Call => (options: object) =>
  (g as Loose)(...operands, { ...given, ...options })

const scattering = (g: unknown): Calls => [
  behind(g, x, np.array([[0n]]), np.ones([1, 2]), dimensionNumbers),
  (options: object) => (g as Loose)(x, np.array([[0n]]), np.ones([1, 2]), { ...dimensionNumbers, ...options })
]

const named = (g: (options: never) => unknown): Call => (options) =>
  Transform.vmap((_: NdArray.Any) => g(options) as NdArray.Any, { axisName: "i" })(x)

const image = np.ones([1, 1, 1])
const rows = { offsetDims: [1], collapsedSliceDims: [0], startIndexMap: [0] }

const lax: Table<Omit<typeof Lax, Entered<"Lax">>> = {
  ...elementwise,
  allGather: named((options) => Lax.allGather(v, "i", options)),
  allToAll: named((options: object) => Lax.allToAll(v, "i", { splitAxis: 0, concatAxis: 0, ...options })),
  argmax: behind(Lax.argmax, v, 0, "int32"),
  argmin: behind(Lax.argmin, v, 0, "int32"),
  associativeScan: behind(Lax.associativeScan, np.add, v),
  axisIndex: none,
  axisSize: none,
  batchMatmul: behind(Lax.batchMatmul, x, x),
  broadcast: behind(Lax.broadcast, v, [2]),
  broadcastInDim: behind(Lax.broadcastInDim, v, [2, 2], [0]),
  broadcastShapes: none,
  broadcastToRank: behind(Lax.broadcastToRank, v, 2),
  broadcastedIota: behind(Lax.broadcastedIota, "int32", [2], 0),
  collapse: behind(Lax.collapse, x, 0),
  concatenate: behind(Lax.concatenate, [v], 0),
  cond: none,
  conv: behind(Lax.conv, image, image, [1], "SAME"),
  convDimensionNumbers: behind(Lax.convDimensionNumbers, [1, 1, 3], [1, 1, 3], null),
  convGeneralDilated: [
    behind(Lax.convGeneralDilated, image, image, [1], "SAME"),
    (options: object) =>
      (Lax.convGeneralDilated as Loose)(image, image, [1], "SAME", {
        dimensionNumbers: { lhsSpec: [0, 1, 2], rhsSpec: [0, 1, 2], outSpec: [0, 1, 2], ...options }
      })
  ],
  convTranspose: behind(Lax.convTranspose, image, image, [1], "SAME"),
  convWithGeneralPadding: behind(Lax.convWithGeneralPadding, image, image, [1], "SAME", null, null),
  cumlogsumexp: behind(Lax.cumlogsumexp, v),
  cummax: behind(Lax.cummax, v),
  cummin: behind(Lax.cummin, v),
  cumprod: behind(Lax.cumprod, v),
  cumsum: behind(Lax.cumsum, v),
  dot: behind(Lax.dot, v, v),
  dotGeneral: [behind(Lax.dotGeneral, x, x, {}), behind(Lax.dotGeneral, x, x)],
  dynamicIndexInDim: behind(Lax.dynamicIndexInDim, v, 0),
  dynamicSlice: behind(Lax.dynamicSlice, v, [0], [1]),
  dynamicSliceInDim: behind(Lax.dynamicSliceInDim, v, 0, 1),
  dynamicUpdateIndexInDim: behind(Lax.dynamicUpdateIndexInDim, v, 1, 0, 0),
  dynamicUpdateSlice: behind(Lax.dynamicUpdateSlice, v, v, [0]),
  dynamicUpdateSliceInDim: behind(Lax.dynamicUpdateSliceInDim, v, v, 0, 0),
  expandDims: behind(Lax.expandDims, v, [0]),
  foriLoop: behind(Lax.foriLoop, 0, 3, (_: unknown, carry: unknown) => carry, 1),
  full: behind(Lax.full, [2], 0),
  fullLike: behind(Lax.fullLike, v, 0),
  gather: [
    behind(Lax.gather, x, np.array([[0n]]), rows, [1, 2]),
    (options: object) => (Lax.gather as Loose)(x, np.array([[0n]]), { ...rows, ...options }, [1, 2])
  ],
  indexInDim: behind(Lax.indexInDim, v, 0),
  iota: behind(Lax.iota, "int32", 2),
  map: behind(Lax.map, np.sin, v),
  optimizationBarrier: none,
  pad: behind(Lax.pad, v, 0, [[0, 0, 0]]),
  padtypeToPads: behind(Lax.padtypeToPads, [2], [1], [1], "SAME"),
  pcast: none,
  pmax: none,
  pmean: none,
  pmin: none,
  ppermute: none,
  pshuffle: none,
  psum: none,
  psumScatter: named((options) => Lax.psumScatter(v, "i", options)),
  pvary: none,
  reduce: behind(Lax.reduce, v, 0, Lax.add, [0]),
  reduceAnd: behind(Lax.reduceAnd, v, [0]),
  reduceMax: behind(Lax.reduceMax, v, [0]),
  reduceMin: behind(Lax.reduceMin, v, [0]),
  reduceOr: behind(Lax.reduceOr, v, [0]),
  reduceProd: behind(Lax.reduceProd, v, [0]),
  reduceSum: behind(Lax.reduceSum, v, [0]),
  reduceWindow: behind(Lax.reduceWindow, v, 0, Lax.add, [1]),
  reduceXor: behind(Lax.reduceXor, v, [0]),
  reshape: behind(Lax.reshape, v, [2]),
  rev: behind(Lax.rev, v, [0]),
  scan: behind(Lax.scan, (carry: unknown, of: unknown) => [carry, of], 0, v),
  scatter: scattering(Lax.scatter),
  scatterAdd: scattering(Lax.scatterAdd),
  scatterMax: scattering(Lax.scatterMax),
  scatterMin: scattering(Lax.scatterMin),
  scatterMul: scattering(Lax.scatterMul),
  scatterSub: scattering(Lax.scatterSub),
  slice: behind(Lax.slice, v, [0], [1]),
  sliceInDim: behind(Lax.sliceInDim, v, 0, 1),
  sort: [behind(Lax.sort, x), behind(Lax.sort, [x])],
  sortKeyVal: behind(Lax.sortKeyVal, v, v),
  split: behind(Lax.split, v, [2]),
  squeeze: behind(Lax.squeeze, np.ones([1]), [0]),
  stack: behind(Lax.stack, [v]),
  switch: none,
  tile: behind(Lax.tile, v, [1]),
  topK: behind(Lax.topK, v, 1),
  transpose: behind(Lax.transpose, v, [0]),
  unstack: behind(Lax.unstack, v),
  whileLoop: behind(Lax.whileLoop, () => false, (carry: unknown) => carry, 1)
}

const specs = { mesh: Mesh.make({ i: 2 }), inSpecs: P("i"), outSpecs: P("i") }

const transform: Table<typeof Transform> = {
  checkpoint: dual(Transform.checkpoint, f),
  checkpointName: none,
  closureConvert: none,
  customJvp: behind(Transform.customJvp, f, () => [0, 0]),
  customLinearSolve: behind(Transform.customLinearSolve, (a: unknown) => a, v, (_: unknown, b: unknown) => b),
  customRoot: behind(
    Transform.customRoot,
    (a: unknown) => a,
    v,
    (_: unknown, a: unknown) => a,
    (_: unknown, a: unknown) => a
  ),
  customVjp: behind(Transform.customVjp, f, {
    forward: (a: unknown) => [a, a],
    backward: (_: unknown, c: unknown) => [c]
  }),
  customVmap: none,
  evalShape: none,
  grad: behind(Transform.grad, f),
  hessian: behind(Transform.hessian, f),
  hvp: behind(Transform.hvp, f, [v], [v]),
  jacfwd: behind(Transform.jacfwd, f),
  jacobian: behind(Transform.jacobian, f),
  jacrev: behind(Transform.jacrev, f),
  jit: dual(Transform.jit, f),
  jvp: none,
  linearTranspose: none,
  linearize: none,
  makeProgram: behind(Transform.makeProgram, f),
  pureCallback: behind(Transform.pureCallback, f, new Transform.ShapeDType([], "float32")),
  remat: dual(Transform.remat, f),
  savedResiduals: none,
  shardMap: [beside(Transform.shardMap, specs, f), beside(Transform.shardMap, specs)],
  valueAndGrad: behind(Transform.valueAndGrad, f),
  vjp: none,
  vmap: dual(Transform.vmap, f)
}

const tree: Table<Omit<typeof Tree, Entered<"Tree">>> = {
  all: none,
  broadcastPrefix: behind(Tree.broadcastPrefix, 1, [1]),
  compose: none,
  flatten: behind(Tree.flatten, [1]),
  flattenUpTo: none,
  formatPath: none,
  isStructure: none,
  leaves: behind(Tree.leaves, [1]),
  leavesWithPath: behind(Tree.leavesWithPath, [1]),
  map: behind(Tree.map, [1], String),
  map2: none,
  mapMany: behind(Tree.mapMany, [[1], [2]], String),
  mapWithPath: behind(Tree.mapWithPath, [1], String),
  parts: none,
  reduce: none,
  structure: behind(Tree.structure, [1]),
  structureEquals: none,
  structurePaths: none,
  structureToString: none,
  transpose: none,
  unflatten: none
}

const ofModules: {
  readonly [name: string]: readonly [module: object, table: { readonly [name: string]: Calls | typeof none }]
} = {
  Numpy: [np, numpy],
  Nn: [Nn, nn],
  "Nn.initializers": [Nn.initializers, initializers],
  Random: [Random, random],
  Lax: [Lax, lax],
  Transform: [Transform, transform],
  Tree: [Tree, tree],
  Debug: [Debug, { print: none, callback: none } satisfies Table<typeof Debug>],
  Checks: [
    Checks,
    {
      check: none,
      layerCheckedWith: failing(Checks.layerCheckedWith),
      layerNonFiniteWith: failing(Checks.layerNonFiniteWith)
    } satisfies Table<typeof Checks>
  ],
  Profile: [Profile, { layerWith: failing(Profile.layerWith), write: none }],
  Keys: [
    Keys,
    {
      forEach: behind(Keys.forEach, [1], () => Effect.void),
      key: none,
      layer: none,
      layerKey: none,
      split: none,
      within: none
    }
  ],
  NdArray: [
    NdArray,
    {
      dispose: none,
      evaluate: none,
      evaluateScoped: none,
      fromTypedArray: none,
      isNdArray: none,
      iterate: behind(NdArray.iterate, v, (x: unknown) => x),
      scoped: none,
      toNested: none,
      toNumber: none,
      toScalar: none,
      toTypedArray: none
    } satisfies Table<typeof NdArray>
  ],
  Program: [
    Program,
    {
      call: none,
      canonical: none,
      equals: none,
      inputs: none,
      isProgram: none,
      print: behind(Program.print, program),
      trace: none,
      verify: none,
      withoutCaptures: none
    }
  ],
  ProgramView: [
    ProgramView,
    {
      dot: behind(ProgramView.dot, program),
      graph: behind(ProgramView.graph, program),
      mermaid: behind(ProgramView.mermaid, program)
    } satisfies Table<typeof ProgramView>
  ]
}

const refused = { thereIsNoSuchOption: 1 } as never

describe.each(Object.entries(ofModules))("%s", (namespace, [module, table]) => {
  it("has an entry here for every function", () => {
    const functions = Object.entries(module)
      // classes have no options
      .filter(([name, value]) => typeof value === "function" && !/^[A-Z]/.test(name) && !isEntered(namespace, name))
      .map(([name]) => name)
    expect(Object.keys(table).sort()).toEqual(functions.sort())
  })

  const calls = Object.entries(table).flatMap(([name, entry]) =>
    entry === none ? [] : [entry].flat().map((call, i) => [name, i, call as Call] as const)
  )

  it.skipIf(calls.length === 0).each(calls)("%s refuses an option that it does not know (%i)", (_name, _i, call) => {
    expect(() => call(refused)).toThrow(Errors.ArgumentError)
    expect(() => call(refused)).toThrow(/unknown option "thereIsNoSuchOption"/)
  })
})
