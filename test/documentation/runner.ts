/**
 * Runs instrumented examples in this process, one after the other, and sends what they gave to the parent process.
 */
import { Reference } from "@effax/reference"
import { NdArray } from "effax"
import { Effect } from "effect"
import { inspect } from "node:util"
import { type Expectation, parseValue } from "./examples.ts"

/** An example that was written to a module. */
export interface Task {
  readonly module: string
  readonly expectations: ReadonlyArray<Expectation>
}

/** What was wrong with the task of that number. */
export interface Report {
  readonly task: number
  readonly failures: ReadonlyArray<string>
}

/** Milliseconds that an example may take, and that what it started may go on after its last statement. */
const patience = { example: 20_000, rest: 1000 }

/** A value with every Effect in it run, and every array in it read. */
const plain = (value: unknown): Effect.Effect<unknown, unknown, never> =>
  Effect.gen(function*() {
    if (value instanceof Promise) return yield* plain(yield* Effect.promise(() => value))
    if (NdArray.isNdArray(value)) return yield* NdArray.toNested(value)
    if (Effect.isEffect(value)) return yield* plain(yield* value as Effect.Effect<unknown, unknown>)
    if (ArrayBuffer.isView(value)) return Array.from(value as unknown as ArrayLike<unknown>)
    if (Array.isArray(value)) return yield* Effect.forEach(value as ReadonlyArray<unknown>, plain)
    if (typeof value !== "object" || value === null || value instanceof Error) return value
    const entries = yield* Effect.forEach(
      Object.entries(value),
      ([name, member]) => Effect.map(plain(member), (of) => [name, of] as const)
    )
    return Object.fromEntries(entries)
  }) as Effect.Effect<unknown, unknown, never>

/** Equality, but for fractions, which may differ as float32 computed in another order does. */
const close = (actual: unknown, expected: unknown): boolean => {
  if (typeof actual === "number" && typeof expected === "number") {
    if (Object.is(actual, expected) || actual === expected) return true
    return !(Number.isInteger(actual) && Number.isInteger(expected)) &&
      Math.abs(actual - expected) <= 1e-6 + 1e-5 * Math.abs(expected)
  }
  if (typeof actual !== "object" || typeof expected !== "object" || actual === null || expected === null) {
    return Object.is(actual, expected)
  }
  const [a, b] = [Object.entries(actual), Object.entries(expected)]
  return Array.isArray(actual) === Array.isArray(expected) && a.length === b.length &&
    a.every(([name, of]) => name in expected && close(of, (expected as Record<string, unknown>)[name]))
}

const show = (value: unknown): string =>
  inspect(value, { depth: 20, maxArrayLength: 100, maxStringLength: 10_000, breakLength: 100 })

const difference = (actual: unknown, { text }: Expectation): string | undefined => {
  if (text.startsWith("\n")) {
    return String(actual).trimEnd() === text.slice(1).trimEnd() ? undefined : `expected${text}\ngot\n${String(actual)}`
  }
  let expected: unknown
  try {
    expected = parseValue(text)
  } catch {
    return `${text} is no JavaScript value; the value is ${show(actual)}`
  }
  return close(actual, expected) ? undefined : `expected ${show(expected)}, got ${show(actual)}`
}

const after = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds).unref()
  })

const run = async ({ expectations, module }: Task): Promise<ReadonlyArray<string>> => {
  const values = new Map<number, unknown>()
  let done = () => {}
  const all = new Promise<void>((resolve) => {
    done = resolve
  })
  Object.assign(globalThis, {
    __record: (i: number, value: unknown) => {
      values.set(i, value)
      if (values.size === expectations.length) done()
      return value
    }
  })
  try {
    const ended = await Promise.race([import(module), after(patience.example)])
    if (ended === undefined) return [`still running after ${patience.example} ms`]
    if (values.size < expectations.length) await Promise.race([all, after(patience.rest)])
  } catch (error) {
    return [show(error)]
  }
  const program = Effect.forEach(expectations, (expectation, i) =>
    Effect.map(
      Effect.exit(Effect.suspend(() => plain(values.get(i)))),
      (exit) =>
        !values.has(i)
          ? [`line ${expectation.line}: never reached`]
          : exit._tag === "Failure"
          ? [`line ${expectation.line}: ${show(exit.cause)}`]
          : [difference(exit.value, expectation)].flatMap((message) =>
            message === undefined ? [] : [`line ${expectation.line}: ${message}`]
          )
    ))
  return (await Effect.runPromise(Effect.provide(program, Reference.layer))).flat()
}

process.on("message", async (tasks: ReadonlyArray<Task>) => {
  for (const [task, of] of tasks.entries()) {
    const report: Report = { task, failures: await run(of) }
    process.send!(report)
  }
  process.exit()
})
