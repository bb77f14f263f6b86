/**
 * Kernels that write to computed positions.
 */
import type { Kernel, Scatter, ValueId } from "../../Plan.ts"
import type { LoopOp, LoopOpOf } from "../6-decompose/loopOp.ts"
import { Axis, flatten, type Index, ofAxis } from "./axes.ts"
import { BodyWriter, finish } from "./body.ts"
import { coalesceAxes, number, pinnedAxes } from "./coalesceAxes.ts"
import { Coordinates } from "./coordinates.ts"
import { emit, type Emitter } from "./emit.ts"
import { sliceCoordinates, windowCoordinates } from "./emitIndexing.ts"
import { axesOf, type Context, emitterOf, extents, loadsOf, nameOf, noHero, ownerOf } from "./kernelContext.ts"

/** Where an update goes, and whether it goes anywhere. */
interface Target {
  readonly coordinates: ReadonlyArray<Index>
  readonly valid: ValueId | undefined
}

/** A kernel that visits every update and combines it into the array that the hero overwrites. */
const updating = (
  context: Context,
  updates: LoopOp,
  { combiner, unique }: Pick<Scatter, "combiner" | "unique">,
  targetOf: (e: Emitter, at: ReadonlyArray<Index>) => Target
): Kernel => {
  const hero = context.group.heroes[0]!
  const axes = updates.shape.map((n) => new Axis(n))
  const parts = axes.map(ofAxis)
  const writer = new BodyWriter(hero.origin)
  const e = emitterOf(context, writer, noHero)
  const { coordinates, valid } = targetOf(e, parts)
  const to = writer.positionOf(flatten(coordinates, hero.shape))
  const value = emit(e, updates, new Coordinates(updates.shape, parts))
  // Updates are applied in the order of their array, so that axes stay in order
  const coalesced = coalesceAxes(axes, loadsOf(writer.drafts), pinnedAxes(writer.drafts), { sort: false })
  number(coalesced)
  const { body, valueOf } = finish(writer.drafts, axesOf(coalesced), context.memory.bufferOf)
  return {
    kind: "scatter",
    name: nameOf(context),
    barrier: false,
    space: extents(coalesced),
    body,
    buffer: context.memory.bufferOf(ownerOf(context.grouping, hero.inputs[0]!)),
    combiner,
    at: valueOf(to),
    value: valueOf(value),
    guard: valid === undefined ? undefined : valueOf(valid),
    unique
  }
}

const updateSliceKernel = (context: Context): Kernel => {
  const hero = context.group.heroes[0]!
  const [, update, ...starts] = hero.inputs
  return updating(context, update!, { combiner: "set", unique: true }, (e, at) => ({
    coordinates: sliceCoordinates(e, starts, hero.shape, update!.shape, at),
    valid: undefined
  }))
}

export const scatterKernel = (context: Context): Kernel => {
  if (context.group.heroes[0]!.action.kind === "updateSlice") return updateSliceKernel(context)
  const hero = context.group.heroes[0] as LoopOpOf<"scatter">
  const [, indices, updates] = hero.inputs
  const { combiner, dimensions, drop } = hero.action
  let window = 0
  const sizes = hero.shape.map((_, d) =>
    dimensions.insertedWindowDims.includes(d) || dimensions.operandBatchingDims.includes(d)
      ? 1
      : updates!.shape[dimensions.updateWindowDims[window++]!]!
  )
  return updating(context, updates!, { combiner, unique: false }, (e, at) =>
    windowCoordinates(e, {
      dimensions: {
        windowDims: dimensions.updateWindowDims,
        collapsedDims: dimensions.insertedWindowDims,
        startDims: dimensions.scatterDimsToOperandDims,
        operandBatchingDims: dimensions.operandBatchingDims,
        indicesBatchingDims: dimensions.scatterIndicesBatchingDims
      },
      shape: hero.shape,
      sizes,
      indices: indices!,
      at,
      checked: drop
    }))
}
