/**
 * The singular value decomposition.
 */
import type * as DType from "../DType.ts"
import { dualWithOptions } from "../internal/arguments/dual.ts"
import { checkBooleans, type Known } from "../internal/arguments/options.ts"
import type { Behind } from "../internal/types/dataLast.ts"
import type { Batch } from "../internal/types/matrix.ts"
import { fixed } from "../lax/operands.ts"
import type * as NdArray from "../NdArray.ts"
import type { ArrayLike, DTypeOf, ShapeOf } from "../numpy/operands.ts"
import { abs, sign } from "../primitive/elementwise.ts"
import { eigh } from "../primitive/linalg/eigh.ts"
import { H, scaleColumns, T, takeRows } from "../primitive/linalg/matrix.ts"
import { svd as svdPrimitive } from "../primitive/linalg/svd.ts"
import { sort } from "../primitive/sort.ts"
import { iota, rev } from "../primitive/structural.ts"
import { matrixOf } from "./shapes.ts"

type Any = NdArray.Any
type Inexact<X> = DType.ToInexact<DTypeOf<X>>

const descending = (x: Any): Any => rev(x, [x.shape.length - 1])

/** Singular values are magnitudes of eigenvalues, in another order. */
const ofHermitian = (a: Any): readonly [u: Any, s: Any, vh: Any] => {
  const [v, w] = eigh(a)
  const last = w.shape.length - 1
  const [s, order, signs] = sort([abs(w), iota("int32", w.shape, last), sign(w)], { dimension: last }).map(descending)
  const u = T(takeRows(T(v), order!))
  return [u, s!, H(scaleColumns(u, signs!))]
}

/** Left singular vectors, singular values, and right ones, conjugated. */
export const svdOf = (a: Any, fullMatrices: boolean, hermitian = false): readonly [u: Any, s: Any, vh: Any] => {
  if (hermitian) return ofHermitian(a)
  const [s, u, vh] = svdPrimitive(a, { fullMatrices, computeUv: true })
  return [u!, s!, vh!]
}

export const svdvalsOf = (a: Any, hermitian = false): Any => {
  if (!hermitian) return svdPrimitive(a, { fullMatrices: false, computeUv: false })[0]!
  const s = abs(eigh(a)[1])
  return descending(sort([s], { dimension: s.shape.length - 1 })[0]!)
}

/** Options of {@link svd}. @category models @since 0.1.0 */
export interface SvdOptions<C extends boolean = boolean> {
  /** Whether singular vectors are completed to square matrices; true by default. */
  readonly fullMatrices?: boolean
  /** Whether there are vectors; true by default. */
  readonly computeUv?: C
  /** Whether the matrices are Hermitian, which is computed faster. */
  readonly hermitian?: boolean
}

const known: Known<SvdOptions> = { fullMatrices: true, computeUv: true, hermitian: true }

/** What {@link svd} gives. @category models @since 0.1.0 */
export interface SvdResult<D extends DType.DType = DType.DType> {
  /** Left singular vectors as columns, `[..., m, m]`, or `[..., m, k]` without `fullMatrices`. */
  readonly U: NdArray.NdArray<D>
  /** Singular values in descending order, `[..., k]` with `k = min(m, n)`. */
  readonly S: NdArray.NdArray<DType.RealOf<D>>
  /** Right singular vectors, conjugated, as rows: `[..., n, n]`, or `[..., k, n]`. */
  readonly Vh: NdArray.NdArray<D>
}

/**
 * The singular value decomposition `a = U diag(S) Vh`, `[..., m, n]`.
 *
 * **Details**
 *
 * The signs of pairs of singular vectors are those that the backend's algorithm finds. NaN or infinity in a matrix make its
 * results NaN. Vectors have a derivative without `fullMatrices` (or for square matrices), where singular values are distinct.
 *
 * @example
 * ```ts
 * import { Linalg, Numpy as np } from "effax"
 *
 * Linalg.svd(np.array([[0, 2], [1, 0]])).S // => [2, 1]
 * Linalg.svd(np.ones([4, 2]), { fullMatrices: false }).U.shape // => [4, 2]
 * ```
 *
 * @category decompositions
 * @since 0.1.0
 */
export const svd: {
  (options: Behind<SvdOptions<false>> & { readonly computeUv: false }): <X extends ArrayLike>(
    a: X
  ) => NdArray.NdArray<DType.RealOf<Inexact<X>>>
  (options: Behind<SvdOptions<true>>): <X extends ArrayLike>(a: X) => SvdResult<Inexact<X>>
  <X extends ArrayLike>(
    a: X,
    options: SvdOptions<false> & { readonly computeUv: false }
  ): NdArray.NdArray<DType.RealOf<Inexact<X>>>
  <X extends ArrayLike>(a: X, options?: SvdOptions<true>): SvdResult<Inexact<X>>
} = dualWithOptions("svd", 1, known, (a: ArrayLike, options: SvdOptions): never => {
  checkBooleans("svd", options)
  const { computeUv = true, fullMatrices = true, hermitian = false } = options
  const matrix = matrixOf("svd", a)
  if (!computeUv) return svdvalsOf(matrix, hermitian) as never
  const [U, S, Vh] = svdOf(matrix, fullMatrices, hermitian)
  return { U, S, Vh } as never
})

/**
 * The singular values in descending order, `[..., m, n] -> [..., min(m, n)]`.
 *
 * @example
 * ```ts
 * import { Linalg, Numpy as np } from "effax"
 *
 * Linalg.svdvals(np.array([[0, 2], [1, 0]])) // => [2, 1]
 * ```
 *
 * @category decompositions
 * @since 0.1.0
 */
export const svdvals: <X extends ArrayLike>(
  x: X
) => NdArray.NdArray<DType.RealOf<Inexact<X>>, readonly [...Batch<ShapeOf<X>>, number]> = fixed(
  "svdvals",
  (x: ArrayLike) => svdvalsOf(matrixOf("svdvals", x)) as never
)
