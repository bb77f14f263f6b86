/**
 * A barrier for all ranks of a run, on words of shared memory: how many have arrived, and a generation that the last one to
 * arrive advances (the sense-reversing barrier of Mellor-Crummey and Scott, ACM TOCS 9(1), 1991, with a counter in place
 * of the sense). Who waits spins, since kernels follow each other within microseconds; then sleeps, so that a rank which
 * has lost its core gets it back.
 */
import { atomic, i32, i32Atomic } from "../assembler/index.ts"
import { argumentWord, type Barrier, type ModuleContext } from "./kernel.ts"

/** Bytes from the state's address. */
const arrived = { offset: 0 }
const generation = { offset: 4 }
const sleepers = { offset: 8 }

/** Looks at the generation before sleeping: 20 to 50 us, about what waking takes. */
const spins = 10_000

/** Nanoseconds after which a sleeper looks at the cancel flag. */
const longestSleep = 1_000_000n

export const barrier = ({ module }: Pick<ModuleContext, "module">): Barrier =>
  module.function({ params: ["i32", "i32"], results: ["i32"], name: "barrier" }, (f, args, threads) => {
    f.if(i32.leS(threads, 1), () => f.return(i32.const(0)))
    const state = f.let(i32.load(args, { offset: 4 * argumentWord.barrier }))
    const cancel = f.let(i32.load(args, { offset: 4 * argumentWord.cancel }))
    const current = f.let(i32Atomic.load(state, generation))
    f.if(i32.eq(i32Atomic.add(state, 1, arrived), i32.sub(threads, 1)), () => {
      f.do(i32Atomic.store(state, 0, arrived))
      f.do(i32Atomic.store(state, i32.add(current, 1), generation))
      f.if(i32Atomic.load(state, sleepers), () => f.drop(atomic.notify(state, -1, generation)))
      f.return(i32.ne(i32Atomic.load(cancel), 0))
    })
    const left = f.let(i32.const(spins))
    f.loop((again) => {
      f.if(i32Atomic.load(cancel), () => f.return(i32.const(1)))
      f.if(i32.ne(i32Atomic.load(state, generation), current), () => f.return(i32.const(0)))
      f.brIf(again, f.tee(left, i32.sub(left, 1)))
      f.drop(i32Atomic.add(state, 1, sleepers))
      f.drop(atomic.wait32(state, current, longestSleep, generation))
      f.drop(i32Atomic.sub(state, 1, sleepers))
      f.set(left, 1)
      f.br(again)
    })
    f.return(i32.const(0))
  })
