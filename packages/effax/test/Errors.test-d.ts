/** Every error of a run, and of an attempted construction, is caught by its tag, and nothing is left when all are. */
import { Errors, NdArray, Numpy as np } from "effax"
import type * as Backend from "effax/Backend"
import * as Effect from "effect/Effect"

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const expect = <T extends true>(_?: T): void => undefined

const run = NdArray.toNested(np.ones([2]))

const handled = run.pipe(Effect.catchTags({
  CompileError: ({ backend }) => Effect.succeed(backend),
  UnsupportedError: ({ operation }) => Effect.succeed(operation),
  UnsupportedDTypeError: ({ dtype }) => Effect.succeed(dtype),
  OutOfMemoryError: ({ limit, live, requested }) => Effect.succeed(limit - live - requested),
  DeviceLostError: ({ cause }) => Effect.succeed(cause),
  DisposedArrayError: ({ reason }) => Effect.succeed(reason),
  ForeignArrayError: ({ owner }) => Effect.succeed(owner),
  EscapedParameterError: ({ transformation }) => Effect.succeed(transformation),
  KernelError: ({ message }) => Effect.succeed(message),
  CallbackError: ({ callback }) => Effect.succeed(callback),
  NonFiniteError: ({ index, value }) => Effect.succeed([index, value]),
  CheckError: ({ kind }) => Effect.succeed(kind),
  KeyReuseError: ({ first, second }) => Effect.succeed([first, second])
}))
expect<Equal<Effect.Error<typeof handled>, never>>()
expect<Equal<Effect.Services<typeof handled>, Backend.Backend>>()

const attempted = Errors.attempt(() => np.ones([2])).pipe(Effect.catchTags({
  ShapeError: ({ operation }) => Effect.succeed(operation),
  DTypeError: ({ operation }) => Effect.succeed(operation),
  AxisError: ({ operation }) => Effect.succeed(operation),
  IndexError: ({ operation }) => Effect.succeed(operation),
  TreeError: ({ operation }) => Effect.succeed(operation),
  ArgumentError: ({ operation }) => Effect.succeed(operation),
  ConcretizationError: ({ operation }) => Effect.succeed(operation),
  AxisNameError: ({ operation }) => Effect.succeed(operation),
  ReplicationError: ({ operation }) => Effect.succeed(operation),
  VerificationError: ({ operation }) => Effect.succeed(operation)
}))
expect<Equal<Effect.Error<typeof attempted>, never>>()

// @ts-expect-error no such error
void run.pipe(Effect.catchTag("ShapeError", () => Effect.void))
