/**
 * How products of matrices are divided into tiles: by their shape, unless something else was measured to be better.
 */
import { type DeviceTraits, pointsOf } from "./kernel.ts"
import type { ProductShape, TileChoice } from "./tile.ts"

/** Tiles that keep a GPU busy. */
const busy = 128
/** The least length of a sum that is worth a workgroup of its own. */
const worth = 256

/** Tiles of 128 by 128 have more work for each element fetched, if there are enough of them. */
const wide = { rows: 128, columns: 128, depth: 16, blocks: [2, 2] } as const

/**
 * Blocks of 8 by 8 results take half the reads of shared memory for each product that those of 4 by 4 do; of small tiles
 * they would leave too few invocations.
 */
const blocksOf = (rows: number, columns: number): TileChoice["blocks"] =>
  rows * columns < 2048 ? [1, 1] : rows * columns >= 4096 ? [2, 2] : rows > columns ? [2, 1] : [1, 2]

const isPossible = ({ maxInvocations, sharedMemory }: DeviceTraits, tile: Omit<TileChoice, "parts">): boolean =>
  tile.rows * tile.columns / (16 * tile.blocks[0] * tile.blocks[1]) <= maxInvocations &&
  (tile.rows + tile.columns) * tile.depth * 4 <= sharedMemory

const tilesOf = ({ batch, m, n }: ProductShape, rows: number, columns: number): number =>
  pointsOf(batch) * Math.ceil(m / rows) * Math.ceil(n / columns)

/** A tile no larger than it must be, and smaller ones where there would be too few of them. */
const plainOf = (product: ProductShape): Omit<TileChoice, "parts"> => {
  const largest = tilesOf(product, 64, 64) >= busy / 4 ? 64 : 32
  const side = (extent: number): number => extent <= 16 ? 16 : extent <= 32 ? 32 : largest
  const columns = side(product.n)
  // a workgroup has 32 invocations or more, as many as go in step on most devices
  const rows = Math.max(side(product.m), columns === 16 ? 32 : 16)
  return { rows, columns, depth: 16, blocks: blocksOf(rows, columns) }
}

const partsOf = (product: ProductShape, { columns, rows }: Pick<TileChoice, "rows" | "columns">): number => {
  if (product.dtype === "bool") return 1
  const parts = Math.ceil(busy / tilesOf(product, rows, columns))
  return Math.max(1, Math.min(parts, Math.floor(product.k / worth)))
}

/** The division of a product of a shape. */
export const chooseTile = (traits: DeviceTraits, product: ProductShape): TileChoice => {
  const tile = isPossible(traits, wide) && tilesOf(product, wide.rows, wide.columns) >= busy
    ? wide
    : plainOf(product)
  return { ...tile, parts: partsOf(product, tile) }
}

/** Divisions that are worth measuring for a shape, the one that is chosen without measuring first. */
export const tileCandidates = (traits: DeviceTraits, product: ProductShape): ReadonlyArray<TileChoice> => {
  const chosen = chooseTile(traits, product)
  const sides = [16, 32, 64, 128]
  const others = sides
    .flatMap((rows) => sides.map((columns) => ({ rows, columns })))
    // long thin tiles fetch much for what they compute; a tile that is mostly outside is no candidate
    .filter(({ columns, rows }) => Math.max(rows / columns, columns / rows) <= 4)
    .filter(({ columns, rows }) => rows < 2 * product.m && columns < 2 * product.n)
    .flatMap((tile) => ([[1, 1], [2, 1], [1, 2], [2, 2]] as const).map((blocks) => ({ ...tile, blocks, depth: 16 })))
    .filter((tile) => isPossible(traits, tile) && tile.rows * tile.columns >= 1024 * tile.blocks[0] * tile.blocks[1])
    .map((tile) => ({ ...tile, parts: partsOf(product, tile) }))
  return [chosen, ...others]
}
