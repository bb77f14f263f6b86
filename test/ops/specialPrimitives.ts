/**
 * Primitives of special functions that are made of others.
 */
import { Lax } from "effax"
import { bf16, f16, f32, f64, points, whole, within } from "./inputs.ts"
import { type Arguments, entries } from "./operation.ts"

const lax = entries("Lax")

const shape = within(0.3, 6)
const point = within(0.2, 8)
/** Far in both tails, where a is large, and around the change between the expansions. */
const far = [[0.1, 20, 20, 120, 120, 0.5, 1, 1], [1e-4, 3, 45, 90, 150, 30, 1, 1.01]] as const

const nan = NaN
const ends = [[0, 0, 1, nan, 1, 1, -1, 2, 1], [0, 1, 0, 1, nan, Infinity, 1, -0, -1]] as const

const two = (
  draw: readonly [Arguments[number]["draw"], Arguments[number]["draw"]],
  more: ReadonlyArray<Arguments>
): ReadonlyArray<Arguments> => [
  [f32([2, 3], draw[0]), f32([2, 3], draw[1])],
  [f32([], draw[0]), f32([4], draw[1])],
  [f32([0], draw[0]), f32([0], draw[1])],
  [f64([5], draw[0]), f64([5], draw[1])],
  [bf16([4], draw[0]), bf16([4], draw[1])],
  [f16([4], draw[0]), f16([4], draw[1])],
  ...more
]

const gammas = (dtypes: ReadonlyArray<"float32" | "float64"> = ["float32", "float64"]): ReadonlyArray<Arguments> =>
  dtypes.flatMap((dtype) => [
    [points(dtype, [...far[0]]), points(dtype, [...far[1]])],
    [points(dtype, [...ends[0]]), points(dtype, [...ends[1]])]
  ])

// JAX's float32 errors: the exponent of its factor is a difference of large numbers
const loose = { float32: { rtol: 5e-5, atol: 1e-6 }, float64: { rtol: 1e-11, atol: 1e-13 } }
// JAX's float16 result is a chain of roundings
const tolerance = { ...loose, float16: { rtol: 1e-2, atol: 2e-3 }, bfloat16: { rtol: 5e-2, atol: 1e-2 } }

export const specialPrimitives = [
  // JAX's derivatives by the shape at infinity are NaN, where they are 0
  lax("igamma", Lax.igamma, "lax.igamma(x, y)", two([shape, point], gammas()), {
    tolerance,
    derivatives: 1,
    specialDerivatives: false
  }),
  lax("igammac", Lax.igammac, "lax.igammac(x, y)", two([shape, point], gammas()), {
    tolerance,
    derivatives: 1,
    specialDerivatives: false
  }),
  lax("igammaGradA", Lax.igammaGradA, "lax.igamma_grad_a(x, y)", two([shape, point], []), {
    tolerance,
    derivatives: 0
  }),
  lax("randomGammaGrad", Lax.randomGammaGrad, "lax.random_gamma_grad(x, y)", two([shape, point], []), {
    tolerance,
    derivatives: 0
  }),
  lax(
    "zeta",
    Lax.zeta,
    "lax.zeta(x, y)",
    two([within(1.2, 6), within(0.3, 12)], [
      [points("float64", [2, 3, 1, 2, 0.5, 3, 2, nan, 2]), points("float64", [-1.5, -2.25, 1, 0, 1, 0, -3, 1, nan])]
    ]),
    { tolerance, derivatives: 0 }
  ),
  lax(
    "polygamma",
    Lax.polygamma,
    "lax.polygamma(x, y)",
    two([whole(0, 4), within(0.3, 9)], [
      [points("float64", [0, 1, 2, 0.5, -1, 3, 1]), points("float64", [1, -1.5, -2.5, 1, 1, 12, 0])]
    ]),
    { tolerance, derivatives: 0 }
  ),
  lax(
    "polygamma of an order",
    (x) => Lax.polygamma(1, x),
    "lax.polygamma(jnp.ones_like(x), x)",
    [[f32([5], within(0.3, 9))], [f64([5], within(0.3, 9))]],
    { tolerance }
  ),
  lax(
    "zeta of an exponent",
    (q) => Lax.zeta(2.5, q),
    "jax.scipy.special.zeta(2.5, x)",
    [[f32([5], within(0.3, 9))], [f64([5], within(0.3, 9))]],
    { tolerance }
  ),
  lax(
    "betainc",
    Lax.betainc,
    "lax.betainc(x, y, z)",
    [
      [f32([2, 3], shape), f32([2, 3], shape), f32([2, 3], within(0.05, 0.95))],
      [f32([], shape), f32([], shape), f32([4], within(0.05, 0.95))],
      [f32([0]), f32([0]), f32([0])],
      [f64([5], shape), f64([5], shape), f64([5], within(0.05, 0.95))],
      [bf16([4], shape), bf16([4], shape), bf16([4], within(0.1, 0.9))],
      [f16([4], shape), f16([4], shape), f16([4], within(0.1, 0.9))],
      [
        points("float32", [0.01, 20, 40, 0.5, 30, 1]),
        points("float32", [2, 30, 0.5, 40, 25, 1]),
        points("float32", [1e-6, 0.4, 0.9, 0.01, 0.9, 1])
      ],
      [
        points("float64", [0, 0, 1, 0, 1, Infinity, 1, -1, 1, nan, 1, 1, 60]),
        points("float64", [0, 1, 0, 1, 0, 1, Infinity, 1, 1, 1, 2, 2, 80]),
        points("float64", [0.5, 0.5, 0.5, 0, 1, 0.5, 0.5, 0.5, -0.1, 0.5, 0, 1, 0.45])
      ]
    ],
    { tolerance, derivatives: 0 }
  ),
  lax(
    "betainc of constants",
    (x) => Lax.betainc(2.5, 1.5, x),
    "lax.betainc(jnp.full_like(x, 2.5), jnp.full_like(x, 1.5), x)",
    [[f32([5], within(0.1, 0.9))], [f64([5], within(0.1, 0.9))]],
    { tolerance }
  )
]
