/**
 * What kernels cost: arithmetic operations, and bytes that are read and written, each buffer once.
 *
 * Profiles show it, and submissions are cut by it, so that the device can be stopped between two; results never depend on
 * it.
 */
import type { Body, BufferId, Kernel, Plan } from "@effax/compiler/Plan"
import { pointsOf } from "./kernel.ts"
import { storageBytes } from "./lanes.ts"

export interface Cost {
  readonly flops: number
  readonly bytes: number
}

/** Instructions that move values and compute nothing. */
const free: ReadonlySet<string> = new Set([
  "load",
  "loadAt",
  "literal",
  "index",
  "result",
  "bitcast",
  "select",
  "convert"
])

const operations = (body: Body): number => body.reduce((sum, { op }) => sum + (free.has(op) ? 0 : 1), 0)

/** The buffers that a body and stores touch. */
const touched = (
  bodies: ReadonlyArray<Body>,
  others: ReadonlyArray<BufferId | { readonly buffer: BufferId }>
): ReadonlySet<BufferId> =>
  new Set([
    ...bodies.flat().flatMap((instruction) => "buffer" in instruction ? [instruction.buffer] : []),
    ...others.map((other) => typeof other === "number" ? other : other.buffer)
  ])

interface Work {
  readonly flops: number
  readonly buffers: ReadonlySet<BufferId>
}

type Flow = "repeat" | "branch" | "hostCall"

const works: {
  readonly [K in Exclude<Kernel["kind"], Flow>]: (kernel: Extract<Kernel, { readonly kind: K }>) => Work
} = {
  loop: ({ body, space, stores }) => ({ flops: pointsOf(space) * operations(body), buffers: touched([body], stores) }),
  reduce: ({ accumulations, body, epilogue, kept, reduced, stores }) => ({
    flops: pointsOf(kept) * (pointsOf(reduced) * (operations(body) + accumulations.length) + operations(epilogue)),
    buffers: touched([body, epilogue], stores)
  }),
  contract: ({ batch, epilogue, k, lhs, m, n, rhs, stores }) => ({
    flops: pointsOf(batch) * m * n * (2 * k + operations(epilogue)),
    buffers: touched([epilogue], [lhs, rhs, ...stores])
  }),
  convolve: ({ batch, channels, epilogue, features, lhs, output, rhs, stores, window }) => ({
    flops: batch * features * pointsOf(output) * (2 * channels * pointsOf(window) + operations(epilogue)),
    buffers: touched([epilogue], [lhs, rhs, ...stores])
  }),
  scatter: ({ body, buffer, space }) => ({
    flops: pointsOf(space) * (operations(body) + 1),
    buffers: touched([body], [buffer])
  }),
  cumulative: ({ inner, input, length, outer, output }) => ({
    flops: outer * length * inner,
    buffers: touched([], [input, output])
  }),
  // comparisons of a sort by merging
  sort: ({ inner, inputs, length, outer, outputs, scratch }) => ({
    flops: outer * inner * length * Math.ceil(Math.log2(Math.max(2, length))),
    buffers: touched([], [...inputs, ...outputs, scratch])
  })
}

/** The cost of a kernel that holds no Plans. */
export const costOf = (plan: Plan, kernel: Exclude<Kernel, { readonly kind: Flow }>): Cost => {
  const { buffers, flops } = (works[kernel.kind] as (kernel: Kernel) => Work)(kernel)
  let bytes = 0
  for (const id of buffers) {
    const { dtype, elements } = plan.buffers[id]!
    bytes += storageBytes(dtype, elements)
  }
  return { flops, bytes }
}
