/**
 * Matrices that a size alone determines. Their elements are computed on the host, in double precision, and rounded once.
 */
import type * as DType from "../../DType.ts"
import { isComplex } from "../../DType.ts"
import { ArgumentError } from "../../Errors.ts"
import { fromNumbers } from "../../HostArray.ts"
import { describe } from "../../internal/arguments/describe.ts"
import {
  checkBooleans,
  checkChoice,
  checkDType,
  checkInteger,
  checkOptions,
  type Known
} from "../../internal/arguments/options.ts"
import * as node from "../../internal/graph/node.ts"
import { fixed } from "../../lax/operands.ts"
import type * as NdArray from "../../NdArray.ts"

type Matrix<D extends DType.DType = "float32", N extends number = number> = NdArray.NdArray<D, readonly [N, N]>

const made = (rows: number, columns: number, dtype: DType.DType, f: (i: number, j: number) => number): NdArray.Any => {
  const values = Array.from({ length: rows * columns }, (_, k) => f(Math.floor(k / columns), k % columns))
  return node.constant(fromNumbers(values, dtype), dtype, [rows, columns])
}

const square = (n: number, f: (i: number, j: number) => number): NdArray.Any => made(n, n, "float32", f)

/** The binomial coefficient, 0 outside of `0 <= k <= n`. */
const binomial = (n: number, k: number): number => {
  if (k < 0 || k > n) return 0
  let out = 1
  for (let i = 1; i <= Math.min(k, n - k); i++) out = (out * (n - i + 1)) / i
  return Math.round(out)
}

/**
 * The Hilbert matrix, `1 / (i + j + 1)`.
 *
 * @example
 * ```ts
 * import { Scipy } from "effax"
 *
 * Scipy.linalg.hilbert(2) // => [[1, 0.5], [0.5, 0.33333334]]
 * ```
 *
 * @category special matrices
 * @since 0.1.0
 */
export const hilbert: <const N extends number>(n: N) => Matrix<"float32", N> = fixed("hilbert", (n: number) => {
  checkInteger("hilbert", "n", n, 0)
  return square(n, (i, j) => 1 / (i + j + 1)) as never
})

/**
 * The inverse of the Hilbert matrix, whole numbers.
 *
 * @example
 * ```ts
 * import { Scipy } from "effax"
 *
 * Scipy.linalg.invhilbert(2) // => [[4, -6], [-6, 12]]
 * ```
 *
 * @category special matrices
 * @since 0.1.0
 */
export const invhilbert: <const N extends number>(n: N) => Matrix<"float32", N> = fixed("invhilbert", (n: number) => {
  checkInteger("invhilbert", "n", n, 0)
  return square(n, (i, j) => {
    const sign = (i + j) % 2 === 0 ? 1 : -1
    return sign * (i + j + 1) * binomial(n + i, n - j - 1) * binomial(n + j, n - i - 1) * binomial(i + j, i) ** 2
  }) as never
})

/** The triangle of Pascal's matrix. @category models @since 0.1.0 */
export type PascalKind = "symmetric" | "lower" | "upper"

/** Options of {@link pascal} and {@link invpascal}. @category models @since 0.1.0 */
export interface PascalOptions {
  /** `symmetric` by default. */
  readonly kind?: PascalKind
}
const knownOfPascal: Known<PascalOptions> = { kind: true }

const kindOf = (operation: string, n: number, options: PascalOptions): PascalKind => {
  const { kind = "symmetric" } = checkOptions(operation, options, knownOfPascal)
  checkInteger(operation, "n", n, 0)
  return checkChoice(operation, "kind", kind, { symmetric: true, lower: true, upper: true })
}

/**
 * Pascal's matrix of binomial coefficients.
 *
 * @example
 * ```ts
 * import { Scipy } from "effax"
 *
 * Scipy.linalg.pascal(3) // => [[1, 1, 1], [1, 2, 3], [1, 3, 6]]
 * Scipy.linalg.pascal(3, { kind: "lower" }) // => [[1, 0, 0], [1, 1, 0], [1, 2, 1]]
 * ```
 *
 * @category special matrices
 * @since 0.1.0
 */
export const pascal = <const N extends number>(n: N, options: PascalOptions = {}): Matrix<"float32", N> => {
  const elements: { readonly [K in PascalKind]: (i: number, j: number) => number } = {
    symmetric: (i, j) => binomial(i + j, i),
    lower: binomial,
    upper: (i, j) => binomial(j, i)
  }
  return square(n, elements[kindOf("pascal", n, options)]) as never
}

/**
 * The inverse of {@link pascal}.
 *
 * @example
 * ```ts
 * import { Scipy } from "effax"
 *
 * Scipy.linalg.invpascal(3) // => [[3, -3, 1], [-3, 5, -2], [1, -2, 1]]
 * ```
 *
 * @category special matrices
 * @since 0.1.0
 */
export const invpascal = <const N extends number>(n: N, options: PascalOptions = {}): Matrix<"float32", N> => {
  const lower = (i: number, j: number): number => ((i + j) % 2 === 0 ? 1 : -1) * binomial(i, j)
  const elements: { readonly [K in PascalKind]: (i: number, j: number) => number } = {
    symmetric: (i, j) => Array.from({ length: n }, (_, k) => lower(k, i) * lower(k, j)).reduce((a, b) => a + b, 0),
    lower,
    upper: (i, j) => lower(j, i)
  }
  return square(n, elements[kindOf("invpascal", n, options)]) as never
}

/** Options of {@link helmert}. @category models @since 0.1.0 */
export interface HelmertOptions {
  /** Whether the first row, of equal elements, is there; false by default. */
  readonly full?: boolean
}
const knownOfHelmert: Known<HelmertOptions> = { full: true }

/**
 * The Helmert matrix of orthonormal contrasts, `[n - 1, n]`, or with `full` `[n, n]`.
 *
 * @example
 * ```ts
 * import { Scipy } from "effax"
 *
 * Scipy.linalg.helmert(2) // => [[0.70710677, -0.70710677]]
 * ```
 *
 * @category special matrices
 * @since 0.1.0
 */
export const helmert = (
  n: number,
  options: HelmertOptions = {}
): NdArray.NdArray<"float32", readonly [number, number]> => {
  checkBooleans("helmert", checkOptions("helmert", options, knownOfHelmert))
  checkInteger("helmert", "n", n, 1)
  const first = options.full === true ? 0 : 1
  return made(n - first, n, "float32", (row, j) => {
    const i = row + first
    if (i === 0) return 1 / Math.sqrt(n)
    return j < i ? 1 / Math.sqrt(i * (i + 1)) : j === i ? -Math.sqrt(i / (i + 1)) : 0
  }) as never
}

/** Options of {@link hadamard}. @category models @since 0.1.0 */
export interface HadamardOptions<D extends DType.DType = DType.DType> {
  /** int32 by default. */
  readonly dtype?: D
}
const knownOfHadamard: Known<HadamardOptions> = { dtype: true }

/**
 * The Hadamard matrix of 1 and -1, for a power of 2.
 *
 * @example
 * ```ts
 * import { Scipy } from "effax"
 *
 * Scipy.linalg.hadamard(2) // => [[1, 1], [1, -1]]
 * ```
 *
 * @category special matrices
 * @since 0.1.0
 */
export const hadamard = <const N extends number, D extends DType.DType = "int32">(
  n: N,
  options: HadamardOptions<D> = {}
): Matrix<D, N> => {
  const { dtype = "int32" } = checkOptions("hadamard", options, knownOfHadamard as Known<HadamardOptions<D>>)
  checkInteger("hadamard", "n", n, 1)
  if (!Number.isInteger(Math.log2(n))) {
    throw new ArgumentError({ operation: "hadamard", message: `hadamard: n must be a power of 2, got ${n}` })
  }
  const parity = (bits: number): number => bits === 0 ? 0 : (bits & 1) ^ parity(bits >>> 1)
  return made(n, n, dtype, (i, j) => parity(i & j) === 0 ? 1 : -1) as never
}

/** Options of {@link dft}. @category models @since 0.1.0 */
export interface DftOptions<D extends DType.Complex = DType.Complex> {
  /** `sqrtn` divides by the square root of `n`, `n` by `n`. */
  readonly scale?: "sqrtn" | "n" | null
  /** complex64 by default. */
  readonly dtype?: D
}
const knownOfDft: Known<DftOptions> = { scale: true, dtype: true }

/**
 * The matrix of the discrete Fourier transform, `exp(-2 pi i j k / n)`.
 *
 * @example
 * ```ts
 * import { Numpy as np, Scipy } from "effax"
 *
 * np.real(Scipy.linalg.dft(2)) // => [[1, 1], [1, -1]]
 * ```
 *
 * @category special matrices
 * @since 0.1.0
 */
export const dft = <const N extends number, D extends DType.Complex = "complex64">(
  n: N,
  options: DftOptions<D> = {}
): Matrix<D, N> => {
  const { dtype = "complex64", scale } = checkOptions("dft", options, knownOfDft as Known<DftOptions<D>>)
  checkInteger("dft", "n", n, 0)
  checkDType("dft", dtype)
  if (!isComplex(dtype)) {
    throw new ArgumentError({
      operation: "dft",
      message: `dft: dtype must be complex64 or complex128, got ${describe(dtype)}`
    })
  }
  if (scale !== undefined && scale !== null) checkChoice("dft", "scale", scale, { sqrtn: true, n: true })
  const factor = scale === "n" ? 1 / n : scale === "sqrtn" ? 1 / Math.sqrt(n) : 1
  const parts = Array.from({ length: n * n }, (_, at) => {
    const angle = (-2 * Math.PI * ((Math.floor(at / n) * (at % n)) % n)) / n
    // no -0
    return [factor * Math.cos(angle), factor * Math.sin(angle) + 0]
  }).flat()
  const data = dtype === "complex64" ? Float32Array.from(parts) : Float64Array.from(parts)
  return node.constant(data, dtype, [n, n]) as never
}
