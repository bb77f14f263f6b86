/**
 * Whether a Program is a linear function of some of its inputs, equation by equation. The rules of transposition rely on
 * it and do not check it.
 */
import * as DType from "../../DType.ts"
import type { Nonlinear } from "../../Primitive.ts"
import type * as node from "../graph/node.ts"
import { type Atom, type Equation, inputs as inputsOf, Literal } from "../program/model.ts"
import type { Program } from "../program/program.ts"

/** Whether an array is plainly full of zeros. */
export const isZero = (array: node.Node): boolean => {
  let of = array
  for (;;) {
    const { source } = of
    if (source._tag === "Literal") return Number(source.value) === 0
    if (source._tag === "Constant") return source.data.every((element) => Number(element) === 0)
    if (source._tag !== "Apply" || source.application.primitive.keepsZero !== true) return false
    of = source.application.inputs[0]!
  }
}

/**
 * The first reason why the results are not linear in the marked inputs, of which others may be known to be zero. Results
 * that don't count may be anything.
 */
export const nonlinearity = (
  program: Program,
  linear: ReadonlyArray<boolean>,
  zeros: ReadonlyArray<boolean> = [],
  counts: ReadonlyArray<boolean> = program.results.map(() => true)
): Nonlinear | undefined => {
  const dependent = new Set<Atom>(inputsOf(program).filter((_, i) => linear[i]))
  const zero = new Set<Atom>(inputsOf(program).filter((_, i) => zeros[i]))
  const isZero = (atom: Atom): boolean => atom instanceof Literal ? Number(atom.value) === 0 : zero.has(atom)
  for (const equation of program.equations) {
    const { inputs, outputs, primitive } = equation
    const flags = inputs.map((atom) => dependent.has(atom))
    if (!flags.includes(true)) {
      if (primitive.keepsZero === true && isZero(inputs[0]!)) zero.add(outputs[0]!)
      continue
    }
    const reason = reasonOf(equation, flags, isZero)
    if (reason !== undefined) return typeof reason === "string" ? { primitive: primitive.name, reason } : reason
    for (const output of outputs) dependent.add(output)
  }
  const constant = program.results.findIndex((atom, i) => counts[i] && !dependent.has(atom) && !isZero(atom))
  return constant === -1 ? undefined : {
    primitive: "",
    reason: `result ${constant} does not depend on the arguments, and is not known to be zero`
  }
}

const reasonOf = (
  { inputs, outputs, params, primitive }: Equation,
  flags: ReadonlyArray<boolean>,
  isZero: (atom: Atom) => boolean
): string | Nonlinear | undefined => {
  if (primitive.linear === undefined) return "is not a linear function of its operands"
  const { form } = primitive.linear
  if (form === "each") return undefined
  const zeros = () => inputs.map(isZero)
  if (form === "called") return nonlinearity(primitive.called!(params), flags, zeros())
  if ("nonlinearity" in form) return form.nonlinearity({ params, linear: flags, zeros: zeros() })
  if ("sum" in form) {
    const wrong = flags.findIndex((flag, i) => flag ? !form.sum(i) : form.sum(i) && !isZero(inputs[i]!))
    if (wrong === -1) return undefined
    return flags[wrong]
      ? `is not linear in operand ${wrong}`
      : `has operand ${wrong}, which does not depend on the arguments and is not known to be zero`
  }
  const marked = flags.flatMap((flag, i) => flag ? [i] : [])
  if (marked.length > 1) return "multiplies what depends on the arguments with what depends on them too"
  if (!form.product.includes(marked[0]!)) return `is not linear in operand ${marked[0]}`
  if (DType.isInexact(inputs[marked[0]!]!.aval.dtype) !== DType.isInexact(outputs[0]!.aval.dtype)) {
    return `rounds ${inputs[marked[0]!]!.aval.dtype} to ${outputs[0]!.aval.dtype}`
  }
  return undefined
}
