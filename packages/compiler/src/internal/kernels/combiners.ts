/**
 * The operations that combine two elements.
 */
import type { BinaryOp } from "../../ScalarOp.ts"

/** The scalar operation of each combiner that takes two elements and gives one. */
export const binaryOf = {
  sum: "add",
  product: "mul",
  max: "max",
  min: "min",
  and: "and",
  or: "or"
} as const satisfies { readonly [combiner: string]: BinaryOp }
