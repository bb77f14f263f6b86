/**
 * Programs prepared for execution: variables are numbered, rules are looked up, and last uses of variables are known.
 */
import type { Aval } from "effax/Aval"
import * as DType from "effax/DType"
import type { Params, Primitive } from "effax/Primitive"
import * as Program from "effax/Program"
import type { Rule } from "./kernel.ts"
import { complexRuleOf, ruleOf } from "./kernels.ts"
import { fromScalar, type Value } from "./value.ts"

/** The number of a variable, or the value of a literal. */
export type Source = number | Value

export interface Instruction {
  readonly name: string
  readonly rule: Rule
  readonly params: Params
  readonly inputs: ReadonlyArray<Source>
  /** The results are the variables from `first` on. */
  readonly first: number
  readonly outputs: ReadonlyArray<Aval>
  /** Variables that are not used after this equation. */
  readonly dead: ReadonlyArray<number>
}

/** Inputs are the first variables, from 0 on. */
export interface Code {
  readonly inputs: number
  readonly instructions: ReadonlyArray<Instruction>
  readonly results: ReadonlyArray<Source>
  readonly variables: number
}

/** The reason why a Program can't be run. */
export type Refusal =
  | { readonly _tag: "Operation"; readonly operation: string }
  | { readonly _tag: "DType"; readonly operation: string; readonly dtype: DType.DType }

const none: ReadonlyArray<number> = []

/** A primitive that calls a Program is executed by running that Program. */
const callOf = (primitive: Primitive): Rule | undefined =>
  primitive.called === undefined ? undefined : {
    programs: (params) => [primitive.called!(params)],
    call: (inputs, params, run) => run(primitive.called!(params), inputs)
  }

const assemble = (program: Program.Program, nested: (program: Program.Program) => void): Code | Refusal => {
  const numbers = new Map<Program.Var, number>()
  const inputs = Program.inputs(program)
  for (const v of inputs) numbers.set(v, numbers.size)
  const source = (atom: Program.Atom): Source =>
    atom instanceof Program.Literal ? fromScalar(atom.value, atom.aval.dtype) : numbers.get(atom)!

  const results = new Set(program.results)
  // the last equation that uses each variable that the Program computes and does not return
  const lastUse = new Map<Program.Var, number>()
  program.equations.forEach((equation, i) => {
    for (const v of equation.outputs) if (!results.has(v)) lastUse.set(v, i)
    for (const atom of equation.inputs) if (lastUse.has(atom as Program.Var)) lastUse.set(atom as Program.Var, i)
  })

  const instructions: Array<Instruction> = []
  for (const [i, { inputs, outputs, params, primitive }] of program.equations.entries()) {
    const own = ruleOf(primitive.name) ?? callOf(primitive)
    if (own === undefined) return { _tag: "Operation", operation: primitive.name }
    const complex = [...inputs, ...outputs].find(({ aval }) => DType.isComplex(aval.dtype))?.aval.dtype
    const rule = complex === undefined || "programs" in own ? own : complexRuleOf(primitive.name)
    if (rule === undefined) return { _tag: "DType", operation: primitive.name, dtype: complex! }
    if ("programs" in rule) rule.programs(params).forEach(nested)
    const first = numbers.size
    for (const v of outputs) numbers.set(v, numbers.size)
    const dead = new Set<number>()
    for (const atom of [...inputs, ...outputs]) {
      if (lastUse.get(atom as Program.Var) === i) dead.add(numbers.get(atom as Program.Var)!)
    }
    instructions.push({
      name: primitive.name,
      rule,
      params,
      inputs: inputs.map(source),
      first,
      outputs: outputs.map((v) => v.aval),
      dead: dead.size === 0 ? none : [...dead]
    })
  }
  return { inputs: inputs.length, instructions, results: program.results.map(source), variables: numbers.size }
}

/** The code of a Program and of all nested Programs. */
export const prepare = (program: Program.Program): ReadonlyMap<Program.Program, Code> | Refusal => {
  const codes = new Map<Program.Program, Code>()
  const pending = [program]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (codes.has(next)) continue
    const code = assemble(next, (inner) => pending.push(inner))
    if ("_tag" in code) return code
    codes.set(next, code)
  }
  return codes
}
