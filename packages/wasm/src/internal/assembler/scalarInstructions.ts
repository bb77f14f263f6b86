/**
 * Scalar instructions by type (core specification, section 5.4.1 to 5.4.7). `S` and `U` are the standard's `_s` and
 * `_u`, and names are its names: `i32.ltS` is `i32.lt_s`.
 */
import type { ValueType } from "./encoding.ts"
import { Instruction, InstructionWithImmediates, Statement, type Value } from "./expression.ts"
import {
  binary,
  f32Constant,
  f64Constant,
  i32Constant,
  i64Constant,
  load,
  type Operand,
  store,
  toValue,
  unary
} from "./operands.ts"

export const i32 = {
  const: i32Constant,
  load: load("i32", 0x28, 4),
  load8S: load("i32", 0x2c, 1),
  load8U: load("i32", 0x2d, 1),
  load16S: load("i32", 0x2e, 2),
  load16U: load("i32", 0x2f, 2),
  store: store("i32", 0x36, 4),
  store8: store("i32", 0x3a, 1),
  store16: store("i32", 0x3b, 2),
  eqz: unary("i32", "i32", 0x45),
  eq: binary("i32", "i32", 0x46),
  ne: binary("i32", "i32", 0x47),
  ltS: binary("i32", "i32", 0x48),
  ltU: binary("i32", "i32", 0x49),
  gtS: binary("i32", "i32", 0x4a),
  gtU: binary("i32", "i32", 0x4b),
  leS: binary("i32", "i32", 0x4c),
  leU: binary("i32", "i32", 0x4d),
  geS: binary("i32", "i32", 0x4e),
  geU: binary("i32", "i32", 0x4f),
  clz: unary("i32", "i32", 0x67),
  ctz: unary("i32", "i32", 0x68),
  popcnt: unary("i32", "i32", 0x69),
  add: binary("i32", "i32", 0x6a),
  sub: binary("i32", "i32", 0x6b),
  mul: binary("i32", "i32", 0x6c),
  divS: binary("i32", "i32", 0x6d),
  divU: binary("i32", "i32", 0x6e),
  remS: binary("i32", "i32", 0x6f),
  remU: binary("i32", "i32", 0x70),
  and: binary("i32", "i32", 0x71),
  or: binary("i32", "i32", 0x72),
  xor: binary("i32", "i32", 0x73),
  shl: binary("i32", "i32", 0x74),
  shrS: binary("i32", "i32", 0x75),
  shrU: binary("i32", "i32", 0x76),
  rotl: binary("i32", "i32", 0x77),
  rotr: binary("i32", "i32", 0x78),
  wrapI64: unary("i64", "i32", 0xa7),
  truncF32S: unary("f32", "i32", 0xa8),
  truncF32U: unary("f32", "i32", 0xa9),
  truncF64S: unary("f64", "i32", 0xaa),
  truncF64U: unary("f64", "i32", 0xab),
  truncSatF32S: unary("f32", "i32", 0xfc0000),
  truncSatF32U: unary("f32", "i32", 0xfc0001),
  truncSatF64S: unary("f64", "i32", 0xfc0002),
  truncSatF64U: unary("f64", "i32", 0xfc0003),
  reinterpretF32: unary("f32", "i32", 0xbc),
  extend8S: unary("i32", "i32", 0xc0),
  extend16S: unary("i32", "i32", 0xc1)
} as const

export const i64 = {
  const: i64Constant,
  load: load("i64", 0x29, 8),
  load8S: load("i64", 0x30, 1),
  load8U: load("i64", 0x31, 1),
  load16S: load("i64", 0x32, 2),
  load16U: load("i64", 0x33, 2),
  load32S: load("i64", 0x34, 4),
  load32U: load("i64", 0x35, 4),
  store: store("i64", 0x37, 8),
  store8: store("i64", 0x3c, 1),
  store16: store("i64", 0x3d, 2),
  store32: store("i64", 0x3e, 4),
  eqz: unary("i64", "i32", 0x50),
  eq: binary("i64", "i32", 0x51),
  ne: binary("i64", "i32", 0x52),
  ltS: binary("i64", "i32", 0x53),
  ltU: binary("i64", "i32", 0x54),
  gtS: binary("i64", "i32", 0x55),
  gtU: binary("i64", "i32", 0x56),
  leS: binary("i64", "i32", 0x57),
  leU: binary("i64", "i32", 0x58),
  geS: binary("i64", "i32", 0x59),
  geU: binary("i64", "i32", 0x5a),
  clz: unary("i64", "i64", 0x79),
  ctz: unary("i64", "i64", 0x7a),
  popcnt: unary("i64", "i64", 0x7b),
  add: binary("i64", "i64", 0x7c),
  sub: binary("i64", "i64", 0x7d),
  mul: binary("i64", "i64", 0x7e),
  divS: binary("i64", "i64", 0x7f),
  divU: binary("i64", "i64", 0x80),
  remS: binary("i64", "i64", 0x81),
  remU: binary("i64", "i64", 0x82),
  and: binary("i64", "i64", 0x83),
  or: binary("i64", "i64", 0x84),
  xor: binary("i64", "i64", 0x85),
  shl: binary("i64", "i64", 0x86),
  shrS: binary("i64", "i64", 0x87),
  shrU: binary("i64", "i64", 0x88),
  rotl: binary("i64", "i64", 0x89),
  rotr: binary("i64", "i64", 0x8a),
  extendI32S: unary("i32", "i64", 0xac),
  extendI32U: unary("i32", "i64", 0xad),
  truncF32S: unary("f32", "i64", 0xae),
  truncF32U: unary("f32", "i64", 0xaf),
  truncF64S: unary("f64", "i64", 0xb0),
  truncF64U: unary("f64", "i64", 0xb1),
  truncSatF32S: unary("f32", "i64", 0xfc0004),
  truncSatF32U: unary("f32", "i64", 0xfc0005),
  truncSatF64S: unary("f64", "i64", 0xfc0006),
  truncSatF64U: unary("f64", "i64", 0xfc0007),
  reinterpretF64: unary("f64", "i64", 0xbd),
  extend8S: unary("i64", "i64", 0xc2),
  extend16S: unary("i64", "i64", 0xc3),
  extend32S: unary("i64", "i64", 0xc4)
} as const

export const f32 = {
  const: f32Constant,
  load: load("f32", 0x2a, 4),
  store: store("f32", 0x38, 4),
  eq: binary("f32", "i32", 0x5b),
  ne: binary("f32", "i32", 0x5c),
  lt: binary("f32", "i32", 0x5d),
  gt: binary("f32", "i32", 0x5e),
  le: binary("f32", "i32", 0x5f),
  ge: binary("f32", "i32", 0x60),
  abs: unary("f32", "f32", 0x8b),
  neg: unary("f32", "f32", 0x8c),
  ceil: unary("f32", "f32", 0x8d),
  floor: unary("f32", "f32", 0x8e),
  trunc: unary("f32", "f32", 0x8f),
  nearest: unary("f32", "f32", 0x90),
  sqrt: unary("f32", "f32", 0x91),
  add: binary("f32", "f32", 0x92),
  sub: binary("f32", "f32", 0x93),
  mul: binary("f32", "f32", 0x94),
  div: binary("f32", "f32", 0x95),
  min: binary("f32", "f32", 0x96),
  max: binary("f32", "f32", 0x97),
  copysign: binary("f32", "f32", 0x98),
  convertI32S: unary("i32", "f32", 0xb2),
  convertI32U: unary("i32", "f32", 0xb3),
  convertI64S: unary("i64", "f32", 0xb4),
  convertI64U: unary("i64", "f32", 0xb5),
  demoteF64: unary("f64", "f32", 0xb6),
  reinterpretI32: unary("i32", "f32", 0xbe)
} as const

export const f64 = {
  const: f64Constant,
  load: load("f64", 0x2b, 8),
  store: store("f64", 0x39, 8),
  eq: binary("f64", "i32", 0x61),
  ne: binary("f64", "i32", 0x62),
  lt: binary("f64", "i32", 0x63),
  gt: binary("f64", "i32", 0x64),
  le: binary("f64", "i32", 0x65),
  ge: binary("f64", "i32", 0x66),
  abs: unary("f64", "f64", 0x99),
  neg: unary("f64", "f64", 0x9a),
  ceil: unary("f64", "f64", 0x9b),
  floor: unary("f64", "f64", 0x9c),
  trunc: unary("f64", "f64", 0x9d),
  nearest: unary("f64", "f64", 0x9e),
  sqrt: unary("f64", "f64", 0x9f),
  add: binary("f64", "f64", 0xa0),
  sub: binary("f64", "f64", 0xa1),
  mul: binary("f64", "f64", 0xa2),
  div: binary("f64", "f64", 0xa3),
  min: binary("f64", "f64", 0xa4),
  max: binary("f64", "f64", 0xa5),
  copysign: binary("f64", "f64", 0xa6),
  convertI32S: unary("i32", "f64", 0xb7),
  convertI32U: unary("i32", "f64", 0xb8),
  convertI64S: unary("i64", "f64", 0xb9),
  convertI64U: unary("i64", "f64", 0xba),
  promoteF32: unary("f32", "f64", 0xbb),
  reinterpretI64: unary("i64", "f64", 0xbf)
} as const

/** `whenTrue` if the condition is not zero, else `whenFalse`; both are evaluated. */
export const select = <T extends ValueType>(
  whenTrue: Value<T>,
  whenFalse: Value<T>,
  condition: Operand<"i32">
): Value<T> => {
  const operands = [whenTrue, toValue(whenTrue.type, whenFalse), toValue("i32", condition)]
  return new Instruction(whenTrue.type, 0x1b, operands)
}

const memoryZero = (code: { readonly byte: (value: number) => void }): void => code.byte(0)

export const memory = {
  /** The size in pages of 64 KiB. */
  size: (): Value<"i32"> => new InstructionWithImmediates("i32", 0x3f, [], memoryZero),
  /** The previous size in pages, or -1 where the memory could not grow. */
  grow: (pages: Operand<"i32">): Value<"i32"> =>
    new InstructionWithImmediates("i32", 0x40, [toValue("i32", pages)], memoryZero),
  copy: (destination: Operand<"i32">, source: Operand<"i32">, byteLength: Operand<"i32">): Statement =>
    new Statement(
      0xfc000a,
      [toValue("i32", destination), toValue("i32", source), toValue("i32", byteLength)],
      (code) => {
        code.byte(0)
        code.byte(0)
      }
    ),
  fill: (destination: Operand<"i32">, byte: Operand<"i32">, byteLength: Operand<"i32">): Statement =>
    new Statement(
      0xfc000b,
      [toValue("i32", destination), toValue("i32", byte), toValue("i32", byteLength)],
      memoryZero
    )
} as const
