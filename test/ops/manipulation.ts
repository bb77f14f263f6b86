/**
 * Arrays made from nothing and from one another: shapes, axes, joining and splitting.
 */
import { NdArray, Numpy as np } from "effax"
import { bf16, bool, distinct, f16, f32, f64, i32, i64, i8, points, u32, u8 } from "./inputs.ts"
import { type Arguments, entries } from "./operation.ts"

type X = NdArray.Any

const numpy = entries("Numpy")

const nothing: ReadonlyArray<Arguments> = [[]]
const cube: ReadonlyArray<Arguments> = [[f32([2, 3, 4])]]

const creation = [
  numpy("zeros", () => np.zeros([2, 3]), "jnp.zeros((2, 3))", nothing),
  numpy("zeros number", () => np.zeros(3), "jnp.zeros(3)", nothing),
  numpy("zeros dtype", () => np.zeros([2], { dtype: "int8" }), "jnp.zeros((2,), jnp.int8)", nothing),
  numpy("zeros bool", () => np.zeros([2], { dtype: "bool" }), "jnp.zeros((2,), bool)", nothing),
  numpy("zeros empty", () => np.zeros([0, 2]), "jnp.zeros((0, 2))", nothing),
  numpy("ones", () => np.ones([2, 3]), "jnp.ones((2, 3))", nothing),
  numpy("ones dtype", () => np.ones([], { dtype: "bfloat16" }), "jnp.ones((), jnp.bfloat16)", nothing),
  numpy("ones bool", () => np.ones([2], { dtype: "bool" }), "jnp.ones((2,), bool)", nothing),
  numpy("full", () => np.full([2, 3], 7.5, { dtype: "float32" }), "jnp.full((2, 3), 7.5, jnp.float32)", nothing),
  numpy("full int", () => np.full([2], 7, { dtype: "uint8" }), "jnp.full((2,), 7, jnp.uint8)", nothing),
  numpy("full array", (x: X) => np.full([2, 3], x), "jnp.full((2, 3), x)", [[f32([])], [i32([3])], [bool([2, 1])], [
    f64([3])
  ]]),
  numpy(
    "full special",
    () => np.full([2], -Infinity, { dtype: "float16" }),
    "jnp.full((2,), -jnp.inf, jnp.float16)",
    nothing
  ),
  numpy("zerosLike", (x: X) => np.zerosLike(x), "jnp.zeros_like(x)", [[f32([2, 3])], [i8([2])], [bool([])], [
    f64([0])
  ]]),
  numpy("onesLike", (x: X) => np.onesLike(x), "jnp.ones_like(x)", [[f32([2, 3])], [i8([2])], [bool([])]]),
  numpy("onesLike dtype", (x: X) => np.onesLike(x, { dtype: "int32" }), "jnp.ones_like(x, dtype=jnp.int32)", [[
    f32([2])
  ]]),
  numpy("fullLike", (x: X) => np.fullLike(x, 3), "jnp.full_like(x, 3)", [[f32([2, 3])], [i8([2])], [bf16([2])]]),
  numpy("fullLike array", (x: X, y: X) => np.fullLike(x, y), "jnp.full_like(x, y)", [[f32([2, 3]), f32([3])], [
    i32([2]),
    i32([])
  ]]),
  numpy("array", () => np.array([[1, 2], [3, 4.5]]), "jnp.array([[1., 2.], [3., 4.5]])", nothing),
  numpy("array bool", () => np.array([true, false]), "jnp.array([True, False])", nothing),
  numpy("array bigint", () => np.array([1n, -2n]), "jnp.array([1, -2])", nothing),
  numpy("array dtype", () => np.array([1, 2], { dtype: "uint8" }), "jnp.array([1, 2], jnp.uint8)", nothing),
  numpy(
    "array half",
    () => np.array([1 / 3, 1e5, -0], { dtype: "float16" }),
    "jnp.array([1 / 3, 1e5, -0.], jnp.float16)",
    nothing,
    { signedZero: true }
  ),
  numpy(
    "array bfloat16",
    () => np.array([1 / 3, 1e39, 257], { dtype: "bfloat16" }),
    "jnp.array([1 / 3, 1e39, 257], jnp.bfloat16)",
    nothing
  ),
  numpy("array of an array", (x: X) => np.array(x, { dtype: "int32" }), "jnp.array(x, jnp.int32)", [[f32([3])]]),
  numpy("asarray", () => np.asarray(new Int16Array([1, 2])), "jnp.asarray(np.array([1, 2], np.int16))", nothing),
  numpy("arange", () => np.arange(5), "jnp.arange(5)", nothing),
  numpy("arange start", () => np.arange(2, 7), "jnp.arange(2, 7)", nothing),
  numpy("arange step", () => np.arange(2, 9, 3), "jnp.arange(2, 9, 3)", nothing),
  numpy("arange down", () => np.arange(5, -3, -2), "jnp.arange(5, -3, -2)", nothing),
  numpy("arange empty", () => np.arange(3, 1), "jnp.arange(3, 1)", nothing),
  numpy("arange fraction", () => np.arange(0, 1, 0.125), "jnp.arange(0, 1, 0.125)", nothing),
  numpy("arange tenths", () => np.arange(0.5, 2, 0.1), "jnp.arange(0.5, 2, 0.1)", nothing),
  numpy("arange dtype", () => np.arange(4, { dtype: "uint8" }), "jnp.arange(4, dtype=jnp.uint8)", nothing),
  numpy("arange float", () => np.arange(4, { dtype: "float32" }), "jnp.arange(4, dtype=jnp.float32)", nothing),
  numpy("linspace", () => np.linspace(0, 1, 7), "jnp.linspace(0, 1, 7)", nothing),
  numpy("linspace 50", () => np.linspace(-3, 5.5), "jnp.linspace(-3, 5.5)", nothing),
  numpy(
    "linspace open",
    () => np.linspace(2, 3, 5, { endpoint: false }),
    "jnp.linspace(2, 3, 5, endpoint=False)",
    nothing
  ),
  numpy(
    "linspace integers",
    () => np.linspace(0, 10, 7, { dtype: "int32" }),
    "np.linspace(0, 10, 7, dtype=np.int32)",
    nothing
  ),
  numpy(
    "linspace whole steps",
    () => np.linspace(-7, 33, 41, { dtype: "int32" }),
    "np.linspace(-7, 33, 41, dtype=np.int32)",
    nothing
  ),
  numpy(
    "linspace integers open",
    () => np.linspace(-5, 5, 4, { dtype: "int8", endpoint: false }),
    "np.linspace(-5, 5, 4, endpoint=False, dtype=np.int8)",
    nothing
  ),
  numpy(
    "linspace large",
    () => np.linspace(0, 2147483647, 5, { dtype: "int32" }),
    "np.linspace(0, 2147483647, 5, dtype=np.int32)",
    nothing
  ),
  numpy("linspace arrays", (x: X, y: X) => np.linspace(x, y, 4), "jnp.linspace(x, y, 4)", [
    [f32([3]), f32([3])],
    [f32([2, 1]), f32([3])],
    [f64([2]), f64([])],
    [i32([2]), i32([2])],
    [bf16([2]), bf16([2])]
  ]),
  ...[1, -1].map((axis) =>
    numpy(`linspace axis ${axis}`, (x: X) => np.linspace(x, 5, 3, { axis }), `jnp.linspace(x, 5, 3, axis=${axis})`, [
      [f32([2, 3])]
    ])
  ),
  numpy(
    "linspace arrays to integers",
    (x: X) => np.linspace(x, 8, 5, { dtype: "int32" }),
    "jnp.linspace(x, 8, 5, dtype=jnp.int32)",
    [[points("float32", [0, -8, 4])]]
  ),
  ...[{ num: 5, endpoint: true }, { num: 4, endpoint: false }, { num: 1, endpoint: true }, { num: 0, endpoint: true }]
    .map((
      { endpoint, num }
    ) =>
      numpy(
        `linspace retstep ${num} ${endpoint}`,
        (x: X) => np.linspace(x, 2, num, { endpoint, retstep: true }),
        `jnp.linspace(x, 2, ${num}, endpoint=${endpoint ? "True" : "False"}, retstep=True)`,
        [[f32([])]],
        { derivatives: num > 1 ? 2 : 0, vmap: num > 1 }
      )
    ),
  numpy("linspace 1", () => np.linspace(2, 3, 1), "jnp.linspace(2, 3, 1)", nothing),
  numpy("linspace 0", () => np.linspace(2, 3, 0), "jnp.linspace(2, 3, 0)", nothing),
  numpy(
    "linspace dtype",
    () => np.linspace(0, 1, 9, { dtype: "float64" }),
    "jnp.linspace(0, 1, 9, dtype=jnp.float64)",
    nothing
  ),
  numpy("eye", () => np.eye(3), "jnp.eye(3)", nothing),
  numpy("eye wide", () => np.eye(2, { columns: 4, k: 1, dtype: "int32" }), "jnp.eye(2, 4, 1, jnp.int32)", nothing),
  ...[3000000000, -3000000000].map((k) =>
    numpy(`eye ${k}`, () => np.eye(2, { columns: 3, k }), "jnp.zeros((2, 3))", nothing)
  ),
  numpy("zerosLike shape", (x: X) => np.zerosLike(x, { shape: [3, 1] }), "jnp.zeros_like(x, shape=(3, 1))", [[
    i8([2])
  ]]),
  numpy("onesLike shape", (x: X) => np.onesLike(x, { shape: [] }), "jnp.ones_like(x, shape=())", [[f32([2])]]),
  numpy("fullLike shape", (x: X) => np.fullLike(x, 7, { shape: [2] }), "jnp.full_like(x, 7, shape=(2,))", [[f32([3])]]),
  numpy("eye below", () => np.eye(4, { columns: 2, k: -1 }), "jnp.eye(4, 2, -1)", nothing),
  numpy("identity", () => np.identity(2, { dtype: "bool" }), "jnp.identity(2, bool)", nothing),
  ...(["tril", "triu"] as const).flatMap((name) => [
    numpy(name, (x: X) => np[name](x), `jnp.${name}(x)`, [[f32([3, 3])], [i32([2, 4])], [f32([2, 4, 3])], [
      bool([3, 3])
    ], [f32([0, 2])]]),
    numpy(`${name} k`, (x: X) => np[name](x, 1), `jnp.${name}(x, 1)`, [[f32([3, 4])]]),
    numpy(`${name} -k`, (x: X) => np[name](x, -2), `jnp.${name}(x, -2)`, [[f32([3, 4])]])
  ])
]

const shapes = [
  numpy("reshape", (x: X) => np.reshape(x, [3, 4]), "jnp.reshape(x, (3, 4))", [[f32([12])], [f32([2, 6])], [
    i32([2, 3, 2])
  ], [f64([4, 3])]]),
  numpy("reshape -1", (x: X) => np.reshape(x, [2, -1]), "jnp.reshape(x, (2, -1))", [[f32([3, 4])], [bf16([2])], [
    f32([2, 0])
  ]]),
  numpy("reshape F", (x: X) => np.reshape(x, [2, -1, 2], { order: "F" }), "jnp.reshape(x, (2, -1, 2), order='F')", [
    [f32([3, 4])],
    [f32([2, 3, 4])],
    [i32([4])]
  ]),
  numpy("ravel F", (x: X) => np.ravel(x, { order: "F" }), "jnp.ravel(x, order='F')", [[f32([2, 3])], [f32([2, 3, 2])], [
    f32([])
  ]]),
  numpy("reshape scalar", (x: X) => np.reshape(x, []), "jnp.reshape(x, ())", [[f32([1, 1])]]),
  numpy("reshape empty", (x: X) => np.reshape(x, [0, 5]), "jnp.reshape(x, (0, 5))", [[f32([0])]]),
  numpy("ravel", (x: X) => np.ravel(x), "jnp.ravel(x)", [[f32([2, 3])], [f32([])], [bool([2, 2])]]),
  ...[0, 1, -1].map((axis) =>
    numpy(`expandDims ${axis}`, (x: X) => np.expandDims(x, axis), `jnp.expand_dims(x, ${axis})`, [[f32([2, 3])], [
      i32([2])
    ]])
  ),
  numpy("squeeze", (x: X) => np.squeeze(x), "jnp.squeeze(x)", [[f32([1, 3, 1])], [f32([1])], [f32([2, 3])], [
    f32([0, 1])
  ]]),
  numpy("squeeze axis", (x: X) => np.squeeze(x, { axis: -1 }), "jnp.squeeze(x, axis=-1)", [[f32([1, 3, 1])]]),
  numpy("squeeze axes", (x: X) => np.squeeze(x, { axis: [0, 2] }), "jnp.squeeze(x, axis=(0, 2))", [[f32([1, 3, 1])]]),
  numpy("transpose", (x: X) => np.transpose(x), "jnp.transpose(x)", [
    [f32([2, 3])],
    [f32([2, 3, 4])],
    [i8([3])],
    [f32([])],
    [u8([3, 5])],
    [f64([2, 0, 3])]
  ]),
  numpy("transpose axes", (x: X) => np.transpose(x, [1, -1, 0]), "jnp.transpose(x, (1, -1, 0))", [...cube, [
    bool([2, 3, 4])
  ], [f16([2, 3, 4])]]),
  numpy("matrixTranspose", (x: X) => np.matrixTranspose(x), "jnp.matrix_transpose(x)", [...cube, [f32([2, 3])]]),
  numpy("swapaxes", (x: X) => np.swapaxes(x, 0, -1), "jnp.swapaxes(x, 0, -1)", [...cube, [i64([2, 3])]]),
  numpy("moveaxis", (x: X) => np.moveaxis(x, 0, -1), "jnp.moveaxis(x, 0, -1)", cube),
  numpy("moveaxis many", (x: X) => np.moveaxis(x, [0, 2], [1, 0]), "jnp.moveaxis(x, (0, 2), (1, 0))", cube),
  numpy("broadcastTo", (x: X) => np.broadcastTo(x, [2, 3]), "jnp.broadcast_to(x, (2, 3))", [
    [f32([])],
    [f32([3])],
    [f32([2, 1])],
    [i32([1, 3])],
    [f32([2, 3])],
    [bool([1])]
  ]),
  numpy("broadcastTo empty", (x: X) => np.broadcastTo(x, [0, 3]), "jnp.broadcast_to(x, (0, 3))", [[f32([3])]]),
  numpy("broadcastArrays", (x: X, y: X) => np.broadcastArrays([x, y]), "jnp.broadcast_arrays(x, y)", [[
    f32([2, 1]),
    f32([3])
  ], [f32([]), i32([2])]]),
  numpy("flip", (x: X) => np.flip(x), "jnp.flip(x)", [...cube, [i32([5])], [f32([])], [f32([0])]]),
  numpy("flip axis", (x: X) => np.flip(x, { axis: -1 }), "jnp.flip(x, -1)", [...cube, [bf16([5])]]),
  numpy("flip axes", (x: X) => np.flip(x, { axis: [0, 2] }), "jnp.flip(x, (0, 2))", cube),
  numpy("roll", (x: X) => np.roll(x, 2), "jnp.roll(x, 2)", [[f32([5])], [f32([2, 3])], [i32([1])]]),
  numpy("roll axis", (x: X) => np.roll(x, -1, { axis: 1 }), "jnp.roll(x, -1, 1)", [[f32([2, 3])], [f32([2, 0])]]),
  numpy("roll far", (x: X) => np.roll(x, 13, { axis: 0 }), "jnp.roll(x, 13, 0)", [[f32([5])]])
]

const joining = [
  numpy("concatenate", (x: X, y: X) => np.concatenate([x, y]), "jnp.concatenate([x, y])", [
    [f32([2]), f32([3])],
    [f32([2, 3]), f32([1, 3])],
    [f32([0, 3]), f32([2, 3])],
    [f32([2]), i32([2])],
    [bool([2]), i8([2])],
    [f64([2]), f32([2])],
    [points("float32", [NaN, -0]), points("float32", [-Infinity, 0])]
  ], { signedZero: true }),
  numpy(
    "concatenate axis",
    (x: X, y: X, z: X) => np.concatenate([x, y, z], { axis: -1 }),
    "jnp.concatenate([x, y, z], -1)",
    [
      [f32([2, 1]), f32([2, 3]), f32([2, 0])],
      [u32([2, 2]), u32([2, 1]), u32([2, 1])]
    ]
  ),
  numpy("concatenate itself", (x: X) => np.concatenate([x, x], { axis: 1 }), "jnp.concatenate([x, x], 1)", [[
    f32([2, 3])
  ]]),
  numpy(
    "concatenate flattened",
    (x: X, y: X) => np.concatenate([x, y], { axis: null }),
    "jnp.concatenate([x, y], None)",
    [
      [f32([2, 3]), f32([2])],
      [i32([]), f32([1, 1])]
    ]
  ),
  numpy(
    "concatenate dtype",
    (x: X, y: X) => np.concatenate([x, y], { dtype: "float32" }),
    "jnp.concatenate([x, y], dtype=jnp.float32)",
    [[i32([2]), f32([2])], [bool([2]), i8([1])]],
    // in float64 it would still round to float32
    { numeric: false }
  ),
  numpy("stack dtype", (x: X, y: X) => np.stack([x, y], { dtype: "float32" }), "jnp.stack([x, y], dtype=jnp.float32)", [
    [i32([2]), bool([2])]
  ]),
  numpy("vstack dtype", (x: X, y: X) => np.vstack([x, y], { dtype: "int8" }), "jnp.vstack([x, y], dtype=jnp.int8)", [
    [i32([2]), bool([2])]
  ]),
  numpy("hstack dtype", (x: X, y: X) => np.hstack([x, y], { dtype: "int8" }), "jnp.hstack([x, y], dtype=jnp.int8)", [
    [i32([2]), bool([2])]
  ]),
  numpy("stack", (x: X, y: X) => np.stack([x, y]), "jnp.stack([x, y])", [[f32([2]), f32([2])], [f32([]), f32([])], [
    i32([2, 3]),
    f32([2, 3])
  ]]),
  ...[1, -1].map((axis) =>
    numpy(`stack axis ${axis}`, (x: X, y: X) => np.stack([x, y], { axis }), `jnp.stack([x, y], ${axis})`, [[
      f32([2, 3]),
      f32([2, 3])
    ]])
  ),
  numpy("vstack", (x: X, y: X) => np.vstack([x, y]), "jnp.vstack([x, y])", [[f32([3]), f32([2, 3])], [
    f32([2]),
    f32([2])
  ], [f32([]), f32([])]]),
  numpy("hstack", (x: X, y: X) => np.hstack([x, y]), "jnp.hstack([x, y])", [[f32([3]), f32([2])], [
    f32([2, 1]),
    f32([2, 3])
  ], [f32([]), f32([])]]),
  numpy("tile", (x: X) => np.tile(x, 3), "jnp.tile(x, 3)", [[f32([2])], [f32([2, 3])], [i32([])]]),
  numpy("tile axes", (x: X) => np.tile(x, [2, 1, 3]), "jnp.tile(x, (2, 1, 3))", [[f32([2])], [f32([2, 3])]]),
  numpy("tile fewer", (x: X) => np.tile(x, [2]), "jnp.tile(x, (2,))", [[f32([2, 3])]]),
  numpy("tile 0", (x: X) => np.tile(x, [0, 2]), "jnp.tile(x, (0, 2))", [[f32([3])]]),
  numpy("repeat", (x: X) => np.repeat(x, 3), "jnp.repeat(x, 3)", [[f32([2])], [f32([2, 3])], [i32([])]]),
  numpy("repeat axis", (x: X) => np.repeat(x, 2, { axis: 1 }), "jnp.repeat(x, 2, 1)", [[f32([2, 3])], [bool([2, 3])]]),
  numpy("repeat flattened", (x: X) => np.repeat(x, 2, { axis: null }), "jnp.repeat(x, 2, None)", [[f32([2, 2])]]),
  numpy("repeat 0", (x: X) => np.repeat(x, 0, { axis: 0 }), "jnp.repeat(x, 0, 0)", [[f32([2, 3])]]),
  numpy("split", (x: X) => np.split(x, 3), "jnp.split(x, 3)", [[f32([6])], [f32([3, 2])], [i32([9])]]),
  numpy("split axis", (x: X) => np.split(x, 2, { axis: -1 }), "jnp.split(x, 2, -1)", [[f32([3, 4])]]),
  numpy("split at", (x: X) => np.split(x, [1, 3, 3]), "jnp.split(x, [1, 3, 3])", [[f32([5])], [f32([4, 2])]]),
  numpy("pad", (x: X) => np.pad(x, 2), "jnp.pad(x, 2)", [[f32([3])], [f32([2, 3])], [i32([2])], [bool([2])], [
    f32([0])
  ]]),
  numpy("pad pair", (x: X) => np.pad(x, [1, 2]), "jnp.pad(x, (1, 2))", [[f32([2, 3])]]),
  numpy(
    "pad axes",
    (x: X) => np.pad(x, [[1, 0], [0, 2]], { constantValues: -1 }),
    "jnp.pad(x, ((1, 0), (0, 2)), constant_values=-1)",
    [
      [f32([2, 3])],
      [f64([2, 3])],
      [i8([2, 3])]
    ]
  ),
  numpy("pad one pair", (x: X) => np.pad(x, [[1, 2]]), "jnp.pad(x, ((1, 2),))", [[f32([3])], [f32([2, 3])], [
    f32([2, 1, 2])
  ]]),
  numpy("pad one width", (x: X) => np.pad(x, [2]), "jnp.pad(x, (2,))", [[f32([2, 3])]]),
  numpy(
    "pad constants",
    (x: X) => np.pad(x, 2, { constantValues: [[1, 2], [3, 4]] }),
    "jnp.pad(x, 2, constant_values=((1, 2), (3, 4)))",
    [[f32([2, 3])], [i32([1, 2])]]
  ),
  numpy(
    "pad constants computed",
    (x: X, y: X, z: X) => np.pad(x, 1, { constantValues: [y, z] }),
    "jnp.pad(x, 1, constant_values=jnp.stack([y, z]))",
    [[f32([2, 3]), f32([]), f32([])]]
  ),
  ...([
    ["edge", {}, ""],
    ["wrap", {}, ""],
    ["reflect", {}, ""],
    ["reflect", { reflectType: "odd" }, ", reflect_type='odd'"],
    ["symmetric", {}, ""],
    ["symmetric", { reflectType: "odd" }, ", reflect_type='odd'"],
    ["linearRamp", {}, ""],
    ["linearRamp", { endValues: [[2, -1]] }, ", end_values=((2, -1),)"],
    ["maximum", {}, ""],
    ["maximum", { statLength: 2 }, ", stat_length=2"],
    ["minimum", { statLength: [[1, 2]] }, ", stat_length=((1, 2),)"],
    ["mean", {}, ""],
    ["mean", { statLength: [2, 5] }, ", stat_length=(2, 5)"],
    ["median", {}, ""],
    ["median", { statLength: 2 }, ", stat_length=2"],
    ["empty", {}, ""]
  ] as const).map(([mode, options, text], i) =>
    numpy(
      `pad ${mode}${text} ${i}`,
      (x: X) => np.pad(x, [1, 4], { mode, ...options }),
      `jnp.pad(x, (1, 4), mode='${mode === "linearRamp" ? "linear_ramp" : mode}'${text})`,
      [[f32([3], distinct(0.3))], [f32([2, 3], distinct(0.3))], [f64([1, 2], distinct(0.3))], [i32([4])]],
      // JAX may compute the difference of an element and itself in another order
      {
        derivatives: mode === "maximum" || mode === "minimum" || mode === "median" ? 1 : 2,
        tolerance: { float32: { rtol: 1e-5, atol: 1e-6 } }
      }
    )
  ),
  numpy(
    "pad reflect far",
    (x: X) => np.pad(x, [[9, 14]], { mode: "reflect" }),
    "jnp.pad(x, ((9, 14),), mode='reflect')",
    [
      [f32([2])],
      [f32([5])],
      [f32([1])]
    ]
  ),
  numpy(
    "pad symmetric far",
    (x: X) => np.pad(x, [[9, 14]], { mode: "symmetric", reflectType: "odd" }),
    "jnp.pad(x, ((9, 14),), mode='symmetric', reflect_type='odd')",
    [[f32([2])], [f32([5])], [f32([1])]],
    { tolerance: { float32: { rtol: 1e-5, atol: 1e-5 } } }
  ),
  numpy("pad wrap far", (x: X) => np.pad(x, [[9, 14]], { mode: "wrap" }), "jnp.pad(x, ((9, 14),), mode='wrap')", [
    [f32([2])],
    [f32([5])],
    [f32([1])]
  ]),
  numpy("pad bool", (x: X) => np.pad(x, 2, { mode: "maximum" }), "jnp.pad(x, 2, mode='maximum')", [[bool([3, 2])]])
]

export const manipulation = [...creation, ...shapes, ...joining]
