/**
 * What running promises: one compilation for equal programs, constant memory, deep graphs, prompt interruption.
 */
import { describe, expect, it } from "@effect/vitest"
import { Backend, grad, jit, NdArray, Nn, Numpy as np, Random, valueAndGrad } from "effax"
import { Cause, Clock, Deferred, Effect, Exit, Fiber, Metric, Tracer } from "effect"
import { backends } from "./backends.ts"

const compilations = Effect.map(
  Effect.flatMap(Backend.Backend, (backend) => backend.statistics),
  (statistics) => statistics.compilations
)

describe.each(backends)("on $name", ({ layer, limited, name }) => {
  describe("compilation", () => {
    it.effect("fresh lambdas with the same Program share one executable", () =>
      Effect.gen(function*() {
        const x = yield* np.add(np.arange(5), 1)
        const before = yield* compilations
        for (let i = 0; i < 5; i++) {
          const f = jit((y: NdArray.Any) => np.multiply(np.sin(y), 3))
          expect((yield* f(x)).shape).toEqual([5])
        }
        expect(yield* compilations).toBe(before + 1)
      }).pipe(Effect.provide(layer)))

    it.effect("programs that differ in a number, a dtype, a static argument or a weak type do not", () =>
      Effect.gen(function*() {
        const x = yield* np.add(np.ones([3]), 0)
        const scaled = jit((y: NdArray.Any, by: number) => np.multiply(y, by), { staticArgnums: 1 })
        expect(yield* NdArray.toNested(scaled(x, 2))).toEqual([2, 2, 2])
        expect(yield* NdArray.toNested(scaled(x, 3))).toEqual([3, 3, 3])
        const apply = jit((f: (y: NdArray.Any) => NdArray.Any, y: NdArray.Any) => f(y), { staticArgnums: 0 })
        expect(yield* NdArray.toNested(apply(np.sin, np.zeros([1])))).toEqual([0])
        expect(yield* NdArray.toNested(apply(np.cos, np.zeros([1])))).toEqual([1])
        const add = jit((y: NdArray.Any, z: NdArray.Any) => np.add(y, z))
        expect((yield* add(np.ones([2], { dtype: "bfloat16" }), 1)).dtype).toBe("bfloat16")
        expect((yield* add(np.ones([2], { dtype: "bfloat16" }), np.array(1, { dtype: "float32" }))).dtype).toBe(
          "float32"
        )
      }).pipe(Effect.provide(layer)))

    it.effect("a number that changes from run to run does not compile anew", () =>
      Effect.gen(function*() {
        const x = yield* np.add(np.ones([3]), 0)
        yield* Effect.asVoid(np.multiply(x, 10.25))
        const before = yield* compilations
        for (let i = 0; i < 4; i++) {
          expect(yield* NdArray.toNested(np.multiply(x, 11.25 + i))).toEqual([11.25 + i, 11.25 + i, 11.25 + i])
        }
        expect(yield* compilations).toBe(before)
      }).pipe(Effect.provide(layer)))

    it.effect("grad(jit(f)) traces f once", () =>
      Effect.gen(function*() {
        let traces = 0
        const f = jit((y: NdArray.Any) => {
          traces++
          return np.sum(np.tanh(y))
        })
        const x = np.array([0.5, 1])
        expect(yield* NdArray.toScalar(f(x))).toBeCloseTo(Math.tanh(0.5) + Math.tanh(1), 6)
        for (let i = 0; i < 3; i++) expect((yield* grad(f)(x)).shape).toEqual([2])
        expect((yield* jit(grad(f))(x)).shape).toEqual([2])
        expect(traces).toBe(1)
      }).pipe(Effect.provide(layer)))

    it.effect("an array that a jitted function closed over is computed once", () =>
      Effect.gen(function*() {
        const expensive = np.matmul(np.ones([8, 8]), np.full([8, 8], 2))
        const f = jit((x: NdArray.Any) => np.add(x, expensive))
        expect((yield* f(np.zeros([8, 8]))).shape).toEqual([8, 8])
        const backend = yield* Backend.Backend
        const { arraysLive } = yield* backend.statistics
        expect((yield* f(np.ones([8, 8]))).shape).toEqual([8, 8])
        const after = yield* backend.statistics
        expect(after.arraysLive).toBeLessThanOrEqual(arraysLive + 3)
        // it was kept beside the description, so that asking for it runs nothing
        expect(String(expensive)).toBe("f32[8, 8]")
        yield* Effect.asVoid(expensive)
        expect((yield* backend.statistics).executions).toBe(after.executions)
        expect(String(expensive)).toMatch(/^f32\[8, 8\] \[\[16/)
      }).pipe(Effect.provide(layer)))
  })

  describe("memory", () => {
    it.effect("ten thousand training steps without ceremony", () =>
      Effect.gen(function*() {
        const backend = yield* Backend.Backend
        const key = Random.key(0)
        const x = yield* Random.normal(key, [16, 8])
        const y = yield* np.sum(x, { axis: 1, keepdims: true })
        const loss = (w: NdArray.Any) => np.mean(np.square(np.subtract(np.matmul(x, w), y)))
        const step = jit((w: NdArray.Any) => {
          const [value, g] = valueAndGrad(loss)(w)
          return { w: np.subtract(w, np.multiply(g, 0.05)), value }
        })
        let state = yield* NdArray.evaluate(step(np.zeros([8, 1])))
        const first = yield* NdArray.toScalar(state.value)
        let most = 0
        for (let i = 0; i < 10_000; i++) {
          state = yield* NdArray.evaluate(step(state.w))
          if (i % 500 === 0) most = Math.max(most, (yield* backend.statistics).bytesLive)
        }
        expect(yield* NdArray.toScalar(state.value)).toBeLessThan(1e-6 * (first as number))
        // 20,000 results of up to 64 bytes each were made; what waits for the collector stays bounded
        expect(most).toBeLessThan(32 << 20)
      }).pipe(Effect.provide(layer)), 120_000)

    it.effect("arrays that are dropped make room for others before memory is full", () =>
      Effect.gen(function*() {
        const step = jit((x: NdArray.Any) => np.add(x, 1))
        let x: NdArray.Any = yield* np.zeros([1 << 18])
        // 40 MiB in a memory of 8, as results and as uploads
        for (let i = 0; i < 20; i++) {
          x = yield* step(x)
          const data = yield* NdArray.fromTypedArray(new Float32Array(1 << 18).fill(i), [1 << 18])
          x = yield* np.add(x, data)
        }
        expect((yield* NdArray.toTypedArray(x))[7]).toBe(20 + 190)
        const held: Array<NdArray.Any> = []
        const error = yield* Effect.flip(Effect.forever(Effect.suspend(() => Effect.map(step(x), (y) => held.push(y)))))
        expect(error._tag).toBe("OutOfMemoryError")
        expect(held.length).toBeGreaterThan(3)
      }).pipe(Effect.provide(limited(8 << 20))))

    it.effect("a stream of large arrays that nobody keeps", () =>
      Effect.gen(function*() {
        const backend = yield* Backend.Backend
        const size = 1 << 20
        let most = 0
        for (let i = 0; i < 150; i++) {
          yield* Effect.asVoid(np.full([size], i))
          most = Math.max(most, (yield* backend.statistics).bytesLive)
        }
        // 600 MiB were made
        expect(most).toBeLessThan(300 << 20)
      }).pipe(Effect.provide(name === "reference" ? limited(256 << 20) : layer)), 60_000)

    it.effect("a scope does not keep what nobody holds until it ends", () =>
      Effect.gen(function*() {
        const backend = yield* Backend.Backend
        let most = 0
        const last = yield* NdArray.scoped(Effect.gen(function*() {
          let x: NdArray.Any = yield* np.zeros([1 << 18])
          for (let i = 0; i < 500; i++) {
            x = yield* np.add(x, 1)
            most = Math.max(most, (yield* backend.statistics).bytesLive)
          }
          return x
        }))
        expect(yield* NdArray.toNumber(np.max(last))).toBe(500)
        // 500 MiB were made in the scope
        expect(most).toBeLessThan(300 << 20)
      }).pipe(Effect.provide(name === "reference" ? limited(256 << 20) : layer)), 60_000)

    it.effect("scopes free what they do not return, nested and on failure", () =>
      Effect.gen(function*() {
        const backend = yield* Backend.Backend
        const live = Effect.map(backend.statistics, (s) => s.arraysLive)
        const before = yield* live
        const kept = yield* NdArray.scoped(Effect.gen(function*() {
          const a = yield* np.add(np.ones([10]), 1)
          const inner = yield* NdArray.scoped(Effect.gen(function*() {
            const b = yield* np.multiply(a, 2)
            return yield* np.sum(b)
          }))
          return { inner }
        }))
        expect(yield* NdArray.toScalar(kept.inner)).toBe(40)
        expect(yield* live).toBe(before + 1)
        const exit = yield* Effect.exit(NdArray.scoped(Effect.gen(function*() {
          const c = yield* np.add(np.ones([10]), 2)
          return yield* Effect.fail(c.shape)
        })))
        expect(Exit.isFailure(exit)).toBe(true)
        expect(yield* live).toBe(before + 1)
      }).pipe(Effect.provide(layer)))
  })

  describe("what doesn't fit", () => {
    const tall = () => np.zeros([65_537, 1])
    const wide = () => np.zeros([2 ** 20])
    // 2^38 + 2^22 bytes of float32: all that 32 bits of the number of bytes, or of units of 64, see is a few MiB
    const programs: { readonly [name: string]: () => NdArray.Any } = {
      "a result": () => np.add(tall(), wide()),
      "a temporary": () => np.sum(np.sort(np.add(tall(), wide()))),
      "an array of more than 2^32 bytes by a little": () => np.add(np.zeros([2 ** 15 + 1, 1]), np.zeros([2 ** 15])),
      "an array of nearly 2^53 elements": () =>
        np.add(np.add(np.zeros([2 ** 17, 1, 1]), np.zeros([2 ** 17, 1])), np.zeros([2 ** 17]))
    }
    it.live.each(Object.entries(programs))(
      "%s is refused, and no other array changes",
      ([what, program]) =>
        Effect.gen(function*() {
          const guard = yield* np.add(np.zeros([1000]), 7)
          const between = yield* np.add(np.zeros([2 ** 21]), 1)
          const after = yield* np.add(np.zeros([1000]), 8)
          // leaves a gap that a request of a few MiB would get
          yield* NdArray.dispose(between)
          const error = yield* Effect.flip(program())
          // a temporary of more elements than kernels count is refused before memory is asked for
          expect(error._tag).toBe(
            what === "a temporary" && name === "cpu-wasm" ? "UnsupportedError" : "OutOfMemoryError"
          )
          expect(yield* NdArray.toNested(guard)).toEqual(Array.from({ length: 1000 }, () => 7))
          expect(yield* NdArray.toNested(after)).toEqual(Array.from({ length: 1000 }, () => 8))
        }).pipe(Effect.provide(limited(2 ** 31)))
    )
  })

  describe("size and time", () => {
    it.effect("a graph of a million nodes", () =>
      Effect.gen(function*() {
        let x: NdArray.Any = yield* np.add(np.zeros([4]), 0)
        for (let i = 0; i < 1_000_000; i++) x = np.add(x, 1)
        expect(yield* NdArray.toNested(x)).toEqual([1e6, 1e6, 1e6, 1e6])
      }).pipe(Effect.provide(layer)), 120_000)

    it.effect("a gradient through a deep graph", () =>
      Effect.gen(function*() {
        const f = (x: NdArray.Any) => {
          let y = x
          for (let i = 0; i < 20_000; i++) y = np.multiply(y, i % 2 === 0 ? 0.5 : 2)
          return np.sum(y)
        }
        expect(yield* NdArray.toNested(grad(f)(np.ones([2])))).toEqual([1, 1])
      }).pipe(Effect.provide(layer)), 60_000)

    it.live("interruption in the middle of a long computation", () =>
      Effect.gen(function*() {
        const a = yield* Random.normal(Random.key(0), [512, 512])
        let product: NdArray.Any = a
        for (let i = 0; i < 3000; i++) product = np.multiply(np.matmul(product, a), 0.04)
        const started = yield* Deferred.make<void>()
        const fiber = yield* Effect.forkChild(
          Effect.andThen(Deferred.succeed(started, undefined), NdArray.evaluate(product))
        )
        yield* Deferred.await(started)
        // long enough to be compiled and running, far shorter than it takes
        yield* Effect.sleep("1500 millis")
        const before = yield* Clock.currentTimeMillis
        yield* Fiber.interrupt(fiber)
        const after = yield* Clock.currentTimeMillis
        const exit = yield* Fiber.await(fiber)
        expect(Exit.isFailure(exit) && Cause.hasInterrupts(exit.cause)).toBe(true)
        // a sixteenth of what is left of it, also where other processes take their turns
        expect(after - before).toBeLessThan(1000)
        // the backend is as good as before
        expect(yield* NdArray.toScalar(np.sum(np.ones([100])))).toBe(100)
      }).pipe(Effect.provide(layer)), 60_000)

    it.effect("many fibers at once", () =>
      Effect.gen(function*() {
        const results = yield* Effect.forEach(
          Array.from({ length: 20 }, (_, i) => i),
          (i) => NdArray.toScalar(np.sum(np.multiply(np.ones([1000]), i))),
          { concurrency: "unbounded" }
        )
        expect(results).toEqual(Array.from({ length: 20 }, (_, i) => 1000 * i))
      }).pipe(Effect.provide(layer)))
  })

  describe("accuracy", () => {
    it.effect("a sum of 2^24 tenths", () =>
      Effect.gen(function*() {
        const sum = yield* NdArray.toScalar(np.sum(np.full([2 ** 24], 0.1)))
        const exact = 2 ** 24 * Math.fround(0.1)
        expect(Math.abs(sum as number - exact) / exact).toBeLessThan(1e-6)
        const columns = yield* NdArray.toNested(np.sum(np.full([2 ** 22, 4], 0.1), { axis: 0 }))
        for (const column of columns as unknown as ReadonlyArray<number>) {
          expect(Math.abs(column - exact / 4) / (exact / 4)).toBeLessThan(1e-6)
        }
      }).pipe(Effect.provide(layer)), 60_000)

    it.effect("logsumexp of nothing, softmax of large numbers", () =>
      Effect.gen(function*() {
        expect(yield* NdArray.toScalar(Nn.logsumexp(np.full([3], -Infinity)))).toBe(-Infinity)
        expect(yield* NdArray.toNested(Nn.softmax(np.array([1000, 1000])))).toEqual([0.5, 0.5])
      }).pipe(Effect.provide(layer)))
  })

  describe("observation", () => {
    it.effect("spans and metrics", () =>
      Effect.gen(function*() {
        const names: Array<string> = []
        const tracer = Tracer.make({
          span: (options) => {
            names.push(options.name)
            return new Tracer.NativeSpan(options)
          }
        })
        const counter = Metric.counter("effax.compilations", { description: "Programs compiled", incremental: true })
        const before = (yield* Metric.value(counter)).count
        const f = jit((x: NdArray.Any) => np.multiply(np.cos(x), 17.5))
        yield* Effect.gen(function*() {
          const x = yield* np.add(np.ones([7]), 0)
          expect((yield* f(x)).shape).toEqual([7])
          expect((yield* f(x)).shape).toEqual([7])
        }).pipe(Effect.withTracer(tracer))
        expect(names).toContain("effax.compile")
        expect(names.filter((span) => span === "effax.execute").length).toBeGreaterThanOrEqual(3)
        expect((yield* Metric.value(counter)).count).toBeGreaterThan(before)
      }).pipe(Effect.provide(layer)))

    it.effect("every hit of the cache and the bytes live are counted, whether somebody traces or not", () =>
      Effect.gen(function*() {
        const backend = yield* Backend.Backend
        const hits = Metric.counter("effax.cache.hits", {
          description: "Executions that found their Program compiled",
          incremental: true
        })
        const live = Metric.gauge("effax.bytes.live", { description: "Bytes of device memory that arrays take" })
        const f = jit((x: NdArray.Any) => np.multiply(x, 18.5))
        const x = yield* f(yield* np.add(np.ones([8]), 0))
        const before = (yield* Metric.value(hits)).count
        for (let i = 0; i < 5; i++) expect((yield* f(x)).shape).toEqual([8])
        expect((yield* Metric.value(hits)).count).toBe(before + 5)
        expect((yield* Metric.value(live)).value).toBe((yield* backend.statistics).bytesLive)
      }).pipe(Effect.provide(layer)))
  })
})
