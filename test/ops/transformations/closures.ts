/**
 * Transformations of functions that close over parameters of others: perturbations stay apart.
 */
import { grad, jvp, Numpy as np, vjp } from "effax"
import { f32 } from "../inputs.ts"
import { entry, scalar, type X } from "./functions.ts"

export const closures = [
  entry(
    "grad perturbations apart",
    (x: X) => grad((x: X) => np.multiply(x, grad((y: X) => np.add(x, y))(1)))(x),
    "jax.grad(lambda x: x * jax.grad(lambda y: x + y)(jnp.ones_like(x)))(x)",
    [
      [f32([])]
    ]
  ),
  entry(
    "grad of an inner grad",
    (x: X, y: X) => grad((x: X) => grad((y: X) => np.multiply(np.square(x), np.multiply(y, y)))(y))(x),
    "jax.grad(lambda x: jax.grad(lambda y: jnp.square(x) * y * y)(y))(x)",
    [
      [f32([]), f32([])]
    ]
  ),
  entry(
    "grad of x times an inner grad at x",
    (x: X) => grad((x: X) => np.multiply(x, grad((y: X) => np.multiply(np.sin(x), np.cos(y)))(x)))(x),
    "jax.grad(lambda x: x * jax.grad(lambda y: jnp.sin(x) * jnp.cos(y))(x))(x)",
    scalar
  ),
  entry(
    "jvp perturbations apart",
    (x: X) =>
      jvp((x: X) => np.multiply(x, jvp((y: X) => np.multiply(x, y), [np.onesLike(x)], [np.onesLike(x)])[1]), [x], [
        np.onesLike(x)
      ])[1],
    "jax.jvp(lambda x: x * jax.jvp(lambda y: x * y, (jnp.ones_like(x),), (jnp.ones_like(x),))[1], (x,), (jnp.ones_like(x),))[1]",
    scalar
  ),
  entry(
    "jvp of an inner vjp",
    (x: X, y: X) => jvp((x: X) => vjp((y: X) => np.multiply(np.exp(x), np.sin(y)), y)[1](x)[0], [x], [y])[1],
    "jax.jvp(lambda x: jax.vjp(lambda y: jnp.exp(x) * jnp.sin(y), y)[1](x)[0], (x,), (y,))[1]",
    [
      [f32([3]), f32([3])]
    ]
  ),
  entry(
    "grad through three levels",
    (x: X) =>
      grad((x: X) =>
        grad((y: X) =>
          grad((z: X) => np.multiply(np.multiply(x, np.square(y)), np.multiply(z, np.multiply(z, z))))(
            np.multiply(x, y)
          )
        )(np.square(x))
      )(x),
    "jax.grad(lambda x: jax.grad(lambda y: jax.grad(lambda z: x * jnp.square(y) * z * z * z)(x * y))(jnp.square(x)))(x)",
    scalar
  )
]
