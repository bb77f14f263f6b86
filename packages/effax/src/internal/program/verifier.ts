/**
 * The rules that every Program obeys: variables are bound once and before they are used, literals are scalars of their
 * dtype, results of equations are what the primitive says, parameters are plain data, and nested Programs close over
 * nothing.
 */
import * as Aval from "../../Aval.ts"
import * as DType from "../../DType.ts"
import { isConstructionError, VerificationError } from "../../Errors.ts"
import { resultsOf } from "../axes/replication.ts"
import { holds } from "../graph/scalars.ts"
import { type Atom, type Equation, isProgram, Literal, Var } from "./model.ts"
import { programsIn } from "./nested.ts"
import * as schema from "./paramSchema.ts"
import type { Program } from "./program.ts"

const fail = (message: string): never => {
  throw new VerificationError({ operation: "Program.verify", message: `Program.verify: ${message}` })
}

/** `f32[2,3]`, and `weak f32[]` where that matters. */
const describe = (aval: Aval.Aval): string => `${aval.weak ? "weak " : ""}${Aval.format(aval)}`

const describeAll = (avals: ReadonlyArray<Aval.Aval>): string => `(${avals.map(describe).join(", ")})`

const checkAval = (where: string, of: Aval.Aval): void => {
  const wrong = schema.aval(of)
  if (wrong === undefined) return
  fail(
    wrong.path.startsWith(".dtype")
      ? `${where} has the unknown dtype ${schema.show(of.dtype)}`
      : wrong.path.startsWith(".shape")
      ? `${where} has the shape ${
        shapeText(of.shape)
      }; expected at most ${schema.mostAxes} natural numbers, and fewer ` +
        "than 2^53 elements"
      : `${where}: ${problemText(wrong)}`
  )
}

const problemText = ({ expected, found, path }: schema.Problem): string =>
  `${path.replace(/^\./, "") || "it"} must be ${expected}, got ${schema.show(found)}`

const shapeText = (shape: unknown): string =>
  Array.isArray(shape) && shape.length <= schema.mostAxes
    ? `[${shape.map(schema.show).join(", ")}]`
    : schema.show(shape)

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
    fail(`${where} is the literal ${String(value)}, which is not a value of ${aval.dtype}`)
  }
}

/** Parameters are what the primitive's schema says, and so is the number of operands. */
const checkParams = (where: string, { inputs, params, primitive }: Equation): void => {
  const wrong = primitive.schema.params(params)
  if (wrong !== undefined) fail(`${where}: parameter ${problemText(wrong)}`)
  const [least, most] = primitive.schema.operands
  if (inputs.length >= least && inputs.length <= most) return
  fail(`${where}: ${inputs.length} operands, expected ${least === most ? least : `${least} or more`}`)
}

/** Calls bind their operands to the Program's parameters. */
const checkCall = (where: string, { inputs, params, primitive }: Equation): void => {
  // where shape rules check operands, what is called need not be made
  const { callee } = primitive.schema
  if (callee === undefined) return
  const called: unknown = callee(params as never)
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

const whereIs = (path: string, i: number, { primitive }: Equation): string =>
  `${path}equation ${i}, \`${primitive.name}\``

/** Checks parameters, and gives the Programs among them with what to call them in messages. */
const nestedIn = (program: Program, path: string): ReadonlyArray<readonly [Program, string]> =>
  program.equations.flatMap((equation, i) => {
    const where = whereIs(path, i, equation)
    checkParams(where, equation)
    return programsIn(equation.params).map((of) => {
      if (of.captures.length > 0) fail(`${where}: a Program in it has ${of.captures.length} captures, expected none`)
      return [of, `${where}: in its Program, `] as const
    })
  })

const checkProgram = (program: Program, path: string): void => {
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
    const { inputs, outputs } = equation
    const where = whereIs(path, i, equation)
    inputs.forEach((atom, k) => use(`${where}: operand ${k}`, atom))
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

/**
 * Checks a Program and all Programs in it, each once; those inside first, so that rules that look into them find them
 * right.
 */
export const verify = (program: Program): Program => {
  const entered = new Set<Program>()
  const stack: Array<{ readonly of: Program; readonly path: string; entered: boolean }> = []
  const push = (of: Program, path: string): void => {
    if (!entered.has(of)) stack.push({ of, path, entered: false })
  }
  push(program, "")
  while (stack.length > 0) {
    const frame = stack.at(-1)!
    if (!frame.entered && !entered.has(frame.of)) {
      frame.entered = true
      entered.add(frame.of)
      for (const [inner, path] of nestedIn(frame.of, frame.path)) push(inner, path)
      continue
    }
    stack.pop()
    if (frame.entered) checkProgram(frame.of, frame.path)
  }
  return program
}
