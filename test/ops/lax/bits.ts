/**
 * Bits, choice and conversion.
 */
import { Lax, type NdArray } from "effax"
import {
  bf16,
  bool,
  distinct,
  f16,
  f32,
  f64,
  i16,
  i32,
  i64,
  i8,
  points,
  special,
  u16,
  u32,
  u64,
  u8,
  whole,
  within
} from "../inputs.ts"
import { type Arguments, entries } from "../operation.ts"

type X = NdArray.Any

const entry = entries("Lax")

const integers: ReadonlyArray<Arguments> = [
  [i8([6])],
  [i16([6])],
  [i32([6])],
  [i64([6])],
  [u8([6])],
  [u16([6])],
  [u32([6])],
  [u64([6])],
  [points("int32", [0, 1, -1, 2147483647, -2147483648])],
  [points("uint8", [0, 1, 128, 255])]
]

const big = [0, 1, 2, 5, 7, 8, 15, 16, 31, 32, 33, 63, 64, 100]

const shifts = (["shiftLeft", "shiftRightLogical", "shiftRightArithmetic"] as const).map((name) =>
  entry(name, Lax[name], `lax.${name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`)}(x, y)`, [
    ...(["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"] as const).map((dtype): Arguments => [
      points(dtype, big.map((_, i) => dtype.startsWith("u") ? 100 + i : i % 2 === 0 ? -100 + i : 100 + i)),
      points(dtype, big)
    ]),
    [i32([2, 3]), i32([], whole(0, 9))]
  ])
)

export const bits = [
  entry("clz", Lax.clz, "lax.clz(x)", integers),
  entry("populationCount", Lax.populationCount, "lax.population_count(x)", integers),
  ...shifts,
  entry("bitwiseNot", Lax.bitwiseNot, "lax.bitwise_not(x)", [...integers, [bool([3])]]),
  entry("bitcastConvertType", (x: X) => Lax.bitcastConvertType(x, "int32"), "lax.bitcast_convert_type(x, jnp.int32)", [[
    special("float32")
  ], [
    u32([3])
  ], [i32([3])]], {
    // the bits of NaN are not JAX's
    specialDerivatives: false
  }),
  entry(
    "bitcastConvertType to float",
    (x: X) => Lax.bitcastConvertType(x, "float32"),
    "lax.bitcast_convert_type(x, jnp.float32)",
    [
      [points("uint32", [0, 0x80000000, 0x3f800000, 0x7f800000, 0x00800000])],
      [f32([3])]
    ],
    { signedZero: true, derivatives: 0 }
  ),
  entry(
    "bitcastConvertType 64",
    (x: X) => Lax.bitcastConvertType(x, "uint64"),
    "lax.bitcast_convert_type(x, jnp.uint64)",
    [[f64([3])], [
      i64([3])
    ]]
  ),
  entry(
    "bitcastConvertType 16",
    (x: X) => Lax.bitcastConvertType(x, "uint16"),
    "lax.bitcast_convert_type(x, jnp.uint16)",
    [[f16([3])], [
      bf16([3])
    ], [i16([3])]]
  )
]

export const choice = [
  entry("selectN", (w: X, ...cases: ReadonlyArray<X>) => Lax.selectN(w, ...cases), "lax.select_n(x, y, z, w)", [
    [i32([6], whole(0, 2)), f32([6]), f32([6]), f32([6])],
    [i32([], whole(0, 2)), f64([2, 3]), f64([2, 3]), f64([2, 3])]
  ]),
  entry("selectN bool", (w: X, a: X, b: X) => Lax.selectN(w, a, b), "lax.select_n(x, y, z)", [
    [bool([6]), f32([6]), f32([6])],
    [bool([]), i8([3]), i8([3])],
    [bool([6]), bool([6]), bool([6])]
  ]),
  entry("select", (w: X, a: X, b: X) => Lax.select(w, a, b), "lax.select(x, y, z)", [[bool([6]), f32([6]), f32([6])]]),
  entry(
    "clamp",
    (a: X, x: X, b: X) => Lax.clamp(a, x, b),
    "lax.clamp(jnp.broadcast_to(x, y.shape), y, jnp.broadcast_to(z, y.shape))",
    [
      [f32([], within(-1.1, -1)), f32([8], distinct(0.4)), f32([], within(0.9, 1))],
      [f32([8], within(-1.1, -1)), f32([8], distinct(0.4)), f32([8], within(0.9, 1))],
      [f64([], within(-1.1, -1)), f64([8], distinct(0.4)), f64([], within(0.9, 1))],
      [i32([], whole(-20, -10)), i32([8]), i32([], whole(10, 20))],
      [
        points("float32", [0, 0, 0, 0, NaN, 0]),
        points("float32", [0, 1, 0.5, NaN, 0.5, -1]),
        points("float32", [1, 1, 1, 1, 1, NaN])
      ]
    ],
    { derivatives: 1 }
  ),
  entry("convertElementType", (x: X) => Lax.convertElementType(x, "int32"), "lax.convert_element_type(x, jnp.int32)", [
    [f32([5])],
    [bool([2])],
    [points("float32", [2147483648, -3e9, 1e20, -1e20, 2147483520])],
    [
      points("float32", [NaN, Infinity, -Infinity])
    ]
  ], { derivatives: 0 })
]
