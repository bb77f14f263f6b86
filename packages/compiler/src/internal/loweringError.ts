/**
 * Why a Program has no Plan.
 */
import type { DType } from "effax/DType"

/**
 * An operation that no kernel can compute: no device has lanes for its dtype, or no kernel of the kind exists.
 *
 * @category errors
 * @since 0.1.0
 */
export class LoweringError extends Error {
  readonly _tag = "LoweringError"
  /** The primitive's name. */
  readonly operation: string
  /** The dtype that is the reason; `undefined` if the operation itself is. */
  readonly dtype: DType | undefined

  constructor(operation: string, dtype?: DType) {
    super(
      dtype === undefined
        ? `${operation}: no kernel computes this operation`
        : `${operation}: no kernel computes with ${dtype}`
    )
    this.operation = operation
    this.dtype = dtype
  }
}
