/**
 * Making the engine look for unreachable objects. It does not see the memory of a GPU behind a handle, and may keep handles
 * for ever while its own heap is small.
 */

/** Resolves in another turn of the event loop, when finalisers have run. */
export const nextTurn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0))

/** Allocations that V8 does see: three of them set off a full collection, and nothing touches their pages. */
const pressure = { times: 3, bytes: 64e6 }

/** A function that collects, as the host has it. */
export const makeCollector = (): () => void => {
  const { Bun, gc } = globalThis as {
    readonly gc?: () => void
    readonly Bun?: { readonly gc: (sync: boolean) => void }
  }
  if (typeof gc === "function") return () => gc()
  if (Bun !== undefined) return () => Bun.gc(true)
  if (typeof process === "object" && process.versions?.v8 !== undefined && "getBuiltinModule" in process) {
    const v8 = process.getBuiltinModule("node:v8")
    // a context made while the flag is on has `gc`; the others stay as they were
    v8.setFlagsFromString("--expose-gc")
    const collect = process.getBuiltinModule("node:vm").runInNewContext("gc") as unknown
    v8.setFlagsFromString("--no-expose-gc")
    if (typeof collect === "function") return () => void collect()
  }
  return () => {
    for (let i = 0; i < pressure.times; i++) void new ArrayBuffer(pressure.bytes).byteLength
  }
}
