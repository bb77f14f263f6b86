import { describe, expect, it } from "vitest"
import { dotGeneral } from "../../src/primitive/contraction.ts"
import { array, f32, failure, i32, typeOf } from "./support.ts"

const matmul = { lhsContracting: [1], rhsContracting: [0], lhsBatch: [], rhsBatch: [] }

describe("dotGeneral", () => {
  it("has batch axes, then the free axes of both", () => {
    expect(typeOf(dotGeneral(f32(3, 4), f32(4, 5), matmul))).toBe("f32[3,5]")
    expect(
      typeOf(
        dotGeneral(f32(3, 2, 4, 5), f32(4, 6, 3, 2), {
          lhsContracting: [2],
          rhsContracting: [0],
          lhsBatch: [1, 0],
          rhsBatch: [3, 2]
        })
      )
    ).toBe("f32[2,3,5,6]")
  })
  it("accumulates in the dtype that is preferred", () => {
    const half = array("bfloat16", 3, 4)
    expect(typeOf(dotGeneral(half, array("bfloat16", 4, 5), matmul, "float32"))).toBe("f32[3,5]")
    expect(typeOf(dotGeneral(array("int8", 3, 4), array("int8", 4, 5), matmul, "int32"))).toBe("i32[3,5]")
    expect(failure(() => dotGeneral(f32(3, 4), f32(4, 5), matmul, "float16"))).toBe(
      "DTypeError: dot_general: preferredElementType float16 can't hold results of float32 operands; it must be of the same " +
        "kind (or floating for integers) and not narrower"
    )
  })
  it("says which axes do not agree", () => {
    expect(failure(() => dotGeneral(f32(3, 4), f32(5, 4), matmul))).toBe(
      "ShapeError: dot_general: contracting axis 1 of f32[3,4] has 4 elements, but axis 0 of f32[5,4] has 5; they must agree"
    )
    expect(failure(() => dotGeneral(f32(3, 4), f32(4, 5), { ...matmul, lhsBatch: [0] }))).toBe(
      "ArgumentError: dot_general: as many batch axes are needed on the left as on the right, got 1 and 0"
    )
    expect(failure(() => dotGeneral(f32(3, 4), f32(4, 5), { ...matmul, lhsBatch: [1], rhsBatch: [1] }))).toBe(
      "AxisError: dot_general: lhsContracting and lhsBatch [1, 1] has axis 1 twice; give each axis once"
    )
    expect(failure(() => dotGeneral(f32(3, 4), i32(4, 5), matmul))).toBe(
      "DTypeError: dot_general: operands must have one dtype, got float32, int32; convert with `np.astype` first"
    )
  })
})
