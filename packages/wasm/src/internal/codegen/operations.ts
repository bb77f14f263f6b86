/**
 * Which emitter computes which instruction, by the dtype of its operands.
 */
import type { BinaryOp, Instruction, UnaryOp } from "@effax/compiler/Plan"
import { isScalarOp } from "@effax/compiler/ScalarOp"
import type { DType } from "effax/DType"
import { i32x4, v128 } from "../assembler/index.ts"
import { functions, type MathFunction } from "../math/index.ts"
import { bitcast, convert } from "./conversions.ts"
import { float32Operations, float64Operations } from "./floatOperations.ts"
import {
  boolOperations,
  int32Operations,
  int64Operations,
  type Operations,
  uint32Operations,
  uint64Operations
} from "./integerOperations.ts"
import { isWide, type LaneContext, type Lanes, type Vector } from "./lanes.ts"
import { type Argument, type Operation, widenMask } from "./operation.ts"
import { remainder32, remainder64 } from "./remainder.ts"

/** Operations that an instruction computes, though there is code for other dtypes in `../math`. */
const native = ["ceil", "floor", "round_to_even", "sqrt"] as const

/** Operations that `../math` computes. */
type MathOp = Exclude<Extract<UnaryOp | BinaryOp, MathFunction>, typeof native[number]>

const mathOps = (Object.keys(functions) as ReadonlyArray<MathFunction>).filter((name): name is MathOp =>
  isScalarOp(name) && !(native as ReadonlyArray<string>).includes(name)
)

/**
 * The functions that are worth their place in a loop's own code: a call saves and reloads every vector in use. The rest is
 * long, and the call is a small part of what it costs.
 */
const inlined: ReadonlySet<MathOp> = new Set<MathOp>([
  "exp",
  "exp2",
  "expm1",
  "log",
  "log1p",
  "logistic",
  "rsqrt",
  "sin",
  "cos",
  "tanh",
  "sinh",
  "cosh",
  "atan",
  "erf",
  "nextafter",
  "sign",
  "round_away_from_zero"
])

const math = (op: MathOp, dtype: "float32" | "float64"): Operation => (k, args) => {
  const { constants, f, library } = k
  const inline = k.width === 4 && inlined.has(op)
  const operands = args.map((arg) => arg.lanes)
  return operands[0]!.map((_, part) => {
    const x = operands.map((lanes) => lanes[part]!)
    if (dtype === "float32") {
      return inline ? library.inline32(f, constants, op, ...x) : library.call32(f, op, ...x)
    }
    return inline ? library.inline64(f, constants, op, ...x) : library.call64(f, op, ...x)
  })
}

const mathOperations = (dtype: "float32" | "float64"): Operations =>
  Object.fromEntries(mathOps.map((op) => [op, math(op, dtype)]))

const operations: { readonly [D in DType]?: Operations } = {
  bool: boolOperations,
  int32: int32Operations,
  uint32: uint32Operations,
  int64: int64Operations,
  uint64: uint64Operations,
  float32: { ...float32Operations, ...mathOperations("float32"), rem: remainder32 },
  float64: { ...float64Operations, ...mathOperations("float64"), rem: remainder64 }
}

/** Lanes of the first value where the mask holds, else of the second. */
export const choose = (k: LaneContext, mask: Lanes, onTrue: Lanes, onFalse: Lanes): ReadonlyArray<Vector> => {
  const blend = k.context.options.relaxedSimd ? i32x4.relaxedLaneselect : v128.bitselect
  return onTrue.map((part, i) => blend(part, onFalse[i]!, mask[i]!))
}

const select = (k: LaneContext, dtype: DType, [condition, onTrue, onFalse]: ReadonlyArray<Argument>) => {
  const mask = condition!.lanes[0]!
  const masks = isWide(dtype) ? widenMask(k, mask).map((part) => k.f.let(part)) : [mask]
  return choose(k, masks, onTrue!.lanes, onFalse!.lanes)
}

/** The lanes of a constant. */
export const literalLanes = (k: LaneContext, dtype: DType, value: number | bigint | boolean): Lanes => {
  const { constants, f } = k
  const one = literalVector[dtype]
  if (one === undefined) throw new Error(`codegen: a literal of dtype ${dtype}`)
  const vector = one(constants, value)
  const local = "index" in vector ? vector as Lanes[number] : f.let(vector)
  return isWide(dtype) && k.width === 4 ? [local, local] : [local]
}

type LiteralMaker = (constants: LaneContext["constants"], value: number | bigint | boolean) => Vector

const integer: LiteralMaker = (constants, value) => constants.i32x4(Number(BigInt.asIntN(32, BigInt(value))))
const wideInteger: LiteralMaker = (constants, value) => constants.i64x2(BigInt.asIntN(64, BigInt(value)))
const narrowInteger = (bits: number, signed: boolean): LiteralMaker => (constants, value) =>
  constants.i32x4(Number(signed ? BigInt.asIntN(bits, BigInt(value)) : BigInt.asUintN(bits, BigInt(value))))

/** The bits of a number rounded to bfloat16, by way of float32. */
const bfloat16Bits = (value: number): number => {
  const bits = new Uint32Array(Float32Array.of(value).buffer)[0]!
  return Number.isNaN(value) ? 0x7fc0 : (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16
}

const float16Bits = (value: number): number => {
  const view = new DataView(new ArrayBuffer(2))
  view.setFloat16(0, Math.fround(value))
  return view.getUint16(0)
}

const literalVector: { readonly [D in DType]?: LiteralMaker } = {
  bool: (constants, value) => constants.i32x4(value ? -1 : 0),
  int8: narrowInteger(8, true),
  int16: narrowInteger(16, true),
  int32: integer,
  int64: wideInteger,
  uint8: narrowInteger(8, false),
  uint16: narrowInteger(16, false),
  uint32: integer,
  uint64: wideInteger,
  bfloat16: (constants, value) => constants.i32x4(bfloat16Bits(Number(value))),
  float16: (constants, value) => constants.i32x4(float16Bits(Number(value))),
  float32: (constants, value) => constants.f32x4(Number(value)),
  float64: (constants, value) => constants.f64x2(Number(value))
}

/** The expressions of the vectors of an operation on two values. */
export const combine = (k: LaneContext, op: BinaryOp, dtype: DType, x: Lanes, y: Lanes): ReadonlyArray<Vector> => {
  const argument = (lanes: Lanes): Argument => ({ dtype, literal: undefined, lanes })
  return operations[dtype]![op]!(k, [argument(x), argument(y)])
}

type Computing = Extract<Instruction, { readonly args: ReadonlyArray<number> }>

/** The expressions of the vectors of an instruction that has operands. */
export const emitOperation = (
  k: LaneContext,
  instruction: Computing,
  args: ReadonlyArray<Argument>
): ReadonlyArray<Vector> => {
  const { dtype, op } = instruction
  const operand = args[0]!
  if (op === "convert") return convert(k, operand.dtype, dtype, operand.lanes)
  if (op === "bitcast") return bitcast(k, operand.dtype, dtype, operand.lanes)
  if (op === "select") return select(k, dtype, args)
  const operation = operations[operand.dtype]?.[op]
  if (operation === undefined) throw new Error(`codegen: ${op} of ${operand.dtype} is not an operation of bodies`)
  return operation(k, args)
}
