/**
 * Where the buffers of a Plan are: in which memory, and how far into it.
 *
 * The buffers of the Program's own Plan stand still. Those of a Plan that a loop runs may move from step to step: a slice
 * goes on along its array, a carry is read where the step before wrote it.
 */
import type { Buffer, BufferId, Plan } from "@effax/compiler/Plan"

/** What memory a binding is. The arena is in several parts where it is larger than what can be bound at once. */
export type Slot =
  | { readonly _tag: "Input"; readonly index: number }
  | { readonly _tag: "Output"; readonly index: number }
  | { readonly _tag: "Arena"; readonly part: number }
  /** Flags and counts that decide what is run: see `guard.ts`. */
  | { readonly _tag: "Control" }

/** Elements that a place is further on: `first + elements * step`, by the step of the loop of a level. */
export interface Move {
  readonly level: number
  readonly first: number
  readonly elements: number
  /** Whether the loop has more steps than one digit of their numbers says. */
  readonly long: boolean
}

/** What a counter decides: in every other step, the buffer starts at another word. */
export interface Swap {
  readonly level: number
  readonly word: number
}

export interface Place {
  readonly slot: Slot
  /** Words before the buffer's first one. */
  readonly word: number
  readonly swap: Swap | undefined
  readonly moves: ReadonlyArray<Move>
}

/** A Plan whose buffers have places. Buffers without one are where their location says. */
export interface PlacedPlan extends Plan {
  readonly places: ReadonlyArray<Place | undefined>
  /** Where the parts of the arena end, but the last: bytes, ascending. */
  readonly cuts: ReadonlyArray<number>
}

/** A place in the arena, by its offset in bytes from the start of the first part. */
export const arenaPlace = (offset: number, cuts: ReadonlyArray<number>): Place => {
  let part = 0
  while (part < cuts.length && cuts[part]! <= offset) part++
  const start = part === 0 ? 0 : cuts[part - 1]!
  return { slot: { _tag: "Arena", part }, word: (offset - start) / 4, swap: undefined, moves: [] }
}

const placeAt = (location: Buffer["location"], cuts: ReadonlyArray<number>): Place =>
  location._tag === "Temporary"
    ? arenaPlace(location.offset, cuts)
    : { slot: location, word: 0, swap: undefined, moves: [] }

/** Where a buffer is. */
export const placeOf = (plan: PlacedPlan, id: BufferId): Place =>
  plan.places[id] ?? placeAt(plan.buffers[id]!.location, plan.cuts)

/** The Plan of a Program: everything is where its location says. */
export const placeRoot = (plan: Plan, cuts: ReadonlyArray<number>): PlacedPlan => ({ ...plan, places: [], cuts })

/**
 * A Plan that a kernel runs: its inputs and outputs are places of the caller's, its temporaries in the arena from `arena`
 * on.
 */
export const placeNested = (
  plan: Plan,
  at: {
    readonly inputs: ReadonlyArray<Place>
    readonly outputs: ReadonlyArray<Place>
    readonly arena: number
    readonly cuts: ReadonlyArray<number>
  }
): PlacedPlan => ({
  ...plan,
  cuts: at.cuts,
  places: plan.buffers.map(({ location }, id): Place | undefined => {
    if (location._tag === "Temporary") return arenaPlace(at.arena + location.offset, at.cuts)
    // a carry that is changed in place is an input and an output
    const input = plan.inputs.indexOf(id)
    return input >= 0 ? at.inputs[input] : at.outputs[plan.outputs.indexOf(id)]
  })
})
