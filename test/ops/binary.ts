/**
 * Functions of two arrays and more, element by element, which broadcast and promote.
 */
import { type NdArray, Numpy as np } from "effax"
import type { DType } from "effax/DType"
import * as inputs from "./inputs.ts"
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
  ties,
  u16,
  u32,
  u64,
  u8,
  whole,
  within
} from "./inputs.ts"
import { type Arguments, entries } from "./operation.ts"

type X = NdArray.Any

const numpy = entries("Numpy")

const shapes = (x?: Draw, y: Draw | undefined = x): ReadonlyArray<Arguments> => [
  [f32([], x), f32([], y)],
  [f32([2, 3], x), f32([2, 3], y)],
  [f32([2, 3], x), f32([3], y)],
  [f32([2, 1], x), f32([1, 3], y)],
  [f32([], x), f32([4], y)],
  [f32([4], x), f32([], y)],
  [f32([3, 1, 2], x), f32([4, 1], y)],
  [f32([0, 3], x), f32([3], y)],
  [f32([1], x), f32([0], y)]
]

const precisions = (x?: Draw, y: Draw | undefined = x): ReadonlyArray<Arguments> => [
  [f64([2, 3], x), f64([3], y)],
  [bf16([7], x), bf16([7], y)],
  [f16([7], x), f16([7], y)]
]

const specials: ReadonlyArray<Arguments> = [
  pairs("float32"),
  pairs("float64"),
  pairs("bfloat16"),
  pairs("float16")
]

/** One case for each kind of promotion: within a kind, across kinds, to a third dtype. */
const promotions: ReadonlyArray<Arguments> = [
  [f32([3]), i32([3], whole(1, 9))],
  [i32([3], whole(1, 9)), f32([3])],
  [f64([3]), f32([3])],
  [bf16([3]), f16([3])],
  [bf16([3]), f32([3])],
  [f16([3]), i32([3], whole(1, 9))],
  [i8([3]), u8([3])],
  [u32([3]), i32([3], whole(0, 50))],
  [u8([3]), i32([3])],
  [i64([3]), i32([3])],
  [bool([3]), i32([3])],
  [bool([3]), f32([3])]
]

const big = 2147483647

/** Integers of every width, and those at the ends of the range, where arithmetic wraps. */
const integers = (y: Draw = whole(1, 9)): ReadonlyArray<Arguments> => [
  [i8([6]), i8([6], y)],
  [i16([6]), i16([6], y)],
  [i32([2, 3]), i32([3], y)],
  [i64([6]), i64([6], y)],
  [u8([6]), u8([6], y)],
  [u16([6]), u16([6], y)],
  [u32([6]), u32([6], y)],
  [u64([6]), u64([6], y)]
]

const limits: ReadonlyArray<Arguments> = [
  pairs("int32", [0, 1, -1, 2, -3, 7, big, -big - 1]),
  pairs("int8", [0, 1, -1, 3, 127, -128]),
  pairs("uint32", [0, 1, 3, 4294967295, 2147483648])
]

const booleans: Arguments = [points("bool", [0, 0, 1, 1]), points("bool", [0, 1, 0, 1])]

const numbers = (x?: Draw, y: Draw | undefined = x): ReadonlyArray<Arguments> => [
  ...shapes(x, y),
  ...precisions(x, y),
  ...specials,
  ...promotions,
  ...integers(),
  ...limits
]

const arithmetic = [
  numpy("add", np.add, "jnp.add(x, y)", [...numbers(), booleans]),
  numpy("add weak", (x: X) => np.add(np.add(x, 2), -3), "x + 2 + -3", [[f32([3])], [f64([3])], [bf16([3])], [i8([3])], [
    u8([3], whole(3, 9))
  ], [i64([3])]]),
  numpy("add number", (x: X) => np.add(1.5, x), "1.5 + x", [[f32([3])], [f64([3])], [f16([3])], [bool([3])]]),
  // x + 0 is left out: under jit it is x in JAX, also for -0
  numpy(
    "add zeros, and subtract, multiply, choose them",
    (x: X) => [
      np.add(-0, x),
      np.subtract(x, 0),
      np.subtract(0, x),
      np.subtract(-0, x),
      np.multiply(x, 0),
      np.multiply(-0, x),
      np.astype(np.where(np.greater(x, 0), 0, -0), "float32")
    ],
    "[-0. + x, x - 0., 0. - x, -0. - x, x * 0., -0. * x, jnp.where(x > 0, 0., -0.).astype(jnp.float32)]",
    (["float32", "float64", "bfloat16", "float16"] as const).map((dtype) => [inputs.special(dtype)]),
    { derivatives: 1 }
  ),
  numpy("subtract", np.subtract, "jnp.subtract(x, y)", numbers()),
  numpy("multiply", np.multiply, "jnp.multiply(x, y)", [...numbers(), booleans]),
  numpy("divide", np.divide, "jnp.divide(x, y)", [
    ...shapes(undefined, outside(0.3, 3)),
    ...precisions(undefined, outside(0.3, 3)),
    ...specials,
    ...integers(),
    [bool([2]), points("bool", [1, 1])]
  ]),
  numpy("divide by number", (x: X) => np.divide(x, 3), "x / 3", [[f32([3])], [f64([3])], [i32([3])], [bf16([3])]]),
  numpy("remainder", np.remainder, "jnp.remainder(x, y)", [
    ...shapes(undefined, outside(0.3, 1.1)),
    ...precisions(undefined, outside(0.3, 1.1)),
    ...specials,
    ...integers(),
    ...limits
  ], { derivatives: 1 }),
  numpy("fmod", np.fmod, "jnp.fmod(x, y)", [
    ...shapes(undefined, outside(0.3, 1.1)),
    ...precisions(undefined, outside(0.3, 1.1)),
    ...specials,
    ...integers(),
    ...limits
  ], { derivatives: 1 }),
  numpy("floorDivide", np.floorDivide, "jnp.floor_divide(x, y)", [
    ...shapes(undefined, outside(0.3, 1.1)),
    ...precisions(undefined, outside(0.3, 1.1)),
    ...specials,
    ...integers(),
    ...limits
  ], { derivatives: 1 }),
  numpy("maximum", np.maximum, "jnp.maximum(x, y)", numbers(distinct(0.3)), { derivatives: 1 }),
  numpy("maximum ties", np.maximum, "jnp.maximum(x, y)", [[f32([9], ties([0, 1])), f32([9], ties([0, 1]))]], {
    derivatives: 1,
    numeric: false
  }),
  numpy("minimum", np.minimum, "jnp.minimum(x, y)", numbers(distinct(0.3)), { derivatives: 1 }),
  numpy("minimum ties", np.minimum, "jnp.minimum(x, y)", [[f32([9], ties([0, 1])), f32([9], ties([0, 1]))]], {
    derivatives: 1,
    numeric: false
  }),
  numpy("hypot", np.hypot, "jnp.hypot(x, y)", [
    ...shapes(outside(0.3, 3)),
    ...precisions(outside(0.3, 3)),
    ...specials
  ]),
  // JAX's derivatives overflow where the value does not
  numpy("hypot extremes", np.hypot, "jnp.hypot(x, y)", [
    [points("float32", [3e30, 3e-30]), points("float32", [4e30, 4e-30])]
  ], { derivatives: 0 }),
  numpy("arctan2", np.arctan2, "jnp.arctan2(x, y)", [
    ...shapes(outside(0.3, 3)),
    ...precisions(outside(0.3, 3)),
    ...specials
  ]),
  numpy("logaddexp", np.logaddexp, "jnp.logaddexp(x, y)", [
    ...shapes(),
    ...precisions(),
    pairs("float32", [0, -0, 1, -1, 2, 100, -100])
  ]),
  // beside infinities JAX's derivatives are NaN and infinity: its rule subtracts numbers from an infinity taken as 0
  numpy("logaddexp special", np.logaddexp, "jnp.logaddexp(x, y)", specials, { derivatives: 0 })
]

/** Special bases, each with all of these exponents. */
const powersOf = (dtype: DType, exponents: ReadonlyArray<number>): Arguments => {
  const bases = [NaN, Infinity, -Infinity, 0, -0, 1, -1, 2, -0.5, 3]
  return [
    points(dtype, bases.flatMap((base) => exponents.map(() => base))),
    points(dtype, bases.flatMap(() => exponents))
  ]
}

const powers = [
  numpy("power", np.power, "jnp.power(x, y)", [
    ...shapes(within(0.3, 2), within(-2, 2)),
    ...precisions(within(0.3, 2), within(-2, 2)),
    ...(["float32", "float64", "bfloat16", "float16"] as const).map((dtype) =>
      powersOf(dtype, [
        NaN,
        Infinity,
        -Infinity,
        1,
        -1,
        2,
        -0.5,
        3
      ])
    )
  ]),
  // x^0 is 1 whatever x is, and its derivatives are 0: JAX's are NaN at 0 and at NaN
  numpy(
    "power 0",
    np.power,
    "jnp.power(x, y)",
    (["float32", "float64", "bfloat16", "float16"] as const).map((dtype) => powersOf(dtype, [0, -0])),
    { derivatives: 0 }
  ),
  numpy("power by integer arrays", np.power, "jnp.power(x, y)", [
    [f32([2, 3], outside(0.3, 2)), i32([3], whole(-3, 4))],
    [f64([5], outside(0.3, 2)), i8([5], whole(-3, 4))],
    [
      points("float32", [0, 0, 0, 0, 0, -0, -0, 2, -3, Infinity, NaN, NaN]),
      points("int32", [0, 1, 2, 3, -1, 0, 1, 0, 0, 0, 0, 1])
    ]
  ]),
  numpy("power integers", np.power, "jnp.power(x, y)", [
    ...integers(whole(0, 5)),
    // a negative exponent is a whole number only of 1 and -1; JAX's result depends on the bits of the exponent
    [points("int32", [1, -1, -1, 0, 0, -3, -3, 7, 2]), points("int32", [-3, -3, -2, 0, 5, 0, 3, 7, 31])],
    pairs("uint8", [0, 1, 2, 5, 255])
  ]),
  ...[0, 1, 2, 3, -1, -2, 7].map((n) =>
    numpy(`power to the ${n}`, (x: X) => np.power(x, n), `jnp.power(x, ${n})`, [
      [f32([5], outside(0.3, 2))],
      [f64([5], outside(0.3, 2))],
      [bf16([5], outside(0.3, 2))],
      ...(n < 0 ? [] : [[i32([5], whole(-5, 5))], [u8([5], whole(0, 9))]])
    ], {
      // JAX rounds each of the products; the result is the rounding of one power here
      tolerance: { bfloat16: { rtol: 2 ** -6 } }
    })
  ),
  numpy("power 0.5", (x: X) => np.power(x, 0.5), "jnp.power(x, 0.5)", [[f32([5], within(0.3, 2))], [
    f64([5], within(0.3, 2))
  ]]),
  numpy("power of 2", (x: X) => np.power(2, x), "jnp.power(2., x)", [[f32([5])], [f64([5])]])
]

const comparisons = (["equal", "notEqual", "less", "lessEqual", "greater", "greaterEqual"] as const).map((name) =>
  numpy(name, np[name], `jnp.${name.replace(/[A-Z]/, (c) => `_${c.toLowerCase()}`)}(x, y)`, [
    ...shapes(ties([0, 1, 2])),
    ...precisions(ties([0, 1, 2])),
    ...specials,
    ...promotions,
    ...integers(ties([1, 2])),
    ...limits,
    booleans
  ])
)

const logic = [
  ...(["logicalAnd", "logicalOr", "logicalXor"] as const).map((name) =>
    numpy(name, np[name], `jnp.${name.replace(/[A-Z]/, (c) => `_${c.toLowerCase()}`)}(x, y)`, [
      ...shapes(ties([0, 1])).slice(0, 4),
      [i32([4], ties([0, 3])), bool([4])],
      ...specials.slice(0, 1),
      booleans
    ])
  ),
  ...(["bitwiseAnd", "bitwiseOr", "bitwiseXor"] as const).map((name) =>
    numpy(name, np[name], `jnp.${name.replace(/[A-Z]/, (c) => `_${c.toLowerCase()}`)}(x, y)`, [
      ...integers(whole(0, 127)),
      ...limits,
      [i8([4]), u8([4])],
      booleans
    ])
  ),
  numpy("leftShift", np.leftShift, "jnp.left_shift(x, y)", [
    ...integers(whole(0, 7)),
    pairs("int32", [1, -1, 5, 31, big])
  ]),
  numpy("rightShift", np.rightShift, "jnp.right_shift(x, y)", [
    ...integers(whole(0, 7)),
    [points("int32", [-1, -8, 8, big]), points("int32", [1, 2, 31, 30])]
  ])
]

const closeness = [
  numpy("isclose", np.isclose, "jnp.isclose(x, y)", [
    ...specials,
    [points("float32", [1, 1, 1, 100]), points("float32", [1.000001, 1.001, 1, 100.0005])],
    [f64([3]), f64([3])],
    [i32([3]), i32([3])]
  ]),
  numpy(
    "isclose equalNan",
    (x: X, y: X) => np.isclose(x, y, { equalNan: true }),
    "jnp.isclose(x, y, equal_nan=True)",
    specials
  ),
  numpy(
    "isclose rtol atol",
    (x: X, y: X) => np.isclose(x, y, { rtol: 0.5, atol: 0.25 }),
    "jnp.isclose(x, y, rtol=0.5, atol=0.25)",
    [[f32([9]), f32([9])]]
  )
]

const choice = [
  numpy("where", np.where, "jnp.where(x, y, z)", [
    [bool([2, 3]), f32([2, 3]), f32([2, 3])],
    [bool([3]), f32([2, 1]), f32([])],
    [bool([]), f32([3]), f32([3])],
    [bool([2, 3]), f64([3]), f64([2, 3])],
    [bool([4]), bf16([4]), f32([4])],
    [i32([4], ties([0, 2])), i32([4]), f32([4])],
    [f32([4], ties([0, 2])), bool([4]), bool([4])],
    [bool([0]), f32([0]), f32([])],
    [points("bool", [1, 0, 1, 0]), points("float32", [NaN, NaN, Infinity, -0]), points("float32", [1, 2, NaN, NaN])]
  ], { signedZero: true }),
  numpy("where number", (c: X, x: X) => np.where(c, x, 0), "jnp.where(x, y, 0)", [
    [bool([2, 3]), f32([2, 3])],
    [bool([3]), i8([3])]
  ]),
  numpy("clip", (x: X) => np.clip(x, { min: -1, max: 1 }), "jnp.clip(x, -1, 1)", [
    [f32([2, 4], outside(0.2, 2))],
    [f64([5], outside(0.2, 2))],
    [bf16([5])],
    [i32([5], whole(-3, 3))],
    [inputs.special("float32")]
  ], { derivatives: 1, numeric: false }),
  numpy("clip positional", (x: X) => np.clip(x, -1, 1), "jnp.clip(x, -1, 1)", [[f32([2, 4], outside(0.2, 2))], [
    i32([5], whole(-3, 3))
  ]], { derivatives: 1, numeric: false }),
  numpy("clip positional max", (x: X) => np.clip(x, undefined, 0.5), "jnp.clip(x, None, 0.5)", [[f32([5])]], {
    derivatives: 1
  }),
  numpy("clip positional arrays", (x: X, y: X) => np.clip(x, y), "jnp.clip(x, y)", [[f32([2, 3]), f32([3])]], {
    derivatives: 1
  }),
  numpy("clip min", (x: X) => np.clip(x, { min: 0.5 }), "jnp.clip(x, min=0.5)", [[f32([5])]], { derivatives: 1 }),
  numpy("clip max", (x: X) => np.clip(x, { max: 0.5 }), "jnp.clip(x, max=0.5)", [[f32([5])]], { derivatives: 1 }),
  numpy("clip arrays", (x: X, y: X, z: X) => np.clip(x, { min: y, max: z }), "jnp.clip(x, y, z)", [
    [f32([2, 4], distinct(0.2)), f32([4], within(-0.55, -0.45)), f32([2, 1], within(0.45, 0.55))]
  ], { derivatives: 1 })
]

const dtypes = [
  "bool",
  "int8",
  "int16",
  "int32",
  "int64",
  "uint8",
  "uint16",
  "uint32",
  "uint64",
  "bfloat16",
  "float16",
  "float32",
  "float64"
] as const

const conversions = dtypes.map((dtype) =>
  numpy(`astype ${dtype}`, (x: X) => np.astype(x, dtype), `x.astype(jnp.${dtype}${dtype === "bool" ? "_" : ""})`, [
    [f32([6], outside(0.1, 90))],
    [f64([6], outside(0.1, 90))],
    [bf16([6], outside(0.1, 90))],
    [f16([6], outside(0.1, 90))],
    [i8([6])],
    [i32([6])],
    [i64([6])],
    [u8([6])],
    [u32([6])],
    [bool([2, 3])],
    [points("float32", [0, -0, 0.5, -0.5, 1.5, 2.5, 127.9, -127.9])],
    [points("int32", [0, -1, 127, 128, -129, 255, 256, 65535, 65536, big, -big - 1, 16777217])],
    [points("uint32", [0, 127, 255, 256, 65535, 2147483648, 4294967295])],
    [points("int64", [0, -1, 2 ** 31, 2 ** 33 + 5, -(2 ** 40) - 3])]
  ], { derivatives: 1, numeric: false })
)

export const binary = [...arithmetic, ...powers, ...comparisons, ...logic, ...closeness, ...choice, ...conversions]
