/**
 * Triggers garbage collection. Engines don't see the memory behind a handle, and objects known to a
 * FinalizationRegistry survive V8's collections of young objects: finalisers run only after the rare full collections.
 */

/** The parts of Node that are used; the package is built without Node's types. */
interface NodeProcess {
  readonly getBuiltinModule?: {
    (name: "node:v8"): { readonly setFlagsFromString: (flags: string) => void }
    (name: "node:vm"): { readonly runInNewContext: (code: string) => unknown }
  }
  readonly versions?: { readonly v8?: string }
}

declare const setImmediate: ((f: () => void) => unknown) | undefined

/** Resolves in a later turn of the event loop, after the tasks that are queued now, which include finalisers. */
export const nextTurn = (): Promise<void> =>
  new Promise((resolve) => {
    if (typeof setImmediate === "function") setImmediate(resolve)
    else {
      // Browsers clamp nested timers to 4 ms, but not messages.
      const { port1, port2 } = new MessageChannel()
      port1.onmessage = () => {
        port1.close()
        resolve()
      }
      port2.postMessage(undefined)
    }
  })

/**
 * Allocations that the engine does see. Three of 64 MB trigger a full collection in V8; nothing touches their pages.
 */
const pressure = { times: 3, bytes: 64e6 }

/** Creates a function that collects garbage at once, by the means that the host offers. */
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
    // A context created while the flag is on has `gc`; other contexts don't change.
    v8.setFlagsFromString("--expose-gc")
    const collect = process.getBuiltinModule("node:vm").runInNewContext("gc")
    v8.setFlagsFromString("--no-expose-gc")
    if (typeof collect === "function") return () => void collect()
  }
  return () => {
    for (let i = 0; i < pressure.times; i++) void new ArrayBuffer(pressure.bytes).byteLength
  }
}

/** The number of event-loop turns in which finalisers may run: engines may delay them past the next task. */
const finalisation = 8

/** See the public function of this name. */
export const makeCollector = (): () => Promise<number> => {
  let collect: (() => void) | undefined
  return async () => {
    // the calling stack may hold the last references
    await nextTurn()
    const start = performance.now()
    ;(collect ??= makeCollect())()
    const elapsed = performance.now() - start
    for (let turn = 0; turn < finalisation; turn++) await nextTurn()
    return elapsed
  }
}
