/**
 * Keys: made from seeds, split, folded; and the random bits that they stand for (threefry2x32, JAX's default mode).
 */
import * as aval from "../Aval.ts"
import * as DType from "../DType.ts"
import { ArgumentError, DTypeError, ShapeError } from "../Errors.ts"
import * as node from "../internal/node.ts"
import { checkOptions, knownOfDType } from "../internal/options.ts"
import type * as NdArray from "../NdArray.ts"
import { bitcast, convert, or, shiftLeft, xor } from "../primitive/elementwise.ts"
import { threefry2x32 } from "../primitive/random.ts"
import { concatenate, iota, reshape, slice } from "../primitive/structural.ts"
import type * as Shape from "../Shape.ts"
import * as Shapes from "../Shape.ts"

/**
 * A PRNG key: two words. One key gives the same numbers whenever it is used.
 *
 * @category models
 * @since 0.1.0
 */
export type Key = NdArray.NdArray<"uint32", readonly [2]>

/**
 * The key of a seed.
 *
 * **Details**
 *
 * Seeds of up to 32 bits give JAX's keys; wider ones fill both words. An integer array without axes is a seed too,
 * inside of a transformed function. Throws an `ArgumentError` for a number that is not whole.
 *
 * @example
 * ```ts
 * import { Random } from "effax"
 *
 * Random.key(42) // => [0, 42]
 * Random.key(-1) // => [0, 4294967295]
 * ```
 *
 * @category keys
 * @since 0.1.0
 */
export const key = (seed: number | bigint | NdArray.Any): Key => {
  if (node.isNode(seed)) {
    if (seed.shape.length !== 0 || !DType.isInteger(seed.dtype)) {
      throw new ArgumentError({
        operation: "key",
        message: `key: a seed is a whole number or an integer scalar, got ${aval.format(seed)}`
      })
    }
    const low = reshape(convert(seed, "uint32"), [1])
    return concatenate([reshape(node.literal(0, "uint32"), [1]), low], 0) as never
  }
  if (typeof seed !== "bigint" && !Number.isSafeInteger(seed)) {
    throw new ArgumentError({ operation: "key", message: `key: a seed is a whole number, got ${seed}` })
  }
  const wide = BigInt(seed as number | bigint)
  const narrow = wide >= -(2n ** 32n) && wide < 2n ** 32n
  const word = (value: bigint) => Number(BigInt.asUintN(32, value))
  return node.constant(new Uint32Array([narrow ? 0 : word(wide >> 32n), word(wide)]), "uint32", [2]) as never
}

/**
 * A key of raw words, such as those that were read of another key.
 *
 * @category keys
 * @since 0.1.0
 */
export const fromWords = (words: readonly [number, number]): Key =>
  node.constant(Uint32Array.from(words), "uint32", [2]) as never

/** Refuses what is no key, in the name of the function that was called with it. */
export const checkKey = (operation: string, key: NdArray.Any): void => {
  if (!node.isNode(key)) {
    throw new ArgumentError({
      operation,
      message: `${operation}: expected a key, got ${String(key)}; make one of a seed with Random.key, or ` +
        "several of one with Random.keys"
    })
  }
  if (key.dtype !== "uint32" || key.shape.length !== 1 || key.shape[0] !== 2) {
    throw new ShapeError({
      operation,
      message: `${operation}: expected one key (u32[2]), got ${aval.format(key)}; split a key with ` +
        "`const [a, b] = Random.keys(key)`, and use vmap to map over many keys"
    })
  }
}

const words = (operation: string, key: NdArray.Any): readonly [NdArray.Any, NdArray.Any] => {
  checkKey(operation, key)
  const word = (i: number) => reshape(slice(key, [i], [i + 1]), [])
  return [word(0), word(1)]
}

/** Two hashed words for each place of a shape: the hash of its row-major position. */
const hash = (operation: string, key: NdArray.Any, shape: Shape.Shape): readonly [NdArray.Any, NdArray.Any] => {
  const [k1, k2] = words(operation, key)
  const size = Shapes.size(shape)
  // positions fit one word: memory ends before they don't
  const low = reshape(iota("uint32", [size], 0), shape)
  return threefry2x32(k1, k2, node.literal(0, "uint32"), low)
}

const pairs = (a: NdArray.Any, b: NdArray.Any): NdArray.Any =>
  concatenate([reshape(a, [...a.shape, 1]), reshape(b, [...b.shape, 1])], a.shape.length)

/**
 * New keys from a key, which should not be used again: 2 by default, or a shape of them.
 *
 * **Details**
 *
 * `split(key, n)[i]` does not depend on `n`, and is `foldIn(key, i)`. The keys are one array `[n, 2]`: for
 * {@link keys} one by one see there, for many at once `vmap`.
 *
 * @example
 * ```ts
 * import { NdArray, Random, vmap } from "effax"
 *
 * Random.split(Random.key(0)) // => [[1797259609, 2579123966], [928981903, 3453687069]]
 * vmap((key: NdArray.Any) => Random.uniform(key, [3]))(Random.split(Random.key(0), 5)).shape // => [5, 3]
 * ```
 *
 * @category keys
 * @since 0.1.0
 */
export const split = <const N extends number | Shape.Shape = 2>(
  key: NdArray.Any,
  count: N = 2 as N
): NdArray.NdArray<
  "uint32",
  Shape.Settled<N extends number ? readonly [N, 2] : N extends Shape.Shape ? readonly [...N, 2] : never>
> => {
  const shape = Shapes.validate("split", typeof count === "number" ? [count] : count as Shape.Shape)
  return pairs(...hash("split", key, shape)) as never
}

/**
 * The keys of a split, one by one, for destructuring.
 *
 * @example
 * ```ts
 * import { Random } from "effax"
 *
 * const [k1, k2, k3] = Random.keys(Random.key(0), 3)
 * Random.normal(k1, [2]).shape // => [2]
 * ```
 *
 * @category keys
 * @since 0.1.0
 */
export const keys = <const N extends number = 2>(key: NdArray.Any, count: N = 2 as N): Shape.Times<Key, NoInfer<N>> => {
  const all = split(key, count) as NdArray.Any
  return Array.from({ length: count }, (_, i) => reshape(slice(all, [i, 0], [i + 1, 2]), [2])) as never
}

/**
 * The key that belongs to a number under a key: another one for every number.
 *
 * **When to use**
 *
 * In loops, where the number of keys is not known: `Random.foldIn(key, step)`.
 *
 * **Details**
 *
 * The number is a whole one of 32 bits, or an integer array without axes.
 *
 * @example
 * ```ts
 * import { Random } from "effax"
 *
 * Random.foldIn(Random.key(3), 7) // => [2647473427, 4234374204]
 * ```
 *
 * @category keys
 * @since 0.1.0
 */
export const foldIn = (key: NdArray.Any, data: number | NdArray.Any): Key => {
  if (typeof data === "number" && !(Number.isInteger(data) && data >= -(2 ** 31) && data < 2 ** 32)) {
    throw new ArgumentError({
      operation: "foldIn",
      message: `foldIn: the number must be a whole one of 32 bits, got ${data}; fold in the words of a wider one`
    })
  }
  const [k1, k2] = words("foldIn", key)
  const low = node.isNode(data) ? convert(data, "uint32") : node.literal((data as number) >>> 0, "uint32")
  const [a, b] = threefry2x32(k1, k2, node.literal(0, "uint32"), low)
  return pairs(a, b) as never
}

/**
 * Uniformly random bits, as unsigned integers of 8, 16, 32 or 64 bits; uint32 by default.
 *
 * @example
 * ```ts
 * import { Random } from "effax"
 *
 * Random.bits(Random.key(0), [2]) // => [4070199207, 4202968722]
 * ```
 *
 * @category bits
 * @since 0.1.0
 */
export const bits = <const S extends Shape.Shape = readonly [], D extends DType.UnsignedInteger = "uint32">(
  key: NdArray.Any,
  shape?: S,
  options: { readonly dtype?: D } = {}
): NdArray.NdArray<NoInfer<D>, Shape.Settled<S>> => {
  const { dtype = "uint32" } = checkOptions<{ readonly dtype?: DType.DType }>("bits", options, knownOfDType)
  if (!DType.isUnsigned(dtype)) {
    throw new DTypeError({ operation: "bits", message: `bits: expected an unsigned integer dtype, got ${dtype}` })
  }
  const sizes = Shapes.validate("bits", shape ?? [])
  const [a, b] = hash("bits", key, sizes)
  if (dtype === "uint64") {
    return or(shiftLeft(convert(a, "uint64"), 32), convert(b, "uint64")) as never
  }
  return convert(xor(a, b), dtype) as never
}

/** Bits read as another dtype of the same width. */
export const reinterpret = bitcast
