/**
 * Runs Programs on pinned inputs and binds their results to the arrays that wanted them.
 */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import * as Metric from "effect/Metric"
import type { ExecutionError } from "../../Errors.ts"
import type { DeviceBuffer, Driver, Executable, Origin } from "../driver/driver.ts"
import type * as node from "../graph/node.ts"
import type { Admission, Caller } from "./admission.ts"
import type { ExecutableCache } from "./executableCache.ts"
import type { Allocation, Owner, SessionState } from "./ownership.ts"
import * as refusals from "./refusals.ts"
import type { Region } from "./regions.ts"
import * as runs from "./runs.ts"
import type { Run } from "./runs.ts"

const bytesLive = Metric.gauge("effax.bytes.live", { description: "Bytes of device memory that arrays take" })

type AnyFiber = Fiber.Fiber<unknown, unknown>

const originOf = ({ called, program }: Run): Origin => ({
  program,
  name: called === undefined ? undefined : called.params.name as string,
  location: called === undefined ? undefined : called.location
})

/** Whether a span would be recorded: creating one takes as long as a small execution. */
const observed = (fiber: AnyFiber): boolean => fiber.cache.tracer !== undefined || fiber.cache.span !== undefined

export interface Execution {
  /**
   * The executable of a run that the driver may be able to run synchronously: it is compiled, and no span is recorded.
   */
  readonly ready: (run: Run, fiber: AnyFiber) => Executable | undefined
  /** Runs a small Program synchronously, so that its inputs need no pins. `undefined` if the driver can't. */
  readonly now: (
    run: Run,
    executable: Executable,
    inputs: ReadonlyArray<Allocation>,
    region: Region | undefined,
    fiber: AnyFiber
  ) => Exit.Exit<void, ExecutionError> | undefined
  /**
   * Runs a Program on inputs that stay pinned until it ends. Run it uninterruptibly; `restore` makes its waits
   * interruptible.
   */
  readonly start: (
    run: Run,
    inputs: ReadonlyArray<Allocation>,
    region: () => Region | undefined,
    fiber: AnyFiber,
    restore: Caller["restore"]
  ) => Effect.Effect<void, ExecutionError>
  readonly measure: (fiber: AnyFiber) => void
  readonly count: () => number
}

export const make = (
  driver: Driver,
  session: SessionState,
  owner: Owner,
  cache: ExecutableCache,
  keep: Admission["keep"]
): Execution => {
  let executions = 0

  const measure = (fiber: AnyFiber): void => bytesLive.updateUnsafe(driver.bytesLive(), fiber.context)

  const resolve = (of: node.Node, buffer: DeviceBuffer, region: Region | undefined): void => {
    // another fiber may have been first
    if (of.source._tag === "Resident") driver.release(buffer)
    else of.source = { _tag: "Resident", allocation: owner.own(buffer, region) }
  }

  const take = (run: Run, buffers: ReadonlyArray<DeviceBuffer>, region: Region | undefined): void => {
    const { kept, outputs } = run
    executions++
    // the kept results are last
    const asked = outputs.length - kept.length
    for (let i = 0; i < asked; i++) resolve(outputs[i]!, buffers[i]!, region)
    for (let i = asked; i < outputs.length; i++) keep(outputs[i]!, owner.own(buffers[i]!, region))
    runs.markRan(run)
  }

  const buffersOf = (inputs: ReadonlyArray<Allocation>): ReadonlyArray<DeviceBuffer> =>
    inputs.map((allocation) => allocation.ownership.buffer)

  const ready: Execution["ready"] = (run, fiber) =>
    driver.executeNow === undefined || observed(fiber) ? undefined : cache.find(run.program)

  const now: Execution["now"] = (run, executable, inputs, region, fiber) => {
    const exit = driver.executeNow!(executable, buffersOf(inputs), originOf(run))
    if (exit === undefined) return undefined
    cache.hit(fiber.context)
    if (Exit.isFailure(exit)) return exit
    take(run, exit.value, region)
    for (let i = 0; i < run.donated.length; i++) if (run.donated[i]!) owner.dispose(inputs[i]!, "donation")
    measure(fiber)
    return Exit.void
  }

  const start: Execution["start"] = (run, inputs, region, fiber, restore) => {
    const { program } = run
    const tooLarge = refusals.tooLarge(run.outputs, driver)
    if (tooLarge !== undefined) return Effect.fail(tooLarge)
    const execute = (executable: Executable): Effect.Effect<void, ExecutionError> => {
      const origin = originOf(run)
      const buffers = buffersOf(inputs)
      const done = driver.executeNow?.(executable, buffers, origin)
      // no interruption between the end of the computation and the ownership of its results
      return Effect.flatMap(done ?? restore(driver.execute(executable, buffers, origin)), (outputs) => {
        if (session.closed) return Effect.fail(refusals.closed("execute", session.backend))
        take(run, outputs, region())
        measure(fiber)
        return Effect.void
      })
    }
    const running = Effect.flatMap(restore(cache.compile(program)), execute)
    return observed(fiber)
      ? Effect.withSpan(running, "effax.execute", {
        attributes: { backend: session.backend, equations: program.equations.length }
      })
      : running
  }

  return { ready, now, start, measure, count: () => executions }
}
