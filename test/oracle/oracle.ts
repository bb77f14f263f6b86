/**
 * The values that JAX computed, as `generate.py` wrote them.
 */
import type { DType, TypedArray } from "effax/DType"
import * as HostArray from "effax/HostArray"
import { readFileSync } from "node:fs"
import { gunzipSync } from "node:zlib"
import type { Operation } from "../ops/operation.ts"
import { encode } from "./cases.ts"

/** An array that JAX computed. */
export interface Expected {
  readonly dtype: DType
  readonly shape: ReadonlyArray<number>
  readonly weak: boolean
  readonly data: TypedArray
}

export interface ExpectedCase {
  readonly value: ReadonlyArray<Expected>
  /** The weighted results, pulled back: one for each floating-point input. */
  readonly first: ReadonlyArray<Expected> | undefined
  /** The weighted first derivatives, pulled back. */
  readonly second: ReadonlyArray<Expected> | undefined
}

type EncodedArray = readonly [dtype: DType, shape: ReadonlyArray<number>, weak: boolean, data: string]

interface EncodedCase {
  readonly value: ReadonlyArray<EncodedArray>
  readonly first?: ReadonlyArray<EncodedArray>
  readonly second?: ReadonlyArray<EncodedArray>
}

interface File {
  readonly versions: { readonly [name: string]: string }
  readonly entries: {
    readonly [name: string]: { readonly fingerprint: string; readonly cases: ReadonlyArray<EncodedCase> }
  }
}

export const decode = ([dtype, shape, weak, data]: EncodedArray): Expected => ({
  dtype,
  shape,
  weak,
  data: new HostArray.constructors[dtype](new Uint8Array(Buffer.from(data, "base64")).buffer)
})

/** A file of values beside this one. */
export const readValues = <T>(name: string): T =>
  JSON.parse(gunzipSync(readFileSync(new URL(`values/${name}.json.gz`, import.meta.url))).toString()) as T

/** The expected values of the entries of a family. Asking for an entry that changed since they were made throws. */
export const oracle = (family: string): (operation: Operation) => ReadonlyArray<ExpectedCase> => {
  const { entries } = readValues<File>(`ops/${family}`)
  return (operation) => {
    const entry = entries[operation.name]
    if (entry === undefined || entry.fingerprint !== encode(operation).fingerprint) {
      throw new Error(
        `${family}: the expected values of "${operation.name}" are ${
          entry === undefined ? "missing" : "out of date"
        }; run python test/oracle/generate.py ${family}`
      )
    }
    return entry.cases.map(({ first, second, value }) => ({
      value: value.map(decode),
      first: first?.map(decode),
      second: second?.map(decode)
    }))
  }
}
