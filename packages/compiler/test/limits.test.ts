/**
 * Sizes near 2^31 and 2^32, by the arithmetic of Plans whose arrays are never allocated.
 */
import * as Compiler from "@effax/compiler/Compiler"
import type { Affine, Kernel, Plan } from "@effax/compiler/Plan"
import * as PlanVerifier from "@effax/compiler/PlanVerifier"
import * as Lax from "effax/Lax"
import type * as NdArray from "effax/NdArray"
import * as np from "effax/Numpy"
import { describe, expect, it } from "vitest"
import { plan, trace } from "./support.ts"

type F = (...args: Array<NdArray.Any>) => unknown

/** An array that is only described: broadcasts are not stored, and nothing here is run. */
const arrayOf = (shape: ReadonlyArray<number>, dtype: "int8" | "int32" | "float32" = "int8"): NdArray.Any =>
  np.broadcastTo(np.array(1, { dtype }), shape)

const spacesOf = (kernel: Kernel): ReadonlyArray<number> =>
  kernel.kind === "loop" || kernel.kind === "scatter"
    ? kernel.space
    : kernel.kind === "reduce"
    ? [...kernel.kept, ...kernel.reduced]
    : []

/** The farthest element that an access reaches, with integers of any size. */
const farthest = ({ offset, strides }: Affine, space: ReadonlyArray<number>): bigint =>
  space.reduce((sum, n, d) => sum + BigInt(Math.max(0, strides[d]!)) * BigInt(n - 1), BigInt(offset))

const lastOf = ({ buffers, kernels }: Plan): bigint => {
  const kernel = kernels.at(-1)!
  if (kernel.kind !== "loop") throw new Error(`expected a loop, got ${kernel.kind}`)
  const [store] = kernel.stores
  expect(buffers[store!.buffer]!.elements).toBe(2_200_006_600)
  return farthest(store!.index, kernel.space)
}

describe("arrays of more than 2^31 elements", () => {
  const shape = [2200, 1_000_003]

  it("have axes of less than 2^31 in kernels, which reach the last element and no further", () => {
    const whole = plan((x) => np.add(x!, 1), [arrayOf(shape)])
    expect(spacesOf(whole.kernels[0]!)).toEqual(shape)
    expect(lastOf(whole)).toBe(2_200_006_599n)
    expect(lastOf(plan((x) => np.flip(np.add(x!, 1)), [arrayOf(shape)]))).toBe(2_200_006_599n)
  })

  it("are one axis where they have exactly 2^31 - 1 elements, and two from 2^31 on", () => {
    const spaceOf = (rows: number, columns: number) =>
      spacesOf(plan((x) => np.add(x!, 1), [arrayOf([rows, columns])]).kernels[0]!)
    // 2^31 - 1 is a prime number
    expect(spaceOf(1, 2 ** 31 - 1)).toEqual([2 ** 31 - 1])
    expect(spaceOf(2, 2 ** 30 - 1)).toEqual([2 ** 31 - 2])
    expect(spaceOf(2, 2 ** 30)).toEqual([2, 2 ** 30])
  })

  it("are read and written at computed positions, which have 32 bits", () => {
    const rows = np.array([2199, 0], { dtype: "int32" })
    plan((x, i) => np.take(x!, i!, { axis: 0 }), [arrayOf(shape), rows])
    plan((x, i) => np.at(x!, i!).set(arrayOf([2, 1_000_003])), [arrayOf(shape), rows])
    plan((x, i) => Lax.dynamicSlice(x!, [i!, i!], [1, 5]), [arrayOf(shape), np.array(3, { dtype: "int32" })])
  })

  it("may have more elements than memory where they are not stored", () => {
    const product: F = (x, y) => np.sum(np.multiply(np.reshape(x!, [-1, 1]), np.reshape(y!, [1, -1])))
    const { kernels } = plan(product, [arrayOf([65537], "int32"), arrayOf([65537], "int32")])
    const points = (kernel: Kernel) => spacesOf(kernel).map(BigInt).reduce((a, b) => a * b, 1n)
    expect(kernels.map(points).filter((n) => n > 65537n).reduce((a, b) => a + b, 0n)).toBeGreaterThanOrEqual(
      65537n * 65537n
    )
    for (const kernel of kernels) for (const n of spacesOf(kernel)) expect(n).toBeLessThan(2 ** 31)
  })
})

describe("refusals", () => {
  const refusal = (f: F, args: ReadonlyArray<NdArray.Any>, options?: Compiler.Options): string => {
    try {
      Compiler.compile(trace(f, ...args), options)
    } catch (error) {
      if (!(error instanceof Compiler.LoweringError)) throw error
      return error.message
    }
    return "compiled"
  }
  const outer = (x: NdArray.Any): NdArray.Any => np.multiply(np.reshape(x, [-1, 1]), np.reshape(x, [1, -1]))

  it.each<readonly [name: string, f: F, args: ReadonlyArray<NdArray.Any>]>([
    ["an input", (x) => np.add(x!, 1), [arrayOf([2 ** 31])]],
    ["a sum", (x) => np.sum(np.ravel(outer(x!))), [arrayOf([65537])]],
    ["a position that argmax gives", (x) => np.argmax(np.add(x!, 1)), [arrayOf([2 ** 31 + 4])]],
    ["elements of all axes as one", (x, i) => np.take(outer(x!), i!), [
      arrayOf([65537]),
      np.array([5], { dtype: "int32" })
    ]]
  ])("an axis of 2^31 elements and more: %s", (_, f, args) => {
    expect(refusal(f, args)).toMatch(/has an axis of \d+ elements; an axis may have 2147483647 \(2\^31 - 1\)$/)
  })

  it("coordinates that would be divided out of a position beyond 2^31", () => {
    const across: F = (x, y) => np.sum(np.reshape(np.multiply(x!, y!), [5 * 46337, 3 * 46339]), { axis: 0 })
    const args = [arrayOf([3 * 46337, 1], "float32"), arrayOf([1, 5 * 46339], "float32")]
    expect(refusal(across, args)).toMatch(
      /index arithmetic reaches \d+; positions .* may reach 2147483647 \(2\^31 - 1\)/
    )
  })

  const conv = (options: {
    readonly stride?: number
    readonly padding?: readonly [number, number]
    readonly lhsDilation?: number
    readonly rhsDilation?: number
  }): F =>
  (x, w) =>
    Lax.convGeneralDilated(x!, w!, [options.stride ?? 1], [options.padding ?? [0, 0]], {
      lhsDilation: [options.lhsDilation ?? 1],
      rhsDilation: [options.rhsDilation ?? 1]
    })
  const operands = [arrayOf([1, 1, 8], "float32"), arrayOf([1, 1, 2], "float32")]

  it.each<readonly [string, F, RegExp]>([
    ["padding", conv({ padding: [2 ** 31, 0], stride: 2 ** 30 }), /the padding of spatial axis 0 is 2147483648/],
    ["strides", conv({ padding: [2 ** 32, 0], stride: 2 ** 32 }), /the stride of spatial axis 0 is 4294967296/],
    [
      "input dilation",
      conv({ lhsDilation: 2 ** 31, stride: 2 ** 30 }),
      /the dilation of the input of spatial axis 0 is/
    ],
    [
      "dilated input",
      conv({ lhsDilation: 2 ** 30, stride: 2 ** 30 }),
      /the dilated input of spatial axis 0 is 7516192769/
    ],
    [
      "window dilation",
      conv({ rhsDilation: 2 ** 31, padding: [0, 2 ** 31] }),
      /the dilation of the window of spatial axis/
    ]
  ])("windows whose %s does not fit an int32", (_, f, message) => {
    expect(refusal(f, operands)).toMatch(message)
  })

  it("no step that is never taken", () => {
    // One window: how far the next one would be doesn't matter
    const strides = (kernel: Kernel | undefined) => kernel?.kind === "convolve" ? kernel.strides : undefined
    expect(strides(plan(conv({ stride: 2 ** 40 }), operands).kernels[0])).toEqual([1])
  })

  it("what a device can't count", () => {
    const sum: F = (x) => np.sum(outer(x!))
    expect(refusal(sum, [arrayOf([65537])], { maxPoints: 2 ** 31 })).toMatch(
      /it computes 4\d{9} values; on this device it may be 2147483648 at once/
    )
    expect(refusal((x) => np.add(x!, 1), [arrayOf([65537, 65537])], { maxElements: 2 ** 31 })).toMatch(
      /an array has 4295098369 elements; on this device it may have 2147483648/
    )
    expect(refusal((x) => np.add(x!, 1), [arrayOf([65537, 65537])])).toMatch(/it may have 4294967296/)
  })
})

describe("PlanVerifier", () => {
  it("lets positions beyond 2^31 be, and finds those beyond the buffer", () => {
    const { buffers, ...rest } = plan((x, i) => np.take(x!, i!, { axis: 0 }), [
      arrayOf([2200, 1_000_003]),
      np.array([1], { dtype: "int32" })
    ])
    const shorter = buffers.map((b) => b.elements === 2_200_006_600 ? { ...b, elements: b.elements - 1 } : b)
    expect(PlanVerifier.problems({ ...rest, buffers: shorter })).toEqual([
      expect.stringContaining("may reach 0..2200006599 of 2200006599 elements")
    ])
  })
})
