/**
 * Derivatives of whole models.
 */
import { grad, Nn, Numpy as np, vmap } from "effax"
import { f32, f64, i32, whole } from "../inputs.ts"
import type { Options } from "../operation.ts"
import { energy, energyText, entry, vector, wave, waveText, type X } from "./functions.ts"

const attention = (q: X, k: X, v: X) => {
  const scores = np.divide(np.einsum("bhqd,bhkd->bhqk", q, k), Math.sqrt(q.shape[3]!))
  const causal = np.tril(np.ones([q.shape[2]!, q.shape[2]!], { dtype: "bool" }))
  return np.einsum("bhqk,bhkd->bhqd", Nn.softmax(np.where(causal, scores, -1e30)), v)
}
const attentionText =
  "(lambda q, k, v: jnp.einsum('bhqk,bhkd->bhqd', nn.softmax(jnp.where(jnp.tril(jnp.ones((q.shape[2],) * 2, bool)), jnp.einsum('bhqd,bhkd->bhqk', q, k) / np.sqrt(q.shape[3]).item(), -1e30)), v))"

/** Third derivatives of a whole network are small differences of float32 numbers; float64 tells them apart. */
const cancelling: Options = {
  derivativeTolerance: { float32: { rtol: 1e-3, atol: 5e-4 }, float64: { rtol: 1e-11, atol: 1e-11 } }
}

export const models = [
  entry(
    "grad of attention",
    (q: X, k: X, v: X) =>
      grad((q: X, k: X, v: X) => np.sum(np.square(attention(q, k, v))), { argnums: [0, 1, 2] })(q, k, v),
    `list(jax.grad(lambda q, k, v: jnp.sum(jnp.square(${attentionText}(q, k, v))), (0, 1, 2))(x, y, z))`,
    [
      [f32([2, 2, 3, 4]), f32([2, 2, 3, 4]), f32([2, 2, 3, 4])],
      [f64([1, 2, 3, 4]), f64([1, 2, 3, 4]), f64([1, 2, 3, 4])]
    ],
    cancelling
  ),
  entry(
    "grad of cross entropy",
    (w: X, x: X, labels: X) =>
      grad((w: X) =>
        np.negative(np.mean(np.sum(np.multiply(Nn.oneHot(labels, 3), Nn.logSoftmax(np.matmul(x, w))), { axis: 1 })))
      )(w),
    "jax.grad(lambda w: -jnp.mean(jnp.sum(nn.one_hot(z, 3) * nn.log_softmax(jnp.matmul(y, w)), axis=1)))(x)",
    [
      [f32([4, 3]), f32([5, 4]), i32([5], whole(0, 2))]
    ]
  ),
  entry(
    "grad of a small convolutional network",
    (x: X, w1: X, w2: X) =>
      grad((w1: X, w2: X) => {
        const hidden = Nn.avgPool(np.tanh(Nn.conv(x, w1)), 2)
        return np.mean(np.square(np.sum(Nn.conv(hidden, w2, { padding: "valid" }), { axis: [2, 3] })))
      }, { argnums: [0, 1] })(w1, w2),
    "list(jax.grad(lambda w1, w2: jnp.mean(jnp.square(jnp.sum(lax.conv_general_dilated(lax.reduce_window(jnp.tanh(lax.conv_general_dilated(x, w1, (1, 1), 'SAME')), 0., lax.add, (1, 1, 2, 2), (1, 1, 2, 2), 'VALID') / 4, w2, (1, 1), 'VALID'), axis=(2, 3)))), (0, 1))(y, z))",
    [
      [f32([2, 1, 6, 6]), f32([2, 1, 3, 3]), f32([3, 2, 2, 2])],
      [f64([2, 1, 6, 6]), f64([2, 1, 3, 3]), f64([3, 2, 2, 2])]
    ],
    cancelling
  ),
  entry(
    "grad of a normalised layer",
    (x: X, g: X, b: X) =>
      grad((x: X, g: X, b: X) => np.sum(np.sin(np.add(np.multiply(Nn.standardize(x), g), b))), { argnums: [0, 1, 2] })(
        x,
        g,
        b
      ),
    "list(jax.grad(lambda x, g, b: jnp.sum(jnp.sin(nn.standardize(x) * g + b)), (0, 1, 2))(x, y, z))",
    [
      [f32([3, 5]), f32([5]), f32([5])]
    ]
  ),
  entry(
    "grad of unrolled steps",
    (x: X) =>
      grad((x: X) => {
        let state = x
        for (let i = 0; i < 10; i++) {
          state = np.add(np.multiply(state, 0.9), np.multiply(np.sin(np.multiply(state, i)), 0.1))
        }
        return np.sum(state)
      })(x),
    "jax.grad(lambda x: jnp.sum(__import__('functools').reduce(lambda s, i: s * 0.9 + jnp.sin(s * i) * 0.1, range(10), x)))(x)",
    vector
  ),
  entry(
    "grad of a step of descent",
    (x: X) =>
      grad((rate: X) => energy(np.subtract(x, np.multiply(rate, grad(energy)(x)))))(
        np.array(0.1, { dtype: "float32" })
      ),
    `jax.grad(lambda rate: ${energyText}(x - rate * jax.grad(${energyText})(x)))(jnp.float32(0.1))`,
    [[f32([4])]],
    { numeric: false }
  ),
  entry(
    "vmap of a Newton step",
    (x: X) => vmap((x: X) => np.subtract(x, np.divide(grad(wave)(x), np.add(np.square(grad(grad(wave))(x)), 1))))(x),
    `jax.vmap(lambda x: x - jax.grad(${waveText})(x) / (jnp.square(jax.grad(jax.grad(${waveText}))(x)) + 1))(x)`,
    vector
  )
]
