/**
 * Computations that call the host: in the order of the program, through every transformation, on every backend.
 */
import { describe, expect, it } from "@effect/vitest"
import {
  Backend,
  customVjp,
  Debug,
  Errors,
  grad,
  jit,
  jvp,
  Lax,
  NdArray,
  Numpy as np,
  pureCallback,
  ShapeDType,
  vmap
} from "effax"
import { Cause, Console, Context, Deferred, Effect, Exit, Fiber, Ref } from "effect"
import { backends } from "./backends.ts"

const noted = () => {
  const seen: Array<unknown> = []
  const note = (x: NdArray.Any): NdArray.Any =>
    Debug.callback(x, (value) => Effect.sync(() => void seen.push(value.toNested())))
  return { seen, note }
}

/** An effect with what it printed. */
const printing = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<ReadonlyArray<string>, E, R> =>
  Effect.suspend(() => {
    const lines: Array<string> = []
    const capture: Console.Console = {
      ...console,
      log: (...line: ReadonlyArray<unknown>) => void lines.push(line.join(" "))
    }
    return Effect.as(Effect.provideService(effect, Console.Console, capture), lines)
  })

/** Runs an array for the calls of the host on its way. */
const run = (x: NdArray.Any) => Effect.asVoid(x)

const live = Effect.map(
  Effect.flatMap(Backend.Backend, (backend) => backend.statistics),
  ({ arraysLive, bytesLive }) => ({ arraysLive, bytesLive })
)

const twice = pureCallback(
  (x: Debug.HostValue) => x.toNumbers().map((v) => 2 * v),
  new ShapeDType([3], "float32"),
  {
    name: "twice",
    vmapMethod: "sequential"
  }
)

describe.each(backends)("on $name", ({ layer, name }) => {
  describe("Debug.print", () => {
    it.effect("prints when its result is computed, and leaves values as they are", () =>
      Effect.gen(function*() {
        const x = Debug.print(np.array([1, 2.5]), "x = {x}")
        expect(yield* printing(Effect.void)).toEqual([])
        let value: unknown
        expect(yield* printing(Effect.map(NdArray.toNested(np.add(x, 1)), (v) => value = v))).toEqual([
          "x = [1. , 2.5]"
        ])
        expect(value).toEqual([2, 3.5])
      }).pipe(Effect.provide(layer)))

    it.effect("fills placeholders by name, by path, in order, with digits", () =>
      Effect.gen(function*() {
        const x = np.array([1, 2])
        const values = { a: x, b: { c: np.array(0.5), d: "text" }, n: 3 }
        const of = (format: string) => printing(Debug.print(x, format, values))
        expect(yield* of("{a} {b.c} {b.d} {n}")).toEqual(["[1., 2.] 0.5 text 3"])
        expect(yield* of("{} {{}} {}")).toEqual(["[1., 2.] {} { c: 0.5, d: text }"])
        expect(yield* of("{a:.2f} {b.c:.1e}")).toEqual(["[1.00, 2.00] 5.0e-1"])
        expect(yield* printing(x.pipe(Debug.print("one: {anything} {}")))).toEqual(["one: [1., 2.] [1., 2.]"])
        expect(yield* printing(x.pipe(Debug.print()))).toEqual(["f32[2] [1., 2.]"])
        expect(yield* printing(Debug.print({ x, y: [np.array(true)] }).x)).toEqual([
          "x: f32[2] [1., 2.]\ny[0]: bool[] true"
        ])
      }).pipe(Effect.provide(layer)))

    it.effect("prints arrays without elements", () =>
      Effect.gen(function*() {
        expect(yield* printing(run(Debug.print(np.zeros([0, 2]), "nothing: {x}")))).toEqual(["nothing: []"])
      }).pipe(Effect.provide(layer)))

    it.effect("prints the primal of a derivative once, and nothing of what is not used", () =>
      Effect.gen(function*() {
        const f = (x: NdArray.Any) => np.sum(np.square(Debug.print(x, "{x}")))
        const x = np.array([1, 2])
        expect(yield* printing(NdArray.toNested(grad(f)(x)))).toEqual(["[1., 2.]"])
        expect(yield* printing(NdArray.toNested(grad(jit(f))(x)))).toEqual(["[1., 2.]"])
        expect(yield* printing(NdArray.evaluate(jvp(f, [x], [x])))).toEqual(["[1., 2.]"])
        expect(yield* NdArray.toNested(grad(f)(x))).toEqual([2, 4])
        const unused = jit((y: NdArray.Any) => {
          void Debug.print(y, "unused")
          return np.add(y, 1)
        })
        expect(yield* printing(unused(x))).toEqual([])
      }).pipe(Effect.provide(layer)))
  })

  describe("order", () => {
    it.effect("of a program is that in which it was written", () =>
      Effect.gen(function*() {
        const f = jit((x: NdArray.Any) => {
          const a = Debug.print(x, "first {x}")
          const b = Debug.print(np.add(a, 1), "second {x}")
          const c = Debug.print(np.multiply(x, 5), "third {x}")
          return [np.add(c, 1), b]
        })
        const lines = yield* printing(NdArray.evaluate(f(np.array([1]))))
        expect(lines).toEqual(["first [1.]", "second [2.]", "third [5.]"])
      }).pipe(Effect.provide(layer)))

    it.effect("of scan is that of its steps, also in reverse and nested", () =>
      Effect.gen(function*() {
        const { note, seen } = noted()
        const sums = jit((xs: NdArray.Any) =>
          Lax.scan(
            (carry: NdArray.Any, x: NdArray.Any) => {
              const next = note(np.add(carry, x))
              return [next, np.multiply(next, 2)]
            },
            np.array(0),
            xs
          )
        )
        const [last, ys] = sums(np.array([1, 2, 3]))
        yield* NdArray.evaluate([last, ys])
        expect(seen).toEqual([1, 3, 6])
        expect(yield* NdArray.toNested(ys)).toEqual([2, 6, 12])
        seen.length = 0
        const [backwards] = Lax.scan(
          (carry: NdArray.Any, x: NdArray.Any) => [note(np.add(carry, x)), null] as const,
          np.array(0),
          np.array([1, 2, 3]),
          { reverse: true }
        )
        yield* run(backwards)
        expect(seen).toEqual([3, 5, 6])
        seen.length = 0
        const [nested] = Lax.scan(
          (carry: NdArray.Any, x: NdArray.Any) =>
            Lax.scan((c: NdArray.Any, y: NdArray.Any) => [note(np.add(c, y)), null] as const, carry, x),
          np.array(0),
          np.array([[1, 2], [3, 4]])
        )
        yield* run(nested)
        expect(seen).toEqual([1, 3, 6, 10])
      }).pipe(Effect.provide(layer)))

    it.effect("of while: every step, and the gradient of a scan prints each step once", () =>
      Effect.gen(function*() {
        const { note, seen } = noted()
        const out = Lax.whileLoop((x: NdArray.Any) => np.less(x, 50), (x: NdArray.Any) =>
          note(np.multiply(x, 3)), np.array(1))
        expect(yield* NdArray.toNumber(out)).toBe(81)
        expect(seen).toEqual([3, 9, 27, 81])
        seen.length = 0
        const f = (x: NdArray.Any) =>
          Lax.scan(
            (c: NdArray.Any) =>
              [np.sin(note(c)), null] as const,
            x,
            null,
            { length: 3 }
          )[0]
        const slope = yield* NdArray.toNumber(grad(f)(np.array(1)))
        const s = [1, Math.sin(1), Math.sin(Math.sin(1))]
        expect(slope).toBeCloseTo(Math.cos(s[0]!) * Math.cos(s[1]!) * Math.cos(s[2]!), 5)
        expect(seen.length).toBe(3)
        seen.forEach((value, i) =>
          expect(value).toBeCloseTo(s[i]!, 6)
        )
      }).pipe(Effect.provide(layer)))

    it.effect("of cond: only the branch that is taken", () =>
      Effect.gen(function*() {
        const f = jit((x: NdArray.Any) =>
          Lax.cond(
            np.greater(x, 0),
            (y: NdArray.Any) => Debug.print(y, "positive {y}"),
            (y: NdArray.Any) => np.negative(Debug.print(y, "not positive {y}")),
            x
          )
        )
        expect(yield* printing(NdArray.toNested(f(np.array(2))))).toEqual(["positive 2."])
        expect(yield* printing(NdArray.toNested(f(np.array(-3))))).toEqual(["not positive -3."])
        const [, ys] = Lax.scan((c: NdArray.Any, x: NdArray.Any) => [c, f(x)], np.array(0), np.array([1, -1, 2]))
        expect(yield* printing(NdArray.toNested(ys))).toEqual(["positive 1.", "not positive -1.", "positive 2."])
      }).pipe(Effect.provide(layer)))

    it.effect("of vmap: once for each example, outer before inner; once where nothing is batched", () =>
      Effect.gen(function*() {
        const { note, seen } = noted()
        const x = np.array([[1, 2, 3], [4, 5, 6]])
        yield* run(vmap(note)(x))
        expect(seen).toEqual([[1, 2, 3], [4, 5, 6]])
        seen.length = 0
        yield* run(jit(vmap(vmap(note)))(x))
        expect(seen).toEqual([1, 2, 3, 4, 5, 6])
        seen.length = 0
        yield* run(vmap(vmap(note), { inAxes: 1 })(x))
        expect(seen).toEqual([1, 4, 2, 5, 3, 6])
        const value = np.array(7)
        const once = vmap((row: NdArray.Any) => Debug.print(row, "{v}", { v: value }))(x)
        expect(yield* printing(once)).toEqual(["7."])
        seen.length = 0
        const [, ys] = vmap((row: NdArray.Any) =>
          Lax.scan((c: NdArray.Any, y: NdArray.Any) => [c, note(y)], np.array(0), row)
        )(x)
        yield* run(ys)
        expect(seen).toEqual([1, 4, 2, 5, 3, 6])
      }).pipe(Effect.provide(layer)))
  })

  describe("functions", () => {
    it.effect("with equal Programs share an executable, and each is called in its own", () =>
      Effect.gen(function*() {
        const x = yield* np.add(np.arange(3), 0)
        const backend = yield* Backend.Backend
        const [a, b] = [noted(), noted()]
        const make = (note: (x: NdArray.Any) => NdArray.Any) => jit((y: NdArray.Any) => np.multiply(note(y), 3))
        const [fa, fb] = [make(a.note), make(b.note)]
        yield* run(fa(x))
        const { compilations } = yield* backend.statistics
        yield* run(fb(x))
        yield* run(fa(x))
        expect((yield* backend.statistics).compilations).toBe(compilations)
        expect([a.seen.length, b.seen.length]).toEqual([2, 1])
      }).pipe(Effect.provide(layer)))

    it.effect("that are shared by equations are not confused with functions that are not", () =>
      Effect.gen(function*() {
        // one Program calls an inner one twice, the other two equal inner ones that call different functions
        const x = yield* np.add(np.arange(2), 1)
        const [a, b] = [noted(), noted()]
        const make = (note: (x: NdArray.Any) => NdArray.Any) => jit((y: NdArray.Any) => np.multiply(note(y), 2))
        const [fa, fb] = [make(a.note), make(b.note)]
        const same = jit((y: NdArray.Any) => fa(fa(y)))
        const different = jit((y: NdArray.Any) => fa(fb(y)))
        yield* run(same(x))
        expect([a.seen, b.seen]).toEqual([[[1, 2], [2, 4]], []])
        yield* run(different(x))
        expect([a.seen, b.seen]).toEqual([[[1, 2], [2, 4], [2, 4]], [[1, 2]]])
      }).pipe(Effect.provide(layer)))

    it.effect("run in the fiber that executes, with its services, and may take their time", () =>
      Effect.gen(function*() {
        const Unit = Context.Reference<string>("test/Unit", { defaultValue: () => "none" })
        const seen: Array<string> = []
        const x = Debug.callback(np.array([1]), (value) =>
          Effect.gen(function*() {
            yield* Effect.promise(() => new Promise((resolve) => setTimeout(resolve, 5)))
            seen.push(`${String(value)} ${yield* Unit}`)
          }))
        yield* Effect.provideService(run(np.add(x, 1)), Unit, "metre")
        expect(seen).toEqual(["f32[1] [1.] metre"])
      }).pipe(Effect.provide(layer)))

    it.effect("see every dtype as it is", () =>
      Effect.gen(function*() {
        const seen: Array<unknown> = []
        const of = {
          b: np.array([true, false]),
          i: np.array([1n, -2n], { dtype: "int64" }),
          h: np.array([1.5], { dtype: "bfloat16" }),
          u: np.array(7, { dtype: "uint8" }),
          none: np.zeros([0, 2])
        }
        const { b } = Debug.callback(of, (v) =>
          Effect.sync(() =>
            void seen.push(v.b.toNested(), v.i.toNested(), v.h.toNested(), v.u.toScalar(), v.none.toNested())
          ))
        expect(yield* NdArray.toNested(np.logicalNot(b))).toEqual([false, true])
        expect(seen).toEqual([[true, false], [1n, -2n], [1.5], 7, []])
      }).pipe(Effect.provide(layer)))

    it.effect("may compute on the same backend", () =>
      Effect.gen(function*() {
        const context = yield* Effect.context<Backend.Backend>()
        const seen: Array<number> = []
        // large enough for the pool, where there is one
        const large = jit((x: NdArray.Any) => np.sum(np.matmul(np.broadcastTo(x, [256, 256]), np.ones([256, 256]))))
        const inner = (x: NdArray.Any) =>
          Debug.callback(x, (value) => Effect.sync(() => void seen.push(Number(value.toScalar()))))
        const watch = (x: NdArray.Any) =>
          Debug.callback(x, (value) =>
            Effect.gen(function*() {
              const again = NdArray.fromTypedArray(value.data as Float32Array, [])
              // a nested execution that itself calls the host
              seen.push(yield* NdArray.toNumber(large(inner(again))))
            }).pipe(Effect.provide(context)))
        const [last] = jit((x: NdArray.Any) =>
          Lax.scan((c: NdArray.Any) => [watch(np.add(c, 1)), null] as const, x, null, { length: 3 })
        )(np.array(0))
        expect(yield* NdArray.toNumber(last)).toBe(3)
        expect(seen).toEqual([1, 2 ** 24, 2, 2 ** 25, 3, 3 * 2 ** 24])
      }).pipe(Effect.provide(layer)), 20_000)

    it.effect("of several executions at once don't wait for each other", () =>
      Effect.gen(function*() {
        // each waits for the one after it: they all have to be in their callback at once
        const count = 4
        const gates = yield* Effect.forEach(Array.from({ length: count }), () => Deferred.make<void>())
        const order: Array<number> = []
        yield* Effect.forEach(gates, (_, i) => {
          const x = Debug.callback(np.array([i, 0]), () =>
            Effect.gen(function*() {
              if (i + 1 < count) yield* Deferred.await(gates[i + 1]!)
              order.push(i)
              yield* Deferred.succeed(gates[i]!, undefined)
            }))
          return NdArray.toNested(np.sum(x))
        }, { concurrency: "unbounded" })
        expect(order).toEqual([3, 2, 1, 0])
      }).pipe(Effect.provide(layer)), 20_000)
  })

  describe("failures", () => {
    const failing = (effect: Effect.Effect<unknown, unknown>, callbackName = "broken") => {
      const f = () => effect
      Object.defineProperty(f, "name", { value: callbackName })
      return jit((x: NdArray.Any) => np.multiply(Debug.callback(np.add(x, 1), f), 2))
    }

    it.effect("say that a Promise came back, where an Effect was expected", () =>
      Effect.gen(function*() {
        const x = np.ones([2])
        const spec = new ShapeDType([2], "float32")
        const given: { readonly [name: string]: () => NdArray.Any } = {
          "the result of later is a Promise": () =>
            pureCallback((async () => [1, 2]) as never, spec, { name: "later" })() as never,
          // which must not end the process when it is rejected
          "the result of refused is a Promise": () =>
            pureCallback((() => Promise.reject(new Error("no"))) as never, spec, { name: "refused" })() as never,
          "the result a of part is a Promise": () =>
            (pureCallback((() => ({ a: Promise.resolve(1) })) as never, { a: spec }, { name: "part" })() as never)["a"],
          "an element of the result of list is a Promise": () =>
            pureCallback((() => [1, Promise.resolve(2)]) as never, spec, { name: "list" })() as never,
          "Debug.callback: watch returned a Promise": () => Debug.callback(x, (async function watch() {}) as never)
        }
        for (const [message, program] of Object.entries(given)) {
          const error = yield* Effect.flip(program())
          expect(error._tag).toBe("CallbackError")
          expect(error.message).toContain(message)
          expect(error.message).toContain("Effect.promise(() => f(x))")
        }
        const circular: Array<unknown> = []
        circular.push(circular)
        const error = yield* Effect.flip(pureCallback((() => circular) as never, spec)() as NdArray.Any)
        expect(error.message).toContain("or of one that contains itself")
      }).pipe(Effect.provide(layer)))

    it.effect("are none where a callback that looks on returns nothing", () =>
      Effect.gen(function*() {
        const seen: Array<unknown> = []
        const x = Debug.callback(np.array([1, 2]), (value) => {
          seen.push(value.toNested())
        })
        expect(yield* NdArray.toNested(np.add(x, 1))).toEqual([2, 3])
        expect(seen).toEqual([[1, 2]])
      }).pipe(Effect.provide(layer)))

    it.effect("are a CallbackError with their cause; the backend goes on, and nothing is leaked", () =>
      Effect.gen(function*() {
        const x = yield* np.add(np.arange(4), 0)
        const before = yield* live
        const cause = new Error("no such luck")
        const effects: ReadonlyArray<Effect.Effect<unknown, unknown>> = [
          Effect.fail(cause),
          Effect.die(cause),
          Effect.suspend(() => {
            throw cause
          })
        ]
        for (const effect of effects) {
          const error = yield* Effect.flip(failing(effect)(x))
          expect(error).toBeInstanceOf(Errors.CallbackError)
          expect(error).toMatchObject({ _tag: "CallbackError", backend: name, callback: "broken", cause })
          expect(error.message).toBe("the callback broken failed: no such luck")
        }
        expect(yield* live).toEqual(before)
        expect(yield* NdArray.toNested(np.add(x, 1))).toEqual([1, 2, 3, 4])
        expect(yield* NdArray.toNested(failing(Effect.void)(x))).toEqual([2, 4, 6, 8])
      }).pipe(Effect.provide(layer)))

    it.effect("end loops at the step where they happen", () =>
      Effect.gen(function*() {
        const calls = yield* Ref.make(0)
        const [last] = jit((x: NdArray.Any) =>
          Lax.scan(
            (c: NdArray.Any) =>
              [
                Debug.callback(np.add(c, 1), (v) =>
                  Effect.andThen(
                    Ref.update(calls, (n) => n + 1),
                    Number(v.toScalar()) === 3 ? Effect.fail("three") : Effect.void
                  )),
                null
              ] as const,
            x,
            null,
            { length: 100 }
          )
        )(np.array(0))
        const error = yield* Effect.flip(last)
        expect(error).toMatchObject({ _tag: "CallbackError", cause: "three" })
        expect(yield* Ref.get(calls)).toBe(3)
      }).pipe(Effect.provide(layer)))

    it.live("interruption reaches the callback's effect", () =>
      Effect.gen(function*() {
        const x = yield* np.add(np.arange(4), 0)
        const before = yield* live
        const started = yield* Deferred.make<void>()
        const ended = yield* Ref.make(false)
        const waiting = Effect.onInterrupt(
          Effect.andThen(Deferred.succeed(started, undefined), Effect.never),
          () => Ref.set(ended, true)
        )
        const fiber = yield* Effect.forkChild(failing(waiting)(x))
        yield* Deferred.await(started)
        yield* Fiber.interrupt(fiber)
        const exit = yield* Fiber.await(fiber)
        expect(Exit.isFailure(exit) && Cause.hasInterruptsOnly(exit.cause)).toBe(true)
        expect(yield* Ref.get(ended)).toBe(true)
        expect(yield* live).toEqual(before)
        expect(yield* NdArray.toNested(failing(Effect.void)(x))).toEqual([2, 4, 6, 8])
      }).pipe(Effect.provide(layer)))
  })

  describe("pureCallback", () => {
    const x = np.array([1, 2, 3])

    it.effect("computes under jit, scan, cond, while and vmap", () =>
      Effect.gen(function*() {
        expect(yield* NdArray.toNested(np.add(twice(x), 1))).toEqual([3, 5, 7])
        expect(yield* NdArray.toNested(jit(twice)(x))).toEqual([2, 4, 6])
        const [carry, ys] = Lax.scan((c: NdArray.Any) => [twice(c), np.sum(c)], x, null, { length: 3 })
        expect(yield* NdArray.toNested(carry)).toEqual([8, 16, 24])
        expect(yield* NdArray.toNested(ys)).toEqual([6, 12, 24])
        const branch = (p: boolean) => Lax.cond(np.array(p), twice, (y: NdArray.Any) => np.negative(y), x)
        expect(yield* NdArray.toNested(branch(true))).toEqual([2, 4, 6])
        expect(yield* NdArray.toNested(branch(false))).toEqual([-1, -2, -3])
        const grown = Lax.whileLoop((c: NdArray.Any) => np.less(np.sum(c), 50), twice, x)
        expect(yield* NdArray.toNested(grown)).toEqual([16, 32, 48])
        const batch = np.array([[1, 2, 3], [4, 5, 6]])
        expect(yield* NdArray.toNested(vmap(twice)(batch))).toEqual([[2, 4, 6], [8, 10, 12]])
        expect(yield* NdArray.toNested(vmap(jit(vmap(twice)))(np.reshape(batch, [2, 1, 3])))).toEqual([[[2, 4, 6]], [[
          8,
          10,
          12
        ]]])
      }).pipe(Effect.provide(layer)))

    it.effect("is vectorised as vmapMethod says", () =>
      Effect.gen(function*() {
        for (
          const [vmapMethod, expected] of [
            ["sequential", [[3], [2], [3], [2]]],
            ["expandDims", [[2, 3], [1, 2]]],
            ["broadcastAll", [[2, 3], [2, 2]]]
          ] as const
        ) {
          const shapes: Array<ReadonlyArray<number>> = []
          const f = pureCallback(
            (a: Debug.HostValue, b: Debug.HostValue) => {
              shapes.push(a.shape, b.shape)
              return a
            },
            new ShapeDType([3], "float32"),
            { vmapMethod }
          )
          const batched = vmap(f, { inAxes: [0, null] })(np.array([[1, 2, 3], [4, 5, 6]]), np.array([1, 2]))
          expect(yield* NdArray.toNested(batched)).toEqual([[1, 2, 3], [4, 5, 6]])
          expect(shapes).toEqual(expected)
        }
        const none = pureCallback((a: Debug.HostValue) => a, new ShapeDType([], "float32"), { name: "lookup" })
        expect(() => vmap(none)(x)).toThrow(/lookup is called by a pureCallback .*`vmapMethod`/)
      }).pipe(Effect.provide(layer)))

    it.effect("takes trees, scalars and Effects, and gives trees", () =>
      Effect.gen(function*() {
        const f = pureCallback(
          ({ a, n }: { readonly a: Debug.HostValue<"float32">; readonly n: Debug.HostValue<"float32", readonly []> }) =>
            Effect.succeed({
              sum: a.toNumbers().reduce((s, v) => s + v, n.toScalar()),
              parts: [[[1, 2]], Int8Array.of(3)] as const
            }),
          {
            sum: new ShapeDType([], "float32"),
            parts: [new ShapeDType([1, 2], "int32"), new ShapeDType([1], "int8")] as const
          }
        )
        const { parts, sum } = f({ a: x, n: 10 })
        expect(yield* NdArray.toScalar(sum)).toBe(16)
        expect(yield* NdArray.toNested(parts[0])).toEqual([[1, 2]])
        expect(yield* NdArray.toNested(parts[1])).toEqual([3])
      }).pipe(Effect.provide(layer)))

    it.effect("that gives something else than was specified fails with a message that says what and where", () =>
      Effect.gen(function*() {
        const spec = { a: new ShapeDType([2], "int32") }
        const of = (result: unknown) =>
          Effect.map(
            Effect.flip(pureCallback((_: Debug.HostValue) => result as never, spec, { name: "f" })(x).a),
            (error) => {
              expect(error._tag).toBe("CallbackError")
              return error.message.replace("the callback f failed: pureCallback: ", "")
            }
          )
        expect(yield* of({ a: [1, 2, 3] })).toBe("the result a of f has the shape [3], but its specification says [2]")
        expect(yield* of({ a: [[1, 2]] })).toBe(
          "the result a of f has the shape [1, 2], but its specification says [2]"
        )
        expect(yield* of({ a: [1, [2]] })).toMatch(/nested arrays of different lengths/)
        expect(yield* of({ a: [1, 2.5] })).toMatch(/a of f .*2.5.* int32/)
        expect(yield* of({ a: [1, "2"] })).toMatch(/a of f .*string.* int32/)
        expect(yield* of({ a: Float32Array.of(1, 2) })).toMatch(/a of f is a Float32Array, .* int32/)
        expect(yield* of({ a: Int32Array.of(1) })).toMatch(/of 1 elements, .* \[2\]/)
        expect(yield* of({ b: [1, 2] })).toMatch(/f returned another tree than its specification \{ a: \* \}/)
        expect(yield* of(undefined)).toMatch(/f returned another tree/)
      }).pipe(Effect.provide(layer)))

    it.effect("has a derivative only where it is given one", () =>
      Effect.gen(function*() {
        expect(() => grad((y: NdArray.Any) => np.sum(twice(y)))(x)).toThrow(/twice .* customJvp or customVjp/)
        const custom = customVjp(twice, {
          forward: (y: NdArray.Any) => [twice(y), null] as const,
          backward: (_: unknown, ct: NdArray.Any) => [twice(ct)] as const
        } as never) as (y: NdArray.Any) => NdArray.Any
        expect(yield* NdArray.toNested(grad((y: NdArray.Any) => np.sum(np.multiply(custom(y), y)))(x))).toEqual([
          4,
          8,
          12
        ])
      }).pipe(Effect.provide(layer)))
  })
})
