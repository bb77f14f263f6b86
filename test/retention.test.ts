/**
 * What the compile cache holds of a Program doesn't keep arrays alive: neither functions of the host in it nor the places
 * where its equations were written.
 */
import { describe, expect, it } from "@effect/vitest"
import {
  Backend,
  Checks,
  customJvp,
  customVjp,
  Debug,
  grad,
  jit,
  Lax,
  NdArray,
  Numpy as np,
  Profile,
  pureCallback,
  ShapeDType
} from "effax"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { backends } from "./backends.ts"

type X = NdArray.Any

/** The arrays that are alive when nothing refers to any. */
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

/** Functions that users write, which hold an object; each is compiled and its function forgotten. */
const closures: { readonly [name: string]: (held: object) => (x: X) => X } = {
  "a rule of customJvp": (held) => {
    const f = customJvp(
      (x: X): X => np.sin(x),
      ([x], [dx]) => [np.sin(x), held === undefined ? dx : np.multiply(dx, np.cos(x))]
    )
    return jit((x: X) => f(x) as X)
  },
  "rules of customVjp": (held) => {
    const f = customVjp(
      (x: X): X => np.sin(x),
      {
        forward: (x) => [np.sin(x), x],
        backward: (x, g) => [held === undefined ? g : np.multiply(g, np.cos(x as X))]
      }
    )
    return (x) => grad((y: X) => np.sum(f(y)))(x) as X
  },
  "a rule inside of a loop": (held) => {
    const f = customJvp(
      (x: X): X => np.sin(x),
      ([x], [dx]) => [np.sin(x), held === undefined ? dx : np.multiply(dx, np.cos(x))]
    )
    return (x) => Lax.foriLoop(0, 2, (_, y: X) => f(y) as X, x)
  },
  "a callback": (held) =>
    jit(pureCallback((x: Debug.HostValue) => held === undefined ? x : x, new ShapeDType([4], "float32"), {
      name: "holding"
    })) as never,
  "a callback that looks on": (held) => (x) => Debug.callback(x, () => held === undefined ? Effect.void : Effect.void),
  "a static argument": (held) => {
    const f = jit((x: X, of: object) => of === held ? np.add(x, 2) : x, { staticArgnums: 1 })
    return (x) => f(x, held)
  }
}

/** Compiles and runs a function that holds an object, of which nothing else is left. */
const forgotten = (make: (held: object) => (x: X) => X) =>
  Effect.gen(function*() {
    const held = { bytes: new Uint8Array(1 << 20) }
    yield* Effect.asVoid(make(held)(yield* np.array([1, 2, 3, 4])))
    return new WeakRef(held)
  })

/** Ten steps, each on the result of the one before. */
const loop = (step: (x: X) => X) =>
  Effect.gen(function*() {
    let x: X = yield* np.array([1, 2, 3, 4])
    for (let i = 0; i < 10; i++) x = yield* step(x)
  })

describe.each(backends)("on $name", ({ layer }) => {
  const layers = {
    "the backend itself": layer,
    nonFinite: Layer.provide(Checks.layerNonFinite, layer),
    checked: Layer.provide(Checks.layerChecked, layer),
    profiled: Layer.provide(Profile.layer, layer)
  }
  it.effect.each(Object.entries(layers))("%s", ([, decorated]) =>
    Effect.gen(function*() {
      for (const step of Object.values(steps)) yield* loop(step)
      expect(yield* left).toBe(0)
    }).pipe(Effect.provide(decorated)))

  it.live.each(Object.entries(layers))(
    "what functions close over is not kept by what was compiled: %s",
    ([, decorated]) =>
      Effect.gen(function*() {
        const { gc } = globalThis as { readonly gc?: () => void }
        const { statistics } = yield* Backend.Backend
        const references = yield* Effect.forEach(
          Object.entries(closures),
          ([name, make]) => Effect.map(forgotten(make), (reference) => [name, reference] as const)
        )
        const kept = () => references.flatMap(([name, reference]) => reference.deref() === undefined ? [] : [name])
        for (let i = 0; i < 20; i++) {
          // a reference that was looked at is alive until the next turn
          yield* Effect.sleep(2)
          gc!()
        }
        expect(kept()).toEqual([])
        expect((yield* statistics).compilations).toBeGreaterThanOrEqual(references.length)
      }).pipe(Effect.provide(decorated))
  )
})
