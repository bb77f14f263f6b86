/**
 * How special functions are made: operands become floating-point arrays of one dtype and one shape, half precision is
 * computed in float32, and derivatives are given by their formulas.
 */
import * as DType from "../../DType.ts"
import { DTypeError } from "../../Errors.ts"
import type * as NdArray from "../../NdArray.ts"
import { broadcast, promoteInexact } from "../../numpy/operands.ts"
import { binary, inexact, type InexactArithmetic, type ToInexact } from "../../numpy/signatures.ts"
import { broadcastTo } from "../../primitive/define.ts"
import * as P from "../../primitive/elementwise.ts"
import { customJvp } from "../../transform/custom.ts"

export type Any = NdArray.Any

/** A function of arrays of one dtype, float32 or float64, and one shape. */
export type Function = (...xs: ReadonlyArray<Any>) => Any

/** The slope of a function by one operand, from the result and the operands. */
export type Slope = (output: Any, ...xs: ReadonlyArray<Any>) => Any

/** A function whose derivatives are given by slopes; where one is `undefined`, it is constant. */
/* @__NO_SIDE_EFFECTS__ */
export const withSlopes = <F extends Function>(
  name: string,
  f: F,
  ...slopes: ReadonlyArray<Slope | undefined>
): F => {
  const call = customJvp(
    f as Function,
    (primals: ReadonlyArray<Any>, tangents: ReadonlyArray<Any>) => {
      const output = call(...primals)
      const parts = slopes.flatMap((slope, i) =>
        slope === undefined ? [] : [P.mul(tangents[i]!, slope(output, ...primals))]
      )
      return [output, parts.reduce((sum, part) => P.add(sum, part), P.mul(output, 0))] as const
    },
    { name }
  ) as unknown as F
  return call
}

export const refuseComplex = (name: string, dtype: DType.DType): void => {
  if (!DType.isComplex(dtype)) return
  throw new DTypeError({
    operation: name,
    message: `${name}: complex numbers are not supported, got ${dtype}; take a part with \`np.real\` or \`np.imag\``
  })
}

/** Computes half-precision operands in float32, and broadcasts all. */
export const inLanes = (name: string, xs: ReadonlyArray<Any>, f: Function): Any => {
  const { dtype } = xs[0]!
  refuseComplex(name, dtype)
  const aligned = broadcast(name, xs as Parameters<typeof broadcast>[1])
  const shape = aligned.find((x) => x.shape.length > 0)?.shape ?? []
  const whole = aligned.map((x) => broadcastTo(x, shape))
  if (DType.itemSize(dtype) > 2) return f(...whole)
  return P.convert(f(...whole.map((x) => P.convert(x, "float32"))), dtype)
}

/** A function of one real array. */
/* @__NO_SIDE_EFFECTS__ */
export const ofOne = (name: string, f: Function): ToInexact => inexact(name, (x) => inLanes(name, [x], f))

/** A function of two real arrays, which broadcast. */
/* @__NO_SIDE_EFFECTS__ */
export const ofTwo = (name: string, f: Function): InexactArithmetic =>
  binary<InexactArithmetic>(name, (x, y) => inLanes(name, [x, y], f), promoteInexact)

/** A number beside an array, as an array of its dtype and shape. */
export const like = (x: Any, value: number): Any => broadcastTo(P.select(P.eq(x, x), value, P.mul(x, 0)), x.shape)

/** `coefficients[0] + coefficients[1] x + ...` */
export const polynomial = (x: Any, coefficients: ReadonlyArray<number>): Any =>
  coefficients.slice(0, -1).reduceRight<Any>(
    (sum, c) => P.add(P.mul(sum, x), c),
    P.add(P.mul(x, 0), coefficients.at(-1)!)
  )

export const isNaN = (x: Any): Any => P.ne(x, x)
/** The distance from 1 to the next number. */
export const epsilonOf = ({ dtype }: Any): number => dtype === "float64" || dtype === "complex128" ? 2 ** -52 : 2 ** -23
