/**
 * Eigenvalues and eigenvectors.
 */
import type * as DType from "../DType.ts"
import { dualWithOptions } from "../internal/arguments/dual.ts"
import { checkBooleans, checkChoice, type Known } from "../internal/arguments/options.ts"
import type { Behind } from "../internal/types/dataLast.ts"
import type { Diagonal } from "../internal/types/matrix.ts"
import { fixed } from "../lax/operands.ts"
import type { ComplexOf } from "../lax/signatures.ts"
import type * as NdArray from "../NdArray.ts"
import type { ArrayLike, DTypeOf, ShapeOf } from "../numpy/operands.ts"
import { eig as eigPrimitive } from "../primitive/linalg/eig.ts"
import { eighOf } from "./core.ts"
import { squareOf } from "./shapes.ts"

type Inexact<X> = DType.ToInexact<DTypeOf<X>>

/** The triangle that is read. @category models @since 0.1.0 */
export type Triangle = "L" | "U"

/** Options of {@link eigh} and {@link eigvalsh}. @category models @since 0.1.0 */
export interface EighOptions {
  /** The triangle that is read without `symmetrizeInput`: lower (`L`) by default, or upper. */
  readonly UPLO?: Triangle
  /** Whether the matrix is replaced by the mean of itself and its conjugate transpose; true by default. */
  readonly symmetrizeInput?: boolean
}

const known: Known<EighOptions> = { UPLO: true, symmetrizeInput: true }

const decomposed = (
  operation: string,
  a: ArrayLike,
  options: EighOptions
): readonly [v: NdArray.Any, w: NdArray.Any] => {
  const { UPLO = "L", symmetrizeInput = true } = options
  checkChoice(operation, "UPLO", UPLO, { L: true, U: true })
  checkBooleans(operation, { symmetrizeInput })
  return eighOf(squareOf(operation, a), UPLO === "L", symmetrizeInput)
}

/** Eigenvalues and eigenvectors. @category models @since 0.1.0 */
export interface EighResult<
  D extends DType.DType = DType.DType,
  S extends ReadonlyArray<number> = ReadonlyArray<number>
> {
  /** In ascending order, `[..., n]`. */
  readonly eigenvalues: NdArray.NdArray<DType.RealOf<D>, Diagonal<S>>
  /** As columns, `[..., n, n]`. */
  readonly eigenvectors: NdArray.NdArray<D, S>
}

/**
 * Eigenvalues and orthonormal eigenvectors of Hermitian matrices: `a v = v diag(w)`.
 *
 * **Details**
 *
 * The signs (for complex matrices the phases) of eigenvectors are those that the backend's algorithm finds. NaN or infinity
 * in a matrix make its results NaN. Eigenvectors have a derivative where all eigenvalues differ. Throws a `ShapeError` for
 * matrices that are not square.
 *
 * @example
 * ```ts
 * import { Linalg, Numpy as np } from "effax"
 *
 * Linalg.eigh(np.array([[0, 1], [1, 0]])).eigenvalues // => [-1, 1]
 * ```
 *
 * @category decompositions
 * @since 0.1.0
 */
export const eigh: {
  (options: Behind<EighOptions>): <X extends ArrayLike>(a: X) => EighResult<Inexact<X>, ShapeOf<X>>
  <X extends ArrayLike>(a: X, options?: EighOptions): EighResult<Inexact<X>, ShapeOf<X>>
} = dualWithOptions("eigh", 1, known, (a: ArrayLike, options: EighOptions) => {
  const [eigenvectors, eigenvalues] = decomposed("eigh", a, options)
  return { eigenvalues, eigenvectors } as never
})

/**
 * Eigenvalues of Hermitian matrices in ascending order; see {@link eigh}.
 *
 * @example
 * ```ts
 * import { Linalg, Numpy as np } from "effax"
 *
 * Linalg.eigvalsh(np.array([[0, 1], [1, 0]])) // => [-1, 1]
 * ```
 *
 * @category decompositions
 * @since 0.1.0
 */
export const eigvalsh: {
  (options: Behind<EighOptions>): <X extends ArrayLike>(
    a: X
  ) => NdArray.NdArray<DType.RealOf<Inexact<X>>, Diagonal<ShapeOf<X>>>
  <X extends ArrayLike>(
    a: X,
    options?: EighOptions
  ): NdArray.NdArray<DType.RealOf<Inexact<X>>, Diagonal<ShapeOf<X>>>
} = dualWithOptions(
  "eigvalsh",
  1,
  known,
  (a: ArrayLike, options: EighOptions) => decomposed("eigvalsh", a, options)[1] as never
)

/** Eigenvalues and eigenvectors, complex. @category models @since 0.1.0 */
export interface EigResult<
  D extends DType.DType = DType.DType,
  S extends ReadonlyArray<number> = ReadonlyArray<number>
> {
  readonly eigenvalues: NdArray.NdArray<ComplexOf<D>, Diagonal<S>>
  /** As columns of norm 1, whose largest element is real. */
  readonly eigenvectors: NdArray.NdArray<ComplexOf<D>, S>
}

/**
 * Eigenvalues and right eigenvectors of square matrices, complex even where they are real.
 *
 * **Details**
 *
 * The order of eigenvalues is the one in which the QR algorithm finds them; those of real matrices come in conjugate pairs.
 * NaN or infinity in a matrix make its results NaN. Eigenvectors have no derivative here; see `Lax.linalg.eig`.
 *
 * @example
 * ```ts
 * import { Linalg, Numpy as np } from "effax"
 *
 * np.imag(Linalg.eig(np.array([[0, -1], [1, 0]])).eigenvalues) // => [1, -1]
 * ```
 *
 * @category decompositions
 * @since 0.1.0
 */
export const eig: <X extends ArrayLike>(a: X) => EigResult<Inexact<X>, ShapeOf<X>> = fixed("eig", (a: ArrayLike) => {
  const [eigenvalues, eigenvectors] = eigPrimitive(squareOf("eig", a), { computeLeftEigenvectors: false })
  return { eigenvalues, eigenvectors } as never
})

/**
 * Eigenvalues of square matrices, complex even where they are real; see {@link eig}.
 *
 * @example
 * ```ts
 * import { Linalg, Numpy as np } from "effax"
 *
 * np.real(Linalg.eigvals(np.array([[2, 1], [0, 3]]))) // => [2, 3]
 * ```
 *
 * @category decompositions
 * @since 0.1.0
 */
export const eigvals: <X extends ArrayLike>(
  a: X
) => NdArray.NdArray<ComplexOf<Inexact<X>>, Diagonal<ShapeOf<X>>> = fixed("eigvals", (a: ArrayLike) => {
  const none = { computeLeftEigenvectors: false, computeRightEigenvectors: false }
  return eigPrimitive(squareOf("eigvals", a), none)[0] as never
})
