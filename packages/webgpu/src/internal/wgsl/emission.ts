/**
 * The state that the generators of all kernels of a Program share: the arena and the control memory that grow, and
 * the guard that decides whether what is generated will run.
 */
import type { Plan } from "@effax/compiler/Plan"
import type { DeviceTraits } from "./kernel.ts"
import { type Place, type PlacedPlan, placeOf } from "./place.ts"
import type { Dispatch } from "./shader.ts"
import type { Run, Step } from "./steps.ts"

/** The most workgroups that a dispatch may have along an axis. */
const longestAxis = 65535

/** Workgroups as a plane, which may be a little larger. */
export const planeOf = (workgroups: number): readonly [x: number, y: number] => {
  const rows = Math.ceil(workgroups / longestAxis)
  return rows <= 1 ? [workgroups, 1] : [Math.ceil(workgroups / rows), rows]
}

/** Something that is decided on the device: whether the dispatches in it have any workgroups. */
export interface Guard {
  /** The word of the control memory that is not 0 where they have. */
  readonly live: number
  /** The first of the three words of each dispatch. */
  readonly entries: Array<{ readonly word: number; readonly workgroups: number }>
}

/** A stretch of the arena that has to stay in one piece. */
export interface Stretch {
  readonly start: number
  readonly end: number
}

const alignment = 64
export const aligned = (bytes: number): number => Math.ceil(bytes / alignment) * alignment

export class Emission {
  readonly traits: DeviceTraits
  /** Where the parts of the arena end. */
  readonly cuts: ReadonlyArray<number>
  readonly stretches: Array<Stretch> = []
  /** Bytes. */
  arena = 0
  /** Words of the control memory. */
  control = 0

  constructor(traits: DeviceTraits, cuts: ReadonlyArray<number>) {
    this.traits = traits
    this.cuts = cuts
  }

  /** Takes note of a stretch of the arena; gives its end. */
  occupy(start: number, bytes: number): number {
    const end = aligned(start + bytes)
    this.stretches.push({ start, end })
    this.arena = Math.max(this.arena, end)
    return end
  }

  words(count: number): number {
    const word = this.control
    this.control += count
    return word
  }

  guard(): Guard {
    return { live: this.words(1), entries: [] }
  }

  run(dispatch: Dispatch, guard: Guard | undefined): Run {
    if (guard === undefined) return { _tag: "Run", dispatch, guard: undefined }
    const word = this.words(3)
    guard.entries.push({ word, workgroups: dispatch.workgroups })
    return { _tag: "Run", dispatch, guard: word }
  }

  /** Temporaries of a Plan, whose arena starts somewhere. */
  temporaries({ buffers }: Plan, from: number, bytesOf: (id: number) => number): void {
    buffers.forEach(({ location }, id) => {
      if (location._tag === "Temporary") this.occupy(from + location.offset, bytesOf(id))
    })
  }
}

/** Where a kernel is generated that holds Plans. */
export interface Frame {
  readonly emission: Emission
  readonly plan: PlacedPlan
  readonly guard: Guard | undefined
  /** How many loops are around it. */
  readonly level: number
  /** Room in the arena, as {@link KernelContext} has it. */
  readonly reserve: (bytes: number) => number
  /** The steps of a Plan; its temporaries and what its kernels reserve are after what was reserved here. */
  readonly nested: (options: {
    readonly plan: Plan
    readonly inputs: ReadonlyArray<Place>
    readonly outputs: ReadonlyArray<Place>
    readonly guard: Guard | undefined
    readonly level: number
  }) => ReadonlyArray<Step>
}

export const placesOf = ({ plan }: Frame, ids: ReadonlyArray<number>): ReadonlyArray<Place> =>
  ids.map((id) => placeOf(plan, id))
