/**
 * Functions of one array, element by element.
 */
import { type NdArray, Numpy as np } from "effax"
import * as inputs from "./inputs.ts"
import {
  bf16,
  bool,
  type Draw,
  f16,
  f32,
  f64,
  i16,
  i32,
  i64,
  i8,
  outside,
  points,
  special,
  u16,
  u32,
  u64,
  u8,
  wide,
  within
} from "./inputs.ts"
import { type Arguments, entries, isHalf, type Options } from "./operation.ts"

const numpy = entries("Numpy")

/** Shapes that matter, special values, every float dtype, and integers that become floats. */
const floats = (draw?: Draw, integers: Draw = inputs.whole(1, 3)): ReadonlyArray<Arguments> => [
  [f32([], draw)],
  [f32([7], draw)],
  [f32([2, 1, 3], draw)],
  [f32([0, 3], draw)],
  [special("float32")],
  [f64([5], draw)],
  [special("float64")],
  [bf16([9], draw)],
  [special("bfloat16")],
  [f16([9], draw)],
  [special("float16")],
  [i32([4], integers)],
  [i8([3], integers)],
  [u32([3], integers)],
  [bool([2])]
]

/** Every dtype, for functions that keep it. */
const numbers = (draw?: Draw): ReadonlyArray<Arguments> => [
  ...floats(draw).slice(0, 11),
  [i8([5])],
  [i16([5])],
  [i32([2, 3])],
  [i64([5])],
  [u8([5])],
  [u16([5])],
  [u32([5])],
  [u64([5])],
  [points("int32", [0, 1, -1, 2147483647, -2147483648])],
  [points("int8", [0, 127, -128, -1])],
  [points("uint32", [0, 1, 4294967295, 2147483648])]
]

/** Denormal numbers: functions that move bits or compare must not lose them. */
const tiny: Arguments = [points("float32", [2 ** -149, -(2 ** -149), 2 ** -130, -(2 ** -127)])]

const smooth = (name: string, f: (x: never) => never, jax: string, draw?: Draw, options: Options = {}) =>
  numpy(name, f, jax, floats(draw), options)

// JAX's own values of these functions are a few units further off in half precision and near the ends of the domain
const domain = { unit: within(-0.95, 0.95), positive: within(0.1, 4), beyondOne: within(1.1, 4) }

const exponential = [
  smooth("exp", np.exp as never, "jnp.exp(x)"),
  // of half precision samples only: XLA's exp2 is exp(x ln 2) with a rounded product, which for bfloat16 2^100 is 27 % off
  numpy("exp2", np.exp2, "jnp.exp2(x)", floats().filter(([x]) => !(isHalf(x!) && x!.special))),
  smooth("expm1", np.expm1 as never, "jnp.expm1(x)"),
  numpy("expm1 near 0", np.expm1, "jnp.expm1(x)", [[f32([9], wide(1e-12, 1e-2))], [f64([9], wide(1e-20, 1e-2))]]),
  smooth("log", np.log as never, "jnp.log(x)", domain.positive),
  smooth("log1p", np.log1p as never, "jnp.log1p(x)", within(-0.9, 3)),
  numpy("log1p near 0", np.log1p, "jnp.log1p(x)", [[f32([9], wide(1e-12, 1e-2))], [f64([9], wide(1e-20, 1e-2))]]),
  smooth("log2", np.log2 as never, "jnp.log2(x)", domain.positive),
  smooth("log10", np.log10 as never, "jnp.log10(x)", domain.positive),
  smooth("sqrt", np.sqrt as never, "jnp.sqrt(x)", domain.positive),
  smooth("cbrt", np.cbrt as never, "jnp.cbrt(x)", outside(0.2, 4)),
  numpy("exp wide", np.exp, "jnp.exp(x)", [[f32([32], within(-87, 88))], [f64([32], within(-700, 700))]], {
    tolerance: { float32: { rtol: 1e-5, atol: 0 }, float64: { rtol: 1e-12, atol: 0 } }
  }),
  numpy("log wide", np.log, "jnp.log(x)", [[f32([32], (r) => Math.exp(160 * r() - 80))], [
    f64([32], (r) => Math.exp(1400 * r() - 700))
  ]], {
    numeric: false
  })
]

const trigonometric = [
  smooth("sin", np.sin as never, "jnp.sin(x)"),
  smooth("cos", np.cos as never, "jnp.cos(x)"),
  smooth("tan", np.tan as never, "jnp.tan(x)", within(-1.3, 1.3)),
  smooth("arcsin", np.arcsin as never, "jnp.arcsin(x)", domain.unit),
  smooth("arccos", np.arccos as never, "jnp.arccos(x)", domain.unit),
  smooth("arctan", np.arctan as never, "jnp.arctan(x)"),
  smooth("sinh", np.sinh as never, "jnp.sinh(x)"),
  smooth("cosh", np.cosh as never, "jnp.cosh(x)"),
  smooth("tanh", np.tanh as never, "jnp.tanh(x)"),
  smooth("arcsinh", np.arcsinh as never, "jnp.arcsinh(x)"),
  // at -1, outside of the domain, the infinity that JAX's derivative is has another sign
  smooth("arccosh", np.arccosh as never, "jnp.arccosh(x)", domain.beyondOne, { specialDerivatives: false }),
  smooth("arctanh", np.arctanh as never, "jnp.arctanh(x)", domain.unit),
  numpy("sin wide", np.sin, "jnp.sin(x)", [[f32([32], outside(3, 1e5))], [f64([32], outside(3, 1e9))]], {
    numeric: false
  }),
  numpy("cos wide", np.cos, "jnp.cos(x)", [[f32([32], outside(3, 1e5))], [f64([32], outside(3, 1e9))]], {
    numeric: false
  })
]

const plain = [
  numpy("negative", np.negative, "jnp.negative(x)", [...numbers(), tiny], { signedZero: true }),
  numpy("abs", np.abs, "jnp.abs(x)", [...numbers(outside(0.1, 3)), [bool([3])]], { derivatives: 1 }),
  // XLA on a CPU takes denormal numbers for 0 where it compares, as the derivative does
  numpy("abs denormal", np.abs, "jnp.abs(x)", [tiny], { derivatives: 0 }),
  numpy("sign", np.sign, "jnp.sign(x)", [...numbers(outside(0.1, 3))], { derivatives: 1, signedZero: true }),
  numpy("square", np.square, "jnp.square(x)", numbers()),
  numpy("reciprocal", np.reciprocal, "jnp.reciprocal(x)", floats(outside(0.3, 3))),
  numpy("floor", np.floor, "jnp.floor(x)", numbers(outside(0.1, 0.9)), { derivatives: 1, signedZero: true }),
  numpy("ceil", np.ceil, "jnp.ceil(x)", numbers(outside(0.1, 0.9)), { derivatives: 1, signedZero: true }),
  ...[2, -1].map((decimals) =>
    numpy(
      `round ${decimals}`,
      (x: NdArray.Any) => np.round(x, { decimals }),
      `jnp.round(x, ${decimals})`,
      [[f32([2, 5], within(-30, 30))], [f64([7], within(-30, 30))], [f16([9], within(-30, 30))], [
        points("float32", [2.5, 25, 35, -0.125, NaN, Infinity, 1e30])
      ]],
      { derivatives: 1, numeric: false }
    )
  ),
  // as float64 it has so many decimals
  numpy("round many", (x: NdArray.Any) => np.round(x, { decimals: 50 }), "jnp.round(x, 50)", [[f32([5])]], {
    numeric: false
  }),
  numpy("round integers", (x: NdArray.Any) => np.round(x, { decimals: 3 }), "jnp.round(x, 3)", [[i32([5])]]),
  numpy("round", (x: NdArray.Any) => np.round(x), "jnp.round(x)", numbers(outside(0.6, 1.4)), {
    derivatives: 1,
    signedZero: true
  }),
  numpy("trunc", np.trunc, "jnp.trunc(x)", numbers(outside(0.1, 0.9)), { derivatives: 1, signedZero: true }),
  numpy("isnan", np.isnan, "jnp.isnan(x)", [...numbers(), [bool([2])]]),
  numpy("isinf", np.isinf, "jnp.isinf(x)", [...numbers(), [bool([2])]]),
  numpy("isfinite", np.isfinite, "jnp.isfinite(x)", [...numbers(), [bool([2])]]),
  numpy("logicalNot", np.logicalNot, "jnp.logical_not(x)", [...numbers(), [bool([4])]]),
  numpy("bitwiseNot", np.bitwiseNot, "jnp.bitwise_not(x)", [...numbers().slice(11), [bool([4])]]),
  numpy("stopGradient", np.stopGradient, "lax.stop_gradient(x)", [...numbers(), [bool([2])]], {
    derivatives: 1,
    // that finite differences do not know of it is its purpose
    numeric: false
  })
]

export const elementwise = [...exponential, ...trigonometric, ...plain]
