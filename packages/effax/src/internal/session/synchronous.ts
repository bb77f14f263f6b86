/**
 * Detects fibers that run synchronously, under `Effect.runSync`. They can't wait for another turn of the event loop,
 * and so not for threads, background compilation of a module, or finalisers.
 */
import type * as Fiber from "effect/Fiber"
import * as Scheduler from "effect/Scheduler"

export const isSynchronous = (fiber: Fiber.Fiber<unknown, unknown>): boolean =>
  fiber.getRef(Scheduler.Scheduler).executionMode === "sync"
