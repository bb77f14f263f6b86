/**
 * The pool: threads that run jobs together, single program, multiple data. A job asks for some number of threads, waits its
 * turn in the order of submission, and runs when so many are idle. The main thread only ever waits asynchronously.
 *
 * A thread gets its first job after it has said that it is there. So a thread that does not start loses no work: the pool
 * is then broken, all jobs fail, and their owners run them without threads.
 *
 * A job that calls the host keeps its threads while it waits for the answer. The host's function may need a thread itself:
 * when all of them wait, one more is started. No more than `size` of them ever compute at once.
 */
import type { Block } from "./allocator.ts"
import { availableParallelism, later, type StartThread, startThread, type Thread, type ThreadEvents } from "./host.ts"
import { doneState, job as jobWord, layout, mailbox } from "./layout.ts"
import type { LinearMemory } from "./memory.ts"

/**
 * Milliseconds that an idle thread looks out for the next job before it sleeps, about what it takes to wake it. It needs a
 * core of its own: without one, the main thread has to wait for the end of the spinning to hand out the next job.
 */
const spin = 0.04

/** Milliseconds between two looks at threads that are starting, which takes 20 to 30 ms. */
const lookInterval = 2
/** By default, threads that have not started after so many milliseconds are given up. */
const defaultStartLimit = 10_000
/** A pause of more milliseconds between two looks was the event loop's, and says nothing about the threads. */
const longestPause = 100

/** A module as threads load it. */
export interface SharedModule {
  readonly id: number
  /** Its bytes, in shared memory. */
  readonly bytes: Block
  readonly length: number
}

/** How a job ended. */
export type JobEnd =
  | { readonly _tag: "Done" }
  | { readonly _tag: "Cancelled" }
  | { readonly _tag: "Failed"; readonly cause: unknown }

const done: JobEnd = { _tag: "Done" }
const cancelled: JobEnd = { _tag: "Cancelled" }

/** Why something ended before its time; the cause may be `undefined`, as anything that is thrown may. */
interface Loss {
  readonly cause: unknown
}

/** Work for some threads. The submitter owns `block`, whose first words are the job's and must be 0. */
export class Job {
  readonly module: SharedModule
  /** Starts with the words of `layout.job`. */
  readonly block: Block
  /** Threads that it wants; 1 where more would not make it faster. */
  readonly ranks: number
  readonly onEnd: (end: JobEnd) => void
  /** Called with the address of what rank 0 asks of the host; {@link Pool.answer} lets it go on. */
  readonly onRequest: ((address: number) => void) | undefined
  state: "queued" | "running" | "ended"
  /** Threads that it got. */
  width: number
  cancelled: boolean
  /** Whether rank 0 waits for the host. */
  asking: boolean
  /** Set when a thread was lost while it ran this, or with it the pool. */
  lost: Loss | undefined
  /** When it started, then how long it took, in microseconds. */
  started: number
  microseconds: number

  constructor(
    module: SharedModule,
    block: Block,
    ranks: number,
    onEnd: (end: JobEnd) => void,
    onRequest?: (address: number) => void
  ) {
    this.module = module
    this.block = block
    this.ranks = ranks
    this.onEnd = onEnd
    this.onRequest = onRequest
    this.state = "queued"
    this.width = 0
    this.cancelled = false
    this.asking = false
    this.lost = undefined
    this.started = 0
    this.microseconds = 0
  }
}

interface Slot {
  readonly mailbox: Block
  readonly thread: Thread
  /** Whether it has said that it is there. */
  ready: boolean
  /** Milliseconds that it has been starting for. */
  waited: number
  job: Job | undefined
  /** Modules that it may drop, told with its next job. */
  readonly forget: Array<number>
}

/** After so many lost threads in a row, without a job that ended well, no more are started. */
const maximumLosses = 3

export class Pool {
  /** The number of threads it has once it runs. */
  readonly size: number
  private readonly memory: LinearMemory
  private readonly startThread: StartThread
  private readonly startLimit: number
  private readonly spin: number
  /** When the threads that are starting were last looked at; `undefined` where none is starting. */
  private looked: number | undefined
  private readonly slots: Array<Slot>
  private readonly queue: Array<Job>
  private readonly running: Set<Job>
  private readonly messages: boolean
  /** Threads that were lost since a job last ended well. */
  private losses: number
  private closed: boolean
  /** Why threads can't be had here. */
  breakage: Loss | undefined

  constructor(memory: LinearMemory, size: number, start: StartThread = startThread, startLimit = defaultStartLimit) {
    this.size = size
    this.startThread = start
    this.startLimit = startLimit
    this.spin = availableParallelism() > size ? spin : 0
    this.looked = undefined
    this.memory = memory
    this.slots = []
    this.queue = []
    this.running = new Set()
    this.messages = typeof Atomics.waitAsync !== "function"
    this.losses = 0
    this.closed = false
    this.breakage = undefined
  }

  /** Whether jobs would start now rather than after the threads have. */
  get ready(): boolean {
    return this.slots.length >= this.size && this.slots.every((slot) => this.isReady(slot))
  }

  private isReady(slot: Slot): boolean {
    return slot.ready ||= Atomics.load(this.memory.words, (slot.mailbox.address >>> 2) + mailbox.ready) !== 0
  }

  /** Whether there are threads, or were. */
  get started(): boolean {
    return this.slots.length > 0
  }

  /** Whether threads can't be had here. */
  get broken(): boolean {
    return this.breakage !== undefined
  }

  /** Starts the threads, unless they run; returns at once. `false`: there is no memory for them, or they don't start. */
  start(): boolean {
    if (this.closed || this.breakage !== undefined) return false
    while (this.slots.length < this.size) if (!this.startOne()) return false
    return true
  }

  /** One thread more. `false`: there is no memory for it. */
  private startOne(): boolean {
    const block = this.memory.allocateToLimit(mailbox.words * 4)
    if (block === undefined) return false
    this.slots.push(this.startSlot(block))
    return true
  }

  private startSlot(block: Block): Slot {
    const at = block.address >>> 2
    this.memory.words.fill(0, at, at + mailbox.words)
    const thread = this.tryStart(block, {
      onLost: (cause) => this.onLost(slot, cause),
      onMessage: (message) => {
        if (typeof message !== "number") return this.look()
        for (const running of this.running) if (running.block.address === message) this.onDone(running)
      }
    })
    const slot: Slot = { mailbox: block, thread, ready: false, waited: 0, job: undefined, forget: [] }
    if (this.looked === undefined) {
      this.looked = performance.now()
      this.lookLater()
    }
    return slot
  }

  private tryStart(block: Block, events: ThreadEvents): Thread {
    try {
      return this.startThread(
        { memory: this.memory.memory, mailbox: block.address, layout, spin: this.spin, messages: this.messages },
        events
      )
    } catch (cause) {
      queueMicrotask(() => events.onLost(cause))
      return { keepAlive: () => {}, terminate: () => Promise.resolve() }
    }
  }

  private lookLater(): void {
    later(lookInterval, () => {
      this.look()
      if (this.looked !== undefined) this.lookLater()
    })
  }

  /** Looks at the threads that are starting: their words in memory tell, whatever becomes of their messages. */
  private look(): void {
    if (this.looked === undefined) return
    const now = performance.now()
    const waited = Math.min(now - this.looked, longestPause)
    this.looked = undefined
    for (const slot of this.slots) {
      if (this.isReady(slot)) continue
      slot.waited += waited
      if (slot.waited > this.startLimit) {
        return this.break(new Error(`a worker thread did not start within ${this.startLimit / 1000} seconds`))
      }
      this.looked = now
    }
    this.dispatch()
  }

  /** Runs a job when its turn comes. `onEnd` is called later, once; a job must not be submitted twice. */
  submit(job: Job): void {
    if (!this.start()) {
      this.fail(
        job,
        this.breakage?.cause ??
          new Error(this.closed ? "the backend is closed" : "there is no memory for threads")
      )
      return
    }
    if (this.queue.length === 0 && this.running.size === 0) this.slots[0]!.thread.keepAlive(true)
    this.queue.push(job)
    this.dispatch()
  }

  /** Makes a job end soon. Its `onEnd` is called as always. */
  cancel(job: Job): void {
    if (job.state === "ended" || job.cancelled) return
    job.cancelled = true
    if (job.state === "queued") {
      this.queue.splice(this.queue.indexOf(job), 1)
      job.state = "ended"
      this.rest()
      this.dispatch()
      job.onEnd(cancelled)
    } else this.raise(job)
  }

  /** Lets a job go on that has asked the host. */
  answer(job: Job): void {
    if (job.state !== "running") return
    job.asking = false
    this.release(job)
  }

  /** Wakes rank 0 where it waits for the host. */
  private release(job: Job): void {
    const at = (job.block.address >>> 2) + jobWord.answered
    Atomics.store(this.memory.words, at, 1)
    Atomics.notify(this.memory.words, at)
  }

  /** Sets a running job's cancel flag, and wakes the ranks that wait so that they see it. */
  private raise(job: Job): void {
    const at = job.block.address >>> 2
    Atomics.store(this.memory.words, at + jobWord.cancel, 1)
    for (let i = 0; i < jobWord.barrierWords; i++) Atomics.notify(this.memory.words, at + jobWord.barrier + i)
    this.release(job)
  }

  /** Lets the threads drop a module. */
  forget(id: number): void {
    for (const slot of this.slots) slot.forget.push(id)
  }

  private dispatch(): void {
    while (this.queue.length > 0) {
      const job = this.queue[0]!
      let idle = 0
      let busy = 0
      let held = 0
      for (const slot of this.slots) {
        if (slot.job === undefined) {
          // A thread that is starting will be idle soon.
          if (this.isReady(slot)) idle++
          else busy++
        } else if (!slot.job.asking) {
          busy++
          if (slot.job.ranks === 1) held++
        }
      }
      // In order: a job that wants every thread isn't passed by small ones for ever. But threads that work on something
      // indivisible may be long, and so may the host: then it makes do with the others.
      const width = Math.max(1, Math.min(job.ranks, this.size - held, idle + busy - held))
      if (Math.min(idle, this.size - busy) < width) {
        if (idle > 0 || busy > 0) return
        // No thread will be idle before the host has answered, and the host may be waiting for this very job.
        if (!this.startOne()) this.fail(this.queue.shift()!, new Error("there is no memory for one more thread"))
        continue
      }
      this.queue.shift()
      this.run(job, width)
    }
  }

  /** Ends a job that has not begun. */
  private fail(job: Job, cause: unknown): void {
    job.state = "ended"
    queueMicrotask(() => job.onEnd({ _tag: "Failed", cause }))
  }

  private run(job: Job, width: number): void {
    const { words } = this.memory
    job.state = "running"
    job.width = width
    job.started = performance.now()
    this.running.add(job)
    words[(job.block.address >>> 2) + jobWord.remaining] = width
    let rank = 0
    for (const slot of this.slots) {
      if (slot.job !== undefined || !slot.ready) continue
      slot.job = job
      this.write(slot, job, rank)
      if (++rank === width) break
    }
    this.watch(job)
  }

  private write(slot: Slot, job: Job, rank: number): void {
    const { words } = this.memory
    const box = slot.mailbox.address >>> 2
    words[box + mailbox.ended] = 0
    words[box + mailbox.moduleId] = job.module.id
    words[box + mailbox.moduleAddress] = job.module.bytes.address
    words[box + mailbox.moduleLength] = job.module.length
    words[box + mailbox.rank] = rank
    words[box + mailbox.threads] = job.width
    words[box + mailbox.job] = job.block.address
    for (let i = 0; i < mailbox.forgetCount; i++) words[box + mailbox.forget + i] = slot.forget.pop() ?? 0
    Atomics.add(words, box + mailbox.generation, 1)
    Atomics.notify(words, box + mailbox.generation)
  }

  private watch(job: Job): void {
    if (this.messages) return
    const wait = Atomics.waitAsync(this.memory.words, (job.block.address >>> 2) + jobWord.done, 0)
    if (wait.async) void wait.value.then(() => this.onDone(job))
    else queueMicrotask(() => this.onDone(job))
  }

  /** Something happened at a job's `done` word. */
  private onDone(job: Job): void {
    if (job.state !== "running") return
    // Or it was a late notification of a former job at the same address.
    const at = (job.block.address >>> 2) + jobWord.done
    const state = Atomics.compareExchange(this.memory.words, at, doneState.asking, doneState.running)
    if (state === doneState.ended) return this.end(job)
    // Before the host can answer, so that no later notification is missed.
    this.watch(job)
    if (state !== doneState.asking || job.cancelled) return
    job.asking = true
    // The threads that wait now are not to be waited for.
    this.dispatch()
    job.onRequest!(this.memory.words[(job.block.address >>> 2) + jobWord.request]! >>> 0)
  }

  private end(job: Job): void {
    job.state = "ended"
    job.microseconds = (performance.now() - job.started) * 1000
    this.running.delete(job)
    for (const slot of this.slots) if (slot.job === job) slot.job = undefined
    this.rest()
    this.dispatch()
    job.onEnd(this.endOf(job))
  }

  private endOf(job: Job): JobEnd {
    if (job.lost !== undefined) return { _tag: "Failed", cause: job.lost.cause }
    const { words } = this.memory
    const at = job.block.address >>> 2
    if (Atomics.load(words, at + jobWord.failed) !== 0) {
      const length = Atomics.load(words, at + jobWord.messageLength)
      let message = ""
      for (let i = 0; i < length; i++) message += String.fromCharCode(words[at + jobWord.message + i]!)
      return { _tag: "Failed", cause: new Error(message) }
    }
    this.losses = 0
    return job.cancelled ? cancelled : done
  }

  /** Lets the process end when nothing is left to do. */
  private rest(): void {
    if (this.queue.length === 0 && this.running.size === 0) this.slots[0]?.thread.keepAlive(false)
  }

  /** A thread ended by itself: its job fails, and another takes its place. */
  private onLost(slot: Slot, cause: unknown): void {
    const index = this.slots.indexOf(slot)
    if (index < 0) return
    if (++this.losses >= maximumLosses) return this.break(cause)
    const { job } = slot
    const ended = this.memory.words[(slot.mailbox.address >>> 2) + mailbox.ended] === 1
    const replacement = this.startSlot(slot.mailbox)
    // It takes part in the end of the job, but not in the job.
    replacement.job = job
    this.slots[index] = replacement
    if (index === 0 && (this.queue.length > 0 || this.running.size > 0)) replacement.thread.keepAlive(true)
    if (job === undefined || ended) return
    // The lost thread would have done the following at its end. The other ranks see the flag and leave.
    job.lost = { cause }
    this.raise(job)
    const { words } = this.memory
    const at = job.block.address >>> 2
    if (Atomics.sub(words, at + jobWord.remaining, 1) === 1) {
      Atomics.store(words, at + jobWord.done, doneState.ended)
      Atomics.notify(words, at + jobWord.done)
      if (this.messages) this.end(job)
    }
  }

  /** Threads can't be had here: from now on `start` says so. */
  private break(cause: unknown): void {
    this.breakage = { cause }
    void this.abandon(cause)
  }

  /** Ends all threads and fails all jobs, once no thread can touch their memory any more. */
  private async abandon(cause: unknown): Promise<void> {
    const slots = this.slots.splice(0)
    this.looked = undefined
    for (const job of this.running) this.raise(job)
    await Promise.all(slots.map((slot) => slot.thread.terminate()))
    for (const job of [...this.queue.splice(0), ...this.running]) {
      job.lost = { cause }
      this.end(job)
      // No thread is left to end the wait.
      Atomics.notify(this.memory.words, (job.block.address >>> 2) + jobWord.done)
    }
  }

  /** Ends the threads. Jobs that run or wait fail. */
  async close(): Promise<void> {
    if (this.closed) return
    this.closed = true
    await this.abandon(new Error("the backend was closed"))
  }
}
