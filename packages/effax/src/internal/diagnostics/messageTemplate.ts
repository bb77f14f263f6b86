/**
 * Message templates with placeholders for values: `"loss {loss:.3f} after {steps} steps"`.
 */
import { ArgumentError } from "../../Errors.ts"
import * as Tree from "../../Tree.ts"
import { HostValue } from "../session/hostValue.ts"

/** The format of floats: the number of digits after the point, with or without an exponent. */
interface Precision {
  readonly digits: number
  readonly scientific: boolean
}

interface Placeholder {
  /** The path to a part of the values; empty for the next one in order. */
  readonly path: ReadonlyArray<string>
  readonly precision: Precision | undefined
}

export type Part = string | Placeholder

const wrong = (message: string): never => {
  throw new ArgumentError({ operation: "Debug.print", message: `Debug.print: ${message}` })
}

const placeholder = (text: string): Placeholder => {
  const [, name, digits, letter] = /^([^:]*)(?::\.(\d{1,2})([ef]))?$/.exec(text) ??
    wrong(`the placeholder {${text}} is not understood; write {}, {name}, {name.inner}, {name:.3f} or {name:.3e}`)
  return {
    path: name === "" ? [] : name!.split("."),
    precision: digits === undefined ? undefined : { digits: Number(digits), scientific: letter === "e" }
  }
}

/** The text and placeholders of a template; `{{` and `}}` stand for braces. */
export const parse = (template: string): ReadonlyArray<Part> =>
  Array.from(
    template.matchAll(/\{\{|\}\}|\{([^{}]*)\}|[{}]|[^{}]+/g),
    ([text, inner]) => {
      if (inner !== undefined) return placeholder(inner)
      if (text === "{{" || text === "}}") return text[0]!
      if (text === "{" || text === "}") {
        wrong(
          `there is a lone ${text} in ${JSON.stringify(template)}; write ${text}${text}`
        )
      }
      return text
    }
  )

const isContainer = (u: unknown): u is object =>
  typeof u === "object" && u !== null && (Array.isArray(u) || Object.getPrototypeOf(u) === Object.prototype)

/** The part of the values for each placeholder. If there is only one value, every placeholder means that value. */
export const select = (parts: ReadonlyArray<Part>, values: unknown): ReadonlyArray<unknown> => {
  let next = 0
  const inOrder = isContainer(values) ? Object.values(values) : [values]
  return parts.flatMap((part) => {
    if (typeof part === "string") return []
    if (!isContainer(values)) return [values]
    if (part.path.length === 0) {
      if (next === inOrder.length) wrong(`there are more placeholders {} than the ${inOrder.length} values`)
      return [inOrder[next++]]
    }
    return [part.path.reduce<unknown>((of, key) => {
      if (isContainer(of) && Object.hasOwn(of, key)) return (of as { readonly [name: string]: unknown })[key]
      const known = isContainer(of) ? Object.keys(of).join(", ") || "nothing" : "an array"
      return wrong(`there is no value named ${part.path.join(".")}; where ${key} is looked for there is ${known}`)
    }, values)]
  })
}

const precisely = (value: unknown, precision: Precision): string => {
  if (Array.isArray(value)) return `[${value.map((v) => precisely(v, precision)).join(", ")}]`
  if (typeof value !== "number") return String(value)
  return precision.scientific ? value.toExponential(precision.digits) : value.toFixed(precision.digits)
}

const column = (out: string): number => out.length - (out.lastIndexOf("\n") + 1)

/** Appends a value to a text. Lines after the first are aligned with the beginning of the value. */
const append = (out: string, value: unknown, precision?: Precision): string => {
  if (value instanceof HostValue) {
    return out + (precision === undefined ? value.format(column(out)) : precisely(value.toNested(), precision))
  }
  if (Array.isArray(value)) {
    return `${value.reduce<string>((text, v, i) => append(i === 0 ? text : `${text}, `, v, precision), `${out}[`)}]`
  }
  if (isContainer(value)) {
    const entries = Object.entries(value)
    return `${
      entries.reduce((text, [k, v], i) => append(`${text}${i === 0 ? " " : ", "}${k}: `, v, precision), `${out}{`)
    } }`
  }
  return out + (precision === undefined ? String(value) : precisely(value, precision))
}

/** The message with `values` in place of the placeholders. */
export const render = (parts: ReadonlyArray<Part>, values: ReadonlyArray<unknown>): string => {
  let next = 0
  return parts.reduce<string>(
    (out, part) => typeof part === "string" ? out + part : append(out, values[next++], part.precision),
    ""
  )
}

/** `f32[2] [1., 2.]`; for trees, one line per leaf. */
export const describe = (tree: unknown): string =>
  Tree.leavesWithPath(tree).map(([path, leaf]) => {
    const start = path.length === 0 ? "" : `${Tree.formatPath(path)}: `
    return append(leaf instanceof HostValue ? `${start}${leaf.type} ` : start, leaf)
  }).join("\n")
