/**
 * Loop kernels: one invocation for each point.
 */
import type { Loop } from "@effax/compiler/Plan"
import { emitStores, unravel } from "./body.ts"
import { defaultWorkgroup, type EmitKernel, pointsOf } from "./kernel.ts"
import { Shader } from "./shader.ts"

export const emitLoop: EmitKernel<Loop> = ({ plan }, { body, name, space, stores }) => {
  const points = pointsOf(space)
  const shader = new Shader({ plan, label: name, workgroup: defaultWorkgroup, stores: stores.map((s) => s.buffer) })
  const point = shader.let("i32", `${shader.group} * ${defaultWorkgroup} + i32(${shader.local})`)
  shader.line(`if (${point} >= ${points}) { return; }`)
  emitStores(shader, body, stores, { coordinates: unravel(shader, point, space) })
  return [shader.finish({ workgroups: Math.ceil(points / defaultWorkgroup) })]
}
