/**
 * Decides which values are stored, and which kernel computes what. Nodes are visited from the results backwards, so
 * that all uses of a node are known when its turn comes: it is then computed inside of the kernels that want it, or
 * stored by a kernel of its own or one that fits.
 */
import * as Aval from "effax/Aval"
import type { Steps } from "effax/Backend"
import { callsHost, isKind, type Node, type NodeOf, type Several } from "../6-decompose/node.ts"
import type { InPlace } from "./carries.ts"
import { instructionsOf, isVirtual, recomputation } from "./costs.ts"
import { type Group, type Use, walkTogether } from "./group.ts"
import { isEpilogue, visitContraction, visitReduce } from "./heroes.ts"
import { arrayOperands, inlineInto, mayInline, unload } from "./inlining.ts"
import {
  addUse,
  type Grouping,
  hasRoom,
  highestUse,
  type Limits,
  lookback,
  maxEpilogue,
  need,
  newGroup,
  type Pass,
  raiseFloor,
  store
} from "./pass.ts"

// --- nodes that might be computed anywhere --------------------------------------------------------------------------

/** Whether all that a group does with the node happens at each point's own element. */
const onlyFlat = (uses: ReadonlyArray<Use>, group: Group): boolean =>
  uses.every((use) => use.group !== group || (use.flat && !use.inBody))

/** Room for one more root. */
const takesRoot = (pass: Pass, node: Node, group: Group): boolean =>
  hasRoom(pass, group, instructionsOf(node), arrayOperands(node) + 1) &&
  (group.kind === "loop" || group.instructions < maxEpilogue)

/** A kernel that uses the node anyway and can store it too. */
const consumerFor = (pass: Pass, node: Node): Group | undefined => {
  const uses = pass.uses[node.id] ?? []
  for (let i = uses.length - 1; i >= 0 && i >= uses.length - lookback; i--) {
    const { flat, group, inBody } = uses[i]!
    if (
      flat && !inBody && isFusible(group) && highestUse(pass, node, group) < group.level && onlyFlat(uses, group) &&
      takesRoot(pass, node, group)
    ) {
      return group
    }
  }
  return undefined
}

const isFusible = (group: Group): boolean =>
  group.kind === "loop" || group.kind === "reduce" || group.kind === "contract" || group.kind === "convolve"

/** A kernel over the same space that reads the same array: both are done in one walk over it. */
const siblingFor = (pass: Pass, node: Node): Group | undefined => {
  const level = highestUse(pass, node)
  const place = pass.places.get(node)
  const fits = (group: Group): boolean =>
    (group.kind === "loop" || group.kind === "reduce") && group.level > level && group.points === node.size &&
    takesRoot(pass, node, group) &&
    // A piece is stored axis by axis
    (place === undefined ? walkTogether(group.seed, node.shape) : Aval.sameShape(group.seed, node.shape))
  const beside = place === undefined ? node.size === 1 ? pass.scalars : undefined : pass.pieces.get(place.whole)
  if (beside !== undefined && fits(beside)) return beside
  for (const x of node.inputs) {
    if (x.size !== node.size) continue
    const uses = pass.uses[x.id] ?? []
    for (let i = uses.length - 1; i >= 0 && i >= uses.length - lookback; i--) {
      const { flat, group, inBody } = uses[i]!
      if (flat && !inBody && fits(group)) return group
    }
  }
  return undefined
}

/** Stores a node that could also have been inlined. */
const materialize = (pass: Pass, node: Node): void => {
  const consumer = consumerFor(pass, node)
  if (consumer !== undefined) consumer.buffers--
  const group = consumer ?? siblingFor(pass, node) ?? newGroup(pass, "loop", node)
  const place = pass.places.get(node)
  if (place !== undefined) pass.pieces.set(place.whole, group)
  else if (node.size === 1) pass.scalars = group
  store(pass, node, group)
  inlineInto(pass, node, [group.flat])
}

const visitVirtual = (pass: Pass, node: Node): void => {
  const uses = pass.uses[node.id] ?? []
  const inline = pass.floors[node.id] === undefined && mayInline(pass, node, uses)
  if (isKind(node, "concatenate") && !(inline && node.inputs.length <= 4 && node.size <= 64)) {
    assemble(pass, node)
  } else if (isKind(node, "map") && node.action.op === "copy" && takesOver(pass, node)) {
    pass.aliases.set(node, node.inputs[0]!)
    pass.stored[node.id] = 1
    need(pass, node.inputs[0]!, highestUse(pass, node))
  } else if (inline) {
    unload(uses)
    inlineInto(pass, node, uses)
  } else materialize(pass, node)
}

/** Every piece of a concatenation is stored in its place, by whichever kernel computes it. */
const assemble = (pass: Pass, node: NodeOf<"concatenate">): void => {
  const level = highestUse(pass, node)
  let offset = 0
  for (const piece of node.inputs) {
    pass.places.set(piece, { whole: node, offset })
    raiseFloor(pass, piece, level)
    offset += piece.shape[node.action.axis]!
  }
  pass.stored[node.id] = 1
}

/** Whether the target of a scatter can have the memory of the array that it copies: no other kernel reads that array. */
const takesOver = (pass: Pass, copy: Node): boolean => {
  const [x] = copy.inputs
  return !pass.places.has(copy) && pass.uses[copy.id] === undefined && pass.consumers[x!.id] === 1 &&
    x!.action.kind !== "input" && x!.action.kind !== "literal" && !isVirtual(x!)
}

// --- kernels that stand alone ---------------------------------------------------------------------------------------

const visitScatter = (pass: Pass, node: NodeOf<"scatter" | "updateSlice">): void => {
  const [target, ...operands] = node.inputs
  const [updates, ...places] = node.action.kind === "scatter" ? operands.toReversed() : operands
  const group = newGroup(pass, "scatter", node)
  store(pass, node, group)
  group.heroes.push(node)
  pass.aliases.set(node, target!)
  need(pass, target!, group.level)
  const use = group.openBody(updates!.size)
  addUse(pass, updates!, use)
  for (const place of places) addUse(pass, place, { ...use, flat: false })
}

const visitAlone = (pass: Pass, node: NodeOf<Several["kind"]>): void => {
  if (callsHost(node)) raiseFloor(pass, node, pass.lastCall)
  const group = newGroup(pass, node.action.kind, node)
  if (callsHost(node)) pass.lastCall = group.level
  group.heroes.push(node)
  store(pass, node, group)
  for (const x of node.inputs) need(pass, x, group.level)
}

/** What one result of a kernel is wanted for, the kernel is. */
const visitOutput = (pass: Pass, node: NodeOf<"output">): void => {
  const [first] = node.inputs
  pass.stored[node.id] = 1
  raiseFloor(pass, first!, highestUse(pass, node))
}

type Visit = (pass: Pass, node: Node) => void

const visits: { readonly [K in Node["action"]["kind"]]: Visit } = {
  input: () => {},
  literal: () => {},
  map: visitVirtual,
  reshape: visitVirtual,
  transpose: visitVirtual,
  broadcast: visitVirtual,
  slice: visitVirtual,
  rev: visitVirtual,
  iota: visitVirtual,
  pad: visitVirtual,
  concatenate: visitVirtual,
  dynamicSlice: visitVirtual,
  dynamicUpdateSlice: visitVirtual,
  gather: visitVirtual,
  reduce: (pass, node) => visitReduce(pass, node as NodeOf<"reduce">),
  contract: (pass, node) => visitContraction(pass, node, "contract"),
  convolve: (pass, node) => visitContraction(pass, node, "convolve"),
  scatter: (pass, node) => visitScatter(pass, node as NodeOf<"scatter">),
  updateSlice: (pass, node) => visitScatter(pass, node as NodeOf<"updateSlice">),
  routine: (pass, node) => visitAlone(pass, node as NodeOf<"routine">),
  while: (pass, node) => visitAlone(pass, node as NodeOf<"while">),
  case: (pass, node) => visitAlone(pass, node as NodeOf<"case">),
  callback: (pass, node) => visitAlone(pass, node as NodeOf<"callback">),
  output: (pass, node) => visitOutput(pass, node as NodeOf<"output">)
}

const nodesPerPause = 256

/** In steps. `results` are distinct nodes that are neither inputs nor literals nor reshapes of those. */
export function* grouping(
  nodes: ReadonlyArray<Node>,
  results: ReadonlyArray<Node>,
  effects: ReadonlyArray<Node>,
  { before, changed }: Pick<InPlace, "before" | "changed">,
  limits: Limits
): Steps<Grouping> {
  const n = nodes.length
  const pass: Pass = {
    limits,
    again: recomputation(nodes),
    uses: new Array<Array<Use> | undefined>(n),
    floors: new Array<number | undefined>(n),
    consumers: new Uint32Array(n),
    epilogue: new Uint8Array(n),
    groups: [],
    groupOf: new Array<Group | undefined>(n),
    stored: new Uint8Array(n),
    places: new Map(),
    aliases: new Map([...changed].map(([result, { version }]) => [result, version])),
    scalars: undefined,
    lastCall: -1,
    pieces: new Map()
  }
  for (const node of nodes) {
    if (node.action.kind === "input") pass.stored[node.id] = 1
    for (const x of node.inputs) pass.consumers[x.id]!++
  }
  for (const node of results) {
    pass.consumers[node.id]!++
    need(pass, node, -1)
  }
  for (const node of effects) need(pass, node, -1)
  for (const node of nodes) if (isEpilogue(pass, node)) pass.epilogue[node.id] = 1
  for (let i = n - 1; i >= 0; i--) {
    if (i % nodesPerPause === 0) yield
    const node = nodes[i]!
    if (node.size === 0 || (pass.uses[i] === undefined && pass.floors[i] === undefined)) continue
    for (const update of before.get(node) ?? []) {
      raiseFloor(pass, node, pass.groupOf[update.id]?.level ?? -1)
    }
    visits[node.action.kind](pass, node)
    // Nothing asks for them any more
    pass.uses[i] = undefined
  }
  return pass
}
