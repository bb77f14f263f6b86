/**
 * Forward-mode differentiation of Programs.
 */
import * as DType from "../../DType.ts"
import { ArgumentError } from "../../Errors.ts"
import type * as NdArray from "../../NdArray.ts"
import type { JvpContext, OrZero, Params, Primitive } from "../../Primitive.ts"
import { zerosOf } from "../../primitive/structural.ts"
import * as location from "../graph/location.ts"
import * as node from "../graph/node.ts"
import { mask } from "../program/flags.ts"
import { rewrite } from "../program/memo.ts"
import { inputs as inputsOf, Literal, type Var } from "../program/model.ts"
import { type Program, withoutCaptures } from "../program/program.ts"
import { close, type Closed, dependents, Environment, lifted, present, reachable } from "../program/trace.ts"

export interface Dual {
  readonly outputs: ReadonlyArray<node.Node>
  readonly tangents: ReadonlyArray<OrZero>
}

/**
 * Replays a Program on primals and tangents. With `split`, no primal depends on a tangent, so that the tangents'
 * graph alone is a linear function of the tangents that went in.
 */
export const jvp = (
  program: Program,
  primals: ReadonlyArray<NdArray.Any>,
  tangents: ReadonlyArray<OrZero>,
  split: boolean
): Dual =>
  location.replaying((at) => {
    const environment = Environment.of(program, primals)
    const tangentOf = new Map<Var, NdArray.Any>()
    inputsOf(program).forEach((variable, i) => {
      const tangent = tangents[i]
      if (tangent !== undefined) tangentOf.set(variable, tangent)
    })
    for (const { inputs, location, outputs, params, primitive } of program.equations) {
      at(location)
      const values = inputs.map((atom) => environment.read(atom))
      const dots = inputs.map((atom) => atom instanceof Literal ? undefined : tangentOf.get(atom))
      let results: ReadonlyArray<NdArray.Any>
      let resultDots: ReadonlyArray<OrZero> | undefined
      if (dots.every((dot) => dot === undefined)) {
        results = node.bind(primitive, values, params)
      } else if (primitive.nestedJvp !== undefined) {
        const dual = primitive.nestedJvp({ primals: values, tangents: dots, params, split })
        results = dual.outputs
        resultDots = dual.tangents
      } else {
        results = node.bind(primitive, values, params)
        resultDots = results.some((result) => DType.isInexact(result.dtype))
          ? tangentsOf(primitive, { primals: values, outputs: results, tangents: dots, params })
          : undefined
      }
      outputs.forEach((variable, i) => {
        environment.write(variable, results[i]!)
        const dot = resultDots?.[i]
        if (dot !== undefined) tangentOf.set(variable, dot)
      })
    }
    return {
      outputs: program.results.map((atom) => environment.read(atom)),
      tangents: program.results.map((atom) => atom instanceof Literal ? undefined : tangentOf.get(atom))
    }
  })

/** What says nothing of its derivative must not pass for a constant. */
const tangentsOf = (primitive: Primitive, context: JvpContext<Params>): ReadonlyArray<OrZero> => {
  if (primitive.jvp !== undefined) return primitive.jvp(context)
  throw new ArgumentError({
    operation: "jvp",
    message: `jvp: ${primitive.name} has no derivative; where none should go through, use \`np.stopGradient\``
  })
}

/** A Program of captures, primals and nonzero tangents, and which results have a tangent. */
export interface JvpProgram extends Closed {
  readonly nonzero: ReadonlyArray<boolean>
}

/** Tangents with zeros written out where they are wanted though they are zero. */
const instantiated = ({ outputs, tangents }: Dual, wanted: ReadonlyArray<boolean>): ReadonlyArray<OrZero> =>
  tangents.map((tangent, i) => tangent === undefined && wanted[i] ? zerosOf(outputs[i]!) : tangent)

/** Results that `wanted` marks have a tangent also where it is zero. */
export const jvpProgram = (
  program: Program,
  which: ReadonlyArray<boolean>,
  wanted: ReadonlyArray<boolean> = []
): JvpProgram =>
  rewrite(program, `jvp[${mask(which)} ${mask(wanted)}]`, () => {
    const scope: node.Scope = { transformation: "jvp" }
    const variables = inputsOf(program)
    const primals = variables.map(({ aval }) => node.parameter(aval, scope))
    const tangents = variables.map(({ aval }, i) => which[i] ? node.parameter(aval, scope) : undefined)
    const dual = jvp(program, primals, tangents, false)
    const dots = instantiated(dual, wanted)
    const closed = close({
      outputs: [...dual.outputs, ...present(dots)],
      parameters: [...primals, ...tangents.filter((t) => t !== undefined)],
      isCapture: () => false
    })
    return { ...lifted(closed), nonzero: dots.map((t) => t !== undefined) }
  })

/** A Program split in two: what is known from primals alone, and a linear function of the tangents. */
export interface Linearized {
  /** captures, inputs -> results, residuals */
  readonly primal: Program
  readonly captures: ReadonlyArray<node.Node>
  /** residuals, nonzero tangents -> nonzero tangents of the results */
  readonly linear: Program
  readonly nonzero: ReadonlyArray<boolean>
}

/** Results that `wanted` marks have a tangent also where it is zero. */
export const linearizeProgram = (
  program: Program,
  which: ReadonlyArray<boolean>,
  wanted: ReadonlyArray<boolean> = []
): Linearized =>
  rewrite(program, `linearize[${mask(which)} ${mask(wanted)}]`, () => {
    const scope: node.Scope = { transformation: "linearize" }
    const variables = inputsOf(program)
    const primals = variables.map(({ aval }) => node.parameter(aval, scope))
    const tangents = variables.map(({ aval }, i) => which[i] ? node.parameter(aval, scope) : undefined)
    const linearInputs = tangents.filter((t) => t !== undefined)
    const dual = jvp(program, primals, tangents, true)
    const dots = instantiated(dual, wanted)
    const linear = closeLinear(present(dots), linearInputs)
    const primal = lifted(close({
      outputs: [...dual.outputs, ...linear.captures],
      parameters: primals,
      isCapture: () => false
    }))
    return {
      primal: primal.program,
      captures: primal.captures,
      linear: withoutCaptures(linear.program),
      nonzero: dots.map((t) => t !== undefined)
    }
  })

/** Closes a graph over linear parameters: everything that doesn't depend on them is a capture, a residual. */
export const closeLinear = (outputs: ReadonlyArray<node.Node>, parameters: ReadonlyArray<node.Node>) => {
  const dependent = dependents(reachable(outputs, (of) => of.serial < oldest(parameters)), new Set(parameters))
  return close({
    outputs,
    parameters,
    isCapture: (of) => !dependent.has(of) && of.source._tag !== "Literal"
  })
}

const oldest = (nodes: ReadonlyArray<node.Node>): number =>
  nodes.reduce((least, of) => Math.min(least, of.serial), Infinity)
