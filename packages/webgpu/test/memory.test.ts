/**
 * Memory of the device: pools, limits, a device that has no more, arenas that are larger than what can be bound.
 */
import { WebGpu } from "@effax/webgpu"
import { describe, expect, it } from "@effect/vitest"
import * as Backend from "effax/Backend"
import * as Driver from "effax/Driver"
import * as lax from "effax/Lax"
import * as NdArray from "effax/NdArray"
import * as np from "effax/Numpy"
import { jit, pureCallback, ShapeDType } from "effax/Transform"
import * as Effect from "effect/Effect"
import { open } from "../src/internal/runtime/adapter.ts"
import * as driver from "../src/internal/runtime/driver.ts"
import { type Block, DeviceMemory } from "../src/internal/runtime/memory.ts"
import { load } from "./swiftshader.ts"

load()

type Array_ = NdArray.Any
type Float = NdArray.NdArray<"float32">

const mebibyte = 1 << 20

/** A device that makes buffers until it has made as many bytes, and then none. */
const stubDevice = (bytes: number) => {
  let made = 0
  let failed = false
  let destroyed = 0
  const device = {
    limits: { maxStorageBufferBindingSize: 2 ** 30, maxBufferSize: 2 ** 30 },
    pushErrorScope: () => {},
    popErrorScope: () => Promise.resolve(failed ? { message: "no more" } : null),
    createBuffer: ({ size }: { readonly size: number }) => {
      failed = made + size > bytes
      if (!failed) made += size
      const own = failed ? 0 : size
      return {
        destroy: () => {
          made -= own
          destroyed++
        }
      }
    }
  }
  return { device: device as unknown as GPUDevice, count: () => ({ made, destroyed }) }
}

const allocate = (memory: DeviceMemory, ...sizes: ReadonlyArray<number>) =>
  memory.allocate(sizes, "a test") as Effect.Effect<ReadonlyArray<Block>, { readonly message: string }>

describe("blocks", () => {
  it.live("are kept for the next one of the size", () =>
    Effect.gen(function*() {
      const { count, device } = stubDevice(2 ** 30)
      const memory = new DeviceMemory(device, 100 * mebibyte)
      const [first] = yield* allocate(memory, 1000)
      memory.release(first!)
      expect(memory.live).toBe(0)
      const [second] = yield* allocate(memory, 900)
      expect(second).toBe(first)
      expect(memory.live).toBe(count().made)
    }))

  it.live("stay as they are for whoever uses them, though they were released", () =>
    Effect.gen(function*() {
      const memory = new DeviceMemory(stubDevice(2 ** 30).device, 100 * mebibyte)
      const [first] = yield* allocate(memory, 1000)
      memory.retain(first!)
      memory.release(first!)
      const [second] = yield* allocate(memory, 1000)
      expect(second).not.toBe(first)
      memory.unretain(first!)
      const [third] = yield* allocate(memory, 1000)
      expect(third).toBe(first)
    }))

  it.live("are given back to the device before the limit is passed", () =>
    Effect.gen(function*() {
      const { count, device } = stubDevice(2 ** 30)
      const memory = new DeviceMemory(device, 10 * mebibyte)
      const [first] = yield* allocate(memory, 6 * mebibyte)
      memory.release(first!)
      yield* allocate(memory, 7 * mebibyte)
      expect(count()).toEqual({ made: 7 * mebibyte, destroyed: 1 })
    }))

  it.live("are taken all or none", () =>
    Effect.gen(function*() {
      const memory = new DeviceMemory(stubDevice(2 ** 30).device, 10 * mebibyte)
      const error = yield* Effect.flip(allocate(memory, 4 * mebibyte, 4 * mebibyte, 4 * mebibyte))
      expect(error).toMatchObject({ _tag: "OutOfMemoryError", requested: 12 * mebibyte, live: 0, limit: 10 * mebibyte })
      expect(memory.live).toBe(0)
    }))

  it.live("that the device has not are an error; what it had is free again, and it goes on", () =>
    Effect.gen(function*() {
      const { count, device } = stubDevice(50 * mebibyte)
      const memory = new DeviceMemory(device, 1000 * mebibyte)
      const error = yield* Effect.flip(allocate(memory, 32 * mebibyte, 32 * mebibyte))
      expect(error).toMatchObject({ _tag: "OutOfMemoryError", live: 0 })
      expect(error.message).toContain("the GPU has no more")
      expect(memory.live).toBe(0)
      yield* allocate(memory, 40 * mebibyte)
      expect(count().made).toBe(40 * mebibyte)
    }))

  it.live("are found again among the free ones of other sizes when the device has no more", () =>
    Effect.gen(function*() {
      const { device } = stubDevice(50 * mebibyte)
      const memory = new DeviceMemory(device, 1000 * mebibyte)
      const [first] = yield* allocate(memory, 32 * mebibyte)
      memory.release(first!)
      // the first attempt is refused, then what is free is given back
      yield* allocate(memory, 40 * mebibyte)
      expect(memory.live).toBe(40 * mebibyte)
    }))
})

describe("a backend", () => {
  it.live("takes no more memory in a long loop", () =>
    Effect.gen(function*() {
      const { statistics } = yield* Backend.Backend
      const step = jit((x: Array_) => np.add(np.multiply(x, 0.5), 1))
      let x = (yield* np.zeros([1 << 16])) as Array_
      for (let i = 0; i < 300; i++) {
        const next = (yield* step(x)) as Array_
        yield* NdArray.dispose(x)
        x = next
      }
      expect((yield* NdArray.toTypedArray(x))[5]).toBeCloseTo(2)
      expect((yield* statistics).bytesLive).toBe((1 << 16) * 4)
    }).pipe(Effect.provide(WebGpu.layerWith({ memoryLimit: 4 * mebibyte }))))

  it.live("lets go of what nobody holds before it says that there is no more", () =>
    Effect.gen(function*() {
      const step = jit((x: Array_) => np.add(x, 1))
      let x = (yield* np.zeros([1 << 18])) as Array_
      for (let i = 0; i < 40; i++) x = (yield* step(x)) as Array_
      expect((yield* NdArray.toTypedArray(x))[7]).toBe(40)
    }).pipe(Effect.provide(WebGpu.layerWith({ memoryLimit: 8 * mebibyte }))))

  it.live.each<[string, number, number]>([
    ["2^38 + 2^22", 65_537, 2 ** 20],
    ["2^32 + 2^17", 2 ** 15 + 1, 2 ** 15]
  ])(
    "has no memory for a result of %s bytes, and no other array changes",
    ([, rows, columns]) =>
      Effect.gen(function*() {
        const guard = yield* np.add(np.zeros([1000]), 7)
        yield* NdArray.dispose(yield* np.add(np.zeros([2 ** 21]), 1))
        const error = yield* Effect.flip(np.add(np.zeros([rows, 1]), np.zeros([columns])) as Array_)
        expect(error._tag).toBe("OutOfMemoryError")
        expect((yield* NdArray.toTypedArray(guard)).every((x) => x === 7)).toBe(true)
      }).pipe(Effect.provide(WebGpu.layer))
  )

  it.live("keeps inputs for a computation that is not through, though they were disposed of", () =>
    Effect.gen(function*() {
      const context = yield* Effect.context<Backend.Backend>()
      const x = (yield* np.multiply(np.ones([64]), 3)) as Array_
      const others: Array<unknown> = []
      const meanwhile = pureCallback(
        () =>
          Effect.gen(function*() {
            yield* NdArray.dispose(x)
            // these would be where it was
            for (let i = 0; i < 4; i++) others.push(yield* np.multiply(np.ones([64]), -i))
            return 1
          }).pipe(Effect.provideContext(context)),
        new ShapeDType([], "float32")
      ) as () => Array_
      const f = jit((x: Array_) => np.sum(np.multiply(x, meanwhile())))
      expect(yield* NdArray.toNumber(f(x))).toBe(192)
      expect(others.length).toBe(4)
    }).pipe(Effect.provide(WebGpu.layer)))
})

describe("an arena that is larger than what can be bound", () => {
  const layer = Driver.layer(
    driver.make({ open: () => open({}), memoryLimit: 2 ** 30, recover: false, largest: 20_000 })
  )

  it.live("is cut into parts", () =>
    Effect.gen(function*() {
      const x = yield* np.reshape(np.arange(60 * 60, { dtype: "float32" }), [60, 60])
      const f = jit((x: Array_) => {
        // sums along both axes keep the parts apart
        const parts = Array.from({ length: 6 }, (_, i) => np.multiply(x, i + 1))
        const sums = parts.map((part) => np.cumsum(part as Float, { axis: 1 }) as Float)
        return sums.reduce((a, b) => np.add(np.cumsum(a, { axis: 0 }), b) as Float)
      })
      const found = yield* NdArray.toTypedArray(f(x as Array_))
      const expected = yield* Effect.provide(
        Effect.suspend(() =>
          NdArray.toTypedArray(f(np.reshape(np.arange(60 * 60, { dtype: "float32" }), [60, 60]) as Array_))
        ),
        WebGpu.layer
      )
      expect(found).toEqual(expected)
      const loop = jit((x: Array_) =>
        lax.foriLoop(0, 5, (_: Array_, y: Array_) => np.cumsum(y as Float, { axis: 0 }) as Array_, x)
      )
      const looped = yield* NdArray.toTypedArray(loop(np.ones([30, 60]) as Array_))
      // binomial coefficients: C(2 + 5, 5) in the third row
      expect(looped[2 * 60]).toBe(21)
    }).pipe(Effect.provide(layer)))
})
