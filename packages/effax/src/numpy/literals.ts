/**
 * Arrays of JavaScript values.
 */
import type { Aval } from "../Aval.ts"
import * as DType from "../DType.ts"
import { DTypeError, ShapeError } from "../Errors.ts"
import * as host from "../HostArray.ts"
import { checkOptions, knownOfDType } from "../internal/arguments/options.ts"
import { cast } from "../internal/graph/cast.ts"
import * as node from "../internal/graph/node.ts"
import { holds, integerRange } from "../internal/graph/scalars.ts"
import type * as NdArray from "../NdArray.ts"
import type * as Shape from "../Shape.ts"

/**
 * The dtype of the result, where another than the natural one is wanted.
 *
 * @category models
 * @since 0.1.0
 */
export interface WithDType<D extends DType.DType> {
  readonly dtype?: D
}

/** Numbers nested to any depth; all lists of one level have one length. @category models @since 0.1.0 */
export type NestedValues = number | bigint | boolean | ComplexNumber | ReadonlyArray<NestedValues>

/** A complex number as JavaScript has it. @category models @since 0.1.0 */
export interface ComplexNumber {
  readonly re: number
  readonly im: number
}

/** The values inside of lists; `unknown` where how deep they are isn't known. */
type NestedElement<V> = NestedValues extends V ? unknown
  : V extends ReadonlyArray<infer E> ? NestedElement<E>
  : V

/**
 * The dtype of nested values: one complex number makes all of them complex64, one number all of them float32, one bigint
 * among booleans all of them int32.
 *
 * @category models
 * @since 0.1.0
 */
export type NestedDType<V, E = NestedElement<V>> = [E] extends [never] ? "float32"
  : unknown extends E ? DType.DType
  : [Extract<E, ComplexNumber>] extends [never] ? RealDType<E>
  : "complex64"

type RealDType<E> = number extends E ? "float32"
  : [Extract<E, number>] extends [never] ? [Extract<E, bigint>] extends [never] ? "bool" : "int32"
  : "float32"

/** The shape of nested values: lists of known length give axes of known length. @category models @since 0.1.0 */
export type NestedShape<V> = NestedValues extends V ? Shape.Shape
  : V extends readonly [] ? readonly [0]
  : V extends ReadonlyArray<infer E> ? readonly [V["length"], ...NestedShape<E>]
  : readonly []

/**
 * An array of JavaScript values.
 *
 * **Details**
 *
 * Numbers are float32, booleans bool, bigints int32, unless a dtype is given: one number among them makes all of them
 * float32, and one complex number `{ re, im }` complex64. A typed array is copied and keeps its own dtype (`Uint8ClampedArray`
 * is uint8, `Float16Array` float16). An array stays what it is, converted if a dtype is given. A number or bigint without a list
 * is weakly typed, as it is without `np.array`: beside an array it takes that array's dtype.
 *
 * Throws a `ShapeError` for ragged lists, naming the place, and a `DTypeError` for values that the dtype can't hold.
 *
 * **Gotchas**
 *
 * `np.array([1, 2])` is float32, not an array of integers: write `np.array([1, 2], { dtype: "int32" })` or
 * `np.array([1n, 2n])`. Arrays are joined by {@link stack} and {@link concatenate}.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.array([[1, 2], [3, 4]]) // => [[1, 2], [3, 4]]
 * np.array([[1, 2], [3, 4]]).shape // => [2, 2]
 * np.array([true, false]).dtype // => "bool"
 * np.array([1n, 2n]).dtype // => "int32"
 * np.array(new Uint8Array([1, 2])).dtype // => "uint8"
 * np.array([0.1, 0.2], { dtype: "float64" }) // => [0.1, 0.2]
 * np.multiply(np.array({ re: 0, im: 1 }), np.array([1, 2])) // => [{ re: 0, im: 1 }, { re: 0, im: 2 }]
 * ```
 *
 * @category creation
 * @since 0.1.0
 */
export const array: {
  <T extends host.AnyTypedArray, D extends DType.DType = NdArray.DTypeOf<T>>(
    values: T,
    options?: WithDType<D>
  ): NdArray.NdArray<NoInfer<D>, readonly [number]>
  <const V extends NestedValues, D extends DType.DType = NestedDType<V>>(
    values: V,
    options?: WithDType<D>
  ): NdArray.NdArray<NoInfer<D>, NestedShape<V>>
  <A extends DType.DType, S extends Shape.Shape, D extends DType.DType = A>(
    values: NdArray.NdArray<A, S>,
    options?: WithDType<D>
  ): NdArray.NdArray<NoInfer<D>, S>
} = (values: NestedValues | host.AnyTypedArray | NdArray.Any, options: WithDType<DType.DType> = {}): never => {
  const { dtype } = checkOptions("array", options, knownOfDType)
  if (!node.isNode(values)) return fromValues("array", values as NestedValues, dtype) as never
  return cast("array", values, dtype ?? values.dtype, dtype === undefined && values.weak) as never
}

/** An array of JavaScript values, in the dtype that they have by themselves unless one is given. */
export const fromValues = (
  operation: string,
  values: NestedValues | host.AnyTypedArray,
  wanted?: DType.DType
): node.Node => {
  if (host.isTypedArray(values)) {
    const own = node.constant(host.copyOf(values), host.dtypeOf(values), [values.length])
    return cast(operation, own, wanted ?? own.dtype, false)
  }
  if (host.isMemory(values)) {
    throw new DTypeError({ operation, message: `${operation}: expected values, got ${host.describe(values)}` })
  }
  const shape = shapeOf(operation, values)
  const flat: Array<Leaf> = []
  collect(operation, values, shape, 0, "", flat)
  const dtype = wanted ?? naturalDType(flat)
  // a scalar of which no dtype was said takes those of the arrays that it meets
  const weak = shape.length === 0 && wanted === undefined && dtype !== "bool"
  if (flat.some(isComplexNumber)) return ofComplex(operation, flat, { dtype, shape, weak })
  const real = flat as ReadonlyArray<number | bigint | boolean>
  check(operation, real, dtype)
  if (shape.length === 0) return node.literal(real[0]!, dtype, weak)
  return node.constant(host.fromNumbers(real, dtype), dtype, shape)
}

/** The lengths of the first lists of all levels. */
const shapeOf = (operation: string, values: NestedValues): Shape.Shape => {
  const shape: Array<number> = []
  const outer = new Set<unknown>()
  for (let level: NestedValues = values; Array.isArray(level); level = level[0] as NestedValues) {
    if (outer.has(level)) {
      throw new ShapeError({
        operation,
        message: `${operation}: the list contains itself, ${outer.size} ${
          outer.size === 1 ? "level" : "levels"
        } down: it has no shape`
      })
    }
    outer.add(level)
    shape.push(level.length)
    if (level.length === 0) break
  }
  return shape
}

type Leaf = number | bigint | boolean | ComplexNumber

const isComplexNumber = (u: unknown): u is ComplexNumber =>
  typeof u === "object" && u !== null && "re" in u && "im" in u && typeof u.re === "number" && typeof u.im === "number"

/** Complex numbers are stored as pairs of real ones. */
const ofComplex = (operation: string, values: ReadonlyArray<Leaf>, of: Aval): node.Node => {
  const { dtype } = of
  if (!DType.isComplex(dtype)) {
    throw new DTypeError({
      operation,
      message:
        `${operation}: complex numbers are not values of ${dtype}; of their parts there are \`np.real\` and \`np.imag\``
    })
  }
  const pairs = values.flatMap((value) => isComplexNumber(value) ? [value.re, value.im] : [Number(value), 0])
  const data = host.fromNumbers(pairs, dtype === "complex64" ? "float32" : "float64")
  return node.make(of, { _tag: "Constant", data })
}

const collect = (
  operation: string,
  values: NestedValues,
  shape: Shape.Shape,
  axis: number,
  path: string,
  into: Array<Leaf>
): void => {
  if (axis === shape.length) {
    if (
      typeof values !== "number" && typeof values !== "bigint" && typeof values !== "boolean" &&
      !isComplexNumber(values)
    ) {
      if (Array.isArray(values)) throw ragged(operation, path, `a list of ${values.length}`, "a number")
      throw new DTypeError({
        operation,
        message:
          `${operation}: ${path === "" ? "the value" : path} is ${
            String(values)
          }, but elements must be numbers, bigints ` +
          "or booleans (to join arrays use `np.stack` or `np.concatenate`)"
      })
    }
    into.push(values)
    return
  }
  if (!Array.isArray(values)) throw ragged(operation, path, String(values), `a list of ${shape[axis]}`)
  if (values.length !== shape[axis]) {
    throw ragged(operation, path, `a list of ${values.length}`, `a list of ${shape[axis]}`)
  }
  for (let i = 0; i < values.length; i++) {
    collect(operation, values[i] as NestedValues, shape, axis + 1, `${path}[${i}]`, into)
  }
}

const ragged = (operation: string, path: string, got: string, expected: string): ShapeError =>
  new ShapeError({
    operation,
    message:
      `${operation}: nested lists must be rectangular: ${
        path === "" ? "the value" : path
      } is ${got}, but its siblings ` +
      `before it are ${expected}`
  })

const naturalDType = (values: ReadonlyArray<Leaf>): DType.DType =>
  values.some(isComplexNumber)
    ? "complex64"
    : values.length === 0 || values.some((v) => typeof v === "number")
    ? "float32"
    : values.some((v) => typeof v === "bigint")
    ? "int32"
    : "bool"

const check = (operation: string, values: ReadonlyArray<number | bigint | boolean>, dtype: DType.DType): void => {
  if (!DType.isInteger(dtype)) return
  const [low, high] = integerRange(dtype)
  for (const value of values) {
    if (typeof value !== "boolean" && !holds(dtype, value)) {
      throw new DTypeError({
        operation,
        message: `${operation}: ${value} is not a value of ${dtype} (whole numbers from ${low} to ${high})`
      })
    }
  }
}

/** As {@link array}: kept for NumPy's name. @category creation @since 0.1.0 */
export const asarray = array
