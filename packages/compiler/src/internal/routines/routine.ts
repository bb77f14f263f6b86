/**
 * Everything that is true of one whole-array algorithm, whatever the device. Each routine fills in one of these in a file
 * of its own; `index.ts` is the table of all of them.
 */
import type { DType } from "effax/DType"
import { size } from "effax/Shape"
import type { Machine } from "../kernels/kernel.ts"
import type { BufferId } from "../kernels/parts.ts"

/** An operand, result or scratch buffer: row-major and contiguous, and used by nothing else. */
export interface Operand {
  readonly dtype: DType
  readonly elements: number
}

/** The buffers that a routine is given. */
export interface RoutineBuffers {
  readonly inputs: ReadonlyArray<BufferId>
  readonly outputs: ReadonlyArray<BufferId>
  readonly scratch: ReadonlyArray<BufferId>
}

export interface RoutineSpec<P> {
  /** The buffers that the parameters ask for, in order. */
  readonly operands: (params: P) => { readonly [K in keyof RoutineBuffers]: ReadonlyArray<Operand> }
  /** The rules that parameters break, apart from what {@link operands} tells. */
  readonly problems: (params: P) => ReadonlyArray<string>
  /** The extents of the arrays, as text: `[2, 5, 1]`. */
  readonly extents: (params: P) => string
  /** Everything else that the parameters say, as text. */
  readonly text: (params: P) => string
  readonly flops: (params: P) => number
  /** The meaning: a plain algorithm, one element at a time. */
  readonly run: (params: P, buffers: RoutineBuffers, machine: Machine) => void
}

/** The arrays of routines that work along one axis: `[outer, length, inner]`, row-major. */
export interface Lines {
  readonly outer: number
  readonly length: number
  readonly inner: number
}

/** The lines of an array along one of its axes. */
export const linesAlong = (shape: ReadonlyArray<number>, axis: number): Lines => ({
  outer: size(shape.slice(0, axis)),
  length: shape[axis]!,
  inner: size(shape.slice(axis + 1))
})

export const elementsOf = ({ inner, length, outer }: Lines): number => outer * length * inner

/** For each line, the positions of its elements. */
export function* linesOf({ inner, length, outer }: Lines): Generator<(at: number) => number> {
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) yield (at) => (o * length + at) * inner + i
  }
}
