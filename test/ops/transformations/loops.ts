/**
 * Transformations of control flow, and of one another through it.
 */
import { checkpoint, grad, jacfwd, jacrev, jit, jvp, Lax, linearize, Numpy as np, vjp, vmap } from "effax"
import { f32, f64 } from "../inputs.ts"
import { entry, type X } from "./functions.ts"

const vector = [[f32([4])], [f64([4])]]
const pair = [[f32([4]), f32([4])], [f64([4]), f64([4])]]
const matrix = [[f32([3, 4])]]

/** A recurrence that mixes carry and input. */
const chain = (xs: X) =>
  Lax.scan(
    (c: X, x: X) => {
      const next = np.tanh(np.add(np.multiply(c, 0.7), np.sin(x)))
      return [next, np.multiply(next, x)] as const
    },
    np.zeros([], { dtype: xs.dtype }) as X,
    xs
  )
const chainText = "(lambda xs: (lambda r: r)(lax.scan(lambda c, x: (jnp.tanh(c * 0.7 + jnp.sin(x)), " +
  "jnp.tanh(c * 0.7 + jnp.sin(x)) * x), jnp.zeros((), xs.dtype), xs)))"

const last = (xs: X) => chain(xs)[0]
const lastText = `(lambda xs: ${chainText}(xs)[0])`
const total = (xs: X) => np.add(chain(xs)[0], np.sum(np.square(chain(xs)[1])))
const totalText = `(lambda xs: ${chainText}(xs)[0] + jnp.sum(jnp.square(${chainText}(xs)[1])))`

/** As `chain`, checkpointed in every step. */
const remembered = (xs: X) =>
  Lax.scan(
    checkpoint((c: X, x: X) => {
      const next = np.tanh(np.add(np.multiply(c, 0.7), np.sin(x)))
      return [next, np.multiply(next, x)] as const
    }),
    np.zeros([], { dtype: xs.dtype }) as X,
    xs
  )
const rememberedTotal = (xs: X) => np.sum(np.square(remembered(xs)[1] as X))
const rememberedText =
  "(lambda xs: jnp.sum(jnp.square(lax.scan(jax.checkpoint(lambda c, x: (jnp.tanh(c * 0.7 + jnp.sin(x)), " +
  "jnp.tanh(c * 0.7 + jnp.sin(x)) * x)), jnp.zeros((), xs.dtype), xs)[1])))"

/** A branch that depends on the data: `x^2 sin x` or `x^3`. */
const branch = (x: X) =>
  Lax.cond(np.greater(np.sum(x), 0), (x: X) => np.multiply(np.square(x), np.sin(x)), (x: X) => np.power(x, 3), x)
const branchText = "(lambda x: lax.cond(jnp.sum(x) > 0, lambda x: jnp.square(x) * jnp.sin(x), lambda x: x ** 3, x))"

/** Halves the first number until it is small: as many steps as the data want, twelve at most. */
const shrink = (x: X) =>
  Lax.whileLoop(
    ([y]: readonly [X, X]) => np.greater(np.sum(np.abs(y)), 0.3),
    ([y, z]: readonly [X, X]) => [np.multiply(np.sin(y), 0.6), np.add(z, np.square(y))] as const,
    [x, np.zerosLike(x)] as const,
    { maxSteps: 12 }
  )[1] as X
const shrinkText = "(lambda x: lax.fori_loop(0, 12, lambda i, c: lax.cond(jnp.sum(jnp.abs(c[0])) > 0.3, " +
  "lambda c: (jnp.sin(c[0]) * 0.6, c[1] + jnp.square(c[0])), lambda c: c, c), (x, jnp.zeros_like(x)))[1])"

export const loops = [
  entry("grad of scan", (x: X) => grad(total)(x), `jax.grad(${totalText})(x)`, vector),
  entry("grad of jit of scan", (x: X) => jit(grad(jit(total)))(x), `jax.grad(${totalText})(x)`, vector),
  entry("jvp of scan", (x: X, t: X) => jvp(last, [x], [t]), `list(jax.jvp(${lastText}, (x,), (y,)))`, pair),
  entry(
    "jvp of grad of scan",
    (x: X, t: X) => jvp(grad(total), [x], [t])[1],
    `jax.jvp(jax.grad(${totalText}), (x,), (y,))[1]`,
    pair
  ),
  entry(
    "grad of jvp of scan",
    (x: X, t: X) => grad((x: X) => jvp(total, [x], [t])[1])(x),
    `jax.grad(lambda x: jax.jvp(${totalText}, (x,), (y,))[1])(x)`,
    pair
  ),
  entry(
    "grad of grad of scan",
    (x: X) => grad((x: X) => np.sum(np.square(grad(total)(x))))(x),
    `jax.grad(lambda x: jnp.sum(jnp.square(jax.grad(${totalText})(x))))(x)`,
    [[f64([3])]]
  ),
  entry(
    "linearize of scan",
    (x: X, t: X) => linearize(total, x)[1](t),
    `jax.linearize(${totalText}, x)[1](y)`,
    pair
  ),
  entry(
    "jacrev of scan",
    (x: X) => jacrev((x: X) => chain(x)[1])(x),
    `jax.jacrev(lambda x: ${chainText}(x)[1])(x)`,
    vector
  ),
  entry(
    "jacfwd of scan",
    (x: X) => jacfwd((x: X) => chain(x)[1])(x),
    `jax.jacfwd(lambda x: ${chainText}(x)[1])(x)`,
    vector
  ),
  entry("vmap of grad of scan", (x: X) => vmap(grad(total))(x), `jax.vmap(jax.grad(${totalText}))(x)`, matrix),
  entry(
    "grad of vmap of scan",
    (x: X) => grad((x: X) => np.sum(vmap(total)(x)))(x),
    `jax.grad(lambda x: jnp.sum(jax.vmap(${totalText})(x)))(x)`,
    matrix
  ),
  entry(
    "vmap of scan of grad",
    (x: X) =>
      vmap((row: X) =>
        Lax.scan(
          (c: X, x: X) => {
            const slope = grad((c: X) => np.multiply(np.sin(c), x))(c)
            return [np.subtract(c, np.multiply(slope, 0.3)), slope] as const
          },
          np.array(0.5, { dtype: row.dtype }) as X,
          row
        )[1]
      )(x),
    "jax.vmap(lambda row: lax.scan(lambda c, x: (c - jax.grad(lambda c: jnp.sin(c) * x)(c) * 0.3, " +
      "jax.grad(lambda c: jnp.sin(c) * x)(c)), jnp.asarray(0.5, row.dtype), row)[1])(x)",
    matrix
  ),
  entry(
    "grad of cond",
    (x: X) => grad((x: X) => np.sum(branch(x)))(x),
    `jax.grad(lambda x: jnp.sum(${branchText}(x)))(x)`,
    vector,
    {
      // the branch changes where the sum is 0, which samples keep away from
      numeric: false
    }
  ),
  entry(
    "jvp of grad of cond",
    (x: X, t: X) => jvp(grad((x: X) => np.sum(branch(x))), [x], [t])[1],
    `jax.jvp(jax.grad(lambda x: jnp.sum(${branchText}(x))), (x,), (y,))[1]`,
    pair,
    { numeric: false }
  ),
  entry(
    "grad of vmap of cond",
    (x: X) => grad((x: X) => np.sum(vmap(branch)(x)))(x),
    `jax.grad(lambda x: jnp.sum(jax.vmap(${branchText})(x)))(x)`,
    matrix,
    { numeric: false }
  ),
  entry(
    "vmap of grad of cond",
    (x: X) => vmap(grad((x: X) => np.sum(branch(x))))(x),
    `jax.vmap(jax.grad(lambda x: jnp.sum(${branchText}(x))))(x)`,
    matrix,
    { numeric: false }
  ),
  entry(
    "grad of scan of cond",
    (x: X) =>
      grad((x: X) =>
        Lax.scan(
          (c: X, x: X) =>
            [
              Lax.cond(np.greater(x, 0.1), (c: X) => np.sin(np.multiply(c, x)), (c: X) => np.subtract(np.cos(c), x), c),
              null
            ] as const,
          np.ones([], { dtype: x.dtype }) as X,
          x
        )[0]
      )(x),
    "jax.grad(lambda x: lax.scan(lambda c, x: (lax.cond(x > 0.1, lambda c: jnp.sin(c * x), lambda c: jnp.cos(c) - x, c), None), jnp.ones((), x.dtype), x)[0])(x)",
    vector,
    { numeric: false }
  ),
  entry(
    "grad of while with maxSteps",
    (x: X) => grad((x: X) => np.sum(shrink(x)))(x),
    `jax.grad(lambda x: jnp.sum(${shrinkText}(x)))(x)`,
    vector,
    { numeric: false }
  ),
  entry("jvp of while", (x: X, t: X) => jvp(shrink, [x], [t])[1], `jax.jvp(${shrinkText}, (x,), (y,))[1]`, pair, {
    numeric: false
  }),
  entry(
    "jvp of grad of while with maxSteps",
    (x: X, t: X) => jvp(grad((x: X) => np.sum(shrink(x))), [x], [t])[1],
    `jax.jvp(jax.grad(lambda x: jnp.sum(${shrinkText}(x))), (x,), (y,))[1]`,
    pair,
    {
      numeric: false
    }
  ),
  entry(
    "grad of vmap of while with maxSteps",
    (x: X) => grad((x: X) => np.sum(vmap(shrink)(x)))(x),
    `jax.grad(lambda x: jnp.sum(jax.vmap(${shrinkText})(x)))(x)`,
    matrix,
    {
      numeric: false
    }
  ),
  entry(
    "vmap of grad of while with maxSteps",
    (x: X) => vmap(grad((x: X) => np.sum(shrink(x))))(x),
    `jax.vmap(jax.grad(lambda x: jnp.sum(${shrinkText}(x))))(x)`,
    matrix,
    {
      numeric: false
    }
  ),
  entry("grad of scan of checkpoint", (x: X) => grad(rememberedTotal)(x), `jax.grad(${rememberedText})(x)`, vector),
  entry(
    "grad of checkpoint of scan",
    (x: X) => grad(checkpoint(total))(x),
    `jax.grad(jax.checkpoint(${totalText}))(x)`,
    vector
  ),
  entry(
    "grad of grad of checkpoint of scan",
    (x: X) => grad((x: X) => np.sum(np.sin(grad(checkpoint(total))(x))))(x),
    `jax.grad(lambda x: jnp.sum(jnp.sin(jax.grad(jax.checkpoint(${totalText}))(x))))(x)`,
    [[f64([3])]]
  ),
  entry(
    "vjp of foriLoop",
    (x: X, ct: X) =>
      vjp(
        (x: X) =>
          Lax.foriLoop(0, 5, (i, y: X) =>
            np.sin(np.add(np.multiply(y, x), np.multiply(np.astype(i, x.dtype), 0.1))) as X, x),
        x
      )
        [1](ct)[0],
    "jax.vjp(lambda x: lax.fori_loop(0, 5, lambda i, y: jnp.sin(y * x + i * 0.1), x), x)[1](y)[0]",
    pair
  ),
  entry(
    "vmap of grad of map",
    (x: X) => vmap(grad((x: X) => np.sum(Lax.map((y: X) => np.sin(np.multiply(y, y)), x) as X)))(x),
    "jax.vmap(jax.grad(lambda x: jnp.sum(lax.map(lambda y: jnp.sin(y * y), x))))(x)",
    matrix
  ),
  entry(
    "grad of associativeScan",
    (x: X) =>
      grad((x: X) =>
        np.sum(np.square(Lax.associativeScan((a: X, b: X) => np.add(np.multiply(a, 0.5), np.multiply(a, b)), x) as X))
      )(x),
    "jax.grad(lambda x: jnp.sum(jnp.square(lax.associative_scan(lambda a, b: a * 0.5 + a * b, x))))(x)",
    vector
  )
]
