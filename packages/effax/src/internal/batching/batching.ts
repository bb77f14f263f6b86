/**
 * Vectorisation of Programs: batched values carry the batch as their axis 0.
 */
import type { Aval } from "../../Aval.ts"
import type * as NdArray from "../../NdArray.ts"
import type { Params, Primitive } from "../../Primitive.ts"
import { broadcastInDim } from "../../primitive/structural.ts"
import { avals } from "../arguments/arguments.ts"
import { ofEquation } from "../axes/names.ts"
import { minus } from "../axes/replication.ts"
import * as axisScope from "../axes/scope.ts"
import * as location from "../graph/location.ts"
import * as node from "../graph/node.ts"
import { mask } from "../program/flags.ts"
import { rewrite } from "../program/memo.ts"
import { inputs as inputsOf, Literal, type Var } from "../program/model.ts"
import type { Program } from "../program/program.ts"
import { close, type Closed, Environment, lifted, trace } from "../program/trace.ts"

export interface BatchedValues {
  readonly outputs: ReadonlyArray<node.Node>
  readonly batched: ReadonlyArray<boolean>
}

/** The axis that is mapped over: its size, and the name that collectives know it by. */
export interface BatchAxis {
  readonly size: number
  readonly name: string | undefined
}

export const batch = (
  program: Program,
  values: ReadonlyArray<NdArray.Any>,
  batched: ReadonlyArray<boolean>,
  axis: BatchAxis
): BatchedValues => location.replaying((at) => batchAt(program, values, batched, axis, at))

const batchAt = (
  program: Program,
  values: ReadonlyArray<NdArray.Any>,
  batched: ReadonlyArray<boolean>,
  { name: axisName, size }: BatchAxis,
  at: (location: location.Location | undefined) => void
): BatchedValues => {
  const environment = Environment.of(program, values)
  const isBatched = new Set<Var>(inputsOf(program).filter((_, i) => batched[i]))
  for (const { inputs, location, outputs, params, primitive } of program.equations) {
    at(location)
    const operands = inputs.map((atom) => environment.read(atom))
    const flags = inputs.map((atom) => !(atom instanceof Literal) && isBatched.has(atom))
    if (!flags.includes(true) && !(axisName !== undefined && refersTo(axisName, params, primitive))) {
      const results = node.bind(primitive, operands, params)
      outputs.forEach((variable, i) => environment.write(variable, results[i]!))
      continue
    }
    const result = primitive.batch({ inputs: operands, batched: flags, size, axisName, params })
    outputs.forEach((variable, i) => {
      environment.write(variable, result.outputs[i]!)
      if (result.batched[i]) isBatched.add(variable)
    })
  }
  return {
    outputs: program.results.map((atom) => environment.read(atom)),
    batched: program.results.map((atom) => !(atom instanceof Literal) && isBatched.has(atom))
  }
}

/** Whether an equation means the axis itself: what it computes is then other than the same for all examples. */
const refersTo = (axisName: string, params: Params, primitive: Primitive): boolean => {
  for (const name of ofEquation({ params, primitive })) if (name === axisName) return true
  return false
}

/** The axis as functions see it that are traced to be batched. */
export const scopeOf = ({ name, size }: BatchAxis): ReadonlyArray<axisScope.NamedAxis> =>
  name === undefined ? [] : [{ name, size, kind: "mapped" }]

/** An example of a batch; along the axis that is mapped away, nothing varies any more. */
const batchedAval = (aval: Aval, isBatched: boolean, { name, size }: BatchAxis): Aval => ({
  ...aval,
  shape: isBatched ? [size, ...aval.shape] : aval.shape,
  varying: name === undefined ? aval.varying : minus(aval.varying, [name])
})

/** Repeats an unbatched value along a new axis 0. */
export const materialize = (value: NdArray.Any, size: number): NdArray.Any =>
  broadcastInDim(value, [size, ...value.shape], value.shape.map((_, i) => i + 1))

/** A function of single examples on batches; with `whole` every result is batched. */
export const batchedFunction = (
  values: ReadonlyArray<node.Node>,
  batched: ReadonlyArray<boolean>,
  axis: BatchAxis,
  whole: boolean,
  f: (singles: ReadonlyArray<node.Node>) => ReadonlyArray<NdArray.Any>
): BatchedValues => {
  const singles = avals(values).map((of, i) => batched[i] ? { ...of, shape: of.shape.slice(1) } : of)
  const { captures, program } = axisScope.within(scopeOf(axis), () => trace("vmap", singles, f))
  const result = batch(program, [...captures, ...values], [...captures.map(() => false), ...batched], axis)
  return whole ? completed(result, axis.size, () => true) : result
}

/** The results that are wanted batched, batched. */
const completed = (
  { batched, outputs }: BatchedValues,
  size: number,
  wanted: (output: number) => boolean
): BatchedValues => ({
  outputs: outputs.map((output, i) => batched[i] || !wanted(i) ? output : node.nodeOf(materialize(output, size))),
  batched: batched.map((is, i) => is || wanted(i))
})

/** A Program of captures and batched inputs. */
export interface BatchedProgram extends Closed {
  readonly batched: ReadonlyArray<boolean>
}

/** A Program on batches. Results that `wanted` marks are batched also where they are the same for all examples. */
export const batchProgram = (
  program: Program,
  batched: ReadonlyArray<boolean>,
  axis: BatchAxis,
  wanted: ReadonlyArray<boolean> = []
): BatchedProgram =>
  rewrite(program, `batch[${axis.size} ${JSON.stringify(axis.name)} ${mask(batched)} ${mask(wanted)}]`, () => {
    const scope: node.Scope = { transformation: "vmap" }
    const parameters = inputsOf(program).map(({ aval }, i) =>
      node.parameter(batchedAval(aval, batched[i]!, axis), scope)
    )
    const result = completed(batch(program, parameters, batched, axis), axis.size, (i) => wanted[i] === true)
    const closed = close({ outputs: result.outputs, parameters, isCapture: () => false })
    return { ...lifted(closed), batched: result.batched }
  })

/** With every result batched. */
export const batchWhole = (program: Program, batched: ReadonlyArray<boolean>, axis: BatchAxis): BatchedProgram =>
  batchProgram(program, batched, axis, program.results.map(() => true))
