/**
 * The picture of the page: the operations that are left after simplification as boxes, and the kernel that computes each of
 * them. Bodies of control flow are pictures inside of boxes.
 */
import * as Aval from "effax/Aval"
import type { Kernel, Plan } from "../../Plan.ts"
import { decompose } from "../6-decompose/decompose.ts"
import { isKind, type LoopOp, type WithStarts } from "../6-decompose/loopOp.ts"
import { fuse, type FuseOptions } from "../7-fuse/fuse.ts"
import type { Group } from "../7-fuse/group.ts"
import type { Grouping } from "../7-fuse/pass.ts"
import { schedule } from "../8-schedule/schedule.ts"
import { bufferize } from "../9-bufferize/bufferize.ts"
import { controlFlowOf, regionsOf } from "../controlFlow.ts"
import type { Operation, Region, Value } from "../region.ts"

/** A kernel of a Plan, numbered over all Plans of the page. */
export interface PictureKernel {
  readonly number: number
  readonly kernel: Kernel
  readonly plan: Plan
  /** How deep inside of control flow it is. */
  readonly depth: number
}

export interface Box {
  /** A sign stands where an arrow was cut. */
  readonly kind: "input" | "operation" | "result" | "sign"
  /** One line for each operation in it. */
  readonly titles: ReadonlyArray<string>
  /** The dtypes and shapes of its results. */
  readonly types: ReadonlyArray<string>
  /** A longer text, shown under the pointer. */
  readonly hint: string
  /** Numbers of the kernels that compute it, in order. */
  readonly kernels: ReadonlyArray<number>
  readonly inside: ReadonlyArray<{ readonly title: string; readonly picture: Picture }>
}

/** Boxes in order of evaluation, and which of them feed which. */
export interface Picture {
  readonly boxes: ReadonlyArray<Box>
  readonly arrows: ReadonlyArray<readonly [from: number, to: number]>
}

export interface Drawn {
  readonly picture: Picture
  readonly kernels: ReadonlyArray<PictureKernel>
}

/** The operations that the kernel of a group computes: what it stores, and what it inlines for that. */
const membersOf = (group: Group, { groupOf, stored }: Grouping): ReadonlySet<LoopOp> => {
  const members = new Set<LoopOp>([...group.roots, ...group.heroes])
  // Grows while it is walked through
  for (const op of members) {
    for (const x of op.inputs) {
      const isElsewhere = x.action.kind === "input" || x.action.kind === "literal" ||
        stored[x.id] === 1 && groupOf[x.id] !== group
      if (!isElsewhere) members.add(x)
    }
  }
  return members
}

/** For each operation, the numbers of the kernels that compute some of it. */
const kernelsOfOperations = (
  { ops, starts }: WithStarts,
  groups: ReadonlyArray<Group>,
  grouping: Grouping,
  first: number
): ReadonlyArray<ReadonlyArray<number>> => {
  const operationOf = new Int32Array(ops.length).fill(-1)
  starts.forEach((start, i) => operationOf.fill(i, start, starts[i + 1] ?? ops.length))
  const found = starts.map(() => new Set<number>())
  const membersOfGroups = new Map<Group, ReadonlySet<LoopOp>>()
  groups.forEach((group, k) => {
    let members = membersOfGroups.get(group)
    if (members === undefined) membersOfGroups.set(group, members = membersOf(group, grouping))
    for (const { action, id } of members) {
      // Copies that results get are made later, and belong to no operation
      if (id < ops.length && action.kind !== "literal") found[operationOf[id]!]?.add(first + k)
    }
  })
  // A concatenation is where its operands are stored
  for (const op of ops) {
    if (!isKind(op, "concatenate")) continue
    const numbers = found[operationOf[op.id]!]
    if (numbers === undefined || numbers.size > 0) continue
    for (const operand of op.inputs) {
      const group = grouping.groupOf[operand.id]
      groups.forEach((other, k) => other === group && numbers.add(first + k))
    }
  }
  return found.map((numbers) => [...numbers].sort((a, b) => a - b))
}

/** Numbers kernels in the order in which they run, those of control flow before what is inside of them. */
class Numbering {
  readonly kernels: Array<PictureKernel> = []
}

const literalText = (v: Value): string => Object.is(v.literal, -0) ? "-0" : String(v.literal)

const hintOf = ({ inputs, name, outputs, params }: Operation): string => {
  const entries = Object.entries(params).filter(([, value]) =>
    typeof value !== "object" || value === null || Array.isArray(value) && value.every((x) => typeof x !== "object") ||
    Object.getPrototypeOf(value) === Object.prototype && !("operations" in value)
  )
  const parameters = entries.map(([key, value]) => `${key}=${JSON.stringify(value)}`).join(" ")
  return `${name}${parameters === "" ? "" : `[${parameters}]`} ${
    inputs.map((v) => v.literal === undefined ? Aval.format(v) : literalText(v)).join(" ")
  } -> ${outputs.map((v) => Aval.format(v)).join(" ")}`
}

const titleOf = (operation: Operation): string => {
  const { inputs, name } = operation
  const flow = controlFlowOf(operation)
  if (flow !== undefined) {
    return flow.name === "case"
      ? "cond"
      : flow.params.condition === null
      ? `${flow.params.origin}, ${flow.params.steps} steps`
      : flow.params.origin
  }
  const literals = inputs.flatMap((v) => v.literal === undefined ? [] : [literalText(v)])
  return literals.length > 0 && literals.length <= 2 && inputs.length > literals.length
    ? `${name} ${
      literals.map((text) => text.length > 8 ? String(Number(Number(text).toPrecision(4))) : text).join(" ")
    }`
    : name
}

const insideTitles = (operation: Operation, count: number): ReadonlyArray<string> =>
  operation.name === "case" ? Array.from({ length: count }, (_, i) => `branch ${i}`) : ["body"]

const draw = (region: Region, options: FuseOptions, depth: number, numbering: Numbering): Picture => {
  const decomposed = decompose(region)
  const fused = fuse(decomposed, options)
  const scheduled = schedule(fused)
  const plan = bufferize(scheduled)
  const first = numbering.kernels.length
  const groups = scheduled.order.map((k) => fused.groupsOfKernels[k]!)
  plan.kernels.forEach((kernel, i) => numbering.kernels.push({ number: first + i, kernel, plan, depth }))
  const kernels = kernelsOfOperations(decomposed, groups, fused.grouping, first)

  const boxes: Array<Box> = []
  const arrows: Array<readonly [number, number]> = []
  const boxOf = new Map<Value, number>()
  const link = (values: ReadonlyArray<Value>, to: number): void => {
    const sources = new Set(values.flatMap((v) => boxOf.get(v) ?? []))
    for (const from of sources) arrows.push([from, to])
  }
  region.inputs.forEach((v, i) => {
    const box: Box = {
      kind: "input",
      titles: [`input ${i}`],
      types: [Aval.format(v)],
      hint: `input ${i}: ${Aval.format(v)}`,
      kernels: [],
      inside: []
    }
    boxOf.set(v, boxes.push(box) - 1)
  })
  region.operations.forEach((operation, i) => {
    const regions = regionsOf(operation)
    const titles = insideTitles(operation, regions.length)
    const at = boxes.push({
      kind: "operation",
      titles: [titleOf(operation)],
      types: operation.outputs.map((v) => Aval.format(v)),
      hint: hintOf(operation),
      kernels: kernels[i]!,
      inside: regions.map((inner, k) => ({
        title: titles[k]!,
        picture: draw(inner, options, depth + 1, numbering)
      }))
    }) - 1
    link(operation.inputs, at)
    for (const v of operation.outputs) boxOf.set(v, at)
  })
  region.results.forEach((v, i) => {
    const text = v.literal === undefined ? Aval.format(v) : literalText(v)
    const at = boxes.push({
      kind: "result",
      titles: [`result ${i}`],
      types: [text],
      hint: `result ${i}: ${Aval.format(v)}`,
      kernels: [],
      inside: []
    }) - 1
    link([v], at)
  })
  return { boxes, arrows }
}

/** Inputs that nothing reads say nothing. */
const withoutIdle = ({ arrows, boxes }: Picture): Picture => {
  const linked = new Set(arrows.flat())
  const kept = boxes.map((box, i) => box.kind === "result" || linked.has(i) || box.kind === "operation")
  const numbers = new Map<number, number>()
  kept.forEach((keep, i) => keep && numbers.set(i, numbers.size))
  return {
    boxes: boxes.filter((_, i) => kept[i]),
    arrows: arrows.map(([from, to]) => [numbers.get(from)!, numbers.get(to)!] as const)
  }
}

export const pictureOf = (region: Region, options: FuseOptions): Drawn => {
  const numbering = new Numbering()
  const picture = draw(region, options, 0, numbering)
  return { picture, kernels: numbering.kernels }
}

/** Chains shorter than this stay as they are. */
const shortestChain = 3

/**
 * Boxes that follow one another, each the only one to use what the one before it makes, as one box, where one kernel
 * computes them all.
 */
export const collapse = (whole: Picture): Picture => {
  const { arrows, boxes } = withoutIdle(whole)
  const next = boxes.map((): Array<number> => [])
  const before = boxes.map((): Array<number> => [])
  for (const [from, to] of arrows) {
    next[from]!.push(to)
    before[to]!.push(from)
  }
  const simple = (i: number): boolean =>
    boxes[i]!.kind === "operation" && boxes[i]!.inside.length === 0 && boxes[i]!.kernels.length === 1
  const follows = (i: number, j: number): boolean =>
    simple(i) && simple(j) && next[i]!.length === 1 && before[j]!.length === 1 &&
    boxes[i]!.kernels[0] === boxes[j]!.kernels[0]
  const target = boxes.map((_, i) => i)
  const made: Array<Box | undefined> = [...boxes]
  for (let i = 0; i < boxes.length; i++) {
    const from = before[i]!
    if (made[i] === undefined || target[i] !== i || from.length === 1 && follows(from[0]!, i)) continue
    const chain = [i]
    for (let at = i; next[at]!.length === 1 && follows(at, next[at]![0]!); at = next[at]![0]!) chain.push(next[at]![0]!)
    if (chain.length < shortestChain) continue
    const parts = chain.map((k) => boxes[k]!)
    made[i] = {
      ...parts[0]!,
      titles: parts.flatMap((part) => part.titles),
      types: parts.at(-1)!.types,
      hint: parts.map((part) => part.hint).join("\n")
    }
    for (const k of chain.slice(1)) {
      target[k] = i
      made[k] = undefined
    }
  }
  const numbers = new Map<number, number>()
  made.forEach((box, i) => box !== undefined && numbers.set(i, numbers.size))
  const numberOf = (i: number): number => numbers.get(target[i]!)!
  return {
    boxes: made.filter((box) => box !== undefined),
    arrows: arrows.flatMap(([from, to]) => target[from] === target[to] ? [] : [[numberOf(from), numberOf(to)] as const])
  }
}
