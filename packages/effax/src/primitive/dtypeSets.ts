/**
 * The sets of dtypes that primitives accept.
 */
import * as DType from "../DType.ts"

export type DTypes = ReadonlySet<DType.DType>

const where = (test: (d: DType.DType) => boolean): DTypes => new Set(DType.all.filter(test))

export const anyDType: DTypes = where(() => true)
export const numeric: DTypes = where((d) => d !== "bool")
export const real: DTypes = where((d) => !DType.isComplex(d))
export const realNumeric: DTypes = where((d) => d !== "bool" && !DType.isComplex(d))
export const inexact: DTypes = where(DType.isInexact)
export const floating: DTypes = where(DType.isFloating)
/** Complex dtypes, and the dtypes of their parts. */
export const complexes: DTypes = where(DType.isComplex)
export const partsOfComplex: DTypes = new Set<DType.DType>(["float32", "float64"])
export const integral: DTypes = where(DType.isInteger)
export const bitwise: DTypes = where((d) => d === "bool" || DType.isInteger(d))
