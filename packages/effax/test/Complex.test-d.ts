/**
 * Types of functions of complex arrays.
 */
import { grad, jacfwd, jacrev, Lax, type NdArray, Numpy as np } from "effax"

/** Compiles only when both types are the same. */
const same =
  <A>() => <B>(_: (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? B : never): void => {}

declare const z: NdArray.NdArray<"complex64", readonly [3]>
declare const w: NdArray.NdArray<"complex128", readonly []>
declare const x: NdArray.NdArray<"float32", readonly [3]>
declare const n: NdArray.NdArray<"int32", readonly [3]>

same<NdArray.NdArray<"float32", readonly [3]>>()(np.real(z))
same<NdArray.NdArray<"float64", readonly []>>()(np.imag(w))
same<NdArray.NdArray<"int32", readonly [3]>>()(np.real(n))
same<NdArray.NdArray<"complex64", readonly [3]>>()(np.conj(z))
same<NdArray.NdArray<"float32", readonly [3]>>()(np.conjugate(x))
same<NdArray.NdArray<"float64", readonly []>>()(np.angle(w))
same<NdArray.NdArray<"float32", readonly [3]>>()(np.angle(n, { deg: true }))
same<NdArray.NdArray<"bool", readonly [3]>>()(np.iscomplex(z))
same<NdArray.NdArray<"float32", readonly []>>()(np.var(z))
same<NdArray.NdArray<"complex64", readonly []>>()(np.mean(z))
same<NdArray.NdArray<"complex64", readonly [3]>>()(np.add(z, x))
same<NdArray.NdArray<"float32", readonly [3]>>()(np.abs(z))

const norm = (z: NdArray.NdArray<"complex64", readonly [3]>) => np.sum(np.square(np.abs(z)))
same<NdArray.NdArray<"complex64", readonly [3]>>()(grad(norm)(z))
const square = (z: NdArray.NdArray<"complex64", readonly [3]>) => np.square(z)
same<NdArray.NdArray<"complex64", readonly [3, 3]>>()(jacfwd(square, { holomorphic: true })(z))
same<NdArray.NdArray<"complex64", readonly [3, 3]>>()(jacrev(square, { holomorphic: true })(z))
const scaled = (n: NdArray.NdArray<"int32", readonly [3]>) => np.sum(np.multiply(n, x))
same<NdArray.NdArray<"int32", readonly [3]>>()(grad(scaled, { allowInt: true })(n))

// @ts-expect-error it is a flag
grad(norm, { holomorphic: 1 })

same<NdArray.NdArray<"complex64", readonly [3]>>()(Lax.complex(x, 0))

same<NdArray.NdArray<"complex64", readonly []>>()(np.array({ re: 0, im: 1 }))
same<NdArray.NdArray<"complex64", readonly [2]>>()(np.array([1, { re: 0, im: 1 }]))
same<NdArray.NdArray<"complex128", readonly [1, 1]>>()(np.array([[{ re: 0, im: 1 }]], { dtype: "complex128" }))
