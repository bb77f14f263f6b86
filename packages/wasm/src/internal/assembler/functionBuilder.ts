/**
 * The body of one function: its locals, its statements and its control flow.
 */
import { type ValueType, valueTypeCode, Writer } from "./encoding.ts"
import { Constant, InstructionWithImmediates, Local, Statement, type Value, writeOpcode } from "./expression.ts"
import type { FunctionHandle, GlobalHandle } from "./handles.ts"
import { type Operand, toValue } from "./operands.ts"
import { i32 } from "./scalarInstructions.ts"

/** A place to branch to: the end of a `block` or an `if`, the start of a `loop`. */
export interface Label {
  readonly depth: number
}

/** Locals of the given types, position by position. */
export type Locals<Types extends ReadonlyArray<ValueType>> = { readonly [K in keyof Types]: Local<Types[K]> }

/** The bounds of `forRange`: `for (i = from; i < to; i += step)`, signed. */
export interface Range {
  /** Defaults to 0. */
  readonly from?: Operand<"i32">
  readonly to: Operand<"i32">
  /** Positive. Defaults to 1. */
  readonly step?: number
  /** A local to count in, where one exists already. */
  readonly index?: Local<"i32">
  /**
   * Sets every vector local that the body allocates to zero before the back-edge, so that none of them is carried
   * around the loop: V8's 256-bit pass counts such a carried value as a use and gives up (peers.md, point 4).
   */
  readonly resetVectors?: boolean
}

const empty = 0x40

export class FunctionBuilder {
  readonly parameters: ReadonlyArray<Local>
  readonly results: ReadonlyArray<ValueType>
  private readonly code: Writer
  private readonly prologueCode: Writer
  private readonly types: Array<ValueType>
  private readonly free: Record<ValueType, Array<Local>>
  private depth: number
  private scopes: Array<Array<Local>>

  constructor(parameters: ReadonlyArray<ValueType>, results: ReadonlyArray<ValueType>) {
    this.parameters = parameters.map((type, index) => new Local(type, index))
    this.results = results
    this.code = new Writer(1024)
    this.prologueCode = new Writer(64)
    this.types = []
    this.free = { i32: [], i64: [], f32: [], f64: [], v128: [] }
    this.depth = 0
    this.scopes = []
  }

  // -- locals

  private fresh<T extends ValueType>(type: T): Local<T> {
    const local = new Local(type, this.parameters.length + this.types.length)
    this.types.push(type)
    return local
  }

  private reusedOrFresh<T extends ValueType>(type: T): Local<T> {
    const local = this.free[type].pop() as Local<T> | undefined ?? this.fresh(type)
    this.scopes.at(-1)?.push(local)
    return local
  }

  /**
   * A local of a type. With an initial value, it holds that from here on; without, it is one that was not used before,
   * and holds zero since the function's entry.
   */
  local<T extends ValueType>(type: T, initial?: Operand<NoInfer<T>>): Local<T> {
    if (initial === undefined) {
      const local = this.fresh(type)
      this.scopes.at(-1)?.push(local)
      return local
    }
    const value = toValue(type, initial)
    const local = this.reusedOrFresh(type)
    this.set(local, value as unknown as Operand<T>)
    return local
  }

  /** Gives a local back for reuse by a later `let` or `local` with an initial value. */
  release(...locals: ReadonlyArray<Local>): void {
    for (const local of locals) {
      if (this.free[local.type].includes(local)) throw new Error(`assembler: local ${local.index} is released twice`)
      this.free[local.type].push(local)
    }
  }

  /**
   * Releases at its end every local that `body` allocated, save the ones in what it returns.
   */
  scope<A extends Local | ReadonlyArray<Local> | void>(body: () => A): A {
    const allocated: Array<Local> = []
    this.scopes.push(allocated)
    const kept = body()
    this.scopes.pop()
    const keeps = (local: Local): boolean => Array.isArray(kept) ? kept.includes(local) : kept === local
    for (const local of new Set(allocated)) {
      if (keeps(local)) this.scopes.at(-1)?.push(local)
      else if (!this.free[local.type].includes(local)) this.free[local.type].push(local)
    }
    return kept
  }

  // -- statements

  /** A new local that holds the value. */
  let<T extends ValueType>(value: Value<T>): Local<T> {
    return this.local(value.type, value as unknown as Operand<T>)
  }

  /** Assigns a local. */
  set<T extends ValueType>(local: Local<T>, value: Operand<NoInfer<T>>): void {
    toValue(local.type, value).emit(this.code)
    this.code.byte(0x21)
    this.code.u32(local.index)
  }

  /** Emits a statement: a store, a memory or an atomic operation without result. */
  do(statement: Statement): void {
    statement.emit(this.code)
  }

  /** Evaluates an expression for its effect only. */
  drop(value: Value): void {
    value.emit(this.code)
    this.code.byte(0x1a)
  }

  /**
   * A constant in a local that is set once, at the function's entry, wherever in the body the call stands.
   */
  hoist<T extends ValueType>(constant: Constant<T>): Local<T> {
    const local = this.fresh(constant.type)
    constant.emit(this.prologueCode)
    this.prologueCode.byte(0x21)
    this.prologueCode.u32(local.index)
    return local
  }

  /** An expression and an assignment in one: the value assigned. */
  tee<T extends ValueType>(local: Local<T>, value: Operand<NoInfer<T>>): Value<T> {
    return new InstructionWithImmediates(
      local.type,
      0x22,
      [toValue(local.type, value)],
      (code) => code.u32(local.index)
    )
  }

  // -- globals and calls

  globalGet<T extends ValueType>(global: GlobalHandle<T>): Value<T> {
    return new InstructionWithImmediates(global.type, 0x23, [], (code) => code.u32(global.index))
  }

  globalSet<T extends ValueType>(global: GlobalHandle<T>, value: Operand<NoInfer<T>>): void {
    toValue(global.type, value).emit(this.code)
    this.code.byte(0x24)
    this.code.u32(global.index)
  }

  private callArguments<P extends ReadonlyArray<ValueType>>(
    target: FunctionHandle<P, ReadonlyArray<ValueType>>,
    operands: { readonly [K in keyof P]: Operand<P[K]> }
  ): Array<Value> {
    if (operands.length !== target.params.length) {
      throw new Error(`assembler: call with ${operands.length} operands of a function of ${target.params.length}`)
    }
    return target.params.map((type, i) => toValue(type, operands[i]!))
  }

  /** The result of a function that has one. */
  call<P extends ReadonlyArray<ValueType>, R extends ValueType>(
    target: FunctionHandle<P, readonly [R]>,
    ...operands: { readonly [K in keyof P]: Operand<P[K]> }
  ): Value<R> {
    if (target.results.length !== 1) throw new Error("assembler: call is for one result; see callMany and callVoid")
    return new InstructionWithImmediates(
      target.results[0],
      0x10,
      this.callArguments(target, operands),
      (code) => code.u32(target.index)
    )
  }

  /** Calls a function without results. */
  callVoid<P extends ReadonlyArray<ValueType>>(
    target: FunctionHandle<P, readonly []>,
    ...operands: { readonly [K in keyof P]: Operand<P[K]> }
  ): void {
    this.do(new Statement(0x10, this.callArguments(target, operands), (code) => code.u32(target.index)))
  }

  /** New locals that hold the results of a function with several. */
  callMany<P extends ReadonlyArray<ValueType>, R extends ReadonlyArray<ValueType>>(
    target: FunctionHandle<P, R>,
    ...operands: { readonly [K in keyof P]: Operand<P[K]> }
  ): Locals<R> {
    this.do(new Statement(0x10, this.callArguments(target, operands), (code) => code.u32(target.index)))
    const locals = target.results.map((type) => this.reusedOrFresh(type))
    for (let i = locals.length - 1; i >= 0; i--) {
      this.code.byte(0x21)
      this.code.u32(locals[i]!.index)
    }
    return locals as unknown as Locals<R>
  }

  /** Leaves the function with its results. */
  return(...values: ReadonlyArray<Value>): void {
    if (values.length !== this.results.length) {
      throw new Error(
        `assembler: return of ${values.length} values from a function with ${this.results.length} results`
      )
    }
    values.forEach((value, i) => toValue(this.results[i]!, value).emit(this.code))
    this.code.byte(0x0f)
  }

  unreachable(): void {
    this.code.byte(0x00)
  }

  // -- control flow

  private open(opcode: number): Label {
    this.code.byte(opcode)
    this.code.byte(empty)
    return { depth: ++this.depth }
  }

  private close(): void {
    this.code.byte(0x0b)
    this.depth--
  }

  /** A branch to its label goes to its end. */
  block(body: (end: Label) => void): void {
    body(this.open(0x02))
    this.close()
  }

  /** A branch to its label goes to its start; without one, it is left at its end. */
  loop(body: (start: Label) => void): void {
    body(this.open(0x03))
    this.close()
  }

  /** A branch to its label goes to its end. */
  if(condition: Operand<"i32">, then: (end: Label) => void, otherwise?: (end: Label) => void): void {
    toValue("i32", condition).emit(this.code)
    const label = this.open(0x04)
    then(label)
    if (otherwise !== undefined) {
      this.code.byte(0x05)
      otherwise(label)
    }
    this.close()
  }

  br(label: Label): void {
    this.code.byte(0x0c)
    this.code.u32(this.depth - label.depth)
  }

  brIf(label: Label, condition: Operand<"i32">): void {
    toValue("i32", condition).emit(this.code)
    this.code.byte(0x0d)
    this.code.u32(this.depth - label.depth)
  }

  /** Branches to `labels[index]`, or to `otherwise` where the index (unsigned) is not below their count. */
  brTable(labels: ReadonlyArray<Label>, otherwise: Label, index: Operand<"i32">): void {
    toValue("i32", index).emit(this.code)
    this.code.byte(0x0e)
    this.code.u32(labels.length)
    for (const label of labels) this.code.u32(this.depth - label.depth)
    this.code.u32(this.depth - otherwise.depth)
  }

  /** `while (condition) body`; the condition is tested before the loop and at the end of its body. */
  while(condition: () => Operand<"i32">, body: () => void): void {
    this.if(condition(), () =>
      this.loop((start) => {
        body()
        this.brIf(start, condition())
      }))
  }

  /** `for (i = from; i < to; i += step) body(i)`, signed; `to` is evaluated once. The index keeps its last value. */
  forRange(range: Range, body: (index: Local<"i32">) => void): void {
    const step = range.step ?? 1
    const index = range.index ?? this.reusedOrFresh("i32")
    this.set(index, range.from ?? 0)
    const to = range.to
    const owned = typeof to !== "number" && !(to instanceof Local) && !(to instanceof Constant)
      ? this.let(to)
      : undefined
    const limit = owned ?? to
    this.if(i32.ltS(index, limit), () =>
      this.loop((start) => {
        const before = this.types.length
        body(index)
        if (range.resetVectors === true) this.zeroVectors(before)
        this.brIf(start, i32.ltS(this.tee(index, i32.add(index, step)), limit))
      }))
    if (owned !== undefined) this.release(owned)
    if (range.index === undefined) this.release(index)
  }

  private zeroVectors(from: number): void {
    for (let i = from; i < this.types.length; i++) {
      if (this.types[i] !== "v128") continue
      writeOpcode(this.code, 0xfd000c)
      for (let byte = 0; byte < 16; byte++) this.code.byte(0)
      this.code.byte(0x21)
      this.code.u32(this.parameters.length + i)
    }
  }

  // -- for the ModuleBuilder

  /** Writes the function's entry of the code section: locals in runs of one type, prologue, body, end. */
  write(out: Writer): void {
    if (this.depth !== 0) throw new Error("assembler: a function was finished inside of a block")
    const header = new Writer(32)
    const runs: Array<readonly [count: number, type: ValueType]> = []
    for (let i = 0; i < this.types.length;) {
      let j = i + 1
      while (j < this.types.length && this.types[j] === this.types[i]) j++
      runs.push([j - i, this.types[i]!])
      i = j
    }
    header.u32(runs.length)
    for (const [count, type] of runs) {
      header.u32(count)
      header.byte(valueTypeCode[type])
    }
    out.u32(header.length + this.prologueCode.length + this.code.length + 1)
    out.bytes(header.written())
    out.bytes(this.prologueCode.written())
    out.bytes(this.code.written())
    out.byte(0x0b)
  }
}
