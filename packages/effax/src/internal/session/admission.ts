/**
 * Brings the inputs of a run onto the device. From here on the run pins each of them, so that another fiber cannot free
 * their memory by a disposal, a donation or the end of a scope.
 */
import * as Effect from "effect/Effect"
import type { Aval } from "../../Aval.ts"
import type { TypedArray } from "../../DType.ts"
import type { ExecutionError } from "../../Errors.ts"
import { fromNumbers } from "../../HostArray.ts"
import type { DeviceBuffer, Driver } from "../driver/driver.ts"
import type * as node from "../graph/node.ts"
import * as executables from "./executableCache.ts"
import type { Flight, Flights } from "./flights.ts"
import { type Allocation, type Owner, reasonOf, type SessionState } from "./ownership.ts"
import * as refusals from "./refusals.ts"
import type { Region } from "./regions.ts"
import * as runs from "./runs.ts"

/** The fiber on whose behalf something is done. */
export interface Caller {
  /** The scope that owns new resident arrays. */
  readonly region: Region | undefined
  /** Whether the fiber cannot wait for another one, because `Effect.runSync` runs it. */
  readonly synchronous: boolean
  /** The run that calls a host function, if the fiber is part of one. */
  readonly flight: Flight | undefined
  /** Makes a waiting effect interruptible if the caller was. */
  readonly restore: <A, E>(effect: Effect.Effect<A, E>) => Effect.Effect<A, E>
}

/** The inputs of one run, pinned. */
export class Held {
  readonly allocations: Array<Allocation>
  /** The inputs that the run consumes. */
  readonly claimed: Array<Allocation>
  /** Scalars that were uploaded for this run only. */
  readonly numbers: Array<Allocation>
  constructor(inputs: number) {
    this.allocations = new Array(inputs)
    this.claimed = []
    this.numbers = []
  }
}

export interface Admission {
  /** The allocation of a leaf's value, if it can be used. */
  readonly allocationOf: (of: node.Node) => Allocation | undefined
  /** The allocation that a leaf has or had in this session. */
  readonly ownAllocationOf: (of: node.Node) => Allocation | undefined
  /**
   * The inputs of a run that starts and ends at once, so that they need no pins; `undefined` if the run would have to
   * wait, or an input is refused. Call {@link Admission.freeNumbers} when the run ends.
   */
  readonly acquireNow: (run: runs.Run, region: Region | undefined) => Held | undefined
  /**
   * Pins the inputs of a run in `held`. It decides at once which of them are resident, and fails for unusable ones
   * before anything is uploaded. Run it uninterruptibly: `held` must be released however it ends.
   */
  readonly acquire: (run: runs.Run, held: Held, caller: Caller) => Effect.Effect<void, ExecutionError>
  readonly freeNumbers: (held: Held) => void
  /** Releases the pins. Claimed buffers are donated if the run succeeded, and keep their arrays if it failed. */
  readonly release: (held: Held, succeeded: boolean) => void
  /** Makes host data resident; refuses any other leaf that is not resident. Run it uninterruptibly. */
  readonly resolve: (leaf: node.Node, caller: Caller) => Effect.Effect<void, ExecutionError>
  /** Keeps a result for later runs without binding it to its array. */
  readonly keep: (of: node.Node, allocation: Allocation) => void
  /** Whether the result of an application was kept and is still on the device. */
  readonly isKept: (of: node.Node) => boolean
  /** Whether an input of a run was a kept result that has been freed since the run was made. */
  readonly isStale: (run: runs.Run) => boolean
}

export const make = (driver: Driver, session: SessionState, owner: Owner, flights: Flights): Admission => {
  /**
   * Device copies of arrays that are not bound to them: host data, and results that a run kept for later runs. The last
   * copy of host data records whether the user disposed of the array.
   */
  const copies = new WeakMap<node.Node, Allocation>()

  /** The array knows of its copies too, so that it can be disposed of where there is no backend in context. */
  const setCopy = (of: node.Node, allocation: Allocation): void => {
    copies.set(of, allocation)
    const others = of.copies?.filter((copy) => copy.session !== session && !copy.session.closed)
    of.copies = others === undefined ? [allocation] : [...others, allocation]
  }

  const ownAllocationOf = (of: node.Node): Allocation | undefined => {
    const { source } = of
    const allocation = source._tag === "Resident"
      ? source.allocation
      : source._tag === "Constant" || source._tag === "Apply"
      ? copies.get(of)
      : undefined
    return allocation?.session === session ? allocation : undefined
  }

  const allocationOf = (of: node.Node): Allocation | undefined => {
    const allocation = ownAllocationOf(of)
    return allocation !== undefined && reasonOf(allocation) === undefined ? allocation : undefined
  }

  /** The error for a leaf that can't be an input; `undefined` if it can. */
  const refusal = (of: node.Node, consumer: () => string): ExecutionError | undefined => {
    const { source } = of
    switch (source._tag) {
      case "Resident":
        return refusals.refusal(of, source.allocation, session)
      case "Parameter":
        return refusals.escaped(of, source.scope, consumer(), session.backend)
      case "Constant": {
        // the end of a scope and a donation free only the device copy: the host still has the data
        const copy = copies.get(of)
        return copy?.disposed === "dispose" ? refusals.refusal(of, copy, session) : undefined
      }
      case "Literal":
      // a kept result, which is still there: see `isStale`
      case "Apply":
        return undefined
    }
  }

  const upload = (data: TypedArray, of: Aval): Effect.Effect<DeviceBuffer, ExecutionError> =>
    driver.capabilities.dtypes.has(of.dtype)
      ? driver.upload(data, of)
      : Effect.fail(executables.unsupportedDType(driver, "upload", of))

  const uploadNow = (data: TypedArray, of: Aval): DeviceBuffer | undefined =>
    driver.capabilities.dtypes.has(of.dtype) ? driver.uploadNow?.(data, of) : undefined

  const resolved = (of: node.Node, buffer: DeviceBuffer, region: Region | undefined): Allocation => {
    const allocation = owner.own(buffer, region)
    setCopy(of, allocation)
    return allocation
  }

  /** Uploads host data that is not resident, once for all fibers that want it; `use` receives it at once. */
  const provide = (
    of: node.Node,
    data: TypedArray,
    caller: Caller,
    use: (allocation: Allocation) => void
  ): Effect.Effect<void, ExecutionError> =>
    Effect.suspend(() => {
      const refused = refusal(of, () => "upload")
      if (refused !== undefined) return Effect.fail(refused)
      const known = allocationOf(of)
      if (known !== undefined) {
        use(known)
        return Effect.void
      }
      const before = caller.synchronous ? undefined : flights.find(of, caller.flight)
      if (before !== undefined) {
        return Effect.flatMap(
          caller.restore(flights.join(before, caller.region, (other) => other === of)),
          () => provide(of, data, caller, use)
        )
      }
      const uploaded = uploadNow(data, of)
      if (uploaded !== undefined) {
        use(resolved(of, uploaded, caller.region))
        return Effect.void
      }
      const flight = flights.start([of], caller.region, caller.flight)
      const uploading = Effect.map(upload(data, of), (buffer) => use(resolved(of, buffer, flight.region)))
      return Effect.onExit(uploading, (exit) => Effect.sync(() => flights.end(flight, exit)))
    })

  const acquireNow: Admission["acquireNow"] = (run, region) => {
    const { inputs } = run
    const held = new Held(inputs.length)
    for (let i = 0; i < inputs.length; i++) {
      const input = inputs[i]!
      const { source } = input
      let allocation = allocationOf(input)
      if (allocation === undefined && source._tag === "Literal") {
        const buffer = uploadNow(fromNumbers([source.value], input.dtype), input)
        if (buffer !== undefined) held.numbers.push(allocation = owner.own(buffer, undefined))
      } else if (
        allocation === undefined && source._tag === "Constant" && copies.get(input)?.disposed !== "dispose" &&
        flights.find(input, undefined) === undefined
      ) {
        const buffer = uploadNow(source.data, input)
        if (buffer !== undefined) allocation = resolved(input, buffer, region)
      }
      if (allocation === undefined) {
        freeNumbers(held)
        return undefined
      }
      held.allocations[i] = allocation
    }
    return held
  }

  const freeNumbers = (held: Held): void => {
    for (const allocation of held.numbers) owner.dispose(allocation, "scope")
  }

  const hold = (held: Held, run: runs.Run, i: number, allocation: Allocation): void => {
    const { ownership } = allocation
    held.allocations[i] = allocation
    owner.pin(ownership)
    if (run.donated[i] !== true || ownership.claimed) return
    ownership.claimed = true
    held.claimed.push(allocation)
  }

  const acquire: Admission["acquire"] = (run, held, caller) => {
    const { inputs } = run
    for (const input of inputs) {
      const refused = refusal(input, () => runs.consumerOf(run, input))
      if (refused !== undefined) return Effect.fail(refused)
    }
    const present = inputs.map(allocationOf)
    const missing: Array<number> = []
    present.forEach((allocation, i) => allocation === undefined ? missing.push(i) : hold(held, run, i, allocation))
    if (missing.length === 0) return Effect.void
    return Effect.forEach(missing, (i) => {
      const input = inputs[i]!
      const { source } = input
      if (source._tag === "Constant") {
        return provide(input, source.data, caller, (allocation) => hold(held, run, i, allocation))
      }
      const { value } = source as Extract<node.Source, { readonly _tag: "Literal" }>
      return Effect.map(upload(fromNumbers([value], input.dtype), input), (buffer) => {
        const allocation = owner.own(buffer, undefined)
        held.numbers.push(allocation)
        hold(held, run, i, allocation)
      })
    }, { discard: true })
  }

  const release: Admission["release"] = (held, succeeded) => {
    for (const allocation of held.claimed) {
      allocation.ownership.claimed = false
      if (succeeded) owner.dispose(allocation, "donation")
    }
    freeNumbers(held)
    // the list has holes if admission failed
    for (const allocation of held.allocations) if (allocation !== undefined) owner.unpin(allocation.ownership)
  }

  const resolve: Admission["resolve"] = (leaf, caller) =>
    Effect.suspend(() => {
      const refused = refusal(leaf, () => "evaluate")
      if (refused !== undefined) return Effect.fail(refused)
      return leaf.source._tag === "Constant"
        ? provide(leaf, leaf.source.data, caller, () => {})
        : Effect.void
    })

  const isKept: Admission["isKept"] = (of) =>
    of.source._tag === "Apply" && of.source.application.ran && allocationOf(of) !== undefined

  const isStale: Admission["isStale"] = ({ inputs }) =>
    inputs.some((input) => input.source._tag === "Apply" && !isKept(input))

  const keep: Admission["keep"] = (of, allocation) => {
    // another fiber may have been first
    if (allocationOf(of) === undefined) setCopy(of, allocation)
    else owner.dispose(allocation, "scope")
  }

  return { allocationOf, ownAllocationOf, acquireNow, acquire, freeNumbers, release, resolve, keep, isKept, isStale }
}
