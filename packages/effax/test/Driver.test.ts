/**
 * Drivers around drivers: what is not changed is the inner driver's, also if that is an instance of a class.
 */
import * as Reference from "@effax/reference/Reference"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import type { Aval } from "../src/Aval.ts"
import * as Backend from "../src/Backend.ts"
import * as Checks from "../src/Checks.ts"
import * as Driver from "../src/Driver.ts"
import type { TypedArray } from "../src/DType.ts"
import * as NdArray from "../src/NdArray.ts"
import * as np from "../src/Numpy.ts"
import * as Profile from "../src/Profile.ts"
import type { Program } from "../src/Program.ts"
import { jit, ShapeDType } from "../src/Transform.ts"

class ClassExecutable implements Backend.Executable {
  readonly inner: Backend.Executable
  readonly program: Program
  constructor(inner: Backend.Executable) {
    this.inner = inner
    this.program = inner.program
  }
  texts() {
    return { stage: `${this.program.equations.length} equations` }
  }
  memory() {
    return this.inner.memory()
  }
}

/** The reference driver with methods that need their `this`. */
class ClassDriver implements Driver.Driver {
  private readonly inner = Reference.driver()
  readonly name = "class"
  get capabilities() {
    return this.inner.capabilities
  }
  profiled = 0
  upload(data: TypedArray, aval: Aval) {
    return this.inner.upload(data, aval)
  }
  download(buffer: Driver.DeviceBuffer, aval: Aval) {
    return this.inner.download(buffer, aval)
  }
  lower(program: Program) {
    return Effect.succeed({ texts: () => ({ driver: this.name, equations: `${program.equations.length}` }) })
  }
  compile(program: Program) {
    return Effect.map(this.inner.compile(program), (executable) => new ClassExecutable(executable))
  }
  execute(executable: Backend.Executable, inputs: ReadonlyArray<Driver.DeviceBuffer>, origin?: Driver.Origin) {
    return this.inner.execute((executable as ClassExecutable).inner, inputs, origin)
  }
  release(buffer: Driver.DeviceBuffer) {
    this.inner.release(buffer)
  }
  unload(executable: Backend.Executable) {
    this.inner.unload((executable as ClassExecutable).inner)
  }
  bytesLive() {
    return this.inner.bytesLive()
  }
  profile() {
    this.profiled++
    return () => {
      this.profiled--
    }
  }
}

const plain = Driver.layer(Effect.sync(() => new ClassDriver()))

const layers = {
  "by itself": plain,
  "with results checked": Layer.provide(Checks.layerNonFinite, plain),
  checked: Layer.provide(Checks.layerChecked, plain),
  "checked, without keys": Layer.provide(Checks.layerCheckedWith({ keys: false }), plain),
  profiled: Layer.provide(Profile.layer, plain),
  "several decorators": Profile.layer.pipe(
    Layer.provide(Checks.layerChecked),
    Layer.provide(Checks.layerNonFinite),
    Layer.provide(plain)
  )
}

describe.each(Object.entries(layers))("a driver that is an instance of a class, %s", (_, layer) => {
  const f = jit((x: NdArray.Any) => np.take(np.multiply(x, 2), np.array([1, 0], { dtype: "int32" })))

  it.effect("computes, uploads, reads and gives back", () =>
    Effect.gen(function*() {
      const backend = yield* Backend.Backend
      const x = yield* np.array([1, 2, 3])
      const y = yield* f(x)
      expect(yield* NdArray.toNested(y)).toEqual([4, 2])
      yield* NdArray.dispose([x, y])
      expect((yield* backend.statistics).bytesLive).toBe(8)
      expect(backend.capabilities.parallelism).toBe(1)
    }).pipe(Effect.provide(layer)))

  it.effect("compiles ahead of time, and says what that takes", () =>
    Effect.gen(function*() {
      const lowered = yield* f.lower(new ShapeDType([3], "float32"))
      const compiled = yield* lowered.compile()
      expect(compiled.memoryAnalysis.outputs).toBeGreaterThanOrEqual(8)
      expect(yield* NdArray.toNested(compiled(np.array([1, 2, 3])))).toEqual([4, 2])
    }).pipe(Effect.provide(layer)))

  it.effect("finds what went wrong", () =>
    Effect.gen(function*() {
      const exit = yield* Effect.exit(NdArray.toNested(np.log(np.array([1, -1]))))
      expect(Exit.isSuccess(exit) || String(exit.cause).includes("NonFiniteError")).toBe(true)
    }).pipe(Effect.provide(layer)))
})

describe("decorate", () => {
  const shortcut = (): Driver.Driver => {
    const driver = new ClassDriver()
    return Driver.decorate(driver, {
      executeNow: () => undefined,
      uploadNow: () => undefined
    })
  }

  it("keeps what is not changed, bound to its driver", () => {
    const driver = shortcut()
    expect(driver.name).toBe("class")
    expect(driver.bytesLive()).toBe(0)
    const { release, upload } = driver
    const exit = Effect.runSyncExit(upload(new Float32Array(2), { dtype: "float32", shape: [2], weak: false }))
    expect(Exit.isSuccess(exit) && exit.value.byteLength).toBe(8)
    if (Exit.isSuccess(exit)) release(exit.value)
    expect(driver.bytesLive()).toBe(0)
  })

  it("has no way past what is changed", () => {
    const { execute, upload } = Reference.driver()
    expect(Driver.decorate(shortcut(), {}).executeNow).toBeDefined()
    expect(Driver.decorate(shortcut(), { execute }).executeNow).toBeUndefined()
    expect(Driver.decorate(shortcut(), { execute }).uploadNow).toBeDefined()
    expect(Driver.decorate(shortcut(), { upload }).uploadNow).toBeUndefined()
    expect(Driver.decorate(shortcut(), { execute, executeNow: () => undefined }).executeNow).toBeDefined()
  })

  it.effect("the example: counts what is read", () => {
    const read: Array<number> = []
    const counting = Layer.effect(
      Backend.Backend,
      Effect.flatMap(Backend.Backend, ({ driver }) =>
        Driver.toBackend(Driver.decorate(driver, {
          download: (buffer, aval) => {
            read.push(buffer.byteLength)
            return driver.download(buffer, aval)
          }
        })))
    ).pipe(Layer.provide(plain))
    return Effect.gen(function*() {
      expect(yield* NdArray.toNested(np.add(np.ones([3]), 1))).toEqual([2, 2, 2])
      expect(read).toEqual([12])
    }).pipe(Effect.provide(counting))
  })
})
