/**
 * Control flow: functions that pick, repeat and scan others.
 */
import { grad, jit, jvp, Lax, type NdArray, Numpy as np, vmap } from "effax"
import { bool, f32, f64, i32, i64, points, within } from "./inputs.ts"
import { type Arguments, entries } from "./operation.ts"

type X = NdArray.Any

const entry = entries("Lax")

const floats = (...shapes: ReadonlyArray<ReadonlyArray<number>>): ReadonlyArray<Arguments> => [
  shapes.map((shape) => f32(shape, within(-1, 1))),
  shapes.map((shape) => f64(shape, within(-1, 1)))
]

const signs = (dtype: "float32" | "float64") => points(dtype, [-0.75, 0.5, -0.25, 1.5])

// --- choice ---------------------------------------------------------------------------------------------------------

const choose = (p: X, x: X, y: X): X =>
  Lax.cond(p, (x: X, y: X) => np.multiply(np.sin(x), y), (x: X, y: X) => np.subtract(np.exp(y), x), x, y)
const chooseText = "lax.cond(p, lambda x, y: jnp.sin(x) * y, lambda x, y: jnp.exp(y) - x, x, y)"

const root = (x: X): X => Lax.cond(np.greater(x, 0), (x: X) => np.sqrt(x), (x: X) => np.multiply(np.square(x), 3), x)
const rootText = "(lambda x: lax.cond(x > 0, lambda x: jnp.sqrt(x), lambda x: jnp.square(x) * 3, x))"

const three = (i: X, x: X): X => Lax.switch(i, [(x: X) => np.sin(x), (x: X) => np.add(x, 1), (x: X) => np.exp(x)], x)
const threeText = "lax.switch(i, [lambda x: jnp.sin(x), lambda x: x + 1, lambda x: jnp.exp(x)], x)"

const choice = [
  entry("cond", (p: X, x: X, y: X) => choose(p, x, y), `(lambda p, x, y: ${chooseText})(x, y, z)`, [
    [bool([]), f32([3]), f32([3])],
    [points("bool", [1], []), f64([3]), f64([3])],
    [points("bool", [0], []), f32([]), f32([])],
    [points("int32", [7], []), f32([2, 2]), f32([2, 2])]
  ]),
  entry(
    "cond of a condition that varies",
    (x: X) => vmap(root)(x),
    `jax.vmap(${rootText})(x)`,
    [[signs("float32")], [signs("float64")]],
    { derivatives: 1 }
  ),
  entry("cond differentiated inside vmap", (x: X) => vmap(grad(root))(x), `jax.vmap(jax.grad(${rootText}))(x)`, [
    [signs("float32")],
    [signs("float64")]
  ], { derivatives: 1 }),
  // x = 0 is not in the branch whose derivative is infinite there
  entry("cond keeps infinite derivatives apart", (x: X) => vmap(grad(root))(x), `jax.vmap(jax.grad(${rootText}))(x)`, [
    [points("float32", [0, -1, 4])]
  ], { derivatives: 0 }),
  entry(
    "cond that closes over arrays",
    (p: X, x: X, y: X) => Lax.cond(p, () => ({ a: np.sin(x), b: y }), () => ({ a: y, b: np.multiply(x, y) })).b,
    "lax.cond(x, lambda: {'a': jnp.sin(y), 'b': z}, lambda: {'a': z, 'b': y * z})['b']",
    [[points("bool", [0], []), f32([3]), f32([3])], [points("bool", [1], []), f64([3]), f64([3])]]
  ),
  entry("switch", three, `(lambda i, x: ${threeText})(x, y)`, [
    [points("int32", [0], []), f32([3])],
    [points("int32", [1], []), f64([3])],
    [points("int32", [-5], []), f32([3])],
    [points("int64", [9], []), f32([])]
  ]),
  entry(
    "switch of an index that varies",
    (i: X, x: X) => vmap(three)(i, x),
    `jax.vmap(lambda i, x: ${threeText})(x, y)`,
    [
      [points("int32", [2, 0, 1, 5]), f32([4])],
      [points("int32", [-1, 0, 1, 2]), f64([4, 2])]
    ]
  )
]

// --- loops ----------------------------------------------------------------------------------------------------------

const collatz = (n: X): X =>
  Lax.whileLoop(
    ([n]) => np.greater(n, 1),
    ([n, steps]) => [
      np.where(np.equal(np.remainder(n, 2), 0), np.floorDivide(n, 2), np.add(np.multiply(n, 3), 1)),
      np.add(steps, 1)
    ],
    [n, 0n]
  )[1]
const collatzText = "(lambda n: lax.while_loop(lambda c: c[0] > 1, lambda c: (jnp.where(c[0] % 2 == 0, c[0] // 2, " +
  "c[0] * 3 + 1), c[1] + 1), (n, 0))[1])"

const grow = (limit: X, x: X, maxSteps?: number): X =>
  Lax.whileLoop(
    ([i]: [X, X]) => np.less(i, limit),
    ([i, y]: [X, X]) => [np.add(i, 1), np.add(np.multiply(np.sin(y), x), 0.5)],
    [0n, x],
    maxSteps === undefined ? {} : { maxSteps }
  )[1]
const growText = "(lambda n, x: lax.while_loop(lambda c: c[0] < n, lambda c: (c[0] + 1, jnp.sin(c[1]) * x + 0.5), " +
  "(jnp.int32(0), x))[1])"
// what JAX can differentiate in reverse mode
const boundedText = "(lambda n, x: lax.scan(lambda c, i: (jnp.where(i < n, jnp.sin(c) * x + 0.5, c), None), x, " +
  "jnp.arange(5, dtype=jnp.int32))[0])"

const powers = (x: X): X => Lax.foriLoop(0, 4, (i, y: X) => np.add(np.multiply(y, np.cos(x)), np.multiply(x, i)), x)
const powersText = "(lambda x: lax.fori_loop(0, 4, lambda i, y: y * jnp.cos(x) + x * i, x))"

const loops = [
  entry("whileLoop", collatz, `${collatzText}(x)`, [[points("int32", [27], [])], [points("int32", [1], [])]]),
  entry("whileLoop that ends at different times", (n: X) => vmap(collatz)(n), `jax.vmap(${collatzText})(x)`, [
    [points("int32", [27, 1, 6, 97])]
  ]),
  entry(
    "whileLoop with the dtype of its body",
    (x: X) => {
      return Lax.whileLoop((y) => np.less(y, 100), (y) => np.add(np.multiply(y, 2), x), 1)
    },
    "lax.while_loop(lambda y: y < 100, lambda y: y * 2 + x, 1.)",
    [[f32([], within(0, 1))]],
    { derivatives: 0 }
  ),
  entry(
    "whileLoop in forward mode",
    (n: X, x: X, t: X) => jvp((x: X) => grow(n, x), [x], [t]),
    `list(jax.jvp(lambda y: ${growText}(x, y), (y,), (z,)))`,
    [[points("int32", [4], []), f32([3]), f32([3])], [points("int32", [0], []), f64([]), f64([])]],
    { derivatives: 0 }
  ),
  entry(
    "whileLoop in forward mode, ending at different times",
    (n: X, x: X, t: X) => jvp((x: X) => vmap((n: X, x: X) => grow(n, x))(n, x), [x], [t]),
    `list(jax.jvp(lambda y: jax.vmap(${growText})(x, y), (y,), (z,)))`,
    [[points("int32", [4, 0, 1]), f32([3]), f32([3])]],
    { derivatives: 0 }
  ),
  entry("whileLoop with a bound", (n: X, x: X) => grow(n, x, 5), `${boundedText}(x, y)`, [
    [points("int32", [3], []), f32([2])],
    [points("int32", [0], []), f64([2])],
    [points("int32", [9], []), f64([])]
  ]),
  entry("foriLoop", powers, `${powersText}(x)`, [[f32([])], [f64([3])]]),
  entry("foriLoop jitted", (x: X) => jit(powers)(x), `jax.jit(${powersText})(x)`, [[f32([2])], [f64([])]]),
  entry(
    "foriLoop with bounds that are arrays",
    (n: X, x: X) => Lax.foriLoop(1, n, (i, y: X) => np.add(np.multiply(y, 2), i), x),
    "lax.fori_loop(1, x, lambda i, y: y * 2 + i, y)",
    [[points("int32", [6], []), i32([3])], [points("int32", [-2], []), f32([])]],
    { derivatives: 0 }
  ),
  entry(
    "foriLoop without steps",
    (x: X) => Lax.foriLoop(3, 1, (_, y: X) => np.exp(y), x),
    "lax.fori_loop(3, 1, lambda i, y: jnp.exp(y), x)",
    [[f32([2])]],
    // what is linear has second derivatives that JAX and effax leave out
    { derivatives: 1 }
  )
]

// --- scans ----------------------------------------------------------------------------------------------------------

const recurrent = (w: X, h: X, xs: X, options?: Lax.ScanOptions) =>
  Lax.scan(
    (h: X, x: X) => {
      const next = np.tanh(np.add(np.matmul(w, h), x))
      return [next, np.multiply(next, h)] as const
    },
    h,
    xs,
    options
  )
const recurrentBody = "lambda h, x: (lambda n: (n, n * h))(jnp.tanh(w @ h + x))"

const scans = [
  entry(
    "scan",
    (w: X, h: X, xs: X) => recurrent(w, h, xs),
    `(lambda w, h, xs: lax.scan(${recurrentBody}, h, xs))(x, y, z)`,
    [
      ...floats([3, 3], [3], [5, 3]),
      ...floats([2, 2], [2], [1, 2])
    ]
  ),
  entry(
    "scan of nothing",
    (w: X, h: X, xs: X) => recurrent(w, h, xs),
    `(lambda w, h, xs: lax.scan(${recurrentBody}, h, xs))(x, y, z)`,
    floats([2, 2], [2], [0, 2]),
    { derivatives: 1 }
  ),
  entry(
    "scan reversed",
    (w: X, h: X, xs: X) => recurrent(w, h, xs, { reverse: true, unroll: 2 }),
    `(lambda w, h, xs: lax.scan(${recurrentBody}, h, xs, reverse=True, unroll=2))(x, y, z)`,
    floats([2, 2], [2], [3, 2])
  ),
  entry(
    "scan without arrays",
    (x: X) => Lax.scan((c: X) => [np.multiply(np.cos(c), x), { c }] as const, x, null, { length: 4 })[1].c,
    "lax.scan(lambda c, _: (jnp.cos(c) * x, c), x, None, length=4)[1]",
    floats([2])
  ),
  entry(
    "scan without carry",
    (xs: X, y: X) => Lax.scan((_, x: X) => [null, np.multiply(np.sin(x), y)] as const, null, xs)[1],
    "lax.scan(lambda _, x: (None, jnp.sin(x) * y), None, x)[1]",
    floats([4, 2], [2])
  ),
  entry(
    "scan with carries of several dtypes",
    (x: X, ns: X) => {
      const [{ product, steps }, ys] = Lax.scan(
        ({ product, steps }, n: X) =>
          [{ product: np.multiply(product, np.add(np.sin(x), n)), steps: np.add(steps, n) }, steps] as const,
        { product: x, steps: 1n },
        ns
      )
      return [product, steps, ys]
    },
    "(lambda r: [r[0]['product'], r[0]['steps'], r[1]])(lax.scan(lambda c, n: ({'product': c['product'] * (jnp.sin(x) " +
      "+ n), 'steps': c['steps'] + n}, c['steps']), {'product': x, 'steps': 1}, y))",
    [[f32([2]), points("int32", [2, -1, 3])], [f32([]), points("int32", [1, 2])]]
  ),
  entry(
    "scan in a scan",
    (x: X, ys: X) =>
      Lax.scan(
        (c: X, y: X) =>
          [
            np.add(Lax.scan((d: X, z: X) => [np.sin(np.add(np.multiply(d, z), y)), null] as const, c, ys)[0], x),
            Lax.foriLoop(0, 2, (_, d: X) => np.multiply(d, y), c)
          ] as const,
        x,
        ys
      ),
    "lax.scan(lambda c, y_: (lax.scan(lambda d, z: (jnp.sin(d * z + y_), None), c, y)[0] + x, " +
      "lax.fori_loop(0, 2, lambda i, d: d * y_, c)), x, y)",
    floats([], [3])
  ),
  entry(
    "scan of cond",
    (x: X, ys: X) =>
      Lax.scan(
        (c: X, y: X) => [Lax.cond(np.greater(y, 0), (c: X) => np.multiply(np.sin(c), y), (c: X) => np.add(c, x), c), c],
        x,
        ys
      ),
    "lax.scan(lambda c, y: (lax.cond(y > 0, lambda c: jnp.sin(c) * y, lambda c: c + x, c), c), x, y)",
    [[f32([]), signs("float32")], [f64([]), signs("float64")]]
  ),
  entry(
    "scan of a gradient, vmapped",
    (ws: X, xs: X) =>
      vmap((w: X) =>
        Lax.scan((c: X, x: X) => [np.subtract(c, grad((c: X) => np.sin(np.multiply(c, x)))(c)), c], w, xs)[0]
      )(
        ws
      ),
    "jax.vmap(lambda w: lax.scan(lambda c, x: (c - jax.grad(lambda c: jnp.sin(c * x))(c), c), w, y)[0])(x)",
    floats([3], [4])
  ),
  entry(
    "scan over a batch of sequences",
    (h: X, xs: X) =>
      vmap((xs: X) => Lax.scan((h: X, x: X) => [np.sin(np.add(np.multiply(h, x), h)), np.cos(h)], h, xs), {
        inAxes: 1
      })(xs),
    "jax.vmap(lambda xs: lax.scan(lambda h, x: (jnp.sin(h * x + h), jnp.cos(h)), x, xs), in_axes=1)(y)",
    floats([], [3, 2])
  ),
  entry("map", (x: X) => Lax.map((x: X) => np.sum(np.sin(x)), x), "lax.map(lambda x: jnp.sum(jnp.sin(x)), x)", [
    ...floats([4, 2]),
    [i64([0, 2])]
  ]),
  entry(
    "map in chunks",
    (x: X) => Lax.map((x: X) => ({ a: np.sin(x), b: np.add(x, 1) }), x, { batchSize: 2 }).a,
    "lax.map(lambda x: {'a': jnp.sin(x), 'b': x + 1}, x, batch_size=2)['a']",
    [...floats([5, 2]), ...floats([4]), ...floats([1])]
  ),
  entry(
    "associativeScan",
    (a: X, b: X) =>
      Lax.associativeScan(([a, b]: [X, X], [c, d]: [X, X]) => [np.multiply(c, a), np.add(np.multiply(c, b), d)], [
        a,
        b
      ]),
    "lax.associative_scan(lambda l, r: (r[0] * l[0], r[0] * l[1] + r[1]), (x, y))",
    [...floats([5], [5]), ...floats([4, 2], [4, 2])]
  ),
  entry(
    "associativeScan reversed along an axis",
    (x: X) => Lax.associativeScan(np.add, x, { axis: -1, reverse: true }),
    "lax.associative_scan(jnp.add, x, axis=x.ndim - 1, reverse=True)",
    [...floats([2, 7]), [i32([6])]]
  )
]

export const control = [...choice, ...loops, ...scans]
