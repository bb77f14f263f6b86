/**
 * The form of the first stages: a Program without nested Programs, in which operands know what made them.
 */
import * as Aval from "effax/Aval"
import * as DType from "effax/DType"
import type { Params } from "effax/Primitive"
import type { ParamsOf, PrimitiveName } from "effax/Primitives"
import type { CompositeName } from "./1-inline/composites.ts"
import { keyOf, normalize, type Scalar } from "./scalar.ts"

/** An input, a scalar literal, or a result of an operation. */
export interface Value {
  /** Dense from 0 within a chain of stages, increasing in order of creation. */
  readonly id: number
  readonly dtype: DType.DType
  readonly shape: ReadonlyArray<number>
  readonly literal: Scalar | undefined
  /** What made it; `undefined` for inputs and literals. */
  readonly operation: Operation | undefined
}

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

/** Parameters of operations that are no primitives, or whose parameters are not the primitive's. */
export interface OwnParams {
  readonly while: WhileParams
  readonly case: CaseParams
  /** The position of a callback in the list of all, and how many of the operands are the results. */
  readonly debug_callback: { readonly callback: number; readonly passed: number }
  readonly pure_callback: { readonly callback: number }
}

/** Primitives that are no operations: inlining replaces them. */
type Inlined =
  | "jit"
  | "check"
  | "checkpoint"
  | "custom_linear_solve"
  | "custom_jvp_call"
  | "custom_vjp_call"
  | "cond"
  | "scan"

/** The name of an operation: of a primitive, or of the compiler's own. */
export type OperationName = Exclude<PrimitiveName, Inlined | CompositeName> | keyof OwnParams

/** The parameters of each operation. */
export type OperationParams = {
  readonly [N in OperationName]: N extends keyof OwnParams ? OwnParams[N]
    : N extends PrimitiveName ? ParamsOf<N>
    : never
}

/** An equation between values. */
export interface OperationOf<N extends OperationName> {
  readonly name: N
  readonly params: OperationParams[N]
  readonly inputs: ReadonlyArray<Value>
  readonly outputs: ReadonlyArray<Value>
}

export type Operation = OperationOf<OperationName>

/** Whether it is the operation of a name, whose parameters are then known. */
export const isOperation = <N extends OperationName>(
  operation: Operation | undefined,
  name: N
): operation is OperationOf<N> => operation?.name === name

/** Operations in order of evaluation. */
export interface Region {
  readonly inputs: ReadonlyArray<Value>
  readonly operations: ReadonlyArray<Operation>
  readonly results: ReadonlyArray<Value>
  /** The id that the next value will have. */
  readonly nextId: number
}

/** A region's operations once more, on other inputs: the values of its results. */
export const paste = (
  region: Region,
  inputs: ReadonlyArray<Value>,
  literal: (value: Value) => Value,
  make: (operation: Operation, inputs: ReadonlyArray<Value>) => ReadonlyArray<Value>
): ReadonlyArray<Value> => {
  const values = new Array<Value | undefined>(region.nextId)
  const read = (v: Value): Value => values[v.id] ??= literal(v)
  region.inputs.forEach((v, i) => values[v.id] = inputs[i]!)
  for (const operation of region.operations) {
    const made = make(operation, operation.inputs.map(read))
    operation.outputs.forEach((v, i) => values[v.id] = made[i]!)
  }
  return region.results.map(read)
}

/** Whether a parameter is a region. */
export const isRegion = (u: unknown): u is Region => typeof u === "object" && u !== null && "operations" in u

/** What is known of an operation's result before it has a name. */
export interface Type {
  readonly dtype: DType.DType
  readonly shape: ReadonlyArray<number>
}

/** Makes values and operations with fresh ids; equal literals are one value. */
export class RegionBuilder {
  readonly operations: Array<Operation> = []
  nextId: number
  readonly #literals = new Map<string, Value>()

  constructor(nextId = 0) {
    this.nextId = nextId
  }

  input(type: Type): Value {
    return { id: this.nextId++, dtype: type.dtype, shape: type.shape, literal: undefined, operation: undefined }
  }

  literal(value: Scalar, dtype: DType.DType): Value {
    const normal = normalize(value, dtype)
    const key = keyOf(normal, dtype)
    let found = this.#literals.get(key)
    if (found === undefined) {
      found = { id: this.nextId++, dtype, shape: [], literal: normal, operation: undefined }
      this.#literals.set(key, found)
    }
    return found
  }

  operation<N extends OperationName>(
    name: N,
    params: OperationParams[N],
    inputs: ReadonlyArray<Value>,
    types: ReadonlyArray<Type>
  ): ReadonlyArray<Value> {
    const outputs: Array<Value> = []
    const operation: OperationOf<N> = { name, params, inputs, outputs }
    for (const { dtype, shape } of types) {
      outputs.push({ id: this.nextId++, dtype, shape, literal: undefined, operation })
    }
    this.operations.push(operation)
    return outputs
  }

  /** A region's operations as operations of this one, on values of this one: the values of its results. */
  paste(region: Region, inputs: ReadonlyArray<Value>): ReadonlyArray<Value> {
    return paste(
      region,
      inputs,
      (v) => this.literal(v.literal!, v.dtype),
      ({ name, outputs, params }, operands) => this.operation(name, params, operands, outputs)
    )
  }
}

const indent = (text: string): string => text.replaceAll("\n", "\n  ")

const paramText = (value: unknown): string =>
  isRegion(value)
    ? `{\n  ${indent(print(value))}\n}`
    : Array.isArray(value)
    ? `(${value.map(paramText).join(",")})`
    : typeof value === "object" && value !== null
    ? `{${Object.entries(value).map(([k, v]) => `${k}=${paramText(v)}`).join(" ")}}`
    : String(value)

/** The region as text, one operation a line; the regions that it holds stand indented under it. */
export const print = (region: Region): string => {
  const names = new Map<Value, string>()
  const nameOf = (v: Value): string => {
    if (v.literal !== undefined) return `${Object.is(v.literal, -0) ? "-0" : v.literal}:${DType.abbreviation(v.dtype)}`
    let name = names.get(v)
    if (name === undefined) {
      name = `%${names.size}`
      names.set(v, name)
    }
    return name
  }
  const bind = (v: Value): string => `${nameOf(v)}:${Aval.format(v)}`
  const lines = [`inputs ${region.inputs.map(bind).join(" ")}`]
  for (const { inputs, name, outputs, params } of region.operations) {
    const entries = Object.entries(params)
    const suffix = entries.length === 0 ? "" : `[${entries.map(([k, v]) => `${k}=${paramText(v)}`).join(" ")}]`
    lines.push(`${outputs.map(bind).join(" ")} = ${name}${suffix} ${inputs.map(nameOf).join(" ")}`.trimEnd())
  }
  lines.push(`results ${region.results.map(nameOf).join(" ")}`)
  return lines.join("\n")
}
