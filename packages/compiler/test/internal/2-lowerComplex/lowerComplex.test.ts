/**
 * Complex values are gone after the stage that replaces them, inside of control flow too.
 */
import { Lax, type NdArray, Numpy as np } from "effax"
import * as DType from "effax/DType"
import * as Program from "effax/Program"
import * as Effect from "effect/Effect"
import { describe, expect, it } from "vitest"
import { inline } from "../../../src/internal/1-inline/inline.ts"
import { lowerComplex } from "../../../src/internal/2-lowerComplex/lowerComplex.ts"
import { regionsOf } from "../../../src/internal/controlFlow.ts"
import { type CaseParams, print, type Region, type Type, type WhileParams } from "../../../src/internal/region.ts"

type X = NdArray.Any

const regionOf = (f: (...xs: ReadonlyArray<X>) => X | ReadonlyArray<X>, ...args: ReadonlyArray<X>): Region =>
  inline(Effect.runSync(Program.trace(f, ...args)))

const z = (...shape: ReadonlyArray<number>): X => np.zeros(shape, { dtype: "complex64" })

/** All types that occur in a region and in those inside of it. */
const types = (region: Region): ReadonlyArray<Type> => [
  ...region.inputs,
  ...region.results,
  ...region.operations.flatMap((operation) => [
    ...operation.inputs,
    ...operation.outputs,
    ...regionsOf(operation).flatMap(types)
  ])
]

describe("lowerComplex", () => {
  it("leaves regions of real numbers as they are", () => {
    const region = regionOf((x) => np.sin(x!), np.zeros([3]))
    expect(lowerComplex(region)).toBe(region)
  })

  it("takes pairs apart and puts them together again", () => {
    expect(print(lowerComplex(regionOf((z) => np.multiply(z!, 2), z(3))))).toMatchInlineSnapshot(`
      "inputs %0:f32[3,2]
      %1:f32[3,1] = slice[startIndices=(0,0) limitIndices=(3,1) strides=null] %0
      %2:f32[3] = reshape[newSizes=(3)] %1
      %3:f32[3,1] = slice[startIndices=(0,1) limitIndices=(3,2) strides=null] %0
      %4:f32[3] = reshape[newSizes=(3)] %3
      %5:f32[3] = mul %2 2:f32
      %6:f32[3] = mul %4 0:f32
      %7:f32[3] = sub %5 %6
      %8:f32[3] = mul %2 0:f32
      %9:f32[3] = mul %4 2:f32
      %10:f32[3] = add %8 %9
      %11:f32[3,1] = reshape[newSizes=(3,1)] %7
      %12:f32[3,1] = reshape[newSizes=(3,1)] %10
      %13:f32[3,2] = concatenate[dimension=1] %11 %12
      results %13"
    `)
  })

  it("makes one real array of a real result", () => {
    const region = lowerComplex(regionOf((z) => np.imag(np.conj(z!)), z(2, 2)))
    expect(region.results[0]).toMatchObject({ dtype: "float32", shape: [2, 2] })
    expect(region.inputs[0]).toMatchObject({ dtype: "float32", shape: [2, 2, 2] })
  })

  it("gives scalars that stand for arrays the shape of the result", () => {
    const region = lowerComplex(regionOf((x) => Lax.complex(x!, 0), np.zeros([3])))
    expect(region.results[0]).toMatchObject({ dtype: "float32", shape: [3, 2] })
  })

  it("hands two real values for each complex one through loops", () => {
    const region = lowerComplex(regionOf(
      (start, xs, n) =>
        Lax.scan(
          ([carry, count]: readonly [X, X], x: X) =>
            [[np.add(np.multiply(carry, x), start!), np.add(count, 1n)] as const, np.conj(carry)] as never,
          [start!, n!] as const,
          xs!
        ) as never,
      z(2),
      z(5, 2),
      np.array(0, { dtype: "int32" })
    ))
    expect(types(region).filter(({ dtype }) => DType.isComplex(dtype))).toEqual([])
    const params = region.operations.find(({ name }) => name === "while")!.params as WhileParams
    // the constant and the carry are two values each, and the count is one
    expect(params).toMatchObject({ numConsts: 2, numCarry: 3 })
    expect(params.body.inputs).toHaveLength(2 + 3 + 2)
    expect(params.body.results).toHaveLength(3 + 2)
  })

  it("moves the number of a loop's condition", () => {
    const region = lowerComplex(regionOf(
      (w) => Lax.whileLoop((w: X) => np.less(np.abs(w), 9), (w: X): X => np.multiply(w, w), w!),
      z()
    ))
    const params = region.operations.find(({ name }) => name === "while")!.params as WhileParams
    expect(params).toMatchObject({ numCarry: 3, condition: 2 })
    expect(params.body.results[2]!.dtype).toBe("bool")
  })

  it("goes into all branches", () => {
    const region = lowerComplex(regionOf(
      (w) => Lax.cond(np.array(true), (w: X): X => np.exp(w), (w: X): X => np.conj(w), w!),
      z(2)
    ))
    expect(types(region).filter(({ dtype }) => DType.isComplex(dtype))).toEqual([])
    const params = region.operations.find(({ name }) => name === "case")!.params as CaseParams
    expect(params.branches.map((branch) => branch.results.length)).toEqual([2, 2])
  })

  it("says which operation it has no rule for", () => {
    expect(() => lowerComplex(regionOf((z) => Lax.bitcastConvertType(z!, "float64"), z(2)))).toThrow(
      expect.objectContaining({ _tag: "LoweringError", operation: "bitcast_convert_type", dtype: "complex64" })
    )
  })
})
