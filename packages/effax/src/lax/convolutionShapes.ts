/**
 * Shapes of the results of convolutions, without arrays.
 */
import { ArgumentError } from "../Errors.ts"
import { checkShape, type Ints } from "../primitive/rule.ts"
import {
  type ConvLayouts,
  dimensionNumbersOf,
  padded,
  type PaddingName,
  transposedPadding
} from "./convolutionLayout.ts"
import { fixed } from "./operands.ts"

type Padding = PaddingName | ReadonlyArray<readonly [low: number, high: number]>

/** The number of windows that begin at multiples of a stride. */
export const windowsIn = (size: number, window: number, stride: number): number =>
  Math.max(0, Math.floor((size - window) / stride) + 1)

const checkEach = (operation: string, name: string, given: ReadonlyArray<unknown>, axes: number): void => {
  if (Array.isArray(given) && given.length === axes) return
  throw new ArgumentError({
    operation,
    message: `${operation}: ${name} must have one entry for each of ${axes} axes, got ${JSON.stringify(given)}`
  })
}

const canonical = (
  operation: string,
  lhsShape: Ints,
  rhsShape: Ints,
  strides: Ints,
  padding: Padding,
  batchGroupCount: number
): Ints => {
  checkShape(operation, "lhsShape", lhsShape)
  checkShape(operation, "rhsShape", rhsShape)
  const spatial = lhsShape.length - 2
  checkEach(operation, "windowStrides", strides, spatial)
  const pads = typeof padding === "string"
    ? padded(
      operation,
      padding,
      strides.map((stride, i) => ({ size: lhsShape[i + 2]!, window: rhsShape[i + 2]!, stride, dilation: 1 }))
    )
    : padding
  checkEach(operation, "padding", pads, spatial)
  return [
    lhsShape[0]! / batchGroupCount,
    rhsShape[0]!,
    ...pads.map(([low, high], i) => windowsIn(lhsShape[i + 2]! + low + high, rhsShape[i + 2]!, strides[i]!))
  ]
}

/**
 * The shape of a convolution of `[batch, in, ...spatial]` and `[out, in, ...window]`.
 *
 * @example
 * ```ts
 * import { Lax } from "effax"
 *
 * Lax.convShapeTuple([8, 3, 28, 28], [16, 3, 5, 5], [2, 2], "SAME") // => [8, 16, 14, 14]
 * ```
 *
 * @category convolutions
 * @since 0.1.0
 */
export const convShapeTuple = fixed("convShapeTuple", (
  lhsShape: Ints,
  rhsShape: Ints,
  strides: Ints,
  padding: Padding
): Ints => canonical("convShapeTuple", lhsShape, rhsShape, strides, padding, 1))

/** A shape with its axes in a standard order, and back. */
const permuted = (shape: Ints, spec: Ints): Ints => spec.map((axis) => shape[axis]!)
const restored = (shape: Ints, spec: Ints): Ints => shape.map((_, axis) => shape[spec.indexOf(axis)]!)

/**
 * The shape of a convolution with any layouts.
 *
 * @example
 * ```ts
 * import { Lax } from "effax"
 *
 * const layouts = ["NHWC", "HWIO", "NHWC"] as const
 * Lax.convGeneralShapeTuple([8, 28, 28, 3], [5, 5, 3, 16], [1, 1], "VALID", layouts) // => [8, 24, 24, 16]
 * ```
 *
 * @category convolutions
 * @since 0.1.0
 */
export const convGeneralShapeTuple = fixed("convGeneralShapeTuple", (
  lhsShape: Ints,
  rhsShape: Ints,
  windowStrides: Ints,
  padding: Padding,
  dimensionNumbers: ConvLayouts
): Ints => {
  const operation = "convGeneralShapeTuple"
  const { lhsSpec, outSpec, rhsSpec } = dimensionNumbersOf(operation, lhsShape, rhsShape, dimensionNumbers)
  const lhs = permuted(lhsShape, lhsSpec)
  return restored(canonical(operation, lhs, permuted(rhsShape, rhsSpec), windowStrides, padding, 1), outSpec)
})

/**
 * The shape of a transposed convolution. A list of paddings is that of the stretched input, less what makes the input whole.
 *
 * @example
 * ```ts
 * import { Lax } from "effax"
 *
 * const layouts = ["NHWC", "HWOI", "NHWC"] as const
 * Lax.convTransposeShapeTuple([8, 14, 14, 3], [4, 4, 16, 3], [2, 2], "SAME", layouts) // => [8, 28, 28, 16]
 * ```
 *
 * @category convolutions
 * @since 0.1.0
 */
export const convTransposeShapeTuple = fixed("convTransposeShapeTuple", (
  lhsShape: Ints,
  rhsShape: Ints,
  windowStrides: Ints,
  padding: Padding,
  dimensionNumbers: ConvLayouts
): Ints => {
  const operation = "convTransposeShapeTuple"
  const { lhsSpec, outSpec, rhsSpec } = dimensionNumbersOf(operation, lhsShape, rhsShape, dimensionNumbers)
  const [lhs, rhs] = [permuted(lhsShape, lhsSpec), permuted(rhsShape, rhsSpec)]
  checkEach(operation, "windowStrides", windowStrides, lhs.length - 2)
  const pads = typeof padding === "string"
    ? windowStrides.map((stride, i) => transposedPadding(operation, padding, rhs[i + 2]!, stride))
    : padding
  checkEach(operation, "padding", pads, lhs.length - 2)
  const spatial = windowStrides.map((stride, i) =>
    (lhs[i + 2]! - 1) * stride - rhs[i + 2]! + 2 + pads[i]![0] + pads[i]![1]
  )
  return restored([lhs[0]!, rhs[0]!, ...spatial], outSpec)
})

/**
 * The axes that layouts name, in the order batch or output features, features, spatial axes: of input, kernel and output.
 *
 * @example
 * ```ts
 * import { Lax } from "effax"
 *
 * Lax.convGeneralPermutations(["NHWC", "HWIO", "NHWC"]) // => [[0, 3, 1, 2], [3, 2, 0, 1], [0, 3, 1, 2]]
 * ```
 *
 * @category convolutions
 * @since 0.1.0
 */
export const convGeneralPermutations = fixed("convGeneralPermutations", (
  dimensionNumbers: ConvLayouts
): readonly [lhs: Ints, rhs: Ints, out: Ints] => {
  const ones = new Array<number>(dimensionNumbers[0].length).fill(1)
  const { lhsSpec, outSpec, rhsSpec } = dimensionNumbersOf("convGeneralPermutations", ones, ones, dimensionNumbers)
  return [lhsSpec, rhsSpec, outSpec]
})

/**
 * The shape of {@link reduceWindow}: how many windows there are along each axis. `null` stands for dilations of 1.
 *
 * @example
 * ```ts
 * import { Lax } from "effax"
 *
 * Lax.reduceWindowShapeTuple([5, 6], [2, 3], [1, 2], [[0, 0], [1, 1]], null, null) // => [4, 3]
 * ```
 *
 * @category reductions
 * @since 0.1.0
 */
export const reduceWindowShapeTuple = fixed("reduceWindowShapeTuple", (
  operandShape: Ints,
  windowDimensions: Ints,
  windowStrides: Ints,
  padding: ReadonlyArray<readonly [low: number, high: number]>,
  baseDilation: Ints | null,
  windowDilation: Ints | null
): Ints => {
  const operation = "reduceWindowShapeTuple"
  checkShape(operation, "operandShape", operandShape)
  for (const [name, of] of Object.entries({ windowDimensions, windowStrides, padding, baseDilation, windowDilation })) {
    if (of !== null && of !== undefined) checkEach(operation, name, of, operandShape.length)
  }
  const stretched = (size: number, by: number) => size === 0 ? 0 : (size - 1) * by + 1
  return operandShape.map((size, axis) =>
    windowsIn(
      stretched(size, baseDilation?.[axis] ?? 1) + padding[axis]![0] + padding[axis]![1],
      stretched(windowDimensions[axis]!, windowDilation?.[axis] ?? 1),
      windowStrides[axis]!
    )
  )
})
