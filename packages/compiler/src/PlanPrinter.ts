/**
 * Plans as text, for people and for snapshot tests.
 *
 * @since 0.1.0
 */
import * as DType from "effax/DType"
import type { Affine, Body, BufferId, Instruction, Kernel, Plan, Store } from "./Plan.ts"

const dtypeText = (dtype: DType.DType): string => DType.abbreviation(dtype)

const scalarText = (value: number | bigint | boolean): string => Object.is(value, -0) ? "-0" : String(value)

/** `4*i0 + i1 + 2`; axes are numbered in the order of the space. */
const affineText = ({ offset, strides }: Affine): string => {
  const terms: Array<string> = []
  strides.forEach((s, d) => {
    if (s !== 0) terms.push(s === 1 ? `i${d}` : `${s}*i${d}`)
  })
  if (offset !== 0 || terms.length === 0) terms.push(String(offset))
  return terms.join(" + ").replaceAll("+ -", "- ")
}

/** The names of a Plan's buffers: `in0`, `out0`, `t0`. */
const bufferNames = (plan: Plan): ReadonlyArray<string> => {
  let temporaries = 0
  return plan.buffers.map(({ location }) =>
    location._tag === "Input"
      ? `in${location.index}`
      : location._tag === "Output"
      ? `out${location.index}`
      : `t${temporaries++}`
  )
}

const instructionText = (i: Instruction, nameOf: (b: BufferId) => string): string => {
  switch (i.op) {
    case "load":
      return `${nameOf(i.buffer)}[${affineText(i.index)}]`
    case "loadAt":
      return `${nameOf(i.buffer)}[%${i.index}]`
    case "literal":
      return scalarText(i.value)
    case "index":
      return `i${i.axis}`
    case "result":
      return `result${i.which}`
    default:
      return `${i.op} ${i.args.map((v) => `%${v}`).join(" ")}`
  }
}

const bodyLines = (body: Body, nameOf: (b: BufferId) => string): ReadonlyArray<string> =>
  body.map((i, k) => `  %${k}:${dtypeText(i.dtype)} = ${instructionText(i, nameOf)}`)

const storeLines = (stores: ReadonlyArray<Store>, nameOf: (b: BufferId) => string): ReadonlyArray<string> =>
  stores.map((s) => `  ${nameOf(s.buffer)}[${affineText(s.index)}] <- %${s.value}`)

const list = (xs: ReadonlyArray<number | string>): string => `[${xs.join(", ")}]`

const named = (what: string, buffers: ReadonlyArray<string>): ReadonlyArray<string> =>
  buffers.length === 0 ? [] : [`  ${what} ${buffers.join(", ")}`]

const nested = (plan: Plan): ReadonlyArray<string> => format(plan).split("\n").map((line) => `  ${line}`)

const kernelLines = (kernel: Kernel, nameOf: (b: BufferId) => string): ReadonlyArray<string> => {
  const title = `${kernel.barrier ? "barrier\n" : ""}${kernel.kind} ${kernel.name}`
  const operand = (o: { readonly buffer: BufferId; readonly index: Affine }) =>
    `${nameOf(o.buffer)}[${affineText(o.index)}]`
  const after = (epilogue: Body, stores: ReadonlyArray<Store>): ReadonlyArray<string> => [
    ...bodyLines(epilogue, nameOf),
    ...storeLines(stores, nameOf)
  ]
  switch (kernel.kind) {
    case "loop":
      return [`${title} ${list(kernel.space)}`, ...after(kernel.body, kernel.stores)]
    case "reduce":
      return [
        `${title} ${list(kernel.kept)} over ${list(kernel.reduced)}`,
        ...bodyLines(kernel.body, nameOf),
        ...kernel.accumulations.map((a, i) => `  result${i}:${dtypeText(a.dtype)} = ${a.combiner} %${a.value}`),
        ...after(kernel.epilogue, kernel.stores)
      ]
    case "contract":
      return [
        `${title} ${list([...kernel.batch, kernel.m, kernel.n])} over ${kernel.k} in ${dtypeText(kernel.dtype)}`,
        `  ${operand(kernel.lhs)} * ${operand(kernel.rhs)}`,
        ...after(kernel.epilogue, kernel.stores)
      ]
    case "convolve":
      return [
        `${title} ${list([kernel.batch, kernel.features, ...kernel.output])} over ${
          list([kernel.channels, ...kernel.window])
        } in ${dtypeText(kernel.dtype)}`,
        `  ${operand(kernel.lhs)} * ${operand(kernel.rhs)}`,
        `  groups ${kernel.groups} input ${list(kernel.input)} strides ${list(kernel.strides)} low ${
          list(kernel.low)
        } dilations ${list(kernel.lhsDilation)} ${list(kernel.rhsDilation)}`,
        ...after(kernel.epilogue, kernel.stores)
      ]
    case "scatter":
      return [
        `${title} ${list(kernel.space)}`,
        ...bodyLines(kernel.body, nameOf),
        `  ${nameOf(kernel.buffer)}[%${kernel.at}] <- ${kernel.combiner} %${kernel.value}${
          kernel.guard === undefined ? "" : ` if %${kernel.guard}`
        }`
      ]
    case "cumulative":
      return [
        `${title} ${list([kernel.outer, kernel.length, kernel.inner])}`,
        `  ${nameOf(kernel.output)} <- ${kernel.reverse ? "reverse " : ""}${kernel.combiner}:${
          dtypeText(kernel.dtype)
        } ${nameOf(kernel.input)}`
      ]
    case "sort":
      return [
        `${title} ${list([kernel.outer, kernel.length, kernel.inner])} by ${kernel.keys}`,
        `  ${kernel.outputs.map(nameOf).join(", ")} <- ${kernel.inputs.map(nameOf).join(", ")} (${
          nameOf(kernel.scratch)
        })`
      ]
    case "repeat":
      return [
        `${title}${kernel.steps === null ? "" : ` ${kernel.steps}`}${
          kernel.condition === null ? "" : ` until carry ${kernel.condition} is false`
        }${kernel.reverse ? " reverse" : ""}`,
        ...named("constants", kernel.constants.map(nameOf)),
        ...named(
          "carries",
          kernel.carries.map((c) =>
            `${nameOf(c.initial)} -> ${nameOf(c.result)} (${c.spare === null ? "in place" : nameOf(c.spare)})`
          )
        ),
        ...named("slices", kernel.slices.map(nameOf)),
        ...named("stacks", kernel.stacks.map(nameOf)),
        ...nested(kernel.body)
      ]
    case "branch":
      return [
        `${title} ${nameOf(kernel.index)}`,
        `  ${kernel.outputs.map(nameOf).join(", ")} <- ${kernel.inputs.map(nameOf).join(", ")}`,
        ...kernel.branches.flatMap(nested)
      ]
    case "hostCall":
      return [
        `${title} ${kernel.callback}`,
        `  ${kernel.outputs.map(nameOf).join(", ")} <- ${kernel.inputs.map(nameOf).join(", ")}`
      ]
  }
}

/**
 * A Plan as text: its buffers, then its kernels in order. The Plans that kernels run stand indented under them.
 *
 * @category formatting
 * @since 0.1.0
 */
export const format = (plan: Plan): string => {
  const names = bufferNames(plan)
  const nameOf = (b: BufferId): string => names[b] ?? `?${b}`
  const buffers = plan.buffers.map(({ dtype, elements, location }, i) =>
    `${names[i]}: ${dtypeText(dtype)}[${elements}]${location._tag === "Temporary" ? ` at ${location.offset}` : ""}`
  )
  return [
    `plan (${plan.inputs.map(nameOf).join(", ")}) -> (${plan.outputs.map(nameOf).join(", ")}) arena ${plan.arena}`,
    ...buffers,
    ...plan.kernels.flatMap((kernel) => kernelLines(kernel, nameOf))
  ].join("\n")
}
