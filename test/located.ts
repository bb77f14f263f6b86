/**
 * What the tests of Layers that check have in common: lines of tests, and what reading an array fails with.
 */
import { Backend, NdArray, Numpy as np } from "effax"
import type { ExecutionError } from "effax/Errors"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"

type X = NdArray.Any

/** The line of the test that calls. */
export const line = (): number => Number(/\.test\.ts:(\d+)/.exec(new Error().stack!.split("\n")[2]!)![1])

export const lineOf = (location: string | undefined): number => Number(/\.test\.ts:(\d+):\d+/.exec(location ?? "")?.[1])

export const run = <A, E>(
  effect: Effect.Effect<A, E, Backend.Backend>,
  layer: Layer.Layer<Backend.Backend>
): Promise<A> => Effect.runPromise(Effect.provide(effect, layer))

/** What reading an array fails with. The arrays are described under the Layer. */
export const failure = <E extends ExecutionError>(layer: Layer.Layer<Backend.Backend>, make: () => X): Promise<E> =>
  run(Effect.flip(Effect.suspend(() => NdArray.toNested(make()))) as Effect.Effect<E, unknown, Backend.Backend>, layer)

export const value = (layer: Layer.Layer<Backend.Backend>, make: () => X): Promise<unknown> =>
  run(Effect.suspend(() => NdArray.toNested(make())), layer)

export const ints = (...values: ReadonlyArray<number>) => np.array(values.map(BigInt))
