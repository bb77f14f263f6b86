/**
 * How JAX spells values and parameters in the text of a jaxpr (observed in JAX 0.10.2): Python's literals, and for some
 * primitives parameters that effax hasn't got, because they say nothing here, or that JAX hides, because the type of the
 * result says the same.
 */
import type { Aval } from "../../Aval.ts"
import * as DType from "../../DType.ts"
import { fromNumbers, reader } from "../../HostArray.ts"
import { isHostCallback } from "../../primitive/hostCallback.ts"
import type { ParamsOf, PrimitiveName } from "../../primitive/registry.ts"
import * as Shape from "../../Shape.ts"
import { type Equation, Literal, ProgramData, Var } from "./model.ts"

/** A value of a parameter: text as it is, plain data to be spelt, or Programs to be printed. */
export type Named = readonly [name: string, value: unknown]

// --- Python's literals ----------------------------------------------------------------------------------------------

/** `repr` of a float: the shortest digits, with an exponent below 1e-4 and from 1e16. */
export const float = (x: number): string => {
  if (Number.isNaN(x)) return "nan"
  if (!Number.isFinite(x)) return x > 0 ? "inf" : "-inf"
  if (x === 0) return Object.is(x, -0) ? "-0.0" : "0.0"
  const [mantissa, exponent] = x.toExponential().split("e") as [string, string]
  const power = Number(exponent)
  if (power < -4 || power >= 16) {
    return `${mantissa}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`
  }
  return Number.isInteger(x) ? `${x}.0` : String(x)
}

/** `repr` of a complex number with imaginary part 0. */
const complex = (x: number): string => {
  if (Object.is(x, 0)) return "0j"
  const real = float(x)
  return `(${real.endsWith(".0") ? real.slice(0, -2) : real}+0j)`
}

const scalars: { readonly [K in DType.Kind]: (value: number | bigint | boolean) => string } = {
  bool: (v) => v ? "True" : "False",
  signed: (v) => String(typeof v === "boolean" ? Number(v) : v),
  unsigned: (v) => String(typeof v === "boolean" ? Number(v) : v),
  floating: (v) => float(Number(v)),
  complex: (v) => complex(Number(v))
}

/** A scalar of a dtype, as Python prints it after rounding to that dtype. */
export const scalar = (value: number | bigint | boolean, { dtype }: Pick<Aval, "dtype">): string =>
  scalars[DType.kind(dtype)](reader(dtype)(fromNumbers([value], dtype), 0))

const tuple = (parts: ReadonlyArray<string>): string => parts.length === 1 ? `(${parts[0]},)` : `(${parts.join(", ")})`

/** Plain data as Python's `str`; inside of containers strings are quoted. */
export const plain = (value: unknown, quoted = false): string => {
  switch (typeof value) {
    case "string":
      return quoted ? `'${value}'` : value
    case "boolean":
      return value ? "True" : "False"
    case "number":
      return Number.isInteger(value) && Math.abs(value) < 1e16 ? String(value) : float(value)
    case "bigint":
      return String(value)
    case "object":
      if (value === null) return "None"
      if (Array.isArray(value)) return tuple(value.map((v) => plain(v, true)))
      if (isHostCallback(value)) return value.name
      return `{${
        Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1).map(([k, v]) => `'${k}': ${plain(v, true)}`).join(", ")
      }}`
    default:
      return typeof value === "function" ? value.name : "None"
  }
}

// --- parameters -----------------------------------------------------------------------------------------------------

export const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`)

const byName = (a: Named, b: Named): number => a[0] < b[0] ? -1 : 1

const named = (params: object): ReadonlyArray<Named> =>
  Object.entries(params).map(([k, v]) => [snakeCase(k), v] as const)

/** A record as Python prints a named tuple. */
const namedTuple = (type: string, record: object): string =>
  `${type}(${named(record).map(([k, v]) => `${k}=${plain(v)}`).join(", ")})`

const modes = {
  clip: "GatherScatterMode.CLIP",
  fill: "GatherScatterMode.FILL_OR_DROP",
  drop: "GatherScatterMode.FILL_OR_DROP",
  promiseInBounds: "GatherScatterMode.PROMISE_IN_BOUNDS"
}

/** What the printer knows of the equation's surroundings. */
export interface SpellingContext {
  readonly equation: Equation
  /** The Program that combines an element with its update, one for each primitive and dtype. */
  readonly combiner: (name: string, dtype: DType.DType) => ProgramData
}

type Spelling<P> = (params: P, context: SpellingContext) => ReadonlyArray<Named>

const scatter = (combine: string | undefined): Spelling<ParamsOf<"scatter">> => (params, { combiner, equation }) => [
  ...named(params),
  ["dimension_numbers", namedTuple("ScatterDimensionNumbers", ordered(params.dimensionNumbers, scatterFields))],
  ["mode", modes[params.mode]],
  ["update_consts", []],
  ["update_jaxpr", combine === undefined ? null : combiner(combine, equation.inputs[0]!.aval.dtype)]
]

// JAX's order of the fields of its named tuples.
const gatherFields = [
  "offsetDims",
  "collapsedSliceDims",
  "startIndexMap",
  "operandBatchingDims",
  "startIndicesBatchingDims"
] as const
const scatterFields = [
  "updateWindowDims",
  "insertedWindowDims",
  "scatterDimsToOperandDims",
  "operandBatchingDims",
  "scatterIndicesBatchingDims"
] as const
const convFields = ["lhsSpec", "rhsSpec", "outSpec"] as const

const ordered = <K extends string>(record: { readonly [k in K]: unknown }, fields: ReadonlyArray<K>): object =>
  Object.fromEntries(fields.map((field) => [field, record[field]]))

const custom: Spelling<ParamsOf<"custom_jvp_call"> | ParamsOf<"custom_vjp_call">> = ({ callJaxpr, name, rule }) => [
  ["name", name],
  ["call_jaxpr", callJaxpr],
  ...Object.entries(rule.names),
  ["symbolic_zeros", false]
]

/** The parameters of primitives whose names and values are not simply those of `params` in snake_case. */
const spellings: { readonly [N in PrimitiveName]?: Spelling<ParamsOf<N>> } = {
  // implied by the type of the result: the shape, and the dimensions of a scalar
  broadcast_in_dim: ({ broadcastDimensions }) =>
    broadcastDimensions.length === 0 ? [] : [["broadcast_dimensions", broadcastDimensions]],
  reshape: (params) => [...named(params), ["dimensions", null], ["sharding", null]],
  iota: (params) => [...named(params), ["sharding", null]],
  reduce_sum: (params) => [...named(params), ["out_sharding", null]],
  round: ({ roundingMethod }) => [["rounding_method", roundingMethod === "awayFromZero" ? 0 : 1]],
  dot_general: ({ dimensionNumbers: d, preferredElementType }) => [
    [
      "dimension_numbers",
      `((${Shape.format(d.lhsContracting)}, ${Shape.format(d.rhsContracting)}), (${Shape.format(d.lhsBatch)}, ${
        Shape.format(d.rhsBatch)
      }))`
    ],
    ...(preferredElementType === null ? [] : [["preferred_element_type", preferredElementType] as const])
  ],
  conv_general_dilated: (params) => [
    ...named(params),
    ["dimension_numbers", namedTuple("ConvDimensionNumbers", ordered(params.dimensionNumbers, convFields))],
    ["out_sharding", null],
    ["precision", null]
  ],
  gather: (params) => [
    ...named(params),
    ["dimension_numbers", namedTuple("GatherDimensionNumbers", ordered(params.dimensionNumbers, gatherFields))],
    ["mode", modes[params.mode]]
  ],
  scatter: scatter(undefined),
  scatter_add: scatter("add"),
  scatter_mul: scatter("mul"),
  scatter_min: scatter("min"),
  scatter_max: scatter("max"),
  jit: ({ donated, jaxpr, name }) => [
    ["name", name],
    ...(donated.includes(true) ? [["donated_invars", donated] as const] : []),
    ["jaxpr", jaxpr]
  ],
  pure_callback: ({ callback, resultAvals, vmapMethod }) => [
    ["callback", callback],
    ["result_avals", tuple(resultAvals.map(({ dtype, shape }) => `ShapedArray(${dtype}[${shape.join(",")}])`))],
    ["vmap_method", vmapMethod === null ? null : snakeCase(vmapMethod)]
  ],
  custom_jvp_call: custom,
  custom_vjp_call: custom
}

const spelling = (name: string): Spelling<Equation["params"]> | undefined =>
  Object.hasOwn(spellings, name) ? spellings[name as PrimitiveName] as Spelling<Equation["params"]> : undefined

/** The parameters of an equation: a name first, the others in alphabetical order. */
export const parameters = (context: SpellingContext): ReadonlyArray<Named> => {
  const { params, primitive } = context.equation
  const own = primitive.print?.(params) ?? spelling(primitive.name)?.(params, context) ?? named(params)
  // of two values of one name the later counts
  const sorted = [...new Map(own)].sort(byName)
  return [...sorted.filter(([k]) => k === "name"), ...sorted.filter(([k]) => k !== "name")]
}

const names: { readonly [N in PrimitiveName]?: string } = { scatter_add: "scatter-add", checkpoint: "remat2" }

/** The name of a primitive as JAX prints it. */
export const primitiveName = (name: string): string => Object.hasOwn(names, name) ? names[name as PrimitiveName]! : name

/** `{ lambda ; a b. let c = name a b in (c,) }` on scalars. */
export const combiner = (name: string, dtype: DType.DType): ProgramData => {
  const aval: Aval = { dtype, shape: [], weak: false }
  const [x, y, out] = [new Var(aval), new Var(aval), new Var(aval)]
  // only ever printed
  const primitive = { name } as Equation["primitive"]
  return new ProgramData({
    parameters: [x, y],
    equations: [{ primitive, params: {}, inputs: [x, y], outputs: [out] }],
    results: [out]
  })
}

/** An operand that isn't a variable. */
export const literal = (atom: Literal): string =>
  `${scalar(atom.value, atom.aval)}:${DType.abbreviation(atom.aval.dtype)}[]`
