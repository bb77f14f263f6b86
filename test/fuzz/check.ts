/**
 * Recipes run on two backends, what differs, and the smallest Program that shows it.
 */
import { AllClose } from "@effax/testing"
import type { Backend } from "effax/Backend"
import * as DType from "effax/DType"
import type { ExecutionError } from "effax/Errors"
import * as NdArray from "effax/NdArray"
import * as np from "effax/Numpy"
import * as Program from "effax/Program"
import * as Effect from "effect/Effect"
import { ancestors, build, type Spread, type Value } from "./recipe.ts"
import type { Subject } from "./subjects.ts"

/** Runs arrays on a backend and reads them. */
export type Run = (arrays: ReadonlyArray<NdArray.Any>) => Promise<ReadonlyArray<DType.TypedArray>>

export const read = (
  arrays: ReadonlyArray<NdArray.Any>
): Effect.Effect<ReadonlyArray<DType.TypedArray>, ExecutionError, Backend> =>
  NdArray.scoped(Effect.andThen(NdArray.evaluate(arrays), Effect.forEach(arrays, NdArray.toTypedArray)))

const decode = (data: DType.TypedArray, dtype: DType.DType): (i: number) => number => {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  if (dtype === "float16") return (i) => view.getFloat16(2 * i, true)
  if (dtype === "bfloat16") {
    const wide = new DataView(new ArrayBuffer(4))
    return (i) => {
      wide.setUint32(0, view.getUint16(2 * i, true) << 16)
      return wide.getFloat32(0)
    }
  }
  return (i) => Number(data[i])
}

/** The largest magnitude; NaN does not count, as it is compared by itself. */
const mostOf = (data: DType.TypedArray, dtype: DType.DType): number => {
  const at = decode(data, dtype)
  let most = 0
  for (let i = 0; i < data.length; i++) {
    const x = Math.abs(at(i))
    if (x > most) most = x
  }
  return most
}

/** The expected values, and how far others may be from them. */
export interface Expected {
  readonly values: ReadonlyArray<DType.TypedArray>
  readonly spreads: ReadonlyArray<Spread>
}

/** Larger numbers may overflow on the way, or not, depending on the order of operations. */
const tame = 1e18

export const expectedOf = async (recipe: ReadonlyArray<Value>, oracle: Run): Promise<Expected> => {
  const values = await oracle(build(recipe, recipe.map((v) => v.index)))
  const spreads: Array<Spread> = []
  const errorOf = (make: Value["make"], most: number): number => {
    if (make._tag === "Input" || make.error === undefined) return 0
    const operands = make.operands.map((i) => spreads[i]!)
    return operands.some((x) => x.most > tame) ? Infinity : make.error(operands, most)
  }
  for (const { array, index, make } of recipe) {
    const most = mostOf(values[index]!, array.dtype)
    spreads.push({ most, error: errorOf(make, most) })
  }
  return { values, spreads }
}

export const difference = (
  { array, certain, index }: Value,
  { spreads, values }: Expected,
  got: DType.TypedArray
): string | undefined => {
  const { error } = spreads[index]!
  if (!certain && !Number.isFinite(error)) return undefined
  return AllClose.check(got, values[index]!, {
    dtype: array.dtype,
    shape: array.shape,
    rtol: 0,
    atol: certain ? 0 : error
  })
}

/** Values that no later step takes, and some others: what a Program gives back is what forces it to store. */
export const wantedOf = (recipe: ReadonlyArray<Value>): ReadonlyArray<number> => {
  const taken = new Set(recipe.flatMap(({ make }) => make._tag === "Step" ? make.operands : []))
  return recipe.flatMap(({ index, make }) =>
    make._tag === "Step" && (!taken.has(index) || index % 7 === 3) ? [index] : []
  )
}

/** The Program that computes one value from inputs and given values. */
const programOf = (
  recipe: ReadonlyArray<Value>,
  index: number,
  given: ReadonlyMap<number, DType.TypedArray>
): string => {
  const leaves = ancestors(recipe, index, given).filter((i) => given.has(i) || recipe[i]!.make._tag === "Input")
  const examples = leaves.map((i) => recipe[i]!.array)
  const f = (...arrays: ReadonlyArray<NdArray.Any>) =>
    build(recipe, [index], given, (_, i) => arrays[leaves.indexOf(i)]!)[0]!
  return Effect.runSync(Effect.map(Program.trace(f, ...examples), Program.print))
}

const shortened = (x: DType.TypedArray): string =>
  `${x.constructor.name} [${Array.from(x.subarray(0, 40), String).join(", ")}${x.length > 40 ? ", ..." : ""}]`

/** Makes a failing value small: its ancestors become inputs as long as it still fails. */
export const shrink = async (
  recipe: ReadonlyArray<Value>,
  wanted: ReadonlyArray<number>,
  expected: Expected,
  run: Run
): Promise<string> => {
  const fails = async (index: number, given: ReadonlyMap<number, DType.TypedArray>): Promise<string | undefined> => {
    try {
      const [got] = await run(build(recipe, [index], given))
      return difference(recipe[index]!, expected, got!)
    } catch (cause) {
      return String(cause)
    }
  }
  const none = new Map<number, DType.TypedArray>()
  for (const { index, make } of recipe) {
    if (make._tag === "Input") continue
    let message = await fails(index, none)
    if (message === undefined) continue
    let given: ReadonlyMap<number, DType.TypedArray> = none
    for (const ancestor of ancestors(recipe, index).toReversed()) {
      if (ancestor === index || recipe[ancestor]!.make._tag === "Input") continue
      const more = new Map(given).set(ancestor, expected.values[ancestor]!)
      const still = await fails(index, more)
      if (still !== undefined) [given, message] = [more, still]
    }
    const leaves = ancestors(recipe, index, given)
    return [
      `${(make as { name: string }).name}: ${message}`,
      `steps: ${leaves.map((i) => recipe[i]!.make).map((m) => m._tag === "Step" ? m.name : "input").join(" | ")}`,
      programOf(recipe, index, given),
      ...leaves.filter((i) => given.has(i) || recipe[i]!.make._tag === "Input").map((i) =>
        `input ${recipe[i]!.array.dtype}[${recipe[i]!.array.shape}] ${shortened(expected.values[i]!)}`
      )
    ].join("\n")
  }
  return [
    "the values are right one by one, and wrong together:",
    ...wanted.map((i) => programOf(recipe, i, none))
  ].join("\n")
}

// --- what is wrong with a recipe ------------------------------------------------------------------------------------

/** A part of an array: every axis from the middle on, or backwards. */
const part = (x: NdArray.Any): NdArray.Any =>
  np.index(x, x.shape.map((n, d) => d % 2 === 0 ? np.slice(n >> 1, n) : np.slice(undefined, undefined, -1)))

const bytes = (x: DType.TypedArray): Uint8Array => new Uint8Array(x.buffer, x.byteOffset, x.byteLength)

/** Says how the wanted values, read whole, alone and in part, are wrong; gives nothing if all are right. */
export const wrongWith = async (
  recipe: ReadonlyArray<Value>,
  oracle: Run,
  subjects: ReadonlyArray<Subject>
): Promise<string | undefined> => {
  const wanted = wantedOf(recipe)
  const expected = await expectedOf(recipe, oracle)
  const seen = new Map<string, ReadonlyArray<DType.TypedArray>>()
  const wrong = (got: ReadonlyArray<DType.TypedArray>, which: ReadonlyArray<number>): boolean =>
    which.some((index, k) => difference(recipe[index]!, expected, got[k]!) !== undefined)
  for (const { name, run, sameAs } of subjects) {
    const small = async () => `${name}: ${await shrink(recipe, wanted, expected, run)}`
    try {
      const got = await run(build(recipe, wanted))
      if (wrong(got, wanted)) return await small()
      seen.set(name, got)
      const others = sameAs === undefined ? undefined : seen.get(sameAs)
      const other = wanted.find((_, k) =>
        others !== undefined && Buffer.compare(bytes(got[k]!), bytes(others[k]!)) !== 0
      )
      if (other !== undefined) return `value ${other} has other bits on ${name} than on ${sameAs}`
      if (sameAs !== undefined) continue
      // The compiler fuses other operations where other values are wanted
      const one = wanted.slice(-2, -1)
      if (one.length > 0 && wrong(await run(build(recipe, one)), one)) return await small()
      const parts = await run(build(recipe, wanted).map(part))
      const right = await oracle(
        wanted.map((i) =>
          part(NdArray.fromTypedArray(expected.values[i]!, recipe[i]!.array.shape, recipe[i]!.array.dtype))
        )
      )
      for (const [k, index] of wanted.entries()) {
        const { array } = recipe[index]!
        const some: Value = { ...recipe[index]!, array: part(array) }
        const values = new Array<DType.TypedArray>(index + 1).with(index, right[k]!)
        const message = difference(some, { ...expected, values }, parts[k]!)
        if (message !== undefined) {
          return `${name}, a part of value ${index}: ${message}\n${programOf(recipe, index, new Map())}`
        }
      }
    } catch (cause) {
      return `${name}: ${String(cause)}\n${await small()}`
    }
  }
  return undefined
}
