/**
 * Plans: what a Program becomes before code is generated for a device. A list of kernels over numbered buffers.
 *
 * **Details**
 *
 * A Plan is the same for every device: the Wasm backend makes one module of it, the WebGPU backend one command buffer.
 * Every kernel is an iteration space with a body of straight-line code per point, and it owns no memory but its
 * buffers.
 *
 * @since 0.1.0
 */
import type { DType } from "effax/DType"

/** The number of a buffer in {@link Plan.buffers}. @category models @since 0.1.0 */
export type BufferId = number

/** The number of an instruction in its {@link Body}, whose value it stands for. @category models @since 0.1.0 */
export type ValueId = number

/**
 * Memory that kernels read and write: row-major, contiguous, `elements` long.
 *
 * @category models
 * @since 0.1.0
 */
export interface Buffer {
  readonly dtype: DType
  readonly elements: number
  readonly location:
    | { readonly _tag: "Input"; readonly index: number }
    | { readonly _tag: "Output"; readonly index: number }
    /** Bytes from the start of the arena; a multiple of 64. */
    | { readonly _tag: "Temporary"; readonly offset: number }
}

/**
 * A position in a buffer, in elements, for each point of an iteration space: `offset + sum(strides[d] * point[d])`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Affine {
  readonly offset: number
  /** One for each axis of the iteration space; may be 0 or negative. */
  readonly strides: ReadonlyArray<number>
}

/**
 * The operations that bodies compute with, on lanes of `bool`, `int32`, `uint32`, `int64`, `uint64`, `float32` or
 * `float64`. Narrower dtypes are only loaded, converted, selected, bitcast and stored: the compiler widens around them.
 *
 * **Details**
 *
 * Integers are as XLA has them: arithmetic wraps, `x / 0` is all ones, `x rem 0` is x, and a shift by a count that is
 * negative or not below the width gives 0 or copies of the sign. Of bools there are `and`, `or`, `xor` and `not` only.
 * Conversions from floats to narrow integers are preceded by one to 32 bits and by clamping, and those to bool are
 * comparisons with 0: `convert` itself goes to bool never, and from integers to half precision by way of float32.
 *
 * @category models
 * @since 0.1.0
 */
export type UnaryOp =
  | "neg"
  | "abs"
  | "sign"
  | "floor"
  | "ceil"
  | "roundEven"
  | "roundAway"
  | "isFinite"
  | "not"
  | "exp"
  | "exp2"
  | "expm1"
  | "log"
  | "log1p"
  | "logistic"
  | "sqrt"
  | "rsqrt"
  | "cbrt"
  | "sin"
  | "cos"
  | "tan"
  | "asin"
  | "acos"
  | "atan"
  | "sinh"
  | "cosh"
  | "tanh"
  | "asinh"
  | "acosh"
  | "atanh"
  | "erf"
  | "erfc"
  | "erfInv"
  | "lgamma"
  | "digamma"
  | "populationCount"
  | "clz"
/** What an instruction of two operands computes. @category models @since 0.1.0 */
export type BinaryOp =
  | "add"
  | "sub"
  | "mul"
  | "div"
  | "rem"
  | "pow"
  | "atan2"
  | "nextafter"
  /** NaN if either is NaN. */
  | "max"
  | "min"
  | "and"
  | "or"
  | "xor"
  | "shiftLeft"
  | "shiftRightLogical"
  | "shiftRightArithmetic"
  /** Comparisons give bool. Floats compare as IEEE says. */
  | "eq"
  | "ne"
  | "lt"
  | "le"
  | "gt"
  | "ge"

/**
 * One instruction of a body. `dtype` is that of its value.
 *
 * @category models
 * @since 0.1.0
 */
export type Instruction =
  /** An element at an affine position. */
  | { readonly op: "load"; readonly dtype: DType; readonly buffer: BufferId; readonly index: Affine }
  /** An element at a computed int32 position, which is always inside the buffer. */
  | { readonly op: "loadAt"; readonly dtype: DType; readonly buffer: BufferId; readonly index: ValueId }
  | { readonly op: "literal"; readonly dtype: DType; readonly value: number | bigint | boolean }
  /** The point's coordinate on an axis, int32. */
  | { readonly op: "index"; readonly dtype: "int32"; readonly axis: number }
  /** What a reduction or contraction arrived at; only in an epilogue. */
  | { readonly op: "result"; readonly dtype: DType; readonly which: number }
  | { readonly op: UnaryOp; readonly dtype: DType; readonly args: readonly [ValueId] }
  | { readonly op: BinaryOp; readonly dtype: DType; readonly args: readonly [ValueId, ValueId] }
  /** JAX's conversions: floats to integers saturate (NaN is 0), integers wrap, anything but 0 is true. */
  | { readonly op: "convert"; readonly dtype: DType; readonly args: readonly [ValueId] }
  | { readonly op: "bitcast"; readonly dtype: DType; readonly args: readonly [ValueId] }
  /** `condition ? onTrue : onFalse`. */
  | {
    readonly op: "select"
    readonly dtype: DType
    readonly args: readonly [condition: ValueId, onTrue: ValueId, onFalse: ValueId]
  }

/**
 * Straight-line code: instruction `i` uses values of earlier instructions only.
 *
 * @category models
 * @since 0.1.0
 */
export type Body = ReadonlyArray<Instruction>

/** Writes a value. No two points of the iteration space write the same place. @category models @since 0.1.0 */
export interface Store {
  readonly buffer: BufferId
  readonly index: Affine
  readonly value: ValueId
}

interface Common {
  /** A name that a person recognises, made of the primitives fused: `mul_sin_reduce_sum`. */
  readonly name: string
  /** Whether kernels since the last barrier must have ended on all threads before this one starts. */
  readonly barrier: boolean
}

/**
 * For every point of `space` (one point if it has no axes): run the body, store. Axes are collapsed where every access allows it, and the last axis is
 * the one that most accesses walk contiguously. A buffer that is stored to may also be loaded from, at the very same
 * position of the same point only (in place).
 *
 * @category models
 * @since 0.1.0
 */
export interface Loop extends Common {
  readonly kind: "loop"
  readonly space: ReadonlyArray<number>
  readonly body: Body
  readonly stores: ReadonlyArray<Store>
}

/** What a reduction does with two elements. @category models @since 0.1.0 */
export type Combiner = "sum" | "product" | "max" | "min" | "and" | "or" | "argmax" | "argmin"

/** One of the values that a reduction accumulates. @category models @since 0.1.0 */
export interface Accumulation {
  readonly combiner: Combiner
  /** A value of the reduction's body. For `argmax` and `argmin`, the value that is compared. */
  readonly value: ValueId
  /** The dtype to accumulate in. `float32` sums may hold partial sums wider; they must not lose more than 1e-6. */
  readonly dtype: DType
}

/**
 * For every point of `kept`: run the body over all points of `reduced`, combine, then run the epilogue once and store.
 * The body's space is `[...kept, ...reduced]`; the epilogue's and the stores' is `kept`, which may have no axes; `reduced`
 * has at least one. `argmax` gives the int32 coordinate on the one reduced axis, the first of equals, NaN above all.
 *
 * @category models
 * @since 0.1.0
 */
export interface Reduce extends Common {
  readonly kind: "reduce"
  readonly kept: ReadonlyArray<number>
  readonly reduced: ReadonlyArray<number>
  readonly body: Body
  readonly accumulations: ReadonlyArray<Accumulation>
  readonly epilogue: Body
  readonly stores: ReadonlyArray<Store>
}

/**
 * For every `[...batch, m, n]`: the sum over k of `lhs[...batch, m, k] * rhs[...batch, k, n]`, then the epilogue with that
 * `result` and the stores, whose space is `[...batch, m, n]`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Contract extends Common {
  readonly kind: "contract"
  readonly batch: ReadonlyArray<number>
  readonly m: number
  readonly n: number
  readonly k: number
  /** Strides for `[...batch, m, k]`. */
  readonly lhs: { readonly buffer: BufferId; readonly index: Affine }
  /** Strides for `[...batch, k, n]`. */
  readonly rhs: { readonly buffer: BufferId; readonly index: Affine }
  /** The dtype of operands in their buffers. */
  readonly operandDtype: DType
  /** The dtype of products and sums. */
  readonly dtype: DType
  readonly epilogue: Body
  readonly stores: ReadonlyArray<Store>
}

/**
 * A convolution: for every `[n, o, ...out]`, the sum over `[c, ...window]` of
 * `lhs[n, g * C + c, out * stride + window * rhsDilation - low]` (zero outside and between dilated elements)
 * times `rhs[o, c, window]`, where `g` is the feature group of `o`; then the epilogue and the stores, whose space is
 * `[n, o, ...out]`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Convolve extends Common {
  readonly kind: "convolve"
  readonly batch: number
  readonly features: number
  readonly groups: number
  /** Input features of one group. */
  readonly channels: number
  readonly input: ReadonlyArray<number>
  readonly window: ReadonlyArray<number>
  readonly output: ReadonlyArray<number>
  readonly strides: ReadonlyArray<number>
  readonly low: ReadonlyArray<number>
  readonly lhsDilation: ReadonlyArray<number>
  readonly rhsDilation: ReadonlyArray<number>
  /** Strides for `[n, c, ...input]`. */
  readonly lhs: { readonly buffer: BufferId; readonly index: Affine }
  /** Strides for `[o, c, ...window]`. */
  readonly rhs: { readonly buffer: BufferId; readonly index: Affine }
  readonly operandDtype: DType
  readonly dtype: DType
  readonly epilogue: Body
  readonly stores: ReadonlyArray<Store>
}

/**
 * Runs the body for every point of `space`, in row-major order; where `guard` is true (or absent), combines `value` into
 * the element of `buffer` at the computed int32 position `at`. Positions may repeat, but where `unique` says that they don't:
 * order means nothing then. `buffer` was filled before.
 *
 * @category models
 * @since 0.1.0
 */
export interface Scatter extends Common {
  readonly kind: "scatter"
  readonly space: ReadonlyArray<number>
  readonly body: Body
  readonly buffer: BufferId
  readonly combiner: "set" | "add" | "mul" | "min" | "max"
  readonly at: ValueId
  readonly value: ValueId
  readonly guard: ValueId | undefined
  readonly unique: boolean
}

/**
 * Running combination along one axis: `[outer, length, inner]`, row-major, input and output alike.
 *
 * @category models
 * @since 0.1.0
 */
export interface Cumulative extends Common {
  readonly kind: "cumulative"
  readonly combiner: "sum" | "product" | "max" | "min"
  readonly dtype: DType
  readonly outer: number
  readonly length: number
  readonly inner: number
  readonly reverse: boolean
  readonly input: BufferId
  readonly output: BufferId
}

/**
 * A stable sort along the middle axis of `[outer, length, inner]` arrays, by the first `keys` operands. Floats: NaN
 * last, -0 equal to 0.
 *
 * @category models
 * @since 0.1.0
 */
export interface Sort extends Common {
  readonly kind: "sort"
  readonly outer: number
  readonly length: number
  readonly inner: number
  readonly keys: number
  readonly dtypes: ReadonlyArray<DType>
  readonly inputs: ReadonlyArray<BufferId>
  readonly outputs: ReadonlyArray<BufferId>
  /** Room for two permutations: uint32, `2 * outer * length * inner` elements. */
  readonly scratch: BufferId
}

/** A value that a {@link Repeat} hands from step to step. @category models @since 0.1.0 */
export interface Carry {
  /** Where it is before the first step. It is not changed. */
  readonly initial: BufferId
  /** Where it is in the end, whatever the number of steps. */
  readonly result: BufferId
  /**
   * Room for one more of them: steps read one and write the other. `null` where the body has one buffer for the carry, an
   * input and an output, that it changes in place; `initial` may then be `result`.
   */
  readonly spare: BufferId | null
}

/**
 * A loop whose steps follow each other: `scan` and `while`. Every step runs `body`, a Plan of its own whose temporaries
 * the device sets aside. Its inputs are the constants, the carries and one slice of each of `slices`; its outputs are the
 * next carries and one slice of each of `stacks`. Step `s` reads and writes the slices numbered `s`, or
 * `steps - 1 - s` with `reverse`; slice `i` is the elements from `i * n` on, `n` being what the body's buffer has.
 *
 * With a `condition` the loop ends before the first step at which that carry, a bool scalar, is false; there are then no
 * slices and stacks.
 *
 * @category models
 * @since 0.1.0
 */
export interface Repeat extends Common {
  readonly kind: "repeat"
  /** At most so many steps; `null` only with a condition: as many as it wants. */
  readonly steps: number | null
  /** The number of the carry that is the condition; `null` if there is none. */
  readonly condition: number | null
  readonly reverse: boolean
  readonly body: Plan
  readonly constants: ReadonlyArray<BufferId>
  readonly carries: ReadonlyArray<Carry>
  readonly slices: ReadonlyArray<BufferId>
  readonly stacks: ReadonlyArray<BufferId>
}

/**
 * Runs one of several Plans, which have the same inputs and outputs: the one that `index`, an int32 scalar, picks when it
 * is clamped into range. An output that is also an input is changed in place: it is one buffer in every branch too.
 *
 * @category models
 * @since 0.1.0
 */
export interface Branch extends Common {
  readonly kind: "branch"
  readonly index: BufferId
  readonly branches: ReadonlyArray<Plan>
  readonly inputs: ReadonlyArray<BufferId>
  readonly outputs: ReadonlyArray<BufferId>
}

/**
 * A call of the host, with the values of buffers: `callback` is its position in the list of callbacks that an execution is
 * given. Calls are made in the order of the Plan.
 *
 * @category models
 * @since 0.1.0
 */
export interface HostCall extends Common {
  readonly kind: "hostCall"
  readonly callback: number
  readonly inputs: ReadonlyArray<BufferId>
  readonly outputs: ReadonlyArray<BufferId>
}

/** One step of a Plan. @category models @since 0.1.0 */
export type Kernel =
  | Loop
  | Reduce
  | Contract
  | Convolve
  | Scatter
  | Cumulative
  | Sort
  | Repeat
  | Branch
  | HostCall

/**
 * A Program as kernels over buffers, in order of execution.
 *
 * @category models
 * @since 0.1.0
 */
export interface Plan {
  readonly buffers: ReadonlyArray<Buffer>
  readonly kernels: ReadonlyArray<Kernel>
  /** The buffer of each input of the Program, in order; inputs that nothing reads have a buffer too. */
  readonly inputs: ReadonlyArray<BufferId>
  readonly outputs: ReadonlyArray<BufferId>
  /** Bytes of the arena that holds the temporaries. */
  readonly arena: number
}

/** The Plans that a kernel runs: the body of a loop, branches. @category getters @since 0.1.0 */
export const nestedPlans = (kernel: Kernel): ReadonlyArray<Plan> =>
  kernel.kind === "repeat" ? [kernel.body] : kernel.kind === "branch" ? kernel.branches : []

/** Whether a Plan, or one that it runs, has calls of the host. @category getters @since 0.1.0 */
export const callsHost = (plan: Plan): boolean => plan.kernels.some(kernelCallsHost)

/** The same of one kernel. @category getters @since 0.1.0 */
export const kernelCallsHost = (kernel: Kernel): boolean =>
  kernel.kind === "hostCall" || nestedPlans(kernel).some(callsHost)

export { format } from "./PlanPrinter.ts"
