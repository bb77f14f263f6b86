/**
 * The values that a parameter of an equation may have: small checks that tables are made of. They look no deeper than the
 * data that they describe, so that data of any depth and size is refused in time proportional to what is right about it.
 */
import * as Aval from "../../Aval.ts"
import * as DType from "../../DType.ts"
import type { Schema } from "../../Primitive.ts"
import { isDerivativeRule } from "../../primitive/derivativeRule.ts"
import { isHostCallback } from "../../primitive/hostCallback.ts"
import { isProgram } from "./model.ts"

/** The most axes that an array may have, and the longest list of things that there is one of for each axis. */
export const mostAxes = 255

/** `undefined` for a value that is right; otherwise where it is wrong, and what was expected there. */
export type Check = (value: unknown) => Problem | undefined

export interface Problem {
  /** `[2].low`: where in the value. */
  readonly path: string
  readonly expected: string
  readonly found: unknown
}

const problem = (expected: string, found: unknown): Problem => ({ path: "", expected, found })

const inside = (step: string, inner: Problem | undefined): Problem | undefined =>
  inner && { ...inner, path: step + inner.path }

/** A check of a condition. */
export const where = (expected: string, holds: (value: unknown) => boolean): Check => (value) =>
  holds(value) ? undefined : problem(expected, value)

export const integer = (low: number, high: number, name = `an integer from ${low} to ${high}`): Check =>
  where(name, (v) => Number.isInteger(v) && (v as number) >= low && (v as number) <= high)

const largest = Number.MAX_SAFE_INTEGER

export const anyInteger: Check = integer(-largest, largest, "an integer below 2^53")
export const natural: Check = integer(0, largest, "an integer from 0 on")
export const positive: Check = integer(1, largest, "an integer from 1 on")
export const axis: Check = integer(0, mostAxes - 1)
export const flag: Check = where("true or false", (v) => typeof v === "boolean")
export const number: Check = where("a number", (v) => typeof v === "number")
export const text: Check = where("a string", (v) => typeof v === "string")
export const dtype: Check = where("a dtype", (v) => DType.isDType(v))
export const program: Check = where("a Program", (v) => isProgram(v))
export const rule: Check = where("a rule", (v) => isDerivativeRule(v))
export const callback: Check = where("a function of the host", (v) => isHostCallback(v))

export const oneOf = (...values: ReadonlyArray<string>): Check =>
  where(values.map((v) => JSON.stringify(v)).join(" or "), (v) => typeof v === "string" && values.includes(v))

export const orNull = (check: Check): Check => (value) => {
  if (value === null) return undefined
  const found = check(value)
  return found && { ...found, expected: `null or ${found.expected}` }
}

/** A list of at most so many, each of which passes. */
export const list = (check: Check, most = Infinity): Check => (value) => {
  if (!Array.isArray(value)) return problem("a list", value)
  if (value.length > most) return problem(`a list of at most ${most}`, `one of ${value.length}`)
  for (let i = 0; i < value.length; i++) {
    const found = check(value[i])
    if (found !== undefined) return inside(`[${i}]`, found)
  }
  return undefined
}

/** One for each axis, or fewer. */
export const perAxis = (check: Check): Check => list(check, mostAxes)

/** Different axes. */
export const axes: Check = (value) =>
  perAxis(axis)(value) ??
    (new Set(value as ReadonlyArray<number>).size < (value as ReadonlyArray<number>).length
      ? problem("axes that differ", (value as ReadonlyArray<number>).join())
      : undefined)

export const tuple = (...checks: ReadonlyArray<Check>): Check => (value) => {
  if (!Array.isArray(value) || value.length !== checks.length) return problem(`a list of ${checks.length}`, value)
  for (let i = 0; i < checks.length; i++) {
    const found = checks[i]!(value[i])
    if (found !== undefined) return inside(`[${i}]`, found)
  }
  return undefined
}

/** Plain data with these fields, and no others. */
export const record = (fields: { readonly [name: string]: Check }): Check => (value) => {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return problem("a record", value)
  const proto: unknown = Object.getPrototypeOf(value)
  if (proto !== Object.prototype && proto !== null) return problem("a record", "an instance of a class")
  for (const name of Object.keys(value)) {
    if (!Object.hasOwn(fields, name)) {
      const known = Object.keys(fields)
      return {
        path: `.${name}`,
        expected: `left out (${known.length === 0 ? "there are none" : `known are ${known.join(", ")}`})`,
        found: (value as { readonly [name: string]: unknown })[name]
      }
    }
  }
  for (const name of Object.keys(fields)) {
    const found = Object.hasOwn(value, name)
      ? fields[name]!((value as { readonly [name: string]: unknown })[name])
      : problem("it to be there", "nothing")
    if (found !== undefined) return inside(`.${name}`, found)
  }
  return undefined
}

/** A check, and one more of what has passed it. */
export const also = (first: Check, second: (value: never) => Problem | undefined): Check => (value) =>
  first(value) ?? second(value as never)

/** As {@link where}, for {@link also}. */
export const agree = <A>(expected: string, holds: (value: A) => boolean) => (value: A): Problem | undefined =>
  holds(value) ? undefined : problem(expected, "something else")

/** Different names. */
export const names: Check = also(
  list(text, mostAxes),
  agree<ReadonlyArray<string>>("names that differ", (v) => new Set(v).size === v.length)
)

const shape: Check = also(
  perAxis(natural),
  agree<ReadonlyArray<number>>("a shape of fewer than 2^53 elements", (v) => Aval.size({ shape: v }) <= largest)
)

/** The type of an array. */
export const aval: Check = (value) => {
  if (typeof value !== "object" || value === null) return problem("a type", value)
  const of = value as Partial<Aval.Aval>
  return inside(".dtype", dtype(of.dtype)) ?? inside(".shape", shape(of.shape)) ?? inside(".weak", flag(of.weak)) ??
    (of.varying === undefined ? undefined : inside(".varying", varying(of.varying)))
}

const varying: Check = also(
  names,
  agree<ReadonlyArray<string>>("one name at least, or no list", (v) => v.length > 0)
)

export { shape }

/** A value in a message: short, whatever it is. */
export const show = (value: unknown): string => {
  const out = typeof value === "string"
    ? JSON.stringify(value.slice(0, 40))
    : typeof value === "bigint"
    ? "a bigint"
    : Array.isArray(value)
    ? `a list of ${value.length}`
    : typeof value === "object" && value !== null
    ? "an object"
    : String(value)
  return out.slice(0, 60)
}

/** The schema of a primitive: how many operands it takes, its parameters, and for calls the Program that is called. */
export const schema = (
  operands: number | Schema["operands"],
  fields: { readonly [name: string]: Check } = {},
  callee?: Schema["callee"]
): Schema => ({
  operands: typeof operands === "number" ? [operands, operands] : operands,
  params: record(fields),
  ...(callee === undefined ? {} : { callee })
})

/** Any number of operands. */
export const anyOperands: Schema["operands"] = [0, Infinity]
