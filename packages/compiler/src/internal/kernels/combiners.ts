/**
 * The operations that combine two elements.
 */
import * as DType from "effax/DType"
import type { BinaryOp } from "../../ScalarOp.ts"
import { integerRange, type Scalar } from "../scalar.ts"

/** The scalar operation of each combiner that takes two elements and gives one. @category combiners @since 0.1.0 */
export const binaryOf = {
  sum: "add",
  product: "mul",
  max: "max",
  min: "min",
  and: "and",
  or: "or"
} as const satisfies { readonly [combiner: string]: BinaryOp }

const least = (dtype: DType.DType): Scalar => DType.isInteger(dtype) ? integerRange(dtype)[0] : -Infinity
const largest = (dtype: DType.DType): Scalar => DType.isInteger(dtype) ? integerRange(dtype)[1] : Infinity

/** The result of a combiner over no elements. */
export const identity: { readonly [C in keyof typeof binaryOf]: (dtype: DType.DType) => Scalar } = {
  sum: () => 0,
  product: () => 1,
  max: least,
  min: largest,
  and: (dtype) => dtype === "bool" ? true : DType.isUnsigned(dtype) ? integerRange(dtype)[1] : -1,
  or: (dtype) => dtype === "bool" ? false : 0
}
