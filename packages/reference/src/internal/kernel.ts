/**
 * The interface of the implementation of a primitive.
 */
import type { HostCallback, Steps as AnySteps } from "effax/DriverKit"
import type { TypedArray } from "effax/DType"
import type { Params } from "effax/Primitive"
import type { Program } from "effax/Program"
import type { Arena } from "./memory.ts"
import type { Value } from "./value.ts"

/** A call of a host function, to be made before the computation continues. */
export interface HostRequest {
  readonly callback: HostCallback
  readonly operands: ReadonlyArray<TypedArray>
  readonly resume: (results: ReadonlyArray<TypedArray>) => void
}

/** A computation in steps of a few microseconds, which may call the host. It may be abandoned at every pause. */
export type Steps<A = void> = AnySteps<A, HostRequest>

/** The number of elementary steps between two pauses of a kernel. */
export const stride = 8192

/** A kernel reads the operands and writes the results, which are allocated as zeros. */
export interface Kernel<P extends Params> {
  readonly run: (inputs: ReadonlyArray<Value>, outputs: ReadonlyArray<Value>, params: P) => Steps | void
}

/** Runs a Program on operands that the caller keeps; the results are new. */
export type Run = (program: Program, inputs: ReadonlyArray<Value>) => Steps<ReadonlyArray<Value>>

/** A primitive that computes its results by running nested Programs. */
export interface HigherOrder<P extends Params> {
  /** The Programs in the parameters, which are prepared together with the enclosing Program. */
  readonly programs: (params: P) => ReadonlyArray<Program>
  /** The results are new memory of the arena. All other memory taken from the arena is released. */
  readonly call: (
    inputs: ReadonlyArray<Value>,
    params: P,
    run: Run,
    arena: Arena
  ) => Steps<ReadonlyArray<Value>>
}

export type Rule<P extends Params = Params> = Kernel<P> | HigherOrder<P>

export const kernel = <P extends Params = Params>(run: Kernel<P>["run"]): Kernel<P> => ({ run })
