/**
 * Running combinations along an axis: one invocation for each line.
 */
import type { Cumulative } from "@effax/compiler/Plan"
import { Accumulator } from "./accumulator.ts"
import { defaultWorkgroup, type EmitKernel } from "./kernel.ts"
import { convert } from "./operations.ts"
import { Shader } from "./shader.ts"

export const emitCumulative: EmitKernel<Cumulative> = ({ plan }, kernel) => {
  const { combiner, dtype, inner, input, length, name, outer, output, reverse } = kernel
  const lines = outer * inner
  const shader = new Shader({ plan, label: name, workgroup: defaultWorkgroup, stores: [output] })
  const accumulator = new Accumulator(shader, { combiner, dtype })
  const line = shader.let("i32", `${shader.group} * ${defaultWorkgroup} + i32(${shader.local})`)
  shader.line(`if (${line} >= ${lines}) { return; }`)
  const start = shader.let("i32", `(${line} / ${inner}) * ${length * inner} + ${line} % ${inner}`)
  const sum = accumulator.identity.map((value, f) => shader.var(accumulator.types[f]!, value))
  const i = shader.fresh("i")
  shader.block(`for (var ${i} = 0; ${i} < ${length}; ${i} += 1)`, () => {
    const at = shader.let("i32", `${start} + ${reverse ? `(${length - 1} - ${i})` : i} * ${inner}`)
    const stored = plan.buffers[input]!.dtype
    const value = shader.let(accumulator.types[0]!, convert(shader, stored, accumulator.dtype, shader.load(stored, input, at)))
    shader.line(`${sum[0]} = ${accumulator.join(sum, [value])[0]};`)
    const kept = plan.buffers[output]!.dtype
    shader.store(kept, output, at, convert(shader, accumulator.dtype, kept, sum[0]!))
  })
  return [shader.finish({ workgroups: Math.ceil(lines / defaultWorkgroup) })]
}
