import type { Cumulative } from "@effax/compiler/Plan"
import type { EmitKernel } from "./kernel.ts"
export const emitCumulative: EmitKernel<Cumulative> = () => {
  throw new Error("pending")
}
