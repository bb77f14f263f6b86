import * as Debug from "effax/Debug"
import type { DType } from "effax/DType"
import type { CallbackError, ExecutionError } from "effax/Errors"
import type * as NdArray from "effax/NdArray"
import * as np from "effax/Numpy"
import type { Shape } from "effax/Shape"
import { pureCallback, ShapeDType, vmap } from "effax/Transform"
import * as Effect from "effect/Effect"

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false
const expect = <T extends true>(): T | undefined => undefined

declare const any: NdArray.Any
declare const v2: NdArray.NdArray<"float32", readonly [2]>
declare const watch: (value: Debug.HostValue) => Effect.Effect<unknown, unknown>
const tree = { v: v2, flags: [np.array(true)], name: "text" as const }

// values and their types pass through
const printed = Debug.print(v2, "{x}")
expect<Equal<typeof printed, typeof v2>>()
const printedTree = Debug.print(tree)
expect<Equal<typeof printedTree, typeof tree>>()
const piped = v2.pipe(Debug.print("{x}"), Debug.callback((value) => Effect.sync(() => value.toNested())))
expect<Equal<typeof piped, typeof v2>>()
const sum: NdArray.Any = np.multiply(Debug.callback(np.add(any, 1), watch), 2)
void vmap(Debug.callback(watch))(any)
void sum

// functions are given values of the same types
void Debug.callback(v2, (value) => {
  expect<Equal<typeof value, Debug.HostValue<"float32", readonly [2]>>>()
  expect<Equal<ReturnType<typeof value.toNested>, NdArray.Nested<"float32", readonly [2]>>>()
  return Effect.void
})
void Debug.callback(tree, (values) => {
  expect<Equal<typeof values.v, Debug.HostValue<"float32", readonly [2]>>>()
  expect<Equal<typeof values.name, "text">>()
  const flag: boolean = values.flags[0]!.toScalar()
  return Effect.fail(flag)
})
// @ts-expect-error a callback gives an effect
void Debug.callback(v2, () => 3)

// pureCallback: what it takes and gives
const f = pureCallback(
  (x: Debug.HostValue<"float32", readonly [2]>, n: Debug.HostValue<"int32", readonly []>) =>
    Effect.succeed({ a: [x.toNumbers().map((v) => v * n.toScalar())], b: true }),
  { a: new ShapeDType([1, 2], "float64"), b: new ShapeDType([], "bool") }
)
const found = f(v2, 3)
expect<Equal<typeof found.a, NdArray.NdArray<"float64", readonly [1, 2]>>>()
expect<Equal<typeof found.b, NdArray.NdArray<"bool", readonly []>>>()
const wide: NdArray.NdArray<DType, Shape> = pureCallback((x: Debug.HostValue) => x, any)(any)
void wide
// @ts-expect-error an argument of another dtype
f(np.array([true, false]), 3)
// @ts-expect-error an argument is missing
f(v2)
// @ts-expect-error a result is missing
pureCallback((x: Debug.HostValue) => ({ a: x }), { a: new ShapeDType([2], "float32"), b: new ShapeDType([], "bool") })
// @ts-expect-error there is no such method
pureCallback((x: Debug.HostValue) => x, any, { vmapMethod: "parallel" })

// failures are among those of executions
expect<Equal<Extract<ExecutionError, { readonly _tag: "CallbackError" }>, CallbackError>>()
