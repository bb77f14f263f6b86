import { describe, expect, it } from "vitest"
import { alignment, Allocator, type Block } from "../../src/internal/runtime/allocator.ts"

/** A small linear congruential generator (Numerical Recipes): the same numbers in every run. */
const generator = (seed: number) => () => (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) / 2 ** 32

const limit = 64 << 20

/** The live blocks, which must not overlap, with the length that each was asked for. */
const verify = (live: ReadonlyMap<Block, number>, allocator: Allocator): void => {
  const blocks = [...live].sort(([a], [b]) => a.address - b.address)
  let end = 1024
  let taken = 0
  for (const [block, bytes] of blocks) {
    expect(block.address % alignment).toBe(0)
    expect(block.address).toBeGreaterThanOrEqual(end)
    expect(block.byteLength).toBeGreaterThanOrEqual(bytes === 0 ? 0 : bytes + 15)
    end = block.address + block.byteLength
    taken += block.byteLength
  }
  expect(end).toBeLessThanOrEqual(allocator.topBytes)
  expect(allocator.takenBytes).toBe(taken)
}

describe("Allocator", () => {
  it.each([1, 2, 3])("agrees with a model over random allocations and releases (seed %i)", (seed) => {
    const random = generator(seed)
    const allocator = new Allocator(1024)
    const live = new Map<Block, number>()
    for (let step = 0; step < 20_000; step++) {
      // sizes over nine orders of magnitude in binary
      const bytes = Math.floor(2 ** (random() * 20))
      const grow = live.size < 10 || random() < (step % 4000 < 2000 ? 0.6 : 0.4)
      if (grow) {
        const block = allocator.reuse(bytes) ?? allocator.extend(bytes, limit)
        if (block !== undefined) live.set(block, bytes)
      } else {
        const block = [...live.keys()][Math.floor(random() * live.size)]!
        live.delete(block)
        allocator.release(block)
      }
      if (step % 500 === 0) verify(live, allocator)
    }
    verify(live, allocator)
    for (const block of live.keys()) allocator.release(block)
    expect(allocator.takenBytes).toBe(0)
    // everything has coalesced and gone back
    expect(allocator.topBytes).toBe(1024)
  })

  it("gives the memory of a freed block to the next one of its size", () => {
    const allocator = new Allocator(0)
    for (const bytes of [1, 64, 100, 4096, 12_345, 1 << 20, 8_000_000, 100_000_001]) {
      const block = allocator.extend(bytes, 2 ** 32)!
      const wall = allocator.extend(1, 2 ** 32)!
      allocator.release(block)
      expect(allocator.reuse(bytes)?.address).toBe(block.address)
      expect(wall.free).toBe(false)
    }
  })

  it("prefers the gap that fits to the larger one, and splits what is too large", () => {
    const allocator = new Allocator(0)
    const large = allocator.extend(10_000, limit)!
    allocator.extend(1, limit)
    const small = allocator.extend(1000, limit)!
    allocator.extend(1, limit)
    const places = [large.address, small.address]
    allocator.release(large)
    allocator.release(small)
    expect(allocator.reuse(990)!.address).toBe(places[1])
    const first = allocator.reuse(4000)!
    const second = allocator.reuse(4000)!
    expect(first.address).toBe(places[0])
    expect(second.address).toBe(first.address + first.byteLength)
    expect(allocator.reuse(4000)).toBeUndefined()
  })

  it("coalesces with both neighbours", () => {
    const allocator = new Allocator(0)
    const [a, b, c] = [1000, 2000, 3000].map((bytes) => allocator.extend(bytes, limit)!)
    allocator.extend(1, limit)
    const place = a!.address
    const together = a!.byteLength + b!.byteLength + c!.byteLength
    allocator.release(a!)
    allocator.release(c!)
    expect(allocator.reuse(4000)).toBeUndefined()
    allocator.release(b!)
    const whole = allocator.reuse(together - 15)!
    expect(whole.address).toBe(place)
    expect(whole.byteLength).toBe(together)
  })

  it("ignores a second release, also after the memory was given to someone else", () => {
    const allocator = new Allocator(0)
    const block = allocator.extend(1000, limit)!
    allocator.extend(1, limit)
    allocator.release(block)
    const next = allocator.reuse(1000)!
    allocator.release(block)
    expect(next.free).toBe(false)
    expect(allocator.reuse(1000)).toBeUndefined()
  })

  it("has blocks for empty arrays, each its own", () => {
    const allocator = new Allocator(0)
    const [a, b] = [allocator.extend(0, limit)!, allocator.extend(0, limit)!]
    expect(a.address).not.toBe(b.address)
  })

  it("has no freed block for a request whose number of units does not fit 32 bits", () => {
    const allocator = new Allocator(0)
    const small = allocator.extend(4 << 20, limit)!
    allocator.extend(1, limit)
    allocator.release(small)
    // 2^32 units are 2^38 bytes: their low 32 bits alone would be a request for less than the gap has
    for (const bytes of [2 ** 38 - 15, 2 ** 38, 2 ** 38 + 2 ** 20, 2 ** 38 + 2 ** 22, 2 ** 40, 2 ** 60, Infinity]) {
      expect(allocator.reuse(bytes)).toBeUndefined()
      expect(allocator.extend(bytes, 2 ** 32)).toBeUndefined()
    }
    expect(allocator.takenBytes).toBe(alignment)
    expect(allocator.reuse(1 << 20)?.address).toBe(0)
  })

  it("stays within its limit, up to the whole address space", () => {
    const allocator = new Allocator(1024)
    expect(allocator.extend(2 ** 32 - 1024, 2 ** 32)).toBeUndefined()
    const block = allocator.extend(2 ** 32 - 2048, 2 ** 32)!
    expect(block.address + block.byteLength).toBeLessThanOrEqual(2 ** 32)
    allocator.release(block)
    expect(allocator.topBytes).toBe(1024)
  })
})
