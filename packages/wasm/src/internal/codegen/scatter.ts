import type { Scatter } from "@effax/compiler/Plan"
import type { EmitKernel } from "./kernel.ts"
export const emitScatter: EmitKernel<Scatter> = () => {
  throw new Error("pending")
}
