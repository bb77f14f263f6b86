import * as Keys from "effax/Keys"
import type * as Random from "effax/Random"
import type * as Effect from "effect/Effect"

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false
const expect = <T extends true>(): T | undefined => undefined

declare const n: number

// a written number of keys is a tuple
const two = Keys.split(2)
const some = Keys.split(n)
expect<Equal<Effect.Success<typeof two>, readonly [Random.Key, Random.Key]>>()
expect<Equal<Effect.Success<typeof some>, ReadonlyArray<Random.Key>>>()
