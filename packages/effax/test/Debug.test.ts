import { describe, expect, it } from "@effect/vitest"
import {
  customJvp,
  Debug,
  grad,
  jit,
  linearTranspose,
  NdArray,
  Numpy as np,
  Program,
  pureCallback,
  ShapeDType,
  vmap
} from "effax"
import * as DriverKit from "effax/DriverKit"
import * as ProgramCodec from "effax/ProgramCodec"
import * as Effect from "effect/Effect"

const traced = (f: (...xs: ReadonlyArray<NdArray.Any>) => unknown, ...shapes: ReadonlyArray<ReadonlyArray<number>>) =>
  Program.verify(Effect.runSync(Program.trace(f, ...shapes.map((shape) => np.zeros(shape)))))

const watch = (x: NdArray.Any): NdArray.Any =>
  Debug.callback(x, function look() {
    return Effect.void
  })

const twice = (x: NdArray.Any) =>
  pureCallback((v: Debug.HostValue) => v, new ShapeDType(x.shape, "float32"), {
    name: "twice",
    vmapMethod: "expandDims"
  })(x)

describe("Programs that call the host", () => {
  it("are printed with the names of the functions", () => {
    const f = (x: NdArray.Any) => np.add(twice(watch(x)), Debug.print(x, "{x}"))
    expect(`\n${Program.print(traced(f, [2]))}`).toMatchInlineSnapshot(`
      "
      { lambda ; a:f32[2]. let
          b:f32[2] = debug_callback[callback=look passed=1] a a
          c:f32[2] = pure_callback[
            callback=twice
            result_avals=(ShapedArray(float32[2]),)
            vmap_method=None
          ] b
          d:f32[2] = debug_callback[callback=print passed=1] a a
          e:f32[2] = add c d
        in (e,) }"
    `.replace("vmap_method=None", "vmap_method=expand_dims"))
  })

  it("compute nothing for what nothing depends on", () => {
    expect(
      traced((x) => {
        void watch(np.sin(x!))
        return np.cos(x!)
      }, [2]).equations.map(({ primitive }) => primitive.name)
    ).toEqual(["cos"])
  })

  it("have derivatives that call nothing", () => {
    const names = (program: Program.Program): ReadonlyArray<string> =>
      program.equations.map(({ primitive }) => primitive.name)
    // once for the value of the sine's argument; the way back has none
    const slope = names(traced(grad((x: NdArray.Any) => np.sum(np.sin(watch(x)))) as never, [2]))
    expect(slope.filter((name) => name === "debug_callback")).toEqual(["debug_callback"])
    // the gradient of a sum needs no value at all
    expect(names(traced(grad((x: NdArray.Any) => np.sum(watch(x))) as never, [2]))).not.toContain("debug_callback")
    const transposed = linearTranspose((x: NdArray.Any) => np.multiply(watch(x), 3), np.zeros([2]))
    expect(names(traced(transposed as never, [2]))).toEqual(["mul"])
  })

  it("have one canonical text whatever functions they call, and lists of them in one order", () => {
    const [a, b, c] = [watch, watch, watch].map((f) => jit((x: NdArray.Any) => np.multiply(f(x), 2)))
    const same = traced((x) => a!(a!(x!)), [2])
    const two = traced((x) => a!(b!(x!)), [2])
    const others = traced((x) => b!(c!(x!)), [2])
    expect(DriverKit.callbacksOf(same).length).toBe(1)
    expect(DriverKit.callbacksOf(two).length).toBe(2)
    expect(Program.equals(two, others)).toBe(true)
    expect(Program.equals(two, same)).toBe(false)
    // in the order of the equations: b before a, c before b
    const [ofB, ofA] = DriverKit.callbacksOf(two)
    expect(DriverKit.callbacksOf(others)[1]).toBe(ofB)
    expect(DriverKit.callbacksOf(others)).not.toContain(ofA)
    expect(DriverKit.callbacksOf(two)).toBe(DriverKit.callbacksOf(two))
    expect(DriverKit.callbacksOf(traced((x) => np.sin(x!), [2]))).toEqual([])
  })

  it("call the same where equal Programs are two objects", () => {
    const look = watch(np.zeros([2]))
    const inner = traced((x) => np.add(x!, look), [2])
    expect(inner.captures.length).toBe(1)
    const f = (x: NdArray.Any) => np.multiply(watch(x), 2)
    const program = traced((x) => f(x!), [2])
    const copy = () =>
      new Program.Program({ parameters: program.parameters, equations: program.equations, results: program.results })
    const calling = (first: Program.Program, second: Program.Program) =>
      traced((x) => Program.call(second, [Program.call(first, [x!])[0]!])[0]!, [2])
    const shared = calling(program, program)
    const unshared = calling(copy(), copy())
    expect(Program.equals(shared, unshared)).toBe(true)
    expect(DriverKit.callbacksOf(shared)).toEqual(DriverKit.callbacksOf(unshared))
  })

  it("have no JSON", () => {
    const error = Effect.runSync(Effect.flip(ProgramCodec.encode(traced((x) => watch(x!), [2]))))
    expect(String(error)).toMatch(/calls look, a function of this process, which has no JSON/)
  })

  it("that are batched are printed as what they are called with", () => {
    const program = traced(vmap((x: NdArray.Any, y: NdArray.Any) => np.add(twice(x), y)) as never, [3, 2], [3, 2])
    expect(program.equations[0]!.outputs[0]!.aval.shape).toEqual([3, 2])
  })
})

describe("wrong calls", () => {
  const x = np.ones([2])

  it.each([
    [() => Debug.print(x, "{"), "there is a lone { in \"{\"; write {{"],
    [() => Debug.print(x, "a } b"), "there is a lone }"],
    [() => Debug.print(x, "{x:.3q}"), "the placeholder {x:.3q} is not understood"],
    [() => Debug.print(x, "{a.c}", { a: { b: x } }), "there is no value named a.c; where c is looked for there is b"],
    [
      () => Debug.print(x, "{a.b.c}", { a: { b: x } }),
      "there is no value named a.b.c; where c is looked for there is an array"
    ],
    [() => Debug.print(x, "{} {} {}", [x, x]), "there are more placeholders {} than the 2 values"],
    [() => Debug.print({ a: null, b: "text" }), "the arguments hold no array"],
    [() => Debug.callback(3, () => Effect.void), "Debug.callback: the arguments hold no array"]
  ])("%s", (call, message) => {
    expect(call).toThrow(message)
    expect(call).toThrow(expect.objectContaining({ _tag: "ArgumentError" }))
  })

  it("of pureCallback name what is wrong", () => {
    expect(() => pureCallback(() => 1 as never, { a: 3 }, { name: "f" })).toThrow(
      "pureCallback: the specification of the result of f must be a ShapeDType or a tree of them, but a is the number 3"
    )
    expect(() => grad((y: NdArray.Any) => np.sum(twice(y)))(x)).toThrow(/derivative of twice is not known/)
    const smooth = customJvp(twice, ([y], [dy]) => [smooth(y), np.multiply(dy, 2)]) as (y: NdArray.Any) => NdArray.Any
    expect(() => grad(grad((y: NdArray.Any) => np.sum(smooth(np.broadcastTo(y, [2])))))(np.array(1))).not.toThrow()
  })
})

describe("HostValue", () => {
  const value = new Debug.HostValue(Float32Array.of(1, 2.5, 3, 4), "float32", [2, 2])

  it("reads as nested arrays, numbers and text", () => {
    expect(value.toNested()).toEqual([[1, 2.5], [3, 4]])
    expect(value.toNumbers()).toEqual([1, 2.5, 3, 4])
    expect(String(value)).toBe("f32[2, 2] [[1. , 2.5],\n           [3. , 4. ]]")
    expect(value.size).toBe(4)
    expect(() => value.toScalar()).toThrow(/f32\[2,2\] has 4 elements/)
    expect(new Debug.HostValue(BigInt64Array.of(7n), "int64", [1]).toScalar()).toBe(7n)
    expect(new Debug.HostValue(Uint16Array.of(0x3f80), "bfloat16", []).toNumbers()).toEqual([1])
    expect(new Debug.HostValue(Float32Array.of(1, -2), "complex64", []).toNested()).toEqual({ re: 1, im: -2 })
    expect(JSON.stringify(new Debug.HostValue(BigInt64Array.of(7n), "int64", [1]))).toContain("\"7\"")
  })
})
