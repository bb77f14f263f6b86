/**
 * The table of routines. A new one is a file beside this one, a line here, and an emitter in each backend, which the type
 * checker asks for.
 */
import { cumulative, type CumulativeParams } from "./cumulative.ts"
import type { RoutineSpec } from "./routine.ts"
import { sort, type SortParams } from "./sort.ts"

/**
 * The parameters of each routine.
 *
 * @category routines
 * @since 0.1.0
 */
export interface RoutineParams {
  readonly cumulative: CumulativeParams
  readonly sort: SortParams
}

/** The name of a routine. @category routines @since 0.1.0 */
export type RoutineName = keyof RoutineParams

export const routines: { readonly [R in RoutineName]: RoutineSpec<RoutineParams[R]> } = { cumulative, sort }

/** The spec of a routine, for parameters that are known to be its own. */
export const routineOf = (name: RoutineName): RoutineSpec<unknown> => routines[name] as RoutineSpec<unknown>
