/**
 * Reads the table of expected values.
 */
import * as DType from "effax/DType"
import type { Params } from "effax/Primitive"
import { bits } from "../encode.ts"
import { table } from "./table.ts"

export interface Operand {
  readonly dtype: DType.DType
  readonly shape: ReadonlyArray<number>
  readonly values: ReadonlyArray<number | bigint>
}

export interface Case {
  readonly primitive: string
  readonly params: Params
  readonly operands: ReadonlyArray<Operand>
  readonly results: ReadonlyArray<Operand>
}

const dtypes = new Map(DType.all.map((dtype) => [DType.abbreviation(dtype), dtype]))

const numberOf = (text: string): number =>
  text === "inf" ? Infinity : text === "-inf" ? -Infinity : text === "nan" ? NaN : Number(text)

/** `f32[2,3] 1 2 3 4 5 6`. */
const operand = (text: string): Operand => {
  const [type, ...values] = text.split(" ")
  const [, abbreviation, sizes] = /^(\w+)\[(.*)\]$/.exec(type!)!
  const dtype = dtypes.get(abbreviation!)!
  return {
    dtype,
    shape: sizes === "" ? [] : sizes!.split(",").map(Number),
    values: values.map((v) => dtype === "int64" || dtype === "uint64" ? BigInt(v) : numberOf(v))
  }
}

const operands = (text: string): ReadonlyArray<Operand> => text === "" ? [] : text.split("; ").map(operand)

/** The cases by primitive name. */
export const cases = (): ReadonlyMap<string, ReadonlyArray<Case>> =>
  Map.groupBy(
    table.trim().split("\n").map((line): Case => {
      const [primitive, params, inputs, outputs] = line.split(" | ").map((part) => part.trim())
      return {
        primitive: primitive!,
        params: JSON.parse(params!),
        operands: operands(inputs!),
        results: operands(outputs!)
      }
    }),
    (c) => c.primitive
  )

/** The elements in the dtype's typed array. */
export const dataOf = ({ dtype, values }: Operand): DType.TypedArray => bits(values, dtype)
