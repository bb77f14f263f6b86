import { describe, expect, it } from "@effect/vitest"
import type { DType } from "effax/DType"
import type * as NdArray from "effax/NdArray"
import * as np from "effax/Numpy"
import * as Program from "effax/Program"
import { jit } from "effax/Transform"
import { inspect } from "node:util"
import { float, plain, scalar } from "../src/internal/program/spelling.ts"
import { trace } from "../src/internal/program/trace.ts"
import { primitives as p } from "../src/primitive/registry.ts"
import { build, literal } from "./programBuilder.ts"

type P = { readonly primitive: unknown }
const of = (name: keyof typeof p): P => ({ primitive: p[name] })
const call = (name: string, jaxpr: Program.Program, donated: ReadonlyArray<boolean> = []) => ({
  name,
  jaxpr,
  donated
})
const f32 = (...shape: ReadonlyArray<number>) => ["float32", shape] as const

/** Removes the indentation of a template. */
const dedent = (text: string): string => {
  const lines = text.split("\n").slice(1, -1)
  const indent = Math.min(...lines.filter((l) => l.trim() !== "").map((l) => l.search(/\S/)))
  return lines.map((l) => l.slice(indent)).join("\n")
}

describe("a Program as a string", () => {
  it("is its text, in templates and in the console", () => {
    const program = build([f32(8)], (apply, x) => [apply(of("sin"), [x!])])
    expect(`${program}`).toBe("{ lambda ; a:f32[8]. let b:f32[8] = sin a in (b,) }")
    expect(inspect(program)).toBe(Program.print(program))
  })
})

// The expected texts of this block are those of JAX's own tests and documentation for the same functions.
describe("as JAX prints", () => {
  it("equations, literals and parameters", () => {
    const program = build([f32(8), f32(8)], (apply, first, second) => {
      const c = apply(of("sin"), [second!])
      const d = apply(of("mul"), [c, literal(3)])
      return [apply(of("reduce_sum"), [apply(of("add"), [first!, d])], { axes: [0] })]
    })
    expect(Program.print(program)).toBe(dedent(`
      { lambda ; a:f32[8] b:f32[8]. let
          c:f32[8] = sin b
          d:f32[8] = mul c 3.0:f32[]
          e:f32[8] = add a d
          f:f32[] = reduce_sum[axes=(0,) out_sharding=None] e
        in (f,) }
    `))
  })

  it("calls, whose variables take the names of operands and results", () => {
    const inner = build([f32(), f32()], (apply, a, b) => {
      const d = apply(of("broadcast_in_dim"), [literal(1)], { shape: [1], broadcastDimensions: [] })
      const e = apply(of("convert_element_type"), [a!], { newDtype: "float32", weakType: false })
      const f = apply(of("mul"), [e, d])
      const g = apply(of("convert_element_type"), [b!], { newDtype: "float32", weakType: false })
      return [apply(of("add"), [g, f])]
    })
    const program = build([f32()], (apply, a) => {
      const b = apply(of("sub"), [a!, literal(2)])
      const c = apply(of("jit"), [a!, b], call("inner", inner))
      const h = apply(of("convert_element_type"), [a!], { newDtype: "float32", weakType: false })
      return [apply(of("add"), [h, c])]
    })
    expect(Program.print(program)).toBe(dedent(`
      { lambda ; a:f32[]. let
          b:f32[] = sub a 2.0:f32[]
          c:f32[1] = jit[
            name=inner
            jaxpr={ lambda ; a:f32[] b:f32[]. let
                d:f32[1] = broadcast_in_dim 1.0:f32[]
                e:f32[] = convert_element_type[new_dtype=float32 weak_type=False] a
                f:f32[1] = mul e d
                g:f32[] = convert_element_type[new_dtype=float32 weak_type=False] b
                c:f32[1] = add g f
              in (c,) }
          ] a b
          h:f32[] = convert_element_type[new_dtype=float32 weak_type=False] a
          i:f32[1] = add h c
        in (i,) }
    `))
  })

  it("a Program that is called twice, once at the top", () => {
    const square = build([f32(1)], (apply, a) => [apply(of("integer_pow"), [a!], { y: 2 })])
    const twice = build([f32(1)], (apply, c) => {
      const e = apply(of("jit"), [c!], call("<lambda>", square))
      const f = apply(of("jit"), [c!], call("<lambda>", square))
      return [apply(of("add"), [e, f])]
    })
    const program = build([f32(1)], (apply, c) => [apply(of("jit"), [c!], call("<lambda>", twice))])
    expect(Program.print(program)).toBe(dedent(`
      let lambda = { lambda ; a:f32[1]. let b:f32[1] = integer_pow[y=2] a in (b,) } in
      { lambda ; c:f32[1]. let
          d:f32[1] = jit[
            name=<lambda>
            jaxpr={ lambda ; c:f32[1]. let
                e:f32[1] = jit[name=<lambda> jaxpr=lambda] c
                f:f32[1] = jit[name=<lambda> jaxpr=lambda] c
                d:f32[1] = add e f
              in (d,) }
          ] c
        in (d,) }
    `))
  })

  it("a Program of more than ten equations at the top", () => {
    const increments = (n: number) =>
      build([["int32", [2]]], (apply, y) => {
        let last = y!
        for (let i = 0; i < n; i++) last = apply(of("add"), [last, literal(1, "int32")])
        return [last]
      })
    const program = build([["int32", [2]]], (apply, m) => {
      const n = apply(of("jit"), [m!], call("inner_jit_small", increments(1)))
      return [apply(of("jit"), [n], call("inner_jit_large", increments(11)))]
    })
    const text = Program.print(program)
    expect(text.startsWith("let inner_jit_large = { lambda ; a:i32[2]. let\n    b:i32[2] = add a 1:i32[]\n")).toBe(true)
    expect(text.endsWith(dedent(`
        in (l,) } in
      { lambda ; m:i32[2]. let
          n:i32[2] = jit[
            name=inner_jit_small
            jaxpr={ lambda ; m:i32[2]. let n:i32[2] = add m 1:i32[] in (n,) }
          ] m
          o:i32[2] = jit[name=inner_jit_large jaxpr=inner_jit_large] n
        in (o,) }
    `))).toBe(true)
    // ten are few enough
    const ten = build([["int32", [2]]], (apply, m) => [apply(of("jit"), [m!], call("ten", increments(10)))])
    expect(Program.print(ten)).toContain("name=ten\n      jaxpr={ lambda ; a:i32[2]. let")
  })

  it("shared Programs inside of shared Programs", () => {
    const inner = build([f32(1)], (apply, x) => [apply(of("add"), [x!, literal(1)])])
    const outer = build([f32(1)], (apply, x) => {
      const y = apply(of("jit"), [x!], call("inner_fn", inner))
      const z = apply(of("jit"), [x!], call("inner_fn", inner))
      return [apply(of("add"), [y, z])]
    })
    const program = build([f32(1)], (apply, x) => {
      const y = apply(of("jit"), [x!], call("outer_fn", outer))
      const z = apply(of("jit"), [x!], call("outer_fn", outer))
      return [apply(of("add"), [y, z])]
    })
    expect(Program.print(program)).toBe(dedent(`
      let outer_fn = { lambda ; a:f32[1]. let
          b:f32[1] = jit[name=inner_fn jaxpr=inner_fn] a
          c:f32[1] = jit[name=inner_fn jaxpr=inner_fn] a
          d:f32[1] = add b c
        in (d,) } in
      let inner_fn = { lambda ; e:f32[1]. let f:f32[1] = add e 1.0:f32[] in (f,) } in
      { lambda ; g:f32[1]. let
          h:f32[1] = jit[name=outer_fn jaxpr=outer_fn] g
          i:f32[1] = jit[name=outer_fn jaxpr=outer_fn] g
          j:f32[1] = add h i
        in (j,) }
    `))
  })

  it("a call that gives its operand back", () => {
    const first = build([f32(1), f32(1)], (_, x) => [x!])
    const program = build([f32(1)], (apply, y) => {
      const b = apply(of("jit"), [y!, y!], call("<lambda>", first))
      return [apply(of("add"), [y!, b])]
    })
    expect(Program.print(program)).toBe(dedent(`
      { lambda ; a:f32[1]. let
          b:f32[1] = jit[
            name=<lambda>
            jaxpr={ lambda ; a:f32[1] c:f32[1]. let  in (a,) }
          ] a a
          d:f32[1] = add a b
        in (d,) }
    `))
  })

  it("a call with a literal operand", () => {
    const mul = build([f32(1), f32()], (apply, x, y) => [apply(of("mul"), [x!, y!])])
    const program = build([f32(1)], (apply, x) => [apply(of("jit"), [x!, literal(1)], call("<lambda>", mul))])
    expect(Program.print(program)).toBe(dedent(`
      { lambda ; a:f32[1]. let
          b:f32[1] = jit[
            name=<lambda>
            jaxpr={ lambda ; a:f32[1] c:f32[]. let b:f32[1] = mul a c in (b,) }
          ] a 1.0:f32[]
        in (b,) }
    `))
  })

  it("a call with one operand three times", () => {
    const product = build([f32(1), f32(1), f32(1)], (apply, x, y, z) => [
      apply(of("mul"), [apply(of("mul"), [x!, y!]), z!])
    ])
    const program = build([f32(1)], (apply, x) => [apply(of("jit"), [x!, x!, x!], call("<lambda>", product))])
    expect(Program.print(program)).toBe(dedent(`
      { lambda ; a:f32[1]. let
          b:f32[1] = jit[
            name=<lambda>
            jaxpr={ lambda ; a:f32[1] c:f32[1] d:f32[1]. let
                e:f32[1] = mul a c
                b:f32[1] = mul e d
              in (b,) }
          ] a a a
        in (b,) }
    `))
  })

  it("a call with a literal result", () => {
    const f = build([f32(1)], (_, x) => [literal(2, "int32"), x!])
    const [x, b, c] = [new Program.Var(f.parameters[0]!.aval), ...f.results.map((r) => new Program.Var(r.aval))]
    const program = new Program.Program({
      parameters: [x!],
      equations: [
        { primitive: p.jit as never, params: call("<lambda>", f), inputs: [x!], outputs: [b!, c!] }
      ],
      results: [b!, c!]
    })
    expect(Program.print(program)).toBe(dedent(`
      { lambda ; a:f32[1]. let
          b:i32[] c:f32[1] = jit[
            name=<lambda>
            jaxpr={ lambda ; a:f32[1]. let  in (2:i32[], a) }
          ] a
        in (b, c) }
    `))
  })

  it("names of Programs, which variables avoid", () => {
    const f = build([f32(1), f32(1)], (apply, y, x) => [apply(of("mul"), [x!, y!])])
    const g = build([f32(1), f32(1)], (apply, x, y) => {
      const h = apply(of("jit"), [y!, x!], call("f", f))
      const i = apply(of("jit"), [y!, y!], call("f", f))
      return [apply(of("add"), [h, i])]
    })
    const program = build([f32(1), f32(1)], (apply, x, y) => [apply(of("jit"), [x!, y!], call("g", g))])
    expect(Program.print(program)).toBe(dedent(`
      let f = { lambda ; a:f32[1] b:f32[1]. let c:f32[1] = mul b a in (c,) } in
      { lambda ; d:f32[1] e:f32[1]. let
          g:f32[1] = jit[
            name=g
            jaxpr={ lambda ; d:f32[1] e:f32[1]. let
                h:f32[1] = jit[name=f jaxpr=f] e d
                i:f32[1] = jit[name=f jaxpr=f] e e
                g:f32[1] = add h i
              in (g,) }
          ] d e
        in (g,) }
    `))
  })

  it("Programs of one name", () => {
    const id = (n: number) => build([f32(n)], (_, x) => [x!])
    const [one, two] = [id(1), id(2)]
    const g = build([f32(1), f32(2)], (apply, x, y) => {
      const sides = ([[x, one], [y, two]] as const).map(([v, f]) => {
        const a = apply(of("jit"), [v!], call("f", f))
        const b = apply(of("jit"), [v!], call("f", f))
        return apply(of("mul"), [a, b])
      })
      const stretched = apply(of("broadcast_in_dim"), [sides[0]!], { shape: [2], broadcastDimensions: [0] })
      return [apply(of("add"), [stretched, sides[1]!])]
    })
    const program = build([f32(1), f32(2)], (apply, x, y) => [apply(of("jit"), [x!, y!], call("g", g))])
    expect(Program.print(program)).toBe(dedent(`
      let f = { lambda ; a:f32[1]. let  in (a,) } in
      let f1 = { lambda ; b:f32[2]. let  in (b,) } in
      { lambda ; c:f32[1] d:f32[2]. let
          e:f32[2] = jit[
            name=g
            jaxpr={ lambda ; c:f32[1] d:f32[2]. let
                g:f32[1] = jit[name=f jaxpr=f] c
                h:f32[1] = jit[name=f jaxpr=f] c
                i:f32[1] = mul g h
                j:f32[2] = jit[name=f jaxpr=f1] d
                k:f32[2] = jit[name=f jaxpr=f1] d
                l:f32[2] = mul j k
                m:f32[2] = broadcast_in_dim[broadcast_dimensions=(0,)] i
                e:f32[2] = add m l
              in (e,) }
          ] c d
        in (e,) }
    `))
  })
})

describe("as JAX prints what is traced", () => {
  const text = (
    shapes: ReadonlyArray<ReadonlyArray<number>>,
    f: (...xs: ReadonlyArray<NdArray.Any>) => NdArray.Any
  ) => {
    const avals = shapes.map((shape) => ({ dtype: "float32", shape, weak: false } as const))
    return Program.print(Program.verify(trace("trace", avals, (xs) => [f(...xs)]).program))
  }

  it("functions of Numpy", () => {
    expect(text([[8], [8]], (first, second) => np.sum(np.add(first!, np.multiply(np.sin(second!), 3))))).toBe(dedent(`
      { lambda ; a:f32[8] b:f32[8]. let
          c:f32[8] = sin b
          d:f32[8] = mul c 3.0:f32[]
          e:f32[8] = add a d
          f:f32[] = reduce_sum[axes=(0,) out_sharding=None] e
        in (f,) }
    `))
  })

  it("calls of one function", () => {
    const inner = jit(function inner_fn(x: NdArray.Any) {
      return np.add(x, 1)
    })
    const outer = jit(function outer_fn(x: NdArray.Any) {
      const y = inner(x)
      const z = inner(x)
      return np.add(y, z)
    })
    expect(text([[1]], (x) => np.add(outer(x!), outer(x!)))).toBe(dedent(`
      let outer_fn = { lambda ; a:f32[1]. let
          b:f32[1] = jit[name=inner_fn jaxpr=inner_fn] a
          c:f32[1] = jit[name=inner_fn jaxpr=inner_fn] a
          d:f32[1] = add b c
        in (d,) } in
      let inner_fn = { lambda ; e:f32[1]. let f:f32[1] = add e 1.0:f32[] in (f,) } in
      { lambda ; g:f32[1]. let
          h:f32[1] = jit[name=outer_fn jaxpr=outer_fn] g
          i:f32[1] = jit[name=outer_fn jaxpr=outer_fn] g
          j:f32[1] = add h i
        in (j,) }
    `))
  })

  // that the name goes inside with the result is JAX's
  it("results that nobody uses", () => {
    const both = jit(function both(x: NdArray.Any) {
      const y = np.multiply(x, 2)
      return [y, np.add(y, 1)] as const
    })
    expect(text([[]], (x) => both(x!)[1])).toBe(dedent(`
      { lambda ; a:f32[]. let
          _:f32[] b:f32[] = jit[
            name=both
            jaxpr={ lambda ; a:f32[]. let
                _:f32[] = mul a 2.0:f32[]
                b:f32[] = add _ 1.0:f32[]
              in (_, b) }
          ] a
        in (b,) }
    `))
  })
})

// The expected texts are what JAX 0.10.2 prints for the same equations.
describe("parameters", () => {
  const one = (
    name: keyof typeof p,
    inputs: ReadonlyArray<readonly [DType, ReadonlyArray<number>]>,
    params: object
  ): string => {
    const program = build(inputs, (apply, ...operands) => [apply(of(name), operands, { ...params })])
    const text = Program.print(program)
    const flat = /\. let (.*) in \(\w+,\) \}$/.exec(text)
    return flat !== null ? flat[1]! : text.split("\n").slice(1, -1).map((l) => l.slice(4)).join("\n")
  }

  it("of structural primitives", () => {
    expect(one("transpose", [f32(3, 4)], { permutation: [1, 0] })).toBe("b:f32[4,3] = transpose[permutation=(1, 0)] a")
    expect(one("reshape", [f32(3, 4)], { newSizes: [12] }))
      .toBe("b:f32[12] = reshape[dimensions=None new_sizes=(12,) sharding=None] a")
    expect(one("rev", [f32(3, 4)], { dimensions: [0] })).toBe("b:f32[3,4] = rev[dimensions=(0,)] a")
    expect(one("slice", [f32(3, 4)], { startIndices: [1, 0], limitIndices: [3, 4], strides: [1, 2] }))
      .toBe("b:f32[2,2] = slice[limit_indices=(3, 4) start_indices=(1, 0) strides=(1, 2)] a")
    expect(one("slice", [f32(3)], { startIndices: [0], limitIndices: [1], strides: null }))
      .toBe("b:f32[1] = slice[limit_indices=(1,) start_indices=(0,) strides=None] a")
    expect(one("concatenate", [f32(3, 4), f32(3, 4)], { dimension: 1 }))
      .toBe("c:f32[3,8] = concatenate[dimension=1] a b")
    expect(one("pad", [f32(3, 4), f32()], { paddingConfig: [[1, 2, 0], [0, -1, 3]] }))
      .toBe("c:f32[6,12] = pad[padding_config=((1, 2, 0), (0, -1, 3))] a b")
    expect(one("broadcast_in_dim", [f32(3, 4)], { shape: [2, 3, 4], broadcastDimensions: [1, 2] }))
      .toBe("b:f32[2,3,4] = broadcast_in_dim[broadcast_dimensions=(1, 2)] a")
    // the blank after the bracket is JAX's
    expect(one("iota", [], { dtype: "int32", shape: [4], dimension: 0 }))
      .toBe("a:i32[4] = iota[dimension=0 dtype=int32 shape=(4,) sharding=None] ")
  })

  it("of reductions", () => {
    expect(one("reduce_max", [f32(3, 4)], { axes: [0, 1] })).toBe("b:f32[] = reduce_max[axes=(0, 1)] a")
    expect(one("reduce_prod", [f32(3, 4)], { axes: [0] })).toBe("b:f32[4] = reduce_prod[axes=(0,)] a")
    expect(one("argmax", [["int32", [3]]], { axes: [0], indexDtype: "int32" }))
      .toBe("b:i32[] = argmax[axes=(0,) index_dtype=int32] a")
    expect(one("cummax", [["int32", [3]]], { axis: 0, reverse: true })).toBe("b:i32[3] = cummax[axis=0 reverse=True] a")
    expect(one("round", [f32()], { roundingMethod: "awayFromZero" })).toBe("b:f32[] = round[rounding_method=0] a")
    expect(one("bitcast_convert_type", [f32()], { newDtype: "int32" }))
      .toBe("b:i32[] = bitcast_convert_type[new_dtype=int32] a")
  })

  it("of several results", () => {
    const program = build([f32(3, 4), f32(3, 4)], (apply, x, y) => {
      apply(of("sort"), [x!, y!], { dimension: 1, isStable: false, numKeys: 2 })
      return [x!]
    })
    expect(Program.print(program)).toContain(
      "_:f32[3,4] _:f32[3,4] = sort[dimension=1 is_stable=False num_keys=2] a b\n  in (a,) }"
    )
  })

  it("of contractions", () => {
    const dot = { lhsContracting: [1], rhsContracting: [1], lhsBatch: [0], rhsBatch: [0] }
    expect(one("dot_general", [f32(3, 4), f32(3, 4)], { dimensionNumbers: dot, preferredElementType: "float32" }))
      .toBe(dedent(`
        c:f32[3] = dot_general[
          dimension_numbers=(([1], [1]), ([0], [0]))
          preferred_element_type=float32
        ] a b
      `))
    expect(one("dot_general", [f32(3, 4), f32(3, 4)], { dimensionNumbers: dot, preferredElementType: null }))
      .toBe("c:f32[3] = dot_general[dimension_numbers=(([1], [1]), ([0], [0]))] a b")
    expect(one("conv_general_dilated", [f32(1, 2, 5, 5), f32(3, 2, 3, 3)], {
      windowStrides: [1, 1],
      padding: [[1, 1], [1, 1]],
      lhsDilation: [1, 1],
      rhsDilation: [1, 1],
      dimensionNumbers: { rhsSpec: [0, 1, 2, 3], lhsSpec: [0, 1, 2, 3], outSpec: [0, 1, 2, 3] },
      featureGroupCount: 1,
      batchGroupCount: 1,
      preferredElementType: null
    })).toBe(dedent(`
      c:f32[1,3,5,5] = conv_general_dilated[
        batch_group_count=1
        dimension_numbers=ConvDimensionNumbers(lhs_spec=(0, 1, 2, 3), rhs_spec=(0, 1, 2, 3), out_spec=(0, 1, 2, 3))
        feature_group_count=1
        lhs_dilation=(1, 1)
        out_sharding=None
        padding=((1, 1), (1, 1))
        precision=None
        preferred_element_type=None
        rhs_dilation=(1, 1)
        window_strides=(1, 1)
      ] a b
    `))
  })

  it("of gather and scatter", () => {
    expect(one("gather", [f32(3, 4), ["int32", [3, 1]]], {
      dimensionNumbers: {
        offsetDims: [1],
        collapsedSliceDims: [0],
        startIndexMap: [0],
        operandBatchingDims: [],
        startIndicesBatchingDims: []
      },
      sliceSizes: [1, 4],
      mode: "fill",
      fillValue: Number.NaN,
      indicesAreSorted: false,
      uniqueIndices: false
    })).toBe(dedent(`
      c:f32[3,4] = gather[
        dimension_numbers=GatherDimensionNumbers(offset_dims=(1,), collapsed_slice_dims=(0,), start_index_map=(0,), operand_batching_dims=(), start_indices_batching_dims=())
        fill_value=nan
        indices_are_sorted=False
        mode=GatherScatterMode.FILL_OR_DROP
        slice_sizes=(1, 4)
        unique_indices=False
      ] a b
    `))
    const scatter = {
      dimensionNumbers: {
        updateWindowDims: [1],
        insertedWindowDims: [0],
        scatterDimsToOperandDims: [0],
        operandBatchingDims: [],
        scatterIndicesBatchingDims: []
      },
      mode: "promiseInBounds",
      indicesAreSorted: false,
      uniqueIndices: false
    }
    const operands = [f32(3, 4), ["int32", [3, 1]], f32(3, 4)] as const
    expect(one("scatter_add", operands, scatter)).toBe(dedent(`
      d:f32[3,4] = scatter-add[
        dimension_numbers=ScatterDimensionNumbers(update_window_dims=(1,), inserted_window_dims=(0,), scatter_dims_to_operand_dims=(0,), operand_batching_dims=(), scatter_indices_batching_dims=())
        indices_are_sorted=False
        mode=GatherScatterMode.PROMISE_IN_BOUNDS
        unique_indices=False
        update_consts=()
        update_jaxpr={ lambda ; e:f32[] f:f32[]. let g:f32[] = add e f in (g,) }
      ] a b c
    `))
    expect(one("scatter", operands, scatter)).toContain("update_consts=()\n  update_jaxpr=None\n]")
    // what combines is shared by equations of one primitive and dtype
    const twice = build(operands, (apply, x, i, u) => [
      apply(of("scatter_add"), [apply(of("scatter_add"), [x!, i!, u!], scatter), i!, u!], scatter)
    ])
    expect(Program.print(twice)).toMatch(
      /^let jaxpr = \{ lambda ; a:f32\[\] b:f32\[\]\. let c:f32\[\] = add a b in \(c,\) \} in\n/
    )
  })

  it("of calls that take memory", () => {
    const inc = build([f32(2)], (apply, x) => [apply(of("add"), [x!, literal(1)])])
    expect(one("jit", [f32(2)], call("inc", inc, [true]))).toBe(dedent(`
      b:f32[2] = jit[
        name=inc
        donated_invars=(True,)
        jaxpr={ lambda ; a:f32[2]. let b:f32[2] = add a 1.0:f32[] in (b,) }
      ] a
    `))
  })

  it("given by the primitive itself", () => {
    const primitive = {
      ...p.neg,
      name: "mine",
      print: () => [["zeta", [1]], ["name", "f"], ["alpha", { b: 1, a: ["x"] }]] as const
    }
    const program = build([f32(2)], (apply, x) => [apply({ primitive }, [x!])])
    expect(Program.print(program)).toContain("b:f32[2] = mine[name=f alpha={'a': ('x',), 'b': 1} zeta=(1,)] a")
  })
})

describe("literals", () => {
  it("are printed as Python prints their value after rounding", () => {
    const cases: ReadonlyArray<readonly [number | bigint | boolean, DType, string]> = [
      [0.1, "float32", "0.10000000149011612"],
      [1e20, "float32", "1.0000000200408773e+20"],
      [1e-7, "float32", "1.0000000116860974e-07"],
      [Number.NaN, "float32", "nan"],
      [-Infinity, "float32", "-inf"],
      [-0, "float32", "-0.0"],
      [0, "float32", "0.0"],
      [16777216, "float32", "16777216.0"],
      [1e16, "float32", "1.0000000272564224e+16"],
      [123456789, "float32", "123456792.0"],
      [3.4e38, "float32", "3.3999999521443642e+38"],
      [1e15, "float32", "999999986991104.0"],
      [0.1, "float64", "0.1"],
      [1e16, "float64", "1e+16"],
      [0.0001, "float64", "0.0001"],
      [0.00001, "float64", "1e-05"],
      [5e-324, "float64", "5e-324"],
      [0.1, "bfloat16", "0.10009765625"],
      [0.1, "float16", "0.0999755859375"],
      [1e-7, "float16", "1.1920928955078125e-07"],
      [true, "bool", "True"],
      [0, "bool", "False"],
      [-3, "int32", "-3"],
      [7n, "int64", "7"],
      [2n ** 63n, "uint64", "9223372036854775808"],
      [1.5, "complex64", "(1.5+0j)"],
      [2, "complex64", "(2+0j)"],
      [0, "complex128", "0j"]
    ]
    for (const [value, dtype, text] of cases) expect([dtype, scalar(value, { dtype })]).toEqual([dtype, text])
  })

  it("and data as Python prints it", () => {
    expect(plain([1, [true, null], "x"])).toBe("(1, (True, None), 'x')")
    expect(plain([])).toBe("()")
    expect(plain(0.5)).toBe("0.5")
    expect(plain(1e300)).toBe("1e+300")
    expect(float(1e22)).toBe("1e+22")
  })
})

describe("layout", () => {
  // What JAX prints: a break between binders is taken when the line is already full, and empty bodies keep their line.
  it("of many variables", () => {
    const many = build(Array.from({ length: 30 }, () => f32(3, 4)), (_, ...xs) => xs)
    expect(Program.print(many)).toBe(
      `{ lambda ; a:f32[3,4] b:f32[3,4] c:f32[3,4] d:f32[3,4] e:f32[3,4] f:f32[3,4] g:f32[3,4]
    h:f32[3,4] i:f32[3,4] j:f32[3,4] k:f32[3,4] l:f32[3,4] m:f32[3,4] n:f32[3,4]
    o:f32[3,4] p:f32[3,4] q:f32[3,4] r:f32[3,4] s:f32[3,4] t:f32[3,4] u:f32[3,4]
    v:f32[3,4] w:f32[3,4] x:f32[3,4] y:f32[3,4] z:f32[3,4] ba:f32[3,4] bb:f32[3,4]
    bc:f32[3,4] bd:f32[3,4]. let
    ${""}
  in (a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y,
    z, ba, bb, bc, bd) }`
    )
  })

  it("of no variables and of captures", () => {
    expect(Program.print(build([], () => [literal(1, "int32"), literal(2)])))
      .toBe("{ lambda ; . let  in (1:i32[], 2.0:f32[]) }")
    expect(Program.print(build([f32(1), f32(2)], (_, c) => [c!], 1)))
      .toBe("{ lambda a:f32[1]; b:f32[2]. let  in (a,) }")
  })

  it("follows the width", () => {
    const program = build([f32()], (apply, x) => [apply(of("neg"), [x!])])
    expect(Program.print(program)).toBe("{ lambda ; a:f32[]. let b:f32[] = neg a in (b,) }")
    expect(Program.print(program, { width: 20 })).toBe(
      "{ lambda ; a:f32[]. let\n    b:f32[] = neg a\n  in (b,) }"
    )
  })

  it("of 100,000 equations", () => {
    const program = build([f32()], (apply, x) => {
      let last = x!
      for (let i = 0; i < 100_000; i++) last = apply(of("neg"), [last])
      return [last]
    })
    expect(Program.print(program).split("\n").length).toBe(100_002)
  })
})
