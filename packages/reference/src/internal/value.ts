/**
 * Arrays on the host, and how kernels read and write them.
 */
import * as Aval from "effax/Aval"
import * as DType from "effax/DType"
import * as HostArray from "effax/HostArray"

/** An array: row-major, contiguous, elements in the typed array that is the dtype's own. */
export interface Value {
  readonly dtype: DType.DType
  readonly shape: ReadonlyArray<number>
  readonly data: DType.TypedArray
}

export type Scalar = number | bigint

/**
 * Elements as scalars: bigints for 64-bit integers, numbers for all others. The typed arrays of JavaScript round floats to
 * nearest even and wrap integers when they are written to; half precision is widened to float64 in between.
 */
export interface Elements<T extends Scalar = Scalar> {
  readonly length: number
  [index: number]: T
}

/** Zeros. */
export const allocate = (aval: { readonly dtype: DType.DType; readonly shape: ReadonlyArray<number> }): Value => ({
  dtype: aval.dtype,
  shape: aval.shape,
  data: HostArray.allocate(aval.dtype, Aval.size(aval))
})

export const size = (value: Value): number => value.data.length

interface Codec {
  readonly decode: (bits: number) => number
  readonly encode: (x: number) => number
}

const halves: { readonly [D in DType.DType]?: Codec } = {
  bfloat16: { decode: HostArray.fromBfloat16Bits, encode: HostArray.bfloat16Bits },
  float16: { decode: HostArray.fromFloat16Bits, encode: HostArray.float16Bits }
}

/** The elements, to be read in any order. */
export const elements = <T extends Scalar = Scalar>(value: Value): Elements<T> => {
  const half = halves[value.dtype]
  if (half === undefined) return value.data as Elements<Scalar> as Elements<T>
  const source = value.data as Uint16Array
  const wide = new Float64Array(source.length)
  for (let i = 0; i < wide.length; i++) wide[i] = half.decode(source[i]!)
  return wide as Elements<Scalar> as Elements<T>
}

/** Room for the elements of a result. What is written there is the result's after {@link commit}. */
export const room = <T extends Scalar = Scalar>(value: Value): Elements<T> =>
  (halves[value.dtype] === undefined ? value.data : new Float64Array(value.data.length)) as Elements<
    Scalar
  > as Elements<T>

/** Room to accumulate in: floats of every width are held in float64, integers wrap at each step. */
export const wideRoom = <T extends Scalar = Scalar>(value: Value): Elements<T> =>
  (DType.isFloating(value.dtype) ? new Float64Array(value.data.length) : value.data) as Elements<Scalar> as Elements<T>

/** Rounds what was written to {@link room} or {@link wideRoom} into the result. */
export const commit = (value: Value, written: object): void => {
  if (written === value.data) return
  const source = written as Float64Array
  const target = value.data as Float32Array | Uint16Array
  const encode = halves[value.dtype]?.encode
  if (encode === undefined) target.set(source)
  else for (let i = 0; i < target.length; i++) target[i] = encode(source[i]!)
}

/** A literal as an array without axes. */
export const fromScalar = (scalar: number | bigint | boolean, dtype: DType.DType): Value => {
  const value = allocate({ dtype, shape: [] })
  const out = room(value)
  out[0] = dtype === "int64" || dtype === "uint64" ? BigInt(scalar) : Number(scalar)
  commit(value, out)
  return value
}

/** Elements moved as they are, bits and all. */
export const raw = (value: Value): Elements => value.data as Elements<Scalar>

/** The distance in elements between neighbours on each axis. */
export const strides = (shape: ReadonlyArray<number>): ReadonlyArray<number> => {
  const out = new Array<number>(shape.length)
  let step = 1
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    out[axis] = step
    step *= shape[axis]!
  }
  return out
}

/** Moves an index to the next point of a shape in row-major order. */
export const advance = (index: Array<number>, shape: ReadonlyArray<number>): void => {
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (++index[axis]! < shape[axis]!) return
    index[axis] = 0
  }
}

/** The position of an index in a row-major array. */
export const position = (index: ReadonlyArray<number>, steps: ReadonlyArray<number>): number => {
  let at = 0
  for (let axis = 0; axis < index.length; axis++) at += index[axis]! * steps[axis]!
  return at
}
