/**
 * Bodies evaluated one instruction and one point at a time on JavaScript numbers: what generated code is compared with.
 */
import type { Body, Instruction } from "@effax/compiler/Plan"
import type { DType, TypedArray } from "effax/DType"

/** Numbers and booleans; bigints for 64-bit integers; the bits of 16-bit floats. */
export type Scalar = number | bigint | boolean

const view = new DataView(new ArrayBuffer(8))

export const halfToNumber = (bits: number): number => {
  view.setUint16(0, bits)
  return view.getFloat16(0)
}
export const numberToHalf = (x: number): number => {
  view.setFloat16(0, Math.fround(x))
  return view.getUint16(0)
}
export const bfloatToNumber = (bits: number): number => {
  view.setUint32(0, bits << 16 >>> 0)
  return view.getFloat32(0)
}
export const numberToBfloat = (x: number): number => {
  if (Number.isNaN(x)) return 0x7fc0
  view.setFloat32(0, x)
  const bits = view.getUint32(0)
  // Exact decision by distance: the two neighbours, and the even one on a tie
  const down = bits >>> 16
  const rest = bits & 0xffff
  return rest > 0x8000 || (rest === 0x8000 && (down & 1) === 1) ? (down + 1) & 0xffff : down
}

type Ints = "int8" | "int16" | "int32" | "int64" | "uint8" | "uint16" | "uint32" | "uint64"
const width: { readonly [D in Ints]: number } = {
  int8: 8,
  int16: 16,
  int32: 32,
  int64: 64,
  uint8: 8,
  uint16: 16,
  uint32: 32,
  uint64: 64
}
const isInt = (dtype: DType): dtype is Ints => Object.hasOwn(width, dtype)

/** An integer of any size, wrapped to a dtype. */
const wrap = (dtype: Ints, x: bigint): Scalar => {
  const wrapped = dtype.startsWith("u") ? BigInt.asUintN(width[dtype], x) : BigInt.asIntN(width[dtype], x)
  return width[dtype] === 64 ? wrapped : Number(wrapped)
}

const limits = (dtype: Ints): readonly [bigint, bigint] => {
  const bits = BigInt(width[dtype])
  return dtype.startsWith("u") ? [0n, (1n << bits) - 1n] : [-(1n << (bits - 1n)), (1n << (bits - 1n)) - 1n]
}

const saturate = (dtype: Ints, x: number): Scalar => {
  const [low, high] = limits(dtype)
  const whole = Number.isNaN(x) ? 0n : x === Infinity ? high : x === -Infinity ? low : BigInt(Math.trunc(x))
  return wrap(dtype, whole < low ? low : whole > high ? high : whole)
}

/** A value of a dtype as a number, or as a bigint where it is a 64-bit integer. */
export const toNumber = (dtype: DType, x: Scalar): number | bigint =>
  dtype === "bool"
    ? x ? 1 : 0
    : dtype === "float16"
    ? halfToNumber(Number(x))
    : dtype === "bfloat16"
    ? bfloatToNumber(Number(x))
    : x as number | bigint

export const fromNumber = (dtype: DType, x: number): Scalar =>
  dtype === "bool"
    ? x !== 0
    : dtype === "float16"
    ? numberToHalf(x)
    : dtype === "bfloat16"
    ? numberToBfloat(Math.fround(x))
    : dtype === "float32"
    ? Math.fround(x)
    : isInt(dtype)
    ? saturate(dtype, x)
    : x

export const convert = (from: DType, to: DType, x: Scalar): Scalar => {
  const value = toNumber(from, x)
  if (to === "bool") return Number.isNaN(value) || Number(value) !== 0
  if (isInt(to)) return isInt(from) || from === "bool" ? wrap(to, BigInt(value)) : saturate(to, Number(value))
  if (to === "float32" && typeof value === "bigint") return roundBigint(value)
  return fromNumber(to, Number(value))
}

/** The float32 nearest to an integer: through float64, rounding would happen twice. */
const roundBigint = (x: bigint): number => {
  const magnitude = x < 0n ? -x : x
  const bits = magnitude.toString(2).length
  if (bits <= 24) return Number(x)
  const shift = BigInt(bits - 24)
  let kept = magnitude >> shift
  const rest = magnitude & ((1n << shift) - 1n)
  const half = 1n << (shift - 1n)
  if (rest > half || (rest === half && (kept & 1n) === 1n)) kept += 1n
  const value = Number(kept) * 2 ** Number(shift)
  return x < 0n ? -value : value
}

const size: { readonly [D in DType]?: number } = {
  bool: 1,
  int8: 1,
  uint8: 1,
  int16: 2,
  uint16: 2,
  float16: 2,
  bfloat16: 2,
  int32: 4,
  uint32: 4,
  float32: 4,
  int64: 8,
  uint64: 8,
  float64: 8
}

const bitcast = (from: DType, to: DType, x: Scalar): Scalar => {
  const bytes = size[from]!
  if (from === "float32") view.setFloat32(0, Number(x))
  else if (from === "float64") view.setFloat64(0, Number(x))
  else if (bytes === 8) view.setBigUint64(0, BigInt.asUintN(64, BigInt(x)))
  else if (bytes === 4) view.setUint32(0, Number(x))
  else if (bytes === 2) view.setUint16(0, Number(x))
  else view.setUint8(0, Number(x))
  if (to === "float32") return view.getFloat32(0)
  if (to === "float64") return view.getFloat64(0)
  if (to === "int64") return view.getBigInt64(0)
  if (to === "uint64") return view.getBigUint64(0)
  if (to === "int32") return view.getInt32(0)
  if (to === "uint32") return view.getUint32(0)
  if (to === "int16") return view.getInt16(0)
  if (to === "int8") return view.getInt8(0)
  return bytes === 2 ? view.getUint16(0) : view.getUint8(0)
}

const integerOp = (op: string, dtype: Ints, x: bigint, y: bigint): Scalar => {
  const bits = BigInt(width[dtype])
  const unsigned = (v: bigint) => BigInt.asUintN(width[dtype], v)
  const inside = unsigned(y) < bits
  const abs = (v: bigint) => v < 0n ? -v : v
  const results: { readonly [op: string]: () => Scalar } = {
    add: () => wrap(dtype, x + y),
    sub: () => wrap(dtype, x - y),
    mul: () => wrap(dtype, x * y),
    div: () => wrap(dtype, y === 0n ? -1n : x / y),
    rem: () => wrap(dtype, y === 0n ? x : x % y),
    max: () => wrap(dtype, x > y ? x : y),
    min: () => wrap(dtype, x < y ? x : y),
    and: () => wrap(dtype, x & y),
    or: () => wrap(dtype, x | y),
    xor: () => wrap(dtype, x ^ y),
    not: () => wrap(dtype, ~x),
    neg: () => wrap(dtype, -x),
    abs: () => wrap(dtype, abs(x)),
    sign: () => wrap(dtype, x > 0n ? 1n : x < 0n ? -1n : 0n),
    shift_left: () => wrap(dtype, inside ? x << y : 0n),
    shift_right_logical: () => wrap(dtype, inside ? unsigned(x) >> y : 0n),
    shift_right_arithmetic: () => wrap(dtype, BigInt.asIntN(Number(bits), x) >> (inside ? y : bits - 1n)),
    population_count: () => wrap(dtype, BigInt([...unsigned(x).toString(2)].filter((digit) => digit === "1").length)),
    clz: () => wrap(dtype, x === 0n ? bits : bits - BigInt(unsigned(x).toString(2).length)),
    eq: () => x === y,
    ne: () => x !== y,
    lt: () => x < y,
    le: () => x <= y,
    gt: () => x > y,
    ge: () => x >= y
  }
  return results[op]!()
}

const roundEven = (x: number): number => {
  const floor = Math.floor(x)
  const rest = x - floor
  const up = rest > 0.5 || (rest === 0.5 && floor % 2 !== 0)
  return Object.is(x, -0) || (x < 0 && (up ? floor + 1 : floor) === 0) ? -0 : up ? floor + 1 : floor
}

const roundAway = (x: number): number =>
  Math.sign(x) * Math.floor(Math.abs(x)) + (Math.abs(x) % 1 >= 0.5 ? Math.sign(x) : 0)

const floatResults: { readonly [op: string]: (x: number, y: number) => number | boolean } = {
  add: (x, y) => x + y,
  sub: (x, y) => x - y,
  mul: (x, y) => x * y,
  div: (x, y) => x / y,
  rem: (x, y) => x % y,
  max: (x, y) => Math.max(x, y),
  min: (x, y) => Math.min(x, y),
  neg: (x) => -x,
  abs: Math.abs,
  sign: Math.sign,
  floor: Math.floor,
  ceil: Math.ceil,
  round_to_even: roundEven,
  round_away_from_zero: (x) => Object.is(x, -0) || (x < 0 && x > -0.5) ? -0 : Number.isFinite(x) ? roundAway(x) : x,
  sqrt: Math.sqrt,
  is_finite: Number.isFinite,
  sin: Math.sin,
  cos: Math.cos,
  exp: Math.exp,
  tanh: Math.tanh,
  log: Math.log,
  pow: Math.pow,
  eq: (x, y) => x === y,
  ne: (x, y) => x !== y,
  lt: (x, y) => x < y,
  le: (x, y) => x <= y,
  gt: (x, y) => x > y,
  ge: (x, y) => x >= y
}

const boolResults: { readonly [op: string]: (x: boolean, y: boolean) => boolean } = {
  and: (x, y) => x && y,
  or: (x, y) => x || y,
  xor: (x, y) => x !== y,
  not: (x) => !x,
  max: (x, y) => x || y,
  min: (x, y) => x && y,
  eq: (x, y) => x === y,
  ne: (x, y) => x !== y,
  lt: (x, y) => !x && y,
  le: (x, y) => !x || y,
  gt: (x, y) => x && !y,
  ge: (x, y) => x || !y
}

const compute = (op: string, dtype: DType, x: Scalar, y: Scalar): Scalar => {
  if (dtype === "bool") return boolResults[op]!(Boolean(x), Boolean(y))
  if (isInt(dtype)) return integerOp(op, dtype, BigInt(x), BigInt(y))
  const result = floatResults[op]!(Number(x), Number(y))
  return typeof result === "boolean" ? result : dtype === "float32" ? Math.fround(result) : result
}

export interface Point {
  readonly coordinates: ReadonlyArray<number>
  readonly memory: ReadonlyArray<TypedArray>
  readonly results?: ReadonlyArray<Scalar>
}

const position = (
  index: { readonly offset: number; readonly strides: ReadonlyArray<number> },
  at: ReadonlyArray<number>
) => index.strides.reduce((sum, stride, axis) => sum + stride * at[axis]!, index.offset)

const element = (dtype: DType, array: TypedArray, i: number): Scalar => dtype === "bool" ? array[i] !== 0 : array[i]!

const evaluateOne = (instruction: Instruction, values: ReadonlyArray<Scalar>, body: Body, point: Point): Scalar => {
  switch (instruction.op) {
    case "load":
      return element(
        instruction.dtype,
        point.memory[instruction.buffer]!,
        position(instruction.index, point.coordinates)
      )
    case "loadAt":
      return element(instruction.dtype, point.memory[instruction.buffer]!, Number(values[instruction.index]))
    case "literal":
      return isInt(instruction.dtype)
        ? wrap(instruction.dtype, BigInt(instruction.value))
        : instruction.dtype === "bool"
        ? Boolean(instruction.value)
        : fromNumber(instruction.dtype, Number(instruction.value))
    case "index":
      return point.coordinates[instruction.axis]!
    case "result":
      return point.results![instruction.which]!
    default: {
      const [x, y, z] = instruction.args.map((id) => values[id!]!)
      const from = body[instruction.args[0]]!.dtype
      if (instruction.op === "convert") return convert(from, instruction.dtype, x!)
      if (instruction.op === "bitcast") return bitcast(from, instruction.dtype, x!)
      if (instruction.op === "select") return x ? y! : z!
      return compute(instruction.op, from, x!, y ?? x!)
    }
  }
}

/** The values of all instructions at a point. */
export const evaluate = (body: Body, point: Point): ReadonlyArray<Scalar> => {
  const values: Array<Scalar> = []
  for (const instruction of body) values.push(evaluateOne(instruction, values, body, point))
  return values
}

/** All points of a space, row-major. */
export function* points(space: ReadonlyArray<number>): Generator<ReadonlyArray<number>> {
  const total = space.reduce((a, b) => a * b, 1)
  for (let i = 0; i < total; i++) {
    const at: Array<number> = []
    let rest = i
    for (let axis = space.length - 1; axis >= 0; axis--) {
      at.unshift(rest % space[axis]!)
      rest = Math.floor(rest / space[axis]!)
    }
    yield at
  }
}

export const offsetOf = position

/** A scalar as it stands in a typed array. */
export const stored = (x: Scalar): number | bigint => typeof x === "boolean" ? Number(x) : x

/** The same value, NaN and the signs of zeros included; for 16-bit floats, any two NaN are the same. */
export const same = (dtype: DType, got: number | bigint, want: number | bigint): boolean => {
  if (Object.is(got, want)) return true
  if (dtype === "float16" || dtype === "bfloat16") {
    return Number.isNaN(toNumber(dtype, got)) && Number.isNaN(toNumber(dtype, want))
  }
  return false
}
