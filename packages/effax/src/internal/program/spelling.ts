/**
 * How JAX spells values and parameters in the text of a jaxpr (observed in JAX 0.10.2): Python's literals, and for some
 * primitives parameters that effax hasn't got, because they say nothing here, or that JAX hides, because the type of the
 * result says the same.
 */
import type { Aval } from "../../Aval.ts"
import * as DType from "../../DType.ts"
import { fromNumbers, reader } from "../../HostArray.ts"
import type { Primitive } from "../../Primitive.ts"
import { isHostCallback } from "../../primitive/hostCallback.ts"
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

export const tuple = (parts: ReadonlyArray<string>): string =>
  parts.length === 1 ? `(${parts[0]},)` : `(${parts.join(", ")})`

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

export const named = (params: object): ReadonlyArray<Named> =>
  Object.entries(params).map(([k, v]) => [snakeCase(k), v] as const)

/** A record as Python prints a named tuple. */
export const namedTuple = (type: string, record: object): string =>
  `${type}(${named(record).map(([k, v]) => `${k}=${plain(v)}`).join(", ")})`

/** What the printer knows of the equation's surroundings. */
export interface SpellingContext {
  readonly equation: Equation
  /** The Program that combines an element with its update, one for each primitive and dtype. */
  readonly combiner: (name: string, dtype: DType.DType) => ProgramData
}

export const ordered = <K extends string>(record: { readonly [k in K]: unknown }, fields: ReadonlyArray<K>): object =>
  Object.fromEntries(fields.map((field) => [field, record[field]]))

/** The parameters of an equation: a name first, the others in alphabetical order. */
export const parameters = (context: SpellingContext): ReadonlyArray<Named> => {
  const { params, primitive } = context.equation
  const own = primitive.print?.(params, context) ?? named(params)
  // of two values of one name the later counts
  const sorted = [...new Map(own)].sort(byName)
  return [...sorted.filter(([k]) => k === "name"), ...sorted.filter(([k]) => k !== "name")]
}

/** The name of a primitive as JAX prints it. */
export const primitiveName = ({ name, printedName }: Primitive): string => printedName ?? name

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
