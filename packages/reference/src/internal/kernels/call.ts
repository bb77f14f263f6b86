/**
 * Primitives that hold Programs.
 */
import type { JitParams } from "effax/primitive/params"
import type { HigherOrder } from "../kernel.ts"

const jit: HigherOrder<JitParams> = {
  programs: ({ jaxpr }) => [jaxpr],
  call: (inputs, { jaxpr }, run) => run(jaxpr, inputs)
}

export const callRules = { jit }
