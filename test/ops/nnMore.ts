/**
 * Activations beyond the usual ones, gates, attention, and pooling and convolutions in other shapes.
 */
import { type NdArray, Nn } from "effax"
import { bf16, bool, distinct, f16, f32, f64, i32, outside, points, special, whole, within } from "./inputs.ts"
import { type Arguments, entries, type Options } from "./operation.ts"

type X = NdArray.Any

const entry = entries("Nn")

/** Away from the kinks at whole numbers. */
const between = (random: () => number, index: number) => (index % 7) - 3.5 + 0.8 * (random() - 0.5)

const floats: ReadonlyArray<Arguments> = [
  [f32([], between)],
  [f32([2, 7], between)],
  [f32([0], between)],
  [f64([7], between)],
  [bf16([7], between)],
  [f16([7], between)],
  [i32([5], whole(-3, 3))],
  [special("float32")],
  [points("float32", [0, -0, 1, -1, 3, -3, 6, 30, -30, 1e-4])]
]

const smooth = (name: string, f: (x: X) => X, jax: string, options: Options = {}) =>
  entry(name, f, jax, floats, options)

// of integers JAX makes weak floats, or refuses them; of all of them float32 is what is expected
const activations = [
  entry("identity", (x: X) => Nn.identity(x), "nn.identity(x)", [[f32([2, 3])], [i32([3])], [bool([2])]]),
  smooth("hardTanh", Nn.hardTanh, "nn.hard_tanh(x)", { derivatives: 1 }),
  smooth("hardSigmoid", Nn.hardSigmoid, "nn.hard_sigmoid(inexact(x))", { derivatives: 1 }),
  smooth("hardSilu", Nn.hardSilu, "nn.hard_silu(inexact(x))"),
  smooth("sparsePlus", Nn.sparsePlus, "nn.sparse_plus(inexact(x))"),
  smooth("sparseSigmoid", Nn.sparseSigmoid, "nn.sparse_sigmoid(inexact(x))", { derivatives: 1 }),
  smooth("celu", (x) => Nn.celu(x), "nn.celu(inexact(x))"),
  smooth("celu alpha", (x) => Nn.celu(x, { alpha: 2 }), "nn.celu(inexact(x), 2.)"),
  smooth("squareplus", (x) => Nn.squareplus(x), "nn.squareplus(inexact(x))"),
  smooth("squareplus b", (x) => Nn.squareplus(x, { b: 0.5 }), "nn.squareplus(inexact(x), 0.5)", {
    // half precision rounds after each of the steps, of which the last is a difference
    tolerance: { float16: { rtol: 2 ** -8 }, bfloat16: { rtol: 2 ** -5 } }
  }),
  entry("log1mexp", (x: X) => Nn.log1mexp(x), "nn.log1mexp(x)", [
    [f32([2, 5], within(0.05, 4))],
    [f64([6], within(0.05, 4))],
    [bf16([5], within(0.1, 3))],
    [points("float32", [0, 1e-10, 1e-4, 0.69, 0.7, 20, 100, Infinity, -1, NaN])]
  ]),
  entry("glu", (x: X) => Nn.glu(x), "nn.glu(x)", [[f32([2, 6])], [f64([3, 1, 4])], [bf16([4])], [f32([2, 0])]]),
  entry("glu axis", (x: X) => Nn.glu(x, { axis: 0 }), "nn.glu(x, axis=0)", [[f32([4, 3])]]),
  ...([["elu", "nn.elu"], ["celu", "nn.celu"]] as const).map(([name, python]) =>
    entry(`${name} arrays`, (x: X, a: X) => Nn[name](x, { alpha: a }), `${python}(x, y)`, [
      [f32([2, 3], outside(0.2, 3)), f32([3], within(0.5, 2))],
      [bf16([2, 3], outside(0.2, 3)), bf16([2, 1], within(0.5, 2))],
      [f64([2], outside(0.2, 3)), f64([], within(0.5, 2))]
    ])
  ),
  entry("leakyRelu arrays", (x: X, a: X) => Nn.leakyRelu(x, { negativeSlope: a }), "nn.leaky_relu(x, y)", [
    [f32([2, 3], outside(0.2, 3)), f32([3], within(0.1, 1))]
  ]),
  entry("squareplus arrays", (x: X, a: X) => Nn.squareplus(x, { b: a }), "nn.squareplus(x, y)", [
    [f32([2, 3]), f32([3], within(0.5, 2))]
  ])
]

const masks = points("bool", [1, 1, 0, 0, 1, 1], [2, 3])

const reductions = [
  entry("logmeanexp", (x: X) => Nn.logmeanexp(x), "nn.logmeanexp(x)", [[f32([2, 3])], [f64([4])], [bf16([2, 3])], [
    i32([2, 2], whole(-2, 2))
  ]]),
  entry(
    "logmeanexp axis",
    (x: X) => Nn.logmeanexp(x, { axis: [0, -1], keepdims: true }),
    "nn.logmeanexp(x, axis=(0, -1), keepdims=True)",
    [[f32([2, 2, 3])]]
  ),
  entry(
    "logmeanexp where",
    (x: X, m: X) => Nn.logmeanexp(x, { axis: 1, where: m, keepdims: true }),
    "nn.logmeanexp(x, axis=1, where=y, keepdims=True)",
    [[f32([2, 3]), masks], [f64([2, 3]), masks]]
  ),
  ...(["fast", "stable"] as const).map((algorithm) =>
    entry(
      `standardize ${algorithm}`,
      (x: X) => Nn.standardize(x, { algorithm }),
      `nn.standardize(x, algorithm='${algorithm}')`,
      [[f32([2, 5])], [f64([2, 5])]]
    )
  )
]

type AttentionOptions = NonNullable<Parameters<typeof Nn.dotProductAttention>[3]>

const attention = (
  text: string,
  options: AttentionOptions,
  python: string,
  cases: ReadonlyArray<Arguments>,
  others: (...xs: ReadonlyArray<X>) => AttentionOptions = () => ({})
) =>
  entry(
    `dotProductAttention${text}`,
    (q: X, k: X, v: X, ...more: ReadonlyArray<X>) =>
      Nn.dotProductAttention(q, k, v, { ...options, ...others(...more) }) as X,
    `nn.dot_product_attention(x, y, z${python})`,
    cases,
    {
      // queries beyond their length are selected to be 0, where JAX multiplies by 0
      signedZero: false,
      tolerance: {
        float32: { rtol: 1e-5, atol: 1e-6 },
        // JAX computes the softmax in float32 whatever the dtype, effax in float64
        float64: { rtol: 1e-6, atol: 1e-6 },
        bfloat16: { rtol: 2 ** -6, atol: 2 ** -7 },
        float16: { rtol: 2 ** -8, atol: 2 ** -9 }
      },
      derivativeTolerance: {
        float32: { rtol: 2e-5, atol: 1e-5 },
        float64: { rtol: 1e-5, atol: 5e-6 },
        bfloat16: { rtol: 2 ** -5, atol: 2 ** -5 },
        float16: { rtol: 2 ** -7, atol: 2 ** -7 }
      }
    }
  )

const [q, k] = [f32([2, 3, 2, 4]), f32([2, 5, 2, 4])]

const attentions = [
  attention("", {}, "", [
    [q, k, k],
    [f32([3, 1, 2]), f32([2, 1, 2]), f32([2, 1, 2])],
    [f64([1, 2, 2, 3]), f64([1, 2, 2, 3]), f64([1, 2, 2, 3])],
    [bf16([3, 1, 4]), bf16([2, 1, 4]), bf16([2, 1, 4])]
  ]),
  attention(" grouped", { isCausal: true }, ", is_causal=True", [
    [f32([1, 3, 4, 2]), f32([1, 4, 2, 2]), f32([1, 4, 2, 2])],
    [f32([3, 4, 2]), f32([3, 1, 2]), f32([3, 1, 2])]
  ]),
  attention(
    " bias and mask",
    { scale: 0.5 },
    ", bias=w, mask=v, scale=0.5",
    [
      [f32([2, 2, 2, 3]), f32([2, 3, 2, 3]), f32([2, 3, 2, 3]), f32([1, 2, 2, 3]), masks],
      [f32([2, 2, 3]), f32([3, 1, 3]), f32([3, 1, 3]), f32([2, 2, 3]), points("bool", [1, 0, 1], [1, 1, 1, 3])]
    ],
    (bias, mask) => ({ bias: bias!, mask: mask! })
  ),
  attention(
    " lengths",
    {},
    ", query_seq_lengths=w, key_value_seq_lengths=v",
    [[q, k, k, points("int32", [2, 3]), points("int32", [4, 1])]],
    (querySeqLengths, keyValueSeqLengths) => ({
      querySeqLengths: querySeqLengths!,
      keyValueSeqLengths: keyValueSeqLengths!
    })
  ),
  attention(" window", { localWindowSize: [1, 0] }, ", local_window_size=(1, 0)", [[q, k, k]]),
  attention(" window of both sides", { localWindowSize: 1 }, ", local_window_size=1", [[
    f32([4, 1, 2]),
    f32([4, 1, 2]),
    f32([4, 1, 2])
  ]]),
  entry(
    "dotProductAttention residual",
    (x: X, y: X, z: X) => Nn.dotProductAttention(x, y, z, { returnResidual: true, isCausal: true }),
    "nn.dot_product_attention(x, y, z, return_residual=True, is_causal=True)",
    [[f32([2, 3, 4, 2]), f32([2, 3, 2, 2]), f32([2, 3, 2, 2])], [f32([3, 1, 2]), f32([2, 1, 2]), f32([2, 1, 2])]],
    // the residual is a constant for derivatives
    { derivatives: 1, numeric: false, tolerance: { float32: { rtol: 1e-5, atol: 5e-6 } } }
  )
]

const apart = distinct(0.2)

const pools = [
  entry(
    "maxPool overlapping",
    (x: X) => Nn.maxPool(x, [2, 3], { strides: [1, 2], padding: "same" }),
    "lax.reduce_window(x, -jnp.inf, lax.max, (1, 1, 2, 3), (1, 1, 1, 2), 'SAME')",
    [[f32([1, 2, 3, 5], apart)]],
    { derivatives: 1 }
  ),
  entry(
    "maxPool remainder",
    (x: X) => Nn.maxPool(x, 2, { padding: "valid", layout: "channelsLast" }),
    "lax.reduce_window(x, jnp.iinfo(jnp.int32).min, lax.max, (1, 2, 1), (1, 2, 1), 'VALID')",
    [[i32([2, 5, 2])]]
  ),
  entry(
    "minPool",
    (x: X) => Nn.minPool(x, 2),
    "lax.reduce_window(x, jnp.inf, lax.min, (1, 1, 2), (1, 1, 2), 'VALID')",
    [[f32([2, 1, 4], apart)]],
    { derivatives: 1 }
  ),
  entry(
    "minPool dilation",
    (x: X) => Nn.minPool(x, 2, { strides: 1, padding: [[1, 0]], dilation: 2 }),
    "lax.reduce_window(x, jnp.inf, lax.min, (1, 1, 2), (1, 1, 1), ((0, 0), (0, 0), (1, 0)), window_dilation=(1, 1, 2))",
    [[f32([2, 1, 5], apart)]],
    // JAX has no derivative of dilated windows
    { derivatives: 0 }
  ),
  entry(
    "avgPool overlapping",
    (x: X) => Nn.avgPool(x, 3, { strides: 2, padding: "same" }),
    "lax.reduce_window(x, 0., lax.add, (1, 1, 3, 3), (1, 1, 2, 2), 'SAME') / 9",
    [[f32([1, 2, 5, 4])]]
  ),
  entry(
    "avgPool without padding",
    (x: X) => Nn.avgPool(x, 3, { strides: 1, padding: "same", countIncludePad: false }),
    "(lambda s: s(x) / s(jnp.ones_like(x)))(lambda a: lax.reduce_window(a, 0., lax.add, (1, 1, 3), (1, 1, 1), 'SAME'))",
    [[f32([2, 1, 5])], [f64([1, 1, 4])]]
  )
]

const first = "dimension_numbers=('NCHW', 'OIHW', 'NCHW')"

const transposed = (
  text: string,
  options: Parameters<typeof Nn.convTranspose>[2],
  python: string,
  cases: ReadonlyArray<Arguments>
) =>
  entry(
    `convTranspose${text}`,
    (x: X, w: X) => Nn.convTranspose(x, w, options),
    `lax.conv_transpose(x, y, ${python})`,
    cases,
    { tolerance: { float32: { rtol: 1e-5, atol: 5e-6 } }, derivativeTolerance: { float32: { rtol: 1e-5, atol: 1e-5 } } }
  )

const convolutions = [
  transposed("", { strides: 2 }, `(2, 2), 'SAME', ${first}`, [[f32([1, 2, 3, 2]), f32([3, 2, 3, 3])]]),
  transposed(
    " transposeKernel",
    { strides: 2, padding: "valid", transposeKernel: true },
    `(2, 2), 'VALID', transpose_kernel=True, ${first}`,
    [[f32([1, 2, 3, 2]), f32([2, 3, 2, 3])]]
  ),
  transposed(
    " channelsLast",
    { strides: [3], padding: [[1, 2]], dilation: 2, layout: "channelsLast" },
    "(3,), ((1, 2),), rhs_dilation=(2,)",
    [[f32([2, 4, 2]), f32([3, 2, 3])]]
  )
]

const key = points("uint32", [7, 4294967295])
const sampled: Options = { derivatives: 0 }
const { initializers } = Nn

// entries of QR come from a computation that rounds otherwise than LAPACK
const orthogonal: Options = {
  derivatives: 0,
  tolerance: { float32: { rtol: 1e-4, atol: 2e-6 }, float64: { rtol: 1e-9, atol: 1e-12 } }
}

const initial = [
  entry(
    "initializers.truncatedNormal",
    (k: X) => initializers.truncatedNormal(0.3, { lower: -1 })(k, [2, 3]),
    "nn.initializers.truncated_normal(0.3, lower=-1.)(x, (2, 3), jnp.float32)",
    [[key]],
    sampled
  ),
  entry(
    "initializers.varianceScaling fanGeoAvg",
    (k: X) =>
      initializers.varianceScaling(2, "fanGeoAvg", "normal", { inAxis: [0, 1], outAxis: 3, batchAxis: 2 })(k, [
        2,
        3,
        2,
        4
      ]),
    "nn.initializers.variance_scaling(2., 'fan_geo_avg', 'normal', (0, 1), 3, 2)(x, (2, 3, 2, 4), jnp.float32)",
    [[key]],
    sampled
  ),
  entry(
    "initializers.orthogonal",
    (k: X) => initializers.orthogonal({ scale: 2 })(k, [4, 3]),
    "nn.initializers.orthogonal(2.)(x, (4, 3), jnp.float32)",
    [[key]],
    orthogonal
  ),
  entry(
    "initializers.orthogonal columns",
    (k: X) => initializers.orthogonal({ columnAxis: 0 })(k, [5, 2, 2], { dtype: "float64" }),
    "nn.initializers.orthogonal(column_axis=0)(x, (5, 2, 2), jnp.float64)",
    [[key]],
    orthogonal
  ),
  entry(
    "initializers.deltaOrthogonal",
    (k: X) => initializers.deltaOrthogonal()(k, [3, 2, 2, 3]),
    "nn.initializers.delta_orthogonal()(x, (3, 2, 2, 3), jnp.float32)",
    [[key]],
    orthogonal
  )
]

export const nnMore = [...initial, ...activations, ...reductions, ...attentions, ...pools, ...convolutions]
