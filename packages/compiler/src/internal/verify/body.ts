/**
 * The rules of bodies.
 */
import * as DType from "effax/DType"
import { computesOn, isScalarOp, scalarOps } from "../../ScalarOp.ts"
import type { Affine, Body, Buffer, Instruction, Store, ValueId } from "../kernels/parts.ts"
import { intervals } from "./intervals.ts"
import { isInjective, reach } from "./space.ts"

/** Collects what is wrong. */
export type Report = (problem: string) => void

/** The dtypes that bodies compute with. */
export const laneDTypes: ReadonlySet<DType.DType> = new Set([
  "bool",
  "int32",
  "uint32",
  "int64",
  "uint64",
  "float32",
  "float64"
])

const checkOperation = (
  i: Instruction & { readonly args: ReadonlyArray<ValueId> },
  dtypes: ReadonlyArray<DType.DType>
): string | undefined => {
  const args = i.args.map((v) => dtypes[v]!)
  const first = args[0]!
  if (i.op === "convert") return first === i.dtype ? "converts to the dtype it has" : undefined
  if (i.op === "bitcast") {
    return DType.itemSize(first) === DType.itemSize(i.dtype) ? undefined : `bitcast from ${first} to ${i.dtype}`
  }
  if (i.op === "select") {
    return first === "bool" && args[1] === i.dtype && args[2] === i.dtype ? undefined : `select of ${args.join()}`
  }
  // `index`, `literal` and loads have no operands
  if (!isScalarOp(i.op)) return undefined
  const result = scalarOps[i.op].predicate ? "bool" : first
  if (args.some((d) => d !== first)) return `operands of ${args.join()}`
  if (!laneDTypes.has(first)) return `computes on ${first}`
  if (i.dtype !== result) return `gives ${i.dtype} of ${first}`
  return computesOn(i.op, first) ? undefined : `has no meaning for ${first}`
}

/** What a body is checked against. */
export interface BodyContext {
  readonly buffers: ReadonlyArray<Buffer>
  readonly space: ReadonlyArray<number>
  /** The dtypes of `result`s; none where there can be no results. */
  readonly results: ReadonlyArray<DType.DType>
}

export const checkAffine = (
  what: string,
  index: Affine,
  space: ReadonlyArray<number>,
  buffer: Buffer | undefined,
  report: Report
): void => {
  if (buffer === undefined) return report(`${what}: no such buffer`)
  if (index.strides.length !== space.length) {
    return report(`${what}: ${index.strides.length} strides for ${space.length} axes`)
  }
  const [low, high] = reach(index, space)
  if (low < 0 || high >= buffer.elements) report(`${what}: reaches ${low}..${high} of ${buffer.elements} elements`)
}

export const checkBody = (body: Body, context: BodyContext, report: Report): void => {
  const dtypes = body.map((i) => i.dtype)
  const bounds = intervals(body, context.space)
  body.forEach((i, at) => {
    const what = `%${at} ${i.op}`
    if (i.op === "load" || i.op === "loadAt") {
      const buffer = context.buffers[i.buffer]
      if (buffer?.dtype !== i.dtype) report(`${what}: loads ${i.dtype} of ${buffer?.dtype}`)
      if (i.op === "load") checkAffine(what, i.index, context.space, buffer, report)
      else if (i.index >= at) report(`${what}: uses %${i.index} before it is computed`)
      else {
        const [low, high] = bounds[i.index]!
        if (dtypes[i.index] !== "int32") report(`${what}: position of ${dtypes[i.index]}`)
        if (buffer !== undefined && (low < 0 || high >= buffer.elements)) {
          report(`${what}: may reach ${low}..${high} of ${buffer.elements} elements`)
        }
      }
    } else if (i.op === "literal") {
      const type = i.dtype === "bool" ? "boolean" : i.dtype === "int64" || i.dtype === "uint64" ? "bigint" : "number"
      if (typeof i.value !== type || !laneDTypes.has(i.dtype)) report(`${what}: ${typeof i.value} for ${i.dtype}`)
    } else if (i.op === "index") {
      if (i.axis < 0 || i.axis >= context.space.length) report(`${what}: no axis ${i.axis}`)
    } else if (i.op === "result") {
      if (context.results[i.which] !== i.dtype) report(`${what}: result ${i.which} is not ${i.dtype}`)
    } else {
      const args: ReadonlyArray<ValueId> = i.args
      const early = args.find((v) => !(v >= 0 && v < at))
      if (early !== undefined) report(`${what}: uses %${early} before it is computed`)
      else {
        const problem = checkOperation(i, dtypes)
        if (problem !== undefined) report(`${what}: ${problem}`)
      }
    }
  })
}

/** Stores, whose values are of a body. `loads` are all instructions that may read what is stored to. */
export const checkStores = (
  stores: ReadonlyArray<Store>,
  body: Body,
  context: BodyContext,
  report: Report
): void => {
  stores.forEach((store, n) => {
    const what = `store ${n}`
    const buffer = context.buffers[store.buffer]
    checkAffine(what, store.index, context.space, buffer, report)
    const value = body[store.value]
    if (value === undefined) report(`${what}: no value %${store.value}`)
    else if (value.dtype !== buffer?.dtype) report(`${what}: stores ${value.dtype} as ${buffer?.dtype}`)
    if (store.index.strides.length === context.space.length && !isInjective(store.index, context.space)) {
      report(`${what}: writes an element twice`)
    }
  })
}
