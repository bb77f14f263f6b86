/**
 * Abstract values: what is known of an array before it is computed.
 *
 * @since 0.1.0
 */
import * as DType from "./DType.ts"

/**
 * The dtype and shape of an array. `weak` marks a dtype that came from a JavaScript scalar and gives way to a strong one
 * in promotion.
 *
 * @category models
 * @since 0.1.0
 */
export interface Aval {
  readonly dtype: DType.DType
  readonly shape: ReadonlyArray<number>
  readonly weak: boolean
  /**
   * Inside of `shardMap`: the names of the mesh axes along which the value may differ from device to device, in the order
   * of the mesh. Absent (never empty) where it is the same on all of them.
   */
  readonly varying?: ReadonlyArray<string> | undefined
}

/** An abstract value, strong unless it is said to be weak. @category constructors @since 0.1.0 */
export const make = (dtype: DType.DType, shape: ReadonlyArray<number>, weak = false): Aval => ({ dtype, shape, weak })

/** The number of elements. @category getters @since 0.1.0 */
export const size = (aval: { readonly shape: ReadonlyArray<number> }): number => {
  let n = 1
  for (let i = 0; i < aval.shape.length; i++) n *= aval.shape[i]!
  return n
}

/** Bytes that all elements take. @category getters @since 0.1.0 */
export const byteLength = (aval: Aval): number => size(aval) * DType.itemSize(aval.dtype)

/** Whether two shapes have the same lengths. @category equivalence @since 0.1.0 */
export const sameShape = (a: ReadonlyArray<number>, b: ReadonlyArray<number>): boolean => {
  if (a === b) return true
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

/** Whether two abstract values agree in dtype and shape. @category equivalence @since 0.1.0 */
export const sameType = (a: Pick<Aval, "dtype" | "shape">, b: Pick<Aval, "dtype" | "shape">): boolean =>
  a.dtype === b.dtype && sameShape(a.shape, b.shape)

/** Whether two abstract values vary over the same axes. @category equivalence @since 0.1.0 */
export const sameVarying = (a: Pick<Aval, "varying">, b: Pick<Aval, "varying">): boolean =>
  a.varying === b.varying ||
  a.varying !== undefined && b.varying !== undefined && a.varying.length === b.varying.length &&
    a.varying.every((name) => b.varying!.includes(name))

/** Whether two abstract values agree in dtype, shape, weakness, and the axes they vary over. @category equivalence @since 0.1.0 */
export const equals = (a: Aval, b: Aval): boolean => a.weak === b.weak && sameType(a, b) && sameVarying(a, b)

/** JAX's notation: `f32[2,3]`, or `f32[2,3]{V:x}` for what varies over the axis x. @category formatting @since 0.1.0 */
export const format = (aval: Pick<Aval, "dtype" | "shape" | "varying">): string =>
  `${DType.abbreviation(aval.dtype)}[${aval.shape.join(",")}]${
    aval.varying === undefined
      ? ""
      : `{V:${aval.varying.length === 1 ? aval.varying[0]! : `(${aval.varying.join(",")})`}}`
  }`

/** `f32[2,3], i32[]`, or `nothing` where there are none. @category formatting @since 0.1.0 */
export const formatAll = (avals: ReadonlyArray<Parameters<typeof format>[0]>): string =>
  avals.map(format).join(", ") || "nothing"
