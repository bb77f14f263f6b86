/**
 * Named axes: their scope, and what collectives are under `vmap`. Values and derivatives against JAX are in the table of
 * operations.
 */
import { describe, expect, it } from "@effect/vitest"
import { customJvp, evalShape, grad, jit, Lax, Mesh, NdArray, Numpy as np, P, Program, shardMap, vmap } from "effax"
import type { AxisName } from "effax/Lax"
import * as ProgramCodec from "effax/ProgramCodec"
import { Effect } from "effect"
import { backends, expectTree, failure } from "./derivatives.ts"

type X = NdArray.Any

const range = (...shape: ReadonlyArray<number>): X =>
  np.reshape(np.arange(shape.reduce((a, b) => a * b, 1), { dtype: "float32" }), shape)
const x33 = range(3, 3)

const named = { axisName: "i" } as const
const traced = (f: (x: X) => unknown, x: X = x33): Program.Program => Effect.runSync(Program.trace(f, x))

describe.each(backends)("$name", ({ layer }) => {
  const check = (title: string, make: () => unknown, expected: unknown) =>
    it.effect(title, () => Effect.provide(Effect.suspend(() => expectTree(make(), expected)), layer))

  check(
    "ppermute gives zeros to whom nothing is sent",
    () => vmap((x: X) => Lax.ppermute(x, "i", [[0, 1], [2, 0]]), named)(x33),
    [[6, 7, 8], [0, 1, 2], [0, 0, 0]]
  )
  check(
    "ppermute of what is the same for all gives zeros too",
    () => vmap((x: X) => np.add(Lax.ppermute(np.ones([3]), "i", [[0, 1]]), x), named)(x33),
    [[0, 1, 2], [4, 5, 6], [6, 7, 8]]
  )
  check(
    "axes hide outer ones of their name",
    () =>
      vmap((x: X) => np.add(vmap((y: X) => Lax.psum(y, "i"), named)(x), Lax.psum(np.sum(x), "i")), named)(range(2, 2)),
    [
      [7, 7],
      [11, 11]
    ]
  )
  check("several axes are one, of which the first counts slowest", () =>
    vmap(
      (x: X) =>
        vmap((y: X) => [Lax.axisIndex(["j", "i"]), np.multiply(y, 0).pipe(np.add(Lax.axisIndex(["i", "j"])))], {
          axisName: "j"
        })(x),
      named
    )(range(2, 3)), [[[0, 2, 4], [1, 3, 5]], [[0, 1, 2], [3, 4, 5]]])
  check("blocks of several axes", () =>
    vmap(
      (x: X) =>
        vmap((y: X) => [
          Lax.allGather(y, ["j", "i"]),
          Lax.ppermute(y, ["i", "j"], [[0, 3], [3, 1], [1, 1 + 1]]),
          Lax.psumScatter(np.multiply(np.arange(8, { dtype: "float32" }), y), ["i", "j"], { tiled: true }),
          Lax.allToAll(np.multiply(np.arange(4, { dtype: "float32" }), y), ["j", "i"], {
            splitAxis: 0,
            concatAxis: 0,
            tiled: true
          })
        ], { axisName: "j" })(x),
      named
    )(range(2, 2)), [
    // values are 0 and 1 for i = 0, 2 and 3 for i = 1
    [[[0, 2, 1, 3], [0, 2, 1, 3]], [[0, 2, 1, 3], [0, 2, 1, 3]]],
    [[0, 3], [1, 0]],
    [[[0, 6], [12, 18]], [[24, 30], [36, 42]]],
    [[[0, 0, 0, 0], [0, 4, 2, 6]], [[0, 2, 1, 3], [0, 6, 3, 9]]]
  ])
  check("trees, and scalars of JavaScript", () =>
    vmap((x: X) => {
      const { a, b, c } = Lax.psum({ a: x, b: 2, c: 3n }, "i")
      return np.add(np.multiply(a, b), Number(c))
    }, named)(range(3)), [27, 27, 27])
  check("the axis may be used where nothing is batched", () =>
    vmap(
      jit((_: X) =>
        Lax.scan(
          (c: X, y: X) => [np.add(c, Lax.axisIndex("i")), np.multiply(y, c)] as const,
          Lax.psum(1n, "i"),
          np.arange(3)
        )
      ),
      { ...named, inAxes: null, axisSize: 2 }
    )(np.ones([3])), [[2, 5], [[0, 2, 4], [0, 3, 8]]])
  check("rules of derivatives are called in the scope of the axis", () => {
    const f = customJvp((x: X) => Lax.pmean(np.sin(x), "i"), ([x], [dx]) => [
      Lax.pmean(np.sin(x), "i"),
      Lax.psum(np.multiply(np.multiply(dx, x), Lax.axisIndex("i")), "i")
    ])
    return grad((x: X) => np.sum(np.multiply(vmap(f, named)(x), range(3))))(np.array([1, 2, 3]))
  }, [0, 6, 18])
  check("the same jitted function in axes of different sizes", () => {
    const total = jit((x: X) => Lax.psum(np.add(x, Lax.axisSize("i")), "i"))
    return [vmap(total, named)(range(2)), vmap(total, named)(range(3)), vmap(total, named)(range(2))]
  }, [[5, 5], [12, 12, 12], [5, 5]])
})

describe("scope", () => {
  it("ends with the call, also by an error", () => {
    expect(() =>
      vmap((_: X) => {
        throw new Error("stop")
      }, named)(x33)
    ).toThrow("stop")
    expect(failure(() => Lax.axisSize("i"))).toBe(
      "AxisNameError: axisSize: there is no axis named \"i\" here; no axis is in scope: call it inside of a function that " +
        "is mapped with `vmap(f, { axisName: \"i\" })` or `shardMap`"
    )
  })

  it("names what is there", () => {
    const inner = vmap((x: X) => Lax.psum(x, "k"), { axisName: "j" })
    expect(failure(() => vmap(inner, named)(x33))).toBe(
      "AxisNameError: psum: there is no axis named \"k\" here; in scope are \"i\" (of size 3, by vmap), \"j\" (of size 3, by vmap)"
    )
  })

  it("is part of what a jitted function is traced for", () => {
    let traces = 0
    const f = jit((x: X) => {
      traces++
      return Lax.psum(x, "i")
    })
    const g = jit((x: X) => {
      traces++
      return np.sin(x)
    })
    const outer = vmap((x: X) => g(f(x)), named)
    const tracesAfter = (_: X): number => traces
    expect(tracesAfter(outer(x33))).toBe(2)
    expect(tracesAfter(outer(x33))).toBe(2)
    expect(tracesAfter(outer(range(4, 3)))).toBe(4)
    expect(f.traces.map(({ reasons }) => reasons)).toEqual([
      [],
      ["the named axes in scope changed from \"i\" (of size 3, by vmap) to \"i\" (of size 4, by vmap)"]
    ])
    const onMesh = (checkReplication: boolean) =>
      shardMap((x: X) => f(x), { mesh: Mesh.make({ i: 3 }), inSpecs: P("i"), outSpecs: P(), checkReplication })
    expect(tracesAfter(onMesh(true)(range(9)))).toBe(5)
    expect(tracesAfter(onMesh(false)(range(9)))).toBe(6)
  })

  it("leaves no name behind: Programs of mapped functions have no collectives", () => {
    const text = Program.print(traced(vmap((x: X) => Lax.allGather(Lax.psum(x, "i"), "i"), named)))
    expect(text).toBe(
      "{ lambda ; a:f32[3,3]. let\n" +
        "    b:f32[3] = reduce_sum[axes=(0,) out_sharding=None] a\n" +
        "    c:f32[3,3] = broadcast_in_dim[broadcast_dimensions=(1,)] b\n" +
        "    d:f32[3,3,3] = broadcast_in_dim[broadcast_dimensions=(1, 2)] c\n" +
        "  in (d,) }"
    )
  })

  it("is seen by evalShape", () => {
    const f = vmap((x: X) => evalShape((y: X) => Lax.allGather(y, "i"), x).shape.length === 2 ? x : np.sin(x), named)
    expect(f(x33)).toBe(x33)
  })
})

describe("Programs with collectives", () => {
  // as JAX prints them, with `axis_env=[("i", 3)]`
  const of = (f: (x: X) => unknown): Program.Program => {
    let program: Program.Program | undefined
    const mapped = vmap((x: X) => {
      program = traced(f, x)
      return x
    }, named)(x33)
    expect(mapped.shape).toEqual([3, 3])
    return program!
  }
  const program = of((x) => [
    Lax.psum(x, "i"),
    Lax.pmean(x, "i"),
    Lax.allGather(x, "i"),
    Lax.axisIndex("i"),
    Lax.ppermute(x, "i", [[0, 1], [1, 0], [2, 2]])
  ])

  it("print as JAX prints them", () => {
    expect(Program.print(program)).toBe(
      "{ lambda ; a:f32[3]. let\n" +
        "    b:f32[3] = psum[axes=('i',) axis_index_groups=None] a\n" +
        "    c:f32[3] = psum[axes=('i',) axis_index_groups=None] a\n" +
        "    d:f32[3] = div c 3.0:f32[]\n" +
        "    e:f32[3,3] = all_gather[\n" +
        "      all_gather_dimension=0\n" +
        "      axis_index_groups=None\n" +
        "      axis_name=('i',)\n" +
        "      axis_size=3\n" +
        "      tiled=False\n" +
        "    ] a\n" +
        "    f:i32[] = axis_index[axis_name=i] \n" +
        "    g:f32[3] = ppermute[axis_name=('i',) perm=((0, 1), (1, 0), (2, 2))] a\n" +
        "  in (b, d, e, f, g) }"
    )
  })

  it("are verified, stored and read", () => {
    expect(Program.verify(program)).toBe(program)
    const json = Effect.runSync(ProgramCodec.encode(program))
    const back = Effect.runSync(ProgramCodec.decode(JSON.parse(JSON.stringify(json))))
    expect(Program.equals(back, program)).toBe(true)
    expect(Program.print(back)).toBe(Program.print(program))
  })

  it("don't run", async () => {
    const run = NdArray.toNested(Program.call(of((x) => Lax.psum(x, "i")), [np.ones([3])])[0]!)
    for (const { layer } of backends) {
      const error = await Effect.runPromise(Effect.flip(Effect.provide(run, layer)))
      expect(error.message).toContain("psum")
    }
  })
})

describe("errors", () => {
  const fails = (f: (x: X) => unknown, message: string, x: X = x33) =>
    expect(failure(() => vmap(f as (x: X) => X, named)(x))).toBe(message)

  it("of axis names", () => {
    fails(
      (x) => Lax.psum(x, ["i", "i"]),
      "AxisNameError: psum: the axis \"i\" is given twice in [\"i\",\"i\"]; give each axis once"
    )
    expect(failure(() => Lax.axisIndex("z" as AxisName))).toContain("there is no axis named \"z\" here")
  })

  it("of axes of arrays", () => {
    fails(
      (x) => Lax.allGather(x, "i", { axis: 2 }),
      "AxisError: allGather: axis 2 is out of range for f32[3], expected one of -2 to 1"
    )
    fails(
      (x) => Lax.psumScatter(np.sum(x), "i"),
      "AxisError: psumScatter: scatterDimension 0 is out of range for f32[], expected one of none: it is a scalar"
    )
  })

  it("of lengths", () => {
    fails(
      (x) => Lax.psumScatter(x, "i"),
      "ShapeError: psumScatter: axis 0 of [2] has 2 elements, which must be the 3 of the named axis; with `tiled: true` it " +
        "may hold several for each",
      range(3, 2)
    )
    fails(
      (x) => Lax.psumScatter(x, "i", { tiled: true }),
      "ShapeError: psumScatter: axis 0 of [4] has 4 elements, which don't divide by the 3 of the named axis",
      range(3, 4)
    )
    fails(
      (x) => Lax.allToAll(x, "i", { splitAxis: 0, concatAxis: 1 }),
      "ShapeError: allToAll: splitAxis 0 of [2, 2] has 2 elements, which must be the 3 of the named axis; with `tiled: true` " +
        "it may hold several for each",
      range(3, 2, 2)
    )
  })

  it("of permutations", () => {
    fails(
      (x) => Lax.ppermute(x, "i", [[0, 3]]),
      "ArgumentError: ppermute: in [[0,3]], 3 is not an index of an axis of size 3"
    )
    fails(
      (x) => Lax.ppermute(x, "i", [[0, 1], [2, 1]]),
      "ArgumentError: ppermute: in [[0,1],[2,1]], a destination is given twice; every index gives and gets one value at most"
    )
    fails(
      (x) => Lax.pshuffle(x, "i", [0, 1]),
      "ArgumentError: pshuffle: a permutation of the 3 indices of the axis is needed, got [0, 1]"
    )
  })

  it("of derivatives that there are not", () => {
    fails(
      (x) => grad((x: X) => np.sum(Lax.pmax(x, "i")))(x),
      "ArgumentError: pmax: has no derivative; gather the values with `Lax.allGather` and reduce them, or pass the operand " +
        "through `np.stopGradient` first"
    )
  })

  it("of types that vmap has not", () => {
    fails(
      (x) => Lax.pvary(x, "i"),
      "ReplicationError: pvary: the axis \"i\" (of size 3, by vmap) is not of a mesh; types keep track of axes of " +
        "`shardMap` only"
    )
    expect(failure(() => Lax.pcast(x33, "i", { to: "same" as "varying" }))).toBe(
      "ArgumentError: pcast: `to` must be \"varying\", got \"same\"; what varies is made the same with `Lax.psum`"
    )
  })
})
