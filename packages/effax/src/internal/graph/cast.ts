/**
 * Arrays and scalars in another dtype.
 */
import * as DType from "../../DType.ts"
import { DTypeError } from "../../Errors.ts"
import { convert } from "../../primitive/elementwise.ts"
import * as node from "./node.ts"
import { asInteger, isPlain } from "./numbers.ts"
import { holds, literal, type Scalar } from "./scalars.ts"

/** Whether a literal of one dtype has the same value in another one, so that no conversion needs to be computed. */
const isExact = (value: Scalar, from: DType.DType, to: DType.DType): boolean =>
  typeof value === "boolean" ||
  (DType.isInteger(from) && (DType.isInteger(to) ? holds(to, value) : Number.isSafeInteger(Number(value))))

/**
 * An array in another dtype.
 *
 * Of a JavaScript scalar, and of an array of one integer that gives way to other dtypes, the dtype must have the value, as in
 * NumPy 2. Anything else is converted: integers wrap, and fractions are cut off.
 */
export const cast = (operation: string, x: node.Node, dtype: DType.DType, weak = false): node.Node => {
  const isSame = x.dtype === dtype && x.weak === weak
  if (x.source._tag === "Literal") {
    const { value } = x.source
    if (x.source.plain || x.weak && DType.isInteger(x.dtype)) {
      const checked = literal(operation, value, dtype, weak)
      return isSame ? x : checked
    }
    if (!isSame && (x.dtype === dtype || isExact(value, x.dtype, dtype))) {
      return literal(operation, value, dtype, weak)
    }
  }
  if (isSame) return x
  return node.nodeOf(convert(DType.isInteger(dtype) ? asInteger(operation, x) : x, dtype, weak))
}

/** Whether values of one dtype are more than rounded on their way into another one. */
const isLossy = (x: DType.Typed, dtype: DType.DType): boolean => {
  if (DType.isFloating(x.dtype) && DType.isInexact(dtype) || DType.isComplex(x.dtype) && DType.isComplex(dtype)) {
    return false
  }
  return DType.promoteTyped([x, { dtype, weak: false }]).dtype !== dtype
}

/**
 * Values that are written into an array, whose dtype stays what it is. An array that would lose its fractions or wrap is an
 * error, as a number is that does not fit.
 */
export const castInto = (operation: string, x: node.Node, dtype: DType.DType): node.Node => {
  if (!isPlain(x) && isLossy(x, dtype)) {
    throw new DTypeError({
      operation,
      message:
        `${operation}: values of ${x.dtype} do not fit an array of ${dtype}, whose dtype stays; convert them first, ` +
        `with \`np.astype(values, "${dtype}")\``
    })
  }
  return cast(operation, x, dtype)
}
