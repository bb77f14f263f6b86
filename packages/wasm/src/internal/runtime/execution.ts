/**
 * Running an executable: on the calling thread where that takes a moment only, else on the pool.
 */
import { callbackFailure, type HostCallback, nextTurn, runCallback } from "effax/DriverKit"
import type { CallbackError, KernelError, OutOfMemoryError } from "effax/Errors"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import { argumentWord } from "../codegen/kernel.ts"
import type { Block } from "./allocator.ts"
import * as calls from "./calls.ts"
import type { WasmExecutable } from "./executable.ts"
import { backendName, type Failures } from "./failures.ts"
import { job as jobWord } from "./layout.ts"
import type { LinearMemory } from "./memory.ts"
import { Job, type JobEnd, type Pool } from "./threads.ts"
import { Timings } from "./timings.ts"
import { type Blocks, Workspaces } from "./workspaces.ts"

type Failure = OutOfMemoryError | KernelError | CallbackError

type Outcome = Effect.Effect<ReadonlyArray<Block>, Failure>

/** The outcome of what has ended. */
type Ended = Exit.Exit<ReadonlyArray<Block>, Failure>

type Callbacks = ReadonlyArray<HostCallback>

const none: Callbacks = []

/** How long the calling thread may be kept, in microseconds, where threads could run a Program no faster. */
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

/** Thrown through a module whose call of the host failed, on the calling thread. */
class CallFailed {
  readonly error: CallbackError
  constructor(error: CallbackError) {
    this.error = error
  }
}

const needsThreads =
  "it needs asynchrony, which a callback has only where worker threads run: there are none here, so that the calling " +
  "thread waits for it; do what is synchronous in the callback and the rest after the execution"

/** Why a callback that was run at once has no result. */
const synchronousFailure = (callback: string, cause: Cause.Cause<CallbackError>): CallbackError => {
  const failed = Cause.findErrorOption(cause)
  if (Option.isSome(failed)) return failed.value
  const defect = Cause.squash(cause)
  if (!Cause.isAsyncFiberError(defect)) return callbackFailure(backendName, callback, defect)
  defect.fiber.interruptUnsafe()
  return callbackFailure(backendName, callback, new Error(needsThreads))
}

const noThreads = (cause: unknown): string =>
  `effax: worker threads don't start here (${
    cause instanceof Error ? cause.message : String(cause)
  }): everything runs ` +
  "on one thread, and long computations block it"

export class Executor {
  private readonly memory: LinearMemory
  private readonly pool: Pool | undefined
  private readonly failures: Failures
  private readonly workspaces: Workspaces
  /** How long kernels take, for those who want to know. */
  readonly timings: Timings
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
    this.workspaces = new Workspaces(memory, failures)
    this.timings = new Timings(memory)
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

  /** How many threads a Program is worth; 0 for the calling thread. */
  private worth(executable: WasmExecutable): number {
    const { cost } = executable
    if (cost <= longestInlineParallel) return 0
    const { pool } = this
    if (pool === undefined || pool.broken) return 0
    const ranks = executable.artefact.parallel ? Math.min(pool.size, Math.ceil(cost / workPerThread)) : 1
    return cost <= (ranks > 1 ? longestInlineParallel : longestInline) ? 0 : ranks
  }

  /** How many threads to run on, which are started if they don't run; 0 for the calling thread. */
  private ranks(executable: WasmExecutable): number {
    const ranks = this.worth(executable)
    if (ranks === 0 || this.pool!.ready) return ranks
    this.pool!.start()
    return executable.cost <= longestInlineMeanwhile ? 0 : ranks
  }

  /** Runs at once what takes a moment only; `undefined`, and nothing begun, where that is not possible. */
  executeNow(executable: WasmExecutable, inputs: ReadonlyArray<Block>): Ended | undefined {
    if (this.worth(executable) > 0 || this.turn > longestTurn || this.mustComplain) return undefined
    const blocks = this.workspaces.allocate(executable, 0, inputs.length, false)
    return blocks === undefined ? undefined : this.inline(executable, inputs, blocks)
  }

  /** To be called where the execution is to start. `synchronous`: the caller can't wait for another turn of the event loop. */
  execute(
    executable: WasmExecutable,
    inputs: ReadonlyArray<Block>,
    callbacks: Callbacks,
    synchronous: boolean
  ): Outcome {
    const again = (): Outcome => this.execute(executable, inputs, callbacks, synchronous)
    const ranks = synchronous ? 0 : this.ranks(executable)
    if (this.mustComplain) {
      this.complained = true
      return Effect.flatMap(Effect.logWarning(noThreads(this.pool!.breakage!.cause)), again)
    }
    if (ranks > 0) {
      return callbacks.length === 0
        ? this.onPool(executable, inputs, ranks)
        : this.onPoolCalling(executable, inputs, ranks, callbacks)
    }
    if (this.turn > longestTurn && !synchronous) {
      this.turn = 0
      return Effect.flatMap(Effect.promise(nextTurn), again)
    }
    if (callbacks.length > 0) return this.inlineCalling(executable, inputs, callbacks)
    const blocks = this.workspaces.allocate(executable, 0, inputs.length, synchronous)
    if (blocks !== undefined) return this.inline(executable, inputs, blocks)
    return synchronous
      ? Effect.fail(this.workspaces.outOfMemory(executable, 0, inputs.length))
      : this.afterCollection(executable, inputs)
  }

  /** Whether threads don't start here, which is said once. */
  private get mustComplain(): boolean {
    return this.pool?.broken === true && !this.complained
  }

  // --- on the calling thread ----------------------------------------------------------------------------------------

  private inline(executable: WasmExecutable, inputs: ReadonlyArray<Block>, blocks: Blocks): Ended {
    const { memory } = this
    const { outputs, workspace } = blocks
    if (
      argumentWord.buffers + inputs.length + outputs.length > this.inlineCapacity &&
      !this.widen(inputs.length + outputs.length)
    ) {
      this.workspaces.giveUp(outputs)
      if (workspace !== undefined) memory.release(workspace)
      return Exit.fail(this.workspaces.outOfMemory(executable, 0, inputs.length))
    }
    const job = this.inlineArguments.address
    const at = (job >>> 2) + jobWord.words
    this.workspaces.writeArguments(
      executable,
      at,
      job,
      inputs,
      outputs,
      workspace === undefined ? 0 : workspace.address
    )
    const { words } = memory
    const barrier = (job >>> 2) + jobWord.barrier
    for (let i = 0; i < jobWord.barrierWords; i++) words[barrier + i] = 0
    try {
      if (executable.takeTiming()) {
        const start = performance.now()
        executable.run(job + 4 * jobWord.words, 0, 1)
        executable.observe((performance.now() - start) * 1000)
      } else executable.run(job + 4 * jobWord.words, 0, 1)
    } catch (cause) {
      this.workspaces.giveUp(outputs)
      if (workspace !== undefined) memory.release(workspace)
      return Exit.fail(this.failures.kernel(cause))
    }
    this.timings.tell(executable, job + 4 * jobWord.words, 1)
    if (workspace !== undefined) memory.release(workspace)
    this.turn += executable.cost
    return this.deliver(outputs)
  }

  /** As `inline`; the module calls functions of the host, which this thread runs at once. */
  private inlineCalling(executable: WasmExecutable, inputs: ReadonlyArray<Block>, callbacks: Callbacks): Outcome {
    return Effect.withFiber((fiber): Outcome => {
      const { memory } = this
      // callbacks may run something on this thread themselves: this execution has an argument block of its own
      const blocks = this.workspaces.allocate(executable, 1, inputs.length, true)
      if (blocks === undefined) return Effect.fail(this.workspaces.outOfMemory(executable, 1, inputs.length))
      const { outputs } = blocks
      const workspace = blocks.workspace!
      const at = this.workspaces.writeJob(executable, workspace, 1, inputs, outputs)
      const runSync = Effect.runSyncExitWith(fiber.context)
      const unpin = this.workspaces.pin(inputs)
      const outer = executable.onRequest
      executable.onRequest = (address) => {
        const { callback, operands, results } = calls.read(memory, address, callbacks)
        const exit = runSync(runCallback(backendName, callback, operands))
        if (Exit.isSuccess(exit)) return calls.write(memory, results, exit.value)
        throw new CallFailed(synchronousFailure(callback.name, exit.cause))
      }
      try {
        executable.run(at, 0, 1)
        this.timings.tell(executable, at, 1)
      } catch (cause) {
        this.workspaces.giveUp(outputs)
        return Effect.fail(cause instanceof CallFailed ? cause.error : this.failures.kernel(cause))
      } finally {
        executable.onRequest = outer
        unpin()
        memory.release(workspace)
      }
      return this.deliver(outputs)
    })
  }

  private deliver(outputs: ReadonlyArray<Block>): Ended {
    for (let i = 0; i < outputs.length; i++) this.adopt(outputs[i]!)
    return Exit.succeed(outputs)
  }

  private widen(addresses: number): boolean {
    const capacity = argumentWord.buffers + 2 * addresses
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
      const unpin = this.workspaces.pin(inputs)
      let wanted = true
      const attempt = () => wanted ? this.workspaces.allocate(executable, 0, inputs.length, true) : "unwanted"
      void this.memory.reclaimer.afterCollecting(attempt).then((blocks) => {
        unpin()
        if (blocks === "unwanted") return
        resume(
          blocks === undefined
            ? Effect.fail(this.workspaces.outOfMemory(executable, 0, inputs.length))
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
      const unpin = this.workspaces.pin(inputs)
      let job: Job | undefined
      let settled = false
      let onSettled = (): void => {}
      const settle = (outcome: Outcome | undefined): void => {
        settled = true
        unpin()
        if (outcome !== undefined) resume(outcome)
        onSettled()
      }
      const fail = (): void => settle(Effect.fail(this.workspaces.outOfMemory(executable, ranks, inputs.length)))
      const begin = (blocks: Blocks): void => {
        job = this.submit(executable, inputs, ranks, blocks, (end) => {
          if (end._tag === "Done") return settle(this.deliver(blocks.outputs))
          this.workspaces.giveUp(blocks.outputs)
          settle(end._tag === "Cancelled" ? undefined : this.afterFailure(end.cause, executable, inputs, none))
        })
        if (job === undefined) fail()
      }
      let interrupted = false
      const blocks = this.workspaces.allocate(executable, ranks, inputs.length, false)
      if (blocks !== undefined) begin(blocks)
      else {
        const attempt = () =>
          interrupted ? "interrupted" : this.workspaces.allocate(executable, ranks, inputs.length, true)
        void this.memory.reclaimer.afterCollecting(attempt).then((found) => {
          if (found === "interrupted") settle(undefined)
          else if (found === undefined) fail()
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

  /** As `onPool`. While the job waits for what it asked of the host, the fiber that executes it makes the call. */
  private onPoolCalling(
    executable: WasmExecutable,
    inputs: ReadonlyArray<Block>,
    ranks: number,
    callbacks: Callbacks
  ): Outcome {
    return Effect.uninterruptibleMask((restore) => {
      const unpin = this.workspaces.pin(inputs)
      const outOfMemory = Effect.suspend(() =>
        Effect.fail(this.workspaces.outOfMemory(executable, ranks, inputs.length))
      )
      const begin = (blocks: Blocks | undefined): Outcome =>
        blocks === undefined ? outOfMemory : this.converse(executable, inputs, ranks, blocks, callbacks, restore)
      const blocks = this.workspaces.allocate(executable, ranks, inputs.length, false)
      const running = blocks !== undefined ? begin(blocks) : Effect.flatMap(
        // uninterruptible, so that memory that is found has an owner
        Effect.promise(() =>
          this.memory.reclaimer.afterCollecting(() => this.workspaces.allocate(executable, ranks, inputs.length, true))
        ),
        begin
      )
      return Effect.ensuring(running, Effect.sync(unpin))
    })
  }

  /** Uninterruptible but where it waits: what the job has made is this fiber's to give back. */
  private converse(
    executable: WasmExecutable,
    inputs: ReadonlyArray<Block>,
    ranks: number,
    blocks: Blocks,
    callbacks: Callbacks,
    restore: <A, E>(effect: Effect.Effect<A, E>) => Effect.Effect<A, E>
  ): Outcome {
    const { memory } = this
    const pool = this.pool!
    let request: number | undefined
    let end: JobEnd | undefined
    let called = false
    let settled = false
    let wake = (): void => {}
    const job = this.submit(executable, inputs, ranks, blocks, (how) => {
      end = how
      wake()
    }, (address) => {
      request = address
      wake()
    })
    if (job === undefined) return Effect.fail(this.workspaces.outOfMemory(executable, ranks, inputs.length))
    const until = (something: () => boolean): Effect.Effect<void> =>
      Effect.callback((resume) => {
        if (something()) resume(Effect.void)
        else wake = () => something() && resume(Effect.void)
      })
    const answer = (address: number): Effect.Effect<void, CallbackError> => {
      const { callback, operands, results } = calls.read(memory, address, callbacks)
      called = true
      return Effect.map(restore(runCallback(backendName, callback, operands)), (found) => {
        // a thread may have been lost since, and the job's memory given back
        if (end !== undefined) return
        calls.write(memory, results, found)
        pool.answer(job)
      })
    }
    const advance: Outcome = Effect.suspend(() => {
      if (end !== undefined) {
        settled = true
        if (end._tag === "Done") return this.deliver(blocks.outputs)
        this.workspaces.giveUp(blocks.outputs)
        const { cause } = end as Extract<JobEnd, { readonly _tag: "Failed" }>
        // what was called once is not called again
        return called
          ? Effect.fail(this.failures.kernel(cause))
          : this.afterFailure(cause, executable, inputs, callbacks)
      }
      if (request === undefined) {
        return Effect.flatMap(restore(until(() => request !== undefined || end !== undefined)), () => advance)
      }
      const address = request
      request = undefined
      return Effect.flatMap(answer(address), () => advance)
    })
    const stop = Effect.suspend(() => {
      if (settled) return Effect.void
      pool.cancel(job)
      return Effect.map(until(() => end !== undefined), () => this.workspaces.giveUp(blocks.outputs))
    })
    return Effect.onError(advance, () => stop)
  }

  private afterFailure(
    cause: unknown,
    executable: WasmExecutable,
    inputs: ReadonlyArray<Block>,
    callbacks: Callbacks
  ): Outcome {
    // Threads that can't be had are no reason to fail.
    return this.pool!.broken
      ? Effect.suspend(() => this.execute(executable, inputs, callbacks, false))
      : Effect.fail(this.failures.kernel(cause))
  }

  /** `undefined`, and the blocks given back, where there is no memory for the module's bytes. */
  private submit(
    executable: WasmExecutable,
    inputs: ReadonlyArray<Block>,
    ranks: number,
    { outputs, workspace }: Blocks,
    onEnd: (end: JobEnd) => void,
    onRequest?: (address: number) => void
  ): Job | undefined {
    const { memory } = this
    const module = executable.shared()
    if (module === undefined) return this.workspaces.giveUp([...outputs, workspace!])
    memory.retain(module.bytes)
    const args = this.workspaces.writeJob(executable, workspace!, ranks, inputs, outputs)
    const job = new Job(module, workspace!, ranks, (end) => {
      memory.unretain(module.bytes)
      if (end._tag === "Done") this.timings.tell(executable, args, job.width)
      memory.release(workspace!)
      if (end._tag === "Done" && executable.takeTiming() && onRequest === undefined) {
        executable.observe(Math.max(0, job.microseconds - roundTrip) * job.width)
      }
      onEnd(end)
    }, onRequest)
    this.pool!.submit(job)
    return job
  }
}
