/**
 * Quantiles, averages and covariances.
 */
import { Lax, type NdArray, Numpy as np } from "effax"
import { bf16, bool, distinct, f16, f32, f64, i32, i8, points, u8, whole, within } from "./inputs.ts"
import { entries, type Options } from "./operation.ts"

type X = NdArray.Any

const numpy = entries("Numpy")

const rows = points("float32", [1, NaN, -2, 4, NaN, NaN, NaN, NaN, 2, 3, -1, 0.5, 5, Infinity, 1, -1], [4, 4])
const shares = points("float32", [0, 0.25, 0.5, 0.9, 1])

const methods = ["linear", "lower", "higher", "midpoint", "nearest", "inverted_cdf"] as const

/** An element's position jumps where elements are equal, and second derivatives are 0. */
const order: Options = { derivatives: 1, specialDerivatives: false }

const quantiles = [
  ...methods.map((method) =>
    numpy(
      `quantile ${method}`,
      (x: X) => np.quantile(x, 0.3, { axis: 0, method }),
      `jnp.quantile(x, 0.3, axis=0, method="${method}")`,
      [
        [f32([5, 2], distinct())],
        [f32([1], distinct())],
        [f64([4], distinct())], // JAX has no inverted_cdf of half precision
        ...(method === "inverted_cdf" ? [] : [[bf16([6], distinct())]]),
        [i32([4])]
      ],
      order
    )
  ),
  ...methods.map((method) =>
    numpy(
      `nanquantile ${method}`,
      (x: X, q: X) => np.nanquantile(x, q, { axis: 1, method }),
      `jnp.nanquantile(x, y, axis=1, method="${method}")`,
      [[rows, shares]],
      { derivatives: 0 }
    )
  ),
  numpy("quantile list", (x: X, q: X) => np.quantile(x, q, { axis: -1 }), "jnp.quantile(x, y, axis=-1)", [
    [f32([2, 5], distinct()), f32([3], within(0, 1))],
    [rows, shares]
  ], order),
  numpy(
    "quantile axes",
    (x: X, q: X) => [np.quantile(x, q, { axis: [0, 2], keepdims: true }), np.quantile(x, q, { axis: [2, 0] })],
    "[jnp.quantile(x, y, axis=(0, 2), keepdims=True), jnp.quantile(x, y, axis=(2, 0))]",
    [[f32([2, 3, 4], distinct()), f32([2], within(0, 1))], [f32([2, 3, 4], distinct()), f32([], within(0, 1))]],
    order
  ),
  numpy("quantile all", (x: X) => np.quantile(x, 0.7, { keepdims: true }), "jnp.quantile(x, 0.7, keepdims=True)", [
    [f32([2, 3], distinct())],
    [f16([5], distinct())]
  ], order),
  ...(["quantile", "nanquantile"] as const).map((name) =>
    numpy(
      `${name} weights`,
      (x: X, w: X) => [
        np[name](x, [0.2, 0.5, 0.9], { axis: 1, method: "inverted_cdf", weights: w }),
        np[name](x, 0.4, { axis: 1, method: "inverted_cdf", weights: w, keepdims: true })
      ],
      `[jnp.${name}(x, jnp.array([.2, .5, .9], "float32"), axis=1, method="inverted_cdf", weights=y), jnp.${name}(x, 0.4, axis=1, method="inverted_cdf", weights=y, keepdims=True)]`,
      [
        [f32([3, 4], distinct()), f32([3, 4], within(0.1, 1))],
        [f32([3, 4], distinct()), f32([4], within(0.1, 1))],
        [f32([4, 4], distinct()), points("float32", [1, 0, 2, 1, 1, -1, 1, 1, NaN, 1, 1, 1, 0, 0, 0, 0], [4, 4])],
        [rows, f32([4, 4], within(0.1, 1))]
      ],
      { derivatives: 0 }
    )
  ),
  numpy("percentile", (x: X, q: X) => np.percentile(x, q, { axis: 0 }), "jnp.percentile(x, y, axis=0)", [
    [f32([5, 2], distinct()), f32([2], within(0, 100))],
    [f64([5], distinct()), f64([], within(0, 100))],
    [i8([4]), f32([2], within(0, 100))]
  ], order),
  numpy(
    "nanpercentile",
    (x: X) => np.nanpercentile(x, [10, 60], { axis: 1 }),
    "jnp.nanpercentile(x, jnp.array([10., 60.]), axis=1)",
    [
      [rows],
      [f32([2, 3], distinct())]
    ],
    { ...order, derivatives: 0 }
  ),
  numpy("median", (x: X) => np.median(x), "jnp.median(x)", [
    [f32([5], distinct())],
    [f32([2, 3, 4], distinct())],
    [f32([])],
    [bf16([4], distinct())],
    [u8([4])],
    [bool([3])],
    [rows]
  ], order),
  numpy("median axis", (x: X) => np.median(x, { axis: 1, keepdims: true }), "jnp.median(x, axis=1, keepdims=True)", [
    [f32([2, 3, 4], distinct())],
    [rows]
  ], order),
  numpy("nanmedian", (x: X) => np.nanmedian(x, { axis: -1 }), "jnp.nanmedian(x, axis=-1)", [
    [f32([2, 5], distinct())],
    [f64([4], distinct())],
    [rows]
  ], { ...order, derivatives: 0 })
]

const averages = [
  numpy(
    "ptp",
    (x: X) => [np.ptp(x), np.ptp(x, { axis: 0, keepdims: true })],
    "[jnp.ptp(x), jnp.ptp(x, axis=0, keepdims=True)]",
    [
      [f32([3, 4], distinct())],
      [f64([3], distinct())],
      [i32([2, 3])],
      [u8([4])],
      [rows]
    ],
    { derivatives: 1, specialDerivatives: false, numeric: false }
  ),
  numpy("average", (x: X) => np.average(x, { axis: 1 }), "jnp.average(x, axis=1)", [
    [f32([2, 3])],
    [f16([2, 3])],
    [i32([2, 3])]
  ]),
  numpy(
    "average weights",
    (x: X, w: X) => np.average(x, { axis: -1, weights: w, returned: true, keepdims: true }),
    "list(jnp.average(x, axis=-1, weights=y, returned=True, keepdims=True))",
    [
      [f32([2, 3]), f32([2, 3], within(0.5, 2))],
      [f32([2, 3]), f32([3], within(0.5, 2))],
      [i32([2, 3]), i32([3], whole(1, 4))],
      [f64([3]), f64([3], within(0.5, 2))]
    ]
  ),
  numpy(
    "average axes",
    (x: X, w: X) => [np.average(x, { axis: [2, 0], weights: w }), np.average(x)],
    "[jnp.average(x, axis=(2, 0), weights=y), jnp.average(x)]",
    [[f32([2, 3, 4]), f32([4, 2], within(0.5, 2))]]
  ),
  numpy(
    "average returned",
    (x: X) => np.average(x, { axis: 0, returned: true }),
    "list(jnp.average(x, axis=0, returned=True))",
    [
      [f32([2, 3])]
    ]
  ),
  numpy("cov", (x: X) => np.cov(x), "jnp.cov(x)", [
    [f32([3, 5])],
    [f32([6])],
    [f64([2, 4])],
    [i32([2, 4])],
    [f32([0, 3])],
    [f32([2, 0])]
  ]),
  numpy("cov two", (x: X, y: X) => np.cov(x, y, { bias: true }), "jnp.cov(x, y, bias=True)", [
    [f32([5]), f32([5])],
    [f32([2, 4]), f32([4])]
  ]),
  numpy(
    "cov columns",
    (x: X, y: X) => np.cov(x, y, { rowvar: false, ddof: 2 }),
    "jnp.cov(x, y, rowvar=False, ddof=2)",
    [
      [f32([5, 2]), f32([5, 1])]
    ]
  ),
  numpy(
    "cov weights",
    (x: X, f: X, a: X) => [
      np.cov(x, { fweights: f }),
      np.cov(x, { aweights: a }),
      np.cov(x, { fweights: f, aweights: a, ddof: 0 }),
      np.cov(x, { fweights: f, aweights: a })
    ],
    "[jnp.cov(x, fweights=y), jnp.cov(x, aweights=z), jnp.cov(x, fweights=y, aweights=z, ddof=0), jnp.cov(x, fweights=y, aweights=z)]",
    [[f32([2, 4]), i32([4], whole(1, 4)), f32([4], within(0.5, 2))]],
    { derivativeTolerance: { float32: { rtol: 1e-4, atol: 1e-4 } } }
  ),
  numpy(
    "cov complex",
    (x: X, y: X) => {
      const z = np.cov(Lax.complex(x, y))
      return [Lax.real(z), Lax.imag(z)]
    },
    "parts(jnp.cov(lax.complex(x, y)))",
    [[f32([2, 4]), f32([2, 4])]],
    { derivatives: 0 }
  ),
  numpy("corrcoef", (x: X) => np.corrcoef(x), "jnp.corrcoef(x)", [[f32([3, 5])], [f32([5])], [f64([2, 4])], [
    i32([2, 5])
  ]], {
    // diagonal elements are clipped at 1, where rounding decides on derivatives
    derivatives: 0
  }),
  numpy("corrcoef two", (x: X, y: X) => np.corrcoef(x, y, { rowvar: false }), "jnp.corrcoef(x, y, rowvar=False)", [
    [f32([5]), f32([5])],
    [f32([4, 2]), f32([4, 1])]
  ], { derivatives: 0 })
]

export const statistics = [...quantiles, ...averages]
