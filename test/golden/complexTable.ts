/**
 * Expected values of complex functions, made by complex.py, and comparison with them on a backend.
 */
import { Lax, NdArray, Numpy as np } from "effax"
import type { Backend } from "effax/Backend"
import type { Complex } from "effax/DType"
import type { ExecutionError } from "effax/Errors"
import * as HostArray from "effax/HostArray"
import * as Effect from "effect/Effect"
import { readFileSync } from "node:fs"

type X = NdArray.Any
type Row = readonly [x: string, y: string, re: string, im: string]

/** Functions at every pair of special values: numbers with spaces between them. */
interface Special {
  readonly parts: string
  readonly few: string
  readonly values: { readonly [name: string]: string }
}

/** Made by complex.py. */
export const golden = JSON.parse(readFileSync(new URL("complex.json", import.meta.url), "utf8")) as {
  readonly cases: { readonly [name: string]: ReadonlyArray<Row> }
  readonly special: { readonly [D in Complex]: Special }
}

const functions = { ...Lax, ...np } as unknown as { readonly [name: string]: (...zs: ReadonlyArray<X>) => X }

const two: ReadonlySet<string> = new Set(["add", "subtract", "multiply", "divide", "equal", "notEqual"])

/** Products and quotients, whose zeros have a sign that no standard says. */
const unsigned: ReadonlySet<string> = new Set(["square", "reciprocal", "multiply", "divide"])

/** The numbers whose parts are these, every pair of them. */
const grid = (parts: ReadonlyArray<number>): ReadonlyArray<number> => parts.flatMap((x) => parts.flatMap((y) => [x, y]))

export const tolerance: { readonly [D in Complex]: number } = { complex64: 2e-6, complex128: 4e-15 }

export const complexOf = (values: ReadonlyArray<number>, dtype: Complex): NdArray.Any => {
  const data = HostArray.allocate(dtype, values.length / 2) as Float64Array
  data.set(values)
  return NdArray.fromTypedArray(data, [values.length / 2], dtype)
}

/** Zeros have their sign; numbers that float32 has not are zeros or infinities of it. */
export const agrees = (actual: number, expected: number, dtype: Complex): boolean => {
  const rounded = dtype === "complex64" ? Math.fround(expected) : expected
  if (rounded === 0 || !Number.isFinite(rounded)) return Object.is(actual, rounded)
  return Math.abs(actual - rounded) <= tolerance[dtype] * Math.abs(rounded)
}

export const read = (z: NdArray.Any) => Effect.map(NdArray.toTypedArray(z), (data) => Array.from(data as Float64Array))

export const specialNames = Object.keys(golden.special.complex64.values)

/** Where a function differs from the table at special values. */
export const wrongSpecials = (
  name: string,
  dtype: Complex
): Effect.Effect<ReadonlyArray<string>, ExecutionError, Backend> =>
  Effect.gen(function*() {
    const { few, parts, values } = golden.special[dtype]
    const several = grid(few.split(" ").map(Number))
    const count = several.length / 2
    /** The operand of every pair of numbers that `at` picks. */
    const paired = (at: (i: number, k: number) => number): ReadonlyArray<number> =>
      Array.from({ length: count * count }, (_, i) => at(Math.floor(i / count), i % count))
        .flatMap((k) => several.slice(2 * k, 2 * k + 2))
    const operands = two.has(name) ? [paired((i) => i), paired((_, k) => k)] : [grid(parts.split(" ").map(Number))]
    const result = functions[name]!(...operands.map((data) => complexOf(data, dtype)))
    const actual = yield* read(result.dtype === "bool" ? np.astype(result, "int32") : result)
    const expected = values[name]!.split(" ")
    if (actual.length !== expected.length) return [`${name}: ${actual.length} numbers, expected ${expected.length}`]
    const width = expected.length / (operands[0]!.length / 2)
    return expected.flatMap((text, i) => {
      const given = actual[i]!
      const wanted = Number(text.replace("~", ""))
      const hasSign = !text.startsWith("~") && !(unsigned.has(name) && wanted === 0)
      const close = text === "*" || (hasSign
        ? agrees(given, wanted, dtype)
        : agrees(Math.abs(given), Math.abs(wanted), dtype))
      const k = Math.floor(i / width)
      const at = operands.map((data) => `${data[2 * k]} + ${data[2 * k + 1]}i`)
      return close ? [] : [`part ${i % width} of ${name}(${at.join(", ")}): ${given}, expected ${text}`]
    })
  })
