/**
 * The state of grouping: the groups so far, and the uses of every operation.
 */
import type { LoopOp } from "../6-decompose/loopOp.ts"
import type { Recomputation } from "./costs.ts"
import { Group, type GroupKind, type Use } from "./group.ts"
import { memoryOwner } from "./operands.ts"

/** Limits of one kernel. */
export interface Limits {
  /** Instructions in its bodies. */
  readonly maxInstructions: number
  /** Buffers that it loads from and stores to. */
  readonly maxBuffers: number
}

/** Where an operand of a concatenation is stored. */
export interface Slot {
  readonly whole: LoopOp
  /** Along the axis of concatenation. */
  readonly offset: number
}

export interface Grouping {
  readonly groups: ReadonlyArray<Group>
  /** The group that computes a stored operation; by id. */
  readonly groupOf: ReadonlyArray<Group | undefined>
  /** Operations that have memory, inputs included; by id. */
  readonly stored: Uint8Array
  /** Operands of concatenations, which are stored in the memory of the whole. */
  readonly slots: ReadonlyMap<LoopOp, Slot>
  /** Operations that share the memory of another one: scatters that of their target. */
  readonly aliases: ReadonlyMap<LoopOp, LoopOp>
}

/** The grouping of one Program, under way. */
export interface Pass {
  readonly limits: Limits
  readonly again: Recomputation
  readonly uses: Array<Array<Use> | undefined>
  /** The highest level of the groups that read the operation's memory, -1 for results; by id. */
  readonly levels: Array<number | undefined>
  readonly consumers: Uint32Array
  /** Operations that a reduction or contraction can compute in passing, on the elements it stores; by id. */
  readonly epilogue: Uint8Array
  readonly groups: Array<Group>
  readonly groupOf: Array<Group | undefined>
  readonly stored: Uint8Array
  readonly slots: Map<LoopOp, Slot>
  readonly aliases: Map<LoopOp, LoopOp>
  /** The last group over a single point: scalars go together. */
  scalars: Group | undefined
  /** The level of the first kernel so far that calls the host: those before it in the Program have to run before it. */
  lastCall: number
  /** The last group that stores an operand of a concatenation: those of one size go together. */
  readonly parts: Map<LoopOp, Group>
}

/** Long lists of uses are looked through near their end only: an operation used that often is stored anyway. */
export const lookback = 8

/** An epilogue longer than this is a kernel of its own. */
export const maxEpilogue = 96

export const addUse = (pass: Pass, op: LoopOp, use: Use): void => {
  if (op.action.kind === "literal") return
  const uses = pass.uses[op.id] ??= []
  let known = false
  for (let i = uses.length - 1; i >= 0 && i >= uses.length - lookback; i--) {
    if (uses[i] === use) return
    if (uses[i]!.group === use.group) known = true
  }
  if (!known) use.group.buffers++
  uses.push(use)
}

/** The operation's memory is wanted by a group of some level, or, for -1, as a result. */
export const raiseLevel = (pass: Pass, op: LoopOp, level: number): void => {
  pass.levels[op.id] = Math.max(pass.levels[op.id] ?? -1, level)
}

/** As {@link raiseLevel}, of the memory that the operation is a view of. */
export const need = (pass: Pass, op: LoopOp, level: number): void => raiseLevel(pass, memoryOwner(op), level)

export const highestUse = (pass: Pass, op: LoopOp, except?: Group): number => {
  let level = pass.levels[op.id] ?? -1
  for (const use of pass.uses[op.id] ?? []) {
    if (use.group !== except && use.group.level > level) level = use.group.level
  }
  return level
}

export const newGroup = (pass: Pass, kind: GroupKind, op: LoopOp): Group => {
  const group = new Group(kind, highestUse(pass, op) + 1, op.shape, op.size, op.id)
  pass.groups.push(group)
  return group
}

export const store = (pass: Pass, op: LoopOp, group: Group): void => {
  group.roots.push(op)
  group.buffers++
  pass.stored[op.id] = 1
  pass.groupOf[op.id] = group
}

export const hasRoom = (pass: Pass, group: Group, instructions: number, operands: number): boolean =>
  group.instructions + instructions <= pass.limits.maxInstructions &&
  group.buffers + operands <= pass.limits.maxBuffers
