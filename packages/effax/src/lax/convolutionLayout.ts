/**
 * Convolutions as users write them: layouts such as "NHWC", and paddings by name.
 */
import { ArgumentError, ShapeError } from "../Errors.ts"
import { checkOptions, type Known } from "../internal/arguments/options.ts"
import type { ConvDimensionNumbers, ConvParams } from "../primitive/params.ts"
import { checkList, type Ints, list, range } from "../primitive/rule.ts"

/** Paddings that depend on sizes, in capitals or not. @category models @since 0.1.0 */
export type PaddingName = "SAME" | "SAME_LOWER" | "VALID" | "same" | "same_lower" | "valid"

/**
 * Layouts of input, kernel and output: N is the batch, C the features, O and I those of the kernel; all other letters are
 * spatial axes.
 *
 * @category models
 * @since 0.1.0
 */
export type ConvLayouts = readonly [input: string, kernel: string, output: string]

const known: Known<ConvDimensionNumbers> = { lhsSpec: true, rhsSpec: true, outSpec: true }

const badLayout = (operation: string, layout: unknown, detail: string): ArgumentError =>
  new ArgumentError({
    operation,
    message: `${operation}: dimensionNumbers ${JSON.stringify(layout)}: ${detail}; layouts are written as in ` +
      `["NCHW", "OIHW", "NCHW"]`
  })

/** The positions of the two letters, then those of the spatial axes in the order that the kernel has them. */
const specOf = (
  operation: string,
  layout: string,
  [first, second]: readonly [string, string],
  kernel: string,
  rank: number
): Ints => {
  if (typeof layout !== "string" || layout.length !== rank) {
    throw badLayout(operation, layout, `expected a letter for each of the ${rank} axes`)
  }
  const letters = [...layout]
  if (new Set(letters).size !== letters.length) throw badLayout(operation, layout, "a letter stands for two axes")
  if (!letters.includes(first) || !letters.includes(second)) {
    throw badLayout(operation, layout, `the letters ${first} and ${second} are needed`)
  }
  const spatial = [...kernel].filter((letter) => letter !== "O" && letter !== "I")
  const missing = spatial.find((letter) => !letters.includes(letter))
  if (missing !== undefined) throw badLayout(operation, layout, `the kernel's spatial axis ${missing} is missing`)
  return [first, second, ...spatial].map((letter) => letters.indexOf(letter))
}

/**
 * Which axis is what: layouts such as `["NHWC", "HWIO", "NHWC"]`, or the axes of each array in the order batch or output
 * features, (input) features, spatial axes.
 *
 * @category models
 * @since 0.1.0
 */
export type ConvGeneralDilatedDimensionNumbers = ConvDimensionNumbers | ConvLayouts

export const dimensionNumbersOf = (
  operation: string,
  lhsShape: Ints,
  rhsShape: Ints,
  given: ConvGeneralDilatedDimensionNumbers | null | undefined
): ConvDimensionNumbers => {
  const rank = lhsShape.length
  if (given === undefined || given === null) {
    return { lhsSpec: range(rank), rhsSpec: range(rhsShape.length), outSpec: range(rank) }
  }
  if (Array.isArray(given)) {
    const [input, kernel, output] = given as ConvLayouts
    if (given.length !== 3) throw badLayout(operation, given, "expected three of them, of input, kernel and output")
    return {
      lhsSpec: specOf(operation, input, ["N", "C"], kernel, rank),
      rhsSpec: specOf(operation, kernel, ["O", "I"], kernel, rhsShape.length),
      outSpec: specOf(operation, output, ["N", "C"], kernel, rank)
    }
  }
  const numbers = given as ConvDimensionNumbers
  checkOptions(`${operation}: dimensionNumbers`, numbers, known)
  for (const name in known) checkList(operation, name, numbers[name as keyof ConvDimensionNumbers])
  return numbers
}

/** The padding before and after an axis, from the total. */
const sharing: { readonly [name: string]: (total: number) => readonly [number, number] } = {
  VALID: () => [0, 0],
  SAME: (total) => [Math.floor(total / 2), Math.ceil(total / 2)],
  SAME_LOWER: (total) => [Math.ceil(total / 2), Math.floor(total / 2)]
}

/** The positions of windows with steps and gaps along one axis. */
export interface Windowing {
  readonly size: number
  readonly window: number
  readonly stride: number
  readonly dilation: number
}

/** A padding by name, `[low, high]` for each axis. */
export const padded = (
  operation: string,
  padding: PaddingName,
  axes: ReadonlyArray<Windowing>
): ReadonlyArray<readonly [number, number]> => {
  const share = sharing[padding.toUpperCase()] ?? badPadding(operation, padding)
  return axes.map(({ dilation, size, stride, window }) => {
    const reach = Math.max(0, window - 1) * dilation + 1
    const outputs = Math.ceil(size / stride)
    return share(Math.max(0, (outputs - 1) * stride + reach - size))
  })
}

export const badPadding = (operation: string, padding: unknown): never => {
  throw new ArgumentError({
    operation,
    message:
      `${operation}: padding must be "SAME", "SAME_LOWER" or "VALID", or [low, high] for each spatial axis, got ${
        JSON.stringify(padding)
      }`
  })
}

export const paddingOf = (
  operation: string,
  padding: ConvParams["padding"] | PaddingName,
  axes: ReadonlyArray<Windowing>
): ConvParams["padding"] =>
  typeof padding === "string"
    ? padded(operation, padding, axes)
    : Array.isArray(padding) && padding.every((entry) => Array.isArray(entry) && entry.length === 2)
    ? padding
    : badPadding(operation, padding)

/** The spatial axes of a convolution. */
export const windowing = (
  operation: string,
  lhsShape: Ints,
  rhsShape: Ints,
  { lhsSpec, rhsSpec }: ConvDimensionNumbers,
  strides: Ints,
  dilations: Ints
): ReadonlyArray<Windowing> => {
  const spatial = lhsSpec.slice(2)
  if (strides.length !== spatial.length || dilations.length !== spatial.length) {
    throw new ShapeError({
      operation,
      message:
        `${operation}: windowStrides ${list(strides)} and rhsDilation ${list(dilations)} must have one entry for ` +
        `each of the ${spatial.length} spatial axes`
    })
  }
  return spatial.map((axis, i) => ({
    size: lhsShape[axis]!,
    window: rhsShape[rhsSpec[i + 2]!]!,
    stride: strides[i]!,
    dilation: dilations[i]!
  }))
}

/** The padding of the input with which a convolution undoes the shape of one that had this padding, for one axis. */
export const transposedPadding = (
  operation: string,
  padding: PaddingName | readonly [number, number],
  window: number,
  stride: number
): readonly [number, number] => {
  if (typeof padding !== "string") return [window - padding[0] - 1, window - padding[1] - 1]
  const name = padding.toUpperCase()
  if (name !== "SAME" && name !== "VALID") {
    throw new ArgumentError({
      operation,
      message: `${operation}: padding must be "SAME" or "VALID", or [low, high] for each spatial axis, got "${padding}"`
    })
  }
  const total = window + stride - 2 + (name === "VALID" ? Math.max(window - stride, 0) : 0)
  const low = name === "VALID" || stride > window - 1 ? window - 1 : Math.ceil(total / 2)
  return [low, total - low]
}
