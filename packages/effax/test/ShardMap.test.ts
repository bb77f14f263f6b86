/**
 * `shardMap` as a language: what it traces, its types, its errors, and that it computes what the function computes. Values
 * and derivatives against JAX on eight devices are in the table of operations. Expected texts are those of JAX 0.10.2,
 * with `--xla_force_host_platform_device_count=8`, but for the parameter `preferred_element_type` of `dot_general`, and
 * for residuals, which stand before cotangents.
 */
import { describe, expect, it } from "@effect/vitest"
import {
  checkpoint,
  Cost,
  customJvp,
  customVjp,
  customVmap,
  Debug,
  grad,
  hessian,
  jacfwd,
  jacrev,
  jit,
  jvp,
  Lax,
  linearize,
  linearTranspose,
  Mesh,
  type NdArray,
  Numpy as np,
  P,
  Program,
  pureCallback,
  ShapeDType,
  shardMap,
  vjp,
  vmap
} from "effax"
import * as ProgramCodec from "effax/ProgramCodec"
import type { Partitions } from "effax/Transform"
import { Effect } from "effect"
import { backends, expectTree, failure, nested } from "./derivatives.ts"

type X = NdArray.Any

const mesh = Mesh.make({ x: 4, y: 2 })
const both = P(["x", "y"])

const range = (...shape: ReadonlyArray<number>): X =>
  np.reshape(np.arange(shape.reduce((a, b) => a * b, 1), { dtype: "float32" }), shape)
const x16 = np.divide(range(16), 16)

const on =
  (inSpecs: Partitions, outSpecs: Partitions, checkReplication = true) =>
  <A extends ReadonlyArray<unknown>, B>(f: (...args: A) => B) =>
    shardMap(f, { mesh, inSpecs, outSpecs, checkReplication })

const traced = (f: (...args: ReadonlyArray<X>) => unknown, ...args: ReadonlyArray<X>): Program.Program =>
  Program.verify(Effect.runSync(Program.trace(f, ...args)))

/** The Program of blocks, as text. */
const blocks = (
  inSpecs: Partitions,
  outSpecs: Partitions,
  f: (...args: ReadonlyArray<X>) => unknown,
  ...args: ReadonlyArray<X>
) => Program.print(traced(on(inSpecs, outSpecs)(f), ...args).equations[0]!.params.jaxpr as Program.Program)

const matmul = on([P("x", "y"), P("y", null)], P("x", null))((a: X, b: X) => Lax.psum(np.matmul(a, b), "y"))

describe("Programs, as JAX prints them", () => {
  it("matmul", () => {
    expect(Program.print(traced(matmul, range(8, 16), range(16, 4)))).toBe(`{ lambda ; a:f32[8,16] b:f32[16,4]. let
    c:f32[8,4] = shard_map[
      check_vma=True
      in_specs=(P('x', 'y'), P('y', None))
      jaxpr={ lambda ; d:f32[2,8]{V:(x,y)} e:f32[8,4]{V:y}. let
          f:f32[8,4]{V:(x,y)} = pvary[axes=('x',)] e
          g:f32[2,4]{V:(x,y)} = dot_general[
            dimension_numbers=(([1], [0]), ([], []))
          ] d f
          h:f32[2,4]{V:x} = psum_invariant[axes=('y',)] g
        in (h,) }
      mesh=Mesh('x': 4, 'y': 2, axis_types=(Auto, Auto))
      newly_manual_axes=frozenset({'x', 'y'})
      out_specs=(P('x', None),)
    ] a b
  in (c,) }`)
  })

  it("its gradient: cotangents are added up where operands were the same", () => {
    const gradient = grad((a: X, b: X) => np.sum(np.sin(matmul(a, b))), { argnums: [0, 1] })
    expect(Program.print(traced(gradient, range(8, 16), range(16, 4)))).toBe(`{ lambda ; a:f32[8,16] b:f32[16,4]. let
    c:f32[64,4] d:f32[8,4] = shard_map[
      check_vma=True
      in_specs=(P('x', 'y'), P('y', None))
      jaxpr={ lambda ; e:f32[2,8]{V:(x,y)} f:f32[8,4]{V:y}. let
          g:f32[8,4]{V:(x,y)} = pvary[axes=('x',)] f
          h:f32[2,4]{V:(x,y)} = dot_general[
            dimension_numbers=(([1], [0]), ([], []))
          ] e g
          i:f32[2,4]{V:x} = psum_invariant[axes=('y',)] h
        in (g, i) }
      mesh=Mesh('x': 4, 'y': 2, axis_types=(Auto, Auto))
      newly_manual_axes=frozenset({'x', 'y'})
      out_specs=(P(('x', 'y'),), P('x', None))
    ] a b
    j:f32[8,4] = cos d
    k:f32[8,4] = broadcast_in_dim 1.0:f32[]
    l:f32[8,4] = mul k j
    m:f32[8,16] n:f32[16,4] = shard_map[
      check_vma=True
      in_specs=(P('x', 'y'), P(('x', 'y'),), P('x', None))
      jaxpr={ lambda ; o:f32[2,8]{V:(x,y)} p:f32[8,4]{V:(x,y)} q:f32[2,4]{V:x}. let
          r:f32[2,4]{V:(x,y)} = pvary[axes=('y',)] q
          s:f32[4,8]{V:(x,y)} = dot_general[
            dimension_numbers=(([0], [0]), ([], []))
          ] r o
          t:f32[8,4]{V:(x,y)} = transpose[permutation=(1, 0)] s
          u:f32[2,8]{V:(x,y)} = dot_general[
            dimension_numbers=(([1], [1]), ([], []))
          ] r p
          v:f32[8,4]{V:y} = psum_invariant[axes=('x',)] t
        in (u, v) }
      mesh=Mesh('x': 4, 'y': 2, axis_types=(Auto, Auto))
      newly_manual_axes=frozenset({'x', 'y'})
      out_specs=(P('x', 'y'), P('y', None))
    ] a c l
  in (m, n) }`)
  })

  it("results that are the same everywhere and go to blocks", () => {
    expect(blocks([P("x")], P("x"), (x) => Lax.psum(x!, "x"), x16)).toBe(`{ lambda ; a:f32[4]{V:x}. let
    b:f32[4] = psum_invariant[axes=('x',)] a
    c:f32[4]{V:x} = pvary[axes=('x',)] b
  in (c,) }`)
  })

  it("what is summed though it is the same everywhere", () => {
    expect(blocks([P("x")], P(), (x) => Lax.psum(Lax.psum(x!, "x"), "x"), x16)).toBe(`{ lambda ; a:f32[4]{V:x}. let
    b:f32[4] = psum_invariant[axes=('x',)] a
    c:f32[4]{V:x} = pvary[axes=('x',)] b
    d:f32[4] = psum_invariant[axes=('x',)] c
  in (d,) }`)
  })

  it("calls", () => {
    expect(blocks([P("x")], P(), jit((x: X) => Lax.psum(np.multiply(x, 2), "x")), x16)).toBe(
      `{ lambda ; a:f32[4]{V:x}. let
    b:f32[4] = jit[
      name=<lambda>
      jaxpr={ lambda ; a:f32[4]{V:x}. let
          c:f32[]{V:x} = pvary[axes=('x',)] 2.0:f32[]
          d:f32[4]{V:x} = mul a c
          b:f32[4] = psum_invariant[axes=('x',)] d
        in (b,) }
    ] a
  in (b,) }`
    )
  })

  it("collectives, which keep what varies or add to it", () => {
    const f = (x: X) => [
      np.add(Lax.axisIndex("x"), x),
      Lax.pmax(x, ["x", "y"]),
      Lax.allGather(x, "x"),
      Lax.psumScatter(x, "y", { tiled: true }),
      Lax.allToAll(x, "y", { splitAxis: 0, concatAxis: 0, tiled: true }),
      Lax.pmean(x, "x"),
      Lax.pcast(np.ones([3]), ["x", "y"], { to: "varying" })
    ]
    expect(blocks([both], [both, P(), both, both, both, P("y"), both], f as never, x16)).toBe(
      `{ lambda ; a:f32[2]{V:(x,y)}. let
    b:i32[]{V:x} = axis_index[axis_name=x] 
    c:f32[]{V:x} = convert_element_type[new_dtype=float32 weak_type=False] b
    d:f32[]{V:(x,y)} = pvary[axes=('y',)] c
    e:f32[2]{V:(x,y)} = add d a
    f:f32[2] = pmax[axes=('x', 'y') axis_index_groups=None] a
    g:f32[4,2]{V:(x,y)} = all_gather[
      all_gather_dimension=0
      axis_index_groups=None
      axis_name=('x',)
      axis_size=4
      tiled=False
    ] a
    h:f32[1]{V:(x,y)} = reduce_scatter[
      axis_index_groups=None
      axis_name=('y',)
      axis_size=2
      scatter_dimension=0
      tiled=True
    ] a
    i:f32[2]{V:(x,y)} = all_to_all[
      axis_index_groups=None
      axis_name=y
      concat_axis=0
      split_axis=0
      tiled=True
    ] a
    j:f32[2]{V:y} = psum_invariant[axes=('x',)] a
    k:f32[]{V:y} = pvary[axes=('y',)] 4.0:f32[]
    l:f32[2]{V:y} = div j k
    m:f32[3] = broadcast_in_dim 1.0:f32[]
    n:f32[3]{V:(x,y)} = pvary[axes=('x', 'y')] m
  in (e, f, g, h, i, l, n) }`
    )
  })

  it("without types: psum is its own transpose, and cotangents are divided among devices", () => {
    const f = on([P(), P("x")], P(), false)((w: X, x: X) => Lax.psum(np.sum(np.sin(np.multiply(w, x))), "x"))
    expect(Program.print(traced(grad(f, { argnums: [0, 1] }), range(4), x16))).toBe(`{ lambda ; a:f32[4] b:f32[16]. let
    c:f32[32] _:f32[] = shard_map[
      check_vma=False
      in_specs=(P(), P('x',))
      jaxpr={ lambda ; d:f32[4] e:f32[4]. let
          f:f32[4] = mul d e
          g:f32[4] = sin f
          h:f32[4] = cos f
          i:f32[] = reduce_sum[axes=(0,) out_sharding=None] g
          j:f32[] = psum[axes=('x',) axis_index_groups=None] i
        in (h, j) }
      mesh=Mesh('x': 4, 'y': 2, axis_types=(Auto, Auto))
      newly_manual_axes=frozenset({'x', 'y'})
      out_specs=(P(('x', 'y'),), P())
    ] a b
    k:f32[] = div 1.0:f32[] 8.0:f32[]
    l:f32[4] m:f32[16] = shard_map[
      check_vma=False
      in_specs=(P(), P('x',), P(('x', 'y'),), P())
      jaxpr={ lambda ; n:f32[4] o:f32[4] p:f32[4] q:f32[]. let
          r:f32[] = psum[axes=('x',) axis_index_groups=None] q
          s:f32[4] = broadcast_in_dim r
          t:f32[4] = mul s p
          u:f32[4] = mul n t
          v:f32[4] = mul t o
          w:f32[4] = psum[axes=('x', 'y') axis_index_groups=None] v
          x:f32[4] = psum[axes=('y',) axis_index_groups=None] u
        in (w, x) }
      mesh=Mesh('x': 4, 'y': 2, axis_types=(Auto, Auto))
      newly_manual_axes=frozenset({'x', 'y'})
      out_specs=(P(), P('x',))
    ] a b c k
  in (l, m) }`)
  })

  it("closes over arrays, which every device has", () => {
    const c = range(3)
    const program = traced(on([P("x")], P("x"))((x: X) => np.multiply(np.index(x, np.slice(0, 3)), c)), x16)
    expect(Program.print(program)).toContain("in_specs=(P(), P('x',))")
    expect(program.captures).toHaveLength(1)
  })

  it("is stored and read", () => {
    const f = on([P(), P("x")], P("x"))((w: X, xs: X) =>
      Lax.scan((c: X, y: X) => [np.tanh(np.add(np.multiply(w, c), y)), c] as const, Lax.pvary(np.zeros([]), "x"), xs)[1]
    )
    const program = traced(grad((w: X, x: X) => np.sum(np.square(f(w, x)))), np.array(0.7), x16)
    const json = JSON.parse(JSON.stringify(Effect.runSync(ProgramCodec.encode(program))))
    const back = Effect.runSync(ProgramCodec.decode(json))
    expect(Program.equals(back, program)).toBe(true)
    expect(Program.print(back)).toBe(Program.print(program))
  })

  it("costs what all devices do", () => {
    const { flops } = Cost.analysis(traced(matmul, range(8, 16), range(16, 4)))
    // 2 * 8 * 16 * 4 for the product, and 8 sums of [2, 4]
    expect(flops).toBe(1024 + 64)
  })

  it("is something else where other axes vary", () => {
    const of = (spec: Partitions) => traced(on([spec], P("x"))((x: X) => np.sin(x)), x16)
    const [one, other] = [traced(on([P("x")], P("x"))((x: X) => np.sin(x)), x16), of(P("x"))]
    expect(Program.equals(one, other)).toBe(true)
    expect(Program.canonical(traced(on([P("x")], P(["x", "y"]))((x: X) => np.sin(x)), x16))).not.toBe(
      Program.canonical(one)
    )
  })
})

describe("types", () => {
  const fails = (
    inSpecs: Partitions,
    outSpecs: Partitions,
    f: (...args: ReadonlyArray<never>) => unknown,
    args: ReadonlyArray<unknown> = [x16]
  ) => failure(() => (on(inSpecs, outSpecs)(f) as (...args: ReadonlyArray<unknown>) => unknown)(...args))

  it("refuse results that may differ where their spec says that they don't", () => {
    expect(fails([P("x")], { l: P() }, (d: { a: X }) => ({ l: np.multiply(d.a, 2) }), [{ a: x16, b: x16 }])).toBe(
      "ReplicationError: shardMap: result l is f32[4]{V:x}, which may differ along \"x\", but its spec P() does not mention it " +
        "and so says that it is the same there; reduce it over \"x\", for instance with `Lax.psum`, or mention the axis in " +
        "outSpecs"
    )
    expect(fails([both], P(), (x: X) => [Lax.psum(x, "x"), x], [x16])).toContain("result [0] is f32[2]{V:y}")
    expect(fails([P("x")], P("y"), () => Lax.axisIndex("x"), [x16])).toContain("i32[]{V:x}")
  })

  it("refuse carries that begin to vary", () => {
    expect(fails([P("x")], P("x"), (x: X) => Lax.scan((c: X, y: X) => [np.add(c, y), c] as const, np.zeros([]), x)[1]))
      .toBe(
        "ReplicationError: scan: the body must give a carry that varies over the axes that it takes it to vary over, but carry " +
          "is f32[] in, f32[]{V:x} out; make the initial value vary over \"x\" with `Lax.pvary`"
      )
    expect(
      fails([P("x")], P("x"), (x: X) =>
        Lax.whileLoop(
          ({ n }: { n: X; s: X }) => np.less(n, 3),
          ({ n, s }) => ({ n: np.add(n, 1), s: np.add(s, np.sum(x)) }),
          {
            n: np.zeros([]) as X,
            s: np.zeros([]) as X
          }
        ).s)
    ).toContain("carry.s is f32[] in, f32[]{V:x} out; make the initial value vary over \"x\" with `Lax.pvary`")
  })

  it("refuse branches that differ", () => {
    expect(fails([P("x")], P("x"), (x: X) => Lax.cond(true, (x: X) => x, () => np.zeros([4]), x))).toBe(
      "ReplicationError: cond: branches must give results that vary over the same axes, but result is f32[4]{V:x} of onTrue " +
        "and f32[4] of onFalse; make that of onFalse vary over \"x\" with `Lax.pvary`"
    )
  })

  it("say that devices that take other branches, or other numbers of steps, have other results", () => {
    expect(fails([P("x")], P(), (x: X) => Lax.cond(np.greater(np.sum(x), 1), () => np.ones([]), () => np.zeros([]))))
      .toContain(
        "result is f32[]{V:x}"
      )
    expect(
      fails(
        [P("x")],
        P(),
        (x: X) => Lax.whileLoop((c: X) => np.less(c, np.sum(x)), (c: X) => np.add(c, 1), np.zeros([]) as X)
      )
    ).toContain("result is f32[]{V:x}")
  })

  it("refuse to make vary what does", () => {
    expect(fails([P("x")], P("x"), (x: X) => Lax.pvary({ a: x }, ["x", "y"]))).toBe(
      "ReplicationError: pvary: operand a (f32[4]{V:x}) varies over the axis \"x\" already; leave it out"
    )
  })

  it("refuse cotangents that a rule has not added up", () => {
    const product = customVjp((w: X, x: X) => np.multiply(w, x), {
      forward: (w, x) => [np.multiply(w, x), { w, x }],
      backward: ({ w, x }, ct) => [np.sum(np.multiply(ct, x)), np.multiply(ct, w)]
    })
    const f = on([P(), both], both)((w: X, x: X) => product(w, x))
    expect(failure(() => grad((w: X) => np.sum(f(w, x16)))(np.array(2)))).toBe(
      "ReplicationError: shardMap: the cotangent of an argument f32[] is f32[]{V:(x,y)}: a rule of `customVjp` must add up " +
        "what differs along \"x\" and \"y\" with `Lax.psum`"
    )
  })
})

describe("errors", () => {
  const fails = (
    inSpecs: Partitions,
    outSpecs: Partitions,
    f: (...args: ReadonlyArray<X>) => unknown,
    ...args: ReadonlyArray<X>
  ) => failure(() => on(inSpecs, outSpecs)(f)(...args as ReadonlyArray<never>))

  it("of axes that can't be divided", () => {
    expect(fails([P("x")], P("x"), (x) => x, np.ones([6]))).toBe(
      "ShapeError: shardMap: argument [0] of shape [6] can't be divided by P(\"x\") on Mesh(x: 4, y: 2): axis 0 has 6 elements " +
        "for 4 blocks; pad it to a multiple of 4, or choose another spec"
    )
    expect(fails([P(null, ["y", "x"])], P("x"), (x) => x, np.ones([8, 12]))).toContain(
      "axis 1 has 12 elements for 8 blocks"
    )
  })

  it("of specs", () => {
    expect(fails([P("z")], P("x"), (x) => x, x16)).toBe(
      "AxisNameError: shardMap: inSpecs of argument [0], P(\"z\"), has the axis \"z\", which Mesh(x: 4, y: 2) does not have"
    )
    expect(fails([P("x", "y")], P("x"), (x) => x, x16)).toBe(
      "ShapeError: shardMap: inSpecs of argument [0], P(\"x\", \"y\"), has 2 entries, but f32[16] has 1 axis"
    )
    expect(fails([P("x")], P("x"), (x) => np.sum(x!), x16)).toBe(
      "ShapeError: shardMap: outSpecs of result, P(\"x\"), has 1 entry, but f32[]{V:x} has 0 axes; give what differs from " +
        "device to device an axis of length 1"
    )
    expect(fails([P("x")], P("x"), (x) => x, x16, x16)).toBe(
      "ArgumentError: shardMap: inSpecs has 1 entries, but the function was called with 2 arguments"
    )
    expect(fails({ a: P("x") }, P("x"), (x) => x, x16)).toContain(
      "TreeError: shardMap: inSpecs: trees differ at the root"
    )
    expect(fails("x" as unknown as Partitions, P("x"), (x) => x, x16)).toBe(
      "ArgumentError: shardMap: inSpecs must be partition specs, as in `P(\"x\", null)`, got \"x\""
    )
  })

  it("of names", () => {
    expect(fails([P("x")], P("x"), (x) => Lax.psum(x!, "q"), x16)).toBe(
      "AxisNameError: psum: there is no axis named \"q\" here; in scope are \"x\" (of size 4, by shardMap), \"y\" (of size 2, by " +
        "shardMap)"
    )
    expect(fails([P("x")], P("x"), (x) => vmap((x: X) => x, { axisName: "x" })(x!), x16)).toBe(
      "AxisNameError: vmap: axisName \"x\" is the name of a mesh axis of the shardMap around it; choose another name"
    )
    expect(fails([P("x")], P("x"), (x) => on([P("y")], P("y"))((x: X) => x)(x!), x16)).toBe(
      "AxisNameError: shardMap: Mesh(x: 4, y: 2) has the axis \"x\", which a shardMap around this one has, too; each maps axes " +
        "of its own"
    )
  })
})

describe.each(backends)("$name", ({ layer }) => {
  /** Two computations of the same. */
  const same = (title: string, make: () => unknown, expected: () => unknown) =>
    it.effect(title, () =>
      Effect.provide(
        Effect.flatMap(Effect.suspend(() => nested(expected())), (values) => expectTree(make(), values)),
        layer
      ))

  const sine = customJvp((x: X) => np.sin(x), ([x], [dx]) => [np.sin(x), np.multiply(np.cos(x), dx)])
  const sineBack = customVjp((x: X) => np.sin(x), {
    forward: (x) => [np.sin(x), x],
    backward: (x, ct) => [np.multiply(np.cos(x), ct)]
  })
  const functions: ReadonlyArray<readonly [string, (x: X) => X]> = [
    ["customJvp", sine],
    ["customVjp", sineBack],
    ["jit of customJvp", jit(sine)],
    ["checkpoint", checkpoint((x: X) => np.sin(np.sin(x)))]
  ]
  const w = np.array(2)
  const ws = np.array([1, 2, 3])

  describe.each([true, false])("checkReplication: %s", (checked) => {
    const vary = (x: X): X => checked ? Lax.pvary(x, "x") : x

    for (const [name, f] of functions) {
      const sharded = on([P(), both], P(), checked)((w: X, x: X) =>
        Lax.psum(np.sum(np.multiply(f(np.multiply(w, x)), x)), ["x", "y"])
      )
      const plain = (w: X, x: X) => np.sum(np.multiply(f(np.multiply(w, x)), x))
      same(`${name}: value and gradients`, () => [sharded(w, x16), grad(sharded, { argnums: [0, 1] })(w, x16)], () => [
        plain(w, x16),
        grad(plain, { argnums: [0, 1] })(w, x16)
      ])
      same(`${name}: second derivative, and vmap inside and outside`, () => [
        grad((w: X) => grad(sharded)(w, x16))(w),
        vmap(grad(sharded), { inAxes: [0, null] })(ws, x16),
        grad((ws: X) => np.sum(vmap(sharded, { inAxes: [0, null] })(ws, x16)))(ws)
      ], () => [
        grad((w: X) => grad(plain)(w, x16))(w),
        vmap(grad(plain), { inAxes: [0, null] })(ws, x16),
        grad((ws: X) => np.sum(vmap(plain, { inAxes: [0, null] })(ws, x16)))(ws)
      ])
    }

    same("transformations of a function of blocks", () => {
      const quadratic = on([both], P(), checked)((x: X) => Lax.psum(np.sum(np.multiply(np.sin(x), x)), ["x", "y"]))
      const sin = on([both], both, checked)((x: X) => np.sin(x))
      return [
        hessian(quadratic)(x16),
        jacrev(sin)(x16),
        jacfwd(sin)(x16),
        linearize(sin, x16)[1](x16),
        linearTranspose(on([both], both, checked)((x: X) => np.multiply(x, 3)), x16)(x16)
      ]
    }, () => [
      hessian((x: X) => np.sum(np.multiply(np.sin(x), x)))(x16),
      jacrev((x: X) => np.sin(x))(x16),
      jacfwd((x: X) => np.sin(x))(x16),
      linearize((x: X) => np.sin(x), x16)[1](x16),
      linearTranspose((x: X) => np.multiply(x, 3), x16)(x16)
    ])

    same(
      "a gradient with respect to what it closes over",
      () => grad((w: X) => np.sum(np.sin(on([both], both, checked)((x: X) => np.multiply(x, w))(x16))))(w),
      () => grad((w: X) => np.sum(np.sin(np.multiply(x16, w))))(w)
    )

    const rows = (x: X) => np.reshape(x, [4, 4])

    same("a loop that takes other numbers of steps on other devices", () => {
      const f = (x: X) => Lax.whileLoop((c: X) => np.less(np.sum(c), 5), (c: X) => np.add(np.multiply(c, 1.5), 0.1), x)
      return jvp(on([P("x")], P("x"), checked)(f), [x16], [np.ones([16])])
    }, () => {
      const f = (x: X) => Lax.whileLoop((c: X) => np.less(np.sum(c), 5), (c: X) => np.add(np.multiply(c, 1.5), 0.1), x)
      return jvp((x: X) => np.reshape(vmap(f)(rows(x)), [16]), [x16], [np.ones([16])])
    })

    const bounded = (x: X) =>
      Lax.whileLoop((c: X) => np.less(np.sum(c), 5), (c: X) => np.add(np.multiply(c, np.sin(c)), 1), x, { maxSteps: 6 })
    same(
      "its gradient, with a bound",
      () => grad((x: X) => np.sum(on([P("x")], P("x"), checked)(bounded)(x)))(x16),
      () => grad((x: X) => np.sum(vmap(bounded)(rows(x))))(x16)
    )

    const choice = (x: X) => Lax.cond(np.greater(np.sum(x), 1.5), (x: X) => np.sin(x), (x: X) => np.multiply(x, x), x)
    same(
      "the gradient of a choice that devices make differently",
      () => grad((x: X) => np.sum(on([P("x")], P("x"), checked)(choice)(x)))(x16),
      () => grad((x: X) => np.sum(vmap(choice)(rows(x))))(x16)
    )

    const recurrent = (vary: (x: X) => X) => (w: X, xs: X) =>
      Lax.scan((c: X, y: X) => [np.tanh(np.add(np.multiply(w, c), y)), c] as const, vary(np.zeros([])), xs)[1]
    same(
      "the gradient of a scan whose weight all devices have",
      () =>
        grad((w: X, x: X) => np.sum(np.square(on([P(), P("x")], P("x"), checked)(recurrent(vary))(w, x))), {
          argnums: [0, 1]
        })(w, x16),
      () =>
        grad((w: X, x: X) => np.sum(np.square(vmap(recurrent((x) => x), { inAxes: [null, 0] })(w, rows(x)))), {
          argnums: [0, 1]
        })(w, x16)
    )

    const together = (w: X, xs: X) =>
      Lax.scan(
        (c: X, y: X) => [Lax.psum(np.tanh(np.add(np.multiply(w, c), y)), "x"), np.multiply(c, y)] as const,
        np.zeros([]) as X,
        xs
      )[1]
    same(
      "the gradient of a scan whose steps talk to each other",
      () =>
        grad((w: X, x: X) => np.sum(np.square(on([P(), P("x")], P("x"), checked)(together)(w, x))), {
          argnums: [0, 1]
        })(w, x16),
      () =>
        grad((w: X, x: X) => np.sum(np.square(vmap(together, { inAxes: [null, 0], axisName: "x" })(w, rows(x)))), {
          argnums: [0, 1]
        })(w, x16)
    )

    same("a shardMap in a shardMap of another mesh, and its gradient", () => {
      const inner = Mesh.make({ z: 2 })
      const f = on([P("x")], P("x"), checked)((x: X) =>
        shardMap((x: X) => np.add(Lax.psum(np.sin(x), "z"), Lax.psum(np.multiply(x, Lax.axisIndex("x")), ["x", "z"])), {
          mesh: inner,
          inSpecs: [P("z")],
          outSpecs: P(),
          checkReplication: checked
        })(x)
      )
      return [f(x16), grad((x: X) => np.sum(np.sin(f(x))))(x16)]
    }, () => {
      const f = (x: X) => {
        const blocks = np.reshape(x, [4, 2, 2])
        const all = np.sum(np.multiply(np.sum(blocks, { axis: 1 }), np.reshape(range(4), [4, 1])), { axis: 0 })
        return np.reshape(np.add(np.sum(np.sin(blocks), { axis: 1 }), all), [8])
      }
      return [f(x16), grad((x: X) => np.sum(np.sin(f(x))))(x16)]
    })
  })

  same("vmap with a name around it, and with the name of a mesh axis", () => {
    const xs = np.stack([x16, np.sin(x16)])
    return [
      vmap((x: X) => on([P("x")], P("x"))((x: X) => np.add(Lax.psum(x, "x"), Lax.psum(x, "b")))(x), { axisName: "b" })(
        xs
      ),
      vmap((x: X) => on([P("x")], P())((x: X) => Lax.psum(x, "x"))(x), { axisName: "x" })(xs)
    ]
  }, () => {
    const xs = np.stack([x16, np.sin(x16)])
    const sums = np.sum(np.reshape(xs, [2, 4, 4]), { axis: 1 })
    return [np.add(np.tile(sums, [1, 4]), np.sum(xs, { axis: 0 })), sums]
  })

  same(
    "vmap of examples on a device, with a name",
    () =>
      on([P("x")], P("x"))((x: X) =>
        vmap((r: X) => np.add(np.divide(r, Lax.psum(r, "i")), Lax.psum(r, ["x", "i"])), { axisName: "i" })(x)
      )(x16),
    () => {
      const rows = np.reshape(x16, [4, 4])
      return np.reshape(np.add(np.divide(rows, np.sum(rows, { axis: 1, keepdims: true })), np.sum(x16)), [16])
    }
  )

  same("rules of customVmap are for vmap, and not for devices", () => {
    const f = customVmap((x: X) => np.sin(x), (_, [batched], x) => [np.add(np.sin(x), 100), batched])
    return [on([both], both)((x: X) => f(x))(x16), on([both], both)((x: X) => vmap(f)(x))(x16)]
  }, () => [np.sin(x16), np.add(np.sin(x16), 100)])

  same(
    "gradients inside, of what all devices have, are sums",
    () =>
      on([P(), P("x")], P())((w: X, x: X) => [
        grad((w: X) => np.sum(np.multiply(w, x)))(w),
        vjp((w: X) => np.multiply(w, x), w)[1](np.ones([4]))[0]
      ])(np.ones([4]), x16),
    () => {
      const sums = np.sum(np.reshape(x16, [4, 4]), { axis: 0 })
      return [sums, sums]
    }
  )

  same(
    "without types any device's value is taken",
    () => on([P()], P(), false)((x: X) => np.multiply(x, Lax.axisIndex("x")))(x16),
    () => np.zeros([16])
  )

  same("callbacks see blocks", () => {
    const twice = pureCallback(
      (x: Debug.HostValue<"float32">) => Float32Array.from(x.data as Float32Array, (v) => 2 * v),
      new ShapeDType([2], "float32"),
      { vmapMethod: "sequential" }
    )
    return on([both], both)((x: X) => twice(x as NdArray.NdArray<"float32">))(x16)
  }, () => np.multiply(x16, 2))

  it.effect("debug callbacks are called by every device", () => {
    const seen: Array<ReadonlyArray<number>> = []
    const watched = on([both], both)((x: X) =>
      np.multiply(x, 2).pipe(
        Debug.callback((y) => Effect.sync(() => seen.push(Array.from(y.data as Float32Array))))
      )
    )
    return Effect.provide(
      Effect.gen(function*() {
        yield* expectTree(jit(watched)(range(16)), Array.from({ length: 16 }, (_, i) => 2 * i))
        expect(seen).toEqual(Array.from({ length: 8 }, (_, i) => [4 * i, 4 * i + 2]))
      }),
      layer
    )
  })

  same("barriers and checkpoints hand on what is the same as the same", () => {
    const f = on([P(), both], P())((w: X, x: X) => {
      const [a, b] = Lax.optimizationBarrier([w, x] as const)
      const [c, d] = checkpoint((w: X, x: X) => [np.sin(np.sin(w)), np.multiply(np.sin(x), w)] as const)(a, b)
      return np.add(np.sum(c), Lax.psum(np.sum(d), ["x", "y"]))
    })
    return grad(f, { argnums: [0, 1] })(np.array([2, 0.5]), x16)
  }, () => {
    const f = (w: X, x: X) => {
      const all = np.multiply(np.sin(np.reshape(x, [8, 2])), w)
      return np.add(np.sum(np.sin(np.sin(w))), np.sum(all))
    }
    return grad(f, { argnums: [0, 1] })(np.array([2, 0.5]), x16)
  })

  // deterministic draws of meshes, ranks and specs
  const draws = Array.from({ length: 12 }, (_, seed) => {
    let state = seed * 7919 + 17
    const draw = (n: number) => (state = (state * 48271) % 2147483647) % n
    const sizes = [1 + draw(3), 1 + draw(3)] as const
    const entries =
      ([["x", "y"], ["y", "x"], [["x", "y"], null], [null, ["y", "x"]], ["y", null], [null, null]] as const)[draw(6)]!
    return { sizes, entries }
  })
  it.effect.each(draws)(
    "elementwise functions of blocks: $sizes, $entries",
    ({ entries, sizes: [x, y] }) =>
      Effect.provide(
        Effect.gen(function*() {
          const options = {
            mesh: Mesh.make({ x, y }),
            inSpecs: [P(...entries), P(...entries)],
            outSpecs: P(...entries)
          }
          const [a, b] = [np.divide(range(2 * x * y, 3 * x * y), 9), np.sin(range(2 * x * y, 3 * x * y))]
          const f = (a: X, b: X) => np.multiply(np.exp(np.sin(a)), b)
          const loss = (g: (a: X, b: X) => X) => (a: X, b: X) => np.sum(np.multiply(g(a, b), np.cos(a)))
          yield* expectTree(shardMap(f, options)(a, b), yield* nested(f(a, b)))
          const expected = yield* nested(grad(loss(f), { argnums: [0, 1] })(a, b))
          yield* expectTree(grad(loss(shardMap(f, options)), { argnums: [0, 1] })(a, b), expected)
        }),
        layer
      )
  )

  it.effect.each(draws)("gathering what was scattered: $sizes", ({ sizes: [x, y] }) =>
    Effect.provide(
      Effect.gen(function*() {
        const a = np.sin(range(x * y * 2, x * y))
        const names = ["y", "x"]
        const back = shardMap(
          (a: X) => [
            Lax.allGather(Lax.psumScatter(a, names, { tiled: true }), names, { tiled: true }),
            Lax.allToAll(Lax.allToAll(a, names, { splitAxis: 0, concatAxis: 1, tiled: true }), names, {
              splitAxis: 1,
              concatAxis: 0,
              tiled: true
            })
          ],
          { mesh: Mesh.make({ x, y }), inSpecs: [P()], outSpecs: P(["y", "x"]) }
        )(a)
        const copies = (a: X) => np.concatenate(Array.from({ length: x * y }, () => a))
        yield* expectTree(back, yield* nested([copies(np.multiply(a, x * y)), copies(a)]))
      }),
      layer
    ))
})
