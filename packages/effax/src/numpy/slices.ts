/**
 * The parts of an index: positions, ranges, new axes.
 */
import { IndexError } from "../Errors.ts"
import type * as NdArray from "../NdArray.ts"

/**
 * A range of positions along an axis, as Python's `start:stop:step`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Slice<
  out Start extends number | undefined = number | undefined,
  out Stop extends number | undefined = number | undefined,
  out Step extends number = number
> {
  readonly _tag: "Slice"
  readonly start: Start
  readonly stop: Stop
  readonly step: Step
}

/**
 * A range of positions for {@link at} and {@link index}, as Python's `start:stop:step`.
 *
 * **Details**
 *
 * From `start` to before `stop`; negative positions count from the end, and what is left out is where the axis begins
 * or ends. Ranges beyond the ends are cut off.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * const x = np.arange(6)
 * np.index(x, np.slice(1, 4)) // => [1, 2, 3]
 * np.index(x, np.slice(-2)) // => [4, 5]
 * np.index(x, np.slice(undefined, undefined, -2)) // => [5, 3, 1]
 * ```
 *
 * @category indexing
 * @since 0.1.0
 */
export const slice = <
  const Start extends number | undefined = undefined,
  const Stop extends number | undefined = undefined,
  const Step extends number = 1
>(start?: Start, stop?: Stop, step: Step = 1 as Step): Slice<NoInfer<Start>, NoInfer<Stop>, NoInfer<Step>> => {
  for (const value of [start, stop, step]) {
    if (value !== undefined && !Number.isInteger(value)) {
      throw new IndexError({
        operation: "slice",
        message: `slice: bounds and step must be whole numbers, got ${value}`
      })
    }
  }
  if (step === 0) throw new IndexError({ operation: "slice", message: "slice: the step must not be 0" })
  return { _tag: "Slice", start, stop, step } as Slice<Start, Stop, Step>
}

/**
 * All axes that the other entries of an index leave.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.index(np.ones([2, 3, 4]), [np.ellipsis, 0]).shape // => [2, 3]
 * ```
 *
 * @category indexing
 * @since 0.1.0
 */
export const ellipsis = "..." as const

/**
 * A new axis of length 1.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.index(np.ones([2, 3]), [np.newaxis, 0]).shape // => [1, 3]
 * ```
 *
 * @category indexing
 * @since 0.1.0
 */
export const newaxis = null

/**
 * One entry of an index: a position, a range, an integer array of positions, a new axis, or the ellipsis.
 *
 * @category models
 * @since 0.1.0
 */
export type Entry = number | Slice | NdArray.Any | ReadonlyArray<number> | typeof newaxis | typeof ellipsis

/** An index: one entry, or a list with one for each axis from the first on. @category models @since 0.1.0 */
export type Index = NdArray.Any | Slice | number | typeof newaxis | typeof ellipsis | ReadonlyArray<Entry>
