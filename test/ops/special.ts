/**
 * JAX's `scipy.special`.
 */
import { Lax, type NdArray, Numpy as np, Scipy } from "effax"
import { bf16, type Draw, f16, f32, f64, i32, points, whole, within } from "./inputs.ts"
import { type Arguments, entries } from "./operation.ts"

const entry = entries("Scipy.special")
const sp = Scipy.special

type Points = ReadonlyArray<number>

/** Shapes and dtypes of a function of one operand, and points that matter, in both precisions. */
const one = (draw: Draw, at: Points = []): ReadonlyArray<Arguments> => [
  [f32([2, 3], draw)],
  [f32([], draw)],
  [f64([5], draw)],
  ...(at.length === 0 ? [] : [[points("float32", [...at])], [points("float64", [...at])]])
]

/** As {@link one}, and half precision and no elements at all. */
const many = (draw: Draw, at: Points = []): ReadonlyArray<Arguments> => [
  ...one(draw, at),
  [f32([0], draw)],
  [f16([3], draw)],
  [bf16([3], draw)],
  [i32([3], whole(1, 4))]
]

const two = (a: Draw, b: Draw, ...at: ReadonlyArray<readonly [Points, Points]>): ReadonlyArray<Arguments> => [
  [f32([2, 3], a), f32([3], b)],
  [f32([], a), f32([4], b)],
  [f64([5], a), f64([5], b)],
  ...at.map(([x, y]) => [points("float64", [...x]), points("float64", [...y])])
]

const loose = { float32: { rtol: 2e-5, atol: 2e-6 }, float64: { rtol: 1e-11, atol: 1e-12 } }
const half = { ...loose, float16: { rtol: 2e-2, atol: 4e-3 }, bfloat16: { rtol: 1e-1, atol: 3e-2 } }
/** Where JAX's own result is rough. */
const rough = { float32: { rtol: 3e-4, atol: 3e-5 }, float64: { rtol: 1e-8, atol: 1e-9 } }

const nan = NaN
const s = "jax.scipy.special"
const probability = within(0.05, 0.95)

const real = [
  entry("bernoulli", () => sp.bernoulli(6), `${s}.bernoulli(6)`, [[]], { derivatives: 0, vmap: false }),
  entry("gammaln", sp.gammaln, `${s}.gammaln(x)`, many(within(0.3, 9)), { tolerance: half }),
  entry("gammasgn", sp.gammasgn, `${s}.gammasgn(x)`, one(within(-4, 4), [0, -0, -1, -1.5, -2.5, nan, Infinity]), {
    derivatives: 0
  }),
  entry("gamma", sp.gamma, `${s}.gamma(x)`, one(within(-3, 6), [0.5, -1, -1.5, nan, 1]), {
    tolerance: loose,
    specialDerivatives: false
  }),
  entry("loggamma", sp.loggamma, `${s}.loggamma(x)`, one(within(0.3, 9), [-1, 0.5]), {
    tolerance: loose,
    derivatives: 0
  }),
  entry("digamma", sp.digamma, `${s}.digamma(x)`, one(within(0.3, 9)), { tolerance: loose }),
  entry("factorial", sp.factorial, `${s}.factorial(x)`, many(within(0, 6), [-1, 0, 5]), {
    tolerance: half,
    specialDerivatives: false
  }),
  entry(
    "betaln",
    sp.betaln,
    `${s}.betaln(x, y)`,
    two(within(0.3, 20), within(0.3, 40), [[100, 3, 0.5], [200, 90, 300]]),
    {
      // JAX has float32 constants in float64 too
      tolerance: { ...loose, float64: { rtol: 1e-6, atol: 1e-6 } }
    }
  ),
  entry("beta", sp.beta, `${s}.beta(x, y)`, two(within(0.3, 5), within(0.3, 9)), {
    tolerance: { ...loose, float64: { rtol: 2e-6, atol: 2e-6 } }
  }),
  entry("betainc", sp.betainc, `${s}.betainc(x, y, z)`, [
    [f32([2, 1], within(0.3, 5)), f32([3], within(0.3, 5)), f32([], probability)],
    [f64([3], within(0.3, 5)), f64([3], within(0.3, 5)), f64([3], probability)]
  ], { tolerance: loose, derivatives: 0 }),
  entry("gammainc", sp.gammainc, `${s}.gammainc(x, y)`, two(within(0.3, 5), within(0.3, 9)), {
    tolerance: loose,
    derivatives: 1
  }),
  entry("gammaincc", sp.gammaincc, `${s}.gammaincc(x, y)`, two(within(0.3, 5), within(0.3, 9)), {
    tolerance: loose,
    derivatives: 1
  }),
  entry("zeta", sp.zeta, `${s}.zeta(x, y)`, two(within(1.3, 6), within(0.3, 9)), {
    tolerance: loose,
    derivatives: 0
  }),
  entry("polygamma", sp.polygamma, `${s}.polygamma(x, y)`, [
    [i32([3], whole(0, 4)), f32([2, 3], within(0.3, 9))],
    [i32([3], whole(0, 4)), f64([3], within(0.3, 9))]
  ], { tolerance: loose, derivatives: 1 }),
  entry("poch", sp.poch, `${s}.poch(x, y)`, two(within(0.5, 4), within(0.5, 3), [[2, 1], [0, 0]]), {
    tolerance: loose
  }),
  entry("comb", sp.comb, `${s}.comb(x, y)`, two(whole(3, 9), whole(0, 4), [[4, 5, -1], [5, 2, 1]]), {
    tolerance: loose,
    derivatives: 0
  }),
  entry(
    "comb repetition",
    (n, k) => sp.comb(n, k, { repetition: true }),
    `${s}.comb(x, y, repetition=True)`,
    two(whole(3, 9), whole(0, 4), [[4, 5, 0], [5, 2, 0]]),
    { tolerance: loose, derivatives: 0 }
  ),
  entry("multigammaln", (a) => sp.multigammaln(a, 3), `${s}.multigammaln(x, 3)`, one(within(1.3, 9)), {
    tolerance: loose
  }),
  entry("erf", sp.erf, `${s}.erf(x)`, many(within(-3, 3)), { tolerance: half }),
  entry("erfc", sp.erfc, `${s}.erfc(x)`, one(within(-3, 3)), { tolerance: loose }),
  entry("erfinv", sp.erfinv, `${s}.erfinv(x)`, one(within(-0.9, 0.9)), { tolerance: loose }),
  entry("erfcx", sp.erfcx, `${s}.erfcx(x)`, [
    ...many(within(-2, 6)),
    [points("float32", [-3, 0, 9, 20, 1000, Infinity])],
    [points("float64", [-5, 0, 24, 26, 1000, Infinity])]
  ], { tolerance: half, specialDerivatives: false }),
  entry("dawsn", sp.dawsn, `${s}.dawsn(x)`, many(within(-8, 8), [0, 0.1, -0.19, 0.21, 3, 50, 2000, nan, 1e-20]), {
    tolerance: half,
    derivativeTolerance: { ...half, float32: { rtol: 1e-3, atol: 2e-5 } },
    specialDerivatives: false
  }),
  entry(
    "fresnel",
    (x) => sp.fresnel(x),
    `${s}.fresnel(x)`,
    one(within(-4, 4), [0, 1.49, 1.51, 10, Infinity, -Infinity]),
    {
      tolerance: loose,
      specialDerivatives: false
    }
  ),
  entry("ndtr", sp.ndtr, `${s}.ndtr(x)`, one(within(-4, 4), [-10, 0, 8, -Infinity, Infinity, nan]), {
    tolerance: loose,
    specialDerivatives: false
  }),
  entry("logNdtr", sp.logNdtr, `${s}.log_ndtr(x)`, one(within(-6, 4), [-9.5, -1, 0, 5, 9]), { tolerance: loose }),
  entry("ndtri", sp.ndtri, `${s}.ndtri(x)`, one(within(0.02, 0.98), [0, 1, 0.5, 1e-8, 1e-3, 0.0999, 0.1]), {
    tolerance: loose,
    specialDerivatives: false
  }),
  entry(
    "owensT",
    sp.owensT,
    `${s}.owens_t(x, y)`,
    two(within(-3, 3), within(-4, 4), [[0, 1, 5, -1, nan], [2, 1, 0, -1, 1]]),
    {
      tolerance: loose,
      specialDerivatives: false
    }
  ),
  entry(
    "expn",
    sp.expn,
    `${s}.expn(x, y)`,
    two(whole(0, 5), within(0.1, 6), [[0, 1, -1, 3, 20], [1, 0, 1, 40, 0.5]]),
    {
      tolerance: loose,
      derivatives: 0
    }
  ),
  entry("exp1", sp.exp1, `${s}.exp1(x)`, one(within(0.1, 6), [0, 20, -1]), {
    tolerance: loose,
    derivatives: 1,
    specialDerivatives: false
  }),
  entry("expi", sp.expi, `${s}.expi(x)`, one(within(0.5, 20), [-2, -0.5, 0.1, 50, 80]), {
    tolerance: loose,
    specialDerivatives: false
  }),
  entry("sici", (x) => sp.sici(x), `${s}.sici(x)`, one(within(0.2, 20), [0.1, 4, 4.1, 8, 100, -3]), {
    tolerance: loose,
    specialDerivatives: false
  }),
  // JAX's derivative is NaN in places, for a branch that is not taken
  entry("spence", sp.spence, `${s}.spence(x)`, one(within(0.1, 5), [0, 0.5, 1.5, 2, 10, -1]), {
    tolerance: loose,
    derivatives: 0
  }),
  entry("expit", sp.expit, `${s}.expit(x)`, many(within(-4, 4), [-100, 100]), { tolerance: half }),
  entry("logit", sp.logit, `${s}.logit(x)`, one(probability, [0, 1]), { tolerance: loose, specialDerivatives: false }),
  entry("xlogy", sp.xlogy, `${s}.xlogy(x, y)`, two(within(0.1, 4), within(0.1, 4), [[0, 0, 1], [0, nan, 0]]), {
    tolerance: loose,
    specialDerivatives: false
  }),
  entry("xlog1py", sp.xlog1py, `${s}.xlog1py(x, y)`, two(within(0.1, 4), within(0.1, 4), [[0, 0], [-1, nan]]), {
    tolerance: loose,
    specialDerivatives: false
  }),
  entry("entr", sp.entr, `${s}.entr(x)`, one(within(0.1, 4), [0, -1]), { tolerance: loose, specialDerivatives: false }),
  entry("relEntr", sp.relEntr, `${s}.rel_entr(x, y)`, two(within(0.1, 4), within(0.1, 4), [[0, -1, 1], [0, 1, 0]]), {
    tolerance: loose,
    specialDerivatives: false
  }),
  entry("klDiv", sp.klDiv, `${s}.kl_div(x, y)`, two(within(0.1, 4), within(0.1, 4), [[0, -1], [2, 1]]), {
    tolerance: loose,
    specialDerivatives: false
  }),
  entry("boxcox", sp.boxcox, `${s}.boxcox(x, y)`, two(within(0.1, 4), within(-2, 2), [[2, 3], [0, 1]]), {
    tolerance: loose,
    specialDerivatives: false
  }),
  entry("boxcox1p", sp.boxcox1p, `${s}.boxcox1p(x, y)`, two(within(0.1, 4), within(-2, 2), [[2, 3], [0, 1]]), {
    tolerance: loose,
    derivativeTolerance: { float32: { rtol: 2e-4, atol: 2e-5 }, float64: { rtol: 1e-10, atol: 1e-11 } },
    specialDerivatives: false
  }),
  entry("softmax", sp.softmax, `${s}.softmax(x)`, [[f32([2, 3])]], { tolerance: loose }),
  entry("softmax axis", (x) => sp.softmax(x, { axis: -1 }), `${s}.softmax(x, axis=-1)`, [[f32([2, 3])]], {
    tolerance: loose
  }),
  entry("logSoftmax", sp.logSoftmax, `${s}.log_softmax(x)`, [[f32([2, 3])]], { tolerance: loose }),
  entry("logsumexp", sp.logsumexp, `${s}.logsumexp(x)`, [[f32([2, 3])]], { tolerance: loose }),
  entry("i0", sp.i0, `${s}.i0(x)`, many(within(-6, 6)), { tolerance: half }),
  entry("i0e", sp.i0e, `${s}.i0e(x)`, one(within(-9, 9)), { tolerance: loose }),
  entry("i1", sp.i1, `${s}.i1(x)`, one(within(-6, 6)), { tolerance: loose }),
  entry("i1e", sp.i1e, `${s}.i1e(x)`, one(within(-9, 9)), { tolerance: loose }),
  entry("besselJn", (x) => sp.besselJn(x, { v: 3 }), `${s}.bessel_jn(x, v=3)`, one(within(0.5, 9)), {
    tolerance: rough,
    derivatives: 0
  }),
  // in float32 JAX's derivative is off by more than its value
  entry("besselJn float64", (x) => sp.besselJn(x, { v: 2 }), `${s}.bessel_jn(x, v=2)`, [[f64([3], within(0.5, 9))]], {
    tolerance: rough,
    derivatives: 1
  }),
  entry("hyp1f1", sp.hyp1f1, `${s}.hyp1f1(x, y, z)`, [
    [f32([3], within(0.5, 3)), f32([3], within(0.5, 3)), f32([3], within(-2, 4))],
    [f64([4], within(0.5, 3)), f64([4], within(0.5, 3)), f64([4], within(-2, 4))],
    [
      points("float64", [0, 2, 1, 0.5, 1.5]),
      points("float64", [1, 2, 0, 2.5, 3]),
      points("float64", [3, 2, 1, 120, -8])
    ]
  ], { tolerance: rough, derivatives: 1, specialDerivatives: false }),
  entry("hyp2f1", sp.hyp2f1, `${s}.hyp2f1(x, y, z, w)`, [
    [f32([3], within(0.5, 3)), f32([3], within(0.5, 3)), f32([3], within(0.5, 3)), f32([3], within(-0.6, 0.6))],
    [f64([4], within(0.5, 3)), f64([4], within(0.5, 3)), f64([4], within(0.5, 3)), f64([4], within(-0.6, 0.6))],
    [
      points("float64", [0, 1, 1, 0.5, 1.5, 1, 1, 2]),
      points("float64", [1, 1, 1, 0.5, 0.25, 1, 2, 0.5]),
      points("float64", [1, 2, 3, 1, 2, 3, 2, 1.5]),
      points("float64", [0.5, 0.5, 0.95, 0.95, 0.95, 1, 0.95, 0.95])
    ]
  ], { tolerance: rough, derivatives: 1, specialDerivatives: false })
]

/** Functions of complex numbers, from parts to parts. */
const ofParts = (
  name: string,
  f: (z: NdArray.Any) => NdArray.Any,
  jax: string,
  re: Draw,
  im: Draw,
  derivatives: 0 | 1 = 1
) =>
  entry(
    name,
    (x: NdArray.Any, y: NdArray.Any) => {
      const w = f(Lax.complex(x as never, y as never))
      return [Lax.real(w as never), Lax.imag(w as never)]
    },
    `(lambda w: (w.real, w.imag))(${s}.${jax}(jax.lax.complex(x, y)))`,
    [[f32([4], re), f32([4], im)], [f64([4], re), f64([4], im)]],
    { tolerance: { float32: { rtol: 1e-4, atol: 2e-5 }, float64: { rtol: 1e-10, atol: 1e-10 } }, derivatives }
  )

const [wide, tall] = [within(-2, 3), within(-2, 2)]

const degrees = np.array([2n, 1n, 3n])
const orders = np.array([1n, -1n, -3n])

const complex = [
  ofParts("wofz", (z) => sp.wofz(z as never), "wofz", wide, tall),
  ofParts("erfcx complex", (z) => sp.erfcx(z as never), "erfcx", within(-0.5, 3), tall),
  ofParts("gamma complex", (z) => sp.gamma(z as never), "gamma", wide, tall),
  ofParts("loggamma complex", (z) => sp.loggamma(z as never), "loggamma", wide, tall, 0),
  entry(
    "sphHarmY",
    (t: NdArray.Any, p: NdArray.Any) => {
      const w = sp.sphHarmY(degrees, orders, t as never, p as never, { nMax: 3 })
      return [Lax.real(w as never), Lax.imag(w as never)]
    },
    `(lambda w: (w.real, w.imag))(${s}.sph_harm_y(jnp.array([2, 1, 3]), jnp.array([1, -1, -3]), x, y, n_max=3))`,
    [[f32([3], within(0.2, 2.9)), f32([3], within(0, 6))]],
    { tolerance: { float32: { rtol: 1e-5, atol: 1e-5 } }, derivatives: 1, vmap: false }
  )
]

export const special = [...real, ...complex]
