/**
 * Instructions with their operands replaced.
 */
import type { Instruction, ValueId } from "../Plan.ts"

/** The same instruction on other values: operands, and the position of a `loadAt`. */
export const withOperands = (instruction: Instruction, to: (value: ValueId) => ValueId): Instruction => {
  if (instruction.op === "loadAt") return { ...instruction, index: to(instruction.index) }
  // As many operands as before, which the union of instructions can't tell
  return "args" in instruction
    ? { ...instruction, args: instruction.args.map(to) } as unknown as Instruction
    : instruction
}
