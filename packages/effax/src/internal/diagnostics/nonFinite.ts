/**
 * The search for NaN and infinities: results are looked at after every execution, and where one is bad the Program is run
 * again operation by operation.
 */
import * as Effect from "effect/Effect"
import type { DeviceBuffer, Driver } from "../../Backend.ts"
import * as DType from "../../DType.ts"
import type { TypedArray } from "../../DType.ts"
import { type ExecutionError, NonFiniteError } from "../../Errors.ts"
import { type Equation, inputs as inputsOf } from "../program/model.ts"
import type { Program } from "../program/program.ts"
import { decorateDriver } from "../session/decorateDriver.ts"
import { atIndex, details, equationText, indexOf, numbers } from "./report.ts"
import { at, descend, download, type Look, type Machine, machine, pathOf, type Value, Values } from "./stepping.ts"

/** What counts as bad. */
export interface NonFinite {
  readonly nan: boolean
  readonly inf: boolean
}

/** All bits of the exponent, of half-precision numbers. */
const exponents: { readonly [D in DType.DType]?: number } = { float16: 0x7c00, bfloat16: 0x7f80 }

/** The position of the first bad element of the typed array; -1 if there is none. */
const firstBad = ({ inf, nan }: NonFinite, dtype: DType.DType, data: TypedArray): number => {
  const exponent = exponents[dtype]
  const elements = data as ArrayLike<number>
  if (exponent !== undefined) {
    for (let i = 0; i < elements.length; i++) {
      const magnitude = elements[i]! & 0x7fff
      if (magnitude >= exponent && (magnitude > exponent ? nan : inf)) return i
    }
    return -1
  }
  for (let i = 0; i < elements.length; i++) {
    const x = elements[i]!
    // what is not finite has no difference with itself
    if (x - x !== 0 && (x !== x ? nan : inf)) return i
  }
  return -1
}

interface Culprit {
  readonly equation: Equation
  readonly path: ReadonlyArray<string>
  readonly index: ReadonlyArray<number>
  readonly value: number
  readonly message: string
}

const nameOf = (value: number): string => Number.isNaN(value) ? "NaN" : value > 0 ? "inf" : "-inf"

class Search {
  private readonly machine: Machine
  private readonly bad: NonFinite
  private readonly known = new WeakMap<Value, number>()

  constructor(of: Machine, bad: NonFinite) {
    this.machine = of
    this.bad = bad
  }

  /** The position of the first bad element, or -1. */
  private at(value: Value): number {
    const { dtype } = value.aval
    if (!DType.isInexact(dtype)) return -1
    let position = this.known.get(value)
    if (position === undefined) this.known.set(value, position = firstBad(this.bad, dtype, value.data))
    return position
  }

  private isBad(value: Value): boolean {
    return this.at(value) !== -1
  }

  /**
   * The equation that the first bad result comes from, along values that are all bad: a NaN that is masked away is none
   * of anybody's business. `undefined` where no single operation makes one.
   */
  locate(
    program: Program,
    inputs: ReadonlyArray<Value>,
    path: ReadonlyArray<string>
  ): Effect.Effect<Culprit | undefined, ExecutionError> {
    const self = this
    return Effect.gen(function*() {
      const values = new Values(program, inputs)
      const origins = new Map<Value, Culprit>()
      for (const equation of program.equations) {
        const operands = equation.inputs.map((atom) => values.read(atom))
        const outputs = yield* self.machine.step(equation, operands)
        values.write(equation.outputs, outputs)
        const wrong = outputs.find((output) => self.isBad(output))
        if (wrong === undefined) continue
        const badOperand = operands.findIndex((operand) => self.isBad(operand))
        const culprit = origins.get(operands[badOperand]!) ??
          (badOperand === -1 ? yield* descend(equation, operands, self.look(path, equation)) : undefined) ??
          self.describe(equation, operands, outputs, badOperand, path)
        for (const output of outputs) if (self.isBad(output)) origins.set(output, culprit)
      }
      for (const atom of program.results) {
        const culprit = origins.get(values.read(atom))
        if (culprit !== undefined) return culprit
      }
      return undefined
    })
  }

  private look(path: ReadonlyArray<string>, { location }: Equation): Look<Culprit> {
    return (program, inputs, what) =>
      Effect.flatMap(this.machine.run(program, inputs), (outputs): ReturnType<Look<Culprit>> => {
        if (!outputs.some((output) => this.isBad(output))) return Effect.succeed({ outputs })
        return Effect.map(
          this.locate(program, inputs, [...path, at(what, location)]),
          (found) => found === undefined ? { outputs } : { found }
        )
      })
  }

  private describe(
    equation: Equation,
    operands: ReadonlyArray<Value>,
    outputs: ReadonlyArray<Value>,
    badOperand: number,
    path: ReadonlyArray<string>
  ): Culprit {
    const which = outputs.findIndex((output) => this.isBad(output))
    const { index, value } = this.element(outputs[which]!)
    const { primitive } = equation
    const result = outputs.length === 1 ? "the result" : `result ${which}`
    const operand = badOperand === -1 ? undefined : this.element(operands[badOperand]!)
    const note = operand === undefined ?
      "" :
      `; operand ${badOperand}, which was given, has ${nameOf(operand.value)}${atIndex(operand.index)} already`
    const head = `${primitive.name}: ${result} is ${nameOf(value)}${atIndex(index)}${note}`
    return {
      equation,
      path,
      index,
      value,
      message: [head, ...details(equation, path, operands)].join("\n")
    }
  }

  element(of: Value): { readonly index: ReadonlyArray<number>; readonly value: number } {
    const position = this.at(of)
    const { dtype, shape } = of.aval
    return {
      index: indexOf(shape, DType.isComplex(dtype) ? position >> 1 : position),
      value: numbers(of)(position)
    }
  }
}

/** A driver whose executions fail with a `NonFiniteError` where a result is bad. */
export const checking = (driver: Driver, bad: NonFinite): Driver => {
  const stepper = machine(driver)

  const look = (
    program: Program,
    inputs: ReadonlyArray<DeviceBuffer>,
    outputs: ReadonlyArray<DeviceBuffer>,
    path: ReadonlyArray<string>,
    restore: <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  ): Effect.Effect<void, ExecutionError> =>
    Effect.gen(function*() {
      for (let i = 0; i < outputs.length; i++) {
        const { aval } = program.results[i]!
        if (!DType.isInexact(aval.dtype)) continue
        const data = yield* driver.download(outputs[i]!, aval)
        if (firstBad(bad, aval.dtype, data) === -1) continue
        return yield* restore(explain(program, inputs, i, { aval, data }, path))
      }
    })

  const explain = (
    program: Program,
    inputs: ReadonlyArray<DeviceBuffer>,
    which: number,
    result: Value,
    path: ReadonlyArray<string>
  ): Effect.Effect<never, ExecutionError> =>
    Effect.gen(function*() {
      const search = new Search(stepper, bad)
      const values = yield* download(driver, inputs, inputsOf(program).map((variable) => variable.aval))
      const culprit = yield* search.locate(program, values, path)
      if (culprit !== undefined) {
        const { equation, index, message, path, value } = culprit
        return yield* new NonFiniteError({
          backend: driver.name,
          primitive: equation.primitive.name,
          equation: equationText(equation),
          location: equation.location?.toString(),
          path,
          index,
          value,
          message
        })
      }
      const { index, value } = search.element(result)
      return yield* new NonFiniteError({
        backend: driver.name,
        primitive: "",
        equation: "",
        location: undefined,
        path,
        index,
        value,
        message:
          `result ${which} of a Program of ${program.equations.length} equations is ${nameOf(value)}${
            atIndex(index)
          }, but no operation makes one when they are run one by one: it comes of fusing them (a sum in another order, a ` +
          "product and a sum rounded once)"
      })
    })

  return decorateDriver(driver, {
    execute: (executable, inputs, origin) => {
      const program = origin?.program ?? executable.program
      return Effect.uninterruptibleMask((restore) =>
        Effect.flatMap(restore(driver.execute(executable, inputs, origin)), (outputs) =>
          Effect.as(
            Effect.onError(
              look(program, inputs, outputs, pathOf(origin), restore),
              () => Effect.sync(() => outputs.forEach((buffer) => driver.release(buffer)))
            ),
            outputs
          ))
      )
    }
  })
}
