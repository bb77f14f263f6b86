/**
 * Sorts: every block of a line is sorted by counting, for each element, those that come before it; then runs are merged
 * in pairs, where each element finds its place in the other run by bisection. Both are stable, and no invocation waits for
 * another. The last step moves the elements.
 */
import type { BufferId, Routine } from "@effax/compiler/Plan"
import type { DType } from "effax/DType"
import { defaultWorkgroup, type EmitKernel } from "./kernel.ts"
import { laneOf } from "./lanes.ts"
import { convert } from "./operations.ts"
import { type PlacedPlan, placeOf } from "./place.ts"
import { type Dispatch, Shader } from "./shader.ts"

/** Elements that are sorted by counting. */
const block = 64
/** Buffers of a dispatch that moves elements of all operands; with more of them, each is moved by one of its own. */
const together = 7

/** An integer whose order is the value's. */
const orderOf = (shader: Shader, dtype: DType, value: string): string => {
  if (dtype === "float16" || dtype === "bfloat16" || dtype === "float32") {
    return shader.call("order_f32", convert(shader, dtype, "float32", value))
  }
  const lane = laneOf(dtype)
  return lane === "bool" ? `select(0u, 1u, ${value})` : lane === "i32" ? shader.call("order_i32", value) : value
}

/** Whether keys come before others, first by the first of them; `tie` where all are equal. */
const precedes = (keys: ReadonlyArray<string>, others: ReadonlyArray<string>, tie: string): string =>
  keys.reduceRight((rest, key, i) => `(${key} < ${others[i]} || (${key} == ${others[i]} && ${rest}))`, tie)

type Sort = Routine<"sort">

/** A dispatch of one invocation for each element, and what its code is made with. */
class Pass {
  readonly shader: Shader
  readonly kernel: Sort
  /** The element's place on its line, and where the line's first element is. */
  readonly place: string
  readonly line: string
  private readonly total: number

  constructor(kernel: Sort, plan: PlacedPlan, stores: ReadonlyArray<BufferId>) {
    const { name, params: { inner, length, outer } } = kernel
    this.kernel = kernel
    this.total = outer * length * inner
    this.shader = new Shader({ plan, label: name, workgroup: defaultWorkgroup, stores })
    const { shader } = this
    const at = shader.let("i32", `${shader.group} * ${defaultWorkgroup} + i32(${shader.local})`)
    shader.line(`if (${at} >= ${this.total}) { return; }`)
    // neighbouring invocations work on one line
    const number = shader.let("i32", `${at} / ${length}`)
    this.place = shader.let("i32", `${at} - ${number} * ${length}`)
    this.line = shader.let("i32", `(${number} / ${inner}) * ${length * inner} + ${number} % ${inner}`)
  }

  /** Where the element at a place is. */
  position(place: string): string {
    const { inner } = this.kernel.params
    return inner === 1 ? `${this.line} + ${place}` : `${this.line} + (${place}) * ${inner}`
  }

  /** The keys of the element that was at a place. */
  keys(place: string): ReadonlyArray<string> {
    const { inputs, params: { dtypes, keys } } = this.kernel
    return Array.from({ length: keys }, (_, k) => {
      const value = this.shader.load(dtypes[k]!, inputs[k]!, this.position(place))
      return this.shader.let("u32", orderOf(this.shader, dtypes[k]!, value))
    })
  }

  /** The place from which the element comes that a permutation, the first or the second, has at a place. */
  origin(half: number, place: string): string {
    return this.shader.let(
      "i32",
      `i32(${this.shader.load("uint32", this.kernel.scratch[0]!, this.entry(half, place))})`
    )
  }

  setOrigin(half: number, place: string, origin: string): void {
    this.shader.store("uint32", this.kernel.scratch[0]!, this.entry(half, place), `u32(${origin})`)
  }

  private entry(half: number, place: string): string {
    return `${half * this.total} + ${this.position(place)}`
  }

  /** Moves the operands' elements. */
  move(operands: ReadonlyArray<number>, from: string, to: string): void {
    const { inputs, outputs, params: { dtypes } } = this.kernel
    for (const i of operands) {
      const value = this.shader.load(dtypes[i]!, inputs[i]!, this.position(from))
      this.shader.store(dtypes[i]!, outputs[i]!, this.position(to), value)
    }
  }

  finish(): Dispatch {
    return this.shader.finish({ workgroups: Math.ceil(this.total / defaultWorkgroup) })
  }
}

/** The place of the element in its block: the first of the block, and how many come before it. */
const countBefore = (pass: Pass): string => {
  const { kernel: { params: { length } }, place, shader } = pass
  const own = pass.keys(place)
  const first = shader.let("i32", length <= block ? "0" : `${place} & ${-block}`)
  const count = shader.var("i32", first)
  const other = shader.fresh("i")
  const end = length <= block ? String(length) : `min(${first} + ${block}, ${length})`
  shader.block(`for (var ${other} = ${first}; ${other} < ${end}; ${other} += 1)`, () => {
    const before = precedes(pass.keys(other), own, `${other} < ${place}`)
    shader.line(`${count} += select(0, 1, ${before});`)
  })
  return count
}

/** The place of the element in its run and the neighbouring one together: runs have `width` elements. */
const mergedPlace = (pass: Pass, half: number, width: number, origin: string): string => {
  const { kernel: { params: { length } }, place, shader } = pass
  const own = pass.keys(origin)
  // in the left run, equal elements come before those of the right one
  const left = shader.let("bool", `(${place} & ${width}) == 0`)
  const start = shader.let("i32", `min((${place} & ${-width}) ^ ${width}, ${length})`)
  const low = shader.var("i32", start)
  const high = shader.var("i32", `min(${start} + ${width}, ${length})`)
  shader.block(`while (${low} < ${high})`, () => {
    const middle = shader.let("i32", `(${low} + ${high}) >> 1u`)
    const other = pass.origin(half, middle)
    const before = precedes(pass.keys(other), own, `!${left}`)
    shader.line(`if (${before}) { ${low} = ${middle} + 1; } else { ${high} = ${middle}; }`)
  })
  return shader.let("i32", `${place} + ${low} - select(${start} + ${width}, ${start}, ${left})`)
}

export const emitSort: EmitKernel<Sort> = ({ plan }, kernel) => {
  const { inputs, outputs, params: { length }, scratch } = kernel
  const operands = inputs.map((_, i) => i)
  const bindings = new Set([...scratch, ...inputs, ...outputs].map((id) => JSON.stringify(placeOf(plan, id).slot)))
  const direct = bindings.size <= together
  const widths: Array<number> = []
  for (let width = block; width < length; width *= 2) widths.push(width)
  const begin = (last: boolean): Pass => new Pass(kernel, plan, last && direct ? outputs : scratch)
  const finish = (pass: Pass, last: boolean, half: number, origin: string, place: string): Dispatch => {
    if (last && direct) pass.move(operands, origin, place)
    else pass.setOrigin(half, place, origin)
    return pass.finish()
  }
  const first = begin(widths.length === 0)
  const dispatches = [finish(first, widths.length === 0, 0, first.place, countBefore(first))]
  widths.forEach((width, i) => {
    const last = i === widths.length - 1
    const half = i % 2
    const pass = begin(last)
    const origin = pass.origin(half, pass.place)
    dispatches.push(finish(pass, last, 1 - half, origin, mergedPlace(pass, half, width, origin)))
  })
  if (direct) return dispatches
  return [
    ...dispatches,
    ...operands.map((i) => {
      const pass = new Pass(kernel, plan, [outputs[i]!])
      pass.move([i], pass.origin(widths.length % 2, pass.place), pass.place)
      return pass.finish()
    })
  ]
}
