/**
 * The Cholesky and QR decompositions.
 */
import type * as DType from "../DType.ts"
import { dualWithOptions } from "../internal/arguments/dual.ts"
import { checkBooleans, checkChoice, type Known } from "../internal/arguments/options.ts"
import type { Behind } from "../internal/types/dataLast.ts"
import type * as NdArray from "../NdArray.ts"
import type { ArrayLike, DTypeOf, ShapeOf } from "../numpy/operands.ts"
import { H, T } from "../primitive/linalg/matrix.ts"
import { geqrf } from "../primitive/linalg/qr.ts"
import { choleskyOf, qrOf } from "./core.ts"
import { matrixOf, squareOf } from "./shapes.ts"

type Inexact<X> = DType.ToInexact<DTypeOf<X>>

/** Options of {@link cholesky}. @category models @since 0.1.0 */
export interface CholeskyOptions {
  /** Whether the result is upper triangular, `U^H U = a`. */
  readonly upper?: boolean
  /** Whether the matrix is replaced by the mean of itself and its conjugate transpose; true by default. */
  readonly symmetrizeInput?: boolean
}

const knownOfCholesky: Known<CholeskyOptions> = { upper: true, symmetrizeInput: true }

/**
 * The Cholesky decomposition of Hermitian positive-definite matrices: the lower triangular `L` with `L L^H = a`.
 *
 * **Details**
 *
 * Matrices that are not positive definite give NaN. Without `symmetrizeInput`, the lower triangle is read, and the derivative
 * is taken with respect to the whole matrix. Throws a `ShapeError` for matrices that are not square.
 *
 * @example
 * ```ts
 * import { Linalg, Numpy as np } from "effax"
 *
 * Linalg.cholesky(np.array([[4, 2], [2, 5]])) // => [[2, 0], [1, 2]]
 * ```
 *
 * @category decompositions
 * @since 0.1.0
 */
export const cholesky: {
  (options: Behind<CholeskyOptions>): <X extends ArrayLike>(a: X) => NdArray.NdArray<Inexact<X>, ShapeOf<X>>
  <X extends ArrayLike>(a: X, options?: CholeskyOptions): NdArray.NdArray<Inexact<X>, ShapeOf<X>>
} = dualWithOptions("cholesky", 1, knownOfCholesky, (a: ArrayLike, options: CholeskyOptions) => {
  checkBooleans("cholesky", options)
  const { symmetrizeInput = true, upper = false } = options
  const l = choleskyOf(squareOf("cholesky", a), symmetrizeInput)
  return (upper ? H(l) : l) as never
})

/** The form of what {@link qr} gives. @category models @since 0.1.0 */
export type QrMode = "reduced" | "complete" | "r" | "raw" | "full"

/** Options of {@link qr}. @category models @since 0.1.0 */
export interface QrOptions<M extends QrMode = QrMode> {
  /** `reduced` by default. */
  readonly mode?: M
}

const knownOfQr: Known<QrOptions> = { mode: true }
const modes: { readonly [M in QrMode]: true } = { reduced: true, complete: true, r: true, raw: true, full: true }

/** What {@link qr} gives. @category models @since 0.1.0 */
export interface QrResult<D extends DType.DType = DType.DType> {
  readonly Q: NdArray.NdArray<D>
  readonly R: NdArray.NdArray<D>
}

/**
 * The QR decomposition `a = Q R`, `[..., m, n]`: orthonormal columns, and an upper triangular matrix.
 *
 * **Details**
 *
 * - `reduced` (and `full`): `Q` is `[..., m, k]` and `R` is `[..., k, n]`, with `k = min(m, n)`.
 * - `complete`: `Q` is `[..., m, m]` and `R` is `[..., m, n]`.
 * - `r`: `R` alone.
 * - `raw`: the reflectors of LAPACK, transposed, and their factors.
 *
 * Signs are LAPACK's. There is a derivative where the first `k` columns are independent.
 *
 * @example
 * ```ts
 * import { Linalg, Numpy as np } from "effax"
 *
 * const { Q, R } = Linalg.qr(np.array([[3, 1], [4, 2]]))
 * np.round(np.matmul(Q, R), { decimals: 3 }) // => [[3, 1], [4, 2]]
 * Linalg.qr(np.array([[3], [4]]), { mode: "r" }) // => [[-5]]
 * ```
 *
 * @category decompositions
 * @since 0.1.0
 */
export const qr: {
  (options: Behind<QrOptions<"r">> & { readonly mode: "r" }): <X extends ArrayLike>(a: X) => NdArray.NdArray<Inexact<X>>
  (options: Behind<QrOptions<Exclude<QrMode, "r">>>): <X extends ArrayLike>(a: X) => QrResult<Inexact<X>>
  <X extends ArrayLike>(a: X, options: QrOptions<"r"> & { readonly mode: "r" }): NdArray.NdArray<Inexact<X>>
  <X extends ArrayLike>(a: X, options?: QrOptions<Exclude<QrMode, "r">>): QrResult<Inexact<X>>
} = dualWithOptions("qr", 1, knownOfQr, (a: ArrayLike, { mode = "reduced" }: QrOptions): never => {
  checkChoice("qr", "mode", mode, modes)
  const matrix = matrixOf("qr", a)
  if (mode === "raw") {
    const [packed, taus] = geqrf(matrix)
    return { Q: T(packed), R: taus } as never
  }
  const [Q, R] = qrOf(matrix, mode === "complete")
  return (mode === "r" ? R : { Q, R }) as never
})
