/**
 * Building blocks of neural networks.
 */
import { type NdArray, Nn } from "effax"
import {
  bf16,
  bool,
  distinct,
  type Draw,
  f16,
  f32,
  f64,
  i32,
  i8,
  outside,
  points,
  special,
  u32,
  whole,
  within
} from "./inputs.ts"
import { type Arguments, entries, type Options } from "./operation.ts"

type X = NdArray.Any

const entry = entries("Nn")

const floats = (draw: Draw = outside(0.1, 5)): ReadonlyArray<Arguments> => [
  [f32([], draw)],
  [f32([2, 3], draw)],
  [f32([0], draw)],
  [f64([7], draw)],
  [bf16([9], draw)],
  [f16([9], draw)],
  [i32([5], whole(-3, 3))],
  [special("float32")],
  [special("float64")],
  [points("float32", [0, -0, 6, 3, -3, 30, -30, 90, -90, 1e-4])]
]

const smooth = (name: string, f: (x: X) => X, jax: string, options: Options = {}) =>
  entry(name, f, jax, floats(), options)

// of integers JAX makes weak floats here, refuses them there; of all of them float32 is what is expected
const activations = [
  smooth("relu", Nn.relu, "nn.relu(x)", { derivatives: 1 }),
  smooth("relu6", Nn.relu6, "nn.relu6(inexact(x))", { derivatives: 1 }),
  smooth("sigmoid", Nn.sigmoid, "nn.sigmoid(inexact(x))"),
  smooth("logSigmoid", Nn.logSigmoid, "nn.log_sigmoid(inexact(x))"),
  smooth("tanh", Nn.tanh, "nn.tanh(inexact(x))"),
  smooth("silu", Nn.silu, "nn.silu(inexact(x))"),
  smooth("swish", Nn.swish, "nn.swish(inexact(x))"),
  smooth("softplus", Nn.softplus, "nn.softplus(inexact(x))"),
  smooth("softSign", Nn.softSign, "nn.soft_sign(inexact(x))"),
  smooth("mish", Nn.mish, "nn.mish(inexact(x))"),
  smooth("elu", (x) => Nn.elu(x), "nn.elu(inexact(x))"),
  smooth("elu alpha", (x) => Nn.elu(x, { alpha: 0.5 }), "nn.elu(inexact(x), 0.5)"),
  smooth("selu", Nn.selu, "nn.selu(inexact(x))", {
    // half precision rounds after each of its steps
    tolerance: { float16: { rtol: 2 ** -9 } }
  }),
  smooth("leakyRelu", (x) => Nn.leakyRelu(x), "nn.leaky_relu(inexact(x))", { derivatives: 1 }),
  smooth("leakyRelu slope", (x) => Nn.leakyRelu(x, { negativeSlope: 0.25 }), "nn.leaky_relu(inexact(x), 0.25)", {
    derivatives: 1
  }),
  smooth("gelu", (x) => Nn.gelu(x), "nn.gelu(inexact(x))", {
    // JAX adds 1 to a tanh that may be near -1, and little or nothing is left
    tolerance: { bfloat16: { atol: 2 ** -7 }, float16: { atol: 2 ** -10 }, float32: { atol: 2e-6 } },
    // beyond 3 the second derivative is a small difference
    derivativeTolerance: { float32: { rtol: 2e-5, atol: 5e-6 } }
  }),
  smooth("gelu exact", (x) => Nn.gelu(x, { approximate: false }), "nn.gelu(inexact(x), approximate=False)")
]

const rows = points("float32", [
  1,
  2,
  3,
  4,
  100,
  0,
  -100,
  50,
  -Infinity,
  0,
  1,
  -Infinity,
  5,
  5,
  5,
  5,
  1e30,
  -1e30,
  0,
  1,
  88,
  89,
  90,
  91
], [6, 4])

const hopeless = points("float32", [NaN, 1, 2, Infinity, 1, 2, -Infinity, -Infinity, -Infinity], [3, 3])

/** A mask that keeps something of both rows. */
const masks = points("bool", [1, 1, 0, 0, 1, 1], [2, 3])

const along = (name: "softmax" | "logSoftmax" | "logsumexp", python: string) => {
  const f = Nn[name] as (x: X, options?: { axis?: number | ReadonlyArray<number>; keepdims?: boolean }) => X
  const cases: ReadonlyArray<Arguments> = [[f32([5])], [f32([2, 3, 4])], [f64([2, 3])], [bf16([2, 9])], [f16([2, 9])], [
    f32([3, 1])
  ]]
  return [
    entry(name, (x: X) => f(x), `${python}(x)`, cases),
    entry(
      `${name} axis 0`,
      (x: X) => f(x, { axis: 0 }),
      `${python}(x, axis=0)`,
      [[f32([3, 2])], [f64([3, 2, 2])]]
    ),
    entry(`${name} axes`, (x: X) => f(x, { axis: [0, -1] }), `${python}(x, axis=(0, -1))`, [[f32([3, 2, 2])]]),
    entry(`${name} rows`, (x: X) => f(x, { axis: 1 }), `${python}(x, axis=1)`, [[rows]], { numeric: false }),
    // no derivative means anything where no value does
    entry(`${name} hopeless`, (x: X) => f(x, { axis: 1 }), `${python}(x, axis=1)`, [[hopeless]], { derivatives: 0 })
  ]
}

const reductions = [
  ...along("softmax", "nn.softmax"),
  ...along("logSoftmax", "nn.log_softmax"),
  ...along("logsumexp", "nn.logsumexp"),
  ...([["softmax", "nn.softmax"], ["logSoftmax", "nn.log_softmax"]] as const).flatMap(([name, python]) => [
    entry(`${name} all axes`, (x: X) => Nn[name](x, { axis: null }), `${python}(x, axis=None)`, [[f32([2, 3])], [
      f32([])
    ]]),
    entry(`${name} where`, (x: X, m: X) => Nn[name](x, { where: m }), `${python}(x, where=y)`, [
      [f32([2, 3]), masks],
      [f64([2, 3]), masks],
      [f32([2, 4, 3]), points("bool", [1, 0, 1])]
    ], { derivatives: name === "softmax" ? 2 : 1, numeric: name === "softmax" }),
    // where nothing counts
    entry(`${name} nowhere`, (x: X, m: X) => Nn[name](x, { where: m }), `${python}(x, where=y)`, [
      [f32([2, 3]), points("bool", [0, 0, 0, 1, 0, 0], [2, 3])]
    ], { derivatives: 0 })
  ]),
  entry(
    "logsumexp where",
    (x: X, m: X) => Nn.logsumexp(x, { axis: -1, where: m }),
    "nn.logsumexp(x, axis=-1, where=y)",
    [
      [f32([2, 3]), masks],
      [f64([2, 3]), masks],
      [f32([2, 4, 3]), points("bool", [1, 0, 1])]
    ]
  ),
  entry("logsumexp b", (x: X, y: X) => Nn.logsumexp(x, { axis: 0, b: y }), "nn.logsumexp(x, axis=0, b=y)", [
    [f32([3, 2]), f32([3, 2], within(0.5, 2))],
    [f64([3, 2]), f64([2], within(0.5, 2))],
    [i32([3, 2]), f32([3, 1], within(0.5, 2))]
  ]),
  entry("logsumexp b of both signs", (x: X, y: X) => Nn.logsumexp(x, { b: y }), "nn.logsumexp(x, b=y)", [
    [points("float32", [1, 2, 3]), points("float32", [1, 0, -2])],
    [points("float32", [1, 2, 3]), points("float32", [1, 0, 2])],
    [points("float32", [1, 200, 3]), points("float32", [0, 0, 0])]
  ], { derivatives: 0 }),
  entry(
    "logsumexp returnSign",
    (x: X, y: X) => Nn.logsumexp(x, { axis: 1, b: y, keepdims: true, returnSign: true }),
    "nn.logsumexp(x, axis=1, b=y, keepdims=True, return_sign=True)",
    [
      [f32([3, 2]), f32([3, 2], outside(0.5, 2))],
      [f64([3, 2]), f64([2], outside(0.5, 2))]
    ],
    { numeric: false }
  ),
  entry(
    "logsumexp everything",
    (x: X, y: X, m: X) => Nn.logsumexp(x, { axis: 1, b: y, where: m }),
    "nn.logsumexp(x, axis=1, b=y, where=z)",
    [
      [f32([2, 3]), f32([2, 3], within(0.5, 2)), masks]
    ]
  ),
  entry("standardize where", (x: X, m: X) => Nn.standardize(x, { where: m }), "nn.standardize(x, where=y)", [
    [f32([2, 3]), masks],
    [f64([2, 3]), masks]
  ]),
  entry(
    "standardize known",
    (x: X, y: X, z: X) => Nn.standardize(x, { axis: 0, mean: y, variance: z }),
    "nn.standardize(x, axis=0, mean=y, variance=z)",
    [
      [f32([4, 3]), f32([3]), f32([3], within(0.5, 2))],
      [f64([4, 3]), f64([1, 3]), f64([3], within(0.5, 2))]
    ]
  ),
  entry("standardize all axes", (x: X) => Nn.standardize(x, { axis: null }), "nn.standardize(x, axis=None)", [
    [f32([2, 3])]
  ]),
  entry(
    "logsumexp keepdims",
    (x: X) => Nn.logsumexp(x, { axis: 1, keepdims: true }),
    "nn.logsumexp(x, axis=1, keepdims=True)",
    [
      [f32([2, 3])]
    ]
  ),
  entry("standardize", (x: X) => Nn.standardize(x), "nn.standardize(x)", [
    [f32([2, 5])],
    [f64([2, 5])],
    [f32([2, 3, 4])],
    [points("float32", [1, 1, 1, 1], [1, 4])]
  ]),
  entry(
    "standardize axis",
    (x: X) => Nn.standardize(x, { axis: [0, 1], epsilon: 1e-3 }),
    "nn.standardize(x, axis=(0, 1), epsilon=1e-3)",
    [
      [f32([3, 4])],
      [f64([3, 4])]
    ]
  )
]

const encodings = [
  entry("oneHot", (x: X) => Nn.oneHot(x, 4), "nn.one_hot(x, 4)", [
    [points("int32", [0, 3, -1, 4, 2])],
    [i8([2, 3], whole(0, 3))],
    [u32([], whole(0, 3))]
  ]),
  entry("oneHot bool", (x: X) => Nn.oneHot(x, 2), "nn.one_hot(x.astype(jnp.int32), 2)", [[bool([3])]]),
  entry("oneHot axis", (x: X) => Nn.oneHot(x, 3, { axis: 0 }), "nn.one_hot(x, 3, axis=0)", [[
    i32([2, 2], whole(0, 2))
  ]]),
  entry("oneHot dtype", (x: X) => Nn.oneHot(x, 3, { dtype: "int32" }), "nn.one_hot(x, 3, dtype=jnp.int32)", [[
    i32([4], whole(0, 2))
  ]])
]

interface Convolution {
  readonly text: string
  readonly options: Parameters<typeof Nn.conv>[2]
  readonly python: string
  readonly cases: ReadonlyArray<Arguments>
}

const last = "dimension_numbers=('NHWC', 'HWIO', 'NHWC')"

const convolutions: ReadonlyArray<Convolution> = [
  {
    text: "",
    options: {},
    python: "(1, 1), 'SAME'",
    cases: [
      [f32([2, 3, 5, 4]), f32([4, 3, 3, 3])],
      [f64([1, 2, 4, 4]), f64([3, 2, 2, 3])],
      [bf16([1, 2, 4, 4]), bf16([3, 2, 3, 3])],
      [f32([1, 1, 3, 3]), f32([1, 1, 1, 1])]
    ]
  },
  {
    text: " valid",
    options: { padding: "valid" },
    python: "(1, 1), 'VALID'",
    cases: [[f32([2, 3, 5, 4]), f32([4, 3, 3, 2])]]
  },
  {
    text: " strides",
    options: { strides: 2 },
    python: "(2, 2), 'SAME'",
    cases: [[f32([1, 2, 5, 6]), f32([3, 2, 3, 3])]]
  },
  {
    text: " strides uneven",
    options: { strides: [2, 1], padding: "valid" },
    python: "(2, 1), 'VALID'",
    cases: [[f32([1, 2, 5, 6]), f32([3, 2, 2, 3])]]
  },
  {
    text: " dilation",
    options: { dilation: 2 },
    python: "(1, 1), 'SAME', rhs_dilation=(2, 2)",
    cases: [[f32([1, 2, 6, 6]), f32([3, 2, 3, 3])]]
  },
  {
    text: " padding",
    options: { padding: [[1, 2], [0, 3]] },
    python: "(1, 1), [(1, 2), (0, 3)]",
    cases: [[f32([1, 2, 4, 4]), f32([3, 2, 3, 3])]]
  },
  {
    text: " groups",
    options: { groups: 2 },
    python: "(1, 1), 'SAME', feature_group_count=2",
    cases: [[f32([2, 4, 4, 3]), f32([6, 2, 3, 3])]]
  },
  {
    text: " depthwise",
    options: { groups: 3, strides: 2 },
    python: "(2, 2), 'SAME', feature_group_count=3",
    cases: [[f32([1, 3, 5, 5]), f32([3, 1, 3, 3])]]
  },
  { text: " 1d", options: { strides: 2 }, python: "(2,), 'SAME'", cases: [[f32([2, 3, 7]), f32([4, 3, 3])]] },
  {
    text: " 3d",
    options: { padding: "valid" },
    python: "(1, 1, 1), 'VALID'",
    cases: [[f32([1, 2, 3, 4, 3]), f32([2, 2, 2, 2, 2])]]
  },
  {
    text: " channelsLast",
    options: { layout: "channelsLast" },
    python: `(1, 1), 'SAME', ${last}`,
    cases: [
      [f32([2, 5, 4, 3]), f32([3, 3, 3, 4])],
      [f64([1, 4, 4, 2]), f64([2, 3, 2, 3])]
    ]
  },
  {
    text: " channelsLast strides",
    options: { layout: "channelsLast", strides: 2, groups: 2 },
    python: `(2, 2), 'SAME', feature_group_count=2, ${last}`,
    cases: [
      [f32([2, 5, 4, 4]), f32([3, 3, 2, 4])]
    ]
  }
]

const sums: Options = {
  // terms of either sign cancel
  tolerance: {
    float32: { rtol: 1e-5, atol: 5e-6 }
  },
  derivativeTolerance: {
    float32: { rtol: 1e-5, atol: 1e-5 }
  }
}

const images = [
  ...convolutions.map(({ cases, options, python, text }) =>
    entry(
      `conv${text}`,
      (x: X, w: X) => Nn.conv(x, w, options),
      `lax.conv_general_dilated(x, y, ${python})`,
      cases,
      sums
    )
  ),
  entry(
    "maxPool",
    (x: X) => Nn.maxPool(x, 2),
    "lax.reduce_window(x, -jnp.inf, lax.max, (1, 1, 2, 2), (1, 1, 2, 2), 'VALID')",
    [
      [f32([2, 2, 4, 6], distinct(0.2))],
      [f64([1, 1, 4, 4], distinct(0.2))]
    ],
    { derivatives: 1 }
  ),
  entry(
    "maxPool channelsLast",
    (x: X) => Nn.maxPool(x, 2, { layout: "channelsLast" }),
    "lax.reduce_window(x, -jnp.inf, lax.max, (1, 2, 2, 1), (1, 2, 2, 1), 'VALID')",
    [
      [f32([2, 4, 6, 2], distinct(0.2))]
    ],
    { derivatives: 1 }
  ),
  entry(
    "avgPool",
    (x: X) => Nn.avgPool(x, 3),
    "lax.reduce_window(x, 0., lax.add, (1, 1, 3, 3), (1, 1, 3, 3), 'VALID') / 9",
    [[f32([2, 2, 3, 6])]]
  ),
  entry(
    "avgPool channelsLast",
    (x: X) => Nn.avgPool(x, 2, { layout: "channelsLast" }),
    "lax.reduce_window(x, 0., lax.add, (1, 2, 2, 1), (1, 2, 2, 1), 'VALID') / 4",
    [
      [f32([1, 4, 2, 3])]
    ]
  )
]

const key = points("uint32", [7, 4294967295])

const sampled: Options = { derivatives: 0 }

const { initializers } = Nn

const initial = [
  entry("initializers.zeros", (k: X) => initializers.zeros(k, [2, 3]), "nn.initializers.zeros(x, (2, 3))", [[key]]),
  entry("initializers.ones", (k: X) => initializers.ones(k, [2, 3]), "nn.initializers.ones(x, (2, 3))", [[key]]),
  entry(
    "initializers.constant",
    (k: X) => initializers.constant(-1.5)(k, [2, 3]),
    "nn.initializers.constant(-1.5)(x, (2, 3), jnp.float32)",
    [[key]]
  ),
  entry(
    "initializers.uniform",
    (k: X) => initializers.uniform(0.3)(k, [2, 3]),
    "nn.initializers.uniform(0.3)(x, (2, 3), jnp.float32)",
    [[key]],
    sampled
  ),
  entry(
    "initializers.normal",
    (k: X) => initializers.normal(0.3)(k, [2, 3]),
    "nn.initializers.normal(0.3)(x, (2, 3), jnp.float32)",
    [[key]],
    sampled
  ),
  ...(["fanIn", "fanOut", "fanAverage"] as const).flatMap((mode) =>
    (["truncatedNormal", "normal", "uniform"] as const).map((distribution) =>
      entry(
        `initializers.varianceScaling ${mode} ${distribution}`,
        (k: X) => initializers.varianceScaling(2, mode, distribution)(k, [3, 4]),
        `nn.initializers.variance_scaling(2., '${
          mode.replace(/[A-Z]/, (c) => `_${c.toLowerCase()}`).replace("average", "avg")
        }', '${distribution.replace("N", "_n")}')(x, (3, 4), jnp.float32)`,
        [[key]],
        sampled
      )
    )
  ),
  ...(["glorotUniform", "glorotNormal", "heUniform", "heNormal", "lecunUniform", "lecunNormal"] as const).map((name) =>
    entry(
      `initializers.${name}`,
      (k: X) => initializers[name]()(k, [3, 3, 2, 4]),
      `nn.initializers.${name.replace(/[A-Z]/, (c) => `_${c.toLowerCase()}`)}()(x, (3, 3, 2, 4), jnp.float32)`,
      [[key]],
      sampled
    )
  ),
  entry(
    "initializers.heNormal axes",
    (k: X) => initializers.heNormal({ inAxis: 1, outAxis: 0 })(k, [4, 2, 3, 3], { dtype: "float64" }),
    "nn.initializers.he_normal(1, 0)(x, (4, 2, 3, 3), jnp.float64)",
    [[key]],
    sampled
  )
]

export const nn = [...activations, ...reductions, ...encodings, ...images, ...initial]
