/**
 * Everything that is true of one kind of kernel, whatever the device. Each kind fills in one of these in a file of its own;
 * `index.ts` is the table of all of them.
 */
import type { Cost } from "effax/Cost"
import type { DType } from "effax/DType"
import type { BinaryOp } from "../../ScalarOp.ts"
import type { Scalar } from "../scalar.ts"
import type { Report } from "../verify/body.ts"
import type { AnyPlan, Body, BufferId, KernelCommon } from "./parts.ts"

/** The buffers that a kernel touches. One may occur more than once in a list. */
export interface Accesses {
  readonly reads: ReadonlyArray<BufferId>
  /** Buffers whose elements are written without being read. */
  readonly writes: ReadonlyArray<BufferId>
  /** Buffers whose elements may be read and written in any order. */
  readonly updates: ReadonlyArray<BufferId>
}

/** How the printer names buffers and nested Plans. */
export interface Names<P = never> {
  readonly nameOf: (buffer: BufferId) => string
  /** The lines of a nested Plan, indented. */
  readonly nested: (plan: P) => ReadonlyArray<string>
}

/**
 * An abstract machine that a kernel's meaning is written for: memory, one element at a time, and scalar arithmetic.
 * Elements are numbers, bigints of 64-bit integers, and booleans.
 */
export interface Machine<P = never> {
  readonly get: (buffer: BufferId, at: number) => Scalar
  readonly set: (buffer: BufferId, at: number, value: Scalar) => void
  /** The values of a body's instructions at a point. */
  readonly body: (body: Body, point: ReadonlyArray<number>, results?: ReadonlyArray<Scalar>) => ReadonlyArray<Scalar>
  readonly convert: (value: Scalar, from: DType, to: DType) => Scalar
  /** `x op y`, rounded to the dtype of the operands. */
  readonly apply: (op: BinaryOp, x: Scalar, y: Scalar, dtype: DType) => Scalar
  /** A sum, which may be rounded at the end only. */
  readonly sum: (values: ReadonlyArray<Scalar>, dtype: DType) => Scalar
  /** The points of a space whose order does not matter, in an order that the machine chooses. */
  readonly anyOrder: (space: ReadonlyArray<number>) => Iterable<ReadonlyArray<number>>
  /** The bytes of a buffer, or of one of several equal parts of it. */
  readonly bytes: (buffer: BufferId, part?: number, parts?: number) => Uint8Array
  /** Runs another Plan on bytes. */
  readonly run: (plan: P, inputs: ReadonlyArray<Uint8Array>, outputs: ReadonlyArray<Uint8Array>) => void
  /** Calls the host. */
  readonly call: (callback: number, inputs: ReadonlyArray<BufferId>, outputs: ReadonlyArray<BufferId>) => void
}

/** `P` is the type of Plans that kernels of the kind run, if they do. */
export interface KernelSpec<K extends KernelCommon, P = never> {
  readonly accesses: (kernel: K) => Accesses
  /** How many elements of each buffer the kernel fills, none of them twice. Scratch counts as filled. */
  readonly fills: (kernel: K, plan: AnyPlan) => ReadonlyArray<readonly [buffer: BufferId, elements: number]>
  /** Buffers that the kernel works in, whose contents mean nothing before and after. */
  readonly scratch: (kernel: K) => ReadonlyArray<BufferId>
  /** The same kernel on other buffers. */
  readonly mapBuffers: (kernel: K, to: (buffer: BufferId) => BufferId) => K
  /** The Plans that the kernel runs. */
  readonly nested: (kernel: K) => ReadonlyArray<P>
  /** Whether the kernel itself calls the host. */
  readonly callsHost: boolean
  /** The dtypes of values that the kernel computes with, nested Plans aside. */
  readonly dtypes: (kernel: K) => ReadonlyArray<DType>
  /** Reports every rule that the kernel breaks; nested Plans are checked apart. */
  readonly verify: (kernel: K, plan: AnyPlan, report: Report) => void
  /** The extents of the iteration space, as text: `[3, 4] over [5]`. */
  readonly extents: (kernel: K) => string
  /** The kernel as text: what follows its kind and name in the first line, and the lines below. */
  readonly lines: (kernel: K, names: Names<P>) => readonly [title: string, ...lines: ReadonlyArray<string>]
  /** Operations and bytes; `costOf` gives those of a nested Plan. */
  readonly cost: (kernel: K, plan: AnyPlan, costOf: (plan: P) => Cost) => Cost
  /** The meaning: runs the kernel, one element at a time. */
  readonly run: (kernel: K, machine: Machine<P>, plan: AnyPlan) => void
}
