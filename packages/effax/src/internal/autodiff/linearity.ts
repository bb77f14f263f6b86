/**
 * Whether a Program is a linear function of some of its inputs, equation by equation. The rules of transposition rely on
 * it and do not check it.
 */
import * as DType from "../../DType.ts"
import { numConstants } from "../../primitive/customLinearSolve.ts"
import type { CondParams, CustomLinearSolveParams, ScanParams } from "../../primitive/params.ts"
import { type PrimitiveName, primitives } from "../../primitive/registry.ts"
import type * as node from "../graph/node.ts"
import { either, fixpoint } from "../program/flags.ts"
import { type Atom, type Equation, inputs as inputsOf, Literal } from "../program/model.ts"
import { dependentResults } from "../program/partialEvaluation.ts"
import type { Program } from "../program/program.ts"

/**
 * How a primitive is linear: `sum` in all of these operands together, where those that are known must be zero; `product` in
 * one of them, whatever the other is. Every other primitive that has a transpose is linear in its first operand alone.
 */
type Form = { readonly sum: (operand: number) => boolean } | { readonly product: ReadonlyArray<number> }

const among = (...operands: ReadonlyArray<number>): Form => ({ sum: (operand) => operands.includes(operand) })
const first: Form = { product: [0] }
const product: Form = { product: [0, 1] }

const forms: { readonly [N in PrimitiveName]?: Form } = {
  add: among(0, 1),
  sub: among(0, 1),
  complex: among(0, 1),
  mul: product,
  dot_general: product,
  conv_general_dilated: product,
  select_n: { sum: (operand) => operand > 0 },
  concatenate: { sum: () => true },
  pad: among(0, 1),
  dynamic_update_slice: among(0, 1),
  scatter: among(0, 2),
  scatter_add: among(0, 2)
}

/** What zeros are still zeros after. */
const keepsZero: ReadonlySet<string> = new Set<PrimitiveName | "pvary">([
  "broadcast_in_dim",
  "conj",
  "convert_element_type",
  "imag",
  "name",
  "neg",
  "pvary",
  "real",
  "reshape",
  "slice",
  "transpose"
])

export interface Nonlinear {
  readonly primitive: string
  readonly reason: string
}

/** Whether an array is plainly full of zeros. */
export const isZero = (array: node.Node): boolean => {
  let of = array
  for (;;) {
    const { source } = of
    if (source._tag === "Literal") return Number(source.value) === 0
    if (source._tag === "Constant") return source.data.every((element) => Number(element) === 0)
    if (source._tag !== "Apply" || !keepsZero.has(source.application.primitive.name)) return false
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
      if (keepsZero.has(primitive.name) && isZero(inputs[0]!)) zero.add(outputs[0]!)
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

type Nested<P> = (
  params: P,
  flags: ReadonlyArray<boolean>,
  zeros: ReadonlyArray<boolean>
) => string | Nonlinear | undefined

/** Results that depend on the linear operands in no branch are none of the linear function's. */
const cond: Nested<CondParams> = ({ branches }, [, ...flags], [, ...zeros]) => {
  const depends = branches.map((branch) => dependentResults(branch, flags)).reduce(either)
  for (const branch of branches) {
    const reason = nonlinearity(branch, flags, zeros, depends)
    if (reason !== undefined) return reason
  }
  return undefined
}

/** A carry that no step makes of linear operands (a counter) is none of the linear function's either. */
const scan: Nested<ScanParams> = ({ jaxpr, numCarry, numConsts }, flags, zeros) => {
  const isCarry = (i: number) => i >= numConsts && i < numConsts + numCarry
  const withCarry = (carry: ReadonlyArray<boolean>) => flags.map((flag, i) => isCarry(i) ? carry[i - numConsts]! : flag)
  const [carry, depends] = fixpoint(flags.slice(numConsts, numConsts + numCarry), (carry) => {
    const depends = dependentResults(jaxpr, withCarry(carry))
    return [depends.slice(0, numCarry), depends]
  })
  const started = carry.findIndex((is, i) => is && !flags[numConsts + i] && !zeros[numConsts + i])
  if (started !== -1) return `has a carry, number ${started}, that starts with what is not known to be zero`
  return nonlinearity(jaxpr, withCarry(carry), zeros.map((zero, i) => zero && !isCarry(i)), either(depends, carry))
}

const control: { readonly [name: string]: Nested<never> } = {
  cond,
  scan,
  while: () => "is a loop of unknown length, which has no transpose"
}

const reasonOf = (
  { inputs, outputs, params, primitive }: Equation,
  flags: ReadonlyArray<boolean>,
  isZero: (atom: Atom) => boolean
): string | Nonlinear | undefined => {
  if (primitive.transpose === undefined) return "is not a linear function of its operands"
  // the solution of linear equations is linear however it is found
  if (primitive.name === "custom_linear_solve") {
    const constants = numConstants(params as CustomLinearSolveParams)
    const wrong = flags.findIndex((flag, i) => flag ? i < constants : i >= constants && !isZero(inputs[i]!))
    return wrong === -1 ? undefined : `is not linear in operand ${wrong}`
  }
  if (primitive.called !== undefined) {
    return nonlinearity(primitive.called(params), flags, inputs.map(isZero))
  }
  const nested = Object.hasOwn(control, primitive.name) ? control[primitive.name] : undefined
  if (nested !== undefined) return nested(params as never, flags, inputs.map(isZero))
  // a primitive that is none of effax's own knows best, and a barrier hands each operand on
  if (primitive.name === "optimization_barrier" || !Object.hasOwn(primitives, primitive.name)) return undefined
  // hands operands on one by one, whatever they are
  if (primitive.name === "debug_callback") return undefined
  const form = forms[primitive.name as PrimitiveName] ?? first
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
