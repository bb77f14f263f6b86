/**
 * Patches: the windows of an image side by side, and convolutions with a kernel of its own for each window.
 */
import type * as DType from "../DType.ts"
import { ShapeError } from "../Errors.ts"
import { checkOptions, type Known } from "../internal/arguments/options.ts"
import type * as NdArray from "../NdArray.ts"
import { dotGeneral } from "../primitive/contraction.ts"
import { convert, eq } from "../primitive/elementwise.ts"
import type { ConvParams } from "../primitive/params.ts"
import { checkShape, count, type Ints, range } from "../primitive/rule.ts"
import { broadcastInDim, iota, reshape, transpose } from "../primitive/structural.ts"
import * as Shape from "../Shape.ts"
import type { ContractionOptions } from "./contractions.ts"
import { convGeneralDilated, type ConvGeneralDilatedOptions } from "./convolution.ts"
import { dimensionNumbersOf, type PaddingName } from "./convolutionLayout.ts"
import { asArray, type DTypeOf, type SameDType } from "./operands.ts"

/** Options of {@link convGeneralDilatedPatches}. @category models @since 0.1.0 */
export interface ConvPatchesOptions<D extends DType.DType = DType.DType>
  extends ContractionOptions<D>, Pick<ConvGeneralDilatedOptions<D>, "lhsDilation" | "rhsDilation" | "dimensionNumbers">
{}

/** Options of {@link convGeneralDilatedLocal}. @category models @since 0.1.0 */
export interface ConvLocalOptions extends Omit<ConvPatchesOptions, "preferredElementType"> {}

const knownOfLocal: Known<ConvLocalOptions> = {
  lhsDilation: true,
  rhsDilation: true,
  dimensionNumbers: true,
  precision: true
}
const knownOfPatches: Known<ConvPatchesOptions> = { ...knownOfLocal, preferredElementType: true }

type Padding = ConvParams["padding"] | PaddingName

const patches = (
  operation: string,
  lhs: NdArray.Any,
  filterShape: Ints,
  windowStrides: Ints,
  padding: Padding,
  options: ConvPatchesOptions
): NdArray.Any => {
  const x = asArray(operation, lhs)
  checkShape(operation, "filterShape", filterShape)
  if (filterShape.length !== x.shape.length - 2) {
    throw new ShapeError({
      operation,
      message: `${operation}: filterShape ${Shape.format(filterShape)} must have one size for each spatial axis of ${
        Shape.format(x.shape)
      }`
    })
  }
  const { lhsSpec, outSpec, rhsSpec } = dimensionNumbersOf(
    operation,
    x.shape,
    [1, 1, ...filterShape],
    options.dimensionNumbers
  )
  const size = count(filterShape)
  const channels = x.shape[lhsSpec[1]!]!
  // a kernel for each place of the window and each channel, which is 1 there
  const identity = convert(eq(iota("int32", [size, size], 0), iota("int32", [size, size], 1)), x.dtype)
  const kernels = reshape(broadcastInDim(identity, [channels, size, size], [1, 2]), [
    channels * size,
    1,
    ...filterShape
  ])
  const kernel = transpose(kernels, kernels.shape.map((_, axis) => rhsSpec.indexOf(axis)))
  return convGeneralDilated(x, kernel as never, windowStrides, padding, {
    ...options,
    dimensionNumbers: { lhsSpec, rhsSpec, outSpec },
    featureGroupCount: channels
  })
}

/**
 * The windows of an image, flattened: where a convolution has its output features, there are the elements of the window.
 *
 * **Details**
 *
 * Their order is channels, then the axes of the window. Strides, padding, dilations and layouts are those of
 * {@link convGeneralDilated}.
 *
 * @example
 * ```ts
 * import { Lax, Numpy as np } from "effax"
 *
 * const x = np.reshape(np.arange(4), [1, 1, 4])
 * Lax.convGeneralDilatedPatches(np.astype(x, "float32"), [2], [1], "VALID") // => [[[0, 1, 2], [1, 2, 3]]]
 * ```
 *
 * @category convolutions
 * @since 0.1.0
 */
export const convGeneralDilatedPatches = <X extends NdArray.Any, D extends DType.DType = DTypeOf<X>>(
  lhs: X,
  filterShape: Ints,
  windowStrides: Ints,
  padding: Padding,
  options: ConvPatchesOptions<D> = {}
): NdArray.NdArray<D> => {
  const operation = "convGeneralDilatedPatches"
  return patches(
    operation,
    lhs,
    filterShape,
    windowStrides,
    padding,
    checkOptions<ConvPatchesOptions>(operation, options, knownOfPatches)
  ) as never
}

/**
 * A convolution with another kernel for each place of the output: a locally connected layer.
 *
 * **Details**
 *
 * The spatial axes of the kernel are those of the output, and its input features are the elements of a window, as
 * {@link convGeneralDilatedPatches} orders them.
 *
 * @example
 * ```ts
 * import { Lax, Numpy as np } from "effax"
 *
 * const x = np.reshape(np.array([1, 2, 3]), [1, 1, 3])
 * const kernels = np.reshape(np.array([1, 10, 1, 100]), [1, 2, 2]) // [out, window, places]
 * Lax.convGeneralDilatedLocal(x, kernels, [1], "VALID", [2]) // => [[[3, 320]]]
 * ```
 *
 * @category convolutions
 * @since 0.1.0
 */
export const convGeneralDilatedLocal = <X extends NdArray.Any, W extends NdArray.Any>(
  lhs: X,
  rhs: W & SameDType<X, W>,
  windowStrides: Ints,
  padding: Padding,
  filterShape: Ints,
  options: ConvLocalOptions = {}
): NdArray.NdArray<DTypeOf<X>> => {
  const operation = "convGeneralDilatedLocal"
  checkOptions<ConvLocalOptions>(operation, options, knownOfLocal)
  const [x, kernels] = [asArray(operation, lhs), asArray(operation, rhs)]
  const windows = patches(operation, x, filterShape, windowStrides, padding, options)
  const { outSpec, rhsSpec } = dimensionNumbersOf(operation, x.shape, [1, 1, ...filterShape], options.dimensionNumbers)
  const places = range(filterShape.length).toSorted((i, j) => outSpec[i + 2]! - outSpec[j + 2]!)
  // [...places, batch, out]
  const products = dotGeneral(windows, kernels, {
    lhsContracting: [outSpec[1]!],
    rhsContracting: [rhsSpec[1]!],
    lhsBatch: places.map((i) => outSpec[i + 2]!),
    rhsBatch: places.map((i) => rhsSpec[i + 2]!)
  })
  const rank = products.shape.length
  const order = [...places.map((i) => outSpec[i + 2]!), outSpec[0]!, outSpec[1]!]
  return transpose(products, range(rank).map((axis) => order.indexOf(axis))) as never
}
