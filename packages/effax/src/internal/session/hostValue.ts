/**
 * Values of arrays on the host, passed to the host functions that a running Program calls.
 */
import * as Inspectable from "effect/Inspectable"
import * as aval from "../../Aval.ts"
import type { Aval } from "../../Aval.ts"
import { type DType, isComplex, type TypedArray } from "../../DType.ts"
import { ShapeError } from "../../Errors.ts"
import { reader } from "../../HostArray.ts"
import type * as NdArray from "../../NdArray.ts"
import type { Shape } from "../../Shape.ts"
import type * as Tree from "../../Tree.ts"
import { format } from "../graph/format.ts"

/** A function that reads an element as a JavaScript value. */
const elementReader = (dtype: DType): (data: TypedArray, i: number) => unknown =>
  isComplex(dtype) ? (data, i) => ({ re: data[2 * i], im: data[2 * i + 1] }) : reader(dtype)

/**
 * The value of an array on the host. Computations call host functions with these.
 *
 * @example
 * ```ts
 * import { Debug, NdArray, Numpy as np } from "effax"
 * import { Effect } from "effect"
 *
 * const seen: Array<unknown> = []
 * const look = Debug.callback((x: Debug.HostValue) => Effect.sync(() => seen.push(x.toNested(), String(x))))
 * Effect.as(NdArray.toNested(look(np.array([1, 2]))), seen) // => [[1, 2], "f32[2] [1., 2.]"]
 * ```
 *
 * @category models
 * @since 0.1.0
 */
export class HostValue<out D extends DType = DType, out S extends Shape = Shape> implements Inspectable.Inspectable {
  readonly dtype: D
  readonly shape: S
  /**
   * A copy of the elements, row-major, in the typed array of the dtype: bool as 0 and 1, half precision as bits,
   * complex numbers as pairs.
   */
  readonly data: TypedArray
  private readonly weak: boolean

  constructor(data: TypedArray, dtype: D, shape: S, weak = false) {
    this.data = data
    this.dtype = dtype
    this.shape = shape
    this.weak = weak
  }

  /** The number of elements. */
  get size(): number {
    return aval.size(this)
  }

  /** Nested arrays, in the format of `NdArray.toNested`; a scalar gives the value itself. */
  toNested(): NdArray.Nested<D, S> {
    const read = elementReader(this.dtype)
    const { data, shape } = this
    let next = 0
    const build = (axis: number): unknown =>
      axis === shape.length ? read(data, next++) : Array.from({ length: shape[axis]! }, () => build(axis + 1))
    return build(0) as NdArray.Nested<D, S>
  }

  /** The elements of a real array as numbers, row-major, for any dtype. */
  toNumbers(): ReadonlyArray<number> {
    const read = elementReader(this.dtype)
    return Array.from(this.data as ArrayLike<unknown>, (_, i) => Number(read(this.data, i)))
  }

  /** The value of an array with one element. */
  toScalar(): NdArray.Element<D> {
    if (this.size !== 1) {
      throw new ShapeError({
        operation: "HostValue.toScalar",
        message: `HostValue.toScalar: ${aval.format(this)} has ${this.size} elements; use toNested or data`
      })
    }
    return elementReader(this.dtype)(this.data, 0) as NdArray.Element<D>
  }

  /** The values as text, without dtype and shape; lines after the first are indented. */
  format(indent = 0): string {
    return format(this.data, { dtype: this.dtype, shape: this.shape, weak: this.weak }, indent)
  }

  /** `f32[2]` */
  get type(): string {
    return aval.format(this).replaceAll(",", ", ")
  }

  /** `f32[2] [1., 2.]` */
  toString(): string {
    const { type } = this
    return `${type} ${this.format(type.length + 1)}`
  }

  toJSON(): unknown {
    return {
      _id: "HostValue",
      dtype: this.dtype,
      shape: this.shape,
      data: Array.from(this.data as Iterable<unknown>, String)
    }
  }

  [Inspectable.NodeInspectSymbol](): string {
    return this.toString()
  }
}

/** A tree with host values in place of arrays and scalars. @category models @since 0.1.0 */
export type HostValues<T> = T extends NdArray.NdArray<infer D, infer S> ? HostValue<D, S>
  : T extends number ? HostValue<"float32", readonly []>
  : T extends bigint ? HostValue<"int32", readonly []>
  : T extends boolean ? HostValue<"bool", readonly []>
  : T extends Tree.Atom ? T
  : T extends object ? { readonly [K in keyof T]: HostValues<T[K]> }
  : T

/** The host values of a callback's operands. */
export const valuesOf = (
  data: ReadonlyArray<TypedArray>,
  avals: ReadonlyArray<Aval>
): ReadonlyArray<HostValue> =>
  data.map((elements, i) => new HostValue(elements, avals[i]!.dtype, avals[i]!.shape, avals[i]!.weak))
