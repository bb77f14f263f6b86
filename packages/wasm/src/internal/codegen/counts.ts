/**
 * How much work a kernel is: arithmetic operations, and bytes that it has to read and write.
 */
import type { Body, BufferId, Instruction, Kernel, Plan, Store } from "@effax/compiler/Plan"
import * as DType from "effax/DType"

export interface Counts {
  /** Arithmetic operations; a product and its sum are two, any function is one. */
  readonly flops: number
  /** Bytes, of each buffer once. */
  readonly bytes: number
}

/** Instructions that compute nothing. */
const idle: ReadonlySet<Instruction["op"]> = new Set(
  ["load", "loadAt", "literal", "index", "result", "convert", "bitcast", "select"] as const
)

const product = (sizes: ReadonlyArray<number>): number => sizes.reduce((n, size) => n * size, 1)

const operations = (body: Body): number => body.reduce((n, { op }) => idle.has(op) ? n : n + 1, 0)

const loaded = (body: Body): ReadonlyArray<BufferId> =>
  body.flatMap((instruction) => instruction.op === "load" || instruction.op === "loadAt" ? [instruction.buffer] : [])

const stored = (stores: ReadonlyArray<Store>): ReadonlyArray<BufferId> => stores.map(({ buffer }) => buffer)

/** Of buffers, at most so many elements of each. */
const bytesOf = (plan: Plan, buffers: ReadonlyArray<BufferId>, points = Infinity): number =>
  [...new Set(buffers)].reduce((bytes, id) => {
    const { dtype, elements } = plan.buffers[id]!
    return bytes + Math.min(elements, points) * DType.itemSize(dtype)
  }, 0)

const sum = (plan: Plan): Counts =>
  plan.kernels.map((kernel) => countsOf(plan, kernel)).reduce(
    (a, b) => ({ flops: a.flops + b.flops, bytes: a.bytes + b.bytes }),
    { flops: 0, bytes: 0 }
  )

const rules: { readonly [K in Kernel["kind"]]: (plan: Plan, kernel: Extract<Kernel, { kind: K }>) => Counts } = {
  loop: (plan, { body, space, stores }) => {
    const points = product(space)
    return {
      flops: points * operations(body),
      bytes: bytesOf(plan, loaded(body), points) + bytesOf(plan, stored(stores), points)
    }
  },
  reduce: (plan, { accumulations, body, epilogue, kept, reduced, stores }) => {
    const results = product(kept)
    const points = results * product(reduced)
    return {
      flops: points * (operations(body) + accumulations.length) + results * operations(epilogue),
      bytes: bytesOf(plan, [...loaded(body), ...loaded(epilogue)], points) + bytesOf(plan, stored(stores), results)
    }
  },
  contract: (plan, { batch, epilogue, k, lhs, m, n, rhs, stores }) => {
    const results = product(batch) * m * n
    return {
      flops: results * (2 * k + operations(epilogue)),
      bytes: bytesOf(plan, [lhs.buffer, rhs.buffer, ...loaded(epilogue)]) + bytesOf(plan, stored(stores), results)
    }
  },
  convolve: (plan, { batch, channels, epilogue, features, lhs, output, rhs, stores, window }) => {
    const results = batch * features * product(output)
    return {
      flops: results * (2 * channels * product(window) + operations(epilogue)),
      bytes: bytesOf(plan, [lhs.buffer, rhs.buffer, ...loaded(epilogue)]) + bytesOf(plan, stored(stores), results)
    }
  },
  scatter: (plan, { body, buffer, combiner, space }) => {
    const points = product(space)
    return {
      flops: points * (operations(body) + (combiner === "set" ? 0 : 1)),
      bytes: bytesOf(plan, loaded(body), points) + bytesOf(plan, [buffer], points)
    }
  },
  cumulative: (plan, { inner, input, length, outer, output }) => ({
    flops: outer * length * inner,
    bytes: bytesOf(plan, [input, output])
  }),
  sort: (plan, { inputs, outputs }) => ({ flops: 0, bytes: bytesOf(plan, inputs) + bytesOf(plan, outputs) }),
  // how many steps a loop with a condition takes is not known: one is counted
  repeat: (_, { body, condition, steps }) => {
    const { bytes, flops } = sum(body)
    const times = condition === null ? steps ?? 1 : 1
    return { flops: times * flops, bytes: times * bytes }
  },
  // the most that a branch can be
  branch: (_, { branches }) => {
    const counts = branches.map(sum)
    return {
      flops: counts.reduce((most, { flops }) => Math.max(most, flops), 0),
      bytes: counts.reduce((most, { bytes }) => Math.max(most, bytes), 0)
    }
  },
  hostCall: (plan, { inputs, outputs }) => ({ flops: 0, bytes: bytesOf(plan, [...inputs, ...outputs]) })
}

/** The work of a kernel of a Plan. */
export const countsOf = (plan: Plan, kernel: Kernel): Counts =>
  (rules[kernel.kind] as (plan: Plan, kernel: Kernel) => Counts)(plan, kernel)
