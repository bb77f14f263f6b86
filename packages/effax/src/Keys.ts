/**
 * The service that hands out PRNG keys at the effectful boundary, the same ones whatever order concurrent fibers run in.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { ArgumentError } from "./Errors.ts"
import { describe } from "./internal/arguments/describe.ts"
import { dual, dualWithOptions } from "./internal/arguments/dual.ts"
import type { Known } from "./internal/arguments/options.ts"
import type * as NdArray from "./NdArray.ts"
import * as Random from "./Random.ts"
import type * as Shape from "./Shape.ts"

/**
 * A place in the tree of keys.
 *
 * @category models
 * @since 0.1.0
 */
export interface Place {
  /** The key that belongs to a label here. Always the same. */
  readonly key: (label: string | number) => Random.Key
  /** The next of this place's numbered keys. */
  readonly next: Effect.Effect<Random.Key>
  /** The place below a label. */
  readonly at: (label: string | number) => Place
}

/**
 * The place in the tree of keys that an effect runs in: labels and numbered draws derive from it.
 *
 * **When to use**
 *
 * At the effectful boundary, where threading keys through by hand would be tedious. Pure functions take a key.
 *
 * **Details**
 *
 * A key depends on the seed and on the way to it (labels, positions in `forEach`, how many keys the same place handed
 * out before), never on time. Numbered draws (`next`) belong to one fiber: a second fiber that draws from the same
 * place would make the numbers depend on scheduling, so it is refused, as a defect.
 *
 * @example
 * ```ts
 * import { Keys, Random } from "effax"
 * import { Effect } from "effect"
 *
 * const program = Effect.gen(function*() {
 *   const noise = Random.normal(yield* Keys.next, [2])
 *   const dropout = Random.bernoulli(yield* Keys.key("dropout"), 0.5, [2])
 *   return [noise.shape, dropout.dtype]
 * })
 *
 * Effect.provide(program, Keys.layer(0)) // => [[2], "bool"]
 * ```
 *
 * @category services
 * @since 0.1.0
 */
export class Keys extends Context.Service<Keys, Place>()("effax/Keys") {}

/** Branches of a place, apart from one another: its numbered keys, its labelled keys, and the places below. */
const branches = { next: 0, key: 1, place: 2 }

/**
 * The 32 bits of MurmurHash3 (Appleby, 2011) of the UTF-16 code units of a text. Short texts that differ in two characters
 * have different hashes, unlike with hashes that multiply by a small number.
 */
const murmur = (text: string, seed: number): number => {
  let h = seed
  for (let i = 0; i < text.length; i++) {
    let k = Math.imul(text.charCodeAt(i), 0xcc9e2d51)
    k = Math.imul((k << 15) | (k >>> 17), 0x1b873593)
    h ^= k
    h = (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0
  }
  h ^= text.length
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

/** The key below a label. Two independent hashes of a text are 64 bits, so that two labels practically never share a key. */
const fold = (key: NdArray.Any, branch: number, label: string | number): Random.Key =>
  typeof label === "number"
    ? Random.foldIn(Random.foldIn(Random.foldIn(key, branch), 0), label)
    : [1, murmur(label, 0), murmur(label, 0x9e3779b9)].reduce(Random.foldIn, Random.foldIn(key, branch))

const make = (root: NdArray.Any): Place => {
  let drawn = 0
  let owner: number | undefined
  return {
    key: (label) => fold(root, branches.key, label),
    next: Effect.withFiber((fiber) => {
      if (owner !== undefined && owner !== fiber.id) {
        return Effect.die(
          new ArgumentError({
            operation: "Keys.next",
            message:
              "Keys.next: two fibers draw from the same place, so the keys would depend on which runs first; give " +
              "each its own place with Keys.forEach or Keys.within, or ask for keys by label with Keys.key"
          })
        )
      }
      owner = fiber.id
      return Effect.succeed(Random.foldIn(Random.foldIn(root, branches.next), drawn++))
    }),
    at: (label) => make(fold(root, branches.place, label))
  }
}

/**
 * Keys that derive from a seed.
 *
 * @example
 * ```ts
 * import { Keys, NdArray, Numpy as np, Random } from "effax"
 * import { Effect } from "effect"
 *
 * const draw = Effect.map(Keys.next, (key) => Random.uniform(key))
 * const both = Effect.all([Effect.provide(draw, Keys.layer(7)), Effect.provide(draw, Keys.layer(7))])
 * // the same seed, the same number
 * const program = Effect.gen(function*() {
 *   const [a, b] = yield* both
 *   return yield* NdArray.toScalar(np.equal(a, b))
 * })
 * program // => true
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (seed: number | bigint): Layer.Layer<Keys> => Layer.sync(Keys, () => make(Random.key(seed)))

/**
 * Keys that derive from a key.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerKey = (key: NdArray.Any): Layer.Layer<Keys> => Layer.sync(Keys, () => make(key))

/**
 * The next key of this place: another one every time.
 *
 * **Gotchas**
 *
 * Only one fiber may draw from a place. In concurrent code use {@link forEach}, {@link within} or {@link key}.
 *
 * @category keys
 * @since 0.1.0
 */
export const next: Effect.Effect<Random.Key, never, Keys> = Effect.flatMap(Keys, (keys) => keys.next)

/**
 * Several keys at once: the next key of this place, split.
 *
 * **Details**
 *
 * They are a tuple where `count` is written as a number. They take one number of the place, however many keys there are, so that a change of `count` leaves later draws alone. The
 * first keys don't depend on how many are asked for.
 *
 * @example
 * ```ts
 * import { Keys, NdArray, Random } from "effax"
 * import { Effect } from "effect"
 *
 * const program = Effect.gen(function*() {
 *   const [weights, bias] = yield* Keys.split(2)
 *   return [Random.normal(weights, [3, 4]).shape, Random.normal(bias, [4]).shape]
 * })
 *
 * Effect.provide(program, Keys.layer(0)) // => [[3, 4], [4]]
 * ```
 *
 * @category keys
 * @since 0.1.0
 */
export const split = <const N extends number>(
  count: N
): Effect.Effect<Shape.Times<Random.Key, NoInfer<N>>, never, Keys> => Effect.map(next, (key) => Random.keys(key, count))

/**
 * The key that belongs to a label in this place: always the same one.
 *
 * @category keys
 * @since 0.1.0
 */
export const key = (label: string | number): Effect.Effect<Random.Key, never, Keys> =>
  Effect.map(Keys, (keys) => keys.key(label))

/**
 * Runs an effect in the place below a label.
 *
 * **Gotchas**
 *
 * The same label is the same place: run twice, the effect gets the same keys twice.
 *
 * @example
 * ```ts
 * import { Keys, NdArray, Numpy as np } from "effax"
 * import { Effect } from "effect"
 *
 * const program = Effect.gen(function*() {
 *   const outer = yield* Keys.next
 *   const inner = yield* Keys.next.pipe(Keys.within("layer"))
 *   return yield* NdArray.toScalar(np.all(np.equal(outer, inner)))
 * })
 *
 * Effect.provide(program, Keys.layer(0)) // => false
 * ```
 *
 * @category combinators
 * @since 0.1.0
 */
export const within: {
  (label: string | number): <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R | Keys>
  <A, E, R>(self: Effect.Effect<A, E, R>, label: string | number): Effect.Effect<A, E, R | Keys>
} = dual(
  "Keys.within",
  2,
  (self: Effect.Effect<unknown, unknown, unknown>, label: string | number) => {
    if (typeof label !== "string" && typeof label !== "number") {
      throw new ArgumentError({
        operation: "Keys.within",
        message: `Keys.within: expected an Effect and a label, a string or a number, got ${describe(label)}`
      })
    }
    return Effect.flatMap(Keys, (keys) => Effect.provideService(self, Keys, keys.at(label)))
  }
)

/** Options of {@link forEach}. @category models @since 0.1.0 */
export interface ForEachOptions {
  /** How many items are worked on at the same time; one by default. */
  readonly concurrency?: number | "unbounded"
}

const known: Known<ForEachOptions> = { concurrency: true }

/**
 * `Effect.forEach` in which every item has a place of its own: the same keys with any concurrency.
 *
 * @example
 * ```ts
 * import { Keys, NdArray, Numpy as np, Random } from "effax"
 * import { Effect } from "effect"
 *
 * const sample = (item: number) => Effect.map(Keys.next, (key) => np.add(Random.uniform(key), item))
 * const sequential = Effect.provide(Keys.forEach([0, 10], sample), Keys.layer(0))
 * const concurrent = Effect.provide(Keys.forEach([0, 10], sample, { concurrency: "unbounded" }), Keys.layer(0))
 *
 * const program = Effect.gen(function*() {
 *   const [a, b] = [np.stack(yield* sequential), np.stack(yield* concurrent)]
 *   return yield* NdArray.toNested(np.equal(a, b))
 * })
 * program // => [true, true]
 * ```
 *
 * @category combinators
 * @since 0.1.0
 */
export const forEach: {
  <A, B, E, R>(
    f: (item: A, index: number) => Effect.Effect<B, E, R>,
    options?: ForEachOptions
  ): (items: Iterable<A>) => Effect.Effect<ReadonlyArray<B>, E, R | Keys>
  <A, B, E, R>(
    items: Iterable<A>,
    f: (item: A, index: number) => Effect.Effect<B, E, R>,
    options?: ForEachOptions
  ): Effect.Effect<ReadonlyArray<B>, E, R | Keys>
} = dualWithOptions(
  "Keys.forEach",
  2,
  known,
  <A, B, E, R>(
    items: Iterable<A>,
    f: (item: A, index: number) => Effect.Effect<B, E, R>,
    options: ForEachOptions
  ) =>
    Effect.flatMap(next, (base) => {
      const place = make(base)
      return Effect.forEach(
        [...items],
        (item, index) => Effect.provideService(f(item, index), Keys, place.at(index)),
        options
      )
    })
)
