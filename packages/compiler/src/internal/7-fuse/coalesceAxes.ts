/**
 * The order of a kernel's axes, and which of them are one: as few as every access allows, the contiguous one last.
 */
import { mostInt32 } from "../limits.ts"
import { type Axis, type Index, leaves, settle } from "./axes.ts"
import { strides } from "./body.ts"

/** The axes that matter, in place of axes that were cut. */
export const effective = (axes: ReadonlyArray<Axis>): ReadonlyArray<Axis> =>
  axes.flatMap(leaves).filter((axis) => axis.extent > 1)

/** Axes that do not show in strides but whose coordinates are wanted. */
export const pinnedAxes = (drafts: ReadonlyArray<{ readonly op: string; readonly axis?: Axis }>): ReadonlySet<Axis> =>
  new Set(drafts.flatMap((d) => d.op === "axis" ? leaves(d.axis!) : []))

/** One axis of a kernel, made of axes that every access walks in step. The position of all but the last is -1. */
export interface CoalescedAxis {
  readonly axis: Axis
  readonly extent: number
}

/** Orders axes by their strides in the first access, if asked to, and merges those that all accesses walk in step. */
export const coalesceAxes = (
  axes: ReadonlyArray<Axis>,
  accesses: ReadonlyArray<Index>,
  pinned: ReadonlySet<Axis>,
  options: { readonly sort: boolean }
): ReadonlyArray<CoalescedAxis> => {
  const all = effective(axes)
  if (all.length === 0) return []
  all.forEach((axis, i) => axis.position = i)
  const table = accesses.map((index) => strides(settle(index), all))
  for (const axis of all) axis.position = -1
  const order = all.map((_, i) => i)
  const first = table[0]
  if (options.sort && first !== undefined) order.sort((i, k) => Math.abs(first[k]!) - Math.abs(first[i]!))
  const merged: Array<CoalescedAxis> = []
  // From the innermost axis outwards
  let inner = order.at(-1)!
  let extent = all[inner]!.extent
  let head = inner
  for (let at = order.length - 2; at >= 0; at--) {
    const outer = order[at]!
    // Counts are int32: axes that are too long together stay apart
    const inStep = extent * all[outer]!.extent <= mostInt32 && !pinned.has(all[outer]!) && !pinned.has(all[head]!) &&
      table.every((row) => row[outer] === row[inner]! * extent)
    if (inStep) extent *= all[outer]!.extent
    else {
      merged.push({ axis: all[inner]!, extent })
      inner = outer
      extent = all[outer]!.extent
    }
    head = outer
  }
  merged.push({ axis: all[inner]!, extent })
  return merged.reverse()
}

/** Numbers the axes, from `first` on. */
export const number = (axes: ReadonlyArray<CoalescedAxis>, first = 0): void =>
  axes.forEach(({ axis }, i) => axis.position = first + i)
