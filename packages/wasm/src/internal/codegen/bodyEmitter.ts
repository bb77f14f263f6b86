/**
 * The code of a body's instructions at one place of a nest of loops: which of them belong there, where their values are,
 * and when those are no longer needed.
 */
import type { Affine, BufferId, Instruction, ValueId } from "@effax/compiler/Plan"
import { type DType, itemSize } from "effax/DType"
import { i32, i32x4, type Local, type Value } from "../assembler/index.ts"
import { analyse, type BodyFacts, operandsOf, type Variation } from "./body.ts"
import { convert } from "./conversions.ts"
import { bufferAddress, type KernelFunction } from "./kernel.ts"
import type { LaneContext, Lanes, Vector, Width } from "./lanes.ts"
import { type Address, type Elements, load, loadVector } from "./memory.ts"
import type { Argument } from "./operation.ts"
import { emitOperation, literalLanes } from "./operations.ts"
import type { Moving, Pointers } from "./pointers.ts"
import type { Traversal } from "./traversal.ts"

type Load = Extract<Instruction, { readonly op: "load" }>

const isLocal = (vector: Vector): vector is Local<"v128"> => "index" in vector

/** A value of the body as an argument, whose lanes are made only if they are asked for. */
class BodyArgument implements Argument {
  readonly dtype: DType
  readonly literal: number | bigint | boolean | undefined
  private readonly emitter: BodyEmitter
  private readonly id: ValueId
  private readonly copy: number
  private readonly width: Width

  constructor(emitter: BodyEmitter, id: ValueId, copy: number, width: Width) {
    const instruction = emitter.t.body[id]!
    this.dtype = instruction.dtype
    this.literal = instruction.op === "literal" ? instruction.value : undefined
    this.emitter = emitter
    this.id = id
    this.copy = copy
    this.width = width
  }

  get lanes(): Lanes {
    return this.emitter.lanes(this.id, this.copy, this.width)
  }
}

export class BodyEmitter {
  readonly t: Traversal
  private readonly pointers: Pointers
  private readonly coordinates: ReadonlyArray<Local<"i32"> | number>
  private readonly contexts: { readonly [W in Width]: LaneContext }
  private readonly vectorAxis: number
  private readonly facts: BodyFacts
  private readonly resultCursors: ReadonlyArray<number>
  /** Instructions by the loop that they are computed in: 0 is outside of all. */
  private readonly byLevel: ReadonlyArray<ReadonlyArray<ValueId>>
  private readonly level: ReadonlyArray<number>
  private readonly lastUse: ReadonlyArray<number>
  /** The values computed so far, by copy; one copy where all have the same. */
  private readonly values: Array<ReadonlyArray<Lanes> | undefined>
  /** How many vectors of values of the innermost loop a local stands for. */
  private readonly holders = new Map<Local, number>()
  /** Addresses of buffers that are read at computed positions. */
  private readonly bases = new Map<BufferId, Local<"i32">>()
  private readonly stepConstants = new Map<number, Local<"v128">>()
  /** How many copies of the body are in flight at this place. */
  copies = 1

  /** @param coordinates the current ones, which the loops keep up to date */
  constructor(
    k: KernelFunction,
    t: Traversal,
    pointers: Pointers,
    coordinates: ReadonlyArray<Local<"i32"> | number>
  ) {
    this.t = t
    this.pointers = pointers
    this.coordinates = coordinates
    this.contexts = { 1: { ...k, width: 1 }, 4: { ...k, width: 4 } }
    this.vectorAxis = t.order.at(-1) ?? -1
    const results = t.results ?? []
    this.facts = analyse(t.body, t.wanted, this.vectorAxis, results.map((r) => r.strides))
    this.values = t.body.map(() => undefined)
    const levelOf = (axes: number): number => t.order.findLastIndex((axis) => (axes >> axis & 1) === 1) + 1
    this.level = this.facts.axes.map(levelOf)
    const byLevel: Array<Array<ValueId>> = [[], ...t.order.map(() => [])]
    const lastUse = t.body.map(() => -1)
    t.body.forEach((instruction, id) => {
      if (!this.facts.live[id]) return
      if (instruction.op === "load") {
        pointers.access(instruction.buffer, instruction.index, itemSize(instruction.dtype))
      }
      if (instruction.op !== "literal") byLevel[this.level[id]!]!.push(id)
      for (const operand of operandsOf(instruction)) lastUse[operand] = id
    })
    for (const id of t.wanted) lastUse[id] = Infinity
    this.byLevel = byLevel
    this.lastUse = lastUse
    this.resultCursors = results.map((result) => pointers.cursor(result))
  }

  context(width: Width): LaneContext {
    return this.contexts[width]
  }

  /** Emits what has to stand before all loops. */
  prepare(): void {
    this.t.body.forEach((instruction, id) => {
      if (instruction.op !== "loadAt" || !this.facts.live[id] || this.bases.has(instruction.buffer)) return
      this.bases.set(instruction.buffer, this.contexts[4].f.let(bufferAddress(this.contexts[4], instruction.buffer)))
    })
  }

  /** Emits the instructions that depend on the loops around this level, and on no other. */
  emitLevel(level: number, width: Width): void {
    const innermost = level === this.t.order.length
    for (const id of this.byLevel[level]!) {
      this.emitInstruction(id, width)
      if (innermost) this.releaseOperands(id)
    }
  }

  variation(id: ValueId): Variation {
    return this.facts.variation[id]!
  }

  /** The vectors of a value. */
  lanes(id: ValueId, copy: number, width: Width): Lanes {
    const instruction = this.t.body[id]!
    if (instruction.op === "literal") return literalLanes(this.contexts[width], instruction.dtype, instruction.value)
    const copies = this.values[id]!
    const lanes = copies[copies.length === 1 ? 0 : copy]!
    return width === 1 && lanes.length === 2 ? [lanes[0]!] : lanes
  }

  // -- addresses

  private readonly stride = (strides: ReadonlyArray<number>): number =>
    this.vectorAxis < 0 ? 0 : strides[this.vectorAxis]!

  /** The points of the vectorised axis at a place, in the copy of the body that is so far along the unrolled axis. */
  private elements({ address: { offset, pointer }, strides }: Moving, copy: number): Elements {
    const { axis } = this.t.unroll
    const apart = copy * (strides[axis] ?? 0) * (axis === this.vectorAxis ? 4 : 1)
    return { at: { pointer, offset: offset + apart }, stride: this.stride(strides) }
  }

  affine(buffer: BufferId, index: Affine, size: number, copy: number): Elements {
    return this.elements(this.pointers.find(buffer, index, size), copy)
  }

  cursor(g: number, copy: number): Elements {
    return this.elements(this.pointers.findCursor(g), copy)
  }

  /** Elements at computed positions; consecutive ones where the positions grow by a constant. */
  private gathered(k: LaneContext, dtype: DType, buffer: BufferId, index: ValueId, copy: number): Elements {
    const base = this.bases.get(buffer)!
    const size = itemSize(dtype)
    const shift = 31 - Math.clz32(size)
    const variation = this.variation(index)
    const positions = this.lanes(index, copy, k.width)[0]!
    const address = (position: Value<"i32">): Address => ({
      pointer: k.f.let(i32.add(base, shift === 0 ? position : i32.shl(position, shift))),
      offset: 0
    })
    if (variation === "varying") {
      return { each: Array.from({ length: k.width }, (_, i) => address(i32x4.extractLane(positions, i))) }
    }
    return { at: address(i32x4.extractLane(positions, 0)), stride: variation === "uniform" ? 0 : variation * size }
  }

  // -- instructions

  private emitInstruction(id: ValueId, width: Width): void {
    const instruction = this.t.body[id]!
    const k = this.contexts[width]
    const copies = (this.facts.axes[id]! >> this.t.unroll.axis & 1) === 1 ? this.copies : 1
    if (instruction.op === "load" && width === 4 && copies === 4 && this.isTransposed(instruction)) {
      this.values[id] = this.loadTransposed(k, instruction)
    } else {
      const values: Array<Lanes> = []
      for (let copy = 0; copy < copies; copy++) values.push(this.emitCopy(k, instruction, copy))
      this.values[id] = values
    }
    if (this.level[id] === this.t.order.length) this.hold(id, 1)
  }

  /** The locals of a value, which is computed once; a temporary local is free again. */
  private emitCopy(k: LaneContext, instruction: Instruction, copy: number): Lanes {
    return k.f.scope(() => {
      const vectors = this.emitVectors(k, instruction, copy)
      // Operands may be passed on as they are. Other locals may be constants, which must not be released with the value.
      const passed = vectors.some(isLocal)
        ? operandsOf(instruction).flatMap((operand) => this.values[operand]?.flat() ?? [])
        : []
      const own = (v: Vector): Local<"v128"> => isLocal(v) && passed.includes(v) ? v : k.f.let(v)
      const lanes = [own(vectors[0]!)]
      if (vectors.length === 2) lanes.push(vectors[1] === vectors[0] ? lanes[0]! : own(vectors[1]!))
      return lanes
    })
  }

  private hold(id: ValueId, change: 1 | -1): void {
    const { f } = this.contexts[4]
    for (const lanes of this.values[id]!) {
      for (let part = 0; part < lanes.length; part++) {
        const local = lanes[part]!
        const holders = (this.holders.get(local) ?? 0) + change
        this.holders.set(local, holders)
        if (holders === 0) f.release(local)
      }
    }
  }

  private releaseOperands(id: ValueId): void {
    for (const operand of operandsOf(this.t.body[id]!)) {
      const done = this.lastUse[operand] === id && this.level[operand] === this.t.order.length
      if (!done || this.values[operand] === undefined) continue
      this.hold(operand, -1)
      this.values[operand] = undefined
    }
  }

  /** Forgets the values of the innermost loop, whose locals its scope has released. */
  forget(): void {
    for (const id of this.byLevel[this.t.order.length]!) this.values[id] = undefined
    this.holders.clear()
  }

  private emitVectors(k: LaneContext, instruction: Instruction, copy: number): ReadonlyArray<Vector> {
    switch (instruction.op) {
      case "load": {
        const { buffer, dtype, index } = instruction
        return load(k, dtype, this.affine(buffer, index, itemSize(dtype), copy))
      }
      case "loadAt": {
        const { buffer, dtype, index } = instruction
        return load(k, dtype, this.gathered(k, dtype, buffer, index, copy))
      }
      case "index":
        return [this.indexLanes(k, instruction.axis, copy)]
      case "result": {
        const { dtype } = this.t.results![instruction.which]!
        const vectors = load(k, dtype, this.cursor(this.resultCursors[instruction.which]!, copy))
        if (dtype === instruction.dtype) return vectors
        return convert(k, dtype, instruction.dtype, vectors.map((v) => k.f.let(v)))
      }
      case "literal":
        return literalLanes(k, instruction.dtype, instruction.value)
      default:
        return emitOperation(k, instruction, instruction.args.map((arg) => new BodyArgument(this, arg, copy, k.width)))
    }
  }

  private indexLanes(k: LaneContext, axis: number, copy: number): Vector {
    const coordinate = this.coordinates[axis]!
    const vectorised = axis === this.vectorAxis
    const start = axis === this.t.unroll.axis ? copy * (vectorised ? 4 : 1) : 0
    if (vectorised) {
      const steps = this.steps(k, start)
      if (coordinate === 0) return steps
      return i32x4.add(typeof coordinate === "number" ? k.constants.i32x4(coordinate) : i32x4.splat(coordinate), steps)
    }
    return typeof coordinate === "number"
      ? k.constants.i32x4(coordinate + start)
      : i32x4.splat(start === 0 ? coordinate : i32.add(coordinate, start))
  }

  /** `start, start + 1, start + 2, start + 3`. */
  private steps(k: LaneContext, start: number): Local<"v128"> {
    const known = this.stepConstants.get(start)
    if (known !== undefined) return known
    const made = k.f.hoist(i32x4.const(start, start + 1, start + 2, start + 3))
    this.stepConstants.set(start, made)
    return made
  }

  /** Whether four copies of a load are rows of a block whose columns are contiguous in memory. */
  private isTransposed({ dtype, index: { strides } }: Load): boolean {
    const { axis } = this.t.unroll
    return axis !== this.vectorAxis && itemSize(dtype) === 4 && strides[axis] === 1 && strides[this.vectorAxis] !== 0
  }

  /** Four columns, each loaded whole, become four rows. */
  private loadTransposed({ f }: LaneContext, { buffer, index }: Load): ReadonlyArray<Lanes> {
    const { address: { offset, pointer }, strides } = this.pointers.find(buffer, index, 4)
    const rows = f.scope(() => {
      const column = (i: number) => f.let(loadVector({ pointer, offset: offset + i * this.stride(strides) }))
      const [a, b, c, d] = [column(0), column(1), column(2), column(3)] as const
      const pick = (x: Local<"v128">, y: Local<"v128">, lanes: readonly [number, number, number, number]) =>
        f.let(i32x4.shuffle(x, y, lanes))
      const [ab, cd] = [pick(a, b, [0, 4, 1, 5]), pick(c, d, [0, 4, 1, 5])]
      const [abHigh, cdHigh] = [pick(a, b, [2, 6, 3, 7]), pick(c, d, [2, 6, 3, 7])]
      return [
        pick(ab, cd, [0, 1, 4, 5]),
        pick(ab, cd, [2, 3, 6, 7]),
        pick(abHigh, cdHigh, [0, 1, 4, 5]),
        pick(abHigh, cdHigh, [2, 3, 6, 7])
      ]
    })
    return rows.map((row) => [row])
  }
}
