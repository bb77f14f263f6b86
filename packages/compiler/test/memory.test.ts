import type { Plan } from "@effax/compiler/Plan"
import { Lax as lax, type NdArray, Numpy as np } from "effax"
import { describe, expect, it } from "vitest"
import { Arena } from "../src/internal/9-bufferize/arena.ts"
import { plan } from "./support.ts"

type Array_ = NdArray.Any

const barriers = ({ kernels }: Plan): number => kernels.filter((k) => k.barrier).length

/** A chain of matrix products, none of which can be fused with the next. */
const powers = (x: Array_, n: number): Array_ => {
  let y = x
  for (let i = 0; i < n; i++) y = np.matmul(y, x)
  return y
}

describe("memory", () => {
  it("a chain lives in two temporaries", () => {
    const compiled = plan((x) => powers(x!, 20), [np.zeros([16, 16])])
    expect(compiled.kernels.length).toBe(20)
    expect(compiled.arena).toBe(2 * 16 * 16 * 4)
  })

  it("independent kernels need no barrier", () => {
    const compiled = plan((x, y, z) => [powers(x!, 1), powers(y!, 1), powers(z!, 1)], [
      np.zeros([4, 4]),
      np.zeros([5, 5]),
      np.zeros([6, 6])
    ])
    expect(barriers(compiled)).toBe(0)
  })

  it("parallel chains share their barriers", () => {
    const compiled = plan((x, y) => [powers(x!, 6), powers(y!, 6)], [np.zeros([4, 4]), np.zeros([5, 5])])
    expect(compiled.kernels.length).toBe(12)
    expect(barriers(compiled)).toBe(5)
  })

  it("a loop writes over an operand that dies", () => {
    const compiled = plan((x, y) => {
      const z = lax.cumsum(x!)
      return lax.cumsum(np.multiply(np.sin(z), y!))
    }, [np.zeros([100]), np.zeros([100])])
    expect(compiled.kernels.map((k) => k.kind)).toEqual(["routine", "loop", "routine"])
    expect(compiled.arena).toBe(Arena.round(400))
  })

  it("but not over an operand that is read elsewhere", () => {
    const compiled = plan((x, y) => {
      const z = lax.cumsum(x!)
      return [lax.cumsum(np.multiply(np.sin(z), y!)), lax.cumsum(z)]
    }, [np.zeros([100]), np.zeros([100])])
    expect(compiled.arena).toBe(2 * Arena.round(400))
  })

  it("gives every result memory of its own", () => {
    const compiled = plan((x) => {
      const y = np.sin(x!)
      return [x, y, y, np.reshape(y, [3, 2]), np.array(1)]
    }, [np.zeros([2, 3])])
    expect(new Set(compiled.outputs).size).toBe(5)
    expect(compiled.outputs.every((b) => compiled.buffers[b]!.location._tag === "Output")).toBe(true)
  })

  it("has no kernels for empty arrays", () => {
    expect(plan((x) => np.sin(x!), [np.zeros([0, 3])]).kernels).toEqual([])
  })

  it("buffers of unused inputs are there", () => {
    const compiled = plan((x, _y) => np.sin(x!), [np.zeros([2]), np.zeros([3])])
    expect(compiled.inputs.map((b) => compiled.buffers[b]!.elements)).toEqual([2, 3])
  })
})

describe("Arena", () => {
  it("takes the smallest block that fits, and joins blocks", () => {
    const arena = new Arena()
    const [a, b, c, d] = [256, 64, 128, 64].map((n) => arena.allocate(n))
    expect([a, b, c, d]).toEqual([0, 256, 320, 448])
    arena.free(a!, 256)
    arena.free(c!, 128)
    expect(arena.allocate(100)).toBe(320)
    arena.free(320, 100)
    arena.free(b!, 64)
    // 0..448 is one block now
    expect(arena.allocate(448)).toBe(0)
    expect(arena.size).toBe(512)
  })

  it("grows a free block at the end", () => {
    const arena = new Arena()
    arena.allocate(64)
    const last = arena.allocate(64)
    arena.free(last, 64)
    expect(arena.allocate(256)).toBe(64)
    expect(arena.size).toBe(320)
  })
})
