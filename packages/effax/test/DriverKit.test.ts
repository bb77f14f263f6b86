import { assert, describe, it } from "@effect/vitest"
import * as DriverKit from "effax/DriverKit"
import { CompileError, type OutOfMemoryError } from "effax/Errors"
import * as Effect from "effect/Effect"

const failures = DriverKit.failures("mine")

describe("failures", () => {
  const shortage = { purpose: "an upload", requested: 3 << 20, live: 6 << 20, limit: 8 << 20 }

  it("name the backend and the numbers", () => {
    const error = failures.outOfMemory(shortage)
    assert.deepStrictEqual(
      [error.backend, error.requested, error.live, error.limit],
      ["mine", 3 << 20, 6 << 20, 8 << 20]
    )
    assert.strictEqual(
      error.message,
      "mine: an upload needs 3.0 MiB more, 6.0 MiB of 8.0 MiB are taken: drop arrays, end scopes earlier, donate inputs, " +
        "or raise `memoryLimit`"
    )
  })

  it("tell what computations take, what stands in the way, and how far the limit goes", () => {
    const { message } = failures.outOfMemory({
      ...shortage,
      running: 1 << 20,
      because: "no gap between them is long enough",
      highestLimit: "4 GiB"
    })
    assert.include(message, "7.0 MiB of 8.0 MiB are taken (1.0 MiB of them by computations that run)")
    assert.include(message, "and no gap between them is long enough: drop arrays")
    assert.include(message, "raise `memoryLimit` (at most 4 GiB)")
  })

  it("tell the largest array where that is the limit", () => {
    assert.strictEqual(
      failures.outOfMemory({ ...shortage, largest: 2 << 20 }).message,
      "mine: an upload needs 3.0 MiB in one piece, and one array has at most 2.0 MiB here: use smaller arrays"
    )
  })

  it("of compilation keep what is typed, and type the rest", () => {
    const typed = new CompileError({ backend: "mine", message: "as it was", cause: undefined })
    assert.strictEqual(failures.compile(typed), typed)
    const lowering = (dtype: string | undefined) =>
      Object.assign(new Error("sin: no kernel"), { _tag: "LoweringError", operation: "sin", dtype })
    assert.deepInclude(failures.compile(lowering("float64")), { _tag: "UnsupportedDTypeError", dtype: "float64" })
    assert.deepInclude(failures.compile(lowering(undefined)), { _tag: "UnsupportedError", operation: "sin" })
    const other = failures.compile(new RangeError("too deep"))
    assert.strictEqual(other._tag, "CompileError")
    assert.strictEqual(other.message, "code generation failed: too deep")
  })

  it.effect("of a stage of compilation are failures of the Effect", () =>
    Effect.gen(function*() {
      function* broken(): DriverKit.Steps<number> {
        yield
        throw new RangeError("too deep")
      }
      assert.strictEqual((yield* Effect.flip(DriverKit.compiling(failures, broken())))._tag, "CompileError")
    }))
})

describe("Listeners", () => {
  it("tell a function as often as it listens, until it no longer does", () => {
    const listeners = new DriverKit.Listeners<number>()
    const heard: Array<number> = []
    const listener = (value: number): void => void heard.push(value)
    assert.isFalse(listeners.wanted)
    const [first, second] = [listeners.listen(listener), listeners.listen(listener)]
    listeners.tell(1)
    first()
    listeners.tell(2)
    assert.isTrue(listeners.wanted)
    second()
    listeners.tell(3)
    assert.isFalse(listeners.wanted)
    assert.deepStrictEqual(heard, [1, 1, 2])
  })
})

describe("Reclaimer", () => {
  const full = (requested: number): OutOfMemoryError =>
    failures.outOfMemory({ purpose: "an upload", requested, live: 90, limit: 100 })

  /** Fails until there were so many collections; counts attempts and collections. */
  const trial = (collectionsNeeded: number, requested = 50) => {
    const seen = { attempts: [] as Array<boolean>, collections: 0 }
    const reclaimer = new DriverKit.Reclaimer(() => {
      seen.collections++
    })
    const attempt = (collected: boolean): Effect.Effect<string, OutOfMemoryError> =>
      Effect.suspend(() => {
        seen.attempts.push(collected)
        return seen.collections >= collectionsNeeded ? Effect.succeed("taken") : Effect.fail(full(requested))
      })
    return { seen, reclaimer, attempt }
  }

  it.effect("collects nothing where there is room", () =>
    Effect.gen(function*() {
      const { attempt, reclaimer, seen } = trial(0)
      assert.strictEqual(yield* reclaimer.retry(attempt), "taken")
      assert.deepStrictEqual(seen, { attempts: [false], collections: 0 })
    }))

  it.effect("tries again after collections, with the whole memory", () =>
    Effect.gen(function*() {
      const { attempt, reclaimer, seen } = trial(2)
      assert.strictEqual(yield* reclaimer.retry(attempt), "taken")
      assert.deepStrictEqual(seen, { attempts: [false, true, true], collections: 2 })
    }))

  it.effect("fails in the end with the driver's own error", () =>
    Effect.gen(function*() {
      const { attempt, reclaimer, seen } = trial(Infinity)
      assert.strictEqual((yield* Effect.flip(reclaimer.retry(attempt))).requested, 50)
      assert.strictEqual(seen.collections, 3)
    }))

  it.effect("collects nothing for what can't fit, or is not to be run again", () =>
    Effect.gen(function*() {
      const large = trial(1, 101)
      yield* Effect.flip(large.reclaimer.retry(large.attempt))
      const once = trial(1)
      yield* Effect.flip(once.reclaimer.retry(once.attempt, () => false))
      assert.deepStrictEqual([large.seen.collections, once.seen.collections], [0, 0])
    }))

  it("waits for nothing in a synchronous fiber, which has the whole memory at once", () => {
    const { attempt, reclaimer, seen } = trial(1)
    const error = Effect.runSync(Effect.flip(reclaimer.retry(attempt)))
    assert.strictEqual(error._tag, "OutOfMemoryError")
    assert.deepStrictEqual(seen, { attempts: [true], collections: 0 })
  })

  it("shares a collection between those who come during it", async () => {
    const { reclaimer, seen } = trial(0)
    await Promise.all([reclaimer.collect(), reclaimer.collect()])
    assert.strictEqual(seen.collections, 1)
    const found = await reclaimer.afterCollecting(() => seen.collections === 3 ? "taken" : undefined)
    assert.deepStrictEqual([found, seen.collections], ["taken", 3])
  })

  it("has finalisers run", async () => {
    const freed: Array<number> = []
    const registry = new FinalizationRegistry<number>((held) => freed.push(held))
    const drop = (): void => {
      for (let i = 0; i < 10; i++) registry.register({ handle: i }, i)
    }
    drop()
    await new DriverKit.Reclaimer().collect()
    assert.strictEqual(freed.length, 10)
  })
})

describe("settings", () => {
  interface Options {
    readonly threads?: number | undefined
    readonly memoryLimit?: number | string | undefined
    readonly mode?: "fast" | "exact" | undefined
  }
  const settings = DriverKit.settings<Options>()("Mine", {
    threads: DriverKit.integer({ from: 1, to: 64, otherwise: () => undefined }),
    memoryLimit: DriverKit.bytes({ from: 1024, to: Infinity, otherwise: 1 << 30 }) as DriverKit.Setting<
      number | string,
      number
    >,
    mode: DriverKit.choice(["fast", "exact"])
  })

  it("have defaults, and read texts of bytes", () => {
    assert.deepStrictEqual(settings({}), { threads: undefined, memoryLimit: 1 << 30, mode: undefined })
    assert.deepStrictEqual(settings({ threads: 2, memoryLimit: "2 KiB", mode: "exact" }), {
      threads: 2,
      memoryLimit: 2048,
      mode: "exact"
    })
  })

  it.each<[object, string]>([
    [{ threads: NaN }, "Mine: threads must be an integer between 1 and 64, got NaN"],
    [
      { memoryLimit: "2 apples" },
      `Mine: memoryLimit must be 1024 bytes or more, as a number of bytes or a text such as "512 MiB", got "2 apples"`
    ],
    [{ mode: "slow" }, `Mine: mode must be "fast" or "exact", got "slow"`],
    [{ modes: "fast" }, `Mine: unknown option "modes"; did you mean "mode"? its options are threads, memoryLimit, mode`]
  ])("refuse %o", (options, message) => {
    assert.throws(() => settings(options), message)
  })
})
