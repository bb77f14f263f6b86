/**
 * Inputs of a body that come out changed in a few elements only: these are written where the input is, and nothing is
 * copied. Kernels that read an older version run before it is overwritten, and the values that they read are stored.
 */
import type { Plan } from "../../Plan.ts"
import { isKind, type LoopOp, type LoopRegion } from "../6-decompose/loopOp.ts"
import { Heap } from "../8-schedule/heap.ts"
import type { Region, Value } from "../region.ts"
import { isVirtual } from "./costs.ts"

/** An input of a region and the result that may have its memory: numbers. */
export interface Pair {
  readonly input: number
  readonly result: number
}

/** The Plan of a region, in which some results may be where inputs are. */
export type PlanOf = (region: Region, pairs: ReadonlyArray<Pair>) => Plan

/** Operations that have to be stored before an update happens. */
export type Before = ReadonlyMap<LoopOp, ReadonlyArray<LoopOp>>

export interface InPlace {
  readonly program: LoopRegion
  readonly before: Before
  /** Results of loops and branches that are in the memory of an operand, with its number. */
  readonly changed: ReadonlyMap<LoopOp, { readonly version: LoopOp; readonly operand: number }>
}

/** An update and the version that it changes. */
interface Link {
  readonly update: LoopOp
  /** The operation that stands for the value after it: the update itself, or a further result of it. */
  readonly result: LoopOp
  readonly version: LoopOp
  /** The number of the operand that is changed. */
  readonly operand: number
  /** The operations that stand between version and operand: a copy, reshapes. */
  readonly between: ReadonlySet<LoopOp>
}

/** An array this small, or of which this part is changed, may as well be computed again. */
const leastElements = 256
const leastUnchanged = 4

/** Whether a Plan has one buffer for both. */
const isInPlace = (plan: Plan, { input, result }: Pair): boolean => plan.outputs[result] === plan.inputs[input]

/** The input that a result may be a new version of. */
const sourceOf = (region: Region, result: number): number => {
  let value: Value = region.results[result]!
  while (value.operation !== undefined) {
    const { inputs, name } = value.operation
    if (name !== "reshape" && name !== "dynamic_update_slice" && !name.startsWith("scatter")) return -1
    value = inputs[0]!
  }
  return region.inputs.indexOf(value)
}

/** The carries of a loop: inputs after the constants, and the first results. */
export const carriesOf = (constants: number, count: number): ReadonlyArray<Pair> =>
  Array.from({ length: count }, (_, i) => ({ input: constants + i, result: i }))

/** The operand of a loop or branch that a result of it can have the memory of. */
const changedOperand = (op: LoopOp, which: number, planOf: PlanOf): number | undefined => {
  if (isKind(op, "while")) {
    const { body, carries, constants } = op.action
    if (which >= carries) return undefined
    const plan = planOf(body, carriesOf(constants, carries))
    return isInPlace(plan, { input: constants + which, result: which }) ? constants + which : undefined
  }
  if (!isKind(op, "case")) return undefined
  const { branches } = op.action
  const input = branches.map((region) => sourceOf(region, which)).find((at) => at >= 0)
  if (input === undefined) return undefined
  const pair = { input, result: which }
  return branches.every((region) => isInPlace(planOf(region, [pair]), pair)) ? input + 1 : undefined
}

/** The update that an operation is the result of. */
const linkOf = (op: LoopOp, planOf: PlanOf): Link | undefined => {
  const between = new Set<LoopOp>()
  let update = op
  let operand: number | undefined = 0
  if (isKind(op, "scatter")) {
    const copy = op.inputs[0]!
    if (copy.action.kind !== "map" || copy.action.op !== "copy") return undefined
    between.add(copy)
  } else if (!isKind(op, "dynamicUpdateSlice")) {
    if (isKind(op, "output")) update = op.inputs[0]!
    operand = changedOperand(update, isKind(op, "output") ? op.action.which : 0, planOf)
    if (operand === undefined) return undefined
  }
  let version = update.inputs[operand]!
  if (between.has(version)) version = version.inputs[0]!
  for (; isKind(version, "reshape"); version = version.inputs[0]!) between.add(version)
  return { update, result: op, version, operand, between }
}

/** The updates that make a result of an input, last first. */
const chainOf = (
  result: LoopOp,
  input: LoopOp,
  kept: ReadonlySet<LoopOp>,
  planOf: PlanOf
): ReadonlyArray<Link> | undefined => {
  const links: Array<Link> = []
  let small = true
  let changed = 0
  for (let op = result; op !== input;) {
    const link = op !== result && kept.has(op) ? undefined : linkOf(op, planOf)
    if (link === undefined) return undefined
    links.push(link)
    if (isKind(op, "dynamicUpdateSlice")) changed += op.inputs[1]!.size
    else small = false
    op = link.version
  }
  // A scatter is a kernel of its own in any case, and so are loops and branches
  return small && (input.size < leastElements || leastUnchanged * changed > input.size) ? undefined : links
}

/** The operations that have to be stored before the update; `undefined` where that can't be. */
const readersOf = (
  { between, operand, update, version }: Link,
  consumers: ReadonlyArray<ReadonlyArray<LoopOp>>,
  kept: ReadonlySet<LoopOp>
): ReadonlyArray<LoopOp> | undefined => {
  const readers = new Set<LoopOp>()
  const seen = new Set<LoopOp>()
  const pending = [version]
  for (let op = pending.pop(); op !== undefined; op = pending.pop()) {
    if (op !== version && kept.has(op) && !between.has(op)) readers.add(op)
    for (const reader of consumers[op.id]!) {
      // These are values of their own
      if (isKind(reader, "output")) continue
      if (reader === update) {
        // As what it changes, not as what it reads
        const direct = op === version || between.has(op)
        const uses = update.inputs.filter((x) => x === op).length
        if (!direct || uses !== 1 || update.inputs[operand] !== op) return undefined
      } else if (between.has(reader) || isVirtual(reader) && 2 * reader.size > version.size) {
        if (!seen.has(reader)) pending.push(reader)
        seen.add(reader)
      } else readers.add(reader)
    }
  }
  return [...readers]
}

/** Operations in an order in which readers come before updates, as close to the old one as that allows. */
const reordered = (ops: ReadonlyArray<LoopOp>, before: Before): ReadonlyArray<LoopOp> | undefined => {
  const waiting = new Int32Array(ops.length)
  const after: Array<Array<number>> = ops.map(() => [])
  const edge = (from: LoopOp, to: LoopOp): void => {
    after[from.id]!.push(to.id)
    waiting[to.id]!++
  }
  for (const op of ops) for (const x of op.inputs) edge(x, op)
  for (const [reader, updates] of before) for (const update of updates) edge(reader, update)
  const ready = new Heap((id) => id)
  ops.forEach((op) => waiting[op.id] === 0 && ready.push(op.id))
  const order: Array<LoopOp> = []
  for (let id = ready.pop(); id !== undefined; id = ready.pop()) {
    order.push(ops[id]!)
    for (const next of after[id]!) if (--waiting[next]! === 0) ready.push(next)
  }
  return order.length === ops.length ? order : undefined
}

/** What an update of a few elements is of the very memory of what it changes. */
const rewritten = (
  op: LoopOp,
  version: LoopOp,
  operands: ReadonlyArray<LoopOp>
): Pick<LoopOp, "action" | "inputs"> => ({
  inputs: [version, ...operands.slice(1)],
  action: isKind(op, "dynamicUpdateSlice") ? { kind: "updateSlice" } : op.action
})

const isSmall = (op: LoopOp): boolean => isKind(op, "dynamicUpdateSlice") || isKind(op, "scatter")

/** `program` has results of its own. */
export const updateInPlace = (program: LoopRegion, pairs: ReadonlyArray<Pair>, planOf: PlanOf): InPlace => {
  const { effects, inputs, ops, results } = program
  const all = new Set(results)
  const chains = pairs.map(({ input, result }) => chainOf(results[result]!, inputs[input]!, all, planOf) ?? [])
  if (chains.every((chain) => chain.length === 0)) return { program, before: new Map(), changed: new Map() }

  const consumers: Array<Array<LoopOp>> = ops.map(() => [])
  for (const op of ops) for (const x of new Set(op.inputs)) consumers[x.id]!.push(op)
  const kept = new Set([...results, ...effects])
  const links = new Map<LoopOp, Link>()
  let before = new Map<LoopOp, ReadonlyArray<LoopOp>>()
  let order: ReadonlyArray<LoopOp> = ops
  for (const chain of chains) {
    const readers = chain.map((link) => readersOf(link, consumers, kept))
    if (readers.includes(undefined)) continue
    const wanted = new Map(before)
    chain.forEach(({ update }, i) => {
      for (const reader of readers[i]!) wanted.set(reader, [...wanted.get(reader) ?? [], update])
    })
    const possible = reordered(ops, wanted)
    if (possible === undefined) continue
    order = possible
    before = wanted
    for (const link of chain) links.set(link.result, link)
  }

  const renewed = new Array<LoopOp>(ops.length)
  const made = order.map((op, id): LoopOp => {
    const link = links.get(op)
    const operands = op.inputs.map((x) => renewed[x.id]!)
    const changed = link !== undefined && isSmall(op)
      ? rewritten(op, renewed[link.version.id]!, operands)
      : { inputs: operands }
    return renewed[op.id] = { ...op, id, ...changed }
  })
  const renew = (op: LoopOp): LoopOp => renewed[op.id]!
  return {
    program: {
      ...program,
      ops: made,
      inputs: inputs.map(renew),
      results: results.map(renew),
      effects: effects.map(renew)
    },
    before: new Map([...before].map(([reader, updates]) => [renew(reader), updates.map(renew)])),
    changed: new Map(
      [...links.values()].flatMap(({ operand, result, version }) =>
        isSmall(result) ? [] : [[renew(result), { version: renew(version), operand }] as const]
      )
    )
  }
}
