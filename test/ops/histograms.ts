/**
 * Histograms, and whether arrays are equal.
 */
import { type NdArray, Numpy as np } from "effax"
import { bool, distinct, f32, f64, i32, i64, points, u8, whole, within } from "./inputs.ts"
import { entries } from "./operation.ts"

type X = NdArray.Any

const numpy = entries("Numpy")

const edges = points("float32", [-2, -0.5, 0, 1.5, 2.5])
const falling = points("float32", [2, 1, 0, -1])

const counts = [
  numpy("bincount", (x: X) => np.bincount(x, { length: 5 }), "jnp.bincount(x, length=5).astype(jnp.int32)", [
    [i32([9], whole(-2, 7))],
    [u8([4], whole(0, 4))],
    [i64([3], whole(0, 4))],
    [bool([5])],
    [i32([0])]
  ]),
  numpy("bincount weights", (x: X, w: X) => np.bincount(x, { length: 4, weights: w }), "jnp.bincount(x, y, length=4)", [
    [i32([6], whole(0, 5)), f32([6])],
    [i32([3], whole(0, 2)), i32([3])]
  ]),
  numpy(
    "digitize",
    (x: X, bins: X) => [np.digitize(x, bins), np.digitize(x, bins, { right: true })],
    "[jnp.digitize(x, y).astype(jnp.int32), jnp.digitize(x, y, right=True).astype(jnp.int32)]",
    [
      [f32([2, 5]), edges],
      [f32([4]), falling],
      [points("float32", [-2, 0, 1, 2.5, 9, -9, 2, -1]), edges],
      [points("float32", [-2, 0, 1, 2.5, 9, -9, 2, -1]), falling],
      [f32([]), f32([1])],
      [f32([3]), f32([0])]
    ]
  ),
  numpy("histogramBinEdges", (x: X) => np.histogramBinEdges(x, { bins: 4 }), "jnp.histogram_bin_edges(x, 4)", [
    [f32([7], distinct())],
    [i32([5])],
    [f64([2, 3], distinct())],
    [points("float32", [3, 3, 3])]
  ], { derivatives: 0 }),
  numpy("histogram", (x: X) => np.histogram(x), "list(jnp.histogram(x))", [
    [f32([20])],
    [i32([4, 5], whole(0, 40))],
    [f64([9])]
  ], { derivatives: 0 }),
  numpy(
    "histogram edges",
    (x: X, bins: X, w: X) => [...np.histogram(x, { bins, weights: w }), np.histogram(x, { bins, density: true })[0]],
    "[*jnp.histogram(x, y, weights=z), jnp.histogram(x, y, density=True)[0]]",
    [[f32([12]), edges, f32([12])], [points("float32", [-2, 2.5, 3, NaN, -5, 0]), edges, f32([6])]],
    { derivatives: 0 }
  ),
  numpy(
    "histogram range",
    (x: X) => np.histogram(x, { bins: 3, range: [-1, 2], density: true }),
    "list(jnp.histogram(x, 3, (-1, 2), density=True))",
    [[f32([2, 8])]],
    { derivatives: 0 }
  ),
  numpy(
    "histogram2d",
    (x: X, y: X) => np.histogram2d(x, y, { bins: [3, 4], range: [[-2, 2], [-1, 3]] }),
    "list(jnp.histogram2d(x, y, [3, 4], [[-2, 2], [-1, 3]]))",
    [[f32([20]), f32([20])]],
    { derivatives: 0 }
  ),
  numpy(
    "histogram2d weights",
    (x: X, y: X, w: X) => np.histogram2d(x, y, { bins: 3, weights: w, density: true }),
    "list(jnp.histogram2d(x, y, 3, weights=z, density=True))",
    [[f32([9]), f32([9]), f32([9], within(0.5, 1))]],
    { derivatives: 0 }
  ),
  numpy(
    "histogramdd",
    (x: X, bins: X) => {
      const [counts, own] = np.histogramdd(x, { bins: [2, bins, 3], range: [null, null, [-1, 1]] })
      return [counts, ...own]
    },
    "(lambda r: [r[0], *r[1]])(jnp.histogramdd(x, [2, y, 3], [None, None, (-1, 1)]))",
    [[f32([15, 3]), edges]],
    { derivatives: 0 }
  )
]

const equality = [
  numpy("allclose", np.allclose, "jnp.allclose(x, y)", [
    [f32([3]), f32([3])],
    [points("float32", [1, 2]), points("float32", [1.000001, 2])],
    [points("float32", [1, NaN]), points("float32", [1, NaN])],
    [i32([0, 3]), i32([3])]
  ]),
  numpy(
    "allclose options",
    (x: X, y: X) => np.allclose(x, y, { rtol: 0.1, equalNan: true }),
    "jnp.allclose(x, y, rtol=0.1, equal_nan=True)",
    [[points("float32", [1, NaN]), points("float32", [1.05, NaN])], [points("float32", [1]), points("float32", [1.2])]]
  ),
  numpy(
    "arrayEqual",
    (x: X, y: X) => [np.arrayEqual(x, y), np.arrayEqual(x, y, { equalNan: true }), np.arrayEqual(x, x)],
    "[jnp.array_equal(x, y), jnp.array_equal(x, y, equal_nan=True), jnp.array_equal(x, x)]",
    [
      [points("float32", [1, NaN]), points("float32", [1, NaN])],
      [points("float32", [1, 2]), points("int32", [1, 2])],
      [f32([2]), f32([1, 2])],
      [f32([0]), f32([0])]
    ]
  ),
  numpy("arrayEquiv", np.arrayEquiv, "jnp.array_equiv(x, y)", [
    [points("float32", [1, 2, 1, 2], [2, 2]), points("int32", [1, 2])],
    [points("float32", [1, 2, 1, 3], [2, 2]), points("int32", [1, 2])],
    // of shapes that do not broadcast, where JAX throws, a test tells
    [f32([0]), f32([1])]
  ])
]

export const histograms = [...counts, ...equality]
