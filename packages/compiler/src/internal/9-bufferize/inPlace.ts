/**
 * Results of a loop in the memory of operands that are not read afterwards.
 */
import type { Affine, Kernel } from "../../Plan.ts"
import type { Storage } from "../7-fuse/fuse.ts"
import type { Lifetime } from "./lifetimes.ts"

const sameAffine = (x: Affine, y: Affine): boolean =>
  x.offset === y.offset && x.strides.every((s, i) => s === y.strides[i])

/** The storages that loads read at one and the same index only, with that index. */
const plainLoads = (kernel: Kernel & { readonly kind: "loop" }): ReadonlyMap<number, Affine> => {
  const indices = new Map<number, Affine>()
  const mixed = new Set<number>()
  for (const i of kernel.body) {
    if (i.op === "loadAt") mixed.add(i.buffer)
    else if (i.op === "load") {
      const known = indices.get(i.buffer)
      if (known === undefined) indices.set(i.buffer, i.index)
      else if (!sameAffine(known, i.index)) mixed.add(i.buffer)
    }
  }
  for (const buffer of mixed) indices.delete(buffer)
  return indices
}

/**
 * For each storage, the one whose memory it shares: itself, or the representative of storages that live one after the
 * other in one place.
 */
export const shareInPlace = (
  kernels: ReadonlyArray<Kernel>,
  segments: Int32Array,
  storages: ReadonlyArray<Storage>,
  lifetimes: ReadonlyArray<Lifetime | undefined>
): Int32Array => {
  const shared = Int32Array.from(storages, (_, i) => i)
  const find = (s: number): number => {
    let root = s
    while (shared[root] !== root) root = shared[root]!
    while (shared[s] !== root) {
      const next = shared[s]!
      shared[s] = root
      s = next
    }
    return root
  }
  // What the memory that a storage is in ends up as
  const isOutput = storages.map((s) => s.output !== undefined)
  kernels.forEach((kernel, k) => {
    if (kernel.kind !== "loop") return
    const loads = plainLoads(kernel)
    const taken = new Set<number>()
    for (const { buffer, index } of kernel.stores) {
      const target = storages[buffer]!
      if (lifetimes[buffer]!.firstKernel !== k || lifetimes[buffer]!.writers !== 1) continue
      for (const [operand, at] of loads) {
        const source = storages[operand]!
        const life = lifetimes[operand]!
        const root = find(operand)
        const dies = source.input === undefined && source.output === undefined && life.lastKernel === k &&
          life.segmentBeforeLast < segments[k]!
        if (
          dies && !taken.has(operand) && source.dtype === target.dtype && source.elements === target.elements &&
          !(isOutput[root]! && target.output !== undefined) && sameAffine(at, index)
        ) {
          taken.add(operand)
          // Outputs have the last word on where memory is
          if (target.output !== undefined) shared[root] = buffer
          else shared[buffer] = root
          break
        }
      }
    }
  })
  return shared.map((_, s) => find(s))
}
