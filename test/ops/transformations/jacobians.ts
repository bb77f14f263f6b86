/**
 * Jacobians and Hessians: by maps over bases, and by name.
 */
import {
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
  Numpy as np,
  vjp,
  vmap
} from "effax"
import { f32, f64 } from "../inputs.ts"
import { energy, energyText, entry, leaves, mix, mixText, once, vector, type X } from "./functions.ts"

const basis = (x: X) => np.eye(x.shape[0]!, { dtype: x.dtype })

export const matrices = [
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

export const jacobians = [
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
