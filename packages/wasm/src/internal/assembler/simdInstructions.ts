/**
 * Vector instructions by lane shape: SIMD128 (core specification, section 5.4.8) and relaxed SIMD. `S` and `U` are the
 * standard's `_s` and `_u`, and names are its names: `i32x4.extendLowI16x8S` is `i32x4.extend_low_i16x8_s`.
 */
import { InstructionWithImmediates, type Value } from "./expression.ts"
import {
  binary,
  extractLane,
  load,
  loadLane,
  replaceLane,
  store,
  storeLane,
  ternary,
  toValue,
  unary,
  vectorConstant,
  vectorShift
} from "./operands.ts"

type Vector = Value<"v128">

export const v128 = {
  /** A constant of 16 bytes. */
  const: (bytes: ArrayLike<number>) =>
    vectorConstant((lanes) => {
      for (let i = 0; i < 16; i++) lanes.setUint8(i, bytes[i] ?? 0)
    }),
  zero: () => vectorConstant(() => {}),
  load: load("v128", 0xfd0000, 16),
  load8x8S: load("v128", 0xfd0001, 8),
  load8x8U: load("v128", 0xfd0002, 8),
  load16x4S: load("v128", 0xfd0003, 8),
  load16x4U: load("v128", 0xfd0004, 8),
  load32x2S: load("v128", 0xfd0005, 8),
  load32x2U: load("v128", 0xfd0006, 8),
  load8Splat: load("v128", 0xfd0007, 1),
  load16Splat: load("v128", 0xfd0008, 2),
  load32Splat: load("v128", 0xfd0009, 4),
  load64Splat: load("v128", 0xfd000a, 8),
  load32Zero: load("v128", 0xfd005c, 4),
  load64Zero: load("v128", 0xfd005d, 8),
  store: store("v128", 0xfd000b, 16),
  load8Lane: loadLane(0xfd0054, 1),
  load16Lane: loadLane(0xfd0055, 2),
  load32Lane: loadLane(0xfd0056, 4),
  load64Lane: loadLane(0xfd0057, 8),
  store8Lane: storeLane(0xfd0058, 1),
  store16Lane: storeLane(0xfd0059, 2),
  store32Lane: storeLane(0xfd005a, 4),
  store64Lane: storeLane(0xfd005b, 8),
  not: unary("v128", "v128", 0xfd004d),
  and: binary("v128", "v128", 0xfd004e),
  /** The bits of the first operand that are not in the second. */
  andnot: binary("v128", "v128", 0xfd004f),
  or: binary("v128", "v128", 0xfd0050),
  xor: binary("v128", "v128", 0xfd0051),
  /** Bits of the first operand where the third has ones, of the second where it has zeros. */
  bitselect: ternary("v128", 0xfd0052),
  anyTrue: unary("v128", "i32", 0xfd0053)
} as const

export const i8x16 = {
  /** A constant: one value for every lane, or 16 values. */
  const: (...values: ReadonlyArray<number>) =>
    vectorConstant((lanes) => {
      for (let i = 0; i < 16; i++) lanes.setInt8(i, values[i] ?? values[0]!)
    }),
  splat: unary("i32", "v128", 0xfd000f),
  extractLaneS: extractLane("i32", 0xfd0015),
  extractLaneU: extractLane("i32", 0xfd0016),
  replaceLane: replaceLane("i32", 0xfd0017),
  /** Lanes of the first operand (0 to 15) and of the second (16 to 31), by position. */
  shuffle: (a: Vector, b: Vector, lanes: ReadonlyArray<number>): Vector =>
    new InstructionWithImmediates("v128", 0xfd000d, [toValue("v128", a), toValue("v128", b)], (code) => {
      for (let i = 0; i < 16; i++) code.byte(lanes[i]!)
    }),
  /** Bytes of the first operand at the positions that the second holds; 0 where they are 16 or more. */
  swizzle: binary("v128", "v128", 0xfd000e),
  relaxedSwizzle: binary("v128", "v128", 0xfd0100),
  relaxedLaneselect: ternary("v128", 0xfd0109),
  eq: binary("v128", "v128", 0xfd0023),
  ne: binary("v128", "v128", 0xfd0024),
  ltS: binary("v128", "v128", 0xfd0025),
  ltU: binary("v128", "v128", 0xfd0026),
  gtS: binary("v128", "v128", 0xfd0027),
  gtU: binary("v128", "v128", 0xfd0028),
  leS: binary("v128", "v128", 0xfd0029),
  leU: binary("v128", "v128", 0xfd002a),
  geS: binary("v128", "v128", 0xfd002b),
  geU: binary("v128", "v128", 0xfd002c),
  abs: unary("v128", "v128", 0xfd0060),
  neg: unary("v128", "v128", 0xfd0061),
  popcnt: unary("v128", "v128", 0xfd0062),
  allTrue: unary("v128", "i32", 0xfd0063),
  bitmask: unary("v128", "i32", 0xfd0064),
  narrowI16x8S: binary("v128", "v128", 0xfd0065),
  narrowI16x8U: binary("v128", "v128", 0xfd0066),
  shl: vectorShift(0xfd006b),
  shrS: vectorShift(0xfd006c),
  shrU: vectorShift(0xfd006d),
  add: binary("v128", "v128", 0xfd006e),
  addSatS: binary("v128", "v128", 0xfd006f),
  addSatU: binary("v128", "v128", 0xfd0070),
  sub: binary("v128", "v128", 0xfd0071),
  subSatS: binary("v128", "v128", 0xfd0072),
  subSatU: binary("v128", "v128", 0xfd0073),
  minS: binary("v128", "v128", 0xfd0076),
  minU: binary("v128", "v128", 0xfd0077),
  maxS: binary("v128", "v128", 0xfd0078),
  maxU: binary("v128", "v128", 0xfd0079),
  avgrU: binary("v128", "v128", 0xfd007b)
} as const

export const i16x8 = {
  /** A constant: one value for every lane, or 8 values. */
  const: (...values: ReadonlyArray<number>) =>
    vectorConstant((lanes) => {
      for (let i = 0; i < 8; i++) lanes.setInt16(i * 2, values[i] ?? values[0]!, true)
    }),
  splat: unary("i32", "v128", 0xfd0010),
  extractLaneS: extractLane("i32", 0xfd0018),
  extractLaneU: extractLane("i32", 0xfd0019),
  replaceLane: replaceLane("i32", 0xfd001a),
  eq: binary("v128", "v128", 0xfd002d),
  ne: binary("v128", "v128", 0xfd002e),
  ltS: binary("v128", "v128", 0xfd002f),
  ltU: binary("v128", "v128", 0xfd0030),
  gtS: binary("v128", "v128", 0xfd0031),
  gtU: binary("v128", "v128", 0xfd0032),
  leS: binary("v128", "v128", 0xfd0033),
  leU: binary("v128", "v128", 0xfd0034),
  geS: binary("v128", "v128", 0xfd0035),
  geU: binary("v128", "v128", 0xfd0036),
  extaddPairwiseI8x16S: unary("v128", "v128", 0xfd007c),
  extaddPairwiseI8x16U: unary("v128", "v128", 0xfd007d),
  abs: unary("v128", "v128", 0xfd0080),
  neg: unary("v128", "v128", 0xfd0081),
  q15mulrSatS: binary("v128", "v128", 0xfd0082),
  allTrue: unary("v128", "i32", 0xfd0083),
  bitmask: unary("v128", "i32", 0xfd0084),
  narrowI32x4S: binary("v128", "v128", 0xfd0085),
  narrowI32x4U: binary("v128", "v128", 0xfd0086),
  extendLowI8x16S: unary("v128", "v128", 0xfd0087),
  extendHighI8x16S: unary("v128", "v128", 0xfd0088),
  extendLowI8x16U: unary("v128", "v128", 0xfd0089),
  extendHighI8x16U: unary("v128", "v128", 0xfd008a),
  shl: vectorShift(0xfd008b),
  shrS: vectorShift(0xfd008c),
  shrU: vectorShift(0xfd008d),
  add: binary("v128", "v128", 0xfd008e),
  addSatS: binary("v128", "v128", 0xfd008f),
  addSatU: binary("v128", "v128", 0xfd0090),
  sub: binary("v128", "v128", 0xfd0091),
  subSatS: binary("v128", "v128", 0xfd0092),
  subSatU: binary("v128", "v128", 0xfd0093),
  mul: binary("v128", "v128", 0xfd0095),
  minS: binary("v128", "v128", 0xfd0096),
  minU: binary("v128", "v128", 0xfd0097),
  maxS: binary("v128", "v128", 0xfd0098),
  maxU: binary("v128", "v128", 0xfd0099),
  avgrU: binary("v128", "v128", 0xfd009b),
  extmulLowI8x16S: binary("v128", "v128", 0xfd009c),
  extmulHighI8x16S: binary("v128", "v128", 0xfd009d),
  extmulLowI8x16U: binary("v128", "v128", 0xfd009e),
  extmulHighI8x16U: binary("v128", "v128", 0xfd009f),
  relaxedLaneselect: ternary("v128", 0xfd010a),
  relaxedQ15mulrS: binary("v128", "v128", 0xfd0111),
  relaxedDotI8x16I7x16S: binary("v128", "v128", 0xfd0112)
} as const

export const i32x4 = {
  /** A constant: one value for every lane, or 4 values. */
  const: (...values: ReadonlyArray<number>) =>
    vectorConstant((lanes) => {
      for (let i = 0; i < 4; i++) lanes.setInt32(i * 4, values[i] ?? values[0]!, true)
    }),
  splat: unary("i32", "v128", 0xfd0011),
  extractLane: extractLane("i32", 0xfd001b),
  replaceLane: replaceLane("i32", 0xfd001c),
  eq: binary("v128", "v128", 0xfd0037),
  ne: binary("v128", "v128", 0xfd0038),
  ltS: binary("v128", "v128", 0xfd0039),
  ltU: binary("v128", "v128", 0xfd003a),
  gtS: binary("v128", "v128", 0xfd003b),
  gtU: binary("v128", "v128", 0xfd003c),
  leS: binary("v128", "v128", 0xfd003d),
  leU: binary("v128", "v128", 0xfd003e),
  geS: binary("v128", "v128", 0xfd003f),
  geU: binary("v128", "v128", 0xfd0040),
  extaddPairwiseI16x8S: unary("v128", "v128", 0xfd007e),
  extaddPairwiseI16x8U: unary("v128", "v128", 0xfd007f),
  abs: unary("v128", "v128", 0xfd00a0),
  neg: unary("v128", "v128", 0xfd00a1),
  allTrue: unary("v128", "i32", 0xfd00a3),
  bitmask: unary("v128", "i32", 0xfd00a4),
  extendLowI16x8S: unary("v128", "v128", 0xfd00a7),
  extendHighI16x8S: unary("v128", "v128", 0xfd00a8),
  extendLowI16x8U: unary("v128", "v128", 0xfd00a9),
  extendHighI16x8U: unary("v128", "v128", 0xfd00aa),
  shl: vectorShift(0xfd00ab),
  shrS: vectorShift(0xfd00ac),
  shrU: vectorShift(0xfd00ad),
  add: binary("v128", "v128", 0xfd00ae),
  sub: binary("v128", "v128", 0xfd00b1),
  mul: binary("v128", "v128", 0xfd00b5),
  minS: binary("v128", "v128", 0xfd00b6),
  minU: binary("v128", "v128", 0xfd00b7),
  maxS: binary("v128", "v128", 0xfd00b8),
  maxU: binary("v128", "v128", 0xfd00b9),
  dotI16x8S: binary("v128", "v128", 0xfd00ba),
  extmulLowI16x8S: binary("v128", "v128", 0xfd00bc),
  extmulHighI16x8S: binary("v128", "v128", 0xfd00bd),
  extmulLowI16x8U: binary("v128", "v128", 0xfd00be),
  extmulHighI16x8U: binary("v128", "v128", 0xfd00bf),
  truncSatF32x4S: unary("v128", "v128", 0xfd00f8),
  truncSatF32x4U: unary("v128", "v128", 0xfd00f9),
  /** Lanes 0 and 1 from the two lanes of the operand, lanes 2 and 3 zero. */
  truncSatF64x2SZero: unary("v128", "v128", 0xfd00fc),
  truncSatF64x2UZero: unary("v128", "v128", 0xfd00fd),
  relaxedTruncF32x4S: unary("v128", "v128", 0xfd0101),
  relaxedTruncF32x4U: unary("v128", "v128", 0xfd0102),
  relaxedTruncF64x2SZero: unary("v128", "v128", 0xfd0103),
  relaxedTruncF64x2UZero: unary("v128", "v128", 0xfd0104),
  relaxedLaneselect: ternary("v128", 0xfd010b),
  relaxedDotI8x16I7x16AddS: ternary("v128", 0xfd0113),
  /** Lanes of the first operand (0 to 3) and of the second (4 to 7), by position. */
  shuffle: (a: Vector, b: Vector, lanes: readonly [number, number, number, number]): Vector =>
    i8x16.shuffle(a, b, lanes.flatMap((lane) => [4 * lane, 4 * lane + 1, 4 * lane + 2, 4 * lane + 3]))
} as const

export const i64x2 = {
  /** A constant: one value for every lane, or 2 values. */
  const: (...values: ReadonlyArray<bigint>) =>
    vectorConstant((lanes) => {
      for (let i = 0; i < 2; i++) lanes.setBigInt64(i * 8, values[i] ?? values[0]!, true)
    }),
  splat: unary("i64", "v128", 0xfd0012),
  extractLane: extractLane("i64", 0xfd001d),
  replaceLane: replaceLane("i64", 0xfd001e),
  abs: unary("v128", "v128", 0xfd00c0),
  neg: unary("v128", "v128", 0xfd00c1),
  allTrue: unary("v128", "i32", 0xfd00c3),
  bitmask: unary("v128", "i32", 0xfd00c4),
  extendLowI32x4S: unary("v128", "v128", 0xfd00c7),
  extendHighI32x4S: unary("v128", "v128", 0xfd00c8),
  extendLowI32x4U: unary("v128", "v128", 0xfd00c9),
  extendHighI32x4U: unary("v128", "v128", 0xfd00ca),
  shl: vectorShift(0xfd00cb),
  /** Emulated on x64 before AVX-512: several instructions. */
  shrS: vectorShift(0xfd00cc),
  shrU: vectorShift(0xfd00cd),
  add: binary("v128", "v128", 0xfd00ce),
  sub: binary("v128", "v128", 0xfd00d1),
  /** Emulated on x64 before AVX-512: several instructions. */
  mul: binary("v128", "v128", 0xfd00d5),
  eq: binary("v128", "v128", 0xfd00d6),
  ne: binary("v128", "v128", 0xfd00d7),
  ltS: binary("v128", "v128", 0xfd00d8),
  gtS: binary("v128", "v128", 0xfd00d9),
  leS: binary("v128", "v128", 0xfd00da),
  geS: binary("v128", "v128", 0xfd00db),
  extmulLowI32x4S: binary("v128", "v128", 0xfd00dc),
  extmulHighI32x4S: binary("v128", "v128", 0xfd00dd),
  extmulLowI32x4U: binary("v128", "v128", 0xfd00de),
  extmulHighI32x4U: binary("v128", "v128", 0xfd00df),
  relaxedLaneselect: ternary("v128", 0xfd010c),
  /** Lanes of the first operand (0, 1) and of the second (2, 3), by position. */
  shuffle: (a: Vector, b: Vector, lanes: readonly [number, number]): Vector =>
    i32x4.shuffle(a, b, [2 * lanes[0], 2 * lanes[0] + 1, 2 * lanes[1], 2 * lanes[1] + 1])
} as const

export const f32x4 = {
  /** A constant: one value for every lane, or 4 values. */
  const: (...values: ReadonlyArray<number>) =>
    vectorConstant((lanes) => {
      for (let i = 0; i < 4; i++) lanes.setFloat32(i * 4, values[i] ?? values[0]!, true)
    }),
  splat: unary("f32", "v128", 0xfd0013),
  extractLane: extractLane("f32", 0xfd001f),
  replaceLane: replaceLane("f32", 0xfd0020),
  eq: binary("v128", "v128", 0xfd0041),
  ne: binary("v128", "v128", 0xfd0042),
  lt: binary("v128", "v128", 0xfd0043),
  gt: binary("v128", "v128", 0xfd0044),
  le: binary("v128", "v128", 0xfd0045),
  ge: binary("v128", "v128", 0xfd0046),
  ceil: unary("v128", "v128", 0xfd0067),
  floor: unary("v128", "v128", 0xfd0068),
  trunc: unary("v128", "v128", 0xfd0069),
  nearest: unary("v128", "v128", 0xfd006a),
  abs: unary("v128", "v128", 0xfd00e0),
  neg: unary("v128", "v128", 0xfd00e1),
  sqrt: unary("v128", "v128", 0xfd00e3),
  add: binary("v128", "v128", 0xfd00e4),
  sub: binary("v128", "v128", 0xfd00e5),
  mul: binary("v128", "v128", 0xfd00e6),
  div: binary("v128", "v128", 0xfd00e7),
  min: binary("v128", "v128", 0xfd00e8),
  max: binary("v128", "v128", 0xfd00e9),
  /** `b < a ? b : a`: one instruction on x64; with a NaN in either operand, the first operand. */
  pmin: binary("v128", "v128", 0xfd00ea),
  /** `a < b ? b : a`: one instruction on x64; with a NaN in either operand, the first operand. */
  pmax: binary("v128", "v128", 0xfd00eb),
  /** Lanes 0 and 1 from the two lanes of the operand, lanes 2 and 3 zero. */
  demoteF64x2Zero: unary("v128", "v128", 0xfd005e),
  convertI32x4S: unary("v128", "v128", 0xfd00fa),
  convertI32x4U: unary("v128", "v128", 0xfd00fb),
  /** `a * b + c`, rounded once or twice. */
  relaxedMadd: ternary("v128", 0xfd0105),
  /** `-(a * b) + c`, rounded once or twice. */
  relaxedNmadd: ternary("v128", 0xfd0106),
  relaxedMin: binary("v128", "v128", 0xfd010d),
  relaxedMax: binary("v128", "v128", 0xfd010e)
} as const

export const f64x2 = {
  /** A constant: one value for every lane, or 2 values. */
  const: (...values: ReadonlyArray<number>) =>
    vectorConstant((lanes) => {
      for (let i = 0; i < 2; i++) lanes.setFloat64(i * 8, values[i] ?? values[0]!, true)
    }),
  splat: unary("f64", "v128", 0xfd0014),
  extractLane: extractLane("f64", 0xfd0021),
  replaceLane: replaceLane("f64", 0xfd0022),
  eq: binary("v128", "v128", 0xfd0047),
  ne: binary("v128", "v128", 0xfd0048),
  lt: binary("v128", "v128", 0xfd0049),
  gt: binary("v128", "v128", 0xfd004a),
  le: binary("v128", "v128", 0xfd004b),
  ge: binary("v128", "v128", 0xfd004c),
  ceil: unary("v128", "v128", 0xfd0074),
  floor: unary("v128", "v128", 0xfd0075),
  trunc: unary("v128", "v128", 0xfd007a),
  nearest: unary("v128", "v128", 0xfd0094),
  abs: unary("v128", "v128", 0xfd00ec),
  neg: unary("v128", "v128", 0xfd00ed),
  sqrt: unary("v128", "v128", 0xfd00ef),
  add: binary("v128", "v128", 0xfd00f0),
  sub: binary("v128", "v128", 0xfd00f1),
  mul: binary("v128", "v128", 0xfd00f2),
  div: binary("v128", "v128", 0xfd00f3),
  min: binary("v128", "v128", 0xfd00f4),
  max: binary("v128", "v128", 0xfd00f5),
  /** `b < a ? b : a`: one instruction on x64; with a NaN in either operand, the first operand. */
  pmin: binary("v128", "v128", 0xfd00f6),
  /** `a < b ? b : a`: one instruction on x64; with a NaN in either operand, the first operand. */
  pmax: binary("v128", "v128", 0xfd00f7),
  /** The two low lanes. */
  promoteLowF32x4: unary("v128", "v128", 0xfd005f),
  convertLowI32x4S: unary("v128", "v128", 0xfd00fe),
  convertLowI32x4U: unary("v128", "v128", 0xfd00ff),
  /** `a * b + c`, rounded once or twice. */
  relaxedMadd: ternary("v128", 0xfd0107),
  /** `-(a * b) + c`, rounded once or twice. */
  relaxedNmadd: ternary("v128", 0xfd0108),
  relaxedMin: binary("v128", "v128", 0xfd010f),
  relaxedMax: binary("v128", "v128", 0xfd0110)
} as const
