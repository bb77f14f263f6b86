/**
 * Loads and stores of four elements, or of one, in any layout and of any dtype.
 */
import type { DType } from "effax/DType"
import { itemSize } from "effax/DType"
import { i16x8, i32, i32x4, i8x16, type Local, type Statement, v128, type Value } from "../assembler/index.ts"
import type { LaneContext, Lanes, Vector } from "./lanes.ts"

/** An address that a local holds, and a static number of bytes beyond it, which may be negative. */
export interface Address {
  readonly pointer: Local<"i32">
  readonly offset: number
}

/** Elements in memory: at an address and then every `stride` bytes, or each at an address of its own. */
export type Elements =
  | { readonly at: Address; readonly stride: number }
  | { readonly each: ReadonlyArray<Address> }

/** The operands of a memory access: immediates are unsigned, so that a negative offset is added to the address. */
const operands = (
  address: Address,
  delta: number,
  align: number
): readonly [Value<"i32">, { offset: number; align: number }] => {
  const offset = address.offset + delta
  return offset >= 0
    ? [address.pointer, { offset, align }]
    : [i32.add(address.pointer, offset), { offset: 0, align }]
}

type Size = 1 | 2 | 4 | 8

/** One element in the lowest lane. */
const loadOne: { readonly [S in Size]: (address: Address, zero: () => Vector) => Vector } = {
  1: (address, zero) => {
    const [base, access] = operands(address, 0, 1)
    return v128.load8Lane(base, zero(), 0, access)
  },
  2: (address, zero) => {
    const [base, access] = operands(address, 0, 2)
    return v128.load16Lane(base, zero(), 0, access)
  },
  4: (address) => v128.load32Zero(...operands(address, 0, 4)),
  8: (address) => v128.load64Zero(...operands(address, 0, 8))
}

/** The lane of an element's own size that holds element `i`, and the vector. */
const loadLane: { readonly [S in Size]: (address: Address, vector: Vector, i: number) => Vector } = {
  1: (address, vector, i) => {
    const [base, access] = operands(address, 0, 1)
    return v128.load8Lane(base, vector, 4 * i, access)
  },
  2: (address, vector, i) => {
    const [base, access] = operands(address, 0, 2)
    return v128.load16Lane(base, vector, 2 * i, access)
  },
  4: (address, vector, i) => {
    const [base, access] = operands(address, 0, 4)
    return v128.load32Lane(base, vector, i, access)
  },
  8: (address, vector, i) => {
    const [base, access] = operands(address, 0, 8)
    return v128.load64Lane(base, vector, i & 1, access)
  }
}

const storeLane: { readonly [S in Size]: (address: Address, vector: Vector, lane: number) => Statement } = {
  1: (address, vector, lane) => {
    const [base, access] = operands(address, 0, 1)
    return v128.store8Lane(base, vector, lane, access)
  },
  2: (address, vector, lane) => {
    const [base, access] = operands(address, 0, 2)
    return v128.store16Lane(base, vector, lane, access)
  },
  4: (address, vector, lane) => {
    const [base, access] = operands(address, 0, 4)
    return v128.store32Lane(base, vector, lane, access)
  },
  8: (address, vector, lane) => {
    const [base, access] = operands(address, 0, 8)
    return v128.store64Lane(base, vector, lane, access)
  }
}

/** How the narrow dtypes come from the low bits of a lane, other bits being zero, into the lane's form. */
const extend: { readonly [D in DType]?: (k: LaneContext, vector: Vector) => Vector } = {
  bool: (k, vector) => i32x4.gtS(vector, k.constants.i32x4(0)),
  int8: (_, vector) => i32x4.shrS(i32x4.shl(vector, 24), 24),
  int16: (_, vector) => i32x4.shrS(i32x4.shl(vector, 16), 16)
}

const addressOf = (elements: Elements, i: number): Address =>
  "each" in elements
    ? elements.each[i]!
    : { pointer: elements.at.pointer, offset: elements.at.offset + i * elements.stride }

/** Four consecutive elements of one and two bytes, extended. */
const loadNarrow = (k: LaneContext, dtype: DType, at: Address): Vector => {
  if (itemSize(dtype) === 2) {
    const access = operands(at, 0, 2)
    return dtype === "int16" ? v128.load16x4S(...access) : v128.load16x4U(...access)
  }
  const bytes = v128.load32Zero(...operands(at, 0, 1))
  if (dtype === "int8") return i32x4.extendLowI16x8S(i16x8.extendLowI8x16S(bytes))
  const words = i32x4.extendLowI16x8U(i16x8.extendLowI8x16U(bytes))
  return dtype === "bool" ? extend.bool!(k, words) : words
}

const loadConsecutive = (k: LaneContext, dtype: DType, at: Address): ReadonlyArray<Vector> => {
  const size = itemSize(dtype)
  if (size < 4) return [loadNarrow(k, dtype, at)]
  const first = v128.load(...operands(at, 0, size))
  return size === 4 ? [first] : [first, v128.load(...operands(at, 16, size))]
}

/** One element in all lanes. */
const loadSplat = (k: LaneContext, dtype: DType, at: Address): ReadonlyArray<Vector> => {
  const size = itemSize(dtype)
  if (size === 8) {
    const value = k.f.let(v128.load64Splat(...operands(at, 0, 8)))
    return [value, value]
  }
  if (size === 4) return [v128.load32Splat(...operands(at, 0, 4))]
  const access = operands(at, 0, size)
  if (size === 2) return [i32x4.splat(dtype === "int16" ? i32.load16S(...access) : i32.load16U(...access))]
  const value = i32x4.splat(dtype === "int8" ? i32.load8S(...access) : i32.load8U(...access))
  return [dtype === "bool" ? extend.bool!(k, value) : value]
}

/** Elements that lie backwards, or two apart, come out of whole vectors by a shuffle. */
const shuffles32: {
  readonly [stride: number]: { readonly second: number; readonly lanes: readonly [number, number, number, number] }
} = {
  // elements 3 2 1 0 in memory
  [-4]: { second: -12, lanes: [3, 2, 1, 0] },
  // elements 0 . 1 . and, from 12 bytes on, . 2 . 3: nothing beyond the last is read
  8: { second: 12, lanes: [0, 2, 5, 7] }
}

const loadStrided = (k: LaneContext, dtype: DType, elements: Elements): ReadonlyArray<Vector> => {
  const size = itemSize(dtype) as Size
  if ("at" in elements && size === 4) {
    const shuffle = shuffles32[elements.stride]
    if (shuffle !== undefined) {
      const second = k.f.let(v128.load(...operands(elements.at, shuffle.second, 4)))
      const first = elements.stride < 0 ? second : v128.load(...operands(elements.at, 0, 4))
      return [i32x4.shuffle(first, second, shuffle.lanes)]
    }
  }
  const one = (i: number) => loadOne[size](addressOf(elements, i), () => k.constants.i32x4(0))
  const lane = (vector: Vector, i: number) => loadLane[size](addressOf(elements, i), vector, i)
  if (size === 8) return [lane(one(0), 1), lane(one(2), 3)]
  const vector = lane(lane(lane(one(0), 1), 2), 3)
  return [extend[dtype]?.(k, vector) ?? vector]
}

/** Four consecutive 32-bit elements. */
export const loadVector = (at: Address): Vector => v128.load(...operands(at, 0, 4))

/** The expressions of a value's vectors, loaded from memory. */
export const load = (k: LaneContext, dtype: DType, elements: Elements): ReadonlyArray<Vector> => {
  if (k.width === 1) {
    const vector = loadOne[itemSize(dtype) as Size](addressOf(elements, 0), () => k.constants.i32x4(0))
    return [extend[dtype]?.(k, vector) ?? vector]
  }
  if ("at" in elements) {
    if (elements.stride === itemSize(dtype)) return loadConsecutive(k, dtype, elements.at)
    if (elements.stride === 0) return loadSplat(k, dtype, elements.at)
  }
  return loadStrided(k, dtype, elements)
}

/** Lanes as the elements are in memory, in the lowest bytes of a vector, consecutively. */
const pack = (k: LaneContext, dtype: DType, value: Vector): Vector => {
  const { f } = k
  if (itemSize(dtype) === 2) {
    const words = f.let(value)
    return dtype === "int16" ? i16x8.narrowI32x4S(words, words) : i16x8.narrowI32x4U(words, words)
  }
  const words = f.let(value)
  const halves = f.let(i16x8.narrowI32x4S(words, words))
  return dtype === "int8" ? i8x16.narrowI16x8S(halves, halves) : i8x16.narrowI16x8U(halves, halves)
}

/** Stores four elements, or one. */
export const store = (k: LaneContext, dtype: DType, elements: Elements, value: Lanes): void => {
  const { f, width } = k
  const size = itemSize(dtype) as Size
  const vectors = dtype === "bool" ? [f.let(i32x4.shrU(value[0]!, 31))] : value
  if (width === 1) {
    f.do(storeLane[size](addressOf(elements, 0), vectors[0]!, 0))
    return
  }
  if ("at" in elements && elements.stride === size) {
    const at = elements.at
    if (size === 8) {
      f.do(v128.store(at.offset >= 0 ? at.pointer : i32.add(at.pointer, at.offset), vectors[0]!, {
        offset: Math.max(at.offset, 0),
        align: 8
      }))
      const [address, access] = operands(at, 16, 8)
      f.do(v128.store(address, vectors[1]!, access))
    } else if (size === 4) {
      const [address, access] = operands(at, 0, 4)
      f.do(v128.store(address, vectors[0]!, access))
    } else {
      const packed = f.let(pack(k, dtype, vectors[0]!))
      f.do(storeLane[size === 2 ? 8 : 4](at, packed, 0))
    }
    return
  }
  if ("at" in elements && elements.stride === -4 && size === 4) {
    const [address, access] = operands(elements.at, -12, 4)
    f.do(v128.store(address, i32x4.shuffle(vectors[0]!, vectors[0]!, [3, 2, 1, 0]), access))
    return
  }
  for (let i = 0; i < 4; i++) {
    const vector = size === 8 ? vectors[i >> 1]! : vectors[0]!
    const lane = size === 8 ? i & 1 : size === 4 ? i : size === 2 ? 2 * i : 4 * i
    f.do(storeLane[size](addressOf(elements, i), vector, lane))
  }
}
