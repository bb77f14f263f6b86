/**
 * Where in an array a kernel's point reads: coordinates that follow views back to what they are views of.
 */
import * as Aval from "effax/Aval"
import type { LoopOp, LoopOpOf } from "../6-decompose/loopOp.ts"
import { constant, flatten, type Index, plus, shift, times, unflatten, zero } from "./axes.ts"

type Ints = ReadonlyArray<number>

/** Computes coordinates in a body where they are no sums of multiples of axes. */
export type Divide = (linear: Index, shape: Ints) => ReadonlyArray<Index>

/** The coordinates of one element of an array of a shape; what a reshape changes is found out only when it matters. */
export class Coordinates {
  readonly shape: Ints
  #parts: ReadonlyArray<Index> | undefined
  #linear: Index | undefined
  /** The coordinates this is a reshape of. */
  readonly #source: Coordinates | undefined

  constructor(shape: Ints, parts: ReadonlyArray<Index> | undefined, source?: Coordinates) {
    this.shape = shape
    this.#parts = parts
    this.#source = source
  }

  /** The position in row-major order. */
  linear(): Index {
    return this.#linear ??= this.#source === undefined ? flatten(this.#parts!, this.shape) : this.#source.linear()
  }

  /** One index for each axis; `undefined` if they would have to be computed and can't be. */
  parts(divide: Divide | undefined): ReadonlyArray<Index> | undefined {
    if (this.#parts === undefined) {
      const outer = this.#source!.parts(divide)
      if (outer === undefined) return undefined
      this.#parts = regroup(outer, this.#source!.shape, this.shape, divide)
    }
    return this.#parts
  }

  /**
   * The coordinates of the same position in an array of another shape. They follow from those that a reshape was made of, so
   * that the way there and back ends at the same axes, even if quotients had to be computed in between.
   */
  reshape(shape: Ints): Coordinates {
    if (Aval.sameShape(shape, this.shape)) return this
    const source = this.#source ?? this
    return Aval.sameShape(shape, source.shape) ? source : new Coordinates(shape, undefined, source)
  }
}

/** Axes are regrouped run by run: where products of leading axes agree, one run ends and the next one starts. */
const regroup = (
  parts: ReadonlyArray<Index>,
  from: Ints,
  to: Ints,
  divide: Divide | undefined
): ReadonlyArray<Index> | undefined => {
  const result: Array<Index> = []
  let i = 0
  let k = 0
  while (k < to.length) {
    const start = i
    const first = k
    let before = i < from.length ? from[i++]! : 1
    let after = to[k++]!
    while (before !== after) {
      if (before < after) before *= from[i++]!
      else after *= to[k++]!
    }
    // Axes of length 1 belong to whatever run they touch
    while (i < from.length && from[i] === 1) i++
    const run = to.slice(first, k)
    if (run.length === 1 && i - start === 1) {
      result.push(parts[start]!)
      continue
    }
    const linear = flatten(parts.slice(start, i), from.slice(start, i))
    const split = unflatten(linear, run) ?? divide?.(linear, run)
    if (split === undefined) return undefined
    result.push(...split)
  }
  return result
}

/** The single element of a scalar. */
export const scalarCoordinates: Coordinates = new Coordinates([], [])

export type ViewKind = "reshape" | "transpose" | "broadcast" | "slice" | "rev"

type View = (op: LoopOp, parts: ReadonlyArray<Index>) => ReadonlyArray<Index>

/** The operand's coordinates of a result's, where they depend on them axis by axis. */
const views: { readonly [K in Exclude<ViewKind, "reshape">]: View } = {
  transpose: (op, parts) => {
    const { permutation } = (op as LoopOpOf<"transpose">).action
    const inner = new Array<Index>(parts.length)
    permutation.forEach((p, i) => inner[p] = parts[i]!)
    return inner
  },
  broadcast: (op, parts) => {
    const { shape } = op.inputs[0]!
    return (op as LoopOpOf<"broadcast">).action.dimensions.map((d, i) => shape[i] === 1 ? zero : parts[d]!)
  },
  slice: (op, parts) => {
    const { starts, steps } = (op as LoopOpOf<"slice">).action
    return parts.map((p, i) => shift(times(p, steps[i]!), starts[i]!))
  },
  rev: (op, parts) => {
    const { dimensions } = (op as LoopOpOf<"rev">).action
    return parts.map((p, i) => dimensions.includes(i) ? plus(constant(op.shape[i]! - 1), times(p, -1)) : p)
  }
}

export const isView = (op: LoopOp): boolean => op.action.kind === "reshape" || op.action.kind in views

/** The coordinates that a view reads its operand at. */
export const throughView = (op: LoopOp, at: Coordinates, divide: Divide | undefined): Coordinates | undefined => {
  const operand = op.inputs[0]!
  if (op.action.kind === "reshape") return at.reshape(operand.shape)
  const parts = at.parts(divide)
  return parts && new Coordinates(operand.shape, views[op.action.kind as keyof typeof views](op, parts))
}
