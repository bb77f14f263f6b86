/**
 * Arguments and results: several, trees, auxiliary ones, integers.
 */
import { grad, jvp, Numpy as np, valueAndGrad, vjp, vmap } from "effax"
import { bf16, f32, f64, i32, whole } from "../inputs.ts"
import { energy, energyText, entry, leaves, vector, type X } from "./functions.ts"

const three = (x: X, y: X, z: X) => np.sum(np.multiply(np.multiply(x, np.square(y)), np.sin(z)))
const threeText = "(lambda x, y, z: jnp.sum(x * jnp.square(y) * jnp.sin(z)))"
const triples = [[f32([3]), f32([3]), f32([3])]]

interface Layer {
  readonly weight: X
  readonly bias: X
}
interface Model {
  readonly layers: readonly [Layer, Layer]
  readonly scale: X
}

const predict = ({ layers, scale }: Model, x: X) => {
  const hidden = np.tanh(np.add(np.matmul(x, layers[0].weight), layers[0].bias))
  return np.multiply(scale, np.add(np.matmul(hidden, layers[1].weight), layers[1].bias))
}
const model = (w1: X, b1: X, w2: X, b2: X, s: X): Model => ({
  layers: [{ weight: w1, bias: b1 }, { weight: w2, bias: b2 }],
  scale: s
})
const modelText = "{'layers': ({'weight': x, 'bias': y}, {'weight': z, 'bias': w}), 'scale': v}"
const predictText =
  "(lambda m, x: m['scale'] * (jnp.matmul(jnp.tanh(jnp.matmul(x, m['layers'][0]['weight']) + m['layers'][0]['bias']), m['layers'][1]['weight']) + m['layers'][1]['bias']))"

export const signatures = [
  entry(
    "grad argnums",
    (x: X, y: X, z: X) => grad(three, { argnums: [0, 2] })(x, y, z),
    `list(jax.grad(${threeText}, (0, 2))(x, y, z))`,
    triples
  ),
  entry(
    "grad argnums 1",
    (x: X, y: X, z: X) => grad(three, { argnums: 1 })(x, y, z),
    `jax.grad(${threeText}, 1)(x, y, z)`,
    triples
  ),
  entry(
    "grad argnums order",
    (x: X, y: X, z: X) => grad(three, { argnums: [2, 0] })(x, y, z),
    `list(jax.grad(${threeText}, (2, 0))(x, y, z))`,
    triples
  ),
  entry(
    "grad argnums negative",
    (x: X, y: X, z: X) => grad(three, { argnums: -1 })(x, y, z),
    `jax.grad(${threeText}, -1)(x, y, z)`,
    triples
  ),
  entry(
    "grad hasAux",
    (x: X) => leaves(grad((x: X) => [energy(x), { sine: np.sin(x), n: np.argmax(x) }] as const, { hasAux: true })(x)),
    `(lambda g, a: [g, a['n'], a['sine']])(*jax.grad(lambda x: (${energyText}(x), {'sine': jnp.sin(x), 'n': jnp.argmax(x).astype(jnp.int32)}), has_aux=True)(x))`,
    vector
  ),
  entry(
    "valueAndGrad hasAux",
    (x: X) => leaves(valueAndGrad((x: X) => [energy(x), np.cos(x)] as const, { hasAux: true })(x)),
    `jax.tree_util.tree_leaves(jax.value_and_grad(lambda x: (${energyText}(x), jnp.cos(x)), has_aux=True)(x))`,
    vector
  ),
  entry(
    "grad of a tree",
    (w1: X, b1: X, w2: X, b2: X, s: X) =>
      leaves(
        grad((m: Model, x: X) => np.mean(np.square(predict(m, x))))(
          model(w1, b1, w2, b2, s),
          np.reshape(np.linspace(-1, 1, 10), [5, 2])
        )
      ),
    `jax.tree_util.tree_leaves(jax.grad(lambda m, x: jnp.mean(jnp.square(${predictText}(m, x))))(${modelText}, jnp.linspace(-1, 1, 10).reshape(5, 2)))`,
    [
      [f32([2, 3]), f32([3]), f32([3, 2]), f32([2]), f32([])]
    ]
  ),
  entry(
    "vmap of grad of a tree",
    (w1: X, b1: X, w2: X, b2: X, s: X) =>
      leaves(
        vmap(grad((m: Model, x: X) => np.mean(np.square(predict(m, x)))), { inAxes: [null, 0] })(
          model(w1, b1, w2, b2, s),
          np.reshape(np.linspace(-1, 1, 10), [5, 2])
        )
      ),
    `jax.tree_util.tree_leaves(jax.vmap(jax.grad(lambda m, x: jnp.mean(jnp.square(${predictText}(m, x)))), (None, 0))(${modelText}, jnp.linspace(-1, 1, 10).reshape(5, 2)))`,
    [
      [f32([2, 3]), f32([3]), f32([3, 2]), f32([2]), f32([])]
    ]
  ),
  entry(
    "jvp of trees",
    (x: X, y: X) =>
      leaves(
        jvp(
          (p: { readonly a: X; readonly b: readonly [X] }) => ({
            s: np.multiply(p.a, np.sin(p.b[0])),
            d: np.subtract(p.a, p.b[0])
          }),
          [{ a: x, b: [y] }],
          [{ a: y, b: [x] }]
        )
      ),
    "jax.tree_util.tree_leaves(jax.jvp(lambda p: {'s': p['a'] * jnp.sin(p['b'][0]), 'd': p['a'] - p['b'][0]}, ({'a': x, 'b': (y,)},), ({'a': y, 'b': (x,)},)))",
    [
      [f32([3]), f32([3])]
    ]
  ),
  entry(
    "vjp of trees",
    (x: X, y: X) =>
      leaves(
        vjp((p: { readonly a: X; readonly b: X }) => [np.multiply(p.a, p.b), np.sin(p.a)] as const, { a: x, b: y })[1]([
          x,
          y
        ])
      ),
    "jax.tree_util.tree_leaves(jax.vjp(lambda p: (p['a'] * p['b'], jnp.sin(p['a'])), {'a': x, 'b': y})[1]((x, y)))",
    [
      [f32([3]), f32([3])]
    ]
  ),
  entry(
    "vjp of an unused argument",
    (x: X, y: X) => vjp((x: X, _: X) => np.sin(x), x, y)[1](x),
    "list(jax.vjp(lambda x, _: jnp.sin(x), x, y)[1](x))",
    [[f32([3]), f32([2])]]
  ),
  entry(
    "vjp with an integer argument",
    (x: X, i: X) => vjp((x: X, i: X) => np.multiply(np.take(x, i), np.astype(i, "float32")), x, i)[1](np.ones([3]))[0],
    "jax.vjp(lambda x, i: jnp.take(x, i) * i.astype(jnp.float32), x, y)[1](jnp.ones(3))[0]",
    [
      [f32([5]), i32([3], whole(0, 4))]
    ],
    { numeric: false }
  ),
  entry(
    "jvp with an integer argument",
    (x: X, i: X) => jvp((x: X, i: X) => np.take(x, i), [x, i], [x, i])[1],
    "jax.jvp(lambda x: jnp.take(x, y), (x,), (x,))[1]",
    [[f32([5]), i32([3], whole(0, 4))]]
  ),
  entry(
    "grad of mixed dtypes",
    (x: X, y: X) => grad((x: X, y: X) => np.sum(np.multiply(x, np.square(y))), { argnums: [0, 1] })(x, y),
    "list(jax.grad(lambda x, y: jnp.sum(x * jnp.square(y)), (0, 1))(x, y))",
    [
      [bf16([4]), f32([4])],
      [f32([4]), f64([4])]
    ]
  ),
  entry(
    "grad of a sum of zeros",
    (x: X) => grad((x: X) => np.add(np.sum(np.zerosLike(x)), 3))(x),
    "jax.grad(lambda x: jnp.sum(jnp.zeros_like(x)) + 3)(x)",
    vector,
    { derivatives: 0 }
  )
]
