/**
 * Convolutions: one invocation for each result, over channels and window.
 */
import type { Convolve } from "@effax/compiler/Plan"
import { accumulatedDtype } from "./accumulator.ts"
import { emitStores, position, unravel } from "./body.ts"
import { defaultWorkgroup, type EmitKernel, pointsOf } from "./kernel.ts"
import { laneOf } from "./lanes.ts"
import { convert, literal, operation } from "./operations.ts"
import { Shader } from "./shader.ts"

export const emitConvolve: EmitKernel<Convolve> = ({ plan }, kernel) => {
  const { batch, channels, features, groups, input, lhs, lhsDilation, low, name, operandDtype, output, rhs, rhsDilation } =
    kernel
  const { stores, strides, window } = kernel
  const dtype = accumulatedDtype(kernel.dtype)
  const lane = laneOf(dtype)
  const space = [batch, features, ...output]
  const points = pointsOf(space)
  const shader = new Shader({ plan, label: name, workgroup: defaultWorkgroup, stores: stores.map((s) => s.buffer) })
  const point = shader.let("i32", `${shader.group} * ${defaultWorkgroup} + i32(${shader.local})`)
  shader.line(`if (${point} >= ${points}) { return; }`)
  const coordinates = unravel(shader, point, space)
  const [image, feature, ...place] = coordinates as [string, string, ...Array<string>]
  const group = groups === 1 ? "0" : shader.let("i32", `${feature} / ${features / groups}`)
  const sum = shader.var(lane, literal(shader, dtype, 0))
  const channel = shader.fresh("c")
  const visit = (d: number, offsets: ReadonlyArray<string>, at: ReadonlyArray<string>): void => {
    if (d === window.length) {
      const from = groups === 1 ? channel : `${group} * ${channels} + ${channel}`
      const x = shader.load(operandDtype, lhs.buffer, position(lhs.index, [image, `(${from})`, ...at]))
      const xs = shader.let(lane, convert(shader, operandDtype, dtype, x))
      const w = shader.load(operandDtype, rhs.buffer, position(rhs.index, [feature, channel, ...offsets]))
      const ws = shader.let(lane, convert(shader, operandDtype, dtype, w))
      shader.line(`${sum} = ${operation(shader, "add", dtype, [operation(shader, "mul", dtype, [xs, ws]), sum])};`)
      return
    }
    const offset = shader.fresh("w")
    shader.block(`for (var ${offset} = 0; ${offset} < ${window[d]}; ${offset} += 1)`, () => {
      const dilated = shader.let("i32", `${place[d]} * ${strides[d]} + ${offset} * ${rhsDilation[d]} - ${low[d]}`)
      const spread = lhsDilation[d]!
      const inside = spread === 1
        ? `${dilated} >= 0 && ${dilated} < ${input[d]}`
        : `${dilated} >= 0 && ${dilated} % ${spread} == 0 && ${dilated} / ${spread} < ${input[d]}`
      shader.block(`if (${inside})`, () => {
        const i = spread === 1 ? dilated : shader.let("i32", `${dilated} / ${spread}`)
        visit(d + 1, [...offsets, offset], [...at, i])
      })
    })
  }
  shader.block(`for (var ${channel} = 0; ${channel} < ${channels}; ${channel} += 1)`, () => visit(0, [], []))
  const instruction = kernel.epilogue.find(({ op }) => op === "result")
  const result = instruction === undefined ? sum : convert(shader, dtype, instruction.dtype, sum)
  emitStores(shader, kernel.epilogue, stores, { coordinates, results: [result] })
  return [shader.finish({ workgroups: Math.ceil(points / defaultWorkgroup), flops: 2 * points * channels * pointsOf(window) })]
}
