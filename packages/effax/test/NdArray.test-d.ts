import type { Backend } from "effax/Backend"
import type { DType } from "effax/DType"
import type { ExecutionError } from "effax/Errors"
import * as NdArray from "effax/NdArray"
import type { Shape } from "effax/Shape"
import * as Effect from "effect/Effect"

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false
type Is<X, D extends DType, S extends Shape> = Equal<X, NdArray.NdArray<D, S>>
type Runs<X, A> = Equal<X, Effect.Effect<A, ExecutionError, Backend>>
const expect = <T extends true>(): T | undefined => undefined

declare const any: NdArray.Any
declare const m23: NdArray.NdArray<"float32", readonly [2, 3]>
declare const scalar: NdArray.NdArray<"bool", readonly []>
declare const long: NdArray.NdArray<"int64", readonly [3]>
declare const complex: NdArray.NdArray<"complex64", readonly [number]>
declare const floats: NdArray.NdArray<"float32">

// an array is the Effect of itself
expect<Equal<Effect.Success<typeof m23>, typeof m23>>()
expect<Equal<Effect.Error<typeof m23>, ExecutionError>>()
expect<Equal<Effect.Services<typeof m23>, Backend>>()
expect<Equal<Effect.Success<NdArray.Any>, NdArray.Any>>()
const mapped = Effect.map(m23, (x) => x.shape)
expect<Runs<typeof mapped, readonly [2, 3]>>()
const program = Effect.gen(function*() {
  const x = yield* m23
  expect<Equal<typeof x, typeof m23>>()
  return x.dtype
})
expect<Runs<typeof program, "float32">>()

// members
expect<Equal<typeof m23.dtype, "float32">>()
expect<Equal<typeof m23.shape[1], 3>>()
expect<Equal<typeof any.shape, Shape>>()

// from the host
const made = {
  vector: NdArray.fromTypedArray(new Float32Array(6)),
  matrix: NdArray.fromTypedArray(new Int16Array(6), [2, 3]),
  bits: NdArray.fromTypedArray(new Uint16Array(6), [6], "bfloat16"),
  bigints: NdArray.fromTypedArray(new BigUint64Array(1), [])
}
expect<Is<typeof made.vector, "float32", readonly [number]>>()
expect<Is<typeof made.matrix, "int16", readonly [2, 3]>>()
expect<Is<typeof made.bits, "bfloat16", readonly [6]>>()
expect<Is<typeof made.bigints, "uint64", readonly []>>()

// to the host
const nested = [
  NdArray.toNested(m23),
  NdArray.toNested(scalar),
  NdArray.toNested(long),
  NdArray.toNested(complex),
  NdArray.toNested(any)
] as const
expect<Runs<typeof nested[0], ReadonlyArray<ReadonlyArray<number>>>>()
expect<Runs<typeof nested[1], boolean>>()
expect<Runs<typeof nested[2], ReadonlyArray<bigint>>>()
expect<Runs<typeof nested[3], ReadonlyArray<{ readonly re: number; readonly im: number }>>>()
expect<Runs<typeof nested[4], unknown>>()

// trees
const trees = [
  NdArray.toNested({ loss: scalar, grads: [m23, long] as const, epoch: 3 }),
  NdArray.toTypedArray({ loss: scalar, grads: [m23, long] as const, label: "a" }),
  NdArray.toTypedArray(any)
] as const
expect<
  Runs<typeof trees[0], {
    readonly loss: boolean
    readonly grads: readonly [ReadonlyArray<ReadonlyArray<number>>, ReadonlyArray<bigint>]
    readonly epoch: number
  }>
>()
expect<
  Runs<typeof trees[1], {
    readonly loss: Uint8Array
    readonly grads: readonly [Float32Array, BigInt64Array]
    readonly label: string
  }>
>()
expect<Runs<typeof trees[2], NdArray.TypedArray>>()

const scalars = [NdArray.toScalar(scalar), NdArray.toScalar(floats), NdArray.toTypedArray(m23)] as const
expect<Runs<typeof scalars[0], boolean>>()
expect<Runs<typeof scalars[1], number>>()
expect<Runs<typeof scalars[2], Float32Array>>()
// @ts-expect-error { "not one element": readonly [2, 3] }
void NdArray.toScalar(m23)

// many at once
interface State {
  readonly weight: typeof m23
  readonly step: number
}
declare const state: State
const evaluated = NdArray.evaluate(state)
expect<Runs<typeof evaluated, State>>()
const scoped = NdArray.scoped(Effect.as(m23, "done"))
expect<Runs<typeof scoped, string>>()

// what is known may be forgotten, not the other way round
const forgotten: NdArray.Any = m23
// @ts-expect-error of any shape
const remembered: typeof m23 = floats
// @ts-expect-error a typed array is no array
const host: NdArray.Any = new Float32Array(1)
export { forgotten, host, remembered }
