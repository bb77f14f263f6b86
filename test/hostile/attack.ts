/**
 * A Program that `Program.verify` lets through, spoiled or not, on inputs of random bits: run beside guards, in memory
 * that holds a pattern, and once more with another pattern. Results may be anything, but the same; nothing else changes.
 */
import { Backend, Program } from "effax"
import * as Aval from "effax/Aval"
import type { DeviceBuffer, Driver } from "effax/Driver"
import * as DType from "effax/DType"
import * as HostArray from "effax/HostArray"
import * as ProgramCodec from "effax/ProgramCodec"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import { spoil } from "./documents.ts"
import { programs, random } from "./programs.ts"

type Random = ReturnType<typeof random>

/** How an attack ended: what it computed, why it was refused, or that it took too long. */
export type Outcome = "computed" | "refused" | "timeout"

/** Programs of the table as documents: those that can be stored. */
const documents: ReadonlyArray<readonly [name: string, document: unknown]> = programs.flatMap(([name, program]) => {
  const exit = Effect.runSyncExit(ProgramCodec.encode(program))
  return Exit.isSuccess(exit) ? [[name, exit.value] as const] : []
})

/** A Program that is right in form: one of the table, or one that came out of spoiling its document. */
const programOf = (pick: Random): readonly [string, Program.Program] => {
  const [name, document] = documents[pick(documents.length)]!
  const wanted = pick(4) === 0 ? 0 : 60
  for (let i = 0; i < wanted; i++) {
    const decoded = Effect.runSyncExit(ProgramCodec.decode(spoil(document, pick)))
    if (Exit.isSuccess(decoded)) return [`${name}, spoiled`, Program.withoutCaptures(decoded.value)]
  }
  return [name, Program.withoutCaptures(Effect.runSync(ProgramCodec.decode(document)))]
}

/** Bytes of 32-bit words that indices may be: the ends of ranges, and anything. */
const extremes = [0, 1, -1, 2, 7, 2 ** 31 - 1, -(2 ** 31), 2 ** 30, 0x7f800000, -8388608, 0x7fc00000]

const bytesOf = (aval: Aval.Aval): number => Aval.byteLength(aval)

const dataOf = (aval: Aval.Aval, pick: Random) => {
  const bytes = new Uint8Array(Math.ceil(bytesOf(aval) / 8) * 8)
  const words = new Int32Array(bytes.buffer)
  const bits = pick(2) === 0
  for (let i = 0; i < words.length; i++) words[i] = bits ? pick(2 ** 32) | 0 : extremes[pick(extremes.length)]!
  // bools are 0 and 1
  if (aval.dtype === "bool") { for (let i = 0; i < bytes.length; i++) bytes[i]! &= 1 }
  const Elements = HostArray.constructors[aval.dtype]
  return new Elements(bytes.buffer, 0, Aval.size(aval) * (DType.isComplex(aval.dtype) ? 2 : 1))
}

/** The elements of an array, as bytes. */
const bytes = (data: { readonly buffer: ArrayBufferLike; readonly byteOffset: number; readonly byteLength: number }) =>
  Buffer.from(data.buffer, data.byteOffset, data.byteLength)

const guardOf = (length: number): Aval.Aval => Aval.make("uint8", [length])

const patternOf = (length: number, seed: number): Uint8Array => {
  const data = new Uint8Array(length)
  for (let i = 0; i < length; i++) data[i] = (i * 37 + seed * 101) & 0xff
  return data
}

/** Fills memory that nothing takes with a byte: what is allocated next has it. */
const poison = Effect.fnUntraced(function*(driver: Driver, byte: number, sizes: ReadonlyArray<number>) {
  const taken: Array<DeviceBuffer> = []
  for (const size of [...sizes, ...sizes, 64, 4096, 65536, 1 << 20]) {
    const data = new Uint8Array(size + 256).fill(byte)
    taken.push(yield* driver.upload(data, guardOf(data.length)))
  }
  taken.forEach((buffer) => driver.release(buffer))
})

interface Guard {
  readonly buffer: DeviceBuffer
  readonly expected: Uint8Array
}

/** Arrays with a pattern, with gaps between them that are as long as they are. */
const guarded = Effect.fnUntraced(function*(driver: Driver, sizes: ReadonlyArray<number>) {
  const guards: Array<Guard> = []
  const gaps: Array<DeviceBuffer> = []
  for (const [i, size] of sizes.entries()) {
    for (let k = 0; k < 3; k++) {
      const expected = patternOf(Math.max(1, size), 3 * i + k)
      const buffer = yield* driver.upload(expected, guardOf(expected.length))
      if (k === 1) gaps.push(buffer)
      else guards.push({ buffer, expected })
    }
  }
  gaps.forEach((buffer) => driver.release(buffer))
  return guards
})

/** Arrays larger than this are not worth the time. */
const mostBytes = 16 << 20

class Broken extends Error {}

const fail = (message: string): never => {
  throw new Broken(message)
}

const unchanged = Effect.fnUntraced(function*(
  driver: Driver,
  what: string,
  buffer: DeviceBuffer,
  aval: Aval.Aval,
  expected: Parameters<typeof bytes>[0]
) {
  const found = yield* driver.download(buffer, aval)
  if (Buffer.compare(bytes(found), bytes(expected)) !== 0) fail(`${what} has changed`)
})

/** The bytes of the results, or why there are none. */
const once = Effect.fnUntraced(function*(
  driver: Driver,
  executable: Backend.Executable,
  inputs: ReadonlyArray<ReturnType<typeof dataOf>>,
  byte: number
) {
  const avals = Program.inputs(executable.program).map((v) => v.aval)
  const outputs = executable.program.results.map((r) => r.aval)
  const sizes = outputs.map(bytesOf)
  yield* poison(driver, byte, [...sizes, executable.memory().temporaries])
  const guards: Array<Guard> = [...(yield* guarded(driver, sizes))]
  const operands: Array<DeviceBuffer> = []
  for (const [i, data] of inputs.entries()) {
    guards.push(...(yield* guarded(driver, [data.byteLength])))
    operands.push(yield* driver.upload(data, avals[i]!))
  }
  const exit = yield* Effect.exit(Effect.timeoutOption(driver.execute(executable, operands), "1 seconds"))
  for (const [i, { buffer, expected }] of guards.entries()) {
    yield* unchanged(driver, `guard ${i}`, buffer, guardOf(expected.length), expected)
  }
  for (const [i, buffer] of operands.entries()) yield* unchanged(driver, `input ${i}`, buffer, avals[i]!, inputs[i]!)
  const results: Array<Buffer> = []
  if (Exit.isSuccess(exit) && Option.isSome(exit.value)) {
    for (const [i, buffer] of exit.value.value.entries()) {
      results.push(bytes(yield* driver.download(buffer, outputs[i]!)))
      driver.release(buffer)
    }
  }
  operands.forEach((buffer) => driver.release(buffer))
  guards.forEach(({ buffer }) => driver.release(buffer))
  return { exit, results }
})

/** Errors that say what can't be done; others are faults of the backend. */
const refusals: ReadonlySet<string> = new Set(["UnsupportedError", "UnsupportedDTypeError", "OutOfMemoryError"])

const refused = (name: string, exit: Exit.Failure<unknown, unknown>): Outcome => {
  const error = Cause.squash(exit.cause) as { readonly _tag?: string; readonly message?: string }
  if (Cause.hasDies(exit.cause) || !refusals.has(error._tag ?? "")) {
    fail(`${name}: ${error._tag ?? "a defect"}: ${error.message ?? String(error)}`)
  }
  return "refused"
}

/** One attack. Throws what is broken. */
export const attack = Effect.fnUntraced(function*(driver: Driver, seed: number) {
  const pick = random(seed)
  const [name, program] = programOf(pick)
  const where = `seed ${seed} (${name})`
  const avals = Program.inputs(program).map((v) => v.aval)
  const all = [...avals, ...program.results.map((r) => r.aval)]
  if (all.some((aval) => bytesOf(aval) > mostBytes)) return "refused" satisfies Outcome
  const compiled = yield* Effect.exit(Effect.timeoutOption(driver.compile(program), "5 seconds"))
  if (Exit.isFailure(compiled)) return refused(where, compiled)
  if (Option.isNone(compiled.value)) return "timeout" satisfies Outcome
  const executable = compiled.value.value
  const inputs = avals.map((aval) => dataOf(aval, pick))
  const before = driver.bytesLive()
  const first = yield* once(driver, executable, inputs, 0xa5)
  const second = yield* once(driver, executable, inputs, 0x5a)
  driver.unload(executable)
  if (driver.bytesLive() !== before) fail(`${where}: ${driver.bytesLive() - before} bytes are taken for good`)
  for (const { exit } of [first, second]) if (Exit.isFailure(exit)) return refused(where, exit)
  for (const { exit } of [first, second]) {
    if (Exit.isSuccess(exit) && Option.isNone(exit.value)) return "timeout" satisfies Outcome
  }
  first.results.forEach((result, i) => {
    if (Buffer.compare(result, second.results[i]!) !== 0) fail(`${where}: result ${i} has what was in memory before`)
  })
  return "computed" satisfies Outcome
})
