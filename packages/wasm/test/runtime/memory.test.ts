import { describe, expect, it } from "vitest"
import { LinearMemory } from "../../src/internal/runtime/memory.ts"

const MiB = 1 << 20

describe("LinearMemory", () => {
  it.each([true, false])("grows on demand, and its views see all of it (shared: %s)", (shared) => {
    const memory = new LinearMemory({ shared, limit: 256 * MiB })
    expect(memory.bytes.length).toBeLessThan(MiB)
    const block = memory.allocateToLimit(100 * MiB)!
    expect(memory.bytes.length).toBeGreaterThanOrEqual(block.address + block.byteLength)
    memory.bytes[block.address + 100 * MiB - 1] = 7
    expect(memory.words[(block.address + 100 * MiB - 4) >>> 2]! >>> 24).toBe(7)
  })

  it("refuses what passes the limit, and goes on with what is left", () => {
    const memory = new LinearMemory({ shared: true, limit: 16 * MiB })
    expect(memory.allocateToLimit(17 * MiB)).toBeUndefined()
    const first = memory.allocateToLimit(10 * MiB)!
    expect(memory.allocateToLimit(10 * MiB)).toBeUndefined()
    memory.release(first)
    expect(memory.allocateToLimit(10 * MiB)).toBeDefined()
    expect(memory.allocateToLimit(5 * MiB)).toBeDefined()
  })

  it("stays in the footprint of what lives at once", () => {
    const memory = new LinearMemory({ shared: true, limit: 1024 * MiB })
    let previous = memory.allocateToLimit(8 * MiB)!
    for (let i = 0; i < 2000; i++) {
      const next = memory.allocateToLimit(8 * MiB + (i % 7) * 1000)!
      memory.release(previous)
      previous = next
    }
    expect(memory.footprint).toBeLessThan(26 * MiB)
  })

  it("asks for a collection before much fresh memory is taken", async () => {
    const memory = new LinearMemory({ shared: true, limit: 1024 * MiB })
    let taken = 0
    while (memory.allocate(8 * MiB) !== undefined) taken += 8
    expect(taken).toBeLessThan(100)
    await memory.reclaimer.collect()
    expect(memory.allocate(8 * MiB)).toBeDefined()
  })

  it("lets finalisers run in a collection", async () => {
    const memory = new LinearMemory({ shared: true, limit: 1024 * MiB })
    const freed: Array<number> = []
    const registry = new FinalizationRegistry<number>((held) => freed.push(held))
    const drop = (): void => {
      for (let i = 0; i < 10; i++) registry.register({ handle: i }, i)
    }
    drop()
    await memory.reclaimer.collect()
    expect(freed.length).toBe(10)
  })

  it("keeps a block that is read until the reader has ended", () => {
    const memory = new LinearMemory({ shared: true, limit: 16 * MiB })
    const block = memory.allocateToLimit(10 * MiB)!
    memory.retain(block)
    memory.retain(block)
    memory.release(block)
    memory.unretain(block)
    expect(memory.allocateToLimit(10 * MiB)).toBeUndefined()
    memory.unretain(block)
    expect(memory.allocateToLimit(10 * MiB)).toBeDefined()
  })
})
