/**
 * Reductions, running reductions and order.
 */
import { Lax, type NdArray } from "effax"
import { bool, distinct, f32, f64, i32, i64, i8, outside, points, ties, u16, u8, whole } from "../inputs.ts"
import { type Arguments, entries } from "../operation.ts"

type X = NdArray.Any

const entry = entries("Lax")

const boolAxes: ReadonlyArray<Arguments> = [[bool([2, 3, 4])], [i32([2, 3, 4])], [u8([2, 3, 4])]]

export const reductions = [
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
    entry(name, (x: X) => Lax[name](x, { axis: 1 }), `lax.${name}(x, 1)`, [
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
    entry(`${name} reverse`, (x: X) => Lax[name](x, { reverse: true }), `lax.${name}(x, 0, True)`, [[
      f32([7], distinct(0.3))
    ]], {
      derivatives: 1
    }),
    entry(`${name} ties`, (x: X) => Lax[name](x), `lax.${name}(x, 0)`, [[f32([9], ties([1, 2, 3]))]], {
      derivatives: 1,
      numeric: false
    })
  ]),
  entry("cumsum reverse", (x: X) => Lax.cumsum(x, { axis: 1, reverse: true }), "lax.cumsum(x, 1, True)", [[
    f32([2, 5])
  ]]),
  entry("cumlogsumexp", (x: X) => Lax.cumlogsumexp(x, { axis: 1, reverse: true }), "lax.cumlogsumexp(x, 1, True)", [
    [f32([2, 5])],
    [f64([2, 5])]
  ]),
  entry("reduceXor", (x: X) => Lax.reduceXor(x, [0, 2]), "lax.reduce_xor(x, (0, 2))", boolAxes),
  ...(["cumsum", "cumprod"] as const).map((name) =>
    entry(`${name} long`, (x: X) => Lax[name](x), `lax.${name}(x, 0)`, [[f32([999], outside(0.97, 1.03))]], {
      derivatives: 1,
      numeric: false
    })
  )
]

export const order = [
  entry("sort", (x: X) => Lax.sort(x, { dimension: 0 }), "lax.sort(x, 0)", [[f32([5, 3], distinct(0.2))], [
    bool([5, 3])
  ], [i64([5, 3])]], { derivatives: 1 }),
  entry(
    "sort last",
    (x: X) => Lax.sort(x),
    "lax.sort(x)",
    [[f32([3, 5], distinct(0.2))], [i32([9])]],
    { derivatives: 1 }
  ),
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
  entry("sortKeyVal", (k: X, v: X) => Lax.sortKeyVal(k, v, { dimension: 0 }), "lax.sort_key_val(x, y, 0)", [
    [i32([9, 2], whole(0, 3)), f32([9, 2])],
    [f32([4, 2], distinct(0.1)), i8([4, 2])]
  ], { derivatives: 1 }),
  entry("topK", (x: X) => Lax.topK(x, 2), "lax.top_k(x, 2)", [
    [f32([3, 5], distinct(0.2))],
    [i32([2, 9], whole(0, 3))],
    [bool([4])],
    [points("float32", [NaN, 0, -0, 1, NaN, -1], [1, 6])]
  ], { derivatives: 1 }),
  entry(
    "topK along an axis",
    (x: X) => Lax.topK(x, 3, { axis: 0 }),
    "lax.top_k(x, 3, axis=0)",
    [[f32([4, 2], distinct(0.3))], [u8([3, 2], whole(0, 2))]],
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
