/**
 * Fibers that run synchronously, as `Effect.runSync` has them. They can't wait for another turn of the event loop: not for
 * threads, nor for a module that is compiled in the background, nor for finalisers.
 */
import type * as Fiber from "effect/Fiber"
import * as Scheduler from "effect/Scheduler"

export const isSynchronous = (fiber: Fiber.Fiber<unknown, unknown>): boolean =>
  fiber.getRef(Scheduler.Scheduler).executionMode === "sync"
