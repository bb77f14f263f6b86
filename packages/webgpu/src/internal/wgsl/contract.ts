/**
 * Contractions: tiles of 64 by 64 results, 4 by 4 for each invocation, over slabs of operands in shared memory; where there
 * are few results in a row or column, one invocation for each.
 */
import type { Contract } from "@effax/compiler/Plan"
import type { DType } from "effax/DType"
import { accumulatedDtype } from "./accumulator.ts"
import { emitStores, position, unravel } from "./body.ts"
import { defaultWorkgroup, type EmitKernel, pointsOf } from "./kernel.ts"
import { laneOf } from "./lanes.ts"
import { convert, literal, operation } from "./operations.ts"
import { Shader } from "./shader.ts"

/** Results of a tile in each direction, results of an invocation, and the depth of a slab. */
const tile = 64
const each = 4
const depth = 16
const side = tile / each

/** So few rows or columns fill no tile. */
const narrow = 24

/** The result as the epilogue's `result` instructions want it. */
const resultOf = (shader: Shader, { epilogue }: Contract, dtype: DType, value: string): string => {
  const instruction = epilogue.find(({ op }) => op === "result")
  return instruction === undefined ? value : convert(shader, dtype, instruction.dtype, value)
}

const multiplyAdd = (shader: Shader, dtype: DType, x: string, y: string, sum: string): string =>
  dtype === "bool" ? `(${sum} | (${x} & ${y}))` : operation(shader, "add", dtype, [operation(shader, "mul", dtype, [x, y]), sum])

const emitSingle: EmitKernel<Contract> = ({ plan }, kernel) => {
  const { batch, k, lhs, m, n, name, operandDtype, rhs, stores } = kernel
  const dtype = accumulatedDtype(kernel.dtype)
  const space = [...batch, m, n]
  const points = pointsOf(space)
  const shader = new Shader({ plan, label: name, workgroup: defaultWorkgroup, stores: stores.map((s) => s.buffer) })
  const point = shader.let("i32", `${shader.group} * ${defaultWorkgroup} + i32(${shader.local})`)
  shader.line(`if (${point} >= ${points}) { return; }`)
  const coordinates = unravel(shader, point, space)
  const outer = coordinates.slice(0, batch.length)
  const [row, column] = coordinates.slice(batch.length) as [string, string]
  const sum = shader.var(laneOf(dtype), literal(shader, dtype, dtype === "bool" ? false : 0))
  const at = shader.fresh("k")
  shader.block(`for (var ${at} = 0; ${at} < ${k}; ${at} += 1)`, () => {
    const x = shader.let(laneOf(dtype), convert(shader, operandDtype, dtype, shader.load(operandDtype, lhs.buffer, position(lhs.index, [...outer, row, at]))))
    const y = shader.let(laneOf(dtype), convert(shader, operandDtype, dtype, shader.load(operandDtype, rhs.buffer, position(rhs.index, [...outer, at, column]))))
    shader.line(`${sum} = ${multiplyAdd(shader, dtype, x, y, sum)};`)
  })
  emitStores(shader, kernel.epilogue, stores, { coordinates, results: [resultOf(shader, kernel, dtype, sum)] })
  return [shader.finish({ workgroups: Math.ceil(points / defaultWorkgroup), flops: 2 * points * k })]
}

const emitTiled: EmitKernel<Contract> = ({ plan }, kernel) => {
  const { batch, k, lhs, m, n, name, operandDtype, rhs, stores } = kernel
  const dtype = accumulatedDtype(kernel.dtype)
  const lane = laneOf(dtype)
  const zero = (): string => literal(shader, dtype, 0)
  const workgroup = side * side
  const shader = new Shader({ plan, label: name, workgroup, stores: stores.map((s) => s.buffer) })
  const [rows, columns] = [Math.ceil(m / tile), Math.ceil(n / tile)]
  const groups = pointsOf(batch) * rows * columns
  const [left, right] = [shader.shared(`array<${lane}, ${tile * depth}>`), shader.shared(`array<${lane}, ${tile * depth}>`)]
  const local = shader.let("i32", `i32(${shader.local})`)
  // workgroups beyond the last do what the last does, so that barriers are met by all
  const group = shader.let("i32", `min(${shader.group}, ${groups - 1})`)
  const place = unravel(shader, group, [...batch, rows, columns])
  const outer = place.slice(0, batch.length)
  const top = shader.let("i32", `${place[batch.length]} * ${tile}`)
  const start = shader.let("i32", `${place[batch.length + 1]} * ${tile}`)
  const [y, x] = [shader.let("i32", `${local} / ${side}`), shader.let("i32", `${local} % ${side}`)]
  const sums = Array.from({ length: each * each }, () => shader.var(lane, zero()))
  const slab = shader.fresh("slab")
  /** Which way neighbours in memory lie decides who fetches what. */
  const fetch = (into: string, operand: Contract["lhs"], isLeft: boolean): void => {
    const along = operand.index.strides.at(isLeft ? -1 : -2)!
    const across = operand.index.strides.at(isLeft ? -2 : -1)!
    const byDepth = Math.abs(along) !== 0 && (across === 0 || Math.abs(along) <= Math.abs(across))
    for (let i = 0; i < tile * depth / workgroup; i++) {
      const which = shader.let("i32", `${local} + ${i * workgroup}`)
      const [d, p] = byDepth
        ? [shader.let("i32", `${which} % ${depth}`), shader.let("i32", `${which} / ${depth}`)]
        : [shader.let("i32", `${which} / ${tile}`), shader.let("i32", `${which} % ${tile}`)]
      const at = shader.let("i32", `${slab} + ${d}`)
      const line = shader.let("i32", `${isLeft ? top : start} + ${p}`)
      const value = shader.var(lane, zero())
      shader.block(`if (${at} < ${k} && ${line} < ${isLeft ? m : n})`, () => {
        const coordinates = isLeft ? [...outer, line, at] : [...outer, at, line]
        const loaded = shader.load(operandDtype, operand.buffer, position(operand.index, coordinates))
        shader.line(`${value} = ${convert(shader, operandDtype, dtype, loaded)};`)
      })
      shader.line(`${into}[${d} * ${tile} + ${p}] = ${value};`)
    }
  }
  shader.block(`for (var ${slab} = 0; ${slab} < ${k}; ${slab} += ${depth})`, () => {
    fetch(left, lhs, true)
    fetch(right, rhs, false)
    shader.line("workgroupBarrier();")
    const d = shader.fresh("d")
    shader.block(`for (var ${d} = 0; ${d} < ${depth}; ${d} += 1)`, () => {
      const load = (from: string, at: string) =>
        Array.from({ length: each }, (_, i) => shader.let(lane, `${from}[${d} * ${tile} + ${at} + ${i * side}]`))
      const [a, b] = [load(left, y), load(right, x)]
      sums.forEach((sum, i) => shader.line(`${sum} = ${multiplyAdd(shader, dtype, a[Math.floor(i / each)]!, b[i % each]!, sum)};`))
    })
    shader.line("workgroupBarrier();")
  })
  sums.forEach((sum, i) => {
    const row = shader.let("i32", `${top} + ${y} + ${Math.floor(i / each) * side}`)
    const column = shader.let("i32", `${start} + ${x} + ${i % each * side}`)
    shader.block(`if (${row} < ${m} && ${column} < ${n})`, () =>
      emitStores(shader, kernel.epilogue, stores, {
        coordinates: [...outer, row, column],
        results: [resultOf(shader, kernel, dtype, sum)]
      }))
  })
  return [shader.finish({ workgroups: groups, flops: 2 * pointsOf(batch) * m * n * k })]
}

export const emitContract: EmitKernel<Contract> = (context, kernel) =>
  (kernel.m < narrow || kernel.n < narrow || kernel.dtype === "bool" ? emitSingle : emitTiled)(context, kernel)
