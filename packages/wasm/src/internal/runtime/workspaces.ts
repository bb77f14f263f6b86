/**
 * The memory of an execution: its outputs, and a workspace that is given back when it ends.
 */
import type { OutOfMemoryError } from "effax/Errors"
import { argumentWord } from "../codegen/kernel.ts"
import { alignment, type Block } from "./allocator.ts"
import type { WasmExecutable } from "./executable.ts"
import type { Failures } from "./failures.ts"
import { job as jobWord } from "./layout.ts"
import type { LinearMemory } from "./memory.ts"

/** A computation's blocks. */
export interface Blocks {
  readonly outputs: Array<Block>
  /** Job and argument block (on the pool), temporaries, scratch; none where nothing of that is needed. */
  workspace: Block | undefined
}

export class Workspaces {
  private readonly memory: LinearMemory
  private readonly failures: Failures

  constructor(memory: LinearMemory, failures: Failures) {
    this.memory = memory
    this.failures = failures
  }

  /** Bytes before the temporaries: the job's own words and the argument block, on the pool. */
  private header(executable: WasmExecutable, ranks: number, inputs: number): number {
    if (ranks === 0) return 0
    const words = jobWord.words + argumentWord.buffers + inputs + executable.outputs.length
    return Math.ceil(words * 4 / alignment) * alignment
  }

  private workspaceBytes(executable: WasmExecutable, ranks: number, inputs: number): number {
    const { arena, scratchPerThread } = executable.artefact
    return this.header(executable, ranks, inputs) + Math.ceil(arena / alignment) * alignment +
      Math.max(1, ranks) * scratchPerThread
  }

  /** Every block that the execution needs, or none. */
  allocate(executable: WasmExecutable, ranks: number, inputs: number, toLimit: boolean): Blocks | undefined {
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

  giveUp(blocks: ReadonlyArray<Block>): undefined {
    for (const block of blocks) this.memory.release(block)
    return undefined
  }

  private bytesNeeded(executable: WasmExecutable, ranks: number, inputs: number): number {
    let bytes = this.workspaceBytes(executable, ranks, inputs)
    for (const output of executable.outputs) bytes += output
    return bytes
  }

  outOfMemory(executable: WasmExecutable, ranks: number, inputs: number): OutOfMemoryError {
    return this.failures.outOfMemory("execution", this.bytesNeeded(executable, ranks, inputs))
  }

  writeArguments(
    executable: WasmExecutable,
    at: number,
    job: number,
    inputs: ReadonlyArray<Block>,
    outputs: ReadonlyArray<Block>,
    arena: number
  ): void {
    const { words } = this.memory
    words[at + argumentWord.cancel] = job + 4 * jobWord.cancel
    words[at + argumentWord.barrier] = job + 4 * jobWord.barrier
    words[at + argumentWord.arena] = arena
    words[at + argumentWord.scratch] = arena + Math.ceil(executable.artefact.arena / alignment) * alignment
    let next = at + argumentWord.buffers
    for (let i = 0; i < inputs.length; i++) words[next++] = inputs[i]!.address
    for (let i = 0; i < outputs.length; i++) words[next++] = outputs[i]!.address
  }

  /** Writes a job's words and its argument block at the start of its workspace; gives the address of the latter. */
  writeJob(
    executable: WasmExecutable,
    { address }: Block,
    ranks: number,
    inputs: ReadonlyArray<Block>,
    outputs: ReadonlyArray<Block>
  ): number {
    const { words } = this.memory
    words.fill(0, address >>> 2, (address >>> 2) + jobWord.words)
    const arena = address + this.header(executable, ranks, inputs.length)
    this.writeArguments(executable, (address >>> 2) + jobWord.words, address, inputs, outputs, arena)
    return address + 4 * jobWord.words
  }
  /** Keeps inputs until the returned function is called. */
  pin(inputs: ReadonlyArray<Block>): () => void {
    for (const input of inputs) this.memory.retain(input)
    return () => {
      for (const input of inputs) this.memory.unretain(input)
    }
  }
}
