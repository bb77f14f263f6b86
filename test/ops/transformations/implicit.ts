/**
 * What is computed again on the way back, and what is not gone back through at all.
 */
import {
  checkpoint,
  checkpointName,
  checkpointPolicies,
  closureConvert,
  customLinearSolve,
  customRoot,
  grad,
  jit,
  jvp,
  Lax,
  Numpy as np,
  remat,
  vmap
} from "effax"
import { f32, f64 } from "../inputs.ts"
import { entries } from "../operation.ts"
import { energy, energyText, entry, mix, mixText, vector, type X } from "./functions.ts"

const lax = entries("Lax")

const pair = [[f32([4]), f32([4])], [f64([4]), f64([4])]]

const named = checkpoint(
  (x: X, y: X) => np.multiply(np.sin(checkpointName(np.tanh(np.multiply(x, y)), "product")), x),
  { policy: checkpointPolicies.saveOnlyTheseNames("product") }
)
const namedText = "(lambda x, y: jnp.sin(jnp.tanh(x * y)) * x)"

/** The solution of a symmetric cyclic system with the diagonal `3 + x^2`, by Jacobi's method. */
const solved = (x: X, b: X) => {
  const diagonal = np.add(3, np.square(x))
  const neighbours = (v: X) => np.add(np.roll(v, 1), np.roll(v, -1))
  return customLinearSolve(
    (v: X) => np.add(np.multiply(diagonal, v), neighbours(v)),
    b,
    (_, b) =>
      Lax.whileLoop(
        ([n]: readonly [X, X]) => np.less(n, 100),
        ([n, v]: readonly [X, X]) => [np.add(n, 1), np.divide(np.subtract(b, neighbours(v)), diagonal)] as const,
        [np.zeros([]), np.zerosLike(b)] as never as readonly [X, X]
      )[1],
    { symmetric: true }
  )
}
const solvedText =
  "(lambda x, b: jnp.linalg.solve(jnp.diag(3 + x ** 2) + jnp.roll(jnp.eye(4, dtype=x.dtype), 1, 0) + " +
  "jnp.roll(jnp.eye(4, dtype=x.dtype), -1, 0), b))"

/** The root of `u + 0.3 sin u = x`. */
const root = (x: X) =>
  customRoot(
    (u: X) => np.subtract(np.add(u, np.multiply(0.3, np.sin(u))), x),
    np.zerosLike(x),
    (f, u) =>
      Lax.whileLoop(
        ([n]: readonly [X, X]) => np.less(n, 80),
        ([n, u]: readonly [X, X]) => [np.add(n, 1), np.subtract(u, f(u))] as const,
        [np.zeros([]), u] as never as readonly [X, X]
      )[1],
    (g, y) => np.divide(y, g(np.onesLike(y)))
  )
const rootText = "(lambda x: lax.custom_root(lambda u: u + 0.3 * jnp.sin(u) - x, jnp.zeros_like(x), lambda f, u: " +
  "lax.fori_loop(0, 80, lambda _, u: u - f(u), u), lambda g, y: y / g(jnp.ones_like(y))))"

export const implicit = [
  entry("checkpoint", (x: X) => checkpoint(mix)(x), `jax.checkpoint(${mixText})(x)`, vector),
  entry("checkpoint in grad", (x: X) => grad(checkpoint(energy))(x), `jax.grad(${energyText})(x)`, vector),
  entry(
    "checkpoint of checkpoint in jit of grad of jit",
    (x: X) => jit(grad(jit(checkpoint((x: X) => np.sum(np.square(checkpoint(mix)(x)))))))(x),
    `jax.grad(lambda x: jnp.sum(${mixText}(x) ** 2))(x)`,
    vector
  ),
  entry(
    "checkpoint in vmap of grad",
    (x: X) => vmap(grad(checkpoint(energy, { policy: checkpointPolicies.everythingSaveable })))(x),
    `jax.vmap(jax.grad(${energyText}))(x)`,
    [[f32([3, 4])]]
  ),
  entry(
    "checkpoint in jvp of grad",
    (x: X, t: X) => jvp(grad(checkpoint(energy)), [x], [t])[1],
    `jax.jvp(jax.grad(${energyText}), (x,), (y,))[1]`,
    pair
  ),
  entry("remat", (x: X) => remat(energy, { preventCse: false })(x), `${energyText}(x)`, vector),
  entry(
    "checkpointName in grad",
    (x: X, y: X) => grad((x: X) => np.sum(named(x, y)))(x),
    `jax.grad(lambda x: jnp.sum(${namedText}(x, y)))(x)`,
    pair
  ),
  entry("checkpointName", (x: X) => checkpointName(np.sin(x), "sine"), "jnp.sin(x)", vector),
  lax(
    "optimizationBarrier",
    (x: X, y: X) => Lax.optimizationBarrier([x, np.sin(y)]),
    "list(lax.optimization_barrier((x, jnp.sin(y))))",
    pair
  ),
  entry("customLinearSolve", (x: X, y: X) => solved(x, y), `${solvedText}(x, y)`, pair),
  entry(
    "customLinearSolve in grad",
    (x: X, y: X) => grad((x: X) => np.sum(np.sin(solved(x, y))))(x),
    `jax.grad(lambda x: jnp.sum(jnp.sin(${solvedText}(x, y))))(x)`,
    pair
  ),
  entry(
    "customLinearSolve in vmap of grad",
    (x: X, y: X) => vmap(grad((x: X, y: X) => np.sum(np.sin(solved(x, y)))), { inAxes: [0, null] })(x, y),
    `jax.vmap(jax.grad(lambda x, y: jnp.sum(jnp.sin(${solvedText}(x, y)))), (0, None))(x, y)`,
    [[f32([3, 4]), f32([4])]]
  ),
  entry("customRoot", (x: X) => root(x), `${rootText}(x)`, vector),
  entry(
    "customRoot in grad",
    (x: X) => grad((x: X) => np.sum(np.square(root(x))))(x),
    `jax.grad(lambda x: jnp.sum(${rootText}(x) ** 2))(x)`,
    vector
  ),
  entry(
    "customRoot in vmap of grad of jit",
    (x: X) => vmap(grad(jit((x: X) => np.sum(np.square(root(x))))))(x),
    `jax.vmap(jax.grad(lambda x: jnp.sum(${rootText}(x) ** 2)))(x)`,
    [[f32([3, 4])]]
  ),
  entry(
    "closureConvert",
    (x: X, y: X) => {
      const [f, captures] = closureConvert((x: X) => np.multiply(np.sin(x), y), x)
      return f(x, ...captures)
    },
    "jnp.sin(x) * y",
    pair
  )
]
