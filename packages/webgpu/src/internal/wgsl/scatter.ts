/**
 * Scatters: one invocation makes all updates in row-major order, so that the last of several at one position wins and sums
 * are added up in a fixed order.
 */
import type { BinaryOp, Scatter } from "@effax/compiler/Plan"
import { accumulatedDtype } from "./accumulator.ts"
import { emitBody, unravel } from "./body.ts"
import { type EmitKernel, pointsOf } from "./kernel.ts"
import { laneOf } from "./lanes.ts"
import { convert, operation } from "./operations.ts"
import { Shader } from "./shader.ts"

const combiners: { readonly [C in Exclude<Scatter["combiner"], "set">]: BinaryOp } = {
  add: "add",
  mul: "mul",
  min: "min",
  max: "max"
}

export const emitScatter: EmitKernel<Scatter> = ({ plan }, { at, body, buffer, combiner, guard, name, space, value }) => {
  const { dtype } = plan.buffers[buffer]!
  const shader = new Shader({ plan, label: name, workgroup: 1, stores: [buffer] })
  const i = shader.fresh("i")
  shader.block(`for (var ${i} = 0; ${i} < ${pointsOf(space)}; ${i} += 1)`, () => {
    const wanted = guard === undefined ? [at, value] : [at, value, guard]
    const names = emitBody(shader, body, wanted, { coordinates: unravel(shader, i, space) })
    const update = (): void => {
      if (combiner === "set") return shader.store(dtype, buffer, names[at]!, names[value]!)
      const wide = accumulatedDtype(dtype)
      const old = shader.let(laneOf(wide), convert(shader, dtype, wide, shader.load(dtype, buffer, names[at]!)))
      const own = convert(shader, body[value]!.dtype, wide, names[value]!)
      const op = dtype === "bool" ? (combiner === "add" || combiner === "max" ? "or" : "and") : combiners[combiner]
      shader.store(dtype, buffer, names[at]!, convert(shader, wide, dtype, operation(shader, op, wide, [old, own])))
    }
    if (guard === undefined) update()
    else shader.block(`if (${names[guard]})`, update)
  })
  return [shader.finish({ workgroups: 1 })]
}
