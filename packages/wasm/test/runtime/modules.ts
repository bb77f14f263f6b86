/**
 * Modules for the tests of the runtime, and a driver that "compiles" to them.
 */
import * as Aval from "effax/Aval"
import type { Driver, Executable } from "effax/Driver"
import { Program } from "effax/Program"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import {
  atomic,
  f32,
  features,
  type FunctionBuilder,
  i32,
  i32Atomic,
  type Local,
  ModuleBuilder
} from "../../src/internal/assembler/index.ts"
import { make } from "../../src/internal/runtime/driver.ts"
import type { StartThread } from "../../src/internal/runtime/host.ts"
import type { Artefact } from "../../src/internal/runtime/translate.ts"

export interface RunLocals {
  readonly args: Local<"i32">
  readonly rank: Local<"i32">
  readonly threads: Local<"i32">
  /** The word of the argument block at a position. */
  readonly argument: (index: number) => Local<"i32">
}

/** The bytes of a module whose `run` has this body; it returns 0 at its end. */
export const moduleOf = (
  body: (f: FunctionBuilder, run: RunLocals) => void,
  shared = true
): Uint8Array<ArrayBuffer> => {
  const module = new ModuleBuilder()
  module.importMemory(shared ? { shared: true, initial: 1, maximum: 65536 } : { initial: 1 })
  module.function({ params: ["i32", "i32", "i32"], results: ["i32"], export: "run" }, (f, args, rank, threads) => {
    body(f, { args, rank, threads, argument: (index) => f.let(i32.load(args, { offset: 4 * index })) })
    f.return(i32.const(0))
  })
  return module.bytes()
}

export const artefact = (bytes: Uint8Array<ArrayBuffer>, options: Partial<Artefact> = {}): Artefact => ({
  bytes,
  outputs: [],
  arena: 0,
  scratchPerThread: 0,
  parallel: false,
  cost: 1,
  texts: () => ({}),
  ...options
})

/** `out = x + y`, elementwise, the elements dealt out to the ranks in turn. */
export const add = (elements: number, options: Partial<Artefact> = {}, shared = true): Artefact =>
  artefact(
    moduleOf((f, { argument, rank, threads }) => {
      const [x, y, out] = [argument(4), argument(5), argument(6)]
      const i = f.let(rank)
      f.while(() => i32.ltU(i, elements), () => {
        const at = f.let(i32.shl(i, 2))
        f.do(f32.store(i32.add(out, at), f32.add(f32.load(i32.add(x, at)), f32.load(i32.add(y, at)))))
        f.set(i, i32.add(i, threads))
      })
    }, shared),
    { outputs: [4 * elements], ...options }
  )

/** `out = value`, every element. */
export const fill = (elements: number, value: number, options: Partial<Artefact> = {}): Artefact =>
  artefact(
    moduleOf((f, { argument, rank, threads }) => {
      const out = argument(4)
      const i = f.let(rank)
      f.while(() => i32.ltU(i, elements), () => {
        f.do(f32.store(i32.add(out, i32.shl(i, 2)), f32.const(value)))
        f.set(i, i32.add(i, threads))
      })
    }),
    { outputs: [4 * elements], ...options }
  )

/** Runs until it is cancelled. */
export const endless = (options: Partial<Artefact> = {}): Artefact =>
  artefact(
    moduleOf((f, { argument }) => {
      const cancel = argument(0)
      f.while(() => i32.eqz(i32Atomic.load(cancel)), () => {})
      f.return(i32.const(1))
    }),
    { cost: 1e9, outputs: [4096], ...options }
  )

/** Rank 0 traps, all others wait for it at a barrier, asleep. */
export const trap = (options: Partial<Artefact> = {}): Artefact =>
  artefact(
    moduleOf((f, { argument, rank }) => {
      const [cancel, barrier] = [argument(0), argument(1)]
      f.if(i32.eqz(rank), () => f.unreachable())
      f.while(() => i32.eqz(i32Atomic.load(cancel)), () => f.drop(atomic.wait32(barrier, 0, -1n)))
      f.return(i32.const(1))
    }),
    { cost: 1e9, outputs: [4096], ...options }
  )

/** Each rank writes its number and the count of threads: `out = [rank, threads, rank, threads, ...]`. */
export const ranks = (options: Partial<Artefact> = {}): Artefact =>
  artefact(
    moduleOf((f, { argument, rank, threads }) => {
      const out = f.let(i32.add(argument(4), i32.shl(rank, 3)))
      f.do(i32.store(out, rank))
      f.do(i32.store(out, threads, { offset: 4 }))
    }),
    { cost: 1e9, parallel: true, outputs: [4 * 256], ...options }
  )

/** Keeps one thread busy for about so many additions. */
export const busy = (turns: number, options: Partial<Artefact> = {}): Artefact =>
  artefact(
    moduleOf((f, { argument }) => {
      const out = argument(4)
      const i = f.local("i32", 0)
      const x = f.local("f32", 1)
      f.while(() => i32.ltU(i, turns), () => {
        f.set(x, f32.add(f32.mul(x, 0.5), 1))
        f.set(i, i32.add(i, 1))
      })
      f.do(f32.store(out, x))
    }),
    { outputs: [4], ...options }
  )

export interface TestDriver {
  readonly driver: Driver
  readonly load: (artefact: Artefact) => Effect.Effect<Executable>
}

export const testDriver = (
  options: {
    readonly threads?: number | undefined
    readonly memoryLimit?: number
    readonly startThread?: StartThread
    readonly startLimit?: number
  } = {}
): Effect.Effect<TestDriver, never, Scope.Scope> =>
  Effect.gen(function*() {
    const artefacts = new Map<Program, Artefact>()
    const driver = yield* make({
      threads: "threads" in options ? options.threads : 2,
      memoryLimit: options.memoryLimit ?? 1 << 30,
      features: features(),
      ...(options.startThread ? { startThread: options.startThread } : {}),
      ...(options.startLimit ? { startLimit: options.startLimit } : {}),
      *translate(program) {
        return artefacts.get(program)!
      }
    })
    const load = (artefact: Artefact): Effect.Effect<Executable> => {
      const program = new Program({ parameters: [], equations: [], results: [] })
      artefacts.set(program, artefact)
      return Effect.orDie(driver.compile(program))
    }
    return { driver, load }
  })

export const f32s = (length: number): Aval.Aval => Aval.make("float32", [length])
export const i32s = (length: number): Aval.Aval => Aval.make("int32", [length])
