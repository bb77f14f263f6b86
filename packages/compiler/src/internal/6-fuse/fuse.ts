/**
 * From nodes to kernels: which nodes are computed together, and the code that computes them.
 */
import type { DType } from "effax/DType"
import type { BufferId, Kernel } from "../../Plan.ts"
import { type Decomposed, isKind, type Node } from "../5-decompose/node.ts"
import { group, type Limits } from "./grouping.ts"
import { kernelOf } from "./kernels.ts"
import { memoryOwner } from "./operands.ts"
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

export interface FuseOptions extends Limits {
  readonly wideAccumulator: boolean
}

/** Results have memory of their own: inputs, literals and what is a result already are copied. */
const withOwnResults = (program: Decomposed): Decomposed => {
  const nodes = [...program.nodes]
  const taken = new Set<Node>()
  const results = program.results.map((node) => {
    const owner = memoryOwner(node)
    const copied = owner.action.kind === "input" || owner.action.kind === "literal" || taken.has(owner)
    const result: Node = copied
      ? { ...node, id: nodes.length, inputs: [node], action: { kind: "map", op: "copy" }, origin: "" }
      : owner
    if (copied) nodes.push(result)
    taken.add(result)
    return result
  })
  return { nodes, inputs: program.inputs, results }
}

export const fuse = (decomposed: Decomposed, options: FuseOptions): Fused => {
  const { inputs, nodes, results } = withOwnResults(decomposed)
  const grouping = group(nodes, results, options)
  const { aliases, groups, places, stored } = grouping

  const storages: Array<Storage> = []
  const storageOf = new Array<number>(nodes.length)
  const newStorage = (dtype: DType, elements: number, input?: number, output?: number): number =>
    storages.push({ dtype, elements, input, output }) - 1
  inputs.forEach((node, i) => storageOf[node.id] = newStorage(node.dtype, node.size, i))
  const outputs = results.map((node, i) => {
    let owner = node
    while (aliases.has(owner)) owner = aliases.get(owner)!
    storageOf[owner.id] = newStorage(node.dtype, node.size, undefined, i)
    return storageOf[owner.id]!
  })
  const sorted = new Map<Node, Array<Node>>()
  for (const node of nodes) {
    if (stored[node.id] === 0) continue
    if (isKind(node, "sorted")) {
      const sort = node.inputs[0]!
      const others = sorted.get(sort)
      if (others === undefined) sorted.set(sort, [node])
      else others.push(node)
    }
    if (storageOf[node.id] !== undefined || aliases.has(node) || places.has(node)) continue
    storageOf[node.id] = newStorage(node.dtype, node.size)
  }
  const sortBuffers = (sort: Node) => ({
    outputs: sort.inputs.map((x, which) => {
      if (which === 0) return storageOf[sort.id]!
      const node = sorted.get(sort)?.find((n) => isKind(n, "sorted") && n.action.which === which)
      return node === undefined ? newStorage(x.dtype, x.size) : storageOf[node.id]!
    }),
    scratch: newStorage("uint32", 2 * sort.size)
  })

  const kernels: Array<Kernel> = []
  const keys: Array<number> = []
  for (const one of [...groups].sort((a, b) => b.level - a.level || a.key - b.key)) {
    const kernel = kernelOf(one, grouping, (owner) => storageOf[owner.id]!, sortBuffers)
    for (
      const part of splitReduction(kernel, { newBuffer: newStorage, wideAccumulator: options.wideAccumulator })
    ) {
      kernels.push(part)
      keys.push(one.key)
    }
  }
  return { storages, kernels, keys, inputs: inputs.map((node) => storageOf[node.id]!), outputs }
}
