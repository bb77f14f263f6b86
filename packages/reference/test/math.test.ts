import { AllClose } from "@effax/testing"
import { describe, expect, it } from "vitest"
import { roundAway, roundEven } from "../src/internal/math/elementary.ts"
import { erf, erfc, erfInv } from "../src/internal/math/errorFunction.ts"
import { digamma, lgamma } from "../src/internal/math/gamma.ts"
import { nextAfter } from "../src/internal/math/nextAfter.ts"

const range = (n: number, from: number, to: number) =>
  Array.from({ length: n }, (_, i) => from + (to - from) * (i + 0.5) / n)

const relative = (actual: number, expected: number): number =>
  actual === expected ? 0 : Math.abs(actual - expected) / Math.abs(expected)

describe("error function", () => {
  // Abramowitz and Stegun, table 7.1, and DLMF 7.12.1 to more digits
  it("has the tabulated values", () => {
    expect(relative(erf(0.5), 0.5204998778130465376827)).toBeLessThan(3e-16)
    expect(relative(erf(1), 0.8427007929497148693412)).toBeLessThan(3e-16)
    expect(relative(erfc(1), 0.1572992070502851306588)).toBeLessThan(1e-15)
    expect(relative(erfc(2), 0.004677734981047265837931)).toBeLessThan(1e-15)
    expect(relative(erfc(5), 1.537459794428034850188e-12)).toBeLessThan(1e-15)
    expect(relative(erfc(10), 2.088487583762544757001e-45)).toBeLessThan(1e-15)
    expect(erfc(-30)).toBe(2)
    expect(erf(-0)).toBe(-0)
  })
  it("is undone by its inverse, near 0 and near 1 too", () => {
    for (const y of [...range(200, -0.999, 0.999), 1e-300, -1e-20, 1e-8, 1 - 2 ** -53, -(1 - 2 ** -40)]) {
      const x = erfInv(y)
      const back = Math.abs(y) < 0.5 ? relative(erf(x), y) : relative(erfc(Math.abs(x)), 1 - Math.abs(y))
      expect(back, String(y)).toBeLessThan(1e-14)
    }
    expect([erfInv(1), erfInv(-1), erfInv(0), erfInv(-0), erfInv(1.5)]).toEqual([Infinity, -Infinity, 0, -0, NaN])
  })
})

describe("gamma function", () => {
  it("is the factorial at integers", () => {
    let factorial = 1
    for (let n = 3; n < 30; n++) {
      factorial *= n - 1
      expect(relative(lgamma(n), Math.log(factorial)), String(n)).toBeLessThan(1e-15)
    }
    expect([lgamma(1), lgamma(2)]).toEqual([0, 0])
  })
  it("obeys its recurrence and its reflection", () => {
    for (const x of [...range(97, -7.9, 8), ...range(20, 8, 200)]) {
      const size = Math.max(1, Math.abs(lgamma(x)))
      expect(Math.abs(lgamma(x + 1) - lgamma(x) - Math.log(Math.abs(x))) / size, `lgamma ${x}`).toBeLessThan(1e-14)
      expect(Math.abs(digamma(x + 1) - digamma(x) - 1 / x) / Math.max(1, Math.abs(digamma(x))), `digamma ${x}`)
        .toBeLessThan(1e-13)
    }
  })
  it("keeps its digits at its zeros", () => {
    // lgamma(1 + z) = -gamma z + zeta(2) z^2 / 2 - ...
    const z = 2 ** -20
    expect(
      relative(lgamma(1 + z), z * (-0.57721566490153286061 + z * (0.82246703342411321824 - z * 0.40068563438653142847)))
    )
      .toBeLessThan(1e-14)
    expect(relative(digamma(1), -0.57721566490153286061)).toBeLessThan(1e-14)
    expect(relative(digamma(0.5), -1.96351002602142347944)).toBeLessThan(1e-14)
  })
})

describe("rounding", () => {
  it("rounds halves away from zero, or to even", () => {
    const xs = [0.5, -0.5, 1.5, 2.5, -2.5, 0.49999999999999994, -0.3, 2 ** 52 + 1, Infinity, -Infinity, NaN]
    expect(xs.map(roundAway)).toEqual([1, -1, 2, 3, -3, 0, -0, 2 ** 52 + 1, Infinity, -Infinity, NaN])
    expect(xs.map(roundEven)).toEqual([0, -0, 2, 2, -2, 0, -0, 2 ** 52 + 1, Infinity, -Infinity, NaN])
  })
})

describe("nextAfter", () => {
  it("moves by one representable number", () => {
    for (const dtype of ["bfloat16", "float16", "float32", "float64"] as const) {
      const next = nextAfter(dtype)
      for (const x of [0, -0, 1, -1, 0.125, -1024]) {
        for (const y of [Infinity, -Infinity]) {
          expect(AllClose.ulpDistance(x, next(x, y), dtype), `${dtype} ${x} ${y}`).toBe(1)
          expect(Math.sign(next(x, y) - x)).toBe(Math.sign(y))
        }
      }
      expect(next(NaN, 1)).toBeNaN()
      expect(next(Infinity, 0)).toBeLessThan(Infinity)
      expect(next(next(Infinity, 0), Infinity)).toBe(Infinity)
      expect(next(0, -0)).toBe(-0)
    }
  })
})
