/**
 * A compiled Program: its module, instantiated where it is first needed.
 */
import type { Executable } from "effax/Backend"
import type { Program } from "effax/Program"
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
  private readonly module: WebAssembly.Module
  private readonly memory: LinearMemory
  private instance: Run | undefined
  private sharedModule: SharedModule | undefined
  private runs: number

  constructor(id: number, program: Program, artefact: Artefact, module: WebAssembly.Module, memory: LinearMemory) {
    this.id = id
    this.program = program
    this.artefact = artefact
    this.texts = artefact.texts
    this.outputs = artefact.outputs
    this.cost = artefact.cost
    this.module = module
    this.memory = memory
    this.instance = undefined
    this.sharedModule = undefined
    this.runs = 0
  }

  /** `run` of an instance on this thread. */
  get run(): Run {
    return this.instance ??= new WebAssembly.Instance(this.module, { env: { memory: this.memory.memory } })
      .exports["run"] as Run
  }

  /** The module for other threads; `undefined` where there is no memory for its bytes. */
  shared(): SharedModule | undefined {
    if (this.sharedModule !== undefined) return this.sharedModule
    const { bytes } = this.artefact
    const block = this.memory.allocateToLimit(bytes.length)
    if (block === undefined) return undefined
    this.memory.bytes.set(bytes, block.address)
    return this.sharedModule = { id: this.id, bytes: block, length: bytes.length }
  }

  /** Gives the module's bytes back. */
  unload(): void {
    if (this.sharedModule !== undefined) this.memory.release(this.sharedModule.bytes)
    this.sharedModule = undefined
  }

  /** Whether it is worth while to look at the clock: not at the first run, which has costs of its own, nor for ever. */
  get timed(): boolean {
    return this.runs <= timedRuns && this.runs++ > 0
  }

  /** Takes note of microseconds on one thread. Browsers' clocks are coarse: only what was far off is corrected. */
  observe(microseconds: number): void {
    if (microseconds > Math.max(4 * this.cost, 500) || 4 * microseconds < this.cost) {
      this.cost = 0.5 * (this.cost + microseconds)
    }
  }
}
