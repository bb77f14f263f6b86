/**
 * Argument blocks for Plans that kernels run: laid out as the one that `run` is given, in the scratch of each rank.
 */
import type { BufferId, Plan } from "@effax/compiler/Plan"
import { type FunctionBuilder, i32, type Local } from "../assembler/index.ts"
import { argumentWord, bufferAddress, type ModuleContext } from "./kernel.ts"

/** Bytes of the block for a Plan. */
export const blockBytes = (plan: Plan): number =>
  Math.ceil(4 * (argumentWord.buffers + plan.inputs.length + plan.outputs.length) / 64) * 64

/** The byte offset in the block of the address of an input. */
export const inputAt = (input: number): number => 4 * (argumentWord.buffers + input)

/** The same of an output. */
export const outputAt = (plan: Plan, output: number): number => 4 * (argumentWord.buffers + plan.inputs.length + output)

/** The function that runs the kernel. */
export interface Caller {
  readonly f: FunctionBuilder
  readonly context: ModuleContext
  readonly args: Local<"i32">
}

/** Writes the words before those of the buffers. `arena` is an offset in the caller's arena. */
export const writeHeader = ({ args, f }: Caller, block: Local<"i32">, arena: number): void => {
  const copy = (word: number, delta: number) =>
    f.do(
      i32.store(
        block,
        delta === 0 ? i32.load(args, { offset: 4 * word }) : i32.add(i32.load(args, { offset: 4 * word }), delta),
        { offset: 4 * word }
      )
    )
  copy(argumentWord.cancel, 0)
  copy(argumentWord.barrier, 0)
  copy(argumentWord.arena, arena)
}

/** Writes the address of one of the caller's buffers, some bytes further on. */
export const writeAddress = (caller: Caller, block: Local<"i32">, at: number, buffer: BufferId, delta = 0): void => {
  const address = bufferAddress(caller, buffer)
  caller.f.do(i32.store(block, delta === 0 ? address : i32.add(address, delta), { offset: at }))
}
