/**
 * Control flow becomes less of it: what is the same in every step or branch is taken out, and what runs once is inlined.
 */
import type { BroadcastInDimParams } from "effax/Primitives"
import { addCase, addWhile, type CaseParams, type ControlFlow, type WhileParams } from "../controlFlow.ts"
import { paste, type Region, RegionBuilder, type Type, type Value } from "../region.ts"
import type { Scalar } from "../scalar.ts"
import { constantOf, fill, type Rewriter } from "./rewriter.ts"

type Values = ReadonlyArray<Value>

const isEmpty = (type: Type): boolean => type.shape.includes(0)

/** The scalar that an operand is full of, as far as that is known. Of nothing, it is any. */
const known = (v: Value): Scalar | undefined => isEmpty(v) ? 0 : constantOf(v)

const full = (builder: RegionBuilder, scalar: Scalar, type: Type): Value => {
  const literal = builder.literal(scalar, type.dtype)
  return type.shape.length === 0
    ? literal
    : builder.operation("broadcast_in_dim", { shape: type.shape, broadcastDimensions: [] }, [literal], [type])[0]!
}

const filled = (rewriter: Rewriter, scalar: Scalar, type: Type): Value =>
  fill(rewriter.builder.literal(scalar, type.dtype), type.shape, rewriter)

/** The region's operations among others, simplified there. */
const inlined = (rewriter: Rewriter, region: Region, inputs: Values): Values =>
  paste(region, inputs, (v) => rewriter.builder.literal(v.literal!, v.dtype), rewriter.copy)

/** An array without its first axis. */
const sliceOf = ({ dtype, shape }: Type): Type => ({ dtype, shape: shape.slice(1) })

// --- while ----------------------------------------------------------------------------------------------------------

/** Operand `i` of a broadcast that repeats it along a new first axis. */
const repeated = (v: Value): { readonly operand: Value; readonly dimensions: ReadonlyArray<number> } | undefined => {
  const made = v.operation
  if (made?.name !== "broadcast_in_dim") return undefined
  const { broadcastDimensions } = made.params as BroadcastInDimParams
  return broadcastDimensions.includes(0)
    ? undefined
    : { operand: made.inputs[0]!, dimensions: broadcastDimensions.map((d) => d - 1) }
}

/** The row of an array, by its number. */
const row = (rewriter: Rewriter, x: Value, at: number): Value => {
  const { dtype, shape } = sliceOf(x)
  const startIndices = x.shape.map((_, d) => d === 0 ? at : 0)
  const limitIndices = x.shape.map((n, d) => d === 0 ? at + 1 : n)
  const one = { dtype, shape: [1, ...shape] }
  const cut = rewriter.make("slice", { startIndices, limitIndices, strides: null }, [x], one)
  return rewriter.make("reshape", { newSizes: shape }, [cut], { dtype, shape })
}

const stacked = (rewriter: Rewriter, rows: Values, type: Type): Value => {
  const { dtype, shape } = sliceOf(type)
  const parts = rows.map((r) =>
    rewriter.make("reshape", { newSizes: [1, ...shape] }, [r], { dtype, shape: [1, ...shape] })
  )
  return parts.length === 1 ? parts[0]! : rewriter.make("concatenate", { dimension: 0 }, parts, type)
}

/** Every step in its place. */
const unrolled = (
  rewriter: Rewriter,
  { body, numCarry, numConsts, reverse }: WhileParams,
  steps: number,
  inputs: Values,
  types: ReadonlyArray<Type>
): Values => {
  const constants = inputs.slice(0, numConsts)
  const arrays = inputs.slice(numConsts + numCarry)
  let carry = inputs.slice(numConsts, numConsts + numCarry)
  const rows: Array<Values> = []
  for (let step = 0; step < steps; step++) {
    const at = reverse ? steps - 1 - step : step
    const made = inlined(rewriter, body, [...constants, ...carry, ...arrays.map((x) => row(rewriter, x, at))])
    carry = made.slice(0, numCarry)
    rows[at] = made.slice(numCarry)
  }
  return [...carry, ...types.slice(numCarry).map((type, i) => stacked(rewriter, rows.map((r) => r[i]!), type))]
}

const grouped = (shape: ReadonlyArray<number>, by: number): ReadonlyArray<number> => [
  shape[0]! / by,
  by,
  ...shape.slice(1)
]

/** A body of several steps. The number of steps in it divides that of all. */
const together = (
  rewriter: Rewriter,
  params: WhileParams,
  steps: number,
  by: number,
  inputs: Values,
  types: ReadonlyArray<Type>
): Values => {
  const { body, numCarry, numConsts } = params
  const first = numConsts + numCarry
  const reshape = (x: Value, newSizes: ReadonlyArray<number>): Value =>
    rewriter.make("reshape", { newSizes }, [x], { dtype: x.dtype, shape: newSizes })
  const arrays = inputs.slice(first).map((x) => reshape(x, grouped(x.shape, by)))
  const results = body.results.slice(numCarry).map(({ dtype, shape }): Type => ({ dtype, shape: [by, ...shape] }))
  const inner = new RegionBuilder()
  const parameters = [...inputs.slice(0, first), ...arrays.map(sliceOf)].map((type) => inner.input(type))
  const made = inner.operation(
    "while",
    { ...params, steps: by, unroll: by },
    parameters,
    [...inputs.slice(numConsts, first), ...results]
  )
  // Simplification unrolls what has as many steps as are wanted as one
  const wide = rewriter.simplify({
    inputs: parameters,
    operations: inner.operations,
    results: made,
    nextId: inner.nextId
  })
  const outer = addWhile(
    rewriter.builder,
    { ...params, body: wide, steps: steps / by, unroll: 1 },
    [...inputs.slice(0, first), ...arrays],
    types.map((type, i) => i < numCarry ? type : { dtype: type.dtype, shape: grouped(type.shape, by) })
  )
  return outer.map((v, i) => i < numCarry ? v : reshape(v, types[i]!.shape))
}

/** The greatest divisor of the number of steps that is not above what is wanted. */
const divisorBelow = (steps: number, wanted: number): number => {
  let by = Math.min(steps, wanted)
  while (steps % by !== 0) by--
  return by
}

/** What an input of the body is after all: nothing to hand in, or a constant. */
type Role =
  | { readonly _tag: "Kept" }
  | { readonly _tag: "Known"; readonly scalar: Scalar }
  /** A constant, of which the input is a broadcast where dimensions are given. */
  | { readonly _tag: "Constant"; readonly operand: Value; readonly dimensions?: ReadonlyArray<number> }

const kept: Role = { _tag: "Kept" }

const rolesOf = ({ body, condition, numCarry, numConsts }: WhileParams, inputs: Values): ReadonlyArray<Role> =>
  inputs.map((operand, i): Role => {
    const carry = i - numConsts
    const scalar = known(operand)
    if (carry < 0) return scalar === undefined ? kept : { _tag: "Known", scalar }
    if (carry >= numCarry) {
      if (scalar !== undefined || isEmpty(sliceOf(operand))) return { _tag: "Known", scalar: scalar ?? 0 }
      const source = repeated(operand)
      return source === undefined ? kept : { _tag: "Constant", ...source }
    }
    if (isEmpty(operand)) return { _tag: "Known", scalar: 0 }
    if (carry === condition) return kept
    const next = body.results[carry]!
    const same = scalar !== undefined && Object.is(known(next), scalar)
    if (next !== body.inputs[i] && !same) return kept
    return scalar === undefined ? { _tag: "Constant", operand } : { _tag: "Known", scalar }
  })

const simplifyWhile = (
  given: WhileParams,
  inputs: Values,
  types: ReadonlyArray<Type>,
  rewriter: Rewriter
): Values => {
  const { condition, numCarry, numConsts, steps } = given
  if (steps === 0) return types.map((type, i) => i < numCarry ? inputs[numConsts + i]! : filled(rewriter, 0, type))
  const body = rewriter.simplify(given.body)
  const roles = rolesOf({ ...given, body }, inputs)

  // The body on what is left of its inputs
  const inner = new RegionBuilder()
  const operands: { readonly [kind in "constants" | "carries" | "arrays"]: Array<Value> } = {
    constants: [],
    carries: [],
    arrays: []
  }
  const parameters: typeof operands = { constants: [], carries: [], arrays: [] }
  const parameter = (kind: keyof typeof operands, operand: Value, type: Type): Value => {
    operands[kind].push(operand)
    const value = inner.input(type)
    parameters[kind].push(value)
    return value
  }
  const kindOf = (i: number) => i < numConsts ? "constants" : i < numConsts + numCarry ? "carries" : "arrays"
  const substitutes = roles.map((role, i): Value => {
    const type = body.inputs[i]!
    if (role._tag === "Kept") return parameter(kindOf(i), inputs[i]!, type)
    if (role._tag === "Known") return full(inner, role.scalar, type)
    const { dimensions, operand } = role
    const constant = operand.literal === undefined
      ? parameter("constants", operand, operand)
      : inner.literal(operand.literal, operand.dtype)
    return dimensions === undefined ? constant : inner.operation(
      "broadcast_in_dim",
      { shape: type.shape, broadcastDimensions: dimensions },
      [constant],
      [type]
    )[0]!
  })
  const results = inner.paste(body, substitutes)

  // Results that are known without running it, and those that are left
  const outputs = new Array<Value | undefined>(types.length)
  const left: Array<number> = []
  types.forEach((type, i) => {
    if (i < numCarry) {
      if (roles[numConsts + i]!._tag === "Kept") left.push(i)
      else outputs[i] = inputs[numConsts + i]!
      return
    }
    const result = body.results[i]!
    const scalar = isEmpty(type) ? 0 : constantOf(result)
    const from = body.inputs.indexOf(result)
    if (scalar !== undefined) outputs[i] = filled(rewriter, scalar, type)
    else if (from >= numConsts + numCarry) outputs[i] = inputs[from]!
    else if (from >= 0 && (from < numConsts || roles[from]!._tag !== "Kept")) {
      const broadcastDimensions = result.shape.map((_, d) => d + 1)
      outputs[i] = rewriter.make("broadcast_in_dim", { shape: type.shape, broadcastDimensions }, [inputs[from]!], type)
    } else left.push(i)
  })
  if (left.length === 0) return outputs as Values

  const simple: Region = {
    inputs: [...parameters.constants, ...parameters.carries, ...parameters.arrays],
    operations: inner.operations,
    results: left.map((i) => results[i]!),
    nextId: inner.nextId
  }
  const changed = roles.some((role) => role._tag !== "Kept")
  const params: WhileParams = {
    ...given,
    body: changed ? rewriter.simplify(simple) : simple,
    condition: condition === null ? null : left.indexOf(condition),
    numConsts: operands.constants.length,
    numCarry: operands.carries.length
  }
  const rest = [...operands.constants, ...operands.carries, ...operands.arrays]
  const made = whileOrUnrolled(rewriter, params, rest, left.map((i) => types[i]!))
  left.forEach((i, k) => outputs[i] = made[k]!)
  return outputs as Values
}

const whileOrUnrolled = (
  rewriter: Rewriter,
  params: WhileParams,
  inputs: Values,
  types: ReadonlyArray<Type>
): Values => {
  const { condition, steps, unroll } = params
  if (condition === null && steps !== null) {
    const by = divisorBelow(steps, unroll)
    if (by === steps) return unrolled(rewriter, params, steps, inputs, types)
    if (by > 1) return together(rewriter, params, steps, by, inputs, types)
  }
  return addWhile(rewriter.builder, params, inputs, types)
}

// --- case -----------------------------------------------------------------------------------------------------------

const simplifyCase = (
  { branches: given }: CaseParams,
  [index, ...inputs]: Values,
  types: ReadonlyArray<Type>,
  rewriter: Rewriter
): Values => {
  if (given.length === 1 || index!.literal !== undefined) {
    const which = Math.min(Math.max(Number(index!.literal ?? 0), 0), given.length - 1)
    return inlined(rewriter, given[which]!, inputs)
  }
  const scalars = inputs.map(known)
  const operands = inputs.filter((_, i) => scalars[i] === undefined)
  const branches = given.map((region) => {
    const inner = new RegionBuilder()
    const parameters: Array<Value> = []
    const substitutes = region.inputs.map((type, i) => {
      const scalar = scalars[i]
      if (scalar !== undefined) return full(inner, scalar, type)
      parameters.push(inner.input(type))
      return parameters.at(-1)!
    })
    const results = inner.paste(region, substitutes)
    return rewriter.simplify({ inputs: parameters, operations: inner.operations, results, nextId: inner.nextId })
  })

  const outputs = new Array<Value | undefined>(types.length)
  const left: Array<number> = []
  types.forEach((type, i) => {
    const results = branches.map((region) => region.results[i]!)
    const scalar = known(results[0]!)
    const from = branches[0]!.inputs.indexOf(results[0]!)
    if (isEmpty(type)) outputs[i] = filled(rewriter, 0, type)
    else if (scalar !== undefined && results.every((r) => Object.is(known(r), scalar))) {
      outputs[i] = filled(rewriter, scalar, type)
    } else if (from >= 0 && results.every((r, b) => branches[b]!.inputs[from] === r)) outputs[i] = operands[from]!
    else left.push(i)
  })
  if (left.length === 0) return outputs as Values
  const made = addCase(
    rewriter.builder,
    { branches: branches.map((region) => ({ ...region, results: left.map((i) => region.results[i]!) })) },
    [index!, ...operands],
    left.map((i) => types[i]!)
  )
  left.forEach((i, k) => outputs[i] = made[k]!)
  return outputs as Values
}

/** The values that the results of control flow are. */
export const simplifyControlFlow = (
  flow: ControlFlow,
  inputs: Values,
  types: ReadonlyArray<Type>,
  rewriter: Rewriter
): Values =>
  flow.name === "while"
    ? simplifyWhile(flow.params, inputs, types, rewriter)
    : simplifyCase(flow.params, inputs, types, rewriter)
