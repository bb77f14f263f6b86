import type { Sort } from "@effax/compiler/Plan"
import type { EmitKernel } from "./kernel.ts"
export const emitSort: EmitKernel<Sort> = () => {
  throw new Error("pending")
}
