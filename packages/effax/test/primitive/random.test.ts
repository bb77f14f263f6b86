import { expect, it } from "vitest"
import { threefry2x32 } from "../../src/primitive/random.ts"
import { array, f32, failure, typeOf } from "./support.ts"

const u32 = (...shape: ReadonlyArray<number>) => array("uint32", ...shape)

it("threefry2x32 broadcasts scalars and gives two arrays", () => {
  expect(threefry2x32(u32(), u32(), u32(2, 3), u32(2, 3)).map(typeOf)).toEqual(["u32[2,3]", "u32[2,3]"])
  expect(threefry2x32(u32(), u32(), u32(), u32()).map(typeOf)).toEqual(["u32[]", "u32[]"])
})

it("threefry2x32 says what is wrong", () => {
  expect(failure(() => threefry2x32(u32(), u32(), u32(2), u32(3)))).toBe(
    "ShapeError: threefry2x32: operands must have one shape or be scalars, got u32[], u32[], u32[2], u32[3]"
  )
  expect(failure(() => threefry2x32(u32(), u32(), f32(2), u32(2)))).toBe(
    "DTypeError: threefry2x32: keys and counts must be uint32, got uint32, uint32, float32, uint32"
  )
})
