/**
 * The emitters of routines.
 */
import type { Routine, RoutineName } from "@effax/compiler/Plan"
import { emitCumulative } from "./cumulative.ts"
import type { EmitKernel } from "./kernel.ts"
import { emitSort } from "./sort.ts"

const emitters: { readonly [R in RoutineName]: EmitKernel<Extract<Routine, { readonly routine: R }>> } = {
  cumulative: emitCumulative,
  sort: emitSort
}

export const emitRoutine: EmitKernel<Routine> = (context, kernel) =>
  (emitters[kernel.routine] as EmitKernel<Routine>)(context, kernel)
