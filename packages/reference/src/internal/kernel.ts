/**
 * The interface of the code for one primitive.
 */
import type { HostCallback, Steps as AnySteps } from "effax/DriverKit"
import type { TypedArray } from "effax/DType"
import type { Params } from "effax/Primitive"
import type { Program } from "effax/Program"
import type { Arena } from "./memory.ts"
import type { Value } from "./value.ts"

/** A call of the host, to be made before the computation goes on. */
export interface HostRequest {
  readonly callback: HostCallback
  readonly operands: ReadonlyArray<TypedArray>
  readonly resume: (results: ReadonlyArray<TypedArray>) => void
}

/** A computation in steps of some microseconds, which may call the host. It may be left for good at every pause. */
export type Steps<A = void> = AnySteps<A, HostRequest>

/** How many elementary steps a kernel makes between two pauses. */
export const stride = 8192

/** Reads the operands and writes the results, which were allocated as zeros. */
export interface Kernel<P extends Params> {
  readonly run: (inputs: ReadonlyArray<Value>, outputs: ReadonlyArray<Value>, params: P) => Steps | void
}

/** Runs a Program on operands that stay the caller's; the results are new. */
export type Run = (program: Program, inputs: ReadonlyArray<Value>) => Steps<ReadonlyArray<Value>>

/** A primitive that holds Programs: it has its results made by them. */
export interface HigherOrder<P extends Params> {
  /** The Programs in the parameters, to be prepared with the Program around them. */
  readonly programs: (params: P) => ReadonlyArray<Program>
  /** The results are new memory of the arena. What else it takes from the arena it gives back. */
  readonly call: (
    inputs: ReadonlyArray<Value>,
    params: P,
    run: Run,
    arena: Arena
  ) => Steps<ReadonlyArray<Value>>
}

export type Rule<P extends Params = Params> = Kernel<P> | HigherOrder<P>

export const kernel = <P extends Params = Params>(run: Kernel<P>["run"]): Kernel<P> => ({ run })
