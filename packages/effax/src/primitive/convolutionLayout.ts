/**
 * The user-facing forms of convolution: layouts such as "NHWC", and named paddings.
 */
import type * as Aval from "../Aval.ts"
import { ArgumentError, ShapeError } from "../Errors.ts"
import { checkOptions, type Known } from "../internal/arguments/options.ts"
import type { ConvDimensionNumbers, ConvParams } from "./params.ts"
import { checkList, type Ints, list, range } from "./rule.ts"

const operation = "conv_general_dilated"

/** Paddings that depend on sizes, in upper or lower case. @category models @since 0.1.0 */
export type PaddingName = "SAME" | "SAME_LOWER" | "VALID" | "same" | "same_lower" | "valid"

/**
 * Layouts of input, kernel and output: N is the batch, C the features, O and I the kernel's output and input features;
 * all other letters are spatial axes.
 *
 * @category models
 * @since 0.1.0
 */
export type ConvLayouts = readonly [input: string, kernel: string, output: string]

const known: Known<ConvDimensionNumbers> = { lhsSpec: true, rhsSpec: true, outSpec: true }

const badLayout = (layout: unknown, detail: string): ArgumentError =>
  new ArgumentError({
    operation,
    message: `${operation}: dimensionNumbers ${JSON.stringify(layout)}: ${detail}; layouts are written as in ` +
      `["NCHW", "OIHW", "NCHW"]`
  })

/** The positions of the two given letters, then those of the spatial axes in the order of the kernel. */
const specOf = (layout: string, [first, second]: readonly [string, string], kernel: string, rank: number): Ints => {
  if (typeof layout !== "string" || layout.length !== rank) {
    throw badLayout(layout, `expected a letter for each of the ${rank} axes`)
  }
  const letters = [...layout]
  if (new Set(letters).size !== letters.length) throw badLayout(layout, "a letter stands for two axes")
  if (!letters.includes(first) || !letters.includes(second)) {
    throw badLayout(layout, `the letters ${first} and ${second} are needed`)
  }
  const spatial = [...kernel].filter((letter) => letter !== "O" && letter !== "I")
  const missing = spatial.find((letter) => !letters.includes(letter))
  if (missing !== undefined) throw badLayout(layout, `the kernel's spatial axis ${missing} is missing`)
  return [first, second, ...spatial].map((letter) => letters.indexOf(letter))
}

export const dimensionNumbersOf = (
  x: Aval.Aval,
  w: Aval.Aval,
  given: ConvDimensionNumbers | ConvLayouts | undefined
): ConvDimensionNumbers => {
  const rank = x.shape.length
  if (given === undefined) return { lhsSpec: range(rank), rhsSpec: range(w.shape.length), outSpec: range(rank) }
  if (Array.isArray(given)) {
    const [input, kernel, output] = given as ConvLayouts
    if (given.length !== 3) throw badLayout(given, "expected three of them, of input, kernel and output")
    return {
      lhsSpec: specOf(input, ["N", "C"], kernel, rank),
      rhsSpec: specOf(kernel, ["O", "I"], kernel, w.shape.length),
      outSpec: specOf(output, ["N", "C"], kernel, rank)
    }
  }
  const numbers = given as ConvDimensionNumbers
  checkOptions(`${operation}: dimensionNumbers`, numbers, known)
  for (const name in known) checkList(operation, name, numbers[name as keyof ConvDimensionNumbers])
  return numbers
}

/** Divides a total padding into the parts before and after an axis. */
const sharing: { readonly [name: string]: (total: number) => readonly [number, number] } = {
  VALID: () => [0, 0],
  SAME: (total) => [Math.floor(total / 2), Math.ceil(total / 2)],
  SAME_LOWER: (total) => [Math.ceil(total / 2), Math.floor(total / 2)]
}

export const paddingOf = (
  x: Aval.Aval,
  w: Aval.Aval,
  padding: ConvParams["padding"] | PaddingName,
  { lhsSpec, rhsSpec }: ConvDimensionNumbers,
  windowStrides: Ints,
  rhsDilation: Ints
): ConvParams["padding"] => {
  const share = typeof padding === "string" ? sharing[padding.toUpperCase()] : undefined
  if (share === undefined) {
    if (Array.isArray(padding) && padding.every((entry) => Array.isArray(entry) && entry.length === 2)) {
      return padding as ConvParams["padding"]
    }
    throw new ArgumentError({
      operation,
      message:
        `${operation}: padding must be "SAME", "SAME_LOWER" or "VALID", or [low, high] for each spatial axis, got ${
          JSON.stringify(padding)
        }`
    })
  }
  const spatial = lhsSpec.slice(2)
  if (windowStrides.length !== spatial.length || rhsDilation.length !== spatial.length) {
    throw new ShapeError({
      operation,
      message: `${operation}: windowStrides ${list(windowStrides)} and rhsDilation ${
        list(rhsDilation)
      } must have one entry for each of the ${spatial.length} spatial axes`
    })
  }
  return spatial.map((axis, i) => {
    const size = x.shape[axis]!
    const reach = (w.shape[rhsSpec[i + 2]!]! - 1) * rhsDilation[i]! + 1
    const outputs = Math.ceil(size / windowStrides[i]!)
    return share(Math.max(0, (outputs - 1) * windowStrides[i]! + reach - size))
  })
}
