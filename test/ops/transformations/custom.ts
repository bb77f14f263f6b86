/**
 * Derivatives that users write.
 */
import { customJvp, customVjp, grad, jit, jvp, Numpy as np, vmap } from "effax"
import { f32, f64 } from "../inputs.ts"
import { entry, kinked, scalar, vector, type X } from "./functions.ts"

/** A sine whose derivative is said to be 2 cos x. */
const steep = customJvp((x: X) => np.sin(x), ([x], [dx]) => [np.sin(x), np.multiply(np.multiply(dx, np.cos(x)), 2)])
const steepText = "custom_jvp(lambda x: jnp.sin(x), lambda p, t: (jnp.sin(p[0]), t[0] * jnp.cos(p[0]) * 2))"

/** The identity, whose cotangents are cut off. */
const clipped = customVjp((x: X) => x, {
  forward: (x) => [x, null],
  backward: (_, ct) => [np.clip(ct, { min: -0.5, max: 0.5 })]
})
const clippedText = "custom_vjp(lambda x: x, lambda x: (x, None), lambda _, ct: (jnp.clip(ct, -0.5, 0.5),))"

/** A product whose way back keeps both factors. */
const product = customVjp((x: X, y: X) => np.multiply(x, y), {
  forward: (x, y) => [np.multiply(x, y), { x, y }],
  backward: ({ x, y }, ct) => [np.multiply(ct, y), np.multiply(np.multiply(ct, x), 3)]
})
const productText =
  "custom_vjp(lambda x, y: x * y, lambda x, y: (x * y, (x, y)), lambda r, ct: (ct * r[1], ct * r[0] * 3))"

// what they say is not what finite differences say
export const custom = [
  entry("customJvp", (x: X) => steep(x), `${steepText}(x)`, vector, { numeric: false }),
  entry("customJvp in grad of grad", (x: X) => grad(grad(steep))(x), `jax.grad(jax.grad(${steepText}))(x)`, scalar, {
    numeric: false
  }),
  entry("customJvp in jvp", (x: X, t: X) => jvp(steep, [x], [t]), `list(jax.jvp(${steepText}, (x,), (y,)))`, [[
    f32([4]),
    f32([4])
  ]], { numeric: false }),
  entry(
    "customJvp in vmap of grad of jit",
    (x: X) => vmap(grad(jit(steep)))(x),
    `jax.vmap(jax.grad(jax.jit(${steepText})))(x)`,
    vector,
    { numeric: false }
  ),
  entry(
    "customJvp of vmap in grad",
    (x: X) => grad((x: X) => np.sum(vmap(steep)(x)))(x),
    `jax.grad(lambda x: jnp.sum(jax.vmap(${steepText})(x)))(x)`,
    vector,
    { numeric: false }
  ),
  entry("customVjp", (x: X) => clipped(x), `${clippedText}(x)`, vector, kinked),
  entry(
    "customVjp in grad",
    (x: X) => grad((x: X) => np.sum(np.multiply(clipped(np.sin(x)), np.arange(4, { dtype: "float32" }))))(x),
    `jax.grad(lambda x: jnp.sum(${clippedText}(jnp.sin(x)) * jnp.arange(4, dtype=jnp.float32)))(x)`,
    [[f32([4])]],
    kinked
  ),
  entry("customVjp of two", (x: X, y: X) => product(x, y), `${productText}(x, y)`, [[f32([4]), f32([4])], [
    f64([4]),
    f64([4])
  ]], { numeric: false }),
  entry(
    "customVjp in vmap of grad",
    (x: X, y: X) => vmap(grad((x: X, y: X) => np.sin(product(x, y)), { argnums: [0, 1] }))(x, y),
    `list(jax.vmap(jax.grad(lambda x, y: jnp.sin(${productText}(x, y)), (0, 1)))(x, y))`,
    [
      [f32([4]), f32([4])]
    ],
    { numeric: false }
  ),
  entry(
    "customVjp in jit of grad of jit",
    (x: X) => jit(grad(jit((x: X) => np.sum(product(x, np.square(x))))))(x),
    `jax.jit(jax.grad(jax.jit(lambda x: jnp.sum(${productText}(x, jnp.square(x))))))(x)`,
    vector,
    { numeric: false }
  )
]
