/**
 * A thread of the pool. It gets work through shared memory only, so that its event loop is never needed: it spins a moment
 * for the next job, then sleeps.
 *
 * The script runs alone, in Node's worker threads and in Web Workers, and imports nothing. Threads are started from its
 * text, `workerText.ts`, so that no bundler, server or file system has to find it: run `npm run worker` after a change here.
 */
import type { Layout } from "./layout.ts"

/** The message that starts a thread. */
export interface WorkerStart {
  readonly memory: WebAssembly.Memory
  /** Address of the thread's mailbox. */
  readonly mailbox: number
  readonly layout: Layout
  /** Milliseconds to look out for the next job before sleeping. */
  readonly spin: number
  /** Whether the owner wants a message at the end of a job, having no other way to wait for it. */
  readonly messages: boolean
}

/** The message of a thread that waits for its first job. */
const ready = "ready"

type Run = (argumentBlock: number, rank: number, threads: number) => number

const work = (start: WorkerStart, post: (message: unknown) => void): never => {
  const { layout: { doneState, job, mailbox }, memory } = start
  const modules = new Map<number, Run>()
  const box = start.mailbox >>> 2
  let words = new Int32Array(memory.buffer)

  // Another thread has grown the memory: a view that is long enough comes with the next check of the engine's own.
  const reach = (address: number): void => {
    while (words.length * 4 < address) words = new Int32Array(memory.buffer)
  }

  const tell = (at: number, state: number): void => {
    Atomics.store(words, at + job.done, state)
    Atomics.notify(words, at + job.done)
    if (start.messages) post(at * 4)
  }

  // An import of modules, by which they call the host: asks the main thread, and blocks until it has answered or cancelled the job.
  const callHost = (cancel: number, request: number): number => {
    const at = (cancel >>> 2) - job.cancel
    Atomics.store(words, at + job.answered, 0)
    // A cancellation sets the flag first, then answers: either this sees the flag, or the answer comes after the 0.
    if (Atomics.load(words, at + job.cancel) !== 0) return 1
    words[at + job.request] = request
    tell(at, doneState.asking)
    const deadline = performance.now() + start.spin
    while (Atomics.load(words, at + job.answered) === 0) {
      if (performance.now() > deadline) Atomics.wait(words, at + job.answered, 0)
    }
    return Atomics.load(words, at + job.cancel)
  }

  // Milliseconds since 1970: the clocks of threads begin when they do.
  const clock = (): number => performance.timeOrigin + performance.now()

  const load = (id: number): Run => {
    const known = modules.get(id)
    if (known !== undefined) return known
    const address = words[box + mailbox.moduleAddress]! >>> 0
    const length = words[box + mailbox.moduleLength]!
    reach(address + length)
    // A copy: engines don't compile bytes that other threads might change.
    const module = new WebAssembly.Module(new Uint8Array(memory.buffer, address, length).slice())
    const run = new WebAssembly.Instance(module, { env: { memory, callHost, clock } }).exports["run"] as Run
    modules.set(id, run)
    return run
  }

  const fail = (at: number, error: unknown): void => {
    if (Atomics.compareExchange(words, at + job.failed, 0, 1) === 0) {
      const kernel = /at (\S+) \(wasm:/.exec((error as { readonly stack?: string }).stack ?? "")?.[1]
      const text = kernel === undefined ? String(error) : `${String(error)} in ${kernel}`
      const length = Math.min(text.length, job.messageMaximum)
      for (let i = 0; i < length; i++) words[at + job.message + i] = text.charCodeAt(i)
      Atomics.store(words, at + job.messageLength, length)
    }
    // The other ranks may be waiting for this one, which will never come.
    Atomics.store(words, at + job.cancel, 1)
    for (let i = 0; i < job.barrierWords; i++) Atomics.notify(words, at + job.barrier + i)
  }

  const runJob = (): void => {
    const address = words[box + mailbox.job]! >>> 0
    reach(address + 4 * job.words)
    const at = address >>> 2
    try {
      for (let i = 0; i < mailbox.forgetCount; i++) modules.delete(words[box + mailbox.forget + i]!)
      const run = load(words[box + mailbox.moduleId]!)
      run(address + 4 * job.words, words[box + mailbox.rank]!, words[box + mailbox.threads]!)
    } catch (error) {
      fail(at, error)
    }
    words[box + mailbox.ended] = 1
    if (Atomics.sub(words, at + job.remaining, 1) === 1) tell(at, doneState.ended)
  }

  let seen = 0
  const next = (): void => {
    const deadline = performance.now() + start.spin
    while (Atomics.load(words, box + mailbox.generation) === seen) {
      if (performance.now() > deadline) Atomics.wait(words, box + mailbox.generation, seen)
    }
    seen = Atomics.load(words, box + mailbox.generation)
  }

  Atomics.store(words, box + mailbox.ready, 1)
  post(ready)
  for (;;) {
    next()
    runJob()
  }
}

interface NodeProcess {
  readonly getBuiltinModule?: typeof process.getBuiltinModule
}

const host = globalThis as unknown as {
  readonly process?: NodeProcess
  readonly postMessage: (message: unknown) => void
  onmessage: (event: { readonly data: WorkerStart }) => void
  onmessageerror: () => void
}

if (typeof host.process?.getBuiltinModule === "function") {
  const { parentPort, workerData } = host.process.getBuiltinModule("node:worker_threads")
  work(workerData as WorkerStart, (message) => parentPort?.postMessage(message))
} else {
  host.onmessage = ({ data }) => work(data, (message) => host.postMessage(message))
  // An error of the script is what the owner hears of.
  host.onmessageerror = () => {
    throw new Error("the memory could not be shared with the worker")
  }
}
