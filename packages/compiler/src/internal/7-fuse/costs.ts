/**
 * The costs of loop operations, in units of an addition. Only the order of magnitude matters: whether to compute twice or to store.
 */
import { isScalarOp, scalarOps } from "../../ScalarOp.ts"
import type { Kind, LoopOp, LoopOpOf, MapOp } from "../6-decompose/loopOp.ts"

/** Moving a value, which takes no work once it is in a register. */
const moves: { readonly [O in MapOp]?: number } = { copy: 0, bitcast: 0 }

/** Computing an element that is put together from computed positions. */
const computedPosition = 8

const kindWorks: { readonly [K in Kind]?: number } = {
  iota: 1,
  reshape: 0,
  transpose: 0,
  broadcast: 0,
  slice: 0,
  rev: 0,
  pad: computedPosition,
  concatenate: computedPosition,
  gather: computedPosition,
  dynamicSlice: computedPosition,
  dynamicUpdateSlice: computedPosition
}

/** The work of computing one element from elements of its operands. */
export const workOf = (op: LoopOp): number =>
  op.action.kind !== "map"
    ? kindWorks[op.action.kind] ?? 0
    : isScalarOp(op.action.op)
    ? scalarOps[op.action.op].work
    : moves[op.action.op] ?? 1

/** About how many instructions it takes in a body. */
export const instructionsOf = (op: LoopOp): number => {
  switch (op.action.kind) {
    case "map":
    case "iota":
      return 1
    case "pad":
      return 8 * op.shape.length
    case "concatenate":
      return 5 * op.inputs.length
    case "gather":
      return 4 + 6 * (op as LoopOpOf<"gather">).action.dimensions.startIndexMap.length
    case "dynamicSlice":
      return 1 + 3 * op.shape.length
    case "dynamicUpdateSlice":
      return 2 + 10 * op.shape.length
    default:
      return 1
  }
}

/** At most this much work is done again for each kernel that wants a value. */
export const cheap = 6

/** What a reduction may do again of what another kernel does too: about one elementary function. */
export const cheapForReduction = 24

/** Work that is not worth a kernel of its own. */
export const negligible = 16384

/** For each operation, the work and the array accesses of computing an element again, from values that are in memory. */
export interface Recomputation {
  readonly work: Float64Array
  readonly arrays: Uint8Array
}

const virtual: ReadonlySet<Kind> = new Set<Kind>([
  "map",
  "reshape",
  "transpose",
  "broadcast",
  "slice",
  "rev",
  "iota",
  "pad",
  "concatenate",
  "gather",
  "dynamicSlice",
  "dynamicUpdateSlice"
])

/** Whether the operation can be computed inside of the kernels that want it. */
export const isVirtual = (op: LoopOp): boolean => virtual.has(op.action.kind)

export const recomputation = (ops: ReadonlyArray<LoopOp>): Recomputation => {
  const work = new Float64Array(ops.length)
  const arrays = new Uint8Array(ops.length)
  for (const op of ops) {
    if (op.action.kind === "literal") continue
    if (!isVirtual(op)) {
      work[op.id] = op.size === 1 ? 0 : 1
      arrays[op.id] = op.size === 1 ? 0 : 1
      continue
    }
    let total = workOf(op)
    let read = 0
    for (const x of op.inputs) {
      const again = work[x.id]! <= cheap
      total += again ? work[x.id]! : 1
      read += again ? arrays[x.id]! : 1
    }
    work[op.id] = total
    arrays[op.id] = Math.min(read, 255)
  }
  return { work, arrays }
}
