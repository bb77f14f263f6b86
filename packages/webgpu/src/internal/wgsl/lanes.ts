/**
 * How values of every dtype look in shaders and in storage. Lanes are `bool`, `i32`, `u32` and `f32`; narrow integers
 * are computed as 32-bit ones, half precision is its bits in a `u32`. Storage is words of 32 bits, in which narrow
 * elements are packed.
 */
import { type DType, itemSize } from "effax/DType"

export type Lane = "bool" | "i32" | "u32" | "f32"

const lanes: { readonly [D in DType]?: Lane } = {
  bool: "bool",
  int8: "i32",
  int16: "i32",
  int32: "i32",
  uint8: "u32",
  uint16: "u32",
  uint32: "u32",
  float16: "u32",
  bfloat16: "u32",
  float32: "f32"
}

/** The dtypes that shaders compute with. */
export const laneDtypes: ReadonlySet<DType> = new Set(Object.keys(lanes) as ReadonlyArray<DType>)

/** The dtypes that arrays may have: complex numbers are pairs of floats by the time that there are shaders. */
export const dtypes: ReadonlySet<DType> = new Set<DType>([...laneDtypes, "complex64"])

export const laneOf = (dtype: DType): Lane => {
  const lane = lanes[dtype]
  if (lane === undefined) throw new Error(`codegen: ${dtype} in a body`)
  return lane
}

/** Whether several elements share a word. */
export const isPacked = (dtype: DType): boolean => itemSize(dtype) < 4

/** Bytes of a buffer: whole words, at least one. */
export const storageBytes = (dtype: DType, elements: number): number =>
  Math.max(4, Math.ceil(elements * itemSize(dtype) / 4) * 4)

/** The element's value from its word; `shift` is its position in the word, in bits. */
export const unpack: { readonly [D in DType]?: (word: string, shift: string) => string } = {
  bool: (word, shift) => `((${word} >> ${shift}) & 0xffu) != 0u`,
  int8: (word, shift) => `(bitcast<i32>(${word} << (24u - ${shift})) >> 24u)`,
  int16: (word, shift) => `(bitcast<i32>(${word} << (16u - ${shift})) >> 16u)`,
  uint8: (word, shift) => `((${word} >> ${shift}) & 0xffu)`,
  uint16: (word, shift) => `((${word} >> ${shift}) & 0xffffu)`,
  float16: (word, shift) => `((${word} >> ${shift}) & 0xffffu)`,
  bfloat16: (word, shift) => `((${word} >> ${shift}) & 0xffffu)`
}

/** The bits of a lane as a `u32`; of packed ones, in its low bits. */
export const bitsOf = (dtype: DType, value: string): string => {
  const lane = laneOf(dtype)
  if (lane === "bool") return `select(0u, 1u, ${value})`
  if (!isPacked(dtype)) return lane === "u32" ? value : `bitcast<u32>(${value})`
  const mask = itemSize(dtype) === 1 ? "0xffu" : "0xffffu"
  return `(${lane === "u32" ? value : `bitcast<u32>(${value})`} & ${mask})`
}

/** A whole word as a lane. */
export const ofBits = (lane: Lane, word: string): string => lane === "u32" ? word : `bitcast<${lane}>(${word})`
