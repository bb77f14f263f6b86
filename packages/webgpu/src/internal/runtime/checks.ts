/**
 * Refusing what the device can't do, by the name of the operation: dtypes it does not have, and kernels of more arrays than
 * it binds.
 */
import { kernelDTypes, nestedPlans, type Plan } from "@effax/compiler/Plan"
import { type DType, isComplex, realOf } from "effax/DType"
import type { Program } from "effax/Program"
import { dtypes, laneDtypes } from "../wgsl/lanes.ts"
import type { Generated } from "../wgsl/module.ts"
import { failures } from "./failures.ts"

/** The kernel and the dtype that is missing, if there is one. */
const findIn = (plan: Plan): { readonly operation: string; readonly dtype: DType } | undefined => {
  for (const kernel of plan.kernels) {
    for (const inner of nestedPlans(kernel)) {
      const found = findIn(inner)
      if (found !== undefined) return found
    }
    const dtype = kernelDTypes(kernel).find((one) => !laneDtypes.has(one))
    if (dtype !== undefined) return { operation: kernel.name, dtype }
  }
  const buffer = plan.buffers.find(({ dtype }) => !laneDtypes.has(dtype))
  return buffer === undefined ? undefined : { operation: "result", dtype: buffer.dtype }
}

/** Whether a dtype of a Program is the one that its Plan has and the device has not, or complex numbers made of it. */
const isMissing = (dtype: DType, missing: DType): boolean =>
  dtype === missing || isComplex(dtype) && realOf(dtype) === missing

/** Throws an `UnsupportedDTypeError` where a Plan has a dtype that the device has not. */
export const checkDtypes = (program: Program, plan: Plan): void => {
  const found = findIn(plan)
  if (found === undefined) return
  // the user's own operation, where it is in the outermost Program
  for (const { outputs, primitive } of program.equations) {
    const output = outputs.find(({ aval: { dtype } }) => isMissing(dtype, found.dtype))
    if (output !== undefined) throw failures.unsupportedDType(primitive.name, output.aval.dtype, dtypes)
  }
  throw failures.unsupportedDType(found.operation, found.dtype, dtypes)
}

/** Throws an `UnsupportedError` where a shader has more arrays than can be bound. */
export const checkBindings = (
  { dispatches }: Generated,
  { maxStorageBuffersPerShaderStage }: GPUSupportedLimits
): void => {
  for (const { bindings, label } of dispatches) {
    if (bindings.length <= maxStorageBuffersPerShaderStage) continue
    throw failures.unsupported(
      label,
      `it reads and writes ${bindings.length} arrays, and this GPU binds ${maxStorageBuffersPerShaderStage} at once`
    )
  }
}
