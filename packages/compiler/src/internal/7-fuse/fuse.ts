/**
 * From loop operations to kernels: which of them are computed together, and the code that computes them.
 */
import * as Aval from "effax/Aval"
import { type Steps, toEnd } from "effax/Backend"
import type { DType } from "effax/DType"
import type { BufferId, Kernel } from "../../Plan.ts"
import { isKind, type LoopOp, type LoopOpOf, type LoopRegion } from "../6-decompose/loopOp.ts"
import type { DeviceLimits } from "../limits.ts"
import { type Pair, type PlanOf, updateInPlace } from "./carries.ts"
import type { Group } from "./group.ts"
import { grouping as groups } from "./grouping.ts"
import type { KernelMemory } from "./kernelContext.ts"
import { kernelOf } from "./kernels.ts"
import { memoryOwner } from "./operands.ts"
import type { Grouping, Limits } from "./pass.ts"
import { splitReduction } from "./splitReduction.ts"

/** Memory that kernels read and write, before it has an address. */
export interface Storage {
  readonly dtype: DType
  readonly elements: number
  readonly input: number | undefined
  readonly output: number | undefined
}

/** Kernels over numbered storages, in an order in which they could run. */
export interface Fused {
  readonly storages: ReadonlyArray<Storage>
  readonly kernels: ReadonlyArray<Kernel>
  /** For each kernel, the position in the Program that it should run at. */
  readonly keys: ReadonlyArray<number>
  readonly inputs: ReadonlyArray<BufferId>
  readonly outputs: ReadonlyArray<BufferId>
}

/** Knows what each kernel computes. */
export interface WithGroups extends Fused {
  readonly grouping: Grouping
  /** For each kernel, the group that it is of, or that it is a part of. */
  readonly groupsOfKernels: ReadonlyArray<Group>
}

export interface FuseOptions extends Limits {
  readonly wideAccumulator: boolean
  readonly limits: DeviceLimits
  /** The Plan of a region that a kernel runs. */
  readonly planOf: PlanOf
}

/**
 * Results have memory of their own: inputs, literals and what is a result already are copied. Inputs may be results where
 * pairs say so.
 */
const withOwnResults = (program: LoopRegion, pairs: ReadonlyArray<Pair>): LoopRegion => {
  const ops = [...program.ops]
  const taken = new Set<LoopOp>()
  const results = program.results.map((op, i) => {
    const owner = memoryOwner(op)
    if (pairs.some(({ input, result }) => result === i && program.inputs[input] === owner)) return owner
    const copied = owner.action.kind === "input" || owner.action.kind === "literal" || taken.has(owner)
    const result: LoopOp = copied
      ? { ...op, id: ops.length, inputs: [op], action: { kind: "map", op: "copy" }, origin: "" }
      : owner
    if (copied) ops.push(result)
    taken.add(result)
    return result
  })
  return { ...program, ops, results }
}

/** `pairs` are results that may have the memory of inputs. */
export const fuse = (decomposed: LoopRegion, options: FuseOptions, pairs: ReadonlyArray<Pair> = []): WithGroups =>
  toEnd(fusing(decomposed, options, pairs))

/** In steps, of which each makes a kernel. */
export function* fusing(
  decomposed: LoopRegion,
  options: FuseOptions,
  pairs: ReadonlyArray<Pair> = []
): Steps<WithGroups> {
  const inPlace = updateInPlace(withOwnResults(decomposed, pairs), pairs, options.planOf)
  const { effects, inputs, ops, results } = inPlace.program
  yield
  const grouping = yield* groups(ops, results, effects, inPlace, options)
  const { aliases, slots, stored } = grouping

  const storages: Array<Storage> = []
  const storageOf = new Array<number>(ops.length)
  const newStorage = (dtype: DType, elements: number, input?: number, output?: number): number =>
    storages.push({ dtype, elements, input, output }) - 1
  inputs.forEach((op, i) => storageOf[op.id] = newStorage(op.dtype, op.size, i))
  const memoryOf = (op: LoopOp): LoopOp => {
    let owner = op
    while (aliases.has(owner)) owner = aliases.get(owner)!
    return owner
  }
  const outputs = results.map((op, i) => {
    const owner = memoryOf(op)
    const changed = storageOf[owner.id]
    if (changed !== undefined) storages[changed] = { ...storages[changed]!, output: i }
    return storageOf[owner.id] ??= newStorage(op.dtype, op.size, undefined, i)
  })
  const further = new Map<LoopOp, Array<LoopOpOf<"output">>>()
  for (const op of ops) {
    if (stored[op.id] === 0) continue
    if (isKind(op, "output")) {
      const first = op.inputs[0]!
      const others = further.get(first)
      if (others === undefined) further.set(first, [op])
      else others.push(op)
    }
    if (storageOf[op.id] !== undefined || aliases.has(op) || slots.has(op)) continue
    storageOf[op.id] = newStorage(op.dtype, op.size)
  }
  const memory: KernelMemory = {
    // What is empty is not computed
    bufferOf: (owner) => storageOf[owner.id] ??= newStorage(owner.dtype, owner.size),
    resultsOf: (hero) =>
      hero.action.results.map(({ dtype, shape }, which) => {
        const op = which === 0 ? hero : further.get(hero)?.find((n) => n.action.which === which)
        return op === undefined ? newStorage(dtype, Aval.size({ shape })) : storageOf[memoryOf(op).id]!
      }),
    newBuffer: newStorage,
    planOf: options.planOf,
    changed: inPlace.changed
  }

  const kernels: Array<Kernel> = []
  const keys: Array<number> = []
  const groupsOfKernels: Array<Group> = []
  for (const one of [...grouping.groups].sort((a, b) => b.level - a.level || a.key - b.key)) {
    yield
    const kernel = kernelOf(one, grouping, memory)
    for (
      const part of splitReduction(kernel, { newBuffer: newStorage, wideAccumulator: options.wideAccumulator })
    ) {
      kernels.push(part)
      keys.push(one.key)
      groupsOfKernels.push(one)
    }
  }
  return {
    storages,
    kernels,
    keys,
    inputs: inputs.map((op) => storageOf[op.id]!),
    outputs,
    grouping,
    groupsOfKernels
  }
}
