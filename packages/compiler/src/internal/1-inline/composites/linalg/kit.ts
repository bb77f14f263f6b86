/**
 * Parts of the algorithms on matrices. Here a matrix is `[batch, m, n]`: every algorithm works on all matrices of a batch at once,
 * and its loops go over columns, whose number is known. Blocks are divided in two until they are small, so that nearly all of the
 * work is products of matrices.
 */
import * as DType from "effax/DType"
import * as Lax from "effax/Lax"
import type * as NdArray from "effax/NdArray"
import * as np from "effax/Numpy"

export type Any = NdArray.Any

export type Complex = NdArray.NdArray<"complex64" | "complex128">

const { add, convertElementType, div, mul, select, sub } = Lax

/** The columns of a block that a loop goes through; larger ones are divided. It grows with the matrix, so that Programs stay small. */
export const leafOf = (n: number): number => Math.max(32, Math.ceil(n / 32))

/** Where to divide `n` columns: half, rounded up to whole leaves. */
export const halfOf = (n: number, leaf: number): number => leaf * Math.ceil(n / (2 * leaf))

/** `[..., m, n]` as `[batch, m, n]`, or `[..., n]` as `[batch, n]` for a rank of 1. */
export const flat = (x: Any, rank: number): Any => {
  const cut = x.shape.length - rank
  const batch = x.shape.slice(0, cut).reduce((size, extent) => size * extent, 1)
  return Lax.reshape(x, [batch, ...x.shape.slice(cut)])
}

/** Results of {@link flat} operands with the leading axes back in place. */
export const unflat = (x: Any, batch: ReadonlyArray<number>): Any => Lax.reshape(x, [...batch, ...x.shape.slice(1)])

export const isComplex = (x: Any): boolean => DType.isComplex(x.dtype)

export const conj = (x: Any): Any => isComplex(x) ? Lax.conj(x as Complex) : x

export const real = (x: Any): Any => isComplex(x) ? Lax.real(x as Complex) : x

/** A real array in the dtype of another. */
export const like = (x: Any, of: Any): Any => convertElementType(x, of.dtype)

export const transpose = (x: Any): Any => Lax.transpose(x, [0, 2, 1])

/** The conjugate transpose. */
export const adjoint = (x: Any): Any => conj(transpose(x))

export const matmul = (x: Any, y: Any): Any => Lax.batchMatmul(x, y)

/** `|x|^2`, real. */
export const norm2 = (x: Any): Any =>
  isComplex(x) ? add(np.square(Lax.real(x as Complex)), np.square(Lax.imag(x as Complex))) : mul(x, x)

export const filled = (shape: ReadonlyArray<number>, value: number, of: Any): Any =>
  Lax.full(shape, value, { dtype: of.dtype })

/** Rows and columns of part of every matrix. */
export const part = (x: Any, rows: readonly [number, number], columns: readonly [number, number]): Any =>
  Lax.slice(x, [0, rows[0], columns[0]], [x.shape[0]!, rows[1], columns[1]])

/** `[[a, b], [c, d]]`. */
export const blocks = (a: Any, b: Any, c: Any, d: Any): Any =>
  Lax.concatenate([Lax.concatenate([a, b], 2), Lax.concatenate([c, d], 2)], 1)

/** Positions along an axis, for arrays of a shape. */
export const positions = (shape: ReadonlyArray<number>, axis: number): Any => Lax.broadcastedIota("int32", shape, axis)

/** The part of a matrix where rows and columns compare: `keep(row, column)`. */
export const where = (x: Any, keep: (row: Any, column: Any) => Any): Any =>
  select(keep(positions(x.shape, 1), positions(x.shape, 2)), x, filled(x.shape, 0, x))

export const tril = (x: Any, offset = 0): Any => where(x, (row, column) => Lax.le(sub(column, row), offset))

export const triu = (x: Any, offset = 0): Any => where(x, (row, column) => Lax.ge(sub(column, row), offset))

/** Column `j` as `[batch, m]`. */
export const column = (x: Any, j: Any): Any => Lax.dynamicIndexInDim(x, j as never, { axis: 2, keepdims: false })

/** Row `j` as `[batch, n]`. */
export const row = (x: Any, j: Any): Any => Lax.dynamicIndexInDim(x, j as never, { axis: 1, keepdims: false })

/** Element `j` of each line of `[batch, n]`, as `[batch]`. */
export const element = (x: Any, j: Any): Any => Lax.dynamicIndexInDim(x, j as never, { axis: 1, keepdims: false })

/** `[batch, m]` for every column of `[batch, m, n]`. */
export const asColumns = (x: Any, n: number): Any => Lax.broadcastInDim(x, [x.shape[0]!, x.shape[1]!, n], [0, 1])

/** `[batch, n]` for every row of `[batch, m, n]`. */
export const asRows = (x: Any, m: number): Any => Lax.broadcastInDim(x, [x.shape[0]!, m, x.shape[1]!], [0, 2])

/** `[batch]` for every element of `[batch, ...shape]`. */
export const asBatch = (x: Any, shape: ReadonlyArray<number>): Any =>
  Lax.broadcastInDim(x, [x.shape[0]!, ...shape], [0])

/** `[batch, m]` times `[batch, n]`, all pairs: `[batch, m, n]`. */
export const outer = (x: Any, y: Any): Any => mul(asColumns(x, y.shape[1]!), asRows(y, x.shape[1]!))

/** The diagonal of square matrices, `[batch, n]`. */
export const diagonal = (x: Any): Any => Lax.reduceSum(where(x, Lax.eq), [1])

/** The identity matrix, or the first columns of it, for each of a batch. */
export const eye = (batch: number, m: number, n: number, of: Any): Any => {
  const shape = [batch, m, n]
  return convertElementType(Lax.eq(positions(shape, 1), positions(shape, 2)), of.dtype)
}

/** `x / y`, and `x` where `y` is 0. */
export const divideBut = (x: Any, y: Any): Any => {
  const zero = Lax.eq(y, filled(y.shape, 0, y))
  return div(x, select(zero, filled(y.shape, 1, y), y))
}

/** Matrices of a batch of which an element is NaN or infinite become NaN; others stay. */
export const poison = (bad: Any, x: Any): Any => select(asBatch(bad, x.shape.slice(1)), filled(x.shape, NaN, x), x)

/** Whether an element of a matrix is NaN or infinite, `[batch]`. */
export const notFinite = (x: Any): Any => {
  const isBad = (part: Any): Any => Lax.ne(mul(part, filled(part.shape, 0, part)), filled(part.shape, 0, part))
  const bad = isComplex(x) ? Lax.bitwiseOr(isBad(real(x)), isBad(Lax.imag(x as Complex))) : isBad(x)
  return Lax.reduceOr(bad, x.shape.map((_, i) => i).slice(1))
}

/** Rows in another order: `x[b, permutation[b, i], :]`. */
export const takeRows = (x: Any, permutation: Any): Any =>
  np.takeAlongAxis(x, np.expandDims(permutation, 2) as never, { axis: 1 })

/** Columns in another order. */
export const takeColumns = (x: Any, order: Any): Any =>
  np.takeAlongAxis(x, np.expandDims(order, 1) as never, { axis: 2 })

/** A loop over columns, from the first or from the last. */
export const overColumns = <C>(n: number, carry: C, body: (j: Any, carry: C) => C, backwards = false): C =>
  Lax.foriLoop(0, n, ((i: Any, c: C) => body(backwards ? sub(n - 1, i) : i, c)) as never, carry as never) as C
