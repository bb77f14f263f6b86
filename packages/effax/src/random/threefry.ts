/**
 * The hash that all random numbers come from.
 */
import type * as NdArray from "../NdArray.ts"
import { threefry2x32 as primitive } from "../primitive/random.ts"

type Words = NdArray.NdArray<"uint32">

/**
 * The Threefry-2x32 hash with 20 rounds of two counts under a key of two words, elementwise (Salmon et al., "Parallel random
 * numbers: as easy as 1, 2, 3", SC 2011).
 *
 * **When to use**
 *
 * For generators of your own. The other functions of Random take a key and draw numbers from it.
 *
 * **Details**
 *
 * Words of the key and counts are uint32, of one shape or scalars. Throws a `DTypeError` or a `ShapeError` for others.
 *
 * @example
 * ```ts
 * import { Numpy as np, Random } from "effax"
 *
 * const word = (n: number) => np.array(n, { dtype: "uint32" })
 * const [a, b] = Random.threefry2x32(word(0), word(0), word(0), word(0))
 * a // => 1797259609
 * ```
 *
 * @category bits
 * @since 0.1.0
 */
export const threefry2x32 = (
  key1: NdArray.Any,
  key2: NdArray.Any,
  count1: NdArray.Any,
  count2: NdArray.Any
): readonly [Words, Words] => primitive(key1, key2, count1, count2) as never
