/**
 * Reductions by a function of two elements, of whole axes and of windows.
 */
import { Lax, type NdArray, Numpy as np } from "effax"
import { bool, distinct, f32, f64, i32, type Spec, u8, within } from "../inputs.ts"
import { entries } from "../operation.ts"

type X = NdArray.Any
type Computation = (x: X, y: X) => X

/** Sums of terms of either sign. */
const tolerance = { float32: { atol: 1e-6 } }

const entry = entries("Lax")

interface Of {
  readonly name: string
  readonly computation: Computation
  readonly python: string
  readonly init: number | bigint | boolean
  readonly pythonInit: string
  readonly spec: (shape: ReadonlyArray<number>) => Spec
}

const reals = (shape: ReadonlyArray<number>) => f32(shape, distinct(0.13))

/** Sums, products and extremes with initial values that are neutral or not, and functions that are none of them. */
const all: ReadonlyArray<Of> = [
  { name: "add", computation: Lax.add, python: "lax.add", init: 0, pythonInit: "0.", spec: reals },
  { name: "add 2", computation: np.add, python: "jnp.add", init: 2, pythonInit: "2.", spec: reals },
  {
    name: "mul",
    computation: Lax.mul,
    python: "lax.mul",
    init: 1,
    pythonInit: "1.",
    spec: (shape) => f32(shape, within(0.5, 1.5))
  },
  { name: "max", computation: Lax.max, python: "lax.max", init: -Infinity, pythonInit: "-jnp.inf", spec: reals },
  { name: "max 0", computation: Lax.max, python: "lax.max", init: 0.07, pythonInit: "0.07", spec: reals },
  { name: "min", computation: Lax.min, python: "lax.min", init: Infinity, pythonInit: "jnp.inf", spec: reals },
  {
    name: "max of integers",
    computation: Lax.max,
    python: "lax.max",
    init: -128n,
    pythonInit: "jnp.int32(-128)",
    spec: i32
  },
  {
    name: "min of bytes",
    computation: Lax.min,
    python: "lax.min",
    init: 255n,
    pythonInit: "jnp.uint8(255)",
    spec: u8
  },
  { name: "and", computation: Lax.bitwiseAnd, python: "lax.bitwise_and", init: true, pythonInit: "True", spec: bool },
  { name: "or", computation: Lax.bitwiseOr, python: "lax.bitwise_or", init: false, pythonInit: "False", spec: bool },
  {
    name: "xor",
    computation: Lax.bitwiseXor,
    python: "lax.bitwise_xor",
    init: 0n,
    pythonInit: "jnp.int32(0)",
    spec: i32
  }
]

/** Functions that are none of the reductions: JAX has no derivatives of them. */
const general: ReadonlyArray<Of> = [
  {
    name: "sum that saturates",
    computation: (x, y) => Lax.min(Lax.add(x, y), 0.5),
    python: "lambda a, b: lax.min(lax.add(a, b), jnp.float32(0.5))",
    init: 0,
    pythonInit: "0.",
    spec: (shape) => f32(shape, within(0.01, 0.4))
  }
]

const windows = [
  ["plain", [2, 3], {}, "(2, 3)"],
  ["strides and padding", [3, 2], { windowStrides: [2, 1], padding: "SAME" }, "(3, 2), (2, 1), 'SAME'"],
  [
    "everything",
    [2, 3],
    { windowStrides: [2, 2], padding: [[1, 2], [0, 3]], baseDilation: [2, 1], windowDilation: [3, 2] },
    "(2, 3), (2, 2), [(1, 2), (0, 3)], (2, 1), (3, 2)"
  ],
  ["cropped", [2, 2], { padding: [[-1, 1], [0, -2]] }, "(2, 2), None, [(-1, 1), (0, -2)]"]
] as const

const places: (x: readonly [X, X], y: readonly [X, X]) => [X, X] = ([x, i], [y, j]) => {
  const first = np.logicalOr(np.greater(x, y), np.logicalAnd(np.equal(x, y), np.less(i, j)))
  return [Lax.select(first, x, y), Lax.select(first, i, j)]
}
const pythonPlaces = "lambda a, b: (lambda first: (jnp.where(first, a[0], b[0]), jnp.where(first, a[1], b[1])))" +
  "((a[0] > b[0]) | ((a[0] == b[0]) & (a[1] < b[1])))"

export const windowed = [
  ...all.map(({ computation, init, name, python, pythonInit, spec }) =>
    entry(
      `reduce ${name}`,
      (x: X) => Lax.reduce(x, init, computation, [0, 2]),
      `lax.reduce(x, ${pythonInit}, ${python}, (0, 2))`,
      [[spec([2, 3, 4])], [spec([0, 2, 1])]],
      { derivatives: 0, tolerance }
    )
  ),
  ...general.map(({ computation, init, name, python, pythonInit, spec }) =>
    entry(
      `reduce ${name}`,
      (x: X) => Lax.reduce(x, init, computation, [1]),
      `lax.reduce(x, ${pythonInit}, ${python}, (1,))`,
      [[spec([2, 5])], [spec([2, 1])], [spec([2, 0])]],
      { derivatives: 0 }
    )
  ),
  entry(
    "reduce pairs",
    (x: X, i: X) => Lax.reduce([x, i], [-Infinity, 0n], places as never, [1]),
    `lax.reduce((x, y), (-jnp.inf, jnp.int32(0)), ${pythonPlaces}, (1,))`,
    [[f32([3, 7], distinct(0.3)), i32([3, 7])]],
    { derivatives: 0 }
  ),
  ...all.flatMap(({ computation, init, name, python, pythonInit, spec }) =>
    windows.slice(0, name === "add" || name === "max" || name === "add 2" ? 4 : 2).map((
      [which, sizes, options, args]
    ) =>
      entry(
        `reduceWindow ${name}, ${which}`,
        (x: X) => Lax.reduceWindow(x, init, computation, sizes, options),
        `lax.reduce_window(x, ${pythonInit}, ${python}, ${args})`,
        [[spec([5, 7])], [spec([1, 4])]],
        // JAX has derivatives of sums, and of extremes of plain windows, whose initial value is neutral
        {
          derivatives: name === "add"
            ? 2
            : (name === "max" || name === "min") && !("baseDilation" in options) && which !== "cropped"
            ? 1
            : 0,
          tolerance
        }
      )
    )
  ),
  ...general.flatMap(({ computation, init, name, python, pythonInit, spec }) =>
    windows.map(([which, sizes, options, args]) =>
      entry(
        `reduceWindow ${name}, ${which}`,
        (x: X) => Lax.reduceWindow(x, init, computation, sizes, options),
        `lax.reduce_window(x, ${pythonInit}, ${python}, ${args})`,
        [[spec([5, 7])]],
        { derivatives: 0 }
      )
    )
  ),
  // long windows, which are made of shorter ones
  entry(
    "reduceWindow long",
    (x: X) => Lax.reduceWindow(x, 0, Lax.add, [21, 1], { padding: [[12, 7], [0, 0]] }),
    "lax.reduce_window(x, 0., lax.add, (21, 1), None, [(12, 7), (0, 0)])",
    [[f32([50, 2])], [f64([50, 2])]],
    { tolerance }
  ),
  entry(
    "reduceWindow long max",
    (x: X) => Lax.reduceWindow(x, -Infinity, Lax.max, [30], { windowStrides: [2] }),
    "lax.reduce_window(x, -jnp.inf, lax.max, (30,), (2,))",
    [[f32([64], distinct(0.01))]],
    { derivatives: 1 }
  )
]
