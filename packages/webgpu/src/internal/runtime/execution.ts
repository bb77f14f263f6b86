/**
 * Running a compiled Program: memory for it, its commands, and whatever the host has to do between them.
 */
import type { KernelTiming } from "effax/Backend"
import { type HostCallback, type Listeners, runCallback } from "effax/DriverKit"
import type { TypedArray } from "effax/DType"
import type { ExecutionError } from "effax/Errors"
import * as HostArray from "effax/HostArray"
import * as Effect from "effect/Effect"
import { storageBytes } from "../wgsl/lanes.ts"
import type { Call, Operand } from "../wgsl/steps.ts"
import type { GpuExecutable } from "./executable.ts"
import { backendName, deviceLost } from "./failures.ts"
import type { Gpu } from "./gpu.ts"
import { write } from "./host.ts"
import type { Block } from "./memory.ts"
import { type Memory, type Pause, Recorder } from "./recorder.ts"
import { Stopwatch } from "./stopwatch.ts"

/** Parts of a submission's budget below which its time says nothing. */
const telling = 0.25

interface Execution {
  readonly gpu: Gpu
  readonly executable: GpuExecutable
  readonly inputs: ReadonlyArray<Block>
  readonly callbacks: ReadonlyArray<HostCallback>
  readonly profile: Listeners<ReadonlyArray<KernelTiming>>
}

/** Runs a Program whose pipelines are on the device; gives the blocks of its outputs. */
export const run = (execution: Execution): Effect.Effect<ReadonlyArray<Block>, ExecutionError> => {
  const { arena, control, outputs } = execution.executable.generated
  const sizes = control === 0 ? [...outputs, ...arena] : [...outputs, ...arena, control]
  return Effect.flatMap(execution.gpu.memory.allocate(sizes, "an execution"), (blocks) => start(execution, blocks))
}

const start = (
  execution: Execution,
  blocks: ReadonlyArray<Block>
): Effect.Effect<ReadonlyArray<Block>, ExecutionError> => {
  const { executable, gpu, inputs, profile } = execution
  const { arena, outputs } = executable.generated
  const memory: Memory = {
    inputs,
    outputs: blocks.slice(0, outputs.length),
    arena: blocks.slice(outputs.length, outputs.length + arena.length),
    control: blocks[outputs.length + arena.length]
  }
  const temporaries = blocks.slice(outputs.length)
  const release = (those: ReadonlyArray<Block>): void => those.forEach((block) => gpu.memory.release(block))
  const stopwatch = profile.wanted && gpu.device.features.has("timestamp-query")
    ? new Stopwatch(gpu, profile.tell)
    : undefined
  const recorder = new Recorder(gpu, executable, memory, stopwatch)
  const steps = recorder.record()
  const turn = new Turn(execution, recorder, stopwatch, memory)
  const first = turn.next(() => steps.next(0))
  if (first.done === true) {
    stopwatch?.close()
    release(temporaries)
    return Effect.succeed(memory.outputs)
  }
  for (const block of inputs) gpu.memory.retain(block)
  const go = (pause: Pause): Effect.Effect<void, ExecutionError> =>
    Effect.flatMap(turn.answer(pause), (answer) => {
      if (gpu.lost !== undefined) return Effect.fail(deviceLost(gpu.lost))
      const next = turn.next(() => steps.next(answer))
      return next.done === true ? Effect.void : go(next.value)
    })
  return Effect.onExit(Effect.suspend(() => go(first.value)), (exit) =>
    Effect.sync(() => {
      stopwatch?.close()
      for (const block of inputs) gpu.memory.unretain(block)
      // what was submitted may still use them: the next user of them is behind it in the queue
      release(exit._tag === "Success" ? temporaries : blocks)
    })).pipe(Effect.as(memory.outputs))
}

/** Submissions of an execution, one after the other. */
class Turn {
  private readonly execution: Execution
  private readonly recorder: Recorder
  private readonly stopwatch: Stopwatch | undefined
  private readonly memory: Memory
  /** When the submission before the last one ends. */
  private before: Promise<void> | undefined
  private lastEnd = 0

  constructor(execution: Execution, recorder: Recorder, stopwatch: Stopwatch | undefined, memory: Memory) {
    this.execution = execution
    this.recorder = recorder
    this.stopwatch = stopwatch
    this.memory = memory
  }

  /** Records on and submits. What the device has against it is known to the outputs, sooner or later. */
  next(record: () => IteratorResult<Pause, void>): IteratorResult<Pause, void> {
    const { executable, gpu, inputs } = this.execution
    const watched = !executable.proven
    if (watched) gpu.device.pushErrorScope("validation")
    const result = record()
    const load = this.recorder.load
    const commands = this.recorder.finish()
    if (commands !== undefined) gpu.submit(commands)
    const faults = inputs.flatMap(({ fault }) => fault ?? [])
    if (watched) {
      faults.push(
        gpu.device.popErrorScope().then((error) => {
          if (error === null && result.done === true) executable.proven = true
          return error?.message
        }, () => undefined)
      )
    }
    if (faults.length > 0) this.doubt(faults)
    void this.stopwatch?.report().catch(() => undefined)
    if (result.done !== true && result.value._tag === "Enough") this.measure(load)
    return result
  }

  /** Until it is known that there was nothing wrong. */
  private doubt(faults: ReadonlyArray<Promise<string | undefined>>): void {
    const { outputs } = this.memory
    const before = outputs[0]?.fault
    const fault = Promise.all(before === undefined ? faults : [before, ...faults])
      .then((messages) => messages.find((message) => message !== undefined))
    for (const block of outputs) block.fault = fault
    void fault.then((message) => {
      if (message !== undefined) return
      for (const block of outputs) if (block.fault === fault) block.fault = undefined
    })
  }

  private waiting: Promise<void> | undefined

  private measure(load: number): void {
    const { gpu } = this.execution
    const submitted = performance.now()
    const done = gpu.mark().then(() => {
      const now = performance.now()
      if (load > telling) gpu.observe((now - Math.max(submitted, this.lastEnd)) / load)
      this.lastEnd = now
    })
    this.before = this.waiting
    this.waiting = done
  }

  /** Does what a pause asks for. */
  answer(pause: Pause): Effect.Effect<number, ExecutionError> {
    const { gpu } = this.execution
    switch (pause._tag) {
      case "Enough":
        // one submission is computed while the next one is recorded
        return Effect.as(Effect.promise(() => this.before ?? Promise.resolve()), 0)
      case "Read":
        return Effect.map(
          this.read(this.memory.control!, 4 * pause.word, 4),
          (bytes) => new Uint32Array(bytes.buffer)[0]!
        )
      case "Call":
        return this.call(gpu, pause.call)
    }
  }

  private read(block: Block, offset: number, bytes: number): Effect.Effect<Uint8Array, ExecutionError> {
    const { gpu } = this.execution
    return Effect.tryPromise({
      try: () => gpu.staging.read(block.buffer, offset, bytes),
      catch: (cause) => deviceLost(gpu.lost ?? String(cause), cause)
    })
  }

  private call(gpu: Gpu, { callback, inputs, outputs }: Call): Effect.Effect<number, ExecutionError> {
    const blockOf = ({ place: { slot } }: Operand): Block => this.memory.arena[slot._tag === "Arena" ? slot.part : 0]!
    const operand = (of: Operand): Effect.Effect<TypedArray, ExecutionError> =>
      Effect.map(
        this.read(blockOf(of), 4 * of.place.word, storageBytes(of.dtype, of.elements)),
        ({ buffer }) => new HostArray.constructors[of.dtype](buffer as ArrayBuffer, 0, of.elements)
      )
    return Effect.forEach(inputs, operand).pipe(
      Effect.flatMap((operands) => runCallback(backendName, this.execution.callbacks[callback]!, operands)),
      Effect.map((results) => {
        outputs.forEach((of, i) => write(gpu.device, blockOf(of).buffer, 4 * of.place.word, results[i]!))
        return 0
      })
    )
  }
}
