/**
 * The kinds of numbers that kernels distinguish, and the limits of integers.
 */
import * as DType from "effax/DType"
import type { Scalar } from "./value.ts"

/** Floats and integers of up to 32 bits are JavaScript numbers; 64-bit integers are bigints. */
export type Domain = "float" | "integer" | "big" | "bool"

/** The properties of an integer dtype that functions need. */
export interface Integer {
  readonly bits: number
  readonly signed: boolean
}

interface Info extends Integer {
  readonly domain: Domain
}

const infos = Object.fromEntries(DType.all.map((dtype): readonly [DType.DType, Info] => {
  const bits = 8 * DType.itemSize(dtype)
  const domain = dtype === "bool" ? "bool" : DType.isInexact(dtype) ? "float" : bits === 64 ? "big" : "integer"
  return [dtype, { domain, bits, signed: DType.isSigned(dtype) }]
})) as { readonly [D in DType.DType]: Info }

export const info = (dtype: DType.DType): Info => infos[dtype]
export const domain = (dtype: DType.DType): Domain => infos[dtype].domain

/** The smallest value of a dtype. */
export const lowest = (dtype: DType.DType): Scalar => {
  const { bits, domain, signed } = infos[dtype]
  if (domain === "float") return -Infinity
  if (domain === "bool") return 0
  const low = signed ? -(2n ** BigInt(bits - 1)) : 0n
  return domain === "big" ? low : Number(low)
}

/** The largest value of a dtype. */
export const highest = (dtype: DType.DType): Scalar => {
  const { bits, domain, signed } = infos[dtype]
  if (domain === "float") return Infinity
  if (domain === "bool") return 1
  const high = 2n ** BigInt(signed ? bits - 1 : bits) - 1n
  return domain === "big" ? high : Number(high)
}

/** A small number as a scalar of a dtype's kind. */
export const scalar = (n: number, dtype: DType.DType): Scalar => infos[dtype].domain === "big" ? BigInt(n) : n

/** One function for each kind of number. The operation does not support dtypes of a missing kind. */
export interface ByDomain<N, B> {
  readonly float?: N
  readonly integer?: N
  readonly big?: B
  readonly bool?: N
}

/** The same function for floats and small integers. */
export const numbers = <N>(f: N): { readonly float: N; readonly integer: N } => ({ float: f, integer: f })
/** The same function for all kinds that are JavaScript numbers. */
export const allNumbers = <N>(f: N): { readonly float: N; readonly integer: N; readonly bool: N } => ({
  float: f,
  integer: f,
  bool: f
})
/** The same function for small integers and booleans. */
export const bits = <N>(f: N): { readonly integer: N; readonly bool: N } => ({ integer: f, bool: f })

/** The function for a dtype. */
export const pick = <N, B>(rule: ByDomain<N, B>, dtype: DType.DType): N | B => {
  const f = rule[infos[dtype].domain]
  if (f === undefined) throw new TypeError(`no rule for ${dtype}`)
  return f
}
