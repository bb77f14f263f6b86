/**
 * Data types of array elements and JAX's promotion lattice, as values and as types.
 *
 * @since 0.1.0
 */
import type { PromotionTable } from "./internal/types/promotionTable.ts"

/**
 * The name of an element type.
 *
 * @category models
 * @since 0.1.0
 */
export type DType =
  | "bool"
  | "int8"
  | "int16"
  | "int32"
  | "int64"
  | "uint8"
  | "uint16"
  | "uint32"
  | "uint64"
  | "bfloat16"
  | "float16"
  | "float32"
  | "float64"
  | "complex64"
  | "complex128"

/** Integers with a sign. @category models @since 0.1.0 */
export type SignedInteger = "int8" | "int16" | "int32" | "int64"
/** Integers without a sign. @category models @since 0.1.0 */
export type UnsignedInteger = "uint8" | "uint16" | "uint32" | "uint64"
/** Integers; booleans are not among them. @category models @since 0.1.0 */
export type Integer = SignedInteger | UnsignedInteger
/** Floating-point numbers, not complex. @category models @since 0.1.0 */
export type Floating = "bfloat16" | "float16" | "float32" | "float64"
/** Complex numbers. @category models @since 0.1.0 */
export type Complex = "complex64" | "complex128"
/** Floating-point and complex numbers. @category models @since 0.1.0 */
export type Inexact = Floating | Complex

/**
 * The kind of number a dtype holds.
 *
 * @category models
 * @since 0.1.0
 */
export type Kind = "bool" | "signed" | "unsigned" | "floating" | "complex"

/**
 * The properties of a dtype.
 *
 * @category models
 * @since 0.1.0
 */
export interface Info {
  readonly dtype: DType
  readonly kind: Kind
  /** Bytes of one element. */
  readonly itemSize: number
  /** JAX's abbreviation, as printed in a Program: `f32`, `i32`, `bool`. */
  readonly abbreviation: string
}

const info = (dtype: DType, kind: Kind, itemSize: number, abbreviation: string): Info => ({
  dtype,
  kind,
  itemSize,
  abbreviation
})

const table: { readonly [D in DType]: Info } = {
  bool: info("bool", "bool", 1, "bool"),
  int8: info("int8", "signed", 1, "i8"),
  int16: info("int16", "signed", 2, "i16"),
  int32: info("int32", "signed", 4, "i32"),
  int64: info("int64", "signed", 8, "i64"),
  uint8: info("uint8", "unsigned", 1, "u8"),
  uint16: info("uint16", "unsigned", 2, "u16"),
  uint32: info("uint32", "unsigned", 4, "u32"),
  uint64: info("uint64", "unsigned", 8, "u64"),
  bfloat16: info("bfloat16", "floating", 2, "bf16"),
  float16: info("float16", "floating", 2, "f16"),
  float32: info("float32", "floating", 4, "f32"),
  float64: info("float64", "floating", 8, "f64"),
  complex64: info("complex64", "complex", 8, "c64"),
  complex128: info("complex128", "complex", 16, "c128")
}

/**
 * Every dtype, narrow to wide within a kind.
 *
 * @category constants
 * @since 0.1.0
 */
export const all: ReadonlyArray<DType> = Object.keys(table) as ReadonlyArray<DType>

/**
 * The properties of a dtype.
 *
 * @example
 * ```ts
 * import { DType } from "effax"
 *
 * DType.of("bfloat16") // => { dtype: "bfloat16", kind: "floating", itemSize: 2, abbreviation: "bf16" }
 * ```
 *
 * @category getters
 * @since 0.1.0
 */
export const of = (dtype: DType): Info => table[dtype]
/**
 * Whether a value is the name of a dtype.
 *
 * @example
 * ```ts
 * import { DType } from "effax"
 *
 * DType.isDType("float32") // => true
 * DType.isDType("float") // => false
 * ```
 *
 * @category guards
 * @since 0.1.0
 */
export const isDType = (u: unknown): u is DType => typeof u === "string" && Object.hasOwn(table, u)
/** Bytes of one element. @category getters @since 0.1.0 */
export const itemSize = (dtype: DType): number => table[dtype].itemSize
/** The kind of number. @category getters @since 0.1.0 */
export const kind = (dtype: DType): Kind => table[dtype].kind
/** JAX's abbreviation: `f32`, `i32`, `bool`. @category getters @since 0.1.0 */
export const abbreviation = (dtype: DType): string => table[dtype].abbreviation
/** Whether elements are floating-point numbers, and not complex. @category guards @since 0.1.0 */
export const isFloating = (dtype: DType): dtype is Floating => table[dtype].kind === "floating"
/** Whether elements are complex numbers. @category guards @since 0.1.0 */
export const isComplex = (dtype: DType): dtype is Complex => table[dtype].kind === "complex"
/** Whether elements are floating-point or complex numbers. @category guards @since 0.1.0 */
export const isInexact = (dtype: DType): dtype is Inexact => isFloating(dtype) || isComplex(dtype)
/** Whether elements are integers with a sign. @category guards @since 0.1.0 */
export const isSigned = (dtype: DType): dtype is SignedInteger => table[dtype].kind === "signed"
/** Whether elements are integers without a sign. @category guards @since 0.1.0 */
export const isUnsigned = (dtype: DType): dtype is UnsignedInteger => table[dtype].kind === "unsigned"
/** Whether elements are integers; booleans are not. @category guards @since 0.1.0 */
export const isInteger = (dtype: DType): dtype is Integer => isSigned(dtype) || isUnsigned(dtype)

/**
 * The typed array that holds elements of a dtype on the host: bool as 0 and 1 in a `Uint8Array`, bfloat16 as raw
 * bits in a `Uint16Array`, float16 as raw bits in a `Uint16Array`, complex as interleaved pairs.
 *
 * @category models
 * @since 0.1.0
 */
export type TypedArray =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | BigInt64Array
  | BigUint64Array
  | Float32Array
  | Float64Array

export type { PromotionTable }

/**
 * The dtype that two dtypes promote to, in types.
 *
 * @category models
 * @since 0.1.0
 */
export type Promote<A extends DType, B extends DType> = DType extends A ? DType
  : DType extends B ? DType
  : PromotionTable[A][B]

/**
 * The dtype that a JavaScript scalar takes beside an array of dtype `D`: numbers are weakly typed.
 *
 * @category models
 * @since 0.1.0
 */
export type PromoteNumber<D extends DType> = D extends "bool" ? "float32" : D

/**
 * The dtype of the result of a function that needs floating point, such as `sin` or a true division.
 *
 * @category models
 * @since 0.1.0
 */
export type ToInexact<D extends DType> = D extends Inexact ? D : "float32"

/**
 * The dtype of sums and products: small integers and booleans are added up in 32 bits.
 *
 * @category models
 * @since 0.1.0
 */
export type SumOf<D extends DType> = D extends "bool" | "int8" | "int16" ? "int32"
  : D extends "uint8" | "uint16" ? "uint32"
  : D

/**
 * The real dtype under a complex one.
 *
 * @category models
 * @since 0.1.0
 */
export type RealOf<D extends DType> = D extends "complex64" ? "float32" : D extends "complex128" ? "float64" : D

/** A node of the promotion lattice: a dtype, or the weak type of a JavaScript scalar. */
type LatticeNode = DType | "weak int" | "weak float" | "weak complex"

/** JAX's lattice (jax/_src/dtypes.py, default mode): every node's immediate successors. */
const lattice: { readonly [N in LatticeNode]: ReadonlyArray<LatticeNode> } = {
  bool: ["weak int"],
  "weak int": ["uint8", "int8"],
  uint8: ["int16", "uint16"],
  uint16: ["int32", "uint32"],
  uint32: ["int32", "uint64"],
  uint64: ["weak float"],
  int8: ["int16"],
  int16: ["int32"],
  int32: ["int64"],
  int64: ["weak float"],
  "weak float": ["bfloat16", "float16", "weak complex"],
  bfloat16: ["float32"],
  float16: ["float32"],
  float32: ["float64", "complex64"],
  float64: ["complex128"],
  "weak complex": ["complex64"],
  complex64: ["complex128"],
  complex128: []
}

const nodes = Object.keys(lattice) as ReadonlyArray<LatticeNode>

const upperBounds: { readonly [N in LatticeNode]: ReadonlySet<LatticeNode> } = (() => {
  const bounds = {} as { [N in LatticeNode]: Set<LatticeNode> }
  const visit = (node: LatticeNode): Set<LatticeNode> => {
    if (bounds[node] === undefined) {
      bounds[node] = new Set([node])
      for (const next of lattice[node]) for (const up of visit(next)) bounds[node].add(up)
    }
    return bounds[node]
  }
  nodes.forEach(visit)
  return bounds
})()

/** The least upper bound: the common upper bound whose own upper bounds hold all the others. */
const join = (a: LatticeNode, b: LatticeNode): LatticeNode => {
  const common = nodes.filter((n) => upperBounds[a].has(n) && upperBounds[b].has(n))
  return common.find((n) => common.every((m) => upperBounds[n].has(m)))!
}

const joins = Object.fromEntries(
  nodes.map((a) => [a, Object.fromEntries(nodes.map((b) => [b, join(a, b)]))])
) as { readonly [A in LatticeNode]: { readonly [B in LatticeNode]: LatticeNode } }

const weakNode = (dtype: DType): LatticeNode =>
  dtype === "bool" ? "bool" : isInteger(dtype) ? "weak int" : isFloating(dtype) ? "weak float" : "weak complex"

const strongOf: { readonly [N in "weak int" | "weak float" | "weak complex"]: DType } = {
  "weak int": "int32",
  "weak float": "float32",
  "weak complex": "complex64"
}

const strong = (node: LatticeNode): DType => isDType(node) ? node : strongOf[node]

/**
 * A dtype together with whether it is weak, as that of a JavaScript number is.
 *
 * @category models
 * @since 0.1.0
 */
export interface Typed {
  readonly dtype: DType
  readonly weak: boolean
}

/**
 * The dtype that two dtypes promote to under JAX's lattice.
 *
 * **Details**
 *
 * Commutative and idempotent, with bool as the neutral element; the type of the result is computed as well. uint64
 * with a signed integer is float32: no integer holds both.
 *
 * **Gotchas**
 *
 * With three dtypes the order of promotion can matter, as in JAX: use {@link promoteTyped} for many.
 *
 * @example
 * ```ts
 * import { DType } from "effax"
 *
 * DType.promote("int8", "uint8") // => "int16"
 * DType.promote("bfloat16", "float16") // => "float32"
 * DType.promote("int32", "float16") // => "float16"
 * ```
 *
 * @category promotion
 * @since 0.1.0
 */
export const promote = <A extends DType, B extends DType>(a: A, b: B): Promote<A, B> =>
  strong(joins[a][b]) as Promote<A, B>

/**
 * The promotion of any number of operands, weak ones included, in whatever order they are given.
 *
 * **Details**
 *
 * Weak operands take the dtype of the strong ones where the lattice allows; all weak stays weak.
 *
 * @example
 * ```ts
 * import { DType } from "effax"
 *
 * const number = { dtype: "float32", weak: true } as const
 * DType.promoteTyped([number, { dtype: "bfloat16", weak: false }]) // => { dtype: "bfloat16", weak: false }
 * DType.promoteTyped([number, { dtype: "int8", weak: false }]) // => { dtype: "float32", weak: true }
 * ```
 *
 * @category promotion
 * @since 0.1.0
 */
export const promoteTyped = (operands: ReadonlyArray<Typed>): Typed => {
  const isWeak = operands.every((o) => o.weak)
  let node: LatticeNode | undefined
  for (const { dtype, weak } of operands) {
    const next = weak && !isWeak ? weakNode(dtype) : dtype
    node = node === undefined ? next : joins[node][next]
  }
  return { dtype: strong(node!), weak: isWeak || !isDType(node) }
}

/**
 * The dtype itself if it is floating-point or complex, else float32.
 *
 * @example
 * ```ts
 * import { DType } from "effax"
 *
 * DType.toInexact("int8") // => "float32"
 * DType.toInexact("float16") // => "float16"
 * ```
 *
 * @category promotion
 * @since 0.1.0
 */
export const toInexact = <D extends DType>(dtype: D): ToInexact<D> =>
  (isInexact(dtype) ? dtype : "float32") as ToInexact<D>

/**
 * The dtype of sums and products: small integers and booleans are added up in 32 bits.
 *
 * @example
 * ```ts
 * import { DType } from "effax"
 *
 * DType.sumOf("uint8") // => "uint32"
 * DType.sumOf("bool") // => "int32"
 * DType.sumOf("float16") // => "float16"
 * ```
 *
 * @category promotion
 * @since 0.1.0
 */
export const sumOf = <D extends DType>(dtype: D): SumOf<D> =>
  (dtype === "bool" || dtype === "int8" || dtype === "int16"
    ? "int32"
    : dtype === "uint8" || dtype === "uint16"
    ? "uint32"
    : dtype) as SumOf<D>

/**
 * The real dtype under a complex one.
 *
 * @example
 * ```ts
 * import { DType } from "effax"
 *
 * DType.realOf("complex64") // => "float32"
 * ```
 *
 * @category promotion
 * @since 0.1.0
 */
export const realOf = <D extends DType>(dtype: D): RealOf<D> =>
  (dtype === "complex64" ? "float32" : dtype === "complex128" ? "float64" : dtype) as RealOf<D>
