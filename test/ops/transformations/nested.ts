/**
 * One derivative inside another.
 */
import { grad, jit, jvp, linearize, Numpy as np, valueAndGrad, vjp } from "effax"
import { f32, f64 } from "../inputs.ts"
import { energy, energyText, entry, mix, mixText, once, scalar, vector, wave, waveText, type X } from "./functions.ts"

export const nested = [
  entry("grad", (x: X) => grad(wave)(x), `jax.grad(${waveText})(x)`, scalar),
  entry("grad of grad", (x: X) => grad(grad(wave))(x), `jax.grad(jax.grad(${waveText}))(x)`, scalar),
  entry(
    "grad three times",
    (x: X) => grad(grad(grad(wave)))(x),
    `jax.grad(jax.grad(jax.grad(${waveText})))(x)`,
    scalar
  ),
  entry(
    "grad five times",
    (x: X) => grad(grad(grad(grad(grad(wave)))))(x),
    `jax.grad(jax.grad(jax.grad(jax.grad(jax.grad(${waveText})))))(x)`,
    [[f64([])]],
    once
  ),
  entry("grad of a vector", (x: X) => grad(energy)(x), `jax.grad(${energyText})(x)`, vector),
  entry("jvp", (x: X, t: X) => jvp(mix, [x], [t]), `list(jax.jvp(${mixText}, (x,), (y,)))`, [[f32([4]), f32([4])], [
    f64([4]),
    f64([4])
  ]]),
  entry(
    "jvp of jvp",
    (x: X, t: X) => jvp((x: X) => jvp(mix, [x], [t])[1], [x], [t])[1],
    `jax.jvp(lambda x: jax.jvp(${mixText}, (x,), (y,))[1], (x,), (y,))[1]`,
    [
      [f32([4]), f32([4])],
      [f64([4]), f64([4])]
    ]
  ),
  entry(
    "jvp of grad",
    (x: X, t: X) => jvp(grad(energy), [x], [t])[1],
    `jax.jvp(jax.grad(${energyText}), (x,), (y,))[1]`,
    [
      [f32([4]), f32([4])],
      [f64([4]), f64([4])]
    ]
  ),
  entry(
    "grad of jvp",
    (x: X, t: X) => grad((x: X) => jvp(energy, [x], [t])[1])(x),
    `jax.grad(lambda x: jax.jvp(${energyText}, (x,), (y,))[1])(x)`,
    [
      [f32([4]), f32([4])],
      [f64([4]), f64([4])]
    ]
  ),
  entry("vjp", (x: X, ct: X) => vjp(mix, x)[1](ct), `list(jax.vjp(${mixText}, x)[1](y))`, [[f32([4]), f32([4])], [
    f64([4]),
    f64([4])
  ]]),
  entry(
    "vjp of vjp",
    (x: X, ct: X) => vjp((x: X) => vjp(mix, x)[1](ct)[0], x)[1](ct)[0],
    `jax.vjp(lambda x: jax.vjp(${mixText}, x)[1](y)[0], x)[1](y)[0]`,
    [
      [f32([4]), f32([4])],
      [f64([4]), f64([4])]
    ]
  ),
  entry(
    "vjp of jvp",
    (x: X, t: X) => vjp((x: X) => jvp(mix, [x], [t])[1], x)[1](t)[0],
    `jax.vjp(lambda x: jax.jvp(${mixText}, (x,), (y,))[1], x)[1](y)[0]`,
    [
      [f32([4]), f32([4])]
    ]
  ),
  entry(
    "linearize",
    (x: X, t: X) => {
      const [y, tangentMap] = linearize(mix, x)
      return [y, tangentMap(t), tangentMap(np.multiply(t, 2))]
    },
    `(lambda y0, f: [y0, f(y), f(y * 2)])(*jax.linearize(${mixText}, x))`,
    [[f32([4]), f32([4])], [f64([4]), f64([4])]]
  ),
  entry(
    "linearize inside grad",
    (x: X, t: X) => grad((x: X) => np.sum(linearize(mix, x)[1](t)))(x),
    `jax.grad(lambda x: jnp.sum(jax.linearize(${mixText}, x)[1](y)))(x)`,
    [
      [f32([4]), f32([4])]
    ]
  ),
  entry(
    "linearize of jit",
    (x: X, t: X) => linearize(jit(mix), x)[1](t),
    `jax.linearize(jax.jit(${mixText}), x)[1](y)`,
    [[f32([4]), f32([4])]]
  ),
  entry("valueAndGrad", (x: X) => valueAndGrad(energy)(x), `list(jax.value_and_grad(${energyText})(x))`, vector),
  entry(
    "valueAndGrad of grad",
    (x: X) => valueAndGrad((x: X) => np.sum(grad(energy)(x)))(x),
    `list(jax.value_and_grad(lambda x: jnp.sum(jax.grad(${energyText})(x)))(x))`,
    vector
  )
]
