/**
 * What Programs with control flow must obey, and transposition of scans that are linear as they stand.
 */
import { describe, expect, it } from "@effect/vitest"
import { type Backend, Errors, Lax, linearTranspose, type NdArray, Numpy as np, Program, ShapeDType } from "effax"
import type { Params } from "effax/Primitive"
import { Effect } from "effect"
import { primitives } from "../../src/primitive/registry.ts"
import { backends, expectTree, failure } from "../derivatives.ts"
import { build, literal } from "../programBuilder.ts"

type X = NdArray.Any
type Name = "cond" | "while" | "scan"

const f32 = (...shape: ReadonlyArray<number>) => ["float32", shape] as const
const i32 = (...shape: ReadonlyArray<number>) => ["int32", shape] as const
const of = (name: keyof typeof primitives) => ({ primitive: primitives[name] })

const sine = build([f32()], (apply, x) => [apply(of("sin"), [x!])])
const step = build([f32(), f32()], (apply, c, x) => [apply(of("add"), [c!, x!])])
const less = build([f32()], (apply, x) => [apply(of("lt"), [x!, literal(3)])])

/** The error of a Program of one equation, or the names of its primitives. */
const verified = (
  name: Name,
  inputs: Parameters<typeof build>[0],
  params: Params
): string | ReadonlyArray<string> => {
  try {
    const program = build(inputs, (apply, ...operands) => [apply(of(name), operands, params)])
    return Program.verify(program).equations.map(({ primitive }) => primitive.name)
  } catch (error) {
    if (!Errors.isConstructionError(error)) throw error
    return error.message
  }
}

describe("Program.verify", () => {
  const loop = { condNconsts: 0, condJaxpr: less, bodyNconsts: 0, bodyJaxpr: sine, maxSteps: null }
  const scan = { jaxpr: step, length: 3, numConsts: 0, numCarry: 1, reverse: false, unroll: 1 }

  it("accepts control flow that fits", () => {
    expect(verified("cond", [i32(), f32()], { branches: [sine, sine] })).toEqual(["cond"])
    expect(verified("while", [f32()], loop)).toEqual(["while"])
    expect(verified("while", [f32()], { ...loop, maxSteps: 0 })).toEqual(["while"])
    expect(verified("scan", [f32(), f32(3)], { ...scan, jaxpr: step })).toEqual(["scan"])
  })

  it("refuses a cond whose index, operands or branches are wrong", () => {
    expect(verified("cond", [f32(), f32()], { branches: [sine] })).toBe(
      "cond: expected an int32 scalar and at least one branch, got f32[] and 1 branches"
    )
    expect(verified("cond", [i32(), f32()], { branches: [] })).toBe(
      "cond: expected an int32 scalar and at least one branch, got i32[] and 0 branches"
    )
    expect(verified("cond", [i32(), f32(2)], { branches: [sine] })).toBe("cond: branch 0 takes f32[], got f32[2]")
    expect(verified("cond", [i32(), f32()], { branches: [sine, less] })).toBe(
      "cond: branch 1 must give f32[], gives bool[]"
    )
  })

  it("refuses a while whose condition, body or bound is wrong", () => {
    expect(verified("while", [f32()], { ...loop, condJaxpr: sine })).toBe(
      "while: the condition must give bool[], gives f32[]"
    )
    expect(verified("while", [f32()], { ...loop, bodyJaxpr: less })).toBe(
      "while: the body must give f32[], gives bool[]"
    )
    expect(verified("while", [f32(), f32()], { ...loop, bodyNconsts: 1 })).toBe(
      "while: the body takes f32[], got f32[], f32[]"
    )
    expect(verified("while", [f32()], { ...loop, maxSteps: -1 })).toBe(
      "while: maxSteps must be null or an integer from 0 on, got -1"
    )
  })

  it("refuses a scan whose counts, lengths or body are wrong", () => {
    expect(verified("scan", [f32(), f32(4)], scan)).toBe(
      "scan: axis 0 of what is scanned must have the length 3, got f32[4]"
    )
    expect(verified("scan", [f32(), f32()], scan)).toBe(
      "scan: axis 0 of what is scanned must have the length 3, got f32[]"
    )
    expect(verified("scan", [f32(), f32(3, 2)], scan)).toBe("scan: the body takes f32[], f32[], got f32[], f32[2]")
    for (const wrong of [{ unroll: 0 }, { length: -3 }, { numConsts: 2 }, { numCarry: 0.5 }]) {
      expect(verified("scan", [f32(), f32(3)], { ...scan, ...wrong })).toMatch(
        /^scan: length .* must be natural numbers/
      )
    }
  })
})

describe.each(backends)("the transpose of control flow that is linear as it stands, on $name", ({ layer }) => {
  const test = (name: string, body: () => Effect.Effect<void, unknown, Backend.Backend>) =>
    it.effect(name, () => Effect.provide(body(), layer))
  const vector = new ShapeDType([2], "float32")
  const scalar = new ShapeDType([], "float32")

  test("of scans by constants, carries and what is scanned, beside carries that are known", () =>
    Effect.gen(function*() {
      // y (i + 2) for i = 0, 1, 2: the counter is not linear in x
      const counted = (x: X) => Lax.foriLoop(0, 3, (i, y: X) => np.multiply(y, np.add(i, 2)), x)
      yield* expectTree(linearTranspose(counted, vector)(np.array([1, 2])), [[24, 48]])
      // the sum of v x
      const weighted = (x: X) =>
        Lax.scan((c: X, v: X) => [np.add(c, np.multiply(v, x)), np.multiply(x, 10)], 0, np.array([1, 2, 3]))
      yield* expectTree(linearTranspose(weighted, scalar)([np.array(1), np.array([1, 1, 1])]), [36])
      // x_0 + 2 (x_1 + 2 (x_2 + ...)): a known carry doubles, the other one sums
      const horner = (xs: X) =>
        Lax.scan(
          ([power, sum]: readonly [X, X], x: X) => [[np.multiply(power, 2), np.add(sum, np.multiply(power, x))], null],
          [np.array(1), 0],
          xs,
          { reverse: true }
        )[0][1]
      yield* expectTree(linearTranspose(horner, new ShapeDType([3], "float32"))(np.array(1)), [[4, 2, 1]])
    }) as never)

  test("of a cond", () =>
    Effect.gen(function*() {
      const f = (p: boolean) => (x: X, y: X) =>
        Lax.cond(np.array(p), (x: X, y: X) => np.add(np.multiply(x, 3), y), (x: X, _: X) => np.multiply(x, 5), x, y)
      yield* expectTree(linearTranspose(f(true), vector, vector)(np.array([1, 2])), [[3, 6], [1, 2]])
      yield* expectTree(linearTranspose(f(false), vector, vector)(np.array([1, 2])), [[5, 10], [0, 0]])
    }) as never)

  it("what is not linear is refused", () => {
    const refused = (f: (x: X) => unknown) => failure(() => linearTranspose(f, scalar))
    const not = "ArgumentError: linearTranspose: the function is not linear: "
    const end = "; use `vjp` for the transpose of its derivative"
    expect(refused((x) => Lax.scan((c: X) => [np.add(c, x), null], np.array(1), null, { length: 2 })[0])).toBe(
      `${not}scan has a carry, number 0, that starts with what is not known to be zero${end}`
    )
    expect(refused((x) => Lax.scan((c: X, v: X) => [np.multiply(c, v), null], x, np.stack([x, x]))[0])).toBe(
      `${not}mul multiplies what depends on the arguments with what depends on them too${end}`
    )
    expect(refused((x) => Lax.cond(np.array(true), (x: X) => x, () => 1, x))).toBe(
      `${not}result 0 does not depend on the arguments, and is not known to be zero${end}`
    )
    expect(refused((x) => Lax.whileLoop(() => np.array(true), (c: X) => np.add(c, c), x))).toBe(
      `${not}while is a loop of unknown length, which has no transpose${end}`
    )
  })
})
