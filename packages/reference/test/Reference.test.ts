import { Reference } from "@effax/reference"
import { assert, describe, it } from "@effect/vitest"
import * as Aval from "effax/Aval"
import type { DeviceBuffer, Driver } from "effax/Driver"
import type { DType, TypedArray } from "effax/DType"
import { ArgumentError } from "effax/Errors"
import type { Params, Primitive } from "effax/Primitive"
import { type PrimitiveName, primitives } from "effax/Primitives"
import { type Atom, type Equation, Literal, Program, Var } from "effax/Program"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"

const f32 = (...shape: ReadonlyArray<number>) => Aval.make("float32", shape)

const equation = (name: PrimitiveName, inputs: ReadonlyArray<Atom>, params: Params = {}): Equation => {
  const primitive = primitives[name] as Primitive
  const outputs = primitive.abstract(inputs.map((atom) => atom.aval), params).map((aval) => new Var(aval))
  return { primitive, params, inputs, outputs }
}

const two = new Literal(2, f32())

/** `x y` of two vectors, `times` times, each product from the one before. */
const chain = (times: number, size: number): Program => {
  const parameters = [new Var(f32(size)), new Var(f32(size))]
  const equations: Array<Equation> = []
  let last: Atom = parameters[0]!
  for (let i = 0; i < times; i++) {
    equations.push(equation("mul", [last, parameters[1]!]))
    last = equations.at(-1)!.outputs[0]!
  }
  return new Program({ parameters, equations, results: [last] })
}

const matmul = (n: number): Program => {
  const parameters = [new Var(f32(n, n)), new Var(f32(n, n))]
  const product = equation("dot_general", parameters, {
    dimensionNumbers: { lhsContracting: [1], rhsContracting: [0], lhsBatch: [], rhsBatch: [] },
    preferredElementType: null
  })
  return new Program({ parameters, equations: [product], results: product.outputs })
}

const run = Effect.fnUntraced(function*(driver: Driver, program: Program, ...inputs: ReadonlyArray<DeviceBuffer>) {
  const executable = yield* driver.compile(program)
  return yield* driver.execute(executable, inputs)
})

const upload = (driver: Driver, data: TypedArray, dtype: DType = "float32", shape = [data.length]) =>
  driver.upload(data, Aval.make(dtype, shape))

describe("Reference.driver", () => {
  it.effect("moves data of every dtype in both directions, bits and all", () =>
    Effect.gen(function*() {
      const driver = Reference.driver()
      const samples: { readonly [D in DType]?: TypedArray } = {
        bool: Uint8Array.of(0, 1),
        int8: Int8Array.of(-128, 127),
        int16: Int16Array.of(-32768, 32767),
        int32: Int32Array.of(-(2 ** 31), 2 ** 31 - 1),
        int64: BigInt64Array.of(-(2n ** 63n), 2n ** 63n - 1n),
        uint8: Uint8Array.of(0, 255),
        uint16: Uint16Array.of(0, 65535),
        uint32: Uint32Array.of(0, 2 ** 32 - 1),
        uint64: BigUint64Array.of(0n, 2n ** 64n - 1n),
        bfloat16: Uint16Array.of(0x8000, 0x7fc1),
        float16: Uint16Array.of(0x8000, 0x7e01),
        float32: Float32Array.of(-0, NaN),
        float64: Float64Array.of(-0, NaN),
        complex64: Float32Array.of(-0, NaN, 1, -Infinity),
        complex128: Float64Array.of(-0, NaN, 1, -Infinity)
      }
      assert.deepStrictEqual(Object.keys(samples).sort(), [...driver.capabilities.dtypes].sort())
      for (const [dtype, data] of Object.entries(samples) as Array<[DType, TypedArray]>) {
        const buffer = yield* upload(driver, data, dtype, [2])
        const back = yield* driver.download(buffer, Aval.make(dtype, [2]))
        assert.deepStrictEqual(back, data)
        assert.notStrictEqual(back, data)
        assert.strictEqual(driver.bytesLive(), data.byteLength)
        driver.release(buffer)
      }
      assert.strictEqual(driver.bytesLive(), 0)
    }))

  it.effect("refuses what it can't do with complex numbers, naming the operation", () =>
    Effect.gen(function*() {
      const driver = Reference.driver()
      const x = new Var(Aval.make("complex64", [2]))
      const bits = equation("bitcast_convert_type", [x], { newDtype: "float64" })
      const error = yield* Effect.flip(
        driver.compile(new Program({ parameters: [x], equations: [bits], results: bits.outputs }))
      )
      assert(error._tag === "UnsupportedDTypeError")
      assert.strictEqual(error.operation, "bitcast_convert_type")
      assert.strictEqual(error.dtype, "complex64")
    }))

  it.effect("refuses primitives that are not effax's own", () =>
    Effect.gen(function*() {
      const x = new Var(f32(2))
      const primitive: Primitive = { ...primitives.neg, name: "toString" }
      const program = new Program({
        parameters: [x],
        equations: [{ primitive, params: {}, inputs: [x], outputs: [new Var(f32(2))] }],
        results: [x]
      })
      const error = yield* Effect.flip(Reference.driver().compile(program))
      assert(error._tag === "UnsupportedError")
      assert.strictEqual(error.operation, "toString")
    }))

  it.effect("gives every result memory of its own: inputs, literals and repeated results are copied", () =>
    Effect.gen(function*() {
      const driver = Reference.driver()
      const x = new Var(f32(2))
      const negated = equation("neg", [x])
      const y = negated.outputs[0]!
      const program = new Program({ parameters: [x], equations: [negated], results: [x, y, y, two] })
      const input = yield* upload(driver, Float32Array.of(1, 2))
      const results = yield* run(driver, program, input)
      assert.strictEqual(
        new Set([input, ...results].map((b) => (b as unknown as { value: { data: object } }).value.data)).size,
        5
      )
      const values = yield* Effect.forEach(results, (b) => driver.download(b, f32(2)))
      assert.deepStrictEqual(values.map((v) => Array.from(v as Float32Array)), [[1, 2], [-1, -2], [-1, -2], [2]])
      assert.strictEqual(driver.bytesLive(), 8 + 3 * 8 + 4)
    }))

  it.effect("runs nested programs, sharing the code of one that is called twice", () =>
    Effect.gen(function*() {
      const driver = Reference.driver()
      let inner = chain(1, 2)
      // 2^12 products, by calls nested 12 deep
      for (let depth = 0; depth < 12; depth++) {
        const parameters = [new Var(f32(2)), new Var(f32(2))]
        const params = { name: "twice", jaxpr: inner, donated: [] }
        const once = equation("jit", parameters, params)
        const again = equation("jit", [once.outputs[0]!, parameters[1]!], params)
        inner = new Program({ parameters, equations: [once, again], results: again.outputs })
      }
      const x = yield* upload(driver, Float32Array.of(1, -1))
      const y = yield* upload(driver, Float32Array.of(-1, 1))
      const [result] = yield* run(driver, inner, x, y)
      assert.deepStrictEqual(yield* driver.download(result!, f32(2)), Float32Array.of(1, -1))
      assert.strictEqual(driver.bytesLive(), 24)
    }))

  it.effect("runs a million equations, holding no more than what is still needed", () =>
    Effect.gen(function*() {
      const driver = Reference.driver({ memoryLimit: 64 })
      const x = yield* upload(driver, Float32Array.of(3))
      const y = yield* upload(driver, Float32Array.of(-1))
      const [result] = yield* run(driver, chain(1_000_000, 1), x, y)
      assert.deepStrictEqual(yield* driver.download(result!, f32(1)), Float32Array.of(3))
      assert.strictEqual(driver.bytesLive(), 12)
    }))

  it.effect("fails when the limit would be passed, gives everything back, and goes on", () =>
    Effect.gen(function*() {
      const driver = Reference.driver({ memoryLimit: 1000 })
      const x = yield* upload(driver, new Float32Array(100).fill(1))
      const y = yield* upload(driver, new Float32Array(100).fill(2))
      const error = yield* Effect.flip(run(driver, chain(3, 100), x, y))
      assert(error._tag === "OutOfMemoryError")
      assert.deepStrictEqual([error.requested, error.live, error.limit], [400, 800, 1000])
      assert.strictEqual(driver.bytesLive(), 800)
      const sent = yield* Effect.flip(upload(driver, new Float32Array(100)))
      assert.strictEqual(sent._tag, "OutOfMemoryError")
      driver.release(x)
      const [result] = yield* run(driver, chain(1, 100), y, y)
      assert.deepStrictEqual(yield* driver.download(result!, f32(100)), new Float32Array(100).fill(4))
    }))

  it.live("stops within some milliseconds of being interrupted, and leaks nothing", () =>
    Effect.gen(function*() {
      const driver = Reference.driver()
      const n = 1000
      const x = yield* upload(driver, new Float32Array(n * n).fill(1), "float32", [n, n])
      const live = driver.bytesLive()
      const fiber = yield* Effect.forkChild(run(driver, matmul(n), x, x))
      yield* Effect.sleep("30 millis")
      assert.isTrue(driver.bytesLive() > live)
      const start = performance.now()
      yield* Fiber.interrupt(fiber)
      // the whole takes seconds
      assert.isBelow(performance.now() - start, 500)
      assert.strictEqual(driver.bytesLive(), live)
      const exit = yield* Fiber.await(fiber)
      assert.isTrue(Exit.isFailure(exit) && Cause.hasInterrupts(exit.cause))
    }))

  it.live("lets other fibers run meanwhile, and gives each its own results", () =>
    Effect.gen(function*() {
      const driver = Reference.driver()
      const one = yield* upload(driver, Float32Array.of(1, 1))
      const results = yield* Effect.forEach([1, 2, 3, 4], (k) =>
        Effect.gen(function*() {
          const x = yield* upload(driver, Float32Array.of(k, -k))
          const [result] = yield* run(driver, chain(20_000, 2), x, one)
          return yield* driver.download(result!, f32(2))
        }), { concurrency: "unbounded" })
      assert.deepStrictEqual(results, [1, 2, 3, 4].map((k) => Float32Array.of(k, -k)))
    }))
})

describe("Reference.layerWith", () => {
  const built = (options: object) => Effect.scoped(Layer.build(Reference.layerWith(options)))

  it.effect("takes numbers and texts", () =>
    Effect.gen(function*() {
      assert.strictEqual(Reference.driver({ memoryLimit: "2 MiB" }).capabilities.memoryLimit, 2 ** 21)
      yield* built({ memoryLimit: 1000 })
    }))

  it.effect.each<[object, string]>([
    [
      { memoryLimit: -1 },
      `Reference: memoryLimit must be 0 bytes or more, as a number of bytes or a text such as "512 MiB", got -1`
    ],
    [{ memory: 1 }, `Reference: unknown option "memory"; its options are memoryLimit`]
  ])("fails with options that make no sense: %o", ([options, message]) =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(built(options))
      assert.instanceOf(error, ArgumentError)
      assert.strictEqual(error.message, message)
      assert.throws(() => Reference.driver(options), message)
    }))
})
