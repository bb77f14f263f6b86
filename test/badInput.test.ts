import { describe, expect, it } from "@effect/vitest"
import {
  customVjp,
  Errors,
  grad,
  jit,
  jvp,
  Lax,
  Mesh,
  NdArray,
  Nn,
  Numpy as np,
  P,
  Program,
  pureCallback,
  Random,
  ShapeDType,
  shardMap,
  Tree,
  valueAndGrad,
  vmap
} from "effax"
import { Effect } from "effect"
import { backends } from "./backends.ts"

/** What a wrong call throws, as `Tag: message`. */
const thrown = (f: () => unknown): string => {
  try {
    f()
  } catch (error) {
    expect(Errors.isConstructionError(error)).toBe(true)
    const { _tag, message, operation } = error as Errors.ConstructionError
    expect(operation).not.toBe("")
    return `${_tag}: ${message}`
  }
  throw new Error("nothing was thrown")
}

// calls that the type checker would refuse
const loose = <A>(value: A) => value as never

describe("wrong calls say what was given and what would work", () => {
  it("shapes that do not broadcast", () => {
    expect(thrown(() => np.add(np.ones([3, 4]), loose(np.ones([5]))))).toBe(
      "ShapeError: add: shapes [3, 4] and [5] do not broadcast: axis 1 is 4 against 5"
    )
  })

  it("contractions that do not fit", () => {
    expect(thrown(() => np.matmul(np.ones([2, 3]), loose(np.ones([4, 5]))))).toBe(
      "ShapeError: matmul: shapes [2, 3] and [4, 5] don't fit: axis 1 has length 3 against 4 of axis 0"
    )
    expect(thrown(() => np.einsum("ij,jk->ik" as string, np.ones([2, 3]), np.ones([4, 5])))).toBe(
      "ShapeError: einsum: label j has length 3 and 4 in \"ij,jk->ik\" for shapes [2, 3], [4, 5]"
    )
  })

  it("a fractional number beside integers", () => {
    expect(thrown(() => np.add(np.arange(3), 0.5))).toBe(
      "DTypeError: add: the number 0.5 does not fit an array of int32: a number takes the array's dtype. Convert the array " +
        "first, with `np.astype(x, \"float32\")`"
    )
  })

  it("a number that integers have no value for, but where arithmetic wraps anyway", () => {
    const x = np.zeros([2], { dtype: "int8" })
    const message = (operation: string, number: string, dtype: string) =>
      `DTypeError: ${operation}: the number ${number} does not fit an array of int8: a number takes the array's dtype. ` +
      `Convert the array first, with \`np.astype(x, "${dtype}")\``
    expect(thrown(() => np.maximum(x, 1000))).toBe(message("maximum", "1000", "int32"))
    expect(thrown(() => np.where(true, x, -129))).toBe(message("where", "-129", "int32"))
    expect(thrown(() => np.at(x, 0).set(2 ** 40))).toBe(message("at.set", String(2 ** 40), "int64"))
    expect(thrown(() => np.full([2], 300, { dtype: "int8" }))).toBe(message("full", "300", "int32"))
    expect(thrown(() => np.add(x, 2 ** 31))).toBe(message("add", String(2 ** 31), "int64"))
    expect(np.add(x, 1000).dtype).toBe("int8")
    expect(thrown(() => np.power(np.arange(3), -1))).toMatch(
      /^DTypeError: power: int32 has no values for the exponent -1/
    )
  })

  it("dtypes that an operation does not take", () => {
    expect(thrown(() => np.bitwiseAnd(np.ones([2]), np.ones([2])))).toMatch(
      /^DTypeError: and: dtype float32 is not allowed, expected one of bool, int8/
    )
    expect(thrown(() => Random.bits(Random.key(0), [2], { dtype: loose("int32") }))).toBe(
      "DTypeError: bits: expected an unsigned integer dtype, got int32"
    )
  })

  it("what is no shape in the place of one", () => {
    const given = loose({ shape: [2] })
    for (
      const [operation, use] of [
        ["zeros", () => np.zeros(given)],
        ["normal", () => Random.normal(Random.key(0), given)],
        ["choice", () => Random.choice(Random.key(0), 3, given)]
      ] as const
    ) {
      expect(thrown(use)).toBe(
        `ShapeError: ${operation}: expected a shape, a list of sizes such as [2, 3], got an object`
      )
    }
    expect(thrown(() => np.reshape(np.ones([2]), given))).toBe(
      "ArgumentError: reshape: unknown option \"shape\"; its options are order"
    )
    expect(thrown(() => np.broadcastTo(np.ones([2]), loose(3)))).toMatch(/^ShapeError: broadcastTo: .* got 3$/)
  })

  it("keys that are several, or none", () => {
    const split = Random.split(Random.key(0))
    expect(thrown(() => Random.normal(split, [2]))).toBe(
      "ShapeError: normal: expected one key (u32[2]), got u32[2,2]; split a key with `const [a, b] = Random.keys(key)`, " +
        "and use vmap to map over many keys"
    )
    expect(thrown(() => Random.normal(loose(undefined), [2]))).toMatch(
      /^ArgumentError: normal: expected a key, got undefined; .* several of one with Random.keys$/
    )
  })

  it("functions that run later", () => {
    const x = np.ones([2])
    const later = /a function that is traced is plain code: run Effects before it/
    expect(thrown(() => jit(async () => x)())).toMatch(/result is a Promise, but leaves/)
    expect(thrown(() =>
      jit(function*() {
        yield x
      })()
    )).toMatch(/result is a generator, but leaves/)
    expect(thrown(() => jit(() => Effect.succeed(x))())).toMatch(/result is an Effect, but leaves/)
    expect(thrown(() => jit(() => Effect.succeed(x))())).toMatch(later)
  })

  it("a rule for the way back that is no pair of functions", () => {
    expect(thrown(() => customVjp((x: NdArray.Any) => x, loose((x: NdArray.Any) => [x, null])))).toMatch(
      /^ArgumentError: customVjp: the rule must be an object of two functions/
    )
  })

  it("arrays for a callback where its options belong", () => {
    const take = loose(pureCallback) as (...args: ReadonlyArray<unknown>) => unknown
    expect(thrown(() => take(() => 1, new ShapeDType([], "float32"), np.ones([2])))).toBe(
      "ArgumentError: pureCallback: expected an object of options, got an array; its options are vmapMethod, name"
    )
  })

  it("axes out of range, and named twice", () => {
    expect(thrown(() => np.sum(np.ones([2, 3]), loose({ axis: 2 })))).toMatch(/^AxisError: sum: axis 2 is out of range/)
    expect(thrown(() => np.sum(np.ones([2, 3]), loose({ axis: [0, -2] })))).toMatch(
      /^AxisError: sum: axis 0 is given more than once in \[0, -2\]/
    )
    expect(thrown(() => np.transpose(np.ones([2, 3]), loose([0, 0])))).toMatch(/^AxisError: transpose: /)
  })

  it("ragged nested arrays", () => {
    expect(thrown(() => np.array([[1, 2], [3]]))).toBe(
      "ShapeError: array: nested lists must be rectangular: [1] is a list of 1, but its siblings before it are a list of 2"
    )
    expect(thrown(() => np.array(loose([[1, 2], 3])))).toBe(
      "ShapeError: array: nested lists must be rectangular: [1] is 3, but its siblings before it are a list of 2"
    )
  })

  it("dimensions that are no lengths", () => {
    for (const bad of [NaN, 1.5, -1, Infinity]) {
      expect(thrown(() => np.zeros([2, bad]))).toMatch(/^ShapeError: zeros: /)
    }
    expect(thrown(() => np.zeros([2 ** 30, 2 ** 30]))).toMatch(/^ShapeError: zeros: .*2\^53/)
  })

  it("a reshape that does not fit", () => {
    expect(thrown(() => np.reshape(np.ones([2, 3]), loose([4, 2])))).toMatch(
      /^ShapeError: reshape: .*\[2, 3\].*\[4, 2\]/
    )
  })

  it("static positions out of range", () => {
    expect(thrown(() => np.at(np.ones([2, 3]), [0, 3]).get())).toBe(
      "IndexError: at.get: index 3 is out of range for axis 1 of length 3; positions go from -3 to 2"
    )
    expect(thrown(() => np.index(np.ones([3, 0]), [0, 0]))).toBe(
      "IndexError: index: index 0 is out of range for axis 1 of length 0; an axis of length 0 has no positions"
    )
    expect(thrown(() => np.at(loose(np.ones([2])), [0, 0]).set(1))).toBe(
      "IndexError: at.set: 2 indices for an array of 1 axes, shape [2]"
    )
  })

  it("trees of different structure", () => {
    expect(thrown(() => Tree.map2({ a: 1, b: 2 }, loose({ a: 1 }), (x: number) => x))).toMatch(/^TreeError: Tree\.map/)
    expect(
      thrown(() => jvp((x: { readonly a: NdArray.Any }) => x.a, [{ a: np.ones([2]) }], loose([{ b: np.ones([2]) }])))
    ).toMatch(
      /^TreeError: jvp: tangent must have the structure \[\{ a: \* \}\], got \[\{ b: \* \}\]/
    )
  })

  it("gradients of what is no scalar, and of integers", () => {
    expect(thrown(() => grad((x: NdArray.Any) => np.sin(x))(np.ones([3])))).toBe(
      "ShapeError: grad: the function must return one scalar, got f32[3]; reduce it, for instance with `np.sum` or `np.mean`, " +
        "or use `vjp`"
    )
    expect(thrown(() => grad((x: { readonly w: NdArray.Any }) => np.sum(x.w))({ w: np.arange(3) }))).toBe(
      "DTypeError: grad: argument 0 (w) is i32[3], but only floating-point arguments can be differentiated; convert it with " +
        "`np.astype(x, \"float32\")`, leave it out of argnums, or set `allowInt: true` for derivatives of 0"
    )
    expect(thrown(() => valueAndGrad((x: NdArray.Any) => np.sum(x), { argnums: 2 })(np.ones([3])))).toBe(
      "ArgumentError: valueAndGrad: argnums 2 is out of range for a call with 1 argument; positions count from 0, negative ones from the end"
    )
  })

  it("vmap axes that do not match", () => {
    const f = (x: NdArray.Any, y: NdArray.Any) => np.add(x, y)
    expect(thrown(() => vmap(f)(np.ones([3, 2]), np.ones([4, 2])))).toBe(
      "ShapeError: vmap: batched axes must all have one size, got\n  argument [0] (f32[3,2]) has size 3 along axis 0\n" +
        "  argument [1] (f32[4,2]) has size 4 along axis 0"
    )
    expect(thrown(() => vmap(f, { inAxes: [0] })(np.ones([3]), np.ones([3])))).toBe(
      "ArgumentError: vmap: inAxes has 1 entries, but the function was called with 2 arguments"
    )
    expect(thrown(() => vmap(f, { inAxes: [0, 3] })(np.ones([3]), np.ones([3])))).toBe(
      "AxisError: vmap: axis 3 is out of range for argument [1] (f32[3]), which has 1 axis"
    )
    expect(thrown(() => vmap(f, { outAxes: null })(np.ones([3]), np.ones([3])))).toMatch(
      /^ArgumentError: vmap: outAxes is null for result .*, but that result differs from example to example/
    )
  })

  it("an array where JavaScript needs a value", () => {
    const x = np.ones([2])
    for (const use of [() => loose<unknown>(x) > 0, () => +loose<unknown>(x), () => loose<number>(x as never) * 2]) {
      expect(thrown(use)).toMatch(/^ConcretizationError: f32\[2\] was used as a JavaScript/)
    }
    // inside a traced function the stack points at the user's line
    const f = jit((y: NdArray.Any) => (loose<unknown>(y) as number) > 0 ? y : np.negative(y))
    expect(() => f(x)).toThrow(Errors.ConcretizationError)
    const counted = jit((y: NdArray.Any, n: number) => [...Array(+n).keys()].reduce((z) => np.add(z, 1), y))
    expect(thrown(() => counted(x, 3))).toMatch(/; an argument of a jitted .* goes in `staticArgnums`$/)
    expect(`${x}`).toBe("f32[2]")
  })

  it("a boolean mask as an index", () => {
    expect(thrown(() => np.at(np.ones([3]), np.greater(np.ones([3]), 0)).get())).toMatch(
      /^ConcretizationError: at.get: /
    )
  })

  it("leaves that are no arrays", () => {
    expect(thrown(() => jit((x: { readonly name: string }) => x)(loose({ name: "a" })))).toMatch(
      /^TreeError: .*: argument \[0\]\.name is the string "a", but leaves must be arrays/
    )
  })

  it("convolutions and pooling that do not fit", () => {
    expect(thrown(() => Nn.maxPool(np.ones([1, 1, 5, 4]), 2))).toBe(
      "ShapeError: maxPool: windows of 2 do not tile [1, 1, 5, 4]: axis 2 has length 5; padding \"valid\" leaves out the " +
        "rest, and \"same\" pads"
    )
  })

  it("carries that change", () => {
    const x = np.ones([3])
    expect(
      thrown(() => Lax.scan((c: NdArray.Any, x: NdArray.Any) => loose([np.astype(c, "int32"), x]), np.ones([]), x))
    )
      .toBe(
        "TreeError: scan: the body must give a carry of the dtypes and shapes that it takes, but 1 leaf differs:\n" +
          "  carry: f32[] in, i32[] out"
      )
    expect(
      thrown(() =>
        Lax.foriLoop(0, 3, (_, c) => loose({ a: np.ones([4]), b: c.b }), { a: np.ones([3]), b: np.ones([]) })
      )
    ).toMatch(/carry\.a: f32\[3\] in, f32\[4\] out$/)
    expect(thrown(() => Lax.whileLoop(() => loose(x), (c) => c, x))).toBe(
      "ShapeError: whileLoop: the condition must give one bool scalar, got f32[3]; reduce it with `np.any` or `np.all`"
    )
  })

  it("branches that differ", () => {
    const x = np.ones([3])
    expect(thrown(() => Lax.cond(true, () => [x, x], loose(() => [x, np.ones([2])])))).toBe(
      "TreeError: cond: branches must give results of one dtype and shape, but they differ:\n" +
        "  result[1]: f32[3] of onTrue, f32[2] of onFalse"
    )
    expect(thrown(() => Lax.switch(0, [() => ({ a: x }), loose(() => x)]))).toMatch(
      /^TreeError: switch: branches must give trees of one structure/
    )
  })

  it("what is no Program", () => {
    const x = np.ones([3])
    expect(thrown(() => Lax.cond(true, loose(x), loose(x)))).toBe(
      "ArgumentError: cond: onTrue must be a function, got an array f32[3]"
    )
    expect(thrown(() => Lax.scan(loose(null), x, x))).toMatch(/^ArgumentError: scan: .* must be a function, got null/)
    expect(thrown(() => Lax.scan((c: NdArray.Any) => [c, null] as const, x, null))).toBe(
      "ArgumentError: scan: xs has no arrays, so the number of steps must be given as `length`"
    )
  })

  it("a while loop under reverse mode that does not say how long it is", () => {
    const doubled = (x: NdArray.Any) => Lax.whileLoop((c) => np.less(c, 10), (c) => np.multiply(c, 2), x)
    expect(thrown(() => grad(doubled)(1))).toMatch(/^ArgumentError: whileLoop: reverse mode .* give `maxSteps`/)
  })

  it("cotangents that a rule returns and that do not match", () => {
    const f = customVjp((x: NdArray.Any) => np.sum(x), {
      forward: (x) => [np.sum(x), null],
      backward: () => [np.ones([2])]
    })
    expect(thrown(() => grad(f)(np.ones([3])))).toBe(
      "ShapeError: customVjp: the cotangents that backward returns: [0] must have shape [3], got [2]"
    )
  })

  it("axis names that nobody gave", () => {
    expect(thrown(() => Lax.psum(np.ones([3]), "i"))).toMatch(/^AxisNameError: psum: there is no axis named "i" here/)
    expect(thrown(() => vmap((x: NdArray.Any) => Lax.psum(x, "j"), { axisName: "i" })(np.ones([3])))).toBe(
      "AxisNameError: psum: there is no axis named \"j\" here; in scope is \"i\" (of size 3, by vmap)"
    )
  })

  it("partition specs that do not divide, and promises of replication that do not hold", () => {
    const mesh = Mesh.make({ x: 4, y: 2 })
    const same = (a: NdArray.Any) => a
    expect(thrown(() => shardMap(same, { mesh, inSpecs: [P("x")], outSpecs: P("x") })(np.ones([6])))).toMatch(
      /^ShapeError: shardMap: argument \[0\] of shape \[6\] can't be divided by P\("x"\) on Mesh\(x: 4, y: 2\): axis 0 has 6/
    )
    expect(thrown(() => shardMap(same, { mesh, inSpecs: [P("x")], outSpecs: P(null) })(np.ones([8])))).toMatch(
      /^ReplicationError: shardMap: result is f32\[2\]\{V:x\}, which may differ along "x"/
    )
    expect(thrown(() => shardMap(same, { mesh, inSpecs: [P("z")], outSpecs: P() })(np.ones([8])))).toMatch(
      /^AxisNameError: shardMap: inSpecs of argument \[0\], P\("z"\), has the axis "z"/
    )
  })

  it("at the user's line, however deep the call", () => {
    const mesh = Mesh.make({ x: 4, y: 2 })
    const attempts: ReadonlyArray<() => unknown> = [
      () => Lax.psum(np.ones([3]), "i"),
      () => shardMap((a: NdArray.Any) => a, { mesh, inSpecs: [P("x")], outSpecs: P(null) })(np.ones([8])),
      () =>
        grad(
          customVjp((x: NdArray.Any) => np.sum(x), {
            forward: (x) => [np.sum(x), null],
            backward: () => [np.ones([2])]
          })
        )(np.ones([3])),
      () =>
        jit(
          vmap(grad((x: NdArray.Any) =>
            np.sum(Lax.scan((c: NdArray.Any, y: NdArray.Any) => [np.add(c, np.ones([5, 5])), y], x, np.ones([2, 3]))[0])
          ))
        )(np.ones([2, 4]))
    ]
    for (const attempt of attempts) {
      let stack = ""
      try {
        attempt()
      } catch (error) {
        stack = (error as Error).stack ?? ""
      }
      expect(stack).toContain("badInput.test.ts")
    }
  })

  it.effect("Program.trace gives them as typed failures", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(
        Program.trace((x: NdArray.Any, y: NdArray.Any) => np.add(x, y), np.ones([3]), np.ones([4]))
      )
      expect(error).toBeInstanceOf(Errors.ShapeError)
      expect(error.message).toBe("add: shapes [3] and [4] do not broadcast: axis 0 is 3 against 4")
    }))
})

describe.each(backends)("running on $name", ({ layer, limited, name }) => {
  const other = backends.find((backend) => backend.name !== name)!.layer

  it.effect("an array after its scope ended", () =>
    Effect.gen(function*() {
      let kept: NdArray.Any | undefined
      const returned = yield* NdArray.scoped(Effect.gen(function*() {
        kept = yield* np.add(np.ones([3]), 1)
        return { sum: yield* np.sum(kept) }
      }))
      expect(yield* NdArray.toScalar(returned.sum)).toBe(6)
      const error = yield* Effect.flip(np.multiply(kept!, 2))
      expect(error).toBeInstanceOf(Errors.DisposedArrayError)
      expect(error.message).toBe(
        "f32[3] has no value any more: the NdArray.scoped it was computed in has ended; return it from the scope to keep it"
      )
    }).pipe(Effect.provide(layer)))

  it.effect("an array that was donated", () =>
    Effect.gen(function*() {
      const x = yield* np.add(np.ones([3]), 1)
      const double = jit((y: NdArray.Any) => np.multiply(y, 2), { donateArgnums: 0 })
      expect(yield* NdArray.toNested(double(x))).toEqual([4, 4, 4])
      const error = yield* Effect.flip(NdArray.toNested(x))
      expect(error._tag).toBe("DisposedArrayError")
      expect(error.message).toContain("it was donated to a jitted function")
    }).pipe(Effect.provide(layer)))

  it.effect("a parameter that escaped", () =>
    Effect.gen(function*() {
      let escaped: NdArray.Any | undefined
      const gradient = grad((x: NdArray.Any) => {
        escaped = np.sin(x)
        return np.sum(x)
      })(np.ones([2]))
      expect(gradient.shape).toEqual([2])
      const error = yield* Effect.flip(escaped!)
      expect(error).toBeInstanceOf(Errors.EscapedParameterError)
      expect(error.message).toBe(
        "sin: an operand f32[2] is a parameter of grad, which has ended; return what you need from the transformed function " +
          "instead of keeping it outside"
      )
    }).pipe(Effect.provide(layer)))

  it.effect("an array of another backend, or of a Layer that was closed", () =>
    Effect.gen(function*() {
      const foreign = yield* Effect.provide(np.add(np.ones([2]), 1), other)
      const error = yield* Effect.flip(np.sin(foreign))
      expect(error).toBeInstanceOf(Errors.ForeignArrayError)
      expect(error.message).toContain(`can't be used on ${name}: read it with NdArray.toTypedArray there`)
    }).pipe(Effect.provide(layer)))

  it.effect("more memory than there is, and life afterwards", () =>
    Effect.gen(function*() {
      const before = yield* np.add(np.ones([1000]), 1)
      const error = yield* Effect.flip(np.add(np.ones([64, 1024, 1024]), 1))
      expect(error).toBeInstanceOf(Errors.OutOfMemoryError)
      const { limit, requested } = error as Errors.OutOfMemoryError
      expect(requested).toBeGreaterThanOrEqual(64 * 1024 * 1024 * 4)
      expect(limit).toBeLessThanOrEqual(32 << 20)
      // nothing was lost
      expect(yield* NdArray.toScalar(np.sum(before))).toBe(2000)
    }).pipe(Effect.provide(limited(32 << 20))))

  it.effect("a dtype that no code is there for", () =>
    Effect.gen(function*() {
      const x = NdArray.fromTypedArray(new Float32Array([1, 2]), [1], "complex64")
      const error = yield* Effect.flip(Lax.bitcastConvertType(x, "float64"))
      expect(error).toBeInstanceOf(Errors.UnsupportedDTypeError)
      expect(error.message).toContain("bitcast_convert_type")
      expect(error.message).toContain("complex64")
    }).pipe(Effect.provide(layer)))
})
