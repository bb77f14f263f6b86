/**
 * Eigenvalues and eigenvectors of general matrices, and the forms that they are found from. All results of `eig` are complex.
 */
import * as DType from "../../DType.ts"
import { ArgumentError, ShapeError } from "../../Errors.ts"
import * as node from "../../internal/graph/node.ts"
import { flag } from "../../internal/program/paramSchema.ts"
import type * as NdArray from "../../NdArray.ts"
import type { Params, Primitive } from "../../Primitive.ts"
import { neg } from "../arithmetic.ts"
import { complex, conj, imag, real } from "../complex.ts"
import { abs, add, div, eq, mul } from "../elementwise.ts"
import type { EigParams, SchurParams, TridiagonalParams } from "../params.ts"
import { argmax, reduceSum } from "../reduction.ts"
import { iota } from "../structural.ts"
import { reciprocalGaps } from "./eigh.ts"
import { luSolve } from "./luSolve.ts"
import { asRow, checkSquare, convertTo, diagonalOf, H, matmul, matrixPrimitive, stretch } from "./matrix.ts"

const complexOf = (dtype: DType.DType): DType.DType =>
  dtype === "float32" ? "complex64" : dtype === "float64" ? "complex128" : dtype

/**
 * Tangents of eigenvalues and of eigenvectors, for eigenvalues that are all different (M. Giles, "An extended collection of
 * matrix derivative results", section 3.1). A multiple of the eigenvector is added to its tangent, so that its norm stays
 * 1 and its largest element real.
 */
const vectorTangents = (w: NdArray.Any, v: NdArray.Any, da: NdArray.Any): readonly [NdArray.Any, NdArray.Any] => {
  const rank = v.shape.length
  const change = luSolve(v, matmul(da, v))
  const u = matmul(v, mul(reciprocalGaps(w, v), change))
  const rows = iota("int32", v.shape, rank - 2)
  const largest = convertTo(eq(rows, stretch(asRow(argmax(abs(v), rank - 2)), v.shape)), v.dtype)
  const sumOf = (x: NdArray.Any): NdArray.Any => reduceSum(x, [rank - 2])
  const c = complex(
    neg(real(sumOf(mul(conj(v), u)))),
    neg(div(imag(sumOf(mul(largest, u))), real(sumOf(mul(largest, v)))))
  )
  return [diagonalOf(change), add(u, mul(v, stretch(asRow(c), v.shape)))]
}

const primitive: Primitive<EigParams> = matrixPrimitive<EigParams>({
  name: "eig",
  fields: { computeLeftEigenvectors: flag, computeRightEigenvectors: flag, enableEigvecDerivs: flag },
  ranks: [2],
  results([a], { computeLeftEigenvectors, computeRightEigenvectors }, given) {
    checkSquare("eig", a!)
    const dtype = complexOf(given)
    const vectors = { dtype, shape: a! }
    return [
      { dtype, shape: [a![0]!] },
      ...computeLeftEigenvectors ? [vectors] : [],
      ...computeRightEigenvectors ? [vectors] : []
    ]
  },
  flops: ([a], params) => (params.computeLeftEigenvectors || params.computeRightEigenvectors ? 25 : 10) * a![0]! ** 3,
  printed: [["implementation", null]],
  jvp({ outputs, params, primals: [a], tangents: [given] }) {
    const { computeLeftEigenvectors: left, computeRightEigenvectors: right, enableEigvecDerivs } = params
    if ((left || right) && !enableEigvecDerivs) {
      throw new ArgumentError({
        operation: "eig",
        message: "eig: derivatives of eigenvectors are right only where no eigenvalue occurs twice, which can't be " +
          "checked here; ask for them with `Lax.linalg.eig(x, { enableEigvecDerivs: true })`, or for eigenvalues alone"
      })
    }
    const w = outputs[0]!
    const v = right ? outputs[outputs.length - 1]! : eig(a!, { ...params, computeRightEigenvectors: true }).at(-1)!
    const da = convertTo(given!, v.dtype)
    const [dw, dv] = enableEigvecDerivs && (left || right)
      ? vectorTangents(w, v, da)
      : [diagonalOf(luSolve(v, matmul(da, v))), undefined]
    return [
      dw,
      ...left ? [vectorTangents(conj(w), outputs[1]!, H(da))[1]] : [],
      ...right ? [dv] : []
    ]
  }
})

/**
 * Eigenvalues, and left and right eigenvectors as columns where they are wanted: of norm 1, with a real largest element.
 *
 * @category linear algebra
 * @since 0.1.0
 */
export const eig = Object.assign(
  (x: NdArray.Any, params: Partial<EigParams> = {}): ReadonlyArray<NdArray.Any> =>
    node.bind(primitive, [x], {
      computeLeftEigenvectors: true,
      computeRightEigenvectors: true,
      enableEigvecDerivs: false,
      ...params
    }),
  { primitive }
)

// --- Hessenberg, Schur and tridiagonal forms ------------------------------------------------------------------------

const hessenbergPrimitive: Primitive<Params> = matrixPrimitive<Params>({
  name: "hessenberg",
  ranks: [2],
  results([a], _, dtype) {
    checkSquare("hessenberg", a!)
    return [{ dtype, shape: a! }, { dtype, shape: [Math.max(0, a![0]! - 1)] }]
  },
  flops: ([a]) => 10 * a![0]! ** 3 / 3
})

/**
 * The Hessenberg form, with the vectors of reflectors below the subdiagonal, and their factors (LAPACK's gehrd).
 *
 * @category linear algebra
 * @since 0.1.0
 */
export const hessenberg = Object.assign(
  (x: NdArray.Any): readonly [a: NdArray.Any, taus: NdArray.Any] =>
    node.bind(hessenbergPrimitive, [x], {}) as unknown as readonly [NdArray.Any, NdArray.Any],
  { primitive: hessenbergPrimitive }
)

const schurPrimitive: Primitive<SchurParams> = matrixPrimitive<SchurParams>({
  name: "schur",
  fields: { computeSchurVectors: flag },
  ranks: [2],
  results([a], { computeSchurVectors }, dtype) {
    checkSquare("schur", a!)
    const result = { dtype, shape: a! }
    return computeSchurVectors ? [result, result] : [result]
  },
  flops: ([a]) => 25 * a![0]! ** 3,
  printed: [["select_callable", null], ["sort_eig_vals", false]]
})

/**
 * The Schur form, upper triangular but for blocks of two rows of real matrices, and its unitary factor.
 *
 * @category linear algebra
 * @since 0.1.0
 */
export const schur = Object.assign(
  (x: NdArray.Any, params: Partial<SchurParams> = {}): ReadonlyArray<NdArray.Any> =>
    node.bind(schurPrimitive, [x], { computeSchurVectors: true, ...params }),
  { primitive: schurPrimitive }
)

const tridiagonalPrimitive: Primitive<TridiagonalParams> = matrixPrimitive<TridiagonalParams>({
  name: "tridiagonal",
  fields: { lower: flag },
  ranks: [2],
  results([a], _, dtype) {
    checkSquare("tridiagonal", a!)
    const n = a![0]!
    if (n === 0) {
      throw new ShapeError({
        operation: "tridiagonal",
        message: "tridiagonal: matrices must have at least one row, got [0, 0]"
      })
    }
    const dtypeOfParts = DType.realOf(dtype)
    return [
      { dtype, shape: a! },
      { dtype: dtypeOfParts, shape: [n] },
      { dtype: dtypeOfParts, shape: [n - 1] },
      { dtype, shape: [n - 1] }
    ]
  },
  flops: ([a]) => 4 * a![0]! ** 3 / 3
})

/**
 * Reflectors that make Hermitian matrices tridiagonal, the diagonal and the off-diagonal, and the factors of the reflectors
 * (LAPACK's sytrd and hetrd).
 *
 * @category linear algebra
 * @since 0.1.0
 */
export const tridiagonal = Object.assign(
  (x: NdArray.Any, params: Partial<TridiagonalParams> = {}): ReadonlyArray<NdArray.Any> =>
    node.bind(tridiagonalPrimitive, [x], { lower: true, ...params }),
  { primitive: tridiagonalPrimitive }
)
