import { describe, expect, it } from "@effect/vitest"
import { Errors, Numpy as np } from "effax"
import { checkInteger, checkOptions, type Known } from "../../../src/internal/arguments/options.ts"

interface Options {
  readonly axis?: number
  readonly dtype?: string
}

const known: Known<Options> = { axis: true, dtype: true }
const check = (options: unknown) => () => checkOptions("sum", options as Options, known)

describe("checkOptions", () => {
  it("returns options that are known", () => {
    const options = { axis: 0, dtype: "float32" }
    expect(checkOptions("sum", options, known)).toBe(options)
    expect(checkOptions("sum", {}, known)).toEqual({})
    expect(checkOptions("sum", { dtype: undefined } as never, known)).toEqual({ dtype: undefined })
  })

  it.each([
    [{ axes: 0 }, "sum: unknown option \"axes\"; did you mean \"axis\"? its options are axis, dtype"],
    [{ where: true }, "sum: unknown option \"where\"; its options are axis, dtype"],
    [{ dtype: "f64" }, "sum: unknown dtype \"f64\"; did you mean \"float64\"?"],
    [{ dtype: "flot32" }, "sum: unknown dtype \"flot32\"; did you mean \"float32\"?"],
    [0, "sum: expected an object of options, got 0; write { axis: 0 }; its options are axis, dtype"],
    [
      "float64",
      "sum: expected an object of options, got \"float64\"; write { dtype: \"float64\" }; its options are axis, dtype"
    ],
    [[0], "sum: expected an object of options, got a list; write { axis: [0] }; its options are axis, dtype"],
    [null, "sum: expected an object of options, got null; its options are axis, dtype"],
    [np.ones([2]), "sum: expected an object of options, got an array; its options are axis, dtype"]
  ])("refuses %o", (options, message) => {
    expect(check(options)).toThrow(Errors.ArgumentError)
    expect(check(options)).toThrow(message)
  })
})

describe("checkInteger", () => {
  it("returns whole numbers", () => {
    expect(checkInteger("tril", "k", -3)).toBe(-3)
  })

  it.each<[unknown, string]>([
    [0.5, "tril: k must be a whole number, got 0.5"],
    [{ k: 1 }, "tril: k must be a whole number, got an object"]
  ])("refuses %o", (value, message) => {
    expect(() => checkInteger("tril", "k", value as number)).toThrow(message)
  })
})
