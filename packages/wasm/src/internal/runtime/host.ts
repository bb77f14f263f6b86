/**
 * Differences between the places that this backend runs in: Node (Deno and Bun answer the same calls) and browsers.
 */
import type { WorkerStart } from "./worker.ts"
import { workerText } from "./workerText.ts"

/** A thread as its owner sees it. */
export interface Thread {
  /** Whether the thread keeps the process alive. It starts without. */
  readonly keepAlive: (alive: boolean) => void
  /** Resolves when the thread has stopped. */
  readonly terminate: () => Promise<unknown>
}

/** Events that the owner of a thread handles. */
export interface ThreadEvents {
  /** Called once, when the thread did not start or has ended without `terminate`. It is terminated by then. */
  readonly onLost: (cause: unknown) => void
  readonly onMessage: (message: unknown) => void
}

/** Starts a thread. Both a thrown error and `onLost` say that it did not start. */
export type StartThread = (start: WorkerStart, events: ThreadEvents) => Thread

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

const startNodeThread = (
  node: Required<NodeProcess>,
  workerUrl: string | URL | undefined,
  start: WorkerStart,
  events: ThreadEvents
): Thread => {
  const { Worker } = node.getBuiltinModule("node:worker_threads")
  // The parent's loaders and hooks are not for a thread that imports nothing.
  const options = { workerData: start, execArgv: [], name: "effax" }
  const worker = workerUrl === undefined
    ? new Worker(workerText, { ...options, eval: true })
    : new Worker(new URL(workerUrl), options)
  let over = false
  let cause: unknown
  worker.on("error", (error) => {
    cause = error
  })
  worker.on("messageerror", (error) => {
    cause = error
    void worker.terminate()
  })
  worker.on("exit", (code) => {
    if (over) return
    over = true
    events.onLost(cause ?? new Error(`the thread ended with code ${code}`))
  })
  worker.on("message", events.onMessage)
  // After the listeners: the one for messages would keep the process alive again.
  worker.unref()
  return {
    keepAlive: (alive) => alive ? worker.ref() : worker.unref(),
    terminate: () => {
      over = true
      return worker.terminate()
    }
  }
}

const policy =
  "the script of a worker could not be loaded; where the page's Content-Security-Policy forbids blob: URLs as workers, " +
  "serve the module @effax/wasm/worker yourself and give its URL: CpuWasm.layerWith({ workerUrl })"

const startWebThread = (workerUrl: string | URL | undefined, start: WorkerStart, events: ThreadEvents): Thread => {
  // Not a `data:` URL: its origin is opaque, and memory is shared within one origin only.
  const blobUrl = workerUrl === undefined
    ? URL.createObjectURL(new Blob([workerText], { type: "text/javascript" }))
    : undefined
  const url = blobUrl ?? String(workerUrl)
  const notLoaded = blobUrl === undefined ? `the script of a worker could not be loaded from ${url}` : policy
  const release = (): void => {
    if (blobUrl !== undefined) URL.revokeObjectURL(blobUrl)
  }
  let worker: Worker
  try {
    worker = new Worker(url, { type: "module", name: "effax" })
  } catch (error) {
    release()
    throw error
  }
  let over = false
  const stop = (): void => {
    over = true
    worker.terminate()
    release()
  }
  const lose = (message: string): void => {
    if (over) return
    stop()
    events.onLost(new Error(message))
  }
  // The event has no message where the script could not be loaded.
  worker.onerror = ({ message }: Partial<ErrorEvent>) => lose(message ?? notLoaded)
  worker.onmessageerror = () => lose("a message of a worker could not be read")
  worker.onmessage = (event) => {
    // The first message says that the script was loaded.
    release()
    events.onMessage(event.data)
  }
  try {
    worker.postMessage(start)
  } catch (error) {
    stop()
    throw error
  }
  return {
    keepAlive: () => {},
    terminate: () => {
      stop()
      return Promise.resolve()
    }
  }
}

/** How threads start, from a copy of the worker's script at a URL where it is given, else from the text in this package. */
export const threadsFrom = (workerUrl: string | URL | undefined): StartThread => (start, events) => {
  const node = nodeProcess()
  return node === undefined
    ? startWebThread(workerUrl, start, events)
    : startNodeThread(node, workerUrl, start, events)
}

export const startThread: StartThread = threadsFrom(undefined)

/** Calls a function after some milliseconds, unless the process has ended by then. */
export const later = (milliseconds: number, f: () => void): void => {
  const timer = setTimeout(f, milliseconds) as unknown
  if (typeof timer === "object") (timer as { readonly unref?: () => void }).unref?.()
}
