/**
 * Products of vectors with vectors and matrices, Kronecker products and cross products.
 */
import type * as DType from "../DType.ts"
import { ShapeError } from "../Errors.ts"
import { dual, dualWithOptions } from "../internal/arguments/dual.ts"
import { checkDType, type Known } from "../internal/arguments/options.ts"
import type { Behind, Last } from "../internal/types/dataLast.ts"
import type * as NdArray from "../NdArray.ts"
import * as primitive from "../primitive/elementwise.ts"
import { range } from "../primitive/rule.ts"
import * as structural from "../primitive/structural.ts"
import type * as Shape from "../Shape.ts"
import * as Shapes from "../Shape.ts"
import { conj } from "./complex.ts"
import { type ContractionOptions, matmul } from "./linear.ts"
import { type ArrayLike, asArray, broadcast, promote, type PromoteOperands } from "./operands.ts"

type Product<X, Y> = NdArray.NdArray<PromoteOperands<X, Y>, Shape.Shape>

interface Products {
  <X extends ArrayLike, Y extends ArrayLike>(x: X, y: Y): Product<X, Y>
  <Y extends ArrayLike>(y: Y): Last<Y, <X extends ArrayLike>(x: X) => Product<X, Y>>
}

/** Refuses arrays of too few axes. */
const atLeast = (operation: string, name: string, x: NdArray.Any, axes: number): void => {
  if (x.shape.length >= axes) return
  throw new ShapeError({
    operation,
    message: `${operation}: ${name} needs ${axes === 1 ? "an axis" : "2 axes"} at least, got shape ${
      Shapes.format(x.shape)
    }`
  })
}

const fits = (operation: string, x: NdArray.Any, y: NdArray.Any, n: number, m: number): void => {
  if (n === m) return
  throw new ShapeError({
    operation,
    message: `${operation}: shapes ${Shapes.format(x.shape)} and ${
      Shapes.format(y.shape)
    } don't fit: ${n} against ${m} elements to multiply`
  })
}

/**
 * Matrices times vectors, `[..., n, m] x [..., m] -> [..., n]`; leading axes are batches, which broadcast.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.matvec(np.array([[1, 2], [3, 4]]), np.array([1, 10])) // => [21, 43]
 * ```
 *
 * @category products
 * @since 0.1.0
 */
export const matvec: Products = dual("matvec", 2, (given: ArrayLike, vector: ArrayLike) => {
  const [x, y] = promote("matvec", [given, vector]) as unknown as readonly [NdArray.Any, NdArray.Any]
  atLeast("matvec", "a matrix", x, 2)
  atLeast("matvec", "a vector", y, 1)
  fits("matvec", x, y, x.shape.at(-1)!, y.shape.at(-1)!)
  const product = matmul(x, structural.reshape(y, [...y.shape, 1]) as never) as unknown as NdArray.Any
  return structural.reshape(product, product.shape.slice(0, -1)) as never
})

/**
 * Vectors, conjugated, times matrices, `[..., n] x [..., n, m] -> [..., m]`; leading axes are batches, which broadcast.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.vecmat(np.array([1, 10]), np.array([[1, 2], [3, 4]])) // => [31, 42]
 * ```
 *
 * @category products
 * @since 0.1.0
 */
export const vecmat: Products = dual("vecmat", 2, (vector: ArrayLike, given: ArrayLike) => {
  const [x, y] = promote("vecmat", [vector, given]) as unknown as readonly [NdArray.Any, NdArray.Any]
  atLeast("vecmat", "a vector", x, 1)
  atLeast("vecmat", "a matrix", y, 2)
  fits("vecmat", x, y, x.shape.at(-1)!, y.shape.at(-2)!)
  const row = structural.reshape(conj(x), [...x.shape.slice(0, -1), 1, x.shape.at(-1)!])
  const product = matmul(row, y as never) as unknown as NdArray.Any
  return structural.reshape(product, [...product.shape.slice(0, -2), product.shape.at(-1)!]) as never
})

/** Options of {@link vecdot}. @category models @since 0.1.0 */
export interface VecdotOptions<P extends DType.DType = DType.DType> extends ContractionOptions<P> {
  /** The axis of the vectors in both arrays; the last by default. */
  readonly axis?: number
}

const knownOfVecdot: Known<VecdotOptions> = { axis: true, preferredElementType: true }

/**
 * Inner products of vectors, of which the first is conjugated; the other axes are batches, which broadcast.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.vecdot(np.array([[1, 2], [3, 4]]), np.array([1, 10])) // => [21, 43]
 * ```
 *
 * @category products
 * @since 0.1.0
 */
export const vecdot: {
  <Y extends ArrayLike, P extends DType.DType = never>(
    y: Y,
    options?: Behind<VecdotOptions<P>>
  ): Last<
    Y,
    <X extends ArrayLike>(x: X) => NdArray.NdArray<[P] extends [never] ? PromoteOperands<X, Y> : P, Shape.Shape>
  >
  <X extends ArrayLike, Y extends ArrayLike, P extends DType.DType = PromoteOperands<X, Y>>(
    x: X,
    y: Y,
    options?: VecdotOptions<P>
  ): NdArray.NdArray<NoInfer<P>, Shape.Shape>
} = dualWithOptions("vecdot", 2, knownOfVecdot, (first: ArrayLike, second: ArrayLike, options: VecdotOptions) => {
  const { axis = -1, preferredElementType } = options
  if (preferredElementType !== undefined) checkDType("vecdot", preferredElementType)
  const [x, y] = promote("vecdot", [first, second]).map((array) => {
    atLeast("vecdot", "a vector", array, 1)
    const at = Shapes.normalizeAxis("vecdot", axis, array.shape.length)
    return toLast(array, at)
  }) as unknown as readonly [NdArray.Any, NdArray.Any]
  fits("vecdot", x, y, x.shape.at(-1)!, y.shape.at(-1)!)
  const row = structural.reshape(conj(x), [...x.shape.slice(0, -1), 1, x.shape.at(-1)!])
  const column = structural.reshape(y, [...y.shape, 1])
  const product = matmul(
    row,
    column as never,
    preferredElementType === undefined ? {} : { preferredElementType }
  ) as NdArray.Any
  return structural.reshape(product, product.shape.slice(0, -2)) as never
})

const toLast = (x: NdArray.Any, axis: number): NdArray.Any =>
  structural.transpose(x, [...range(x.shape.length).filter((at) => at !== axis), axis])

/**
 * The Kronecker product: every element of `x` times all of `y`, in blocks.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.kron(np.array([1, 10]), np.array([1, 2, 3])) // => [1, 2, 3, 10, 20, 30]
 * np.kron(np.eye(2), np.ones([1, 2])) // => [[1, 1, 0, 0], [0, 0, 1, 1]]
 * ```
 *
 * @category products
 * @since 0.1.0
 */
export const kron: Products = dual("kron", 2, (first: ArrayLike, second: ArrayLike) => {
  const [x, y] = promote("kron", [first, second]) as unknown as readonly [NdArray.Any, NdArray.Any]
  const rank = Math.max(x.shape.length, y.shape.length)
  const sizes = (of: NdArray.Any) => [...range(rank - of.shape.length).map(() => 1), ...of.shape]
  const [a, b] = [sizes(x), sizes(y)]
  // [a0, b0, a1, b1, ...]
  const shape = range(rank).flatMap((axis) => [a[axis]!, b[axis]!])
  const spread = (of: NdArray.Any, own: ReadonlyArray<number>, offset: number) =>
    structural.broadcastInDim(structural.reshape(of, own), shape, range(rank).map((axis) => 2 * axis + offset))
  const [left, right] = [spread(x, a, 0), spread(y, b, 1)]
  const product = x.dtype === "bool" ? primitive.and(left, right) : primitive.mul(left, right)
  return structural.reshape(product, range(rank).map((axis) => a[axis]! * b[axis]!)) as never
})

/** Options of {@link cross}. @category models @since 0.1.0 */
export interface CrossOptions {
  /** The axis of the vectors in the first array; the last by default. */
  readonly axisa?: number
  /** The axis of the vectors in the second array; the last by default. */
  readonly axisb?: number
  /** The axis of the vectors in the result; the last by default. */
  readonly axisc?: number
  /** One axis for all three. */
  readonly axis?: number
}

const knownOfCross: Known<CrossOptions> = { axisa: true, axisb: true, axisc: true, axis: true }

interface Cross {
  <Y extends ArrayLike>(y: Y, options?: Behind<CrossOptions>): Last<Y, <X extends ArrayLike>(x: X) => Product<X, Y>>
  <X extends ArrayLike, Y extends ArrayLike>(x: X, y: Y, options?: CrossOptions): Product<X, Y>
}

/**
 * The cross product of vectors of 2 or 3 elements; the other axes are batches, which broadcast.
 *
 * **Details**
 *
 * A vector of 2 elements beside one of 3 has 0 for its third. Two of 2 elements give the third element of the product only.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.cross(np.array([1, 2, 3]), np.array([4, 5, 6])) // => [-3, 6, -3]
 * np.cross(np.array([1, 2]), np.array([3, 4])) // => -2
 * ```
 *
 * @category products
 * @since 0.1.0
 */
export const cross: Cross = dualWithOptions(
  "cross",
  2,
  knownOfCross,
  (first: ArrayLike, second: ArrayLike, options: CrossOptions) => {
    const { axis, axisa = -1, axisb = -1, axisc = -1 } = options
    const [x, y] = ([[first, axis ?? axisa], [second, axis ?? axisb]] as const).map(([given, own]) => {
      const array = asArray("cross", given)
      return toLast(array, Shapes.normalizeAxis("cross", own, array.shape.length))
    }) as unknown as readonly [NdArray.Any, NdArray.Any]
    const [m, n] = [x.shape.at(-1)!, y.shape.at(-1)!]
    if (![2, 3].includes(m) || ![2, 3].includes(n)) {
      throw new ShapeError({
        operation: "cross",
        message: `cross: vectors must have 2 or 3 elements, got ${m} and ${n}`
      })
    }
    const [a, b] = promote("cross", [x, y]) as unknown as readonly [NdArray.Any, NdArray.Any]
    const part = (of: NdArray.Any, i: number) =>
      structural.reshape(structural.sliceAxis(of, of.shape.length - 1, i, i + 1), of.shape.slice(0, -1))
    const parts = [...range(m).map((i) => part(a, i)), ...range(n).map((i) => part(b, i))]
    const [a0, a1, ...rest] = broadcast("cross", parts as never) as unknown as ReadonlyArray<NdArray.Any>
    const a2 = m === 3 ? rest[0] : undefined
    const [b0, b1, b2] = rest.slice(m - 2)
    const difference = (p: NdArray.Any | undefined, q: NdArray.Any | undefined, r?: NdArray.Any, s?: NdArray.Any) => {
      const left = p === undefined || q === undefined ? undefined : primitive.mul(p, q)
      const right = r === undefined || s === undefined ? undefined : primitive.mul(r, s)
      return left === undefined ? primitive.neg(right!) : right === undefined ? left : primitive.sub(left, right)
    }
    const third = difference(a0, b1, a1, b0)
    if (m === 2 && n === 2) return third as never
    const vector = [difference(a1, b2, a2, b1), difference(a2, b0, a0, b2), third]
    const joined = structural.concatenate(
      vector.map((of) => structural.reshape(of, [...of.shape, 1])),
      third.shape.length
    )
    const at = Shapes.normalizeAxis("cross", axis ?? axisc, joined.shape.length)
    const last = joined.shape.length - 1
    const order = range(last)
    return structural.transpose(joined, [...order.slice(0, at), last, ...order.slice(at)]) as never
  }
)
