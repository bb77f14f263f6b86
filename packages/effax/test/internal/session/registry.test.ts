import { describe, expect, it } from "vitest"
import type { Allocation, Ownership } from "../../../src/internal/session/ownership.ts"
import { Registry } from "../../../src/internal/session/registry.ts"

const { gc } = globalThis as { readonly gc?: () => void }

const turn = () => new Promise((resolve) => setTimeout(resolve, 2))

/** An array that nothing but the result refers to. */
const add = (registry: Registry, byteLength = 4): Allocation => {
  const ownership: Ownership = {
    buffer: { byteLength },
    pins: 0,
    released: false,
    claimed: false,
    region: undefined,
    slot: -1
  }
  const allocation = { ownership } as Allocation
  registry.add(allocation)
  return allocation
}

const free = (registry: Registry, { ownership }: Allocation): void => {
  ownership.released = true
  registry.remove(ownership)
}

describe("Registry", () => {
  it.each([4, 1 << 20])("hears of arrays of %i bytes that nothing refers to, once each", async (byteLength) => {
    const abandoned: Array<Ownership> = []
    const registry: Registry = new Registry((ownership) => {
      abandoned.push(ownership)
      registry.remove(ownership)
    })
    const kept = add(registry, byteLength)
    for (let i = 0; i < 1000; i++) add(registry, byteLength)
    for (let i = 0; i < 50 && registry.live > 1; i++) {
      gc!()
      await turn()
    }
    expect(registry.live).toBe(1)
    expect(new Set(abandoned).size).toBe(1000)
    expect(abandoned.length).toBe(1000)
    expect(abandoned).not.toContain(kept.ownership)
  })

  it.each([4, 1 << 20])("does not hear of arrays of %i bytes that were freed by hand", async (byteLength) => {
    let abandoned = 0
    const registry = new Registry(() => abandoned++)
    for (let i = 0; i < 1000; i++) {
      const allocation = add(registry, byteLength)
      // some at once, and some after they were registered
      if (i % 3 === 0) await turn()
      free(registry, allocation)
    }
    expect(registry.live).toBe(0)
    for (let i = 0; i < 5; i++) {
      gc!()
      await turn()
    }
    expect(abandoned).toBe(0)
  })

  it("has the engine collect when many arrays were made, although they take few bytes", async () => {
    const registry: Registry = new Registry((ownership) => registry.remove(ownership))
    let most = 0
    for (let i = 0; i < 300; i++) {
      for (let k = 0; k < 1000; k++) add(registry)
      await turn()
      most = Math.max(most, registry.live)
    }
    expect(most).toBeLessThan(150_000)
  })
})
