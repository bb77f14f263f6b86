/**
 * How an iteration space is cut into units of work: one point of the axes before `axis`, a chunk of that axis, and all of
 * the axes after it. The cut depends on nothing but the space and the cost of a point.
 */
import { size as product } from "effax/Shape"
import { i32, type Local } from "../assembler/index.ts"
import { microseconds } from "./cost.ts"
import type { KernelFunction } from "./kernel.ts"
import { greatestCommonDivisor, type Range } from "./ranges.ts"

export interface Division {
  readonly space: ReadonlyArray<number>
  /** The axis that is cut into chunks; -1 where the space has no axis. */
  readonly axis: number
  readonly chunk: number
  /** Chunks on that axis. */
  readonly chunks: number
  readonly units: number
}

/** Units take at least and at most so many microseconds, and there are this many where that is in between. */
const shortest = 4
const longest = 20
const wantedUnits = 32

const defaultTarget = (total: number): number => Math.min(Math.max(total / wantedUnits, shortest), longest)

/** Chunks of an axis that may be vectorised are whole vectors of every unrolling. */
const chunkMultiple = 16

/**
 * @param cycles for four points
 * @param target microseconds that a unit should take
 * @param limits of a chunk's length, and the last axis that may be cut
 */
export const divide = (
  space: ReadonlyArray<number>,
  cycles: number,
  target = defaultTarget(microseconds(product(space), cycles)),
  limits: { readonly least: number; readonly most: number; readonly axis: number } = {
    least: 1,
    most: Infinity,
    axis: Infinity
  }
): Division => {
  const points = product(space)
  const total = microseconds(points, cycles)
  if (space.length === 0) return { space, axis: -1, chunk: 1, chunks: 1, units: 1 }
  if (points === 0) return { space, axis: 0, chunk: 1, chunks: 1, units: 0 }
  const perUnit = Math.max(1, Math.floor(points * Math.min(1, target / total)))
  let axis = 0
  let below = points / (space[0] ?? 1)
  while (below > perUnit && axis < Math.min(space.length - 1, limits.axis)) below /= space[++axis]!
  const size = space[axis]!
  const wanted = Math.min(size, Math.max(limits.least, Math.min(limits.most, Math.floor(perUnit / below))))
  const rounded = wanted >= chunkMultiple ? Math.floor(wanted / chunkMultiple) * chunkMultiple : wanted
  const chunk = wanted === size ? size : rounded
  const chunks = Math.ceil(size / chunk)
  return { space, axis, chunk, chunks, units: chunks * product(space.slice(0, axis)) }
}

/** The ranges of a unit. */
export const unitRanges = (k: KernelFunction, division: Division, unit: Local<"i32">): ReadonlyArray<Range> => {
  const { f } = k
  const { axis, chunk, chunks, space, units } = division
  if (units === 1) return space.map((to) => ({ from: 0, to }))
  const rest = f.let(unit)
  /** Takes the last coordinate off what is left of the unit's number. */
  const take = (size: number): Local<"i32"> => {
    const coordinate = f.let(i32.remU(rest, size))
    f.set(rest, i32.divU(rest, size))
    return coordinate
  }
  const size = space[axis]!
  let chunked: Range = { from: 0, to: size }
  if (chunks > 1) {
    const from = f.let(i32.mul(axis === 0 ? rest : take(chunks), chunk))
    const to = f.let(i32.add(from, chunk))
    if (size % chunk !== 0) f.if(i32.gtU(to, size), () => f.set(to, size))
    chunked = { from, to, multipleOf: greatestCommonDivisor(chunk, size % chunk) }
  }
  const ranges: Array<Range> = [chunked]
  for (let before = axis - 1; before >= 0; before--) {
    ranges.unshift(space[before] === 1 ? { from: 0, to: 1 } : { at: before === 0 ? rest : take(space[before]!) })
  }
  return [...ranges, ...space.slice(axis + 1).map((to) => ({ from: 0, to }))]
}
