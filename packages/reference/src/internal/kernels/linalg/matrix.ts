/**
 * Matrices in double precision, with their rows and columns as vectors. An imaginary part is kept only where the dtype is
 * complex, so that infinities of real matrices do not meet zeros.
 */
import * as DType from "effax/DType"
import type { Params } from "effax/Primitive"
import { type Kernel, kernel, type Steps } from "../../kernel.ts"
import { commit, elements, room, type Value } from "../../value.ts"

/** A complex number; the second part of real ones is 0. */
export type Scalar = readonly [re: number, im: number]

/** Row-major. */
export interface Matrix {
  readonly rows: number
  readonly columns: number
  readonly re: Float64Array
  readonly im: Float64Array | undefined
}

/** Elements of a matrix at equal distances. */
export interface Vector {
  readonly of: Matrix
  readonly start: number
  readonly step: number
  readonly length: number
}

// --- scalars --------------------------------------------------------------------------------------------------------

export const conj = ([re, im]: Scalar): Scalar => [re, -im]
export const neg = ([re, im]: Scalar): Scalar => [-re, -im]
export const plus = (a: Scalar, b: Scalar): Scalar => [a[0] + b[0], a[1] + b[1]]
export const minus = (a: Scalar, b: Scalar): Scalar => [a[0] - b[0], a[1] - b[1]]
export const times = (a: Scalar, b: Scalar): Scalar =>
  a[1] === 0 && b[1] === 0 ? [a[0] * b[0], 0] : [a[0] * b[0] - a[1] * b[1], a[0] * b[1] + a[1] * b[0]]

/** `a / b` (Smith 1962, which avoids overflow in between). */
export const over = (a: Scalar, b: Scalar): Scalar => {
  if (b[1] === 0) return a[1] === 0 ? [a[0] / b[0], 0] : [a[0] / b[0], a[1] / b[0]]
  if (Math.abs(b[0]) >= Math.abs(b[1])) {
    const ratio = b[1] / b[0]
    const scale = b[0] + b[1] * ratio
    return [(a[0] + a[1] * ratio) / scale, (a[1] - a[0] * ratio) / scale]
  }
  const ratio = b[0] / b[1]
  const scale = b[0] * ratio + b[1]
  return [(a[0] * ratio + a[1]) / scale, (a[1] * ratio - a[0]) / scale]
}
export const magnitude = ([re, im]: Scalar): number => im === 0 ? Math.abs(re) : Math.hypot(re, im)

// --- matrices -------------------------------------------------------------------------------------------------------

export const zeros = (rows: number, columns: number, isComplex: boolean): Matrix => ({
  rows,
  columns,
  re: new Float64Array(rows * columns),
  im: isComplex ? new Float64Array(rows * columns) : undefined
})

export const identity = (rows: number, columns: number, isComplex: boolean): Matrix => {
  const out = zeros(rows, columns, isComplex)
  for (let i = 0; i < Math.min(rows, columns); i++) out.re[i * columns + i] = 1
  return out
}

/** The matrix whose elements are `f(row, column)`. */
export const build = (
  rows: number,
  columns: number,
  isComplex: boolean,
  f: (i: number, j: number) => Scalar
): Matrix => {
  const out = zeros(rows, columns, isComplex)
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) set(out, i, j, f(i, j))
  }
  return out
}

/** A column of real numbers. */
export const real = (values: ArrayLike<number>): Matrix => ({
  rows: values.length,
  columns: 1,
  re: Float64Array.from(values),
  im: undefined
})

/** A column of numbers. */
export const vector = (values: ReadonlyArray<Scalar>, isComplex: boolean): Matrix =>
  build(values.length, 1, isComplex, (i) => values[i]!)

export const copy = ({ columns, im, re, rows }: Matrix): Matrix => ({ rows, columns, re: re.slice(), im: im?.slice() })

export const get = (a: Matrix, i: number, j: number): Scalar => {
  const at = i * a.columns + j
  return [a.re[at]!, a.im === undefined ? 0 : a.im[at]!]
}

export const set = (a: Matrix, i: number, j: number, [re, im]: Scalar): void => {
  const at = i * a.columns + j
  a.re[at] = re
  if (a.im !== undefined) a.im[at] = im
}

export const adjoint = (a: Matrix): Matrix => build(a.columns, a.rows, a.im !== undefined, (i, j) => conj(get(a, j, i)))

/** Whether an element is NaN or infinite. */
export const isFinite = ({ im, re }: Matrix): boolean =>
  re.every(Number.isFinite) && (im?.every(Number.isFinite) ?? true)

export const fill = ({ im, re }: Matrix, value: number): void => {
  re.fill(value)
  im?.fill(value)
}

/** A matrix of NaN. */
export const undetermined = (rows: number, columns: number, isComplex: boolean): Matrix => {
  const out = zeros(rows, columns, isComplex)
  fill(out, NaN)
  return out
}

export const multiply = (a: Matrix, b: Matrix): Matrix =>
  build(a.rows, b.columns, a.im !== undefined || b.im !== undefined, (i, j) => {
    let sum: Scalar = [0, 0]
    for (let k = 0; k < a.columns; k++) sum = plus(sum, times(get(a, i, k), get(b, k, j)))
    return sum
  })

// --- vectors --------------------------------------------------------------------------------------------------------

export const row = (of: Matrix, i: number, from = 0, to = of.columns): Vector => ({
  of,
  start: i * of.columns + from,
  step: 1,
  length: Math.max(0, to - from)
})

export const column = (of: Matrix, j: number, from = 0, to = of.rows): Vector => ({
  of,
  start: from * of.columns + j,
  step: of.columns,
  length: Math.max(0, to - from)
})

/** `sum conj(x) y`. */
export const dot = (x: Vector, y: Vector): Scalar => {
  let re = 0
  let im = 0
  const [a, b] = [x.of, y.of]
  for (let k = 0, i = x.start, j = y.start; k < x.length; k++, i += x.step, j += y.step) {
    re += a.re[i]! * b.re[j]!
    if (a.im === undefined || b.im === undefined) continue
    re += a.im[i]! * b.im[j]!
    im += a.re[i]! * b.im[j]! - a.im[i]! * b.re[j]!
  }
  return [re, im]
}

/** `y += alpha x`. */
export const add = (y: Vector, alpha: Scalar, x: Vector): void => {
  const [a, b] = [x.of, y.of]
  for (let k = 0, i = x.start, j = y.start; k < x.length; k++, i += x.step, j += y.step) {
    if (a.im === undefined || b.im === undefined) b.re[j]! += alpha[0] * a.re[i]!
    else {
      const [re, im] = [a.re[i]!, a.im[i]!]
      b.re[j]! += alpha[0] * re - alpha[1] * im
      b.im[j]! += alpha[0] * im + alpha[1] * re
    }
  }
}

/** `x *= alpha`. */
export const scale = (x: Vector, alpha: Scalar): void => {
  const { im, re } = x.of
  for (let k = 0, i = x.start; k < x.length; k++, i += x.step) {
    const [a, b] = times([re[i]!, im === undefined ? 0 : im[i]!], alpha)
    re[i] = a
    if (im !== undefined) im[i] = b
  }
}

/** The Euclidean norm, without overflow in between. */
export const norm = (x: Vector): number => {
  let largest = 0
  const { im, re } = x.of
  for (let k = 0, i = x.start; k < x.length; k++, i += x.step) {
    const size = Math.max(Math.abs(re[i]!), im === undefined ? 0 : Math.abs(im[i]!))
    // NaN is larger than everything
    if (!(size <= largest)) largest = size
  }
  if (largest === 0 || !Number.isFinite(largest)) return largest
  let sum = 0
  for (let k = 0, i = x.start; k < x.length; k++, i += x.step) {
    sum += (re[i]! / largest) ** 2
    if (im !== undefined) sum += (im[i]! / largest) ** 2
  }
  return largest * Math.sqrt(sum)
}

export const swap = (x: Vector, y: Vector): void => {
  for (const [a, b] of [[x.of.re, y.of.re], [x.of.im, y.of.im]] as const) {
    if (a === undefined || b === undefined) continue
    for (let k = 0, i = x.start, j = y.start; k < x.length; k++, i += x.step, j += y.step) {
      ;[a[i], b[j]] = [b[j]!, a[i]!]
    }
  }
}

// --- batches --------------------------------------------------------------------------------------------------------

const extent = (shape: ReadonlyArray<number>): number => shape.reduce((n, size) => n * size, 1)

/** The number of axes that a matrix has in the operand; a vector is a matrix of one column. */
type Ranks = ReadonlyArray<1 | 2>

const read = (value: Value, source: ArrayLike<number>, rank: 1 | 2, index: number): Matrix => {
  const own = value.shape.slice(value.shape.length - rank)
  const isComplex = DType.isComplex(value.dtype)
  const out = zeros(own[0]!, own[1] ?? 1, isComplex)
  const first = index * extent(own)
  for (let i = 0; i < out.re.length; i++) {
    out.re[i] = source[isComplex ? 2 * (first + i) : first + i]!
    if (out.im !== undefined) out.im[i] = source[2 * (first + i) + 1]!
  }
  return out
}

/** A kernel that computes with each matrix of a batch by itself. It gets matrices that it may change. */
export const onMatrices = <P extends Params>(
  ranks: Ranks,
  f: (matrices: ReadonlyArray<Matrix>, params: P, isComplex: boolean) => Steps<ReadonlyArray<Matrix>>
): Kernel<P> =>
  kernel(function*(inputs, outputs, params) {
    const sources = inputs.map((x) => elements<number>(x))
    const targets = outputs.map((x) => room<number>(x))
    const batch = extent(inputs[0]!.shape.slice(0, inputs[0]!.shape.length - ranks[0]!))
    const isComplex = DType.isComplex(inputs[0]!.dtype)
    for (let index = 0; index < batch; index++) {
      const results = yield* f(inputs.map((x, i) => read(x, sources[i]!, ranks[i]!, index)), params, isComplex)
      results.forEach(({ im, re }, k) => {
        const target = targets[k]!
        const pairs = DType.isComplex(outputs[k]!.dtype)
        const first = index * re.length
        for (let i = 0; i < re.length; i++) {
          target[pairs ? 2 * (first + i) : first + i] = re[i]!
          if (pairs) target[2 * (first + i) + 1] = im === undefined ? 0 : im[i]!
        }
      })
      yield
    }
    outputs.forEach((output, k) => commit(output, targets[k]!))
  })
