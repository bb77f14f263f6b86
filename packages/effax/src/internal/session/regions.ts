/**
 * The arrays of `NdArray.scoped`, which became resident while an effect ran and are freed when it ends.
 */
import * as Context from "effect/Context"
import type { Owner, Ownership, Residence } from "./ownership.ts"

/** The arrays made resident while a `scoped` effect runs. It holds them weakly: an array that nothing references is freed before. */
export interface Region {
  readonly parent: Region | undefined
  readonly members: Map<Ownership, WeakRef<Residence>>
  ended: boolean
}

export const Current = Context.Reference<Region | undefined>("effax/Region", { defaultValue: () => undefined })

export const make = (parent: Region | undefined): Region => ({ parent, members: new Map(), ended: false })

/** Gives an array to a region, or to the nearest one around it that has not ended. */
export const enter = (region: Region | undefined, ownership: Ownership, residence: WeakRef<Residence>): void => {
  let open = region
  while (open?.ended === true) open = open.parent
  ownership.region = open
  open?.members.set(ownership, residence)
}

/** Frees the arrays of a region except those that are kept, which become its parent's. */
export const leave = (region: Region, kept: ReadonlySet<Residence>, owner: Owner): void => {
  region.ended = true
  for (const [ownership, reference] of region.members) {
    const residence = reference.deref()
    if (residence === undefined) owner.free(ownership)
    else if (!kept.has(residence)) owner.dispose(residence, "scope")
    else enter(region.parent, ownership, reference)
  }
  region.members.clear()
}

/** The innermost region around both. */
export const common = (a: Region | undefined, b: Region | undefined): Region | undefined => {
  if (a === b) return a
  const around = new Set<Region>()
  for (let region = a; region !== undefined; region = region.parent) around.add(region)
  for (let region = b; region !== undefined; region = region.parent) if (around.has(region)) return region
  return undefined
}

/** Gives an array to the innermost region around its own and another one, in which it is wanted too. */
export const share = (residence: Residence, region: Region | undefined): void => {
  const { ownership } = residence
  const around = common(ownership.region, region)
  if (around === ownership.region) return
  ownership.region?.members.delete(ownership)
  enter(around, ownership, new WeakRef(residence))
}
