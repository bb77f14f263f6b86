/**
 * Opcodes by name, read from the assembler's own tables: an instruction that can be emitted can be printed.
 */
import { atomic, i32Atomic, i64Atomic } from "../assembler/atomicInstructions.ts"
import type { Encoded, Immediates } from "../assembler/operands.ts"
import { f32, f64, i32, i64 } from "../assembler/scalarInstructions.ts"
import { f32x4, f64x2, i16x8, i32x4, i64x2, i8x16, v128 } from "../assembler/simdInstructions.ts"

/** How the bytes after an opcode are read. */
export type Form =
  | Immediates
  | "index"
  | "branch"
  | "branchTable"
  | "open"
  | "else"
  | "end"
  | "i32"
  | "i64"
  | "f32"
  | "f64"
  | "v128"
  | "lanes"
  | "byte"
  | "twoBytes"

export interface Named {
  readonly name: string
  readonly form: Form
}

/** `extendLowI16x8S` is the standard's `extend_low_i16x8_s`. */
const standardName = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

/** Atomic updates are read, modify, write; two have shorter names in the standard. */
const updates: { readonly [name: string]: string } = {
  add: "rmw.add",
  sub: "rmw.sub",
  and: "rmw.and",
  or: "rmw.or",
  xor: "rmw.xor",
  exchange: "rmw.xchg",
  compareExchange: "rmw.cmpxchg"
}

const isEncoded = (u: unknown): u is Encoded => typeof u === "function" && "opcode" in u

const entries = (
  prefix: string,
  table: object,
  nameOf: (name: string) => string = standardName
): ReadonlyArray<readonly [number, Named]> =>
  Object.entries(table).flatMap(([name, make]: [string, unknown]) =>
    isEncoded(make) ? [[make.opcode, { name: `${prefix}.${nameOf(name)}`, form: make.immediates }] as const] : []
  )

const atomicName = (name: string): string => updates[name] ?? standardName(name)

/** Instructions that the builder of functions writes itself (core specification, sections 5.4.1 to 5.4.5). */
const structural: ReadonlyArray<readonly [number, Named]> = [
  [0x00, { name: "unreachable", form: "none" }],
  [0x02, { name: "block", form: "open" }],
  [0x03, { name: "loop", form: "open" }],
  [0x04, { name: "if", form: "open" }],
  [0x05, { name: "else", form: "else" }],
  [0x0b, { name: "end", form: "end" }],
  [0x0c, { name: "br", form: "branch" }],
  [0x0d, { name: "br_if", form: "branch" }],
  [0x0e, { name: "br_table", form: "branchTable" }],
  [0x0f, { name: "return", form: "none" }],
  [0x10, { name: "call", form: "index" }],
  [0x1a, { name: "drop", form: "none" }],
  [0x1b, { name: "select", form: "none" }],
  [0x20, { name: "local.get", form: "index" }],
  [0x21, { name: "local.set", form: "index" }],
  [0x22, { name: "local.tee", form: "index" }],
  [0x23, { name: "global.get", form: "index" }],
  [0x24, { name: "global.set", form: "index" }],
  [0x3f, { name: "memory.size", form: "byte" }],
  [0x40, { name: "memory.grow", form: "byte" }],
  [0x41, { name: "i32.const", form: "i32" }],
  [0x42, { name: "i64.const", form: "i64" }],
  [0x43, { name: "f32.const", form: "f32" }],
  [0x44, { name: "f64.const", form: "f64" }],
  [0xfc000a, { name: "memory.copy", form: "twoBytes" }],
  [0xfc000b, { name: "memory.fill", form: "byte" }],
  [0xfd000c, { name: "v128.const", form: "v128" }],
  [0xfd000d, { name: "i8x16.shuffle", form: "lanes" }],
  [0xfe0003, { name: "atomic.fence", form: "byte" }]
]

/** Every instruction that the assembler writes, by its opcode; a prefix is in the bits from 16 on. */
export const instructions: ReadonlyMap<number, Named> = new Map([
  ...structural,
  ...entries("i32", i32),
  ...entries("i64", i64),
  ...entries("f32", f32),
  ...entries("f64", f64),
  ...entries("v128", v128),
  ...entries("i8x16", i8x16),
  ...entries("i16x8", i16x8),
  ...entries("i32x4", i32x4),
  ...entries("i64x2", i64x2),
  ...entries("f32x4", f32x4),
  ...entries("f64x2", f64x2),
  ...entries("i32.atomic", i32Atomic, atomicName),
  ...entries("i64.atomic", i64Atomic, atomicName),
  ...entries("memory.atomic", atomic)
])
