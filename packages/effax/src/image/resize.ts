/**
 * Images resampled in another size.
 */
import * as DType from "../DType.ts"
import { ArgumentError, ShapeError } from "../Errors.ts"
import { dualWithOptions } from "../internal/arguments/dual.ts"
import { checkBooleans, checkChoice, type Known } from "../internal/arguments/options.ts"
import type { Last } from "../internal/types/dataLast.ts"
import type * as NdArray from "../NdArray.ts"
import { take } from "../numpy/indexing.ts"
import { type ArrayLike, asArray, type DTypeOf, promoteInexact } from "../numpy/operands.ts"
import { dotGeneral } from "../primitive/contraction.ts"
import { convert } from "../primitive/elementwise.ts"
import { full, moveAxis, reshape, sliceAxis } from "../primitive/structural.ts"
import type * as Shape from "../Shape.ts"
import * as Shapes from "../Shape.ts"
import { type Method, methods } from "./kernels.ts"
import { weightsOf } from "./weights.ts"

/**
 * The methods of {@link resize}; names in one line are one method.
 *
 * **Details**
 *
 * - `"nearest"`: the nearest pixel;
 * - `"linear"`, `"bilinear"`, `"trilinear"`, `"triangle"`: linear interpolation;
 * - `"cubic"`, `"bicubic"`, `"tricubic"`: Keys' cubic kernel;
 * - `"cubic-pytorch"`, `"bicubic-pytorch"`: as PyTorch, with the edges repeated, where there is no antialiasing;
 * - `"lanczos3"`, `"lanczos5"`: Lanczos resampling with these radii;
 * - `"area"`: the mean over the area of a pixel.
 *
 * @category models
 * @since 0.1.0
 */
export type ResizeMethod = "nearest" | keyof typeof methods

/** Options of {@link resize} and {@link scaleAndTranslate}. @category models @since 0.1.0 */
export interface ResizeOptions {
  /** Whether images that become smaller are smoothed; true by default. */
  readonly antialias?: boolean
}

const known: Known<ResizeOptions> = { antialias: true }

const shapeOf = (operation: string, image: NdArray.Any, shape: Shape.Shape): Shape.Shape => {
  const valid = Shapes.validate(operation, shape)
  if (valid.length === image.shape.length) return valid
  throw new ShapeError({
    operation,
    message: `${operation}: shape must have one size for each axis of the image, batch and channels too, got ${
      Shapes.format(valid)
    } for ${Shapes.format(image.shape)}`
  })
}

/** Resamples one axis: a contraction with weights `[size, outputs]`. */
const along = (x: NdArray.Any, axis: number, weights: NdArray.Any): NdArray.Any =>
  moveAxis(
    dotGeneral(x, convert(weights, x.dtype), { lhsContracting: [axis], rhsContracting: [0] }),
    x.shape.length - 1,
    axis
  )

const nearest = (image: NdArray.Any, shape: Shape.Shape): NdArray.Any =>
  shape.reduce((x: NdArray.Any, outputs, axis) => {
    const size = x.shape[axis]!
    if (size === outputs) return x
    // in float32, as JAX
    const positions = Array.from(
      { length: outputs },
      (_, i) => Math.floor(Math.fround(Math.fround(Math.fround(i + 0.5) * size) / outputs))
    )
    return take(x, new Int32Array(positions), { axis, mode: "clip" }) as NdArray.Any
  }, image)

/** The dtype that weights are computed in. */
const precisionOf = (dtype: DType.DType): DType.Floating =>
  DType.itemSize(DType.realOf(dtype)) < 4 ? "float32" : DType.realOf(dtype) as DType.Floating

type Resized<D extends DType.DType, M extends ResizeMethod> = M extends "nearest" ? D : DType.ToInexact<D>

/**
 * An image in another size.
 *
 * **Details**
 *
 * `shape` has a size for each axis of the image; axes that keep their size, such as those of batch and channels, stay as they
 * are. Integers become float32, but with `"nearest"`. What becomes smaller is smoothed, unless `antialias` is false.
 * {@link ResizeMethod} lists the methods. Throws a `ShapeError` for an axis without elements that is to get some.
 *
 * @example
 * ```ts
 * import { Image, Numpy as np } from "effax"
 *
 * const image = np.array([[0, 1], [2, 3]])
 * Image.resize(image, [2, 4], "linear") // => [[0, 0.25, 0.75, 1], [2, 2.25, 2.75, 3]]
 * Image.resize(image, [4, 2], "nearest") // => [[0, 1], [0, 1], [2, 3], [2, 3]]
 * Image.resize(image, [1, 1], "area") // => [[1.5]]
 * ```
 *
 * @category resampling
 * @since 0.1.0
 */
export const resize: {
  <const S extends Shape.Shape, const M extends ResizeMethod>(
    shape: S,
    method: M,
    options?: ResizeOptions
  ): Last<S, <X extends ArrayLike>(image: X) => NdArray.NdArray<Resized<DTypeOf<X>, M>, S>>
  <X extends ArrayLike, const S extends Shape.Shape, const M extends ResizeMethod>(
    image: X,
    shape: S,
    method: M,
    options?: ResizeOptions
  ): NdArray.NdArray<Resized<DTypeOf<X>, M>, S>
} = dualWithOptions(
  "resize",
  3,
  known,
  (image: ArrayLike, shape: Shape.Shape, method: ResizeMethod, options: ResizeOptions) => {
    const { antialias = true } = options
    checkBooleans("resize", { antialias })
    checkChoice("resize", "method", method, { nearest: true, ...methods })
    const given: NdArray.Any = asArray("resize", image)
    const sizes = shapeOf("resize", given, shape)
    const empty = sizes.findIndex((n, axis) => n > 0 && given.shape[axis] === 0)
    if (empty >= 0) {
      throw new ShapeError({
        operation: "resize",
        message: `resize: axis ${empty} of ${Shapes.format(given.shape)} has no elements to make ${sizes[empty]} of`
      })
    }
    if (method === "nearest") return nearest(given, sizes) as never
    const x: NdArray.Any = promoteInexact("resize", [given])[0]!
    const dtype = precisionOf(x.dtype)
    return sizes.reduce((resized: NdArray.Any, outputs, axis) => {
      const size = x.shape[axis]!
      if (size === outputs) return resized
      const scale = full(outputs === 0 ? 1 : outputs / size, dtype, [])
      return along(
        resized,
        axis,
        weightsOf(size, outputs, scale, full(0, dtype, []), methods[method] as Method, antialias)
      )
    }, x) as never
  }
)

/**
 * An image that is scaled and moved along some axes: the pixel at `p` (of which the centre is `p + 0.5`) goes to `p scale +
 * translation`.
 *
 * **Details**
 *
 * `scale` and `translation` have one element for each of `spatialDims`, and are differentiable. Where no pixel goes the result
 * is 0. Methods are those of {@link resize} without `"nearest"`. `scale = (n - 1) / (m - 1)` with `translation = (1 - scale) / 2`
 * resizes from `m` to `n` as PyTorch does with `align_corners=True`.
 *
 * @example
 * ```ts
 * import { Image, Numpy as np } from "effax"
 *
 * const x = np.array([1, 2, 3])
 * Image.scaleAndTranslate(x, [5], [0], [1], [1.5], "linear") // => [0, 1, 1.5, 2.5, 3]
 * ```
 *
 * @category resampling
 * @since 0.1.0
 */
export const scaleAndTranslate: {
  <const S extends Shape.Shape>(
    shape: S,
    spatialDims: ReadonlyArray<number>,
    scale: ArrayLike,
    translation: ArrayLike,
    method: Exclude<ResizeMethod, "nearest">,
    options?: ResizeOptions
  ): Last<S, <X extends ArrayLike>(image: X) => NdArray.NdArray<DType.ToInexact<DTypeOf<X>>, S>>
  <X extends ArrayLike, const S extends Shape.Shape>(
    image: X,
    shape: S,
    spatialDims: ReadonlyArray<number>,
    scale: ArrayLike,
    translation: ArrayLike,
    method: Exclude<ResizeMethod, "nearest">,
    options?: ResizeOptions
  ): NdArray.NdArray<DType.ToInexact<DTypeOf<X>>, S>
} = dualWithOptions(
  "scaleAndTranslate",
  6,
  known,
  (
    image: ArrayLike,
    shape: Shape.Shape,
    spatialDims: ReadonlyArray<number>,
    scale: ArrayLike,
    translation: ArrayLike,
    method: Exclude<ResizeMethod, "nearest">,
    options: ResizeOptions
  ) => {
    const operation = "scaleAndTranslate"
    const { antialias = true } = options
    checkBooleans(operation, { antialias })
    checkChoice(operation, "method", method, methods)
    const x: NdArray.Any = promoteInexact(operation, [image])[0]!
    const sizes = shapeOf(operation, x, shape)
    const axes = spatialDims.map((axis) => Shapes.normalizeAxis(operation, axis, x.shape.length))
    const [scales, translations] = promoteInexact(operation, [scale, translation])
    for (const [name, of] of Object.entries({ scale: scales!, translation: translations! })) {
      if (of.shape.length === 1 && of.shape[0] === axes.length) continue
      throw new ShapeError({
        operation,
        message: `${operation}: ${name} must be [${axes.length}], one number for each of spatialDims, got ${
          Shapes.format(of.shape)
        }`
      })
    }
    const kept = sizes.findIndex((n, axis) => !axes.includes(axis) && n !== x.shape[axis])
    if (kept >= 0) {
      throw new ArgumentError({
        operation,
        message:
          `${operation}: axis ${kept} is not one of spatialDims, so it keeps its length ${x.shape[kept]}, but shape ` +
          `has ${sizes[kept]}`
      })
    }
    const one = (of: NdArray.Any, i: number) => reshape(sliceAxis(of, 0, i, i + 1), [])
    return axes.reduce(
      (moved: NdArray.Any, axis, i) =>
        along(
          moved,
          axis,
          weightsOf(
            x.shape[axis]!,
            sizes[axis]!,
            one(scales!, i),
            one(translations!, i),
            methods[method] as Method,
            antialias
          )
        ),
      x
    ) as never
  }
)
