/**
 * Arrays on the host, and how kernels access them.
 */
import * as Aval from "effax/Aval"
import * as DType from "effax/DType"
import * as HostArray from "effax/HostArray"

/** An array: row-major and contiguous, in the dtype's typed array. */
export interface Value {
  readonly dtype: DType.DType
  readonly shape: ReadonlyArray<number>
  readonly data: DType.TypedArray
}

export type Scalar = number | bigint

/**
 * Elements as scalars: bigints for 64-bit integers, numbers for all others. JavaScript's typed arrays round floats to
 * nearest even and wrap integers on writes; half precision is widened to float64.
 */
export interface Elements<T extends Scalar = Scalar> {
  readonly length: number
  [index: number]: T
}

/** An array of zeros. */
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

/** The elements, readable in any order. */
export const elements = <T extends Scalar = Scalar>(value: Value): Elements<T> => {
  const half = halves[value.dtype]
  if (half === undefined) return value.data as Elements<Scalar> as Elements<T>
  const source = value.data as Uint16Array
  const wide = new Float64Array(source.length)
  for (let i = 0; i < wide.length; i++) wide[i] = half.decode(source[i]!)
  return wide as Elements<Scalar> as Elements<T>
}

/** Space for the elements of a result. Values become part of the result at {@link commit}. */
export const room = <T extends Scalar = Scalar>(value: Value): Elements<T> =>
  (halves[value.dtype] === undefined ? value.data : new Float64Array(value.data.length)) as Elements<
    Scalar
  > as Elements<T>

/** Space for accumulation: floats of all widths are held in float64, integers wrap at each step. */
export const wideRoom = <T extends Scalar = Scalar>(value: Value): Elements<T> =>
  (DType.isFloating(value.dtype) ? new Float64Array(value.data.length) : value.data) as Elements<Scalar> as Elements<T>

/** Rounds the values in {@link room} or {@link wideRoom} and writes them to the result. */
export const commit = (value: Value, written: object): void => {
  if (written === value.data) return
  const source = written as Float64Array
  const target = value.data as Float32Array | Uint16Array
  const encode = halves[value.dtype]?.encode
  if (encode === undefined) target.set(source)
  else for (let i = 0; i < target.length; i++) target[i] = encode(source[i]!)
}

/** A literal as a scalar array. */
export const fromScalar = (scalar: number | bigint | boolean, dtype: DType.DType): Value => {
  const value = allocate({ dtype, shape: [] })
  const out = room(value)
  out[0] = dtype === "int64" || dtype === "uint64" ? BigInt(scalar) : Number(scalar)
  commit(value, out)
  return value
}

/** The raw elements, for copying bits unchanged. */
export const raw = (value: Value): Elements => value.data as Elements<Scalar>

/** The distance in elements between neighbours along each axis. */
export const strides = (shape: ReadonlyArray<number>): ReadonlyArray<number> => {
  const out = new Array<number>(shape.length)
  let step = 1
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    out[axis] = step
    step *= shape[axis]!
  }
  return out
}

/** Advances an index to the next point of a shape in row-major order. */
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
