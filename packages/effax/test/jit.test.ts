import { jit, NdArray, Numpy as np } from "effax"
import { ArgumentError } from "effax/Errors"
import { describe, expect, it } from "vitest"

type X = NdArray.Any

describe("positions of static and donated arguments", () => {
  const f = (x: X, n: number, how: string) => how === "power" ? np.power(x, n) : np.multiply(x, n)

  it("count from the end where they are negative", () => {
    for (const staticArgnums of [[1, 2], [-2, -1], [-1, 1]]) {
      const jitted = jit(f, { staticArgnums })
      for (const n of [2, 3, 2]) expect(jitted(np.ones([3]), n, "power").shape).toEqual([3])
      expect(jitted.traces.map(({ program }) => program.parameters.length)).toEqual([1, 1])
    }
    const donated = jit((x: X, y: X) => np.add(x, y), { donateArgnums: -1 })
    expect(donated(np.ones([3]), np.ones([3])).shape).toEqual([3])
    expect(() => jit(f, { donateArgnums: -1, staticArgnums: 2 })).toThrow("both static and donated")
  })

  it("may be those of arguments that are left out", () => {
    const optional = jit((x: X, n: number = 2) => np.multiply(x, n), { staticArgnums: 1 })
    expect(optional(np.ones([3])).shape).toEqual([3])
  })

  it("are refused before the first argument", () => {
    expect(() => jit(f, { staticArgnums: -4 })).toThrow(ArgumentError)
    expect(() => jit(f, { staticArgnums: -4 })).toThrow(
      "jit: staticArgnums -4 is out of range for a call with 3 arguments; positions count from 0, negative ones from the end"
    )
    expect(() => jit(f, { donateArgnums: 0.5 })).toThrow("jit: donateArgnums 0.5 is out of range")
  })
})
