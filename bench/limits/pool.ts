/**
 * The limits' own thread pool: one helper for each further thread, which spins on a word of the shared memory, calls the
 * kernel that it is told, and says that it is done.
 */
import { readFileSync } from "node:fs"
import { Worker } from "node:worker_threads"
import { chain } from "./chain.ts"

export type Kernel = (...args: ReadonlyArray<number>) => number | void
export type Kernels = { readonly [name: string]: Kernel }

/** Where the words that the threads share start; below are the stacks and above the arrays. */
const controlAt = 1 << 20
const arraysAt = 4 << 20
const stackBytes = 1 << 16
const maximumPages = 16384

export interface Modules {
  readonly kernels: WebAssembly.Module
  readonly chain: WebAssembly.Module
}

/** The kernels for one thread, each of which has its own stack. */
export const instantiate = ({ chain, kernels }: Modules, memory: WebAssembly.Memory, thread: number): Kernels => {
  const instance = new WebAssembly.Instance(kernels, { env: { memory } }).exports
  const { __stack_pointer: stackPointer, ...rest } = instance
  ;(stackPointer as WebAssembly.Global).value += thread * stackBytes
  return { ...rest, ...new WebAssembly.Instance(chain, { env: { memory } }).exports } as Kernels
}

/** The words through which a helper is told what to do. */
export class Mailbox {
  private readonly words: Int32Array

  constructor(memory: WebAssembly.Memory, thread: number) {
    this.words = new Int32Array(memory.buffer, controlAt + thread * 256, 64)
  }

  /** Tells the kernel by its number among the sorted names, and its arguments. */
  post(kernel: number, args: ReadonlyArray<number>): void {
    this.words[2] = kernel
    this.words[3] = args.length
    this.words.set(args, 4)
    Atomics.add(this.words, 0, 1)
    Atomics.notify(this.words, 0)
  }

  /** Waits until what was posted is done. */
  join(): void {
    const asked = Atomics.load(this.words, 0)
    while (Atomics.load(this.words, 1) !== asked);
  }

  /** Takes what is posted, for ever: polls for about 40 us, then sleeps. */
  serve(kernels: Kernels): never {
    const names = Object.keys(kernels).sort()
    let done = 0
    for (;;) {
      for (let polls = 0; Atomics.load(this.words, 0) === done; polls++) {
        if (polls > 40000) Atomics.wait(this.words, 0, done)
      }
      done = Atomics.load(this.words, 0)
      kernels[names[this.words[2]!]!]!(...this.words.subarray(4, 4 + this.words[3]!))
      Atomics.store(this.words, 1, done)
    }
  }
}

export class Pool {
  readonly kernels: Kernels
  readonly threads: number
  readonly floats: Float32Array
  private readonly names: ReadonlyArray<string>
  private readonly helpers: ReadonlyArray<Mailbox>
  private top = arraysAt

  constructor(threads: number) {
    const memory = new WebAssembly.Memory({ initial: maximumPages, maximum: maximumPages, shared: true })
    const modules: Modules = {
      kernels: new WebAssembly.Module(readFileSync(new URL("kernels.wasm", import.meta.url))),
      chain: new WebAssembly.Module(chain())
    }
    this.threads = threads
    this.kernels = instantiate(modules, memory, 0)
    this.names = Object.keys(this.kernels).sort()
    this.floats = new Float32Array(memory.buffer)
    this.helpers = Array.from({ length: threads - 1 }, (_, i) => {
      new Worker(new URL("worker.ts", import.meta.url), { workerData: { memory, modules, thread: i + 1 } })
      return new Mailbox(memory, i + 1)
    })
  }

  /** Forgets all arrays. */
  reset(): void {
    this.top = arraysAt
  }

  /** The address of room for so many numbers. */
  allocate(count: number): number {
    const at = this.top
    this.top += Math.ceil(count / 256) * 1024
    return at
  }

  put(data: Float32Array): number {
    const at = this.allocate(data.length)
    this.floats.set(data, at / 4)
    return at
  }

  get(at: number, count: number): Float32Array {
    return this.floats.slice(at / 4, at / 4 + count)
  }

  /**
   * Runs a kernel on all threads. After the arguments comes what the thread has for itself, then its part of
   * `0 .. count`, whose ends are multiples of `unit`.
   */
  parallel(
    kernel: string,
    count: number,
    unit: number,
    args: ReadonlyArray<number>,
    own: ReadonlyArray<number> = []
  ): void {
    const { threads } = this
    const bound = (thread: number) => thread === threads ? count : Math.round(count * thread / threads / unit) * unit
    const argsOf = (thread: number) => [...args, ...own.slice(thread, thread + 1), bound(thread), bound(thread + 1)]
    const name = this.names.indexOf(kernel)
    for (let thread = 1; thread < threads; thread++) this.helpers[thread - 1]!.post(name, argsOf(thread))
    this.kernels[kernel]!(...argsOf(0))
    for (let thread = 1; thread < threads; thread++) this.helpers[thread - 1]!.join()
  }
}
