/**
 * Primitives that hold Programs.
 */
import type {
  CheckParams,
  CheckpointParams,
  CustomJvpParams,
  CustomLinearSolveParams,
  CustomVjpParams,
  JitParams
} from "effax/Primitives"
import type { HigherOrder } from "../kernel.ts"

const jit: HigherOrder<JitParams | CheckParams | CheckpointParams> = {
  programs: ({ jaxpr }) => [jaxpr],
  call: (inputs, { jaxpr }, run) => run(jaxpr, inputs)
}

const custom: HigherOrder<CustomJvpParams | CustomVjpParams> = {
  programs: ({ callJaxpr }) => [callJaxpr],
  call: (inputs, { callJaxpr }, run) => run(callJaxpr, inputs)
}

const solve: HigherOrder<CustomLinearSolveParams> = {
  programs: ({ solve }) => [solve],
  call(inputs, { constLengths: { matvec, solve: own, transposeSolve, vecmat }, solve }, run) {
    const before = matvec + vecmat
    return run(solve, [...inputs.slice(before, before + own), ...inputs.slice(before + own + transposeSolve)])
  }
}

export const callRules = {
  custom_linear_solve: solve,
  jit,
  check: jit,
  checkpoint: jit,
  custom_jvp_call: custom,
  custom_vjp_call: custom
}
