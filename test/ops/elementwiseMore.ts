/**
 * Parts of floating-point numbers, common divisors, steps, and the rest of NumPy's elementwise functions.
 */
import { grad, Lax, type NdArray, Numpy as np, vmap } from "effax"
import {
  bf16,
  bool,
  distinct,
  type Draw,
  f16,
  f32,
  f64,
  i16,
  i32,
  i64,
  i8,
  outside,
  pairs,
  points,
  special,
  u16,
  u32,
  u64,
  u8,
  whole,
  wide
} from "./inputs.ts"
import { type Arguments, entries, type Options } from "./operation.ts"

type X = NdArray.Any

const numpy = entries("Numpy")

const unary = (draw?: Draw): ReadonlyArray<Arguments> => [
  [f32([2, 3], draw)],
  [f32([], draw)],
  [f32([0, 2], draw)],
  [f64([5], draw)],
  [bf16([5], draw)],
  [f16([5], draw)],
  [i32([4])],
  [bool([2])]
]

const binary = (draw?: Draw): ReadonlyArray<Arguments> => [
  [f32([2, 3], draw), f32([3], draw)],
  [f32([2, 1], draw), f32([1, 3], draw)],
  [f32([], draw), f32([0, 2], draw)],
  [f64([4], draw), f64([], draw)],
  [bf16([5], draw), bf16([5], draw)],
  [f16([5], draw), f32([5], draw)],
  [i32([4], whole(-9, 9)), i32([4], whole(-9, 9))]
]

const exact: Options = {
  tolerance: {
    float16: { rtol: 0, atol: 0 },
    bfloat16: { rtol: 0, atol: 0 },
    float32: { rtol: 0, atol: 0 },
    float64: { rtol: 0, atol: 0 }
  }
}

/** XLA on a CPU flushes denormal results to 0. */
const normal = [NaN, Infinity, -Infinity, 0, -0, 1, -1, 0.75, -2.5, 1e-30, -3e38]

const parts = [
  numpy("signbit", np.signbit, "jnp.signbit(x)", [...unary(), [special("float32")], [special("float16")], [u8([3])]]),
  numpy("copysign", np.copysign, "jnp.copysign(x, y)", [...binary(outside(0.5, 3)), pairs("float32")], {
    specialDerivatives: false
  }),
  numpy("frexp", (x: X) => np.frexp(x), "list(jnp.frexp(x))", [
    ...unary(wide(1e-3, 1e4)),
    [points("float32", normal)],
    [points("float64", [...normal, 1e-300, 1e300])],
    [special("float16")]
  ], { ...exact, numeric: false, specialDerivatives: false, derivativeTolerance: {} }),
  numpy("ldexp", np.ldexp, "jnp.ldexp(x, y)", [
    [f32([2, 3]), i32([3], whole(-9, 9))],
    [f64([4]), i32([], whole(-300, 300))],
    [f16([4]), i16([4], whole(-5, 5))],
    [bf16([4]), i8([4], whole(-50, 50))],
    [i32([4]), i32([4], whole(-9, 9))],
    [
      points("float32", [1, 1, 1, 1e-30, 1e30, 0, -0, NaN, Infinity]),
      points("int32", [127, 128, -126, 200, -200, 5, 5, 2, -9])
    ],
    [points("float32", [1, -1, 3]), points("int32", [2147483647, 2147483647, 1000])]
  ], { ...exact, numeric: false, specialDerivatives: false, derivativeTolerance: {} }),
  numpy("modf", (x: X) => np.modf(x), "list(jnp.modf(x))", [...unary(outside(0.1, 0.9)), [points("float32", normal)]], {
    derivatives: 1,
    numeric: false,
    specialDerivatives: false
  }),
  numpy("nextafter", np.nextafter, "jnp.nextafter(x, y)", [
    ...binary(outside(0.5, 3)),
    pairs("float32", [NaN, Infinity, -Infinity, 1, -1, 3.4028234663852886e38])
  ], { ...exact, derivatives: 0 }),
  numpy("spacing", np.spacing, "jnp.spacing(x)", [
    ...unary(outside(0.5, 300)).slice(0, 7),
    [points("float32", [NaN, Infinity, -Infinity, 1, -1, 1e30])]
  ], { ...exact, derivatives: 0 }),
  numpy("nanToNum", (x: X) => np.nanToNum(x), "jnp.nan_to_num(x)", [
    ...unary(),
    [special("float32")],
    [special("bfloat16")],
    [special("float16")],
    [special("float64")]
  ]),
  numpy(
    "nanToNum named",
    (x: X, y: X) => np.nanToNum(x, { nan: y, posinf: 7, neginf: -7 }),
    "jnp.nan_to_num(x, nan=y, posinf=7., neginf=-7.)",
    [[special("float32"), f32([])], [points("float32", [NaN, 1]), f32([3, 2])]],
    { specialDerivatives: false }
  ),
  numpy(
    "nanToNum complex",
    (x: X, y: X) => {
      const z = np.nanToNum(Lax.complex(x, y))
      return [Lax.real(z), Lax.imag(z)]
    },
    "parts(jnp.nan_to_num(lax.complex(x, y)))",
    [pairs("float32", [NaN, Infinity, -Infinity, 1])],
    { derivatives: 0 }
  ),
  numpy("isposinf", np.isposinf, "jnp.isposinf(x)", [...unary(), [special("float32")], [special("float16")]]),
  numpy("isneginf", np.isneginf, "jnp.isneginf(x)", [...unary(), [special("float32")], [special("bfloat16")]])
]

const integers: ReadonlyArray<Arguments> = [
  [i32([2, 3], whole(-60, 60)), i32([3], whole(-60, 60))],
  [i32([], whole(-60, 60)), i32([0, 3])],
  [i8([5]), i8([5])],
  [i16([4]), i32([4])],
  [i64([4]), i64([4])],
  [u8([4]), u8([], whole(0, 60))],
  [u16([4]), u16([4])],
  [u32([4]), u32([4])],
  [u64([4]), u64([4])],
  pairs("int32", [0, 1, -1, 12, -18, 2147483647])
]

const whole_ = [
  numpy("gcd", np.gcd, "jnp.gcd(x, y)", integers),
  // products of the least and the largest integers wrap
  numpy("lcm", np.lcm, "jnp.lcm(x, y)", [...integers.slice(0, -1), pairs("int32", [0, 1, -1, 12, -18])]),
  numpy("bitwiseCount", np.bitwiseCount, "jnp.bitwise_count(x)", [
    [i32([2, 3])],
    [i8([4])],
    [i64([3])],
    [u16([3])],
    [u32([0])],
    [bool([3])]
  ]),
  numpy("divmod", (x: X, y: X) => np.divmod(x, y), "list(jnp.divmod(x, y))", [
    [f32([2, 3], outside(2.1, 2.9)), f32([3], outside(0.7, 0.9))],
    [f64([3], outside(2.1, 2.9)), f64([], outside(0.7, 0.9))],
    [i32([4]), i32([4], outside(1, 9))],
    [u8([4]), u8([4], whole(1, 9))],
    [bf16([4], outside(2.1, 2.9)), bf16([4], outside(0.7, 0.9))],
    pairs("float32", [NaN, Infinity, -Infinity, 1, -1, 3.5, -2])
  ], { derivatives: 1, numeric: false, specialDerivatives: false })
]

const others = [
  numpy("positive", np.positive, "jnp.positive(x)", unary()),
  numpy("fabs", np.fabs, "jnp.fabs(x)", [...unary(outside(0.5, 3)), [special("float32")]], {
    specialDerivatives: false
  }),
  numpy("rint", np.rint, "jnp.rint(x)", [...unary(outside(0.6, 1.4)), [special("float32")]]),
  numpy("sinc", np.sinc, "jnp.sinc(x)", [...unary(), [points("float32", [0, -0, 1, -0.5, Infinity, NaN])]]),
  numpy(
    "sinc curvature",
    (x: X) => vmap(grad(grad((x: X) => np.sinc(x))))(x),
    "jax.vmap(jax.grad(jax.grad(jnp.sinc)))(x)",
    [
      [points("float32", [0, 1, -0.5])]
    ],
    { derivatives: 0 }
  ),
  numpy("deg2rad", np.deg2rad, "jnp.deg2rad(x)", [...unary(), [special("float32")]]),
  numpy("rad2deg", np.rad2deg, "jnp.rad2deg(x)", [...unary(), [points("float32", normal)]]),
  numpy("fmax", np.fmax, "jnp.fmax(x, y)", [...binary(distinct(0.3)), pairs("float32"), pairs("float16")], {
    specialDerivatives: false
  }),
  numpy("fmin", np.fmin, "jnp.fmin(x, y)", [...binary(distinct(0.3)), pairs("float32"), pairs("bfloat16")], {
    specialDerivatives: false
  }),
  numpy("heaviside", np.heaviside, "jnp.heaviside(x, y)", [...binary(outside(0.5, 2)), pairs("float32")]),
  numpy("floatPower", np.floatPower, "jnp.float_power(x, y)", [
    [f32([2, 3], (r) => 0.5 + r()), f32([3])],
    [f64([3], (r) => 0.5 + r()), f64([])],
    [i32([4], whole(1, 5)), i32([4], whole(-3, 3))],
    [bool([2]), i32([2], whole(0, 3))]
  ]),
  numpy("logaddexp2", np.logaddexp2, "jnp.logaddexp2(x, y)", [...binary(), [
    points("float32", [1000, -1000, Infinity, -Infinity, Infinity, NaN]),
    points("float32", [1000, 1000, 1, -Infinity, -Infinity, 1])
  ]], { specialDerivatives: false })
]

export const elementwiseMore = [...parts, ...whole_, ...others]
