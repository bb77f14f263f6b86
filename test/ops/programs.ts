/**
 * Small programs as users port them: a block of a vision transformer, a recurrent layer, k-means, optimal transport, attention
 * over the edges of a graph, a network that scales images down and up, and a mixture of experts.
 */
import { grad, Image, Lax, type NdArray, Nn, Numpy as np, Ops } from "effax"
import { distinct, f32, f64, points, within } from "./inputs.ts"
import { entries, type Options } from "./operation.ts"

type X = NdArray.Any

const nn = entries("Nn")
const lax = entries("Lax")
const ops = entries("Ops")
const image = entries("Image")

const sums: Options = {
  tolerance: { float32: { rtol: 2e-5, atol: 5e-6 } },
  derivativeTolerance: { float32: { rtol: 5e-4, atol: 1e-4 }, float64: { rtol: 1e-6, atol: 1e-6 } }
}

const small = within(-0.7, 0.7)

// --- a block of a vision transformer --------------------------------------------------------------------------------

/** Patches of an image `[n, h, w, 1]` become tokens, which attend to each other; then a layer of each token alone. */
const vit = (images: X, embed: X, qkv: X, out: X, up: X, down: X): X => {
  const patches = Nn.conv(images, embed, { strides: 2, padding: "valid", layout: "channelsLast" })
  const tokens = np.reshape(patches, [patches.shape[0]!, patches.shape[1]! * patches.shape[2]!, patches.shape[3]!])
  const parts = np.einsum("ntd,dchk->cnthk", Nn.standardize(tokens), qkv)
  const [q, k, v] = [0, 1, 2].map((i) => np.index(parts, i)) as unknown as [X, X, X]
  const mixed = np.add(tokens, np.einsum("nthk,hkd->ntd", Nn.dotProductAttention(q, k, v), out))
  const hidden = Nn.gelu(np.matmul(Nn.standardize(mixed), up))
  return np.mean(np.add(mixed, np.matmul(hidden, down)), { axis: 1 })
}

const vitText = [
  "(lambda tokens: (lambda mixed: jnp.mean(mixed + nn.gelu(nn.standardize(mixed) @ v) @ u, axis=1))(",
  "tokens + jnp.einsum('nthk,hkd->ntd', nn.dot_product_attention(*jnp.einsum('ntd,dchk->cnthk', nn.standardize(tokens), z)), w)",
  "))((lambda p: p.reshape(p.shape[0], -1, p.shape[3]))(",
  "lax.conv_general_dilated(x, y, (2, 2), 'VALID', dimension_numbers=('NHWC', 'HWIO', 'NHWC'))))"
].join("")

// --- a gated recurrent unit -----------------------------------------------------------------------------------------

/** Cho et al. 2014: the last state of a sequence `[t, n, in]`, with the weights of the three gates side by side. */
const gru = (xs: X, h0: X, wx: X, wh: X): X =>
  Lax.scan(
    (h: X, x: X): readonly [X, null] => {
      const size = h.shape[1]!
      const [fromInput, fromState] = [np.matmul(x, wx), np.matmul(h, wh)]
      const gate = (of: X, i: number) => Lax.sliceInDim(of, i * size, (i + 1) * size, { axis: 1 })
      const reset = Nn.sigmoid(np.add(gate(fromInput, 0), gate(fromState, 0)))
      const update = Nn.sigmoid(np.add(gate(fromInput, 1), gate(fromState, 1)))
      const candidate = np.tanh(np.add(gate(fromInput, 2), np.multiply(reset, gate(fromState, 2))))
      return [np.add(np.multiply(update, h), np.multiply(np.subtract(1, update), candidate)), null]
    },
    h0,
    xs
  )[0] as X

const gruText = [
  "lax.scan(lambda h, e: (lambda i, s: (lambda r, g, c: (g * h + (1 - g) * c(r), None))(",
  "nn.sigmoid(i[0] + s[0]), nn.sigmoid(i[1] + s[1]), lambda r: jnp.tanh(i[2] + r * s[2])))(",
  "jnp.split(e @ z, 3, axis=1), jnp.split(h @ w, 3, axis=1)), y, x)[0]"
].join("")

// --- k-means --------------------------------------------------------------------------------------------------------

/** Lloyd 1982: three rounds; a centre without points stays where it is. */
const kmeans = (data: X, centres: X): X =>
  Lax.foriLoop(0, 3, (_, centres: X): X => {
    const count = centres.shape[0]!
    const distances = np.sum(np.square(np.subtract(np.expandDims(data, 1), centres)), { axis: 2 })
    const nearest = np.argmin(distances, { axis: 1 })
    const total = Ops.segmentSum(data, nearest, { numSegments: count }) as X
    const members = np.expandDims(Ops.segmentSum(np.onesLike(nearest), nearest, { numSegments: count }) as X, 1)
    return np.where(np.greater(members, 0), np.divide(total, np.maximum(members, 1)), centres) as X
  }, centres)

const kmeansText = [
  "lax.fori_loop(0, 3, lambda _, c: (lambda n: (lambda t, m: jnp.where(m > 0, t / jnp.maximum(m, 1), c))(",
  "jax.ops.segment_sum(x, n, c.shape[0]), jax.ops.segment_sum(jnp.ones_like(n), n, c.shape[0])[:, None]))(",
  "jnp.argmin(jnp.sum(jnp.square(x[:, None] - c), axis=2), axis=1)), y)"
].join("")

// --- optimal transport ----------------------------------------------------------------------------------------------

/** Sinkhorn's iterations for the costs `[n, m]` and uniform weights, in logarithms (Cuturi 2013): the transported cost. */
const sinkhorn = (costs: X): X => {
  const [n, m] = costs.shape as unknown as readonly [number, number]
  const scaled = np.negative(np.divide(costs, 0.5))
  const along = (axis: number, potential: X, size: number): X =>
    np.negative(
      np.add(Nn.logsumexp(np.add(scaled, np.expandDims(potential, axis === 1 ? 0 : 1)), { axis }), Math.log(size))
    )
  const [f, g] = Lax.foriLoop(
    0,
    5,
    (_, [, g]: readonly [X, X]): readonly [X, X] => {
      const next = along(1, g, n)
      return [next, along(0, next, m)]
    },
    [np.zeros([n], { dtype: costs.dtype }), np.zeros([m], { dtype: costs.dtype })] as readonly [X, X],
    { maxSteps: 5 }
  )
  const plan = np.exp(np.add(np.add(scaled, np.expandDims(f, 1)), np.expandDims(g, 0)))
  return np.sum(np.multiply(plan, costs))
}

const sinkhornText = [
  "(lambda s, n, m: (lambda p: jnp.sum(jnp.exp(s + p[0][:, None] + p[1]) * x))(lax.fori_loop(0, 5, ",
  "lambda _, p: (lambda f: (f, -nn.logsumexp(s + f[:, None], axis=0) - np.log(m).item()))(",
  "-nn.logsumexp(s + p[1], axis=1) - np.log(n).item()), (jnp.zeros(n, x.dtype), jnp.zeros(m, x.dtype)))))(-x / 0.5, *x.shape)"
].join("")

// --- attention over edges -------------------------------------------------------------------------------------------

/** Velickovic et al. 2018: messages along edges, weighted by a softmax over the edges into each node. */
const edges = (nodes: X, w: X, scores: X, from: X, to: X): X => {
  const count = nodes.shape[0]!
  const hidden = np.matmul(nodes, w)
  const raw = Nn.leakyRelu(
    np.matmul(np.add(np.take(hidden, from, { axis: 0 }), np.take(hidden, to, { axis: 0 })), scores)
  )
  const largest = np.stopGradient(Ops.segmentMax(raw, to, { numSegments: count }) as X)
  const weights = np.exp(np.subtract(raw, np.take(largest, to)))
  const total = Ops.segmentSum(weights, to, { numSegments: count }) as X
  const shares = np.divide(weights, np.take(total, to))
  const messages = np.multiply(np.expandDims(shares, 1), np.take(hidden, from, { axis: 0 }))
  return Nn.elu(Ops.segmentSum(messages, to, { numSegments: count }) as X)
}

const edgesText = [
  "(lambda h, n: (lambda raw: (lambda e: nn.elu(jax.ops.segment_sum((e / jax.ops.segment_sum(e, v, n)[v])[:, None] * h[w], v, n)))(",
  "jnp.exp(raw - lax.stop_gradient(jax.ops.segment_max(raw, v, n))[v])))(nn.leaky_relu((h[w] + h[v]) @ z)))(x @ y, x.shape[0])"
].join("")

// --- down and up ----------------------------------------------------------------------------------------------------

/** A step of a U-Net on `[n, c, h, w]`: smaller, mixed, larger again, beside the image at its own size. */
const unet = (x: X, inner: X, outer: X): X => {
  const down = Nn.avgPool(x, 2)
  const mixed = Nn.silu(Nn.conv(down, inner))
  const up = Nn.convTranspose(mixed, outer, { strides: 2, transposeKernel: true })
  const small = Image.resize(x, [...x.shape.slice(0, 2), x.shape[2]! / 2, x.shape[3]! / 2], "linear")
  return np.add(np.add(up, x), Image.resize(small, x.shape, "cubic") as X)
}

const unetText = [
  "(lambda s: lax.conv_transpose(nn.silu(lax.conv_general_dilated(",
  "lax.reduce_window(x, 0., lax.add, (1, 1, 2, 2), (1, 1, 2, 2), 'VALID') / 4, y, (1, 1), 'SAME')), z, (2, 2), 'SAME', ",
  "dimension_numbers=('NCHW', 'OIHW', 'NCHW'), transpose_kernel=True) + x + ",
  "jax.image.resize(jax.image.resize(x, (*s[:2], s[2] // 2, s[3] // 2), 'linear'), s, 'cubic'))(x.shape)"
].join("")

// --- a mixture of experts -------------------------------------------------------------------------------------------

/** Each token goes to the expert of its largest score: tokens sorted by expert are multiplied group by group. */
const experts = (tokens: X, router: X, weights: X): X => {
  const scores = Nn.softmax(np.matmul(tokens, router))
  const [best, chosen] = Lax.topK(scores, 1)
  const expert = np.ravel(chosen)
  const order = np.argsort(expert)
  const sizes = Ops.segmentSum(np.onesLike(expert), expert, { numSegments: weights.shape[0]! }) as X
  const results = Lax.raggedDot(np.take(tokens, order, { axis: 0 }), weights, sizes) as X
  return np.multiply(np.take(results, np.argsort(order), { axis: 0 }), best)
}

const expertsText = [
  "(lambda best, chosen: (lambda o: lax.ragged_dot(x[o], z, jnp.bincount(chosen[:, 0], length=z.shape[0]))[jnp.argsort(o)] * best)(",
  "jnp.argsort(chosen[:, 0])))(*lax.top_k(nn.softmax(x @ y), 1))"
].join("")

export const programs = [
  nn("dotProductAttention in a vision transformer", vit, vitText, [[
    f32([1, 4, 4, 1]),
    f32([2, 2, 1, 4], small),
    f32([4, 3, 2, 2], small),
    f32([2, 2, 4], small),
    f32([4, 5], small),
    f32([5, 4], small)
  ]], { ...sums, derivatives: 1 }),
  lax("scan of a gated recurrent unit", gru, gruText, [
    [f32([4, 2, 3], small), f32([2, 2], small), f32([3, 6], small), f32([2, 6], small)],
    [f64([2, 1, 2], small), f64([1, 3], small), f64([2, 9], small), f64([3, 9], small)]
  ], sums),
  lax(
    "scan of a gated recurrent unit, trained",
    (xs: X, h0: X, wx: X, wh: X) =>
      grad((wx: X, wh: X) => np.sum(np.square(gru(xs, h0, wx, wh))), { argnums: [0, 1] })(wx, wh),
    `list(jax.grad(lambda z, w: jnp.sum(jnp.square(${gruText})), (0, 1))(z, w))`,
    [[f32([4, 2, 3], small), f32([2, 2], small), f32([3, 6], small), f32([2, 6], small)]],
    { ...sums, derivatives: 0 }
  ),
  ops("segmentSum of k-means", kmeans, kmeansText, [
    [f32([9, 2], distinct(0.4)), f32([3, 2], within(-3, 3))]
  ], { ...sums, derivatives: 0 }),
  nn("logsumexp of optimal transport", sinkhorn, sinkhornText, [[f32([3, 4], within(0, 1))], [
    f64([2, 3], within(0, 1))
  ]], {
    ...sums,
    derivatives: 1
  }),
  ops("segmentMax of attention over edges", edges, edgesText, [[
    f32([4, 3], small),
    f32([3, 2], small),
    f32([2], small),
    points("int32", [0, 1, 2, 3, 0, 2]),
    points("int32", [1, 2, 0, 3, 2, 3])
  ]], { ...sums, derivatives: 1, numeric: false }),
  image("resize in a network that goes down and up", unet, unetText, [[
    f32([1, 2, 4, 6]),
    f32([3, 2, 3, 3], small),
    f32([3, 2, 2, 2], small)
  ]], { ...sums, derivatives: 1 }),
  lax("raggedDot of a mixture of experts", experts, expertsText, [[
    f32([6, 3], distinct(0.3)),
    f32([3, 3], within(-2, 2)),
    f32([3, 3, 2])
  ]], { ...sums, derivatives: 1, numeric: false })
]
