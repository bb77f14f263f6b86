/**
 * Keys: made from seeds, split, folded; and the random bits that they stand for (threefry2x32, JAX's default mode).
 */
import * as aval from "../Aval.ts"
import * as DType from "../DType.ts"
import { ArgumentError, DTypeError, ShapeError } from "../Errors.ts"
import { checkOptions, knownOfDType } from "../internal/arguments/options.ts"
import * as node from "../internal/graph/node.ts"
import { asInteger } from "../internal/graph/numbers.ts"
import { holds } from "../internal/graph/scalars.ts"
import type * as NdArray from "../NdArray.ts"
import {
  and,
  bitcast,
  convert,
  ge,
  lt,
  or,
  select,
  shiftLeft,
  shiftRightLogical,
  xor
} from "../primitive/elementwise.ts"
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
 * Seeds of up to 32 bits give JAX's keys; wider ones, of up to 64 bits, fill both words. An integer array without axes is a
 * seed too, and gives the key that the number would. Throws an `ArgumentError` for a number that is not whole.
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
  const [high, low] = seedWords("key", "a seed", seed)
  return typeof high === "number" && typeof low === "number"
    ? node.constant(new Uint32Array([high, low]), "uint32", [2]) as never
    : pairs(word(high), word(low)) as never
}

type Word = number | NdArray.Any

/** Seeds that JAX keeps in one word. */
const isNarrow = (seed: bigint): boolean => seed >= -(2n ** 32n) && seed < 2n ** 32n

/** The high and the low word of a whole number of 64 bits, known or computed; the high word of up to 32 bits is 0. */
const seedWords = (operation: string, what: string, seed: number | bigint | NdArray.Any): readonly [Word, Word] => {
  if (node.isNode(seed)) {
    const array = asInteger(operation, seed)
    if (array.shape.length === 0 && DType.isInteger(array.dtype)) return computedWords(array)
    throw new ArgumentError({
      operation,
      message: `${operation}: ${what} is a whole number or an integer scalar, got ${aval.format(array)}`
    })
  }
  if (typeof seed !== "bigint" && !Number.isSafeInteger(seed)) {
    throw new ArgumentError({ operation, message: `${operation}: ${what} is a whole number, got ${seed}` })
  }
  const wide = BigInt(seed as number | bigint)
  if (!holds("int64", wide) && !holds("uint64", wide)) {
    throw new ArgumentError({ operation, message: `${operation}: ${what} has up to 64 bits, got ${seed}` })
  }
  const bits32 = (value: bigint) => Number(BigInt.asUintN(32, value))
  return [isNarrow(wide) ? 0 : bits32(wide >> 32n), bits32(wide)]
}

const computedWords = (seed: NdArray.Any): readonly [Word, Word] => {
  const low = convert(seed, "uint32")
  if (DType.itemSize(seed.dtype) < 8) return [0, low]
  const high = convert(shiftRightLogical(seed, 32), "uint32")
  if (seed.dtype === "uint64") return [high, low]
  const narrow = and(ge(seed, -(2n ** 32n)), lt(seed, 2n ** 32n))
  return [select(narrow, 0, high), low]
}

const word = (x: Word): NdArray.Any => typeof x === "number" ? node.literal(x, "uint32") : x

/**
 * A key of raw words, such as those that were read of another key.
 *
 * @category keys
 * @since 0.1.0
 */
export const fromWords = (words: readonly [number, number]): Key => {
  if (words.length !== 2 || !words.every((part) => holds("uint32", part))) {
    throw new ArgumentError({
      operation: "fromWords",
      message: `fromWords: expected two whole numbers from 0 to 2^32 - 1, got [${words.join(", ")}]`
    })
  }
  return node.constant(Uint32Array.from(words), "uint32", [2]) as never
}

/** Refuses anything but a key, in the name of the function that was called with it. */
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
  const part = (i: number) => reshape(slice(key, [i], [i + 1]), [])
  return [part(0), part(1)]
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
 * The number is a whole one, or an integer scalar. Numbers of up to 32 bits give JAX's keys; wider ones fill both words.
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
export const foldIn = (key: NdArray.Any, data: number | bigint | NdArray.Any): Key => {
  const [high, low] = seedWords("foldIn", "the number", data)
  const [k1, k2] = words("foldIn", key)
  const [a, b] = threefry2x32(k1, k2, word(high), word(low))
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
