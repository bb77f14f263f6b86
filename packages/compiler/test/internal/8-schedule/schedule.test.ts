import { Numpy as np } from "effax"
import { describe, expect, it } from "vitest"
import { around } from "../stages.ts"

describe("schedule", () => {
  it("puts kernels that need each other's results on two sides of a barrier, and no others", () => {
    const { after, before } = around(
      "schedule",
      (x, y) => [np.matmul(np.matmul(x!, x!), y!), np.matmul(y!, y!)],
      np.zeros([2, 2]),
      np.zeros([2, 2])
    )
    expect(before).not.toContain("barrier")
    expect(after.split("\n").filter((line) => /^(barrier|contract)/.test(line))).toEqual([
      "contract dot_general [2, 2] over 2 in f32",
      "contract dot_general [2, 2] over 2 in f32",
      "barrier",
      "contract dot_general [2, 2] over 2 in f32"
    ])
  })
})
