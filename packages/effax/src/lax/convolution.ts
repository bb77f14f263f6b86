/**
 * Convolutions as JAX's `lax` has them: windows of one array contracted with a kernel, with strides, dilations and groups.
 */
import * as Aval from "../Aval.ts"
import type * as DType from "../DType.ts"
import { ArgumentError } from "../Errors.ts"
import { checkOptions, type Known } from "../internal/arguments/options.ts"
import type * as NdArray from "../NdArray.ts"
import * as primitive from "../primitive/convolution.ts"
import type { ConvDimensionNumbers, ConvParams } from "../primitive/params.ts"
import { checkList, checkShape, type Ints } from "../primitive/rule.ts"
import * as structural from "../primitive/structural.ts"
import { checkContraction, type ContractionOptions, knownOfContraction } from "./contractions.ts"
import {
  badPadding,
  type ConvGeneralDilatedDimensionNumbers,
  dimensionNumbersOf,
  padded,
  type PaddingName,
  paddingOf,
  transposedPadding,
  windowing
} from "./convolutionLayout.ts"
import { asArray, type DTypeOf, fixed, type SameDType } from "./operands.ts"

/** Options of {@link convGeneralDilated}. @category models @since 0.1.0 */
export interface ConvGeneralDilatedOptions<D extends DType.DType = DType.DType> extends ContractionOptions<D> {
  /** Distances between the elements of the input along each spatial axis, with zeros between them; 1 by default. */
  readonly lhsDilation?: Ints | null | undefined
  /** Distances between the elements of the kernel along each spatial axis; 1 by default. */
  readonly rhsDilation?: Ints | null | undefined
  /**
   * Which axis is what: layouts such as `["NHWC", "HWIO", "NHWC"]`, or axes. By default batch or output features come
   * first, then (input) features, then the spatial axes: `["NCHW", "OIHW", "NCHW"]`.
   */
  readonly dimensionNumbers?: ConvGeneralDilatedDimensionNumbers | null | undefined
  /** Groups of features that are convolved apart; 1 by default. */
  readonly featureGroupCount?: number | undefined
  /** Groups of the batch that are convolved with a part of the output features each; 1 by default. */
  readonly batchGroupCount?: number | undefined
}

const known: Known<ConvGeneralDilatedOptions> = {
  lhsDilation: true,
  rhsDilation: true,
  dimensionNumbers: true,
  featureGroupCount: true,
  batchGroupCount: true,
  ...knownOfContraction
}

type Padding = ConvParams["padding"] | PaddingName

const convolve = (
  operation: string,
  lhs: NdArray.Any,
  rhs: NdArray.Any,
  windowStrides: Ints,
  padding: Padding,
  options: ConvGeneralDilatedOptions
): NdArray.Any => {
  const preferredElementType = checkContraction(operation, options)
  const [x, w] = [asArray(operation, lhs), asArray(operation, rhs)]
  checkList(operation, "windowStrides", windowStrides)
  const ones = windowStrides.map(() => 1)
  const { lhsDilation, rhsDilation } = options
  if (lhsDilation) checkList(operation, "lhsDilation", lhsDilation)
  if (rhsDilation) checkList(operation, "rhsDilation", rhsDilation)
  const dimensionNumbers = dimensionNumbersOf(operation, x.shape, w.shape, options.dimensionNumbers)
  const dilation = rhsDilation ?? ones
  const base = lhsDilation ?? ones
  if (typeof padding === "string" && base.some((n) => n !== 1)) {
    throw new ArgumentError({
      operation,
      message:
        `${operation}: with an lhsDilation, padding must be [low, high] for each spatial axis, got "${padding}"; ` +
        "`Lax.convTranspose` takes names"
    })
  }
  return primitive.convGeneralDilated(x, w, {
    windowStrides,
    padding: paddingOf(
      operation,
      padding,
      typeof padding === "string"
        ? windowing(operation, x.shape, w.shape, dimensionNumbers, windowStrides, dilation)
        : []
    ),
    lhsDilation: base,
    rhsDilation: dilation,
    dimensionNumbers,
    featureGroupCount: options.featureGroupCount ?? 1,
    batchGroupCount: options.batchGroupCount ?? 1,
    preferredElementType
  })
}

/**
 * A convolution (without reversing the kernel) over any number of spatial axes.
 *
 * **Details**
 *
 * `windowStrides` has a step for each spatial axis. `padding` is `[low, high]` for each, which may be negative, or a name:
 * `"VALID"` pads nothing, `"SAME"` gives as many outputs as there are steps, with what cannot be halved at the end, and
 * `"SAME_LOWER"` has it at the beginning; with an `lhsDilation` it is a list. Input and kernel have one dtype. Throws a `ShapeError` for operands, groups or lists
 * that do not go together, and an `ArgumentError` for a layout or padding that does not exist.
 *
 * @example
 * ```ts
 * import { Lax, Numpy as np } from "effax"
 *
 * Lax.convGeneralDilated(np.ones([1, 1, 5]), np.ones([1, 1, 3]), [2], "SAME") // => [[[2, 3, 2]]]
 *
 * const image = np.ones([8, 28, 28, 3])
 * const kernel = np.ones([5, 5, 3, 16])
 * const y = Lax.convGeneralDilated(image, kernel, [1, 1], "VALID", { dimensionNumbers: ["NHWC", "HWIO", "NHWC"] })
 * y.shape // => [8, 24, 24, 16]
 * ```
 *
 * @category convolutions
 * @since 0.1.0
 */
export const convGeneralDilated = <X extends NdArray.Any, W extends NdArray.Any, D extends DType.DType = DTypeOf<X>>(
  lhs: X,
  rhs: W & SameDType<X, W>,
  windowStrides: Ints,
  padding: Padding,
  options: ConvGeneralDilatedOptions<D> = {}
): NdArray.NdArray<D> =>
  convolve(
    "convGeneralDilated",
    lhs,
    rhs,
    windowStrides,
    padding,
    checkOptions("convGeneralDilated", options, known)
  ) as never

/**
 * {@link convGeneralDilated} with nothing but strides and padding: `["NCHW", "OIHW", "NCHW"]`.
 *
 * @example
 * ```ts
 * import { Lax, Numpy as np } from "effax"
 *
 * Lax.conv(np.ones([1, 1, 5]), np.ones([1, 1, 3]), [1], "VALID") // => [[[3, 3, 3]]]
 * ```
 *
 * @category convolutions
 * @since 0.1.0
 */
export const conv = <X extends NdArray.Any, W extends NdArray.Any, D extends DType.DType = DTypeOf<X>>(
  lhs: X,
  rhs: W & SameDType<X, W>,
  windowStrides: Ints,
  padding: PaddingName,
  options: ContractionOptions<D> = {}
): NdArray.NdArray<D> => {
  checkOptions("conv", options, knownOfContraction)
  if (typeof padding !== "string") badPadding("conv", padding)
  return convolve("conv", lhs, rhs, windowStrides, padding, options) as never
}

/**
 * {@link convGeneralDilated} with strides, padding and dilations: `["NCHW", "OIHW", "NCHW"]`. `null` stands for dilations of 1.
 *
 * @example
 * ```ts
 * import { Lax, Numpy as np } from "effax"
 *
 * Lax.convWithGeneralPadding(np.ones([1, 1, 5]), np.ones([1, 1, 2]), [1], [[1, 0]], null, [2]) // => [[[1, 2, 2, 2]]]
 * ```
 *
 * @category convolutions
 * @since 0.1.0
 */
export const convWithGeneralPadding = <
  X extends NdArray.Any,
  W extends NdArray.Any,
  D extends DType.DType = DTypeOf<X>
>(
  lhs: X,
  rhs: W & SameDType<X, W>,
  windowStrides: Ints,
  padding: Padding,
  lhsDilation: Ints | null,
  rhsDilation: Ints | null,
  options: ContractionOptions<D> = {}
): NdArray.NdArray<D> => {
  const operation = "convWithGeneralPadding"
  checkOptions(operation, options, knownOfContraction)
  return convolve(operation, lhs, rhs, windowStrides, padding, { ...options, lhsDilation, rhsDilation }) as never
}

/** Options of {@link convTranspose}. @category models @since 0.1.0 */
export interface ConvTransposeOptions<D extends DType.DType = DType.DType> extends ContractionOptions<D> {
  /** Distances between the elements of the kernel along each spatial axis; 1 by default. */
  readonly rhsDilation?: Ints | null | undefined
  /** Which axis is what: features last by default, `["NHWC", "HWIO", "NHWC"]`, for up to 3 spatial axes. */
  readonly dimensionNumbers?: ConvGeneralDilatedDimensionNumbers | null | undefined
  /**
   * Whether to reverse the kernel along its spatial axes and exchange its input and output features; false by default. With
   * it the result is the derivative of a convolution with the same kernel, as in Keras.
   */
  readonly transposeKernel?: boolean | undefined
  /**
   * Whether paddings that are lists are those of the convolution that is transposed, as the names are, and not those of the
   * input; false by default.
   */
  readonly useConsistentPadding?: boolean | undefined
}

const knownOfTranspose: Known<ConvTransposeOptions> = {
  rhsDilation: true,
  dimensionNumbers: true,
  transposeKernel: true,
  ...knownOfContraction,
  useConsistentPadding: true
}

const featuresLast: ReadonlyArray<ConvGeneralDilatedDimensionNumbers> = [
  ["NC", "IO", "NC"],
  ["NHC", "HIO", "NHC"],
  ["NHWC", "HWIO", "NHWC"],
  ["NHWDC", "HWDIO", "NHWDC"]
]

/**
 * A convolution of an input that is stretched by `strides`: the shape of a convolution with strides is undone.
 *
 * **Details**
 *
 * By default features come last, and the kernel is not reversed. `"SAME"` gives `stride` times as many outputs as inputs, and
 * `"VALID"` as many as a convolution without padding would have turned into the inputs. Throws as
 * {@link convGeneralDilated} does.
 *
 * @example
 * ```ts
 * import { Lax, Numpy as np } from "effax"
 *
 * const x = np.reshape(np.array([1, 2, 3]), [1, 3, 1])
 * Lax.convTranspose(x, np.ones([2, 1, 1]), [2], "SAME") // => [[[1], [1], [2], [2], [3], [3]]]
 * ```
 *
 * @category convolutions
 * @since 0.1.0
 */
export const convTranspose = <X extends NdArray.Any, W extends NdArray.Any, D extends DType.DType = DTypeOf<X>>(
  lhs: X,
  rhs: W & SameDType<X, W>,
  strides: Ints,
  padding: Padding,
  options: ConvTransposeOptions<D> = {}
): NdArray.NdArray<D> => {
  const operation = "convTranspose"
  checkOptions(operation, options, knownOfTranspose)
  const [x, w] = [asArray(operation, lhs), asArray(operation, rhs)]
  checkList(operation, "strides", strides)
  const layouts = options.dimensionNumbers ?? featuresLast[x.shape.length - 2]
  if (layouts === undefined) {
    throw new ArgumentError({
      operation,
      message: `${operation}: dimensionNumbers must be given for operands of other than 2 to 5 axes, got ${
        Aval.format(x)
      }`
    })
  }
  const dimensionNumbers = dimensionNumbersOf(operation, x.shape, w.shape, layouts)
  const rhsDilation = options.rhsDilation ?? strides.map(() => 1)
  const axes = windowing(operation, x.shape, w.shape, dimensionNumbers, strides, rhsDilation)
  const pads = typeof padding === "string" ? axes.map(() => padding) : paddingOf(operation, padding, axes)
  const { rhsSpec } = dimensionNumbers
  const reversed = structural.rev(w, rhsSpec.slice(2))
  const exchanged = w.shape.map((_, axis) =>
    axis === rhsSpec[0] ? rhsSpec[1]! : axis === rhsSpec[1] ? rhsSpec[0]! : axis
  )
  return convolve(
    operation,
    x,
    options.transposeKernel === true ? structural.transpose(reversed, exchanged) : w,
    strides.map(() => 1),
    typeof padding === "string" || options.useConsistentPadding === true
      ? axes.map(({ dilation, stride, window }, i) =>
        transposedPadding(operation, pads[i]!, window === 0 ? 0 : (window - 1) * dilation + 1, stride)
      )
      : padding,
    {
      lhsDilation: strides,
      rhsDilation,
      dimensionNumbers,
      precision: options.precision,
      preferredElementType: options.preferredElementType
    }
  ) as never
}

/**
 * The axes of input, kernel and output that layouts name, for operands of these shapes.
 *
 * @example
 * ```ts
 * import { Lax } from "effax"
 *
 * Lax.convDimensionNumbers([8, 28, 28, 3], [5, 5, 3, 16], ["NHWC", "HWIO", "NHWC"]).rhsSpec // => [3, 2, 0, 1]
 * ```
 *
 * @category convolutions
 * @since 0.1.0
 */
export const convDimensionNumbers = fixed("convDimensionNumbers", (
  lhsShape: Ints,
  rhsShape: Ints,
  dimensionNumbers: ConvGeneralDilatedDimensionNumbers | null
): ConvDimensionNumbers => {
  checkShape("convDimensionNumbers", "lhsShape", lhsShape)
  checkShape("convDimensionNumbers", "rhsShape", rhsShape)
  return dimensionNumbersOf("convDimensionNumbers", lhsShape, rhsShape, dimensionNumbers)
})

/**
 * The padding that a name stands for, `[low, high]` for each axis.
 *
 * @example
 * ```ts
 * import { Lax } from "effax"
 *
 * Lax.padtypeToPads([5, 6], [3, 4], [1, 1], "SAME") // => [[1, 1], [1, 2]]
 * ```
 *
 * @category convolutions
 * @since 0.1.0
 */
export const padtypeToPads = fixed("padtypeToPads", (
  inShape: Ints,
  windowShape: Ints,
  windowStrides: Ints,
  padding: PaddingName
): ReadonlyArray<readonly [low: number, high: number]> => {
  const operation = "padtypeToPads"
  checkShape(operation, "inShape", inShape)
  for (const [name, list] of Object.entries({ windowShape, windowStrides })) {
    checkList(operation, name, list)
    if (list.length !== inShape.length) {
      throw new ArgumentError({
        operation,
        message: `${operation}: ${name} must have one entry for each of the ${inShape.length} axes, got ${list.length}`
      })
    }
  }
  if (typeof padding !== "string") badPadding(operation, padding)
  return padded(
    operation,
    padding,
    inShape.map((size, i) => ({ size, window: windowShape[i]!, stride: windowStrides[i]!, dilation: 1 }))
  )
})
