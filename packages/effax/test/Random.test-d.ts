import type { DType } from "effax/DType"
import * as Keys from "effax/Keys"
import type * as NdArray from "effax/NdArray"
import * as Nn from "effax/Nn"
import * as Random from "effax/Random"
import type { Shape } from "effax/Shape"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false
type Is<X, D extends DType, S extends Shape> = Equal<X, NdArray.NdArray<D, S>>
const expect = <T extends true>(): T | undefined => undefined

declare const any: NdArray.Any
declare const m23: NdArray.NdArray<"float32", readonly [2, 3]>
declare const n: number

// keys
const key = Random.key(0)
expect<Is<Random.Key, "uint32", readonly [2]>>()
expect<Equal<typeof key, Random.Key>>()
const keys = {
  split: Random.split(key),
  five: Random.split(key, 5),
  matrix: Random.split(key, [2, 3]),
  pair: Random.keys(key),
  three: Random.keys(key, 3),
  some: Random.keys(key, n),
  folded: Random.foldIn(key, 7)
}
expect<Is<typeof keys.split, "uint32", readonly [2, 2]>>()
expect<Is<typeof keys.five, "uint32", readonly [5, 2]>>()
expect<Is<typeof keys.matrix, "uint32", readonly [2, 3, 2]>>()
expect<Equal<typeof keys.pair, readonly [Random.Key, Random.Key]>>()
expect<Equal<typeof keys.three, readonly [Random.Key, Random.Key, Random.Key]>>()
expect<Equal<typeof keys.some, ReadonlyArray<Random.Key>>>()
expect<Equal<typeof keys.folded, Random.Key>>()

// samplers
const samples = {
  scalar: Random.uniform(key),
  uniform: Random.uniform(key, [2, 3]),
  half: Random.normal(key, [3], { dtype: "float16" }),
  bits: Random.bits(key, [4], { dtype: "uint8" }),
  integers: Random.randint(key, [n], 0, 10),
  small: Random.randint(key, [2], 0, 10, { dtype: "int8" }),
  coin: Random.bernoulli(key),
  coins: Random.bernoulli(key, 0.5, [3]),
  coinsOf: Random.bernoulli(key, m23),
  categorical: Random.categorical(key, m23),
  order: Random.permutation(key, 5),
  shuffled: Random.permutation(key, m23),
  choice: Random.choice(key, 10, [3]),
  rows: Random.choice(key, m23, [5]),
  signs: Random.rademacher(key, [2])
}
expect<Is<typeof samples.scalar, "float32", readonly []>>()
expect<Is<typeof samples.uniform, "float32", readonly [2, 3]>>()
expect<Is<typeof samples.half, "float16", readonly [3]>>()
expect<Is<typeof samples.bits, "uint8", readonly [4]>>()
expect<Is<typeof samples.integers, "int32", readonly [number]>>()
expect<Is<typeof samples.small, "int8", readonly [2]>>()
expect<Is<typeof samples.coin, "bool", readonly []>>()
expect<Is<typeof samples.coins, "bool", readonly [3]>>()
expect<Is<typeof samples.coinsOf, "bool", readonly [2, 3]>>()
expect<Is<typeof samples.categorical, "int32", Shape>>()
expect<Is<typeof samples.order, "int32", readonly [5]>>()
expect<Is<typeof samples.shuffled, "float32", readonly [2, 3]>>()
expect<Is<typeof samples.choice, "int32", readonly [3]>>()
expect<Is<typeof samples.rows, "float32", readonly [5, 3]>>()
expect<Is<typeof samples.signs, "int32", readonly [2]>>()
// @ts-expect-error normal numbers are floating-point
void Random.normal(key, [2], { dtype: "int32" })
// @ts-expect-error bits are unsigned
void Random.bits(key, [2], { dtype: "int32" })

// what a result is used for does not decide what it is
// @ts-expect-error without a shape there is one number
const seven: NdArray.NdArray<"float32", readonly [7]> = Random.uniform(key)
// @ts-expect-error float32 unless another dtype is given
const double: NdArray.NdArray<"float64"> = Random.normal(key, [2])
// @ts-expect-error two keys unless another number is given
const split: NdArray.NdArray<"uint32", readonly [7, 2]> = Random.split(key)
export { double, seven, split }

// networks
const layers = {
  relu: Nn.relu(m23),
  reluInt: Nn.relu(np23()),
  softmax: Nn.softmax(m23),
  gelu: Nn.gelu(any),
  logsumexp: Nn.logsumexp(m23, { axis: 1 }),
  logsumexpAny: Nn.logsumexp(any),
  oneHot: Nn.oneHot(np23(), 10),
  oneHotFirst: Nn.oneHot(np23(), 10, { axis: 0, dtype: "bool" }),
  weight: Nn.initializers.heNormal()(key, [4, 5])
}
declare function np23(): NdArray.NdArray<"int32", readonly [2, 3]>
expect<Is<typeof layers.relu, "float32", readonly [2, 3]>>()
expect<Is<typeof layers.reluInt, "int32", readonly [2, 3]>>()
expect<Is<typeof layers.softmax, "float32", readonly [2, 3]>>()
expect<Equal<typeof layers.gelu.shape, Shape>>()
expect<Is<typeof layers.logsumexp, "float32", readonly [2]>>()
expect<Equal<typeof layers.logsumexpAny.shape, readonly []>>()
expect<Is<typeof layers.oneHot, "float32", readonly [2, 3, 10]>>()
expect<Is<typeof layers.oneHotFirst, "bool", readonly [10, 2, 3]>>()
expect<Is<typeof layers.weight, "float32", readonly [4, 5]>>()

// the service
const drawn = Effect.gen(function*() {
  const one = yield* Keys.next
  const two = yield* Keys.key("dropout")
  expect<Equal<typeof one, Random.Key>>()
  expect<Equal<typeof two, Random.Key>>()
  return yield* Keys.forEach([1, 2], (item) => Keys.within(Effect.as(Keys.next, item), "layer"), { concurrency: 2 })
})
expect<Equal<typeof drawn, Effect.Effect<ReadonlyArray<number>, never, Keys.Keys>>>()
expect<Equal<ReturnType<typeof Keys.layer>, Layer.Layer<Keys.Keys>>>()
