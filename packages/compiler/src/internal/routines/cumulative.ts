/**
 * Running sums, products and extremes along an axis.
 */
import type { DType } from "effax/DType"
import { format as list } from "effax/Shape"
import type { NumericCombiner } from "../kernels/combiners.ts"
import { dtypeText } from "../kernels/text.ts"
import type { Scalar } from "../scalar.ts"
import { elementsOf, type Lines, linesOf, type RoutineSpec } from "./routine.ts"

/**
 * Running combination along one axis of `[outer, length, inner]`: one input, one output.
 *
 * @category routines
 * @since 0.1.0
 */
export interface CumulativeParams extends Lines {
  readonly combiner: NumericCombiner
  readonly dtype: DType
  /** Starts at the end. */
  readonly reverse: boolean
}

export const cumulative: RoutineSpec<CumulativeParams> = {
  operands: (params) => {
    const operand = { dtype: params.dtype, elements: elementsOf(params) }
    return { inputs: [operand], outputs: [operand], scratch: [] }
  },
  problems: () => [],
  extents: ({ inner, length, outer }) => list([outer, length, inner]),
  text: ({ combiner, dtype, reverse }) => `${reverse ? "reverse " : ""}${combiner}:${dtypeText(dtype)}`,
  flops: elementsOf,
  run: (params, { inputs: [input], outputs: [output] }, machine) => {
    const { combiner, dtype, length, reverse } = params
    for (const position of linesOf(params)) {
      let total: Scalar | undefined
      for (let step = 0; step < length; step++) {
        const at = position(reverse ? length - 1 - step : step)
        const x = machine.get(input!, at)
        total = total === undefined ? x : machine.apply(combiner, total, x, dtype)
        machine.set(output!, at, total)
      }
    }
  }
}
