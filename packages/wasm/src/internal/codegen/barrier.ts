/**
 * A barrier for all ranks of a run, on two words of shared memory: how many have arrived, and a generation that the last
 * one to arrive advances (the sense-reversing barrier of Mellor-Crummey and Scott, ACM TOCS 9(1), 1991, with a counter in
 * place of the sense). Waiting ranks spin: kernels follow each other within microseconds.
 */
import { type FunctionHandle, i32, i32Atomic } from "../assembler/index.ts"
import { argumentWord, type ModuleContext } from "./kernel.ts"

/** Arguments and count of ranks to whether the run was cancelled. */
export type Barrier = FunctionHandle<readonly ["i32", "i32"], readonly ["i32"]>

const arrivedOffset = 0
const generationOffset = 4

export const barrier = ({ module }: ModuleContext): Barrier =>
  module.function({ params: ["i32", "i32"], results: ["i32"], name: "barrier" }, (f, args, threads) => {
    f.if(i32.leS(threads, 1), () => f.return(i32.const(0)))
    const state = f.let(i32.load(args, { offset: 4 * argumentWord.barrier }))
    const cancel = f.let(i32.load(args, { offset: 4 * argumentWord.cancel }))
    const generation = f.let(i32Atomic.load(state, { offset: generationOffset }))
    const arrived = i32Atomic.add(state, 1, { offset: arrivedOffset })
    f.if(i32.eq(arrived, i32.sub(threads, 1)), () => {
      f.do(i32Atomic.store(state, 0, { offset: arrivedOffset }))
      f.do(i32Atomic.store(state, i32.add(generation, 1), { offset: generationOffset }))
      f.return(i32.ne(i32Atomic.load(cancel), 0))
    })
    f.loop((again) => {
      f.if(i32Atomic.load(cancel), () => f.return(i32.const(1)))
      f.brIf(again, i32.eq(i32Atomic.load(state, { offset: generationOffset }), generation))
    })
    f.return(i32.const(0))
  })
