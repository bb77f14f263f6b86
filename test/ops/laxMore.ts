/**
 * Operators of lax that are made of others: patches, ragged products, and what is left of indexing and collectives.
 */
import { Lax, type NdArray, Numpy as np, vmap } from "effax"
import { bf16, bool, distinct, f16, f32, f64, i32, points, whole, within } from "./inputs.ts"
import { type Arguments, entries, type Options, type Output } from "./operation.ts"

type X = NdArray.Any

const entry = entries("Lax")

const sums: Options = {
  tolerance: { float32: { rtol: 1e-5, atol: 2e-6 } },
  derivativeTolerance: { float32: { rtol: 1e-5, atol: 1e-5 } }
}

const windows = [
  entry(
    "convGeneralDilatedPatches",
    (x: X) => Lax.convGeneralDilatedPatches(x, [2, 3], [1, 2], "SAME"),
    "lax.conv_general_dilated_patches(x, (2, 3), (1, 2), 'SAME')",
    [[f32([2, 2, 3, 4])]]
  ),
  entry(
    "convGeneralDilatedPatches layouts",
    (x: X) =>
      Lax.convGeneralDilatedPatches(x, [2, 2], [1, 1], [[1, 0], [0, 1]], {
        dimensionNumbers: ["NHWC", "WHIO", "CNWH"],
        rhsDilation: [2, 1]
      }),
    "lax.conv_general_dilated_patches(x, (2, 2), (1, 1), ((1, 0), (0, 1)), rhs_dilation=(2, 1), " +
      "dimension_numbers=('NHWC', 'WHIO', 'CNWH'))",
    [[f32([1, 3, 4, 2])]]
  ),
  entry(
    "convGeneralDilatedLocal",
    (x: X, w: X) => Lax.convGeneralDilatedLocal(x, w, [1, 1], "VALID", [2, 2]),
    "lax.conv_general_dilated_local(x, y, (1, 1), 'VALID', (2, 2))",
    [[f32([2, 2, 3, 4]), f32([3, 8, 2, 3])]],
    sums
  ),
  entry(
    "convGeneralDilatedLocal layouts",
    (x: X, w: X) =>
      Lax.convGeneralDilatedLocal(x, w, [1, 1], "VALID", [2, 2], { dimensionNumbers: ["NHWC", "WHIO", "NWCH"] }),
    "lax.conv_general_dilated_local(x, y, (1, 1), 'VALID', (2, 2), dimension_numbers=('NHWC', 'WHIO', 'NWCH'))",
    [[f32([1, 3, 4, 2]), f32([3, 2, 8, 2])]],
    sums
  )
]

const apart = distinct(0.3)

const order = (["approxMaxK", "approxMinK"] as const).map((name) =>
  entry(
    name,
    (x: X) => Lax[name](x, 2, { reductionDimension: -2 }) as Output,
    `lax.${name === "approxMaxK" ? "approx_max_k" : "approx_min_k"}(x, 2, reduction_dimension=-2)`,
    [[f32([2, 5, 2], apart)], [bf16([4, 1], apart)]],
    { derivatives: 1 }
  )
)

const sizes = (values: ReadonlyArray<number>, shape?: ReadonlyArray<number>) => points("int32", values, shape)

const numbersText = (dot: string, ragged: number, group: string) =>
  `lax.RaggedDotDimensionNumbers(${dot}, [${ragged}], [${group}])`

// JAX has first derivatives where the ragged axis is free
const products = [
  entry("raggedDot", (x: X, y: X, g: X) => Lax.raggedDot(x, y, g), "lax.ragged_dot(x, y, z)", [
    [f32([5, 3]), f32([3, 3, 2]), sizes([2, 0, 3])],
    [f64([4, 2]), f64([2, 2, 3]), sizes([1, 2])]
  ], { ...sums, derivatives: 1 }),
  entry(
    "raggedDotGeneral batched",
    (x: X, y: X, g: X) =>
      Lax.raggedDotGeneral(x, y, g, {
        dotDimensionNumbers: [[[3], [2]], [[0], [1]]],
        lhsRaggedDimensions: [2],
        rhsGroupDimensions: [0]
      }),
    `lax.ragged_dot_general(x, y, z, ${numbersText("(([3], [2]), ([0], [1]))", 2, "0")})`,
    [[f32([2, 2, 4, 3]), f32([2, 2, 3, 2]), sizes([1, 3, 2, 2, 0, 4, 3, 0], [2, 2, 2])]],
    { ...sums, derivatives: 1 }
  ),
  entry(
    "raggedDotGeneral contracted",
    (x: X, y: X, g: X) =>
      Lax.raggedDotGeneral(x, y, g, {
        dotDimensionNumbers: { lhsContracting: [1], rhsContracting: [0] },
        lhsRaggedDimensions: [1],
        rhsGroupDimensions: []
      }),
    `lax.ragged_dot_general(x, y, z, ${numbersText("(([1], [0]), ([], []))", 1, "")})`,
    [[f32([2, 5]), f32([5, 3]), sizes([2, 3, 0])]],
    { ...sums, derivatives: 0 }
  ),
  entry(
    "raggedDotGeneral batch",
    (x: X, y: X, g: X) =>
      Lax.raggedDotGeneral(x, y, g, {
        dotDimensionNumbers: [[[2], [1]], [[0], [0]]],
        lhsRaggedDimensions: [0],
        rhsGroupDimensions: []
      }),
    `lax.ragged_dot_general(x, y, z, ${numbersText("(([2], [1]), ([0], [0]))", 0, "")})`,
    [[f32([3, 2, 2]), f32([3, 2, 1]), sizes([2, 1])]],
    { ...sums, derivatives: 0 }
  )
]

const places = { updateWindowDims: [1], insertedWindowDims: [0], scatterDimsToOperandDims: [0] }
const placesText = "lax.ScatterDimensionNumbers((1,), (0,), (0,))"

const indexing = [
  entry("broadcastLike", (x: X, y: X) => Lax.broadcastLike(x, y), "lax.broadcast_like(x, y)", [
    [f32([3]), f32([2, 3])],
    [i32([2, 1]), f32([4, 2, 3])],
    [bool([]), f32([0, 2])]
  ], { derivatives: 1, vmap: false }),
  entry("empty", () => Lax.empty([2, 3], "int32"), "jnp.zeros((2, 3), jnp.int32)", [[]], { vmap: false }),
  entry(
    "indexTake",
    (x: X, i: X, j: X) => Lax.indexTake(x, [i, j], [0, 2]),
    "lax.index_take(x, (y, z), (0, 2))",
    [[f32([3, 2, 4]), points("int32", [0, 2, -1]), points("int32", [5, 3, -4])]]
  ),
  entry(
    "scatterApply",
    (x: X, i: X) => Lax.scatterApply(x, i, (e) => np.sin(e), places, { updateShape: [3, 2] }),
    `lax.scatter_apply(x, y, jnp.sin, ${placesText}, update_shape=(3, 2))`,
    [[f32([4, 2]), points("int32", [1, 3, 1], [3, 1])], [f32([4, 2]), points("int32", [0, 7, -1], [3, 1])]],
    // JAX has neither derivatives nor a rule for batches of it
    { derivatives: 0 }
  )
]

const reductions = [
  entry("reducePrecision", (x: X) => Lax.reducePrecision(x, 5, 2), "lax.reduce_precision(x, 5, 2)", [
    [f32([2, 3], within(-2, 2))],
    [f64([3], within(-2, 2))],
    [f16([4], within(-2, 2))],
    [points("float32", [NaN, Infinity, -Infinity, 0, -0, 1e-7, -6e-5, 61439, -61440, 1.125, 1.375])]
    // a staircase, whose derivative is that of what it approximates
  ], { derivatives: 1, numeric: false }),
  entry("reducePrecision fraction", (x: X) => Lax.reducePrecision(x, 11, 0), "lax.reduce_precision(x, 11, 0)", [
    [f32([0, 2])],
    [bf16([3], within(1, 4))]
  ], { derivatives: 0 })
]

const high = [
  entry("mulhi", Lax.mulhi, "lax.mulhi(x, y)", [
    [points("int32", [2 ** 30, -(2 ** 31), -3, 7]), points("int32", [12, -(2 ** 31), 5, 3])],
    [points("uint32", [2 ** 32 - 1, 3, 0]), points("uint32", [2 ** 32 - 1, 2 ** 31, 9])],
    [points("int8", [-128, 127, -1], [3, 1]), points("int8", [-128, 127], [1, 2])],
    [points("uint16", [65535]), points("uint16", [65535])],
    [points("int64", [2 ** 53 - 1, -(2 ** 53 - 1), -3]), points("int64", [2 ** 53 - 1, 2 ** 40, 5])],
    [points("uint64", [2 ** 53 - 1, 3]), points("uint64", [2 ** 53 - 1, 2 ** 52])]
  ])
]

const floats: ReadonlyArray<Arguments> = [[f32([3, 2], within(-1, 1))], [f64([3, 2], within(-1, 1))]]

/** An entry that maps a function of `x`, and its text, along axis 0, named `i`. */
const mapped = (name: string, f: (x: X) => Output, text: string, cases: ReadonlyArray<Arguments> = floats) =>
  entry(
    name,
    (x: X) => vmap(f as (x: X) => X, { axisName: "i" })(x),
    `jax.vmap(lambda x: ${text}, axis_name='i')(x)`,
    cases
  )

const offsets = np.array([[0n, 1n], [0n, 1n]])

const collectives = [
  // JAX has no rule for vmap of pbroadcast: it is the sum where all others are 0
  mapped(
    "pbroadcast",
    (x) => np.multiply(Lax.pbroadcast(np.sin(x), "i", 1), x),
    "lax.all_gather(jnp.sin(x), 'i')[1] * x"
  ),
  mapped("pbroadcast integers", (x) => Lax.pbroadcast(x, "i", 2), "lax.all_gather(x, 'i')[2]", [
    [i32([3, 2], whole(-9, 9))],
    [bool([3, 2])]
  ]),
  mapped("pswapaxes", (x) => Lax.pswapaxes(np.sin(x), "i", 1) as X, "lax.pswapaxes(jnp.sin(x), 'i', 1)", [[
    f32([3, 2, 3], within(-1, 1))
  ]]),
  // JAX runs it on accelerators only: this is what its documentation says
  entry(
    "raggedAllToAll",
    (x: X) =>
      vmap(
        (x: X, from: X, send: X, to: X, receive: X) =>
          Lax.raggedAllToAll(x, np.zeros([4], { dtype: x.dtype }), from, send, to, receive, "i"),
        { axisName: "i" }
      )(x, offsets, np.array([[1n, 2n], [1n, 1n]]), np.array([[0n, 0n], [1n, 2n]]), np.array([[1n, 1n], [2n, 1n]])),
    "jnp.stack([jnp.stack([x[0, 0], x[1, 0], 0 * x[0, 0], 0 * x[0, 0]]), jnp.stack([x[0, 1], x[0, 2], x[1, 1], 0 * x[0, 0]])])",
    [[f32([2, 3])]],
    { signedZero: false }
  )
]

export const laxMore = [...windows, ...order, ...products, ...indexing, ...reductions, ...high, ...collectives]
