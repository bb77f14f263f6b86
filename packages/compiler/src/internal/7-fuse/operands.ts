/**
 * Operands of contractions and convolutions, which kernels read from memory with strides: views are read through, as far
 * as strides can say what they do.
 */
import { isKind, type LoopOp } from "../6-decompose/loopOp.ts"
import { Axis, type Index, isAffine, leaves, ofAxis, settle } from "./axes.ts"
import { Coordinates, isView, throughView } from "./coordinates.ts"
import { isVirtual } from "./costs.ts"

/** The operation whose memory an operation's is: reshapes share that of what they reshape. */
export const memoryOwner = (op: LoopOp): LoopOp => {
  let owner = op
  while (isKind(owner, "reshape") && owner.inputs[0]!.action.kind !== "literal") owner = owner.inputs[0]!
  return owner
}

/** What a chain of views reads, as far as `last`, and where. */
export const readThrough = (
  op: LoopOp,
  at: Coordinates,
  last: LoopOp | undefined
): { readonly base: LoopOp; readonly index: Index } | undefined => {
  let base = op
  let coordinates = at
  while (isView(base) && base !== last) {
    const next = throughView(base, coordinates, undefined)
    if (next === undefined) return undefined
    base = base.inputs[0]!
    coordinates = next
  }
  const index = coordinates.linear()
  return isAffine(index) ? { base, index: settle(index) } : undefined
}

/** The stride of one axis, whose parts must be walked in step; `undefined` where they are not. */
export const strideOf = (axis: Axis, index: Index): number | undefined => {
  const settled = settle(index)
  const factor = (part: Axis): number => {
    const at = settled.axes.indexOf(part)
    return at < 0 ? 0 : settled.factors[at]!
  }
  const parts = leaves(axis).filter((part) => part.extent > 1)
  if (parts.length === 0) return 0
  const inner = factor(parts.at(-1)!)
  let expected = inner
  for (let i = parts.length - 1; i >= 0; i--) {
    if (factor(parts[i]!) !== expected) return undefined
    expected *= parts[i]!.extent
  }
  return inner
}

/** Whether a kernel can read the operand through its views: the axes that kernels have one stride for must have one. */
const canReadThrough = (op: LoopOp, operand: LoopOp): boolean => {
  const axes = operand.shape.map((n) => new Axis(n))
  const read = readThrough(operand, new Coordinates(operand.shape, axes.map(ofAxis)), undefined)
  if (read === undefined || read.base.action.kind === "literal") return false
  // Contractions may cut other axes into batch axes, convolutions may cut none
  const whole = isKind(op, "contract") ? axes.slice(-1) : axes
  return whole.every((axis) => strideOf(axis, read.index) !== undefined)
}

/** The operation whose memory a contraction or convolution reads an operand from. */
export const operandBase = (op: LoopOp, which: number): LoopOp => {
  const operand = op.inputs[which]!
  if (!isView(operand) || !canReadThrough(op, operand)) return memoryOwner(operand)
  let base = operand
  while (isView(base)) base = base.inputs[0]!
  // Of a value that is yet to be computed, only what is read should be
  return isVirtual(base) && base.size > 2 * operand.size ? memoryOwner(operand) : base
}
