/**
 * Pieces of HTML and SVG.
 */

const entities: { readonly [character: string]: string } = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  "\"": "&quot;",
  "'": "&#39;"
}

/** Text, for between tags and inside of attributes. Control characters that HTML can't hold become �. */
export const escape = (text: string): string =>
  text.replace(/[&<>"']/g, (c) => entities[c]!)
    // no control character that isn't white space
    .replace(/[^\P{Cc}\t\n\r]/gu, "\ufffd")

type Attributes = { readonly [name: string]: string | number | undefined }

/** An element; its contents are markup already. */
export const element = (name: string, attributes: Attributes, ...contents: ReadonlyArray<string>): string => {
  const pairs = Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [` ${key}="${escape(String(value))}"`]
  )
  return `<${name}${pairs.join("")}>${contents.join("")}</${name}>`
}

/** A number of at most one decimal place: thousandths of a pixel make pages longer, not better. */
export const pixels = (x: number): string => String(Math.round(10 * x) / 10)

/** `1234567` as `1.23 M`. */
export const short = (n: number): string => {
  const units = ["", "k", "M", "G", "T", "P", "E"]
  let unit = 0
  let rest = n
  while (rest >= 999.5 && unit < units.length - 1) {
    rest /= 1000
    unit++
  }
  return unit === 0 ? String(Math.round(rest)) : `${Number(rest.toPrecision(3))} ${units[unit]}`
}

/** `1.23 MB` */
export const bytes = (n: number): string => n < 999.5 ? `${short(n)} B` : `${short(n)}B`
