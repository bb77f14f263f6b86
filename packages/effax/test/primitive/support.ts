import * as Aval from "effax/Aval"
import type { DType } from "effax/DType"
import * as Errors from "effax/Errors"
import type * as NdArray from "effax/NdArray"
import * as node from "../../src/internal/graph/node.ts"

/** An array whose value does not matter. */
export const array = (dtype: DType, ...shape: ReadonlyArray<number>): NdArray.Any =>
  node.parameter(Aval.make(dtype, shape), { transformation: "test" })

export const f32 = (...shape: ReadonlyArray<number>): NdArray.Any => array("float32", ...shape)
export const i32 = (...shape: ReadonlyArray<number>): NdArray.Any => array("int32", ...shape)

/** JAX's notation of the result's type. */
export const typeOf = (x: NdArray.Any): string => Aval.format(x)

/** The tag and message of the construction error that a call throws. */
export const failure = (call: () => unknown): string => {
  try {
    call()
  } catch (error) {
    if (!Errors.isConstructionError(error)) throw error
    return `${error._tag}: ${error.message}`
  }
  throw new Error("the call did not throw")
}
