/**
 * The values that the parameters of every primitive may have, and its number of operands. The shape rules say what fits to the
 * operands; here it is said what is a parameter at all. The tables lack no primitive, or do not compile.
 */
import {
  agree,
  also,
  anyInteger,
  aval,
  axes,
  axis,
  callback,
  type Check,
  dtype,
  flag,
  integer,
  list,
  names,
  natural,
  number,
  oneOf,
  orNull,
  perAxis,
  positive,
  program,
  record,
  rule,
  shape,
  text,
  tuple
} from "../internal/program/paramSchema.ts"
import type { Program } from "../internal/program/program.ts"
import type { collectives, PrimitiveName } from "./registry.ts"

/** The name of a primitive of either table. */
export type AnyPrimitiveName = PrimitiveName | keyof typeof collectives

export interface Schema {
  readonly params: Check
  /** How many operands: at least and at most. */
  readonly operands: readonly [least: number, most: number]
  /**
   * For calls: the Program among the parameters whose own parameters the operands are. Absent where the shape rule
   * checks them.
   */
  readonly callee?: (params: never) => Program
}

const any: Schema["operands"] = [0, Infinity]

const entry = (
  operands: number | Schema["operands"],
  fields: { readonly [name: string]: Check } = {},
  callee?: Schema["callee"]
): Schema => ({
  operands: typeof operands === "number" ? [operands, operands] : operands,
  params: record(fields),
  ...(callee === undefined ? {} : { callee })
})

const unary = entry(1)
const binary = entry(2)

const reduction = entry(1, { axes })
const argReduction = entry(1, {
  axes: also(axes, agree<ReadonlyArray<number>>("one axis", (v) => v.length === 1)),
  indexDtype: dtype
})
const cumulative = entry(1, { axis, reverse: flag })

const gatherDimensions = record({
  offsetDims: axes,
  collapsedSliceDims: axes,
  startIndexMap: axes,
  operandBatchingDims: axes,
  startIndicesBatchingDims: axes
})

const scatter = entry(3, {
  dimensionNumbers: record({
    updateWindowDims: axes,
    insertedWindowDims: axes,
    scatterDimsToOperandDims: axes,
    operandBatchingDims: axes,
    scatterIndicesBatchingDims: axes
  }),
  mode: oneOf("clip", "drop", "promiseInBounds"),
  indicesAreSorted: flag,
  uniqueIndices: flag
})

/** Names and sizes, one for one. */
const sizes = (of: { readonly axisName: ReadonlyArray<string>; readonly axisSizes: ReadonlyArray<number> }) =>
  agree<typeof of>("a size for each of its axes", (v) => v.axisName.length === v.axisSizes.length)(of)

const collectiveOfBlocks = (operands: number, fields: { readonly [name: string]: Check }): Schema => ({
  operands: [operands, operands],
  params: also(record({ axisName: names, axisSizes: perAxis(positive), ...fields }), sizes)
})

const overAxes = entry(1, { axes: names })

const spec = perAxis(orNull((value) => typeof value === "string" ? undefined : names(value)))

const mesh = also(
  record({ axisNames: names, axisSizes: perAxis(positive) }),
  agree<{ readonly axisNames: ReadonlyArray<string>; readonly axisSizes: ReadonlyArray<number> }>(
    "a size for each of its axes",
    (v) => v.axisNames.length === v.axisSizes.length
  )
)

interface Sharding {
  readonly mesh: { readonly axisNames: ReadonlyArray<string> }
  readonly inSpecs: ReadonlyArray<ReadonlyArray<string | ReadonlyArray<string> | null>>
  readonly outSpecs: Sharding["inSpecs"]
  readonly jaxpr: Program
}

/** Specs name axes of the mesh, each once. */
const specsOfMesh = agree<Sharding>(
  "specs that name axes of the mesh, each once at most",
  ({ inSpecs, mesh, outSpecs }) => {
    const known = new Set(mesh.axisNames)
    return [...inSpecs, ...outSpecs].every((spec) => {
      const named = spec.flatMap((entry) => entry ?? [])
      return named.every((name) => known.has(name)) && new Set(named).size === named.length
    })
  }
)

const specsOfProgram = agree<Sharding>(
  "a spec for each parameter and each result of its Program",
  ({ inSpecs, jaxpr, outSpecs }) =>
    inSpecs.length === jaxpr.parameters.length && outSpecs.length === jaxpr.results.length
)

const jaxpr = ({ jaxpr }: { readonly jaxpr: Program }): Program => jaxpr
const callJaxpr = ({ callJaxpr }: { readonly callJaxpr: Program }): Program => callJaxpr

/** Exponents are int32. */
const exponent = integer(-(2 ** 31 - 1), 2 ** 31 - 1)

export const schemas: { readonly [N in AnyPrimitiveName]: Schema } = {
  neg: unary,
  add: binary,
  sub: binary,
  mul: binary,
  div: binary,
  rem: binary,
  pow: binary,
  max: binary,
  min: binary,
  abs: unary,
  sign: unary,
  floor: unary,
  ceil: unary,
  nextafter: binary,
  exp: unary,
  exp2: unary,
  expm1: unary,
  log: unary,
  log1p: unary,
  logistic: unary,
  sqrt: unary,
  rsqrt: unary,
  cbrt: unary,
  sin: unary,
  cos: unary,
  tan: unary,
  asin: unary,
  acos: unary,
  atan: unary,
  atan2: binary,
  sinh: unary,
  cosh: unary,
  tanh: unary,
  asinh: unary,
  acosh: unary,
  atanh: unary,
  erf: unary,
  erfc: unary,
  erf_inv: unary,
  lgamma: unary,
  digamma: unary,
  eq: binary,
  ne: binary,
  lt: binary,
  le: binary,
  gt: binary,
  ge: binary,
  is_finite: unary,
  and: binary,
  or: binary,
  xor: binary,
  not: unary,
  shift_left: binary,
  shift_right_logical: binary,
  shift_right_arithmetic: binary,
  population_count: unary,
  clz: unary,
  stop_gradient: unary,
  round: entry(1, { roundingMethod: oneOf("awayFromZero", "toNearestEven") }),
  integer_pow: entry(1, { y: exponent }),
  convert_element_type: entry(1, { newDtype: dtype, weakType: flag }),
  bitcast_convert_type: entry(1, { newDtype: dtype }),
  select_n: entry([2, Infinity]),
  clamp: entry(3),
  real: unary,
  imag: unary,
  complex: binary,
  conj: entry(1, { inputDtype: dtype }),

  broadcast_in_dim: entry(1, { shape, broadcastDimensions: axes }),
  reshape: entry(1, { newSizes: shape }),
  transpose: entry(1, { permutation: axes }),
  rev: entry(1, { dimensions: axes }),
  concatenate: entry([1, Infinity], { dimension: axis }),
  pad: entry(2, { paddingConfig: perAxis(tuple(anyInteger, anyInteger, natural)) }),
  slice: entry(1, {
    startIndices: perAxis(natural),
    limitIndices: perAxis(natural),
    strides: orNull(perAxis(positive))
  }),
  iota: entry(0, { dtype, shape, dimension: axis }),

  dynamic_slice: entry([1, Infinity], { sliceSizes: shape }),
  dynamic_update_slice: entry([2, Infinity]),
  gather: entry(2, {
    dimensionNumbers: gatherDimensions,
    sliceSizes: shape,
    mode: oneOf("clip", "fill", "promiseInBounds"),
    fillValue: orNull(number),
    indicesAreSorted: flag,
    uniqueIndices: flag
  }),
  scatter,
  scatter_add: scatter,
  scatter_mul: scatter,
  scatter_min: scatter,
  scatter_max: scatter,

  reduce_sum: reduction,
  reduce_prod: reduction,
  reduce_max: reduction,
  reduce_min: reduction,
  reduce_and: reduction,
  reduce_or: reduction,
  argmax: argReduction,
  argmin: argReduction,
  cumsum: cumulative,
  cumprod: cumulative,
  cummax: cumulative,
  cummin: cumulative,
  sort: entry([1, Infinity], { dimension: axis, isStable: flag, numKeys: positive }),

  dot_general: entry(2, {
    dimensionNumbers: record({ lhsContracting: axes, rhsContracting: axes, lhsBatch: axes, rhsBatch: axes }),
    preferredElementType: orNull(dtype)
  }),
  conv_general_dilated: entry(2, {
    windowStrides: perAxis(positive),
    padding: perAxis(tuple(anyInteger, anyInteger)),
    lhsDilation: perAxis(positive),
    rhsDilation: perAxis(positive),
    dimensionNumbers: record({ lhsSpec: axes, rhsSpec: axes, outSpec: axes }),
    featureGroupCount: positive,
    batchGroupCount: positive,
    preferredElementType: orNull(dtype)
  }),
  threefry2x32: entry(4),

  cond: entry([1, Infinity], { branches: list(program) }),
  while: entry(any, {
    condNconsts: natural,
    condJaxpr: program,
    bodyNconsts: natural,
    bodyJaxpr: program,
    maxSteps: orNull(natural)
  }),
  scan: entry(any, {
    jaxpr: program,
    length: natural,
    numConsts: natural,
    numCarry: natural,
    reverse: flag,
    unroll: positive
  }),

  debug_callback: entry(any, { callback, passed: natural }),
  pure_callback: entry(any, {
    callback,
    resultAvals: list(aval),
    vmapMethod: orNull(oneOf("sequential", "expandDims", "broadcastAll"))
  }),
  check: entry(any, { message: text, count: natural, names: list(text), jaxpr: program }, jaxpr),
  jit: entry(any, { name: text, jaxpr: program, donated: list(flag) }, jaxpr),
  checkpoint: entry(
    any,
    { jaxpr: program, preventCse: flag, differentiated: flag, policy: orNull(rule) },
    jaxpr
  ),
  name: entry(1, { name: text }),
  unvmap_any: unary,
  optimization_barrier: entry(any),
  custom_linear_solve: entry(
    any,
    {
      constLengths: record({ matvec: natural, vecmat: natural, solve: natural, transposeSolve: natural }),
      matvec: program,
      vecmat: orNull(program),
      solve: program,
      transposeSolve: orNull(program)
    }
  ),
  custom_jvp_call: entry(any, { name: text, callJaxpr: program, rule }, callJaxpr),
  custom_vjp_call: entry(any, { name: text, callJaxpr: program, rule }, callJaxpr),

  psum: overAxes,
  pmax: overAxes,
  pmin: overAxes,
  axis_index: entry(0, { axisName: text, varying: flag }),
  all_gather: collectiveOfBlocks(1, { allGatherDimension: axis, tiled: flag }),
  reduce_scatter: collectiveOfBlocks(1, { scatterDimension: axis, tiled: flag }),
  all_to_all: collectiveOfBlocks(1, { splitAxis: axis, concatAxis: axis, tiled: flag }),
  ppermute: collectiveOfBlocks(1, { perm: list(tuple(natural, natural)) }),
  pvary: overAxes,
  psum_invariant: overAxes,
  shard_map: {
    operands: any,
    params: also(
      record({ mesh, inSpecs: list(spec), outSpecs: list(spec), jaxpr: program, checkVma: flag }),
      (value: never) => specsOfMesh(value) ?? specsOfProgram(value)
    )
  },
  custom_vmap_call: entry(any, { name: text, call: program, rule }, ({ call }: { readonly call: Program }) => call)
}

/** The schema of the primitive of a name; `undefined` for primitives that are not effax's own. */
export const schemaOf = (name: string): Schema | undefined =>
  Object.hasOwn(schemas, name) ? schemas[name as AnyPrimitiveName] : undefined
