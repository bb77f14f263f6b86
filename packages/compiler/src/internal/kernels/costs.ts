/**
 * Arithmetic of costs.
 */
import type { Cost } from "effax/Cost"

export const nothing: Cost = { flops: 0, transcendentals: 0, bytesAccessed: 0 }

const zip = (a: Cost, b: Cost, f: (x: number, y: number) => number): Cost => ({
  flops: f(a.flops, b.flops),
  transcendentals: f(a.transcendentals, b.transcendentals),
  bytesAccessed: f(a.bytesAccessed, b.bytesAccessed)
})

export const scaled = (n: number, cost: Cost): Cost => zip(cost, cost, (x) => n * x)

export const added = (a: Cost, b: Cost): Cost => zip(a, b, (x, y) => x + y)

/** The larger of two, property by property. */
export const larger = (a: Cost, b: Cost): Cost => zip(a, b, Math.max)
