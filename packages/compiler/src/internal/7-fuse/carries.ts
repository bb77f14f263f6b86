/**
 * Inputs of a body that come out changed in a few elements only: these are written where the input is, and nothing is
 * copied. Kernels that read an older version run before it is overwritten, and the values that they read are stored.
 */
import type { Plan } from "../../Plan.ts"
import { type Decomposed, isKind, type Node } from "../6-decompose/node.ts"
import { Heap } from "../8-schedule/heap.ts"
import type { Graph, Value } from "../graph.ts"
import { isVirtual } from "./costs.ts"

/** An input of a Graph and the result that may have its memory: numbers. */
export interface Pair {
  readonly input: number
  readonly result: number
}

/** The Plan of a Graph, in which some results may be where inputs are. */
export type PlanOf = (graph: Graph, pairs: ReadonlyArray<Pair>) => Plan

/** Nodes that have to be stored before an update happens. */
export type Before = ReadonlyMap<Node, ReadonlyArray<Node>>

export interface InPlace {
  readonly program: Decomposed
  readonly before: Before
  /** Results of loops and branches that are in the memory of an operand, with its number. */
  readonly changed: ReadonlyMap<Node, { readonly version: Node; readonly operand: number }>
}

/** An update and the version that it changes. */
interface Link {
  readonly update: Node
  /** The node that stands for the value after it: the update itself, or a further result of it. */
  readonly result: Node
  readonly version: Node
  /** The number of the operand that is changed. */
  readonly operand: number
  /** The nodes that stand between version and operand: a copy, reshapes. */
  readonly between: ReadonlySet<Node>
}

/** An array this small, or of which this part is changed, may as well be computed again. */
const leastElements = 256
const leastUnchanged = 4

/** Whether a Plan has one buffer for both. */
const isInPlace = (plan: Plan, { input, result }: Pair): boolean => plan.outputs[result] === plan.inputs[input]

/** The input that a result may be a new version of. */
const sourceOf = (graph: Graph, result: number): number => {
  let value: Value = graph.results[result]!
  while (value.operation !== undefined) {
    const { inputs, name } = value.operation
    if (name !== "reshape" && name !== "dynamic_update_slice" && !name.startsWith("scatter")) return -1
    value = inputs[0]!
  }
  return graph.inputs.indexOf(value)
}

/** The carries of a loop: inputs after the constants, and the first results. */
export const carriesOf = (constants: number, count: number): ReadonlyArray<Pair> =>
  Array.from({ length: count }, (_, i) => ({ input: constants + i, result: i }))

/** The operand of a loop or branch that a result of it can have the memory of. */
const changedOperand = (node: Node, which: number, planOf: PlanOf): number | undefined => {
  if (isKind(node, "while")) {
    const { body, carries, constants } = node.action
    if (which >= carries) return undefined
    const plan = planOf(body, carriesOf(constants, carries))
    return isInPlace(plan, { input: constants + which, result: which }) ? constants + which : undefined
  }
  if (!isKind(node, "case")) return undefined
  const { branches } = node.action
  const input = branches.map((graph) => sourceOf(graph, which)).find((at) => at >= 0)
  if (input === undefined) return undefined
  const pair = { input, result: which }
  return branches.every((graph) => isInPlace(planOf(graph, [pair]), pair)) ? input + 1 : undefined
}

/** The update that a node is the result of. */
const linkOf = (node: Node, planOf: PlanOf): Link | undefined => {
  const between = new Set<Node>()
  let update = node
  let operand: number | undefined = 0
  if (isKind(node, "scatter")) {
    const copy = node.inputs[0]!
    if (copy.action.kind !== "map" || copy.action.op !== "copy") return undefined
    between.add(copy)
  } else if (!isKind(node, "dynamicUpdateSlice")) {
    if (isKind(node, "output")) update = node.inputs[0]!
    operand = changedOperand(update, isKind(node, "output") ? node.action.which : 0, planOf)
    if (operand === undefined) return undefined
  }
  let version = update.inputs[operand]!
  if (between.has(version)) version = version.inputs[0]!
  for (; isKind(version, "reshape"); version = version.inputs[0]!) between.add(version)
  return { update, result: node, version, operand, between }
}

/** The updates that make a result of an input, last first. */
const chainOf = (
  result: Node,
  input: Node,
  kept: ReadonlySet<Node>,
  planOf: PlanOf
): ReadonlyArray<Link> | undefined => {
  const links: Array<Link> = []
  let small = true
  let changed = 0
  for (let node = result; node !== input;) {
    const link = node !== result && kept.has(node) ? undefined : linkOf(node, planOf)
    if (link === undefined) return undefined
    links.push(link)
    if (isKind(node, "dynamicUpdateSlice")) changed += node.inputs[1]!.size
    else small = false
    node = link.version
  }
  // A scatter is a kernel of its own in any case, and so are loops and branches
  return small && (input.size < leastElements || leastUnchanged * changed > input.size) ? undefined : links
}

/** The nodes that have to be stored before the update; `undefined` where that can't be. */
const readersOf = (
  { between, operand, update, version }: Link,
  consumers: ReadonlyArray<ReadonlyArray<Node>>,
  kept: ReadonlySet<Node>
): ReadonlyArray<Node> | undefined => {
  const readers = new Set<Node>()
  const seen = new Set<Node>()
  const pending = [version]
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (node !== version && kept.has(node) && !between.has(node)) readers.add(node)
    for (const reader of consumers[node.id]!) {
      // These are values of their own
      if (isKind(reader, "output")) continue
      if (reader === update) {
        // As what it changes, not as what it reads
        const direct = node === version || between.has(node)
        const uses = update.inputs.filter((x) => x === node).length
        if (!direct || uses !== 1 || update.inputs[operand] !== node) return undefined
      } else if (between.has(reader) || isVirtual(reader) && 2 * reader.size > version.size) {
        if (!seen.has(reader)) pending.push(reader)
        seen.add(reader)
      } else readers.add(reader)
    }
  }
  return [...readers]
}

/** Nodes in an order in which readers come before updates, as close to the old one as that allows. */
const reordered = (nodes: ReadonlyArray<Node>, before: Before): ReadonlyArray<Node> | undefined => {
  const waiting = new Int32Array(nodes.length)
  const after: Array<Array<number>> = nodes.map(() => [])
  const edge = (from: Node, to: Node): void => {
    after[from.id]!.push(to.id)
    waiting[to.id]!++
  }
  for (const node of nodes) for (const x of node.inputs) edge(x, node)
  for (const [reader, updates] of before) for (const update of updates) edge(reader, update)
  const ready = new Heap((id) => id)
  nodes.forEach((node) => waiting[node.id] === 0 && ready.push(node.id))
  const order: Array<Node> = []
  for (let id = ready.pop(); id !== undefined; id = ready.pop()) {
    order.push(nodes[id]!)
    for (const next of after[id]!) if (--waiting[next]! === 0) ready.push(next)
  }
  return order.length === nodes.length ? order : undefined
}

/** What an update of a few elements is of the very memory of what it changes. */
const rewritten = (node: Node, version: Node, operands: ReadonlyArray<Node>): Pick<Node, "action" | "inputs"> => ({
  inputs: [version, ...operands.slice(1)],
  action: isKind(node, "dynamicUpdateSlice") ? { kind: "updateSlice" } : node.action
})

const isSmall = (node: Node): boolean => isKind(node, "dynamicUpdateSlice") || isKind(node, "scatter")

/** `program` has results of its own. */
export const updateInPlace = (program: Decomposed, pairs: ReadonlyArray<Pair>, planOf: PlanOf): InPlace => {
  const { effects, inputs, nodes, results } = program
  const all = new Set(results)
  const chains = pairs.map(({ input, result }) => chainOf(results[result]!, inputs[input]!, all, planOf) ?? [])
  if (chains.every((chain) => chain.length === 0)) return { program, before: new Map(), changed: new Map() }

  const consumers: Array<Array<Node>> = nodes.map(() => [])
  for (const node of nodes) for (const x of new Set(node.inputs)) consumers[x.id]!.push(node)
  const kept = new Set([...results, ...effects])
  const links = new Map<Node, Link>()
  let before = new Map<Node, ReadonlyArray<Node>>()
  let order: ReadonlyArray<Node> = nodes
  for (const chain of chains) {
    const readers = chain.map((link) => readersOf(link, consumers, kept))
    if (readers.includes(undefined)) continue
    const wanted = new Map(before)
    chain.forEach(({ update }, i) => {
      for (const reader of readers[i]!) wanted.set(reader, [...wanted.get(reader) ?? [], update])
    })
    const possible = reordered(nodes, wanted)
    if (possible === undefined) continue
    order = possible
    before = wanted
    for (const link of chain) links.set(link.result, link)
  }

  const renewed = new Array<Node>(nodes.length)
  const made = order.map((node, id): Node => {
    const link = links.get(node)
    const operands = node.inputs.map((x) => renewed[x.id]!)
    const changed = link !== undefined && isSmall(node)
      ? rewritten(node, renewed[link.version.id]!, operands)
      : { inputs: operands }
    return renewed[node.id] = { ...node, id, ...changed }
  })
  const renew = (node: Node): Node => renewed[node.id]!
  return {
    program: {
      ...program,
      nodes: made,
      inputs: inputs.map(renew),
      results: results.map(renew),
      effects: effects.map(renew)
    },
    before: new Map([...before].map(([reader, updates]) => [renew(reader), updates.map(renew)])),
    changed: new Map(
      [...links.values()].flatMap(({ operand, result, version }) =>
        isSmall(result) ? [] : [[renew(result), { version: renew(version), operand }] as const]
      )
    )
  }
}
