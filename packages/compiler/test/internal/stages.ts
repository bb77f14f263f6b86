/**
 * The text of a function after two stages that follow each other.
 */
import * as Compiler from "@effax/compiler/Compiler"
import type { NdArray } from "effax"
import { trace } from "../support.ts"

export const around = (
  stage: string,
  f: (...xs: Array<NdArray.Any>) => unknown,
  ...args: ReadonlyArray<NdArray.Any>
): { readonly before: string; readonly after: string } => {
  const texts = Object.entries(Compiler.stages(trace(f, ...args)))
  const at = texts.findIndex(([name]) => name === stage)
  return { before: texts[at - 1]![1], after: texts[at]![1] }
}
