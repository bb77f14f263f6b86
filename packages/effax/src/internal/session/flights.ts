/**
 * Computations and uploads in flight, so that fibers that want the same array wait for it instead of computing it
 * again.
 *
 * Only the requested arrays of a run are shared, not its intermediate values. A flight starts after all flights that it
 * needs have ended, so two flights never wait for each other.
 */
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type { ExecutionError } from "../../Errors.ts"
import type * as node from "../graph/node.ts"
import { common, type Region } from "./regions.ts"

/** The run that the fiber belongs to while it executes a host function of that run: it must not wait for itself. */
export const Current = Context.Reference<Flight | undefined>("effax/Flight", { defaultValue: () => undefined })

type Landing = Exit.Exit<unknown, ExecutionError>

export interface Flight {
  readonly nodes: ReadonlyArray<node.Node>
  /** The flight that waits for this one, because one of its host functions needs the result. */
  readonly parent: Flight | undefined
  /** The scope that will own the arrays: the innermost one around all fibers that want them. */
  region: Region | undefined
  /** Created for the first fiber that waits. */
  landing: Deferred.Deferred<Landing> | undefined
}

export interface Flights {
  /** Whether there is any flight. If not, the other lookups can be skipped. */
  readonly any: () => boolean
  /** The flight that will provide a node, unless that flight is `own` or waits for it. */
  readonly find: (of: node.Node, own: Flight | undefined) => Flight | undefined
  readonly start: (
    nodes: ReadonlyArray<node.Node>,
    region: Region | undefined,
    parent: Flight | undefined
  ) => Flight
  readonly end: (flight: Flight, how: Landing) => void
  /**
   * Waits for a flight on behalf of an evaluation that needs the nodes for which `wants` holds. Ends as soon as the
   * evaluation should look again at what is still missing. It fails with the flight's error only if the evaluation
   * would have met the same error, that is, if it needs everything that the flight computes. If the computing fiber was
   * interrupted, nothing fails, and the first waiting evaluation to look again takes over.
   */
  readonly join: (
    flight: Flight,
    region: Region | undefined,
    wants: (of: node.Node) => boolean
  ) => Effect.Effect<void, ExecutionError>
}

export const make = (): Flights => {
  const byNode = new Map<node.Node, Flight>()
  return {
    any: () => byNode.size > 0,
    find: (of, own) => {
      const found = byNode.get(of)
      if (found === undefined) return undefined
      for (let flight = own; flight !== undefined; flight = flight.parent) if (flight === found) return undefined
      return found
    },
    start: (nodes, region, parent) => {
      const flight: Flight = { nodes, parent, region, landing: undefined }
      for (const of of nodes) byNode.set(of, flight)
      return flight
    },
    end: (flight, how) => {
      for (const of of flight.nodes) if (byNode.get(of) === flight) byNode.delete(of)
      if (flight.landing !== undefined) Deferred.doneUnsafe(flight.landing, Effect.succeed(how))
    },
    join: (flight, region, wants) =>
      Effect.suspend(() => {
        flight.region = common(flight.region, region)
        flight.landing ??= Deferred.makeUnsafe()
        return Effect.flatMap(
          Deferred.await(flight.landing),
          (how) =>
            Exit.isFailure(how) && !Cause.hasInterrupts(how.cause) && flight.nodes.every(wants)
              ? Effect.failCause(how.cause)
              : Effect.void
        )
      })
  }
}
