/**
 * How a matrix product is cut up: register tiles, the blocks of rows, columns and depth that the caches hold, and the
 * scratch memory that packed operands take.
 */
import type { TileArithmetic } from "./tileArithmetic.ts"

/** A number of rows cut into tiles whose sizes differ by at most one: the first `big` tiles have `size` rows. */
export interface Split {
  readonly size: number
  readonly count: number
  readonly big: number
}

/** The fewest tiles of at most `most` rows, as equal as they can be. */
export const split = (rows: number, most: number): Split => {
  const count = Math.ceil(rows / most)
  const size = Math.ceil(rows / count)
  return { size, count, big: rows - count * (size - 1) }
}

export interface TileShape {
  readonly rows: number
  readonly vectors: number
}

/**
 * V8 has 15 vector registers for a tile: the sums, the side of the outer product that is held, one register of the side
 * that streams by, and one for the product where it is not fused with the sum.
 */
const registers = 15

const fits = ({ rows, vectors }: TileShape, fused: boolean): boolean =>
  rows * vectors + Math.min(rows, vectors) + (fused ? 1 : 2) <= registers && vectors <= 8

const tileShapes = (fused: boolean): ReadonlyArray<TileShape> => {
  const shapes: Array<TileShape> = []
  for (let rows = 1; rows <= 12; rows++) {
    for (let vectors = 1; vectors <= 8; vectors++) {
      if (fits({ rows, vectors }, fused)) shapes.push({ rows, vectors })
    }
  }
  return shapes
}

/**
 * Cycles of a tile: two multiply-adds start in each, but a sum waits four for the one before it. The rest is what a call
 * takes besides.
 */
const tileCycles = (rows: number, vectors: number, depth: number): number =>
  depth * Math.max(4, rows * vectors / 2, (rows + vectors) / 2) + 24 + 2 * rows * vectors

/** The tile with which a product takes the least time. */
export const chooseTile = (
  { fused, lanes }: TileArithmetic,
  rows: number,
  columns: number,
  depth: number
): TileShape => {
  const cost = (shape: TileShape): number => {
    const { big, count, size } = split(rows, shape.rows)
    const width = shape.vectors * lanes
    const full = Math.floor(columns / width)
    const last = Math.ceil((columns - full * width) / lanes)
    const rowsOf = (vectors: number): number =>
      vectors === 0
        ? 0
        : big * tileCycles(size, vectors, depth) + (count - big) * tileCycles(size - 1, vectors, depth)
    return full * rowsOf(shape.vectors) + rowsOf(last)
  }
  // Of equals the widest and tallest, for which packed panels serve the most sums.
  return tileShapes(fused)
    .map((shape) => ({ shape, cost: cost(shape) * (1 - 0.002 * Math.min(shape.rows, 2 * shape.vectors)) }))
    .reduce((best, candidate) => candidate.cost < best.cost ? candidate : best)
    .shape
}

/** `total` in the fewest blocks of at most `most`, as equal as they can be: the size of all but the last. */
export const evenBlock = (total: number, most: number): number =>
  Math.ceil(total / Math.max(1, Math.ceil(total / most)))

/** With both operands near, on one core; a rough number, by which work is cut up. */
export const multiplyAddsPerMicrosecond = ({ lanes }: TileArithmetic): number => 7000 * lanes

export const roundUp = (x: number, multiple: number): number => Math.ceil(x / multiple) * multiple
