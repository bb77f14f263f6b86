/**
 * The data of Plans: the union of all kinds of kernels, and Plans of them.
 */
import type { Callback } from "./kernels/callback.ts"
import type { CaseOf } from "./kernels/case.ts"
import type { Contract } from "./kernels/contract.ts"
import type { Convolve } from "./kernels/convolve.ts"
import type { Loop } from "./kernels/loop.ts"
import type { PlanOf } from "./kernels/parts.ts"
import type { Reduce } from "./kernels/reduce.ts"
import type { Routine } from "./kernels/routine.ts"
import type { Scatter } from "./kernels/scatter.ts"
import type { WhileOf } from "./kernels/while.ts"

/**
 * A loop of steps that follow each other, each of which runs the body.
 *
 * @category models
 * @since 0.1.0
 */
export interface While extends WhileOf<Plan> {}

/**
 * One of several Plans, which an index picks while the kernel runs.
 *
 * @category models
 * @since 0.1.0
 */
export interface Case extends CaseOf<Plan> {}

/** One step of a Plan. @category models @since 0.1.0 */
export type Kernel =
  | Loop
  | Reduce
  | Contract
  | Convolve
  | Scatter
  | Routine
  | While
  | Case
  | Callback

/**
 * A Program as kernels over buffers, in order of execution.
 *
 * @category models
 * @since 0.1.0
 */
export interface Plan extends PlanOf<Kernel> {}
