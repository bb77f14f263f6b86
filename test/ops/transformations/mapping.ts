/**
 * `vmap`: its axes, and other transformations inside of it and around it.
 */
import { grad, Numpy as np, Random, vmap } from "effax"
import { distinct, f32, f64, points } from "../inputs.ts"
import { entry, leaves, once, vector, wave, waveText, type X } from "./functions.ts"

const affine = (w: X, b: X, x: X) => np.add(np.dot(w, x), b)

export const mapped = [
  entry("vmap of grad", (x: X) => vmap(grad(wave))(x), `jax.vmap(jax.grad(${waveText}))(x)`, vector),
  entry(
    "vmap of grad of grad",
    (x: X) => vmap(grad(grad(wave)))(x),
    `jax.vmap(jax.grad(jax.grad(${waveText})))(x)`,
    vector
  ),
  entry(
    "grad of vmap",
    (x: X) => grad((x: X) => np.sum(np.square(vmap(wave)(x))))(x),
    `jax.grad(lambda x: jnp.sum(jnp.square(jax.vmap(${waveText})(x))))(x)`,
    vector
  ),
  entry(
    "vmap of vmap",
    (x: X, y: X) => vmap(vmap((a: X, b: X) => np.multiply(np.sin(a), b)))(x, y),
    "jax.vmap(jax.vmap(lambda a, b: jnp.sin(a) * b))(x, y)",
    [
      [f32([2, 3]), f32([2, 3])]
    ]
  ),
  entry(
    "vmap of vmap other axes",
    (x: X, y: X) => vmap(vmap((a: X, b: X) => np.dot(a, b), { inAxes: [null, 1] }), { inAxes: [0, null] })(x, y),
    "jax.vmap(jax.vmap(lambda a, b: jnp.dot(a, b), (None, 1)), (0, None))(x, y)",
    [
      [f32([2, 3]), f32([3, 4])],
      [f64([2, 3]), f64([3, 4])]
    ]
  ),
  entry(
    "vmap of vmap crossed",
    (x: X) => vmap(vmap((v: X) => np.cumsum(v), { inAxes: 1, outAxes: 0 }), { inAxes: 2, outAxes: 1 })(x),
    "jax.vmap(jax.vmap(lambda v: jnp.cumsum(v), 1, 0), 2, 1)(x)",
    [
      [f32([2, 3, 4])]
    ]
  ),
  entry(
    "vmap inAxes",
    (w: X, b: X, x: X) => vmap(affine, { inAxes: [null, null, 0] })(w, b, x),
    "jax.vmap(lambda w, b, x: jnp.dot(w, x) + b, (None, None, 0))(x, y, z)",
    [
      [f32([3, 4]), f32([3]), f32([5, 4])]
    ]
  ),
  entry(
    "vmap inAxes negative",
    (w: X, b: X, x: X) => vmap(affine, { inAxes: [-1, null, 1], outAxes: -1 })(w, b, x),
    "jax.vmap(lambda w, b, x: jnp.dot(w, x) + b, (-1, None, 1), -1)(x, y, z)",
    [
      [f32([3, 4, 2]), f32([3]), f32([4, 2])]
    ]
  ),
  entry(
    "vmap outAxes tree",
    (x: X) =>
      leaves(vmap((v: X) => ({ a: np.sin(v), b: [np.cos(v), np.sum(v)] as const }), { outAxes: { a: 1, b: 0 } })(x)),
    "jax.tree_util.tree_leaves(jax.vmap(lambda v: {'a': jnp.sin(v), 'b': [jnp.cos(v), jnp.sum(v)]}, out_axes={'a': 1, 'b': 0})(x))",
    [
      [f32([2, 3])]
    ]
  ),
  entry(
    "vmap inAxes tree",
    (x: X, y: X) =>
      vmap((p: { readonly u: X; readonly v: X }, s: X) => np.multiply(np.add(p.u, p.v), s), {
        inAxes: [{ u: 0, v: null }, null]
      })({ u: x, v: y }, np.array(2)),
    "jax.vmap(lambda p, s: (p['u'] + p['v']) * s, ({'u': 0, 'v': None}, None))({'u': x, 'v': y}, jnp.float32(2))",
    [
      [f32([2, 3]), f32([3])]
    ]
  ),
  entry(
    "vmap inAxes prefix",
    (x: X, y: X) =>
      vmap((p: readonly [X, X], s: X) => np.multiply(np.add(p[0], p[1]), s), { inAxes: [1, null] })(
        [x, y],
        np.array(2)
      ),
    "jax.vmap(lambda p, s: (p[0] + p[1]) * s, (1, None))((x, y), jnp.float32(2))",
    [
      [f32([3, 2]), f32([3, 2])]
    ]
  ),
  entry(
    "vmap outAxes null",
    (x: X, y: X) =>
      vmap((a: X, b: X) => [np.add(a, b), np.sin(b)] as const, { inAxes: [0, null], outAxes: [0, null] })(x, y),
    "list(jax.vmap(lambda a, b: (a + b, jnp.sin(b)), (0, None), (0, None))(x, y))",
    [
      [f32([2, 3]), f32([3])]
    ]
  ),
  entry("vmap of a constant", (x: X) => vmap((_: X) => np.arange(3))(x), "jax.vmap(lambda _: jnp.arange(3))(x)", [[
    f32([2])
  ]]),
  entry(
    "vmap axisSize",
    (x: X) => vmap((v: X) => np.square(v), { inAxes: [null], axisSize: 3 })(x),
    "jax.vmap(lambda v: jnp.square(v), (None,), axis_size=3)(x)",
    [
      [f32([2])]
    ]
  ),
  entry(
    "vmap of nothing",
    (x: X) => vmap((v: X) => np.sum(np.sin(v)))(x),
    "jax.vmap(lambda v: jnp.sum(jnp.sin(v)))(x)",
    [[f32([0, 3])]]
  ),
  entry(
    "vmap over what is closed over",
    (x: X, y: X) => vmap((a: X) => grad((b: X) => np.sum(np.multiply(a, np.square(b))))(y))(x),
    "jax.vmap(lambda a: jax.grad(lambda b: jnp.sum(a * jnp.square(b)))(y))(x)",
    [
      [f32([2]), f32([3])]
    ]
  ),
  entry(
    "vmap of grad of vmap",
    (x: X) => vmap(grad((v: X) => np.sum(vmap(wave)(v))))(x),
    `jax.vmap(jax.grad(lambda v: jnp.sum(jax.vmap(${waveText})(v))))(x)`,
    [[f32([2, 3])]]
  ),
  entry(
    "vmap of keys",
    (k: X) => vmap((k: X) => Random.normal(k, [3]))(k),
    "jax.vmap(lambda k: random.normal(k, (3,)))(x)",
    [[points("uint32", [0, 1, 2, 3, 4, 5], [3, 2])]]
  ),
  entry(
    "vmap of reductions",
    (x: X) =>
      vmap((v: X) => [np.sum(v), np.max(v, { axis: 0 }), np.argmax(v), np.cumsum(v, { axis: 1 })], { inAxes: 2 })(x),
    "jax.vmap(lambda v: [jnp.sum(v), jnp.max(v, 0), jnp.argmax(v).astype(jnp.int32), jnp.cumsum(v, 1)], 2)(x)",
    [
      [f32([2, 3, 4], distinct(0.2))]
    ],
    once
  ),
  entry(
    "vmap of indexing",
    (x: X, i: X) => vmap((v: X, k: X) => [np.index(v, k), np.at(v, [k]).add(1), np.take(v, k)])(x, i),
    "jax.vmap(lambda v, k: [v[k], v.at[k].add(1), jnp.take(v, k)])(x, y)",
    [
      [f32([3, 4]), points("int32", [1, -1, 2])]
    ]
  )
]
