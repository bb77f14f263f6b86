/**
 * Primitives that hold Programs.
 */
import type { CustomJvpParams, CustomVjpParams, JitParams } from "effax/primitive/params"
import type { HigherOrder } from "../kernel.ts"

const jit: HigherOrder<JitParams> = {
  programs: ({ jaxpr }) => [jaxpr],
  call: (inputs, { jaxpr }, run) => run(jaxpr, inputs)
}

const custom: HigherOrder<CustomJvpParams | CustomVjpParams> = {
  programs: ({ callJaxpr }) => [callJaxpr],
  call: (inputs, { callJaxpr }, run) => run(callJaxpr, inputs)
}

export const callRules = { jit, custom_jvp_call: custom, custom_vjp_call: custom }
