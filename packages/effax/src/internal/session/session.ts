/**
 * The part of a backend that all drivers share: from graphs to Programs, the compile cache, the ownership of buffers,
 * scopes, spans and metrics. The other files in this folder are its parts.
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import type * as Scope from "effect/Scope"
import type { TypedArray } from "../../DType.ts"
import type { ExecutionError } from "../../Errors.ts"
import type * as NdArray from "../../NdArray.ts"
import type { Driver } from "../driver/driver.ts"
import * as node from "../graph/node.ts"
import { inputs as inputsOf, isProgram } from "../program/model.ts"
import * as admissions from "./admission.ts"
import type { Backend, Statistics } from "./backend.ts"
import * as executables from "./executableCache.ts"
import * as executions from "./execution.ts"
import * as flight from "./flights.ts"
import * as owners from "./ownership.ts"
import * as refusals from "./refusals.ts"
import * as regions from "./regions.ts"
import * as runs from "./runs.ts"
import { firstSlice, inSlices } from "./slices.ts"
import { isSynchronous } from "./synchronous.ts"

type AnyFiber = Fiber.Fiber<unknown, unknown>

type Restore = admissions.Caller["restore"]

const callerOf = (fiber: AnyFiber, restore: Restore): admissions.Caller => ({
  region: fiber.getRef(regions.Current),
  synchronous: isSynchronous(fiber),
  flight: fiber.getRef(flight.Current),
  restore
})

export const make = Effect.fnUntraced(function*(
  driver: Driver
): Effect.fn.Return<Backend["Service"], never, Scope.Scope> {
  const { name } = driver
  const session: owners.SessionState = { backend: name, closed: false }
  const owner = owners.make(driver, session)
  const flights = flight.make()
  const cache = executables.make(driver)
  const admission = admissions.make(driver, session, owner, flights)
  const execution = executions.make(driver, session, owner, cache, admission.keep)

  /** Runs an effect unless the Layer was closed. Failures caused by closing the Layer are reported as that. */
  const open = <A>(
    operation: string,
    effect: () => Effect.Effect<A, ExecutionError>
  ): Effect.Effect<A, ExecutionError> =>
    Effect.suspend(() =>
      session.closed
        ? Effect.fail(refusals.closed(operation, name))
        : Effect.catchCause(
          effect(),
          (cause) =>
            session.closed && !Cause.hasInterrupts(cause)
              ? Effect.fail(refusals.closed(operation, name))
              : Effect.failCause(cause)
        )
    )

  // --- evaluation ---------------------------------------------------------------------------------------------------

  /** The flight that a run should wait for, if there is one. */
  const before = ({ nodes }: runs.Run, fiber: AnyFiber): flight.Flight | undefined => {
    if (!flights.any()) return undefined
    const own = fiber.getRef(flight.Current)
    for (const of of nodes) {
      const found = of.source._tag === "Constant" ? undefined : flights.find(of, own)
      if (found !== undefined) return found
    }
    return undefined
  }

  /** Runs a small, compiled Program with resident inputs synchronously; `undefined` for any other run. */
  const now = (run: runs.Run, fiber: AnyFiber): Exit.Exit<void, ExecutionError> | undefined => {
    const executable = execution.ready(run, fiber)
    if (executable === undefined) return undefined
    const region = fiber.getRef(regions.Current)
    const held = admission.acquireNow(run, region)
    if (held === undefined) return undefined
    const exit = execution.now(run, executable, held.allocations, region, fiber)
    admission.freeNumbers(held)
    return exit
  }

  const start = (run: runs.Run, fiber: AnyFiber, restore: Restore): Effect.Effect<void, ExecutionError> => {
    if (admission.isStale(run)) return evaluate(run.outputs.slice(0, run.outputs.length - run.kept.length))
    const caller = callerOf(fiber, restore)
    const held = new admissions.Held(run.inputs.length)
    const flying = flights.start(run.outputs, caller.region, caller.flight)
    return Effect.onExit(
      Effect.flatMap(
        admission.acquire(run, held, caller),
        () =>
          Effect.provideService(
            execution.start(run, held.allocations, () => flying.region, fiber, restore),
            flight.Current,
            flying
          )
      ),
      (exit) =>
        Effect.sync(() => {
          admission.release(held, Exit.isSuccess(exit))
          flights.end(flying, exit)
        })
    )
  }

  /**
   * Logs which results a run keeps, at debug level. If they don't fit in memory, the run is repeated without keeping
   * them.
   */
  const keeping = (
    run: runs.Run,
    pending: ReadonlyArray<node.Node>,
    fiber: AnyFiber,
    effect: Effect.Effect<void, ExecutionError>
  ): Effect.Effect<void, ExecutionError> =>
    run.kept.length === 0
      ? effect
      : Effect.andThen(run.again.length === 0 ? Effect.void : Effect.logDebug(runs.keptText(run)), effect).pipe(
        Effect.catchTag("OutOfMemoryError", () => compute(pending, fiber, false))
      )

  const compute = (
    pending: ReadonlyArray<node.Node>,
    fiber: AnyFiber,
    keep = true
  ): Effect.Effect<void, ExecutionError> => {
    // a small graph becomes a Run at once; larger ones give other fibers their turns
    const steps = runs.making(pending, { isKept: admission.isKept, mayKeep: keep })
    const run = firstSlice(steps)
    return run === undefined
      ? Effect.flatMap(Effect.andThen(Effect.yieldNow, inSlices(steps)), (made) => computeRun(made, pending, fiber))
      : computeRun(run, pending, fiber)
  }

  const computeRun = (
    run: runs.Run,
    pending: ReadonlyArray<node.Node>,
    fiber: AnyFiber
  ): Effect.Effect<void, ExecutionError> => {
    const wait = (first: flight.Flight, restore: Restore): Effect.Effect<void, ExecutionError> => {
      const nodes = new Set(run.nodes)
      return restore(
        Effect.flatMap(
          flights.join(first, fiber.getRef(regions.Current), (of) => nodes.has(of)),
          () => evaluate(pending)
        )
      )
    }
    const done = before(run, fiber) === undefined ? now(run, fiber) : undefined
    if (done !== undefined) return Exit.isFailure(done) && run.kept.length > 0 ? compute(pending, fiber, false) : done
    const computed = open("evaluate", () =>
      Effect.uninterruptibleMask((restore) => {
        // the fiber may have had to wait for its turn
        const first = isSynchronous(fiber) ? undefined : before(run, fiber)
        return first === undefined ? start(run, fiber, restore) : wait(first, restore)
      }))
    return keeping(run, pending, fiber, computed)
  }

  const resolve = (leaves: ReadonlyArray<node.Node>, fiber: AnyFiber): Effect.Effect<void, ExecutionError> =>
    open("evaluate", () =>
      Effect.uninterruptibleMask((restore) => {
        const caller = callerOf(fiber, restore)
        return Effect.forEach(leaves, (leaf) => admission.resolve(leaf, caller), { discard: true })
      }))

  const evaluate = (arrays: ReadonlyArray<NdArray.Any>): Effect.Effect<void, ExecutionError> =>
    Effect.withFiber((fiber) => {
      if (session.closed) return Effect.fail(closedFor(arrays))
      const pending: Array<node.Node> = []
      const leaves: Array<node.Node> = []
      for (let i = 0; i < arrays.length; i++) {
        const of = arrays[i] as node.Node
        if (!node.isOurs(of)) return Effect.fail(refusals.ofAnotherCopy(of, name))
        const tag = of.source._tag
        // a result that an earlier run kept is requested: from now on the array is resident
        if (tag === "Apply" && admission.isKept(of)) {
          const allocation = admission.allocationOf(of)!
          regions.share(allocation, fiber.getRef(regions.Current))
          of.source = { _tag: "Resident", allocation }
        } else if (tag === "Apply" || tag === "Literal") pending.push(of)
        else if (admission.allocationOf(of) === undefined) leaves.push(of)
      }
      if (leaves.length > 0) {
        const resolved = resolve(leaves, fiber)
        return pending.length === 0 ? resolved : Effect.flatMap(resolved, () => evaluate(pending))
      }
      return pending.length === 0 ? Effect.void : compute(pending, fiber)
    })

  /** The error for a closed Layer: that of the first array with a value, if there is one. */
  const closedFor = (arrays: ReadonlyArray<NdArray.Any>): ExecutionError => {
    for (const array of arrays) {
      const { source } = node.nodeOf(array)
      const refused = source._tag === "Resident"
        ? refusals.refusal(node.nodeOf(array), source.allocation, session)
        : undefined
      if (refused !== undefined) return refused
    }
    return refusals.closed("evaluate", name)
  }

  const read = (array: NdArray.Any): Effect.Effect<TypedArray, ExecutionError> =>
    Effect.flatMap(evaluate([array]), () =>
      open("read", () =>
        Effect.uninterruptibleMask((restore) => {
          const of = node.nodeOf(array)
          const allocation = admission.allocationOf(of)
          // another fiber may have disposed of it in between
          if (allocation === undefined) return lost(of, restore)
          const { buffer } = allocation.ownership
          owner.pin(allocation.ownership)
          return Effect.onExit(
            restore(driver.download(buffer, of)),
            () => Effect.sync(() => owner.unpin(allocation.ownership))
          )
        })))

  /** Handles a read of an array that is no longer resident: fails, or uploads the host data again. */
  const lost = (of: node.Node, restore: Restore): Effect.Effect<TypedArray, ExecutionError> => {
    const { source } = of
    const refused = source._tag === "Resident" ? refusals.refusal(of, source.allocation, session) : undefined
    return refused === undefined ? restore(read(of)) : Effect.fail(refused)
  }

  // --- the end ------------------------------------------------------------------------------------------------------

  yield* Effect.addFinalizer(() =>
    Effect.sync(() => {
      session.closed = true
    })
  )

  return {
    name,
    capabilities: driver.capabilities,
    driver,
    evaluate,
    lower: (program) => {
      if (!isProgram(program)) return Effect.fail(refusals.programOfAnotherCopy(program, name))
      const refused = inputsOf(program).find((input) => !driver.capabilities.dtypes.has(input.aval.dtype))
      return refused !== undefined
        ? Effect.fail(executables.unsupportedDType(driver, "input", refused.aval))
        : driver.lower === undefined
        ? Effect.succeed({ texts: () => ({}) })
        : open("lower", () => driver.lower!(program))
    },
    compile: (program) =>
      isProgram(program)
        ? open("compile", () => cache.compileAhead(program))
        : Effect.fail(refusals.programOfAnotherCopy(program, name)),
    read,
    scoped: (effect, keep) =>
      Effect.withFiber((fiber) => {
        const region = regions.make(fiber.getRef(regions.Current))
        return Effect.onExit(Effect.provideService(effect, regions.Current, region), (exit) =>
          Effect.sync(() => {
            const kept = Exit.isSuccess(exit)
              ? keep(exit.value).flatMap((array) => admission.ownAllocationOf(node.nodeOf(array)) ?? [])
              : []
            regions.exit(region, new Set(kept), owner)
            if (!session.closed) execution.measure(fiber)
          }))
      }),
    loop: (initial, step, run, keep) =>
      Effect.withFiber((fiber) => {
        const outer = fiber.getRef(regions.Current)
        let state = initial
        /** The arrays of the step that made `state`. */
        let region = regions.make(outer)
        const kept = () => new Set(keep(state).flatMap((of) => admission.ownAllocationOf(node.nodeOf(of)) ?? []))
        const next: Parameters<typeof run>[0] = (...args) =>
          Effect.suspend(() => {
            const own = regions.make(outer)
            return Effect.onExit(Effect.provideService(step(state, ...args), regions.Current, own), (exit) =>
              Effect.sync(() => {
                if (Exit.isFailure(exit)) return regions.exit(own, new Set(), owner)
                state = exit.value
                const staying = kept()
                regions.retain(own, staying, owner)
                regions.exit(region, staying, owner, own)
                region = own
              }))
          })
        return Effect.map(
          Effect.onExit(
            run(next, () =>
              state),
            (exit) =>
              Effect.sync(() => {
                regions.exit(region, Exit.isSuccess(exit) ? kept() : new Set(), owner)
                if (!session.closed) execution.measure(fiber)
              })
          ),
          () => state
        )
      }),
    dispose: (arrays) =>
      Effect.withFiber((fiber) => {
        for (const array of arrays) {
          const allocation = admission.ownAllocationOf(node.nodeOf(array))
          if (allocation !== undefined) owner.dispose(allocation, "dispose")
        }
        if (!session.closed) execution.measure(fiber)
        return Effect.void
      }),
    statistics: Effect.sync((): Statistics => ({
      ...cache.counts,
      executions: execution.count(),
      arraysLive: owner.arraysLive(),
      bytesLive: session.closed ? 0 : driver.bytesLive()
    }))
  }
})
