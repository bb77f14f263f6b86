/**
 * Reductions: the invocations that share a result take turns along the reduced axes, and then join what they have in a
 * tree. Where a few results are made of very many elements, several workgroups share one, and a second dispatch joins
 * theirs.
 */
import type { BufferId, Reduce } from "@effax/compiler/Plan"
import type { DType } from "effax/DType"
import { Accumulator, type Fields, typesOf } from "./accumulator.ts"
import { emitBody, emitStores, unravel } from "./body.ts"
import { type EmitKernel, pointsOf, withScratch } from "./kernel.ts"
import type { Lane } from "./lanes.ts"
import { convert } from "./operations.ts"
import type { PlacedPlan } from "./place.ts"
import { type ReduceShape, reduceShape } from "./reduceShape.ts"
import { type Dispatch, Shader } from "./shader.ts"

/** Elements of a block of a long float32 sum: blocks of blocks keep rounding errors small. */
const block = 32

/** Every `step`th number from `from` on, below `end`: at most `turns` of them. */
interface Turns {
  readonly from: string
  readonly end: string
  readonly step: number
  readonly turns: number
}

/** Combines the fields that `element` gives for each number; gives those of all, as variables. */
const accumulate = (
  shader: Shader,
  accumulators: ReadonlyArray<Accumulator>,
  { end, from, step, turns }: Turns,
  element: (r: string) => ReadonlyArray<Fields>
): ReadonlyArray<Fields> => {
  const variables = accumulators.map((a) => a.identity.map((value, f) => shader.var(a.types[f]!, value)))
  if (turns === 0) return variables
  // block sums go into sums of blocks of blocks, and those into the total
  const cascades = accumulators.map((a) =>
    a.blocked && turns > block ? [shader.var("f32", "0.0"), shader.var("f32", "0.0")] : []
  )
  const count = cascades.some((levels) => levels.length > 0) ? shader.var("i32", "0") : undefined
  const r = shader.fresh("r")
  shader.block(`for (var ${r} = ${from}; ${r} < ${end}; ${r} += ${step})`, () => {
    const fields = element(r)
    accumulators.forEach((accumulator, i) => {
      const named = fields[i]!.map((field, f) => shader.let(accumulator.types[f]!, field))
      const target = cascades[i]!.length > 0 ? [cascades[i]![0]!] : variables[i]!
      const joined = accumulator.join(target, named).map((field, f) => shader.let(accumulator.types[f]!, field))
      joined.forEach((field, f) => shader.line(`${target[f]} = ${field};`))
    })
    if (count === undefined) return
    shader.line(`${count} += 1;`)
    shader.block(`if ((${count} & ${block - 1}) == 0)`, () => {
      for (const [first, second] of cascades) {
        if (first !== undefined) shader.line(`${second} += ${first}; ${first} = 0.0;`)
      }
    })
    shader.block(`if ((${count} & ${block * block - 1}) == 0)`, () => {
      cascades.forEach(([, second], i) => {
        if (second !== undefined) shader.line(`${variables[i]![0]} += ${second}; ${second} = 0.0;`)
      })
    })
  })
  cascades.forEach(([first, second], i) => {
    if (first !== undefined) shader.line(`${variables[i]![0]} += ${second} + ${first};`)
  })
  return variables
}

/** What the elements of the body add up to. */
const overBody = (
  shader: Shader,
  kernel: Reduce,
  accumulators: ReadonlyArray<Accumulator>,
  kept: ReadonlyArray<string>,
  turns: Turns
): ReadonlyArray<Fields> =>
  accumulate(shader, accumulators, turns, (r) => {
    const names = emitBody(shader, kernel.body, kernel.accumulations.map(({ value }) => value), {
      coordinates: [...kept, ...unravel(shader, r, kernel.reduced)]
    })
    return accumulators.map((accumulator, i) => {
      const { value } = kernel.accumulations[i]!
      return accumulator.fieldsOf(kernel.body[value]!.dtype, names[value]!, r)
    })
  })

/** The epilogue and the stores of one result. */
const finish = (
  shader: Shader,
  kernel: Reduce,
  accumulators: ReadonlyArray<Accumulator>,
  kept: ReadonlyArray<string>,
  fields: ReadonlyArray<Fields>
): void => {
  const values = new Map<number, string>()
  for (const instruction of kernel.epilogue) {
    if (instruction.op !== "result" || values.has(instruction.which)) continue
    const { dtype, value } = accumulators[instruction.which]!.result(fields[instruction.which]!)
    values.set(instruction.which, convert(shader, dtype, instruction.dtype, value))
  }
  const results = accumulators.map((_, i) => values.get(i) ?? "0")
  emitStores(shader, kernel.epilogue, kernel.stores, { coordinates: kept, results })
}

/** Memory holds no bools. */
const held = (type: Lane): string => type === "bool" ? "u32" : type
const toHeld = (type: Lane, value: string): string => type === "bool" ? `select(0u, 1u, ${value})` : value
const fromHeld = (type: Lane, value: string): string => type === "bool" ? `(${value} != 0u)` : value

/** Joins what the invocations of a result have, which are `across` apart, in the fields of the first of them. */
const joinShared = (
  shader: Shader,
  accumulators: ReadonlyArray<Accumulator>,
  fields: ReadonlyArray<Fields>,
  local: string,
  { across, along }: ReduceShape
): ReadonlyArray<Fields> => {
  const memory = accumulators.map((a) =>
    a.types.map((type) => shader.shared(`array<${held(type)}, ${across * along}>`))
  )
  const read = (at: string): ReadonlyArray<Fields> =>
    accumulators.map((a, i) => a.types.map((type, f) => shader.let(type, fromHeld(type, `${memory[i]![f]}[${at}]`))))
  const write = (i: number, own: Fields): void =>
    own.forEach((value, f) => shader.line(`${memory[i]![f]}[${local}] = ${toHeld(accumulators[i]!.types[f]!, value)};`))
  fields.forEach((own, i) => write(i, own))
  shader.line("workgroupBarrier();")
  for (let half = along / 2; half >= 1; half /= 2) {
    shader.block(`if (${local} < ${half * across})`, () => {
      const [mine, other] = [read(local), read(`${local} + ${half * across}`)]
      accumulators.forEach((accumulator, i) => write(i, accumulator.join(mine[i]!, other[i]!)))
    })
    shader.line("workgroupBarrier();")
  }
  return read(across === 1 ? "0" : `${local} % ${across}`)
}

/** What the first of two dispatches leaves for the second: a buffer for each field of each accumulation. */
type Partials = ReadonlyArray<ReadonlyArray<BufferId>>

const heldDtype: { readonly [L in Lane]: DType } = { bool: "uint32", u32: "uint32", i32: "int32", f32: "float32" }

interface Stage {
  readonly plan: PlacedPlan
  readonly kernel: Reduce
  readonly shape: ReduceShape
  readonly label: string
  /** Read instead of the body's elements. */
  readonly from?: { readonly partials: Partials; readonly count: number } | undefined
  /** Written instead of the results. */
  readonly to?: Partials | undefined
}

const emitStage = ({ from, kernel, label, plan, shape, to }: Stage): Dispatch => {
  const { across, along, parts } = shape
  const points = pointsOf(kernel.kept)
  const workgroup = across * along
  const stores = to === undefined ? kernel.stores.map((s) => s.buffer) : to.flat()
  const shader = new Shader({ plan, label, workgroup, stores })
  const accumulators = kernel.accumulations.map((accumulation) => new Accumulator(shader, accumulation))
  const local = shader.let("i32", `i32(${shader.local})`)
  const group = shader.let("i32", shader.group)
  const part = parts === 1 ? "0" : shader.let("i32", `${group} % ${parts}`)
  const first = parts === 1 ? group : `(${group} / ${parts})`
  const point = shader.let("i32", across === 1 ? first : `${first} * ${across} + ${local} % ${across}`)
  // invocations beyond the last do what the last does, so that barriers are met by all
  const inside = shader.let("i32", `min(${point}, ${points - 1})`)
  const kept = unravel(shader, inside, kernel.kept)
  const slice = along === 1 ? "0" : across === 1 ? local : shader.let("i32", `${local} / ${across}`)
  const total = from?.count ?? pointsOf(kernel.reduced)
  const share = Math.ceil(total / parts)
  const begin = parts === 1 ? slice : shader.let("i32", `${part} * ${share} + ${slice}`)
  const end = parts === 1 ? String(total) : shader.let("i32", `min((${part} + 1) * ${share}, ${total})`)
  const turns = { from: begin, end, step: along, turns: Math.ceil(share / along) }
  const own = from === undefined
    ? overBody(shader, kernel, accumulators, kept, turns)
    : accumulate(
      shader,
      accumulators,
      turns,
      (r) =>
        accumulators.map((a, i) =>
          a.types.map((type, f) =>
            fromHeld(type, shader.load(heldDtype[type], from.partials[i]![f]!, `${inside} * ${total} + ${r}`))
          )
        )
    )
  const fields = along === 1 ? own : joinShared(shader, accumulators, own, local, shape)
  const isFirst = along === 1 ? "" : `${local} < ${across} && `
  shader.block(`if (${isFirst}${point} < ${points})`, () => {
    if (to === undefined) return finish(shader, kernel, accumulators, kept, fields)
    accumulators.forEach((a, i) =>
      a.types.forEach((type, f) =>
        shader.store(heldDtype[type], to[i]![f]!, `${point} * ${parts} + ${part}`, toHeld(type, fields[i]![f]!))
      )
    )
  })
  return shader.finish({ workgroups: Math.ceil(points / across) * parts })
}

export const emitReduce: EmitKernel<Reduce> = (context, kernel) => {
  const points = pointsOf(kernel.kept)
  if (points === 0) return []
  const shape = reduceShape(kernel)
  const label = kernel.name
  if (shape.parts === 1) return [emitStage({ plan: context.plan, kernel, shape, label })]
  let extended = context
  const partials = kernel.accumulations.map((accumulation) => {
    const types = typesOf(accumulation)
    return types.map((type) => {
      const [next, buffer] = withScratch(extended, heldDtype[type], points * shape.parts)
      extended = next
      return buffer
    })
  })
  const { plan } = extended
  const from = { partials, count: shape.parts }
  return [
    emitStage({ plan, kernel, shape, label: `${label}_parts`, to: partials }),
    emitStage({ plan, kernel, shape: { across: 1, along: 32, parts: 1 }, label, from })
  ]
}
