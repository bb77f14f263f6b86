import { describe, expect, it } from "@effect/vitest"
import * as ErrorCodec from "effax/ErrorCodec"
import * as Errors from "effax/Errors"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

const backend = "test"
const message = "said"
const located = {
  primitive: "log",
  equation: "b = log a",
  location: "a.ts:1:1",
  path: ["step 7 of scan"],
  index: [2, 0]
}

const samples: { readonly [Tag in Errors.ExecutionError["_tag"]]: Errors.ExecutionError } = {
  CompileError: new Errors.CompileError({ backend, message }),
  UnsupportedError: new Errors.UnsupportedError({ backend, message, operation: "sort" }),
  UnsupportedDTypeError: new Errors.UnsupportedDTypeError({ backend, message, operation: "add", dtype: "complex64" }),
  OutOfMemoryError: new Errors.OutOfMemoryError({ backend, message, requested: 2 ** 40, live: 4, limit: Infinity }),
  DeviceLostError: new Errors.DeviceLostError({ backend, message }),
  DisposedArrayError: new Errors.DisposedArrayError({ backend, message, reason: "donation" }),
  ForeignArrayError: new Errors.ForeignArrayError({ backend, message, owner: "other" }),
  EscapedParameterError: new Errors.EscapedParameterError({
    backend,
    message,
    transformation: "grad",
    operation: "sin"
  }),
  KernelError: new Errors.KernelError({ backend, message }),
  CallbackError: new Errors.CallbackError({ backend, message, callback: "f", cause: "because" }),
  NonFiniteError: new Errors.NonFiniteError({ backend, message, ...located, value: NaN }),
  CheckError: new Errors.CheckError({ backend, message, ...located, location: undefined, kind: "user" }),
  KeyReuseError: new Errors.KeyReuseError({ backend, message, first: "a.ts:1:1", second: undefined })
}

/** As RPC sends it: JSON, and nothing else. */
const sent = <A>(schema: Schema.Codec<A, unknown>, value: A) =>
  Effect.gen(function*() {
    const json = Schema.toCodecJson(schema)
    const text = JSON.stringify(yield* Schema.encodeEffect(json)(value))
    return yield* Schema.decodeUnknownEffect(json)(JSON.parse(text))
  })

const fields = (error: object): object => {
  const { _tag, ...rest } = error as { readonly _tag: string }
  return { _tag, message: (error as Error).message, ...rest }
}

describe("execution errors", () => {
  it.effect.each(Object.entries(samples))("%s arrives as what it was", ([tag, error]) =>
    Effect.gen(function*() {
      const arrived = yield* sent(ErrorCodec.ExecutionError, error)
      expect(arrived).toBeInstanceOf(error.constructor)
      expect(arrived._tag).toBe(tag)
      expect(fields(arrived)).toEqual(fields(error))
      expect(String(arrived)).toBe(String(error))
    }))

  it.effect("keep the message of a cause", () =>
    Effect.gen(function*() {
      const error = new Errors.KernelError({ backend, message, cause: new TypeError("why") })
      const arrived = yield* sent(ErrorCodec.ExecutionError, error)
      expect(arrived).toMatchObject({ _tag: "KernelError", cause: { message: "why" } })
    }))

  it.effect("refuse what is not one", () =>
    Effect.gen(function*() {
      const decode = Schema.decodeUnknownEffect(Schema.toCodecJson(ErrorCodec.ExecutionError))
      for (const wrong of [{ _tag: "KernelError" }, { _tag: "Other", backend, message }, null, "KernelError"]) {
        expect((yield* Effect.flip(decode(wrong)))._tag).toBe("SchemaError")
      }
    }))
})

describe("construction errors", () => {
  it.effect.each(["ShapeError", "DTypeError", "AxisError", "IndexError", "TreeError", "ArgumentError"] as const)(
    "%s arrives as what it was",
    (tag) =>
      Effect.gen(function*() {
        const arrived = yield* sent(ErrorCodec.ConstructionError, new Errors[tag]({ operation: "add", message }))
        expect(arrived).toBeInstanceOf(Errors[tag])
        expect(Errors.isConstructionError(arrived)).toBe(true)
        expect(arrived).toMatchObject({ _tag: tag, operation: "add", message })
      })
  )
})
