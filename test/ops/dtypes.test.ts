/**
 * Results have the dtypes of JAX's at all dtypes, and what JAX refuses is a `DTypeError`.
 */
import { describe, expect, it } from "@effect/vitest"
import { Errors, Numpy as np } from "effax"
import type { DType } from "effax/DType"
import { readValues } from "../oracle/oracle.ts"
import { dtypes, type Signature, table } from "./dtypes.ts"

/** By function and dtypes of the arguments: the dtype of the result, or null where JAX refuses. */
const expected =
  readValues<{ readonly results: { readonly [name: string]: { readonly [dtypes: string]: string | null } } }>(
    "ops/dtypes"
  ).results

/** What differs on purpose. */
const differences: {
  readonly [name: string]: { readonly because: string; readonly results: { readonly [dtypes: string]: string | null } }
} = {
  "Numpy.round": { because: "booleans are whole already, as for floor", results: { bool: "bool" } },
  "Nn.logSigmoid": { because: "booleans become floats, as for other activations", results: { bool: "float32" } },
  "Nn.softmax": { because: "booleans become floats, as for other activations", results: { bool: "float32" } },
  "Nn.logSoftmax": { because: "booleans become floats, as for other activations", results: { bool: "float32" } },
  "Numpy.kron": { because: "booleans multiply, as for multiply", results: { "bool,bool": "bool" } },
  "Lax.abs": {
    because: "unsigned integers are what they are",
    results: { uint8: "uint8", uint16: "uint16", uint32: "uint32", uint64: "uint64" }
  },
  ...Object.fromEntries(
    ["argmax", "argmin"].map((name) => [`Numpy.${name}`, {
      because: "complex numbers have an order, as for max and sort",
      results: { complex64: "int32" }
    }])
  ),
  ...Object.fromEntries(
    ["ge", "gt", "le", "lt"].map((name) => [`Lax.${name}`, {
      because: "complex numbers have an order, as for Numpy",
      results: { "complex64,complex64": "bool" }
    }])
  ),
  "Lax.round": {
    because: "both parts of complex numbers are rounded, as by Numpy",
    results: { complex64: "complex64" }
  }
}

/** Defined for complex numbers in JAX, where no one asks for them. */
const refuseComplex: ReadonlySet<string> = new Set(["Numpy.arctan2", "Nn.softSign", "Lax.atan2"])

const refused = (results: { readonly [dtypes: string]: string | null }): typeof results =>
  Object.fromEntries(Object.keys(results).filter((key) => key.includes("complex")).map((key) => [key, null]))

const resultOf = ({ f }: Signature, given: ReadonlyArray<DType>): string | null => {
  try {
    return f(...given.map((dtype) => np.ones([2], { dtype }))).dtype
  } catch (error) {
    if (error instanceof Errors.DTypeError) return null
    throw error
  }
}

describe("dtypes of results", () => {
  it("covers the functions of the table", () => {
    expect(Object.keys(expected).toSorted()).toEqual(table.map(({ name }) => name).toSorted())
  })

  it.each(table)("$name", (signature) => {
    const given: ReadonlyArray<ReadonlyArray<DType>> = signature.arity === 1
      ? dtypes.map((dtype) => [dtype])
      : dtypes.flatMap((x) => dtypes.map((y) => [x, y]))
    const found = Object.fromEntries(given.map((list) => [list.join(), resultOf(signature, list)]))
    const jax = expected[signature.name]!
    expect(found).toEqual({
      ...jax,
      ...(refuseComplex.has(signature.name) ? refused(jax) : {}),
      ...differences[signature.name]?.results
    })
  })
})
