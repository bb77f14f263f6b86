/**
 * Reductions, contractions and convolutions: the heroes of their kernels, which compute what is done with each element that
 * they store (the epilogue) in passing, and other reductions over the same points.
 */
import * as Aval from "effax/Aval"
import { isKind, type LoopOp, type LoopOpOf } from "../6-decompose/loopOp.ts"
import { type Group, type GroupKind, walkTogether } from "./group.ts"
import { operandBase } from "./operands.ts"
import { addUse, hasRoom, highestUse, lookback, maxEpilogue, need, newGroup, type Pass, store } from "./pass.ts"

/** Whether a reduction or contraction may compute the operation in passing, on the elements that it stores. */
export const isEpilogue = (pass: Pass, op: LoopOp): boolean =>
  (op.action.kind === "map" || op.action.kind === "reshape") &&
  op.inputs.some((x) =>
    x.size === op.size && pass.consumers[x.id] === 1 &&
    (pass.epilogue[x.id] === 1 || isKind(x, "reduce") || isKind(x, "contract") || isKind(x, "convolve"))
  )

/** A loop that can become the epilogue of what the operation computes. */
const epilogueFor = (
  pass: Pass,
  op: LoopOp,
  fits: (group: Group) => boolean,
  kind: GroupKind
): { readonly group: Group; readonly seed: ReadonlyArray<number> } | undefined => {
  const uses = pass.uses[op.id] ?? []
  // A convolution's axes are what they are
  const mayWalk = kind === "convolve" ? Aval.sameShape : walkTogether
  for (let i = uses.length - 1; i >= 0 && i >= uses.length - lookback; i--) {
    const use = uses[i]!
    const { group } = use
    const shape = use.flat ? op.shape : kind === "reduce" ? undefined : use.transposed
    if (
      !use.inBody && shape !== undefined && group.points === op.size && fits(group) &&
      group.instructions <= maxEpilogue && hasRoom(pass, group, 1, 2) &&
      highestUse(pass, op, group) < group.level &&
      uses.every((other) => other.group !== group || other === use) && walkTogether(group.seed, shape) &&
      group.roots.every((root) => !pass.slots.has(root) || mayWalk(root.shape, shape))
    ) {
      // A value that is also stored is stored as it lies
      const storedToo = pass.levels[op.id] !== undefined || uses.some((other) => other.group !== group)
      if (!storedToo || use.flat) return { group, seed: shape }
    }
  }
  return undefined
}

/** Whether two reductions run over the same points of arrays of one shape. */
const reduceAlike = (x: LoopOp, y: LoopOp): boolean => {
  if (!isKind(x, "reduce") || !isKind(y, "reduce")) return false
  const [p, q] = [x.action, y.action]
  const isArg = (c: string) => c === "argmax" || c === "argmin"
  return isArg(p.combiner) === isArg(q.combiner) && p.axes.length === q.axes.length &&
    p.axes.every((a) => q.axes.includes(a)) &&
    x.inputs[0]!.shape.length === y.inputs[0]!.shape.length &&
    x.inputs[0]!.shape.every((n, i) => n === y.inputs[0]!.shape[i])
}

const siblingReduction = (pass: Pass, op: LoopOp): Group | undefined => {
  const level = highestUse(pass, op)
  const uses = pass.uses[op.inputs[0]!.id] ?? []
  for (let i = uses.length - 1; i >= 0 && i >= uses.length - lookback; i--) {
    const { flat, group, inBody } = uses[i]!
    if (
      flat && inBody && group.kind === "reduce" && group.level > level && reduceAlike(group.heroes[0]!, op) &&
      hasRoom(pass, group, 1, 2)
    ) {
      return group
    }
  }
  return undefined
}

/** Makes the operation the hero of a group: of one that becomes its epilogue, of a sibling, or of a new one. */
const attach = (
  pass: Pass,
  op: LoopOp,
  kind: GroupKind,
  fits: (group: Group) => boolean,
  sibling: Group | undefined
): Group => {
  const epilogue = epilogueFor(pass, op, fits, kind)
  const group = epilogue?.group ?? sibling ?? newGroup(pass, kind, op)
  if (epilogue !== undefined) group.buffers--
  const others = (pass.uses[op.id] ?? []).some((use) => use.group !== group)
  if (epilogue !== undefined && group.heroes.length === 0) {
    group.kind = kind
    group.seed = epilogue.seed
  }
  group.heroes.push(op)
  if (epilogue === undefined || others || pass.levels[op.id] !== undefined) store(pass, op, group)
  else pass.groupOf[op.id] = group
  return group
}

export const visitReduce = (pass: Pass, op: LoopOpOf<"reduce">): void => {
  const group = attach(
    pass,
    op,
    "reduce",
    (g) => g.kind === "loop" || (g.kind === "reduce" && reduceAlike(g.heroes[0]!, op)),
    siblingReduction(pass, op)
  )
  addUse(pass, op.inputs[0]!, group.openBody(op.inputs[0]!.size))
}

export const visitContraction = (pass: Pass, op: LoopOp, kind: "contract" | "convolve"): void => {
  const group = attach(pass, op, kind, (g) => g.kind === "loop", undefined)
  group.buffers += 2
  for (let i = 0; i < 2; i++) need(pass, operandBase(op, i), group.level)
}
