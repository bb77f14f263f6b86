/**
 * Names of JAX that effax leaves out, each with its reason. FEATURES.md lists them.
 */

/** By the module of JAX, in JAX's spelling. */
export const leftOut: { readonly [module: string]: { readonly [name: string]: string } } = {
  "jax.numpy": {
    set_printoptions: "arrays print through Effect's Inspectable, which has no global options"
  }
}
