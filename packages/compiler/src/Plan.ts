/**
 * Plans: what a Program becomes before code is generated for a device. A list of kernels over numbered buffers.
 *
 * **Details**
 *
 * A Plan is the same for every device: the Wasm backend makes one module of it, the WebGPU backend one command buffer.
 * Every kernel is an iteration space with a body of straight-line code per point, and it owns no memory but its
 * buffers. Axes, windows and coordinates are less than 2^31; the product of axes, and a position in a buffer, need not be.
 *
 * @since 0.1.0
 */
import type { DType } from "effax/DType"
import type { Callback } from "./internal/kernels/callback.ts"
import type { Case } from "./internal/kernels/case.ts"
import type { Contract } from "./internal/kernels/contract.ts"
import type { Convolve } from "./internal/kernels/convolve.ts"
import { specOf } from "./internal/kernels/index.ts"
import type { Loop } from "./internal/kernels/loop.ts"
import type { Buffer, BufferId } from "./internal/kernels/parts.ts"
import type { Reduce } from "./internal/kernels/reduce.ts"
import type { Routine } from "./internal/kernels/routine.ts"
import type { Scatter } from "./internal/kernels/scatter.ts"
import type { While } from "./internal/kernels/while.ts"

export type { Callback } from "./internal/kernels/callback.ts"
export type { Case } from "./internal/kernels/case.ts"
export type { Combiner, NumericCombiner } from "./internal/kernels/combiners.ts"
export type { Contract } from "./internal/kernels/contract.ts"
export type { Convolve } from "./internal/kernels/convolve.ts"
export type { Loop } from "./internal/kernels/loop.ts"
export type { Affine, Body, Buffer, BufferId, Instruction, Store, ValueId } from "./internal/kernels/parts.ts"
export type { Accumulation, Reduce, Reducer } from "./internal/kernels/reduce.ts"
export type { Routine } from "./internal/kernels/routine.ts"
export type { Scatter } from "./internal/kernels/scatter.ts"
export type { Carry, While } from "./internal/kernels/while.ts"
export type { CumulativeParams } from "./internal/routines/cumulative.ts"
export type { RoutineName, RoutineParams } from "./internal/routines/index.ts"
export type { SortParams } from "./internal/routines/sort.ts"
export type { BinaryOp, UnaryOp } from "./ScalarOp.ts"

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
export interface Plan {
  readonly buffers: ReadonlyArray<Buffer>
  readonly kernels: ReadonlyArray<Kernel>
  /** The buffer of each input of the Program, in order; inputs that nothing reads have a buffer too. */
  readonly inputs: ReadonlyArray<BufferId>
  readonly outputs: ReadonlyArray<BufferId>
  /** Bytes of the arena that holds the temporaries. */
  readonly arena: number
}

/** The Plans that a kernel runs: the body of a loop, branches. @category getters @since 0.1.0 */
export const nestedPlans = (kernel: Kernel): ReadonlyArray<Plan> => specOf(kernel).nested(kernel)

/** Whether a Plan, or one that it runs, calls the host. @category getters @since 0.1.0 */
export const callsHost = (plan: Plan): boolean => plan.kernels.some(kernelCallsHost)

/** Whether a kernel, or a Plan that it runs, calls the host. @category getters @since 0.1.0 */
export const kernelCallsHost = (kernel: Kernel): boolean =>
  specOf(kernel).callsHost || nestedPlans(kernel).some(callsHost)

/** The dtypes of the values that a kernel computes with, those of nested Plans aside. @category getters @since 0.1.0 */
export const kernelDTypes = (kernel: Kernel): ReadonlyArray<DType> => specOf(kernel).dtypes(kernel)

export { format } from "./PlanPrinter.ts"
