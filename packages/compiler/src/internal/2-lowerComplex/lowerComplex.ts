/**
 * Complex values become two real ones, so that no later stage knows of them. Complex inputs and results of the outermost
 * Region are real arrays with one more axis, of length 2, which is how complex numbers are in memory; those of the regions
 * inside of control flow are two real ones each.
 */
import * as DType from "effax/DType"
import { mapRegions, regionsOf } from "../controlFlow.ts"
import { LoweringError } from "../loweringError.ts"
import {
  isOperation,
  type Operation,
  type OperationName,
  type OperationOf,
  type Region,
  RegionBuilder,
  type Type,
  type Value,
  type WhileParams
} from "../region.ts"
import { interleave, separate } from "./arrays.ts"
import { isParts, type Operand, RealBuilder } from "./builder.ts"
import { partsType, type Rule } from "./rule.ts"
import { rules } from "./rules.ts"

const isComplex = ({ dtype }: Type): boolean => DType.isComplex(dtype)

const hasComplex = (region: Region): boolean =>
  region.inputs.some(isComplex) || region.results.some(isComplex) ||
  region.operations.some((operation) =>
    operation.outputs.some(isComplex) || operation.inputs.some(isComplex) || regionsOf(operation).some(hasComplex)
  )

/** They hand their operands on, whatever these are; a complex key of a sort is two keys. */
const transparent: ReadonlySet<OperationName> = new Set<OperationName>(["name", "optimization_barrier", "sort"])

/** How a value of a type is in memory: complex numbers are pairs along one more axis. */
const memoryType = (type: Type): Type => {
  if (!isComplex(type)) return type
  const { dtype, shape } = partsType(type)
  return { dtype, shape: [...shape, 2] }
}

/** How many values stand for some that may be complex. */
const width = (types: ReadonlyArray<Type>): number => types.reduce((n, type) => n + (isComplex(type) ? 2 : 1), 0)

const partTypes = (types: ReadonlyArray<Type>): ReadonlyArray<Type> =>
  types.flatMap((type) => isComplex(type) ? [partsType(type), partsType(type)] : [type])

const whileParams = (params: WhileParams, { inputs }: Operation): WhileParams => {
  const { condition, numCarry, numConsts } = params
  const carries = inputs.slice(numConsts, numConsts + numCarry)
  return {
    ...params,
    numConsts: width(inputs.slice(0, numConsts)),
    numCarry: width(carries),
    condition: condition === null ? null : width(carries.slice(0, condition))
  }
}

const sortParams = (params: OperationOf<"sort">["params"], inputs: ReadonlyArray<Type>): typeof params => ({
  ...params,
  numKeys: width(inputs.slice(0, params.numKeys))
})

/** Control flow whose operands are parts. */
const partsParams = (operation: Operation): Operation["params"] => {
  const inner = { ...operation, params: mapRegions(operation, withParts) }
  return isOperation(inner, "while") ? whileParams(inner.params, operation) : inner.params
}

const known: { readonly [N in OperationName]?: Rule<N> | undefined } = rules

/** The rule of an operation on complex values; `undefined` where no kernel computes them. */
const ruleOf = <N extends OperationName>(name: N): Rule<N> | undefined => known[name]

class Rewriting {
  readonly region: RegionBuilder
  readonly real: RealBuilder
  private readonly replacements: Array<Operand | undefined>

  constructor({ nextId }: Region) {
    this.region = new RegionBuilder(nextId)
    this.real = new RealBuilder(this.region)
    this.replacements = new Array<Operand | undefined>(nextId)
  }

  write(value: Value, by: Operand): void {
    this.replacements[value.id] = by
  }

  read(value: Value): Operand {
    const found = this.replacements[value.id]
    if (found !== undefined) return found
    if (value.literal === undefined) return value
    const made = DType.isComplex(value.dtype)
      ? {
        re: this.region.literal(value.literal, DType.realOf(value.dtype)),
        im: this.region.literal(0, DType.realOf(value.dtype))
      }
      : this.region.literal(value.literal, value.dtype)
    this.replacements[value.id] = made
    return made
  }

  /** Both parts of all operands, one after the other. */
  flat(values: ReadonlyArray<Value>): ReadonlyArray<Value> {
    return values.flatMap((v) => {
      const operand = this.read(v)
      return isParts(operand) ? [operand.re, operand.im] : [operand]
    })
  }

  /** Binds outputs to values of which two stand for a complex one. */
  bind(outputs: ReadonlyArray<Value>, values: ReadonlyArray<Value>): void {
    let next = 0
    for (const output of outputs) {
      this.write(output, isComplex(output) ? { re: values[next++]!, im: values[next++]! } : values[next++]!)
    }
  }

  run(operation: Operation): void {
    const { inputs, name, outputs, params } = operation
    if (isOperation(operation, "while") || isOperation(operation, "case")) {
      const types = partTypes(outputs)
      this.bind(outputs, this.region.operation(name, partsParams(operation), this.flat(inputs), types))
      return
    }
    if (isOperation(operation, "debug_callback")) return this.debug(operation)
    if (isOperation(operation, "pure_callback")) return this.callHost(operation)
    const complex = [...inputs, ...outputs].find(isComplex)
    if (complex === undefined || transparent.has(name)) {
      const given = isOperation(operation, "sort") ? sortParams(operation.params, inputs) : params
      this.bind(outputs, this.region.operation(name, given, this.flat(inputs), partTypes(outputs)))
      return
    }
    const rule = ruleOf(name)
    if (rule === undefined) throw new LoweringError(name, complex.dtype)
    const output = outputs[0]!
    const made = rule(this.real, { inputs: inputs.map((v) => this.read(v)), params, type: output })
    const whole = (v: Value): Value => this.real.fill(v, output.shape)
    this.write(output, isParts(made) ? { re: whole(made.re), im: whole(made.im) } : whole(made))
  }

  /** The real array with one more axis that is the complex one in memory. */
  inMemory(value: Value): Value {
    const operand = this.read(value)
    return isParts(operand) ? interleave(this.real, operand) : operand
  }

  /** The host sees arrays as they are in memory. What a call only passes on is none of its business. */
  debug({ inputs, outputs, params }: OperationOf<"debug_callback">): void {
    const { callback, passed } = params
    const operands = [...this.flat(inputs.slice(0, passed)), ...inputs.slice(passed).map((v) => this.inMemory(v))]
    const given = { callback, passed: width(inputs.slice(0, passed)) }
    this.bind(outputs, this.region.operation("debug_callback", given, operands, partTypes(outputs)))
  }

  callHost({ inputs, outputs, params }: OperationOf<"pure_callback">): void {
    const operands = inputs.map((v) => this.inMemory(v))
    const results = this.region.operation("pure_callback", params, operands, outputs.map(memoryType))
    outputs.forEach((output, i) =>
      this.write(output, isComplex(output) ? separate(this.real, results[i]!, output) : results[i]!)
    )
  }

  finish(inputs: ReadonlyArray<Value>, results: ReadonlyArray<Value>): Region {
    return { inputs, operations: this.region.operations, results, nextId: this.region.nextId }
  }
}

/** A region inside of another: two inputs for every complex one, and two results. */
const withParts = (region: Region): Region => {
  if (!hasComplex(region)) return region
  const rewriting = new Rewriting(region)
  const inputs = partTypes(region.inputs).map((type) => rewriting.region.input(type))
  rewriting.bind(region.inputs, inputs)
  for (const operation of region.operations) rewriting.run(operation)
  return rewriting.finish(inputs, rewriting.flat(region.results))
}

export const lowerComplex = (region: Region): Region => {
  if (!hasComplex(region)) return region
  const rewriting = new Rewriting(region)
  const inputs = region.inputs.map((input) => {
    if (!isComplex(input)) return input
    const pairs = rewriting.region.input(memoryType(input))
    rewriting.write(input, separate(rewriting.real, pairs, input))
    return pairs
  })
  for (const operation of region.operations) rewriting.run(operation)
  return rewriting.finish(inputs, region.results.map((result) => rewriting.inMemory(result)))
}
