/**
 * Making the engine look for unreachable objects. Engines don't see the memory behind a handle, and what a
 * FinalizationRegistry knows survives V8's collections of young objects: finalisers run after the rare full ones.
 */

/** The parts of Node that are used, without which this package is built. */
interface NodeProcess {
  readonly getBuiltinModule?: {
    (name: "node:v8"): { readonly setFlagsFromString: (flags: string) => void }
    (name: "node:vm"): { readonly runInNewContext: (code: string) => unknown }
  }
  readonly versions?: { readonly v8?: string }
}

declare const setImmediate: ((f: () => void) => unknown) | undefined

/** Resolves in a later turn of the event loop, after tasks that wait now, finalisers among them. */
export const nextTurn = (): Promise<void> =>
  new Promise((resolve) => {
    if (typeof setImmediate === "function") setImmediate(resolve)
    else {
      // Timers are slowed down to 4 ms when they follow each other; messages are not.
      const { port1, port2 } = new MessageChannel()
      port1.onmessage = () => {
        port1.close()
        resolve()
      }
      port2.postMessage(undefined)
    }
  })

/** Allocations that the engine does see. Three of 64 MB set off a full collection in V8; nothing touches their pages. */
const pressure = { times: 3, bytes: 64e6 }

/** Makes the engine look for unreachable objects at once, by the means that the host has. */
const makeCollect = (): () => void => {
  const { Bun, gc, process } = globalThis as {
    readonly gc?: () => void
    readonly Bun?: { readonly gc: (sync: boolean) => void }
    readonly process?: NodeProcess
  }
  if (typeof gc === "function") return () => gc()
  if (Bun !== undefined) return () => Bun.gc(true)
  if (typeof process?.getBuiltinModule === "function" && process.versions?.v8 !== undefined) {
    const v8 = process.getBuiltinModule("node:v8")
    // A context made while the flag is on has `gc`; the others stay as they were.
    v8.setFlagsFromString("--expose-gc")
    const collect = process.getBuiltinModule("node:vm").runInNewContext("gc")
    v8.setFlagsFromString("--no-expose-gc")
    if (typeof collect === "function") return () => void collect()
  }
  return () => {
    for (let i = 0; i < pressure.times; i++) void new ArrayBuffer(pressure.bytes).byteLength
  }
}

/** Turns of the event loop in which finalisers run: engines may leave them to a later task than the next one. */
const finalisation = 8

/** As the public one. */
export const makeCollector = (): () => Promise<number> => {
  let collect: (() => void) | undefined
  return async () => {
    // the stack that called may still hold what nothing else does
    await nextTurn()
    const start = performance.now()
    ;(collect ??= makeCollect())()
    const elapsed = performance.now() - start
    for (let turn = 0; turn < finalisation; turn++) await nextTurn()
    return elapsed
  }
}
