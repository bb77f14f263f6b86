/**
 * Convolution and pooling over images and other grids.
 */
import type * as DType from "../DType.ts"
import { ArgumentError, ShapeError } from "../Errors.ts"
import { dualWithOptions } from "../internal/arguments/dual.ts"
import { checkChoice, checkOptions, type Known } from "../internal/arguments/options.ts"
import type { Behind, Last } from "../internal/types/dataLast.ts"
import { convGeneralDilated } from "../lax/convolution.ts"
import type { PaddingName } from "../lax/convolutionLayout.ts"
import type * as NdArray from "../NdArray.ts"
import { type ArrayLike, asArray, promote, type PromoteOperands, type Values } from "../numpy/operands.ts"
import * as primitive from "../primitive/elementwise.ts"
import * as reduce from "../primitive/reduction.ts"
import * as structural from "../primitive/structural.ts"
import type * as Shape from "../Shape.ts"
import * as Shapes from "../Shape.ts"

/**
 * `"same"`: ceil(input size / stride) outputs, with odd padding put at the end; `"sameLower"`: with odd padding at the
 * beginning; `"valid"`: only whole windows; or widths for each axis. JAX's names are accepted too.
 *
 * @category models
 * @since 0.1.0
 */
export type Padding =
  | "same"
  | "sameLower"
  | "valid"
  | "SAME"
  | "SAME_LOWER"
  | "VALID"
  | ReadonlyArray<readonly [low: number, high: number]>

/** Paddings by JAX's names, in lower case without underscores. */
const named: ReadonlyMap<string, PaddingName> = new Map([
  ["same", "SAME"],
  ["samelower", "SAME_LOWER"],
  ["valid", "VALID"]
])

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
  readonly layout?: "channelsFirst" | "channelsLast"
}

const knownOfConv: Known<ConvOptions> = { strides: true, padding: true, dilation: true, groups: true, layout: true }
const knownOfPool: Known<Pick<ConvOptions, "layout">> = { layout: true }

const layouts: { readonly [L in NonNullable<ConvOptions["layout"]>]: true } = {
  channelsFirst: true,
  channelsLast: true
}

const each = (value: number | ReadonlyArray<number> | undefined, rank: number, name: string): ReadonlyArray<number> => {
  const list = value === undefined
    ? new Array<number>(rank).fill(1)
    : typeof value === "number"
    ? new Array<number>(rank).fill(value)
    : value
  if (list.length !== rank || list.some((n) => !Number.isInteger(n) || n < 1)) {
    throw new ArgumentError({
      operation: "conv",
      message: `conv: ${name} must be whole numbers of 1 or more, one for each of ${rank} spatial axes, got ${
        JSON.stringify(value)
      }`
    })
  }
  return list
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
  const { groups = 1, layout = "channelsFirst", padding = "same" } = options
  checkChoice("conv", "layout", layout, layouts)
  const [x, kernel] = [asArray("conv", input), asArray("conv", weights)]
  const rank = x.shape.length - 2
  if (rank < 0 || kernel.shape.length !== x.shape.length) {
    throw new ShapeError({
      operation: "conv",
      message: `conv: input ${Shapes.format(x.shape)} and kernel ${
        Shapes.format(kernel.shape)
      } must both have two axes more than there are spatial ones`
    })
  }
  const [a, w] = promote("conv", [x, kernel]) as unknown as [NdArray.Any, NdArray.Any]
  const spatial = Array.from({ length: rank }, (_, i) => i)
  const first = layout === "channelsFirst"
  const dimensionNumbers = first
    ? {
      lhsSpec: [0, 1, ...spatial.map((i) => i + 2)],
      rhsSpec: [0, 1, ...spatial.map((i) => i + 2)],
      outSpec: [0, 1, ...spatial.map((i) => i + 2)]
    }
    : {
      lhsSpec: [0, rank + 1, ...spatial.map((i) => i + 1)],
      rhsSpec: [rank + 1, rank, ...spatial],
      outSpec: [0, rank + 1, ...spatial.map((i) => i + 1)]
    }
  return convGeneralDilated(a, w, each(options.strides, rank, "strides"), paddingOf(padding, rank), {
    rhsDilation: each(options.dilation, rank, "dilation"),
    dimensionNumbers,
    featureGroupCount: groups
  }) as never
})

const refusePadding = (padding: unknown, rank: number): never => {
  throw new ArgumentError({
    operation: "conv",
    message:
      `conv: padding must be "same", "sameLower", "valid" or a pair of whole numbers [low, high] for each of ${rank} ` +
      `spatial axes, got ${typeof padding === "string" ? JSON.stringify(padding) : String(padding)}`
  })
}

const listed = (padding: Exclude<Padding, string>, rank: number): ReadonlyArray<readonly [number, number]> =>
  Array.isArray(padding) && padding.length === rank &&
    padding.every((pair) => Array.isArray(pair) && pair.length === 2 && pair.every(Number.isInteger))
    ? padding
    : refusePadding(padding, rank)

const paddingOf = (padding: Padding, rank: number): PaddingName | ReadonlyArray<readonly [number, number]> =>
  typeof padding === "string"
    ? named.get(padding.toLowerCase().replaceAll("_", "")) ?? refusePadding(padding, rank)
    : listed(padding, rank)

/** Adjacent windows: each spatial axis is split into two. */
const windows = (operation: string, given: ArrayLike, size: number, options: Pick<ConvOptions, "layout">) => {
  const { layout = "channelsFirst" } = checkOptions(operation, options, knownOfPool)
  checkChoice(operation, "layout", layout, layouts)
  const x = asArray(operation, given)
  const spatial = layout === "channelsLast"
    ? x.shape.map((_, i) => i).slice(1, -1)
    : x.shape.map((_, i) => i).slice(2)
  const wrong = spatial.find((axis) => x.shape[axis]! % size !== 0)
  if (!Number.isInteger(size) || size < 1 || wrong !== undefined) {
    throw new ShapeError({
      operation,
      message: `${operation}: windows of ${size} do not tile ${Shapes.format(x.shape)}${
        wrong === undefined ? "" : `: axis ${wrong} has length ${x.shape[wrong]}`
      }`
    })
  }
  const shape = x.shape.flatMap((n, i) => spatial.includes(i) ? [n / size, size] : [n])
  const axes = spatial.map((axis, k) => axis + k + 1)
  return { blocks: structural.reshape(x, shape), axes, elements: size ** spatial.length }
}

/**
 * The largest element of each window, where the windows tile the spatial axes.
 *
 * **Details**
 *
 * Windows of `size` are adjacent, without padding. Throws a `ShapeError` for a length that is not divisible by `size`.
 *
 * @example
 * ```ts
 * import { Nn, Numpy as np } from "effax"
 *
 * Nn.maxPool(np.array([[[1, 5, 2, 3]]]), 2) // => [[[5, 3]]]
 * ```
 *
 * @category pooling
 * @since 0.1.0
 */
export const maxPool: {
  (
    size: number,
    options?: Pick<ConvOptions, "layout">
  ): <D extends DType.DType>(x: NdArray.NdArray<D, Shape.Shape> | Values) => NdArray.NdArray<D, Shape.Shape>
  <D extends DType.DType>(
    x: NdArray.NdArray<D, Shape.Shape> | Values,
    size: number,
    options?: Pick<ConvOptions, "layout">
  ): NdArray.NdArray<D, Shape.Shape>
} = dualWithOptions("maxPool", 2, knownOfPool, (x: ArrayLike, size: number, options: Pick<ConvOptions, "layout">) => {
  const { axes, blocks } = windows("maxPool", x, size, options)
  return reduce.reduceMax(blocks, axes) as never
})

/**
 * The mean of each window, where the windows tile the spatial axes.
 *
 * **Details**
 *
 * The windows are those of {@link maxPool}.
 *
 * @example
 * ```ts
 * import { Nn, Numpy as np } from "effax"
 *
 * Nn.avgPool(np.array([[[1, 5, 2, 3]]]), 2) // => [[[3, 2.5]]]
 * ```
 *
 * @category pooling
 * @since 0.1.0
 */
export const avgPool: {
  (
    size: number,
    options?: Pick<ConvOptions, "layout">
  ): <D extends DType.DType>(x: NdArray.NdArray<D, Shape.Shape> | Values) => NdArray.NdArray<D, Shape.Shape>
  <D extends DType.DType>(
    x: NdArray.NdArray<D, Shape.Shape> | Values,
    size: number,
    options?: Pick<ConvOptions, "layout">
  ): NdArray.NdArray<D, Shape.Shape>
} = dualWithOptions("avgPool", 2, knownOfPool, (x: ArrayLike, size: number, options: Pick<ConvOptions, "layout">) => {
  const { axes, blocks, elements } = windows("avgPool", x, size, options)
  return primitive.div(reduce.reduceSum(blocks, axes), elements) as never
})
