/**
 * The rules that every Program obeys: variables are bound once and before they are used, literals are scalars of their
 * dtype, results of equations are what the primitive says, parameters are plain data, and nested Programs close over
 * nothing.
 */
import * as Aval from "../Aval.ts"
import * as DType from "../DType.ts"
import { isConstructionError, VerificationError } from "../Errors.ts"
import { isDerivativeRule } from "../primitive/derivativeRule.ts"
import { isHostCallback } from "../primitive/hostCallback.ts"
import { type Atom, type Equation, isProgram, Literal, type Program, Var } from "../Program.ts"
import { programsIn } from "./nestedPrograms.ts"
import { resultsOf } from "./replication.ts"
import { holds } from "./scalars.ts"

const fail = (message: string): never => {
  throw new VerificationError({ operation: "Program.verify", message: `Program.verify: ${message}` })
}

/** `f32[2,3]`, and `weak f32[]` where that matters. */
const describe = (aval: Aval.Aval): string => `${aval.weak ? "weak " : ""}${Aval.format(aval)}`

const describeAll = (avals: ReadonlyArray<Aval.Aval>): string => `(${avals.map(describe).join(", ")})`

const checkAval = (where: string, aval: Aval.Aval): void => {
  if (!DType.isDType(aval.dtype)) fail(`${where} has the dtype ${String(aval.dtype)}, which there isn't`)
  if (!aval.shape.every((n) => Number.isSafeInteger(n) && n >= 0)) {
    fail(`${where} has the shape [${aval.shape.join(", ")}]; lengths must be natural numbers`)
  }
}

/** Whether a value is one of a dtype. Booleans count as 0 and 1. */
const fits: { readonly [K in DType.Kind]: (value: number | bigint, dtype: DType.DType) => boolean } = {
  bool: (v) => v === 0 || v === 1,
  signed: (v, dtype) => holds(dtype, v),
  unsigned: (v, dtype) => holds(dtype, v),
  floating: (v) => typeof v === "number",
  complex: (v) => typeof v === "number"
}

const checkLiteral = (where: string, { aval, value }: Literal): void => {
  checkAval(where, aval)
  if (aval.shape.length > 0) fail(`${where} is a literal of type ${describe(aval)}; literals are scalars`)
  if (!fits[DType.kind(aval.dtype)](typeof value === "boolean" ? Number(value) : value, aval.dtype)) {
    fail(`${where} is the literal ${String(value)}, which is no ${aval.dtype}`)
  }
}

const checkData = (where: string, value: unknown): void => {
  if (value === null || typeof value === "boolean" || typeof value === "number" || typeof value === "string") return
  if (typeof value === "bigint") return
  if (typeof value === "object") {
    if (isProgram(value) || isDerivativeRule(value) || isHostCallback(value)) return
    if (Array.isArray(value)) {
      value.forEach((v, i) => checkData(`${where}[${i}]`, v))
      return
    }
    const proto: unknown = Object.getPrototypeOf(value)
    if (proto === Object.prototype || proto === null) {
      for (const [k, v] of Object.entries(value)) checkData(`${where}.${k}`, v)
      return
    }
  }
  fail(
    `${where} is ${typeof value === "object" ? "an instance of a class" : `of type ${typeof value}`}; ` +
      "parameters are plain data and Programs"
  )
}

/** Calls bind their operands to the Program's parameters. */
const checkCall = (where: string, { inputs, params, primitive }: Equation): void => {
  if (primitive.called === undefined) return
  const called: unknown = primitive.called(params)
  if (!isProgram(called)) return fail(`${where}: there is no Program to call`)
  const { parameters } = called
  const same = parameters.length === inputs.length &&
    parameters.every(({ aval }, i) => Aval.sameType(aval, inputs[i]!.aval))
  if (!same) {
    fail(
      `${where}: operands ${describeAll(inputs.map((x) => x.aval))} for a Program with parameters ` +
        describeAll(parameters.map((x) => x.aval))
    )
  }
}

const checkProgram = (program: Program, path: string, nested: Array<readonly [Program, string]>): void => {
  const bound = new Set<Var>()
  const bind = (where: string, variable: Var): void => {
    checkAval(where, variable.aval)
    if (bound.has(variable)) fail(`${where} was bound before; a variable is bound once`)
    bound.add(variable)
  }
  const use = (where: string, atom: Atom): void => {
    if (atom instanceof Literal) checkLiteral(where, atom)
    else if (!(atom instanceof Var)) fail(`${where} is neither a variable nor a literal`)
    else if (!bound.has(atom)) fail(`${where}, of type ${describe(atom.aval)}, is used before it is bound`)
  }
  program.captures.forEach((v, i) => bind(`${path}capture ${i}`, v))
  program.parameters.forEach((v, i) => bind(`${path}parameter ${i}`, v))
  program.equations.forEach((equation, i) => {
    const { inputs, outputs, params, primitive } = equation
    const where = `${path}equation ${i}, \`${primitive.name}\``
    inputs.forEach((atom, k) => use(`${where}: operand ${k}`, atom))
    for (const [name, value] of Object.entries(params)) checkData(`${where}: parameter ${name}`, value)
    for (const of of programsIn(params)) {
      if (of.captures.length > 0) fail(`${where}: a Program in it has ${of.captures.length} captures, expected none`)
      nested.push([of, `${where}: in its Program, `])
    }
    checkCall(where, equation)
    const found = outputs.map((v) => v.aval)
    const expected = abstract(where, equation)
    if (expected.length !== found.length || !expected.every((aval, k) => Aval.equals(aval, found[k]!))) {
      fail(
        `${where}: results are ${describeAll(found)}, but of ${describeAll(inputs.map((x) => x.aval))} the ` +
          `primitive makes ${describeAll(expected)}`
      )
    }
    outputs.forEach((v, k) => bind(`${where}: result ${k}`, v))
  })
  program.results.forEach((atom, i) => use(`${path}result ${i}`, atom))
}

const abstract = (where: string, { inputs, params, primitive }: Equation): ReadonlyArray<Aval.Aval> => {
  try {
    return resultsOf(primitive, inputs.map((x) => x.aval), params)
  } catch (error) {
    return fail(`${where}: ${isConstructionError(error) ? error.message : String(error)}`)
  }
}

/** Checks a Program and all Programs in it, each once. */
export const verify = (program: Program): Program => {
  const seen = new Set<Program>()
  const stack: Array<readonly [Program, string]> = [[program, ""]]
  while (stack.length > 0) {
    const [next, path] = stack.pop()!
    if (seen.has(next)) continue
    seen.add(next)
    checkProgram(next, path, stack)
  }
  return program
}
