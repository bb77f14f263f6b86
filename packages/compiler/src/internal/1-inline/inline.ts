/**
 * Calls become the equations of what they call.
 */
import { type Atom, inputs as programInputs, Literal, type Program, type Var } from "effax/Program"
import { type Graph, GraphBuilder, type Value } from "../graph.ts"

/** A Program that is being copied: where it has got to, and where its results go. */
interface Frame {
  readonly program: Program
  readonly environment: Map<Var, Value>
  position: number
  /** The variables of the caller that the results are bound to; none for the outermost Program. */
  readonly outputs: ReadonlyArray<Var>
}

/** Nested calls are followed with a stack of frames, so that their depth is not the machine's. */
export const inline = (program: Program): Graph => {
  const builder = new GraphBuilder()
  const variables = programInputs(program)
  const inputs = variables.map((v) => builder.input(v.aval))
  const outermost: Frame = {
    program,
    environment: new Map(variables.map((v, i) => [v, inputs[i]!])),
    position: 0,
    outputs: []
  }
  const frames = [outermost]
  const read = (frame: Frame, atom: Atom): Value =>
    atom instanceof Literal ? builder.literal(atom.value, atom.aval.dtype) : frame.environment.get(atom)!

  while (frames.length > 0) {
    const frame = frames.at(-1)!
    const { equations, results } = frame.program
    if (frame.position === equations.length) {
      frames.pop()
      const caller = frames.at(-1)
      if (caller !== undefined) {
        frame.outputs.forEach((v, i) => caller.environment.set(v, read(frame, results[i]!)))
      }
      continue
    }
    const equation = equations[frame.position++]!
    const operands = equation.inputs.map((atom) => read(frame, atom))
    const callee = equation.primitive.called?.(equation.params)
    if (callee !== undefined) {
      const parameters = programInputs(callee)
      frames.push({
        program: callee,
        environment: new Map(parameters.map((v, i) => [v, operands[i]!])),
        position: 0,
        outputs: equation.outputs
      })
    } else {
      const values = builder.operation(
        equation.primitive.name,
        equation.params,
        operands,
        equation.outputs.map((v) => v.aval)
      )
      equation.outputs.forEach((v, i) => frame.environment.set(v, values[i]!))
    }
  }
  return {
    inputs,
    operations: builder.operations,
    results: program.results.map((atom) => read(outermost, atom)),
    nextId: builder.nextId
  }
}
