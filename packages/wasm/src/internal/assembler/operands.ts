/**
 * Makers of instruction constructors: each takes an opcode and gives a function from operands to an expression.
 * Plain numbers stand for constants of the operand's type.
 */
import type { ValueType, Writer } from "./encoding.ts"
import { Constant, Instruction, InstructionWithImmediates, Statement, Value, writeOpcode } from "./expression.ts"

/** What an instruction accepts as an operand of a type: a value, or a number that becomes a constant. */
export type Operand<T extends ValueType> =
  | Value<T>
  | (T extends "i64" ? number | bigint : T extends "v128" ? never : number)

/** Where a memory access goes, beyond its address: a static byte offset, and the alignment that may be assumed. */
export interface MemoryAccess {
  /** Bytes added to the address. Defaults to 0. */
  readonly offset?: number
  /** Alignment in bytes, a power of two. Defaults to the access's width; only a hint, save for atomics. */
  readonly align?: number
}

/** The bytes that follow an opcode: an alignment and an offset, a lane, both, or none. */
export type Immediates = "none" | "memory" | "lane" | "memoryLane"

/** How an instruction is encoded; it stands with the constructor, so that the printer of modules reads the same tables. */
export interface Encoded {
  readonly opcode: number
  readonly immediates: Immediates
}

const encoded = <F extends object>(opcode: number, immediates: Immediates, make: F): F & Encoded =>
  Object.assign(make, { opcode, immediates })

export const i32Constant = (value: number): Constant<"i32"> =>
  new Constant("i32", (code) => {
    code.byte(0x41)
    code.s32(value)
  })

export const i64Constant = (value: number | bigint): Constant<"i64"> =>
  new Constant("i64", (code) => {
    code.byte(0x42)
    code.s64(BigInt(value))
  })

export const f32Constant = (value: number): Constant<"f32"> =>
  new Constant("f32", (code) => {
    code.byte(0x43)
    code.f32(value)
  })

export const f64Constant = (value: number): Constant<"f64"> =>
  new Constant("f64", (code) => {
    code.byte(0x44)
    code.f64(value)
  })

/** An operand as a value: checks its type, makes constants of numbers. */
export const toValue = <T extends ValueType>(type: T, operand: Operand<T>): Value<T> => {
  if (operand instanceof Value) {
    if (operand.type !== type) throw new Error(`assembler: operand of type ${operand.type} where ${type} is expected`)
    return operand
  }
  switch (type as ValueType) {
    case "i32":
      return i32Constant(Number(operand)) as unknown as Value<T>
    case "i64":
      return i64Constant(operand) as unknown as Value<T>
    case "f32":
      return f32Constant(Number(operand)) as unknown as Value<T>
    case "f64":
      return f64Constant(Number(operand)) as unknown as Value<T>
    case "v128":
      throw new Error("assembler: a v128 operand has to be a value, such as f32x4.const(1)")
  }
}

export const unary = <A extends ValueType, R extends ValueType>(operand: A, result: R, opcode: number) =>
  encoded(opcode, "none", (a: Operand<A>): Value<R> => new Instruction(result, opcode, [toValue(operand, a)]))

export const binary = <A extends ValueType, R extends ValueType>(operand: A, result: R, opcode: number) =>
  encoded(
    opcode,
    "none",
    (a: Operand<A>, b: Operand<A>): Value<R> =>
      new Instruction(result, opcode, [toValue(operand, a), toValue(operand, b)])
  )

export const ternary = <A extends ValueType>(operand: A, opcode: number) =>
  encoded(
    opcode,
    "none",
    (a: Operand<A>, b: Operand<A>, c: Operand<A>): Value<A> =>
      new Instruction(operand, opcode, [toValue(operand, a), toValue(operand, b), toValue(operand, c)])
  )

const memoryImmediate = (code: Writer, access: MemoryAccess | undefined, width: number): void => {
  code.u32(31 - Math.clz32(access?.align ?? width))
  code.u32(access?.offset ?? 0)
}

/** `width`: how many bytes the access reads. */
export const load = <R extends ValueType>(result: R, opcode: number, width: number) =>
  encoded(opcode, "memory", (address: Operand<"i32">, access?: MemoryAccess): Value<R> =>
    new InstructionWithImmediates(
      result,
      opcode,
      [toValue("i32", address)],
      (code) => memoryImmediate(code, access, width)
    ))

/** `width`: how many bytes the access writes. */
export const store = <A extends ValueType>(operand: A, opcode: number, width: number) =>
  encoded(
    opcode,
    "memory",
    (address: Operand<"i32">, value: Operand<A>, access?: MemoryAccess): Statement =>
      new Statement(
        opcode,
        [toValue("i32", address), toValue(operand, value)],
        (code) => memoryImmediate(code, access, width)
      )
  )

export const atomicUpdate = <A extends ValueType>(operand: A, opcode: number, width: number) =>
  encoded(
    opcode,
    "memory",
    (address: Operand<"i32">, value: Operand<A>, access?: MemoryAccess): Value<A> =>
      new InstructionWithImmediates(
        operand,
        opcode,
        [toValue("i32", address), toValue(operand, value)],
        (code) => memoryImmediate(code, access, width)
      )
  )

export const atomicCompareExchange = <A extends ValueType>(operand: A, opcode: number, width: number) =>
  encoded(
    opcode,
    "memory",
    (address: Operand<"i32">, expected: Operand<A>, replacement: Operand<A>, access?: MemoryAccess): Value<A> =>
      new InstructionWithImmediates(
        operand,
        opcode,
        [toValue("i32", address), toValue(operand, expected), toValue(operand, replacement)],
        (code) => memoryImmediate(code, access, width)
      )
  )

export const atomicWait = <A extends ValueType>(operand: A, opcode: number, width: number) =>
  encoded(
    opcode,
    "memory",
    (address: Operand<"i32">, expected: Operand<A>, timeout: Operand<"i64">, access?: MemoryAccess): Value<"i32"> =>
      new InstructionWithImmediates(
        "i32",
        opcode,
        [toValue("i32", address), toValue(operand, expected), toValue("i64", timeout)],
        (code) => memoryImmediate(code, access, width)
      )
  )

export const extractLane = <R extends ValueType>(result: R, opcode: number) =>
  encoded(
    opcode,
    "lane",
    (vector: Value<"v128">, lane: number): Value<R> =>
      new InstructionWithImmediates(result, opcode, [toValue("v128", vector)], (code) => code.byte(lane))
  )

export const replaceLane = <A extends ValueType>(operand: A, opcode: number) =>
  encoded(
    opcode,
    "lane",
    (vector: Value<"v128">, lane: number, value: Operand<A>): Value<"v128"> =>
      new InstructionWithImmediates(
        "v128",
        opcode,
        [toValue("v128", vector), toValue(operand, value)],
        (code) => code.byte(lane)
      )
  )

export const loadLane = (opcode: number, width: number) =>
  encoded(
    opcode,
    "memoryLane",
    (address: Operand<"i32">, vector: Value<"v128">, lane: number, access?: MemoryAccess): Value<"v128"> =>
      new InstructionWithImmediates("v128", opcode, [toValue("i32", address), toValue("v128", vector)], (code) => {
        memoryImmediate(code, access, width)
        code.byte(lane)
      })
  )

export const storeLane = (opcode: number, width: number) =>
  encoded(
    opcode,
    "memoryLane",
    (address: Operand<"i32">, vector: Value<"v128">, lane: number, access?: MemoryAccess): Statement =>
      new Statement(opcode, [toValue("i32", address), toValue("v128", vector)], (code) => {
        memoryImmediate(code, access, width)
        code.byte(lane)
      })
  )

/** A vector shifted by a count modulo its lane width. */
export const vectorShift = (opcode: number) =>
  encoded(
    opcode,
    "none",
    (vector: Value<"v128">, count: Operand<"i32">): Value<"v128"> =>
      new Instruction("v128", opcode, [toValue("v128", vector), toValue("i32", count)])
  )

/** `v128.const` with bytes that `fill` writes. */
export const vectorConstant = (fill: (lanes: DataView) => void): Constant<"v128"> => {
  const bytes = new Uint8Array(16)
  fill(new DataView(bytes.buffer))
  return new Constant("v128", (code) => {
    writeOpcode(code, 0xfd000c)
    code.bytes(bytes)
  })
}
