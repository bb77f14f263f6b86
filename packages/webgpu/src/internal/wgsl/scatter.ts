/**
 * Scatters. Updates meet at positions that are known only when they run, and the results must not depend on who comes
 * first. So there is a way for each kind of update:
 *
 * - all positions differ, as the Plan says or by their formula: every update by itself;
 * - the order doesn't matter (integers; minima and maxima): atomically;
 * - the last one wins: updates bid for their position with their number, and the winner writes;
 * - sums of floats: exact sums in fixed point, which are the same in every order;
 * - few updates, and products of floats: one invocation makes all of them in row-major order.
 */
import type { BufferId, Scatter } from "@effax/compiler/Plan"
import { type DType, isFloating, itemSize } from "effax/DType"
import { accumulatedDtype } from "./accumulator.ts"
import { emitBody, unravel } from "./body.ts"
import { isInjective } from "./injective.ts"
import { defaultWorkgroup, type EmitKernel, type KernelContext, pointsOf, withScratch } from "./kernel.ts"
import { bitsOf, isPacked, laneOf, ofBits, unpack } from "./lanes.ts"
import { convert, operation } from "./operations.ts"
import type { PlacedPlan } from "./place.ts"
import { type Dispatch, Shader } from "./shader.ts"

/** So few updates are made sooner one after the other than in several dispatches. */
const few = 16

/** The element after an update, both as lanes of the target's dtype. */
const combined = (
  shader: Shader,
  { body, combiner, value }: Scatter,
  dtype: DType,
  old: string,
  own: string
): string => {
  if (combiner === "set") return own
  const wide = accumulatedDtype(dtype)
  const op = dtype === "bool" ? (combiner === "add" || combiner === "max" ? "or" : "and") : combiner
  const args = [convert(shader, dtype, wide, old), convert(shader, body[value]!.dtype, wide, own)]
  const result = operation(shader, op, wide, args)
  return convert(shader, wide, dtype, result)
}

/** An update where it is made: its number, and the names of its position and value. */
interface Update {
  readonly number: string
  readonly at: string
  readonly value: string
}

/** Writes what updates at points do, where their guard lets them. */
const emitUpdate = (
  shader: Shader,
  { at, body, guard, space, value }: Scatter,
  number: string,
  needsValue: boolean,
  write: (update: Update) => void
): void => {
  const wanted = [at, ...needsValue ? [value] : [], ...guard === undefined ? [] : [guard]]
  const names = emitBody(shader, body, wanted, { coordinates: unravel(shader, number, space) })
  const update = (): void => write({ number, at: names[at]!, value: names[value]! })
  if (guard === undefined) update()
  else shader.block(`if (${names[guard]})`, update)
}

interface PassOptions {
  readonly plan: PlacedPlan
  readonly step: string
  readonly stores?: ReadonlyArray<BufferId>
  readonly atomics?: ReadonlyArray<BufferId>
  readonly needsValue?: boolean
}

/** A dispatch with an invocation for each update. */
const pass = (kernel: Scatter, options: PassOptions, write: (shader: Shader, update: Update) => void): Dispatch => {
  const { atomics = [], needsValue = true, plan, step, stores = [] } = options
  const points = pointsOf(kernel.space)
  const label = step === "" ? kernel.name : `${kernel.name}_${step}`
  const shader = new Shader({ plan, label, workgroup: defaultWorkgroup, stores, atomics })
  const point = shader.let("i32", `${shader.group} * ${defaultWorkgroup} + i32(${shader.local})`)
  shader.line(`if (${point} >= ${points}) { return; }`)
  emitUpdate(shader, kernel, point, needsValue, (update) => write(shader, update))
  return shader.finish({ workgroups: Math.ceil(points / defaultWorkgroup) })
}

type Strategy = EmitKernel<Scatter>

const serially: Strategy = ({ plan }, kernel) => {
  const { buffer, name, space } = kernel
  const { dtype } = plan.buffers[buffer]!
  const shader = new Shader({ plan, label: name, workgroup: 1, stores: [buffer] })
  const i = shader.fresh("i")
  shader.block(`for (var ${i} = 0; ${i} < ${pointsOf(space)}; ${i} += 1)`, () => {
    emitUpdate(shader, kernel, i, true, ({ at, value }) => {
      const old = kernel.combiner === "set" ? "" : shader.let(laneOf(dtype), shader.load(dtype, buffer, at))
      shader.store(dtype, buffer, at, combined(shader, kernel, dtype, old, value))
    })
  })
  return [shader.finish({ workgroups: 1 })]
}

const apart: Strategy = ({ plan }, kernel) => {
  const { buffer } = kernel
  const { dtype } = plan.buffers[buffer]!
  return [pass(kernel, { plan, step: "", stores: [buffer] }, (shader, { at, value }) => {
    const old = kernel.combiner === "set" ? "" : shader.let(laneOf(dtype), shader.load(dtype, buffer, at))
    shader.store(dtype, buffer, at, combined(shader, kernel, dtype, old, value))
  })]
}

/** What WGSL has atomic functions for. */
const native = (combiner: Scatter["combiner"], dtype: DType): string | undefined =>
  combiner === "add" && (dtype === "int32" || dtype === "uint32")
    ? "atomicAdd"
    : dtype === "uint32" && combiner === "max"
    ? "atomicMax"
    : dtype === "uint32" && combiner === "min"
    ? "atomicMin"
    : undefined

/** Which of several NaNs is kept must not depend on who came first. */
const canonical = (shader: Shader, dtype: DType, value: string): string =>
  dtype === "float32"
    ? `select(${value}, ${shader.call("from_bits", "0x7fc00000u")}, ${shader.call("is_nan", value)})`
    : value

const atomically: Strategy = ({ plan }, kernel) => {
  const { buffer, combiner } = kernel
  const { dtype } = plan.buffers[buffer]!
  const lane = laneOf(dtype)
  return [pass(kernel, { plan, step: "", atomics: [buffer] }, (shader, { at, value }) => {
    const builtin = native(combiner, dtype)
    if (builtin !== undefined) return shader.line(`${builtin}(&${shader.place(buffer, at)}, ${bitsOf(dtype, value)});`)
    const packed = isPacked(dtype) ? shader.cell(dtype, buffer, at) : undefined
    const place = packed?.place ?? shader.place(buffer, at)
    const word = shader.var("u32", `atomicLoad(&${place})`)
    shader.block("loop", () => {
      const old = shader.let(lane, packed === undefined ? ofBits(lane, word) : unpack[dtype]!(word, packed.shift))
      const result = shader.let(lane, combined(shader, kernel, dtype, old, value))
      const own = bitsOf(dtype, shader.let(lane, canonical(shader, dtype, result)))
      const mask = itemSize(dtype) === 1 ? "0xffu" : "0xffffu"
      const wanted = packed === undefined
        ? own
        : shader.let("u32", `(${word} & ~(${mask} << ${packed.shift})) | (${own} << ${packed.shift})`)
      const exchange = shader.fresh("exchange")
      shader.line(`if (${wanted} == ${word}) { break; }`)
      shader.line(`let ${exchange} = atomicCompareExchangeWeak(&${place}, ${word}, ${wanted});`)
      shader.line(`if (${exchange}.exchanged) { break; }`)
      shader.line(`${word} = ${exchange}.old_value;`)
    })
  })]
}

/** One word for each element of the target, and passes after which the element's is the number of its last update. */
const elect = (context: KernelContext, kernel: Scatter) => {
  const [extended, last] = withScratch(context, "uint32", context.plan.buffers[kernel.buffer]!.elements)
  const { plan } = extended
  const options = { plan, atomics: [last], needsValue: false }
  const bid = pass(
    kernel,
    { ...options, step: "bid" },
    (shader, { at, number }) => shader.line(`atomicMax(&${shader.place(last, at)}, u32(${number}));`)
  )
  /** Clears the words that are bid for, and what else the writer clears. */
  const clear = (scratch: PlacedPlan, others: ReadonlyArray<BufferId>): Dispatch =>
    pass(
      kernel,
      { plan: scratch, atomics: [last], stores: others, step: "clear", needsValue: false },
      (shader, { at, number }) => {
        shader.line(`atomicStore(&${shader.place(last, at)}, 0u);`)
        for (const other of others) shader.store("uint32", other, number, "0u")
      }
    )
  return { context: extended, last, clear, bid }
}

const lastWins: Strategy = (context, kernel) => {
  const { bid, clear, context: { plan }, last } = elect(context, kernel)
  const { buffer } = kernel
  const { dtype } = plan.buffers[buffer]!
  return [
    clear(plan, []),
    bid,
    pass(kernel, { plan, step: "set", stores: [buffer] }, (shader, { at, number, value }) => {
      const winner = shader.let("u32", shader.load("uint32", last, at))
      shader.block(`if (${winner} == u32(${number}))`, () => shader.store(dtype, buffer, at, value))
    })
  ]
}

/**
 * Sums in fixed point, whose unit is that of the largest term of a position. The last update of each position keeps the
 * sum: three words for each update, rather than for each element of what may be a large table.
 */
const exactly: Strategy = (context, kernel) => {
  const points = pointsOf(kernel.space)
  const { bid, clear, context: elected, last } = elect(context, kernel)
  const [withTop, top] = withScratch(elected, "uint32", points)
  const [withLow, low] = withScratch(withTop, "uint32", points)
  const [{ plan }, high] = withScratch(withLow, "uint32", points)
  const { body, buffer, value: valueId } = kernel
  const { dtype } = plan.buffers[buffer]!
  /** So many terms of the largest kind leave the sign alone. */
  const position = 61 - Math.ceil(Math.log2(points))
  const termOf = (shader: Shader, value: string): string =>
    shader.let("f32", convert(shader, body[valueId]!.dtype, "float32", value))
  const keeperOf = (shader: Shader, at: string): string => shader.let("i32", `i32(${shader.load("uint32", last, at)})`)
  return [
    clear(plan, [top, low, high]),
    bid,
    pass(kernel, { plan, step: "top", atomics: [top] }, (shader, { at, value }) => {
      const exponent = shader.call("exponent_f32", termOf(shader, value))
      shader.line(`atomicMax(&${shader.place(top, keeperOf(shader, at))}, ${exponent});`)
    }),
    pass(kernel, { plan, step: "sum", atomics: [low] }, (shader, { at, value }) => {
      const keeper = keeperOf(shader, at)
      const largest = shader.let("u32", shader.load("uint32", top, keeper))
      const words = shader.let("vec2u", shader.call("f32_to_fixed", termOf(shader, value), largest, String(position)))
      shader.block(`if (${largest} == 255u)`, () => shader.line(`atomicOr(&${shader.place(low, keeper)}, ${words}.x);`))
      shader.block("else", () => {
        const before = shader.let("u32", `atomicAdd(&${shader.place(low, keeper)}, ${words}.x)`)
        // the carry is there if the sum is below a term
        const carry = shader.let("u32", `select(0u, 1u, ${before} + ${words}.x < ${before})`)
        shader.line(`atomicAdd(&${shader.place(high, keeper)}, ${words}.y + ${carry});`)
      })
    }),
    pass(kernel, { plan, step: "add", stores: [buffer], needsValue: false }, (shader, { at, number }) => {
      shader.block(`if (${keeperOf(shader, at)} == ${number})`, () => {
        const words = `vec2u(${shader.load("uint32", low, number)}, ${shader.load("uint32", high, number)})`
        const largest = shader.load("uint32", top, number)
        const sum = shader.let("f32", shader.call("fixed_to_f32", words, largest, String(position)))
        const old = shader.let("f32", convert(shader, dtype, "float32", shader.load(dtype, buffer, at)))
        shader.store(dtype, buffer, at, convert(shader, "float32", dtype, `(${old} + ${sum})`))
      })
    })
  ]
}

const strategyOf = ({ plan }: KernelContext, { at, body, buffer, combiner, space, unique }: Scatter): Strategy => {
  const { dtype } = plan.buffers[buffer]!
  if (unique || isInjective(body, at, space)) return apart
  if (pointsOf(space) <= few) return serially
  if (combiner === "set") return lastWins
  if (!isFloating(dtype) || combiner === "min" || combiner === "max") return atomically
  return combiner === "add" ? exactly : serially
}

export const emitScatter: EmitKernel<Scatter> = (context, kernel) =>
  pointsOf(kernel.space) === 0 ? [] : strategyOf(context, kernel)(context, kernel)
