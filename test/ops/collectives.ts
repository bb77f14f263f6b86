/**
 * Collectives along axes of `vmap` and of meshes, which JAX computes on devices of their own.
 */
import { customVmap, grad, jit, jvp, Lax, Mesh, type NdArray, Numpy as np, P, shardMap, vmap } from "effax"
import { bool, f32, f64, i32, within } from "./inputs.ts"
import { type Arguments, entries, type Options, type Output } from "./operation.ts"

type X = NdArray.Any

const entry = entries("Lax")
const transformation = entries("Transform")

const floats = (...shapes: ReadonlyArray<ReadonlyArray<number>>): ReadonlyArray<Arguments> => [
  shapes.map((shape) => f32(shape, within(-1, 1))),
  shapes.map((shape) => f64(shape, within(-1, 1)))
]

// --- along an axis of vmap ------------------------------------------------------------------------------------------

/** An entry that maps a function of `x`, and its text, along axis 0, named `i`. */
const mapped = (
  name: string,
  f: (x: X) => Output,
  text: string,
  cases: ReadonlyArray<Arguments> = floats([3, 2]),
  options?: Options
) =>
  entry(
    name,
    (x: X) => vmap(f as (x: X) => X, { axisName: "i" })(x),
    `jax.vmap(lambda x: ${text}, axis_name='i')(x)`,
    cases,
    options
  )

const inner = [
  mapped("psum", (x) => np.multiply(Lax.psum(np.sin(x), "i"), x), "lax.psum(jnp.sin(x), 'i') * x"),
  mapped("psum of integers", (x) => Lax.psum(x, "i"), "lax.psum(x, 'i')", [[i32([3, 2])], [bool([3, 2])]]),
  mapped(
    "psum of a number",
    (x) => np.multiply(x, Lax.psum(2, "i")),
    "x * lax.psum(2, 'i')"
  ),
  mapped(
    "psum of what is the same for all",
    (x) => np.add(x, Lax.psum(np.arange(2, { dtype: "float32" }), "i")),
    "x + lax.psum(jnp.arange(2, dtype=jnp.float32), 'i')",
    [[f32([3, 2])]]
  ),
  mapped("pmean", (x) => np.subtract(x, Lax.pmean(np.square(x), "i")), "x - lax.pmean(jnp.square(x), 'i')"),
  mapped("pmean of integers", (x) => Lax.pmean(x, "i"), "lax.pmean(x, 'i')", [[i32([3, 2])]]),
  // no derivatives in JAX, and none here under an axis that stays named; vmap makes reductions of them
  mapped("pmax", (x) => np.subtract(x, Lax.pmax(x, "i")), "x - lax.pmax(x, 'i')", floats([3, 2]), { derivatives: 0 }),
  mapped("pmin", (x) => np.subtract(x, Lax.pmin(x, "i")), "x - lax.pmin(x, 'i')", floats([3, 2]), { derivatives: 0 }),
  mapped("axisIndex", (x) => np.multiply(x, Lax.axisIndex("i")), "x * lax.axis_index('i')"),
  mapped("axisSize", (x) => np.multiply(x, Lax.axisSize("i")), "x * lax.axis_size('i')"),
  mapped("allGather", (x) => np.dot(Lax.allGather(x, "i"), x), "lax.all_gather(x, 'i') @ x"),
  mapped(
    "allGather at the last axis",
    (x) => np.dot(x, Lax.allGather(x, "i", { axis: -1 })),
    "x @ lax.all_gather(x, 'i', axis=1)"
  ),
  mapped(
    "allGather tiled",
    (x) => np.multiply(Lax.allGather(np.sin(x), "i", { tiled: true }), np.sum(x)),
    "lax.all_gather(jnp.sin(x), 'i', tiled=True) * jnp.sum(x)"
  ),
  mapped(
    "psumScatter",
    (x) => np.sin(Lax.psumScatter(np.square(x), "i")),
    "jnp.sin(lax.psum_scatter(jnp.square(x), 'i'))",
    [
      ...floats([3, 3]),
      ...floats([3, 3, 2])
    ]
  ),
  mapped(
    "psumScatter tiled",
    (x) => np.sin(Lax.psumScatter(np.square(x), "i", { scatterDimension: 1, tiled: true })),
    "jnp.sin(lax.psum_scatter(jnp.square(x), 'i', scatter_dimension=1, tiled=True))",
    floats([3, 2, 6])
  ),
  mapped(
    "allToAll",
    (x) => np.sin(Lax.allToAll(np.square(x), "i", { splitAxis: 0, concatAxis: 0 })),
    "jnp.sin(lax.all_to_all(jnp.square(x), 'i', 0, 0))",
    floats([3, 3, 2])
  ),
  mapped(
    "allToAll to another axis",
    (x) => [
      Lax.allToAll(np.square(x), "i", { splitAxis: 0, concatAxis: 1 }),
      Lax.allToAll(np.square(np.transpose(x)), "i", { splitAxis: 1, concatAxis: 0 })
    ],
    "[lax.all_to_all(jnp.square(x), 'i', 0, 1), lax.all_to_all(jnp.square(x.T), 'i', 1, 0)]",
    floats([3, 3, 2])
  ),
  mapped(
    "allToAll tiled",
    (x) => np.sin(Lax.allToAll(np.square(x), "i", { splitAxis: 1, concatAxis: 0, tiled: true })),
    "jnp.sin(lax.all_to_all(jnp.square(x), 'i', 1, 0, tiled=True))",
    floats([3, 2, 6])
  ),
  mapped(
    "ppermute",
    (x) => np.multiply(x, Lax.ppermute(np.sin(x), "i", [[0, 1], [1, 2], [2, 0]])),
    "x * lax.ppermute(jnp.sin(x), 'i', [(0, 1), (1, 2), (2, 0)])"
  ),
  mapped(
    "pshuffle",
    (x) => np.multiply(x, Lax.pshuffle(np.sin(x), "i", [1, 0, 2])),
    "x * lax.pshuffle(jnp.sin(x), 'i', [1, 0, 2])"
  ),
  mapped(
    "psum inside of jit, cond and scan",
    jit((x: X) =>
      Lax.scan(
        (c: X, y: X) =>
          [
            Lax.cond(
              np.greater(Lax.psum(y, "i"), 0),
              (c: X) => np.add(c, Lax.psum(np.sin(c), "i")),
              (c: X) => np.multiply(c, y),
              c
            ),
            Lax.psum(np.multiply(c, y), "i")
          ] as const,
        np.sum(x),
        x
      )[1]
    ),
    "lax.scan(lambda c, y: (lax.cond(lax.psum(y, 'i') > 0, lambda c: c + lax.psum(jnp.sin(c), 'i'), lambda c: c * y, c), " +
      "lax.psum(c * y, 'i')), jnp.sum(x), x)[1]",
    floats([3, 4])
  ),
  mapped(
    "psum differentiated inside",
    (x) => grad((x: X) => np.sum(np.multiply(Lax.psum(np.sin(x), "i"), x)))(x),
    "jax.grad(lambda x: jnp.sum(lax.psum(jnp.sin(x), 'i') * x))(x)"
  ),
  mapped(
    "ppermute and others differentiated inside",
    (x) =>
      grad((x: X) =>
        np.sum(np.multiply(
          np.sum(
            np.multiply(Lax.allGather(np.sin(x), "i"), np.arange(6, { dtype: "float32" }).pipe(np.reshape([3, 2]))),
            { axis: 0 }
          ),
          Lax.ppermute(x, "i", [[0, 2], [1, 0], [2, 1]])
        ))
      )(x),
    "jax.grad(lambda x: jnp.sum(jnp.sum(lax.all_gather(jnp.sin(x), 'i') * " +
      "jnp.arange(6, dtype=jnp.float32).reshape(3, 2), 0) * lax.ppermute(x, 'i', [(0, 2), (1, 0), (2, 1)])))(x)",
    [[f32([3, 2])]]
  ),
  mapped(
    "psum in jvp",
    (x) => jvp((x: X) => Lax.pmean(np.square(x), "i"), [x], [np.sin(x)]),
    "list(jax.jvp(lambda x: lax.pmean(jnp.square(x), 'i'), (x,), (jnp.sin(x),)))"
  ),
  entry(
    "psum over two axes",
    (x: X) =>
      vmap(
        vmap((x: X) => np.multiply(np.add(Lax.psum(np.sin(x), ["i", "j"]), Lax.psum(x, "j")), x), { axisName: "j" }),
        { axisName: "i" }
      )(x),
    "jax.vmap(jax.vmap(lambda x: (lax.psum(jnp.sin(x), ('i', 'j')) + lax.psum(x, 'j')) * x, axis_name='j'), axis_name='i')(x)",
    floats([3, 2, 2])
  ),
  entry(
    "allGather along the outer axis",
    (x: X) =>
      vmap(
        vmap((x: X) => np.multiply(np.sum(Lax.allGather(np.sin(x), "i"), { axis: 0 }), Lax.axisIndex("j")), {
          axisName: "j"
        }),
        {
          axisName: "i"
        }
      )(x),
    "jax.vmap(jax.vmap(lambda x: jnp.sum(lax.all_gather(jnp.sin(x), 'i'), 0) * lax.axis_index('j'), axis_name='j'), " +
      "axis_name='i')(x)",
    floats([3, 2, 2])
  )
]

// --- customVmap -----------------------------------------------------------------------------------------------------

const custom = customVmap(
  (x: X, y: X) => np.multiply(np.sin(x), y),
  (axisSize, [xBatched, yBatched], x, y) => [
    np.add(np.multiply(np.sin(x), y), np.multiply(axisSize, xBatched ? 1 : 2)),
    xBatched || yBatched
  ]
)
const customText =
  "custom_vmap(lambda x, y: jnp.sin(x) * y, lambda n, b, x, y: (jnp.sin(x) * y + n * (1 if b[0] else 2), b[0] or b[1]))"

// what the rule says is not what the function says, and neither a loop nor reverse mode knows of it
const ruled: Options = { derivatives: 0, vmap: false }

const customs = [
  transformation("customVmap", (x: X, y: X) => custom(x, y), `${customText}(x, y)`, floats([3], [3]), ruled),
  transformation(
    "customVmap mapped",
    (x: X, y: X) => vmap(custom)(x, y),
    `jax.vmap(${customText})(x, y)`,
    floats([3], [3]),
    ruled
  ),
  transformation(
    "customVmap mapped twice",
    (x: X, y: X) => vmap(vmap(custom, { inAxes: [null, 0] }), { inAxes: [0, null] })(x, y),
    `jax.vmap(jax.vmap(${customText}, (None, 0)), (0, None))(x, y)`,
    floats([3], [2]),
    ruled
  ),
  transformation(
    "customVmap in jvp",
    (x: X, y: X) => vmap((x: X, y: X) => jvp(custom, [x, y], [y, x]))(x, y),
    `jax.vmap(lambda x, y: list(jax.jvp(${customText}, (x, y), (y, x))))(x, y)`,
    floats([3], [3]),
    ruled
  )
]

// --- on a mesh ------------------------------------------------------------------------------------------------------

const mesh = Mesh.make({ x: 4, y: 2 })
const all = P(["x", "y"])
const ring = [[0, 1], [1, 2], [2, 3], [3, 0]] as const

/** The matrix product whose right operand goes round. */
const ringMatmul = (a: X, b: X): X => {
  const rows = b.shape[0]!
  let block = b
  let sum: X = np.zeros([a.shape[0]!, b.shape[1]!], { dtype: a.dtype })
  for (let step = 0; step < 4; step++) {
    const source = np.remainder(np.add(np.subtract(Lax.axisIndex("x"), step), 4), 4)
    const part = Lax.dynamicSlice(a, [0, np.multiply(source, rows)], [a.shape[0]!, rows])
    sum = np.add(sum, np.matmul(part, block))
    block = Lax.ppermute(block, "x", ring)
  }
  return sum
}

const body = (x: X): ReadonlyArray<X> => [
  np.multiply(x, Lax.axisIndex("x")),
  np.multiply(x, Lax.axisIndex(["x", "y"])),
  Lax.allGather(np.sin(x), "y"),
  Lax.allGather(np.sin(x), "x", { tiled: true }),
  Lax.allGather(np.sin(x), ["x", "y"], { tiled: true }),
  Lax.ppermute(np.sin(x), "x", ring),
  Lax.psumScatter(np.sin(x), "y", { tiled: true }),
  Lax.allToAll(np.sin(x), "y", { splitAxis: 0, concatAxis: 0, tiled: true }),
  Lax.pshuffle(np.sin(x), "y", [1, 0]),
  np.multiply(Lax.psum(np.sin(x), "x"), x),
  np.multiply(Lax.psum(x, ["x", "y"]), x)
]
const bodyText =
  "(lambda x: [x * lax.axis_index('x'), x * lax.axis_index(('x', 'y')), lax.all_gather(jnp.sin(x), 'y'), " +
  "lax.all_gather(jnp.sin(x), 'x', tiled=True), lax.all_gather(jnp.sin(x), ('x', 'y'), tiled=True), " +
  "lax.ppermute(jnp.sin(x), 'x', [(0, 1), (1, 2), (2, 3), (3, 0)]), lax.psum_scatter(jnp.sin(x), 'y', tiled=True), " +
  "lax.all_to_all(jnp.sin(x), 'y', 0, 0, tiled=True), lax.pshuffle(jnp.sin(x), 'y', [1, 0]), " +
  "lax.psum(jnp.sin(x), 'x') * x, lax.psum(x, ('x', 'y')) * x])"

const invariant = (x: X): ReadonlyArray<X> => [
  Lax.psum(np.sin(x), ["x", "y"]),
  Lax.pmean(np.square(x), ["y", "x"]),
  Lax.psum(Lax.psum(np.sin(x), "x"), "y")
]
const invariantText = "(lambda x: [lax.psum(jnp.sin(x), ('x', 'y')), lax.pmean(jnp.square(x), ('y', 'x')), " +
  "lax.psum(lax.psum(jnp.sin(x), 'x'), 'y')])"

const loss = (w: X, x: X, y: X): X => np.mean(np.square(np.subtract(np.tanh(np.matmul(x, w)), y)))
const lossText = "(lambda w, x, y: jnp.mean(jnp.square(jnp.tanh(x @ w) - y)))"

const matmul = shardMap((a: X, b: X) => Lax.psum(np.matmul(a, b), "y"), {
  mesh,
  inSpecs: [P("x", "y"), P("y", null)],
  outSpecs: P("x", null)
})
const matmulText = "sharded(lambda a, b: lax.psum(a @ b, 'y'), (P('x', 'y'), P('y', None)), P('x', None))"

const sharded = [
  transformation("shardMap matmul", (x: X, y: X) => matmul(x, y), `${matmulText}(x, y)`, floats([8, 16], [16, 4])),
  transformation(
    "shardMap matmul in grad of jit",
    (x: X, y: X) => grad(jit((x: X, y: X) => np.sum(np.sin(matmul(x, y)))), { argnums: [0, 1] })(x, y),
    `list(jax.grad(jax.jit(lambda x, y: jnp.sum(jnp.sin(${matmulText}(x, y)))), (0, 1))(x, y))`,
    floats([4, 4], [4, 2])
  ),
  transformation(
    "shardMap elementwise",
    (x: X) => shardMap((x: X) => np.sin(x), { mesh, inSpecs: P("y", "x"), outSpecs: P("y", "x") })(x),
    "sharded(jnp.sin, P('y', 'x'), P('y', 'x'))(x)",
    floats([2, 8])
  ),
  transformation(
    "shardMap ring",
    (x: X, y: X) => shardMap(ringMatmul, { mesh, inSpecs: [P("x"), P("x")], outSpecs: P("x") })(x, y),
    "jnp.matmul(x, y)",
    floats([4, 8], [8, 2])
  ),
  transformation(
    "shardMap of collectives",
    (x: X) => shardMap(body, { mesh, inSpecs: all, outSpecs: all })(x),
    `sharded(${bodyText}, P(('x', 'y')), P(('x', 'y')))(x)`,
    floats([16])
  ),
  transformation(
    "shardMap of collectives without types",
    (x: X) => shardMap(body, { mesh, inSpecs: all, outSpecs: all, checkReplication: false })(x),
    `sharded(${bodyText}, P(('x', 'y')), P(('x', 'y')), check_vma=False)(x)`,
    floats([16])
  ),
  transformation(
    "shardMap to what is the same everywhere",
    (x: X) => shardMap(invariant, { mesh, inSpecs: all, outSpecs: P() })(x),
    `sharded(${invariantText}, P(('x', 'y')), P())(x)`,
    floats([16])
  ),
  transformation(
    "shardMap to what is the same everywhere without types",
    (x: X) => shardMap(invariant, { mesh, inSpecs: all, outSpecs: P(), checkReplication: false })(x),
    `sharded(${invariantText}, P(('x', 'y')), P(), check_vma=False)(x)`,
    floats([16])
  ),
  transformation(
    "shardMap of data-parallel gradients",
    (w: X, x: X, y: X) =>
      shardMap(
        (w: X, x: X, y: X) => Lax.axisSize("x") === 4 ? grad(loss)(w, x, y) : w,
        { mesh, inSpecs: [P(), P("x"), P("x")], outSpecs: P() }
      )(w, x, y),
    `sharded(jax.grad(${lossText}), (P(), P('x'), P('x')), P())(x, y, z)`,
    floats([3, 2], [8, 3], [8, 2])
  ),
  transformation(
    "shardMap without types in grad",
    (w: X, x: X) =>
      grad(
        shardMap((w: X, x: X) => Lax.psum(np.sum(np.sin(np.multiply(w, x))), "x"), {
          mesh,
          inSpecs: [P(), P("x")],
          outSpecs: P(),
          checkReplication: false
        }),
        { argnums: [0, 1] }
      )(w, x),
    "list(jax.grad(sharded(lambda w, x: lax.psum(jnp.sum(jnp.sin(w * x)), 'x'), (P(), P('x')), P(), check_vma=False), " +
      "(0, 1))(x, y))",
    floats([2], [8])
  ),
  transformation(
    "shardMap of vmap and scan",
    (x: X) =>
      shardMap((x: X) =>
        vmap(
          (row: X) =>
            Lax.scan(
              (c: X, y: X) => [np.add(np.sin(c), Lax.psum(y, "x")), np.multiply(c, Lax.psum(y, "i"))] as const,
              Lax.pvary(np.zeros([], { dtype: x.dtype }), ["x", "y"]),
              row
            )[1],
          { axisName: "i" }
        )(x), { mesh, inSpecs: P("x", "y"), outSpecs: P("x", "y") })(x),
    // JAX 0.10.2 refuses a named vmap inside of a checked shard_map
    "sharded(lambda x: jax.vmap(lambda row: lax.scan(lambda c, y: (jnp.sin(c) + lax.psum(y, 'x'), c * lax.psum(y, 'i')), " +
      "jnp.zeros((), x.dtype), row)[1], axis_name='i')(x), P('x', 'y'), P('x', 'y'), check_vma=False)(x)",
    floats([8, 4])
  ),
  transformation(
    "shardMap in vmap and jvp",
    (x: X, y: X) => jvp((x: X, y: X) => vmap(matmul, { inAxes: [0, null] })(x, y), [x, y], [np.sin(x), y]),
    `list(jax.jvp(lambda x, y: jax.vmap(${matmulText}, (0, None))(x, y), (x, y), (jnp.sin(x), y)))`,
    floats([3, 4, 2], [2, 2])
  ),
  transformation(
    "shardMap of residuals that are scalars",
    (w: X, x: X) =>
      shardMap((w: X, x: X) => np.multiply(np.sin(w), np.exp(x)), { mesh, inSpecs: [P(), P("x")], outSpecs: P("x") })(
        w,
        x
      ),
    "sharded(lambda w, x: jnp.sin(w) * jnp.exp(x), (P(), P('x')), P('x'))(x, y)",
    floats([], [8])
  ),
  entry(
    "pvary",
    (x: X) =>
      shardMap((x: X) => Lax.psum(Lax.pvary(np.sin(x), "x"), "x"), { mesh, inSpecs: P("y"), outSpecs: P("y") })(x),
    "sharded(lambda x: lax.psum(lax.pcast(jnp.sin(x), 'x', to='varying'), 'x'), P('y'), P('y'))(x)",
    floats([4])
  ),
  entry(
    "pcast",
    (x: X) =>
      shardMap((x: X) => np.multiply(Lax.pcast(np.sin(x), ["x"], { to: "varying" }), Lax.axisIndex("x")), {
        mesh,
        inSpecs: P("y"),
        outSpecs: all
      })(x),
    "sharded(lambda x: lax.pcast(jnp.sin(x), ('x',), to='varying') * lax.axis_index('x'), P('y'), P(('x', 'y')))(x)",
    floats([4])
  )
]

export const collectives = [...inner, ...customs, ...sharded]
