/**
 * Case kernels: the Plan that an index picks. All ranks pick the same one.
 */
import type { Case } from "@effax/compiler/Plan"
import { i32 } from "../assembler/index.ts"
import { type Block, blockParameters, bufferAddress, type EmitKernel } from "./kernel.ts"
import { blockBytes, inputAt, outputAt, writeAddress, writeHeader } from "./nested.ts"
import { emitSteps, isDivided, planCode } from "./plan.ts"

export const emitCase: EmitKernel<Case> = (context, { branches, index, inputs, name, outputs }) => {
  const codes = branches.map((plan) => planCode(context, plan))
  const divided = codes.some(isDivided)
  const arena = context.reserve(Math.max(...codes.map((code) => code.arena)))
  const functions = codes.map((code, i) =>
    context.module.function(
      { params: blockParameters, results: ["i32"], name: `${name}_${i}` },
      (f, args, scratch, rank, threads) => {
        const cancel = f.let(i32.load(args))
        const ranks = divided ? { rank, threads } : undefined
        emitSteps({ f, context, args, scratch, cancel, ranks }, code.steps, false)
        f.return(i32.const(0))
      }
    )
  )
  const bytes = blockBytes(branches[0]!)
  const block = context.module.function(
    { params: blockParameters, results: ["i32"], name },
    (f, args, inner, rank, threads) => {
      const caller = { f, context, args }
      writeHeader(caller, inner, arena)
      inputs.forEach((id, i) => writeAddress(caller, inner, inputAt(i), id))
      outputs.forEach((id, i) => writeAddress(caller, inner, outputAt(branches[0]!, i), id))
      const scratch = f.let(i32.add(inner, bytes))
      const picked = f.let(i32.load(bufferAddress(caller, index)))
      const last = branches.length - 1
      functions.forEach((run, i) => {
        const call = () => f.return(f.call(run, inner, scratch, rank, threads))
        // The first and the last stand for what is below and above the range
        if (i === last) call()
        else f.if(i === 0 ? i32.leS(picked, 0) : i32.eq(picked, i), call)
      })
    }
  )
  const most = (costs: ReadonlyArray<number>): number => Math.max(...costs)
  const phase: Block = {
    block,
    cost: most(codes.map((code) => code.cost)),
    divisible: divided ? most(codes.map((code) => code.divisible)) : 0
  }
  return { phases: [phase], scratch: bytes + most(codes.map((code) => code.scratch)) }
}
