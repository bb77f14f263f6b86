/**
 * How much kernels weigh against each other on a page.
 */
import type { Cost } from "effax/Cost"

/** A transcendental takes about as long as this many operations. */
const transcendentalOperations = 16

/** The weight of a kernel beside others: its operations or its bytes, whichever are more. */
export const weight = ({ bytesAccessed, flops, transcendentals }: Cost): number =>
  Math.max(flops + transcendentalOperations * transcendentals, bytesAccessed)
