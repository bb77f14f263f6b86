/**
 * Building blocks for the costs of primitives. Arithmetic is counted as in XLA's analysis (hlo_cost_analysis.cc); bytes
 * are given where an operand is not read in full.
 */
import * as aval from "../../Aval.ts"
import type { Cost, CostContext } from "../../Primitive.ts"
import type { Program } from "./program.ts"

type Count = (context: CostContext) => number

export const outputElements: Count = ({ outputs }) => aval.size(outputs[0]!)

export const arithmetic: Cost<unknown> = { flops: outputElements }
export const transcendental: Cost<unknown> = { transcendentals: outputElements }
export const movement: Cost<unknown> = {}

const outputBytes = ({ outputs }: CostContext): number => outputs.reduce((sum, of) => sum + aval.byteLength(of), 0)
export const sum = (xs: ReadonlyArray<number>): number => xs.reduce((a, b) => a + b, 0)

/** Reads as much of the first operand as it writes, and reads the other operands, which give the positions, in full. */
export const window: Cost<unknown> = {
  bytes: (operands) => 2 * outputBytes(operands) + sum(operands.inputBytes.slice(1))
}

/** The cost of a scatter: windows of the array are read and written; updates and positions are read. */
export const scattering = (flops: boolean): Cost<unknown> => ({
  ...(flops ? { flops: ({ inputs }) => aval.size(inputs[2]!) } : {}),
  bytes: ({ inputBytes, inputs }) => 2 * aval.byteLength(inputs[2]!) + sum(inputBytes.slice(1))
})

/** Each group of n elements takes n - 1 combinations. */
export const reduction: Cost<unknown> = {
  flops: ({ inputs, outputs }) => Math.max(0, aval.size(inputs[0]!) - aval.size(outputs[0]!))
}

/** The number of multiplications in exponentiation by squaring. */
export const powerSteps = (exponent: number): number => {
  const magnitude = Math.abs(exponent)
  const bits = magnitude.toString(2)
  const multiplications = magnitude < 2 ? 0 : bits.length - 1 + bits.replaceAll("0", "").length - 1
  return multiplications + (exponent < 0 ? 1 : 0)
}

/** Accesses no memory except through its nested Programs. */
export const nothing: Cost<unknown> = { bytes: () => 0 }

/** Runs one Program once. */
export const calling = <P>(program: (params: P) => Program): Cost<P> => ({
  ...nothing,
  runs: (params) => [{ program: program(params), times: 1 }]
})

/** One combination for each element except the first along the axis. */
export const running = ({ inputs }: CostContext, axis: number): number => {
  const [x] = inputs
  const length = x!.shape[axis]!
  return length === 0 ? 0 : aval.size(x!) - aval.size(x!) / length
}
