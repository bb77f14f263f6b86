/**
 * Complex numbers taken apart and put together.
 *
 * Derivatives have JAX's convention: tangents are multiplied by the derivative, and a cotangent `ct` stands for the
 * function `dz -> re(ct dz)`, without conjugation. So the gradient of a real function `f(x + i y)` is `df/dx - i df/dy`.
 */
import * as DType from "../DType.ts"
import * as node from "../internal/graph/node.ts"
import { arithmetic, movement } from "../internal/program/costs.ts"
import { dtype, schema } from "../internal/program/paramSchema.ts"
import type * as NdArray from "../NdArray.ts"
import type { Params, Primitive } from "../Primitive.ts"
import { neg } from "./arithmetic.ts"
import { elementwise, lift, type Operand, unary, unbroadcast } from "./define.ts"
import { complexes, partsOfComplex } from "./dtypeSets.ts"
import type { ConjParams } from "./params.ts"
import { zerosOf } from "./varying.ts"

/** The complex dtype of which a real one is the part; a complex dtype itself. */
const complexOf = (dtype: DType.DType): DType.DType =>
  dtype === "float32" ? "complex64" : dtype === "float64" ? "complex128" : dtype

/** The real part. @category complex @since 0.1.0 */
export const real = unary("real")({
  cost: movement,
  keepsZero: true,
  dtypes: complexes,
  result: DType.realOf,
  transpose: (ct) => complex(ct, 0)
})

/** The imaginary part. @category complex @since 0.1.0 */
export const imag = unary("imag")({
  cost: movement,
  keepsZero: true,
  dtypes: complexes,
  result: DType.realOf,
  // im(dz) = re(-i dz)
  transpose: (ct) => complex(0, neg(ct))
})

const complexPrimitive: Primitive<Params> = elementwise<Params>({
  name: "complex",
  schema: schema(2),
  cost: movement,
  dtypes: partsOfComplex,
  result: complexOf,
  jvp: ({ primals, tangents: [dx, dy] }) => complex(dx ?? zerosOf(primals[0]!), dy ?? zerosOf(primals[1]!)),
  linear: {
    form: { sum: () => true },
    transpose: ({ cotangents: [ct], inputs, linear }) => [
      linear[0] ? unbroadcast(real(ct!), inputs[0]!) : undefined,
      // re(ct i dy) = -im(ct) dy
      linear[1] ? unbroadcast(imag(neg(ct!)), inputs[1]!) : undefined
    ]
  }
})

/** `x + i y`, for two real operands. @category complex @since 0.1.0 */
export const complex = Object.assign(
  (x: Operand, y: Operand): NdArray.Any => node.bindOne(complexPrimitive, lift("complex", [x, y]), {}),
  { primitive: complexPrimitive }
)

const conjPrimitive: Primitive<ConjParams> = elementwise<ConjParams>({
  name: "conj",
  schema: schema(1, { inputDtype: dtype }),
  cost: arithmetic,
  keepsZero: true,
  dtypes: new Set([...complexes, ...partsOfComplex]),
  result: complexOf,
  jvp: ({ tangents: [tangent] }) => conj(tangent!),
  linear: {
    form: { product: [0] },
    transpose: ({ cotangents: [ct], inputs: [x] }) => [DType.isComplex(x!.dtype) ? conj(ct!) : real(ct!)]
  }
})

/** The complex conjugate; a real operand becomes complex. @category complex @since 0.1.0 */
export const conj = Object.assign(
  (x: NdArray.Any): NdArray.Any => node.bindOne(conjPrimitive, [x], { inputDtype: x.dtype }),
  { primitive: conjPrimitive }
)
