/**
 * The state while a group becomes a kernel.
 */
import type { DType } from "effax/DType"
import type { BufferId } from "../../Plan.ts"
import type { LoopOp, LoopOpOf, Several } from "../6-decompose/loopOp.ts"
import type { Axis, Index } from "./axes.ts"
import type { BodyWriter, Draft } from "./body.ts"
import type { InPlace, PlanOf } from "./carries.ts"
import type { CoalescedAxis } from "./coalesceAxes.ts"
import { isView } from "./coordinates.ts"
import type { Emitter } from "./emit.ts"
import type { Group } from "./group.ts"
import { memoryOwner } from "./operands.ts"
import type { Grouping } from "./pass.ts"

/** Memory for kernels, as the code that numbers buffers sees it. */
export interface KernelMemory {
  /** The buffer of an operation that owns memory. */
  readonly bufferOf: (owner: LoopOp) => BufferId
  /** The buffers of all results of an operation that has several. */
  readonly resultsOf: (hero: LoopOpOf<Several["kind"]>) => ReadonlyArray<BufferId>
  readonly newBuffer: (dtype: DType, elements: number) => BufferId
  /** The Plan of a region that a kernel runs. */
  readonly planOf: PlanOf
  /** Results of loops and branches that are in the memory of an operand. */
  readonly changed: InPlace["changed"]
}

/** The state while a group becomes a kernel. */
export interface Context {
  readonly group: Group
  readonly grouping: Grouping
  readonly memory: KernelMemory
  readonly origins: Set<string>
}

export const ownerOf = (grouping: Grouping, op: LoopOp): LoopOp => {
  let owner = op
  for (;;) {
    const next = grouping.aliases.get(owner)
    if (next === undefined) return owner
    owner = next
  }
}

const isLoaded = ({ group, grouping }: Context) => (op: LoopOp): boolean =>
  grouping.stored[op.id] === 1 && grouping.groupOf[op.id] !== group

export const emitterOf = (context: Context, body: BodyWriter, hero: Emitter["hero"]): Emitter => ({
  body,
  isLoaded: isLoaded(context),
  ownerOf: (op) => ownerOf(context.grouping, op),
  hero,
  computed: (op) => {
    if (op.origin !== "" && op.action.kind !== "literal" && !isView(op)) context.origins.add(op.origin)
  }
})

export const noHero: Emitter["hero"] = () => undefined

/** Names longer than this many primitives say no more. */
const maxOrigins = 6

export const nameOf = ({ group, origins }: Context): string => {
  for (const hero of group.heroes) if (hero.origin !== "") origins.add(hero.origin)
  const names = [...origins]
  if (names.length === 0) return "copy"
  return names.length > maxOrigins ? `${names.slice(0, maxOrigins).join("_")}_etc` : names.join("_")
}

/** The memory of an operand that is read as it lies. */
export const plainBuffer = (context: Context, op: LoopOp): number =>
  context.memory.bufferOf(ownerOf(context.grouping, memoryOwner(op)))

export const loadsOf = (drafts: ReadonlyArray<Draft>): ReadonlyArray<Index> =>
  drafts.flatMap((d) => d.op === "load" ? [d.index] : [])

export const extents = (axes: ReadonlyArray<CoalescedAxis>): ReadonlyArray<number> => axes.map((a) => a.extent)

export const axesOf = (coalesced: ReadonlyArray<CoalescedAxis>): ReadonlyArray<Axis> => coalesced.map((a) => a.axis)
