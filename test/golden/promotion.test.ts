/**
 * Promotion of dtypes is JAX's: the whole table, weak operands included.
 */
import { describe, expect, it } from "@effect/vitest"
import { DType, NdArray, Numpy as np } from "effax"
import * as Effect from "effect/Effect"
import { readFileSync } from "node:fs"
import { backends } from "../backends.ts"

interface Table {
  readonly names: ReadonlyArray<string>
  readonly rows: { readonly [name: string]: ReadonlyArray<string> }
}

const table = JSON.parse(readFileSync(new URL("promotion.json", import.meta.url), "utf8")) as Table

const weakDTypes: { readonly [name: string]: DType.DType } = {
  "weak int": "int32",
  "weak float": "float32",
  "weak complex": "complex64"
}

const typed = (name: string): DType.Typed =>
  DType.isDType(name) ? { dtype: name, weak: false } : { dtype: weakDTypes[name]!, weak: true }

const pairs = table.names.flatMap((a) => table.names.map((b, i) => ({ a, b, result: typed(table.rows[a]![i]!) })))
const strong = pairs.flatMap(({ a, b, result }) => DType.isDType(a) && DType.isDType(b) ? [{ a, b, result }] : [])

describe("promotion", () => {
  it("knows all dtypes of the table", () => {
    expect(table.names.filter(DType.isDType).toSorted()).toEqual(DType.all.toSorted())
    expect(pairs).toHaveLength(18 * 18)
  })

  it("promotes two dtypes", () => {
    expect(strong.map(({ a, b }) => [a, b, DType.promote(a, b)])).toEqual(
      strong.map(({ a, b, result }) => [a, b, result.dtype])
    )
  })

  it("promotes weak operands", () => {
    expect(pairs.map(({ a, b }) => [a, b, DType.promoteTyped([typed(a), typed(b)])])).toEqual(
      pairs.map(({ a, b, result }) => [a, b, result])
    )
  })

  it("gives sums of arrays the dtype of the table", () => {
    const sums = strong.map(({ a, b }) => np.add(np.zeros([1], { dtype: a }), np.zeros([2], { dtype: b })))
    expect(sums.map(({ dtype, weak }, i) => [strong[i]!.a, strong[i]!.b, dtype, weak])).toEqual(
      strong.map(({ a, b, result }) => [a, b, result.dtype, result.weak])
    )
  })

  it("gives sums with JavaScript scalars the dtype of the table", () => {
    const scalars = { "weak int": 1n, "weak float": 1.5 } as const
    const expected = pairs.flatMap(({ a, b, result }) =>
      DType.isDType(a) && (b === "weak int" || b === "weak float" && !DType.isInteger(a)) ? [{ a, b, result }] : []
    )
    const sums = expected.map(({ a, b }) => np.add(np.zeros([1], { dtype: a }), scalars[b as keyof typeof scalars]))
    expect(sums.map(({ dtype, weak }, i) => [expected[i]!.a, expected[i]!.b, { dtype, weak }])).toEqual(
      expected.map(({ a, b, result }) => [a, b, result])
    )
  })

  it.each(backends)("adds arrays of any two dtypes on $name", async ({ layer }) => {
    const real = strong.filter(({ result }) => !DType.isComplex(result.dtype))
    const sums = real.map(({ a, b }) => np.add(np.ones([], { dtype: a }), np.ones([], { dtype: b })))
    const found = await Effect.runPromise(
      NdArray.evaluate(sums).pipe(
        Effect.andThen(Effect.forEach(sums, (x) => NdArray.toScalar(x))),
        Effect.provide(layer),
        Effect.orDie
      )
    )
    expect(found.map(Number)).toEqual(real.map(({ result }) => result.dtype === "bool" ? 1 : 2))
  })
})
