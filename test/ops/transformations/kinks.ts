/**
 * Where derivatives stop, jump, or are not there.
 */
import { grad, jvp, Lax, Nn, Numpy as np, vmap } from "effax"
import { bool, distinct, f32, outside, points, ties } from "../inputs.ts"
import { entry, kinked, once, scalar, vector, type X } from "./functions.ts"

const ones = [[f32([4], ties([0, 1]))]]

export const kinks = [
  entry(
    "grad of integer steps",
    (x: X) =>
      grad((x: X) => np.sum(np.multiply(np.floor(x), np.add(x, np.astype(np.astype(x, "int32"), "float32")))))(x),
    "jax.grad(lambda x: jnp.sum(jnp.floor(x) * (x + x.astype(jnp.int32).astype(jnp.float32))))(x)",
    [
      [f32([5], outside(0.1, 0.9))]
    ],
    once
  ),
  entry(
    "grad through argmax",
    (x: X) => grad((x: X) => np.index(np.square(x), np.argmax(x)))(x),
    "jax.grad(lambda x: jnp.square(x)[jnp.argmax(x)])(x)",
    [[f32([5], distinct(0.3))]],
    once
  ),
  entry(
    "grad through a comparison",
    (x: X) => grad((x: X) => np.sum(np.multiply(np.astype(np.greater(x, 0), "float32"), np.square(x))))(x),
    "jax.grad(lambda x: jnp.sum((x > 0).astype(jnp.float32) * jnp.square(x)))(x)",
    [
      [f32([5], outside(0.1, 1))]
    ],
    once
  ),
  entry(
    "grad of stopGradient",
    (x: X) => grad((x: X) => np.sum(np.multiply(x, np.stopGradient(np.sin(x)))))(x),
    "jax.grad(lambda x: jnp.sum(x * lax.stop_gradient(jnp.sin(x))))(x)",
    vector,
    { numeric: false }
  ),
  entry(
    "grad of grad of stopGradient",
    (x: X) => grad(grad((x: X) => np.multiply(np.square(x), np.stopGradient(x))))(x),
    "jax.grad(jax.grad(lambda x: jnp.square(x) * lax.stop_gradient(x)))(x)",
    scalar,
    { numeric: false }
  ),
  entry(
    "grad of a straight-through step",
    (x: X) => grad((x: X) => np.sum(np.square(np.add(x, np.stopGradient(np.subtract(np.round(x), x))))))(x),
    "jax.grad(lambda x: jnp.sum(jnp.square(x + lax.stop_gradient(jnp.round(x) - x))))(x)",
    vector,
    kinked
  ),
  entry(
    "grad of a safe where",
    (x: X) =>
      grad((x: X) => {
        const positive = np.greater(x, 0)
        return np.sum(np.where(positive, np.sqrt(np.where(positive, x, 1)), 0))
      })(x),
    "jax.grad(lambda x: jnp.sum(jnp.where(x > 0, jnp.sqrt(jnp.where(x > 0, x, 1)), 0)))(x)",
    [[points("float32", [0, 1, -1, 4])]],
    kinked
  ),
  entry(
    "grad of an unsafe where",
    (x: X) => grad((x: X) => np.sum(np.where(np.greater(x, 0), np.sqrt(x), 0)))(x),
    "jax.grad(lambda x: jnp.sum(jnp.where(x > 0, jnp.sqrt(x), 0)))(x)",
    [
      [points("float32", [0, 1, -1, 4])]
    ],
    { derivatives: 0 }
  ),
  entry("grad of sqrt at 0", (x: X) => grad(np.sqrt)(x), "jax.grad(jnp.sqrt)(x)", [[points("float32", [0], [])], [
    points("float32", [4], [])
  ]], kinked),
  entry("grad of abs at 0", (x: X) => vmap(grad(np.abs))(x), "jax.vmap(jax.grad(jnp.abs))(x)", [[
    points("float32", [0, -0, 1, -1])
  ]], kinked),
  entry("grad of relu at 0", (x: X) => vmap(grad(Nn.relu))(x), "jax.vmap(jax.grad(nn.relu))(x)", [[
    points("float32", [0, -0, 1, -1])
  ]], kinked),
  entry(
    "grad of max with ties",
    (x: X) => grad((x: X) => np.max(x))(x),
    "jax.grad(lambda x: jnp.max(x))(x)",
    ones,
    kinked
  ),
  entry(
    "grad of min with ties",
    (x: X) => grad((x: X) => np.min(x))(x),
    "jax.grad(lambda x: jnp.min(x))(x)",
    ones,
    kinked
  ),
  ...(["max", "min"] as const).map((name) =>
    entry(
      `jvp of ${name} over NaN`,
      (x: X) => jvp((x: X) => np[name](x, { axis: 1 }), [x], [np.onesLike(x)])[1],
      `jax.jvp(lambda x: jnp.${name}(x, axis=1), (x,), (jnp.ones_like(x),))[1]`,
      [[points("float32", [1, NaN, 3, 4, 5, 4, Infinity, NaN, -1, NaN, NaN, NaN], [4, 3])]],
      kinked
    )
  ),
  ...(["cummax", "cummin"] as const).map((name) =>
    entry(
      `grad of ${name} over NaN`,
      (x: X) => grad((x: X) => np.sum(Lax[name](x)))(x),
      `jax.grad(lambda x: jnp.sum(lax.${name}(x)))(x)`,
      [[points("float32", [1, 3, 3, NaN, 2, 4])], [points("float32", [3, 1, 1, 0, NaN])]],
      kinked
    )
  ),
  entry(
    "grad of logsumexp over NaN",
    (x: X) => grad((x: X) => Nn.logsumexp(x))(x),
    "jax.grad(nn.logsumexp)(x)",
    [[points("float32", [1, NaN, 3])]],
    kinked
  ),
  entry(
    "grad of maximum with ties",
    (x: X) => grad((x: X) => np.sum(np.maximum(x, 1)))(x),
    "jax.grad(lambda x: jnp.sum(jnp.maximum(x, 1)))(x)",
    ones,
    kinked
  ),
  entry(
    "grad of clip at its ends",
    (x: X) => grad((x: X) => np.sum(np.clip(x, { min: 0, max: 1 })))(x),
    "jax.grad(lambda x: jnp.sum(jnp.clip(x, 0, 1)))(x)",
    [[points("float32", [0, 1, 0.5, -1, 2])]],
    kinked
  ),
  entry(
    "grad of sort with ties",
    (x: X) => grad((x: X) => np.sum(np.multiply(np.sort(x), np.arange(4, { dtype: "float32" }))))(x),
    "jax.grad(lambda x: jnp.sum(jnp.sort(x) * jnp.arange(4, dtype=jnp.float32)))(x)",
    ones,
    kinked
  ),
  entry(
    "grad of norm at 0",
    (x: X) => grad((x: X) => np.sqrt(np.sum(np.square(x))))(x),
    "jax.grad(lambda x: jnp.sqrt(jnp.sum(jnp.square(x))))(x)",
    [[points("float32", [0, 0])], [points("float32", [3, 4])]],
    { derivatives: 0 }
  ),
  entry(
    "grad of where by a mask",
    (x: X, m: X) => grad((x: X) => np.sum(np.where(m, np.exp(x), np.multiply(x, 3))))(x),
    "jax.grad(lambda x: jnp.sum(jnp.where(y, jnp.exp(x), x * 3)))(x)",
    [[f32([4]), bool([4])]]
  )
]
