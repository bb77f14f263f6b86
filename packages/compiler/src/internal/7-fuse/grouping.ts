/**
 * Decides which values are stored, and which kernel computes what. Operations are visited from the results backwards, so
 * that all uses of an operation are known when its turn comes: it is then computed inside of the kernels that want it, or
 * stored by a kernel of its own or one that fits.
 */
import * as Aval from "effax/Aval"
import type { Steps } from "effax/Backend"
import { callsHost, isKind, type LoopOp, type LoopOpOf, type Several } from "../6-decompose/loopOp.ts"
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
  raiseLevel,
  store
} from "./pass.ts"

// --- operations that might be computed anywhere --------------------------------------------------------------------------

/** Whether all that a group does with the operation happens at each point's own element. */
const onlyFlat = (uses: ReadonlyArray<Use>, group: Group): boolean =>
  uses.every((use) => use.group !== group || (use.flat && !use.inBody))

/** Room for one more root. */
const takesRoot = (pass: Pass, op: LoopOp, group: Group): boolean =>
  hasRoom(pass, group, instructionsOf(op), arrayOperands(op) + 1) &&
  (group.kind === "loop" || group.instructions < maxEpilogue)

/** A kernel that uses the operation anyway and can store it too. */
const consumerFor = (pass: Pass, op: LoopOp): Group | undefined => {
  const uses = pass.uses[op.id] ?? []
  for (let i = uses.length - 1; i >= 0 && i >= uses.length - lookback; i--) {
    const { flat, group, inBody } = uses[i]!
    if (
      flat && !inBody && isFusible(group) && highestUse(pass, op, group) < group.level && onlyFlat(uses, group) &&
      takesRoot(pass, op, group)
    ) {
      return group
    }
  }
  return undefined
}

const isFusible = (group: Group): boolean =>
  group.kind === "loop" || group.kind === "reduce" || group.kind === "contract" || group.kind === "convolve"

/** A kernel over the same space that reads the same array: both are done in one walk over it. */
const siblingFor = (pass: Pass, op: LoopOp): Group | undefined => {
  const level = highestUse(pass, op)
  const slot = pass.slots.get(op)
  const fits = (group: Group): boolean =>
    (group.kind === "loop" || group.kind === "reduce") && group.level > level && group.points === op.size &&
    takesRoot(pass, op, group) &&
    // An operand of a concatenation is stored axis by axis
    (slot === undefined ? walkTogether(group.seed, op.shape) : Aval.sameShape(group.seed, op.shape))
  const beside = slot === undefined ? op.size === 1 ? pass.scalars : undefined : pass.parts.get(slot.whole)
  if (beside !== undefined && fits(beside)) return beside
  for (const x of op.inputs) {
    if (x.size !== op.size) continue
    const uses = pass.uses[x.id] ?? []
    for (let i = uses.length - 1; i >= 0 && i >= uses.length - lookback; i--) {
      const { flat, group, inBody } = uses[i]!
      if (flat && !inBody && fits(group)) return group
    }
  }
  return undefined
}

/** Stores an operation that could also have been inlined. */
const materialize = (pass: Pass, op: LoopOp): void => {
  const consumer = consumerFor(pass, op)
  if (consumer !== undefined) consumer.buffers--
  const group = consumer ?? siblingFor(pass, op) ?? newGroup(pass, "loop", op)
  const slot = pass.slots.get(op)
  if (slot !== undefined) pass.parts.set(slot.whole, group)
  else if (op.size === 1) pass.scalars = group
  store(pass, op, group)
  inlineInto(pass, op, [group.flat])
}

const visitVirtual = (pass: Pass, op: LoopOp): void => {
  const uses = pass.uses[op.id] ?? []
  const inline = pass.levels[op.id] === undefined && mayInline(pass, op, uses)
  if (isKind(op, "concatenate") && !(inline && op.inputs.length <= 4 && op.size <= 64)) {
    assemble(pass, op)
  } else if (isKind(op, "map") && op.action.op === "copy" && takesOver(pass, op)) {
    pass.aliases.set(op, op.inputs[0]!)
    pass.stored[op.id] = 1
    need(pass, op.inputs[0]!, highestUse(pass, op))
  } else if (inline) {
    unload(uses)
    inlineInto(pass, op, uses)
  } else materialize(pass, op)
}

/** Every operand of a concatenation is stored in its slot of the whole, by whichever kernel computes it. */
const assemble = (pass: Pass, op: LoopOpOf<"concatenate">): void => {
  const level = highestUse(pass, op)
  let offset = 0
  for (const part of op.inputs) {
    pass.slots.set(part, { whole: op, offset })
    raiseLevel(pass, part, level)
    offset += part.shape[op.action.axis]!
  }
  pass.stored[op.id] = 1
}

/** Whether the target of a scatter can have the memory of the array that it copies: no other kernel reads that array. */
const takesOver = (pass: Pass, copy: LoopOp): boolean => {
  const [x] = copy.inputs
  return !pass.slots.has(copy) && pass.uses[copy.id] === undefined && pass.consumers[x!.id] === 1 &&
    x!.action.kind !== "input" && x!.action.kind !== "literal" && !isVirtual(x!)
}

// --- kernels that stand alone ---------------------------------------------------------------------------------------

const visitScatter = (pass: Pass, op: LoopOpOf<"scatter" | "updateSlice">): void => {
  const [target, ...operands] = op.inputs
  const [updates, ...positions] = op.action.kind === "scatter" ? operands.toReversed() : operands
  const group = newGroup(pass, "scatter", op)
  store(pass, op, group)
  group.heroes.push(op)
  pass.aliases.set(op, target!)
  need(pass, target!, group.level)
  const use = group.openBody(updates!.size)
  addUse(pass, updates!, use)
  for (const position of positions) addUse(pass, position, { ...use, flat: false })
}

const visitAlone = (pass: Pass, op: LoopOpOf<Several["kind"]>): void => {
  if (callsHost(op)) raiseLevel(pass, op, pass.lastCall)
  const group = newGroup(pass, op.action.kind, op)
  if (callsHost(op)) pass.lastCall = group.level
  group.heroes.push(op)
  store(pass, op, group)
  for (const x of op.inputs) need(pass, x, group.level)
}

/** What one result of a kernel is wanted for, the kernel is. */
const visitOutput = (pass: Pass, op: LoopOpOf<"output">): void => {
  const [first] = op.inputs
  pass.stored[op.id] = 1
  raiseLevel(pass, first!, highestUse(pass, op))
}

type Visit = (pass: Pass, op: LoopOp) => void

const visits: { readonly [K in LoopOp["action"]["kind"]]: Visit } = {
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
  reduce: (pass, op) => visitReduce(pass, op as LoopOpOf<"reduce">),
  contract: (pass, op) => visitContraction(pass, op, "contract"),
  convolve: (pass, op) => visitContraction(pass, op, "convolve"),
  scatter: (pass, op) => visitScatter(pass, op as LoopOpOf<"scatter">),
  updateSlice: (pass, op) => visitScatter(pass, op as LoopOpOf<"updateSlice">),
  routine: (pass, op) => visitAlone(pass, op as LoopOpOf<"routine">),
  while: (pass, op) => visitAlone(pass, op as LoopOpOf<"while">),
  case: (pass, op) => visitAlone(pass, op as LoopOpOf<"case">),
  callback: (pass, op) => visitAlone(pass, op as LoopOpOf<"callback">),
  output: (pass, op) => visitOutput(pass, op as LoopOpOf<"output">)
}

const opsPerPause = 256

/** In steps. `results` are distinct operations that are neither inputs nor literals nor reshapes of those. */
export function* grouping(
  ops: ReadonlyArray<LoopOp>,
  results: ReadonlyArray<LoopOp>,
  effects: ReadonlyArray<LoopOp>,
  { before, changed }: Pick<InPlace, "before" | "changed">,
  limits: Limits
): Steps<Grouping> {
  const n = ops.length
  const pass: Pass = {
    limits,
    again: recomputation(ops),
    uses: new Array<Array<Use> | undefined>(n),
    levels: new Array<number | undefined>(n),
    consumers: new Uint32Array(n),
    epilogue: new Uint8Array(n),
    groups: [],
    groupOf: new Array<Group | undefined>(n),
    stored: new Uint8Array(n),
    slots: new Map(),
    aliases: new Map([...changed].map(([result, { version }]) => [result, version])),
    scalars: undefined,
    lastCall: -1,
    parts: new Map()
  }
  for (const op of ops) {
    if (op.action.kind === "input") pass.stored[op.id] = 1
    for (const x of op.inputs) pass.consumers[x.id]!++
  }
  for (const op of results) {
    pass.consumers[op.id]!++
    need(pass, op, -1)
  }
  for (const op of effects) need(pass, op, -1)
  for (const op of ops) if (isEpilogue(pass, op)) pass.epilogue[op.id] = 1
  for (let i = n - 1; i >= 0; i--) {
    if (i % opsPerPause === 0) yield
    const op = ops[i]!
    if (op.size === 0 || (pass.uses[i] === undefined && pass.levels[i] === undefined)) continue
    for (const update of before.get(op) ?? []) {
      raiseLevel(pass, op, pass.groupOf[update.id]?.level ?? -1)
    }
    visits[op.action.kind](pass, op)
    // Nothing asks for them any more
    pass.uses[i] = undefined
  }
  return pass
}
