/**
 * Profiles, on every backend: what is recorded, and that the trace is what viewers read.
 */
import { CpuWasm } from "@effax/wasm"
import { describe, expect, it } from "@effect/vitest"
import { Backend, jit, Lax, NdArray, Numpy as np, Profile } from "effax"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import { backends } from "./backends.ts"

type X = NdArray.Any

const run = <A, E, E2>(
  effect: Effect.Effect<A, E, Backend.Backend | Profile.Profile>,
  layer: Layer.Layer<Backend.Backend | Profile.Profile, E2>
): Promise<A> => Effect.runPromise(Effect.provide(effect, layer))

/** Events of one track, two of which never overlap but by the resolution of the clock, in microseconds. */
const checkTrack = (events: ReadonlyArray<Profile.TraceEvent>): void => {
  const sorted = events.toSorted((a, b) => a.ts - b.ts)
  sorted.forEach((event, i) => {
    expect(event.dur).toBeGreaterThanOrEqual(0)
    if (i > 0) expect(event.ts).toBeGreaterThanOrEqual(sorted[i - 1]!.ts + sorted[i - 1]!.dur! - 1)
  })
}

describe.each(backends)("on $name", ({ layer, name }) => {
  const profiled = Layer.provide(Profile.layer, layer)

  it("records compilations once, and every transfer and execution", async () => {
    const program = Effect.gen(function*() {
      const f = jit(function double(x: X) {
        return np.multiply(x, 2)
      })
      for (let i = 0; i < 3; i++) yield* NdArray.toNested(f(np.array([i, i])))
      return yield* Profile.events
    })
    const events = await run(program, profiled)
    const count = (kind: Profile.Event["kind"]) => events.filter((event) => event.kind === kind).length
    expect([count("compile"), count("upload"), count("execute"), count("download")]).toEqual([1, 3, 3, 3])
    const execution = events.find(({ kind }) => kind === "execute")!
    expect([execution.name, execution.args["inputs"], execution.args["outputs"]]).toEqual([
      "double",
      "f32[2]",
      "f32[2]"
    ])
    expect(execution.args["location"]).toMatch(/profile\.test\.ts/)
    expect(events.find(({ kind }) => kind === "download")!.args["bytes"]).toBe(8)
    for (const { end, start } of events) {
      expect(end).toBeGreaterThanOrEqual(start)
      expect(Math.abs(end - Date.now())).toBeLessThan(60_000)
    }
  })

  it("makes a trace whose events name their process and threads and don't overlap on one track", async () => {
    const program = Effect.gen(function*() {
      const some = (i: number) => NdArray.toNested(np.sum(np.sin(np.full([100 + i], 1))))
      yield* Effect.all([1, 2, 3, 4].map(some), { concurrency: "unbounded" })
      return yield* Profile.trace
    })
    const trace = await run(program, profiled)
    expect(JSON.parse(JSON.stringify(trace))).toEqual(trace)
    const named = new Set(
      trace.traceEvents.filter((event) => event.ph === "M" && event.name === "thread_name").map(({ tid }) => tid)
    )
    expect(trace.traceEvents[0]).toMatchObject({ ph: "M", name: "process_name", args: { name: `effax on ${name}` } })
    const timed = trace.traceEvents.filter(({ ph }) => ph === "X")
    expect(timed.length).toBeGreaterThanOrEqual(12)
    for (const tid of new Set(timed.map((event) => event.tid))) {
      expect(named).toContain(tid)
      checkTrack(timed.filter((event) => event.tid === tid))
    }
  })

  it("forgets when it is told to, and keeps no more than the limit", async () => {
    const many = Effect.gen(function*() {
      for (let i = 0; i < 20; i++) yield* NdArray.toNested(np.add(np.array([i]), 1))
      const { length } = yield* Profile.events
      yield* Profile.clear
      return [length, (yield* Profile.events).length]
    })
    expect(await run(many, Profile.layerWith({ limit: 10 }).pipe(Layer.provide(layer), Layer.orDie))).toEqual([10, 0])
  })

  it("writes the trace to a file", async () => {
    const files = new Map<string, string>()
    const fileSystem = FileSystem.layerNoop({
      writeFileString: (path, text) => Effect.sync(() => void files.set(path, text))
    })
    const program = Effect.gen(function*() {
      yield* NdArray.toNested(np.add(np.ones([2]), 1))
      yield* Profile.write("trace.json")
    })
    await Effect.runPromise(Effect.provide(program, Layer.merge(profiled, fileSystem)))
    expect(JSON.parse(files.get("trace.json")!).traceEvents.length).toBeGreaterThan(3)
  })
})

describe("kernels of cpu-wasm", () => {
  const kernels = (make: () => X, layer: Layer.Layer<Backend.Backend> = CpuWasm.layer) =>
    run(
      Effect.gen(function*() {
        yield* NdArray.toTypedArray(make())
        return (yield* Profile.events).filter(({ kind }) => kind === "kernel")
      }),
      Layer.provide(Profile.layer, layer)
    )

  it("have names, and counts of operations and bytes", async () => {
    const column = (of: number) => np.array(Array.from({ length: 1000 }, (_, i) => i * of))
    const [kernel, ...others] = await kernels(() => np.add(np.multiply(column(1), column(2)), column(3)))
    expect(others).toEqual([])
    expect([kernel!.thread, kernel!.name]).toEqual([0, "mul_add"])
    // a product and a sum for each element, of three arrays to a fourth
    expect([kernel!.args["flops"], kernel!.args["bytes"]]).toEqual([2000, 16000])
    const matmul = await kernels(() => np.matmul(np.ones([64, 32]), np.ones([32, 16])))
    expect(matmul.reduce((sum, { args }) => sum + Number(args["flops"]), 0)).toBeGreaterThanOrEqual(2 * 64 * 32 * 16)
  })

  it("lie inside of their execution", async () => {
    const program = Effect.gen(function*() {
      const x = yield* np.ones([300, 300])
      yield* Profile.clear
      yield* NdArray.toNested(np.sum(np.matmul(x, x)))
      return yield* Profile.events
    })
    const events = await run(program, Layer.provide(Profile.layer, CpuWasm.layer))
    const execution = events.find(({ kind }) => kind === "execute")!
    const inside = events.filter(({ kind }) => kind === "kernel")
    expect(inside.length).toBeGreaterThan(0)
    for (const { end, start } of inside) {
      // clocks of threads agree within a millisecond
      expect(start).toBeGreaterThan(execution.start - 1)
      expect(end).toBeLessThan(execution.end + 1)
      expect(end).toBeGreaterThanOrEqual(start)
    }
  })

  it("are timed on every thread that takes part", async () => {
    const program = Effect.gen(function*() {
      const x = yield* np.ones([800, 800])
      for (let i = 0; i < 8; i++) yield* NdArray.toTypedArray(np.matmul(x, np.add(x, i)))
      return (yield* Profile.events).filter(({ kind }) => kind === "kernel")
    })
    const threads = new Set(
      (await run(program, Layer.provide(Profile.layer, CpuWasm.layerWith({ threads: 2 })))).map(({ thread }) => thread)
    )
    expect([...threads].sort()).toEqual([0, 1])
  })

  it("of control flow are one event for all steps", async () => {
    const scan = await kernels(() =>
      Lax.scan((c: X, x: X) => [np.add(c, x), np.sin(c)] as const, np.array(0), np.ones([100]))[1]
    )
    expect(scan.length).toBeLessThan(5)
    expect(Math.max(...scan.map(({ args }) => Number(args["flops"])))).toBeGreaterThanOrEqual(200)
  })

  it("give the same values, and are not timed when the Layer has gone", async () => {
    const f = jit((x: X) => np.sum(np.sin(np.matmul(x, x))))
    const program = Effect.gen(function*() {
      const inner = yield* Backend.Backend
      const read = Effect.suspend(() => NdArray.toNested(f(np.full([50, 50], 0.1))))
      const timed = yield* Effect.provide(
        Effect.all([read, Profile.events]),
        Layer.provide(Profile.layer, Layer.succeed(Backend.Backend, inner))
      )
      return [timed[0], timed[1].some(({ kind }) => kind === "kernel"), yield* read] as const
    })
    const [timed, hadKernels, plain] = await Effect.runPromise(Effect.provide(program, CpuWasm.layer))
    expect(hadKernels).toBe(true)
    expect(timed).toBe(plain)
  })
})
