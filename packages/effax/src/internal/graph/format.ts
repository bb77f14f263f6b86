/**
 * Values as text, with the layout and summarisation of NumPy (numpy/_core/arrayprint.py, the default options).
 */
import type { Aval } from "../../Aval.ts"
import * as aval from "../../Aval.ts"
import * as DType from "../../DType.ts"
import type { TypedArray } from "../../DType.ts"
import { bfloat16Bits, float16Bits, reader } from "../../HostArray.ts"

/** Arrays with more elements than this are summarised: the first and last three of each axis are shown. */
const threshold = 1000
const edge = 3

/** The largest number of digits after the point. */
const precision = 8

/**
 * Numbers of this size and above are written with an exponent: the dtype does not represent all larger whole numbers.
 */
const wholeDigits: { readonly [D in DType.Floating]: number } = {
  bfloat16: 1e2,
  float16: 1e3,
  float32: 1e6,
  float64: 1e8
}

const lineWidth = 75

/** Whether a number, written in decimal, reads back as the same element. */
const isSame: { readonly [D in DType.Floating]: (a: number, b: number) => boolean } = {
  bfloat16: (a, b) => bfloat16Bits(a) === bfloat16Bits(b),
  float16: (a, b) => float16Bits(a) === float16Bits(b),
  float32: (a, b) => Math.fround(a) === b,
  float64: (a, b) => a === b
}

/** The fewest significant digits that distinguish an element from its neighbours. */
const significant = (value: number, dtype: DType.Floating): number => {
  let digits = 1
  while (digits < 17 && !isSame[dtype](Number(value.toPrecision(digits)), value)) digits++
  return digits
}

const signed = (value: number, text: string): string => Object.is(value, -0) ? `-${text}` : text

/** `12.5`, `3.`: positional notation without trailing zeros. */
const positional = (value: number, dtype: DType.Floating): string => {
  const [mantissa, exponent] = value.toExponential(significant(value, dtype) - 1).split("e")
  const shortest = Math.max(0, mantissa!.replace(/^-?\d\.?/, "").length - Number(exponent))
  const text = value.toFixed(Math.min(shortest, precision))
  return signed(value, text.includes(".") ? text.replace(/0+$/, "") : `${text}.`)
}

/** `1.2500e-05`: scientific notation with a given number of digits in the exponent. */
const scientific = (value: number, digits: number, exponentDigits: number): string => {
  const [mantissa, exponent] = value.toExponential(digits).split("e")
  const magnitude = exponent!.slice(1).padStart(exponentDigits, "0")
  return signed(value, `${mantissa!.includes(".") ? mantissa : `${mantissa}.`}e${exponent![0]}${magnitude}`)
}

const special = (value: number): string => Number.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf"

/** The format shared by numbers that are printed together: their points are aligned. */
const floats = (values: ReadonlyArray<number>, dtype: DType.Floating): (value: number) => string => {
  const finite = values.filter(Number.isFinite)
  const magnitudes = finite.filter((value) => value !== 0).map(Math.abs)
  const largest = magnitudes.reduce((a, b) => Math.max(a, b), 0)
  const least = magnitudes.reduce((a, b) => Math.min(a, b), Infinity)
  const isScientific = magnitudes.length > 0 &&
    (largest >= wholeDigits[dtype] || least < 1e-4 || largest / least > 1000)
  if (isScientific) {
    const digits = Math.min(precision, Math.max(...finite.map((value) => significant(value, dtype) - 1)))
    const exponentDigits = Math.max(2, ...finite.map((value) => value.toExponential().split("e")[1]!.length - 1))
    return (value) => Number.isFinite(value) ? scientific(value, digits, exponentDigits) : special(value)
  }
  const texts = finite.map((value) => positional(value, dtype))
  const fraction = texts.reduce((n, text) => Math.max(n, text.length - text.indexOf(".") - 1), 0)
  return (value) => {
    if (!Number.isFinite(value)) return special(value)
    const text = positional(value, dtype)
    return text + " ".repeat(fraction - (text.length - text.indexOf(".") - 1))
  }
}

/** The elements at some positions as texts of the same width. */
const cells = (data: TypedArray, dtype: DType.DType, places: ReadonlyArray<number>): ReadonlyArray<string> => {
  const texts = (): ReadonlyArray<string> => {
    if (DType.isComplex(dtype)) {
      const part = DType.realOf(dtype) as DType.Floating
      const [re, im] = [0, 1].map((offset) => places.map((i) => data[2 * i + offset] as number))
      const [writeRe, writeIm] = [floats(re!, part), floats(im!, part)]
      return places.map((_, k) => {
        const imaginary = writeIm(im![k]!).trimEnd()
        return `${writeRe(re![k]!).trimEnd()}${imaginary.startsWith("-") ? "" : "+"}${imaginary}j`
      })
    }
    const read = reader(dtype)
    if (!DType.isFloating(dtype)) return places.map((i) => String(read(data, i)))
    const values = places.map((i) => read(data, i) as number)
    return values.map(floats(values, dtype))
  }
  const all = texts()
  const width = all.reduce((n, text) => Math.max(n, text.length), 0)
  return all.map((text) => text.padStart(width))
}

/** The positions along each axis that are shown; `undefined` marks an ellipsis. */
const shown = (of: Aval): ReadonlyArray<ReadonlyArray<number | undefined>> =>
  of.shape.map((n) =>
    aval.size(of) > threshold && n > 2 * edge
      ? [0, 1, 2, undefined, n - 3, n - 2, n - 1]
      : Array.from({ length: n }, (_, i) => i)
  )

/** Nested brackets, one row per line. Lines after the first are indented by `indent` columns. */
export const format = (data: TypedArray, of: Aval, indent = 0): string => {
  const { dtype, shape } = of
  if (aval.size(of) === 0) return "[]"
  const picks = shown(of)
  const places = picks.reduce<ReadonlyArray<number>>(
    (offsets, along, axis) =>
      offsets.flatMap((offset) => along.flatMap((i) => i === undefined ? [] : [offset * shape[axis]! + i])),
    [0]
  )
  const words = cells(data, dtype, places)
  let next = 0
  const row = (hanging: string, width: number): string => {
    const lines: Array<string> = []
    let line = ""
    picks.at(-1)!.forEach((i, k, { length }) => {
      const word = i === undefined ? "..." : words[next++]!
      if (line !== "" && hanging.length + line.length + word.length > width) {
        lines.push(line.trimEnd())
        line = ""
      }
      line += k === length - 1 ? word : `${word}, `
    })
    return [...lines, line].join(`\n${hanging}`)
  }
  const render = (axis: number, hanging: string, width: number): string => {
    if (axis === shape.length) return words[next++]!
    if (axis === shape.length - 1) return `[${row(hanging, width - 1)}]`
    const parts = picks[axis]!.map((i) => i === undefined ? "..." : render(axis + 1, `${hanging} `, width - 1))
    return `[${parts.join(`,${"\n".repeat(shape.length - axis - 1)}${hanging}`)}]`
  }
  return render(0, " ".repeat(indent + 1), lineWidth)
}
