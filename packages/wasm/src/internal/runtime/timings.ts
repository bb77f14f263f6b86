/**
 * How long kernels took: what the ranks of a run wrote down, told to those who listen.
 */
import type { KernelTiming } from "effax/Backend"
import { Listeners } from "effax/DriverKit"
import { argumentWord } from "../codegen/kernel.ts"
import { type Mark, readMarks } from "../codegen/module.ts"
import type { WasmExecutable } from "./executable.ts"
import type { LinearMemory } from "./memory.ts"

export class Timings {
  private readonly memory: LinearMemory
  readonly listeners = new Listeners<ReadonlyArray<KernelTiming>>()

  constructor(memory: LinearMemory) {
    this.memory = memory
  }

  /** To be called after a run, before its workspace is given back. `args` is the address of its argument block. */
  tell({ artefact: { marks, scratchPerThread } }: WasmExecutable, args: number, ranks: number): void {
    if (marks === undefined || !this.listeners.wanted) return
    const scratch = this.memory.words[(args >>> 2) + argumentWord.scratch]! >>> 0
    const { buffer } = this.memory.memory
    const written = Array.from(
      { length: ranks },
      (_, thread) => readMarks(marks, buffer, scratch + thread * scratchPerThread).map((mark) => ({ ...mark, thread }))
    ).flat()
    const shares = new Map<Mark, number>()
    for (const { step } of written) shares.set(step, (shares.get(step) ?? 0) + 1)
    const kernels = written.map(({ end, start, step, thread }): KernelTiming => {
      const share = 1 / shares.get(step)!
      return { name: step.name, thread, start, end, flops: step.flops * share, bytes: step.bytes * share }
    })
    this.listeners.tell(kernels)
  }
}
