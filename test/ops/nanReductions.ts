/**
 * Reductions and running reductions that pass over NaN, and those of the array API standard.
 */
import { Lax, type NdArray, Numpy as np } from "effax"
import { bf16, bool, distinct, type Draw, f16, f32, f64, i32, i8, outside, points, whole } from "./inputs.ts"
import { type Arguments, entries, type Options } from "./operation.ts"

type X = NdArray.Any

const numpy = entries("Numpy")

/** Rows with NaN, one of NaN only, one without. */
const rows = points("float32", [
  1,
  NaN,
  -2,
  4,
  NaN,
  NaN,
  NaN,
  NaN,
  2,
  3,
  -1,
  0.5,
  NaN,
  Infinity,
  1,
  -0,
  -Infinity,
  NaN,
  2,
  2
], [
  5,
  4
])
const halves = points("bfloat16", [1, NaN, 3, NaN, NaN, NaN], [2, 3])

const shapes = (draw?: Draw): ReadonlyArray<Arguments> => [
  [f32([], draw)],
  [f32([2, 3, 4], draw)],
  [f64([3, 5], draw)],
  [f16([6], draw)],
  [i32([2, 3], whole(-3, 3))],
  [bool([2, 3])]
]

const reducing = (
  name: "nansum" | "nanprod" | "nanmax" | "nanmin" | "nanmean" | "nanvar" | "nanstd",
  draw: Draw | undefined,
  options: Options = {}
) => {
  const f = np[name] as (x: X, options?: object) => X
  const hasInitial = name === "nanmax" || name === "nanmin"
  return [
    numpy(name, (x: X) => f(x), `jnp.${name}(x)`, shapes(draw), options),
    numpy(`${name} axis`, (x: X) => f(x, { axis: -1, keepdims: true }), `jnp.${name}(x, axis=-1, keepdims=True)`, [
      [f32([2, 3, 4], draw)],
      [rows],
      [halves]
    ], { ...options, numeric: false, specialDerivatives: false }),
    numpy(
      `${name} where`,
      (x: X, m: X) => f(x, { axis: 1, where: m, ...(hasInitial ? { initial: 0.25 } : {}) }),
      `jnp.${name}(x, axis=1, where=y${hasInitial ? ", initial=0.25" : ""})`,
      [[f32([3, 4], draw), bool([4])], [rows, bool([5, 4])]],
      { ...options, numeric: false, specialDerivatives: false }
    )
  ]
}

const reductions = [
  ...reducing("nansum", undefined),
  ...reducing("nanprod", outside(0.5, 1.5)),
  ...reducing("nanmax", distinct(0.3), { derivatives: 1 }),
  ...reducing("nanmin", distinct(0.3), { derivatives: 1 }),
  ...reducing("nanmean", undefined),
  ...reducing("nanvar", undefined, { numeric: false }),
  ...reducing("nanstd", undefined, { numeric: false, derivatives: 1 }),
  numpy("nanvar ddof", (x: X) => np.nanvar(x, { axis: 1, ddof: 1 }), "jnp.nanvar(x, axis=1, ddof=1)", [[rows]], {
    derivatives: 0
  }),
  numpy("nanvar mean", (x: X, y: X) => np.nanvar(x, { axis: 1, mean: y }), "jnp.nanvar(x, axis=1, mean=y)", [
    [rows, f32([5, 1])]
  ], { derivatives: 0 }),
  numpy("nansum dtype", (x: X) => np.nansum(x, { dtype: "float32" }), "jnp.nansum(x, dtype=jnp.float32)", [[i8([3])], [
    halves
  ]], { derivatives: 0 }),
  numpy(
    "nansum complex",
    (x: X, y: X) => {
      const z = np.nansum(Lax.complex(x, y), { axis: 0 })
      return [Lax.real(z), Lax.imag(z)]
    },
    "parts(jnp.nansum(lax.complex(x, y), axis=0))",
    [[rows, f32([5, 4])]],
    { derivatives: 0 }
  ),
  ...(["nanargmax", "nanargmin"] as const).map((name) =>
    numpy(
      name,
      (x: X) => [np[name](x), np[name](x, { axis: 0, keepdims: true })],
      `[jnp.${name}(x).astype(jnp.int32), jnp.${name}(x, axis=0, keepdims=True).astype(jnp.int32)]`,
      [[f32([3, 4], distinct())], [i32([2, 3])], [rows], [halves]]
    )
  ),
  ...(["nanargmax", "nanargmin"] as const).map((name) =>
    numpy(
      `${name} rows`,
      (x: X) => np[name](x, { axis: 1 }),
      `jnp.${name}(x, axis=1).astype(jnp.int32)`,
      [[rows]]
    )
  )
]

const running = [
  ...(["nancumsum", "nancumprod"] as const).map((name) =>
    numpy(
      name,
      (x: X) => [np[name](x), np[name](x, { axis: -1 })],
      `[jnp.${name}(x), jnp.${name}(x, axis=-1)]`,
      [[f32([2, 3], outside(0.5, 1.5))], [f64([4], outside(0.5, 1.5))], [i32([4], whole(-3, 3))], [bool([4])], [rows]],
      { specialDerivatives: false }
    )
  ),
  ...(["cumulativeSum", "cumulativeProd"] as const).flatMap((name) => {
    const python = name === "cumulativeSum" ? "cumulative_sum" : "cumulative_prod"
    return [
      numpy(name, (x: X) => np[name](x), `jnp.${python}(x)`, [
        [f32([4], outside(0.5, 1.5))],
        [f32([0])],
        [bf16([3], outside(0.5, 1.5))],
        [i8([3], whole(-3, 3))],
        [bool([3])]
      ]),
      numpy(
        `${name} options`,
        (x: X) => np[name](x, { axis: 1, dtype: "float32", includeInitial: true }),
        `jnp.${python}(x, axis=1, dtype=jnp.float32, include_initial=True)`,
        [[f32([2, 3], outside(0.5, 1.5))], [i32([2, 2, 2], whole(-3, 3))], [f32([2, 0])]],
        // float64 is rounded to float32
        { numeric: false }
      )
    ]
  })
]

export const nanReductions = [...reductions, ...running]
