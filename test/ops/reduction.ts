/**
 * Reductions, running reductions and order.
 */
import { type NdArray, Numpy as np } from "effax"
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
  points,
  ties,
  u16,
  u32,
  u64,
  u8,
  whole
} from "./inputs.ts"
import { type Arguments, entries, type Operation, type Options } from "./operation.ts"

type X = NdArray.Any

const numpy = entries("Numpy")

interface Choice {
  readonly text: string
  readonly options: { readonly axis?: number | ReadonlyArray<number>; readonly keepdims?: boolean }
  readonly python: string
}

/** Which axes, and whether they stay: each combination is an entry, at shapes that have the axes. */
const choices: ReadonlyArray<Choice> = [
  { text: "axis 0", options: { axis: 0 }, python: "axis=0" },
  { text: "axis -1 keepdims", options: { axis: -1, keepdims: true }, python: "axis=-1, keepdims=True" },
  { text: "axes 0 and 2", options: { axis: [0, 2] }, python: "axis=(0, 2)" },
  { text: "no axes", options: { axis: [] }, python: "axis=()" },
  { text: "keepdims", options: { keepdims: true }, python: "keepdims=True" }
]

const shapes = (draw?: Draw): ReadonlyArray<Arguments> => [
  [f32([], draw)],
  [f32([7], draw)],
  [f32([2, 3, 4], draw)],
  [f32([1, 5, 1], draw)],
  [f64([3, 5], draw)],
  [bf16([9], draw)],
  [f16([9], draw)]
]

const integers: ReadonlyArray<Arguments> = [
  [bool([2, 3])],
  [i8([5])],
  [i16([5])],
  [i32([2, 3])],
  [i64([5])],
  [u8([5])],
  [u16([5])],
  [u32([5])],
  [u64([5])]
]

const empty: Arguments = [f32([0, 3])]

/** Rows with NaN, infinities, ties, zeros of both signs. */
const rows = points("float32", [
  1,
  NaN,
  3,
  4,
  Infinity,
  1,
  2,
  3,
  -Infinity,
  1,
  Infinity,
  2,
  2,
  2,
  1,
  2,
  0,
  -0,
  0,
  -0,
  -0,
  0,
  -0,
  -0,
  NaN,
  NaN,
  Infinity,
  -Infinity
], [7, 4])

type Reduction = "sum" | "prod" | "max" | "min" | "mean" | "var" | "std" | "all" | "any" | "countNonzero"

const python: { readonly [R in Reduction]: string } = {
  sum: "sum",
  prod: "prod",
  max: "max",
  min: "min",
  mean: "mean",
  var: "var",
  std: "std",
  all: "all",
  any: "any",
  countNonzero: "count_nonzero"
}

interface ReductionOptions extends Options {
  readonly draw?: Draw
  readonly empty?: boolean
}

const reducing = (name: Reduction, options: ReductionOptions = {}): ReadonlyArray<Operation> => {
  const { draw, empty: hasEmpty = true, ...rest } = options
  const f = np[name] as (x: X, options?: Choice["options"]) => X
  // 64-bit mode counts in int64
  const convert = name === "countNonzero" ? ".astype(jnp.int32)" : ""
  return [
    numpy(name, (x: X) => f(x), `jnp.${python[name]}(x)${convert}`, [
      ...shapes(draw),
      ...(hasEmpty ? [empty] : []),
      ...integers
    ], rest),
    ...choices.map((choice) =>
      numpy(
        `${name} ${choice.text}`,
        (x: X) => f(x, choice.options),
        `jnp.${python[name]}(x, ${choice.python})${convert}`,
        [
          [f32([2, 3, 4], draw)],
          [f64([2, 3, 1], draw)],
          [i32([2, 3, 4], whole(-3, 3))],
          [bool([2, 3, 2])],
          ...(hasEmpty && name !== "mean" && name !== "var" && name !== "std" ? [[f32([2, 0, 3])]] : [])
        ],
        rest
      )
    ),
    numpy(`${name} special`, (x: X) => f(x, { axis: 1 }), `jnp.${python[name]}(x, axis=1)`, [[rows]], {
      ...rest,
      // under jit JAX's derivatives of an extreme that is NaN are 0, without they are NaN
      specialDerivatives: name !== "max" && name !== "min",
      numeric: false
    })
  ]
}

/** Products have no derivative where JAX divides by an element that is 0. */
const reductions = [
  ...reducing("sum"),
  ...reducing("prod", { draw: outside(0.5, 1.5) }),
  ...reducing("max", { draw: distinct(0.3), derivatives: 1, empty: false }),
  ...reducing("min", { draw: distinct(0.3), derivatives: 1, empty: false }),
  ...reducing("mean"),
  ...reducing("var"),
  // of one element it is the square root of 0
  ...reducing("std", { numeric: false }),
  ...reducing("all", { draw: ties([0, 1, 2]) }),
  ...reducing("any", { draw: ties([0, 0, 2]) }),
  ...reducing("countNonzero", { draw: ties([0, 0, 2]) }),
  numpy("sum dtype", (x: X) => np.sum(x, { axis: 0, dtype: "float32" }), "jnp.sum(x, axis=0, dtype=jnp.float32)", [
    [i8([3, 2])],
    [bool([3, 2])],
    [bf16([3, 2])],
    [f64([3, 2])]
  ], { numeric: false }),
  numpy("prod dtype", (x: X) => np.prod(x, { dtype: "int32" }), "jnp.prod(x, dtype=jnp.int32)", [[u8([3])], [
    i16([2, 2], whole(-9, 9))
  ]]),
  numpy("sum data last", (x: X) => np.sum({ axis: 0 })(x), "jnp.sum(x, axis=0)", [[f32([3, 2])]]),
  numpy("sum long", (x: X) => np.sum(x), "jnp.sum(x)", [[f32([4099])], [bf16([4099], outside(0.5, 1))], [
    f16([2051], outside(0.5, 1))
  ]], {
    // thousands of terms that cancel, in another order
    tolerance: {
      float32: { rtol: 1e-5, atol: 1e-4 },
      bfloat16: { rtol: 2 ** -7, atol: 0.5 },
      float16: { rtol: 2 ** -10, atol: 0.1 }
    },
    derivatives: 1
  }),
  numpy("mean half", (x: X) => np.mean(x), "jnp.mean(x)", [[bf16([1000], outside(0.5, 1))], [f16([3000], () => 60)]], {
    derivatives: 1
  }),
  numpy("var ddof", (x: X) => np.var(x, { axis: 1, ddof: 1 }), "jnp.var(x, axis=1, ddof=1)", [[f32([3, 4])], [
    f64([3, 4])
  ]]),
  numpy("std ddof", (x: X) => np.std(x, { axis: 1, ddof: 1 }), "jnp.std(x, axis=1, ddof=1)", [[f32([3, 4])], [
    f64([3, 4])
  ]]),
  ...(["max", "min", "prod"] as const).map((name) =>
    numpy(`${name} ties`, (x: X) => (np[name] as typeof np.max)(x, { axis: 1 }), `jnp.${name}(x, axis=1)`, [[
      f32([6, 4], ties([1, 2]))
    ]], {
      derivatives: 1,
      numeric: false
    })
  ),
  numpy("prod zeros", (x: X) => np.prod(x, { axis: 1 }), "jnp.prod(x, axis=1)", [
    [points("float32", [1, 0, 2, 0, 3, 0, 4, 5, 6], [3, 3])]
  ])
]

/** Parts of the elements, by a mask that broadcasts, with and without something to begin with. */
const masks: ReadonlyArray<Arguments> = [
  [f32([2, 3, 4], distinct(0.3)), bool([2, 3, 4])],
  [f64([3, 4], distinct(0.3)), bool([4])],
  [f32([3, 4], distinct(0.3)), bool([3, 1])],
  [f32([3], distinct(0.3)), bool([])],
  [i32([3, 4], whole(-3, 3)), bool([3, 4])],
  [bool([3, 4]), bool([3, 4])]
]

// rows of which nothing counts, one element, and all
const rowMasks = points("bool", [0, 0, 0, 1, 0, 0, 1, 1, 1], [3, 3])

const partial = [
  ...(["sum", "prod"] as const).flatMap((name) => [
    numpy(
      `${name} where`,
      (x: X, m: X) => np[name](x, { axis: -1, where: m }),
      `jnp.${name}(x, axis=-1, where=y)`,
      [...masks, [f32([3, 3], outside(0.5, 2)), rowMasks], [bf16([3, 3], outside(0.5, 2)), rowMasks]]
    ),
    numpy(
      `${name} initial`,
      (x: X, y: X) => np[name](x, { axis: 0, initial: y, keepdims: true }),
      `jnp.${name}(x, axis=0, initial=y, keepdims=True)`,
      [
        [f32([3, 2], outside(0.5, 2)), f32([], outside(0.5, 2))],
        [f64([3, 2], outside(0.5, 2)), f64([], outside(0.5, 2))],
        [i32([3, 2], whole(-3, 3)), i32([], whole(-3, 3))],
        [f32([0, 2]), f32([], outside(0.5, 2))]
      ]
    ),
    numpy(
      `${name} where initial`,
      (x: X, m: X) => np[name](x, { axis: 1, initial: 3, where: m }),
      `jnp.${name}(x, axis=1, initial=3, where=y)`,
      [[f32([3, 3], outside(0.5, 2)), rowMasks], [i32([3, 3], whole(-3, 3)), rowMasks]]
    ),
    numpy(`${name} to bool`, (x: X) => np[name](x, { axis: 0, dtype: "bool" }), `jnp.${name}(x, axis=0, dtype=bool)`, [
      [bool([3, 4])],
      [i32([3, 4], whole(0, 1))]
    ])
  ]),
  ...(["max", "min"] as const).flatMap((name) => [
    numpy(
      `${name} where`,
      (x: X, m: X) => np[name](x, { axis: -1, where: m, initial: -0.5 }),
      `jnp.${name}(x, axis=-1, where=y, initial=-0.5)`,
      [...masks.slice(0, 4), [f32([3, 3], distinct(0.3)), rowMasks], [bf16([3, 3], distinct(0.3)), rowMasks]],
      { derivatives: 1 }
    ),
    numpy(
      `${name} where integers`,
      (x: X, m: X, y: X) => np[name](x, { where: m, initial: y }),
      `jnp.${name}(x, where=y, initial=z)`,
      [
        [i32([3, 4]), bool([3, 4]), i32([], whole(-3, 3))],
        [i8([5]), bool([5]), i8([], whole(-3, 3))],
        [i64([5]), bool([5]), i64([])],
        [u8([5]), bool([5]), u8([], whole(0, 3))],
        [u64([5]), bool([5]), u64([])],
        [bool([5]), bool([5]), bool([])]
      ]
    ),
    numpy(
      `${name} initial`,
      (x: X) => np[name](x, { axis: 0, initial: 0.1 }),
      `jnp.${name}(x, axis=0, initial=0.1)`,
      [[f32([3, 2], distinct(0.3))], [f32([0, 2])], [rows]],
      // beside NaN as for "max special"
      { derivatives: 1, numeric: false, specialDerivatives: false }
    )
  ]),
  ...(["any", "all"] as const).map((name) =>
    numpy(
      `${name} where`,
      (x: X, m: X) => np[name](x, { axis: -1, where: m }),
      `jnp.${name}(x, axis=-1, where=y)`,
      [[bool([4, 3]), bool([4, 3])], [f32([3, 3], ties([0, 1])), rowMasks]]
    )
  ),
  numpy("mean where", (x: X, m: X) => np.mean(x, { axis: -1, where: m }), "jnp.mean(x, axis=-1, where=y)", [
    ...masks,
    [f32([3, 3]), rowMasks],
    [f16([3, 3]), rowMasks]
  ], { numeric: false }),
  numpy(
    "mean where keepdims",
    (x: X, m: X) => np.mean(x, { axis: 0, keepdims: true, where: m }),
    "jnp.mean(x, axis=0, keepdims=True, where=y)",
    [[f32([3, 2]), bool([3, 1])]],
    { numeric: false }
  ),
  ...(["float32", "float64", "float16", "int32"] as const).map((dtype) =>
    numpy(
      `mean to ${dtype}`,
      (x: X) => np.mean(x, { axis: 0, dtype }),
      `jnp.mean(x, axis=0, dtype=jnp.${dtype})`,
      [[f32([4, 3])], [i32([4, 3])], [bool([4, 3])], ...(dtype === "float16" ? [] : [[bf16([4, 3])]])],
      { numeric: false }
    )
  ),
  ...(["var", "std"] as const).flatMap((name) => [
    numpy(
      `${name} correction`,
      (x: X) => np[name](x, { axis: 1, correction: 1.5 }),
      `jnp.${name}(x, axis=1, correction=1.5)`,
      [[f32([3, 4])], [f64([3, 4])], [i32([3, 4])]]
    ),
    // more correction than elements leaves nothing to divide by
    numpy(
      `${name} corrected away`,
      (x: X) => np[name](x, { axis: 1, ddof: 3 }),
      `jnp.${name}(x, axis=1, ddof=3)`,
      [[f32([2, 3])], [f32([2, 2])], [f32([2, 1])]],
      { derivatives: 0 }
    ),
    numpy(
      `${name} where`,
      (x: X, m: X) => np[name](x, { axis: 1, ddof: 1, where: m }),
      `jnp.${name}(x, axis=1, ddof=1, where=y)`,
      [[f32([2, 5]), points("bool", [1, 1, 0, 1, 0, 0, 1, 1, 1, 1], [2, 5])], [
        f64([2, 5]),
        points("bool", [1, 1, 0, 1, 1])
      ]]
    ),
    numpy(
      `${name} where nothing`,
      (x: X, m: X) => np[name](x, { axis: 1, ddof: 1, where: m }),
      `jnp.${name}(x, axis=1, ddof=1, where=y)`,
      [[f32([3, 3]), rowMasks]],
      { derivatives: 0 }
    ),
    numpy(
      `${name} mean`,
      (x: X, m: X) => np[name](x, { axis: 0, mean: m }),
      `jnp.${name}(x, axis=0, mean=y)`,
      [[f32([4, 3]), f32([1, 3])], [f64([4, 3]), f64([1, 3])]]
    ),
    numpy(
      `${name} dtype`,
      (x: X) => np[name](x, { axis: 0, dtype: "float64" }),
      `jnp.${name}(x, axis=0, dtype=jnp.float64)`,
      [[f32([4, 3])], [i32([4, 3])]],
      { numeric: false }
    )
  ])
]

const positions = (["argmax", "argmin"] as const).flatMap((name) => [
  numpy(name, (x: X) => np[name](x), `jnp.${name}(x).astype(jnp.int32)`, [
    [f32([7])],
    [f32([2, 3])],
    [i32([7], whole(0, 3))],
    [bool([5])],
    [u32([5])],
    [i64([5])],
    [bf16([9], ties([1, 2]))],
    [points("float32", [1, 3, NaN, 5, NaN])],
    [points("float32", [0, -0, 0])],
    [points("float32", [-Infinity, Infinity, Infinity])]
  ]),
  numpy(`${name} axis`, (x: X) => np[name](x, { axis: 1 }), `jnp.${name}(x, axis=1)`, [
    [f32([2, 3, 4], ties([0, 1, 2]))],
    [f64([2, 3])],
    [rows]
  ]),
  numpy(
    `${name} keepdims`,
    (x: X) => np[name](x, { axis: -1, keepdims: true }),
    `jnp.${name}(x, axis=-1, keepdims=True)`,
    [
      [f32([2, 3])]
    ]
  ),
  numpy(`${name} all keepdims`, (x: X) => np[name](x, { keepdims: true }), `jnp.${name}(x, keepdims=True)`, [[
    f32([2, 3])
  ]])
])

const running = (["cumsum", "cumprod"] as const).flatMap((name) => [
  numpy(name, (x: X) => np[name](x), `jnp.${name}(x)`, [
    ...shapes(outside(0.5, 1.5)).slice(1),
    empty,
    ...integers,
    [points("float32", [1, Infinity, 2, -Infinity, 3, NaN, 1])]
  ], {
    // JAX rounds each step to half precision, in another order
    tolerance: { bfloat16: { rtol: 2 ** -6 }, float16: { rtol: 2 ** -9 } }
  }),
  ...[0, 1, -1].map((axis) =>
    numpy(`${name} axis ${axis}`, (x: X) => np[name](x, { axis }), `jnp.${name}(x, axis=${axis})`, [
      [f32([2, 3, 4], outside(0.5, 1.5))],
      [f64([3, 9], outside(0.5, 1.5))],
      [f32([2, 0])],
      [f32([1, 1])]
    ])
  ),
  // NumPy's: JAX takes Python's scalars along an axis, but not its own
  numpy(`${name} scalar`, (x: X) => np[name](x, { axis: 0 }), `jnp.${name}(x.reshape(1), axis=0)`, [[f32([])], [
    i32([])
  ]]),
  numpy(`${name} flattened`, (x: X) => np[name](x, { axis: null }), `jnp.${name}(x, axis=None)`, [[f32([2, 3])]]),
  numpy(`${name} to bool`, (x: X) => np[name](x, { axis: 0, dtype: "bool" }), `jnp.${name}(x, axis=0, dtype=bool)`, [
    [bool([6])],
    [i32([6], whole(-1, 1))]
  ]),
  numpy(`${name} reverse`, (x: X) => np[name](x, { axis: 1, reverse: true }), `lax.${name}(x, axis=1, reverse=True)`, [
    [f32([2, 5], outside(0.5, 1.5))]
  ]),
  numpy(
    `${name} dtype`,
    (x: X) => np[name](x, { axis: 0, dtype: "float32" }),
    `jnp.${name}(x, axis=0, dtype=jnp.float32)`,
    [
      [i8([5], whole(-3, 3))]
    ]
  )
])

const differences = [
  numpy("diff", (x: X) => np.diff(x), "jnp.diff(x)", [[f32([5])], [f64([2, 3])], [i32([4])], [f32([1])]]),
  numpy("diff axis", (x: X) => np.diff(x, { axis: 0 }), "jnp.diff(x, axis=0)", [[f32([3, 2])]]),
  numpy("diff n", (x: X) => np.diff(x, { n: 2 }), "jnp.diff(x, n=2)", [[f32([2, 5])]]),
  numpy("diff 0", (x: X) => np.diff(x, { n: 0 }), "jnp.diff(x, n=0)", [[f32([3])]]),
  numpy(
    "diff prepend",
    (x: X, y: X) => np.diff(x, { axis: 0, prepend: y }),
    "jnp.diff(x, axis=0, prepend=y)",
    [[f32([3, 2]), f32([])], [f32([3, 2]), f32([2, 2])], [f64([3]), f64([1])], [i32([3]), f32([])]]
  ),
  numpy(
    "diff append",
    (x: X, y: X) => np.diff(x, { n: 2, append: y }),
    "jnp.diff(x, n=2, append=y)",
    [[f32([2, 3]), f32([])], [i32([4]), i32([2])], [bool([4]), bool([])]]
  ),
  numpy(
    "diff both",
    (x: X, y: X) => np.diff(x, { prepend: 0, append: y }),
    "jnp.diff(x, prepend=0, append=y)",
    [[f32([2, 3]), f32([2, 1])], [i32([4]), i32([1])]]
  ),
  numpy("diff bool", (x: X) => np.diff(x), "jnp.diff(x)", [[bool([6])]])
]

const unsorted: ReadonlyArray<Arguments> = [
  [f32([9], distinct(0.2))],
  [f32([2, 5], distinct(0.2))],
  [f64([2, 5], distinct(0.2))],
  [bf16([9], distinct(0.25))],
  [f16([9], distinct(0.25))],
  [i32([9])],
  [i8([9])],
  [u8([9])],
  [u32([9])],
  [i64([9])],
  [bool([6])],
  [f32([0])],
  [f32([1])],
  [f32([3, 0])],
  [points("float32", [3, NaN, -Infinity, 0, -0, Infinity, -1, NaN, 1e-30])]
]

const equals: ReadonlyArray<Arguments> = [
  [f32([17], ties([0, 1, 2]))],
  [i32([3, 9], ties([0, 1, 2]))],
  [points("float32", [0, -0, NaN, 0, -0, NaN, 1])]
]

const order = [
  numpy("sort", (x: X) => np.sort(x), "jnp.sort(x)", unsorted, { derivatives: 1 }),
  numpy("sort axis", (x: X) => np.sort(x, { axis: 0 }), "jnp.sort(x, axis=0)", [[f32([4, 3], distinct(0.2))], [
    i32([4, 3])
  ]], {
    derivatives: 1
  }),
  numpy("sort descending", (x: X) => np.sort(x, { descending: true }), "jnp.sort(x, descending=True)", unsorted, {
    derivatives: 1
  }),
  numpy("sort flattened", (x: X) => np.sort(x, { axis: null }), "jnp.sort(x, axis=None)", [
    [f32([4, 3], distinct(0.2))],
    [i32([2, 2, 2])],
    [f32([])]
  ], { derivatives: 1 }),
  numpy("sort unstable", (x: X) => np.sort(x, { stable: false }), "jnp.sort(x, stable=False)", [[
    f32([9], distinct(0.2))
  ]], {
    derivatives: 1
  }),
  numpy("argsort flattened", (x: X) => np.argsort(x, { axis: null }), "jnp.argsort(x, axis=None).astype(jnp.int32)", [
    [f32([4, 3], distinct(0.2))]
  ]),
  numpy("argsort dtype", (x: X) => np.argsort(x, { dtype: "uint8" }), "jnp.argsort(x, dtype=jnp.uint8)", [
    [f32([9], distinct(0.2))],
    [i32([9])]
  ]),
  numpy("sort long", (x: X) => np.sort(x), "jnp.sort(x)", [[f32([1000])], [i32([1000], whole(-50, 50))], [u32([33])]], {
    derivatives: 1,
    numeric: false
  }),
  numpy("argsort", (x: X) => np.argsort(x), "jnp.argsort(x).astype(jnp.int32)", [...unsorted, ...equals]),
  numpy("argsort axis", (x: X) => np.argsort(x, { axis: 0 }), "jnp.argsort(x, axis=0)", [[f32([4, 3], ties([1, 2]))]]),
  numpy(
    "argsort descending",
    (x: X) => np.argsort(x, { descending: true }),
    "jnp.argsort(x, descending=True).astype(jnp.int32)",
    [
      ...unsorted,
      ...equals
    ]
  ),
  numpy(
    "searchsorted sorter",
    (x: X, y: X, s: X) => np.searchsorted(x, y, { sorter: s, side: "right" }),
    "jnp.searchsorted(x, y, sorter=z, side='right')",
    [
      [points("float32", [5, -1, 2, 0]), f32([2, 4], ties([-2, -1, 0, 1, 2, 5, 6])), points("int32", [1, 3, 2, 0])]
    ],
    // the table turned around is not sorted
    { vmap: false }
  ),
  ...(["left", "right"] as const).map((side) =>
    numpy(
      `searchsorted ${side}`,
      (x: X, y: X) => np.searchsorted(x, y, { side }),
      `jnp.searchsorted(x, y, side='${side}')`,
      [
        [points("float32", [-1, 0, 0, 2, 5]), f32([2, 4], ties([-2, -1, 0, 1, 2, 5, 6]))],
        [points("int32", [1, 2, 2, 3]), i32([6], whole(0, 4))],
        [points("float32", [1, 2, NaN]), points("float32", [0, NaN, 3, Infinity])],
        [points("float32", [1, 2]), f32([])],
        [f32([0]), f32([3])]
      ],
      // the table turned around is not sorted
      { vmap: false }
    )
  )
]

export const reduction = [...reductions, ...partial, ...positions, ...running, ...differences, ...order]
