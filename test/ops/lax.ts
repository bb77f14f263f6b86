/**
 * Primitives as they are, where Numpy does not show all that they can do.
 */
import { bits, choice } from "./lax/bits.ts"
import { contractions, convolution } from "./lax/contractions.ts"
import { functions } from "./lax/functions.ts"
import { batchedGather, dynamic, gathers, scatters } from "./lax/indexing.ts"
import { order, reductions } from "./lax/reductions.ts"
import { structural } from "./lax/structural.ts"

export const lax = [
  ...functions,
  ...bits,
  ...choice,
  ...structural,
  ...reductions,
  ...order,
  ...contractions,
  ...convolution,
  ...dynamic,
  ...gathers,
  batchedGather,
  ...scatters
]
