/**
 * Distributions: each function with its location and width, on values inside and outside of where the distribution is.
 */
import { type NdArray, Scipy } from "effax"
import { f32, f64, points, whole, within } from "./inputs.ts"
import { entries, type Options } from "./operation.ts"

type X = NdArray.Any

const stats = Scipy.stats

/**
 * Points where JAX differs are left out: infinities of Gumbel distributions, and logarithms of Cauchy's tails, which JAX rounds.
 * Values of exponentials, logarithms of gamma functions and their differences have larger errors.
 */
const tolerance: Options = {
  tolerance: { float32: { rtol: 2e-4, atol: 2e-5 }, float64: { rtol: 1e-10, atol: 1e-12 } },
  derivativeTolerance: { float32: { rtol: 2e-3, atol: 2e-3 }, float64: { rtol: 1e-8, atol: 1e-9 } },
  derivatives: 1,
  numeric: false
}

const plain = entries("Scipy.stats")
const entry: typeof plain = (name, f, jax, cases, options) => plain(name, f, jax, cases, { ...tolerance, ...options })

const norm = [
  entry("norm.logpdf", (x: X) => stats.norm.logpdf(x), "jax.scipy.stats.norm.logpdf(x)", [
    [f32([2, 3], within(-3, 3))],
    [f64([2, 3], within(-3, 3))]
  ]),
  entry(
    "norm.logpdf options",
    (x: X) => stats.norm.logpdf(x, { loc: 0.5, scale: 2 }),
    "jax.scipy.stats.norm.logpdf(x, loc=0.5, scale=2.)",
    [[f32([2, 3], within(-3, 3))]]
  ),
  entry("norm.logpdf at special values", (x: X) => stats.norm.logpdf(x), "jax.scipy.stats.norm.logpdf(x)", [[
    points("float32", [-Infinity, -10, 0, 0.5, 100, Infinity, NaN])
  ]], { derivatives: 0, signedZero: false }),
  entry("norm.pdf", (x: X) => stats.norm.pdf(x), "jax.scipy.stats.norm.pdf(x)", [[f32([2, 3], within(-3, 3))]]),
  entry(
    "norm.pdf options",
    (x: X) => stats.norm.pdf(x, { loc: 0.5, scale: 2 }),
    "jax.scipy.stats.norm.pdf(x, loc=0.5, scale=2.)",
    [[f32([2, 3], within(-3, 3))]]
  ),
  entry("norm.pdf at special values", (x: X) => stats.norm.pdf(x), "jax.scipy.stats.norm.pdf(x)", [[
    points("float32", [-Infinity, -10, 0, 0.5, 100, Infinity, NaN])
  ]], { derivatives: 0, signedZero: false }),
  entry("norm.cdf", (x: X) => stats.norm.cdf(x), "jax.scipy.stats.norm.cdf(x)", [[f32([2, 3], within(-3, 3))], [
    f64([2, 3], within(-3, 3))
  ]]),
  entry(
    "norm.cdf options",
    (x: X) => stats.norm.cdf(x, { loc: 0.5, scale: 2 }),
    "jax.scipy.stats.norm.cdf(x, loc=0.5, scale=2.)",
    [[f32([2, 3], within(-3, 3))]]
  ),
  entry("norm.cdf at special values", (x: X) => stats.norm.cdf(x), "jax.scipy.stats.norm.cdf(x)", [[
    points("float32", [-Infinity, -10, 0, 0.5, 100, Infinity, NaN])
  ]], { derivatives: 0, signedZero: false }),
  entry("norm.logcdf", (x: X) => stats.norm.logcdf(x), "jax.scipy.stats.norm.logcdf(x)", [[
    f32([2, 3], within(-3, 3))
  ]]),
  entry(
    "norm.logcdf options",
    (x: X) => stats.norm.logcdf(x, { loc: 0.5, scale: 2 }),
    "jax.scipy.stats.norm.logcdf(x, loc=0.5, scale=2.)",
    [[f32([2, 3], within(-3, 3))]]
  ),
  entry("norm.logcdf at special values", (x: X) => stats.norm.logcdf(x), "jax.scipy.stats.norm.logcdf(x)", [[
    points("float32", [-Infinity, -10, 0, 0.5, 100, Infinity, NaN])
  ]], { derivatives: 0, signedZero: false }),
  entry("norm.sf", (x: X) => stats.norm.sf(x), "jax.scipy.stats.norm.sf(x)", [[f32([2, 3], within(-3, 3))]]),
  entry(
    "norm.sf options",
    (x: X) => stats.norm.sf(x, { loc: 0.5, scale: 2 }),
    "jax.scipy.stats.norm.sf(x, loc=0.5, scale=2.)",
    [[f32([2, 3], within(-3, 3))]]
  ),
  entry("norm.sf at special values", (x: X) => stats.norm.sf(x), "jax.scipy.stats.norm.sf(x)", [[
    points("float32", [-Infinity, -10, 0, 0.5, 100, Infinity, NaN])
  ]], { derivatives: 0, signedZero: false }),
  entry("norm.logsf", (x: X) => stats.norm.logsf(x), "jax.scipy.stats.norm.logsf(x)", [[f32([2, 3], within(-3, 3))]]),
  entry(
    "norm.logsf options",
    (x: X) => stats.norm.logsf(x, { loc: 0.5, scale: 2 }),
    "jax.scipy.stats.norm.logsf(x, loc=0.5, scale=2.)",
    [[f32([2, 3], within(-3, 3))]]
  ),
  entry("norm.logsf at special values", (x: X) => stats.norm.logsf(x), "jax.scipy.stats.norm.logsf(x)", [[
    points("float32", [-Infinity, -10, 0, 0.5, 100, Infinity, NaN])
  ]], { derivatives: 0, signedZero: false }),
  entry("norm.ppf", (x: X) => stats.norm.ppf(x), "jax.scipy.stats.norm.ppf(x)", [[f32([2, 3], within(0.05, 0.95))]]),
  entry(
    "norm.ppf options",
    (x: X) => stats.norm.ppf(x, { loc: 0.5, scale: 2 }),
    "jax.scipy.stats.norm.ppf(x, loc=0.5, scale=2.)",
    [[f32([2, 3], within(0.05, 0.95))]]
  ),
  entry("norm.ppf at special values", (x: X) => stats.norm.ppf(x), "jax.scipy.stats.norm.ppf(x)", [[
    points("float32", [0, 1, -0.5, 1.5, NaN])
  ]], { derivatives: 0, signedZero: false }),
  entry("norm.isf", (x: X) => stats.norm.isf(x), "jax.scipy.stats.norm.isf(x)", [[f32([2, 3], within(0.05, 0.95))]]),
  entry(
    "norm.isf options",
    (x: X) => stats.norm.isf(x, { loc: 0.5, scale: 2 }),
    "jax.scipy.stats.norm.isf(x, loc=0.5, scale=2.)",
    [[f32([2, 3], within(0.05, 0.95))]]
  ),
  entry("norm.isf at special values", (x: X) => stats.norm.isf(x), "jax.scipy.stats.norm.isf(x)", [[
    points("float32", [0, 1, -0.5, 1.5, NaN])
  ]], { derivatives: 0, signedZero: false })
]

const uniform = [
  entry("uniform.logpdf", (x: X) => stats.uniform.logpdf(x), "jax.scipy.stats.uniform.logpdf(x)", [[
    f32([2, 3], within(-1, 3))
  ], [f64([2, 3], within(-1, 3))]]),
  entry(
    "uniform.logpdf options",
    (x: X) => stats.uniform.logpdf(x, { loc: 0.5, scale: 2 }),
    "jax.scipy.stats.uniform.logpdf(x, loc=0.5, scale=2.)",
    [[f32([2, 3], within(-1, 3))]]
  ),
  entry("uniform.logpdf at special values", (x: X) => stats.uniform.logpdf(x), "jax.scipy.stats.uniform.logpdf(x)", [[
    points("float32", [-Infinity, -10, 0, 0.5, 100, Infinity, NaN])
  ]], { derivatives: 0, signedZero: false }),
  entry("uniform.pdf", (x: X) => stats.uniform.pdf(x), "jax.scipy.stats.uniform.pdf(x)", [[
    f32([2, 3], within(-1, 3))
  ]]),
  entry(
    "uniform.pdf options",
    (x: X) => stats.uniform.pdf(x, { loc: 0.5, scale: 2 }),
    "jax.scipy.stats.uniform.pdf(x, loc=0.5, scale=2.)",
    [[f32([2, 3], within(-1, 3))]]
  ),
  entry("uniform.pdf at special values", (x: X) => stats.uniform.pdf(x), "jax.scipy.stats.uniform.pdf(x)", [[
    points("float32", [-Infinity, -10, 0, 0.5, 100, Infinity, NaN])
  ]], { derivatives: 0, signedZero: false }),
  entry("uniform.cdf", (x: X) => stats.uniform.cdf(x), "jax.scipy.stats.uniform.cdf(x)", [
    [f32([2, 3], within(-1, 3))],
    [f64([2, 3], within(-1, 3))]
  ]),
  entry(
    "uniform.cdf options",
    (x: X) => stats.uniform.cdf(x, { loc: 0.5, scale: 2 }),
    "jax.scipy.stats.uniform.cdf(x, loc=0.5, scale=2.)",
    [[f32([2, 3], within(-1, 3))]]
  ),
  entry("uniform.cdf at special values", (x: X) => stats.uniform.cdf(x), "jax.scipy.stats.uniform.cdf(x)", [[
    points("float32", [-Infinity, -10, 0, 0.5, 100, Infinity, NaN])
  ]], { derivatives: 0, signedZero: false }),
  entry("uniform.ppf", (x: X) => stats.uniform.ppf(x), "jax.scipy.stats.uniform.ppf(x)", [[
    f32([2, 3], within(0.05, 0.95))
  ]]),
  entry(
    "uniform.ppf options",
    (x: X) => stats.uniform.ppf(x, { loc: 0.5, scale: 2 }),
    "jax.scipy.stats.uniform.ppf(x, loc=0.5, scale=2.)",
    [[f32([2, 3], within(0.05, 0.95))]]
  ),
  entry("uniform.ppf at special values", (x: X) => stats.uniform.ppf(x), "jax.scipy.stats.uniform.ppf(x)", [[
    points("float32", [0, 1, -0.5, 1.5, NaN])
  ]], { derivatives: 0, signedZero: false })
]

const expon = [
  entry("expon.logpdf", (x: X) => stats.expon.logpdf(x), "jax.scipy.stats.expon.logpdf(x)", [[
    f32([2, 3], within(-1, 4))
  ], [f64([2, 3], within(-1, 4))]]),
  entry(
    "expon.logpdf options",
    (x: X) => stats.expon.logpdf(x, { loc: 0.5, scale: 2 }),
    "jax.scipy.stats.expon.logpdf(x, loc=0.5, scale=2.)",
    [[f32([2, 3], within(-1, 4))]]
  ),
  entry("expon.logpdf at special values", (x: X) => stats.expon.logpdf(x), "jax.scipy.stats.expon.logpdf(x)", [[
    points("float32", [-Infinity, -10, 0, 0.5, 100, Infinity, NaN])
  ]], { derivatives: 0, signedZero: false }),
  entry("expon.pdf", (x: X) => stats.expon.pdf(x), "jax.scipy.stats.expon.pdf(x)", [[f32([2, 3], within(-1, 4))]]),
  entry(
    "expon.pdf options",
    (x: X) => stats.expon.pdf(x, { loc: 0.5, scale: 2 }),
    "jax.scipy.stats.expon.pdf(x, loc=0.5, scale=2.)",
    [[f32([2, 3], within(-1, 4))]]
  ),
  entry("expon.pdf at special values", (x: X) => stats.expon.pdf(x), "jax.scipy.stats.expon.pdf(x)", [[
    points("float32", [-Infinity, -10, 0, 0.5, 100, Infinity, NaN])
  ]], { derivatives: 0, signedZero: false }),
  entry("expon.cdf", (x: X) => stats.expon.cdf(x), "jax.scipy.stats.expon.cdf(x)", [[f32([2, 3], within(-1, 4))], [
    f64([2, 3], within(-1, 4))
  ]]),
  entry(
    "expon.cdf options",
    (x: X) => stats.expon.cdf(x, { loc: 0.5, scale: 2 }),
    "jax.scipy.stats.expon.cdf(x, loc=0.5, scale=2.)",
    [[f32([2, 3], within(-1, 4))]]
  ),
  entry("expon.cdf at special values", (x: X) => stats.expon.cdf(x), "jax.scipy.stats.expon.cdf(x)", [[
    points("float32", [-Infinity, -10, 0, 0.5, 100, Infinity, NaN])
  ]], { derivatives: 0, signedZero: false }),
  entry("expon.logsf", (x: X) => stats.expon.logsf(x), "jax.scipy.stats.expon.logsf(x)", [[
    f32([2, 3], within(-1, 4))
  ]]),
  entry(
    "expon.logsf options",
    (x: X) => stats.expon.logsf(x, { loc: 0.5, scale: 2 }),
    "jax.scipy.stats.expon.logsf(x, loc=0.5, scale=2.)",
    [[f32([2, 3], within(-1, 4))]]
  ),
  entry("expon.logsf at special values", (x: X) => stats.expon.logsf(x), "jax.scipy.stats.expon.logsf(x)", [[
    points("float32", [-Infinity, -10, 0, 0.5, 100, Infinity, NaN])
  ]], { derivatives: 0, signedZero: false }),
  entry("expon.sf", (x: X) => stats.expon.sf(x), "jax.scipy.stats.expon.sf(x)", [[f32([2, 3], within(-1, 4))]]),
  entry(
    "expon.sf options",
    (x: X) => stats.expon.sf(x, { loc: 0.5, scale: 2 }),
    "jax.scipy.stats.expon.sf(x, loc=0.5, scale=2.)",
    [[f32([2, 3], within(-1, 4))]]
  ),
  entry("expon.sf at special values", (x: X) => stats.expon.sf(x), "jax.scipy.stats.expon.sf(x)", [[
    points("float32", [-Infinity, -10, 0, 0.5, 100, Infinity, NaN])
  ]], { derivatives: 0, signedZero: false }),
  entry("expon.logcdf", (x: X) => stats.expon.logcdf(x), "jax.scipy.stats.expon.logcdf(x)", [[
    f32([2, 3], within(-1, 4))
  ]]),
  entry(
    "expon.logcdf options",
    (x: X) => stats.expon.logcdf(x, { loc: 0.5, scale: 2 }),
    "jax.scipy.stats.expon.logcdf(x, loc=0.5, scale=2.)",
    [[f32([2, 3], within(-1, 4))]]
  ),
  entry("expon.logcdf at special values", (x: X) => stats.expon.logcdf(x), "jax.scipy.stats.expon.logcdf(x)", [[
    points("float32", [-Infinity, -10, 0, 0.5, 100, Infinity, NaN])
  ]], { derivatives: 0, signedZero: false }),
  entry("expon.ppf", (x: X) => stats.expon.ppf(x), "jax.scipy.stats.expon.ppf(x)", [[f32([2, 3], within(0.05, 0.95))]]),
  entry(
    "expon.ppf options",
    (x: X) => stats.expon.ppf(x, { loc: 0.5, scale: 2 }),
    "jax.scipy.stats.expon.ppf(x, loc=0.5, scale=2.)",
    [[f32([2, 3], within(0.05, 0.95))]]
  ),
  entry("expon.ppf at special values", (x: X) => stats.expon.ppf(x), "jax.scipy.stats.expon.ppf(x)", [[
    points("float32", [0, 1, -0.5, 1.5, NaN])
  ]], { derivatives: 0, signedZero: false })
]

const laplace = [
  entry("laplace.logpdf", (x: X) => stats.laplace.logpdf(x), "jax.scipy.stats.laplace.logpdf(x)", [[
    f32([2, 3], within(-3, 3))
  ], [f64([2, 3], within(-3, 3))]]),
  entry(
    "laplace.logpdf options",
    (x: X) => stats.laplace.logpdf(x, { loc: 0.5, scale: 2 }),
    "jax.scipy.stats.laplace.logpdf(x, loc=0.5, scale=2.)",
    [[f32([2, 3], within(-3, 3))]]
  ),
  entry("laplace.logpdf at special values", (x: X) => stats.laplace.logpdf(x), "jax.scipy.stats.laplace.logpdf(x)", [[
    points("float32", [-Infinity, -10, 0, 0.5, 100, Infinity, NaN])
  ]], { derivatives: 0, signedZero: false }),
  entry("laplace.pdf", (x: X) => stats.laplace.pdf(x), "jax.scipy.stats.laplace.pdf(x)", [[
    f32([2, 3], within(-3, 3))
  ]]),
  entry(
    "laplace.pdf options",
    (x: X) => stats.laplace.pdf(x, { loc: 0.5, scale: 2 }),
    "jax.scipy.stats.laplace.pdf(x, loc=0.5, scale=2.)",
    [[f32([2, 3], within(-3, 3))]]
  ),
  entry("laplace.pdf at special values", (x: X) => stats.laplace.pdf(x), "jax.scipy.stats.laplace.pdf(x)", [[
    points("float32", [-Infinity, -10, 0, 0.5, 100, Infinity, NaN])
  ]], { derivatives: 0, signedZero: false }),
  entry("laplace.cdf", (x: X) => stats.laplace.cdf(x), "jax.scipy.stats.laplace.cdf(x)", [
    [f32([2, 3], within(-3, 3))],
    [f64([2, 3], within(-3, 3))]
  ]),
  entry(
    "laplace.cdf options",
    (x: X) => stats.laplace.cdf(x, { loc: 0.5, scale: 2 }),
    "jax.scipy.stats.laplace.cdf(x, loc=0.5, scale=2.)",
    [[f32([2, 3], within(-3, 3))]]
  ),
  entry("laplace.cdf at special values", (x: X) => stats.laplace.cdf(x), "jax.scipy.stats.laplace.cdf(x)", [[
    points("float32", [-Infinity, -10, 0, 0.5, 100, Infinity, NaN])
  ]], { derivatives: 0, signedZero: false })
]

const logistic = [
  entry("logistic.logpdf", (x: X) => stats.logistic.logpdf(x), "jax.scipy.stats.logistic.logpdf(x)", [[
    f32([2, 3], within(-3, 3))
  ], [f64([2, 3], within(-3, 3))]]),
  entry(
    "logistic.logpdf options",
    (x: X) => stats.logistic.logpdf(x, { loc: 0.5, scale: 2 }),
    "jax.scipy.stats.logistic.logpdf(x, loc=0.5, scale=2.)",
    [[f32([2, 3], within(-3, 3))]]
  ),
  entry("logistic.logpdf at special values", (x: X) => stats.logistic.logpdf(x), "jax.scipy.stats.logistic.logpdf(x)", [
    [points("float32", [-Infinity, -10, 0, 0.5, 100, Infinity, NaN])]
  ], { derivatives: 0, signedZero: false }),
  entry("logistic.pdf", (x: X) => stats.logistic.pdf(x), "jax.scipy.stats.logistic.pdf(x)", [[
    f32([2, 3], within(-3, 3))
  ]]),
  entry(
    "logistic.pdf options",
    (x: X) => stats.logistic.pdf(x, { loc: 0.5, scale: 2 }),
    "jax.scipy.stats.logistic.pdf(x, loc=0.5, scale=2.)",
    [[f32([2, 3], within(-3, 3))]]
  ),
  entry("logistic.pdf at special values", (x: X) => stats.logistic.pdf(x), "jax.scipy.stats.logistic.pdf(x)", [[
    points("float32", [-Infinity, -10, 0, 0.5, 100, Infinity, NaN])
  ]], { derivatives: 0, signedZero: false }),
  entry("logistic.cdf", (x: X) => stats.logistic.cdf(x), "jax.scipy.stats.logistic.cdf(x)", [[
    f32([2, 3], within(-3, 3))
  ], [f64([2, 3], within(-3, 3))]]),
  entry(
    "logistic.cdf options",
    (x: X) => stats.logistic.cdf(x, { loc: 0.5, scale: 2 }),
    "jax.scipy.stats.logistic.cdf(x, loc=0.5, scale=2.)",
    [[f32([2, 3], within(-3, 3))]]
  ),
  entry("logistic.cdf at special values", (x: X) => stats.logistic.cdf(x), "jax.scipy.stats.logistic.cdf(x)", [[
    points("float32", [-Infinity, -10, 0, 0.5, 100, Infinity, NaN])
  ]], { derivatives: 0, signedZero: false }),
  entry("logistic.sf", (x: X) => stats.logistic.sf(x), "jax.scipy.stats.logistic.sf(x)", [[
    f32([2, 3], within(-3, 3))
  ]]),
  entry(
    "logistic.sf options",
    (x: X) => stats.logistic.sf(x, { loc: 0.5, scale: 2 }),
    "jax.scipy.stats.logistic.sf(x, loc=0.5, scale=2.)",
    [[f32([2, 3], within(-3, 3))]]
  ),
  entry("logistic.sf at special values", (x: X) => stats.logistic.sf(x), "jax.scipy.stats.logistic.sf(x)", [[
    points("float32", [-Infinity, -10, 0, 0.5, 100, Infinity, NaN])
  ]], { derivatives: 0, signedZero: false }),
  entry("logistic.ppf", (x: X) => stats.logistic.ppf(x), "jax.scipy.stats.logistic.ppf(x)", [[
    f32([2, 3], within(0.05, 0.95))
  ]]),
  entry(
    "logistic.ppf options",
    (x: X) => stats.logistic.ppf(x, { loc: 0.5, scale: 2 }),
    "jax.scipy.stats.logistic.ppf(x, loc=0.5, scale=2.)",
    [[f32([2, 3], within(0.05, 0.95))]]
  ),
  entry("logistic.ppf at special values", (x: X) => stats.logistic.ppf(x), "jax.scipy.stats.logistic.ppf(x)", [[
    points("float32", [0, 1, -0.5, 1.5, NaN])
  ]], { derivatives: 0, signedZero: false }),
  entry("logistic.isf", (x: X) => stats.logistic.isf(x), "jax.scipy.stats.logistic.isf(x)", [[
    f32([2, 3], within(0.05, 0.95))
  ]]),
  entry(
    "logistic.isf options",
    (x: X) => stats.logistic.isf(x, { loc: 0.5, scale: 2 }),
    "jax.scipy.stats.logistic.isf(x, loc=0.5, scale=2.)",
    [[f32([2, 3], within(0.05, 0.95))]]
  ),
  entry("logistic.isf at special values", (x: X) => stats.logistic.isf(x), "jax.scipy.stats.logistic.isf(x)", [[
    points("float32", [0, 1, -0.5, 1.5, NaN])
  ]], { derivatives: 0, signedZero: false })
]

const cauchy = [
  entry("cauchy.logpdf", (x: X) => stats.cauchy.logpdf(x), "jax.scipy.stats.cauchy.logpdf(x)", [[
    f32([2, 3], within(-3, 3))
  ], [f64([2, 3], within(-3, 3))]]),
  entry(
    "cauchy.logpdf options",
    (x: X) => stats.cauchy.logpdf(x, { loc: 0.5, scale: 2 }),
    "jax.scipy.stats.cauchy.logpdf(x, loc=0.5, scale=2.)",
    [[f32([2, 3], within(-3, 3))]]
  ),
  entry("cauchy.logpdf at special values", (x: X) => stats.cauchy.logpdf(x), "jax.scipy.stats.cauchy.logpdf(x)", [[
    points("float32", [-Infinity, -10, 0, 0.5, 100, Infinity, NaN])
  ]], { derivatives: 0, signedZero: false }),
  entry("cauchy.pdf", (x: X) => stats.cauchy.pdf(x), "jax.scipy.stats.cauchy.pdf(x)", [[f32([2, 3], within(-3, 3))]]),
  entry(
    "cauchy.pdf options",
    (x: X) => stats.cauchy.pdf(x, { loc: 0.5, scale: 2 }),
    "jax.scipy.stats.cauchy.pdf(x, loc=0.5, scale=2.)",
    [[f32([2, 3], within(-3, 3))]]
  ),
  entry("cauchy.pdf at special values", (x: X) => stats.cauchy.pdf(x), "jax.scipy.stats.cauchy.pdf(x)", [[
    points("float32", [-Infinity, -10, 0, 0.5, 100, Infinity, NaN])
  ]], { derivatives: 0, signedZero: false }),
  entry("cauchy.cdf", (x: X) => stats.cauchy.cdf(x), "jax.scipy.stats.cauchy.cdf(x)", [[f32([2, 3], within(-3, 3))], [
    f64([2, 3], within(-3, 3))
  ]]),
  entry(
    "cauchy.cdf options",
    (x: X) => stats.cauchy.cdf(x, { loc: 0.5, scale: 2 }),
    "jax.scipy.stats.cauchy.cdf(x, loc=0.5, scale=2.)",
    [[f32([2, 3], within(-3, 3))]]
  ),
  entry("cauchy.cdf at special values", (x: X) => stats.cauchy.cdf(x), "jax.scipy.stats.cauchy.cdf(x)", [[
    points("float32", [-Infinity, -10, 0, 0.5, 100, Infinity, NaN])
  ]], { derivatives: 0, signedZero: false }),
  entry("cauchy.logcdf", (x: X) => stats.cauchy.logcdf(x), "jax.scipy.stats.cauchy.logcdf(x)", [[
    f32([2, 3], within(-3, 3))
  ]]),
  entry(
    "cauchy.logcdf options",
    (x: X) => stats.cauchy.logcdf(x, { loc: 0.5, scale: 2 }),
    "jax.scipy.stats.cauchy.logcdf(x, loc=0.5, scale=2.)",
    [[f32([2, 3], within(-3, 3))]]
  ),
  entry("cauchy.logcdf at special values", (x: X) => stats.cauchy.logcdf(x), "jax.scipy.stats.cauchy.logcdf(x)", [[
    points("float32", [-10, 0, 0.5, 100, NaN])
  ]], { derivatives: 0, signedZero: false }),
  entry("cauchy.sf", (x: X) => stats.cauchy.sf(x), "jax.scipy.stats.cauchy.sf(x)", [[f32([2, 3], within(-3, 3))]]),
  entry(
    "cauchy.sf options",
    (x: X) => stats.cauchy.sf(x, { loc: 0.5, scale: 2 }),
    "jax.scipy.stats.cauchy.sf(x, loc=0.5, scale=2.)",
    [[f32([2, 3], within(-3, 3))]]
  ),
  entry("cauchy.sf at special values", (x: X) => stats.cauchy.sf(x), "jax.scipy.stats.cauchy.sf(x)", [[
    points("float32", [-Infinity, -10, 0, 0.5, 100, Infinity, NaN])
  ]], { derivatives: 0, signedZero: false }),
  entry("cauchy.logsf", (x: X) => stats.cauchy.logsf(x), "jax.scipy.stats.cauchy.logsf(x)", [[
    f32([2, 3], within(-3, 3))
  ]]),
  entry(
    "cauchy.logsf options",
    (x: X) => stats.cauchy.logsf(x, { loc: 0.5, scale: 2 }),
    "jax.scipy.stats.cauchy.logsf(x, loc=0.5, scale=2.)",
    [[f32([2, 3], within(-3, 3))]]
  ),
  entry("cauchy.logsf at special values", (x: X) => stats.cauchy.logsf(x), "jax.scipy.stats.cauchy.logsf(x)", [[
    points("float32", [-10, 0, 0.5, 100, NaN])
  ]], { derivatives: 0, signedZero: false }),
  entry("cauchy.ppf", (x: X) => stats.cauchy.ppf(x), "jax.scipy.stats.cauchy.ppf(x)", [[
    f32([2, 3], within(0.05, 0.95))
  ]]),
  entry(
    "cauchy.ppf options",
    (x: X) => stats.cauchy.ppf(x, { loc: 0.5, scale: 2 }),
    "jax.scipy.stats.cauchy.ppf(x, loc=0.5, scale=2.)",
    [[f32([2, 3], within(0.05, 0.95))]]
  ),
  entry("cauchy.ppf at special values", (x: X) => stats.cauchy.ppf(x), "jax.scipy.stats.cauchy.ppf(x)", [[
    points("float32", [0, 1, -0.5, 1.5, NaN])
  ]], { derivatives: 0, signedZero: false }),
  entry("cauchy.isf", (x: X) => stats.cauchy.isf(x), "jax.scipy.stats.cauchy.isf(x)", [[
    f32([2, 3], within(0.05, 0.95))
  ]]),
  entry(
    "cauchy.isf options",
    (x: X) => stats.cauchy.isf(x, { loc: 0.5, scale: 2 }),
    "jax.scipy.stats.cauchy.isf(x, loc=0.5, scale=2.)",
    [[f32([2, 3], within(0.05, 0.95))]]
  ),
  entry("cauchy.isf at special values", (x: X) => stats.cauchy.isf(x), "jax.scipy.stats.cauchy.isf(x)", [[
    points("float32", [0, 1, -0.5, 1.5, NaN])
  ]], { derivatives: 0, signedZero: false })
]

const gumbelL = [
  entry("gumbelL.logpdf", (x: X) => stats.gumbelL.logpdf(x), "jax.scipy.stats.gumbel_l.logpdf(x)", [[
    f32([2, 3], within(-3, 2))
  ], [f64([2, 3], within(-3, 2))]]),
  entry(
    "gumbelL.logpdf options",
    (x: X) => stats.gumbelL.logpdf(x, { loc: 0.5, scale: 2 }),
    "jax.scipy.stats.gumbel_l.logpdf(x, loc=0.5, scale=2.)",
    [[f32([2, 3], within(-3, 2))]]
  ),
  entry("gumbelL.logpdf at special values", (x: X) => stats.gumbelL.logpdf(x), "jax.scipy.stats.gumbel_l.logpdf(x)", [[
    points("float32", [-3, 0, 0.5, 3, NaN])
  ]], { derivatives: 0, signedZero: false }),
  entry("gumbelL.pdf", (x: X) => stats.gumbelL.pdf(x), "jax.scipy.stats.gumbel_l.pdf(x)", [[
    f32([2, 3], within(-3, 2))
  ]]),
  entry(
    "gumbelL.pdf options",
    (x: X) => stats.gumbelL.pdf(x, { loc: 0.5, scale: 2 }),
    "jax.scipy.stats.gumbel_l.pdf(x, loc=0.5, scale=2.)",
    [[f32([2, 3], within(-3, 2))]]
  ),
  entry("gumbelL.pdf at special values", (x: X) => stats.gumbelL.pdf(x), "jax.scipy.stats.gumbel_l.pdf(x)", [[
    points("float32", [-3, 0, 0.5, 3, NaN])
  ]], { derivatives: 0, signedZero: false }),
  entry("gumbelL.logcdf", (x: X) => stats.gumbelL.logcdf(x), "jax.scipy.stats.gumbel_l.logcdf(x)", [[
    f32([2, 3], within(-3, 2))
  ]]),
  entry(
    "gumbelL.logcdf options",
    (x: X) => stats.gumbelL.logcdf(x, { loc: 0.5, scale: 2 }),
    "jax.scipy.stats.gumbel_l.logcdf(x, loc=0.5, scale=2.)",
    [[f32([2, 3], within(-3, 2))]]
  ),
  entry("gumbelL.logcdf at special values", (x: X) => stats.gumbelL.logcdf(x), "jax.scipy.stats.gumbel_l.logcdf(x)", [[
    points("float32", [-3, 0, 0.5, 3, NaN])
  ]], { derivatives: 0, signedZero: false }),
  entry("gumbelL.cdf", (x: X) => stats.gumbelL.cdf(x), "jax.scipy.stats.gumbel_l.cdf(x)", [
    [f32([2, 3], within(-3, 2))],
    [f64([2, 3], within(-3, 2))]
  ]),
  entry(
    "gumbelL.cdf options",
    (x: X) => stats.gumbelL.cdf(x, { loc: 0.5, scale: 2 }),
    "jax.scipy.stats.gumbel_l.cdf(x, loc=0.5, scale=2.)",
    [[f32([2, 3], within(-3, 2))]]
  ),
  entry("gumbelL.cdf at special values", (x: X) => stats.gumbelL.cdf(x), "jax.scipy.stats.gumbel_l.cdf(x)", [[
    points("float32", [-3, 0, 0.5, 3, NaN])
  ]], { derivatives: 0, signedZero: false }),
  entry("gumbelL.logsf", (x: X) => stats.gumbelL.logsf(x), "jax.scipy.stats.gumbel_l.logsf(x)", [[
    f32([2, 3], within(-3, 2))
  ]]),
  entry(
    "gumbelL.logsf options",
    (x: X) => stats.gumbelL.logsf(x, { loc: 0.5, scale: 2 }),
    "jax.scipy.stats.gumbel_l.logsf(x, loc=0.5, scale=2.)",
    [[f32([2, 3], within(-3, 2))]]
  ),
  entry("gumbelL.logsf at special values", (x: X) => stats.gumbelL.logsf(x), "jax.scipy.stats.gumbel_l.logsf(x)", [[
    points("float32", [-3, 0, 0.5, 3, NaN])
  ]], { derivatives: 0, signedZero: false }),
  entry("gumbelL.sf", (x: X) => stats.gumbelL.sf(x), "jax.scipy.stats.gumbel_l.sf(x)", [[f32([2, 3], within(-3, 2))]]),
  entry(
    "gumbelL.sf options",
    (x: X) => stats.gumbelL.sf(x, { loc: 0.5, scale: 2 }),
    "jax.scipy.stats.gumbel_l.sf(x, loc=0.5, scale=2.)",
    [[f32([2, 3], within(-3, 2))]]
  ),
  entry("gumbelL.sf at special values", (x: X) => stats.gumbelL.sf(x), "jax.scipy.stats.gumbel_l.sf(x)", [[
    points("float32", [-3, 0, 0.5, 3, NaN])
  ]], { derivatives: 0, signedZero: false }),
  entry("gumbelL.ppf", (x: X) => stats.gumbelL.ppf(x), "jax.scipy.stats.gumbel_l.ppf(x)", [[
    f32([2, 3], within(0.05, 0.95))
  ]], { derivatives: 0 }),
  entry(
    "gumbelL.ppf options",
    (x: X) => stats.gumbelL.ppf(x, { loc: 0.5, scale: 2 }),
    "jax.scipy.stats.gumbel_l.ppf(x, loc=0.5, scale=2.)",
    [[f32([2, 3], within(0.05, 0.95))]],
    { derivatives: 0 }
  ),
  entry("gumbelL.ppf at special values", (x: X) => stats.gumbelL.ppf(x), "jax.scipy.stats.gumbel_l.ppf(x)", [[
    points("float32", [0, 1, -0.5, 1.5, NaN])
  ]], { derivatives: 0, signedZero: false })
]

const gumbelR = [
  entry("gumbelR.logpdf", (x: X) => stats.gumbelR.logpdf(x), "jax.scipy.stats.gumbel_r.logpdf(x)", [[
    f32([2, 3], within(-2, 4))
  ], [f64([2, 3], within(-2, 4))]]),
  entry(
    "gumbelR.logpdf options",
    (x: X) => stats.gumbelR.logpdf(x, { loc: 0.5, scale: 2 }),
    "jax.scipy.stats.gumbel_r.logpdf(x, loc=0.5, scale=2.)",
    [[f32([2, 3], within(-2, 4))]]
  ),
  entry("gumbelR.logpdf at special values", (x: X) => stats.gumbelR.logpdf(x), "jax.scipy.stats.gumbel_r.logpdf(x)", [[
    points("float32", [-3, 0, 0.5, 3, NaN])
  ]], { derivatives: 0, signedZero: false }),
  entry("gumbelR.pdf", (x: X) => stats.gumbelR.pdf(x), "jax.scipy.stats.gumbel_r.pdf(x)", [[
    f32([2, 3], within(-2, 4))
  ]]),
  entry(
    "gumbelR.pdf options",
    (x: X) => stats.gumbelR.pdf(x, { loc: 0.5, scale: 2 }),
    "jax.scipy.stats.gumbel_r.pdf(x, loc=0.5, scale=2.)",
    [[f32([2, 3], within(-2, 4))]]
  ),
  entry("gumbelR.pdf at special values", (x: X) => stats.gumbelR.pdf(x), "jax.scipy.stats.gumbel_r.pdf(x)", [[
    points("float32", [-3, 0, 0.5, 3, NaN])
  ]], { derivatives: 0, signedZero: false }),
  entry("gumbelR.logcdf", (x: X) => stats.gumbelR.logcdf(x), "jax.scipy.stats.gumbel_r.logcdf(x)", [[
    f32([2, 3], within(-2, 4))
  ]]),
  entry(
    "gumbelR.logcdf options",
    (x: X) => stats.gumbelR.logcdf(x, { loc: 0.5, scale: 2 }),
    "jax.scipy.stats.gumbel_r.logcdf(x, loc=0.5, scale=2.)",
    [[f32([2, 3], within(-2, 4))]]
  ),
  entry("gumbelR.logcdf at special values", (x: X) => stats.gumbelR.logcdf(x), "jax.scipy.stats.gumbel_r.logcdf(x)", [[
    points("float32", [-3, 0, 0.5, 3, NaN])
  ]], { derivatives: 0, signedZero: false }),
  entry("gumbelR.cdf", (x: X) => stats.gumbelR.cdf(x), "jax.scipy.stats.gumbel_r.cdf(x)", [
    [f32([2, 3], within(-2, 4))],
    [f64([2, 3], within(-2, 4))]
  ]),
  entry(
    "gumbelR.cdf options",
    (x: X) => stats.gumbelR.cdf(x, { loc: 0.5, scale: 2 }),
    "jax.scipy.stats.gumbel_r.cdf(x, loc=0.5, scale=2.)",
    [[f32([2, 3], within(-2, 4))]]
  ),
  entry("gumbelR.cdf at special values", (x: X) => stats.gumbelR.cdf(x), "jax.scipy.stats.gumbel_r.cdf(x)", [[
    points("float32", [-3, 0, 0.5, 3, NaN])
  ]], { derivatives: 0, signedZero: false }),
  entry("gumbelR.sf", (x: X) => stats.gumbelR.sf(x), "jax.scipy.stats.gumbel_r.sf(x)", [[f32([2, 3], within(-2, 4))]]),
  entry(
    "gumbelR.sf options",
    (x: X) => stats.gumbelR.sf(x, { loc: 0.5, scale: 2 }),
    "jax.scipy.stats.gumbel_r.sf(x, loc=0.5, scale=2.)",
    [[f32([2, 3], within(-2, 4))]]
  ),
  entry("gumbelR.sf at special values", (x: X) => stats.gumbelR.sf(x), "jax.scipy.stats.gumbel_r.sf(x)", [[
    points("float32", [-3, 0, 0.5, 3, NaN])
  ]], { derivatives: 0, signedZero: false }),
  entry("gumbelR.logsf", (x: X) => stats.gumbelR.logsf(x), "jax.scipy.stats.gumbel_r.logsf(x)", [[
    f32([2, 3], within(-2, 4))
  ]]),
  entry(
    "gumbelR.logsf options",
    (x: X) => stats.gumbelR.logsf(x, { loc: 0.5, scale: 2 }),
    "jax.scipy.stats.gumbel_r.logsf(x, loc=0.5, scale=2.)",
    [[f32([2, 3], within(-2, 4))]]
  ),
  entry("gumbelR.logsf at special values", (x: X) => stats.gumbelR.logsf(x), "jax.scipy.stats.gumbel_r.logsf(x)", [[
    points("float32", [-3, 0, 0.5, 3, NaN])
  ]], { derivatives: 0, signedZero: false }),
  entry("gumbelR.ppf", (x: X) => stats.gumbelR.ppf(x), "jax.scipy.stats.gumbel_r.ppf(x)", [[
    f32([2, 3], within(0.05, 0.95))
  ]], { derivatives: 0 }),
  entry(
    "gumbelR.ppf options",
    (x: X) => stats.gumbelR.ppf(x, { loc: 0.5, scale: 2 }),
    "jax.scipy.stats.gumbel_r.ppf(x, loc=0.5, scale=2.)",
    [[f32([2, 3], within(0.05, 0.95))]],
    { derivatives: 0 }
  ),
  entry("gumbelR.ppf at special values", (x: X) => stats.gumbelR.ppf(x), "jax.scipy.stats.gumbel_r.ppf(x)", [[
    points("float32", [0, 1, -0.5, 1.5, NaN])
  ]], { derivatives: 0, signedZero: false })
]

const gamma = [
  entry("gamma.logpdf", (x: X, y: X) => stats.gamma.logpdf(x, y), "jax.scipy.stats.gamma.logpdf(x, y)", [[
    f32([2, 3], within(0.6, 5)),
    f32([2, 3], within(0.5, 3))
  ], [f64([2, 3], within(0.6, 5)), f64([2, 3], within(0.5, 3))]]),
  entry(
    "gamma.logpdf options",
    (x: X, y: X) => stats.gamma.logpdf(x, y, { loc: 0.5, scale: 2 }),
    "jax.scipy.stats.gamma.logpdf(x, y, loc=0.5, scale=2.)",
    [[f32([2, 3], within(0.6, 5)), f32([2, 3], within(0.5, 3))]]
  ),
  entry("gamma.pdf", (x: X, y: X) => stats.gamma.pdf(x, y), "jax.scipy.stats.gamma.pdf(x, y)", [[
    f32([2, 3], within(0.6, 5)),
    f32([2, 3], within(0.5, 3))
  ]]),
  entry(
    "gamma.pdf options",
    (x: X, y: X) => stats.gamma.pdf(x, y, { loc: 0.5, scale: 2 }),
    "jax.scipy.stats.gamma.pdf(x, y, loc=0.5, scale=2.)",
    [[f32([2, 3], within(0.6, 5)), f32([2, 3], within(0.5, 3))]]
  ),
  entry("gamma.cdf", (x: X, y: X) => stats.gamma.cdf(x, y), "jax.scipy.stats.gamma.cdf(x, y)", [[
    f32([2, 3], within(0.6, 5)),
    f32([2, 3], within(0.5, 3))
  ], [f64([2, 3], within(0.6, 5)), f64([2, 3], within(0.5, 3))]]),
  entry(
    "gamma.cdf options",
    (x: X, y: X) => stats.gamma.cdf(x, y, { loc: 0.5, scale: 2 }),
    "jax.scipy.stats.gamma.cdf(x, y, loc=0.5, scale=2.)",
    [[f32([2, 3], within(0.6, 5)), f32([2, 3], within(0.5, 3))]]
  ),
  entry("gamma.logcdf", (x: X, y: X) => stats.gamma.logcdf(x, y), "jax.scipy.stats.gamma.logcdf(x, y)", [[
    f32([2, 3], within(0.6, 5)),
    f32([2, 3], within(0.5, 3))
  ]]),
  entry(
    "gamma.logcdf options",
    (x: X, y: X) => stats.gamma.logcdf(x, y, { loc: 0.5, scale: 2 }),
    "jax.scipy.stats.gamma.logcdf(x, y, loc=0.5, scale=2.)",
    [[f32([2, 3], within(0.6, 5)), f32([2, 3], within(0.5, 3))]]
  ),
  entry("gamma.sf", (x: X, y: X) => stats.gamma.sf(x, y), "jax.scipy.stats.gamma.sf(x, y)", [[
    f32([2, 3], within(0.6, 5)),
    f32([2, 3], within(0.5, 3))
  ]]),
  entry(
    "gamma.sf options",
    (x: X, y: X) => stats.gamma.sf(x, y, { loc: 0.5, scale: 2 }),
    "jax.scipy.stats.gamma.sf(x, y, loc=0.5, scale=2.)",
    [[f32([2, 3], within(0.6, 5)), f32([2, 3], within(0.5, 3))]]
  ),
  entry("gamma.logsf", (x: X, y: X) => stats.gamma.logsf(x, y), "jax.scipy.stats.gamma.logsf(x, y)", [[
    f32([2, 3], within(0.6, 5)),
    f32([2, 3], within(0.5, 3))
  ]]),
  entry(
    "gamma.logsf options",
    (x: X, y: X) => stats.gamma.logsf(x, y, { loc: 0.5, scale: 2 }),
    "jax.scipy.stats.gamma.logsf(x, y, loc=0.5, scale=2.)",
    [[f32([2, 3], within(0.6, 5)), f32([2, 3], within(0.5, 3))]]
  )
]

const chi2 = [
  entry("chi2.logpdf", (x: X, y: X) => stats.chi2.logpdf(x, y), "jax.scipy.stats.chi2.logpdf(x, y)", [[
    f32([2, 3], within(0.6, 5)),
    f32([3], within(1, 5))
  ], [f64([2, 3], within(0.6, 5)), f64([3], within(1, 5))]]),
  entry(
    "chi2.logpdf options",
    (x: X, y: X) => stats.chi2.logpdf(x, y, { loc: 0.5, scale: 2 }),
    "jax.scipy.stats.chi2.logpdf(x, y, loc=0.5, scale=2.)",
    [[f32([2, 3], within(0.6, 5)), f32([3], within(1, 5))]]
  ),
  entry("chi2.pdf", (x: X, y: X) => stats.chi2.pdf(x, y), "jax.scipy.stats.chi2.pdf(x, y)", [[
    f32([2, 3], within(0.6, 5)),
    f32([3], within(1, 5))
  ]]),
  entry(
    "chi2.pdf options",
    (x: X, y: X) => stats.chi2.pdf(x, y, { loc: 0.5, scale: 2 }),
    "jax.scipy.stats.chi2.pdf(x, y, loc=0.5, scale=2.)",
    [[f32([2, 3], within(0.6, 5)), f32([3], within(1, 5))]]
  ),
  entry("chi2.cdf", (x: X, y: X) => stats.chi2.cdf(x, y), "jax.scipy.stats.chi2.cdf(x, y)", [[
    f32([2, 3], within(0.6, 5)),
    f32([3], within(1, 5))
  ], [f64([2, 3], within(0.6, 5)), f64([3], within(1, 5))]]),
  entry(
    "chi2.cdf options",
    (x: X, y: X) => stats.chi2.cdf(x, y, { loc: 0.5, scale: 2 }),
    "jax.scipy.stats.chi2.cdf(x, y, loc=0.5, scale=2.)",
    [[f32([2, 3], within(0.6, 5)), f32([3], within(1, 5))]]
  ),
  entry("chi2.logcdf", (x: X, y: X) => stats.chi2.logcdf(x, y), "jax.scipy.stats.chi2.logcdf(x, y)", [[
    f32([2, 3], within(0.6, 5)),
    f32([3], within(1, 5))
  ]]),
  entry(
    "chi2.logcdf options",
    (x: X, y: X) => stats.chi2.logcdf(x, y, { loc: 0.5, scale: 2 }),
    "jax.scipy.stats.chi2.logcdf(x, y, loc=0.5, scale=2.)",
    [[f32([2, 3], within(0.6, 5)), f32([3], within(1, 5))]]
  ),
  entry("chi2.sf", (x: X, y: X) => stats.chi2.sf(x, y), "jax.scipy.stats.chi2.sf(x, y)", [[
    f32([2, 3], within(0.6, 5)),
    f32([3], within(1, 5))
  ]]),
  entry(
    "chi2.sf options",
    (x: X, y: X) => stats.chi2.sf(x, y, { loc: 0.5, scale: 2 }),
    "jax.scipy.stats.chi2.sf(x, y, loc=0.5, scale=2.)",
    [[f32([2, 3], within(0.6, 5)), f32([3], within(1, 5))]]
  ),
  entry("chi2.logsf", (x: X, y: X) => stats.chi2.logsf(x, y), "jax.scipy.stats.chi2.logsf(x, y)", [[
    f32([2, 3], within(0.6, 5)),
    f32([3], within(1, 5))
  ]]),
  entry(
    "chi2.logsf options",
    (x: X, y: X) => stats.chi2.logsf(x, y, { loc: 0.5, scale: 2 }),
    "jax.scipy.stats.chi2.logsf(x, y, loc=0.5, scale=2.)",
    [[f32([2, 3], within(0.6, 5)), f32([3], within(1, 5))]]
  )
]

const beta = [
  entry("beta.logpdf", (x: X, y: X, z: X) => stats.beta.logpdf(x, y, z), "jax.scipy.stats.beta.logpdf(x, y, z)", [[
    f32([2, 3], within(0.55, 1.6)),
    f32([2, 3], within(0.5, 3)),
    f32([3], within(0.5, 3))
  ], [f64([2, 3], within(0.55, 1.6)), f64([2, 3], within(0.5, 3)), f64([3], within(0.5, 3))]]),
  entry(
    "beta.logpdf options",
    (x: X, y: X, z: X) => stats.beta.logpdf(x, y, z, { loc: 0.5, scale: 1.25 }),
    "jax.scipy.stats.beta.logpdf(x, y, z, loc=0.5, scale=1.25)",
    [[f32([2, 3], within(0.55, 1.6)), f32([2, 3], within(0.5, 3)), f32([3], within(0.5, 3))]]
  ),
  entry("beta.pdf", (x: X, y: X, z: X) => stats.beta.pdf(x, y, z), "jax.scipy.stats.beta.pdf(x, y, z)", [[
    f32([2, 3], within(0.55, 1.6)),
    f32([2, 3], within(0.5, 3)),
    f32([3], within(0.5, 3))
  ]]),
  entry(
    "beta.pdf options",
    (x: X, y: X, z: X) => stats.beta.pdf(x, y, z, { loc: 0.5, scale: 1.25 }),
    "jax.scipy.stats.beta.pdf(x, y, z, loc=0.5, scale=1.25)",
    [[f32([2, 3], within(0.55, 1.6)), f32([2, 3], within(0.5, 3)), f32([3], within(0.5, 3))]]
  ),
  entry("beta.cdf", (x: X, y: X, z: X) => stats.beta.cdf(x, y, z), "jax.scipy.stats.beta.cdf(x, y, z)", [[
    f32([2, 3], within(0.55, 1.6)),
    f32([2, 3], within(0.5, 3)),
    f32([3], within(0.5, 3))
  ], [f64([2, 3], within(0.55, 1.6)), f64([2, 3], within(0.5, 3)), f64([3], within(0.5, 3))]], { derivatives: 0 }),
  entry(
    "beta.cdf options",
    (x: X, y: X, z: X) => stats.beta.cdf(x, y, z, { loc: 0.5, scale: 1.25 }),
    "jax.scipy.stats.beta.cdf(x, y, z, loc=0.5, scale=1.25)",
    [[f32([2, 3], within(0.55, 1.6)), f32([2, 3], within(0.5, 3)), f32([3], within(0.5, 3))]],
    { derivatives: 0 }
  ),
  entry("beta.logcdf", (x: X, y: X, z: X) => stats.beta.logcdf(x, y, z), "jax.scipy.stats.beta.logcdf(x, y, z)", [[
    f32([2, 3], within(0.55, 1.6)),
    f32([2, 3], within(0.5, 3)),
    f32([3], within(0.5, 3))
  ]], { derivatives: 0 }),
  entry(
    "beta.logcdf options",
    (x: X, y: X, z: X) => stats.beta.logcdf(x, y, z, { loc: 0.5, scale: 1.25 }),
    "jax.scipy.stats.beta.logcdf(x, y, z, loc=0.5, scale=1.25)",
    [[f32([2, 3], within(0.55, 1.6)), f32([2, 3], within(0.5, 3)), f32([3], within(0.5, 3))]],
    { derivatives: 0 }
  ),
  entry("beta.sf", (x: X, y: X, z: X) => stats.beta.sf(x, y, z), "jax.scipy.stats.beta.sf(x, y, z)", [[
    f32([2, 3], within(0.55, 1.6)),
    f32([2, 3], within(0.5, 3)),
    f32([3], within(0.5, 3))
  ]], { derivatives: 0 }),
  entry(
    "beta.sf options",
    (x: X, y: X, z: X) => stats.beta.sf(x, y, z, { loc: 0.5, scale: 1.25 }),
    "jax.scipy.stats.beta.sf(x, y, z, loc=0.5, scale=1.25)",
    [[f32([2, 3], within(0.55, 1.6)), f32([2, 3], within(0.5, 3)), f32([3], within(0.5, 3))]],
    { derivatives: 0 }
  ),
  entry("beta.logsf", (x: X, y: X, z: X) => stats.beta.logsf(x, y, z), "jax.scipy.stats.beta.logsf(x, y, z)", [[
    f32([2, 3], within(0.55, 1.6)),
    f32([2, 3], within(0.5, 3)),
    f32([3], within(0.5, 3))
  ]], { derivatives: 0 }),
  entry(
    "beta.logsf options",
    (x: X, y: X, z: X) => stats.beta.logsf(x, y, z, { loc: 0.5, scale: 1.25 }),
    "jax.scipy.stats.beta.logsf(x, y, z, loc=0.5, scale=1.25)",
    [[f32([2, 3], within(0.55, 1.6)), f32([2, 3], within(0.5, 3)), f32([3], within(0.5, 3))]],
    { derivatives: 0 }
  )
]

const t = [
  entry("t.logpdf", (x: X, y: X) => stats.t.logpdf(x, y), "jax.scipy.stats.t.logpdf(x, y)", [[
    f32([2, 3], within(-3, 3)),
    f32([3], within(1, 5))
  ], [f64([2, 3], within(-3, 3)), f64([3], within(1, 5))]]),
  entry(
    "t.logpdf options",
    (x: X, y: X) => stats.t.logpdf(x, y, { loc: 0.5, scale: 2 }),
    "jax.scipy.stats.t.logpdf(x, y, loc=0.5, scale=2.)",
    [[f32([2, 3], within(-3, 3)), f32([3], within(1, 5))]]
  ),
  entry("t.pdf", (x: X, y: X) => stats.t.pdf(x, y), "jax.scipy.stats.t.pdf(x, y)", [[
    f32([2, 3], within(-3, 3)),
    f32([3], within(1, 5))
  ]]),
  entry(
    "t.pdf options",
    (x: X, y: X) => stats.t.pdf(x, y, { loc: 0.5, scale: 2 }),
    "jax.scipy.stats.t.pdf(x, y, loc=0.5, scale=2.)",
    [[f32([2, 3], within(-3, 3)), f32([3], within(1, 5))]]
  )
]

const pareto = [
  entry("pareto.logpdf", (x: X, y: X) => stats.pareto.logpdf(x, y), "jax.scipy.stats.pareto.logpdf(x, y)", [[
    f32([2, 3], within(2.6, 6)),
    f32([3], within(0.5, 3))
  ], [f64([2, 3], within(2.6, 6)), f64([3], within(0.5, 3))]]),
  entry(
    "pareto.logpdf options",
    (x: X, y: X) => stats.pareto.logpdf(x, y, { loc: 0.5, scale: 2 }),
    "jax.scipy.stats.pareto.logpdf(x, y, loc=0.5, scale=2.)",
    [[f32([2, 3], within(2.6, 6)), f32([3], within(0.5, 3))]]
  ),
  entry("pareto.pdf", (x: X, y: X) => stats.pareto.pdf(x, y), "jax.scipy.stats.pareto.pdf(x, y)", [[
    f32([2, 3], within(2.6, 6)),
    f32([3], within(0.5, 3))
  ]]),
  entry(
    "pareto.pdf options",
    (x: X, y: X) => stats.pareto.pdf(x, y, { loc: 0.5, scale: 2 }),
    "jax.scipy.stats.pareto.pdf(x, y, loc=0.5, scale=2.)",
    [[f32([2, 3], within(2.6, 6)), f32([3], within(0.5, 3))]]
  ),
  entry("pareto.cdf", (x: X, y: X) => stats.pareto.cdf(x, y), "jax.scipy.stats.pareto.cdf(x, y)", [[
    f32([2, 3], within(2.6, 6)),
    f32([3], within(0.5, 3))
  ], [f64([2, 3], within(2.6, 6)), f64([3], within(0.5, 3))]]),
  entry(
    "pareto.cdf options",
    (x: X, y: X) => stats.pareto.cdf(x, y, { loc: 0.5, scale: 2 }),
    "jax.scipy.stats.pareto.cdf(x, y, loc=0.5, scale=2.)",
    [[f32([2, 3], within(2.6, 6)), f32([3], within(0.5, 3))]]
  ),
  entry("pareto.logcdf", (x: X, y: X) => stats.pareto.logcdf(x, y), "jax.scipy.stats.pareto.logcdf(x, y)", [[
    f32([2, 3], within(2.6, 6)),
    f32([3], within(0.5, 3))
  ]]),
  entry(
    "pareto.logcdf options",
    (x: X, y: X) => stats.pareto.logcdf(x, y, { loc: 0.5, scale: 2 }),
    "jax.scipy.stats.pareto.logcdf(x, y, loc=0.5, scale=2.)",
    [[f32([2, 3], within(2.6, 6)), f32([3], within(0.5, 3))]]
  ),
  entry("pareto.logsf", (x: X, y: X) => stats.pareto.logsf(x, y), "jax.scipy.stats.pareto.logsf(x, y)", [[
    f32([2, 3], within(2.6, 6)),
    f32([3], within(0.5, 3))
  ]]),
  entry(
    "pareto.logsf options",
    (x: X, y: X) => stats.pareto.logsf(x, y, { loc: 0.5, scale: 2 }),
    "jax.scipy.stats.pareto.logsf(x, y, loc=0.5, scale=2.)",
    [[f32([2, 3], within(2.6, 6)), f32([3], within(0.5, 3))]]
  ),
  entry("pareto.sf", (x: X, y: X) => stats.pareto.sf(x, y), "jax.scipy.stats.pareto.sf(x, y)", [[
    f32([2, 3], within(2.6, 6)),
    f32([3], within(0.5, 3))
  ]]),
  entry(
    "pareto.sf options",
    (x: X, y: X) => stats.pareto.sf(x, y, { loc: 0.5, scale: 2 }),
    "jax.scipy.stats.pareto.sf(x, y, loc=0.5, scale=2.)",
    [[f32([2, 3], within(2.6, 6)), f32([3], within(0.5, 3))]]
  ),
  entry("pareto.ppf", (x: X, y: X) => stats.pareto.ppf(x, y), "jax.scipy.stats.pareto.ppf(x, y)", [[
    f32([2, 3], within(0.05, 0.95)),
    f32([3], within(0.5, 3))
  ]]),
  entry(
    "pareto.ppf options",
    (x: X, y: X) => stats.pareto.ppf(x, y, { loc: 0.5, scale: 2 }),
    "jax.scipy.stats.pareto.ppf(x, y, loc=0.5, scale=2.)",
    [[f32([2, 3], within(0.05, 0.95)), f32([3], within(0.5, 3))]]
  )
]

const truncnorm = [
  entry(
    "truncnorm.logpdf",
    (x: X, y: X, z: X) => stats.truncnorm.logpdf(x, y, z),
    "jax.scipy.stats.truncnorm.logpdf(x, y, z)",
    [[f32([2, 3], within(-0.4, 0.45)), f32([3], within(-2, -0.5)), f32([2, 3], within(0.5, 2))], [
      f64([2, 3], within(-0.4, 0.45)),
      f64([3], within(-2, -0.5)),
      f64([2, 3], within(0.5, 2))
    ]]
  ),
  entry(
    "truncnorm.logpdf options",
    (x: X, y: X, z: X) => stats.truncnorm.logpdf(x, y, z, { loc: 0.5, scale: 2 }),
    "jax.scipy.stats.truncnorm.logpdf(x, y, z, loc=0.5, scale=2.)",
    [[f32([2, 3], within(-0.4, 0.45)), f32([3], within(-2, -0.5)), f32([2, 3], within(0.5, 2))]]
  ),
  entry("truncnorm.pdf", (x: X, y: X, z: X) => stats.truncnorm.pdf(x, y, z), "jax.scipy.stats.truncnorm.pdf(x, y, z)", [
    [f32([2, 3], within(-0.4, 0.45)), f32([3], within(-2, -0.5)), f32([2, 3], within(0.5, 2))]
  ]),
  entry(
    "truncnorm.pdf options",
    (x: X, y: X, z: X) => stats.truncnorm.pdf(x, y, z, { loc: 0.5, scale: 2 }),
    "jax.scipy.stats.truncnorm.pdf(x, y, z, loc=0.5, scale=2.)",
    [[f32([2, 3], within(-0.4, 0.45)), f32([3], within(-2, -0.5)), f32([2, 3], within(0.5, 2))]]
  ),
  entry(
    "truncnorm.logcdf",
    (x: X, y: X, z: X) => stats.truncnorm.logcdf(x, y, z),
    "jax.scipy.stats.truncnorm.logcdf(x, y, z)",
    [[f32([2, 3], within(-0.4, 0.45)), f32([3], within(-2, -0.5)), f32([2, 3], within(0.5, 2))]]
  ),
  entry(
    "truncnorm.logcdf options",
    (x: X, y: X, z: X) => stats.truncnorm.logcdf(x, y, z, { loc: 0.5, scale: 2 }),
    "jax.scipy.stats.truncnorm.logcdf(x, y, z, loc=0.5, scale=2.)",
    [[f32([2, 3], within(-0.4, 0.45)), f32([3], within(-2, -0.5)), f32([2, 3], within(0.5, 2))]]
  ),
  entry("truncnorm.cdf", (x: X, y: X, z: X) => stats.truncnorm.cdf(x, y, z), "jax.scipy.stats.truncnorm.cdf(x, y, z)", [
    [f32([2, 3], within(-0.4, 0.45)), f32([3], within(-2, -0.5)), f32([2, 3], within(0.5, 2))],
    [f64([2, 3], within(-0.4, 0.45)), f64([3], within(-2, -0.5)), f64([2, 3], within(0.5, 2))]
  ]),
  entry(
    "truncnorm.cdf options",
    (x: X, y: X, z: X) => stats.truncnorm.cdf(x, y, z, { loc: 0.5, scale: 2 }),
    "jax.scipy.stats.truncnorm.cdf(x, y, z, loc=0.5, scale=2.)",
    [[f32([2, 3], within(-0.4, 0.45)), f32([3], within(-2, -0.5)), f32([2, 3], within(0.5, 2))]]
  ),
  entry(
    "truncnorm.logsf",
    (x: X, y: X, z: X) => stats.truncnorm.logsf(x, y, z),
    "jax.scipy.stats.truncnorm.logsf(x, y, z)",
    [[f32([2, 3], within(-0.4, 0.45)), f32([3], within(-2, -0.5)), f32([2, 3], within(0.5, 2))]]
  ),
  entry(
    "truncnorm.logsf options",
    (x: X, y: X, z: X) => stats.truncnorm.logsf(x, y, z, { loc: 0.5, scale: 2 }),
    "jax.scipy.stats.truncnorm.logsf(x, y, z, loc=0.5, scale=2.)",
    [[f32([2, 3], within(-0.4, 0.45)), f32([3], within(-2, -0.5)), f32([2, 3], within(0.5, 2))]]
  ),
  entry("truncnorm.sf", (x: X, y: X, z: X) => stats.truncnorm.sf(x, y, z), "jax.scipy.stats.truncnorm.sf(x, y, z)", [[
    f32([2, 3], within(-0.4, 0.45)),
    f32([3], within(-2, -0.5)),
    f32([2, 3], within(0.5, 2))
  ]]),
  entry(
    "truncnorm.sf options",
    (x: X, y: X, z: X) => stats.truncnorm.sf(x, y, z, { loc: 0.5, scale: 2 }),
    "jax.scipy.stats.truncnorm.sf(x, y, z, loc=0.5, scale=2.)",
    [[f32([2, 3], within(-0.4, 0.45)), f32([3], within(-2, -0.5)), f32([2, 3], within(0.5, 2))]]
  )
]

const bernoulli = [
  entry("bernoulli.logpmf", (x: X, y: X) => stats.bernoulli.logpmf(x, y), "jax.scipy.stats.bernoulli.logpmf(x, y)", [[
    f32([2, 3], whole(0, 1)),
    f32([3], within(0.1, 0.9))
  ], [f64([2, 3], whole(0, 1)), f64([3], within(0.1, 0.9))]], { derivatives: 0 }),
  entry(
    "bernoulli.logpmf options",
    (x: X, y: X) => stats.bernoulli.logpmf(x, y, { loc: 1 }),
    "jax.scipy.stats.bernoulli.logpmf(x, y, loc=1)",
    [[f32([2, 3], whole(0, 1)), f32([3], within(0.1, 0.9))]],
    { derivatives: 0 }
  ),
  entry("bernoulli.pmf", (x: X, y: X) => stats.bernoulli.pmf(x, y), "jax.scipy.stats.bernoulli.pmf(x, y)", [[
    f32([2, 3], whole(0, 1)),
    f32([3], within(0.1, 0.9))
  ]], { derivatives: 0 }),
  entry(
    "bernoulli.pmf options",
    (x: X, y: X) => stats.bernoulli.pmf(x, y, { loc: 1 }),
    "jax.scipy.stats.bernoulli.pmf(x, y, loc=1)",
    [[f32([2, 3], whole(0, 1)), f32([3], within(0.1, 0.9))]],
    { derivatives: 0 }
  ),
  entry("bernoulli.cdf", (x: X, y: X) => stats.bernoulli.cdf(x, y), "jax.scipy.stats.bernoulli.cdf(x, y)", [[
    f32([2, 3], whole(0, 1)),
    f32([3], within(0.1, 0.9))
  ], [f64([2, 3], whole(0, 1)), f64([3], within(0.1, 0.9))]], { derivatives: 0 }),
  entry("bernoulli.ppf", (x: X, y: X) => stats.bernoulli.ppf(x, y), "jax.scipy.stats.bernoulli.ppf(x, y)", [[
    f32([2, 3], within(0.05, 0.95)),
    f32([3], within(0.1, 0.9))
  ]], { derivatives: 0 })
]

const binom = [
  entry("binom.logpmf", (x: X, y: X, z: X) => stats.binom.logpmf(x, y, z), "jax.scipy.stats.binom.logpmf(x, y, z)", [[
    f32([2, 3], whole(0, 4)),
    f32([3], whole(4, 9)),
    f32([3], within(0.1, 0.9))
  ], [f64([2, 3], whole(0, 4)), f64([3], whole(4, 9)), f64([3], within(0.1, 0.9))]], { derivatives: 0 }),
  entry(
    "binom.logpmf options",
    (x: X, y: X, z: X) => stats.binom.logpmf(x, y, z, { loc: 1 }),
    "jax.scipy.stats.binom.logpmf(x, y, z, loc=1)",
    [[f32([2, 3], whole(0, 4)), f32([3], whole(4, 9)), f32([3], within(0.1, 0.9))]],
    { derivatives: 0 }
  ),
  entry("binom.pmf", (x: X, y: X, z: X) => stats.binom.pmf(x, y, z), "jax.scipy.stats.binom.pmf(x, y, z)", [[
    f32([2, 3], whole(0, 4)),
    f32([3], whole(4, 9)),
    f32([3], within(0.1, 0.9))
  ]], { derivatives: 0 }),
  entry(
    "binom.pmf options",
    (x: X, y: X, z: X) => stats.binom.pmf(x, y, z, { loc: 1 }),
    "jax.scipy.stats.binom.pmf(x, y, z, loc=1)",
    [[f32([2, 3], whole(0, 4)), f32([3], whole(4, 9)), f32([3], within(0.1, 0.9))]],
    { derivatives: 0 }
  )
]

const betabinom = [
  entry(
    "betabinom.logpmf",
    (x: X, y: X, z: X, w: X) => stats.betabinom.logpmf(x, y, z, w),
    "jax.scipy.stats.betabinom.logpmf(x, y, z, w)",
    [[f32([2, 3], whole(0, 4)), f32([3], whole(4, 9)), f32([3], within(0.5, 3)), f32([3], within(0.5, 3))], [
      f64([2, 3], whole(0, 4)),
      f64([3], whole(4, 9)),
      f64([3], within(0.5, 3)),
      f64([3], within(0.5, 3))
    ]],
    { derivatives: 0 }
  ),
  entry(
    "betabinom.logpmf options",
    (x: X, y: X, z: X, w: X) => stats.betabinom.logpmf(x, y, z, w, { loc: 1 }),
    "jax.scipy.stats.betabinom.logpmf(x, y, z, w, loc=1)",
    [[f32([2, 3], whole(0, 4)), f32([3], whole(4, 9)), f32([3], within(0.5, 3)), f32([3], within(0.5, 3))]],
    { derivatives: 0 }
  ),
  entry(
    "betabinom.pmf",
    (x: X, y: X, z: X, w: X) => stats.betabinom.pmf(x, y, z, w),
    "jax.scipy.stats.betabinom.pmf(x, y, z, w)",
    [[f32([2, 3], whole(0, 4)), f32([3], whole(4, 9)), f32([3], within(0.5, 3)), f32([3], within(0.5, 3))]],
    { derivatives: 0 }
  ),
  entry(
    "betabinom.pmf options",
    (x: X, y: X, z: X, w: X) => stats.betabinom.pmf(x, y, z, w, { loc: 1 }),
    "jax.scipy.stats.betabinom.pmf(x, y, z, w, loc=1)",
    [[f32([2, 3], whole(0, 4)), f32([3], whole(4, 9)), f32([3], within(0.5, 3)), f32([3], within(0.5, 3))]],
    { derivatives: 0 }
  )
]

const geom = [
  entry("geom.logpmf", (x: X, y: X) => stats.geom.logpmf(x, y), "jax.scipy.stats.geom.logpmf(x, y)", [[
    f32([2, 3], whole(1, 5)),
    f32([3], within(0.1, 0.9))
  ], [f64([2, 3], whole(1, 5)), f64([3], within(0.1, 0.9))]], { derivatives: 0 }),
  entry(
    "geom.logpmf options",
    (x: X, y: X) => stats.geom.logpmf(x, y, { loc: 1 }),
    "jax.scipy.stats.geom.logpmf(x, y, loc=1)",
    [[f32([2, 3], whole(1, 5)), f32([3], within(0.1, 0.9))]],
    { derivatives: 0 }
  ),
  entry("geom.pmf", (x: X, y: X) => stats.geom.pmf(x, y), "jax.scipy.stats.geom.pmf(x, y)", [[
    f32([2, 3], whole(1, 5)),
    f32([3], within(0.1, 0.9))
  ]], { derivatives: 0 }),
  entry("geom.pmf options", (x: X, y: X) => stats.geom.pmf(x, y, { loc: 1 }), "jax.scipy.stats.geom.pmf(x, y, loc=1)", [
    [f32([2, 3], whole(1, 5)), f32([3], within(0.1, 0.9))]
  ], { derivatives: 0 })
]

const nbinom = [
  entry("nbinom.logpmf", (x: X, y: X, z: X) => stats.nbinom.logpmf(x, y, z), "jax.scipy.stats.nbinom.logpmf(x, y, z)", [
    [f32([2, 3], whole(0, 5)), f32([3], whole(4, 9)), f32([3], within(0.1, 0.9))],
    [f64([2, 3], whole(0, 5)), f64([3], whole(4, 9)), f64([3], within(0.1, 0.9))]
  ], { derivatives: 0 }),
  entry(
    "nbinom.logpmf options",
    (x: X, y: X, z: X) => stats.nbinom.logpmf(x, y, z, { loc: 1 }),
    "jax.scipy.stats.nbinom.logpmf(x, y, z, loc=1)",
    [[f32([2, 3], whole(0, 5)), f32([3], whole(4, 9)), f32([3], within(0.1, 0.9))]],
    { derivatives: 0 }
  ),
  entry("nbinom.pmf", (x: X, y: X, z: X) => stats.nbinom.pmf(x, y, z), "jax.scipy.stats.nbinom.pmf(x, y, z)", [[
    f32([2, 3], whole(0, 5)),
    f32([3], whole(4, 9)),
    f32([3], within(0.1, 0.9))
  ]], { derivatives: 0 }),
  entry(
    "nbinom.pmf options",
    (x: X, y: X, z: X) => stats.nbinom.pmf(x, y, z, { loc: 1 }),
    "jax.scipy.stats.nbinom.pmf(x, y, z, loc=1)",
    [[f32([2, 3], whole(0, 5)), f32([3], whole(4, 9)), f32([3], within(0.1, 0.9))]],
    { derivatives: 0 }
  )
]

const poisson = [
  entry("poisson.logpmf", (x: X, y: X) => stats.poisson.logpmf(x, y), "jax.scipy.stats.poisson.logpmf(x, y)", [[
    f32([2, 3], whole(0, 6)),
    f32([3], within(0.5, 6))
  ], [f64([2, 3], whole(0, 6)), f64([3], within(0.5, 6))]], { derivatives: 0 }),
  entry(
    "poisson.logpmf options",
    (x: X, y: X) => stats.poisson.logpmf(x, y, { loc: 1 }),
    "jax.scipy.stats.poisson.logpmf(x, y, loc=1)",
    [[f32([2, 3], whole(0, 6)), f32([3], within(0.5, 6))]],
    { derivatives: 0 }
  ),
  entry("poisson.pmf", (x: X, y: X) => stats.poisson.pmf(x, y), "jax.scipy.stats.poisson.pmf(x, y)", [[
    f32([2, 3], whole(0, 6)),
    f32([3], within(0.5, 6))
  ]], { derivatives: 0 }),
  entry(
    "poisson.pmf options",
    (x: X, y: X) => stats.poisson.pmf(x, y, { loc: 1 }),
    "jax.scipy.stats.poisson.pmf(x, y, loc=1)",
    [[f32([2, 3], whole(0, 6)), f32([3], within(0.5, 6))]],
    { derivatives: 0 }
  ),
  entry("poisson.cdf", (x: X, y: X) => stats.poisson.cdf(x, y), "jax.scipy.stats.poisson.cdf(x, y)", [[
    f32([2, 3], whole(0, 6)),
    f32([3], within(0.5, 6))
  ], [f64([2, 3], whole(0, 6)), f64([3], within(0.5, 6))]], { derivatives: 0 }),
  entry(
    "poisson.cdf options",
    (x: X, y: X) => stats.poisson.cdf(x, y, { loc: 1 }),
    "jax.scipy.stats.poisson.cdf(x, y, loc=1)",
    [[f32([2, 3], whole(0, 6)), f32([3], within(0.5, 6))]],
    { derivatives: 0 }
  )
]

const gennorm = [
  entry("gennorm.logpdf", (x: X, y: X) => stats.gennorm.logpdf(x, y), "jax.scipy.stats.gennorm.logpdf(x, y)", [[
    f32([2, 3], within(-2, 2)),
    f32([3], within(0.5, 3))
  ], [f64([2, 3], within(-2, 2)), f64([3], within(0.5, 3))]]),
  entry("gennorm.pdf", (x: X, y: X) => stats.gennorm.pdf(x, y), "jax.scipy.stats.gennorm.pdf(x, y)", [[
    f32([2, 3], within(-2, 2)),
    f32([3], within(0.5, 3))
  ]]),
  entry("gennorm.cdf", (x: X, y: X) => stats.gennorm.cdf(x, y), "jax.scipy.stats.gennorm.cdf(x, y)", [[
    f32([2, 3], within(-2, 2)),
    f32([3], within(0.5, 3))
  ], [f64([2, 3], within(-2, 2)), f64([3], within(0.5, 3))]])
]

const vonmises = [
  entry("vonmises.logpdf", (x: X, y: X) => stats.vonmises.logpdf(x, y), "jax.scipy.stats.vonmises.logpdf(x, y)", [[
    f32([2, 3], within(-3, 3)),
    f32([3], within(0.5, 3))
  ], [f64([2, 3], within(-3, 3)), f64([3], within(0.5, 3))]]),
  entry("vonmises.pdf", (x: X, y: X) => stats.vonmises.pdf(x, y), "jax.scipy.stats.vonmises.pdf(x, y)", [[
    f32([2, 3], within(-3, 3)),
    f32([3], within(0.5, 3))
  ]])
]

const wrapcauchy = [
  entry("wrapcauchy.logpdf", (x: X, y: X) => stats.wrapcauchy.logpdf(x, y), "jax.scipy.stats.wrapcauchy.logpdf(x, y)", [
    [f32([2, 3], within(0.1, 6)), f32([3], within(0.1, 0.9))],
    [f64([2, 3], within(0.1, 6)), f64([3], within(0.1, 0.9))]
  ]),
  entry("wrapcauchy.pdf", (x: X, y: X) => stats.wrapcauchy.pdf(x, y), "jax.scipy.stats.wrapcauchy.pdf(x, y)", [[
    f32([2, 3], within(0.1, 6)),
    f32([3], within(0.1, 0.9))
  ]])
]

const entropy = [
  entry("poisson.entropy", (x: X) => stats.poisson.entropy(x), "jax.scipy.stats.poisson.entropy(x)", [[
    points("float32", [0, 0.5, 3, 20, 150])
  ]], { derivatives: 0 })
]

export const distributions = [
  ...entropy,
  ...norm,
  ...uniform,
  ...expon,
  ...laplace,
  ...logistic,
  ...cauchy,
  ...gumbelL,
  ...gumbelR,
  ...gamma,
  ...chi2,
  ...beta,
  ...t,
  ...pareto,
  ...truncnorm,
  ...bernoulli,
  ...binom,
  ...betabinom,
  ...geom,
  ...nbinom,
  ...poisson,
  ...gennorm,
  ...vonmises,
  ...wrapcauchy
]
