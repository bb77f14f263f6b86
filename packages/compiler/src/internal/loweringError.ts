/**
 * Why a Program has no Plan.
 */
import type { DType } from "effax/DType"

/**
 * An operation that no kernel can compute: no device has lanes for its dtype, no kernel of the kind exists, or it is
 * larger than kernels can count.
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

  /** @param reason why it has no Plan; found from the dtype unless given */
  constructor(
    operation: string,
    dtype?: DType,
    reason = dtype === undefined ? "no kernel computes this operation" : `no kernel computes with ${dtype}`
  ) {
    super(`${operation}: ${reason}`)
    this.operation = operation
    this.dtype = dtype
  }
}
