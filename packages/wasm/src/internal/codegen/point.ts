/**
 * What a traversal is asked for, and what it gives its sink at every point.
 */
import type { Affine, Body, BufferId, ValueId } from "@effax/compiler/Plan"
import type { DType } from "effax/DType"
import type { Local } from "../assembler/index.ts"
import type { Variation } from "./body.ts"
import type { LaneContext, Lanes } from "./lanes.ts"
import type { Address, Elements } from "./memory.ts"
import type { Cursor } from "./pointers.ts"
import type { Range } from "./ranges.ts"

/** Where the values of `result` instructions are: `which` of the instruction is the index in the nest's `results`. */
export interface ResultSource {
  /** The address of the element at the first point that the nest visits. */
  readonly pointer: Local<"i32">
  /** Bytes from one point to the next, for each axis of the space; anything on `at` axes. */
  readonly strides: ReadonlyArray<number>
  /** As stored there, which need not be the dtype of the instruction: converted on the way. */
  readonly dtype: DType
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
