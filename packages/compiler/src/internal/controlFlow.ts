/**
 * Operations that hold regions: `while`, which scans and while loops become, and `case`.
 */
import type { Params } from "effax/Primitive"
import type { Operation, Region, RegionBuilder, Type, Value } from "./region.ts"

/**
 * Parameters of `while`. Operands: constants, initial carry, arrays whose axis 0 is walked along. The body takes constants,
 * carry and one slice of each array to the next carry and one slice of each stacked result. Results: last carry, stacked
 * results.
 */
export interface WhileParams extends Params {
  readonly body: Region
  /** At most so many steps; `null` for as many as the condition wants. */
  readonly steps: number | null
  /** The number of the carry, a bool, without which no further step is taken; there are then no arrays to walk along. */
  readonly condition: number | null
  readonly numConsts: number
  readonly numCarry: number
  readonly reverse: boolean
  /** How many steps are wanted as one. */
  readonly unroll: number
  /** The primitive that it was, for the names of kernels. */
  readonly origin: string
}

/** Parameters of `case`. Operands: an int32 scalar that picks the branch (clamped into range), then those of all branches. */
export interface CaseParams extends Params {
  readonly branches: ReadonlyArray<Region>
}

export const addWhile = (
  builder: RegionBuilder,
  params: WhileParams,
  inputs: ReadonlyArray<Value>,
  types: ReadonlyArray<Type>
): ReadonlyArray<Value> => builder.operation("while", params, inputs, types)

export const addCase = (
  builder: RegionBuilder,
  params: CaseParams,
  inputs: ReadonlyArray<Value>,
  types: ReadonlyArray<Type>
): ReadonlyArray<Value> => builder.operation("case", params, inputs, types)

/** An operation as the control flow that it is. */
export type ControlFlow =
  | { readonly name: "while"; readonly params: WhileParams }
  | { readonly name: "case"; readonly params: CaseParams }

export const controlFlowOf = ({ name, params }: Operation): ControlFlow | undefined =>
  name === "while"
    ? { name, params: params as WhileParams }
    : name === "case"
    ? { name, params: params as CaseParams }
    : undefined

/** The regions that an operation holds. */
export const regionsOf = (operation: Operation): ReadonlyArray<Region> => {
  const flow = controlFlowOf(operation)
  return flow === undefined ? [] : flow.name === "while" ? [flow.params.body] : flow.params.branches
}

/** The operation's parameters with other regions in place of its own. */
export const mapRegions = (operation: Operation, f: (region: Region) => Region): Params => {
  const flow = controlFlowOf(operation)
  return flow === undefined
    ? operation.params
    : flow.name === "while"
    ? { ...flow.params, body: f(flow.params.body) }
    : { branches: flow.params.branches.map(f) }
}
