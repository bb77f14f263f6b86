/**
 * Values in a function under construction: locals, constants, and instructions with their operands.
 *
 * An expression is a description. It reaches the code when a statement of the `FunctionBuilder` takes it (`set`, `let`,
 * `return`, a store, ...), operands first, so that nesting order is stack order. An instruction is emitted where its
 * statement stands and only once: a value that is needed twice is given a local with `let`.
 */
import type { ValueType, Writer } from "./encoding.ts"

/** What an instruction writes after its operands; `number`s are opcodes, prefix in the bits from 16 on. */
export abstract class Value<out T extends ValueType = ValueType> {
  readonly type: T
  constructor(type: T) {
    this.type = type
  }
  abstract emit(code: Writer): void
}

/** A local variable or a parameter. */
export class Local<out T extends ValueType = ValueType> extends Value<T> {
  readonly index: number
  constructor(type: T, index: number) {
    super(type)
    this.index = index
  }
  emit(code: Writer): void {
    code.byte(0x20)
    code.u32(this.index)
  }
}

/** A constant, which may be used any number of times. */
export class Constant<out T extends ValueType = ValueType> extends Value<T> {
  private readonly write: (code: Writer) => void
  constructor(type: T, write: (code: Writer) => void) {
    super(type)
    this.write = write
  }
  emit(code: Writer): void {
    this.write(code)
  }
}

/** An opcode without prefix is below 0x100; with prefix, it is `prefix << 16 | code`. */
export const writeOpcode = (code: Writer, opcode: number): void => {
  const prefix = opcode >>> 16
  if (prefix === 0) {
    code.byte(opcode)
  } else {
    code.byte(prefix)
    code.u32(opcode & 0xffff)
  }
}

/** Operands in stack order. */
export type Operands =
  | readonly []
  | readonly [Value]
  | readonly [Value, Value]
  | readonly [Value, Value, Value]
  | ReadonlyArray<Value>

/** An instruction with its operands. */
export class Instruction<out T extends ValueType = ValueType> extends Value<T> {
  protected readonly opcode: number
  protected readonly operands: Operands
  private emitted: boolean
  constructor(type: T, opcode: number, operands: Operands) {
    super(type)
    this.opcode = opcode
    this.operands = operands
    this.emitted = false
  }
  emit(code: Writer): void {
    if (this.emitted) {
      throw new Error(
        `assembler: a ${this.type} expression (opcode 0x${this.opcode.toString(16)}) is used twice; ` +
          `keep it in a local: const x = f.let(expression)`
      )
    }
    this.emitted = true
    for (let i = 0; i < this.operands.length; i++) this.operands[i]!.emit(code)
    writeOpcode(code, this.opcode)
    this.immediates(code)
  }
  protected immediates(_code: Writer): void {}
}

/** An instruction with bytes after its opcode: memory accesses, lanes, shuffles, calls. */
export class InstructionWithImmediates<out T extends ValueType = ValueType> extends Instruction<T> {
  private readonly writeImmediates: (code: Writer) => void
  constructor(type: T, opcode: number, operands: Operands, writeImmediates: (code: Writer) => void) {
    super(type, opcode, operands)
    this.writeImmediates = writeImmediates
  }
  protected override immediates(code: Writer): void {
    this.writeImmediates(code)
  }
}

/** An instruction without a result, such as a store; a `FunctionBuilder` emits it with `do`. */
export class Statement {
  private readonly opcode: number
  private readonly operands: Operands
  private readonly writeImmediates: ((code: Writer) => void) | undefined
  constructor(opcode: number, operands: Operands, writeImmediates?: (code: Writer) => void) {
    this.opcode = opcode
    this.operands = operands
    this.writeImmediates = writeImmediates
  }
  emit(code: Writer): void {
    for (let i = 0; i < this.operands.length; i++) this.operands[i]!.emit(code)
    writeOpcode(code, this.opcode)
    this.writeImmediates?.(code)
  }
}
