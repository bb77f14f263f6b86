import { expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Logger from "effect/Logger"
import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"
import { startThread, type ThreadEvents } from "../../src/internal/runtime/host.ts"
import type { WorkerStart } from "../../src/internal/runtime/worker.ts"
import { endless, f32s, fill, testDriver } from "./modules.ts"

const everywhere = { cost: 1e9, parallel: true }

it.live("a thread that is lost fails its computation, and is replaced", () =>
  Effect.gen(function*() {
    const kill: Array<() => Promise<void>> = []
    const start = (options: WorkerStart, events: ThreadEvents) => {
      const thread = startThread(options, events)
      kill.push(async () => {
        await thread.terminate()
        events.onLost(new Error("killed by the test"))
      })
      return thread
    }
    const { driver, load } = yield* testDriver({ startThread: start })
    const [forever, sum] = [yield* load(endless({ parallel: true })), yield* load(fill(100, 3, everywhere))]
    for (const victim of [0, 1, 2]) {
      const fiber = yield* Effect.forkChild(Effect.flip(driver.execute(forever, [])), { startImmediately: true })
      yield* Effect.sleep(50)
      yield* Effect.promise(() => kill[victim]!())
      expect((yield* Fiber.join(fiber)).message).toContain("killed by the test")
      const [out] = yield* driver.execute(sum, [])
      expect(yield* driver.download(out!, f32s(100))).toEqual(new Float32Array(100).fill(3))
      driver.release(out!)
    }
    expect(driver.bytesLive()).toBe(0)
  }).pipe(Effect.scoped))

it.live("without threads that start, everything runs on the calling one, and says so once", () => {
  const logged: Array<unknown> = []
  const logger = Logger.make(({ message }) => void logged.push(message))
  return Effect.gen(function*() {
    const { driver, load } = yield* testDriver({
      startThread: (_, events) => {
        queueMicrotask(() => events.onLost(new Error("not here")))
        return { keepAlive: () => {}, terminate: () => Promise.resolve() }
      }
    })
    const sum = yield* load(fill(100, 3, everywhere))
    for (let i = 0; i < 3; i++) {
      const [out] = yield* driver.execute(sum, [])
      expect(yield* driver.download(out!, f32s(100))).toEqual(new Float32Array(100).fill(3))
    }
    expect(String(logged)).toContain("worker threads don't start")
    expect(logged.length).toBe(1)
  }).pipe(Effect.scoped, Effect.provide(Logger.layer([logger])))
})

it.live("threads let the process end by itself", () =>
  Effect.gen(function*() {
    const file = fileURLToPath(new URL("leave.ts", import.meta.url))
    const output = yield* Effect.callback<string, Error>((resume) => {
      execFile(process.execPath, ["--conditions=effax-source", file], { timeout: 30_000 }, (error, stdout) =>
        resume(error === null ? Effect.succeed(stdout) : Effect.fail(error)))
    })
    expect(output).toBe("done\n")
  }))
