/**
 * The regions of `NdArray.scoped`: arrays that became resident while an effect ran and are freed when it ends.
 */
import * as Context from "effect/Context"
import type { Allocation, Owner, Ownership } from "./ownership.ts"

/**
 * The arrays that became resident in a `scoped` effect, held weakly: an array that nothing references is freed earlier.
 */
export interface Region {
  readonly parent: Region | undefined
  readonly members: Map<Ownership, WeakRef<Allocation>>
  ended: boolean
}

export const Current = Context.Reference<Region | undefined>("effax/Region", { defaultValue: () => undefined })

export const make = (parent: Region | undefined): Region => ({ parent, members: new Map(), ended: false })

/** Adds an array to a region, or to the nearest enclosing one that has not ended. */
export const enter = (region: Region | undefined, ownership: Ownership, allocation: WeakRef<Allocation>): void => {
  let open = region
  while (open?.ended === true) open = open.parent
  ownership.region = open
  open?.members.set(ownership, allocation)
}

/** Ends a region: frees its arrays, except the kept ones, which move to the parent, or to the region `to`. */
export const exit = (
  region: Region,
  kept: ReadonlySet<Allocation>,
  owner: Owner,
  to: Region | undefined = region.parent
): void => {
  region.ended = true
  for (const [ownership, reference] of region.members) {
    const allocation = reference.deref()
    if (allocation === undefined) owner.free(ownership)
    else if (!kept.has(allocation)) owner.dispose(allocation, "scope")
    else enter(to, ownership, reference)
  }
  region.members.clear()
}

/** Frees the arrays of a region that goes on, except the kept ones. */
export const retain = (region: Region, kept: ReadonlySet<Allocation>, owner: Owner): void => {
  for (const reference of region.members.values()) {
    const allocation = reference.deref()
    if (allocation !== undefined && !kept.has(allocation)) owner.dispose(allocation, "scope")
  }
}

/** The innermost region around both. */
export const common = (a: Region | undefined, b: Region | undefined): Region | undefined => {
  if (a === b) return a
  const around = new Set<Region>()
  for (let region = a; region !== undefined; region = region.parent) around.add(region)
  for (let region = b; region !== undefined; region = region.parent) if (around.has(region)) return region
  return undefined
}

/** Moves an array to the innermost region around its own and another one that wants it too. */
export const share = (allocation: Allocation, region: Region | undefined): void => {
  const { ownership } = allocation
  const around = common(ownership.region, region)
  if (around === ownership.region) return
  ownership.region?.members.delete(ownership)
  enter(around, ownership, new WeakRef(allocation))
}
