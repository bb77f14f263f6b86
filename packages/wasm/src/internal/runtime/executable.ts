/**
 * A compiled Program: its module, instantiated where it is first needed.
 */
import * as Aval from "effax/Aval"
import type { Executable, MemoryAnalysis } from "effax/Driver"
import { inputs, type Program } from "effax/Program"
import type { LinearMemory } from "./memory.ts"
import type { SharedModule } from "./threads.ts"
import type { Artefact } from "./translate.ts"

type Run = (argumentBlock: number, rank: number, threads: number) => number

/** The first runs are timed, to know better than the estimate. */
const timedRuns = 8

export class WasmExecutable implements Executable {
  readonly id: number
  readonly program: Program
  readonly artefact: Artefact
  readonly texts: Executable["texts"]
  /** Bytes of each output. */
  readonly outputs: ReadonlyArray<number>
  /** Microseconds on one thread: an estimate, then what was seen. */
  cost: number
  /** Called on this thread with the address of what the module asks of the host. */
  onRequest: ((address: number) => void) | undefined
  private readonly module: WebAssembly.Module
  private readonly linearMemory: LinearMemory
  private readonly threads: number
  private instance: Run | undefined
  private sharedModule: SharedModule | undefined
  private runs: number

  constructor(
    id: number,
    program: Program,
    artefact: Artefact,
    module: WebAssembly.Module,
    memory: LinearMemory,
    threads: number
  ) {
    this.id = id
    this.program = program
    this.artefact = artefact
    this.texts = artefact.texts
    this.outputs = artefact.outputs
    this.cost = artefact.cost
    this.onRequest = undefined
    this.module = module
    this.linearMemory = memory
    this.threads = threads
    this.instance = undefined
    this.sharedModule = undefined
    this.runs = 0
  }

  /** `run` of an instance on this thread, which is made when it is first wanted. */
  get run(): Run {
    if (this.instance !== undefined) return this.instance
    const callHost = (_cancel: number, address: number): number => {
      this.onRequest!(address)
      return 0
    }
    const { exports } = new WebAssembly.Instance(this.module, {
      env: { memory: this.linearMemory.memory, callHost, clock: () => performance.timeOrigin + performance.now() }
    })
    return this.instance = exports["run"] as Run
  }

  /** The module for other threads; `undefined` where there is no memory for its bytes. */
  shared(): SharedModule | undefined {
    if (this.sharedModule !== undefined) return this.sharedModule
    const { bytes } = this.artefact
    const block = this.linearMemory.allocateToLimit(bytes.length)
    if (block === undefined) return undefined
    this.linearMemory.bytes.set(bytes, block.address)
    return this.sharedModule = { id: this.id, bytes: block, length: bytes.length }
  }

  /** Bytes that a run needs, on as many threads as it may get. */
  memory(): MemoryAnalysis {
    const { arena, bytes, outputs, parallel, scratchPerThread } = this.artefact
    return {
      arguments: inputs(this.program).reduce((sum, { aval }) => sum + Aval.byteLength(aval), 0),
      outputs: outputs.reduce((sum, n) => sum + n, 0),
      temporaries: arena + (parallel ? this.threads : 1) * scratchPerThread,
      generatedCode: bytes.length
    }
  }

  /** Gives the module's bytes back. */
  unload(): void {
    if (this.sharedModule !== undefined) this.linearMemory.release(this.sharedModule.bytes)
    this.sharedModule = undefined
  }

  /** Counts a run, and says whether to time it: not the first one, which has costs of its own, and only a few after it. */
  takeTiming(): boolean {
    return this.runs <= timedRuns && this.runs++ > 0
  }

  /** Takes note of microseconds on one thread. Browsers' clocks are coarse: only what was far off is corrected. */
  observe(microseconds: number): void {
    if (microseconds > Math.max(4 * this.cost, 500) || 4 * microseconds < this.cost) {
      this.cost = 0.5 * (this.cost + microseconds)
    }
  }
}
