/**
 * What differs between the places this backend runs in: Node (Deno and Bun answer the same calls) and browsers.
 */
import type { WorkerStart } from "./worker.ts"

/** A thread as its owner sees it. */
export interface Thread {
  /** Whether the thread keeps the process alive. It starts without. */
  readonly keepAlive: (alive: boolean) => void
  /** Resolves when the thread runs no more. */
  readonly terminate: () => Promise<unknown>
}

/** What a thread's owner hears of it. */
export interface ThreadEvents {
  /** The thread ended although nobody asked it to. */
  readonly onLost: (cause: unknown) => void
  readonly onMessage: (message: unknown) => void
}

interface NodeProcess {
  readonly getBuiltinModule?: typeof process.getBuiltinModule
}

/** Node's own modules without an import, so that bundles for browsers have nothing to resolve. */
const nodeProcess = (): Required<NodeProcess> | undefined => {
  const found = (globalThis as { readonly process?: NodeProcess }).process
  return found !== undefined && typeof found.getBuiltinModule === "function"
    ? found as Required<NodeProcess>
    : undefined
}

/** Cores that this process may use. */
export const availableParallelism = (): number =>
  nodeProcess()?.getBuiltinModule("node:os").availableParallelism() ??
    (globalThis as { readonly navigator?: { readonly hardwareConcurrency?: number } }).navigator?.hardwareConcurrency ??
    1

/** Whether memory can be shared with threads here: browsers want a page that is isolated from other origins. */
export const canShareMemory = (): boolean =>
  typeof SharedArrayBuffer === "function" &&
  (globalThis as { readonly crossOriginIsolated?: boolean }).crossOriginIsolated !== false &&
  (nodeProcess() !== undefined || typeof Worker === "function")

const neighbour = (file: string): URL => new URL(file, import.meta.url)

/** Whether this module is TypeScript, and so its neighbours: in the tests, and before a build. */
const fromSources = (): boolean => import.meta.url.split("?")[0]!.endsWith(".ts")

const startNodeThread = (node: Required<NodeProcess>, start: WorkerStart, events: ThreadEvents): Thread => {
  const { Worker } = node.getBuiltinModule("node:worker_threads")
  // The parent's loaders and hooks are not for a thread that imports nothing.
  const file = neighbour(fromSources() ? "./worker.ts" : "./worker.js")
  const worker = new Worker(file, { workerData: start, execArgv: [], name: "effax" })
  let asked = false
  let cause: unknown
  worker.on("error", (error) => {
    cause = error
  })
  worker.on("exit", (code) => {
    if (!asked) events.onLost(cause ?? new Error(`the thread ended with code ${code}`))
  })
  worker.on("message", events.onMessage)
  // After the listeners: the one for messages would keep the process alive again.
  worker.unref()
  return {
    keepAlive: (alive) => alive ? worker.ref() : worker.unref(),
    terminate: () => {
      asked = true
      return worker.terminate()
    }
  }
}

const startWebThread = (start: WorkerStart, events: ThreadEvents): Thread => {
  // Bundlers look for a literal URL inside of `new Worker`, and would miss the file that only the sources have.
  const worker = fromSources()
    ? new Worker(neighbour("./worker.ts"), { type: "module", name: "effax" })
    : new Worker(new URL("./worker.js", import.meta.url), { type: "module", name: "effax" })
  worker.onerror = (event) => events.onLost(event.message)
  worker.onmessage = (event) => events.onMessage(event.data)
  worker.postMessage(start)
  return {
    keepAlive: () => {},
    terminate: () => {
      worker.terminate()
      return Promise.resolve()
    }
  }
}

export const startThread = (start: WorkerStart, events: ThreadEvents): Thread => {
  const node = nodeProcess()
  return node === undefined ? startWebThread(start, events) : startNodeThread(node, start, events)
}

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

/**
 * A function that makes the engine look for unreachable objects. Engines don't see the memory behind a handle, and may
 * keep handles for ever while their own heap is small.
 */
export const makeCollector = (): () => void => {
  const exposed = (globalThis as { readonly gc?: () => void }).gc
  if (typeof exposed === "function") return () => exposed()
  const bun = (globalThis as { readonly Bun?: { readonly gc: (sync: boolean) => void } }).Bun
  if (bun !== undefined) return () => bun.gc(true)
  const node = nodeProcess()
  if (node !== undefined && "v8" in process.versions) {
    const v8 = node.getBuiltinModule("node:v8")
    // A context made while the flag is on has `gc`; the others stay as they were.
    v8.setFlagsFromString("--expose-gc")
    const collect = node.getBuiltinModule("node:vm").runInNewContext("gc") as unknown
    v8.setFlagsFromString("--no-expose-gc")
    if (typeof collect === "function") return () => void collect()
  }
  // Allocations that the engine does see. Three of 64 MB set off a full collection in V8; nothing touches their pages.
  return () => {
    for (let i = 0; i < 3; i++) pressure(64e6)
  }
}

/** An allocation that is dropped at once. */
const pressure = (bytes: number): number => new ArrayBuffer(bytes).byteLength
