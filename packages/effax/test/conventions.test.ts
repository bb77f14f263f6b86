/**
 * What is true of every public function, from the line that it has in `conventions/`: it refuses an option that it does not
 * know, it takes numbers and nested lists in the place of arrays, and it is dual where it takes something behind its data.
 */
import { Reference } from "@effax/reference"
import { describe, expect, it } from "@effect/vitest"
import { Errors, Fft, Image, Lax, Linalg, NdArray, Nn, Numpy, Ops, Random, Scipy, Tree } from "effax"
import type { Backend } from "effax/Backend"
import * as Effect from "effect/Effect"
import { type Convention, type Conventions, Operand } from "./conventions/convention.ts"
import { conventions } from "./conventions/index.ts"

type Loose = (...args: ReadonlyArray<unknown>) => unknown

/** The functions of a module, those of its namespaces too: `special.gammainc`. Classes are left out. */
const functionsOf = (module: object, prefix = ""): ReadonlyArray<readonly [name: string, f: Loose]> =>
  Object.entries(module).flatMap(([name, value]: [string, unknown]): ReadonlyArray<readonly [string, Loose]> =>
    typeof value === "function" && !/^class\b/.test(Function.prototype.toString.call(value))
      ? [[prefix + name, value as Loose]]
      : Object.prototype.toString.call(value) === "[object Module]"
      ? functionsOf(value as object, `${prefix}${name}.`)
      : []
  )

const modules: { readonly [M in keyof typeof conventions]: object } = {
  Numpy,
  Nn,
  Random,
  Lax,
  Tree,
  Linalg,
  Fft,
  Image,
  Ops,
  Scipy
}

/** Modules whose every function is entered here; the older ones have tables in `dual.test.ts` and its neighbours too. */
const complete = ["Linalg", "Fft", "Image", "Ops", "Scipy"] as const

/** Everything that a function gave, as plain values. */
const settle = (value: unknown): Effect.Effect<unknown, unknown, Backend> =>
  NdArray.isNdArray(value)
    ? Effect.map(NdArray.toNested(value), (nested) => ({ dtype: value.dtype, weak: value.weak, nested }))
    : Effect.isEffect(value)
    ? Effect.flatMap(value as Effect.Effect<unknown, unknown, Backend>, settle)
    : Array.isArray(value)
    ? Effect.forEach(value, settle)
    : typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype
    ? Effect.forEach(Object.entries(value), ([key, of]) => Effect.map(settle(of), (settled) => [key, settled]))
    : Effect.succeed(value)

const run = (make: () => unknown): Promise<unknown> =>
  Effect.runPromise(Effect.provide(Effect.suspend(() => settle(make())), Reference.layer))

const asValues = (argument: unknown): unknown =>
  argument instanceof Operand
    ? argument.values
    : Array.isArray(argument)
    ? argument.map(asValues)
    : argument

const asArrays = (argument: unknown): unknown =>
  argument instanceof Operand
    ? Numpy.array(argument.values as never)
    : Array.isArray(argument)
    ? argument.map(asArrays)
    : argument

const hasArrays = (argument: unknown): boolean =>
  argument instanceof Operand || (Array.isArray(argument) && argument.some(hasArrays))

const behind = ({ options }: Convention): ReadonlyArray<object> => Object.keys(options).length > 0 ? [options] : []

describe.each(Object.entries(conventions) as ReadonlyArray<[keyof typeof modules, Conventions]>)(
  "%s",
  (name, entries) => {
    const functions = new Map(functionsOf(modules[name]))
    const calls = Object.entries(entries).flatMap(([entry, convention]) => {
      const f = functions.get(entry)
      return f === undefined || "elsewhere" in convention ? [] : [{ name: entry, f, ...convention }]
    })
    const ofArrays = calls.filter((call) => call.operands.some(hasArrays))
    const duals = calls.filter((call) => call.dual === true)

    it("has the functions that are entered", () => {
      expect(Object.keys(entries).filter((entry) => !functions.has(entry))).toEqual([])
    })

    it.runIf((complete as ReadonlyArray<string>).includes(name))("has no function that is not entered", () => {
      expect([...functions.keys()].filter((entry) => !Object.hasOwn(entries, entry))).toEqual([])
    })

    it.skipIf(calls.length === 0).each(calls)(
      "$name refuses an option that it does not know",
      ({ f, operands, options }) => {
        const call = () => f(...operands.map(asArrays), { ...options, optionThatDoesNotExist: 1 })
        expect(call).toThrow(Errors.ArgumentError)
        expect(call).toThrow("optionThatDoesNotExist")
      }
    )

    it.skipIf(ofArrays.length === 0).each(ofArrays)("$name takes numbers and lists for arrays", async (call) => {
      const { f, operands } = call
      const expected = await run(() => f(...operands.map(asArrays), ...behind(call)))
      expect(await run(() => f(...operands.map(asValues), ...behind(call)))).toEqual(expected)
    })

    it.skipIf(duals.length === 0).each(duals)("$name takes its data first or last", async (call) => {
      const { f, operands } = call
      const [data, ...others] = operands.map(asArrays)
      const expected = await run(() => f(data, ...others, ...behind(call)))
      expect(await run(() => (f(...others, ...behind(call)) as Loose)(data))).toEqual(expected)
    })
  }
)
