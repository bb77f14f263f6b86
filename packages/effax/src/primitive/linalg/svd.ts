/**
 * The singular value decomposition.
 */
import * as DType from "../../DType.ts"
import { ArgumentError } from "../../Errors.ts"
import * as node from "../../internal/graph/node.ts"
import { flag } from "../../internal/program/paramSchema.ts"
import type * as NdArray from "../../NdArray.ts"
import type { Primitive } from "../../Primitive.ts"
import { sub } from "../arithmetic.ts"
import { real } from "../complex.ts"
import { add, convert, div, eq, mul } from "../elementwise.ts"
import type { SvdParams } from "../params.ts"
import {
  asColumn,
  asRow,
  convertTo,
  diagonalOf,
  eyeLike,
  H,
  matmul,
  matrixPrimitive,
  scaleColumns,
  scaleRows,
  stretch
} from "./matrix.ts"

/** `1 / x`, and 0 where `isZero` has a 1. */
const inverseBut = (x: NdArray.Any, isZero: NdArray.Any): NdArray.Any => sub(div(1, add(x, isZero)), isZero)

const primitive: Primitive<SvdParams> = matrixPrimitive<SvdParams>({
  name: "svd",
  fields: { fullMatrices: flag, computeUv: flag },
  ranks: [2],
  results([a], { computeUv, fullMatrices }, dtype) {
    const [m, n] = a as unknown as readonly [number, number]
    const k = Math.min(m, n)
    const s = { dtype: DType.realOf(dtype), shape: [k] }
    return computeUv
      ? [s, { dtype, shape: [m, fullMatrices ? m : k] }, { dtype, shape: [fullMatrices ? n : k, n] }]
      : [s]
  },
  flops([a], { computeUv }) {
    const [m, n] = [Math.max(a![0]!, a![1]!), Math.min(a![0]!, a![1]!)]
    return computeUv ? 14 * m * n * n + 8 * n ** 3 : 2 * m * n * n + 2 * n ** 3
  },
  printed: [["algorithm", null], ["subset_by_index", null]],
  // M. Giles, "An extended collection of matrix derivative results", section 3.1: for distinct singular values
  jvp({ outputs, params: { computeUv, fullMatrices }, primals: [a], tangents: [given] }) {
    const [m, n] = a!.shape.slice(-2) as [number, number]
    const [s, u, vt] = computeUv && (!fullMatrices || m === n) ? outputs : svd(a!, { fullMatrices: false })
    const da = given!
    const [uh, v] = [H(u!), H(vt!)]
    const change = matmul(matmul(uh, da), v)
    const diagonal = diagonalOf(change)
    const ds = DType.isComplex(diagonal.dtype) ? real(diagonal) : diagonal
    if (!computeUv) return [ds]
    if (fullMatrices && m !== n) {
      throw new ArgumentError({
        operation: "svd",
        message:
          "svd: the derivative exists for `fullMatrices: false` only; the additional columns of the full matrices are " +
          "arbitrary"
      })
    }
    const k = Math.min(m, n)
    const [across, down] = [stretch(asRow(s!), change.shape), stretch(asColumn(s!), change.shape)]
    const unit = eyeLike(across, k)
    const f = convertTo(inverseBut(mul(add(across, down), sub(across, down)), unit), a!.dtype)
    const right = scaleColumns(change, s!)
    const left = scaleRows(s!, change)
    const inverse = inverseBut(s!, convert(eq(s!, 0), s!.dtype))
    const imaginary = mul(scaleColumns(mul(sub(change, H(change)), 0.5), inverse), convertTo(unit, a!.dtype))
    const du = matmul(u!, add(mul(f, add(right, H(right))), imaginary))
    const dv = matmul(v, mul(f, add(left, H(left))))
    const outside = (x: NdArray.Any, xh: NdArray.Any, dx: NdArray.Any): NdArray.Any =>
      div(sub(dx, matmul(x, matmul(xh, dx))), stretch(asRow(convertTo(s!, a!.dtype)), dx.shape))
    return [
      ds,
      m > n ? add(du, outside(u!, uh, matmul(da, v))) : du,
      H(n > m ? add(dv, outside(v, vt!, matmul(H(da), u!))) : dv)
    ]
  }
})

/**
 * Singular values in descending order, left singular vectors as columns, and right ones, conjugated, as rows.
 *
 * @category linear algebra
 * @since 0.1.0
 */
export const svd = Object.assign(
  (x: NdArray.Any, params: Partial<SvdParams> = {}): ReadonlyArray<NdArray.Any> =>
    node.bind(primitive, [x], { fullMatrices: true, computeUv: true, ...params }),
  { primitive }
)
