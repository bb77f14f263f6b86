/**
 * Errors of wrong options: they name the option that was meant, and how it is written.
 */
import { describe, expect, it } from "@effect/vitest"
import { Errors, Lax, Nn, Numpy as np } from "effax"

const x = np.array([[1, 2], [3, 4]])

type Loose = (...args: ReadonlyArray<unknown>) => unknown

/** The message of a call that TypeScript would not let through. */
const messageOf = (f: unknown, ...args: ReadonlyArray<unknown>): string => {
  try {
    ;(f as Loose)(...args)
  } catch (error) {
    if (!Errors.isConstructionError(error)) throw error
    return error.message
  }
  return "no error"
}

describe("options", () => {
  it.each([
    ["a position", np.sum, [x, 0], "write { axis: 0 }"],
    ["several positions", np.max, [x, [0, 1]], "write { axis: [0, 1] }"],
    ["a dtype", np.zeros, [[3], "float64"], "write { dtype: \"float64\" }"],
    ["a dtype where it is not the first option", np.sum, [x, "float32"], "write { dtype: \"float32\" }"],
    ["a mode", np.pad, [x, 1, "reflect"], "write { mode: \"reflect\" }"],
    ["a flag", np.linspace, [0, 1, 5, false], "write { endpoint: false }"],
    ["decimals", np.round, [x, 2], "write { decimals: 2 }"],
    ["a dtype of a range", np.arange, [5, "float32"], "options such as { dtype: \"float32\" }"]
  ])("%s without a name", (_, f, args, expected) => {
    expect(messageOf(f, ...args as ReadonlyArray<unknown>)).toContain(expected)
  })

  it.each([
    [np.sum, [x, { axes: 0 }], "did you mean \"axis\"?"],
    [np.sum, [x, { dtype: "f64" }], "did you mean \"float64\"?"],
    [np.std, [x, { corection: 1 }], "did you mean \"correction\"?"],
    [np.pad, [x, 1, { mode: "linear_ramp" }], "did you mean \"linearRamp\"?"],
    [np.searchsorted, [np.array([1]), np.array([1]), { side: "rigt" }], "did you mean \"right\"?"],
    [np.reshape, [x, [4], { order: "A" }], "unknown order \"A\""],
    [np.matmul, [x, x, { preferredElementType: "f32" }], "did you mean \"float32\"?"],
    [Nn.conv, [np.ones([1, 1, 2]), np.ones([1, 1, 2]), { layout: "channelLast" }], "did you mean \"channelsLast\"?"]
  ])("a name that is nearly right (%#)", (f, args, expected) => {
    expect(messageOf(f, ...args as ReadonlyArray<unknown>)).toContain(expected)
  })

  it.each([
    [np.sum, [undefined], "got undefined"],
    [np.sum, [{ axis: 0 }, x], "got an array"],
    [np.astype, [x], "unknown dtype an array"],
    [np.expandDims, [x], "is not an integer"],
    [np.clip, [x, { min: 0 }, 1], "both bounds in one way"],
    [np.arange, [{ dtype: "int32" }, 3], "options before a number"]
  ])("a wrong value in the place of an array is not a call without data (%#)", (f, args, expected) => {
    expect(messageOf(f, ...args as ReadonlyArray<unknown>)).toContain(expected)
  })

  it.each([
    [np.max, [x, { where: np.greater(x, 2) }], "`where` needs `initial`"],
    [np.sum, [x, { where: x }], "`where` must be an array of booleans, got float32"],
    [np.sum, [x, { where: np.ones([3], { dtype: "bool" }) }], "can't be broadcast to [2, 2]"],
    [np.sum, [x, { initial: np.ones([2]) }], "initial must be a scalar, got shape [2]"],
    [np.std, [x, { ddof: 1, correction: 1 }], "two names of one option"],
    [np.var, [x, { dtype: "int32" }], "has a floating dtype"],
    [np.argmax, [x, { axis: [0, 1] }], "axis must be one axis, got [0, 1]"],
    [np.argmin, [x, { axis: [0] }], "axis must be one axis, got [0]"],
    [np.diff, [x, { n: -1 }], "n must be 0 or more, got -1"],
    [np.diff, [x, { n: 1.5 }], "n must be a whole number, got 1.5"],
    [np.eye, [2, { k: 0.5 }], "k must be a whole number, got 0.5"],
    [np.tril, [x, 0.5], "k must be a whole number, got 0.5"],
    [np.triu, [x, NaN], "k must be a whole number, got NaN"],
    [np.diagonal, [x, 0.5], "the offset must be a whole number"],
    [np.trace, [x, { axis1: 1 }], "given more than once"],
    [np.pad, [x, 1, { mode: "edge", constantValues: 1 }], "constantValues means nothing with mode \"edge\""],
    [np.pad, [x, [[1, 2], [3, 4], [5, 6]]], "a pair for each of the 2 axes"],
    [np.pad, [x, -1], "must be whole numbers of 0 or more, got -1"],
    [np.pad, [x, 1, { mode: "mean", statLength: 0 }], "must be whole numbers of 1 or more, got 0"],
    [np.pad, [np.zeros([0]), 1, { mode: "wrap" }], "is empty"],
    [np.round, [np.array([1n]), { decimals: -1 }], "int32 can't be rounded to -1 decimals"],
    [Lax.reduceSum, [x, 0], "axes must be a list, got 0"],
    [Lax.gather, [x, np.array([[0n]]), undefined, [1, 2]], "dimensionNumbers are missing"]
  ])("a value that has no meaning (%#)", (f, args, expected) => {
    expect(messageOf(f, ...args as ReadonlyArray<unknown>)).toContain(expected)
  })
})

describe("entries of an index", () => {
  it.each([
    [[{ start: 0 }], "ranges are written `np.slice(start, stop, step)`"],
    [{ start: 0 }, "ranges are written `np.slice(start, stop, step)`"],
    [["1:2"], "ranges are written `np.slice(start, stop, step)`"],
    [[undefined], "entry 0 of the index is undefined"],
    [[0, true], "entry 1 of the index is true"],
    [[1n], "the bigint 1n"],
    [[new Float32Array([0])], "a Float32Array; positions are integers, as in `Int32Array.of(0, 2)`"],
    [[[0, 0.5]], "position 1 in entry 0 of the index is 0.5"],
    [[[[0, 1]]], "an array of integers"],
    [[() => 0], "a function"]
  ])("%#: a wrong entry is refused, with how it is written", (index, expected) => {
    expect(messageOf(np.index, x, Array.isArray(index) ? index : [index])).toContain(expected)
    expect(messageOf((np.at(x, index as never)).set, 0)).toContain(expected)
  })
})
