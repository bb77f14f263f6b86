/**
 * Arguments that statistics and products refuse, and what depends on the data.
 */
import { Reference } from "@effax/reference"
import { describe, expect, it } from "@effect/vitest"
import { Errors, Lax, NdArray, Numpy as np } from "effax"
import * as Effect from "effect/Effect"

type Loose = (...args: ReadonlyArray<unknown>) => unknown

const x = np.array([[1, 2, 3], [4, 5, 6]])
const v = np.array([1, 2, 3])
const z = Lax.complex(v, v)
const empty = np.zeros([0, 3])

const refuses = (cases: ReadonlyArray<readonly [f: unknown, args: ReadonlyArray<unknown>, message: string]>): void => {
  it.each(cases)("%#: %s", (f, args, message) => {
    const call = () => (f as Loose)(...args)
    expect(call).toThrow(message)
    expect(() => Errors.isConstructionError(attempt(call))).not.toThrow()
    expect(Errors.isConstructionError(attempt(call))).toBe(true)
  })
}

const attempt = (f: () => unknown): unknown => {
  try {
    return f()
  } catch (error) {
    return error
  }
}

describe("quantiles", () => {
  refuses([
    [
      np.quantile,
      [x, 0.5, { method: "cubic" }],
      "quantile: unknown method \"cubic\"; it is one of \"linear\", \"lower\""
    ],
    [np.quantile, [x, [[0.5]]], "quantile: q must be a number or have one axis, got shape [1, 1]"],
    [
      np.quantile,
      [z, 0.5],
      "quantile: complex numbers have no quantiles, got complex64; take `np.real` or `np.abs` first"
    ],
    [np.percentile, [x, z], "percentile: q must be real, got complex64"],
    [np.median, [empty, { axis: 0 }], "median: an axis of length 0 has no quantiles; the shape is [0, 3]"],
    [np.nanquantile, [x, 0.5, { weights: v }], "nanquantile: weights need the method \"inverted_cdf\", got \"linear\""],
    [
      np.quantile,
      [x, 0.5, { axis: 0, method: "inverted_cdf", weights: v }],
      "quantile: weights of shape [3] fit neither the array, [2, 3], nor its reduced axes, [2]"
    ]
  ])
})

describe("averages and covariances", () => {
  refuses([
    [np.average, [x, { weights: v }], "average: weights of shape [3] for an array of shape [2, 3] need `axis`"],
    [
      np.average,
      [x, { axis: 0, weights: v }],
      "average: weights of shape [3] fit neither the array, [2, 3], nor its reduced axes, [2]"
    ],
    [np.average, [x, { returned: 1 }], "average: returned must be true or false, got 1"],
    [
      np.cov,
      [np.ones([2, 2, 2])],
      "cov: expected an array of at most 2 axes, variables and observations, got shape [2, 2, 2]"
    ],
    [np.cov, [x, np.ones([2, 4])], "cov: both arrays must have as many observations, got 3 and 4"],
    [np.cov, [x, { fweights: [0.5, 1, 1] }], "cov: fweights must be integers, got float32"],
    [np.cov, [x, { aweights: [1, 1] }], "cov: aweights of shape [2]; there are 3 observations"],
    [np.cov, [x, { dtype: "int32" }], "cov: the dtype must be floating or complex, got int32"],
    [np.cov, [x, { ddof: 0.5 }], "cov: ddof must be a whole number, got 0.5"],
    [np.cov, [x, {}, {}], "cov: expected a second array and options, `np.cov(x, y, { rowvar: false })`"],
    [np.corrcoef, [x, { bias: true }], "corrcoef: unknown option \"bias\"; its options are rowvar, dtype"]
  ])
})

describe("histograms", () => {
  refuses([
    [np.bincount, [x, { length: 2 }], "bincount: expected integers, got float32"],
    [np.bincount, [[[1n]], { length: 2 }], "bincount: expected an array of one axis, got shape [1, 1]"],
    [np.bincount, [[1n, 2n], { length: -1 }], "bincount: length must be a whole number from 0 up, got -1"],
    [np.bincount, [[1n, 2n], { minlength: 0.5 }], "bincount: minlength must be a whole number from 0 up, got 0.5"],
    [np.bincount, [[1n, 2n], { length: 3, weights: [1] }], "bincount: weights of shape [1] for an array of shape [2]"],
    [np.digitize, [x, x], "digitize: bins must have one axis, got shape [2, 3]"],
    [np.histogram, [x, 5], "histogram: expected an object of options, got 5; write { bins: 5 }"],
    [np.histogram, [x, { bins: 0 }], "histogram: bins must be a whole number from 1 up, got 0"],
    [np.histogram, [x, { bins: x }], "histogram: edges of bins must be a list, got shape [2, 3]"],
    [np.histogram, [x, { range: [1] }], "histogram: range must be two numbers, `[low, high]`, got a list"],
    [np.histogram, [x, { weights: v }], "histogram: weights of shape [3] for an array of shape [2, 3]"],
    [np.histogram, [z], "histogram: complex numbers fall into no bins, got complex64"],
    [np.histogram, [empty], "histogram: an empty array has no range; give `range`, or the edges as `bins`"],
    [np.histogramdd, [v], "histogramdd: expected samples of shape [samples, dimensions], got [3]"],
    [np.histogramdd, [x, { weights: v }], "histogramdd: weights of shape [3] for 2 samples"],
    [
      np.histogramdd,
      [x, { bins: [2, 2] }],
      "histogramdd: bins must be a list of 3, one for each dimension, or a number"
    ],
    [np.histogramdd, [x, { range: [[0, 1]] }], "histogramdd: range must be a list of 3, one for each dimension, got"],
    [np.histogram2d, [v, [1]], "histogram2d: expected two lists of one length, got shapes [3] and [1]"]
  ])

  const run = <A, E>(effect: Effect.Effect<A, E, never>) => Effect.runPromise(effect)

  it("bincount without a length is as long as the largest integer needs", () =>
    run(
      Effect.gen(function*() {
        const counted = yield* np.bincount(np.array([3n, 0n, 3n]))
        expect(counted.shape).toEqual([4])
        expect(yield* NdArray.toNested(counted)).toEqual([1, 0, 0, 2])
        const longer = yield* np.bincount(np.array([0n]), { minlength: 3, weights: [0.5] })
        expect(yield* NdArray.toNested(longer)).toEqual([0.5, 0, 0])
        const negative = yield* np.bincount(np.array([-5n]))
        expect(yield* NdArray.toNested(negative)).toEqual([1])
        const none = yield* np.bincount(np.zeros([0], { dtype: "int32" }))
        expect(none.shape).toEqual([0])
      }).pipe(Effect.provide(Reference.layer))
    ))
})

describe("running reductions", () => {
  refuses([
    [np.cumulativeSum, [1], "cumulativeSum: expected an array of at least one axis, got a scalar"],
    [np.cumulativeProd, [x], "cumulativeProd: axis must be given for an array of 2 axes"]
  ])
})

describe("reductions that pass over NaN", () => {
  refuses([
    [
      np.nanmax,
      [empty, { axis: 0 }],
      "nanmax: an axis of length 0 has no nanmax without `initial`; the shape is [0, 3]"
    ],
    [np.nanmin, [v, { where: [true, false, true] }], "nanmin: `where` needs `initial` too"],
    [np.nanargmax, [x, { axis: [0, 1] }], "nanargmax: axis must be one axis, got [0, 1]"],
    [np.nanvar, [x, { correction: 1 }], "nanvar: unknown option \"correction\""]
  ])
})

describe("products", () => {
  refuses([
    [np.matvec, [v, v], "matvec: a matrix needs 2 axes at least, got shape [3]"],
    [np.matvec, [x, 1], "matvec: a vector needs an axis at least, got shape []"],
    [np.matvec, [x, [1, 2]], "matvec: shapes [2, 3] and [2] don't fit: 3 against 2 elements to multiply"],
    [np.vecmat, [v, x], "vecmat: shapes [3] and [2, 3] don't fit: 3 against 2 elements to multiply"],
    [np.vecdot, [v, [1]], "vecdot: shapes [3] and [1] don't fit: 3 against 1 elements to multiply"],
    [np.vecdot, [v, v, { preferredElementType: "f32" }], "vecdot: unknown dtype \"f32\""],
    [np.cross, [[1, 2, 3, 4], v], "cross: vectors must have 2 or 3 elements, got 4 and 3"]
  ])
})

it("arrays whose shapes do not broadcast are not equivalent", () =>
  Effect.runPromise(
    Effect.provide(NdArray.toNested(np.arrayEquiv(v, [1, 2])), Reference.layer)
  ).then((equal) => expect(equal).toBe(false)))

describe("einsumPath", () => {
  const sizes = (...shapes: ReadonlyArray<ReadonlyArray<number>>) => shapes.map((shape) => np.ones(shape))

  it("is JAX's path where the greedy one is the best", () => {
    // jnp.einsum_path("ij,jk,kl", ...) of these shapes
    const [path, text] = np.einsumPath("ij,jk,kl", ...sizes([8, 2], [2, 5], [5, 6]))
    expect(path).toEqual([[1, 2], [0, 1]])
    expect(text).toBe("jk,kl->jl: 60 products, 12 elements\nij,jl->il: 96 products, 48 elements")
  })

  it("knows batches, and one operand", () => {
    expect(np.einsumPath("...i,ij->...j", ...sizes([5, 4, 2], [2, 3]))).toEqual([
      [[0, 1]],
      "...i,ij->...j: 120 products, 60 elements"
    ])
    expect(np.einsumPath("ij->j", ...sizes([2, 3]))).toEqual([[[0]], "ij->j"])
  })

  refuses([
    [np.einsumPath, ["ij,jk", x], "einsumPath: there are 2 operands, but 1 arrays were given in \"ij,jk\""],
    [np.einsumPath, ["ij,jk", x, x], "einsumPath: label j has length 3 and 2 in \"ij,jk\" for shapes [2, 3], [2, 3]"],
    [np.einsumPath, ["ij", x, { optimize: "greedy" }], "einsumPath: unknown option \"optimize\""]
  ])
})
