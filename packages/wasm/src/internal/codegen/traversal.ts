/**
 * Loops over ranges of an iteration space around a body, innermost along the axis that is vectorised.
 *
 * Every value of the body is computed in the outermost loop whose coordinates it depends on. Addresses are kept as
 * running pointers: one for each set of accesses to one buffer that move alike.
 */
import type { Affine, Body, BufferId, Instruction, ValueId } from "@effax/compiler/Plan"
import { type DType, itemSize } from "effax/DType"
import { i32, i32x4, type Local, type Value } from "../assembler/index.ts"
import { analyse, type BodyFacts, operandsOf, type Variation } from "./body.ts"
import { convert } from "./conversions.ts"
import { bufferAddress, type KernelFunction } from "./kernel.ts"
import type { LaneContext, Lanes, Vector, Width } from "./lanes.ts"
import { type Elements, load, loadVector, type Place } from "./memory.ts"
import type { Range, ResultSource } from "./nest.ts"
import type { Argument } from "./operation.ts"
import { emitOperation, literalLanes } from "./operations.ts"

/** Memory that a sink goes through: its address at the first point visited, and bytes per point for each axis. */
export interface Cursor {
  readonly pointer: Local<"i32">
  readonly strides: ReadonlyArray<number>
}

/** What a sink is given at the innermost place, for one or more points at once. */
export interface Point {
  /** For emission at this place: how many points of the vectorised axis are computed. */
  readonly k: LaneContext
  /** How many copies of the body were emitted, each further along the unrolled axis. */
  readonly copies: number
  readonly value: (id: ValueId, copy: number) => Lanes
  readonly variation: (id: ValueId) => Variation
  /** Where an access is at this point. */
  readonly affine: (buffer: BufferId, index: Affine, size: number, copy: number) => Elements
  /** Where a cursor is at this point. */
  readonly cursor: (which: number, copy: number) => Elements
}

export interface Traversal {
  readonly ranges: ReadonlyArray<Range>
  /** The axes with more than one point, outermost first. The last is vectorised. */
  readonly order: ReadonlyArray<number>
  /** How many copies of the body are in flight, and along which axis they lie. */
  readonly unroll: { readonly axis: number; readonly copies: number }
  readonly body: Body
  readonly results?: ReadonlyArray<ResultSource>
  /** The values that the sink uses. */
  readonly wanted: ReadonlyArray<ValueId>
  /** The accesses that the sink makes. */
  readonly accesses: ReadonlyArray<{ readonly buffer: BufferId; readonly index: Affine; readonly size: number }>
  readonly cursors?: ReadonlyArray<Cursor>
  readonly sink: (point: Point) => void
  /** What is done before and after the loops from a position of `order` on. */
  readonly around?: {
    readonly position: number
    readonly before: () => void
    readonly after: (cursor: (which: number) => Place) => void
  }
  /** Cuts the vectorised axis into strips of a multiple of 16 points, and what is done before and after each. */
  readonly strips?: { readonly length: number; readonly before: () => void; readonly after: () => void }
}

/** Accesses that share a pointer. */
interface Group {
  /** Bytes per point of each axis. */
  readonly strides: ReadonlyArray<number>
  /** The byte offset that the pointer stands at. */
  offset: number
  /** The address of byte offset 0 at the point where all coordinates are 0, or at the first point visited. */
  readonly base: { readonly buffer: BufferId } | { readonly pointer: Local<"i32"> }
}

const groupKey = (buffer: BufferId, index: Affine, size: number): string => `${buffer}:${size}:${index.strides.join()}`

class Groups {
  readonly list: Array<Group> = []
  private readonly byKey = new Map<string, number>()

  access(buffer: BufferId, index: Affine, size: number): void {
    const key = groupKey(buffer, index, size)
    const offset = index.offset * size
    const known = this.byKey.get(key)
    if (known !== undefined) {
      this.list[known]!.offset = Math.min(this.list[known]!.offset, offset)
      return
    }
    this.byKey.set(key, this.list.length)
    this.list.push({ strides: index.strides.map((s) => s * size), offset, base: { buffer } })
  }

  cursor(cursor: Cursor): number {
    return this.list.push({ strides: cursor.strides, offset: 0, base: { pointer: cursor.pointer } }) - 1
  }

  find(buffer: BufferId, index: Affine, size: number): number {
    return this.byKey.get(groupKey(buffer, index, size))!
  }
}

const first = (range: Range): Local<"i32"> | number => "at" in range ? range.at : range.from

/** How many points a range has, where that is known. */
export const extent = (range: Range): number | undefined =>
  "at" in range
    ? 1
    : typeof range.from === "number" && typeof range.to === "number"
    ? range.to - range.from
    : undefined

const greatestCommonDivisor = (a: number, b: number): number => b === 0 ? a : greatestCommonDivisor(b, a % b)

const divisor = (range: Range): number => extent(range) ?? ("multipleOf" in range ? range.multipleOf! : 1)

export const traverse = (k: KernelFunction, traversal: Traversal): void => new Traverse(k, traversal).emit()

class Traverse {
  private readonly k: KernelFunction
  private readonly t: Traversal
  private readonly facts: BodyFacts
  private readonly groups: Groups
  private readonly cursors: ReadonlyArray<number>
  private readonly resultCursors: ReadonlyArray<number>
  private readonly vectorAxis: number
  /** The current pointer of every group. */
  private pointers: Array<Local<"i32">> = []
  private readonly coordinates: Array<Local<"i32"> | number>
  /** The values computed so far, by copy; one copy where all have the same. */
  private readonly values: Array<ReadonlyArray<Lanes> | undefined>
  private readonly bases = new Map<BufferId, Local<"i32">>()
  /** Instructions by the loop that they are computed in: 0 is outside all. */
  private readonly byLevel: ReadonlyArray<ReadonlyArray<ValueId>>
  private readonly lastUse: ReadonlyArray<number>
  private readonly level: ReadonlyArray<number>

  constructor(k: KernelFunction, t: Traversal) {
    this.k = k
    this.t = t
    this.vectorAxis = t.order.at(-1) ?? -1
    const results = t.results ?? []
    this.facts = analyse(t.body, t.wanted, this.vectorAxis, results.map((r) => r.strides))
    this.coordinates = t.ranges.map(first)
    this.values = t.body.map(() => undefined)
    this.groups = new Groups()
    t.body.forEach((instruction, id) => {
      if (instruction.op === "load" && this.facts.live[id]) {
        this.groups.access(instruction.buffer, instruction.index, itemSize(instruction.dtype))
      }
    })
    for (const { buffer, index, size } of t.accesses) this.groups.access(buffer, index, size)
    this.cursors = (t.cursors ?? []).map((cursor) => this.groups.cursor(cursor))
    this.resultCursors = results.map((result) => this.groups.cursor(result))
    const depth = t.order.length
    this.level = this.facts.axes.map((axes) => {
      let level = 0
      t.order.forEach((axis, i) => {
        if ((axes >> axis & 1) === 1) level = i + 1
      })
      return level
    })
    this.byLevel = Array.from(
      { length: depth + 1 },
      (_, level) =>
        t.body.flatMap((instruction, id) =>
          this.facts.live[id] && instruction.op !== "literal" && this.level[id] === level ? [id] : []
        )
    )
    const lastUse = t.body.map(() => -1)
    t.body.forEach((instruction, id) => {
      if (!this.facts.live[id]) return
      for (const operand of operandsOf(instruction)) lastUse[operand] = id
    })
    for (const id of t.wanted) lastUse[id] = Infinity
    this.lastUse = lastUse
  }

  emit(): void {
    this.k.f.scope(() => {
      this.pointers = this.groups.list.map((group) => this.startPointer(group))
      for (const id of this.byLevel.flat()) {
        const instruction = this.t.body[id]!
        if (instruction.op === "loadAt") this.base(instruction.buffer)
      }
      this.descend(0)
    })
  }

  private base(buffer: BufferId): Local<"i32"> {
    const known = this.bases.get(buffer)
    if (known !== undefined) return known
    const base = this.k.f.let(bufferAddress(this.k, buffer))
    this.bases.set(buffer, base)
    return base
  }

  /** The address of a group at the first point. */
  private startPointer(group: Group): Local<"i32"> {
    const { f } = this.k
    if ("pointer" in group.base) return group.base.pointer
    let address: Value<"i32"> = bufferAddress(this.k, group.base.buffer)
    let offset = group.offset
    group.strides.forEach((stride, axis) => {
      const start = this.coordinates[axis]!
      if (stride === 0) return
      if (typeof start === "number") offset += stride * start
      else address = i32.add(address, i32.mul(start, stride))
    })
    return f.let(offset === 0 ? address : i32.add(address, offset))
  }

  // -- loops

  private descend(level: number): void {
    const { around } = this.t
    if (around?.position !== level) {
      this.descendInto(level)
      return
    }
    around.before()
    this.descendInto(level)
    around.after((which) => ({ pointer: this.pointers[this.cursors[which]!]!, offset: 0 }))
  }

  private descendInto(level: number): void {
    const { order, strips } = this.t
    if (level === order.length) {
      // Only where the space is one point: the loops of all others end in their vectorised axis.
      strips?.before()
      this.leaf(1)
      strips?.after()
      return
    }
    this.emitLevel(level, 4)
    if (level === order.length - 1) {
      if (strips === undefined) this.vectorLoop(order[level]!, this.t.ranges[order[level]!]!)
      else this.stripLoop(order[level]!, strips)
    } else this.loop(level, order[level]!)
  }

  /** Values that the loops outside of this level determine. */
  private emitLevel(level: number, width: Width): void {
    for (const id of this.byLevel[level]!) this.emitInstruction(id, width, this.copiesOf(id))
  }

  private currentCopies = 1

  private copiesOf(id: ValueId): number {
    return (this.facts.axes[id]! >> this.t.unroll.axis & 1) === 1 ? this.currentCopies : 1
  }

  private loop(level: number, axis: number): void {
    const range = this.t.ranges[axis]!
    if ("at" in range) throw new Error("codegen: a loop over an axis with one coordinate")
    const copies = this.t.unroll.axis === axis ? this.t.unroll.copies : 1
    const steps = copies === 1 ? [1] : [copies, 1]
    this.sections(range, axis, steps, (step) => {
      this.currentCopies = copies === 1 ? this.currentCopies : step
      this.descend(level + 1)
    })
    if (copies !== 1) this.currentCopies = 1
  }

  private stripLoop(axis: number, { after, before, length }: NonNullable<Traversal["strips"]>): void {
    const range = this.t.ranges[axis]!
    const count = extent(range)
    if ("at" in range) throw new Error("codegen: a loop over an axis with one coordinate")
    if (count !== undefined && count <= length) {
      before()
      this.vectorLoop(axis, range)
      after()
      return
    }
    const { f } = this.k
    f.scope(() => {
      const outer = this.pointers
      const outerCoordinate = this.coordinates[axis]!
      const moving = this.groups.list.flatMap(({ strides }, g) => strides[axis] === 0 ? [] : [g])
      this.pointers = [...outer]
      for (const g of moving) this.pointers[g] = f.local("i32", outer[g]!)
      const from = f.local("i32", range.from as Local<"i32">)
      const to = f.local("i32", 0)
      this.coordinates[axis] = from
      const multipleOf = greatestCommonDivisor(length, divisor(range))
      f.while(() => i32.ltS(from, range.to), () => {
        f.set(to, i32.add(from, length))
        f.if(i32.gtS(to, range.to), () => f.set(to, range.to as Local<"i32">))
        before()
        f.scope(() => this.vectorLoop(axis, { from, to, multipleOf }))
        after()
        for (const g of moving) {
          const pointer = this.pointers[g]!
          f.set(pointer, i32.add(pointer, length * this.groups.list[g]!.strides[axis]!))
        }
        f.set(from, to)
      })
      this.pointers = outer
      this.coordinates[axis] = outerCoordinate
    })
  }

  private vectorLoop(axis: number, range: Range): void {
    if ("at" in range) throw new Error("codegen: a loop over an axis with one coordinate")
    const copies = this.t.unroll.axis === axis ? this.t.unroll.copies : 1
    const steps = copies === 1 ? [4, 1] : [4 * copies, 4, 1]
    this.sections(range, axis, steps, (step) => {
      if (this.t.unroll.axis === axis) this.currentCopies = Math.max(1, step >> 2)
      this.leaf(step === 1 ? 1 : 4)
    })
    if (this.t.unroll.axis === axis) this.currentCopies = 1
  }

  /**
   * A range walked in steps, as long as whole ones fit, and the rest in the next smaller. Each step must be a multiple of
   * the next; the last is 1.
   */
  private sections(
    range: Exclude<Range, { readonly at: unknown }>,
    axis: number,
    steps: ReadonlyArray<number>,
    body: (step: number) => void
  ): void {
    const { f } = this.k
    f.scope(() => {
      const outer = this.pointers
      const outerCoordinate = this.coordinates[axis]!
      const moving = this.groups.list.flatMap(({ strides }, g) => strides[axis] === 0 ? [] : [g])
      const count = extent(range)
      if (count !== undefined && count === steps.find((step) => step <= count)) {
        // one step, from where the pointers stand
        f.scope(() => body(count))
        return
      }
      this.pointers = [...outer]
      for (const g of moving) this.pointers[g] = f.local("i32", outer[g]!)
      const index = f.local("i32", range.from as Local<"i32">)
      this.coordinates[axis] = index
      let left = count
      const multiple = divisor(range)
      for (const step of steps) {
        const turn = () => {
          f.scope(() => body(step))
          for (const g of moving) {
            const pointer = this.pointers[g]!
            f.set(pointer, i32.add(pointer, step * this.groups.list[g]!.strides[axis]!))
          }
          f.set(index, i32.add(index, step))
        }
        if (left !== undefined && left < step) continue
        if (left !== undefined && left < 2 * step) {
          turn()
        } else if (step === 1) {
          f.while(() => i32.ltS(index, range.to), turn)
        } else {
          const last = typeof range.to === "number" ? range.to - step : f.let(i32.sub(range.to, step))
          f.while(() => i32.leS(index, last), turn)
        }
        if (left !== undefined) left %= step
        if (multiple % step === 0) break
      }
      this.pointers = outer
      this.coordinates[axis] = outerCoordinate
    })
  }

  // -- the innermost place

  private leaf(width: Width): void {
    const { f } = this.k
    const level = this.t.order.length
    f.scope(() => {
      for (const id of this.byLevel[level]!) {
        this.emitInstruction(id, width, this.copiesOf(id))
        for (const operand of operandsOf(this.t.body[id]!)) this.releaseAfter(operand, id)
      }
      const k = { ...this.k, width }
      this.t.sink({
        k,
        copies: this.currentCopies,
        value: (id, copy) => this.lanes(id, copy, width),
        variation: (id) => this.facts.variation[id]!,
        affine: (buffer, index, size, copy) => this.affine(buffer, index, size, copy),
        cursor: (which, copy) => this.cursorElements(this.cursors[which]!, copy)
      })
    })
  }

  private releaseAfter(operand: ValueId, user: ValueId): void {
    if (this.lastUse[operand] !== user || this.level[operand] !== this.t.order.length) return
    const copies = this.values[operand]
    if (copies === undefined) return
    // Vectors may be shared: those of a splat, or of an operation that passes its operand on.
    for (const local of new Set(copies.flat())) {
      if (!this.isShared(local, operand, user)) this.k.f.release(local)
    }
    this.values[operand] = undefined
  }

  private isShared(local: Local, operand: ValueId, user: ValueId): boolean {
    for (let id = 0; id <= user; id++) {
      if (id !== operand && this.values[id]?.some((lanes) => (lanes as ReadonlyArray<Local>).includes(local))) {
        return true
      }
    }
    return false
  }

  private lanes(id: ValueId, copy: number, width: Width): Lanes {
    const instruction = this.t.body[id]!
    if (instruction.op === "literal") return literalLanes({ ...this.k, width }, instruction.dtype, instruction.value)
    const copies = this.values[id]!
    const lanes = copies[copies.length === 1 ? 0 : copy]!
    return width === 1 && lanes.length === 2 ? [lanes[0]!] : lanes
  }

  private argument(id: ValueId, copy: number, width: Width): Argument {
    const instruction = this.t.body[id]!
    const lanes = () => this.lanes(id, copy, width)
    return {
      dtype: instruction.dtype,
      literal: instruction.op === "literal" ? instruction.value : undefined,
      get lanes() {
        return lanes()
      }
    }
  }

  private emitInstruction(id: ValueId, width: Width, copies: number): void {
    const instruction = this.t.body[id]!
    const k: LaneContext = { ...this.k, width }
    if (instruction.op === "load" && width === 4 && copies === 4 && this.isTransposed(instruction)) {
      this.values[id] = this.loadTransposed(k, instruction)
      return
    }
    this.values[id] = Array.from({ length: copies }, (_, copy) =>
      k.f.scope(() => {
        const vectors = this.emitVectors(k, id, instruction, copy)
        // Operands may be passed on as they are. Other locals may be constants, which must not be released with the value.
        const passed = operandsOf(instruction).flatMap((operand) => this.values[operand]?.flat() ?? [])
        const owned = new Map(vectors.map((v) => [v, isLocal(v) && passed.includes(v) ? v : k.f.let(v)]))
        return vectors.map((v) => owned.get(v)!)
      }))
  }

  private emitVectors(k: LaneContext, id: ValueId, instruction: Instruction, copy: number): ReadonlyArray<Vector> {
    switch (instruction.op) {
      case "load":
        return load(
          k,
          instruction.dtype,
          this.affine(instruction.buffer, instruction.index, itemSize(instruction.dtype), copy)
        )
      case "loadAt":
        return load(
          k,
          instruction.dtype,
          this.gathered(k, instruction.dtype, instruction.buffer, instruction.index, copy)
        )
      case "index":
        return [this.indexLanes(k, instruction.axis, copy)]
      case "result": {
        const source = this.t.results![instruction.which]!
        const vectors = load(k, source.dtype, this.cursorElements(this.resultCursors[instruction.which]!, copy))
        if (source.dtype === instruction.dtype) return vectors
        return convert(k, source.dtype, instruction.dtype, vectors.map((v) => k.f.let(v)))
      }
      case "literal":
        return this.lanes(id, copy, k.width)
      default:
        return emitOperation(k, instruction, instruction.args.map((arg) => this.argument(arg, copy, k.width)))
    }
  }

  // -- addresses

  /** How far along the axis copies lie apart. */
  private copyStride(strides: ReadonlyArray<number>): number {
    const { axis } = this.t.unroll
    return (strides[axis] ?? 0) * (axis === this.vectorAxis ? 4 : 1)
  }

  private vectorStride(strides: ReadonlyArray<number>): number {
    return this.vectorAxis < 0 ? 0 : strides[this.vectorAxis]!
  }

  private affine(buffer: BufferId, index: Affine, size: number, copy: number): Elements {
    const g = this.groups.find(buffer, index, size)
    const group = this.groups.list[g]!
    const offset = index.offset * size - group.offset + copy * this.copyStride(group.strides)
    return { at: { pointer: this.pointers[g]!, offset }, stride: this.vectorStride(group.strides) }
  }

  private cursorElements(g: number, copy: number): Elements {
    const { strides } = this.groups.list[g]!
    return {
      at: { pointer: this.pointers[g]!, offset: copy * this.copyStride(strides) },
      stride: this.vectorStride(strides)
    }
  }

  /** Whether four copies of a load are rows of a block whose columns are contiguous in memory. */
  private isTransposed({ dtype, index }: Load): boolean {
    const { axis } = this.t.unroll
    const step = index.strides[axis]!
    return axis !== this.vectorAxis && itemSize(dtype) === 4 && step === 1 && index.strides[this.vectorAxis]! !== 0
  }

  /** Four columns, each loaded whole, become four rows. */
  private loadTransposed(k: LaneContext, { buffer, index }: Load): ReadonlyArray<Lanes> {
    const { f } = k
    return f.scope(() => {
      const elements = this.affine(buffer, index, 4, 0)
      if (!("at" in elements)) throw new Error("codegen: a load without a place")
      const { at, stride } = elements
      const column = (i: number) =>
        f.let(loadVector({ pointer: at.pointer, offset: at.offset + i * stride }))
      const [a, b, c, d] = [column(0), column(1), column(2), column(3)] as const
      const pair = (x: Local<"v128">, y: Local<"v128">, lanes: readonly [number, number, number, number]) =>
        f.let(i32x4.shuffle(x, y, lanes))
      const ab = pair(a, b, [0, 4, 1, 5])
      const cd = pair(c, d, [0, 4, 1, 5])
      const ab2 = pair(a, b, [2, 6, 3, 7])
      const cd2 = pair(c, d, [2, 6, 3, 7])
      return [
        pair(ab, cd, [0, 1, 4, 5]),
        pair(ab, cd, [2, 3, 6, 7]),
        pair(ab2, cd2, [0, 1, 4, 5]),
        pair(ab2, cd2, [2, 3, 6, 7])
      ]
    }).map((row) => [row])
  }

  /** Elements at computed positions; consecutive ones where the positions grow by a constant. */
  private gathered(k: LaneContext, dtype: DType, buffer: BufferId, index: ValueId, copy: number): Elements {
    const { f } = k
    const base = this.base(buffer)
    const size = itemSize(dtype)
    const variation = this.facts.variation[index]!
    const positions = this.lanes(index, copy, k.width)[0]!
    const shift = 31 - Math.clz32(size)
    const address = (position: Value<"i32">): Place => ({
      pointer: f.let(i32.add(base, shift === 0 ? position : i32.shl(position, shift))),
      offset: 0
    })
    if (variation !== "varying") {
      const stride = variation === "uniform" ? 0 : variation * size
      return { at: address(i32x4.extractLane(positions, 0)), stride }
    }
    return { each: Array.from({ length: k.width }, (_, i) => address(i32x4.extractLane(positions, i))) }
  }

  private indexLanes(k: LaneContext, axis: number, copy: number): Vector {
    const coordinate = this.coordinates[axis]!
    const start = axis === this.t.unroll.axis ? copy * (axis === this.vectorAxis ? 4 : 1) : 0
    if (axis !== this.vectorAxis) {
      return typeof coordinate === "number"
        ? k.constants.i32x4(coordinate + start)
        : i32x4.splat(start === 0 ? coordinate : i32.add(coordinate, start))
    }
    const steps = this.steps(start)
    if (typeof coordinate === "number" && coordinate === 0) return steps
    return i32x4.add(typeof coordinate === "number" ? k.constants.i32x4(coordinate) : i32x4.splat(coordinate), steps)
  }

  private readonly stepConstants = new Map<number, Local<"v128">>()

  /** `start, start + 1, start + 2, start + 3`. */
  private steps(start: number): Local<"v128"> {
    let known = this.stepConstants.get(start)
    if (known === undefined) {
      known = this.k.f.hoist(i32x4.const(start, start + 1, start + 2, start + 3))
      this.stepConstants.set(start, known)
    }
    return known
  }
}

type Load = Extract<Instruction, { readonly op: "load" }>

const isLocal = (vector: Vector): vector is Local<"v128"> => "index" in vector
