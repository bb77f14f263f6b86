/**
 * Reductions: one invocation for each result where there are many of them, else one workgroup, whose invocations take turns
 * along the reduced axes and then join what they have in a tree.
 */
import type { Reduce } from "@effax/compiler/Plan"
import { Accumulator, type Fields } from "./accumulator.ts"
import { emitBody, emitStores, unravel } from "./body.ts"
import { defaultWorkgroup, type EmitKernel, pointsOf } from "./kernel.ts"
import { convert } from "./operations.ts"
import { Shader } from "./shader.ts"

/** So many results keep a GPU busy. */
const many = 4096
/** So few elements are not worth a workgroup. */
const few = 32
/** Invocations of a workgroup that reduces. */
const width = 128
/** Elements of a block of a long float32 sum: blocks of blocks keep rounding errors small. */
const block = 32

/** Runs the body over every `step`th element from `from` on; gives the fields of each accumulation. */
const accumulate = (
  shader: Shader,
  kernel: Reduce,
  accumulators: ReadonlyArray<Accumulator>,
  kept: ReadonlyArray<string>,
  from: string,
  step: number
): ReadonlyArray<Fields> => {
  const total = pointsOf(kernel.reduced)
  const turns = Math.ceil(total / step)
  const variables = accumulators.map((a) => a.identity.map((value, f) => shader.var(a.types[f]!, value)))
  // block sums go into sums of blocks of blocks, and those into the total
  const cascades = accumulators.map((a) => a.blocked && turns > block ? [shader.var("f32", "0.0"), shader.var("f32", "0.0")] : [])
  const count = cascades.some((levels) => levels.length > 0) ? shader.var("i32", "0") : undefined
  const r = shader.fresh("r")
  shader.block(`for (var ${r} = ${from}; ${r} < ${total}; ${r} += ${step})`, () => {
    const reduced = unravel(shader, r, kernel.reduced)
    const names = emitBody(shader, kernel.body, kernel.accumulations.map(({ value }) => value), {
      coordinates: [...kept, ...reduced]
    })
    accumulators.forEach((accumulator, i) => {
      const { value } = kernel.accumulations[i]!
      const dtype = kernel.body[value]!.dtype
      const fields = accumulator.fieldsOf(dtype, names[value]!, r)
      const named = fields.map((field, f) => shader.let(accumulator.types[f]!, field))
      const target = cascades[i]!.length > 0 ? [cascades[i]![0]!] : variables[i]!
      accumulator.join(target, named).forEach((field, f) => shader.line(`${target[f]} = ${field};`))
    })
    if (count === undefined) return
    shader.line(`${count} += 1;`)
    shader.block(`if ((${count} & ${block - 1}) == 0)`, () => {
      for (const [first, second] of cascades) if (first !== undefined) shader.line(`${second} += ${first}; ${first} = 0.0;`)
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

const finish = (shader: Shader, kernel: Reduce, accumulators: ReadonlyArray<Accumulator>, kept: ReadonlyArray<string>, fields: ReadonlyArray<Fields>): void => {
  const dtypes = new Map<number, string>()
  for (const instruction of kernel.epilogue) {
    if (instruction.op !== "result" || dtypes.has(instruction.which)) continue
    const { dtype, value } = accumulators[instruction.which]!.result(fields[instruction.which]!)
    dtypes.set(instruction.which, convert(shader, dtype, instruction.dtype, value))
  }
  const results = accumulators.map((_, i) => dtypes.get(i) ?? "0")
  emitStores(shader, kernel.epilogue, kernel.stores, { coordinates: kept, results })
}

export const emitReduce: EmitKernel<Reduce> = ({ plan }, kernel) => {
  const points = pointsOf(kernel.kept)
  const together = points < many && pointsOf(kernel.reduced) > few
  const workgroup = together ? width : defaultWorkgroup
  const shader = new Shader({ plan, label: kernel.name, workgroup, stores: kernel.stores.map((s) => s.buffer) })
  const accumulators = kernel.accumulations.map((accumulation) => new Accumulator(shader, accumulation))
  if (!together) {
    const point = shader.let("i32", `${shader.group} * ${workgroup} + i32(${shader.local})`)
    shader.line(`if (${point} >= ${points}) { return; }`)
    const kept = unravel(shader, point, kernel.kept)
    finish(shader, kernel, accumulators, kept, accumulate(shader, kernel, accumulators, kept, "0", 1))
    return [shader.finish({ workgroups: Math.ceil(points / workgroup) })]
  }
  const local = shader.let("i32", `i32(${shader.local})`)
  const point = shader.let("i32", shader.group)
  // workgroups beyond the last do what the last does, so that barriers are met by all
  const kept = unravel(shader, shader.let("i32", `min(${point}, ${points - 1})`), kernel.kept)
  const fields = accumulate(shader, kernel, accumulators, kept, local, width)
  const memory = accumulators.map((a) => a.types.map((type) => shader.shared(`array<${type === "bool" ? "u32" : type}, ${width}>`)))
  const read = (i: number, f: number, at: string): string =>
    accumulators[i]!.types[f] === "bool" ? `(${memory[i]![f]}[${at}] != 0u)` : `${memory[i]![f]}[${at}]`
  const write = (i: number, f: number, at: string, value: string): void =>
    shader.line(`${memory[i]![f]}[${at}] = ${accumulators[i]!.types[f] === "bool" ? `select(0u, 1u, ${value})` : value};`)
  fields.forEach((own, i) => own.forEach((value, f) => write(i, f, local, value)))
  shader.line("workgroupBarrier();")
  for (let half = width / 2; half >= 1; half /= 2) {
    shader.block(`if (${local} < ${half})`, () => {
      accumulators.forEach((accumulator, i) => {
        const mine = accumulator.types.map((type, f) => shader.let(type, read(i, f, local)))
        const other = accumulator.types.map((type, f) => shader.let(type, read(i, f, `${local} + ${half}`)))
        accumulator.join(mine, other).forEach((value, f) => write(i, f, local, value))
      })
    })
    shader.line("workgroupBarrier();")
  }
  shader.block(`if (${local} == 0 && ${point} < ${points})`, () => {
    const results = accumulators.map((a, i) => a.types.map((type, f) => shader.let(type, read(i, f, "0"))))
    finish(shader, kernel, accumulators, kept, results)
  })
  return [shader.finish({ workgroups: points })]
}
