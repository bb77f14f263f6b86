/**
 * Kernels that write to computed places.
 */
import type { Kernel } from "../../Plan.ts"
import type { NodeOf } from "../6-decompose/node.ts"
import { arrange, number, pinnedAxes } from "./arrange.ts"
import { Axis, flatten, ofAxis } from "./axes.ts"
import { BodyWriter, finish } from "./body.ts"
import { Coordinates } from "./coordinates.ts"
import { emit } from "./emit.ts"
import { slicePlace, windowPlace } from "./emitIndexing.ts"
import { axesOf, type Context, emitterOf, extents, loadsOf, nameOf, noHero, ownerOf } from "./kernelContext.ts"

const updateSliceKernel = (context: Context): Kernel => {
  const hero = context.group.heroes[0]!
  const [target, update, ...starts] = hero.inputs
  const axes = update!.shape.map((n) => new Axis(n))
  const parts = axes.map(ofAxis)
  const writer = new BodyWriter()
  const e = emitterOf(context, writer, noHero)
  const to = writer.valueOf(flatten(slicePlace(e, starts, hero.shape, update!.shape, parts), hero.shape))
  const value = emit(e, update!, new Coordinates(update!.shape, parts))
  const arranged = arrange(axes, loadsOf(writer.drafts), pinnedAxes(writer.drafts), { sort: false })
  number(arranged)
  const { body, valueOf } = finish(writer.drafts, axesOf(arranged), context.memory.bufferOf)
  return {
    kind: "scatter",
    name: nameOf(context),
    barrier: false,
    space: extents(arranged),
    body,
    buffer: context.memory.bufferOf(ownerOf(context.grouping, target!)),
    combiner: "set",
    at: valueOf(to),
    value: valueOf(value),
    guard: undefined,
    unique: true
  }
}

export const scatterKernel = (context: Context): Kernel => {
  if (context.group.heroes[0]!.action.kind === "updateSlice") return updateSliceKernel(context)
  const hero = context.group.heroes[0] as NodeOf<"scatter">
  const [target, indices, updates] = hero.inputs
  const { combiner, dimensions, drop } = hero.action
  const axes = updates!.shape.map((n) => new Axis(n))
  const parts = axes.map(ofAxis)
  const writer = new BodyWriter()
  const e = emitterOf(context, writer, noHero)
  let window = 0
  const sizes = hero.shape.map((_, d) =>
    dimensions.insertedWindowDims.includes(d) || dimensions.operandBatchingDims.includes(d)
      ? 1
      : updates!.shape[dimensions.updateWindowDims[window++]!]!
  )
  const { place, valid } = windowPlace(e, {
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
    at: parts,
    checked: drop
  })
  const to = writer.valueOf(flatten(place, hero.shape))
  const value = emit(e, updates!, new Coordinates(updates!.shape, parts))
  // Updates are applied in the order of their array, so that axes stay in order
  const arranged = arrange(axes, loadsOf(writer.drafts), pinnedAxes(writer.drafts), { sort: false })
  number(arranged)
  const { body, valueOf } = finish(writer.drafts, axesOf(arranged), context.memory.bufferOf)
  return {
    kind: "scatter",
    name: nameOf(context),
    barrier: false,
    space: extents(arranged),
    body,
    buffer: context.memory.bufferOf(ownerOf(context.grouping, target!)),
    combiner,
    at: valueOf(to),
    value: valueOf(value),
    guard: valid === undefined ? undefined : valueOf(valid),
    unique: false
  }
}
