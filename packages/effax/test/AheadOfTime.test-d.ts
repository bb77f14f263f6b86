import { jit, makeProgram, type NdArray, Numpy as np, type Program, ShapeDType } from "effax"
import type * as Backend from "effax/Backend"
import type * as Errors from "effax/Errors"
import type * as Effect from "effect/Effect"

type Equal<X, Y> = (<T>() => T extends X ? 1 : 2) extends (<T>() => T extends Y ? 1 : 2) ? true : false
const expect = <T extends true>(): T | undefined => undefined

type Vector = NdArray.NdArray<"float32", readonly [number]>
type Scalar = NdArray.NdArray<"float32", readonly []>
const vector = new ShapeDType([3] as readonly [number], "float32")

const step = jit(
  (state: { readonly w: Vector; readonly rate: Scalar }, mode: "train" | "test") => ({
    loss: np.sum(state.w),
    w: np.multiply(state.w, state.rate),
    mode
  }),
  { staticArgnums: 1 }
)

// specifications, arrays and numbers stand for arguments
const traced = step.trace({ w: vector, rate: 0.1 }, "train")
expect<Equal<typeof traced.program, Program.Program>>()
expect<Equal<typeof traced.outInfo.loss, ShapeDType<"float32", readonly []>>>()
// @ts-expect-error a static argument has its own type
void step.trace({ w: vector, rate: 0.1 }, "validate")
// @ts-expect-error the rate is missing
void step.lower({ w: vector }, "train")
// @ts-expect-error the dtype is another
void step.trace({ w: new ShapeDType([3] as readonly [number], "int32"), rate: 0.1 }, "train")

// lowering and compiling are effects on a backend
const lowered = step.lower({ w: vector, rate: 0.1 }, "train")
expect<Equal<Effect.Error<typeof lowered>, Errors.ExecutionError>>()
expect<Equal<Effect.Services<typeof lowered>, Backend.Backend>>()
type Call = Effect.Success<ReturnType<Effect.Success<typeof lowered>["compile"]>>
declare const compiled: Call
const result = compiled({ w: np.ones([3]), rate: 2 }, "train")
expect<Equal<typeof result.loss, Scalar>>()
expect<Equal<typeof compiled.memoryAnalysis, Backend.MemoryAnalysis>>()
// @ts-expect-error compiled functions have the types of the function
void compiled(np.ones([3]), "train")

// generic functions stay generic when they are called
const tanh = jit(np.tanh)
const precise = tanh(np.ones([2, 3]))
expect<Equal<typeof precise, NdArray.NdArray<"float32", readonly [2, 3]>>>()

// the result's specification only where it is asked for
const program = makeProgram((x: Vector) => np.sum(x))(vector)
expect<Equal<typeof program, Program.Program>>()
const both = makeProgram((x: Vector) => ({ sum: np.sum(x) }), { returnShape: true })(vector)
expect<Equal<typeof both[1]["sum"], ShapeDType<"float32", readonly []>>>()
