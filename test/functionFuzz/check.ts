/**
 * Cases run on several backends, what differs, and a smaller case that still shows it.
 */
import * as Compiler from "@effax/compiler/Compiler"
import * as PlanVerifier from "@effax/compiler/PlanVerifier"
import * as DType from "effax/DType"
import * as Program from "effax/Program"
import * as Effect from "effect/Effect"
import type { Run } from "../fuzz/check.ts"
import { epsilon } from "../fuzz/recipe.ts"
import type { Subject } from "../fuzz/subjects.ts"
import { type Case, catalogue, type Change, type Reading, resultsOf } from "./cases.ts"
import { text } from "./nested.ts"
import { type DTypes, type Fn, type Step, typeOf, type X } from "./tree.ts"

const decoded = (data: DType.TypedArray, dtype: DType.DType): Float64Array => {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  if (dtype === "float16") return Float64Array.from({ length: data.length }, (_, i) => view.getFloat16(2 * i, true))
  if (dtype === "bfloat16") {
    const wide = new DataView(new ArrayBuffer(4))
    return Float64Array.from({ length: data.length }, (_, i) => {
      wide.setUint32(0, view.getUint16(2 * i, true) << 16)
      return wide.getFloat32(0)
    })
  }
  return Float64Array.from(data as ArrayLike<number | bigint>, Number)
}

const most = (x: Float64Array): number => x.reduce((m, v) => Math.abs(v) > m || v !== v ? Math.abs(v) : m, 0)

const furthest = (x: Float64Array, y: Float64Array): number => most(x.map((v, i) => v - y[i]!))

/** The expected values of the whole catalogue, and how far from them others may be. */
export interface Expected {
  readonly dtypes: ReadonlyArray<DType.DType>
  readonly values: ReadonlyArray<Float64Array>
  readonly errors: ReadonlyArray<number>
}

/** Noise of this many units in the last place of every input says how much results depend on rounding. */
const noise = 4
/** Errors may be so many times as large as those that were seen. */
const margin = 24
/** Sums that cancel, as the gradient of a sum of softmax does, had terms of about this magnitude. */
const termed = 1 / 8

const noisy = (amplitude: number, phase: number): Change => (x, i) =>
  x + amplitude * Math.sin(12.9898 * i + phase) * Math.max(1, Math.abs(x))

/** `undefined` where numbers run away, as the order of operations matters too much then. */
export const expectedOf = async (c: Case, oracle: Run): Promise<Expected | undefined> => {
  const wide: DTypes = { ...c.dtypes, float: "float64", complex: "complex128" }
  const read = async (dtypes: DTypes, change?: Change) => {
    const arrays = catalogue(resultsOf(c, dtypes, change))
    const types = arrays.map((x) => x.dtype)
    return { types, values: (await oracle(arrays)).map((x, i) => decoded(x, types[i]!)) }
  }
  const unit = epsilon(c.dtypes.float)
  const own = await read(c.dtypes)
  const exact = await read(wide)
  // nothing is wider than float64: what narrower numbers are off, in proportion
  const [rounded, ratio] = c.dtypes.float === "float64"
    ? [await read({ ...wide, float: "float32", complex: "complex64" }), unit / epsilon("float32")]
    : [own, 1]
  const others = [await read(wide, noisy(noise * unit, 1)), await read(wide, noisy(noise * unit, 2))]
  const errors = own.types.map((dtype, i) => {
    if (!DType.isFloating(dtype)) return 0
    const seen = [
      ratio * furthest(rounded.values[i]!, exact.values[i]!),
      ...others.map((o) => furthest(o.values[i]!, exact.values[i]!))
    ]
    return margin * (seen.reduce((a, b) => a + b, 0) + 4 * unit * (most(exact.values[i]!) + termed))
  })
  if (exact.values.some((x) => !(most(x) < 1e4)) || errors.some((e) => !Number.isFinite(e))) return undefined
  return {
    dtypes: own.types,
    values: own.types.map((d, i) => DType.isFloating(d) ? exact.values[i]! : own.values[i]!),
    errors
  }
}

const differenceOf = (got: Float64Array, expected: Float64Array, error: number): string | undefined => {
  if (got.length !== expected.length) return `${got.length} elements, expected ${expected.length}`
  let [worst, count] = [-1, 0]
  for (let i = 0; i < got.length; i++) {
    const far = Math.abs(got[i]! - expected[i]!)
    if (far <= error) continue
    count++
    if (worst < 0 || !(far <= Math.abs(got[worst]! - expected[worst]!))) worst = i
  }
  if (worst < 0) return undefined
  return `${count} of ${got.length} elements differ by more than ${error}; element ${worst} is ${
    got[worst]
  }, expected ${expected[worst]}`
}

const bytes = (x: DType.TypedArray): Uint8Array => new Uint8Array(x.buffer, x.byteOffset, x.byteLength)

interface Failure {
  readonly reading: Reading
  readonly message: string
}

/** A rule that the Plan of a reading breaks: it may give the right numbers by luck. */
const brokenRule = (c: Case, reading: Reading): Failure | undefined => {
  if (c.inputs.some((x) => x.length > smallest)) return undefined
  try {
    PlanVerifier.verify(Compiler.compile(Program.withoutCaptures(programOf(c, reading))))
    return undefined
  } catch (cause) {
    return { reading, message: `the Plan of ${reading.name}: ${String(cause)}` }
  }
}

/** Plans of larger arrays are verified point by point, which takes long. */
const smallest = 2000

/** Says how a reading is wrong on one of the subjects, if it is. */
const failureOf = async (
  c: Case,
  reading: Reading,
  expected: Expected,
  subjects: ReadonlyArray<Subject>
): Promise<Failure | undefined> => {
  const seen = new Map<string, ReadonlyArray<DType.TypedArray>>()
  for (const { name, run, sameAs } of subjects) {
    const failed = (message: string): Failure => ({ reading, message: `${name}, ${reading.name}: ${message}` })
    const arrays = catalogue(resultsOf(c, c.dtypes))
    try {
      const got = await run(reading.which.map((i) => arrays[i]!))
      seen.set(name, got)
      for (const [k, i] of reading.which.entries()) {
        const message = differenceOf(decoded(got[k]!, expected.dtypes[i]!), expected.values[i]!, expected.errors[i]!)
        if (message !== undefined) return failed(`value ${i}: ${message}`)
        const other = sameAs === undefined ? undefined : seen.get(sameAs)?.[k]
        if (other !== undefined && Buffer.compare(bytes(got[k]!), bytes(other)) !== 0) {
          return failed(`value ${i} has other bits than on ${sameAs}`)
        }
      }
    } catch (cause) {
      return failed(cause instanceof Error ? cause.stack!.split("\n").slice(0, 8).join("\n") : String(cause))
    }
  }
  return undefined
}

const failing = async (c: Case, oracle: Run, subjects: ReadonlyArray<Subject>): Promise<Failure | undefined> => {
  const expected = await expectedOf(c, oracle)
  if (expected === undefined) return undefined
  for (const reading of c.readings) {
    const failure = brokenRule(c, reading) ?? await failureOf(c, reading, expected, subjects)
    if (failure !== undefined) return failure
  }
  return undefined
}

// --- smaller cases --------------------------------------------------------------------------------------------------

const same: Step["apply"] = ([x]) => x!

const withStep = (fn: Fn, at: number, step: Step): Fn => ({ ...fn, steps: fn.steps.map((s, i) => i === at ? step : s) })

/** The function with one thing less. */
function* simpler(c: Case): Generator<Case> {
  const { fn } = c
  if (c.jitted) yield { ...c, jitted: false }
  for (const call of fn.calls) yield { ...c, fn: { ...fn, calls: fn.calls.filter((other) => other !== call) } }
  for (let at = fn.steps.length - 1; at >= 0; at--) {
    const { name, operands, value } = fn.steps[at]!
    if (name === "same") continue
    // an operand of the same shape, or an input
    const others = [...operands, ...fn.parameters.map((_, i) => i)]
    const other = others.find((i) => {
      const { kind, shape } = typeOf(fn, i)
      return kind === value.kind && shape.join() === value.shape.join()
    })
    if (other !== undefined) {
      yield { ...c, fn: withStep(fn, at, { name: "same", operands: [other], value, apply: same }) }
    }
  }
}

/** The smallest case found that fails, as text. */
const shrunk = async (c: Case, failure: Failure, oracle: Run, subjects: ReadonlyArray<Subject>): Promise<string> => {
  let best: Case = { ...c, readings: [failure.reading] }
  let { message } = failure
  const attempt = async (candidate: Case): Promise<boolean> => {
    const found = await failing(candidate, oracle, subjects)
    if (found === undefined) return false
    ;[best, message] = [candidate, found.message]
    return true
  }
  // which values matter
  for (const i of failure.reading.which) {
    const which = best.readings[0]!.which.filter((other) => other !== i)
    if (which.length > 0) await attempt({ ...best, readings: [{ name: `values ${which.join()}`, which }] })
  }
  for (let progress = true; progress;) {
    progress = false
    for (const candidate of simpler(best)) {
      if (!await attempt(candidate)) continue
      progress = true
      break
    }
  }
  return [message, describe(best), printed(best)].join("\n")
}

const describe = ({ dtypes, fn, jitted }: Case): string =>
  `${jitted ? "jitted " : ""}${dtypes.float} ${fn.parameters.map((p) => `${p.kind}[${p.shape.join()}]`).join(" ")} ${
    text(fn)
  }`

const programOf = (c: Case, { which }: Reading): Program.Program =>
  Effect.runSync(Program.trace((): ReadonlyArray<X> => {
    const arrays = catalogue(resultsOf(c, c.dtypes))
    return which.map((i) => arrays[i]!)
  }))

const printed = (c: Case): string => {
  try {
    return Program.print(programOf(c, c.readings[0]!))
  } catch (cause) {
    return String(cause)
  }
}

/** Says how a case is wrong, if it is, by the smallest case found that is wrong too. */
export const wrongWith = async (
  c: Case,
  oracle: Run,
  subjects: ReadonlyArray<Subject>
): Promise<string | undefined> => {
  const failure = await failing(c, oracle, subjects)
  return failure === undefined ? undefined : shrunk(c, failure, oracle, subjects)
}
