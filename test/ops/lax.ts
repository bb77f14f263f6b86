/**
 * JAX's `lax`.
 */
import { bits, choice } from "./lax/bits.ts"
import { contractions, convolution, named } from "./lax/contractions.ts"
import { functions } from "./lax/functions.ts"
import { batchedGather, dynamic, gathers, scatters } from "./lax/indexing.ts"
import { plain } from "./lax/plain.ts"
import { order, reductions } from "./lax/reductions.ts"
import { structural } from "./lax/structural.ts"
import { windowed } from "./lax/windows.ts"

export const lax = [
  ...functions,
  ...plain,
  ...bits,
  ...choice,
  ...structural,
  ...reductions,
  ...order,
  ...windowed,
  ...contractions,
  ...named,
  ...convolution,
  ...dynamic,
  ...gathers,
  batchedGather,
  ...scatters
]
