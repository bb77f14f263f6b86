import { Reference } from "@effax/reference"
import { describe, expect, it } from "@effect/vitest"
import { ArgumentError } from "effax/Errors"
import * as Keys from "effax/Keys"
import * as NdArray from "effax/NdArray"
import * as Random from "effax/Random"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Schema from "effect/Schema"

/** The words of keys, as texts. */
const words = (keys: ReadonlyArray<Random.Key>) =>
  Effect.provide(Effect.forEach(keys, (key) => Effect.map(NdArray.toNested(key), String)), Reference.layer)

const run = <A, E>(effect: Effect.Effect<A, E, Keys.Keys>, seed = 0) => Effect.provide(effect, Keys.layer(seed))

/** Lets other fibers run that many times. */
const pause = (turns: number) => Effect.forEach(Array.from({ length: turns }), () => Effect.yieldNow, { discard: true })

const natural = (maximum: number) => Schema.Int.check(Schema.isBetween({ minimum: 0, maximum }))

const defectOf = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.map(Effect.sandbox(Effect.flip(Effect.sandbox(effect))), (cause) => Cause.squash(cause))

describe("next", () => {
  it.effect("gives one key after the other, the same ones for one seed", () =>
    Effect.gen(function*() {
      const draw = Effect.all([Keys.next, Keys.next, Keys.next])
      const first = yield* words(yield* run(draw))
      expect(new Set(first).size).toBe(3)
      expect(yield* words(yield* run(draw))).toEqual(first)
      expect(yield* words(yield* run(draw, 1))).not.toEqual(first)
      expect(yield* words(yield* Effect.provide(draw, Keys.layerKey(Random.key(0))))).toEqual(first)
    }))

  it.effect("is refused to a second fiber", () =>
    Effect.gen(function*() {
      const defect = yield* run(Effect.gen(function*() {
        void (yield* Keys.next)
        const fiber = yield* Effect.forkChild(Keys.next)
        return yield* defectOf(Fiber.join(fiber))
      }))
      expect(defect).toBeInstanceOf(ArgumentError)
      expect((defect as ArgumentError).message).toMatch(/^Keys.next: two fibers draw from the same place/)
    }))

  it.effect("is refused to Effect.forEach with concurrency, and to nobody in Keys.forEach", () =>
    Effect.gen(function*() {
      const items = [1, 2, 3]
      const defect = yield* run(defectOf(Effect.forEach(items, () => Keys.next, { concurrency: 2 })))
      expect(defect).toBeInstanceOf(ArgumentError)
      const keys = yield* run(Keys.forEach(items, () => Keys.next, { concurrency: 2 }))
      expect(new Set(yield* words(keys)).size).toBe(3)
    }))
})

describe("split", () => {
  it.effect("gives keys that differ, the first of them whatever the count, and takes one number of the place", () =>
    Effect.gen(function*() {
      const draw = (count: number) => run(Effect.all({ many: Keys.split(count), later: Keys.next }))
      const three = yield* draw(3)
      const five = yield* draw(5)
      const all = yield* words([...five.many, five.later])
      expect(new Set(all).size).toBe(6)
      expect(yield* words(three.many)).toEqual(all.slice(0, 3))
      expect(yield* words([three.later])).toEqual(all.slice(5))
    }))

  it.effect("gives every item of Keys.forEach the same keys with any concurrency", () =>
    Effect.gen(function*() {
      const draw = (concurrency: number) =>
        run(Keys.forEach([3, 1, 2], (item) => Effect.andThen(pause(item), Keys.split(2)), { concurrency }))
      const sequential = yield* words((yield* draw(1)).flat())
      expect(new Set(sequential).size).toBe(6)
      expect(yield* words((yield* draw(3)).flat())).toEqual(sequential)
    }))
})

describe("key", () => {
  it.effect("depends on its label alone, and may be asked for by any fiber", () =>
    Effect.gen(function*() {
      const [a, b] = yield* run(Effect.all([Keys.key("a"), Keys.key("b")], { concurrency: "unbounded" }))
      const [late, again] = yield* run(Effect.gen(function*() {
        void (yield* Keys.next)
        void (yield* Keys.key("c"))
        const fiber = yield* Effect.forkChild(Keys.key("b"))
        return [yield* Fiber.join(fiber), yield* Keys.key("a")] as const
      }))
      expect(yield* words([again, late])).toEqual(yield* words([a, b]))
    }))

  it.effect("of all sorts of labels are different keys", () =>
    Effect.gen(function*() {
      const labels = ["", "a", "b", "ab", "ba", "0", "1", 0, 1, 2, -1]
      const keys = yield* run(Effect.forEach(labels, Keys.key))
      const places = yield* run(Effect.forEach(labels, (label) => Keys.key("a").pipe(Keys.within(label))))
      const numbered = yield* run(Effect.forEach(labels, () => Keys.next))
      const all = yield* words([...keys, ...places, ...numbered])
      expect(new Set(all).size).toBe(all.length)
    }))
})

describe("within", () => {
  it.effect("is a place of its own, apart from the key of its label and from what is derived from that", () =>
    Effect.gen(function*() {
      const keys = yield* run(Effect.gen(function*() {
        const labelled = yield* Keys.key("layer")
        const derived = Random.keys(labelled, 4).flatMap((key) => [key, ...Random.keys(key, 4)])
        const inside = yield* Keys.within(Effect.all([Keys.next, Keys.next, Keys.key(0), Keys.key(1)]), "layer")
        return [labelled, ...derived, ...inside, yield* Keys.next]
      }))
      const all = yield* words(keys)
      expect(new Set(all).size).toBe(all.length)
    }))

  it.effect("doesn't change what the place around it hands out", () =>
    Effect.gen(function*() {
      const plain = yield* run(Effect.all([Keys.next, Keys.next]))
      const mixed = yield* run(Effect.gen(function*() {
        const first = yield* Keys.next
        yield* Keys.within(Effect.all([Keys.next, Keys.next]), "a")
        return [first, yield* Keys.next]
      }))
      expect(yield* words(mixed)).toEqual(yield* words(plain))
    }))

  it.effect("gives the same keys for the same label again", () =>
    Effect.gen(function*() {
      const [one, two] = yield* run(Effect.all([Keys.within(Keys.next, "a"), Keys.next.pipe(Keys.within("a"))]))
      expect(yield* words([one])).toEqual(yield* words([two]))
    }))
})

describe("forEach", () => {
  /** Draws, labels and inner loops, with pauses that let the fibers overtake one another. */
  const work = (pauses: ReadonlyArray<number>, concurrency: number | "unbounded") =>
    Keys.forEach([0, 1, 2, 3], (item) =>
      Effect.gen(function*() {
        const at = (step: number) => pause(pauses[(3 * item + step) % pauses.length]!)
        yield* at(0)
        const drawn = [yield* Keys.next]
        yield* at(1)
        const inner = yield* Keys.forEach(
          [0, 1],
          (i) => Effect.andThen(at(i), Keys.within(Keys.next, "inner")),
          { concurrency }
        )
        yield* at(2)
        return [...drawn, ...inner, yield* Keys.next, yield* Keys.key("label")]
      }), { concurrency })

  it.effect("gives different keys to every item", () =>
    Effect.gen(function*() {
      const all = yield* words((yield* run(work([0], 1))).flat())
      expect(all.length).toBe(20)
      expect(new Set(all).size).toBe(20)
    }))

  it.effect.prop(
    "gives the same keys with any concurrency and any delays",
    [Schema.Array(natural(5)).check(Schema.isMinLength(1), Schema.isMaxLength(12)), natural(5), natural(2 ** 31)],
    ([pauses, concurrency, seed]) =>
      Effect.gen(function*() {
        const sequential = yield* words((yield* run(work([0], 1), seed)).flat())
        const concurrent = yield* run(work(pauses, concurrency === 0 ? "unbounded" : concurrency), seed)
        expect(yield* words(concurrent.flat())).toEqual(sequential)
      })
  )

  it.effect("a second time gives other keys, and one item more leaves those of the others", () =>
    Effect.gen(function*() {
      const draw = (count: number) => Keys.forEach(Array.from({ length: count }, (_, i) => i), () => Keys.next)
      const [first, second] = yield* run(Effect.all([draw(2), draw(2)]))
      const [longer] = yield* run(Effect.all([draw(3)]))
      const all = yield* words([...first, ...second])
      expect(new Set(all).size).toBe(4)
      expect((yield* words(longer)).slice(0, 2)).toEqual(all.slice(0, 2))
    }))
})

describe("labels", () => {
  it.effect("that are short and alike have keys of their own", () =>
    Effect.gen(function*() {
      const letters = [..."abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"].filter((_, i) =>
        i % 3 === 0
      )
      // pairs that hashes with small multipliers confuse
      const labels = [
        "0a",
        "vg",
        "0g",
        "va",
        "0i",
        "vo",
        "0D",
        "rF",
        ...letters.flatMap((a) => letters.map((b) => a + b + a))
      ]
      const keys = yield* run(Effect.forEach(labels, (label) => Keys.key(label)))
      expect(new Set(yield* words(keys)).size).toBe(labels.length)
    }))
})
