import { expect, it } from "vitest"
import { collect, type FunctionName, library } from "../src/internal/wgsl/library.ts"
import { polynomial, real } from "../src/internal/wgsl/library/define.ts"

const names = Object.keys(library) as ReadonlyArray<FunctionName>

it("a shader has the functions that are used, each once", () => {
  expect(collect([])).toEqual([])
  expect(collect(["is_nan"])).toEqual([library.is_nan.code])
  const codes = collect(["sin_f32", "cos_f32", "is_finite"])
  expect(new Set(codes).size).toBe(codes.length)
  expect(codes).not.toContain(library.tan_f32.code)
})

it("functions say what they use", () => {
  for (const name of names) {
    const { code, uses } = library[name]
    const called = names.filter((other) => other !== name && new RegExp(`\\b${other}\\(`).test(code))
    expect(called.toSorted(), name).toEqual([...uses].toSorted())
  }
})

it("constants are the nearest float32, exactly", () => {
  expect(real(1)).toBe("1.0")
  expect(Number(real(0.1))).toBe(Math.fround(0.1))
  expect(real(2 ** 126)).toBe("8.507059173023462e+37")
  expect(polynomial("x", [1, -0.5, 0.25])).toBe("(1.0 + x * ((-0.5) + x * 0.25))")
})
