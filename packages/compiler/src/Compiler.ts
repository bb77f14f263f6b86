/**
 * From Programs to Plans.
 *
 * **Details**
 *
 * The pipeline is `inline, lowerComplex, simplify, cse, dce, decompose, fuse, schedule, bufferize`; each stage is a pure
 * function in a folder of its own. The bodies of control flow go through it by themselves, and become Plans inside of
 * kernels. It takes time proportional to the number of equations, and nothing in it recurs as deep as the graph is.
 *
 * @since 0.1.0
 */
import { type Steps, toEnd } from "effax/Backend"
import type { Program } from "effax/Program"
import type { Options } from "./internal/options.ts"
import { compilation, stageOptions } from "./internal/stages.ts"
import type { Plan } from "./Plan.ts"

export { LoweringError } from "./internal/loweringError.ts"
export type { Options } from "./internal/options.ts"

/**
 * Compiles a verified Program. Captures, if it has some, are its first inputs.
 *
 * **Details**
 *
 * Throws a {@link LoweringError} for what no kernel can compute: the bits of complex numbers, for example, axes of 2^31
 * elements and more, a Program that inlining and unrolling make more than 2^21 operations of, and what is beyond the
 * device's limits. Nothing in a Plan wraps.
 *
 * @category compilation
 * @since 0.1.0
 */
export const compile = (program: Program, options?: Options): Plan => toEnd(compiling(program, options))

/**
 * The same in steps, between which other fibers can run: see `Backend.inSlices`.
 *
 * @category compilation
 * @since 0.1.0
 */
export const compiling = (program: Program, options?: Options): Steps<Plan> =>
  compilation.run(program, stageOptions(options))

/**
 * The text of every form of a Program, by the stage that makes it, in order; the Program itself comes first.
 *
 * @category formatting
 * @since 0.1.0
 */
export const stages = (program: Program, options?: Options): { readonly [stage: string]: string } => {
  const texts: { [stage: string]: string } = {}
  toEnd(compilation.run(program, stageOptions(options), ({ name, print }, form) => {
    texts[name] = print(form as never)
  }))
  return texts
}
