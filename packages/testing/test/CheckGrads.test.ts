import { Reference } from "@effax/reference"
import { CheckGrads } from "@effax/testing"
import { assert, describe, it } from "@effect/vitest"
import * as Lax from "effax/Lax"
import type * as NdArray from "effax/NdArray"
import * as np from "effax/Numpy"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { unary } from "../../effax/src/primitive/define.ts"
import { sin } from "../../effax/src/primitive/elementwise.ts"

const x = np.array([0.3, -1.2, 2.5])
const y = np.array([1.5, 0.7, -0.4])

/** What a check fails with. */
const failure = <E, R>(effect: Effect.Effect<void, E, R>) =>
  Effect.map(Effect.exit(effect), (exit) => {
    assert(Exit.isFailure(exit), "the check should have failed")
    return String(Cause.squash(exit.cause))
  })

describe("checkGrads", () => {
  it.effect("accepts right derivatives of trees, of both orders and modes", () =>
    Effect.gen(function*() {
      yield* CheckGrads.checkGrads(
        ({ a, b }: { readonly a: NdArray.Any; readonly b: NdArray.Any }, n: NdArray.Any) => ({
          product: Lax.mul(Lax.sin(a), b),
          rounded: Lax.convertElementType(a, "int32"),
          powers: [Lax.exp(Lax.mul(b, Lax.convertElementType(n, b.dtype)))]
        }),
        [{ a: x, b: y }, np.array([1, 2, 3], { dtype: "int32" })]
      )
    }).pipe(Effect.provide(Reference.layer)))

  it.effect("names the derivative that is wrong", () =>
    Effect.gen(function*() {
      const wrong = unary("sin")({
        dtypes: new Set(["float32", "float64"]),
        cost: sin.primitive.cost,
        jvp: ({ primal, tangent }) => Lax.mul(tangent, Lax.add(Lax.cos(primal), 1e-3))
      })
      assert.include(yield* failure(CheckGrads.checkGrads(wrong, [x])), "checkGrads: order 1, jvp: result 0: 3 of 3")
      assert.include(
        yield* failure(CheckGrads.checkGrads(wrong, [x], { modes: ["vjp"] })),
        "checkGrads: order 1, vjp: <vjp"
      )
      // Right to the first order, wrong to the second
      const bent = unary("sin")({
        dtypes: new Set(["float32", "float64"]),
        cost: sin.primitive.cost,
        jvp: ({ primal, tangent }) => Lax.mul(tangent, Lax.stopGradient(Lax.cos(primal)))
      })
      yield* CheckGrads.checkGrads(bent, [x], { order: 1 })
      assert.include(yield* failure(CheckGrads.checkGrads(bent, [x])), "order 2, jvp of jvp")
      assert.include(yield* failure(CheckGrads.checkGrads(bent, [x], { modes: ["vjp"] })), "order 2, vjp of vjp")
      assert.include(
        yield* failure(CheckGrads.checkGrads((a: NdArray.Any) => Lax.convertElementType(a, "int32"), [x])),
        "nothing to check"
      )
    }).pipe(Effect.provide(Reference.layer)))
})
