/**
 * How much kernels weigh against each other on a page.
 */
import { type Cost, flopsPerTranscendental } from "effax/Cost"

/** The weight of a kernel beside others: its operations or its bytes, whichever are more. */
export const weight = ({ bytesAccessed, flops, transcendentals }: Cost): number =>
  Math.max(flops + flopsPerTranscendental * transcendentals, bytesAccessed)
