/**
 * Computing an operation inside of the kernels that want it, once more in each, in place of storing it.
 */
import type { LoopOp } from "../6-decompose/loopOp.ts"
import { isView } from "./coordinates.ts"
import { cheap, cheapForReduction, instructionsOf, negligible } from "./costs.ts"
import { scalarUse, type Use } from "./group.ts"
import { addUse, hasRoom, type Pass } from "./pass.ts"

/** How the operands of an inlined operation are used, given how the operation is. */
const operandUse = (op: LoopOp, operand: number, use: Use): Use => {
  const x = op.inputs[operand]!
  const base = { group: use.group, inBody: use.inBody, points: use.points, flat: false, transposed: undefined }
  switch (op.action.kind) {
    case "map":
      return x.shape.length === op.shape.length ? use : scalarUse(use)
    case "reshape":
      return use.flat ? use : { ...base, computed: use.computed }
    case "transpose":
      return { ...base, computed: use.computed, transposed: use.flat && !use.inBody ? op.shape : undefined }
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

/** The operation is not loaded by these groups after all. */
export const unload = (uses: ReadonlyArray<Use>): void => {
  uses.forEach((use, i) => {
    if (uses.findIndex((other) => other.group === use.group) === i) use.group.buffers--
  })
}

export const inlineInto = (pass: Pass, op: LoopOp, uses: ReadonlyArray<Use>): void => {
  const instructions = instructionsOf(op)
  for (const use of uses) use.group.instructions += instructions
  for (let i = 0; i < op.inputs.length; i++) {
    for (const use of uses) addUse(pass, op.inputs[i]!, operandUse(op, i, use))
  }
}

/** Operands that would newly feed a kernel. */
export const arrayOperands = (op: LoopOp): number => {
  let n = 0
  for (const x of op.inputs) if (x.action.kind !== "literal") n++
  return n
}

/** A computed position is read element by element: what stands there should be in memory, or be next to nothing. */
const maxComputedWork = 2

export const mayInline = (pass: Pass, op: LoopOp, uses: ReadonlyArray<Use>): boolean => {
  const instructions = instructionsOf(op)
  const operands = arrayOperands(op) - 1
  for (const use of uses) {
    if (!hasRoom(pass, use.group, instructions * uses.length, operands)) return false
  }
  if (isView(op)) return true
  const work = pass.again.work[op.id]!
  let extra = -op.size * work
  let spread = false
  for (const use of uses) {
    extra += use.points * work
    if (use.points > op.size) spread = true
    if (use.computed && work > maxComputedWork && use.points * work > negligible) return false
  }
  // A kernel that stores its result anyway may as well store this
  if (pass.epilogue[op.id] === 1 && (spread || uses.some((use) => use.group !== uses[0]!.group))) return false
  if (extra <= negligible / 4) return true
  if (uses.length === 1) return !spread || work <= 2 * cheap
  if (work <= cheap && (uses.length === 2 || pass.again.arrays[op.id]! <= 1)) return true
  // A reduction beside one other use, each over every element once: softmax and its like
  return uses.length === 2 && uses[0]!.group !== uses[1]!.group && !spread && work <= cheapForReduction &&
    uses.some((u) => u.inBody && u.flat && u.group.kind === "reduce")
}
