/**
 * Checks the options of public functions: an unknown name or dtype is an error, never ignored.
 */
import * as DType from "../../DType.ts"
import { ArgumentError } from "../../Errors.ts"
import { isNode } from "../graph/node.ts"
import { describe } from "./describe.ts"

/** The names of all options in `O`; a missing name is a type error. */
export type Known<O> = { readonly [K in keyof Required<O>]: true }

/** The options of functions that take only a dtype. */
export const knownOfDType: { readonly dtype: true } = { dtype: true }

const listed = (known: object): string => {
  const names = Object.keys(known)
  return names.length === 0 ? "it takes no options" : `its options are ${names.join(", ")}`
}

/** The edit distance of two short names (Wagner and Fischer 1974). */
const distance = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(next[j - 1]! + 1, row[j]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1))
    }
    row = next
  }
  return row[b.length]!
}

/** The closest of the known names, if one is close. */
const closest = (name: string, names: ReadonlyArray<string>): string | undefined => {
  const [best] = names
    .map((candidate) => ({ candidate, edits: distance(name.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.edits - b.edits)
  return best !== undefined && best.edits <= Math.max(1, Math.floor(name.length / 3)) ? best.candidate : undefined
}

const dtypeMeant = (dtype: unknown): string => {
  if (typeof dtype !== "string") return ""
  const meant = DType.all.find((known) => DType.abbreviation(known) === dtype) ?? closest(dtype, DType.all)
  return meant === undefined ? "" : `; did you mean "${meant}"?`
}

/** Throws for an unknown dtype: `sum: unknown dtype "f64"; did you mean "float64"?` */
export const checkDType = (operation: string, dtype: unknown): void => {
  if (DType.isDType(dtype)) return
  throw new ArgumentError({
    operation,
    message: `${operation}: unknown dtype ${describe(dtype)}${
      dtypeMeant(dtype) || `; the dtypes are ${DType.all.join(", ")}`
    }`
  })
}

/**
 * The correct form of a value given in place of options. A dtype becomes `dtype`, and any other value becomes the first
 * option, since options are listed in the order of JAX's parameters. `sum: ...; write { axis: 0 }`.
 */
const instead = (value: unknown, known: object): string => {
  const names = Object.keys(known)
  const name = Object.hasOwn(known, "dtype") && (DType.isDType(value) || dtypeMeant(value) !== "") ? "dtype" : names[0]
  const written = typeof value === "string"
    ? JSON.stringify(value)
    : typeof value === "number" || typeof value === "boolean"
    ? String(value)
    : Array.isArray(value) && value.every((entry) => typeof entry === "number")
    ? `[${value.join(", ")}]`
    : undefined
  return name === undefined || written === undefined ? "" : `; write { ${name}: ${written} }`
}

const refuse = (operation: string, options: unknown, known: object): never => {
  throw new ArgumentError({
    operation,
    message: `${operation}: expected an object of options, got ${describe(options)}${instead(options, known)}; ${
      listed(known)
    }`
  })
}

const refuseName = (operation: string, name: string, known: object): never => {
  const meant = closest(name, Object.keys(known))
  throw new ArgumentError({
    operation,
    message: `${operation}: unknown option "${name}"; ${meant === undefined ? "" : `did you mean "${meant}"? `}${
      listed(known)
    }`
  })
}

/** Whether a value can only be an object of options: no array, no list, no scalar, no tagged value such as a slice. */
export const isOptions = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !isNode(value) && !Array.isArray(value) &&
  !ArrayBuffer.isView(value) && !("_tag" in value)

/**
 * Throws for an unknown option, an unknown `dtype`, and anything but an object. Returns the options, so that a function
 * can begin with `const { axis } = checkOptions("sum", options, known)`.
 *
 * `known` is defined once, at the top of a module, in the order of JAX's parameters:
 * `const known: Known<SumOptions> = { axis: true }`.
 */
export const checkOptions = <O extends object>(operation: string, options: O, known: Known<O>): O => {
  if (!isOptions(options)) return refuse(operation, options, known)
  for (const name in options) {
    if (!Object.hasOwn(known, name)) return refuseName(operation, name, known)
    if (name === "dtype") {
      const { dtype } = options as { readonly dtype?: unknown }
      if (dtype !== undefined) checkDType(operation, dtype)
    }
  }
  return options
}

const none: object = {}

/** Throws for options after the operands of a function that takes none: `np.exp(x, { where: mask })`. */
export const checkNoOptions = (operation: string, behind: unknown): void => {
  if (typeof behind === "object" && isOptions(behind)) checkOptions(operation, behind, none)
}

/** Throws for a value that the option does not allow: `pad: unknown mode "mirror"; ...`. */
export const checkChoice = <T extends string>(
  operation: string,
  option: string,
  value: T,
  choices: { readonly [K in T]: unknown }
): T => {
  if (typeof value === "string" && Object.hasOwn(choices, value)) return value
  const names = Object.keys(choices)
  const meant = typeof value === "string" ? closest(value, names) : undefined
  throw new ArgumentError({
    operation,
    message: `${operation}: unknown ${option} ${describe(value)}; ${
      meant === undefined ? "" : `did you mean ${JSON.stringify(meant)}? `
    }it is one of ${names.map((name) => JSON.stringify(name)).join(", ")}`
  })
}

/** Refuses anything but a whole number, and one that is too small. */
export const checkInteger = (operation: string, option: string, value: number, least = -Infinity): number => {
  if (Number.isSafeInteger(value) && value >= least) return value
  const wanted = least === -Infinity ? "a whole number" : `a whole number from ${least} up`
  throw new ArgumentError({
    operation,
    message: `${operation}: ${option} must be ${wanted}, got ${describe(value)}`
  })
}

/** Refuses options that are neither `true` nor `false`, unless they are left out. */
export const checkBooleans = (operation: string, options: object): void => {
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || typeof value === "boolean") continue
    throw new ArgumentError({
      operation,
      message: `${operation}: ${name} must be true or false, got ${describe(value)}`
    })
  }
}
