/**
 * From graphs to Programs and back: closing a graph over its parameters, and replaying a Program on arrays.
 */
import type { Aval } from "../../Aval.ts"
import type * as NdArray from "../../NdArray.ts"
import type { OrZero } from "../../Primitive.ts"
import * as location from "../graph/location.ts"
import * as node from "../graph/node.ts"
import { each, type Steps, toEnd } from "../session/slices.ts"
import { type Atom, type Equation, inputs as inputsOf, Literal, Var } from "./model.ts"
import { Program, withoutCaptures } from "./program.ts"

/** Nodes between two pauses: each takes about a microsecond. */
const nodesPerPause = 512

/** A Program together with the arrays that its captures stand for. */
export interface Closed {
  readonly program: Program
  readonly captures: ReadonlyArray<node.Node>
}

/**
 * The nodes that the outputs are made of, oldest first; `stop` nodes are included but not what they are made of.
 * Iterative: a graph may be a million nodes deep.
 */
export const reachable = (
  outputs: ReadonlyArray<node.Node>,
  stop: (of: node.Node) => boolean
): ReadonlyArray<node.Node> => toEnd(reaching(outputs, stop))

/** {@link reachable}, in steps. */
export function* reaching(
  outputs: ReadonlyArray<node.Node>,
  stop: (of: node.Node) => boolean
): Steps<ReadonlyArray<node.Node>> {
  const seen = new Set<node.Node>(outputs)
  const stack = [...seen]
  for (let count = 1; stack.length > 0; count++) {
    if (count % nodesPerPause === 0) yield
    const next = stack.pop()!
    if (next.source._tag !== "Apply" || stop(next)) continue
    for (const input of next.source.application.inputs) {
      if (!seen.has(input)) {
        seen.add(input)
        stack.push(input)
      }
    }
  }
  return [...seen].sort((a, b) => a.serial - b.serial)
}

/** Which of the nodes (oldest first) are made of the parameters. */
export const dependents = (
  nodes: ReadonlyArray<node.Node>,
  parameters: ReadonlySet<node.Node>
): ReadonlySet<node.Node> => {
  const dependent = new Set<node.Node>()
  for (const of of nodes) {
    if (
      parameters.has(of) ||
      of.source._tag === "Apply" && of.source.application.inputs.some((input) => dependent.has(input))
    ) dependent.add(of)
  }
  return dependent
}

/**
 * Closes a graph over its parameters. What `isCapture` picks (and every leaf that is neither a parameter nor a literal)
 * becomes a capture, and what it is made of stays outside.
 */
export const close = (options: Closing): Closed => toEnd(closing(options))

/** The parameters that a graph is closed over. */
export interface Closing {
  readonly outputs: ReadonlyArray<node.Node>
  readonly parameters: ReadonlyArray<node.Node>
  readonly isCapture: (of: node.Node) => boolean
}

/** {@link close}, in steps. */
export function* closing(options: Closing): Steps<Closed> {
  const { isCapture, outputs, parameters } = options
  const own = new Set(parameters)
  const stop = (of: node.Node) => !own.has(of) && isCapture(of)
  const atoms = new Map<node.Node, Atom>()
  const parameterVars = parameters.map((parameter) => {
    const variable = new Var(avalOf(parameter))
    atoms.set(parameter, variable)
    return variable
  })
  const captures: Array<node.Node> = []
  const captureVars: Array<Var> = []
  const equations: Array<Equation> = []
  yield* each(yield* reaching(outputs, stop), nodesPerPause, (next) => {
    if (atoms.has(next)) return
    const source = next.source
    if (source._tag === "Literal" && !isCapture(next)) {
      atoms.set(next, new Literal(source.value, avalOf(next)))
    } else if (source._tag === "Apply" && !stop(next)) {
      const { application } = source
      const variables = application.outputs.map((output) => {
        const variable = new Var(avalOf(output))
        atoms.set(output, variable)
        return variable
      })
      equations.push({
        primitive: application.primitive,
        params: application.params,
        inputs: application.inputs.map((input) => atoms.get(input)!),
        outputs: variables,
        location: application.location
      })
    } else {
      const variable = new Var(avalOf(next))
      atoms.set(next, variable)
      captures.push(next)
      captureVars.push(variable)
    }
  })
  return {
    program: new Program({
      captures: captureVars,
      parameters: parameterVars,
      equations,
      results: outputs.map((output) => atoms.get(output)!)
    }),
    captures
  }
}

const avalOf = (of: Aval): Aval => ({
  dtype: of.dtype,
  shape: of.shape,
  weak: of.weak,
  varying: of.varying
})

/**
 * Runs a function on fresh parameters and closes what it made over them. What was made before the trace began is a
 * capture; what was made during it is an equation. A parameter
 * whose `number` is known stands for that JavaScript number.
 */
export const trace = (
  transformation: string,
  avals: ReadonlyArray<Aval & { readonly number?: node.NumberArgument | undefined }>,
  f: (parameters: ReadonlyArray<node.Node>) => ReadonlyArray<NdArray.Any>
): Closed => {
  const since = node.nextSerial()
  const scope: node.Scope = { transformation }
  const parameters = avals.map((aval) => node.parameter(aval, scope, aval.number))
  const outputs = location.written(() => f(parameters)) as ReadonlyArray<node.Node>
  return close({
    outputs,
    parameters,
    isCapture: (of) => of.serial < since && of.source._tag !== "Literal"
  })
}

/** The values of variables while a Program is replayed. */
export class Environment {
  private readonly values: Map<Var, node.Node> = new Map()

  read(atom: Atom): node.Node {
    return atom instanceof Literal ? node.literal(atom.value, atom.aval.dtype, atom.aval.weak) : this.values.get(atom)!
  }

  write(variable: Var, value: NdArray.Any): void {
    this.values.set(variable, value as node.Node)
  }

  static of(program: Program, values: ReadonlyArray<NdArray.Any>): Environment {
    const environment = new Environment()
    inputsOf(program).forEach((variable, i) => environment.write(variable, values[i]!))
    return environment
  }
}

/**
 * A closed graph whose captures are its first parameters. Rules of derivatives that users write may close over arrays, or
 * make some: a rewritten Program is then called with more arrays than the Program it was made from.
 */
export const lifted = ({ captures, program }: Closed): Closed => {
  for (const capture of captures) capture.retained = true
  return { captures, program: withoutCaptures(program) }
}

/** Inlines a Program: the graph of its results over actual arrays. */
export const replay = (program: Program, values: ReadonlyArray<NdArray.Any>): ReadonlyArray<node.Node> =>
  location.replaying((at) => {
    const environment = Environment.of(program, values)
    for (const equation of program.equations) {
      at(equation.location)
      const outputs = node.bind(equation.primitive, equation.inputs.map((a) => environment.read(a)), equation.params)
      equation.outputs.forEach((variable, i) => environment.write(variable, outputs[i]!))
    }
    return program.results.map((atom) => environment.read(atom))
  })

/** Inlines a Program and the jitted Programs in it, and tells which results are made of marked inputs. */
export const replayInlined = (
  program: Program,
  values: ReadonlyArray<NdArray.Any>,
  marked: ReadonlyArray<boolean>
): { readonly outputs: ReadonlyArray<node.Node>; readonly marked: ReadonlyArray<boolean> } =>
  location.replaying((at) => {
    const environment = Environment.of(program, values)
    const isMarked = new Set<Atom>(inputsOf(program).filter((_, i) => marked[i]))
    for (const { inputs, location, outputs, params, primitive } of program.equations) {
      at(location)
      const operands = inputs.map((atom) => environment.read(atom))
      const flags = inputs.map((atom) => isMarked.has(atom))
      const results = primitive.name === "jit"
        ? replayInlined(primitive.called!(params), operands, flags)
        : { outputs: node.bind(primitive, operands, params), marked: outputs.map(() => flags.includes(true)) }
      outputs.forEach((variable, i) => {
        environment.write(variable, results.outputs[i]!)
        if (results.marked[i]) isMarked.add(variable)
      })
    }
    return {
      outputs: program.results.map((atom) => environment.read(atom)),
      marked: program.results.map((atom) => isMarked.has(atom))
    }
  })

/** Those that are not symbolic zeros. */
export const present = (values: ReadonlyArray<OrZero>): ReadonlyArray<node.Node> =>
  values.filter((value) => value !== undefined).map(node.nodeOf)
