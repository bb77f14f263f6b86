/**
 * Dead code elimination: operations that no result depends on are left out.
 */
import type { SortParams } from "effax/Primitives"
import type { Operation, Region } from "../region.ts"
import { trimCase, trimWhile } from "./controlFlow.ts"

/** Drops results that are not used, and the operands that only they need. */
export type Trim = (
  operation: Operation,
  isLive: (output: number) => boolean,
  dce: (region: Region) => Region
) => Operation

/** A sort carries along only those operands that are keys or wanted afterwards. */
const trimSort: Trim = (operation, isLive) => {
  const { numKeys } = operation.params as SortParams
  const kept = operation.inputs.map((_, i) => i).filter((i) => i < numKeys || isLive(i))
  return kept.length === operation.inputs.length
    ? operation
    : { ...operation, inputs: kept.map((i) => operation.inputs[i]!), outputs: kept.map((i) => operation.outputs[i]!) }
}

const trims: { readonly [operation: string]: Trim } = { sort: trimSort, while: trimWhile, case: trimCase }

export const dce = (region: Region): Region => {
  const live = new Uint8Array(region.nextId)
  for (const v of region.results) live[v.id] = 1
  const operations: Array<Operation> = []
  for (let i = region.operations.length - 1; i >= 0; i--) {
    const all = region.operations[i]!
    if (!all.outputs.some((v) => live[v.id] === 1)) continue
    const operation = trims[all.name]?.(all, (k) => live[all.outputs[k]!.id] === 1, dce) ?? all
    for (const v of operation.inputs) live[v.id] = 1
    operations.push(operation)
  }
  return { ...region, operations: operations.reverse() }
}
