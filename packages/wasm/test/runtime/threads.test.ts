import { describe, expect, it } from "@effect/vitest"
import type { Executable } from "effax/Driver"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Logger from "effect/Logger"
import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"
import {
  type StartThread,
  startThread,
  type Thread,
  type ThreadEvents,
  threadsFrom
} from "../../src/internal/runtime/host.ts"
import type { WorkerStart } from "../../src/internal/runtime/worker.ts"
import { endless, f32s, fill, i32s, ranks, testDriver } from "./modules.ts"

const everywhere = { cost: 1e9, parallel: true }

it.live("a thread that is lost fails its computation, and is replaced", () =>
  Effect.gen(function*() {
    // anything may be thrown
    const causes = [new Error("killed by the test"), undefined]
    const kill: Array<() => Promise<void>> = []
    const start = (options: WorkerStart, events: ThreadEvents) => {
      const thread = startThread(options, events)
      kill.push(async () => {
        await thread.terminate()
        events.onLost(causes[kill.length % causes.length])
      })
      return thread
    }
    const { driver, load } = yield* testDriver({ startThread: start })
    const [forever, sum] = [yield* load(endless({ parallel: true })), yield* load(fill(100, 3, everywhere))]
    for (const victim of [0, 1, 2]) {
      // begins when all threads are there
      for (const out of yield* driver.execute(sum, [])) driver.release(out)
      const fiber = yield* Effect.forkChild(Effect.flip(driver.execute(forever, [])), { startImmediately: true })
      yield* Effect.sleep(50)
      yield* Effect.promise(() => kill[victim]!())
      const { _tag, message } = yield* Fiber.join(fiber)
      expect(_tag).toBe("KernelError")
      expect(message).toMatch(/killed by the test|undefined/)
      const [out] = yield* driver.execute(sum, [])
      expect(yield* driver.download(out!, f32s(100))).toEqual(new Float32Array(100).fill(3))
      driver.release(out!)
    }
    expect(driver.bytesLive()).toBe(0)
  }).pipe(Effect.scoped))

const still: Thread = { keepAlive: () => {}, terminate: () => Promise.resolve() }

const failing: ReadonlyArray<readonly [how: string, start: StartThread, message: string]> = [
  ["they end with an error", (_, { onLost }) => {
    queueMicrotask(() => onLost(new Error("not here")))
    return still
  }, "not here"],
  ["they end without saying why", (_, { onLost }) => {
    queueMicrotask(() => onLost(undefined))
    return still
  }, "undefined"],
  ["they can't be made", () => {
    throw new Error("not allowed")
  }, "not allowed"],
  ["they never say that they are there", () => still, "did not start within 0.2 seconds"],
  ["one of them does, the other one doesn't", (start, events) => {
    const first = started++ === 0
    return first ? startThread(start, events) : still
  }, "did not start within 0.2 seconds"]
]
let started = 0

describe("where threads don't start", () => {
  it.live.each(failing)("because %s, everything runs on the calling one, and says so once", ([, start, message]) => {
    const logged: Array<unknown> = []
    const logger = Logger.make(({ message }) => void logged.push(message))
    started = 0
    return Effect.gen(function*() {
      const { driver, load } = yield* testDriver({ startThread: start, startLimit: 200 })
      const [sum, alone] = [yield* load(fill(100, 3, everywhere)), yield* load(fill(50, 2, { cost: 1e9 }))]
      const run = (executable: Executable, length: number) =>
        Effect.gen(function*() {
          const [out] = yield* driver.execute(executable, [])
          const found = yield* driver.download(out!, f32s(length))
          driver.release(out!)
          return found
        })
      for (let i = 0; i < 3; i++) {
        const runs = [run(sum, 100), run(alone, 50), run(sum, 100)]
        expect(yield* Effect.all(runs, { concurrency: "unbounded" })).toEqual([
          new Float32Array(100).fill(3),
          new Float32Array(50).fill(2),
          new Float32Array(100).fill(3)
        ])
      }
      expect(logged.length).toBe(1)
      expect(String(logged)).toContain(`worker threads don't start here`)
      expect(String(logged)).toContain(message)
      expect(driver.bytesLive()).toBe(0)
    }).pipe(Effect.scoped, Effect.provide(Logger.layer([logger])))
  })
})

it.live("the script is found at a URL where one is given", () =>
  Effect.gen(function*() {
    const workerUrl = new URL("../../src/internal/runtime/worker.ts", import.meta.url)
    const { driver, load } = yield* testDriver({ startThread: threadsFrom(workerUrl), threads: 3 })
    const [out] = yield* driver.execute(yield* load(ranks()), [])
    const found = yield* driver.download(out!, i32s(6))
    expect([...found]).toEqual([0, 3, 1, 3, 2, 3])
  }).pipe(Effect.scoped))

it.live("threads let the process end by itself", () =>
  Effect.gen(function*() {
    const file = fileURLToPath(new URL("leave.ts", import.meta.url))
    const output = yield* Effect.callback<string, Error>((resume) => {
      execFile(process.execPath, ["--conditions=effax-source", file], { timeout: 30_000 }, (error, stdout) =>
        resume(error === null ? Effect.succeed(stdout) : Effect.fail(error)))
    })
    expect(output).toBe("done\n")
  }))
