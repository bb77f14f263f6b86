/**
 * Vectorisation of Programs: batched values carry the batch as their axis 0.
 */
import type * as NdArray from "../NdArray.ts"
import { broadcastInDim } from "../primitive/structural.ts"
import { inputs as inputsOf, Literal, type Program, type Var } from "../Program.ts"
import { avals } from "./arguments.ts"
import * as node from "./node.ts"
import { close, type Closed, Environment, lifted, rewrite, trace } from "./trace.ts"

export interface BatchedValues {
  readonly outputs: ReadonlyArray<node.Node>
  readonly batched: ReadonlyArray<boolean>
}

export const batch = (
  program: Program,
  values: ReadonlyArray<NdArray.Any>,
  batched: ReadonlyArray<boolean>,
  size: number
): BatchedValues => {
  const environment = Environment.of(program, values)
  const isBatched = new Set<Var>(inputsOf(program).filter((_, i) => batched[i]))
  for (const { inputs, outputs, params, primitive } of program.equations) {
    const operands = inputs.map((atom) => environment.read(atom))
    const flags = inputs.map((atom) => !(atom instanceof Literal) && isBatched.has(atom))
    if (!flags.includes(true)) {
      const results = node.bind(primitive, operands, params)
      outputs.forEach((variable, i) => environment.write(variable, results[i]!))
      continue
    }
    const result = primitive.batch({ inputs: operands, batched: flags, size, params })
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

/** Repeats an unbatched value along a new axis 0. */
export const materialize = (value: NdArray.Any, size: number): NdArray.Any =>
  broadcastInDim(value, [size, ...value.shape], value.shape.map((_, i) => i + 1))

/** A function of single examples on batches; with `whole` every result is batched. */
export const batchedFunction = (
  values: ReadonlyArray<node.Node>,
  batched: ReadonlyArray<boolean>,
  size: number,
  whole: boolean,
  f: (singles: ReadonlyArray<node.Node>) => ReadonlyArray<NdArray.Any>
): BatchedValues => {
  const singles = avals(values).map((of, i) => batched[i] ? { ...of, shape: of.shape.slice(1) } : of)
  const { captures, program } = trace("vmap", singles, f)
  const result = batch(program, [...captures, ...values], [...captures.map(() => false), ...batched], size)
  return whole ? completed(result, size) : result
}

/** Every result batched. */
const completed = ({ batched, outputs }: BatchedValues, size: number): BatchedValues => ({
  outputs: outputs.map((output, i) => batched[i] ? output : node.nodeOf(materialize(output, size))),
  batched: batched.map(() => true)
})

/** A Program of captures and batched inputs. */
export interface BatchedProgram extends Closed {
  readonly batched: ReadonlyArray<boolean>
}

const rewriteBatched = (
  program: Program,
  batched: ReadonlyArray<boolean>,
  size: number,
  whole: boolean
): BatchedProgram =>
  rewrite(program, `batch[${size}${whole ? " whole" : ""}:${batched.map((b) => b ? "1" : "0").join("")}]`, () => {
    const scope: node.Scope = { transformation: "vmap" }
    const parameters = inputsOf(program).map(({ aval }, i) =>
      node.parameter(batched[i] ? { ...aval, shape: [size, ...aval.shape] } : aval, scope)
    )
    const found = batch(program, parameters, batched, size)
    const result = whole ? completed(found, size) : found
    const closed = close({ outputs: result.outputs, parameters, isCapture: () => false })
    return { ...lifted(closed), batched: result.batched }
  })

export const batchProgram = (program: Program, batched: ReadonlyArray<boolean>, size: number): BatchedProgram =>
  rewriteBatched(program, batched, size, false)

/** With every result batched. */
export const batchWhole = (program: Program, batched: ReadonlyArray<boolean>, size: number): BatchedProgram =>
  rewriteBatched(program, batched, size, true)
