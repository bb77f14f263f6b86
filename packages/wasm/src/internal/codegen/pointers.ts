/**
 * Running pointers into memory: one for each set of accesses that move alike from point to point. Accesses that differ by
 * a constant share one, with the difference in the instruction.
 */
import type { Affine, BufferId } from "@effax/compiler/Plan"
import { i32, type Local, type Value } from "../assembler/index.ts"
import { bufferAddress, type KernelFunction } from "./kernel.ts"
import type { Address } from "./memory.ts"

/** Memory that a sink goes through: its address at the first point visited, and bytes per point for each axis. */
export interface Cursor {
  readonly pointer: Local<"i32">
  readonly strides: ReadonlyArray<number>
}

interface Group {
  /** Bytes per point of each axis. */
  readonly strides: ReadonlyArray<number>
  /** The byte offset in the buffer that the pointer stands at: the least of all accesses. */
  offset: number
  readonly base: { readonly buffer: BufferId } | { readonly pointer: Local<"i32"> }
}

/** An address, and how it moves with each axis, in bytes. */
export interface Moving {
  readonly address: Address
  readonly strides: ReadonlyArray<number>
}

export class Pointers {
  private readonly k: KernelFunction
  private readonly groups: Array<Group> = []
  private readonly byKey = new Map<string, number>()
  /** Where the groups are at this point of the code. */
  private current: ReadonlyArray<Local<"i32">> = []

  constructor(k: KernelFunction) {
    this.k = k
  }

  private key(buffer: BufferId, index: Affine, size: number): string {
    return `${buffer}:${size}:${index.strides.join()}`
  }

  /** Makes an access known, before `start`. */
  access(buffer: BufferId, index: Affine, size: number): void {
    const key = this.key(buffer, index, size)
    const offset = index.offset * size
    const known = this.byKey.get(key)
    if (known !== undefined) {
      this.groups[known]!.offset = Math.min(this.groups[known]!.offset, offset)
      return
    }
    this.byKey.set(key, this.groups.length)
    this.groups.push({ strides: index.strides.map((s) => s * size), offset, base: { buffer } })
  }

  /** Makes a cursor known, before `start`, and gives its number. */
  cursor({ pointer, strides }: Cursor): number {
    return this.groups.push({ strides, offset: 0, base: { pointer } }) - 1
  }

  /** Emits the addresses of all groups at the first point. */
  start(coordinates: ReadonlyArray<Local<"i32"> | number>): void {
    this.current = this.groups.map(({ base, offset, strides }) => {
      if ("pointer" in base) return base.pointer
      let address: Value<"i32"> = bufferAddress(this.k, base.buffer)
      let known = offset
      strides.forEach((stride, axis) => {
        const start = coordinates[axis]!
        if (stride === 0) return
        if (typeof start === "number") known += stride * start
        else address = i32.add(address, i32.mul(start, stride))
      })
      return this.k.f.let(known === 0 ? address : i32.add(address, known))
    })
  }

  /**
   * Around a loop over an axis: what `body` emits sees pointers that its `advance` moves by a number of points, and whoever
   * comes after it those that were there before.
   */
  along(axis: number, body: (advance: (points: number) => void) => void): void {
    const { f } = this.k
    const before = this.current
    const moving = this.groups.flatMap(({ strides }, g) => strides[axis] === 0 ? [] : [g])
    const pointers = [...before]
    for (const g of moving) pointers[g] = f.local("i32", before[g]!)
    this.current = pointers
    body((points) => {
      for (const g of moving) {
        f.set(pointers[g]!, i32.add(pointers[g]!, points * this.groups[g]!.strides[axis]!))
      }
    })
    this.current = before
  }

  /** Where an access is at this point. */
  find(buffer: BufferId, index: Affine, size: number): Moving {
    const g = this.byKey.get(this.key(buffer, index, size))!
    const { offset, strides } = this.groups[g]!
    return { address: { pointer: this.current[g]!, offset: index.offset * size - offset }, strides }
  }

  /** Where a cursor is at this point. */
  findCursor(g: number): Moving {
    return { address: { pointer: this.current[g]!, offset: 0 }, strides: this.groups[g]!.strides }
  }
}
