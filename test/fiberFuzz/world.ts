/**
 * Fibers that make arrays, compute with them, read them, give them away, dispose of them and are interrupted, all beside
 * each other and on the same arrays. Every array is filled with a number of its own, so that every reading says whether it
 * read the array or some other one's memory.
 */
import { Backend, jit, NdArray, Numpy as np } from "effax"
import { Cause, Effect, Exit, Fiber } from "effect"

type X = NdArray.Any

/** mulberry32. */
const generator = (seed: number) => {
  let state = seed >>> 0
  return (bound: number): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return Math.floor(((t ^ (t >>> 14)) >>> 0) / 2 ** 32 * bound)
  }
}

type Random = ReturnType<typeof generator>

/** An array that all fibers of a round know. */
interface Slot {
  readonly array: X
  /** The number in every element. */
  readonly value: number
  readonly parents: ReadonlyArray<Slot>
  /** Whether some fiber took its memory, or is about to. */
  taken: boolean
}

const mayBeGone = ({ parents, taken }: Slot): boolean => taken || parents.some(mayBeGone)

export interface Options {
  readonly seed: number
  readonly fibers: number
  /** Actions of each fiber, one after the other. */
  readonly steps: number
  /** Lengths of arrays; those of one round are all the same. */
  readonly lengths: ReadonlyArray<number>
}

const consume = jit(function consume(x: X) {
  return np.add(x, 1000)
}, { donateArgnums: 0 })

const combine = jit(function combine(x: X, y: X) {
  return np.add(x, np.multiply(y, 2))
})

/** Numbers stay small enough for sums of a few of them to be exact in float32. */
const largest = 1 << 20

/** Runs a round; gives what went wrong in it. */
export const round = (
  { fibers, lengths, seed, steps }: Options
): Effect.Effect<ReadonlyArray<string>, never, Backend.Backend> =>
  Effect.gen(function*() {
    const faults: Array<string> = []
    const common = generator(seed)
    const length = lengths[common(lengths.length)]!
    let numbers = 1 + common(1000)
    const slots: Array<Slot> = []

    const add = (array: X, value: number, parents: ReadonlyArray<Slot>): Slot => {
      const slot = { array, value, parents, taken: false }
      slots.push(slot)
      return slot
    }

    const make = (random: Random): Slot => {
      const value = numbers
      numbers = (numbers * 7 + 3) % 65521
      // host data is uploaded, the others are computed
      return random(2) === 0
        ? add(NdArray.fromTypedArray(new Float32Array(length).fill(value)), value, [])
        : add(np.add(np.full([length], value), 0), value, [])
    }

    const pick = (random: Random): Slot => slots[random(slots.length)]!

    const derive = (random: Random): Slot => {
      const [x, y] = [pick(random), pick(random)]
      if (x.value + 2 * y.value > largest) return make(random)
      return random(2) === 0
        ? add(combine(x.array, y.array), x.value + 2 * y.value, [x, y])
        : add(np.add(x.array, y.array), x.value + y.value, [x, y])
    }

    /** Fails as it may: arrays whose memory was taken are errors, everything else is a fault. */
    const judge = (what: string, of: ReadonlyArray<Slot>, exit: Exit.Exit<unknown, unknown>): void => {
      if (Exit.isSuccess(exit) || Cause.hasInterrupts(exit.cause)) return
      const error = Cause.squash(exit.cause) as { readonly _tag?: string }
      if (error._tag === "DisposedArrayError" && of.some(mayBeGone)) return
      faults.push(`${what}: ${String(error)}`)
    }

    const read = (slot: Slot): Effect.Effect<void, never, Backend.Backend> =>
      Effect.onExit(
        Effect.map(NdArray.toTypedArray(slot.array), (data) => {
          for (let i = 0; i < data.length; i++) {
            if (data[i] === slot.value) continue
            faults.push(`read ${data[i]} at ${i} of an array of ${slot.value}`)
            return
          }
        }),
        (exit) => Effect.sync(() => judge("read", [slot], exit))
      ).pipe(Effect.catchCause((cause) => Cause.hasInterrupts(cause) ? Effect.interrupt : Effect.void))

    const evaluate = (of: ReadonlyArray<Slot>): Effect.Effect<void, never, Backend.Backend> =>
      Effect.onExit(
        NdArray.evaluate(of.map(({ array }) => array)),
        (exit) => Effect.sync(() => judge("evaluate", of, exit))
      ).pipe(Effect.asVoid, Effect.catchCause((cause) => Cause.hasInterrupts(cause) ? Effect.interrupt : Effect.void))

    const actions: ReadonlyArray<(random: Random) => Effect.Effect<void, never, Backend.Backend>> = [
      (random) => read(pick(random)),
      (random) => read(derive(random)),
      (random) => read(make(random)),
      (random) => evaluate([pick(random), derive(random)]),
      (random) => evaluate([derive(random)]),
      (random) => {
        const slot = pick(random)
        slot.taken = true
        return NdArray.dispose(slot.array)
      },
      (random) => {
        const slot = pick(random)
        slot.taken = true
        return read(add(consume(slot.array), slot.value + 1000, [slot]))
      },
      // what becomes resident in a scope is freed with it
      (random) => {
        const of = [pick(random), derive(random)]
        for (const slot of of) slot.taken = true
        return NdArray.scoped(Effect.andThen(evaluate(of), read(of[1]!)))
      }
    ]

    const step = (random: Random): Effect.Effect<void, never, Backend.Backend> =>
      Effect.suspend(() => {
        const action = actions[random(actions.length)]!(random)
        switch (random(5)) {
          case 0:
            return Effect.ignore(Effect.timeout(action, random(4)))
          case 1: {
            const turns = random(12)
            return Effect.gen(function*() {
              const fiber = yield* Effect.forkChild(action)
              for (let i = 0; i < turns; i++) yield* Effect.yieldNow
              yield* Fiber.interrupt(fiber)
            })
          }
          case 2:
            return Effect.andThen(Effect.yieldNow, action)
          default:
            return action
        }
      })

    for (let i = 0; i < 4; i++) make(common)
    const seeds = Array.from({ length: fibers }, () => common(2 ** 31))
    yield* Effect.forEach(seeds, (own) => {
      const random = generator(own)
      return Effect.repeat(step(random), { times: steps })
    }, { concurrency: "unbounded", discard: true })
    yield* NdArray.dispose(slots.map(({ array }) => array))
    return faults.map((fault) => `seed ${seed}: ${fault}`)
  })

/** The memory that is taken when nothing refers to arrays any more. */
export const left = Effect.gen(function*() {
  const { gc } = globalThis as { readonly gc?: () => void }
  const backend = yield* Backend.Backend
  for (let i = 0; i < 50 && (yield* backend.statistics).arraysLive > 0; i++) {
    gc!()
    yield* Effect.promise(() => new Promise((resolve) => setTimeout(resolve, 2)))
  }
  const { arraysLive, bytesLive } = yield* backend.statistics
  return { arraysLive, bytesLive }
})

/** Rounds with consecutive seeds, until something goes wrong. */
export const rounds = (
  count: number,
  options: Omit<Options, "seed"> & { readonly from: number }
): Effect.Effect<ReadonlyArray<string>, never, Backend.Backend> =>
  Effect.gen(function*() {
    for (let i = 0; i < count; i++) {
      const faults = yield* round({ ...options, seed: options.from + i })
      if (faults.length > 0) return faults
    }
    return []
  })
