/**
 * The compile cache of a session: Programs that are the same up to names share one executable. The key is the whole
 * canonical text, so that what is found is what was asked for.
 */
import type * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as LogLevel from "effect/LogLevel"
import * as Metric from "effect/Metric"
import * as aval from "../../Aval.ts"
import type { Driver, Executable } from "../../Backend.ts"
import { type ExecutionError, UnsupportedDTypeError } from "../../Errors.ts"
import { bare } from "../program/bare.ts"
import { canonical } from "../program/canonical.ts"
import { inputs as inputsOf } from "../program/model.ts"
import { everyProgram } from "../program/nested.ts"
import type { Program } from "../program/program.ts"
import { takeRemarks } from "../program/remarks.ts"
import { isSynchronous } from "./synchronous.ts"

const compilations = Metric.counter("effax.compilations", { description: "Programs compiled", incremental: true })
const cacheHits = Metric.counter("effax.cache.hits", {
  description: "Executions that found their Program compiled",
  incremental: true
})

/** An executable in the cache, until it is evicted. */
export interface Entry {
  readonly executable: Executable
  evicted: boolean
  /** Programs that were compiled ahead of time: while one of them is reachable, the entry stays. */
  readonly holders: Set<WeakRef<Program>>
}

const isHeld = ({ holders }: Entry): boolean => {
  for (const holder of holders) {
    if (holder.deref() !== undefined) return true
    holders.delete(holder)
  }
  return false
}

/**
 * Finds out where the equations of a Program come from, as long as it is not in the cache: until a stack is made text of,
 * it holds the functions on it, and with them the arrays that they close over.
 */
const settleLocations = (program: Program): void => {
  for (const { equations } of everyProgram(program)) for (const { location } of equations) void location?.frame
}

/** Bounds of the cache: the least recently used entries go. */
const capacity = { entries: 1024, characters: 64 << 20 }

export interface ExecutableCache {
  /** The executable of a Program, if it was compiled; what was found once is found again at the cost of one look-up. */
  readonly find: (program: Program) => Executable | undefined
  readonly compile: (program: Program) => Effect.Effect<Executable, ExecutionError>
  /** Compiles, and keeps the executable for as long as the Program is reachable. */
  readonly compileAhead: (program: Program) => Effect.Effect<Executable, ExecutionError>
  /** Counts one more execution that found its Program compiled; plain code, as it is on the way of every execution. */
  readonly hit: (context: Context.Context<never>) => void
  readonly counts: { readonly compilations: number; readonly cacheHits: number }
}

export const unsupportedDType = (driver: Driver, operation: string, of: aval.Aval): UnsupportedDTypeError =>
  new UnsupportedDTypeError({
    backend: driver.name,
    operation,
    dtype: of.dtype,
    message: `${operation}: the ${driver.name} backend has no ${of.dtype} (${aval.format(of)}); it has ${
      [...driver.capabilities.dtypes].join(", ")
    }`
  })

export const make = (driver: Driver): ExecutableCache => {
  const byProgram = new WeakMap<Program, Entry>()
  const byText = new Map<string, Entry>()
  /** Compilations that are running; they end with `undefined` when they are interrupted. */
  const compiling = new Map<string, Deferred.Deferred<Entry | undefined, ExecutionError>>()
  const counts = { compilations: 0, cacheHits: 0 }
  let characters = 0

  const remember = (text: string, entry: Entry): void => {
    byText.set(text, entry)
    characters += text.length
    if (byText.size <= capacity.entries && characters <= capacity.characters) return
    for (const [oldestText, oldest] of byText) {
      if (oldest === entry || byText.size <= capacity.entries && characters <= capacity.characters) return
      if (isHeld(oldest)) continue
      byText.delete(oldestText)
      characters -= oldestText.length
      oldest.evicted = true
      driver.unload(oldest.executable)
    }
  }

  /** A fiber that can't wait compiles by itself, though another has begun to. */
  const compileText = (
    text: string,
    program: Program,
    synchronous: boolean
  ): Effect.Effect<Entry, ExecutionError> => {
    const running = compiling.get(text)
    if (running !== undefined && !synchronous) {
      // a fiber that waits for one that is interrupted takes its place
      return Effect.flatMap(
        Deferred.await(running),
        (entry) =>
          entry === undefined ? Effect.suspend(() => compileText(text, program, synchronous)) : Effect.succeed(entry)
      )
    }
    const refused = inputsOf(program).find((input) => !driver.capabilities.dtypes.has(input.aval.dtype))
    if (refused !== undefined) return Effect.fail(unsupportedDType(driver, "input", refused.aval))
    const deferred = Deferred.makeUnsafe<Entry | undefined, ExecutionError>()
    if (running === undefined) compiling.set(text, deferred)
    return Effect.uninterruptibleMask((restore) =>
      restore(driver.compile(bare(program))).pipe(
        Effect.withSpan("effax.compile", {
          attributes: { backend: driver.name, equations: program.equations.length }
        }),
        Effect.map((executable): Entry => {
          counts.compilations++
          const faster = byText.get(text)
          if (faster !== undefined) {
            driver.unload(executable)
            return faster
          }
          const entry: Entry = { executable, evicted: false, holders: new Set() }
          settleLocations(program)
          remember(text, entry)
          return entry
        }),
        Effect.tap(() => Metric.update(compilations, 1)),
        Effect.tap(() =>
          Effect.forEach(
            takeRemarks(program),
            ({ level, message }) =>
              Effect.flatMap(
                LogLevel.isEnabled(level),
                (enabled) => enabled ? Effect.logWithLevel(level)(message()) : Effect.void
              ),
            { discard: true }
          )
        ),
        Effect.onExit((exit) => {
          if (running === undefined) compiling.delete(text)
          return Exit.hasInterrupts(exit) ? Deferred.succeed(deferred, undefined) : Deferred.done(deferred, exit)
        })
      )
    )
  }

  const known = (program: Program): Executable | undefined => {
    const entry = byProgram.get(program)
    return entry === undefined || entry.evicted ? undefined : entry.executable
  }

  const find = (program: Program): Executable | undefined => {
    const executable = known(program)
    if (executable !== undefined) return executable
    const text = canonical(program)
    const found = byText.get(text)
    if (found === undefined) return undefined
    // the most recently used stands last
    byText.delete(text)
    byText.set(text, found)
    byProgram.set(program, found)
    return found.executable
  }

  const hit = (context: Context.Context<never>): void => {
    counts.cacheHits++
    cacheHits.updateUnsafe(1, context)
  }

  const compile = (program: Program): Effect.Effect<Executable, ExecutionError> =>
    Effect.withFiber((fiber) => {
      const executable = find(program)
      if (executable !== undefined) {
        hit(fiber.context)
        return Effect.succeed(executable)
      }
      return Effect.map(compileText(canonical(program), program, isSynchronous(fiber)), (entry) => {
        byProgram.set(program, entry)
        return entry.executable
      })
    })

  const compileAhead = (program: Program): Effect.Effect<Executable, ExecutionError> =>
    Effect.tap(compile(program), () =>
      Effect.sync(() => {
        byProgram.get(program)?.holders.add(new WeakRef(program))
      }))

  return { find, compile, compileAhead, hit, counts }
}
