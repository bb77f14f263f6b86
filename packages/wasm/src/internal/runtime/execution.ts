/**
 * Running an executable: on the calling thread where that takes a moment only, else on the pool.
 */
import type { KernelError, OutOfMemoryError } from "effax/Errors"
import * as Effect from "effect/Effect"
import { alignment, type Block } from "./allocator.ts"
import type { WasmExecutable } from "./executable.ts"
import type { Failures } from "./failures.ts"
import { nextTurn } from "./host.ts"
import { argumentHeader, job as jobWord } from "./layout.ts"
import type { LinearMemory } from "./memory.ts"
import { Job, type Pool } from "./threads.ts"

type Outcome = Effect.Effect<ReadonlyArray<Block>, OutOfMemoryError | KernelError>

/** What the calling thread may be kept for, in microseconds, where threads could run a Program no faster. */
const longestInline = 2_000
/** The same where they could: about two round trips to the pool. */
const longestInlineParallel = 100
/** The same while the threads are starting, which takes 20 to 30 ms. */
const longestInlineMeanwhile = 8_000
/** Work that is worth a thread, in microseconds. */
const workPerThread = 50
/** A round trip to the pool, in microseconds. */
const roundTrip = 40
/** After so many microseconds of short executions the event loop gets its turn. */
const longestTurn = 4_000

const noThreads =
  "effax: worker threads don't start here: everything runs on one thread, and long computations block it"

/** A computation's blocks. */
interface Blocks {
  readonly outputs: Array<Block>
  /** Job and argument block (on the pool), temporaries, scratch; none where nothing of that is needed. */
  workspace: Block | undefined
}

export class Executor {
  private readonly memory: LinearMemory
  private readonly pool: Pool | undefined
  private readonly failures: Failures
  /** Called with blocks that leave for the caller. */
  private readonly adopt: (block: Block) => void
  /** The argument block of executions on the calling thread, of which there is one at a time. */
  private inlineArguments: Block
  private inlineCapacity: number
  private turn: number
  private complained: boolean

  constructor(memory: LinearMemory, pool: Pool | undefined, failures: Failures, adopt: (block: Block) => void) {
    this.memory = memory
    this.adopt = adopt
    this.pool = pool
    this.failures = failures
    this.inlineCapacity = 64
    this.inlineArguments = memory.allocateToLimit(4 * (jobWord.words + this.inlineCapacity))!
    memory.words.fill(0, this.inlineArguments.address >>> 2, (this.inlineArguments.address >>> 2) + jobWord.words)
    this.turn = 0
    this.complained = false
  }

  /** Starts the threads for an executable that will want them. */
  prepare(executable: WasmExecutable): void {
    this.ranks(executable)
  }

  /** How many threads to run on; 0 for the calling thread. */
  private ranks(executable: WasmExecutable): number {
    const { cost } = executable
    if (cost <= longestInlineParallel) return 0
    const { pool } = this
    if (pool === undefined || pool.broken) return 0
    const ranks = executable.artefact.parallel ? Math.min(pool.size, Math.ceil(cost / workPerThread)) : 1
    if (cost <= (ranks > 1 ? longestInlineParallel : longestInline)) return 0
    if (!pool.ready) {
      pool.start()
      if (cost <= longestInlineMeanwhile) return 0
    }
    return ranks
  }

  /** To be called where the execution is to start. */
  execute(executable: WasmExecutable, inputs: ReadonlyArray<Block>): Outcome {
    const ranks = this.ranks(executable)
    if (this.pool?.broken === true && !this.complained) {
      this.complained = true
      return Effect.flatMap(Effect.logWarning(noThreads), () => this.execute(executable, inputs))
    }
    if (ranks > 0) return this.onPool(executable, inputs, ranks)
    if (this.turn > longestTurn) {
      this.turn = 0
      return Effect.flatMap(Effect.promise(nextTurn), () => this.execute(executable, inputs))
    }
    const blocks = this.allocate(executable, 0, inputs.length, false)
    if (blocks === undefined) return this.afterCollection(executable, inputs)
    return this.inline(executable, inputs, blocks)
  }

  // --- memory -------------------------------------------------------------------------------------------------------

  /** Bytes before the temporaries: the job's own words and the argument block, on the pool. */
  private header(executable: WasmExecutable, ranks: number, inputs: number): number {
    if (ranks === 0) return 0
    const words = jobWord.words + argumentHeader + inputs + executable.outputs.length
    return Math.ceil(words * 4 / alignment) * alignment
  }

  private workspaceBytes(executable: WasmExecutable, ranks: number, inputs: number): number {
    const { arena, scratchPerThread } = executable.artefact
    return this.header(executable, ranks, inputs) + Math.ceil(arena / alignment) * alignment +
      Math.max(1, ranks) * scratchPerThread
  }

  /** Every block that the execution needs, or none. */
  private allocate(executable: WasmExecutable, ranks: number, inputs: number, toLimit: boolean): Blocks | undefined {
    const { memory } = this
    const outputs: Array<Block> = []
    for (let i = 0; i < executable.outputs.length; i++) {
      const bytes = executable.outputs[i]!
      const block = toLimit ? memory.allocateToLimit(bytes) : memory.allocate(bytes)
      if (block === undefined) return this.giveUp(outputs)
      outputs.push(block)
    }
    const bytes = this.workspaceBytes(executable, ranks, inputs)
    if (bytes === 0) return { outputs, workspace: undefined }
    const workspace = toLimit ? memory.allocateToLimit(bytes) : memory.allocate(bytes)
    return workspace === undefined ? this.giveUp(outputs) : { outputs, workspace }
  }

  private giveUp(outputs: ReadonlyArray<Block>): undefined {
    for (const block of outputs) this.memory.release(block)
    return undefined
  }

  private bytesNeeded(executable: WasmExecutable, ranks: number, inputs: number): number {
    let bytes = this.workspaceBytes(executable, ranks, inputs)
    for (const output of executable.outputs) bytes += output
    return bytes
  }

  private outOfMemory(executable: WasmExecutable, ranks: number, inputs: number): OutOfMemoryError {
    return this.failures.outOfMemory("execution", this.bytesNeeded(executable, ranks, inputs))
  }

  private writeArguments(
    executable: WasmExecutable,
    at: number,
    job: number,
    inputs: ReadonlyArray<Block>,
    outputs: ReadonlyArray<Block>,
    arena: number
  ): void {
    const { words } = this.memory
    words[at] = job + 4 * jobWord.cancel
    words[at + 1] = job + 4 * jobWord.barrier
    words[at + 2] = arena
    words[at + 3] = arena + Math.ceil(executable.artefact.arena / alignment) * alignment
    let next = at + argumentHeader
    for (let i = 0; i < inputs.length; i++) words[next++] = inputs[i]!.address
    for (let i = 0; i < outputs.length; i++) words[next++] = outputs[i]!.address
  }

  // --- on the calling thread ----------------------------------------------------------------------------------------

  private inline(executable: WasmExecutable, inputs: ReadonlyArray<Block>, blocks: Blocks): Outcome {
    const { memory } = this
    const { outputs, workspace } = blocks
    if (
      argumentHeader + inputs.length + outputs.length > this.inlineCapacity &&
      !this.widen(inputs.length + outputs.length)
    ) {
      this.giveUp(outputs)
      if (workspace !== undefined) memory.release(workspace)
      return Effect.fail(this.outOfMemory(executable, 0, inputs.length))
    }
    const job = this.inlineArguments.address
    const at = (job >>> 2) + jobWord.words
    this.writeArguments(executable, at, job, inputs, outputs, workspace === undefined ? 0 : workspace.address)
    const { words } = memory
    const barrier = (job >>> 2) + jobWord.barrier
    for (let i = 0; i < jobWord.barrierWords; i++) words[barrier + i] = 0
    try {
      if (executable.timed) {
        const start = performance.now()
        executable.run(job + 4 * jobWord.words, 0, 1)
        executable.observe((performance.now() - start) * 1000)
      } else executable.run(job + 4 * jobWord.words, 0, 1)
    } catch (cause) {
      this.giveUp(outputs)
      if (workspace !== undefined) memory.release(workspace)
      return Effect.fail(this.failures.kernel(cause))
    }
    if (workspace !== undefined) memory.release(workspace)
    this.turn += executable.cost
    return this.deliver(outputs)
  }

  private deliver(outputs: ReadonlyArray<Block>): Outcome {
    for (let i = 0; i < outputs.length; i++) this.adopt(outputs[i]!)
    return Effect.succeed(outputs)
  }

  private widen(addresses: number): boolean {
    const capacity = argumentHeader + 2 * addresses
    const block = this.memory.allocateToLimit(4 * (jobWord.words + capacity))
    if (block === undefined) return false
    this.memory.release(this.inlineArguments)
    this.inlineArguments = block
    this.inlineCapacity = capacity
    this.memory.words.fill(0, block.address >>> 2, (block.address >>> 2) + jobWord.words)
    return true
  }

  // --- otherwise ----------------------------------------------------------------------------------------------------

  private afterCollection(executable: WasmExecutable, inputs: ReadonlyArray<Block>): Outcome {
    return Effect.callback((resume) => {
      const unpin = this.pin(inputs)
      let wanted = true
      void this.memory.collect().then(() => {
        unpin()
        if (!wanted) return
        const blocks = this.allocate(executable, 0, inputs.length, true)
        resume(
          blocks === undefined
            ? Effect.fail(this.outOfMemory(executable, 0, inputs.length))
            : this.inline(executable, inputs, blocks)
        )
      })
      return Effect.sync(() => {
        wanted = false
      })
    })
  }

  private onPool(executable: WasmExecutable, inputs: ReadonlyArray<Block>, ranks: number): Outcome {
    return Effect.callback((resume) => {
      const unpin = this.pin(inputs)
      let job: Job | undefined
      let settled = false
      let onSettled = (): void => {}
      const settle = (outcome: Outcome | undefined): void => {
        settled = true
        unpin()
        if (outcome !== undefined) resume(outcome)
        onSettled()
      }
      const begin = (blocks: Blocks): void => {
        job = this.submit(executable, inputs, ranks, blocks, settle)
      }
      let interrupted = false
      const blocks = this.allocate(executable, ranks, inputs.length, false)
      if (blocks !== undefined) begin(blocks)
      else {
        void this.memory.collect().then(() => {
          if (interrupted) return settle(undefined)
          const found = this.allocate(executable, ranks, inputs.length, true)
          if (found === undefined) settle(Effect.fail(this.outOfMemory(executable, ranks, inputs.length)))
          else begin(found)
        })
      }
      return Effect.callback<void>((ended) => {
        interrupted = true
        if (settled) return ended(Effect.void)
        onSettled = () => ended(Effect.void)
        if (job !== undefined) this.pool!.cancel(job)
      })
    })
  }

  private submit(
    executable: WasmExecutable,
    inputs: ReadonlyArray<Block>,
    ranks: number,
    blocks: Blocks,
    settle: (outcome: Outcome | undefined) => void
  ): Job | undefined {
    const { memory } = this
    const { outputs } = blocks
    const workspace = blocks.workspace!
    const module = executable.shared()
    if (module === undefined) {
      this.giveUp([...outputs, workspace])
      settle(Effect.fail(this.outOfMemory(executable, ranks, inputs.length)))
      return undefined
    }
    memory.retain(module.bytes)
    const { address } = workspace
    memory.words.fill(0, address >>> 2, (address >>> 2) + jobWord.words)
    const arena = address + this.header(executable, ranks, inputs.length)
    this.writeArguments(executable, (address >>> 2) + jobWord.words, address, inputs, outputs, arena)
    const job = new Job(module, workspace, ranks, (end) => {
      memory.unretain(module.bytes)
      memory.release(workspace)
      if (end._tag === "Done") {
        if (executable.timed) executable.observe(Math.max(0, job.microseconds - roundTrip) * job.width)
        return settle(this.deliver(outputs))
      }
      this.giveUp(outputs)
      if (end._tag === "Cancelled") return settle(undefined)
      // Threads that can't be had are no reason to fail.
      settle(
        this.pool!.broken
          ? Effect.suspend(() => this.execute(executable, inputs))
          : Effect.fail(this.failures.kernel(end.cause))
      )
    })
    this.pool!.submit(job)
    return job
  }

  /** Keeps inputs until the returned function is called. */
  private pin(inputs: ReadonlyArray<Block>): () => void {
    for (const input of inputs) this.memory.retain(input)
    return () => {
      for (const input of inputs) this.memory.unretain(input)
    }
  }
}
