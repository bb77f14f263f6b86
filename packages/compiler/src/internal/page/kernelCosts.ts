/**
 * What the kernels of a Plan cost: operations of their bodies at every point, and the bytes of the buffers they touch.
 */
import * as DType from "effax/DType"
import type { Body, Instruction, Kernel, Plan } from "../../Plan.ts"
import { accesses } from "../accesses.ts"

export interface KernelCost {
  readonly flops: number
  readonly transcendentals: number
  readonly bytes: number
}

/** Instructions that only say where a value is, or give it another form at no cost. */
const free: ReadonlySet<Instruction["op"]> = new Set(["load", "loadAt", "literal", "index", "result", "bitcast"])

const transcendental: ReadonlySet<Instruction["op"]> = new Set([
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

interface Operations {
  readonly flops: number
  readonly transcendentals: number
}

const none: Operations = { flops: 0, transcendentals: 0 }

const sum = (...parts: ReadonlyArray<Operations>): Operations =>
  parts.reduce(
    (a, b) => ({ flops: a.flops + b.flops, transcendentals: a.transcendentals + b.transcendentals }),
    none
  )

const times = (n: number, { flops, transcendentals }: Operations): Operations => ({
  flops: n * flops,
  transcendentals: n * transcendentals
})

const flops = (n: number): Operations => ({ flops: n, transcendentals: 0 })

/** Of one point. */
const bodyOperations = (body: Body): Operations => {
  let transcendentals = 0
  let others = 0
  for (const { op } of body) {
    if (transcendental.has(op)) transcendentals++
    else if (!free.has(op)) others++
  }
  return { flops: others, transcendentals }
}

const product = (xs: ReadonlyArray<number>): number => xs.reduce((a, b) => a * b, 1)

type Count<K extends Kernel["kind"]> = (kernel: Extract<Kernel, { readonly kind: K }>) => Operations

const planOperations = (plan: Plan): Operations => sum(...plan.kernels.map(operations))

const counts: { readonly [K in Kernel["kind"]]: Count<K> } = {
  loop: ({ body, space }) => times(product(space), bodyOperations(body)),
  reduce: ({ accumulations, body, epilogue, kept, reduced }) =>
    sum(
      times(product(kept) * product(reduced), sum(bodyOperations(body), flops(accumulations.length))),
      times(product(kept), bodyOperations(epilogue))
    ),
  contract: ({ batch, epilogue, k, m, n }) =>
    times(product(batch) * m * n, sum(flops(2 * k), bodyOperations(epilogue))),
  // Padding is counted as if it were there
  convolve: ({ batch, channels, epilogue, features, output, window }) =>
    times(
      batch * features * product(output),
      sum(flops(2 * channels * product(window)), bodyOperations(epilogue))
    ),
  scatter: ({ body, combiner, space }) =>
    times(product(space), sum(bodyOperations(body), flops(combiner === "set" ? 0 : 1))),
  cumulative: ({ inner, length, outer }) => flops(outer * length * inner),
  sort: ({ inner, length, outer }) => flops(outer * length * inner * Math.ceil(Math.log2(Math.max(1, length)))),
  // Of a loop that ends when it wants to, one step
  repeat: ({ body, steps, condition }) => times(condition === null ? steps ?? 1 : 1, planOperations(body)),
  branch: ({ branches }) => {
    const all = branches.map(planOperations)
    return {
      flops: Math.max(0, ...all.map((of) => of.flops)),
      transcendentals: Math.max(0, ...all.map((of) => of.transcendentals))
    }
  },
  hostCall: () => none
}

const operations = (kernel: Kernel): Operations => (counts[kernel.kind] as Count<Kernel["kind"]>)(kernel as never)

const bytesOf = (plan: Plan, buffer: number): number => {
  const { dtype, elements } = plan.buffers[buffer]!
  return elements * DType.itemSize(dtype)
}

export const kernelCost = (plan: Plan, kernel: Kernel): KernelCost => {
  const { reads, updates, writes } = accesses(kernel)
  const read = new Set([...reads, ...updates])
  const written = new Set([...writes, ...updates])
  return {
    ...operations(kernel),
    bytes: [...read, ...written].reduce((total, buffer) => total + bytesOf(plan, buffer), 0)
  }
}

/** A transcendental takes about as long as this many operations. */
const transcendentalOperations = 16

/** What a kernel weighs against others: its operations or its bytes, whichever are more. */
export const weight = ({ bytes, flops, transcendentals }: KernelCost): number =>
  Math.max(flops + transcendentalOperations * transcendentals, bytes)

/** Extents of the iteration space, as text. */
const spaces: { readonly [K in Kernel["kind"]]: (kernel: Extract<Kernel, { readonly kind: K }>) => string } = {
  loop: ({ space }) => list(space),
  reduce: ({ kept, reduced }) => `${list(kept)} over ${list(reduced)}`,
  contract: ({ batch, k, m, n }) => `${list([...batch, m, n])} over ${k}`,
  convolve: ({ batch, channels, features, output, window }) =>
    `${list([batch, features, ...output])} over ${list([channels, ...window])}`,
  scatter: ({ space }) => list(space),
  cumulative: ({ inner, length, outer }) => list([outer, length, inner]),
  sort: ({ inner, length, outer }) => list([outer, length, inner]),
  repeat: ({ condition, steps }) =>
    condition === null ? `${steps} steps` : steps === null ? "while it holds" : `at most ${steps} steps`,
  branch: ({ branches }) => `one of ${branches.length}`,
  hostCall: () => "host"
}

const list = (xs: ReadonlyArray<number>): string => `[${xs.join(", ")}]`

export const spaceText = (kernel: Kernel): string => (spaces[kernel.kind] as (kernel: Kernel) => string)(kernel)
