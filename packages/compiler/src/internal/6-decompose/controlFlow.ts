/**
 * Control flow as loop operations that become kernels with Plans of their own, and calls of the host.
 */
import type { CaseParams, WhileParams } from "../controlFlow.ts"
import type { LoopBuilder } from "./builder.ts"
import type { LoopOp } from "./loopOp.ts"
import type { Lowering } from "./lowering.ts"

/** Operands are in memory: numbers are written there first. */
const inMemory = (b: LoopBuilder, inputs: ReadonlyArray<LoopOp>): ReadonlyArray<LoopOp> => {
  const { origin } = b
  b.origin = ""
  const stored = inputs.map((x) => x.action.kind === "literal" ? b.copy(x) : x)
  b.origin = origin
  return stored
}

const whileLoop: Lowering = (b, { inputs, outputs, params }) => {
  const { body, condition, numCarry, numConsts, origin, reverse, steps } = params as WhileParams
  const operands = inMemory(b, inputs)
  b.origin = origin
  return b.several(
    { kind: "while", body, steps, condition, reverse, constants: numConsts, carries: numCarry, results: outputs },
    operands
  )
}

const caseOf: Lowering = (b, { inputs, outputs, params }) => {
  const operands = inMemory(b, inputs)
  b.origin = "cond"
  return b.several({ kind: "case", branches: (params as CaseParams).branches, results: outputs }, operands)
}

/** The call is made whenever what it hands on is wanted; there is no value of it. */
const debugCallback: Lowering = (b, { inputs, params }) => {
  const { callback, passed } = params as { readonly callback: number; readonly passed: number }
  b.call({ kind: "callback", callback, results: [] }, inMemory(b, inputs.slice(passed)))
  return inputs.slice(0, passed)
}

const pureCallback: Lowering = (b, { inputs, outputs, params }) =>
  b.several({ kind: "callback", callback: params["callback"] as number, results: outputs }, inMemory(b, inputs))

export const controlFlow = {
  while: whileLoop,
  case: caseOf,
  debug_callback: debugCallback,
  pure_callback: pureCallback
} as const satisfies { readonly [operation: string]: Lowering }
