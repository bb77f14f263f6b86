/**
 * The cost of each primitive: arithmetic, counted as XLA's analysis counts it (hlo_cost_analysis.cc), and bytes where not all
 * of the operands are read. The type checker names primitives that have no entry.
 */
import * as aval from "../../Aval.ts"
import type { Aval } from "../../Aval.ts"
import type { Params, Primitive } from "../../Primitive.ts"
import type { DotDimensionNumbers } from "../../primitive/params.ts"
import type { collectives, ParamsOf, PrimitiveName } from "../../primitive/registry.ts"
import type { Program } from "./program.ts"

/** The operands and results of an equation; literals have bytes of their own in the code, and are not read. */
export interface Operands {
  readonly inputs: ReadonlyArray<Aval>
  readonly outputs: ReadonlyArray<Aval>
  /** Bytes of the operands that are no literals. */
  readonly inputBytes: ReadonlyArray<number>
}

/** How the Programs of an equation are counted. */
export interface Nested {
  readonly program: Program
  /** How often it is run. */
  readonly times: number
}

type Count = (operands: Operands) => number

/** What an entry says of its primitive; everything that is absent is none, and all operands and results are accessed. */
export interface Entry<P> {
  readonly flops?: (operands: Operands, params: P) => number
  readonly transcendentals?: Count
  readonly bytes?: (operands: Operands) => number
  /** Programs that are run one after the other. */
  readonly runs?: (params: P) => ReadonlyArray<Nested>
  /** Programs of which one is run: the most expensive one counts. */
  readonly picks?: (params: P) => ReadonlyArray<Program>
}

const outputElements: Count = ({ outputs }) => aval.size(outputs[0]!)

const elementwise: Entry<unknown> = { flops: outputElements }
const transcendental: Entry<unknown> = { transcendentals: outputElements }
const movement: Entry<unknown> = {}

const outputBytes = ({ outputs }: Operands): number => outputs.reduce((sum, of) => sum + aval.byteLength(of), 0)
const sum = (xs: ReadonlyArray<number>): number => xs.reduce((a, b) => a + b, 0)

/** Reads as much as it writes, and what says where: operands from the second on. */
const window: Entry<unknown> = {
  bytes: (operands) => 2 * outputBytes(operands) + sum(operands.inputBytes.slice(1))
}

/** The cost of a scatter: windows of the array are read and written, updates and positions are read. */
const scattering = (flops: boolean): Entry<unknown> => ({
  ...(flops ? { flops: ({ inputs }) => aval.size(inputs[2]!) } : {}),
  bytes: ({ inputBytes, inputs }) => 2 * aval.byteLength(inputs[2]!) + sum(inputBytes.slice(1))
})

/** Every element but one of each group is combined with those before it. */
const reduction: Entry<unknown> = {
  flops: ({ inputs, outputs }) => Math.max(0, aval.size(inputs[0]!) - aval.size(outputs[0]!))
}

/** The number of multiplications of a power by squaring. */
const powerSteps = (exponent: number): number => {
  const magnitude = Math.abs(exponent)
  const bits = magnitude.toString(2)
  const multiplications = magnitude < 2 ? 0 : bits.length - 1 + bits.replaceAll("0", "").length - 1
  return multiplications + (exponent < 0 ? 1 : 0)
}

/** The product of the lengths of some axes. */
const extent = (shape: ReadonlyArray<number>, axes: ReadonlyArray<number>): number =>
  axes.reduce((n, axis) => n * shape[axis]!, 1)

/** A multiplication and an addition for each element of the result and each position of the contracting axes. */
const contraction = (operands: Operands, { lhsContracting }: DotDimensionNumbers): number =>
  2 * outputElements(operands) * extent(operands.inputs[0]!.shape, lhsContracting)

/** How many pairs of an input position and a window position meet along one axis, padding and holes left out. */
const meetings = (
  axis: {
    readonly input: number
    readonly window: number
    readonly output: number
    readonly stride: number
    readonly low: number
    readonly lhsDilation: number
    readonly rhsDilation: number
  }
): number => {
  const { input, lhsDilation, low, output, rhsDilation, stride, window } = axis
  let count = 0
  for (let w = 0; w < window; w++) {
    if (lhsDilation === 1) {
      // 0 <= o * stride + w * rhsDilation - low < input
      const shift = low - w * rhsDilation
      const first = Math.max(0, Math.ceil(shift / stride))
      const last = Math.min(output - 1, Math.floor((input - 1 + shift) / stride))
      count += Math.max(0, last - first + 1)
    } else {
      for (let o = 0; o < output; o++) {
        const at = o * stride + w * rhsDilation - low
        if (at >= 0 && at % lhsDilation === 0 && at / lhsDilation < input) count++
      }
    }
  }
  return count
}

const convolution = ({ inputs, outputs }: Operands, params: ParamsOf<"conv_general_dilated">): number => {
  const { dimensionNumbers, lhsDilation, padding, rhsDilation, windowStrides } = params
  const { lhsSpec, outSpec, rhsSpec } = dimensionNumbers
  const [lhs, rhs] = inputs
  let pairs = 1
  for (let d = 0; d < windowStrides.length; d++) {
    pairs *= meetings({
      input: lhs!.shape[lhsSpec[d + 2]!]!,
      window: rhs!.shape[rhsSpec[d + 2]!]!,
      output: outputs[0]!.shape[outSpec[d + 2]!]!,
      stride: windowStrides[d]!,
      low: padding[d]![0],
      lhsDilation: lhsDilation[d]!,
      rhsDilation: rhsDilation[d]!
    })
  }
  const batchAndFeatures = outputs[0]!.shape[outSpec[0]!]! * outputs[0]!.shape[outSpec[1]!]!
  return 2 * batchAndFeatures * rhs!.shape[rhsSpec[1]!]! * pairs
}

/** 20 rounds of add, rotate (two shifts and an or) and xor, and 6 injections of the key (Salmon et al. 2011). */
const threefryOperations = 20 * 5 + 2 + 5 * 3

/** Accesses nothing but what its Programs access. */
const nothing = (): number => 0

type Table = { readonly [N in PrimitiveName]: Entry<ParamsOf<N>> }

const table: Table = {
  neg: elementwise,
  add: elementwise,
  sub: elementwise,
  mul: elementwise,
  div: elementwise,
  rem: elementwise,
  max: elementwise,
  min: elementwise,
  abs: elementwise,
  sign: elementwise,
  floor: elementwise,
  ceil: elementwise,
  nextafter: elementwise,
  eq: elementwise,
  ne: elementwise,
  lt: elementwise,
  le: elementwise,
  gt: elementwise,
  ge: elementwise,
  is_finite: elementwise,
  and: elementwise,
  or: elementwise,
  xor: elementwise,
  not: elementwise,
  shift_left: elementwise,
  shift_right_logical: elementwise,
  shift_right_arithmetic: elementwise,
  population_count: elementwise,
  clz: elementwise,
  round: elementwise,
  convert_element_type: elementwise,
  bitcast_convert_type: elementwise,
  select_n: elementwise,
  clamp: elementwise,
  integer_pow: { flops: (operands, { y }) => powerSteps(y) * outputElements(operands) },
  stop_gradient: movement,
  pow: transcendental,
  exp: transcendental,
  exp2: transcendental,
  expm1: transcendental,
  log: transcendental,
  log1p: transcendental,
  logistic: { flops: (operands) => 3 * outputElements(operands), transcendentals: outputElements },
  sqrt: transcendental,
  rsqrt: transcendental,
  cbrt: transcendental,
  sin: transcendental,
  cos: transcendental,
  tan: transcendental,
  asin: transcendental,
  acos: transcendental,
  atan: transcendental,
  atan2: transcendental,
  sinh: transcendental,
  cosh: transcendental,
  tanh: transcendental,
  asinh: transcendental,
  acosh: transcendental,
  atanh: transcendental,
  erf: transcendental,
  erfc: transcendental,
  erf_inv: transcendental,
  lgamma: transcendental,
  digamma: transcendental,
  broadcast_in_dim: movement,
  reshape: movement,
  transpose: movement,
  rev: movement,
  concatenate: movement,
  pad: movement,
  iota: movement,
  slice: window,
  dynamic_slice: window,
  gather: window,
  dynamic_update_slice: {
    bytes: ({ inputBytes, inputs }) => aval.byteLength(inputs[1]!) + sum(inputBytes.slice(1))
  },
  scatter: scattering(false),
  scatter_add: scattering(true),
  scatter_mul: scattering(true),
  scatter_min: scattering(true),
  scatter_max: scattering(true),
  reduce_sum: reduction,
  reduce_prod: reduction,
  reduce_max: reduction,
  reduce_min: reduction,
  reduce_and: reduction,
  reduce_or: reduction,
  argmax: reduction,
  argmin: reduction,
  cumsum: { flops: (operands, { axis }) => running(operands, axis) },
  cumprod: { flops: (operands, { axis }) => running(operands, axis) },
  cummax: { flops: (operands, { axis }) => running(operands, axis) },
  cummin: { flops: (operands, { axis }) => running(operands, axis) },
  sort: {
    flops: ({ inputs }, { dimension }) =>
      aval.size(inputs[0]!) * Math.ceil(Math.log2(Math.max(1, inputs[0]!.shape[dimension]!)))
  },
  dot_general: { flops: (operands, { dimensionNumbers }) => contraction(operands, dimensionNumbers) },
  conv_general_dilated: { flops: convolution },
  threefry2x32: { flops: (operands) => threefryOperations * outputElements(operands) },
  real: movement,
  imag: movement,
  complex: movement,
  conj: elementwise,
  debug_callback: movement,
  pure_callback: movement,
  cond: { picks: ({ branches }) => branches, bytes: nothing },
  while: {
    runs: ({ bodyJaxpr, condJaxpr }) => [{ program: condJaxpr, times: 1 }, { program: bodyJaxpr, times: 1 }],
    bytes: nothing
  },
  scan: { runs: ({ jaxpr, length }) => [{ program: jaxpr, times: length }], bytes: nothing },
  name: { bytes: nothing },
  unvmap_any: { bytes: nothing },
  optimization_barrier: { bytes: nothing },
  custom_linear_solve: { runs: ({ solve }) => [{ program: solve, times: 1 }], bytes: nothing },
  checkpoint: { runs: ({ jaxpr }) => [{ program: jaxpr, times: 1 }], bytes: nothing },
  check: { runs: ({ jaxpr }) => [{ program: jaxpr, times: 1 }], bytes: nothing },
  jit: { runs: ({ jaxpr }) => [{ program: jaxpr, times: 1 }], bytes: nothing },
  custom_jvp_call: { runs: ({ callJaxpr }) => [{ program: callJaxpr, times: 1 }], bytes: nothing },
  custom_vjp_call: { runs: ({ callJaxpr }) => [{ program: callJaxpr, times: 1 }], bytes: nothing }
}

/** One combination for each element but the first along the axis. */
const running = ({ inputs }: Operands, axis: number): number => {
  const [x] = inputs
  const length = x!.shape[axis]!
  return length === 0 ? 0 : aval.size(x!) - aval.size(x!) / length
}

/** The costs of collectives, on one device; `shard_map` counts all devices. */
const ofCollectives: { readonly [N in keyof typeof collectives]: Entry<CollectiveParams<N>> } = {
  psum: elementwise,
  psum_invariant: elementwise,
  pmax: elementwise,
  pmin: elementwise,
  reduce_scatter: { flops: ({ inputs }) => aval.size(inputs[0]!) },
  axis_index: { bytes: nothing },
  pvary: { bytes: nothing },
  all_gather: movement,
  all_to_all: movement,
  ppermute: movement,
  shard_map: {
    runs: ({ jaxpr, mesh }) => [{ program: jaxpr, times: mesh.axisSizes.reduce((a, b) => a * b, 1) }],
    bytes: nothing
  },
  custom_vmap_call: { runs: ({ call }) => [{ program: call, times: 1 }], bytes: nothing }
}

type CollectiveParams<N extends keyof typeof collectives> = (typeof collectives)[N] extends Primitive<infer P> ? P
  : never

export const entryOf = (name: string): Entry<Params> =>
  (Object.hasOwn(ofCollectives, name)
    ? ofCollectives[name as keyof typeof collectives]
    : table[name as PrimitiveName]) as unknown as Entry<Params>
