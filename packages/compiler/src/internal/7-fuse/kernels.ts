/**
 * A kernel for each group: bodies are written, axes coalesced, accesses turned into strides.
 */
import type { Accumulation, Affine, Kernel, Store, ValueId } from "../../Plan.ts"
import type { LoopOp, LoopOpOf } from "../6-decompose/loopOp.ts"
import { checkWindows } from "../limits.ts"
import { Axis, axisOf, flatten, type Index, ofAxis, settle, shift } from "./axes.ts"
import { affine, BodyWriter, finish } from "./body.ts"
import { coalesceAxes, type CoalescedAxis, number, pinnedAxes } from "./coalesceAxes.ts"
import { Coordinates } from "./coordinates.ts"
import { emit } from "./emit.ts"
import type { Group } from "./group.ts"
import {
  axesOf,
  type Context,
  emitterOf,
  extents,
  type KernelMemory,
  loadsOf,
  nameOf,
  noHero,
  ownerOf
} from "./kernelContext.ts"
import { operandBase, readThrough, strideOf } from "./operands.ts"
import type { Grouping } from "./pass.ts"
import { scatterKernel } from "./scatter.ts"
import { callbackKernel, caseKernel, routineKernel, whileKernel } from "./several.ts"

// --- the main space -------------------------------------------------------------------------------------------------

interface DraftStore {
  readonly owner: LoopOp
  readonly index: Index
  readonly value: ValueId
}

/** The space of a group, and what is computed and stored at each of its points. */
interface Main {
  readonly axes: ReadonlyArray<Axis>
  readonly writer: BodyWriter
  readonly stores: ReadonlyArray<DraftStore>
  /** Where the heroes' values are wanted. */
  readonly heroes: ReadonlyMap<LoopOp, Coordinates>
}

/** Where a root is stored: at its own position, or in its slot of a concatenation. */
const storeIndex = (context: Context, root: LoopOp, at: Coordinates): readonly [owner: LoopOp, index: Index] => {
  const slot = context.grouping.slots.get(root)
  if (slot === undefined) return [ownerOf(context.grouping, root), at.linear()]
  const { axis } = (slot.whole as LoopOpOf<"concatenate">).action
  const parts = at.parts(undefined)!.map((p, d) => d === axis ? shift(p, slot.offset) : p)
  return [ownerOf(context.grouping, slot.whole), flatten(parts, slot.whole.shape)]
}

/** The primitive that a kernel is named after where it is refused. */
const originOf = ({ group: { heroes, roots } }: Context): string => (heroes[0] ?? roots[0])!.origin || "copy"

const writeMain = (context: Context, locked: boolean): Main => {
  const { group } = context
  const axes = group.seed.map((n) => new Axis(n, locked))
  const flat = new Coordinates(group.seed, axes.map(ofAxis))
  const writer = new BodyWriter(originOf(context))
  const heroes = new Map<LoopOp, Coordinates>()
  const e = emitterOf(context, writer, (op, at) => {
    const which = group.heroes.indexOf(op)
    if (which < 0) return undefined
    heroes.set(op, at)
    return writer.push({ op: "result", dtype: op.dtype, which })
  })
  const coordinates = group.roots.map((root) => flat.reshape(root.shape))
  // Before axes are cut for other reasons
  const indices = group.roots.map((root, i) => storeIndex(context, root, coordinates[i]!))
  const stores = group.roots.map((root, i) => ({
    owner: indices[i]![0],
    index: indices[i]![1],
    value: emit(e, root, coordinates[i]!)
  }))
  return { axes, writer, stores, heroes }
}

const finishStores = (
  context: Context,
  main: Main,
  axes: ReadonlyArray<CoalescedAxis>,
  valueOf: (draft: ValueId) => ValueId
): ReadonlyArray<Store> =>
  main.stores.map(({ index, owner, value }) => ({
    buffer: context.memory.bufferOf(owner),
    index: affine(settle(index), axes.map((a) => a.axis)),
    value: valueOf(value)
  }))

const loopKernel = (context: Context): Kernel => {
  const main = writeMain(context, false)
  const { drafts } = main.writer
  const axes = coalesceAxes(
    main.axes,
    [...main.stores.map((s) => s.index), ...loadsOf(drafts)],
    pinnedAxes(drafts),
    { sort: true }
  )
  number(axes)
  const { body, valueOf } = finish(drafts, axesOf(axes), context.memory.bufferOf)
  return {
    kind: "loop",
    name: nameOf(context),
    barrier: false,
    space: extents(axes),
    body,
    stores: finishStores(context, main, axes, valueOf)
  }
}

// --- reductions -----------------------------------------------------------------------------------------------------

const reduceKernel = (context: Context): Kernel => {
  const { group } = context
  const main = writeMain(context, false)
  const first = group.heroes[0] as LoopOpOf<"reduce">
  const operandShape = first.inputs[0]!.shape
  const isArg = first.action.combiner === "argmax" || first.action.combiner === "argmin"
  const keptParts = main.heroes.get(first)!.parts(undefined)!
  const reducedAxes: Array<Axis> = []
  let kept = 0
  const parts = operandShape.map((n, d) => {
    if (!first.action.axes.includes(d)) return keptParts[kept++]!
    const axis = new Axis(n, isArg)
    reducedAxes.push(axis)
    return ofAxis(axis)
  })
  const writer = new BodyWriter(originOf(context))
  const e = emitterOf(context, writer, noHero)
  const at = new Coordinates(operandShape, parts)
  const values = group.heroes.map((hero) => emit(e, hero.inputs[0]!, at))
  const bodyLoads = loadsOf(writer.drafts)
  const pinned = new Set([...pinnedAxes(writer.drafts), ...pinnedAxes(main.writer.drafts)])
  const keptAxes = coalesceAxes(
    main.axes,
    [...main.stores.map((s) => s.index), ...loadsOf(main.writer.drafts), ...bodyLoads],
    pinned,
    { sort: true }
  )
  const whole = (axis: Axis): CoalescedAxis => ({ axis, extent: axis.extent })
  const coalesced = isArg ? [whole(reducedAxes[0]!)] : coalesceAxes(reducedAxes, bodyLoads, pinned, { sort: true })
  // There is always an axis to reduce
  const reduced = coalesced.length === 0 ? [whole(new Axis(1))] : coalesced
  number(keptAxes)
  number(reduced, keptAxes.length)
  const body = finish(writer.drafts, [...axesOf(keptAxes), ...axesOf(reduced)], context.memory.bufferOf)
  const epilogue = finish(main.writer.drafts, axesOf(keptAxes), context.memory.bufferOf)
  return {
    kind: "reduce",
    name: nameOf(context),
    barrier: false,
    kept: extents(keptAxes),
    reduced: extents(reduced),
    body: body.body,
    accumulations: group.heroes.map((hero, i): Accumulation => ({
      combiner: (hero as LoopOpOf<"reduce">).action.combiner,
      value: body.valueOf(values[i]!),
      dtype: hero.inputs[0]!.dtype
    })),
    epilogue: epilogue.body,
    stores: finishStores(context, main, keptAxes, epilogue.valueOf)
  }
}

// --- contractions ---------------------------------------------------------------------------------------------------

const factorOf = (index: Index, { axis }: CoalescedAxis): number => {
  const at = index.axes.indexOf(axis)
  return at < 0 ? 0 : index.factors[at]!
}

const operandAt = (
  context: Context,
  hero: LoopOp,
  which: number,
  parts: ReadonlyArray<Index>
): { base: LoopOp; index: Index } => {
  const operand = hero.inputs[which]!
  const read = readThrough(operand, new Coordinates(operand.shape, parts), operandBase(hero, which))!
  return { base: ownerOf(context.grouping, read.base), index: read.index }
}

/** One operand of a contraction, and the axes that are its own. */
interface Side {
  readonly base: LoopOp
  readonly index: Index
  readonly axes: ReadonlyArray<CoalescedAxis>
  /** The axis that is summed over, as this operand reads it. */
  readonly contracting: Axis
}

const contractKernel = (context: Context): Kernel => {
  const hero = context.group.heroes[0] as LoopOpOf<"contract">
  const main = writeMain(context, false)
  const { axes: dims, operandDtype } = hero.action
  const [x] = hero.inputs
  const at = main.heroes.get(hero)!.parts(undefined)!
  const batch = at.slice(0, dims.batch)
  const m = at.slice(dims.batch, dims.batch + dims.m)
  const n = at.slice(dims.batch + dims.m)
  // One for each operand: their views may cut it in different coordinates, and each has one stride for it all the same
  const contracting = { lhs: new Axis(x!.shape.at(-1)!), rhs: new Axis(x!.shape.at(-1)!) }
  const lhs = operandAt(context, hero, 0, [...batch, ...m, ofAxis(contracting.lhs)])
  const rhs = operandAt(context, hero, 1, [...batch, ...n, ofAxis(contracting.rhs)])
  const { drafts } = main.writer
  const stored = main.stores.map((s) => settle(s.index))
  const accesses = [...stored, lhs.index, rhs.index, ...loadsOf(drafts)]
  const pinned = pinnedAxes(drafts)
  // Outermost first
  const axesIn = (parts: ReadonlyArray<Index>): ReadonlyArray<Axis> =>
    parts.flatMap((p) => {
      const { axes, factors } = settle(p)
      return axes.map((axis, i) => ({ axis, factor: factors[i]! }))
        .sort((a, b) => b.factor - a.factor)
        .map(({ axis }) => axis)
    })
  const own = (parts: ReadonlyArray<Index>) => coalesceAxes(axesIn(parts), accesses, pinned, { sort: false })
  const left: Side = { base: lhs.base, index: settle(lhs.index), axes: own(m), contracting: contracting.lhs }
  const right: Side = { base: rhs.base, index: settle(rhs.index), axes: own(n), contracting: contracting.rhs }
  // Products commute: the operand whose axis is contiguous in the result is the right one
  const stride = ({ axes }: Side): number => axes.length === 0 ? Infinity : Math.abs(factorOf(stored[0]!, axes.at(-1)!))
  const [rows, columns] = stride(left) < stride(right) ? [right, left] : [left, right]
  // Rows or columns that are not one axis are batches of those that are
  const batches = [
    ...coalesceAxes(axesIn(batch), accesses, pinned, { sort: true }),
    ...rows.axes.slice(0, -1),
    ...columns.axes.slice(0, -1)
  ]
  const row = rows.axes.slice(-1)
  const column = columns.axes.slice(-1)
  number(batches)
  number(row, batches.length)
  number(column, batches.length + 1)
  const space = [...batches, ...row, ...column]
  const epilogue = finish(drafts, axesOf(space), context.memory.bufferOf)
  /** Strides for `[...batch, m, n]`, of which m and n are always there. */
  const complete = (index: Affine): Affine => ({
    offset: index.offset,
    strides: Array.from({ length: batches.length + 2 }, (_, i) => index.strides[i] ?? 0)
  })
  const outer = (index: Index): ReadonlyArray<number> => batches.map((a) => factorOf(index, a))
  const inner = (index: Index, [axis]: ReadonlyArray<CoalescedAxis>): number =>
    axis === undefined ? 0 : factorOf(index, axis)
  const k = (side: Side): number => strideOf(side.contracting, side.index)!
  return {
    kind: "contract",
    name: nameOf(context),
    barrier: false,
    batch: extents(batches),
    m: row[0]?.extent ?? 1,
    n: column[0]?.extent ?? 1,
    k: contracting.lhs.extent,
    lhs: {
      buffer: context.memory.bufferOf(rows.base),
      index: {
        offset: rows.index.offset,
        strides: [...outer(rows.index), inner(rows.index, row), k(rows)]
      }
    },
    rhs: {
      buffer: context.memory.bufferOf(columns.base),
      index: {
        offset: columns.index.offset,
        strides: [...outer(columns.index), k(columns), inner(columns.index, column)]
      }
    },
    operandDtype,
    dtype: hero.dtype,
    epilogue: epilogue.body.map((i) => i.op === "load" ? { ...i, index: complete(i.index) } : i),
    stores: finishStores(context, main, space, epilogue.valueOf).map((s) => ({ ...s, index: complete(s.index) }))
  }
}

const convolveKernel = (context: Context): Kernel => {
  const hero = context.group.heroes[0] as LoopOpOf<"convolve">
  const main = writeMain(context, true)
  const { groups, lhsDilation, low, operandDtype, rhsDilation, strides } = hero.action
  const [x, w] = hero.inputs
  const read = (which: number) => {
    const axes = hero.inputs[which]!.shape.map((n) => new Axis(n))
    const { base, index } = operandAt(context, hero, which, axes.map(ofAxis))
    return {
      buffer: context.memory.bufferOf(base),
      index: { offset: settle(index).offset, strides: axes.map((axis) => strideOf(axis, index)!) }
    }
  }
  // The order of `[n, o, ...out]`, whatever the order of the space that the values are used in
  const order = main.heroes.get(hero)!.parts(undefined)!.map(axisOf)
  order.forEach((axis, i) => axis.position = i)
  const epilogue = finish(main.writer.drafts, order, context.memory.bufferOf)
  const windows = {
    input: x!.shape.slice(2),
    window: w!.shape.slice(2),
    output: hero.shape.slice(2),
    strides,
    low,
    lhsDilation,
    rhsDilation
  }
  checkWindows(hero.origin, windows)
  return {
    kind: "convolve",
    name: nameOf(context),
    barrier: false,
    batch: hero.shape[0]!,
    features: hero.shape[1]!,
    groups,
    channels: w!.shape[1]!,
    ...windows,
    lhs: read(0),
    rhs: read(1),
    operandDtype,
    dtype: hero.dtype,
    epilogue: epilogue.body,
    stores: finishStores(
      context,
      main,
      order.map((axis) => ({ axis, extent: axis.extent })),
      epilogue.valueOf
    )
  }
}

const builders: { readonly [K in Group["kind"]]: (context: Context) => Kernel } = {
  loop: loopKernel,
  reduce: reduceKernel,
  contract: contractKernel,
  convolve: convolveKernel,
  scatter: scatterKernel,
  routine: routineKernel,
  while: whileKernel,
  case: caseKernel,
  callback: callbackKernel
}

export const kernelOf = (group: Group, grouping: Grouping, memory: KernelMemory): Kernel =>
  builders[group.kind]({ group, grouping, memory, origins: new Set() })
