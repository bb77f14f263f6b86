/**
 * Layers that check, on every backend: what they find, where they say it is, and that they change nothing else. What counts
 * as an error is what `jax.debug_nans` and `jax.experimental.checkify` of JAX 0.10.2 say.
 */
import { Reference } from "@effax/reference"
import { describe, expect, it } from "@effect/vitest"
import {
  Backend,
  checkpoint,
  Checks,
  customJvp,
  Debug,
  grad,
  jit,
  Lax,
  NdArray,
  Numpy as np,
  Profile,
  Random,
  vmap
} from "effax"
import type { ArgumentError, CheckError, ExecutionError, NonFiniteError } from "effax/Errors"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { backends } from "./backends.ts"
import { failure, ints, line, lineOf, run, value } from "./located.ts"

type X = NdArray.Any

describe.each(backends)("on $name", ({ layer, name }) => {
  const nonFinite = Layer.provide(Checks.layerNonFinite, layer)
  const checked = Layer.provide(Checks.layerChecked, layer)

  describe("layerNonFinite", () => {
    it("names the operation, the line, the element and the operands", async () => {
      let expected = 0
      const error = await failure<NonFiniteError>(nonFinite, () => {
        const f = jit(function loss(x: X) {
          const y = np.subtract(x, 1)
          expected = line() + 1
          return np.sum(np.log(y))
        })
        return f(np.array([2, 0.5, 3]))
      })
      expect([error._tag, error.backend, error.primitive, error.index, error.value]).toEqual(
        ["NonFiniteError", name, "log", [1], NaN]
      )
      expect(lineOf(error.location)).toBe(expected)
      expect(error.location).toMatch(/\(loss\)$/)
      expect(error.path).toEqual([expect.stringMatching(/^jit loss at .*checks\.test\.ts/)])
      expect(error.equation).toBe("b:f32[3] = log a")
      expect(error.message.split("\n").filter((text) => !/^  (at|in) /.test(text))).toEqual([
        "log: the result is NaN at [1]",
        "  equation: b:f32[3] = log a",
        "  operand 0: f32[3], min -0.5, max 2: [ 1. , -0.5,  2. ]"
      ])
    })

    it("names the line of the operation whose derivative is NaN", async () => {
      let expected = 0
      const error = await failure<NonFiniteError>(nonFinite, () => {
        const f = (x: X) => {
          expected = line() + 1
          const y = np.sqrt(x)
          // the value is 0, its derivative is 0 * inf
          return np.sum(np.multiply(y, 0))
        }
        return grad(f)(np.array([0, 4]))
      })
      expect([error.index, error.value]).toEqual([[0], NaN])
      expect(lineOf(error.location)).toBe(expected)
    })

    it("goes into branches and the steps of loops", async () => {
      const scan = await failure<NonFiniteError>(
        nonFinite,
        () =>
          jit((x: X) => Lax.scan((c: X, s: X) => [np.subtract(c, s), np.log(c)] as const, x, np.ones([4]))[1])(
            np.array(2.5)
          )
      )
      expect([scan.primitive, scan.path.map((part) => part.split(" at ")[0])]).toEqual(["log", [
        "jit <lambda>",
        "step 3 of scan"
      ]])
      const backwards = await failure<NonFiniteError>(
        nonFinite,
        () =>
          Lax.scan(
            (c: X, s: X) => [np.subtract(c, s), np.log(c)] as const,
            np.array(2.5),
            np.arange(4, { dtype: "float32" }),
            {
              reverse: true
            }
          )[1]
      )
      expect(backwards.path[0]).toMatch(/^step 1 of scan \(slice 2\)/)
      const loop = await failure<NonFiniteError>(nonFinite, () =>
        Lax.whileLoop(
          (c: X) => np.greater(c, -3),
          (c: X) => np.subtract(np.multiply(c, np.divide(c, c)), 1),
          np.array(2)
        ))
      expect([loop.primitive, loop.path[0]!.split(" at ")[0]]).toEqual(["div", "step 2 of while"])
      const branch = await failure<NonFiniteError>(
        nonFinite,
        () => Lax.cond(np.array(true), (x: X) => np.sqrt(x), (x: X) => x, np.array([-1]))
      )
      expect([branch.primitive, branch.path[0]!.split(" at ")[0]]).toEqual(["sqrt", "branch 1 of cond"])
    })

    it("goes into calls, and says on which way", async () => {
      const root = (x: X) => np.sqrt(x)
      const calls: ReadonlyArray<readonly [string, (x: X) => X]> = [
        ["jit root", jit(root)],
        ["checkpoint", checkpoint(root) as (x: X) => X],
        ["custom_jvp_call root", customJvp(root, ([x], [dx]) => [np.sqrt(x), dx]) as (x: X) => X]
      ]
      for (const [name, call] of calls) {
        const error = await failure<NonFiniteError>(nonFinite, () => call(np.array([-1])))
        expect([error.primitive, error.path.map((part) => part.split(" at ")[0])]).toEqual(["sqrt", [name]])
        expect(error.location).toMatch(/\(root\)$/)
      }
    })

    it("says what was NaN from the start", async () => {
      const error = await failure<NonFiniteError>(nonFinite, () => np.exp(np.array([1, NaN])))
      expect(error.message).toContain("operand 0, which was given, has NaN at [1] already")
    })

    it("lets NaN that are masked away, and infinities, pass", async () => {
      expect(await value(nonFinite, () => np.where(np.array([false, true]), np.log(np.array([-1, 1])), 5))).toEqual([
        5,
        0
      ])
      expect(await value(nonFinite, () => np.log(np.array([0])))).toEqual([-Infinity])
    })

    it("blames what gets to the result, not what is masked away before", async () => {
      const error = await failure<NonFiniteError>(nonFinite, () => {
        const masked = np.where(np.array([false, true]), np.log(np.array([-1, 1])), -5)
        return np.sqrt(masked)
      })
      expect([error.primitive, error.index]).toEqual(["sqrt", [0]])
    })

    it("finds infinities where it is told to, in half precision too", async () => {
      const inf = Checks.layerNonFiniteWith({ inf: true, nan: false }).pipe(Layer.provide(layer), Layer.orDie)
      const error = await failure<NonFiniteError>(inf, () => np.exp(np.array([1, 100], { dtype: "bfloat16" })))
      expect([error.primitive, error.index, error.value]).toEqual(["exp", [1], Infinity])
      expect(await value(inf, () => np.log(np.array([-1])))).toEqual([NaN])
    })

    it("gives each of two equal Programs its own line", async () => {
      const lines: Array<number> = []
      const program = Effect.gen(function*() {
        for (const f of [(x: X) => np.log(x), (x: X) => np.log(x)]) {
          const error = yield* Effect.flip(NdArray.toNested(f(np.array([-1]))))
          lines.push(Number(/:(\d+)\)?$/.exec((error as NonFiniteError).location!.replace(/ \(.*$/, ""))![1]))
        }
      })
      await run(program, nonFinite)
      expect(lines[0]).not.toBe(lines[1])
    })

    it("calls nothing of the host again that only looks", async () => {
      const seen: Array<unknown> = []
      const error = await failure<NonFiniteError>(nonFinite, () =>
        Lax.scan(
          (c: X, x: X) => {
            const shown = Debug.callback(c, (value) => Effect.sync(() => void seen.push(value.toScalar())))
            return [np.subtract(c, x), np.log(shown as X)] as const
          },
          np.array(1.5),
          np.ones([3])
        )[1])
      expect([error.primitive, seen]).toEqual(["log", [1.5, 0.5, -0.5]])
    })

    it("frees what it computed", async () => {
      const program = Effect.gen(function*() {
        const { driver } = yield* Backend.Backend
        const x = yield* np.array([-1, 2])
        const before = driver.bytesLive()
        yield* Effect.flip(NdArray.toNested(np.log(x)))
        return driver.bytesLive() - before
      })
      expect(await run(program, nonFinite)).toBe(0)
    })
  })

  describe("checked", () => {
    const at = (position: number) => ints(position)

    it.each<[string, () => X, string]>([
      ["take", () => np.take(np.arange(5), ints(1, 7)), "gather: index 7 is out of bounds for axis 0 of length 5"],
      [
        "at.add",
        () => np.at(np.arange(5), ints(7)).add(1),
        "scatter_add: index 7 is out of bounds for axis 0 of length 5"
      ],
      [
        "at.set",
        () => np.at(np.zeros([2, 3]), [0, at(-4)]).set(1),
        "scatter: index -1 is out of bounds for axis 1 of length 3"
      ],
      [
        "dynamicSlice",
        () => Lax.dynamicSlice(np.arange(10), [np.max(ints(7))], [4]),
        "dynamic_slice: a window of 4 from 7 is out of bounds for axis 0 of length 10"
      ],
      [
        "dynamicUpdateSlice",
        () => Lax.dynamicUpdateSlice(np.arange(10), np.arange(2), [np.max(ints(-1))]),
        "dynamic_update_slice: a window of 2 from 9 is out of bounds for axis 0 of length 10"
      ]
    ])("finds an index of %s that is out of bounds", async (_, make, message) => {
      const error = await failure<CheckError>(checked, make)
      expect([error._tag, error.kind, error.message.split("\n")[0]!.replace(/ \(index vector.*/, "")]).toEqual(
        ["CheckError", "index", message]
      )
    })

    it.each<[string, () => X]>([
      ["float div", () => np.divide(np.array([1, 2]), np.array([1, 0]))],
      ["int rem", () => Lax.rem(ints(1, 2), ints(1, 0))],
      ["floorDivide", () => np.floorDivide(ints(1, 2), ints(1, 0))],
      ["float floorDivide", () => np.floorDivide(np.array([1, 2]), np.array([1, 0]))],
      ["Lax.div", () => Lax.div(ints(1, 2), ints(1, 0))],
      ["remainder", () => np.remainder(ints(1, 2), ints(1, 0))],
      ["fmod", () => np.fmod(ints(1, 2), ints(1, 0))],
      [
        "unsigned remainder",
        () => np.remainder(np.array([1, 2], { dtype: "uint8" }), np.array([1, 0], { dtype: "uint8" }))
      ]
    ])("finds a division by zero: %s", async (_, make) => {
      const error = await failure<CheckError>(checked, make)
      expect([error.kind, error.index]).toEqual(["division", [1]])
      expect(error.message).toContain("the divisor is 0 at [1]")
    })

    it("lets pass what is all right", async () => {
      expect(await value(checked, () => np.take(np.arange(5), ints(-1, 4)))).toEqual([4, 4])
      expect(await value(checked, () => np.at(np.zeros([3]), ints(0, 2)).add(2))).toEqual([2, 0, 2])
      expect(await value(checked, () => np.divide(np.array([1, 0]), 2))).toEqual([0.5, 0])
      // all values of the dtype: the span is 2^32, which is 0 in 32 bits
      expect(await value(checked, () => Random.randint(Random.key(1), [2], 0, 2 ** 32, { dtype: "uint32" })))
        .toHaveLength(2)
    })

    it("checks only what it is told to", async () => {
      const indices = Checks.layerCheckedWith({ division: false }).pipe(Layer.provide(layer), Layer.orDie)
      expect(await value(indices, () => np.divide(1, np.array([0])))).toEqual([Infinity])
      const divisions = Checks.layerCheckedWith({ index: false }).pipe(Layer.provide(layer), Layer.orDie)
      expect(await value(divisions, () => np.take(np.array([1, 2]), ints(5), { mode: "clip" }))).toEqual([2])
    })

    it("finds NaN that are masked away, if it is told to", async () => {
      const nan = Checks.layerCheckedWith({ nan: true }).pipe(Layer.provide(layer), Layer.orDie)
      const error = await failure<CheckError>(
        nan,
        () => np.where(np.array([false, true]), np.log(np.array([-1, 1])), 5)
      )
      expect([error.kind, error.primitive, error.index]).toEqual(["nan", "log", [0]])
    })

    it("goes into loops and branches, and says the step", async () => {
      let expected = 0
      const f = jit((x: X, i: X) =>
        Lax.scan(
          (c: X, k: X) => {
            expected = line() + 1
            return [np.add(c, np.take(x, k)), c] as const
          },
          np.array(0),
          i
        )[0]
      )
      const error = await failure<CheckError>(checked, () => f(np.ones([5]), ints(0, 2, 9, 1)))
      expect(error.path.at(-1)).toMatch(/^step 2 of scan/)
      expect(lineOf(error.location)).toBe(expected)
      expect(await value(checked, () => f(np.ones([5]), ints(0, 2, 4, 1)))).toBe(4)
      const cond = jit((p: X, x: X) => Lax.cond(p, (x: X) => np.divide(1, x), (x: X) => x, x))
      expect((await failure<CheckError>(checked, () => cond(np.array(true), np.array([1, 0])))).path.at(-1)).toMatch(
        /^branch 1 of cond/
      )
      expect(await value(checked, () => cond(np.array(false), np.array([1, 0])))).toEqual([1, 0])
      const inBody = (x: X) =>
        Lax.whileLoop((c: X) => np.greater(c, 0), (c: X) => np.subtract(np.divide(c, np.subtract(c, 2)), 4), x)
      expect((await failure<CheckError>(checked, () => inBody(np.array(2)))).path.at(-1)).toMatch(/^step 0 of while/)
      expect(await value(checked, () => inBody(np.array(1)))).toBe(-5)
      const inCondition = (x: X) =>
        Lax.whileLoop((c: X) => np.greater(np.divide(1, c), 0), (c: X) => np.subtract(c, 1), x)
      expect((await failure<CheckError>(checked, () => inCondition(np.array(2)))).path.at(-1)).toMatch(
        /^the condition of step 2 of while/
      )
      expect(await value(checked, () => inCondition(np.array(1.5)))).toBe(-0.5)
    })

    describe("of examples that vmap runs together", () => {
      /** Down to 0; of what is 0 a step would divide by 0. */
      const countdown = (x: X, options?: { readonly maxSteps: number }) =>
        Lax.whileLoop((c: X) => np.greater(c, 0), (c: X) => np.subtract(c, np.divide(c, c)), x, options)
      const inverse = (x: X) => Lax.cond(np.notEqual(x, 0), (x: X) => np.divide(6, x), (x: X) => x, x)
      const mapped = (f: (x: X) => X) => vmap(f) as (x: X) => X

      it("passes over steps of loops that are over", async () => {
        expect(await value(checked, () => mapped(countdown)(np.array([0, 1, 3])))).toEqual([0, 0, 0])
        expect(await value(checked, () => jit(mapped(countdown))(np.array([0, 1, 3])))).toEqual([0, 0, 0])
        expect(await value(checked, () => mapped(mapped(countdown))(np.array([[0, 1, 3], [2, 0, 0]])))).toEqual([
          [0, 0, 0],
          [0, 0, 0]
        ])
      })

      it("passes over steps of loops that are over, in reverse mode", async () => {
        const bounded = (x: X) => countdown(x, { maxSteps: 20 })
        const slopes = mapped(grad(bounded) as (x: X) => X)
        expect(await value(checked, () => slopes(np.array([0, 1, 3])))).toEqual([1, 1, 1])
        const together = grad((x: X) => np.sum(mapped(bounded)(x))) as (x: X) => X
        expect(await value(checked, () => together(np.array([0, 1, 3])))).toEqual([1, 1, 1])
      })

      it("passes over branches that are not taken", async () => {
        expect(await value(checked, () => mapped(inverse)(np.array([0, 1, -3])))).toEqual([0, 6, -2])
        expect(await value(checked, () => mapped(mapped(inverse))(np.array([[0, 1], [-3, 0]])))).toEqual([
          [0, 6],
          [-2, 0]
        ])
        const together = grad((x: X) => np.sum(mapped(inverse)(x))) as (x: X) => X
        expect(await value(checked, () => together(np.array([0, 1, -3])))).toEqual([1, -6, expect.closeTo(-2 / 3, 6)])
        // of an operand that all examples share
        const shared = grad((y: X) =>
          np.sum(
            mapped((x: X) => Lax.cond(np.notEqual(x, 0), (x: X) => np.divide(y, x), (x: X) => x, x))(
              np.array([0, 1, 2])
            )
          )
        )
        expect(await value(checked, () => shared(np.array(5)))).toBe(1.5)
      })

      it("finds what an example does go through, and says which", async () => {
        const failing = (x: X) =>
          Lax.whileLoop((c: X) => np.greater(c, 0), (c: X) => np.subtract(c, np.divide(c, np.subtract(c, 2))), x)
        const loop = await failure<CheckError>(checked, () => mapped(failing)(np.array([0, 1, 3, 0.5])))
        // 1 - 1 / -1 is 2
        expect([loop.kind, loop.index, loop.path.map((part) => part.split(" at ")[0])]).toEqual(
          ["division", [], ["example 1 of vmap", "step 1 of while"]]
        )
        const branch = (x: X) => Lax.cond(np.greater(x, 0), (x: X) => np.divide(6, np.subtract(x, 1)), (x: X) => x, x)
        const nested = await failure<CheckError>(
          checked,
          () => jit(mapped(mapped(branch)))(np.array([[0, -1], [3, 1]]))
        )
        expect(nested.path.map((part) => part.split(" at ")[0])).toEqual([
          "jit <lambda>",
          "example 1 of vmap",
          "example 1 of vmap",
          "branch 1 of cond"
        ])
        const positive = (x: X) =>
          Lax.whileLoop(
            (c: X) => np.greater(c, -1),
            (c: X) => np.subtract(Checks.check(c, np.greater(c, 0), "{c} steps left", { c }), 1),
            x
          )
        const user = await failure<CheckError>(checked, () => mapped(positive)(np.array([-2, 1])))
        expect([user.message.split("\n")[0], user.path[0]!.split(" at ")[0]]).toEqual([
          "0. steps left",
          "example 1 of vmap"
        ])
      })

      it("changes nothing without the Layer", async () => {
        expect(await value(layer, () => mapped(countdown)(np.array([0, 1, 3])))).toEqual([0, 0, 0])
        expect(await value(layer, () => mapped(inverse)(np.array([0, 1, -3])))).toEqual([0, 6, -2])
      })
    })

    it("makes users' checks, through transformations", async () => {
      const positive = (x: X) =>
        np.log(Checks.check(x, np.greater(x, 0), "x must be positive, got {x} ({y})", { x, y: x }))
      const error = await failure<CheckError>(checked, () => jit(positive)(np.array([1, -2])))
      expect([error.kind, error.index, error.message.split("\n")[0]]).toEqual(
        ["user", [1], "x must be positive, got [ 1., -2.] ([ 1., -2.])"]
      )
      const slopes = vmap(grad(positive))
      expect((await failure<CheckError>(checked, () => slopes(np.array([1, -2])) as X)).kind).toBe("user")
      expect(await value(checked, () => slopes(np.array([1, 2])) as X)).toEqual([1, 0.5])
      // without the Layer nothing is looked at
      expect(await value(layer, () => slopes(np.array([1, -2])) as X)).toEqual([1, -0.5])
      expect(await value(layer, () => jit(positive)(np.array([1, Math.E])))).toEqual([0, expect.closeTo(1, 6)])
    })

    it("leaves the backend as it was", async () => {
      const divide = jit((x: X, y: X) => np.divide(x, y))
      const program = Effect.gen(function*() {
        const { driver, statistics } = yield* Backend.Backend
        const [x, y] = [np.array([1, 2]), np.array([0, 1])]
        yield* NdArray.toNested(divide(x, np.array([1, 1])))
        yield* NdArray.toNested(y)
        const before = driver.bytesLive()
        for (let i = 0; i < 3; i++) yield* Effect.flip(NdArray.toNested(divide(x, y)))
        return [
          driver.bytesLive() - before,
          (yield* statistics).compilations,
          yield* NdArray.toNested(divide(y, x))
        ] as const
      })
      expect(await run(program as Effect.Effect<unknown, unknown, Backend.Backend>, checked)).toEqual([0, 1, [0, 0.5]])
    })

    it("hands on trees", async () => {
      const tree = { a: np.ones([2]), b: [np.zeros([])] as const }
      const out = Checks.check(tree, np.array(true), "never")
      expect(Object.keys(out)).toEqual(["a", "b"])
      expect(await value(checked, () => out.b[0])).toBe(0)
    })
  })

  const twoLines = () => {
    const key = Random.key(0)
    return np.add(Random.uniform(key), Random.uniform(key))
  }

  describe.each<readonly [string, Layer.Layer<Backend.Backend | Profile.Profile>]>([
    [
      "checked over profiled",
      Checks.layerChecked.pipe(
        Layer.provideMerge(Profile.layer),
        Layer.provide(Checks.layerNonFinite),
        Layer.provide(layer)
      )
    ],
    [
      "profiled over checked",
      Profile.layer.pipe(Layer.provide(Checks.layerChecked), Layer.provide(Checks.layerNonFinite), Layer.provide(layer))
    ],
    [
      "results checked over both",
      Checks.layerNonFinite.pipe(
        Layer.provide(Checks.layerChecked),
        Layer.provideMerge(Profile.layer),
        Layer.provide(layer)
      )
    ]
  ])("decorators stack: %s", (_, stack) => {
    it("each finds what it looks for", async () => {
      expect((await failure<ExecutionError>(stack, () => np.log(np.array([-1]))))._tag).toBe("NonFiniteError")
      expect((await failure<ExecutionError>(stack, () => np.take(np.arange(3), ints(9))))._tag).toBe("CheckError")
      expect((await failure<ExecutionError>(stack, twoLines))._tag).toBe("KeyReuseError")
    })

    it("values are right, and are recorded once", async () => {
      const program = Effect.gen(function*() {
        const sum = yield* NdArray.toNested(np.sum(np.cos(np.zeros([3]))))
        const executions = (yield* Profile.events).filter(({ kind }) => kind === "execute")
        return [sum, executions.length]
      })
      expect(await Effect.runPromise(Effect.provide(program, stack))).toEqual([3, 1])
    })
  })

  it("one decorator over two backends looks at each of them", async () => {
    const outer = Layer.provide(Checks.layerNonFinite, Reference.layerWith({ memoryLimit: 2 ** 20 }))
    const nameOf = Effect.map(Backend.Backend, ({ capabilities }) => capabilities.memoryLimit)
    const both = Effect.all([nameOf, Effect.provide(nameOf, Layer.provide(Checks.layerNonFinite, layer))])
    const [limit, other] = await Effect.runPromise(Effect.provide(both, outer))
    expect(limit).toBe(2 ** 20)
    expect(other).not.toBe(2 ** 20)
  })

  it("wrong options fail the Layer", async () => {
    const wrong: ReadonlyArray<readonly [Layer.Layer<Backend.Backend, ArgumentError, Backend.Backend>, string]> = [
      [
        Checks.layerCheckedWith({ indexes: true } as never),
        "Checks.layerCheckedWith: unknown option \"indexes\"; did you mean \"index\"? its options are index, division, nan, keys"
      ],
      [
        Checks.layerCheckedWith({ nan: 1 } as never),
        "Checks.layerCheckedWith: nan must be true or false, got 1"
      ],
      [
        Checks.layerNonFiniteWith({ inf: "yes" } as never),
        "Checks.layerNonFiniteWith: inf must be true or false, got \"yes\""
      ],
      [Profile.layerWith({ limit: 0 }), "Profile.layerWith: limit must be a whole number from 1 up, got 0"]
    ]
    for (const [decorating, message] of wrong) {
      const attempt = Effect.provide(Effect.void, Layer.provide(decorating, layer))
      const caught = Effect.catchTag(attempt, "ArgumentError", (error) => Effect.succeed(error.message))
      expect(await Effect.runPromise(caught)).toBe(message)
    }
  })
})
