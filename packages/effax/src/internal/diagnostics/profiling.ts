/**
 * The driver that keeps time of all that another one does.
 */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type { Scope } from "effect/Scope"
import * as aval from "../../Aval.ts"
import type { Aval } from "../../Aval.ts"
import type { Driver, KernelTiming } from "../../Backend.ts"
import type { Event } from "../../Profile.ts"
import { inputs as inputsOf } from "../program/model.ts"
import type { Program } from "../program/program.ts"
import { decorateDriver } from "../session/decorateDriver.ts"

/** Milliseconds since 1970; the clocks of worker threads agree with it. */
export const now = (): number => performance.timeOrigin + performance.now()

/** More primitives than this are not named. */
const longestName = 4

/** What a Program does, in a few words: `mul sin reduce_sum`. */
const nameOf = ({ equations }: Program): string => {
  const names = equations.map(({ params, primitive }) =>
    primitive.called !== undefined && typeof params.name === "string" ? params.name : primitive.name
  )
  return names.length <= longestName
    ? names.join(" ") || "identity"
    : `${names.slice(0, longestName).join(" ")} ... (${names.length} equations)`
}

const types = (avals: ReadonlyArray<Aval>): string => avals.map(aval.format).join(" ")

const kernelEvent = ({ bytes, end, flops, name, start, thread }: KernelTiming): Event => ({
  kind: "kernel",
  name,
  start,
  end,
  thread,
  args: { flops, bytes, gflops: end > start ? Number((flops / (end - start) / 1e6).toPrecision(4)) : 0 }
})

export const profiling = (
  driver: Driver,
  record: (events: ReadonlyArray<Event>) => void
): Effect.Effect<Driver, never, Scope> => {
  const timed = <A, E>(
    kind: Event["kind"],
    name: () => string,
    args: () => Event["args"],
    effect: () => Effect.Effect<A, E>
  ): Effect.Effect<A, E> =>
    Effect.suspend(() => {
      const start = now()
      return Effect.onExit(effect(), (exit) =>
        Effect.sync(() => {
          const failed = Exit.isFailure(exit) ? { failed: true } : {}
          record([{ kind, name: name(), start, end: now(), thread: undefined, args: { ...args(), ...failed } }])
        }))
    })

  const wrapped = decorateDriver(driver, {
    upload: (data, of) =>
      timed("upload", () => aval.format(of), () => ({ bytes: data.byteLength }), () => driver.upload(data, of)),
    download: (buffer, of) =>
      timed(
        "download",
        () => aval.format(of),
        () => ({ bytes: aval.byteLength(of) }),
        () => driver.download(buffer, of)
      ),
    compile: (program) =>
      timed(
        "compile",
        () => nameOf(program),
        () => ({ equations: program.equations.length }),
        () => driver.compile(program)
      ),
    execute: (executable, inputs, origin) => {
      const program = origin?.program ?? executable.program
      return timed("execute", () => origin?.name ?? nameOf(program), () => ({
        equations: program.equations.length,
        inputs: types(inputsOf(program).map((variable) => variable.aval)),
        outputs: types(program.results.map((atom) => atom.aval)),
        ...(origin?.location === undefined ? {} : { location: origin.location.toString() })
      }), () => driver.execute(executable, inputs, origin))
    }
  })
  if (driver.profile === undefined) return Effect.succeed(wrapped)
  const start = Effect.sync(() => driver.profile!((kernels) => record(kernels.map(kernelEvent))))
  return Effect.as(Effect.acquireRelease(start, (stop) => Effect.sync(stop)), wrapped)
}
