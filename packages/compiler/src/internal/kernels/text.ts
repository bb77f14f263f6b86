/**
 * The parts of kernels as text.
 */
import * as DType from "effax/DType"
import type { Names } from "./kernel.ts"
import type { Affine, Body, BufferId, Instruction, Store } from "./parts.ts"

export const dtypeText = (dtype: DType.DType): string => DType.abbreviation(dtype)

const scalarText = (value: number | bigint | boolean): string => Object.is(value, -0) ? "-0" : String(value)

/** `4*i0 + i1 + 2`; axes are numbered in the order of the space. */
const affineText = ({ offset, strides }: Affine): string => {
  const terms: Array<string> = []
  strides.forEach((s, d) => {
    if (s !== 0) terms.push(s === 1 ? `i${d}` : `${s}*i${d}`)
  })
  if (offset !== 0 || terms.length === 0) terms.push(String(offset))
  return terms.join(" + ").replaceAll("+ -", "- ")
}

/** `in0[4*i0 + i1]`. */
export const accessText = (access: { readonly buffer: BufferId; readonly index: Affine }, { nameOf }: Names): string =>
  `${nameOf(access.buffer)}[${affineText(access.index)}]`

const instructionText = (i: Instruction, names: Names): string => {
  switch (i.op) {
    case "load":
      return accessText(i, names)
    case "loadAt":
      return `${names.nameOf(i.buffer)}[%${i.index}]`
    case "literal":
      return scalarText(i.value)
    case "index":
      return `i${i.axis}`
    case "result":
      return `result${i.which}`
    default:
      return `${i.op} ${i.args.map((v) => `%${v}`).join(" ")}`
  }
}

export const bodyLines = (body: Body, names: Names): ReadonlyArray<string> =>
  body.map((i, k) => `  %${k}:${dtypeText(i.dtype)} = ${instructionText(i, names)}`)

const storeLines = (stores: ReadonlyArray<Store>, names: Names): ReadonlyArray<string> =>
  stores.map((s) => `  ${accessText(s, names)} <- %${s.value}`)

/** A body and the stores that end it. */
export const storingLines = (body: Body, stores: ReadonlyArray<Store>, names: Names): ReadonlyArray<string> => [
  ...bodyLines(body, names),
  ...storeLines(stores, names)
]

/** `  out0, out1 <- in0, in1`. */
export const transferLine = (
  outputs: ReadonlyArray<BufferId>,
  inputs: ReadonlyArray<BufferId>,
  { nameOf }: Names
): string => `  ${outputs.map(nameOf).join(", ")} <- ${inputs.map(nameOf).join(", ")}`

/** `  slices in0, in1`; no line of none. */
export const listLine = (what: string, items: ReadonlyArray<string>): ReadonlyArray<string> =>
  items.length === 0 ? [] : [`  ${what} ${items.join(", ")}`]
