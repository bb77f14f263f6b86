/**
 * The driver that checks: it runs instrumented Programs, and looks for the equation only where the flag of one is set.
 */
import * as Effect from "effect/Effect"
import type { DeviceBuffer, Driver, Executable, Origin } from "../../Backend.ts"
import { CheckError, type ExecutionError, KernelError, KeyReuseError } from "../../Errors.ts"
import { check } from "../../primitive/check.ts"
import { examplesOf } from "../batching/examples.ts"
import type { Location } from "../graph/location.ts"
import { type Equation, inputs as inputsOf, isOf } from "../program/model.ts"
import type { Program } from "../program/program.ts"
import { decorateDriver, decorateExecutable } from "../session/decorateDriver.ts"
import { conditionsOf, type Enabled } from "./conditions.ts"
import { flaggedExamples, instrument } from "./instrument.ts"
import * as keyReuse from "./keyReuse.ts"
import { details, equationText } from "./report.ts"
import {
  at,
  descend,
  download,
  holdsSteps,
  type Look,
  type Machine,
  machine,
  pathOf,
  sliceOf,
  type Value,
  Values
} from "./stepping.ts"

interface Checked extends Executable {
  readonly inner: Executable
  /** Whether the last result of `inner` is a flag. */
  readonly flagged: boolean
}

/** The results of an instrumented Program on host values, and its flag. */
const runFlagged = (
  of: Machine,
  program: Program,
  inputs: ReadonlyArray<Value>,
  enabled: Enabled
): Effect.Effect<{ readonly outputs: ReadonlyArray<Value>; readonly flag: boolean }, ExecutionError> => {
  const checked = instrument(program, enabled)
  return Effect.map(of.run(checked ?? program, inputs), (results) =>
    checked === undefined
      ? { outputs: results, flag: false }
      : { outputs: results.slice(0, -1), flag: Number(results.at(-1)!.data[0]) !== 0 })
}

/** The first equation, in order of execution, in which something is wrong. */
const locate = (
  of: Machine,
  program: Program,
  inputs: ReadonlyArray<Value>,
  enabled: Enabled,
  path: ReadonlyArray<string>
): Effect.Effect<CheckError | undefined, ExecutionError> =>
  Effect.gen(function*() {
    const values = new Values(program, inputs)
    for (const equation of program.equations) {
      const operands = equation.inputs.map((atom) => values.read(atom))
      const alone = of.alone(equation)
      const given = alone.parameters.map((variable) => values.read(variable))
      const { flag, outputs } = yield* runFlagged(of, alone, given, enabled)
      if (flag) {
        const inside = holdsSteps(equation) && !isOf(equation, check.primitive)
          ? yield* within(of, equation, operands, enabled, path)
          : describe(of, equation, operands, outputs, enabled, path)
        if (inside !== undefined) return inside
      }
      values.write(equation.outputs, outputs)
    }
    return undefined
  })

const within = (
  of: Machine,
  equation: Equation,
  operands: ReadonlyArray<Value>,
  enabled: Enabled,
  path: ReadonlyArray<string>
): Effect.Effect<CheckError | undefined, ExecutionError> => {
  const { location } = equation
  const called = equation.primitive.called?.(equation.params)
  if (called !== undefined && examplesOf(called) !== undefined) {
    return example(of, called, operands, enabled, path, location)
  }
  return descend(
    equation,
    operands,
    (program, inputs, what) =>
      Effect.flatMap(runFlagged(of, program, inputs, enabled), ({ flag, outputs }): ReturnType<Look<CheckError>> => {
        if (!flag) return Effect.succeed({ outputs })
        return Effect.map(
          locate(of, program, inputs, enabled, [...path, at(what, location)]),
          (found) => found === undefined ? { outputs } : { found }
        )
      })
  )
}

/** The failure in a Program, which may be a batch. */
const search = (
  of: Machine,
  program: Program,
  inputs: ReadonlyArray<Value>,
  enabled: Enabled,
  path: ReadonlyArray<string>,
  location: Location | undefined
): Effect.Effect<CheckError | undefined, ExecutionError> =>
  examplesOf(program) === undefined
    ? locate(of, program, inputs, enabled, path)
    : example(of, program, inputs, enabled, path, location)

/** In the first example of a batch whose checks fail. */
const example = (
  of: Machine,
  program: Program,
  operands: ReadonlyArray<Value>,
  enabled: Enabled,
  path: ReadonlyArray<string>,
  location: Location | undefined
): Effect.Effect<CheckError | undefined, ExecutionError> => {
  const { batched, single } = examplesOf(program)!
  return Effect.flatMap(of.run(flaggedExamples(program, enabled)!, operands), (results) => {
    const first = Array.from(results.at(-1)!.data as Uint8Array).findIndex((flag) => flag !== 0)
    const own = operands.map((value, i) => batched[i] ? sliceOf(value, first) : value)
    return search(of, single, own, enabled, [...path, at(`example ${first} of vmap`, location)], location)
  })
}

const describe = (
  { driver }: Machine,
  equation: Equation,
  operands: ReadonlyArray<Value>,
  outputs: ReadonlyArray<Value>,
  enabled: Enabled,
  path: ReadonlyArray<string>
): CheckError | undefined => {
  for (const condition of conditionsOf(equation, enabled)) {
    const finding = condition.explain(operands, outputs)
    if (finding === undefined) continue
    const { name } = equation.primitive
    return new CheckError({
      backend: driver.name,
      kind: condition.kind,
      primitive: name,
      equation: equationText(equation),
      location: equation.location?.toString(),
      path,
      index: finding.index,
      message: [
        condition.kind === "user" ? finding.message : `${name}: ${finding.message}`,
        ...details(equation, path, operands)
      ].join("\n")
    })
  }
  return undefined
}

/** A driver whose executions fail with a `CheckError` where a check does. */
export const checking = (driver: Driver, enabled: Enabled): Driver => {
  const stepper = machine(driver)

  const explain = (
    program: Program,
    inputs: ReadonlyArray<DeviceBuffer>,
    origin: Origin | undefined
  ): Effect.Effect<never, ExecutionError> =>
    Effect.gen(function*() {
      const values = yield* download(driver, inputs, inputsOf(program).map((variable) => variable.aval))
      // the call of a batch is not one that a user wrote
      const path = examplesOf(program) === undefined ? pathOf(origin) : []
      const found = yield* search(stepper, program, values, enabled, path, origin?.location)
      return yield* found ?? new KernelError({
        backend: driver.name,
        message:
          `a check failed in a Program of ${program.equations.length} equations, but none of them fails when they ` +
          "are run one by one"
      })
    })

  return decorateDriver(driver, {
    ...(driver.lower === undefined
      ? {}
      : { lower: (program: Program) => driver.lower!(instrument(program, enabled) ?? program) }),
    compile: (program) => {
      const checked = instrument(program, enabled)
      return Effect.map(
        driver.compile(checked ?? program),
        (inner): Checked => decorateExecutable(inner, { program, inner, flagged: checked !== undefined })
      )
    },
    unload: (executable) => driver.unload((executable as Checked).inner),
    execute: (executable, inputs, origin) => {
      const { flagged, inner } = executable as Checked
      const program = origin?.program ?? executable.program
      if (!flagged) return driver.execute(inner, inputs, origin)
      const checked = { ...origin, program: instrument(program, enabled)!, location: origin?.location }
      return Effect.uninterruptibleMask((restore) =>
        Effect.flatMap(restore(driver.execute(inner, inputs, checked)), (buffers) => {
          const outputs = buffers.slice(0, -1)
          const flag = buffers.at(-1)!
          return driver.download(flag, { dtype: "bool", shape: [], weak: false }).pipe(
            Effect.ensuring(Effect.sync(() => driver.release(flag))),
            Effect.flatMap((data) => Number(data[0]) === 0 ? Effect.void : restore(explain(program, inputs, origin))),
            Effect.onError(() => Effect.sync(() => outputs.forEach((buffer) => driver.release(buffer)))),
            Effect.as(outputs)
          )
        })
      )
    }
  })
}

// --- keys -----------------------------------------------------------------------------------------------------------

/** Keys that are remembered of one array; the oldest are forgotten, for arrays that keys are folded out of forever. */
const remembered = 4096

/** The user's line of a use, as against another one: of one function that is called twice, where it is called. */
const placeOf = ({ path }: keyReuse.Use, other: keyReuse.Use): string | undefined => {
  const innermost = path.findLast((location) => location !== undefined)
  const same = innermost === other.path.findLast((location) => location !== undefined)
  const call = same ? path.find((location, i) => location !== undefined && location !== other.path[i]) : undefined
  return call === undefined || call === innermost ? innermost?.toString() : `${innermost}, called at ${call}`
}

/** A driver whose executions fail with a `KeyReuseError` where a key is used twice, also by two executions. */
export const checkingKeys = (driver: Driver): Driver => {
  const used = new WeakMap<DeviceBuffer, Map<string, keyReuse.Use>>()

  const failure = (first: keyReuse.Use, second: keyReuse.Use, loop: string | undefined): KeyReuseError => {
    const [before, after] = [placeOf(first, second), placeOf(second, first)]
    const unknown = "an unknown place"
    const what = loop === undefined
      ? `a key was used at ${before ?? unknown}, and again at ${after ?? unknown}, so that both draw the same numbers`
      : `a key is used at ${after ?? unknown} in every step of ${loop}, so that all steps draw the same numbers`
    return new KeyReuseError({
      backend: driver.name,
      first: before,
      second: after,
      message: `${what}; a key is for one draw or one split: make more with Random.split, Random.keys or Random.foldIn`
    })
  }

  const check = (
    program: Program,
    inputs: ReadonlyArray<DeviceBuffer>,
    location: Location | undefined
  ): KeyReuseError | undefined => {
    const { consumed, reuse } = keyReuse.usageOf(program)
    if (reuse !== undefined) return failure(reuse.first, reuse.second, reuse.loop)
    for (const { input, path, words } of consumed) {
      const use = { path: location === undefined ? path : [location, ...path] }
      const buffer = inputs[input]!
      let uses = used.get(buffer)
      if (uses === undefined) used.set(buffer, uses = new Map())
      const before = uses.get(words)
      // a draw that was computed again, because another array was made of it, is the same draw; of draws that were
      // described before the Layer was built there is no telling
      if (
        before !== undefined && before.path[0] !== undefined && use.path[0] !== undefined &&
        !keyReuse.sameUse(before, use)
      ) {
        return failure(before, use, undefined)
      }
      uses.set(words, use)
      if (uses.size > remembered) uses.delete(uses.keys().next().value!)
    }
    return undefined
  }

  return decorateDriver(driver, {
    execute: (executable, inputs, origin) =>
      Effect.suspend(() => {
        const failed = check(origin?.program ?? executable.program, inputs, origin?.location)
        return failed ?? driver.execute(executable, inputs, origin)
      }),
    release: (buffer) => {
      used.delete(buffer)
      driver.release(buffer)
    }
  })
}
