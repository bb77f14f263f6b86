/**
 * Programs as JSON: a table of Programs, inner before outer, in which variables are numbers in the order of their binding
 * and everything that JSON has no word for is spelt out.
 */
import type { Aval } from "../../Aval.ts"
import type { DType } from "../../DType.ts"
import { VerificationError } from "../../Errors.ts"
import type { Params, Primitive } from "../../Primitive.ts"
import { isDerivativeRule } from "../../primitive/derivativeRule.ts"
import { isHostCallback } from "../../primitive/hostCallback.ts"
import { primitiveNamed, primitives } from "../../primitive/registry.ts"
import { type Atom, type Equation, isProgram, Literal, Var } from "./model.ts"
import { programsIn } from "./nested.ts"
import { Program } from "./program.ts"

/** `-0` is not itself after a round trip through JSON's text, and the others have no text. */
export type SpeltNumber = "NaN" | "Infinity" | "-Infinity" | "-0"

export type ScalarJson = number | boolean | { readonly $number: SpeltNumber } | { readonly $bigint: string }

export type DataJson =
  | ScalarJson
  | null
  | string
  | ReadonlyArray<DataJson>
  /** The index of a Program in the table. */
  | { readonly $program: number }
  | { readonly $record: { readonly [name: string]: DataJson } }

export interface AvalJson {
  readonly dtype: DType
  readonly shape: ReadonlyArray<number>
  readonly weak?: boolean
  /** Absent for what is the same on all devices. */
  readonly varying?: ReadonlyArray<string>
}

export type AtomJson = number | { readonly literal: ScalarJson; readonly dtype: DType; readonly weak?: boolean }

export interface EquationJson {
  readonly primitive: string
  readonly params: { readonly [name: string]: DataJson }
  readonly inputs: ReadonlyArray<AtomJson>
  readonly outputs: ReadonlyArray<AvalJson>
}

export interface ProgramJson {
  readonly captures: ReadonlyArray<AvalJson>
  readonly parameters: ReadonlyArray<AvalJson>
  readonly equations: ReadonlyArray<EquationJson>
  readonly results: ReadonlyArray<AtomJson>
}

export interface DocumentJson {
  readonly format: "effax/Program"
  readonly version: number
  readonly programs: ReadonlyArray<ProgramJson>
}

export const version = 1

// --- to JSON --------------------------------------------------------------------------------------------------------

const refuse = (message: string): never => {
  throw new VerificationError({ operation: "ProgramCodec.encode", message: `ProgramCodec.encode: ${message}` })
}

const scalarTo = (value: number | bigint | boolean): ScalarJson => {
  if (typeof value === "bigint") return { $bigint: String(value) }
  if (typeof value === "boolean") return value
  if (Object.is(value, -0)) return { $number: "-0" }
  return Number.isFinite(value) ? value : { $number: String(value) as SpeltNumber }
}

const weakOf = (aval: Aval): { readonly weak?: boolean } => aval.weak ? { weak: true } : {}

const avalTo = (aval: Aval): AvalJson => ({
  dtype: aval.dtype,
  shape: [...aval.shape],
  ...weakOf(aval),
  ...(aval.varying === undefined ? {} : { varying: [...aval.varying] })
})

const mapRecord = <A, B>(record: { readonly [k: string]: A }, f: (value: A) => B): { readonly [k: string]: B } =>
  Object.fromEntries(Object.entries(record).map(([k, v]) => [k, f(v)]))

/** Rules of derivatives are functions, which have no JSON: what is left without them is a call. */
const withoutRule = ({ params, primitive }: Equation): Pick<Equation, "params" | "primitive"> =>
  primitive.called !== undefined && Object.values(params).some(isDerivativeRule)
    ? {
      primitive: primitives.jit as unknown as Primitive,
      params: { name: params.name ?? primitive.name, jaxpr: primitive.called(params), donated: [] }
    }
    : { params, primitive }

export const toJson = (root: Program): DocumentJson => {
  const programs: Array<ProgramJson> = []
  const positions = new Map<Program, number>()

  const dataTo = (value: unknown): DataJson => {
    switch (typeof value) {
      case "string":
        return value
      case "number":
      case "bigint":
      case "boolean":
        return scalarTo(value)
      case "object":
        if (value === null) return null
        if (Array.isArray(value)) return value.map(dataTo)
        if (isProgram(value)) return { $program: add(value) }
        if (isHostCallback(value)) {
          return refuse(
            `the Program calls ${value.name}, a function of this process, which has no JSON; leave Debug.print, ` +
              "Debug.callback and pureCallback out of what is to be stored"
          )
        }
        return { $record: mapRecord(value as { readonly [k: string]: unknown }, dataTo) }
      default:
        return refuse(`a parameter of type ${typeof value} has no JSON; parameters are plain data and Programs`)
    }
  }

  const add = (program: Program): number => {
    const known = positions.get(program)
    if (known !== undefined) return known
    const numbers = new Map<Var, number>()
    const bind = (variable: Var): AvalJson => {
      numbers.set(variable, numbers.size)
      return avalTo(variable.aval)
    }
    const atomTo = (atom: Atom): AtomJson =>
      atom instanceof Literal
        ? { literal: scalarTo(atom.value), dtype: atom.aval.dtype, ...weakOf(atom.aval) }
        : numbers.get(atom) ?? refuse("a variable is used before it is bound")
    const json: ProgramJson = {
      captures: program.captures.map(bind),
      parameters: program.parameters.map(bind),
      equations: program.equations.map((equation) => {
        const { inputs, outputs } = equation
        const { params, primitive } = withoutRule(equation)
        if (primitiveNamed(primitive.name) === undefined) {
          refuse(`the primitive ${primitive.name} is not one of effax's`)
        }
        return {
          primitive: primitive.name,
          params: mapRecord(params, dataTo),
          inputs: inputs.map(atomTo),
          outputs: outputs.map(bind)
        }
      }),
      results: program.results.map(atomTo)
    }
    const position = programs.push(json) - 1
    positions.set(program, position)
    return position
  }

  add(root)
  return { format: "effax/Program", version, programs }
}

// --- from JSON ------------------------------------------------------------------------------------------------------

const wrong = (message: string): never => {
  throw new VerificationError({ operation: "ProgramCodec.decode", message: `ProgramCodec.decode: ${message}` })
}

const scalarFrom = (json: ScalarJson): number | bigint | boolean =>
  typeof json !== "object" ? json : "$number" in json ? Number(json.$number) : BigInt(json.$bigint)

const avalFrom = ({ dtype, shape, varying, weak }: AvalJson): Aval => ({ dtype, shape, weak: weak ?? false, varying })

const isArray = (json: object): json is ReadonlyArray<DataJson> => Array.isArray(json)

const dataFrom = (json: DataJson, programs: ReadonlyArray<Program>): unknown => {
  if (typeof json !== "object" || json === null) return json
  if (isArray(json)) return json.map((v) => dataFrom(v, programs))
  if ("$record" in json) return mapRecord(json.$record, (v) => dataFrom(v, programs))
  if ("$program" in json) return programs[json.$program] ?? wrong(`there is no Program ${json.$program} before its use`)
  return scalarFrom(json)
}

const programFrom = (json: ProgramJson, programs: ReadonlyArray<Program>): Program => {
  const variables: Array<Var> = []
  const bind = (aval: AvalJson): Var => {
    const variable = new Var(avalFrom(aval))
    variables.push(variable)
    return variable
  }
  const atomFrom = (atom: AtomJson): Atom =>
    typeof atom === "number"
      ? variables[atom] ?? wrong(`variable ${atom} is used before it is bound`)
      : new Literal(scalarFrom(atom.literal), { dtype: atom.dtype, shape: [], weak: atom.weak ?? false })
  const captures = json.captures.map(bind)
  const parameters = json.parameters.map(bind)
  const equations = json.equations.map(({ inputs, outputs, params, primitive }): Equation => {
    const operands = inputs.map(atomFrom)
    return {
      primitive: primitiveNamed(primitive) ?? wrong(`there is no primitive named ${primitive}`),
      params: mapRecord(params, (v) => dataFrom(v, programs)) as Params,
      inputs: operands,
      outputs: outputs.map(bind)
    }
  })
  return new Program({ captures, parameters, equations, results: json.results.map(atomFrom) })
}

/** How deep Programs may be nested in each other: what follows the nesting by recursion has room for it. */
const deepestPrograms = 500

/** Throws a `VerificationError` for unknown variables, Programs and primitives. */
export const fromJson = (json: DocumentJson): Program => {
  const programs: Array<Program> = []
  const depths = new Map<Program, number>()
  for (const written of json.programs) {
    const program = programFrom(written, programs)
    let depth = 1
    for (const { params } of program.equations) {
      for (const inner of programsIn(params)) depth = Math.max(depth, depths.get(inner)! + 1)
    }
    if (depth > deepestPrograms) wrong(`Programs are nested more than ${deepestPrograms} deep`)
    depths.set(program, depth)
    programs.push(program)
  }
  return programs.at(-1) ?? wrong("the document has no Programs")
}
