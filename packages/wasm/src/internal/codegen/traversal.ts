/**
 * Loops over ranges of an iteration space around a body, innermost along the axis that is vectorised.
 *
 * Every value of the body is computed in the outermost loop whose coordinates it depends on. What is done with the values
 * is up to a *sink*: it stores them, or adds them up.
 */
import type { Affine, Body, BufferId, ValueId } from "@effax/compiler/Plan"
import { i32, type Local } from "../assembler/index.ts"
import type { Variation } from "./body.ts"
import { BodyEmitter } from "./bodyEmitter.ts"
import type { KernelFunction } from "./kernel.ts"
import type { LaneContext, Lanes, Width } from "./lanes.ts"
import type { Address, Elements } from "./memory.ts"
import type { ResultSource } from "./nest.ts"
import { type Cursor, Pointers } from "./pointers.ts"
import { divisor, extent, first, greatestCommonDivisor, type Interval, interval, type Range } from "./ranges.ts"

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
  /** The axes that have a loop, outermost first. The last is vectorised. */
  readonly order: ReadonlyArray<number>
  /** How many copies of the body are in flight, and along which axis they lie: -1 for none. */
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
    readonly after: (cursor: (which: number) => Address) => void
  }
  /** Cuts the vectorised axis into strips of a multiple of 16 points, and what is done before and after each. */
  readonly strips?: { readonly length: number; readonly before: () => void; readonly after: () => void }
}

export const traverse = (k: KernelFunction, traversal: Traversal): void => new Traverse(k, traversal).emit()

class Traverse {
  private readonly k: KernelFunction
  private readonly t: Traversal
  private readonly pointers: Pointers
  private readonly cursors: ReadonlyArray<number>
  private readonly coordinates: Array<Local<"i32"> | number>
  private readonly body: BodyEmitter

  constructor(k: KernelFunction, t: Traversal) {
    this.k = k
    this.t = t
    this.pointers = new Pointers(k)
    this.coordinates = t.ranges.map(first)
    this.body = new BodyEmitter(k, t, this.pointers, this.coordinates)
    for (const { buffer, index, size } of t.accesses) this.pointers.access(buffer, index, size)
    this.cursors = (t.cursors ?? []).map((cursor) => this.pointers.cursor(cursor))
  }

  emit(): void {
    this.k.f.scope(() => {
      this.pointers.start(this.coordinates)
      this.body.prepare()
      this.descend(0)
    })
  }

  /** Emits the loops from a position of `order` on. */
  private descend(level: number): void {
    const { around } = this.t
    if (around?.position !== level) {
      this.descendInto(level)
      return
    }
    around.before()
    this.descendInto(level)
    around.after((which) => this.pointers.findCursor(this.cursors[which]!).address)
  }

  private descendInto(level: number): void {
    const { order, ranges, strips } = this.t
    if (level === order.length) {
      // Only where the space is one point: the loops of all others end in their vectorised axis.
      strips?.before()
      this.leaf(1)
      strips?.after()
      return
    }
    this.body.emitLevel(level, 4)
    const axis = order[level]!
    const range = interval(ranges[axis]!)
    if (level < order.length - 1) this.loop(level, axis, range)
    else if (strips === undefined) this.vectorLoop(axis, range)
    else this.stripLoop(axis, range, strips)
  }

  private copiesAlong(axis: number): number {
    return this.t.unroll.axis === axis ? this.t.unroll.copies : 1
  }

  private loop(level: number, axis: number, range: Interval): void {
    const copies = this.copiesAlong(axis)
    this.sections(range, axis, copies === 1 ? [1] : [copies, 1], (step) => {
      if (copies !== 1) this.body.copies = step
      this.descend(level + 1)
    })
    if (copies !== 1) this.body.copies = 1
  }

  private vectorLoop(axis: number, range: Interval): void {
    const copies = this.copiesAlong(axis)
    this.sections(range, axis, copies === 1 ? [4, 1] : [4 * copies, 4, 1], (step) => {
      if (copies !== 1) this.body.copies = Math.max(1, step >> 2)
      this.leaf(step === 1 ? 1 : 4)
    })
    if (copies !== 1) this.body.copies = 1
  }

  private stripLoop(axis: number, range: Interval, { after, before, length }: NonNullable<Traversal["strips"]>): void {
    const { f } = this.k
    const count = extent(range)
    if (count !== undefined && count <= length) {
      before()
      this.vectorLoop(axis, range)
      after()
      return
    }
    f.scope(() =>
      this.pointers.along(axis, (advance) => {
        const outer = this.coordinates[axis]!
        const from = f.local("i32", range.from as Local<"i32">)
        const to = f.local("i32", 0)
        this.coordinates[axis] = from
        const multipleOf = greatestCommonDivisor(length, divisor(range))
        f.while(() => i32.ltS(from, range.to), () => {
          f.set(to, i32.add(from, length))
          f.if(i32.gtU(to, range.to), () => f.set(to, range.to as Local<"i32">))
          before()
          f.scope(() => this.vectorLoop(axis, { from, to, multipleOf }))
          after()
          advance(length)
          f.set(from, to)
        })
        this.coordinates[axis] = outer
      })
    )
  }

  /**
   * An interval walked in steps, as long as whole ones fit, and the rest in the next smaller. Each step is a multiple of
   * the next; the last is 1.
   */
  private sections(range: Interval, axis: number, steps: ReadonlyArray<number>, body: (step: number) => void): void {
    const { f } = this.k
    const count = extent(range)
    if (count !== undefined && count === steps.find((step) => step <= count)) {
      // One step, from where the pointers stand
      f.scope(() => body(count))
      return
    }
    f.scope(() =>
      this.pointers.along(axis, (advance) => {
        const outer = this.coordinates[axis]!
        const index = f.local("i32", range.from as Local<"i32">)
        this.coordinates[axis] = index
        let left = count
        for (const step of steps) {
          const turn = () => {
            f.scope(() => body(step))
            advance(step)
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
          if (divisor(range) % step === 0) break
        }
        this.coordinates[axis] = outer
      })
    )
  }

  /** The innermost place. */
  private leaf(width: Width): void {
    const { body, cursors, k: { f }, t: { order, sink } } = this
    f.scope(() => {
      body.emitLevel(order.length, width)
      sink({
        k: body.context(width),
        copies: body.copies,
        value: (id, copy) => body.lanes(id, copy, width),
        variation: (id) => body.variation(id),
        affine: (buffer, index, size, copy) => body.affine(buffer, index, size, copy),
        cursor: (which, copy) => body.cursor(cursors[which]!, copy)
      })
    })
    body.forget()
  }
}
