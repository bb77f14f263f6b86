/**
 * Pieces of the rules of linear algebra: matrices are the last two axes of an array, and all axes before are batches.
 */
import * as Aval from "../../Aval.ts"
import * as DType from "../../DType.ts"
import { ShapeError } from "../../Errors.ts"
import * as node from "../../internal/graph/node.ts"
import { type Check, natural, schema } from "../../internal/program/paramSchema.ts"
import { named } from "../../internal/program/spelling.ts"
import type * as NdArray from "../../NdArray.ts"
import type { BatchContext, Batched, JvpContext, Linear, OrZero, Params, Primitive } from "../../Primitive.ts"
import { conj } from "../complex.ts"
import { dotGeneral } from "../contraction.ts"
import type { DTypes } from "../dtypeSets.ts"
import { add, convert, eq, le, mul, select } from "../elementwise.ts"
import { gather } from "../gather.ts"
import { reduceSum } from "../reduction.ts"
import { checkDType, checkSameDType, type Ints, list, range } from "../rule.ts"
import { broadcastInDim, iota, repeat, reshape, sliceAxis, transpose } from "../structural.ts"

/** The dtypes of matrices: those of LAPACK. */
export const matrixDTypes: DTypes = new Set<DType.DType>(["float32", "float64", "complex64", "complex128"])

// --- views and products ---------------------------------------------------------------------------------------------

/** The transposed matrices. */
export const T = (x: NdArray.Any): NdArray.Any => {
  const rank = x.shape.length
  return transpose(x, [...range(rank - 2), rank - 1, rank - 2])
}

/** The conjugate of a complex array; a real one is returned unchanged. */
export const conjugate = (x: NdArray.Any): NdArray.Any => DType.isComplex(x.dtype) ? conj(x) : x

/** The conjugate transposes. */
export const H = (x: NdArray.Any): NdArray.Any => conjugate(T(x))

/** `[..., m, k] x [..., k, n] -> [..., m, n]`, for equal batches. */
export const matmul = (x: NdArray.Any, y: NdArray.Any): NdArray.Any => {
  const rank = x.shape.length
  const batch = range(rank - 2)
  return dotGeneral(x, y, {
    lhsContracting: [rank - 1],
    rhsContracting: [rank - 2],
    lhsBatch: batch,
    rhsBatch: batch
  })
}

/** A matrix for each of a batch: the last axes of `x` repeated along leading axes. */
export const acrossBatch = (x: NdArray.Any, batch: Ints): NdArray.Any =>
  broadcastInDim(x, [...batch, ...x.shape], range(x.shape.length, batch.length))

/** Whether `column - row <= offset`, for each element. */
const isBelow = (shape: Ints, offset: number): NdArray.Any => {
  const matrix = shape.slice(-2)
  const mask = le(iota("int32", matrix, 1), add(iota("int32", matrix, 0), offset))
  return acrossBatch(mask, shape.slice(0, -2))
}

/** The elements on and below a diagonal; the others are 0. */
export const tril = (x: NdArray.Any, offset = 0): NdArray.Any => select(isBelow(x.shape, offset), x, 0)

/** The elements on and above a diagonal; the others are 0. */
export const triu = (x: NdArray.Any, offset = 0): NdArray.Any => select(isBelow(x.shape, offset - 1), 0, x)

/** One identity matrix, without batch axes, `[rows, columns]`. */
export const eye = (dtype: DType.DType, rows: number, columns = rows): NdArray.Any =>
  convert(eq(iota("int32", [rows, columns], 0), iota("int32", [rows, columns], 1)), dtype)

/** The identity matrix for each matrix of a batch. */
export const eyeLike = (x: NdArray.Any, rows: number, columns = rows): NdArray.Any =>
  acrossBatch(eye(x.dtype, rows, columns), x.shape.slice(0, -2))

/** The main diagonals, `[..., m, n] -> [..., min(m, n)]`. */
export const diagonalOf = (x: NdArray.Any): NdArray.Any => {
  const rank = x.shape.length
  const size = Math.min(x.shape[rank - 2]!, x.shape[rank - 1]!)
  const square = part(x, [0, size], [0, size])
  const [rows, columns] = [iota("int32", [size, size], 0), iota("int32", [size, size], 1)]
  const mask = acrossBatch(eq(rows, columns), x.shape.slice(0, -2))
  return reduceSum(select(mask, square, 0), [rank - 1])
}

/** Rows `[..., 1, n]` of a vector `[..., n]`. */
export const asRow = (x: NdArray.Any): NdArray.Any =>
  reshape(x, [...x.shape.slice(0, -1), 1, x.shape[x.shape.length - 1]!])

/** Columns `[..., n, 1]` of a vector `[..., n]`. */
export const asColumn = (x: NdArray.Any): NdArray.Any => reshape(x, [...x.shape, 1])

/** An array stretched along axes of length 1. */
export const stretch = (x: NdArray.Any, shape: Ints): NdArray.Any => broadcastInDim(x, shape, range(shape.length))

/** The columns of `x` scaled: `x diag(s)`. */
export const scaleColumns = (x: NdArray.Any, s: NdArray.Any): NdArray.Any =>
  mul(x, stretch(asRow(convertTo(s, x.dtype)), x.shape))

/** The rows of `x` scaled: `diag(s) x`. */
export const scaleRows = (s: NdArray.Any, x: NdArray.Any): NdArray.Any =>
  mul(stretch(asColumn(convertTo(s, x.dtype)), x.shape), x)

export const convertTo = (x: NdArray.Any, dtype: DType.DType): NdArray.Any => x.dtype === dtype ? x : convert(x, dtype)

/** Rows and columns `[from, to)`. */
export const part = (
  x: NdArray.Any,
  rows: readonly [number, number],
  columns: readonly [number, number]
): NdArray.Any => {
  const rank = x.shape.length
  return sliceAxis(sliceAxis(x, rank - 2, ...rows), rank - 1, ...columns)
}

/** Rows in the order of `[..., m]` positions. */
export const takeRows = (x: NdArray.Any, positions: NdArray.Any): NdArray.Any => {
  const rank = x.shape.length
  const batch = range(rank - 2)
  return gather(x, asColumn(positions), {
    dimensionNumbers: {
      offsetDims: [rank - 1],
      collapsedSliceDims: [rank - 2],
      startIndexMap: [rank - 2],
      operandBatchingDims: batch,
      startIndicesBatchingDims: batch
    },
    sliceSizes: x.shape.map((size, axis) => axis === rank - 1 ? size : 1),
    mode: "promiseInBounds",
    uniqueIndices: true
  })
}

// --- definitions ----------------------------------------------------------------------------------------------------

/** A type of a result for one matrix, without batch axes. */
export interface Result {
  readonly dtype: DType.DType
  readonly shape: Ints
}

/** The rule of a primitive that computes with each matrix of a batch by itself. */
export interface MatrixRule<P extends Params> {
  readonly name: string
  readonly fields?: { readonly [name: string]: Check }
  /** The number of axes that a matrix or vector has in each operand. */
  readonly ranks: ReadonlyArray<number>
  readonly dtypes?: DTypes
  /** The results for operands of the given shapes, without batch axes. */
  readonly results: (shapes: ReadonlyArray<Ints>, params: P, dtype: DType.DType) => ReadonlyArray<Result>
  /** The floating-point operations for one matrix. */
  readonly flops: (shapes: ReadonlyArray<Ints>, params: P) => number
  readonly jvp?: (context: JvpContext<P>) => ReadonlyArray<OrZero>
  readonly linear?: Linear<P>
  readonly batch?: (context: BatchContext<P>) => Batched
  /** Parameters that only JAX has, as it prints them. */
  readonly printed?: ReadonlyArray<readonly [name: string, value: unknown]>
}

const operandName = (ranks: Ints, i: number): string => ranks.length === 1 ? "the operand" : `operand ${i}`

/** Defines a primitive of linear algebra. */
export const matrixPrimitive = <P extends Params>(rule: MatrixRule<P>): Primitive<P> => {
  const { name, printed, ranks } = rule
  const own = (shape: Ints, i: number): Ints => shape.slice(shape.length - ranks[i]!)
  const primitive: Primitive<P> = {
    name,
    schema: schema(ranks.length, rule.fields ?? {}),
    cost: {
      flops: ({ inputs }, params) => {
        const batch = inputs[0]!.shape.slice(0, -ranks[0]!).reduce((n, size) => n * size, 1)
        return batch * rule.flops(inputs.map((x, i) => own(x.shape, i)), params)
      }
    },
    abstract(inputs, params) {
      const dtype = checkSameDType(name, inputs)
      checkDType(name, ranks.length === 1 ? "operand" : "operands", dtype, rule.dtypes ?? matrixDTypes)
      inputs.forEach((x, i) => {
        if (x.shape.length >= ranks[i]!) return
        throw new ShapeError({
          operation: name,
          message: `${name}: ${operandName(ranks, i)} must be ${
            ranks[i] === 1 ? "a vector, or have batch axes before it" : "a matrix, or have batch axes before it"
          }, got ${Aval.format(x)}`
        })
      })
      const batch = inputs[0]!.shape.slice(0, inputs[0]!.shape.length - ranks[0]!)
      inputs.forEach((x, i) => {
        const other = x.shape.slice(0, x.shape.length - ranks[i]!)
        if (Aval.sameShape(other, batch)) return
        throw new ShapeError({
          operation: name,
          message: `${name}: the batch axes of all operands must be the same, got ${list(batch)} of ${
            Aval.format(inputs[0]!)
          } and ${list(other)} of ${Aval.format(x)}`
        })
      })
      const weak = inputs.every((x) => x.weak)
      return rule.results(inputs.map((x, i) => own(x.shape, i)), params, dtype).map((of) =>
        Aval.make(of.dtype, [...batch, ...of.shape], weak)
      )
    },
    ...(rule.jvp === undefined ? {} : { jvp: rule.jvp }),
    ...(rule.linear === undefined ? {} : { linear: rule.linear }),
    ...(printed === undefined ? {} : { print: (params: P) => [...named(params), ...printed] }),
    batch: rule.batch ?? (({ batched, inputs, params, size }) => {
      const outputs = node.bind(primitive, inputs.map((x, i) => batched[i] ? x : repeat(x, size)), params)
      return { outputs, batched: outputs.map(() => true) }
    })
  }
  return primitive
}

/** Throws for matrices that are not square. */
export const checkSquare = (operation: string, [rows, columns]: Ints): void => {
  if (rows === columns) return
  throw new ShapeError({
    operation,
    message: `${operation}: matrices must be square, got ${rows} rows and ${columns} columns`
  })
}

export { natural }
