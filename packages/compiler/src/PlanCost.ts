/**
 * The cost of the kernels of a Plan: arithmetic, and bytes read and written.
 *
 * **When to use**
 *
 * To compare what a kernel achieves with what the device can do: operations per second, bytes per second. The cost of a
 * Program, whatever is compiled from it, is `Cost.analysis` of `effax`.
 *
 * @since 0.1.0
 */
import type { Cost } from "effax/Cost"
import { added, nothing } from "./internal/kernels/costs.ts"
import { specOf } from "./internal/kernels/index.ts"
import type { Kernel, Plan } from "./Plan.ts"

/**
 * The cost of one kernel of a Plan.
 *
 * **Details**
 *
 * Operations are those of its bodies at every point: a product and its sum are two; conversions and choices count as
 * none, and neither does the arithmetic of positions. Bytes are those of each buffer once, whatever
 * stays in a cache. A loop costs its body times its steps, of which one is counted where only a condition ends it. A branch
 * costs as much as the most expensive one, property by property.
 *
 * @category analysis
 * @since 0.1.0
 */
export const ofKernel = (plan: Plan, kernel: Kernel): Cost => specOf(kernel).cost(kernel, plan, ofPlan)

/**
 * The cost of all kernels of a Plan together.
 *
 * @example
 * ```ts
 * import { Compiler, PlanCost } from "@effax/compiler"
 * import { NdArray, Numpy as np, Program } from "effax"
 * import { Effect } from "effect"
 *
 * const layer = (x: NdArray.Any, w: NdArray.Any) => np.tanh(np.matmul(x, w))
 * const program = Effect.runSync(Program.trace(layer, np.zeros([8, 16]), np.zeros([16, 4])))
 * PlanCost.ofPlan(Compiler.compile(program)) // => { flops: 1024, transcendentals: 32, bytesAccessed: 896 }
 * ```
 *
 * @category analysis
 * @since 0.1.0
 */
export const ofPlan = (plan: Plan): Cost =>
  plan.kernels.reduce((sum, kernel) => added(sum, ofKernel(plan, kernel)), nothing)
