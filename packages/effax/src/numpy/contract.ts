/**
 * Sums of products of operands of one dtype.
 */
import type * as DType from "../DType.ts"
import type * as NdArray from "../NdArray.ts"
import { dotGeneral } from "../primitive/contraction.ts"
import * as elementwise from "../primitive/elementwise.ts"

/** Booleans multiply as numbers and come back as truth. */
export const contract = (
  x: NdArray.Any,
  y: NdArray.Any,
  numbers: Partial<Parameters<typeof dotGeneral>[2]>,
  preferred: DType.DType | undefined
): NdArray.Any => {
  const dimensionNumbers = { lhsContracting: [], rhsContracting: [], lhsBatch: [], rhsBatch: [], ...numbers }
  if (x.dtype === "bool" && preferred !== undefined && preferred !== "bool") {
    return dotGeneral(elementwise.convert(x, preferred), elementwise.convert(y, preferred), dimensionNumbers)
  }
  return x.dtype === "bool"
    ? elementwise.ne(dotGeneral(elementwise.convert(x, "int32"), elementwise.convert(y, "int32"), dimensionNumbers), 0)
    : dotGeneral(x, y, dimensionNumbers, preferred ?? null)
}
