/**
 * How kernels are presented: what they weigh against each other, and what they go over.
 */
import type { Cost } from "effax/Cost"
import { format as list } from "effax/Shape"
import type { Kernel } from "../../Plan.ts"

/** A transcendental takes about as long as this many operations. */
const transcendentalOperations = 16

/** What a kernel weighs against others: its operations or its bytes, whichever are more. */
export const weight = ({ bytesAccessed, flops, transcendentals }: Cost): number =>
  Math.max(flops + transcendentalOperations * transcendentals, bytesAccessed)

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

export const spaceText = (kernel: Kernel): string => (spaces[kernel.kind] as (kernel: Kernel) => string)(kernel)
