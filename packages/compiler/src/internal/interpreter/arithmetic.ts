/**
 * Application of scalar operations to JavaScript values: numbers, bigints of 64-bit integers, booleans.
 */
import * as DType from "effax/DType"
import { roundFloat, type Scalar, wrapInteger } from "../scalar.ts"
import { type Row, type ScalarOpName, scalarOps } from "../scalarOps.ts"

/** `op(x, y)`, or `op(x)`, rounded to the dtype of the operands; a predicate gives a boolean. */
export const apply = (op: ScalarOpName, dtype: DType.DType, x: Scalar, y: Scalar = x): Scalar => {
  const { meaning }: Row = scalarOps[op]
  if (typeof meaning === "function") return meaning(x, y)
  if (dtype === "bool" && meaning.bool !== undefined) return meaning.bool(x as boolean, y as boolean)
  if (DType.isInteger(dtype) && meaning.integer !== undefined) {
    const width = BigInt(8 * DType.itemSize(dtype))
    return wrapInteger(meaning.integer(BigInt(x), BigInt(y), width), dtype)
  }
  if (DType.isFloating(dtype) && meaning.float !== undefined) {
    return roundFloat(meaning.float(x as number, y as number, dtype), dtype)
  }
  throw new Error(`${op} has no meaning for ${dtype}`)
}
