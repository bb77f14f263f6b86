/**
 * Transformations of functions, and of one another.
 */
import {
  customJvp,
  customVjp,
  grad,
  hessian,
  hvp,
  jacfwd,
  jacobian,
  jacrev,
  jit,
  jvp,
  linearize,
  linearTranspose,
  Nn,
  Numpy as np,
  Random,
  Tree,
  valueAndGrad,
  vjp,
  vmap
} from "effax"
import type { NdArray } from "effax"
import { bf16, bool, distinct, f32, f64, i32, outside, points, ties, whole } from "./inputs.ts"
import { type Arrays, entries, type Options } from "./operation.ts"

/** For the type checker: the cases have other dtypes too. */
type X = NdArray.NdArray<"float32">

const plain = entries("Transform")

/** Derivatives of derivatives add up many rounded terms. */
const entry: typeof plain = (name, f, jax, cases, options) =>
  plain(name, f, jax, cases, {
    tolerance: { float32: { rtol: 1e-5, atol: 5e-6 } },
    derivativeTolerance: { float32: { rtol: 2e-5, atol: 5e-6 } },
    ...options
  })

const once: Options = { derivatives: 1 }
const kinked: Options = { derivatives: 1, numeric: false }

const leaves = (tree: unknown): Arrays => Tree.leaves(tree) as Arrays

const scalar = [[f32([])], [f64([])]]
const vector = [[f32([4])], [f64([4])]]

const wave = (x: X) => np.multiply(np.sin(x), np.exp(np.multiply(x, 0.3)))
const waveText = "(lambda x: jnp.sin(x) * jnp.exp(x * 0.3))"
const energy = (x: X) => np.sum(np.multiply(np.tanh(x), np.flip(np.square(x))))
const energyText = "(lambda x: jnp.sum(jnp.tanh(x) * jnp.flip(jnp.square(x))))"
const mix = (x: X) => np.multiply(np.sin(x), np.roll(np.cos(x), 1))
const mixText = "(lambda x: jnp.sin(x) * jnp.roll(jnp.cos(x), 1))"

// --- one derivative inside another ----------------------------------------------------------------------------------

const nested = [
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

// --- Jacobians and Hessians, as maps over bases ---------------------------------------------------------------------

const basis = (x: X) => np.eye(x.shape[0]!, { dtype: x.dtype })

const matrices = [
  entry("vmap of vjp", (x: X) => vmap((ct: X) => vjp(mix, x)[1](ct)[0])(basis(x)), `jax.jacrev(${mixText})(x)`, vector),
  entry(
    "vmap of jvp",
    (x: X) => vmap((t: X) => jvp(mix, [x], [t])[1], { outAxes: -1 })(basis(x)),
    `jax.jacfwd(${mixText})(x)`,
    vector
  ),
  entry(
    "vmap of linearize",
    (x: X) => {
      const [, tangentMap] = linearize(mix, x)
      return vmap((t: X) => tangentMap(t), { outAxes: 1 })(basis(x))
    },
    `jax.jacfwd(${mixText})(x)`,
    vector
  ),
  entry(
    "vmap of jvp of grad",
    (x: X) => vmap((t: X) => jvp(grad(energy), [x], [t])[1])(basis(x)),
    `jax.hessian(${energyText})(x)`,
    vector
  ),
  entry(
    "vmap of grad of jvp",
    (x: X) => vmap((t: X) => grad((x: X) => jvp(energy, [x], [t])[1])(x))(basis(x)),
    `jax.hessian(${energyText})(x)`,
    vector
  ),
  entry(
    "vmap of vjp of grad",
    (x: X) => vmap((ct: X) => vjp((x: X) => grad(energy)(x), x)[1](ct)[0])(basis(x)),
    `jax.jacrev(jax.grad(${energyText}))(x)`,
    vector
  )
]

const both = (x: X, y: X) => ({ product: np.multiply(np.sin(x), y), total: np.sum(np.multiply(x, y)) })
const bothText = "(lambda x, y: {'product': jnp.sin(x) * y, 'total': jnp.sum(x * y)})"
const two = [[f32([3]), f32([3])]]

const jacobians = [
  entry("jacfwd", (x: X) => jacfwd(mix)(x), `jax.jacfwd(${mixText})(x)`, vector),
  entry("jacrev", (x: X) => jacrev(mix)(x), `jax.jacrev(${mixText})(x)`, vector),
  entry("jacobian", (x: X) => jacobian(mix)(x), `jax.jacobian(${mixText})(x)`, vector),
  entry("hessian", (x: X) => hessian(energy)(x), `jax.hessian(${energyText})(x)`, vector, { derivatives: 1 }),
  entry("hessian of a vector", (x: X) => hessian(mix)(x), `jax.hessian(${mixText})(x)`, [[f32([3])]], {
    derivatives: 1
  }),
  entry(
    "jacfwd of jacrev of jacfwd",
    (x: X) => jacfwd(jacrev(jacfwd(mix)))(x),
    `jax.jacfwd(jax.jacrev(jax.jacfwd(${mixText})))(x)`,
    [[f64([2])]],
    {
      derivatives: 1
    }
  ),
  ...[["jacfwd", jacfwd], ["jacrev", jacrev]].map(([name, jac]) =>
    entry(
      `${name as string} of trees`,
      (x: X, y: X) => leaves((jac as typeof jacrev)(both, { argnums: [0, 1] })(x, y)),
      `jax.tree_util.tree_leaves(jax.${name as string}(${bothText}, (0, 1))(x, y))`,
      two
    )
  ),
  entry(
    "hessian of trees",
    (x: X, y: X) => leaves(hessian(both, { argnums: 1 })(x, np.square(y))),
    `jax.tree_util.tree_leaves(jax.hessian(${bothText}, 1)(x, jnp.square(y)))`,
    two,
    once
  ),
  entry("hvp", (x: X, t: X) => hvp(energy, [x], [t]), `jax.jvp(jax.grad(${energyText}), (x,), (y,))[1]`, [
    [f32([4]), f32([4])],
    [f64([4]), f64([4])]
  ]),
  entry("vmap of hessian", (x: X) => vmap(hessian(energy))(x), `jax.vmap(jax.hessian(${energyText}))(x)`, [[
    f32([2, 3])
  ]], once),
  entry("jit of jacfwd", (x: X) => jit(jacfwd(jit(mix)))(x), `jax.jit(jax.jacfwd(jax.jit(${mixText})))(x)`, vector),
  entry(
    "linearTranspose",
    (x: X, ct: X) => linearTranspose((v: X) => np.multiply(np.diff(v), 3), x)(ct),
    "list(jax.linear_transpose(lambda v: jnp.diff(v) * 3, x)(y))",
    [
      [f32([4]), f32([3])]
    ]
  ),
  entry(
    "linearTranspose of two",
    (x: X, y: X) => leaves(linearTranspose((a: X, b: X) => np.add(np.matmul(np.ones([2, 3]), a), np.flip(b)), x, y)(y)),
    "list(jax.linear_transpose(lambda a, b: jnp.matmul(jnp.ones((2, 3)), a) + jnp.flip(b), x, y)(y))",
    [
      [f32([3]), f32([2])]
    ]
  )
]

// --- derivatives that users write -----------------------------------------------------------------------------------

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
const custom = [
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

// --- vmap -----------------------------------------------------------------------------------------------------------

const affine = (w: X, b: X, x: X) => np.add(np.dot(w, x), b)

const mapped = [
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

// --- jit ------------------------------------------------------------------------------------------------------------

const jitted = [
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
    (x: X) => leaves(jit((x: X) => ({ same: x, sine: np.sin(x), five: np.array(5), nested: [np.cos(x), x] }))(x)),
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

// --- closures -------------------------------------------------------------------------------------------------------

const closures = [
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

// --- arguments and results ------------------------------------------------------------------------------------------

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

const signatures = [
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

// --- where derivatives stop, and kinks ------------------------------------------------------------------------------

const ones = [[f32([4], ties([0, 1]))]]

const kinks = [
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

// --- whole models ---------------------------------------------------------------------------------------------------

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

const models = [
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
    (x: X) => grad((rate: X) => energy(np.subtract(x, np.multiply(rate, grad(energy)(x)))))(np.array(0.1)),
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

export const transformations = [
  ...nested,
  ...matrices,
  ...jacobians,
  ...custom,
  ...mapped,
  ...jitted,
  ...closures,
  ...signatures,
  ...kinks,
  ...models
]
