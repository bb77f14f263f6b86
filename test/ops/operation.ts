/**
 * What an entry of the table of operations is.
 */
import type { DType } from "effax/DType"
import * as NdArray from "effax/NdArray"
import { describe, draw, type Input, type Spec } from "./inputs.ts"

export type Arrays = ReadonlyArray<NdArray.Any>

/** One array, or several. */
export type Output = NdArray.Any | Arrays

export interface Tolerance {
  readonly rtol: number
  readonly atol: number
}

/**
 * How derivatives are checked: `0` not at all; `1` against JAX, once (kinks, or second derivatives that are nothing but
 * zeros and NaN); `2` against JAX twice, and against finite differences.
 */
export type Derivatives = 0 | 1 | 2

/** What an entry says about itself; all of it has a default. Where it says something else, a comment there says why. */
export interface Options {
  readonly derivatives?: Derivatives
  /** Whether derivatives at special values are JAX's too. */
  readonly specialDerivatives?: boolean
  /** Whether finite differences are taken: false for functions that rounding makes too rough for them. */
  readonly numeric?: boolean
  /** Whether `vmap` equals a loop: false only for functions without array arguments. */
  readonly vmap?: boolean
  /** Tolerances other than the defaults, by the dtype of the result. */
  readonly tolerance?: Partial<Record<DType, Partial<Tolerance>>>
  /** Tolerances of derivatives, where they differ from those of values. */
  readonly derivativeTolerance?: Partial<Record<DType, Partial<Tolerance>>>
  /** Whether 0 and -0 differ in values (true unless said otherwise). In derivatives they are one number. */
  readonly signedZero?: boolean
}

/** Inputs of one call. */
export type Arguments = ReadonlyArray<Spec>

/** An entry of the table: a function, what JAX calls it, and where it is tried. */
export interface Operation extends Required<Options> {
  /** Unique in its family: `sum axis=0`. */
  readonly name: string
  /** The exported function that the entry stands for: `Numpy.sum`. */
  readonly of: string
  readonly f: (...xs: ReadonlyArray<NdArray.Any>) => Output
  /** A Python expression of `x`, `y`, `z`, `w`, `v`, `u`: the inputs in order. */
  readonly jax: string
  readonly cases: ReadonlyArray<Arguments>
}

/** Collects the entries of a namespace: `numpy("sum axis=0", (x) => np.sum(x, { axis: 0 }), "jnp.sum(x, 0)", cases)`. */
export const entries = (namespace: string) =>
(
  name: string,
  f: (...xs: ReadonlyArray<never>) => Output,
  jax: string,
  cases: ReadonlyArray<Arguments>,
  options: Options = {}
): Operation => ({
  derivatives: 2,
  specialDerivatives: true,
  numeric: true,
  vmap: true,
  tolerance: {},
  derivativeTolerance: options.tolerance ?? {},
  signedZero: true,
  ...options,
  name,
  of: `${namespace}.${name.split(" ")[0]!}`,
  f: f as Operation["f"],
  jax,
  cases
})

const wide: ReadonlyArray<DType> = ["float64", "int64", "uint64"]

/** Whether JAX must run with 64-bit dtypes switched on. Our promotion is that of the 32-bit mode either way. */
export const needsX64 = (args: Arguments, jax: string): boolean =>
  args.some(({ dtype }) => wide.includes(dtype)) || /64\b/.test(jax)

export const label = (args: Arguments): string =>
  args.length === 0 ? "no inputs" : args.map((spec) => `${describe(spec)}${spec.special ? " points" : ""}`).join(", ")

/** The inputs of a case; `variant` gives other values of the same kind. */
export const inputsOf = (operation: Operation, index: number, variant = 0): ReadonlyArray<Input> =>
  operation.cases[index]!.map((spec, i) => draw(spec, `${operation.name}/${index}/${i}`, variant))

/**
 * The weights by which results are multiplied before derivatives are taken: fixed numbers that every dtype holds exactly,
 * of both signs, none of them 0.
 */
export const weights = (size: number): ReadonlyArray<number> =>
  Array.from({ length: size }, (_, i) => ((i * 7 + 3) % 11 - 5) / 4 + 0.125)

const floating: ReadonlyArray<DType> = ["bfloat16", "float16", "float32", "float64"]

export const isFloating = ({ dtype }: { readonly dtype: DType }): boolean => floating.includes(dtype)

/** Whether a floating-point input is a list of points that matter: derivatives of derivatives need not be anything there. */
export const isSpecial = (args: Arguments): boolean => args.some((spec) => spec.special && isFloating(spec))

export const isHalf = ({ dtype }: { readonly dtype: DType }): boolean => dtype === "bfloat16" || dtype === "float16"

export const toArray = ({ data, dtype, shape }: Input): NdArray.Any => NdArray.fromTypedArray(data, shape, dtype)

export const listOf = (output: Output): Arrays => NdArray.isNdArray(output) ? [output] : output
