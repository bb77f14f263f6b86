/**
 * The parts that kernels are made of: buffers, positions in them, bodies, stores.
 */
import type { DType } from "effax/DType"
import type { BinaryOp, UnaryOp } from "../../ScalarOp.ts"

/** The number of a buffer in a Plan. @category models @since 0.1.0 */
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
 * One instruction of a body. `dtype` is that of its value.
 *
 * @category models
 * @since 0.1.0
 */
export type Instruction =
  /** An element at an affine position. */
  | { readonly op: "load"; readonly dtype: DType; readonly buffer: BufferId; readonly index: Affine }
  /** An element at a computed position, the 32 bits of an int32, which is always inside the buffer. */
  | { readonly op: "loadAt"; readonly dtype: DType; readonly buffer: BufferId; readonly index: ValueId }
  | { readonly op: "literal"; readonly dtype: DType; readonly value: number | bigint | boolean }
  /** The point's coordinate on an axis, int32. */
  | { readonly op: "index"; readonly dtype: "int32"; readonly axis: number }
  /** The result of a reduction or contraction; only in an epilogue. */
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

/** Writes a value. No two points of the iteration space write the same element. @category models @since 0.1.0 */
export interface Store {
  readonly buffer: BufferId
  readonly index: Affine
  readonly value: ValueId
}

/** Fields of every kernel. */
export interface KernelCommon {
  /** A name that a person recognises, made of the primitives fused: `mul_sin_reduce_sum`. */
  readonly name: string
  /** Whether kernels since the last barrier must have ended on all threads before this one starts. */
  readonly barrier: boolean
}
