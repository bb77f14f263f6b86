/**
 * From nodes to kernels: which nodes are computed together, and the code that computes them.
 */
import * as Aval from "effax/Aval"
import { type Steps, toEnd } from "effax/Backend"
import type { DType } from "effax/DType"
import type { BufferId, Kernel } from "../../Plan.ts"
import { type Decomposed, isKind, type Node, type NodeOf } from "../6-decompose/node.ts"
import type { DeviceLimits } from "../limits.ts"
import { type Pair, type PlanOf, updateInPlace } from "./carries.ts"
import type { Group } from "./group.ts"
import { grouping as groups } from "./grouping.ts"
import type { KernelMemory } from "./kernelContext.ts"
import { kernelOf } from "./kernels.ts"
import { memoryOwner } from "./operands.ts"
import type { Grouping, Limits } from "./pass.ts"
import { splitReduction } from "./splitReduction.ts"

/** Memory that kernels read and write, before it has a place. */
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
  /** The Plan of a Graph that a kernel runs. */
  readonly planOf: PlanOf
}

/**
 * Results have memory of their own: inputs, literals and what is a result already are copied. Inputs may be results where
 * pairs say so.
 */
const withOwnResults = (program: Decomposed, pairs: ReadonlyArray<Pair>): Decomposed => {
  const nodes = [...program.nodes]
  const taken = new Set<Node>()
  const results = program.results.map((node, i) => {
    const owner = memoryOwner(node)
    if (pairs.some(({ input, result }) => result === i && program.inputs[input] === owner)) return owner
    const copied = owner.action.kind === "input" || owner.action.kind === "literal" || taken.has(owner)
    const result: Node = copied
      ? { ...node, id: nodes.length, inputs: [node], action: { kind: "map", op: "copy" }, origin: "" }
      : owner
    if (copied) nodes.push(result)
    taken.add(result)
    return result
  })
  return { ...program, nodes, results }
}

/** `pairs` are results that may have the memory of inputs. */
export const fuse = (decomposed: Decomposed, options: FuseOptions, pairs: ReadonlyArray<Pair> = []): WithGroups =>
  toEnd(fusing(decomposed, options, pairs))

/** In steps, of which each makes a kernel. */
export function* fusing(
  decomposed: Decomposed,
  options: FuseOptions,
  pairs: ReadonlyArray<Pair> = []
): Steps<WithGroups> {
  const inPlace = updateInPlace(withOwnResults(decomposed, pairs), pairs, options.planOf)
  const { effects, inputs, nodes, results } = inPlace.program
  yield
  const grouping = yield* groups(nodes, results, effects, inPlace, options)
  const { aliases, places, stored } = grouping

  const storages: Array<Storage> = []
  const storageOf = new Array<number>(nodes.length)
  const newStorage = (dtype: DType, elements: number, input?: number, output?: number): number =>
    storages.push({ dtype, elements, input, output }) - 1
  inputs.forEach((node, i) => storageOf[node.id] = newStorage(node.dtype, node.size, i))
  const memoryOf = (node: Node): Node => {
    let owner = node
    while (aliases.has(owner)) owner = aliases.get(owner)!
    return owner
  }
  const outputs = results.map((node, i) => {
    const owner = memoryOf(node)
    const changed = storageOf[owner.id]
    if (changed !== undefined) storages[changed] = { ...storages[changed]!, output: i }
    return storageOf[owner.id] ??= newStorage(node.dtype, node.size, undefined, i)
  })
  const further = new Map<Node, Array<NodeOf<"output">>>()
  for (const node of nodes) {
    if (stored[node.id] === 0) continue
    if (isKind(node, "output")) {
      const first = node.inputs[0]!
      const others = further.get(first)
      if (others === undefined) further.set(first, [node])
      else others.push(node)
    }
    if (storageOf[node.id] !== undefined || aliases.has(node) || places.has(node)) continue
    storageOf[node.id] = newStorage(node.dtype, node.size)
  }
  const memory: KernelMemory = {
    // What is empty is not computed
    bufferOf: (owner) => storageOf[owner.id] ??= newStorage(owner.dtype, owner.size),
    resultsOf: (hero) =>
      hero.action.results.map(({ dtype, shape }, which) => {
        const node = which === 0 ? hero : further.get(hero)?.find((n) => n.action.which === which)
        return node === undefined ? newStorage(dtype, Aval.size({ shape })) : storageOf[memoryOf(node).id]!
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
    inputs: inputs.map((node) => storageOf[node.id]!),
    outputs,
    grouping,
    groupsOfKernels
  }
}
