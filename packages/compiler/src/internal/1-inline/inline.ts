/**
 * Calls become the equations of what they call, and primitives that are made of others become these; control flow becomes `while` and `case`, which hold regions; functions
 * of the host become their position in the list of all that the Program calls.
 */
import { callbacksOf, type Steps, toEnd } from "effax/DriverKit"
import type { ParamsOf, PureCallbackParams } from "effax/Primitives"
import { type Atom, type Equation, inputs as programInputs, Literal, type Program, type Var } from "effax/Program"
import { addCase, addWhile } from "../controlFlow.ts"
import { isEquationOf } from "../equation.ts"
import { LoweringError } from "../loweringError.ts"
import { isOperationName } from "../primitiveTraits.ts"
import { type Region, RegionBuilder, type Type, type Value } from "../region.ts"
import { compositeOf } from "./composites.ts"
import { checkOperations } from "./count.ts"

const equationsPerPause = 256

/** A Program that is being copied: where it has got to, and where its results go. */
interface Frame {
  readonly program: Program
  readonly environment: Map<Var, Value>
  position: number
  /** The variables of the caller that the results are bound to; none for the outermost Program. */
  readonly outputs: ReadonlyArray<Var>
}

/** The number of a function of the host. */
type CallbackNumber = (callback: PureCallbackParams["callback"]) => number

/**
 * The values of a Program's results. Nested calls are followed with a stack of frames, so that their depth is not the
 * machine's.
 */
function* expand(
  builder: RegionBuilder,
  program: Program,
  operands: ReadonlyArray<Value>,
  numberOf: CallbackNumber
): Steps<ReadonlyArray<Value>> {
  const outermost: Frame = {
    program,
    environment: new Map(programInputs(program).map((v, i) => [v, operands[i]!])),
    position: 0,
    outputs: []
  }
  const frames = [outermost]
  const read = (frame: Frame, atom: Atom): Value =>
    atom instanceof Literal ? builder.literal(atom.value, atom.aval.dtype) : frame.environment.get(atom)!

  for (let count = 1; frames.length > 0; count++) {
    if (count % equationsPerPause === 0) yield
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
    const { inputs, outputs, params, primitive } = equation
    const operands = inputs.map((atom) => read(frame, atom))
    const callee = primitive.called?.(params) ?? compositeOf(equation)
    if (callee !== undefined) {
      const parameters = programInputs(callee)
      frames.push({
        program: callee,
        environment: new Map(parameters.map((v, i) => [v, operands[i]!])),
        position: 0,
        outputs
      })
    } else {
      const types = outputs.map((v) => v.aval)
      const values = yield* operation(equation, { builder, operands, types, numberOf })
      outputs.forEach((v, i) => frame.environment.set(v, values[i]!))
    }
  }
  return program.results.map((atom) => read(outermost, atom))
}

/** A region of its own: what `results` makes of fresh inputs. */
function* regionOf(
  types: ReadonlyArray<Type>,
  results: (builder: RegionBuilder, inputs: ReadonlyArray<Value>) => Steps<ReadonlyArray<Value>>
): Steps<Region> {
  const builder = new RegionBuilder()
  const inputs = types.map((type) => builder.input(type))
  const made = yield* results(builder, inputs)
  return { inputs, operations: builder.operations, results: made, nextId: builder.nextId }
}

const nested = (program: Program, numberOf: CallbackNumber): Steps<Region> =>
  regionOf(
    programInputs(program).map((v) => v.aval),
    (builder, inputs) => expand(builder, program, inputs, numberOf)
  )

/** Where an equation becomes operations: among those of a builder, on values, with results of types. */
interface Place {
  readonly builder: RegionBuilder
  readonly operands: ReadonlyArray<Value>
  readonly types: ReadonlyArray<Type>
  readonly numberOf: CallbackNumber
}

/** Control flow is nested as deep as a person nested it, so that recursion will do. */
function* cond({ branches: programs }: ParamsOf<"cond">, { builder, numberOf, operands, types }: Place) {
  const branches: Array<Region> = []
  for (const program of programs) branches.push(yield* nested(program, numberOf))
  return addCase(builder, { branches }, operands, types)
}

function* scan(params: ParamsOf<"scan">, { builder, numberOf, operands, types }: Place) {
  const { jaxpr, length, numCarry, numConsts, reverse, unroll } = params
  const repeated = {
    body: yield* nested(jaxpr, numberOf),
    steps: length,
    condition: null,
    numConsts,
    numCarry,
    reverse,
    unroll,
    origin: "scan"
  }
  return addWhile(builder, repeated, operands, types)
}

/** The condition is computed at the end of every step, for the next one: it is one more value that is handed on. */
function* whileLoop(params: ParamsOf<"while">, { builder, numberOf, operands, types }: Place) {
  const { bodyJaxpr, bodyNconsts, condJaxpr, condNconsts, maxSteps } = params
  const numConsts = condNconsts + bodyNconsts
  const condition = types.length
  const predicate: Type = { dtype: "bool", shape: [] }
  const body = yield* regionOf([...operands, predicate], function*(inner, inputs) {
    const next = yield* expand(inner, bodyJaxpr, inputs.slice(condNconsts, numConsts + condition), numberOf)
    const again = yield* expand(inner, condJaxpr, [...inputs.slice(0, condNconsts), ...next], numberOf)
    return [...next, again[0]!]
  })
  const initial = [...operands.slice(0, condNconsts), ...operands.slice(numConsts)]
  const first = yield* expand(builder, condJaxpr, initial, numberOf)
  const repeated = {
    body,
    steps: maxSteps,
    condition,
    numConsts,
    numCarry: condition + 1,
    reverse: false,
    unroll: 1,
    origin: "while"
  }
  return addWhile(builder, repeated, [...operands, ...first], [...types, predicate]).slice(0, condition)
}

/** The values of an equation that calls no Program. */
function* operation(equation: Equation, place: Place): Steps<ReadonlyArray<Value>> {
  const { builder, numberOf, operands, types } = place
  if (isEquationOf(equation, "cond")) return yield* cond(equation.params, place)
  if (isEquationOf(equation, "scan")) return yield* scan(equation.params, place)
  if (isEquationOf(equation, "while")) return yield* whileLoop(equation.params, place)
  if (isEquationOf(equation, "debug_callback")) {
    const { callback, passed } = equation.params
    return builder.operation("debug_callback", { callback: numberOf(callback), passed }, operands, types)
  }
  if (isEquationOf(equation, "pure_callback")) {
    const { callback } = equation.params
    return builder.operation("pure_callback", { callback: numberOf(callback) }, operands, types)
  }
  const { name } = equation.primitive
  if (!isOperationName(name)) throw new LoweringError(name)
  return builder.operation(name, equation.params, operands, types)
}

/** In steps. Refuses Programs that would become too many operations. */
export function* inlining(program: Program): Steps<Region> {
  checkOperations(program)
  return yield* nested(program, (callback) => callbacksOf(program).indexOf(callback))
}

export const inline = (program: Program): Region => toEnd(inlining(program))
