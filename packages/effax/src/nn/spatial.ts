/**
 * What functions of images and other grids have in common: layouts, strides and paddings of the spatial axes.
 */
import { ArgumentError } from "../Errors.ts"
import type { PaddingName } from "../lax/convolutionLayout.ts"

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

/**
 * `"channelsFirst"` (the default): `[batch, features, ...spatial]`; `"channelsLast"`: `[batch, ...spatial, features]`.
 *
 * @category models
 * @since 0.1.0
 */
export type Layout = "channelsFirst" | "channelsLast"

export const layouts: { readonly [L in Layout]: true } = {
  channelsFirst: true,
  channelsLast: true
}

/** The spatial axes of an array of so many axes. */
export const spatialAxes = (layout: Layout, rank: number): ReadonlyArray<number> =>
  Array.from({ length: rank - 2 }, (_, i) => layout === "channelsFirst" ? i + 2 : i + 1)

/** The axes of input, kernel and output of a convolution. */
export const dimensionNumbersOf = (layout: Layout, rank: number) => {
  const spatial = spatialAxes(layout, rank)
  const image = layout === "channelsFirst" ? [0, 1, ...spatial] : [0, rank - 1, ...spatial]
  const kernel = layout === "channelsFirst" ? image : [rank - 1, rank - 2, ...spatial.map((axis) => axis - 1)]
  return { lhsSpec: image, rhsSpec: kernel, outSpec: image }
}

/** Paddings by JAX's names, in lower case without underscores. */
const named: ReadonlyMap<string, PaddingName> = new Map([
  ["same", "SAME"],
  ["samelower", "SAME_LOWER"],
  ["valid", "VALID"]
])

/** One number for all spatial axes, or one for each; 1 by default. */
export const each = (
  operation: string,
  name: string,
  value: number | ReadonlyArray<number> | undefined,
  rank: number
): ReadonlyArray<number> => {
  const list = value === undefined
    ? new Array<number>(rank).fill(1)
    : typeof value === "number"
    ? new Array<number>(rank).fill(value)
    : value
  if (!Array.isArray(list) || list.length !== rank || list.some((n) => !Number.isInteger(n) || n < 1)) {
    throw new ArgumentError({
      operation,
      message: `${operation}: ${name} must be whole numbers of 1 or more, one for each of ${rank} spatial axes, got ${
        JSON.stringify(value)
      }`
    })
  }
  return list
}

const refusePadding = (operation: string, padding: unknown, rank: number): never => {
  throw new ArgumentError({
    operation,
    message:
      `${operation}: padding must be "same", "sameLower", "valid" or a pair of whole numbers [low, high] for each of ` +
      `${rank} spatial axes, got ${typeof padding === "string" ? JSON.stringify(padding) : String(padding)}`
  })
}

const listed = (
  operation: string,
  padding: Exclude<Padding, string>,
  rank: number
): ReadonlyArray<readonly [number, number]> =>
  Array.isArray(padding) && padding.length === rank &&
    padding.every((pair) => Array.isArray(pair) && pair.length === 2 && pair.every(Number.isInteger))
    ? padding
    : refusePadding(operation, padding, rank)

/** The padding as the functions of Lax take it. */
export const paddingOf = (
  operation: string,
  padding: Padding,
  rank: number
): PaddingName | ReadonlyArray<readonly [number, number]> =>
  typeof padding === "string"
    ? named.get(padding.toLowerCase().replaceAll("_", "")) ?? refusePadding(operation, padding, rank)
    : listed(operation, padding, rank)
