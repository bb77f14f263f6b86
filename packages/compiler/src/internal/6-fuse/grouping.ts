/**
 * Decides which values are stored, and which kernel computes what. Nodes are visited from the results backwards, so
 * that all uses of a node are known when its turn comes: it is then computed inside of the kernels that want it, or
 * stored by a kernel of its own or one that fits.
 */
import * as Aval from "effax/Aval"
import { callsHost, isKind, type Node, type NodeOf, type Several } from "../5-decompose/node.ts"
import type { InPlace } from "./carries.ts"
import { isView } from "./coordinates.ts"
import {
  cheap,
  cheapForReduction,
  instructionsOf,
  isVirtual,
  negligible,
  type Recomputation,
  recomputation
} from "./costs.ts"
import { Group, type GroupKind, scalarUse, type Use, walkTogether } from "./group.ts"
import { memoryOwner, operandBase } from "./operands.ts"

/** Limits of one kernel. */
export interface Limits {
  /** Instructions in its bodies. */
  readonly maxInstructions: number
  /** Buffers that it loads from and stores to. */
  readonly maxBuffers: number
}

/** Where a piece of a concatenation is put. */
export interface Place {
  readonly whole: Node
  /** Along the axis of concatenation. */
  readonly offset: number
}

export interface Grouping {
  readonly groups: ReadonlyArray<Group>
  /** The group that computes a stored node; by id. */
  readonly groupOf: ReadonlyArray<Group | undefined>
  /** Nodes that have memory, inputs included; by id. */
  readonly stored: Uint8Array
  /** Pieces that are stored in another node's memory. */
  readonly places: ReadonlyMap<Node, Place>
  /** Nodes that share the memory of another one: scatters that of their target. */
  readonly aliases: ReadonlyMap<Node, Node>
}

/** What only the grouping of one Program needs. */
interface Pass {
  readonly limits: Limits
  readonly again: Recomputation
  readonly uses: Array<Array<Use> | undefined>
  /** The highest level of the groups that read the node's memory, -1 for results; by id. */
  readonly floors: Array<number | undefined>
  readonly consumers: Uint32Array
  /** Nodes that a reduction or contraction can compute in passing, on the elements it stores; by id. */
  readonly epilogue: Uint8Array
  readonly groups: Array<Group>
  readonly groupOf: Array<Group | undefined>
  readonly stored: Uint8Array
  readonly places: Map<Node, Place>
  readonly aliases: Map<Node, Node>
  /** The last group over a single point: scalars go together. */
  scalars: Group | undefined
  /** The level of the first kernel so far that calls the host: those before it in the Program have to run before it. */
  lastCall: number
  /** The last group that stores a piece of a concatenation: pieces of one size go together. */
  readonly pieces: Map<Node, Group>
}

/** Long lists of uses are looked through near their end only: a node used that often is stored anyway. */
const lookback = 8

/** An epilogue longer than this is a kernel of its own. */
const maxEpilogue = 96

const addUse = (pass: Pass, node: Node, use: Use): void => {
  if (node.action.kind === "literal") return
  const uses = pass.uses[node.id] ??= []
  let known = false
  for (let i = uses.length - 1; i >= 0 && i >= uses.length - lookback; i--) {
    if (uses[i] === use) return
    if (uses[i]!.group === use.group) known = true
  }
  if (!known) use.group.buffers++
  uses.push(use)
}

/** Memory is wanted for a node by a group of some level. */
const need = (pass: Pass, node: Node, level: number): void => {
  const owner = memoryOwner(node)
  pass.floors[owner.id] = Math.max(pass.floors[owner.id] ?? -1, level)
}

const highestUse = (pass: Pass, node: Node, except?: Group): number => {
  let level = pass.floors[node.id] ?? -1
  for (const use of pass.uses[node.id] ?? []) {
    if (use.group !== except && use.group.level > level) level = use.group.level
  }
  return level
}

const newGroup = (pass: Pass, kind: GroupKind, node: Node): Group => {
  const group = new Group(kind, highestUse(pass, node) + 1, node.shape, node.size, node.id)
  pass.groups.push(group)
  return group
}

const store = (pass: Pass, node: Node, group: Group): void => {
  group.roots.push(node)
  group.buffers++
  pass.stored[node.id] = 1
  pass.groupOf[node.id] = group
}

const isEpilogue = (pass: Pass, node: Node): boolean =>
  (node.action.kind === "map" || node.action.kind === "reshape") &&
  node.inputs.some((x) =>
    x.size === node.size && pass.consumers[x.id] === 1 &&
    (pass.epilogue[x.id] === 1 || isKind(x, "reduce") || isKind(x, "contract") || isKind(x, "convolve"))
  )

// --- computing inside of other kernels ------------------------------------------------------------------------------

const hasRoom = (pass: Pass, group: Group, instructions: number, operands: number): boolean =>
  group.instructions + instructions <= pass.limits.maxInstructions &&
  group.buffers + operands <= pass.limits.maxBuffers

/** How the operands of an inlined node are used, given how the node is. */
const operandUse = (node: Node, operand: number, use: Use): Use => {
  const x = node.inputs[operand]!
  const base = { group: use.group, inBody: use.inBody, points: use.points, flat: false, transposed: undefined }
  switch (node.action.kind) {
    case "map":
      return x.shape.length === node.shape.length ? use : scalarUse(use)
    case "reshape":
      return use.flat ? use : { ...base, computed: use.computed }
    case "transpose":
      return { ...base, computed: use.computed, transposed: use.flat && !use.inBody ? node.shape : undefined }
    case "broadcast":
    case "slice":
    case "rev":
      return { ...base, computed: use.computed }
    case "pad":
      return operand === 0 ? { ...base, computed: true } : scalarUse(use)
    case "concatenate":
      return { ...base, computed: true }
    case "gather":
      return { ...base, computed: operand === 0 || use.computed }
    case "dynamicSlice":
      return operand === 0 ? { ...base, computed: true } : scalarUse(use)
    case "dynamicUpdateSlice":
      return operand === 0 ? use : operand === 1 ? { ...base, computed: true } : scalarUse(use)
    default:
      return use
  }
}

/** The node is not loaded by these groups after all. */
const unload = (uses: ReadonlyArray<Use>): void => {
  uses.forEach((use, i) => {
    if (uses.findIndex((other) => other.group === use.group) === i) use.group.buffers--
  })
}

const inlineInto = (pass: Pass, node: Node, uses: ReadonlyArray<Use>): void => {
  const instructions = instructionsOf(node)
  for (const use of uses) use.group.instructions += instructions
  for (let i = 0; i < node.inputs.length; i++) {
    for (const use of uses) addUse(pass, node.inputs[i]!, operandUse(node, i, use))
  }
}

/** Operands that would newly feed a kernel. */
const arrayOperands = (node: Node): number => {
  let n = 0
  for (const x of node.inputs) if (x.action.kind !== "literal") n++
  return n
}

/** A computed place is read element by element: what stands there should be in memory, or be next to nothing. */
const maxComputedWork = 2

const mayInline = (pass: Pass, node: Node, uses: ReadonlyArray<Use>): boolean => {
  const instructions = instructionsOf(node)
  const operands = arrayOperands(node) - 1
  for (const use of uses) {
    if (use.group.kind === "sort" || !hasRoom(pass, use.group, instructions * uses.length, operands)) return false
  }
  if (isView(node)) return true
  const work = pass.again.work[node.id]!
  let extra = -node.size * work
  let spread = false
  for (const use of uses) {
    extra += use.points * work
    if (use.points > node.size) spread = true
    if (use.computed && work > maxComputedWork && use.points * work > negligible) return false
  }
  // A kernel that stores its result anyway may as well store this
  if (pass.epilogue[node.id] === 1 && (spread || uses.some((use) => use.group !== uses[0]!.group))) return false
  if (extra <= negligible / 4) return true
  if (uses.length === 1) return !spread || work <= 2 * cheap
  if (work <= cheap && (uses.length === 2 || pass.again.arrays[node.id]! <= 1)) return true
  // A reduction beside one other use, each over every element once: softmax and its like
  return uses.length === 2 && uses[0]!.group !== uses[1]!.group && !spread && work <= cheapForReduction &&
    uses.some((u) => u.inBody && u.flat && u.group.kind === "reduce")
}

// --- storing --------------------------------------------------------------------------------------------------------

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
    pass.floors[piece.id] = Math.max(pass.floors[piece.id] ?? -1, level)
    offset += piece.shape[node.action.axis]!
  }
  pass.stored[node.id] = 1
}

/** Whether the target of a scatter can have the memory of what it is a copy of: nobody else reads that. */
const takesOver = (pass: Pass, copy: Node): boolean => {
  const [x] = copy.inputs
  return !pass.places.has(copy) && pass.uses[copy.id] === undefined && pass.consumers[x!.id] === 1 &&
    x!.action.kind !== "input" && x!.action.kind !== "literal" && !isVirtual(x!)
}

// --- reductions, contractions, convolutions -------------------------------------------------------------------------

/** A loop that can become the epilogue of what the node computes. */
const epilogueFor = (
  pass: Pass,
  node: Node,
  fits: (group: Group) => boolean,
  kind: GroupKind
): { readonly group: Group; readonly seed: ReadonlyArray<number> } | undefined => {
  const uses = pass.uses[node.id] ?? []
  // A convolution's axes are what they are
  const mayWalk = kind === "convolve" ? Aval.sameShape : walkTogether
  for (let i = uses.length - 1; i >= 0 && i >= uses.length - lookback; i--) {
    const use = uses[i]!
    const { group } = use
    const shape = use.flat ? node.shape : kind === "reduce" ? undefined : use.transposed
    if (
      !use.inBody && shape !== undefined && group.points === node.size && fits(group) &&
      group.instructions <= maxEpilogue && hasRoom(pass, group, 1, 2) &&
      highestUse(pass, node, group) < group.level &&
      uses.every((other) => other.group !== group || other === use) && walkTogether(group.seed, shape) &&
      group.roots.every((root) => !pass.places.has(root) || mayWalk(root.shape, shape))
    ) {
      // A value that is stored besides is stored as it lies
      const storedToo = pass.floors[node.id] !== undefined || uses.some((other) => other.group !== group)
      if (!storedToo || use.flat) return { group, seed: shape }
    }
  }
  return undefined
}

/** Whether two reductions run over the same points of arrays of one shape. */
const reduceAlike = (x: Node, y: Node): boolean => {
  if (!isKind(x, "reduce") || !isKind(y, "reduce")) return false
  const [p, q] = [x.action, y.action]
  const isArg = (c: string) => c === "argmax" || c === "argmin"
  return isArg(p.combiner) === isArg(q.combiner) && p.axes.length === q.axes.length &&
    p.axes.every((a) => q.axes.includes(a)) &&
    x.inputs[0]!.shape.length === y.inputs[0]!.shape.length &&
    x.inputs[0]!.shape.every((n, i) => n === y.inputs[0]!.shape[i])
}

const siblingReduction = (pass: Pass, node: Node): Group | undefined => {
  const level = highestUse(pass, node)
  const uses = pass.uses[node.inputs[0]!.id] ?? []
  for (let i = uses.length - 1; i >= 0 && i >= uses.length - lookback; i--) {
    const { flat, group, inBody } = uses[i]!
    if (
      flat && inBody && group.kind === "reduce" && group.level > level && reduceAlike(group.heroes[0]!, node) &&
      hasRoom(pass, group, 1, 2)
    ) {
      return group
    }
  }
  return undefined
}

/** Makes the node the hero of a group: of one that becomes its epilogue, of a sibling, or of a new one. */
const attach = (
  pass: Pass,
  node: Node,
  kind: GroupKind,
  fits: (group: Group) => boolean,
  sibling: Group | undefined
): Group => {
  const epilogue = epilogueFor(pass, node, fits, kind)
  const group = epilogue?.group ?? sibling ?? newGroup(pass, kind, node)
  if (epilogue !== undefined) group.buffers--
  const others = (pass.uses[node.id] ?? []).some((use) => use.group !== group)
  if (epilogue !== undefined && group.heroes.length === 0) {
    group.kind = kind
    group.seed = epilogue.seed
  }
  group.heroes.push(node)
  if (epilogue === undefined || others || pass.floors[node.id] !== undefined) store(pass, node, group)
  else pass.groupOf[node.id] = group
  return group
}

const visitReduce = (pass: Pass, node: NodeOf<"reduce">): void => {
  const group = attach(
    pass,
    node,
    "reduce",
    (g) => g.kind === "loop" || (g.kind === "reduce" && reduceAlike(g.heroes[0]!, node)),
    siblingReduction(pass, node)
  )
  addUse(pass, node.inputs[0]!, group.openBody(node.inputs[0]!.size))
}

const visitContraction = (pass: Pass, node: Node, kind: "contract" | "convolve"): void => {
  const group = attach(pass, node, kind, (g) => g.kind === "loop", undefined)
  group.buffers += 2
  for (let i = 0; i < 2; i++) need(pass, operandBase(node, i), group.level)
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

const visitAlone = (pass: Pass, node: NodeOf<"cumulative" | Several["kind"]>): void => {
  if (callsHost(node)) pass.floors[node.id] = Math.max(pass.floors[node.id] ?? -1, pass.lastCall)
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
  pass.floors[first!.id] = Math.max(pass.floors[first!.id] ?? -1, highestUse(pass, node))
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
  cumulative: (pass, node) => visitAlone(pass, node as NodeOf<"cumulative">),
  sort: (pass, node) => visitAlone(pass, node as NodeOf<"sort">),
  repeat: (pass, node) => visitAlone(pass, node as NodeOf<"repeat">),
  branch: (pass, node) => visitAlone(pass, node as NodeOf<"branch">),
  hostCall: (pass, node) => visitAlone(pass, node as NodeOf<"hostCall">),
  output: (pass, node) => visitOutput(pass, node as NodeOf<"output">)
}

/** `results` are distinct nodes that are neither inputs nor literals nor reshapes of those. */
export const group = (
  nodes: ReadonlyArray<Node>,
  results: ReadonlyArray<Node>,
  effects: ReadonlyArray<Node>,
  { before, changed }: Pick<InPlace, "before" | "changed">,
  limits: Limits
): Grouping => {
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
    const node = nodes[i]!
    if (node.size === 0 || (pass.uses[i] === undefined && pass.floors[i] === undefined)) continue
    for (const update of before.get(node) ?? []) {
      const level = pass.groupOf[update.id]?.level ?? -1
      pass.floors[i] = Math.max(pass.floors[i] ?? -1, level)
    }
    visits[node.action.kind](pass, node)
    // Nothing asks for them any more
    pass.uses[i] = undefined
  }
  return pass
}
