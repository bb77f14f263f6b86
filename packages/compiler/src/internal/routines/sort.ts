/**
 * Stable sorts by several keys.
 */
import type { DType } from "effax/DType"
import { format as list } from "effax/Shape"
import type { Machine } from "../kernels/kernel.ts"
import type { BufferId } from "../kernels/parts.ts"
import { elementsOf, type Lines, linesOf, type RoutineSpec } from "./routine.ts"

/**
 * A stable sort along the middle axis of `[outer, length, inner]` arrays, by the first `keys` of them. Floats: NaN last,
 * -0 equal to 0. The scratch buffer has room for two permutations.
 *
 * @category routines
 * @since 0.1.0
 */
export interface SortParams extends Lines {
  readonly keys: number
  /** The dtype of each operand. */
  readonly dtypes: ReadonlyArray<DType>
}

/** Whether the element at one position of a key comes before, with, or after that at another. */
const compare = (machine: Machine, key: BufferId, a: number, b: number): number => {
  const [x, y] = [machine.get(key, a), machine.get(key, b)]
  const [p, q] = [Number.isNaN(x), Number.isNaN(y)]
  return p !== q ? (p ? 1 : -1) : x < y ? -1 : x > y ? 1 : 0
}

export const sort: RoutineSpec<SortParams> = {
  operands: (params) => {
    const elements = elementsOf(params)
    const operands = params.dtypes.map((dtype) => ({ dtype, elements }))
    return { inputs: operands, outputs: operands, scratch: [{ dtype: "uint32", elements: 2 * elements }] }
  },
  problems: ({ dtypes, keys }) => keys < 1 || keys > dtypes.length ? [`${keys} keys`] : [],
  extents: ({ inner, length, outer }) => list([outer, length, inner]),
  text: ({ keys }) => `by ${keys}`,
  flops: (params) => elementsOf(params) * Math.ceil(Math.log2(Math.max(1, params.length))),
  run: (params, { inputs, outputs }, machine) => {
    const keys = inputs.slice(0, params.keys)
    for (const position of linesOf(params)) {
      const order = Array.from({ length: params.length }, (_, i) => i).sort((a, b) => {
        for (const key of keys) {
          const sign = compare(machine, key, position(a), position(b))
          if (sign !== 0) return sign
        }
        return a - b
      })
      inputs.forEach((input, n) => {
        const values = order.map((at) => machine.get(input, position(at)))
        values.forEach((value, at) => machine.set(outputs[n]!, position(at), value))
      })
    }
  }
}
