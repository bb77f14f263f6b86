/** What a variable is annotated with must not decide which dtype a function claims to give. */
import * as NdArray from "effax/NdArray"
import * as Nn from "effax/Nn"
import * as np from "effax/Numpy"
import * as Random from "effax/Random"

type Short = NdArray.NdArray<"int16">
type Double = NdArray.NdArray<"float64">
declare const x: NdArray.NdArray<"float32">
declare const key: NdArray.Any

// @ts-expect-error float32
export const zeros: Short = np.zeros([3])
// @ts-expect-error float32
export const ones: Short = np.ones([3])
// @ts-expect-error float32
export const full: Short = np.full([3], 1)
// @ts-expect-error float32
export const array: Short = np.array([1, 2])
// @ts-expect-error int32
export const arange: Short = np.arange(3)
// @ts-expect-error float32
export const eye: Short = np.eye(3)
// @ts-expect-error 3 columns
export const square: NdArray.NdArray<"float32", readonly [3, 4]> = np.eye(3)
// @ts-expect-error float32
export const linspace: Double = np.linspace(0, 1)
// @ts-expect-error float32
export const zerosLike: Short = np.zerosLike(x)
// @ts-expect-error float32
export const fullLike: Short = np.fullLike(x, 1)
// @ts-expect-error float32
export const fromTypedArray: Short = NdArray.fromTypedArray(new Float32Array(3))
// @ts-expect-error float32
export const matmul: Short = np.matmul(x, x)
// @ts-expect-error float32
export const dot: Double = np.dot(x, x)
// @ts-expect-error float32
export const tensordot: Double = np.tensordot(x, x)
// @ts-expect-error float32
export const einsum: Double = np.einsum("ij,jk->ik", x, x)
// @ts-expect-error float32
export const sum: Double = np.sum(x)
// @ts-expect-error float32
export const cumsum: Double = np.cumsum(x)
// @ts-expect-error float32
export const oneHot: Short = Nn.oneHot(np.arange(3), 3)
// @ts-expect-error float32
export const conv: Double = Nn.conv(x, x)
// @ts-expect-error float32
export const uniform: Double = Random.uniform(key, [3])
// @ts-expect-error float32
export const normal: Double = Random.normal(key, [3])
// @ts-expect-error int32
export const randint: Short = Random.randint(key, [3], 0, 9)
// @ts-expect-error uint32
export const bits: NdArray.NdArray<"uint8"> = Random.bits(key, [3])

// a dtype that is asked for is what comes, data first and data last
export const asked: ReadonlyArray<Double> = [
  np.zeros([3], { dtype: "float64" }),
  np.sum(x, { dtype: "float64" }),
  x.pipe(np.sum({ dtype: "float64" })),
  np.matmul(x, x, { preferredElementType: "float64" }),
  Random.normal(key, [3], { dtype: "float64" })
]
