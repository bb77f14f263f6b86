/**
 * Functions of single matrices, mapped over the axes before them, which broadcast.
 */
import type * as NdArray from "../NdArray.ts"
import { vmap } from "../transform/vmap.ts"
import { toBatch } from "./core.ts"
import { broadcastShape } from "./shapes.ts"

type Any = NdArray.Any

/** `f` over batches: `ranks` has the number of axes that each array has by itself. */
export const overBatch = <B>(
  operation: string,
  f: (...xs: ReadonlyArray<Any>) => B,
  xs: ReadonlyArray<Any>,
  ranks: ReadonlyArray<number>
): B => {
  const batch = broadcastShape(operation, ...xs.map((x, i) => x.shape.slice(0, x.shape.length - ranks[i]!)))
  let mapped: (...xs: ReadonlyArray<Any>) => B = f
  for (let axis = 0; axis < batch.length; axis++) mapped = vmap(mapped as never) as never
  return mapped(...xs.map((x, i) => toBatch(x, batch, ranks[i]!)))
}
