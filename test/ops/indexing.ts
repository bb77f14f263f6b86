/**
 * Reading and updating parts of arrays.
 */
import { type NdArray, Numpy as np } from "effax"
import {
  bf16,
  bool,
  distinct,
  f16,
  f32,
  f64,
  i32,
  i64,
  i8,
  outside,
  points,
  type Spec,
  u32,
  u8,
  whole,
  within
} from "./inputs.ts"
import { entries, type Options } from "./operation.ts"

type X = NdArray.Any
type Index = Parameters<typeof np.at>[1]

const numpy = entries("Numpy")
const { ellipsis, newaxis, slice } = np

/** Static indices, as effax and Python write them, and a shape they fit. */
const statics: ReadonlyArray<readonly [python: string, index: Index, shape: ReadonlyArray<number>]> = [
  ["1", 1, [3]],
  ["-1", -1, [3, 2]],
  ["1, 2", [1, 2], [3, 4]],
  ["1, -2, 0", [1, -2, 0], [2, 3, 4]],
  ["1:3", slice(1, 3), [5]],
  [":", slice(), [2, 3]],
  ["::2", slice(undefined, undefined, 2), [5]],
  ["::-1", slice(undefined, undefined, -1), [4, 2]],
  ["4:0:-2", slice(4, 0, -2), [6]],
  ["-3:-1", slice(-3, -1), [5]],
  ["2:99", slice(2, 99), [5]],
  ["3:1", slice(3, 1), [5]],
  ["1:2, ::-1", [slice(1, 2), slice(undefined, undefined, -1)], [3, 4]],
  ["..., 0", [ellipsis, 0], [2, 3, 4]],
  ["0, ...", [0, ellipsis], [2, 3, 4]],
  ["..., 1:3, 1", [ellipsis, slice(1, 3), 1], [2, 3, 4]],
  ["None", [newaxis], [3]],
  [":, None, 1", [slice(), newaxis, 1], [2, 3]],
  ["..., None", [ellipsis, newaxis], [2, 3]],
  ["1, None, ::2", [1, newaxis, slice(undefined, undefined, 2)], [2, 5]],
  ["()", [], [2]],
  ["np.array([0, 2, 2, -1])", [[0, 2, 2, -1]], [4]],
  ["np.array([0, 2]), 1", [[0, 2], 1], [3, 4]],
  ["np.array([0, 2]), 1:3", [[0, 2], slice(1, 3)], [3, 4]],
  [":, np.array([0, 2])", [slice(), [0, 2]], [2, 3]],
  ["np.array([0, 1]), np.array([2, 0])", [[0, 1], [2, 0]], [2, 3]],
  ["np.array([0, 1]), :, np.array([2, 0])", [[0, 1], slice(), [2, 0]], [2, 3, 4]],
  ["0, :, np.array([2, 0])", [0, slice(), [2, 0]], [2, 3, 4]],
  [":, 0, np.array([2, 0])", [slice(), 0, [2, 0]], [2, 3, 4]],
  ["np.array([0, 1]), None, ::2", [[0, 1], newaxis, slice(undefined, undefined, 2)], [2, 5]],
  ["np.array([1, 0]), ::-1, 1:3", [[1, 0], slice(undefined, undefined, -1), slice(1, 3)], [2, 3, 4]]
]

const reads = statics.map(([python, index, shape]) =>
  numpy(`index [${python}]`, (x: X) => np.index(x, index), `x[${python}]`, [
    [f32(shape)],
    ...(shape.length > 1 ? [] : [[f64(shape)], [i8(shape)], [bool(shape)], [bf16(shape)]])
  ])
)

type Update = "set" | "add" | "subtract" | "multiply" | "divide" | "power" | "min" | "max"

/** Not where an index names a place twice and JAX's own choice among them is open. */
const updates = (["set", "add", "multiply", "min", "max"] as const).flatMap((update) =>
  statics.filter(([python]) => !(update === "set" && python.includes("2, 2"))).map((
    [python, index, shape]
  ) =>
    numpy(`at ${update} [${python}]`, (x: X) => np.at(x, index)[update](0.375), `x.at[${python}].${update}(0.375)`, [
      [f32(shape, outside(0.5, 3))]
    ], { derivatives: update === "min" || update === "max" ? 1 : 2 })
  )
)

/** Products are differentiated only where it is said that no place is named twice. */
const isProduct = (update: Update): boolean => update === "multiply" || update === "divide" || update === "power"

const python = (update: Update): string => `x.at[y].${update}(z${isProduct(update) ? ", unique_indices=True" : ""})`

/** Updates with arrays, of every kind and dtype. */
const kinds = (["set", "add", "subtract", "multiply", "divide", "power", "min", "max"] as ReadonlyArray<Update>)
  .flatMap((update) => {
    const y = update === "power" ? within(0.5, 2) : distinct(0.37)
    const x = update === "power" ? within(0.5, 2) : distinct(0.3)
    const derivatives = update === "min" || update === "max" ? 1 : 2
    const inexact = update === "divide" || update === "power"
    return [
      numpy(`at ${update} row`, (a: X, b: X) => np.at(a, [1])[update](b), `x.at[1].${update}(y)`, [
        [f32([3, 4], x), f32([4], y)],
        [f32([3, 4], x), f32([], within(0.4, 0.6))],
        [f64([3, 4], x), f64([4], y)],
        [bf16([3, 4], x), bf16([4], y)],
        ...(inexact ? [] : [[i32([3, 4]), i32([4])], [u8([3, 4], whole(0, 15)), u8([4], whole(0, 15))]])
      ], { derivatives }),
      numpy(
        `at ${update} window`,
        (a: X, b: X) => np.at(a, [slice(0, 2), slice(1, 3)])[update](b),
        `x.at[0:2, 1:3].${update}(y)`,
        [
          [f32([3, 4], x), f32([2, 2], y)],
          [f32([3, 4], x), f32([2, 1], y)]
        ],
        { derivatives }
      ),
      numpy(
        `at ${update} array`,
        (a: X, i: X, b: X) => np.at(a, [i])[update](b, { uniqueIndices: isProduct(update) }),
        python(update),
        [
          [f32([6], x), points("int32", [4, 0, -1]), f32([3], y)],
          [f32([4, 2], x), points("int32", [3, 0, 9]), f32([3, 2], y)],
          [f64([6], x), points("int64", [4, -9, 2]), f64([3], y)],
          ...(inexact
            ? []
            : [[i32([6]), points("uint8", [4, 0, 2]), i32([3])], [u32([6]), points("int8", [1, 0, -3]), u32([3])]])
        ],
        { derivatives: derivatives === 2 && update !== "set" ? 2 : 1 }
      )
    ]
  })

const repeated: Spec = points("int32", [1, 3, 1, 0, 1])

const duplicates = (["add", "subtract", "multiply", "min", "max"] as const).map((update) =>
  numpy(`at ${update} duplicates`, (a: X, i: X, b: X) => np.at(a, [i])[update](b), `x.at[y].${update}(z)`, [
    [f32([5], distinct(0.3)), repeated, f32([5], distinct(0.37))],
    [f64([5], distinct(0.3)), repeated, f64([5], distinct(0.37))],
    [i32([5], whole(-3, 3)), repeated, i32([5], whole(-3, 3))]
  ], {
    // products at places named twice have no derivative here, nor in JAX
    derivatives: update === "multiply" ? 0 : 1
  })
)

/** What is filled in is NaN, whose derivative is 0. */
const filled: Options = { numeric: false }

const modes = [
  numpy("at set clip", (x: X, i: X, y: X) => np.at(x, [i]).set(y, { mode: "clip" }), "x.at[y].set(z, mode='clip')", [
    [f32([4]), points("int32", [9, 1]), f32([2])]
  ], { derivatives: 1 }),
  numpy("at add drop", (x: X, i: X, y: X) => np.at(x, [i]).add(y, { mode: "drop" }), "x.at[y].add(z, mode='drop')", [
    [f32([4]), points("int32", [9, 1, -5]), f32([3])]
  ], { numeric: false }),
  numpy("at get", (x: X, i: X) => np.at(x, [i]).get(), "x.at[y].get()", [
    [f32([4]), points("int32", [0, 2, -1])],
    [i32([4, 2]), points("int32", [1, 7])]
  ]),
  // what was read from the nearest place inside has its derivative there; JAX reads the same, but drops the derivative
  numpy("at get outside", (x: X, i: X) => np.at(x, [i]).get(), "x.at[y].get()", [
    [f32([4]), points("int32", [0, 9, -9, -1])]
  ], { derivatives: 0 }),
  numpy("at get clip", (x: X, i: X) => np.at(x, [i]).get({ mode: "clip" }), "x.at[y].get(mode='clip')", [
    [f32([4]), points("int32", [0, 9, -9, -1])]
  ]),
  numpy("at get fill", (x: X, i: X) => np.at(x, [i]).get({ mode: "fill" }), "x.at[y].get(mode='fill')", [
    [f32([4]), points("int32", [0, 9, -9, -1])],
    [i32([4]), points("int32", [0, 9])],
    [u8([4]), points("int32", [0, 9])],
    [bool([4]), points("int32", [0, 9])],
    [i64([4]), points("int32", [0, 9])],
    [f16([4]), points("int32", [0, 9])]
  ], filled),
  numpy(
    "at get fillValue",
    (x: X, i: X) => np.at(x, [i]).get({ mode: "fill", fillValue: 7 }),
    "x.at[y].get(mode='fill', fill_value=7)",
    [
      [f32([4]), points("int32", [0, 9, -9, -1])],
      [i8([4]), points("int32", [0, 9])]
    ]
  ),
  numpy(
    "at get flags",
    (x: X, i: X) => np.at(x, [i]).get({ indicesAreSorted: true, uniqueIndices: true }),
    "x.at[y].get(indices_are_sorted=True, unique_indices=True)",
    [[f32([4]), points("int32", [0, 1, 3])]],
    // turned around, the positions are not sorted
    { vmap: false }
  ),
  numpy("at apply", (x: X, i: X) => np.at(x, [i]).apply((part) => np.sin(part)), "x.at[y].set(jnp.sin(x[y]))", [
    [f32([4]), points("int32", [0, 2])]
  ]),
  // JAX has no derivatives of it
  numpy("at apply repeated", (x: X, i: X) => np.at(x, [i]).apply((part) => np.sin(part)), "x.at[y].apply(jnp.sin)", [
    [f32([4]), points("int32", [1, 2, 2, 3, 3, 3])],
    [f32([3, 2]), points("int64", [-1, 2, 0, 9], [2, 2])]
  ], { derivatives: 0 }),
  numpy(
    "at apply window",
    (x: X, i: X) => {
      return np.at(x, [i, slice(1, 3)]).apply((part) => np.multiply(part, part), { mode: "clip" })
    },
    "x.at[y, 1:3].apply(jnp.square, mode='clip')",
    [
      [i32([3, 4], whole(-3, 3)), points("int32", [1, 1, 7])]
    ]
  ),
  numpy(
    "at apply static",
    (x: X) => np.at(x, [slice(1, 3)]).apply((part) => np.square(part)),
    "x.at[1:3].set(jnp.square(x[1:3]))",
    [
      [f32([4])]
    ]
  )
]

const gathers = [
  numpy("index outside", (x: X, i: X) => np.index(x, i), "x[y]", [
    [f32([5]), points("int32", [0, 4, -1, -5, 99, -99])]
  ], { derivatives: 0 }),
  numpy("index array", (x: X, i: X) => np.index(x, i), "x[y]", [
    [f32([5]), points("int32", [0, 4, -1, -5])],
    [f32([5, 2]), i32([2, 3], whole(0, 4))],
    [f32([5]), i32([], whole(0, 4))],
    [f64([5]), i64([3], whole(-5, 4))],
    [i8([5]), u32([3], whole(0, 4))],
    [f32([5]), i32([0])]
  ]),
  numpy("index arrays", (x: X, i: X, j: X) => np.index(x, [i, j]), "x[y, z]", [
    [f32([4, 5]), i32([3], whole(0, 3)), i32([3], whole(0, 4))],
    [f32([4, 5]), i32([3, 1], whole(0, 3)), i32([2], whole(0, 4))],
    [f32([4, 5, 2]), i32([3], whole(0, 3)), i32([], whole(0, 4))]
  ]),
  numpy("index array in the middle", (x: X, i: X) => np.index(x, [slice(), i, slice(0, 2)]), "x[:, y, 0:2]", [
    [f32([2, 4, 3]), i32([3], whole(0, 3))],
    [f32([2, 4, 3]), i32([2, 2], whole(0, 3))]
  ]),
  numpy("index arrays apart", (x: X, i: X, j: X) => np.index(x, [i, slice(), j]), "x[y, :, z]", [
    [f32([3, 4, 2]), i32([5], whole(0, 2)), i32([5], whole(0, 1))]
  ]),
  numpy("take", (x: X, i: X) => np.take(x, i), "jnp.take(x, y)", [
    [f32([5]), points("int32", [0, 4, -1, -5, 99, -99])],
    [f32([2, 3]), i32([2, 2], whole(0, 5))],
    [i32([5]), points("int32", [0, 7])],
    [u32([5]), points("int32", [0, 7])],
    [f32([5]), i32([], whole(0, 4))],
    [f32([5]), points("uint32", [2, 2 ** 31, 2 ** 32 - 1])],
    // positions that wrap in JAX (int64 to 32 bits, int8 counted from the end of 200) are compared with arithmetic instead
    [f32([5]), points("int64", [2, -5, 7])],
    [f32([100]), points("int8", [-1, -100, -101, 127])],
    [f32([200]), points("uint8", [199, 200, 255])]
  ], filled),
  numpy("take axis", (x: X, i: X) => np.take(x, i, { axis: 1 }), "jnp.take(x, y, axis=1)", [
    [f32([2, 4, 3]), i32([5], whole(-4, 3))],
    [f32([2, 4]), i32([2, 2], whole(0, 3))],
    [f64([2, 4]), i32([], whole(0, 3))]
  ]),
  numpy("take clip", (x: X, i: X) => np.take(x, i, { axis: 0, mode: "clip" }), "jnp.take(x, y, axis=0, mode='clip')", [
    [f32([3, 2]), points("int32", [0, 9, 2])],
    [f32([3, 2]), points("int32", [-1, -9, 2])],
    [f32([3]), points("uint32", [0, 2 ** 31, 2 ** 32 - 1])],
    [f32([3]), points("int64", [-9, 9, -1])]
  ]),
  numpy("take list", (x: X) => np.take(x, [2, 0, -1], { axis: -1 }), "jnp.take(x, np.array([2, 0, -1]), axis=-1)", [[
    f32([2, 4])
  ]]),
  numpy("take number", (x: X) => np.take(x, 1, { axis: 0 }), "jnp.take(x, 1, axis=0)", [[f32([2, 4])]]),
  numpy("takeAlongAxis", (x: X, i: X) => np.takeAlongAxis(x, i), "jnp.take_along_axis(x, y, axis=-1)", [
    [f32([2, 4]), i32([2, 3], whole(-4, 3))],
    [f32([1, 4]), i32([3, 2], whole(0, 3))],
    [f32([5]), points("int32", [0, 9, -9])],
    [i32([2, 4]), i32([2, 1], whole(0, 3))]
  ]),
  numpy(
    "takeAlongAxis axis",
    (x: X, i: X) => np.takeAlongAxis(x, i, { axis: 0 }),
    "jnp.take_along_axis(x, y, axis=0)",
    [
      [f32([4, 3]), i32([2, 3], whole(0, 3))],
      [f32([4, 3]), i32([2, 1], whole(0, 3))]
    ]
  )
]

export const indexing = [...reads, ...updates, ...kinds, ...duplicates, ...modes, ...gathers]
