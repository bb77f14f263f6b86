/**
 * Bodies while they are written: instructions whose indices are still sums over axes that may yet be cut.
 */
import type { DType } from "effax/DType"
import type { BinaryOp, Instruction, UnaryOp, ValueId } from "../../Plan.ts"
import type { LoopOp } from "../6-decompose/loopOp.ts"
import { withOperands } from "../instruction.ts"
import { checkPosition, mostInt32, mostPosition } from "../limits.ts"
import { keyOf, type Scalar } from "../scalar.ts"
import { anything, type Interval, intervalOf, wrapped } from "../verify/intervals.ts"
import { type Axis, type Index, isAffine, sameIndex, settle } from "./axes.ts"
import type { Coordinates } from "./coordinates.ts"

/** An instruction before its kernel's axes are numbered. */
export type Draft =
  | { readonly op: "load"; readonly dtype: DType; readonly buffer: LoopOp; readonly index: Index }
  | { readonly op: "loadAt"; readonly dtype: DType; readonly buffer: LoopOp; readonly index: ValueId }
  | { readonly op: "axis"; readonly dtype: "int32"; readonly axis: Axis }
  | { readonly op: "result"; readonly dtype: DType; readonly which: number }
  | { readonly op: "literal"; readonly dtype: DType; readonly value: Scalar }
  | {
    readonly op: UnaryOp | BinaryOp | "convert" | "bitcast" | "select"
    readonly dtype: DType
    readonly args: ReadonlyArray<ValueId>
  }

/** One body: what was emitted for which operation at which coordinates is emitted once. */
export class BodyWriter {
  readonly drafts: Array<Draft> = []
  /** The operation whose code it is, for errors. */
  readonly #operation: string
  /** Between which bounds the values of drafts lie. */
  readonly #bounds: Array<Interval> = []
  readonly #emitted = new Map<LoopOp, Array<readonly [Coordinates, ValueId]>>()
  readonly #shared = new Map<string, ValueId>()
  readonly #coordinates = new Map<Axis, ValueId>()

  constructor(operation: string) {
    this.#operation = operation
  }

  emitted(op: LoopOp, at: Coordinates): ValueId | undefined {
    for (const [known, value] of this.#emitted.get(op) ?? []) {
      if (known === at || sameIndex(known.linear(), at.linear())) return value
    }
    return undefined
  }

  remember(op: LoopOp, at: Coordinates, value: ValueId): void {
    const known = this.#emitted.get(op)
    if (known === undefined) this.#emitted.set(op, [[at, value]])
    else known.push([at, value])
  }

  push(draft: Draft): ValueId {
    this.drafts.push(draft)
    this.#bounds.push(
      draft.op === "axis"
        ? [0, draft.axis.extent - 1]
        : draft.dtype === "int32"
        ? wrapped(intervalOf(draft, (v) => this.#bounds[v]!))
        : anything
    )
    return this.drafts.length - 1
  }

  #share(key: string, make: () => Draft): ValueId {
    let value = this.#shared.get(key)
    if (value === undefined) {
      value = this.push(make())
      this.#shared.set(key, value)
    }
    return value
  }

  literal(value: Scalar, dtype: DType): ValueId {
    return this.#share(keyOf(value, dtype), () => ({ op: "literal", dtype, value }))
  }

  compute(
    op: UnaryOp | BinaryOp | "convert" | "bitcast" | "select",
    dtype: DType,
    ...args: ReadonlyArray<ValueId>
  ): ValueId {
    return this.#share(`${op} ${dtype} ${args.join()}`, () => ({ op, dtype, args }))
  }

  #axis(axis: Axis): ValueId {
    if (axis.extent === 1) return this.literal(0, "int32")
    let value = this.#coordinates.get(axis)
    if (value === undefined) {
      value = this.push({ op: "axis", dtype: "int32", axis })
      this.#coordinates.set(axis, value)
    }
    return value
  }

  #scaled(value: ValueId, factor: number): ValueId {
    return factor === 1 ? value : this.compute("mul", "int32", value, this.literal(factor, "int32"))
  }

  /** Between which bounds an index lies. */
  #boundsOf(index: Index): Interval {
    let low = index.offset
    let high = index.offset
    const term = (factor: number, [least, most]: Interval): void => {
      low += factor * (factor < 0 ? most : least)
      high += factor * (factor < 0 ? least : most)
    }
    index.axes.forEach((axis, i) => term(index.factors[i]!, [0, axis.extent - 1]))
    index.values.forEach((value, i) => term(index.weights[i]!, this.#bounds[value]!))
    return [low, high]
  }

  /** An index as an int32 value. */
  valueOf(index: Index): ValueId {
    return this.#value(index, mostInt32)
  }

  /** An index as a position in a buffer, which has 32 bits. */
  positionOf(index: Index): ValueId {
    return this.#value(index, mostPosition)
  }

  #value(index: Index, most: number): ValueId {
    const x = settle(index)
    const bounds = this.#boundsOf(x)
    checkPosition(this.#operation, bounds[0], bounds[1], most)
    const value = this.#sum(x)
    // Tighter than what follows from the instructions, of which some may wrap on the way
    this.#bounds[value] = bounds
    return value
  }

  #sum(x: Index): ValueId {
    const terms = [
      ...x.axes.map((axis, i) => this.#scaled(this.#axis(axis), x.factors[i]!)),
      ...x.values.map((value, i) => this.#scaled(value, x.weights[i]!))
    ]
    let sum: ValueId | undefined
    for (const term of terms) sum = sum === undefined ? term : this.compute("add", "int32", sum, term)
    if (sum === undefined) return this.literal(x.offset, "int32")
    return x.offset === 0 ? sum : this.compute("add", "int32", sum, this.literal(x.offset, "int32"))
  }

  load(buffer: LoopOp, dtype: DType, index: Index): ValueId {
    return isAffine(index)
      ? this.push({ op: "load", dtype, buffer, index })
      : this.push({ op: "loadAt", dtype, buffer, index: this.positionOf(index) })
  }
}

export const strides = (index: Index, axes: ReadonlyArray<Axis>): ReadonlyArray<number> => {
  const x = settle(index)
  const result = new Array<number>(axes.length).fill(0)
  x.axes.forEach((axis, i) => {
    if (axis.position !== undefined && axis.position >= 0) result[axis.position] = x.factors[i]!
  })
  return result
}

/** The index of an access, one stride for each of a kernel's axes; an axis that the kernel has not got is a mistake. */
export const affine = (
  index: Index,
  axes: ReadonlyArray<Axis>
): { offset: number; strides: ReadonlyArray<number> } => {
  if (!isAffine(index) || settle(index).axes.some((axis) => axis.position === undefined)) {
    throw new Error("an access is not affine over the axes of its kernel")
  }
  return { offset: index.offset, strides: strides(index, axes) }
}

/** The body, once the kernel's axes have their final numbers; also says what became of each draft. */
export const finish = (
  drafts: ReadonlyArray<Draft>,
  axes: ReadonlyArray<Axis>,
  bufferOf: (op: LoopOp) => number
): { readonly body: ReadonlyArray<Instruction>; readonly valueOf: (draft: ValueId) => ValueId } => {
  const body: Array<Instruction> = []
  const values: Array<ValueId> = []
  const push = (instruction: Instruction): ValueId => body.push(instruction) - 1
  /** The coordinate of an axis that was cut is put together from those of its parts. */
  const coordinate = (axis: Axis): ValueId => {
    if (axis.parts === undefined) {
      if (axis.extent > 1 && (axis.position === undefined || axis.position < 0)) {
        throw new Error("a coordinate on an axis that its kernel has not got")
      }
      return axis.extent === 1
        ? push({ op: "literal", dtype: "int32", value: 0 })
        : push({ op: "index", dtype: "int32", axis: axis.position! })
    }
    const [outer, inner] = axis.parts
    const factor = push({ op: "literal", dtype: "int32", value: inner.extent })
    const scaled = push({ op: "mul", dtype: "int32", args: [coordinate(outer), factor] })
    return push({ op: "add", dtype: "int32", args: [scaled, coordinate(inner)] })
  }
  for (const draft of drafts) {
    switch (draft.op) {
      case "axis":
        values.push(coordinate(draft.axis))
        break
      case "load":
        values.push(push({ ...draft, buffer: bufferOf(draft.buffer), index: affine(draft.index, axes) }))
        break
      case "loadAt":
        values.push(push({ ...draft, buffer: bufferOf(draft.buffer), index: values[draft.index]! }))
        break
      case "literal":
      case "result":
        values.push(push(draft))
        break
      default:
        values.push(push(withOperands(draft as unknown as Instruction, (v) => values[v]!)))
    }
  }
  return { body, valueOf: (draft) => values[draft]! }
}
