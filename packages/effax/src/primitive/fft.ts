/**
 * Discrete Fourier transforms.
 */
import * as Aval from "../Aval.ts"
import * as DType from "../DType.ts"
import { ShapeError } from "../Errors.ts"
import * as node from "../internal/graph/node.ts"
import { list as listOf, oneOf, positive, schema } from "../internal/program/paramSchema.ts"
import type * as NdArray from "../NdArray.ts"
import type { Primitive } from "../Primitive.ts"
import { conj } from "./complex.ts"
import type { DTypes } from "./dtypeSets.ts"
import { add, convert, div, eq, mul, select } from "./elementwise.ts"
import type { FftParams } from "./params.ts"
import { checkDType, count, type Ints, list } from "./rule.ts"
import { iota } from "./structural.ts"

/** The kind of a transform: forward or inverse, of complex arrays or between real ones and half of a spectrum. */
export type FftType = FftParams["fftType"]

const numbers: { readonly [T in FftType]: number } = { FFT: 0, IFFT: 1, RFFT: 2, IRFFT: 3 }

const complexDTypes: DTypes = new Set<DType.DType>(["complex64", "complex128"])
const realDTypes: DTypes = new Set<DType.DType>(["float32", "float64"])

/** The elements of half a spectrum: `n / 2 + 1`. */
const halfOf = (n: number): number => Math.floor(n / 2) + 1

/** The last axes of the operand, for a transform of such lengths. */
const expected = (fftType: FftType, lengths: Ints): Ints =>
  fftType === "IRFFT" ? [...lengths.slice(0, -1), halfOf(lengths[lengths.length - 1]!)] : lengths

/** 1 for elements of half a spectrum that stand for themselves, and 2 for those that stand for their conjugates too. */
const multiplicity = (x: NdArray.Any, n: number): NdArray.Any => {
  const k = iota("int32", x.shape, x.shape.length - 1)
  const single = n % 2 === 0 ? [eq(k, 0), eq(k, n / 2)] : [eq(k, 0)]
  const two = add(mul(x, 0), 2)
  return single.reduce((m, at) => select(at, add(mul(x, 0), 1), m), two)
}

const primitive: Primitive<FftParams> = {
  name: "fft",
  schema: schema(1, { fftType: oneOf("FFT", "IFFT", "RFFT", "IRFFT"), fftLengths: listOf(positive, 255) }),
  cost: {
    // 5 n log2 n for complex numbers, by the convention of FFTW's authors, and half of it for real ones
    flops({ inputs, outputs }, { fftLengths, fftType }) {
      const n = count(fftLengths)
      const complex = fftType === "FFT" || fftType === "IFFT"
      const batch = Aval.size((fftType === "IRFFT" ? outputs : inputs)[0]!) / n
      return (complex ? 5 : 2.5) * batch * n * Math.log2(Math.max(2, n))
    }
  },
  abstract([x], { fftLengths, fftType }) {
    const { dtype, shape, weak } = x!
    checkDType("fft", "operand", dtype, fftType === "RFFT" ? realDTypes : complexDTypes)
    const rank = fftLengths.length
    const batch = shape.slice(0, shape.length - rank)
    const wanted = expected(fftType, fftLengths)
    if (shape.length < rank || !Aval.sameShape(shape.slice(shape.length - rank), wanted)) {
      throw new ShapeError({
        operation: "fft",
        message: `fft: the last axes of the operand of a transform ${fftType} of lengths ${list(fftLengths)} must be ${
          list(wanted)
        }, got ${Aval.format(x!)}`
      })
    }
    const last = fftLengths[rank - 1]!
    const out = fftType === "RFFT" ? [...fftLengths.slice(0, -1), halfOf(last)] : fftLengths
    const to = fftType === "RFFT"
      ? dtype === "float64" ? "complex128" : "complex64"
      : fftType === "IRFFT"
      ? DType.realOf(dtype)
      : dtype
    return [Aval.make(to, [...batch, ...out], weak)]
  },
  print: ({ fftLengths, fftType }) => [["fft_lengths", fftLengths], ["fft_type", numbers[fftType]]],
  jvp: ({ params, tangents: [tangent] }) => [node.bindOne(primitive, [tangent!], params)],
  linear: {
    form: { product: [0] },
    transpose({ cotangents: [ct], params }) {
      const { fftLengths, fftType } = params
      const n = fftLengths[fftLengths.length - 1]!
      const total = count(fftLengths)
      if (fftType === "RFFT") {
        const spectrum = div(conj(ct!), multiplicity(ct!, n))
        return [mul(node.bindOne(primitive, [spectrum], { fftLengths, fftType: "IRFFT" }), total)]
      }
      if (fftType === "IRFFT") {
        const x = node.bindOne(primitive, [ct!], { fftLengths, fftType: "RFFT" })
        return [conj(mul(mul(x, multiplicity(x, n)), 1 / total))]
      }
      return [node.bindOne(primitive, [ct!], params)]
    }
  },
  batch: ({ inputs, params }) => ({ outputs: node.bind(primitive, inputs, params), batched: [true] })
}

/**
 * Transforms of the last axes, of the given lengths. `RFFT` takes real arrays to half of their spectrum, and `IRFFT` takes that
 * back; inverse transforms are divided by the number of elements.
 *
 * @category Fourier transforms
 * @since 0.1.0
 */
export const fft = Object.assign(
  (x: NdArray.Any, fftType: FftType, fftLengths: Ints): NdArray.Any =>
    node.bindOne(
      primitive,
      // JAX converts integers and booleans on the way in
      [DType.isInexact(x.dtype) ? x : convert(x, "float32")],
      { fftType, fftLengths }
    ),
  { primitive }
)
