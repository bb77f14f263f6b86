/**
 * Sums of products of operands of one dtype, and diagonals.
 */
import type * as DType from "../DType.ts"
import { checkDType, checkOptions, type Known } from "../internal/arguments/options.ts"
import * as node from "../internal/graph/node.ts"
import type * as NdArray from "../NdArray.ts"
import { dotGeneral } from "../primitive/contraction.ts"
import * as elementwise from "../primitive/elementwise.ts"
import * as structural from "../primitive/structural.ts"

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

/** Options of contractions. @category models @since 0.1.0 */
export interface ContractionOptions<P extends DType.DType = DType.DType> {
  /** The dtype of products and sums, and of the result. */
  readonly preferredElementType?: P
}

export const knownOfContraction: Known<ContractionOptions> = { preferredElementType: true }

/** The dtype that products and sums are to have, if one was named. */
export const preferredOf = (operation: string, options: ContractionOptions): DType.DType | undefined => {
  const { preferredElementType } = checkOptions(operation, options, knownOfContraction)
  if (preferredElementType !== undefined) checkDType(operation, preferredElementType)
  return preferredElementType
}

/** A diagonal of the last two axes. */
export const diagonalOfLast = (x: NdArray.Any, offset: number): NdArray.Any => {
  const rank = x.shape.length
  const [rows, columns] = x.shape.slice(-2) as [number, number]
  const [top, left] = [Math.min(rows, Math.max(0, -offset)), Math.min(columns, Math.max(0, offset))]
  const length = Math.max(0, Math.min(rows - top, columns - left))
  const part = structural.sliceAxis(structural.sliceAxis(x, rank - 2, top, top + length), rank - 1, left, left + length)
  // rows of length + 1 in the flattened square put the diagonal in one column
  const flat = structural.reshape(part, [...x.shape.slice(0, -2), length * length])
  const padded = structural.pad(flat, node.literal(x.dtype === "bool" ? false : 0, x.dtype), [
    ...x.shape.slice(0, -2).map(() => [0, 0, 0] as const),
    [0, length, 0] as const
  ])
  const table = structural.reshape(padded, [...x.shape.slice(0, -2), length, length + 1])
  return structural.reshape(structural.sliceAxis(table, rank - 1, 0, Math.min(1, length + 1)), [
    ...x.shape.slice(0, -2),
    length
  ])
}
