/**
 * Products of matrices, and how they are divided into tiles.
 */
import type { DType } from "effax/DType"

/** `[...batch, m, k] x [...batch, k, n] -> [...batch, m, n]`. */
export interface ProductShape {
  readonly batch: ReadonlyArray<number>
  readonly m: number
  readonly n: number
  readonly k: number
  /** The dtype of elements, products and sums. */
  readonly dtype: DType
}

/** How a product is divided. */
export interface TileChoice {
  /** Results of a tile: multiples of 4 `blocks`. */
  readonly rows: number
  readonly columns: number
  /** Elements of a slab along the sum. */
  readonly depth: number
  /** Blocks of an invocation, down and across. */
  readonly blocks: readonly [down: number, across: number]
  /** Workgroups that share a tile. */
  readonly parts: number
}
