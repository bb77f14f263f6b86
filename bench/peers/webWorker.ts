/**
 * Web workers on Node's worker threads, as far as the thread pool of jax-js wants them: module sources in `blob:` URLs.
 */
import { resolveObjectURL } from "node:buffer"
import { Worker as NodeWorker } from "node:worker_threads"

const prelude = `
  const { parentPort } = require("node:worker_threads")
  globalThis.self = globalThis
  globalThis.postMessage = (message) => parentPort.postMessage(message)
  parentPort.on("message", (data) => self.onmessage({ data }))
`

class WebWorker {
  onmessage: ((event: { readonly data: unknown }) => void) | undefined
  onerror: ((error: unknown) => void) | undefined
  private readonly worker: Promise<NodeWorker>

  constructor(url: string | URL) {
    this.worker = resolveObjectURL(String(url))!.text().then((source) => {
      const worker = new NodeWorker(prelude + source, { eval: true })
      worker.on("message", (data) => this.onmessage?.({ data }))
      worker.on("error", (error) => this.onerror?.(error))
      return worker
    })
  }

  postMessage(message: unknown): void {
    void this.worker.then((worker) => worker.postMessage(message))
  }

  terminate(): void {
    void this.worker.then((worker) => worker.terminate())
  }
}

export const installWebWorker = (): void => {
  Object.assign(globalThis, { Worker: WebWorker })
}
