/**
 * Checks that a JSON value has the form of a document of Programs. The check runs in linear time before anything is
 * built from the value, and rejects anything deeper, longer or with more digits than a Program needs.
 */
import * as DType from "../../DType.ts"
import { version } from "./json.ts"
import { mostAxes, show } from "./paramSchema.ts"

/** The deepest allowed nesting of parameter data. */
export const deepestData = 32
/** The largest number of digits of an integer: uint64 has 20. */
const mostDigits = 20

class Malformed {
  readonly message: string
  constructor(message: string) {
    this.message = message
  }
}

const expected = (path: string, what: string, found: unknown): never => {
  throw new Malformed(`${path === "" ? "the document" : path} must be ${what}, got ${show(found)}`)
}

type Fields = { readonly [name: string]: unknown }

const isNatural = (u: unknown): boolean => Number.isSafeInteger(u) && (u as number) >= 0

const fields = (path: string, u: unknown): Fields =>
  typeof u === "object" && u !== null && !Array.isArray(u) ? u as Fields : expected(path, "an object", u)

const list = (path: string, u: unknown): ReadonlyArray<unknown> => Array.isArray(u) ? u : expected(path, "a list", u)

/** An own property of an object; inherited ones are ignored. */
const own = (of: Fields, name: string): unknown => Object.hasOwn(of, name) ? of[name] : undefined

const numbers: ReadonlySet<unknown> = new Set(["NaN", "Infinity", "-Infinity", "-0"])
const digits = new RegExp(`^-?\\d{1,${mostDigits}}$`)

const checkScalar = (path: string, u: unknown): void => {
  if (typeof u === "boolean" || typeof u === "number" && Number.isFinite(u)) return
  const of = fields(path, u)
  const spelt = own(of, "$number")
  if (spelt !== undefined) {
    if (!numbers.has(spelt)) expected(`${path}.$number`, [...numbers].join(", "), spelt)
    return
  }
  const big = own(of, "$bigint")
  // length first: the pattern would read the whole text
  const right = typeof big === "string" && big.length <= mostDigits + 1 && digits.test(big)
  if (!right) expected(`${path}.$bigint`, `an integer of at most ${mostDigits} digits`, big)
}

const checkData = (path: string, u: unknown, depth: number): void => {
  if (u === null || typeof u === "string" || typeof u === "boolean" || typeof u === "number") {
    if (typeof u === "number") checkScalar(path, u)
    return
  }
  if (depth > deepestData) throw new Malformed(`${path} is nested more than ${deepestData} deep`)
  if (Array.isArray(u)) {
    for (let i = 0; i < u.length; i++) checkData(`${path}[${i}]`, u[i], depth + 1)
    return
  }
  const of = fields(path, u)
  const position = own(of, "$program")
  if (position !== undefined) {
    if (!isNatural(position)) expected(`${path}.$program`, "the position of a Program", position)
    return
  }
  const record = own(of, "$record")
  if (record === undefined) return checkScalar(path, of)
  for (const [name, value] of Object.entries(fields(path, record))) {
    checkData(`${path}.${name.slice(0, 40)}`, value, depth + 1)
  }
}

const checkFlag = (path: string, u: unknown): void => {
  if (u !== undefined && typeof u !== "boolean") expected(path, "true or false", u)
}

const checkDType = (path: string, u: unknown): void => {
  if (!DType.isDType(u)) expected(path, "a dtype", u)
}

const checkAval = (path: string, u: unknown): void => {
  const of = fields(path, u)
  checkDType(`${path}.dtype`, own(of, "dtype"))
  checkFlag(`${path}.weak`, own(of, "weak"))
  const shape = list(`${path}.shape`, own(of, "shape"))
  if (shape.length > mostAxes) throw new Malformed(`${path} has ${shape.length} axes, and there may be ${mostAxes}`)
  shape.forEach((n, i) => isNatural(n) || expected(`${path}.shape[${i}]`, "a natural number", n))
  const varying = own(of, "varying")
  if (varying === undefined) return
  const names = list(`${path}.varying`, varying)
  if (names.length > mostAxes) throw new Malformed(`${path} varies over ${names.length} axes; there may be ${mostAxes}`)
  names.forEach((name, i) => typeof name === "string" || expected(`${path}.varying[${i}]`, "a string", name))
}

const checkAtom = (path: string, u: unknown): void => {
  if (isNatural(u)) return
  if (typeof u === "number") expected(path, "the number of a variable", u)
  const of = fields(path, u)
  checkScalar(`${path}.literal`, own(of, "literal"))
  checkDType(`${path}.dtype`, own(of, "dtype"))
  checkFlag(`${path}.weak`, own(of, "weak"))
}

const checkEach = (of: Fields, path: string, name: string, check: (path: string, u: unknown) => void): void =>
  list(`${path}.${name}`, own(of, name)).forEach((u, i) => check(`${path}.${name}[${i}]`, u))

const checkEquation = (path: string, u: unknown): void => {
  const of = fields(path, u)
  const primitive = own(of, "primitive")
  if (typeof primitive !== "string") expected(`${path}.primitive`, "a string", primitive)
  for (const [name, value] of Object.entries(fields(`${path}.params`, own(of, "params")))) {
    checkData(`${path}.params.${name.slice(0, 40)}`, value, 0)
  }
  checkEach(of, path, "inputs", checkAtom)
  checkEach(of, path, "outputs", checkAval)
}

const checkProgram = (path: string, u: unknown): void => {
  const of = fields(path, u)
  checkEach(of, path, "captures", checkAval)
  checkEach(of, path, "parameters", checkAval)
  checkEach(of, path, "equations", checkEquation)
  checkEach(of, path, "results", checkAtom)
}

/** The first problem with the form of a document; `undefined` if there is none. */
export const problemOf = (u: unknown): string | undefined => {
  try {
    const of = fields("", u)
    if (own(of, "format") !== "effax/Program") expected("format", "\"effax/Program\"", own(of, "format"))
    if (own(of, "version") !== version) {
      expected("version", `a version that this effax reads: ${version}`, own(of, "version"))
    }
    list("programs", own(of, "programs")).forEach((program, i) => checkProgram(`programs[${i}]`, program))
    return undefined
  } catch (error) {
    if (error instanceof Malformed) return error.message
    throw error
  }
}
