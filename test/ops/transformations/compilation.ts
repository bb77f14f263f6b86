/**
 * `jit` inside of other transformations and around them.
 */
import { grad, jit, jvp, Numpy as np, vjp, vmap } from "effax"
import { f32 } from "../inputs.ts"
import { energy, energyText, entry, leaves, mix, mixText, scalar, vector, wave, waveText, type X } from "./functions.ts"

export const jitted = [
  entry("jit", (x: X) => jit(mix)(x), `jax.jit(${mixText})(x)`, vector),
  entry("jit of grad", (x: X) => jit(grad(energy))(x), `jax.jit(jax.grad(${energyText}))(x)`, vector),
  entry("jit inside grad", (x: X) => grad(jit(energy))(x), `jax.grad(jax.jit(${energyText}))(x)`, vector),
  entry(
    "jit inside vmap of grad",
    (x: X) => vmap(grad(jit(wave)))(x),
    `jax.vmap(jax.grad(jax.jit(${waveText})))(x)`,
    vector
  ),
  entry(
    "jit of vmap of jit of grad of jit",
    (x: X) => jit(vmap(jit(grad(jit(wave)))))(x),
    `jax.jit(jax.vmap(jax.jit(jax.grad(jax.jit(${waveText})))))(x)`,
    vector
  ),
  entry(
    "jit inside grad of grad",
    (x: X) => grad(jit(grad(jit(wave))))(x),
    `jax.grad(jax.jit(jax.grad(jax.jit(${waveText}))))(x)`,
    scalar
  ),
  entry(
    "jit inside jvp of vjp",
    (x: X, t: X) => jvp((x: X) => vjp((x: X) => jit(mix)(x), x)[1](t)[0], [x], [t])[1],
    `jax.jvp(lambda x: jax.vjp(jax.jit(${mixText}), x)[1](y)[0], (x,), (y,))[1]`,
    [
      [f32([4]), f32([4])]
    ]
  ),
  entry(
    "jit inside jit",
    (x: X) => jit((x: X) => np.add(jit(mix)(x), jit(mix)(np.multiply(x, 2))))(x),
    `jax.jit(lambda x: jax.jit(${mixText})(x) + jax.jit(${mixText})(x * 2))(x)`,
    vector
  ),
  entry(
    "jit that closes over a parameter",
    (x: X, y: X) => grad((x: X) => np.sum(jit((v: X) => np.multiply(v, np.sin(x)))(y)))(x),
    "jax.grad(lambda x: jnp.sum(jax.jit(lambda v: v * jnp.sin(x))(y)))(x)",
    [
      [f32([3]), f32([3])]
    ]
  ),
  entry(
    "jit with many results",
    (x: X) =>
      leaves(
        jit((x: X) => ({ same: x, sine: np.sin(x), five: np.array(5, { dtype: "float32" }), nested: [np.cos(x), x] }))(
          x
        )
      ),
    "jax.tree_util.tree_leaves(jax.jit(lambda x: {'same': x, 'sine': jnp.sin(x), 'five': jnp.float32(5), 'nested': [jnp.cos(x), x]})(x))",
    vector
  ),
  entry(
    "jit with unused arguments",
    (x: X, y: X) => jit((x: X, _: X) => np.sin(x))(x, y),
    "jax.jit(lambda x, _: jnp.sin(x))(x, y)",
    [[f32([2]), f32([3])]]
  ),
  entry(
    "jit static",
    (x: X) => jit((x: X, n: number) => np.power(x, n), { staticArgnums: 1 })(x, 3),
    "jax.jit(lambda x, n: jnp.power(x, n), static_argnums=1)(x, 3)",
    vector
  ),
  entry(
    "jit batched results differ",
    (x: X, y: X) =>
      vmap(jit((a: X, b: X) => [np.sin(a), np.cos(b), np.add(a, b)]), { inAxes: [0, null], outAxes: [0, null, 0] })(
        x,
        y
      ),
    "jax.vmap(jax.jit(lambda a, b: [jnp.sin(a), jnp.cos(b), a + b]), (0, None), [0, None, 0])(x, y)",
    [
      [f32([3]), f32([])]
    ]
  )
]
