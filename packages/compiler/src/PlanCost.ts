/**
 * What the kernels of a Plan cost: arithmetic, and bytes read and written.
 *
 * **When to use**
 *
 * To compare what a kernel achieves with what the device can do: operations per second, bytes per second. What a Program
 * costs, whatever is compiled from it, is `Cost.analysis` of `effax`.
 *
 * @since 0.1.0
 */
import type { Cost } from "effax/Cost"
import * as DType from "effax/DType"
import { size } from "effax/Shape"
import type { Body, BufferId, Instruction, Kernel, Plan, Store } from "./Plan.ts"

/** Instructions that only say where a value is, pick one, or give it another form. */
const free: ReadonlySet<Instruction["op"]> = new Set<Instruction["op"]>([
  "load",
  "loadAt",
  "literal",
  "index",
  "result",
  "convert",
  "bitcast",
  "select"
])

const transcendental: ReadonlySet<Instruction["op"]> = new Set<Instruction["op"]>([
  "exp",
  "exp2",
  "expm1",
  "log",
  "log1p",
  "logistic",
  "sqrt",
  "rsqrt",
  "cbrt",
  "sin",
  "cos",
  "tan",
  "asin",
  "acos",
  "atan",
  "sinh",
  "cosh",
  "tanh",
  "asinh",
  "acosh",
  "atanh",
  "erf",
  "erfc",
  "erfInv",
  "lgamma",
  "digamma",
  "pow",
  "atan2"
])

type Operations = Pick<Cost, "flops" | "transcendentals">

const none: Cost = { flops: 0, transcendentals: 0, bytesAccessed: 0 }

const combine = (a: Cost, b: Cost, f: (x: number, y: number) => number): Cost => ({
  flops: f(a.flops, b.flops),
  transcendentals: f(a.transcendentals, b.transcendentals),
  bytesAccessed: f(a.bytesAccessed, b.bytesAccessed)
})

const times = (n: number, { flops, transcendentals }: Operations, more = 0): Operations => ({
  flops: n * (flops + more),
  transcendentals: n * transcendentals
})

const plus = (a: Operations, b: Operations): Operations => ({
  flops: a.flops + b.flops,
  transcendentals: a.transcendentals + b.transcendentals
})

/** Of one point. */
const operations = (body: Body): Operations => {
  let [flops, transcendentals] = [0, 0]
  for (const { op } of body) {
    if (transcendental.has(op)) transcendentals++
    else if (!free.has(op)) flops++
  }
  return { flops, transcendentals }
}

const loaded = (body: Body): ReadonlyArray<BufferId> =>
  body.flatMap((instruction) => instruction.op === "load" || instruction.op === "loadAt" ? [instruction.buffer] : [])

const stored = (stores: ReadonlyArray<Store>): ReadonlyArray<BufferId> => stores.map(({ buffer }) => buffer)

/** Of each buffer once, and at most so many elements of it. */
const bytes = (plan: Plan, buffers: ReadonlyArray<BufferId>, points = Infinity): number =>
  [...new Set(buffers)].reduce((sum, id) => {
    const { dtype, elements } = plan.buffers[id]!
    return sum + Math.min(elements, points) * DType.itemSize(dtype)
  }, 0)

type Rule<K extends Kernel["kind"]> = (plan: Plan, kernel: Extract<Kernel, { readonly kind: K }>) => Cost

const rules: { readonly [K in Kernel["kind"]]: Rule<K> } = {
  loop: (plan, { body, space, stores }) => {
    const points = size(space)
    return {
      ...times(points, operations(body)),
      bytesAccessed: bytes(plan, loaded(body), points) + bytes(plan, stored(stores), points)
    }
  },
  reduce: (plan, { accumulations, body, epilogue, kept, reduced, stores }) => {
    const results = size(kept)
    const points = results * size(reduced)
    return {
      ...plus(times(points, operations(body), accumulations.length), times(results, operations(epilogue))),
      bytesAccessed: bytes(plan, [...loaded(body), ...loaded(epilogue)], points) + bytes(plan, stored(stores), results)
    }
  },
  contract: (plan, { batch, epilogue, k, lhs, m, n, rhs, stores }) => {
    const results = size(batch) * m * n
    return {
      ...times(results, operations(epilogue), 2 * k),
      bytesAccessed: bytes(plan, [lhs.buffer, rhs.buffer, ...loaded(epilogue)]) + bytes(plan, stored(stores), results)
    }
  },
  // padding is counted as if it were there
  convolve: (plan, { batch, channels, epilogue, features, lhs, output, rhs, stores, window }) => {
    const results = batch * features * size(output)
    return {
      ...times(results, operations(epilogue), 2 * channels * size(window)),
      bytesAccessed: bytes(plan, [lhs.buffer, rhs.buffer, ...loaded(epilogue)]) + bytes(plan, stored(stores), results)
    }
  },
  scatter: (plan, { body, buffer, combiner, space }) => {
    const points = size(space)
    return {
      ...times(points, operations(body), combiner === "set" ? 0 : 1),
      bytesAccessed: bytes(plan, loaded(body), points) + bytes(plan, [buffer], points)
    }
  },
  cumulative: (plan, { inner, input, length, outer, output }) => ({
    flops: outer * length * inner,
    transcendentals: 0,
    bytesAccessed: bytes(plan, [input, output])
  }),
  sort: (plan, { inner, inputs, length, outer, outputs }) => ({
    flops: outer * length * inner * Math.ceil(Math.log2(Math.max(1, length))),
    transcendentals: 0,
    bytesAccessed: bytes(plan, inputs) + bytes(plan, outputs)
  }),
  repeat: (_, { body, condition, steps }) => {
    const step = ofPlan(body)
    const n = condition === null ? steps ?? 1 : 1
    return combine(step, step, (x) => n * x)
  },
  branch: (_, { branches }) => branches.map(ofPlan).reduce((a, b) => combine(a, b, Math.max), none),
  hostCall: (plan, { inputs, outputs }) => ({ ...none, bytesAccessed: bytes(plan, [...inputs, ...outputs]) })
}

/**
 * What one kernel of a Plan costs.
 *
 * **Details**
 *
 * Operations are those of its bodies at every point: a product and its sum are two; conversions and choices are none, and
 * neither is what happens to be needed to find out where an element is. Bytes are those of each buffer once, whatever
 * stays in a cache. A loop is its body times its steps, of which one is counted where only a condition ends it; a branch is
 * the dearest, property by property.
 *
 * @category analysis
 * @since 0.1.0
 */
export const ofKernel = (plan: Plan, kernel: Kernel): Cost =>
  (rules[kernel.kind] as (plan: Plan, kernel: Kernel) => Cost)(plan, kernel)

/**
 * What all kernels of a Plan cost together.
 *
 * @example
 * ```ts
 * import { Compiler, PlanCost } from "@effax/compiler"
 * import { NdArray, Numpy as np, Program } from "effax"
 * import { Effect } from "effect"
 *
 * const layer = (x: NdArray.Any, w: NdArray.Any) => np.tanh(np.matmul(x, w))
 * const program = Effect.runSync(Program.trace(layer, np.zeros([8, 16]), np.zeros([16, 4])))
 * PlanCost.ofPlan(Compiler.compile(program)) // => { flops: 1024, transcendentals: 32, bytesAccessed: 896 }
 * ```
 *
 * @category analysis
 * @since 0.1.0
 */
export const ofPlan = (plan: Plan): Cost =>
  plan.kernels.reduce((sum, kernel) => combine(sum, ofKernel(plan, kernel), (a, b) => a + b), none)
