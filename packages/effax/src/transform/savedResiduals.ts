/**
 * `savedResiduals`: what reverse mode keeps of a function.
 */
import * as aval from "../Aval.ts"
import * as DType from "../DType.ts"
import { type Arguments, flatten, pathOf } from "../internal/arguments/arguments.ts"
import { type Fn, linearizeAt, trace } from "../internal/autodiff/differentiation.ts"
import { closeLinear } from "../internal/autodiff/forward.ts"
import * as node from "../internal/graph/node.ts"
import { type Equation, inputs as inputsOf, isOf, Literal, type Var } from "../internal/program/model.ts"
import type { Program } from "../internal/program/program.ts"
import * as tracing from "../internal/program/trace.ts"
import type { Primitive } from "../Primitive.ts"
import { call } from "../primitive/call.ts"
import { checkpointCall } from "../primitive/checkpoint.ts"
import { checkpointName } from "../primitive/checkpointName.ts"

/**
 * An array that is kept from the way forth to the way back.
 *
 * @category models
 * @since 0.1.0
 */
export interface SavedResidual {
  readonly dtype: DType.DType
  readonly shape: ReadonlyArray<number>
  /** The size of the array. */
  readonly bytes: number
  /** An argument, an array that the function closes over, what `checkpointName` named, or the result of an equation. */
  readonly kind: "argument" | "closure" | "named" | "output"
  /** The argument's path, the name, or the primitive that computes it; empty for arrays that the function closes over. */
  readonly source: string
  /** All of this in words: `f32[3] named 'hidden'`. */
  readonly description: string
}

/** A value that was kept, and what tells it from others. */
interface Origin extends Pick<SavedResidual, "kind" | "source"> {
  readonly identity: object
}

const words: { readonly [K in SavedResidual["kind"]]: (source: string) => string } = {
  argument: (source) => `from the argument ${source}`,
  closure: () => "that the function closes over",
  named: (source) => `named '${source}'`,
  output: (source) => `output of ${source}`
}

/** Calls that are no more than what they call. */
const isTransparent = (primitive: Primitive): boolean =>
  primitive === call.primitive as unknown || primitive === checkpointCall.primitive as unknown

/**
 * The arrays that reverse mode would keep of a function at such arguments: what a checkpoint policy has an influence on.
 *
 * **Details**
 *
 * The arguments only say dtypes and shapes; nothing is computed. Each array is listed once, arguments first, then those that
 * the function closes over, then the others in the order in which they are computed. What jitted and checkpointed functions
 * keep is described by the equations in them.
 *
 * @example
 * ```ts
 * import { checkpoint, NdArray, Numpy as np, savedResiduals } from "effax"
 *
 * const f = (x: NdArray.Any) => np.sin(np.sin(x))
 * savedResiduals(f, np.zeros([3])).map((r) => r.description) // => ["f32[3] output of cos", "f32[3] output of cos"]
 * savedResiduals(checkpoint(f), np.zeros([3])).map((r) => r.description) // => ["f32[3] from the argument [0]"]
 * ```
 *
 * @category checkpointing
 * @since 0.1.0
 */
export const savedResiduals = <A extends ReadonlyArray<unknown>, B>(
  f: (...args: A) => B,
  ...args: Arguments<A>
): ReadonlyArray<SavedResidual> => {
  const operation = "savedResiduals"
  const scope: node.Scope = { transformation: operation }
  const since = node.nextSerial()
  const flat = flatten(operation, "argument", args)
  const traced = trace(operation, f as Fn<ReadonlyArray<unknown>, unknown>, flat, false)
  const parameters = flat.leaves.map((leaf) => node.parameter(leaf, scope))
  const wanted = parameters.map(({ dtype }) => DType.isInexact(dtype))
  const linear = linearizeAt(operation, traced, parameters, wanted)
  const { captures } = closeLinear(tracing.present(linear.tangents), linear.parameters)

  const originOf = (of: node.Node): Origin => {
    const argument = parameters.indexOf(of)
    if (argument !== -1) return { kind: "argument", source: pathOf(args, argument), identity: of }
    if (of.source._tag !== "Apply" || of.serial < since) return { kind: "closure", source: "", identity: of }
    const { application, index } = of.source
    return originIn(application, index, of, (operand) => originOf(application.inputs[operand]!))
  }

  /** The origin of a result of an equation, or of a call's Program; `operand` tells that of an operand. */
  const originIn = (
    equation: Pick<Equation, "params" | "primitive">,
    index: number,
    identity: object,
    operand: (index: number) => Origin
  ): Origin => {
    const { params, primitive } = equation
    if (isOf(equation, checkpointName.primitive)) return { kind: "named", source: equation.params.name, identity }
    if (!isTransparent(primitive)) return { kind: "output", source: primitive.name, identity }
    const program = primitive.called!(params)
    const result = program.results[index]!
    return result instanceof Literal
      ? { kind: "output", source: "a literal", identity }
      : originOfVariable(program, result, operand)
  }

  const originOfVariable = (program: Program, variable: Var, operand: (index: number) => Origin): Origin => {
    const input = inputsOf(program).indexOf(variable)
    if (input !== -1) return operand(input)
    const equation = program.equations.find(({ outputs }) => outputs.includes(variable))!
    return originIn(equation, equation.outputs.indexOf(variable), variable, (index) => {
      const atom = equation.inputs[index]!
      return atom instanceof Literal
        ? { kind: "output", source: "a literal", identity: atom }
        : originOfVariable(program, atom, operand)
    })
  }

  const found = new Map<object, SavedResidual>()
  for (const of of captures) {
    const { identity, kind, source } = originOf(of)
    if (found.has(identity)) continue
    found.set(identity, {
      dtype: of.dtype,
      shape: of.shape,
      bytes: aval.byteLength(of),
      kind,
      source,
      description: `${aval.format(of)} ${words[kind](source)}`
    })
  }
  const kinds: ReadonlyArray<SavedResidual["kind"]> = ["argument", "closure"]
  const rank = ({ kind }: SavedResidual) => kinds.includes(kind) ? kinds.indexOf(kind) : kinds.length
  return [...found.values()].toSorted((a, b) => rank(a) - rank(b))
}
