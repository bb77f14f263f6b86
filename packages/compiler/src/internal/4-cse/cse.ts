/**
 * Equal operations on equal operands are one (common subexpression elimination). All primitives are pure, but for those
 * that are there for their effect.
 */
import { each, type Steps, toEnd } from "effax/Backend"
import { mapRegions, regionsOf } from "../controlFlow.ts"
import { isRegion, type Operation, type Region, RegionBuilder, type Value } from "../region.ts"
import { keyOf } from "../scalar.ts"

/** Operand order means nothing to these, NaN payloads aside. */
const commutative: ReadonlySet<string> = new Set(["add", "mul", "max", "min", "and", "or", "xor", "eq", "ne"])

/** Two of these happen twice; what comes out of a barrier is always new. */
const effectful: ReadonlySet<string> = new Set(["debug_callback", "optimization_barrier"])

const hasEffect = (operation: Operation): boolean =>
  effectful.has(operation.name) || regionsOf(operation).some((region) => region.operations.some(hasEffect))

/** Texts of operations: equal ones compute the same. */
class Keys {
  readonly #objects = new Map<object, number>()

  structure(value: unknown): string {
    if (Array.isArray(value)) return `[${value.map((v) => this.structure(v)).join()}]`
    if (isRegion(value)) return this.region(value)
    if (typeof value === "object" && value !== null) {
      const prototype = Object.getPrototypeOf(value) as unknown
      if (prototype === Object.prototype || prototype === null) {
        return `{${Object.entries(value).map(([k, v]) => `${k}:${this.structure(v)}`).sort().join()}}`
      }
      // Other objects are equal when they are the same
      let number = this.#objects.get(value)
      if (number === undefined) {
        number = this.#objects.size
        this.#objects.set(value, number)
      }
      return `#${number}`
    }
    return Object.is(value, -0) ? "-0" : `${typeof value} ${String(value)}`
  }

  operation({ name, params }: Operation, operands: ReadonlyArray<number | string>): string {
    let key = `${name} ${operands.join()}`
    for (const param in params) key += ` ${param}=${this.structure(params[param])}`
    return key
  }

  /** Values are numbered in order of their appearance. */
  region(region: Region): string {
    const numbers = new Map<Value, number>()
    const bind = (v: Value): string => {
      numbers.set(v, numbers.size)
      return `${v.dtype}[${v.shape.join()}]`
    }
    const read = (v: Value): string => v.literal !== undefined ? keyOf(v.literal, v.dtype) : `%${numbers.get(v)}`
    const lines = [region.inputs.map(bind).join()]
    for (const operation of region.operations) {
      const key = this.operation(operation, operation.inputs.map(read))
      lines.push(`${operation.outputs.map(bind).join()}=${key}`)
    }
    lines.push(region.results.map(read).join())
    return `{${lines.join(";")}}`
  }
}

export const cse = (region: Region): Region => toEnd(eliminating(region))

/** In steps. */
export function* eliminating(region: Region): Steps<Region> {
  const builder = new RegionBuilder(region.nextId)
  const operations: Array<Operation> = []
  const replacements = new Array<Value | undefined>(region.nextId)
  const seen = new Map<string, Operation>()
  const keys = new Keys()

  yield* each(region.operations, 256, (operation) => {
    let changed = false
    const inputs = operation.inputs.map((v) => {
      const other = replacements[v.id]
      if (other !== undefined) changed = true
      return other ?? v
    })
    const params = mapRegions(operation, cse)
    if (params !== operation.params) changed = true
    const ids = inputs.map((v) => v.id)
    if (commutative.has(operation.name)) ids.sort((a, b) => a - b)
    const key = hasEffect(operation) ? undefined : keys.operation({ ...operation, params }, ids)
    const known = key === undefined ? undefined : seen.get(key)
    let made = operation
    if (known !== undefined) {
      operation.outputs.forEach((v, i) => replacements[v.id] = known.outputs[i]!)
      return
    }
    if (changed) {
      const outputs = builder.operation(operation.name, params, inputs, operation.outputs)
      operation.outputs.forEach((v, i) => replacements[v.id] = outputs[i]!)
      made = outputs[0]!.operation!
    }
    if (key !== undefined) seen.set(key, made)
    operations.push(made)
  })
  return {
    inputs: region.inputs,
    operations,
    results: region.results.map((v) => replacements[v.id] ?? v),
    nextId: builder.nextId
  }
}
