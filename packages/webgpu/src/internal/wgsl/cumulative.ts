/**
 * Running combinations along an axis: one invocation for each line, or, where lines are long and few, for each chunk of a
 * line. Chunks are combined first, what they give is run through in the same way, and then each chunk goes on from there.
 * Long sums of float32 are always made so: their rounding errors stay small.
 */
import type { BufferId, Routine } from "@effax/compiler/Plan"
import { accumulatedDtype, Accumulator } from "./accumulator.ts"
import { defaultWorkgroup, type EmitKernel, withScratch } from "./kernel.ts"
import { convert } from "./operations.ts"
import type { PlacedPlan } from "./place.ts"
import { type Dispatch, Shader } from "./shader.ts"

/** Elements of a line that is worth chunks, and of a chunk. */
const long = 1024
const chunk = 64
/** So many lines keep a GPU busy. */
const many = 8192
/** Elements whose float32 sum is kept apart from that of what was before them, so that rounding errors stay small. */
const block = 32

type Cumulative = Routine<"cumulative">

interface Walk {
  readonly plan: PlacedPlan
  readonly step: string
  /** Where each chunk's total goes; nothing else is written then. */
  readonly totals?: BufferId
  /** Where the combination of all chunks up to each one is. */
  readonly carries?: BufferId
  /** Elements of a chunk; the length, if the line is one. */
  readonly elements: number
}

/** One invocation for each chunk of each line: lines of neighbours in `inner` are neighbours. */
const walk = (kernel: Cumulative, { carries, elements, plan, step, totals }: Walk): Dispatch => {
  const { name, params: { combiner, inner, length, outer, reverse } } = kernel
  const [input, output] = [kernel.inputs[0]!, kernel.outputs[0]!]
  const chunks = Math.ceil(length / elements)
  const points = outer * chunks * inner
  const label = step === "" ? name : `${name}_${step}`
  const shader = new Shader({ plan, label, workgroup: defaultWorkgroup, stores: [totals ?? output] })
  const accumulator = new Accumulator(shader, { combiner, dtype: kernel.params.dtype })
  const { dtype } = accumulator
  const type = accumulator.types[0]!
  const point = shader.let("i32", `${shader.group} * ${defaultWorkgroup} + i32(${shader.local})`)
  shader.line(`if (${point} >= ${points}) { return; }`)
  const column = shader.let("i32", `${point} % ${inner}`)
  const row = shader.let("i32", `${point} / ${inner}`)
  const [number, line] = [shader.let("i32", `${row} % ${chunks}`), shader.let("i32", `${row} / ${chunks}`)]
  const identity = accumulator.identity[0]!
  const sum = shader.var(type, identity)
  if (carries !== undefined) {
    shader.block(
      `if (${number} > 0)`,
      () => shader.line(`${sum} = ${shader.load(dtype, carries, `${point} - ${inner}`)};`)
    )
  }
  const partial = accumulator.blocked && elements > block ? shader.var(type, identity) : undefined
  const i = shader.fresh("i")
  const first = shader.let("i32", `${number} * ${elements}`)
  const end = shader.let("i32", `min(${first} + ${elements}, ${length})`)
  const joined = (x: string, y: string): string => accumulator.join([x], [y])[0]!
  shader.block(`for (var ${i} = ${first}; ${i} < ${end}; ${i} += 1)`, () => {
    const along = reverse ? `(${length - 1} - ${i})` : i
    const at = shader.let("i32", `(${line} * ${length} + ${along}) * ${inner} + ${column}`)
    const stored = plan.buffers[input]!.dtype
    const value = shader.let(type, convert(shader, stored, dtype, shader.load(stored, input, at)))
    const target = partial ?? sum
    shader.line(`${target} = ${joined(target, value)};`)
    if (totals === undefined) {
      const kept = plan.buffers[output]!.dtype
      const whole = partial === undefined ? sum : shader.let(type, joined(sum, partial))
      shader.store(kept, output, at, convert(shader, dtype, kept, whole))
    }
    if (partial !== undefined) {
      shader.block(
        `if ((${i} & ${block - 1}) == ${block - 1})`,
        () => shader.line(`${sum} = ${joined(sum, partial)}; ${partial} = ${identity};`)
      )
    }
  })
  if (totals !== undefined) {
    shader.store(dtype, totals, point, partial === undefined ? sum : `(${joined(sum, partial)})`)
  }
  return shader.finish({ workgroups: Math.ceil(points / defaultWorkgroup) })
}

export const emitCumulative: EmitKernel<Cumulative> = (context, kernel) => {
  const { inner, length, outer } = kernel.params
  if (outer * length * inner === 0) return []
  // totals are in the dtype that is accumulated in, in the order that they are run through in
  const dtype = accumulatedDtype(kernel.params.dtype)
  const rounds = kernel.params.combiner === "add" && dtype === "float32"
  if (length < long || (outer * inner >= many && !rounds)) {
    return [walk(kernel, { plan: context.plan, step: "", elements: length })]
  }
  const chunks = Math.ceil(length / chunk)
  const elements = outer * chunks * inner
  const [withTotals, totals] = withScratch(context, dtype, elements)
  const [extended, carries] = withScratch(withTotals, dtype, elements)
  const { plan } = extended
  const params = { ...kernel.params, dtype, length: chunks, reverse: false }
  const between = { ...kernel, params, inputs: [totals], outputs: [carries] }
  return [
    walk(kernel, { plan, step: "chunks", totals, elements: chunk }),
    ...emitCumulative(extended, { ...between, name: `${kernel.name}_between` }),
    walk(kernel, { plan, step: "", carries, elements: chunk })
  ]
}
