/**
 * The functions that are transformed, as effax and Python write them.
 */
import { type NdArray, Numpy as np, Tree } from "effax"
import { f32, f64 } from "../inputs.ts"
import { type Arrays, entries, type Options } from "../operation.ts"

/** For the type checker: the cases have other dtypes too. */
export type X = NdArray.NdArray<"float32">

const plain = entries("Transform")

/** Derivatives of derivatives add up many rounded terms. */
export const entry: typeof plain = (name, f, jax, cases, options) =>
  plain(name, f, jax, cases, {
    tolerance: { float32: { rtol: 1e-5, atol: 5e-6 } },
    derivativeTolerance: { float32: { rtol: 2e-5, atol: 5e-6 } },
    // the values are derivatives
    signedZero: false,
    ...options
  })

export const once: Options = { derivatives: 1 }
export const kinked: Options = { derivatives: 1, numeric: false }

export const leaves = (tree: unknown): Arrays => Tree.leaves(tree) as Arrays

export const scalar = [[f32([])], [f64([])]]
export const vector = [[f32([4])], [f64([4])]]

export const wave = (x: X) => np.multiply(np.sin(x), np.exp(np.multiply(x, 0.3)))
export const waveText = "(lambda x: jnp.sin(x) * jnp.exp(x * 0.3))"
export const energy = (x: X) => np.sum(np.multiply(np.tanh(x), np.flip(np.square(x))))
export const energyText = "(lambda x: jnp.sum(jnp.tanh(x) * jnp.flip(jnp.square(x))))"
export const mix = (x: X) => np.multiply(np.sin(x), np.roll(np.cos(x), 1))
export const mixText = "(lambda x: jnp.sin(x) * jnp.roll(jnp.cos(x), 1))"
