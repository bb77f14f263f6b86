/**
 * The compile cache of a session: Programs that differ only in names share one executable. The key is the whole
 * canonical text, so a match is exact.
 */
import type * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as LogLevel from "effect/LogLevel"
import * as Metric from "effect/Metric"
import * as aval from "../../Aval.ts"
import { type ExecutionError, UnsupportedDTypeError } from "../../Errors.ts"
import type { Driver, Executable } from "../driver/driver.ts"
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

/** An executable in the cache; `evicted` once it is removed. */
export interface Entry {
  readonly executable: Executable
  evicted: boolean
  /** Programs that were compiled ahead of time: the entry stays while one of them is reachable. */
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
 * Resolves the locations of a Program that is not in the cache yet: until the stack of an Error is formatted, it holds
 * the functions on it, and with them the arrays that they close over.
 */
const settleLocations = (program: Program): void => {
  for (const { equations } of everyProgram(program)) for (const { location } of equations) void location?.frame
}

/** The size limits of the cache. The least recently used entries are evicted. */
const capacity = { entries: 1024, characters: 64 << 20 }

export interface ExecutableCache {
  /** The executable of a Program, if it was compiled. Repeated lookups of a Program cost one map access. */
  readonly find: (program: Program) => Executable | undefined
  readonly compile: (program: Program) => Effect.Effect<Executable, ExecutionError>
  /** Compiles a Program and keeps the executable for as long as the Program is reachable. */
  readonly compileAhead: (program: Program) => Effect.Effect<Executable, ExecutionError>
  /** Counts an execution whose Program was already compiled. Plain code, because every execution calls it. */
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
  /** Running compilations; an interrupted one ends with `undefined`. */
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

  /** A fiber that can't wait compiles the Program itself, even if another fiber is compiling it. */
  const compileText = (
    text: string,
    program: Program,
    synchronous: boolean
  ): Effect.Effect<Entry, ExecutionError> => {
    const running = compiling.get(text)
    if (running !== undefined && !synchronous) {
      // if the compiling fiber is interrupted, a waiting one takes its place
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
    // the most recently used entry is last
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
