/**
 * The keys by which elements are sorted: unsigned 32-bit words whose order is that of the elements. Floats: NaN last, all
 * of them equal; -0 equal to 0. Elements of 64 bits have two words.
 */
import type { DType } from "effax/DType"
import { type FunctionBuilder, i32, i64, type Local, select, type Value } from "../assembler/index.ts"

/** One key of an element: what is loaded at its address. */
export interface SortKey {
  /** For names of functions: equal names, equal keys. */
  readonly name: string
  readonly load: (f: FunctionBuilder, address: Local<"i32">) => Value<"i32">
}

const signBit = -(2 ** 31)

const unsigned = (load: (address: Local<"i32">) => Value<"i32">): SortKey["load"] => (_, address) => load(address)
const signed = (load: (address: Local<"i32">) => Value<"i32">): SortKey["load"] => (_, address) =>
  i32.xor(load(address), signBit)

/**
 * The order of sign-and-magnitude numbers as that of unsigned ones: negative ones with all bits flipped, others with the
 * sign.
 */
const float = (load: (address: Local<"i32">) => Value<"i32">, infinity: number): SortKey["load"] => (f, address) => {
  const bits = f.let(load(address))
  const magnitude = f.let(i32.and(bits, 0x7fffffff))
  f.if(i32.eqz(magnitude), () => f.set(bits, 0))
  const ordered = f.let(i32.xor(bits, i32.or(i32.shrS(bits, 31), signBit)))
  return select(i32.const(-1), ordered, i32.gtS(magnitude, infinity))
}

const float64Bits = (f: FunctionBuilder, address: Local<"i32">): Local<"i64"> => {
  const bits = f.let(i64.load(address))
  const magnitude = f.let(i64.and(bits, (1n << 63n) - 1n))
  f.if(i64.eqz(magnitude), () => f.set(bits, 0n))
  const ordered = i64.xor(bits, i64.or(i64.shrS(bits, 63n), -(1n << 63n)))
  return f.let(select(i64.const(-1n), ordered, i64.gtS(magnitude, 0x7ff0000000000000n)))
}

const high = (bits: Value<"i64">): Value<"i32"> => i32.wrapI64(i64.shrU(bits, 32n))

const one = (dtype: DType, load: SortKey["load"]): ReadonlyArray<SortKey> => [{ name: dtype, load }]

const two = (dtype: DType, low: SortKey["load"], high: SortKey["load"]): ReadonlyArray<SortKey> => [
  { name: `${dtype}_low`, load: low },
  { name: `${dtype}_high`, load: high }
]

/** The words of a dtype's keys, the least significant first. */
export const sortKeys: { readonly [D in DType]?: ReadonlyArray<SortKey> } = {
  bool: one("bool", unsigned(i32.load8U)),
  int8: one("int8", signed(i32.load8S)),
  int16: one("int16", signed(i32.load16S)),
  int32: one("int32", signed(i32.load)),
  uint8: one("uint8", unsigned(i32.load8U)),
  uint16: one("uint16", unsigned(i32.load16U)),
  uint32: one("uint32", unsigned(i32.load)),
  int64: two(
    "int64",
    (_, address) => i32.load(address),
    (_, address) => i32.xor(i32.load(address, { offset: 4 }), signBit)
  ),
  uint64: two("uint64", (_, address) => i32.load(address), (_, address) => i32.load(address, { offset: 4 })),
  // half precision has the layout of the upper half of a wider number
  float16: one("float16", float((address) => i32.shl(i32.load16U(address), 16), 0x7c00 << 16)),
  bfloat16: one("bfloat16", float((address) => i32.shl(i32.load16U(address), 16), 0x7f80 << 16)),
  float32: one("float32", float(i32.load, 0x7f800000)),
  float64: two(
    "float64",
    (f, address) => i32.wrapI64(float64Bits(f, address)),
    (f, address) => high(float64Bits(f, address))
  )
}
