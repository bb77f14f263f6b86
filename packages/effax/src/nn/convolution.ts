/**
 * Convolutions over images and other grids.
 */
import { ShapeError } from "../Errors.ts"
import { dualWithOptions } from "../internal/arguments/dual.ts"
import { checkBooleans, checkChoice, type Known } from "../internal/arguments/options.ts"
import type { Behind, Last } from "../internal/types/dataLast.ts"
import * as lax from "../lax/convolution.ts"
import type * as NdArray from "../NdArray.ts"
import { type ArrayLike, asArray, promote, type PromoteOperands } from "../numpy/operands.ts"
import type * as Shape from "../Shape.ts"
import * as Shapes from "../Shape.ts"
import { dimensionNumbersOf, each, type Layout, layouts, type Padding, paddingOf } from "./spatial.ts"

export type { Layout, Padding }

/**
 * Options of {@link conv}.
 *
 * @category models
 * @since 0.1.0
 */
export interface ConvOptions {
  /** Steps of the window: one number for all spatial axes, or one for each; 1 by default. */
  readonly strides?: number | ReadonlyArray<number>
  readonly padding?: Padding
  /** Distances between the window's elements; 1 by default. */
  readonly dilation?: number | ReadonlyArray<number>
  /** Groups of features that are convolved separately; 1 by default. */
  readonly groups?: number
  /**
   * `"channelsFirst"` (the default): `[batch, features, ...spatial]`; `"channelsLast"`: `[batch, ...spatial, features]`.
   */
  readonly layout?: Layout
}

const knownOfConv: Known<ConvOptions> = { strides: true, padding: true, dilation: true, groups: true, layout: true }

/** Input and kernel in one dtype. */
const operandsOf = (operation: string, input: ArrayLike, weights: ArrayLike): readonly [NdArray.Any, NdArray.Any] => {
  const [x, kernel] = [asArray(operation, input), asArray(operation, weights)]
  if (x.shape.length < 2 || kernel.shape.length !== x.shape.length) {
    throw new ShapeError({
      operation,
      message: `${operation}: input ${Shapes.format(x.shape)} and kernel ${
        Shapes.format(kernel.shape)
      } must both have two axes more than there are spatial ones`
    })
  }
  return promote(operation, [x, kernel]) as unknown as [NdArray.Any, NdArray.Any]
}

/**
 * The convolution of neural networks (a cross-correlation), over any number of spatial axes.
 *
 * **Details**
 *
 * Images are `[batch, in, ...spatial]` and kernels `[out, in / groups, ...window]` for channels first;
 * `[batch, ...spatial, in]` and `[...window, in / groups, out]` for channels last. Padding is `"same"` by default.
 * Throws a `ShapeError` for operands that do not fit.
 *
 * @example
 * ```ts
 * import { Nn, Numpy as np } from "effax"
 *
 * Nn.conv(np.ones([8, 1, 28, 28]), np.ones([16, 1, 3, 3])).shape // => [8, 16, 28, 28]
 * Nn.conv(np.ones([1, 1, 4]), np.ones([1, 1, 3]), { padding: "valid" }) // => [[[3, 3]]]
 * ```
 *
 * @category convolutions
 * @since 0.1.0
 */
export const conv: {
  <W extends ArrayLike>(
    kernel: W,
    options?: Behind<ConvOptions>
  ): Last<W, <X extends ArrayLike>(x: X) => NdArray.NdArray<PromoteOperands<X, W>, Shape.Shape>>
  <X extends ArrayLike, W extends ArrayLike>(
    x: X,
    kernel: W,
    options?: ConvOptions
  ): NdArray.NdArray<PromoteOperands<X, W>, Shape.Shape>
} = dualWithOptions("conv", 2, knownOfConv, (input: ArrayLike, weights: ArrayLike, options: ConvOptions) => {
  const { dilation, groups = 1, layout = "channelsFirst", padding = "same", strides } = options
  checkChoice("conv", "layout", layout, layouts)
  const [x, kernel] = operandsOf("conv", input, weights)
  const rank = x.shape.length - 2
  return lax.convGeneralDilated(x, kernel, each("conv", "strides", strides, rank), paddingOf("conv", padding, rank), {
    rhsDilation: each("conv", "dilation", dilation, rank),
    dimensionNumbers: dimensionNumbersOf(layout, rank + 2),
    featureGroupCount: groups
  }) as never
})

/** Options of {@link convTranspose}. @category models @since 0.1.0 */
export interface ConvTransposeOptions {
  /** How many times the outputs are as many as the inputs: one number, or one for each spatial axis; 1 by default. */
  readonly strides?: number | ReadonlyArray<number>
  /** `"same"` by default, which gives `strides` times as many outputs as inputs. A list is the padding of the stretched input. */
  readonly padding?: Exclude<Padding, "sameLower" | "SAME_LOWER">
  /** Distances between the window's elements; 1 by default. */
  readonly dilation?: number | ReadonlyArray<number>
  /**
   * Whether to reverse the kernel along its spatial axes and exchange its input and output features, so that it is the kernel
   * of the convolution that is transposed; false by default.
   */
  readonly transposeKernel?: boolean
  /** As in {@link conv}. */
  readonly layout?: Layout
}

const knownOfTranspose: Known<ConvTransposeOptions> = {
  strides: true,
  padding: true,
  dilation: true,
  transposeKernel: true,
  layout: true
}

/**
 * A transposed convolution, also called deconvolution: the input is stretched by `strides` and convolved.
 *
 * **Details**
 *
 * Layouts are those of {@link conv}. It is JAX's `lax.conv_transpose`. With channels first and `transposeKernel: true`, the
 * kernel is `[in, out, ...window]`, as PyTorch's `conv_transpose2d` takes it.
 *
 * @example
 * ```ts
 * import { Nn, Numpy as np } from "effax"
 *
 * Nn.convTranspose(np.array([[[1, 2, 3]]]), np.ones([1, 1, 2]), { strides: 2 }) // => [[[1, 1, 2, 2, 3, 3]]]
 * ```
 *
 * @category convolutions
 * @since 0.1.0
 */
export const convTranspose: {
  <W extends ArrayLike>(
    kernel: W,
    options?: Behind<ConvTransposeOptions>
  ): Last<W, <X extends ArrayLike>(x: X) => NdArray.NdArray<PromoteOperands<X, W>, Shape.Shape>>
  <X extends ArrayLike, W extends ArrayLike>(
    x: X,
    kernel: W,
    options?: ConvTransposeOptions
  ): NdArray.NdArray<PromoteOperands<X, W>, Shape.Shape>
} = dualWithOptions(
  "convTranspose",
  2,
  knownOfTranspose,
  (input: ArrayLike, weights: ArrayLike, options: ConvTransposeOptions) => {
    const { dilation, layout = "channelsFirst", padding = "same", strides, transposeKernel = false } = options
    const operation = "convTranspose"
    checkChoice(operation, "layout", layout, layouts)
    checkBooleans(operation, { transposeKernel })
    const [x, kernel] = operandsOf(operation, input, weights)
    const rank = x.shape.length - 2
    return lax.convTranspose(
      x,
      kernel,
      each(operation, "strides", strides, rank),
      paddingOf(operation, padding, rank),
      {
        rhsDilation: each(operation, "dilation", dilation, rank),
        dimensionNumbers: dimensionNumbersOf(layout, rank + 2),
        transposeKernel
      }
    ) as never
  }
)
