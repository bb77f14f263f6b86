/**
 * Control flow as loop operations that become kernels with Plans of their own, and calls of the host.
 */
import type { LoopBuilder } from "./builder.ts"
import type { LoopOp } from "./loopOp.ts"
import type { Lowering, Lowerings } from "./lowering.ts"

/** Operands are in memory: numbers are written there first. */
const inMemory = (b: LoopBuilder, inputs: ReadonlyArray<LoopOp>): ReadonlyArray<LoopOp> => {
  const { origin } = b
  b.origin = ""
  const stored = inputs.map((x) => x.action.kind === "literal" ? b.copy(x) : x)
  b.origin = origin
  return stored
}

const whileLoop: Lowering<"while"> = (b, { inputs, outputs, params }) => {
  const { body, condition, numCarry, numConsts, origin, reverse, steps } = params
  const operands = inMemory(b, inputs)
  b.origin = origin
  return b.several(
    { kind: "while", body, steps, condition, reverse, constants: numConsts, carries: numCarry, results: outputs },
    operands
  )
}

const caseOf: Lowering<"case"> = (b, { inputs, outputs, params }) => {
  const operands = inMemory(b, inputs)
  b.origin = "cond"
  return b.several({ kind: "case", branches: params.branches, results: outputs }, operands)
}

/** The call is made whenever what it hands on is wanted; there is no value of it. */
const debugCallback: Lowering<"debug_callback"> = (b, { inputs, params }) => {
  const { callback, passed } = params
  b.call({ kind: "callback", callback, results: [] }, inMemory(b, inputs.slice(passed)))
  return inputs.slice(0, passed)
}

const pureCallback: Lowering<"pure_callback"> = (b, { inputs, outputs, params }) =>
  b.several({ kind: "callback", callback: params.callback, results: outputs }, inMemory(b, inputs))

export const controlFlow = {
  while: whileLoop,
  case: caseOf,
  debug_callback: debugCallback,
  pure_callback: pureCallback
} as const satisfies Lowerings
