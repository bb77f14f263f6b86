/**
 * What the compile cache holds of a Program doesn't keep arrays alive: neither functions of the host in it nor the places
 * where its equations were written.
 */
import { describe, expect, it } from "@effect/vitest"
import { Backend, Checks, Debug, NdArray, Numpy as np, Profile, pureCallback, ShapeDType } from "effax"
import * as Effect from "effect/Effect"
import { backends } from "./backends.ts"

type X = NdArray.Any

/** The arrays that are alive when nobody holds any. */
const left = Effect.gen(function*() {
  const { gc } = globalThis as { readonly gc?: () => void }
  const backend = yield* Backend.Backend
  // what is finalised is given back by a task of its own
  for (let i = 0; i < 20 && (yield* backend.statistics).arraysLive > 0; i++) {
    gc!()
    yield* Effect.promise(() => new Promise((resolve) => setTimeout(resolve, 2)))
  }
  return (yield* backend.statistics).arraysLive
})

const copied = pureCallback((x: Debug.HostValue) => x, new ShapeDType([4], "float32"), { name: "copied" })

const steps: { readonly [name: string]: (x: X) => X } = {
  pureCallback: (x) => copied(x) as X,
  "Debug.callback": (x) => Debug.callback(x, () => Effect.void),
  "Debug.callback on a tree": (x) => Debug.callback({ x, one: 1 }, () => Effect.void).x,
  "a function that closes over an array": (x) => [1].map((one) => np.add(x, one))[0]!
}

/** Ten steps, each on the result of the one before. */
const loop = (step: (x: X) => X) =>
  Effect.gen(function*() {
    let x: X = yield* np.array([1, 2, 3, 4])
    for (let i = 0; i < 10; i++) x = yield* step(x)
  })

describe.each(backends)("on $name", ({ layer }) => {
  const layers = {
    "the backend itself": layer,
    nanCheck: layer.pipe(Checks.nanCheck()),
    checked: layer.pipe(Checks.checked()),
    profiled: layer.pipe(Profile.profiled())
  }
  it.effect.each(Object.entries(layers))("%s", ([, decorated]) =>
    Effect.gen(function*() {
      for (const step of Object.values(steps)) yield* loop(step)
      expect(yield* left).toBe(0)
    }).pipe(Effect.provide(decorated)))
})
