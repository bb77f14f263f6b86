/**
 * While kernels: a Plan run again and again, on addresses that move on from step to step.
 *
 * Where nothing in the body is worth dividing, rank 0 runs the whole loop by itself, without a barrier; otherwise all ranks
 * run it in step, each with an argument block of its own, and wait for each other at the end of every step.
 */
import type { While } from "@effax/compiler/Plan"
import { itemSize } from "effax/DType"
import { i32, i64, memory } from "../assembler/index.ts"
import { type Block, blockParameters, bufferAddress, type EmitKernel } from "./kernel.ts"
import { blockBytes, inputAt, outputAt, writeAddress, writeHeader } from "./nested.ts"
import { emitSteps, type Frame, isDivided, planCode, stopIfCancelled, waitForRanks } from "./plan.ts"

/** Microseconds that a step takes beyond its kernels. */
const overhead = 0.005

export const emitWhile: EmitKernel<While> = (context, kernel) => {
  const { body, carries, condition, constants, name, reverse, slices, stacks, steps } = kernel
  const { buffers } = context.plan
  const code = planCode(context, body)
  const divided = isDivided(code)
  const arena = context.reserve(code.arena)
  const bytesOf = (id: number): number => buffers[id]!.elements * itemSize(buffers[id]!.dtype)
  const block = context.module.function(
    { params: blockParameters, results: ["i32"], name },
    (f, args, scratch, rank, threads) => {
      const caller = { f, context, args }
      const inner = scratch
      const innerScratch = f.let(i32.add(scratch, blockBytes(body)))
      writeHeader(caller, inner, arena)
      constants.forEach((id, i) => writeAddress(caller, inner, inputAt(i), id))

      // Steps write to the result and the spare room by turns, so that the last of a known number writes to the result
      const firstToResult = steps === null || condition !== null || steps % 2 === 1
      const turns = carries.flatMap(({ initial, result, spare }, i) => {
        const [input, output] = [inputAt(constants.length + i), outputAt(body, i)]
        if (spare === null) {
          writeAddress(caller, inner, input, result)
          return []
        }
        writeAddress(caller, inner, input, initial)
        writeAddress(caller, inner, output, firstToResult ? result : spare)
        const turn = f.let(i32.xor(bufferAddress(caller, result), bufferAddress(caller, spare)))
        return [{ input, output, turn, result }]
      })
      const moving = [
        ...slices.map((id, i) => ({ id, at: inputAt(constants.length + carries.length + i) })),
        ...stacks.map((id, i) => ({ id, at: outputAt(body, carries.length + i) }))
      ].map(({ at, id }) => {
        const stride = bytesOf(id) / steps!
        writeAddress(caller, inner, at, id, reverse ? (steps! - 1) * stride : 0)
        return { at, stride: reverse ? -stride : stride }
      })

      const cancel = f.let(i32.load(inner))
      const frame: Frame = {
        f,
        context,
        args: inner,
        scratch: innerScratch,
        cancel,
        ranks: divided ? { rank, threads } : undefined
      }
      const alone = (body: () => void): void => divided ? f.if(i32.eqz(rank), body) : body()
      const inPlace = carries.filter(({ initial, result, spare }) => spare === null && initial !== result)
      if (inPlace.length > 0) {
        alone(() =>
          inPlace.forEach(({ initial, result }) =>
            f.do(memory.copy(bufferAddress(caller, result), bufferAddress(caller, initial), bytesOf(result)))
          )
        )
        waitForRanks(frame)
      }
      // loops over nothing but a counter may have more steps than 32 bits count
      const left = steps === null ? undefined : f.let(i64.const(BigInt(steps)))
      f.block((end) =>
        f.loop((again) => {
          stopIfCancelled(frame)
          if (condition !== null) {
            f.brIf(end, i32.eqz(i32.load8U(i32.load(inner, { offset: inputAt(constants.length + condition) }))))
          }
          emitSteps(frame, code.steps, true)
          waitForRanks(frame)
          f.scope(() => {
            for (const { input, output, turn } of turns) {
              const written = f.let(i32.load(inner, { offset: output }))
              f.do(i32.store(inner, written, { offset: input }))
              f.do(i32.store(inner, i32.xor(written, turn), { offset: output }))
            }
          })
          for (const { at, stride } of moving) {
            f.do(i32.store(inner, i32.add(i32.load(inner, { offset: at }), stride), { offset: at }))
          }
          if (left === undefined) f.br(again)
          else f.brIf(again, i64.ne(f.tee(left, i64.sub(left, 1n)), 0n))
        })
      )
      if (condition !== null) {
        // No rank writes any more: the last that they did was to wait
        alone(() =>
          f.scope(() =>
            turns.forEach(({ input, result }) => {
              const from = f.let(i32.load(inner, { offset: input }))
              const to = f.let(bufferAddress(caller, result))
              f.if(i32.ne(from, to), () => f.do(memory.copy(to, from, bytesOf(result))))
            })
          )
        )
      }
      f.return(i32.const(0))
    }
  )
  const times = (cost: number): number => steps === null ? (cost > 0 ? Infinity : 0) : steps * cost
  const phase: Block = { block, cost: times(code.cost + overhead), divisible: divided ? times(code.divisible) : 0 }
  return { phases: [phase], scratch: blockBytes(body) + code.scratch }
}
