import { describe, expect, it } from "@effect/vitest"
import { grad, NdArray, Numpy as np, Program, vmap } from "effax"
import * as Effect from "effect/Effect"
import { acquire, here } from "../../../src/internal/graph/location.ts"

type X = NdArray.Any

/** The line of this file that calls. */
const line = (): number => Number(/location\.test\.ts:(\d+)/.exec(new Error().stack!.split("\n")[2]!)![1])

const lineOf = (location: string | undefined): number =>
  Number(/location\.test\.ts:(\d+):\d+/.exec(location ?? "")?.[1])

describe("locations", () => {
  it("are not taken while nobody wants to know", () => {
    expect(here()).toBeUndefined()
    expect(Effect.runSync(Program.trace((x: X) => np.sin(x), np.ones([2]))).equations[0]!.location).toBeUndefined()
  })

  it("are the lines of the user's calls, also in what transformations make of them", () => {
    const release = acquire()
    try {
      let expected = 0
      const f = (x: X) => {
        expected = line() + 1
        return np.sum(np.sin(x))
      }
      const traced = (of: (x: X) => X) =>
        Effect.runSync(Program.trace(of, np.ones([2]))).equations.map(({ location }) => lineOf(location?.toString()))
      expect(new Set(traced(f))).toEqual(new Set([expected]))
      expect(new Set(traced(grad(f) as (x: X) => X))).toEqual(new Set([expected]))
      expect(new Set(traced(vmap(grad((x: X) => f(x)) as (x: X) => X) as (x: X) => X))).toEqual(new Set([expected]))
    } finally {
      release()
    }
    expect(here()).toBeUndefined()
  })

  it("say the function", () => {
    const release = acquire()
    const named = () => here()
    const frame = named()!.frame
    release()
    expect(frame?.function).toBe("named")
    expect(frame?.file).toMatch(/graph\/location\.test\.ts$/)
  })
})
