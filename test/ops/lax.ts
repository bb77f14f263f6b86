/**
 * Primitives as they are, where Numpy does not show all that they can do.
 */
import { Lax, type NdArray } from "effax"
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

const functions = [
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
    (x: X) => Lax.round(x, "toNearestEven"),
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

const bits = [
  entry("clz", Lax.clz, "lax.clz(x)", integers),
  entry("populationCount", Lax.populationCount, "lax.population_count(x)", integers),
  ...shifts,
  entry("not", Lax.not, "lax.bitwise_not(x)", [...integers, [bool([3])]]),
  entry("bitcast", (x: X) => Lax.bitcast(x, "int32"), "lax.bitcast_convert_type(x, jnp.int32)", [[special("float32")], [
    u32([3])
  ], [i32([3])]], {
    // the bits of NaN are not JAX's
    specialDerivatives: false
  }),
  entry("bitcast to float", (x: X) => Lax.bitcast(x, "float32"), "lax.bitcast_convert_type(x, jnp.float32)", [
    [points("uint32", [0, 0x80000000, 0x3f800000, 0x7f800000, 0x00800000])],
    [f32([3])]
  ], { signedZero: true, derivatives: 0 }),
  entry("bitcast 64", (x: X) => Lax.bitcast(x, "uint64"), "lax.bitcast_convert_type(x, jnp.uint64)", [[f64([3])], [
    i64([3])
  ]]),
  entry("bitcast 16", (x: X) => Lax.bitcast(x, "uint16"), "lax.bitcast_convert_type(x, jnp.uint16)", [[f16([3])], [
    bf16([3])
  ], [i16([3])]]),
  entry(
    "threefry2x32",
    (a: X, b: X, c: X, d: X) => Lax.threefry2x32(a, b, c, d),
    "jax.extend.random.threefry2x32_p.bind(*[jnp.broadcast_to(v, jnp.broadcast_shapes(x.shape, z.shape)) for v in (x, y, z, w)])",
    [
      [
        u32([], whole(0, 4294967295)),
        u32([], whole(0, 4294967295)),
        u32([5], whole(0, 4294967295)),
        u32([5], whole(0, 4294967295))
      ],
      [
        u32([2, 3], whole(0, 4294967295)),
        u32([2, 3], whole(0, 4294967295)),
        u32([2, 3], whole(0, 4294967295)),
        u32([2, 3], whole(0, 4294967295))
      ]
    ]
  )
]

const choice = [
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
  entry("convert", (x: X) => Lax.convert(x, "int32"), "lax.convert_element_type(x, jnp.int32)", [
    [f32([5])],
    [bool([2])],
    [points("float32", [2147483648, -3e9, 1e20, -1e20, 2147483520])],
    [
      points("float32", [NaN, Infinity, -Infinity])
    ]
  ], { derivatives: 0 })
]

const structural = [
  entry(
    "broadcastInDim",
    (x: X) => Lax.broadcastInDim(x, [4, 2, 3], [1, 2]),
    "lax.broadcast_in_dim(x, (4, 2, 3), (1, 2))",
    [[f32([2, 3])], [f32([1, 3])], [i8([2, 1])]]
  ),
  entry("broadcastInDim inner", (x: X) => Lax.broadcastInDim(x, [2, 3], [0]), "lax.broadcast_in_dim(x, (2, 3), (0,))", [
    [f32([2])],
    [bool([1])]
  ]),
  entry("pad", (x: X, v: X) => Lax.pad(x, v, [[1, 2, 0], [0, 1, 2]]), "lax.pad(x, y, ((1, 2, 0), (0, 1, 2)))", [
    [f32([2, 3]), f32([])],
    [f64([2, 1]), f64([])],
    [i32([2, 3]), i32([])],
    [f32([0, 3]), f32([])]
  ]),
  entry(
    "pad negative",
    (x: X, v: X) => Lax.pad(x, v, [[-1, 2, 1], [2, -1, 0]]),
    "lax.pad(x, y, ((-1, 2, 1), (2, -1, 0)))",
    [[f32([4, 3]), f32([])]]
  ),
  entry("pad crop", (x: X, v: X) => Lax.pad(x, v, [[-1, -1, 0]]), "lax.pad(x, y, ((-1, -1, 0),))", [
    [f32([5]), f32([])],
    [bool([5]), bool([])]
  ]),
  entry("slice", (x: X) => Lax.slice(x, [1, 0], [5, 3], [2, 2]), "lax.slice(x, (1, 0), (5, 3), (2, 2))", [
    [f32([6, 4])],
    [bf16([6, 4])],
    [u8([5, 3])]
  ]),
  entry("slice plain", (x: X) => Lax.slice(x, [1, 0], [3, 2]), "lax.slice(x, (1, 0), (3, 2))", [[f32([6, 4])]]),
  entry("rev", (x: X) => Lax.rev(x, [0, 2]), "lax.rev(x, (0, 2))", [[f32([2, 3, 4])]]),
  entry("concatenate", (x: X, y: X) => Lax.concatenate([x, y, x], 1), "lax.concatenate([x, y, x], 1)", [[
    f32([2, 3]),
    f32([2, 1])
  ]]),
  entry("reshape", (x: X) => Lax.reshape(x, [3, 2]), "lax.reshape(x, (3, 2))", [[f32([2, 3])]]),
  entry("transpose", (x: X) => Lax.transpose(x, [2, 0, 1]), "lax.transpose(x, (2, 0, 1))", [[f32([2, 3, 4])]]),
  ...(["int32", "float32", "uint8", "bfloat16", "float64"] as const).map((dtype) =>
    entry(`iota ${dtype}`, () => Lax.iota(dtype, [3, 4], 1), `lax.broadcasted_iota(jnp.${dtype}, (3, 4), 1)`, [[]])
  )
]

const boolAxes: ReadonlyArray<Arguments> = [[bool([2, 3, 4])], [i32([2, 3, 4])], [u8([2, 3, 4])]]

const reductions = [
  ...([["reduceSum", "sum"], ["reduceProd", "prod"], ["reduceMax", "max"], ["reduceMin", "min"]] as const).map((
    [name, python]
  ) =>
    entry(name, (x: X) => Lax[name](x, [0, 2]), `lax.reduce_${python}(x, (0, 2))`, [
      [f32([2, 3, 4], distinct(0.13))],
      [f64([2, 3, 2], distinct(0.4))],
      [i8([2, 3, 4])],
      [u16([2, 3, 4])],
      [i64([2, 3, 4])]
    ], { derivatives: name === "reduceSum" || name === "reduceProd" ? 2 : 1 })
  ),
  ...([["reduceMax", "max"], ["reduceMin", "min"], ["reduceSum", "sum"], ["reduceProd", "prod"]] as const).map((
    [name, python]
  ) =>
    entry(`${name} empty`, (x: X) => Lax[name](x, [0]), `lax.reduce_${python}(x, (0,))`, [
      [f32([0, 3])],
      [i32([0, 3])],
      [u8([0, 2])]
    ], {
      derivatives: 0
    })
  ),
  entry("reduceAnd", (x: X) => Lax.reduceAnd(x, [0, 2]), "lax.reduce_and(x, (0, 2))", boolAxes),
  entry("reduceOr", (x: X) => Lax.reduceOr(x, [0, 2]), "lax.reduce_or(x, (0, 2))", boolAxes),
  ...(["argmax", "argmin"] as const).map((name) =>
    entry(`${name} uint8`, (x: X) => Lax[name](x, 1, "uint8"), `lax.${name}(x, 1, jnp.uint8)`, [[
      f32([2, 5], ties([1, 2, 3]))
    ]])
  ),
  ...(["cummax", "cummin"] as const).flatMap((name) => [
    entry(name, (x: X) => Lax[name](x, 1, false), `lax.${name}(x, 1)`, [
      [f32([2, 5], distinct(0.3))],
      [f64([2, 5], distinct(0.3))],
      [i32([2, 9])],
      [u8([2, 9])],
      [points("float32", [1, NaN, 3, -Infinity, 2, Infinity], [1, 6])],
      [f32([2, 0])]
    ], {
      derivatives: 1,
      // of NaN, JAX drops the derivative and we pass it on
      specialDerivatives: false
    }),
    entry(`${name} reverse`, (x: X) => Lax[name](x, 0, true), `lax.${name}(x, 0, True)`, [[f32([7], distinct(0.3))]], {
      derivatives: 1
    }),
    entry(`${name} ties`, (x: X) => Lax[name](x, 0, false), `lax.${name}(x, 0)`, [[f32([9], ties([1, 2, 3]))]], {
      derivatives: 1,
      numeric: false
    })
  ]),
  ...(["cumsum", "cumprod"] as const).map((name) =>
    entry(`${name} long`, (x: X) => Lax[name](x, 0, false), `lax.${name}(x, 0)`, [[f32([999], outside(0.97, 1.03))]], {
      derivatives: 1,
      numeric: false
    })
  )
]

const order = [
  entry("sort", (x: X) => Lax.sort([x], { dimension: 0 }), "lax.sort(x, 0)", [[f32([5, 3], distinct(0.2))], [
    bool([5, 3])
  ], [i64([5, 3])]], { derivatives: 1 }),
  entry(
    "sort with values",
    (k: X, v: X) => Lax.sort([k, v], { dimension: 1, numKeys: 1 }),
    "lax.sort((x, y), 1, num_keys=1)",
    [
      [i32([2, 9], whole(0, 3)), f32([2, 9])],
      [f32([2, 9], distinct(0.1)), f64([2, 9])],
      [points("float32", [NaN, 0, -0, 1, NaN, -1], [1, 6]), points("int32", [0, 1, 2, 3, 4, 5], [1, 6])]
    ],
    { derivatives: 1 }
  ),
  entry(
    "sort two keys",
    (a: X, b: X, c: X) => Lax.sort([a, b, c], { dimension: 0, numKeys: 2 }),
    "lax.sort((x, y, z), 0, num_keys=2)",
    [
      [i32([12], whole(0, 2)), f32([12], distinct(0.3)), i8([12])],
      [f32([12], ties([0, -0, 1])), u8([12], whole(0, 2)), i32([12])]
    ],
    { derivatives: 1, numeric: false }
  )
]

const contractions = [
  entry(
    "dotGeneral",
    (x: X, y: X) => Lax.dotGeneral(x, y, { lhsContracting: [1], rhsContracting: [2], lhsBatch: [0], rhsBatch: [1] }),
    "lax.dot_general(x, y, (((1,), (2,)), ((0,), (1,))))",
    [
      [f32([2, 3, 4]), f32([5, 2, 3])],
      [f64([2, 3, 4]), f64([5, 2, 3])],
      [i32([2, 3, 4]), i32([5, 2, 3])]
    ]
  ),
  entry(
    "dotGeneral two",
    (x: X, y: X) =>
      Lax.dotGeneral(x, y, { lhsContracting: [0, 2], rhsContracting: [1, 0], lhsBatch: [], rhsBatch: [] }),
    "lax.dot_general(x, y, (((0, 2), (1, 0)), ((), ())))",
    [
      [f32([2, 3, 4]), f32([4, 2, 5])]
    ]
  ),
  entry(
    "dotGeneral preferred",
    (x: X, y: X) =>
      Lax.dotGeneral(x, y, { lhsContracting: [1], rhsContracting: [0], lhsBatch: [], rhsBatch: [] }, "float32"),
    "lax.dot_general(x, y, (((1,), (0,)), ((), ())), preferred_element_type=jnp.float32)",
    [
      [bf16([2, 9]), bf16([9, 3])],
      [f16([2, 9]), f16([9, 3])]
    ]
  )
]

type Conv = Parameters<typeof Lax.convGeneralDilated>[2]

const nchw: Conv["dimensionNumbers"] = { lhsSpec: [0, 1, 2, 3], rhsSpec: [0, 1, 2, 3], outSpec: [0, 1, 2, 3] }

const convolutions: ReadonlyArray<
  readonly [name: string, options: Conv, python: string, cases: ReadonlyArray<Arguments>]
> = [
  [
    "lhsDilation",
    { windowStrides: [1, 1], padding: [[1, 1], [0, 2]], lhsDilation: [2, 3], dimensionNumbers: nchw },
    "(1, 1), [(1, 1), (0, 2)], (2, 3)",
    [
      [f32([1, 2, 3, 3]), f32([3, 2, 2, 2])]
    ]
  ],
  [
    "everything",
    {
      windowStrides: [2, 1],
      padding: [[1, 2], [2, 0]],
      lhsDilation: [1, 2],
      rhsDilation: [2, 1],
      dimensionNumbers: nchw,
      featureGroupCount: 2
    },
    "(2, 1), [(1, 2), (2, 0)], (1, 2), (2, 1), feature_group_count=2",
    [
      [f32([2, 4, 5, 4]), f32([4, 2, 2, 3])],
      [f64([2, 4, 5, 4]), f64([4, 2, 2, 3])]
    ]
  ],
  // in float32 the gradient of XLA's kernel for CPUs is wrong here
  [
    "negative padding",
    { windowStrides: [1, 1], padding: [[-1, 1], [0, -2]], dimensionNumbers: nchw },
    "(1, 1), [(-1, 1), (0, -2)]",
    [
      [f64([1, 2, 5, 6]), f64([2, 2, 2, 3])]
    ]
  ],
  [
    "batch groups",
    { windowStrides: [1, 1], padding: [[0, 0], [0, 0]], dimensionNumbers: nchw, batchGroupCount: 2 },
    "(1, 1), 'VALID', batch_group_count=2",
    [
      [f32([4, 2, 4, 4]), f32([6, 2, 2, 2])]
    ]
  ],
  [
    "permuted",
    {
      windowStrides: [1, 1],
      padding: [[0, 0], [1, 1]],
      dimensionNumbers: { lhsSpec: [1, 3, 2, 0], rhsSpec: [2, 3, 0, 1], outSpec: [3, 0, 2, 1] }
    },
    "(1, 1), [(0, 0), (1, 1)], dimension_numbers=lax.ConvDimensionNumbers((1, 3, 2, 0), (2, 3, 0, 1), (3, 0, 2, 1))",
    [
      [f32([4, 2, 5, 3]), f32([2, 3, 4, 3])]
    ]
  ],
  [
    "no spatial axes",
    { windowStrides: [], padding: [], dimensionNumbers: { lhsSpec: [0, 1], rhsSpec: [0, 1], outSpec: [0, 1] } },
    "(), []",
    [
      [f32([3, 4]), f32([2, 4])]
    ]
  ],
  ["empty", { windowStrides: [1, 1], padding: [[0, 0], [0, 0]], dimensionNumbers: nchw }, "(1, 1), 'VALID'", [
    [f32([1, 2, 2, 2]), f32([3, 2, 3, 3])]
  ]],
  [
    "int32",
    {
      windowStrides: [1],
      padding: [[1, 1]],
      dimensionNumbers: { lhsSpec: [0, 1, 2], rhsSpec: [0, 1, 2], outSpec: [0, 1, 2] }
    },
    "(1,), [(1, 1)]",
    [
      [i32([1, 2, 5]), i32([3, 2, 3])]
    ]
  ]
]

const convolution = convolutions.map(([name, options, python, cases]) =>
  entry(
    `convGeneralDilated ${name}`,
    (x: X, w: X) => Lax.convGeneralDilated(x, w, options),
    `lax.conv_general_dilated(x, y, ${python})`,
    cases,
    {
      // terms of either sign cancel
      tolerance: { float32: { rtol: 1e-5, atol: 5e-6 } },
      derivativeTolerance: { float32: { rtol: 1e-5, atol: 1e-5 } }
    }
  )
)

const dynamic = [
  entry(
    "dynamicSlice",
    (x: X, i: X, j: X) => Lax.dynamicSlice(x, [i, j], [2, 3]),
    "lax.dynamic_slice(x, (y, z), (2, 3), allow_negative_indices=False)",
    [
      [f32([4, 5]), points("int32", [1], []), points("int32", [2], [])],
      [f32([4, 5]), points("int32", [9], []), points("int32", [-1], [])],
      [f64([4, 5]), points("int32", [-9], []), points("int32", [1], [])],
      [i8([2, 3]), points("int32", [1], []), points("int32", [0], [])]
    ]
  ),
  entry(
    "dynamicSlice number",
    (x: X, i: X) => Lax.dynamicSlice(x, [i, 1], [2, 3]),
    "lax.dynamic_slice(x, (y.astype(jnp.int32), 1), (2, 3))",
    [
      [f32([4, 5]), points("uint8", [1], [])]
    ]
  ),
  entry(
    "dynamicUpdateSlice",
    (x: X, u: X, i: X, j: X) => Lax.dynamicUpdateSlice(x, u, [i, j]),
    "lax.dynamic_update_slice(x, y, (z, w), allow_negative_indices=False)",
    [
      [f32([4, 5]), f32([2, 3]), points("int32", [1], []), points("int32", [2], [])],
      [f32([4, 5]), f32([2, 3]), points("int32", [9], []), points("int32", [-1], [])],
      [f64([4, 5]), f64([2, 3]), points("int32", [1], []), points("int32", [1], [])],
      [bool([4, 5]), bool([2, 3]), points("int32", [0], []), points("int32", [1], [])]
    ]
  )
]

const indices = points("int32", [0, 1, 2, 0, 5, 5, -1, 1], [4, 2])

const gathers = (["clip", "fill", "promiseInBounds"] as const).map((mode) => {
  const inside = mode === "promiseInBounds"
  return entry(
    `gather ${mode}`,
    (x: X, i: X) =>
      Lax.gather(x, i, {
        dimensionNumbers: {
          offsetDims: [1, 2],
          collapsedSliceDims: [],
          startIndexMap: [0, 1],
          operandBatchingDims: [],
          startIndicesBatchingDims: []
        },
        sliceSizes: [2, 3],
        mode
      }),
    `lax.gather(x, y, lax.GatherDimensionNumbers((1, 2), (), (0, 1)), (2, 3), mode='${
      inside ? "promise_in_bounds" : mode
    }')`,
    [
      [f32([4, 6]), inside ? points("int32", [0, 1, 2, 0, 1, 3], [3, 2]) : indices],
      [i32([4, 6]), inside ? points("int32", [0, 1, 2, 0, 1, 3], [3, 2]) : indices],
      [f64([4, 6]), i32([3, 2], whole(0, 2))]
    ],
    // what is filled in is NaN, whose derivative is 0
    { numeric: mode !== "fill" }
  )
})

const batchedGather = entry(
  "gather batching",
  (x: X, i: X) =>
    Lax.gather(x, i, {
      dimensionNumbers: {
        offsetDims: [2],
        collapsedSliceDims: [1],
        startIndexMap: [1],
        operandBatchingDims: [0],
        startIndicesBatchingDims: [0]
      },
      sliceSizes: [1, 1, 4],
      mode: "clip"
    }),
  "lax.gather(x, y, lax.GatherDimensionNumbers((2,), (1,), (1,), (0,), (0,)), (1, 1, 4), mode='clip')",
  [[f32([2, 3, 4]), i32([2, 5, 1], whole(0, 2))]]
)

const scatters = (["scatter", "scatterAdd", "scatterMul", "scatterMin", "scatterMax"] as const).flatMap((name) => {
  const python = name.replace(/[A-Z]/, (c) => `_${c.toLowerCase()}`)
  const dims = {
    updateWindowDims: [1],
    insertedWindowDims: [0],
    scatterDimsToOperandDims: [0],
    operandBatchingDims: [],
    scatterIndicesBatchingDims: []
  }
  const derivatives = name === "scatterAdd" || name === "scatterMul" ? 2 : 1
  return [
    ...(["clip", "drop"] as const).map((mode) => {
      // JAX's derivative of an extreme at a place that was moved inside is infinite
      const far = mode === "clip" && derivatives === 1 && name !== "scatter" ? 3 : 9
      return entry(
        `${name} ${mode}`,
        (x: X, i: X, u: X) => Lax[name](x, i, u, { dimensionNumbers: dims, mode, uniqueIndices: true }),
        `lax.${python}(x, y, z, lax.ScatterDimensionNumbers((1,), (0,), (0,)), unique_indices=True, mode='${mode}')`,
        [
          [f32([5, 3], distinct(0.2)), points("int32", [4, 0, 2], [3, 1]), f32([3, 3], distinct(0.33))],
          [f64([5, 3], distinct(0.2)), points("int32", [far, 0, 2], [3, 1]), f64([3, 3], distinct(0.33))],
          [i32([5, 3]), points("int32", [1, 7], [2, 1]), i32([2, 3])],
          ...(name === "scatter" ? [[bool([5, 3]), points("int32", [1, 3], [2, 1]), bool([2, 3])]] : [])
        ],
        { derivatives }
      )
    }),
    entry(
      `${name} batching`,
      (x: X, i: X, u: X) =>
        Lax[name](x, i, u, {
          dimensionNumbers: {
            updateWindowDims: [],
            insertedWindowDims: [1],
            scatterDimsToOperandDims: [1],
            operandBatchingDims: [0],
            scatterIndicesBatchingDims: [0]
          },
          mode: "drop",
          uniqueIndices: true
        }),
      `lax.${python}(x, y, z, lax.ScatterDimensionNumbers((), (1,), (1,), (0,), (0,)), unique_indices=True, mode='drop')`,
      [[f32([2, 5], distinct(0.2)), points("int32", [4, 0, 2, 1], [2, 2, 1]), f32([2, 2], distinct(0.33))]],
      { derivatives }
    )
  ]
})

export const lax = [
  ...functions,
  ...bits,
  ...choice,
  ...structural,
  ...reductions,
  ...order,
  ...contractions,
  ...convolution,
  ...dynamic,
  ...gathers,
  batchedGather,
  ...scatters
]
