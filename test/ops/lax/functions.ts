/**
 * Elementary and special functions.
 */
import { Lax, type NdArray } from "effax"
import {
  bf16,
  type Draw,
  f16,
  f32,
  f64,
  i32,
  i64,
  outside,
  pairs,
  points,
  special,
  u32,
  u8,
  whole,
  within
} from "../inputs.ts"
import { type Arguments, entries } from "../operation.ts"

type X = NdArray.Any

const entry = entries("Lax")

const floats = (draw?: Draw): ReadonlyArray<Arguments> => [
  [f32([], draw)],
  [f32([2, 5], draw)],
  [f32([0], draw)],
  [f64([7], draw)],
  [bf16([9], draw)],
  [f16([9], draw)],
  [special("float32")],
  [special("float64")]
]

export const functions = [
  entry("erf", Lax.erf, "lax.erf(x)", floats()),
  entry("erfc", Lax.erfc, "lax.erfc(x)", floats()),
  entry("erfc tail", Lax.erfc, "lax.erfc(x)", [[f32([16], within(2, 9))], [f64([16], within(2, 26))]], {
    tolerance: { float32: { rtol: 1e-5, atol: 0 }, float64: { rtol: 1e-12, atol: 0 } },
    numeric: false
  }),
  entry("erfInv", Lax.erfInv, "lax.erf_inv(x)", floats(within(-0.95, 0.95))),
  entry("lgamma", Lax.lgamma, "lax.lgamma(x)", floats(within(0.3, 9)), {
    // JAX's float32 result at its zeros, 1 and 2, is a rounding error of numbers of size 1
    tolerance: { float32: { rtol: 1e-5, atol: 1e-6 } }
  }),
  entry("lgamma negative", Lax.lgamma, "lax.lgamma(x)", [[points("float32", [-0.5, -1.5, -2.25, -3.75, -10.5])], [
    f64([8], within(-3.8, -3.2))
  ]]),
  // JAX's trigamma is NaN at infinity, and far off for negative numbers: 3e12 at -10.5, where it is 9.78
  entry("digamma", Lax.digamma, "lax.digamma(x)", floats(within(0.3, 9)), { specialDerivatives: false }),
  entry("digamma negative", Lax.digamma, "lax.digamma(x)", [[points("float32", [-0.5, -1.5, -2.25, -3.75, -10.5])], [
    f64([8], within(-3.8, -3.2))
  ]], { specialDerivatives: false }),
  entry("besselI0e", Lax.besselI0e, "lax.bessel_i0e(x)", floats(within(-12, 12))),
  // JAX's derivative at NaN is 1/2
  entry("besselI1e", Lax.besselI1e, "lax.bessel_i1e(x)", floats(within(-12, 12)), { specialDerivatives: false }),
  entry("logistic", Lax.logistic, "lax.logistic(x)", floats()),
  entry("rsqrt", Lax.rsqrt, "lax.rsqrt(x)", floats(within(0.2, 4))),
  entry("nextafter", Lax.nextafter, "lax.nextafter(x, y)", [
    [f32([6]), f32([6])],
    [f64([6]), f64([6])],
    pairs("float32", [NaN, Infinity, -Infinity, 1, -1, 3.4028234663852886e38])
  ], { tolerance: { float32: { rtol: 0, atol: 0 }, float64: { rtol: 0, atol: 0 } }, derivatives: 0 }),
  entry("round", (x: X) => Lax.round(x), "lax.round(x)", [...floats(outside(0.6, 1.4)), [
    points("float32", [0.5, 1.5, 2.5, -0.5, -1.5, 8388609, 0.49999997])
  ]], {
    derivatives: 1,
    signedZero: true
  }),
  entry(
    "round toNearestEven",
    (x: X) => Lax.round(x, { roundingMethod: "toNearestEven" }),
    "lax.round(x, lax.RoundingMethod.TO_NEAREST_EVEN)",
    [
      ...floats(outside(0.6, 1.4)),
      [points("float32", [0.5, 1.5, 2.5, -0.5, -1.5, 8388609, 0.49999997])]
    ],
    { derivatives: 1, signedZero: true }
  ),
  ...[-3, 0, 1, 5].map((n) =>
    entry(`integerPow ${n}`, (x: X) => Lax.integerPow(x, n), `lax.integer_pow(x, ${n})`, [
      [f32([5], outside(0.4, 2))],
      [f64([5], outside(0.4, 2))],
      [special("float32")],
      ...(n < 0 ? [] : [[i32([5], whole(-9, 9))], [u8([5], whole(0, 3))]])
    ])
  ),
  entry("rem", Lax.rem, "lax.rem(x, y)", [
    [f32([6], within(2.1, 2.9)), f32([6], within(0.7, 0.9))],
    [f64([6], within(-2.9, -2.1)), f64([6], within(0.7, 0.9))],
    pairs("float32", [NaN, Infinity, -Infinity, 1, -1, 3.5, -2]),
    [i32([6]), i32([6], whole(1, 9))],
    [i64([6]), i64([6], whole(1, 9))],
    [u8([6]), u8([6], whole(1, 9))]
  ], { derivatives: 1, numeric: false }),
  entry("sign", Lax.sign, "lax.sign(x)", [[i32([5])], [u32([5])], [points("float32", [NaN, -0, 0, -3, 1e-30])]], {
    derivatives: 1,
    signedZero: true
  }),
  entry("sub denormal", Lax.sub, "x - y", [[
    points("float64", [2 ** -1022, 1]),
    points("float64", [1.5 * 2 ** -1022, 1])
  ]], {
    derivatives: 0,
    // XLA on a CPU flushes denormal results to 0
    tolerance: { float64: { rtol: 0, atol: 2 ** -1022 } }
  })
]
