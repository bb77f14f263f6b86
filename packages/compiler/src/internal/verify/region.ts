/**
 * The rules of regions: values are computed once and before they are used, literals are scalars that their dtype has, results
 * of operations are what the primitive says, and control flow hands its regions what they take.
 */
import * as Aval from "effax/Aval"
import * as DType from "effax/DType"
import { isConstructionError } from "effax/Errors"
import { primitiveNamed } from "effax/Primitives"
import {
  isOperation,
  type Operation,
  type OperationName,
  type OperationOf,
  type OwnParams,
  type Region,
  type Type,
  type Value
} from "../region.ts"
import { normalize } from "../scalar.ts"
import type { Report } from "./body.ts"

type Types = ReadonlyArray<Type>

const listed = (types: Types): string => `(${Aval.formatAll(types)})`

const checkTypes = (what: string, found: Types, expected: Types, report: Report): void => {
  if (found.length !== expected.length || !found.every((type, i) => Aval.sameType(type, expected[i]!))) {
    report(`${what} are ${listed(found)}, expected ${listed(expected)}`)
  }
}

const checkType = (what: string, { dtype, shape }: Type, report: Report): void => {
  if (!DType.isDType(dtype)) report(`${what} has the unknown dtype ${String(dtype)}`)
  if (!shape.every((n) => Number.isSafeInteger(n) && n >= 0)) report(`${what} has the shape [${shape.join()}]`)
}

type Check<N extends OperationName> = (operation: OperationOf<N>, report: Report) => void

/** Rules of operations that are no primitives, or whose parameters are not those of the primitive. */
const own: { readonly [N in keyof OwnParams | "broadcast_in_dim"]: Check<N> } = {
  while: ({ inputs, outputs, params }, report) => {
    const { body, condition, numCarry, numConsts, steps } = params
    if (condition === null ? steps === null : condition < 0 || condition >= numCarry) {
      report(`condition ${condition} of ${numCarry} carries, ${steps} steps`)
    }
    if (condition !== null && !Aval.sameType(outputs[condition] ?? { dtype: "int32", shape: [0] }, predicate)) {
      report(`the condition is ${outputs[condition] === undefined ? "missing" : Aval.format(outputs[condition])}`)
    }
    const arrays = inputs.slice(numConsts + numCarry)
    if (arrays.some(({ shape }) => shape[0] !== steps)) {
      report(`walks along ${listed(arrays)} in ${steps} steps`)
      return
    }
    const rowOf = ({ dtype, shape }: Type): Type => ({ dtype, shape: shape.slice(1) })
    checkTypes("inputs of its body", body.inputs, [
      ...inputs.slice(0, numConsts + numCarry),
      ...arrays.map(rowOf)
    ], report)
    checkTypes("results of its body", body.results, [
      ...inputs.slice(numConsts, numConsts + numCarry),
      ...outputs.slice(numCarry).map(rowOf)
    ], report)
    checkTypes("its results", outputs, [
      ...inputs.slice(numConsts, numConsts + numCarry),
      ...body.results.slice(numCarry).map(({ dtype, shape }) => ({ dtype, shape: [steps ?? -1, ...shape] }))
    ], report)
  },
  case: ({ inputs: [index, ...inputs], outputs, params }, report) => {
    const { branches } = params
    if (branches.length === 0) report("has no branches")
    checkTypes("its index", index === undefined ? [] : [index], [{ dtype: "int32", shape: [] }], report)
    branches.forEach((branch, i) => {
      checkTypes(`inputs of branch ${i}`, branch.inputs, inputs, report)
      checkTypes(`results of branch ${i}`, branch.results, outputs, report)
    })
  },
  // unlike the primitive, it may put axes in another order: a transposition of a broadcast is one broadcast
  broadcast_in_dim: ({ inputs, outputs, params }, report) => {
    const { broadcastDimensions, shape } = params
    const [x] = inputs
    const [type] = outputs
    const fits = inputs.length === 1 && broadcastDimensions.length === x!.shape.length &&
      new Set(broadcastDimensions).size === broadcastDimensions.length &&
      broadcastDimensions.every((d, i) => d < shape.length && (x!.shape[i] === 1 || x!.shape[i] === shape[d]))
    if (!fits) report(`broadcasts ${listed(inputs)} along [${broadcastDimensions.join()}] to [${shape.join()}]`)
    else checkTypes("its results", type === undefined ? [] : [type], [{ dtype: x!.dtype, shape }], report)
  },
  debug_callback: ({ inputs, outputs, params }, report) => {
    checkCallback(params.callback, report)
    checkTypes("its results", outputs, inputs.slice(0, params.passed), report)
  },
  pure_callback: ({ params }, report) => checkCallback(params.callback, report)
}

const predicate: Type = { dtype: "bool", shape: [] }

const checkCallback = (callback: number, report: Report): void => {
  if (!(Number.isInteger(callback) && callback >= 0)) report(`calls callback ${callback}`)
}

/** Results are what the primitive makes of the operands. */
const checkPrimitive = ({ inputs, name, outputs, params }: Operation, report: Report): void => {
  const primitive = primitiveNamed(name)
  if (primitive === undefined || primitive.called !== undefined) return report("is not an operation of regions")
  try {
    const made = primitive.abstract(inputs.map(({ dtype, shape }) => Aval.make(dtype, shape)), params)
    checkTypes("its results", outputs, made, report)
  } catch (error) {
    report(isConstructionError(error) ? error.message : String(error))
  }
}

/** Regions inside of an operation, with a name for messages. */
const inside = (operation: Operation): ReadonlyArray<readonly [name: string, region: Region]> =>
  isOperation(operation, "while")
    ? [["its body", operation.params.body]]
    : isOperation(operation, "case")
    ? operation.params.branches.map((branch, i) => [`branch ${i}`, branch] as const)
    : []

const checks: { readonly [N in OperationName]?: Check<N> } = own

const checkOf = <N extends OperationName>(name: N): Check<N> | undefined => checks[name]

/** Reports every rule that a region breaks, those inside of it included. */
export const checkRegion = (region: Region, report: Report): void => {
  const computed = new Set<Value>()
  const ids = new Set<number>()
  const bind = (what: string, value: Value, bound: Report): void => {
    checkType(what, value, bound)
    if (!Number.isInteger(value.id) || value.id < 0 || value.id >= region.nextId) {
      bound(`${what} has the id ${value.id}; ids are below ${region.nextId}`)
    }
    if (ids.has(value.id)) bound(`${what} has the id ${value.id} of another value`)
    ids.add(value.id)
    computed.add(value)
  }
  const use = (what: string, value: Value, used: Report): void => {
    if (value.literal === undefined) {
      if (!computed.has(value)) used(`${what}, ${Aval.format(value)}, is used before it is computed`)
      return
    }
    checkType(what, value, used)
    if (value.shape.length > 0) used(`${what} is a literal of type ${Aval.format(value)}; literals are scalars`)
    else if (!Object.is(normalize(value.literal, value.dtype), value.literal)) {
      used(`${what} is the literal ${String(value.literal)}, which is not a value of ${value.dtype}`)
    }
  }
  region.inputs.forEach((v, i) => {
    bind(`input ${i}`, v, report)
    if (v.literal !== undefined || v.operation !== undefined) report(`input ${i} is a literal or computed`)
  })
  region.operations.forEach((operation, i) => {
    const problem: Report = (text) => report(`operation ${i} (${operation.name}): ${text}`)
    operation.inputs.forEach((v, k) => use(`operand ${k}`, v, problem))
    for (const [name, nested] of inside(operation)) checkRegion(nested, (text) => problem(`${name}: ${text}`))
    const check = checkOf(operation.name) ?? checkPrimitive
    check(operation, problem)
    operation.outputs.forEach((v, k) => {
      bind(`result ${k}`, v, problem)
      if (v.operation?.name !== operation.name) problem(`result ${k} does not know what made it`)
    })
  })
  region.results.forEach((v, i) => use(`result ${i}`, v, report))
}

/** Reports complex values, of which regions have none once they are lowered. */
export const checkReal = (region: Region, report: Report): void => {
  const check = (what: string, values: ReadonlyArray<Value>): void => {
    const complex = values.find(({ dtype }) => DType.isComplex(dtype))
    if (complex !== undefined) report(`${what} ${Aval.format(complex)} is complex`)
  }
  check("input", region.inputs)
  check("result", region.results)
  region.operations.forEach((operation, i) => {
    check(`operation ${i} (${operation.name}): value`, [...operation.inputs, ...operation.outputs])
    for (const [, nested] of inside(operation)) checkReal(nested, report)
  })
}
