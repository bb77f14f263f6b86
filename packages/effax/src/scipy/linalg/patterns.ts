/**
 * Matrices with a pattern, made of vectors. Vectors are the last axis, and axes before are batches.
 */
import * as Aval from "../../Aval.ts"
import type * as DType from "../../DType.ts"
import { ArgumentError, ShapeError } from "../../Errors.ts"
import { dual, dualWithOptions } from "../../internal/arguments/dual.ts"
import { checkChoice, checkInteger, checkNoOptions, type Known } from "../../internal/arguments/options.ts"
import * as node from "../../internal/graph/node.ts"
import type { Behind, Last } from "../../internal/types/dataLast.ts"
import { fixed } from "../../lax/operands.ts"
import { toBatch } from "../../linalg/core.ts"
import { broadcastShape } from "../../linalg/shapes.ts"
import type * as NdArray from "../../NdArray.ts"
import {
  type ArrayLike,
  asArray,
  type DTypeOf,
  promote,
  type PromoteAll,
  promoteInexact,
  type PromoteOperands
} from "../../numpy/operands.ts"
import { neg, sub } from "../../primitive/arithmetic.ts"
import { abs, div } from "../../primitive/elementwise.ts"
import { gather } from "../../primitive/gather.ts"
import { asColumn, asRow, conjugate, stretch } from "../../primitive/linalg/matrix.ts"
import { range } from "../../primitive/rule.ts"
import { concatenate, full, pad, reshape, rev, sliceAxis } from "../../primitive/structural.ts"

type Any = NdArray.Any
type Of<X> = NdArray.NdArray<DTypeOf<X>>

const atLeast1d = (x: Any): Any => x.shape.length === 0 ? reshape(x, [1]) : x

const last = (x: Any): number => x.shape[x.shape.length - 1]!

/** Elements of vectors at fixed positions, arranged as a matrix. */
const arranged = (x: Any, rows: number, columns: number, position: (i: number, j: number) => number): Any => {
  const positions = Int32Array.from(
    { length: rows * columns },
    (_, k) => position(Math.floor(k / columns), k % columns)
  )
  const axis = x.shape.length - 1
  return gather(x, node.constant(positions, "int32", [rows, columns, 1]), {
    dimensionNumbers: {
      offsetDims: range(axis),
      collapsedSliceDims: [axis],
      startIndexMap: [axis],
      operandBatchingDims: [],
      startIndicesBatchingDims: []
    },
    sliceSizes: x.shape.map((size, i) => i === axis ? 1 : size),
    mode: "promiseInBounds"
  })
}

/** Two operands with vectors of their own length and one batch. */
const pair = (operation: string, x: Any, y: Any): readonly [Any, Any] => {
  const batch = broadcastShape(operation, x.shape.slice(0, -1), y.shape.slice(0, -1))
  return [toBatch(x, batch, 1), toBatch(y, batch, 1)]
}

const toeplitzOf = (c: Any, r: Any): Any => {
  const [column, row] = pair("toeplitz", c, r)
  const [m, n] = [last(column), last(row)]
  if (m === 0 || n === 0) return full(0, column.dtype, [...column.shape.slice(0, -1), m, n])
  const axis = column.shape.length - 1
  const elements = concatenate([rev(column, [axis]), sliceAxis(row, axis, 1, n)], axis)
  return arranged(elements, m, n, (i, j) => m - 1 - i + j)
}

/**
 * The Toeplitz matrix with a first column `c` and a first row `r`, whose first element is not read; without `r`, the
 * conjugate of `c`.
 *
 * @example
 * ```ts
 * import { Numpy as np, Scipy } from "effax"
 *
 * Scipy.linalg.toeplitz(np.array([1, 2, 3])) // => [[1, 2, 3], [2, 1, 2], [3, 2, 1]]
 * Scipy.linalg.toeplitz(np.array([1, 2]), np.array([1, 5, 6])) // => [[1, 5, 6], [2, 1, 5]]
 * ```
 *
 * @category special matrices
 * @since 0.1.0
 */
export const toeplitz: <X extends ArrayLike, R extends ArrayLike = X>(
  c: X,
  r?: R
) => NdArray.NdArray<PromoteOperands<X, R>> = fixed("toeplitz", (c: ArrayLike, r: ArrayLike | undefined): never => {
  checkNoOptions("toeplitz", r)
  if (r === undefined) {
    const column = atLeast1d(asArray("toeplitz", c))
    return toeplitzOf(column, conjugate(column)) as never
  }
  const [column, row] = promote("toeplitz", [c, r]).map(atLeast1d) as [Any, Any]
  return toeplitzOf(column, row) as never
})

/**
 * The Hankel matrix with a first column `c` and a last row `r`, whose first element is not read; without `r`, zeros.
 *
 * @example
 * ```ts
 * import { Numpy as np, Scipy } from "effax"
 *
 * Scipy.linalg.hankel(np.array([1, 2, 3])) // => [[1, 2, 3], [2, 3, 0], [3, 0, 0]]
 * ```
 *
 * @category special matrices
 * @since 0.1.0
 */
export const hankel: <X extends ArrayLike, R extends ArrayLike = X>(
  c: X,
  r?: R
) => NdArray.NdArray<PromoteOperands<X, R>> = fixed("hankel", (c: ArrayLike, r: ArrayLike | undefined): never => {
  checkNoOptions("hankel", r)
  const [first, second] = r === undefined ? [asArray("hankel", c)] : promote("hankel", [c, r])
  const given = second ?? full(0, first!.dtype, first!.shape)
  if (first!.shape.length === 0 || given.shape.length === 0) {
    throw new ShapeError({
      operation: "hankel",
      message: "hankel: the column and the row must be vectors, got a scalar"
    })
  }
  const [column, row] = pair("hankel", first!, given)
  const [m, n] = [last(column), last(row)]
  const axis = column.shape.length - 1
  if (m === 0 || n === 0) return full(0, column.dtype, [...column.shape.slice(0, -1), m, n]) as never
  const elements = concatenate([column, sliceAxis(row, axis, 1, n)], axis)
  return arranged(elements, m, n, (i, j) => i + j) as never
})

/**
 * The circulant matrix with a first column `c`.
 *
 * @example
 * ```ts
 * import { Numpy as np, Scipy } from "effax"
 *
 * Scipy.linalg.circulant(np.array([1, 2, 3])) // => [[1, 3, 2], [2, 1, 3], [3, 2, 1]]
 * ```
 *
 * @category special matrices
 * @since 0.1.0
 */
export const circulant: <X extends ArrayLike>(c: X) => Of<X> = fixed("circulant", (c: ArrayLike) => {
  const x = atLeast1d(asArray("circulant", c))
  const n = last(x)
  return arranged(x, n, n, (i, j) => (i - j + n) % n) as never
})

/** A row above a matrix. */
const above = (row: Any, matrix: Any): Any => {
  const batch = broadcastShape("concatenate", row.shape.slice(0, -1))
  return concatenate([asRow(row), toBatch(matrix, batch, 2)], row.shape.length - 1)
}

/** `[..., n]` on the diagonal of a matrix, with a column of zeros behind. */
const onDiagonal = (x: Any): Any => {
  const n = last(x)
  const zero = node.literal(0, x.dtype)
  const rows = reshape(pad(asColumn(x), zero, [...x.shape.map(() => [0, 0, 0] as const), [0, n, 0] as const]), [
    ...x.shape.slice(0, -1),
    n * (n + 1)
  ])
  // the elements of a row of n + 1 are one further than those of the row before
  const axis = x.shape.length - 1
  const square = reshape(sliceAxis(rows, axis, 0, n * n), [...x.shape.slice(0, -1), n, n])
  return pad(square, zero, square.shape.map((_, i) => [0, i === axis + 1 ? 1 : 0, 0] as const))
}

/**
 * The Leslie matrix of fecundities `f`, the first row, and survival rates `s`, below the diagonal.
 *
 * @example
 * ```ts
 * import { Numpy as np, Scipy } from "effax"
 *
 * Scipy.linalg.leslie(np.array([1, 2, 3]), np.array([0.5, 0.25])) // => [[1, 2, 3], [0.5, 0, 0], [0, 0.25, 0]]
 * ```
 *
 * @category special matrices
 * @since 0.1.0
 */
export const leslie: {
  <S extends ArrayLike>(s: S): Last<S, <F extends ArrayLike>(f: F) => NdArray.NdArray<PromoteOperands<F, S>>>
  <F extends ArrayLike, S extends ArrayLike>(f: F, s: S): NdArray.NdArray<PromoteOperands<F, S>>
} = dual("leslie", 2, (f: ArrayLike, s: ArrayLike): never => {
  const [first, rates] = promote("leslie", [f, s]).map(atLeast1d) as [Any, Any]
  if (last(first) < 2 || last(rates) !== last(first) - 1) {
    throw new ShapeError({
      operation: "leslie",
      message: `leslie: at least two fecundities want one survival rate less, got ${Aval.format(first)} and ${
        Aval.format(rates)
      }`
    })
  }
  const [row, below] = pair("leslie", first, rates)
  return above(row, onDiagonal(below)) as never
})

/**
 * The companion matrix of a polynomial with coefficients `a`, the highest degree first, whose roots are its eigenvalues.
 *
 * @example
 * ```ts
 * import { Numpy as np, Scipy } from "effax"
 *
 * Scipy.linalg.companion(np.array([1, -3, 2])) // => [[3, -2], [1, 0]]
 * ```
 *
 * @category special matrices
 * @since 0.1.0
 */
export const companion: <X extends ArrayLike>(a: X) => NdArray.NdArray<DType.ToInexact<DTypeOf<X>>> = fixed(
  "companion",
  (a: ArrayLike): never => {
    const x = atLeast1d(promoteInexact("companion", [a])[0]!)
    const n = last(x)
    if (n < 2) {
      throw new ShapeError({
        operation: "companion",
        message: `companion: a polynomial has at least two coefficients, got ${Aval.format(x)}`
      })
    }
    const axis = x.shape.length - 1
    const rest = sliceAxis(x, axis, 1, n)
    const row = div(neg(rest), stretch(sliceAxis(x, axis, 0, 1), rest.shape))
    const ones = full(1, x.dtype, [...x.shape.slice(0, -1), n - 2])
    return (n === 2 ? asRow(row) : above(row, onDiagonal(ones))) as never
  }
)

/**
 * Fiedler's symmetric matrix of the differences `|a_i - a_j|`.
 *
 * @example
 * ```ts
 * import { Numpy as np, Scipy } from "effax"
 *
 * Scipy.linalg.fiedler(np.array([1, 4])) // => [[0, 3], [3, 0]]
 * ```
 *
 * @category special matrices
 * @since 0.1.0
 */
export const fiedler: <X extends ArrayLike>(a: X) => NdArray.NdArray<DType.RealOf<DTypeOf<X>>> = fixed(
  "fiedler",
  (a: ArrayLike) => {
    const x = atLeast1d(asArray("fiedler", a))
    const shape = [...x.shape, last(x)]
    return abs(sub(stretch(asColumn(x), shape), stretch(asRow(x), shape))) as never
  }
)

/**
 * Fiedler's companion matrix of a polynomial with coefficients `a`, the highest degree first: with five diagonals.
 *
 * @example
 * ```ts
 * import { Numpy as np, Scipy } from "effax"
 *
 * Scipy.linalg.fiedlerCompanion(np.array([1, -3, 2])) // => [[3, -2], [1, 0]]
 * ```
 *
 * @category special matrices
 * @since 0.1.0
 */
export const fiedlerCompanion: <X extends ArrayLike>(a: X) => NdArray.NdArray<DType.ToInexact<DTypeOf<X>>> = fixed(
  "fiedlerCompanion",
  (a: ArrayLike): never => {
    const x = atLeast1d(promoteInexact("fiedlerCompanion", [a])[0]!)
    const n = last(x) - 1
    if (n < 0) {
      throw new ShapeError({
        operation: "fiedlerCompanion",
        message: `fiedlerCompanion: a polynomial has at least one coefficient, got ${Aval.format(x)}`
      })
    }
    const batch = x.shape.slice(0, -1)
    if (n === 0) return full(0, x.dtype, [...batch, 0, 0]) as never
    const axis = x.shape.length - 1
    const monic = div(x, stretch(sliceAxis(x, axis, 0, 1), x.shape))
    // the coefficients, negated, then 0 and 1
    const constants = concatenate([full(0, x.dtype, [...batch, 1]), full(1, x.dtype, [...batch, 1])], axis)
    const elements = concatenate([neg(monic), constants], axis)
    const [zero, one] = [n + 1, n + 2]
    const position = (i: number, j: number): number => {
      const even = i % 2 === 0
      if (i === 0 && j === 0) return 1
      if (i === 1 && j === 0) return one
      if (j === i + 1 && even) return Math.min(i + 2, n)
      if (j === i + 2 && even) return one
      if (j === i - 1 && even) return Math.min(i + 1, n)
      return j === i - 2 && !even ? one : zero
    }
    return arranged(elements, n, n, position) as never
  }
)

/** Options of {@link convolutionMatrix}. @category models @since 0.1.0 */
export interface ConvolutionMatrixOptions {
  /** The part of the convolution, as in `np.convolve`; `full` by default. */
  readonly mode?: "full" | "valid" | "same"
}
const knownOfConvolution: Known<ConvolutionMatrixOptions> = { mode: true }

/**
 * The matrix that convolves vectors of `n` elements with `a`.
 *
 * @example
 * ```ts
 * import { Numpy as np, Scipy } from "effax"
 *
 * Scipy.linalg.convolutionMatrix(np.array([1, 2]), 2) // => [[1, 0], [2, 1], [0, 2]]
 * ```
 *
 * @category special matrices
 * @since 0.1.0
 */
export const convolutionMatrix: {
  (n: number, options?: Behind<ConvolutionMatrixOptions>): <X extends ArrayLike>(a: X) => Of<X>
  <X extends ArrayLike>(a: X, n: number, options?: ConvolutionMatrixOptions): Of<X>
} = dualWithOptions("convolutionMatrix", 2, knownOfConvolution, (
  a: ArrayLike,
  n: number,
  { mode = "full" }: ConvolutionMatrixOptions
): never => {
  checkInteger("convolutionMatrix", "n", n, 1)
  checkChoice("convolutionMatrix", "mode", mode, { full: true, valid: true, same: true })
  const x = asArray("convolutionMatrix", a)
  const m = x.shape.length === 0 ? 0 : last(x)
  if (m === 0) {
    throw new ShapeError({
      operation: "convolutionMatrix",
      message: `convolutionMatrix: expected a vector of at least one element, got ${Aval.format(x)}`
    })
  }
  const trim = mode === "full" ? 0 : Math.min(n, m) - 1
  const [top, bottom] = mode === "same" ? [Math.floor(trim / 2), trim - Math.floor(trim / 2)] : [trim, trim]
  const axis = x.shape.length - 1
  // element m stands for 0
  const elements = concatenate([x, full(0, x.dtype, [...x.shape.slice(0, -1), 1])], axis)
  const rows = m + n - 1 - top - bottom
  return arranged(elements, rows, n, (i, j) => {
    const k = i + top - j
    return k >= 0 && k < m ? k : m
  }) as never
})

/**
 * The block-diagonal matrix of matrices, one behind the other; vectors are rows.
 *
 * @example
 * ```ts
 * import { Numpy as np, Scipy } from "effax"
 *
 * Scipy.linalg.blockDiag(np.array([[1, 2]]), np.array([[3]])) // => [[1, 2, 0], [0, 0, 3]]
 * ```
 *
 * @category special matrices
 * @since 0.1.0
 */
export const blockDiag = <X extends ReadonlyArray<ArrayLike>>(...arrays: X): NdArray.NdArray<PromoteAll<X>> => {
  checkNoOptions("blockDiag", arrays.at(-1))
  if (arrays.length === 0) return full(0, "float32", [1, 0]) as never
  const matrices = promote("blockDiag", arrays).map((x) => {
    if (x.shape.length <= 2) return x.shape.length === 2 ? x : reshape(x, [1, x.size])
    throw new ArgumentError({
      operation: "blockDiag",
      message: `blockDiag: blocks are matrices, vectors or numbers, got ${Aval.format(x)}`
    })
  })
  const columns = matrices.reduce((sum, x) => sum + x.shape[1]!, 0)
  let from = 0
  const rows = matrices.map((x) => {
    const own = x.shape[1]!
    const row = pad(x, node.literal(x.dtype === "bool" ? false : 0, x.dtype), [[0, 0, 0], [
      from,
      columns - own - from,
      0
    ]])
    from += own
    return row
  })
  return concatenate(rows, 0) as never
}
