/**
 * The operations that combine two elements.
 */
import * as DType from "effax/DType"
import type { BinaryOp } from "../../ScalarOp.ts"
import { integerRange, type Scalar } from "../scalar.ts"

/**
 * The scalar operations that combine elements into one: they are associative but for rounding, and have an
 * identity. Reductions, scatters and running combinations name them in the same way.
 *
 * @category models
 * @since 0.1.0
 */
export type Combiner = Extract<BinaryOp, "add" | "mul" | "min" | "max" | "and" | "or">

/** The combiners of numbers. @category models @since 0.1.0 */
export type NumericCombiner = Exclude<Combiner, "and" | "or">

const least = (dtype: DType.DType): Scalar => DType.isInteger(dtype) ? integerRange(dtype)[0] : -Infinity
const largest = (dtype: DType.DType): Scalar => DType.isInteger(dtype) ? integerRange(dtype)[1] : Infinity

/** The result of a combiner over no elements. */
export const identity: { readonly [C in Combiner]: (dtype: DType.DType) => Scalar } = {
  add: () => 0,
  mul: () => 1,
  max: least,
  min: largest,
  and: (dtype) => dtype === "bool" ? true : DType.isUnsigned(dtype) ? integerRange(dtype)[1] : -1,
  or: (dtype) => dtype === "bool" ? false : 0
}
