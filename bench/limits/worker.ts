import { workerData } from "node:worker_threads"
import { instantiate, Mailbox, type Modules } from "./pool.ts"

const { memory, modules, thread } = workerData as {
  readonly memory: WebAssembly.Memory
  readonly modules: Modules
  readonly thread: number
}

new Mailbox(memory, thread).serve(instantiate(modules, memory, thread))
