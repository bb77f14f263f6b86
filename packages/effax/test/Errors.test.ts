import { describe, expect, it } from "@effect/vitest"
import * as Errors from "effax/Errors"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Match from "effect/Match"

const construction = {
  ShapeError: Errors.ShapeError,
  DTypeError: Errors.DTypeError,
  AxisError: Errors.AxisError,
  IndexError: Errors.IndexError,
  TreeError: Errors.TreeError,
  ArgumentError: Errors.ArgumentError,
  ConcretizationError: Errors.ConcretizationError,
  AxisNameError: Errors.AxisNameError,
  ReplicationError: Errors.ReplicationError,
  VerificationError: Errors.VerificationError
} satisfies { readonly [Tag in Errors.ConstructionError["_tag"]]: unknown }

const backend = "test"
const message = "said"

const located = { primitive: "log", equation: "b:f32[] = log a", location: undefined, path: [], index: [] }

const execution: { readonly [Tag in Errors.ExecutionError["_tag"]]: Extract<Errors.ExecutionError, { _tag: Tag }> } = {
  CompileError: new Errors.CompileError({ backend, message }),
  UnsupportedError: new Errors.UnsupportedError({ backend, message, operation: "sort" }),
  UnsupportedDTypeError: new Errors.UnsupportedDTypeError({ backend, message, operation: "add", dtype: "complex64" }),
  OutOfMemoryError: new Errors.OutOfMemoryError({ backend, message, requested: 8, live: 4, limit: 10 }),
  DeviceLostError: new Errors.DeviceLostError({ backend, message }),
  DisposedArrayError: new Errors.DisposedArrayError({ backend, message, reason: "donation" }),
  ForeignArrayError: new Errors.ForeignArrayError({ backend, message, owner: "other" }),
  EscapedParameterError: new Errors.EscapedParameterError({
    backend,
    message,
    transformation: "grad",
    operation: "sin"
  }),
  KernelError: new Errors.KernelError({ backend, message, cause: new Error("why") }),
  CallbackError: new Errors.CallbackError({ backend, message, callback: "f", cause: "because" }),
  NonFiniteError: new Errors.NonFiniteError({ backend, message, ...located, value: NaN }),
  CheckError: new Errors.CheckError({ backend, message, ...located, kind: "user" }),
  KeyReuseError: new Errors.KeyReuseError({ backend, message, first: "a.ts:1:1", second: "a.ts:2:1" })
}

describe("construction errors", () => {
  it.each(Object.entries(construction))("%s is an Error with a tag, an operation and a message", (tag, Class) => {
    const error = new Class({ operation: "add", message })
    expect(error).toBeInstanceOf(Error)
    expect(error).toMatchObject({ _tag: tag, name: tag, operation: "add", message })
    expect(String(error)).toContain(`${tag}: said`)
    expect(error.stack).toContain("Errors.test.ts")
    expect(Errors.isConstructionError(error)).toBe(true)
  })

  it.effect("are typed failures of `attempt`; anything else is a defect", () =>
    Effect.gen(function*() {
      const error = new Errors.AxisError({ operation: "sum", message })
      expect(
        yield* Effect.flip(Errors.attempt(() => {
          throw error
        }))
      ).toBe(error)
      expect(yield* Errors.attempt(() => 3)).toBe(3)
      const other = new TypeError("not ours")
      const cause = yield* Effect.sandbox(Errors.attempt(() => {
        throw other
      })).pipe(Effect.flip)
      expect(Cause.squash(cause)).toBe(other)
      expect(Cause.hasDies(cause)).toBe(true)
    }))

  it("are told from all others", () => {
    for (const other of [...Object.values(execution), new Error(message), { _tag: "ShapeError" }, undefined, null, 1]) {
      expect(Errors.isConstructionError(other)).toBe(false)
    }
  })
})

describe("execution errors", () => {
  it.effect.each(Object.values(execution))(
    "are failures that are caught by their tag ($_tag)",
    (error) =>
      Effect.gen(function*() {
        expect(error).toBeInstanceOf(Error)
        expect(error).toMatchObject({ name: error._tag, backend, message })
        const caught = yield* Effect.catchTag(
          Effect.fail(error as Errors.ExecutionError),
          error._tag,
          (found) => Effect.succeed(found as unknown)
        )
        expect(caught).toBe(error)
      })
  )

  it("say more where there is more to say", () => {
    // exhaustive: a new error does not compile before it is added
    const detail = Match.typeTags<Errors.ExecutionError>()({
      CompileError: () => "",
      UnsupportedError: ({ operation }) => operation,
      UnsupportedDTypeError: ({ dtype, operation }) => `${operation} ${dtype}`,
      OutOfMemoryError: ({ limit, live, requested }) => `${requested} + ${live} > ${limit}`,
      DeviceLostError: () => "",
      DisposedArrayError: ({ reason }) => reason,
      ForeignArrayError: ({ owner }) => owner,
      EscapedParameterError: ({ operation, transformation }) => `${operation} in ${transformation}`,
      KernelError: ({ cause }) => String(cause),
      CallbackError: ({ callback, cause }) => `${callback} ${cause}`,
      NonFiniteError: ({ primitive, value }) => `${primitive} ${value}`,
      CheckError: ({ kind, primitive }) => `${kind} ${primitive}`,
      KeyReuseError: ({ first, second }) => `${first} ${second}`
    })
    expect(Object.values(execution).map(detail)).toEqual([
      "",
      "sort",
      "add complex64",
      "8 + 4 > 10",
      "",
      "donation",
      "other",
      "sin in grad",
      "Error: why",
      "f because",
      "log NaN",
      "user log",
      "a.ts:1:1 a.ts:2:1"
    ])
  })
})
