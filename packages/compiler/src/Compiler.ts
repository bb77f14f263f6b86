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
import { type Steps, toEnd } from "effax/DriverKit"
import type { Program } from "effax/Program"
import { inline } from "./internal/1-inline/inline.ts"
import { lowerComplex } from "./internal/2-lowerComplex/lowerComplex.ts"
import { simplify } from "./internal/3-simplify/simplify.ts"
import { cse } from "./internal/4-cse/cse.ts"
import { dce } from "./internal/5-dce/dce.ts"
import { decompose } from "./internal/6-decompose/decompose.ts"
import * as op from "./internal/6-decompose/loopOp.ts"
import { fuse, type Fused } from "./internal/7-fuse/fuse.ts"
import { schedule } from "./internal/8-schedule/schedule.ts"
import { bufferize } from "./internal/9-bufferize/bufferize.ts"
import { planning, withDefaults } from "./internal/pipeline.ts"
import * as region from "./internal/region.ts"
import type { Buffer, Plan } from "./Plan.ts"
import * as PlanPrinter from "./PlanPrinter.ts"

export { LoweringError } from "./internal/loweringError.ts"

/**
 * The demands of a device on its Plans.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  /** About how many instructions the bodies of one kernel may have; 256 unless told. */
  readonly maxInstructions?: number | undefined
  /** How many buffers one kernel may load from and store to; 32 unless told. */
  readonly maxBuffers?: number | undefined
  /** Whether long sums of float32 are finished in float64, as they are unless told. */
  readonly wideAccumulator?: boolean | undefined
  /** How many elements one array may have; 2^32 unless told, as positions have 32 bits. */
  readonly maxElements?: number | undefined
  /** How many points the iteration space of one kernel may have; any number unless told. */
  readonly maxPoints?: number | undefined
}

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
 * The same in steps, between which other fibers can run: see `DriverKit.inSlices`.
 *
 * @category compilation
 * @since 0.1.0
 */
export const compiling = (program: Program, options?: Options): Steps<Plan> => planning(program, withDefaults(options))

/** Kernels before their temporaries have places, as a Plan to print. */
const unplaced = ({ inputs, kernels, outputs, storages }: Omit<Fused, "keys">): Plan => ({
  buffers: storages.map(({ dtype, elements, input, output }): Buffer => ({
    dtype,
    elements,
    location: input !== undefined
      ? { _tag: "Input", index: input }
      : output !== undefined
      ? { _tag: "Output", index: output }
      : { _tag: "Temporary", offset: 0 }
  })),
  kernels,
  inputs,
  outputs,
  arena: 0
})

/**
 * The text of every stage, in order: what the Program looks like after it.
 *
 * @category formatting
 * @since 0.1.0
 */
export const stages = (program: Program, options?: Options): { readonly [stage: string]: string } => {
  const inlined = inline(program)
  const real = lowerComplex(inlined)
  const simplified = simplify(real)
  const unique = cse(simplified)
  const live = dce(unique)
  const decomposed = decompose(live)
  const fused = fuse(decomposed, withDefaults(options))
  const scheduled = schedule(fused)
  return {
    inline: region.print(inlined),
    lowerComplex: region.print(real),
    simplify: region.print(simplified),
    cse: region.print(unique),
    dce: region.print(live),
    decompose: op.print(decomposed),
    fuse: PlanPrinter.format(unplaced(fused)),
    schedule: PlanPrinter.format(unplaced(scheduled)),
    bufferize: PlanPrinter.format(bufferize(scheduled))
  }
}
