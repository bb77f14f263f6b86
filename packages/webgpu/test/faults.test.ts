/**
 * What goes wrong, and who is told: lost devices, shaders that don't compile, work that the device refuses, dtypes it has not.
 */
import { WebGpu } from "@effax/webgpu"
import { describe, expect, it } from "@effect/vitest"
import * as Backend from "effax/Backend"
import * as Driver from "effax/Driver"
import * as lax from "effax/Lax"
import * as NdArray from "effax/NdArray"
import * as np from "effax/Numpy"
import * as Program from "effax/Program"
import { jit } from "effax/Transform"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import { type NoAdapter, open, type Opened } from "../src/internal/runtime/adapter.ts"
import { checkBindings } from "../src/internal/runtime/checks.ts"
import * as driver from "../src/internal/runtime/driver.ts"
import type { Block } from "../src/internal/runtime/memory.ts"
import { Pipelines } from "../src/internal/runtime/pipelines.ts"
import type { Generated } from "../src/internal/wgsl/module.ts"
import { load } from "./swiftshader.ts"

load()

type Array_ = NdArray.Any

/** A backend, and the devices that it opened, last one last. */
const watched = (recover: boolean): {
  readonly devices: Array<Opened>
  readonly layer: Layer.Layer<Backend.Backend, NoAdapter>
} => {
  const devices: Array<Opened> = []
  const opening = async (): Promise<Opened> => {
    const opened = await open({})
    devices.push(opened)
    return opened
  }
  return {
    devices,
    layer: Driver.layer(driver.make({ open: opening, memoryLimit: 2 ** 30, recover }))
  }
}

/** Takes the device away, as a driver that is restarted does. */
const lose = ({ device }: Opened) =>
  Effect.promise(async () => {
    device.destroy()
    await device.lost
  })

const failure = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.map(Effect.flip(effect), (error) => {
    const { _tag, message } = error as unknown as { readonly _tag: string; readonly message: string }
    return { _tag, message }
  })

const host = (...values: ReadonlyArray<number>) => NdArray.fromTypedArray(Float32Array.from(values))

const addOne = jit((x: Array_) => np.add(x, 1))

describe("a device that is lost", () => {
  it.live("fails everything from then on, if no other one is wanted", () => {
    const { devices, layer } = watched(false)
    return Effect.gen(function*() {
      const x = yield* np.add(host(1, 2), 1)
      yield* lose(devices[0]!)
      for (const attempt of [NdArray.toTypedArray(x), addOne(x), np.add(host(3), 1)]) {
        const { _tag, message } = yield* failure(attempt as Effect.Effect<unknown, unknown, Backend.Backend>)
        expect(_tag).toBe("DeviceLostError")
        expect(message).toContain("the GPU was lost")
      }
      expect(devices.length).toBe(1)
    }).pipe(Effect.provide(layer))
  })

  it.live("is replaced at the next use: what the host has is uploaded again, what was computed is gone", () => {
    const { devices, layer } = watched(true)
    return Effect.gen(function*() {
      const data = host(1, 2)
      yield* Effect.asVoid(data)
      const computed = yield* np.multiply(data, 3)
      expect(yield* NdArray.toNested(addOne(data))).toEqual([2, 3])
      yield* lose(devices[0]!)
      expect(yield* NdArray.toNested(addOne(data))).toEqual([2, 3])
      expect(devices.length).toBe(2)
      const { _tag, message } = yield* failure(NdArray.toTypedArray(computed))
      expect(_tag).toBe("DeviceLostError")
      expect(message).toContain("compute it again")
      expect((yield* failure(addOne(computed) as Effect.Effect<unknown, unknown, Backend.Backend>))._tag).toBe(
        "DeviceLostError"
      )
      yield* NdArray.dispose(computed)
      const { statistics } = yield* Backend.Backend
      // the input, and the results that nothing refers to
      expect((yield* statistics).bytesLive).toBeLessThanOrEqual(4 * 256)
    }).pipe(Effect.provide(layer))
  })

  it.live("is replaced once for all who want it", () => {
    const { devices, layer } = watched(true)
    return Effect.gen(function*() {
      const data = host(5)
      yield* Effect.asVoid(data)
      yield* lose(devices[0]!)
      const results = yield* Effect.forEach(
        [1, 2, 3, 4],
        (k) => NdArray.toNested(np.add(data, k)),
        { concurrency: "unbounded" }
      )
      expect(results).toEqual([[6], [7], [8], [9]])
      expect(devices.length).toBe(2)
    }).pipe(Effect.provide(layer))
  })

  it.live("fails what is running on it", () => {
    const { devices, layer } = watched(true)
    return Effect.gen(function*() {
      const x = yield* np.ones([8])
      const long = jit((x: Array_) =>
        lax.whileLoop(
          (y: Array_) => np.greater(np.max(y), -1),
          (y: Array_) => np.add(np.multiply(y, 0.5), 1) as Array_,
          x
        )
      )
      const started = yield* Deferred.make<void>()
      const fiber = yield* Effect.forkChild(
        Effect.flatMap(Deferred.succeed(started, undefined), () => failure(NdArray.toTypedArray(long(x as Array_))))
      )
      yield* Deferred.await(started)
      yield* Effect.sleep("300 millis")
      yield* lose(devices[0]!)
      expect((yield* Fiber.join(fiber))._tag).toBe("DeviceLostError")
      expect(yield* NdArray.toNested(np.add(host(1), 1))).toEqual([2])
    }).pipe(Effect.provide(layer))
  }, 60_000)
})

describe("what the device refuses", () => {
  it.live("a shader that is wrong: its line and its kernel are named", () =>
    Effect.gen(function*() {
      const { device } = yield* Effect.promise(() => open({}))
      const pipelines = new Pipelines(device)
      const message = yield* Effect.promise(() =>
        pipelines.get({
          label: "add_sin",
          code: "@compute @workgroup_size(1)\nfn main() {\n  let x: i32 = 1.5;\n}",
          bindings: [],
          steps: [],
          workgroups: 1,
          bytes: 0,
          flops: 0
        }).then(() => "", String)
      )
      expect(message).toContain("add_sin: line 3 of its WGSL, `let x: i32 = 1.5;`")
      device.destroy()
    }))

  it.live("work on memory that is gone: whoever reads the result is told", () =>
    Effect.gen(function*() {
      const backend = yield* Backend.Backend
      const program = yield* Program.trace((x: Array_) => np.add(x, 1), np.ones([4]) as Array_)
      const aval = { dtype: "float32", shape: [4], weak: false } as const
      const executable = yield* backend.compile(program)
      const run = (spoil: boolean) =>
        Effect.gen(function*() {
          const { driver } = backend
          const input = yield* driver.upload(Float32Array.of(1, 2, 3, 4), aval)
          if (spoil) (input as unknown as { readonly block: Block }).block.buffer.destroy()
          const [output] = yield* driver.execute(executable, [input])
          // what is computed of it is as wrong
          const [second] = yield* driver.execute(executable, [output!])
          return yield* driver.download(second!, aval)
        })
      const { _tag, message } = yield* failure(run(true))
      expect(_tag).toBe("KernelError")
      expect(message).toContain("the GPU refused work")
      expect(yield* run(false)).toEqual(Float32Array.of(3, 4, 5, 6))
    }).pipe(Effect.provide(WebGpu.layer)))

  it("more arrays at once than it binds", () => {
    const dispatch = {
      label: "add_mul",
      bindings: Array.from({ length: 9 }, (_, index) => ({ slot: { _tag: "Input", index } as const, writable: false }))
    }
    const check = (limit: number) =>
      checkBindings(
        { dispatches: [dispatch] } as unknown as Generated,
        { maxStorageBuffersPerShaderStage: limit } as GPUSupportedLimits
      )
    check(9)
    expect(() => check(8)).toThrow("webgpu: add_mul: it reads and writes 9 arrays, and this GPU binds 8 at once")
  })

  it.live("dtypes of 64 bits, by the name of the operation", () =>
    Effect.gen(function*() {
      const upload = yield* failure(NdArray.toTypedArray(np.add(np.array([1n], { dtype: "int64" }), 1)))
      expect(upload._tag).toBe("UnsupportedDTypeError")
      const inside = jit((x: Array_) => np.astype(np.sum(np.astype(x, "float64")), "float32"))
      const computing = yield* failure(
        inside(np.ones([3]) as Array_) as Effect.Effect<unknown, unknown, Backend.Backend>
      )
      expect(computing._tag).toBe("UnsupportedDTypeError")
      expect(computing.message).toContain("convert_element_type: float64 is not supported on webgpu")
    }).pipe(Effect.provide(WebGpu.layer)))

  it.live("arrays that are larger than what it binds", () =>
    Effect.gen(function*() {
      const { _tag, message } = yield* failure(np.ones([2 ** 15, 2 ** 15]))
      expect(_tag).toBe("OutOfMemoryError")
      expect(message).toContain("in one piece")
      expect(yield* NdArray.toNested(np.add(host(1), 1))).toEqual([2])
    }).pipe(Effect.provide(WebGpu.layerWith({ memoryLimit: "64 GiB" }))))
})
