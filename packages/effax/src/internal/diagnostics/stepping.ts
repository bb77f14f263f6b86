/**
 * Running Programs piece by piece over a driver, to find where something went wrong: one equation at a time, into calls,
 * and through the steps of loops. Values are on the host, where checks can read them.
 */
import * as Effect from "effect/Effect"
import type { Aval } from "../../Aval.ts"
import * as aval from "../../Aval.ts"
import type { DeviceBuffer, Driver, Origin } from "../../Backend.ts"
import * as DType from "../../DType.ts"
import type { TypedArray } from "../../DType.ts"
import type { ExecutionError } from "../../Errors.ts"
import { allocate, fromNumbers } from "../../HostArray.ts"
import { debugCallback } from "../../primitive/callback.ts"
import { cond } from "../../primitive/cond.ts"
import type { CondParams, ScanParams, WhileParams } from "../../primitive/params.ts"
import { scanPrimitive } from "../../primitive/scan.ts"
import { whilePrimitive } from "../../primitive/while.ts"
import type { Location } from "../graph/location.ts"
import { rewrite } from "../program/memo.ts"
import { type Atom, type Equation, inputs as inputsOf, isOf, Literal, Var } from "../program/model.ts"
import { mapPrograms } from "../program/nested.ts"
import { Program } from "../program/program.ts"
import * as executables from "../session/executableCache.ts"

/** An array on the host. Compared by reference: what a Program hands on is the same value. */
export interface Value {
  readonly aval: Aval
  readonly data: TypedArray
}

/** Runs Programs on values of the host. */
export interface Machine {
  readonly driver: Driver
  readonly run: (
    program: Program,
    inputs: ReadonlyArray<Value>
  ) => Effect.Effect<ReadonlyArray<Value>, ExecutionError>
  /** The Program of an equation alone: always the same, so that its rewrites are made once. */
  readonly alone: (equation: Equation) => Program
  /** One equation on its operands. */
  readonly step: (
    equation: Equation,
    operands: ReadonlyArray<Value>
  ) => Effect.Effect<ReadonlyArray<Value>, ExecutionError>
}

/** The values of buffers, which stay whose they are. */
export const download = (
  driver: Driver,
  buffers: ReadonlyArray<DeviceBuffer>,
  avals: ReadonlyArray<Aval>
): Effect.Effect<ReadonlyArray<Value>, ExecutionError> =>
  Effect.forEach(
    buffers,
    (buffer, i) => Effect.map(driver.download(buffer, avals[i]!), (data) => ({ aval: avals[i]!, data }))
  )

export const machine = (driver: Driver): Machine => {
  const cache = executables.make(driver)
  const singles = new WeakMap<Equation, Program>()

  const run: Machine["run"] = (loud, inputs) =>
    Effect.uninterruptibleMask((restore) =>
      Effect.suspend(() => {
        const program = quiet(loud)
        const buffers: Array<DeviceBuffer> = []
        return Effect.gen(function*() {
          const executable = yield* cache.compile(program)
          for (const { aval: of, data } of inputs) buffers.push(yield* driver.upload(data, of))
          const operands = buffers.slice()
          const outputs = yield* restore(driver.execute(executable, operands, { program, location: undefined }))
          buffers.push(...outputs)
          return yield* download(driver, outputs, program.results.map((atom) => atom.aval))
        }).pipe(Effect.ensuring(Effect.sync(() => buffers.forEach((buffer) => driver.release(buffer)))))
      })
    )

  const alone: Machine["alone"] = (equation) => {
    let program = singles.get(equation)
    if (program === undefined) singles.set(equation, program = single(equation))
    return program
  }

  const step: Machine["step"] = (equation, operands) => {
    const program = alone(equation)
    const values = program.parameters.map((variable) => operands[equation.inputs.indexOf(variable)]!)
    return run(program, values)
  }

  return { driver, run, alone, step }
}

/**
 * The same Program without the calls of the host that only look: they have been made already, when the Program ran the
 * first time.
 */
const quiet = (program: Program): Program =>
  rewrite(program, "quiet", () => {
    const same = new Map<Atom, Atom>()
    let changed = false
    const equations = program.equations.flatMap((equation): ReadonlyArray<Equation> => {
      const inputs = equation.inputs.map((atom) => same.get(atom) ?? atom)
      if (isOf(equation, debugCallback.primitive)) {
        changed = true
        equation.outputs.forEach((variable, i) => same.set(variable, inputs[i]!))
        return []
      }
      const params = mapPrograms(equation.params, quiet)
      if (params === equation.params && inputs.every((atom, i) => atom === equation.inputs[i])) return [equation]
      changed = true
      return [{ ...equation, inputs, params }]
    })
    return changed
      ? new Program({
        captures: program.captures,
        parameters: program.parameters,
        equations,
        results: program.results.map((atom) => same.get(atom) ?? atom)
      })
      : program
  })

/** The way to what an execution is of: a jitted function, or nothing. */
export const pathOf = (origin: Origin | undefined): ReadonlyArray<string> =>
  origin?.name === undefined ? [] : [at(`jit ${origin.name}`, origin.location)]

/** `step 7 of scan at /home/me/train.ts:12:7`. */
export const at = (what: string, location: Location | undefined): string =>
  location === undefined ? what : `${what} at ${location}`

/** The Program of an equation alone. */
export const single = (equation: Equation): Program =>
  new Program({
    parameters: [...new Set(equation.inputs.filter((atom) => atom instanceof Var))],
    equations: [equation],
    results: equation.outputs
  })

/** The values of variables while a Program is stepped through. */
export class Values {
  private readonly values = new Map<Var, Value>()

  constructor(program: Program, inputs: ReadonlyArray<Value>) {
    inputsOf(program).forEach((variable, i) => this.values.set(variable, inputs[i]!))
  }

  read(atom: Atom): Value {
    return atom instanceof Literal
      ? { aval: atom.aval, data: fromNumbers([atom.value], atom.aval.dtype) }
      : this.values.get(atom)!
  }

  write(variables: ReadonlyArray<Var>, values: ReadonlyArray<Value>): void {
    variables.forEach((variable, i) => this.values.set(variable, values[i]!))
  }
}

// --- into equations that hold Programs ------------------------------------------------------------------------------

/**
 * The visit of each Program that an equation runs: the fault is found there, or the results are handed on. `what`
 * is how people call it: `step 7 of scan`.
 */
export type Look<A> = (
  program: Program,
  inputs: ReadonlyArray<Value>,
  what: string
) => Effect.Effect<{ readonly found: A } | { readonly outputs: ReadonlyArray<Value> }, ExecutionError>

type Descend = <A>(
  equation: Equation,
  operands: ReadonlyArray<Value>,
  look: Look<A>
) => Effect.Effect<A | undefined, ExecutionError>

/** Elements of the typed array that one element takes. */
const widthOf = (dtype: DType.DType): number => DType.isComplex(dtype) ? 2 : 1

/** Slice `i` along axis 0. */
export const sliceOf = ({ aval: of, data }: Value, i: number): Value => {
  const shape = of.shape.slice(1)
  const n = aval.size({ ...of, shape }) * widthOf(of.dtype)
  const part = allocate(of.dtype, aval.size({ ...of, shape }))
  ;(part as Float64Array).set((data as Float64Array).subarray(i * n, (i + 1) * n))
  return { aval: { ...of, shape }, data: part }
}

const descents = new Map<unknown, Descend>([
  [cond.primitive, (equation, [index, ...operands], look) =>
    Effect.gen(function*() {
      const { branches } = equation.params as CondParams
      const branch = Math.min(Math.max(Number(index!.data[0]), 0), branches.length - 1)
      const outcome = yield* look(branches[branch]!, operands, `branch ${branch} of cond`)
      return "found" in outcome ? outcome.found : undefined
    })],

  [whilePrimitive.primitive, (equation, operands, look) =>
    Effect.gen(function*() {
      const { bodyJaxpr, bodyNconsts, condJaxpr, condNconsts, maxSteps } = equation.params as WhileParams
      const ofCondition = operands.slice(0, condNconsts)
      const ofBody = operands.slice(condNconsts, condNconsts + bodyNconsts)
      let carry = operands.slice(condNconsts + bodyNconsts)
      for (let step = 0; maxSteps === null || step < maxSteps; step++) {
        const condition = yield* look(condJaxpr, [...ofCondition, ...carry], `the condition of step ${step} of while`)
        if ("found" in condition) return condition.found
        if (Number(condition.outputs[0]!.data[0]) === 0) return undefined
        const body = yield* look(bodyJaxpr, [...ofBody, ...carry], `step ${step} of while`)
        if ("found" in body) return body.found
        carry = [...body.outputs]
      }
      return undefined
    })],

  [scanPrimitive.primitive, (equation, operands, look) =>
    Effect.gen(function*() {
      const { jaxpr, length, numCarry, numConsts, reverse } = equation.params as ScanParams
      const constants = operands.slice(0, numConsts)
      const scanned = operands.slice(numConsts + numCarry)
      let carry = operands.slice(numConsts, numConsts + numCarry)
      for (let step = 0; step < length; step++) {
        const at = reverse ? length - 1 - step : step
        const slices = scanned.map((value) => sliceOf(value, at))
        const what = reverse ? `step ${step} of scan (slice ${at})` : `step ${step} of scan`
        const outcome = yield* look(jaxpr, [...constants, ...carry, ...slices], what)
        if ("found" in outcome) return outcome.found
        carry = outcome.outputs.slice(0, numCarry)
      }
      return undefined
    })]
])

const nowhere: Descend = () => Effect.succeed(undefined)

const call: Descend = ({ params, primitive }, operands, look) =>
  Effect.map(
    look(
      primitive.called!(params),
      operands,
      typeof params.name === "string" ? `${primitive.name} ${params.name}` : primitive.name
    ),
    (outcome) => "found" in outcome ? outcome.found : undefined
  )

/** Whether an equation is made of others, that can be stepped through. */
export const holdsSteps = ({ primitive }: Equation): boolean =>
  primitive.called !== undefined || descents.has(primitive)

/** Steps through the Programs that an equation runs, in the order in which it does, until something is found. */
export const descend: Descend = (equation, operands, look) =>
  (descents.get(equation.primitive) ?? (equation.primitive.called === undefined ? nowhere : call))(
    equation,
    operands,
    look
  )
