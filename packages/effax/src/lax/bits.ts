/**
 * Comparison, logic and bits. Operands of two have one dtype and one shape; scalars and axes of length 1 are broadcast.
 */
import * as primitive from "../primitive/elementwise.ts"
import { type Binary, binary, type Comparison, type Test, type Unary, unary } from "./signatures.ts"

/** Whether `x = y`, of any dtype. @category comparison @since 0.1.0 */
export const eq: Comparison = binary("eq", primitive.eq)
/** Whether `x` and `y` differ, of any dtype. @category comparison @since 0.1.0 */
export const ne: Comparison = binary("ne", primitive.ne)
/** Whether `x < y`, of any dtype but complex ones. @category comparison @since 0.1.0 */
export const lt: Comparison = binary("lt", primitive.lt)
/** Whether `x <= y`, of any dtype but complex ones. @category comparison @since 0.1.0 */
export const le: Comparison = binary("le", primitive.le)
/** Whether `x > y`, of any dtype but complex ones. @category comparison @since 0.1.0 */
export const gt: Comparison = binary("gt", primitive.gt)
/** Whether `x >= y`, of any dtype but complex ones. @category comparison @since 0.1.0 */
export const ge: Comparison = binary("ge", primitive.ge)
/** Whether floating-point elements are neither NaN nor infinite. @category comparison @since 0.1.0 */
export const isFinite: Test = unary("isFinite", primitive.isFinite)
/** The bits that both have, of integers and bool. @category bits @since 0.1.0 */
export const bitwiseAnd: Binary = binary("bitwiseAnd", primitive.and)
/** The bits that one of both has, of integers and bool. @category bits @since 0.1.0 */
export const bitwiseOr: Binary = binary("bitwiseOr", primitive.or)
/** The bits that exactly one of both has, of integers and bool. @category bits @since 0.1.0 */
export const bitwiseXor: Binary = binary("bitwiseXor", primitive.xor)
/** All bits inverted, of integers and bool. @category bits @since 0.1.0 */
export const bitwiseNot: Unary = unary("bitwiseNot", primitive.not)
/** Bits of integers moved to the left; shifts of the dtype's width or more give 0. @category bits @since 0.1.0 */
export const shiftLeft: Binary = binary("shiftLeft", primitive.shiftLeft)
/** Bits of integers moved to the right, with zeros from the left; shifts of the width or more give 0. @category bits @since 0.1.0 */
export const shiftRightLogical: Binary = binary("shiftRightLogical", primitive.shiftRightLogical)
/** Bits of integers moved to the right, with copies of the sign from the left. @category bits @since 0.1.0 */
export const shiftRightArithmetic: Binary = binary("shiftRightArithmetic", primitive.shiftRightArithmetic)
/** The number of bits of integers that are set. @category bits @since 0.1.0 */
export const populationCount: Unary = unary("populationCount", primitive.populationCount)
/** The number of leading zero bits of integers. @category bits @since 0.1.0 */
export const clz: Unary = unary("clz", primitive.clz)
