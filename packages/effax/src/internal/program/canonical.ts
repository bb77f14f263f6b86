/**
 * The canonical form of Programs: a text that two Programs have in common exactly when they differ in nothing but the
 * identity of their variables and in how they share nested Programs.
 *
 * It is the key of the compile cache, made for every evaluation: linear, and one pass over the equations.
 */
import type { Aval } from "../../Aval.ts"
import { VerificationError } from "../../Errors.ts"
import { isDerivativeRule } from "../../primitive/derivativeRule.ts"
import { type HostCallback, isHostCallback } from "../../primitive/hostCallback.ts"
import { each, type Steps, toEnd } from "../session/slices.ts"
import * as memo from "./memo.ts"
import { type Atom, isProgram, Var } from "./model.ts"
import type { Program } from "./program.ts"

/** The text of one Program, with holes for the Programs and the callbacks in it. */
interface Body {
  readonly text: string
  readonly nested: ReadonlyArray<Program>
  readonly callbacks: ReadonlyArray<HostCallback>
}

/** What fills the holes, in the order of the text. */
interface Holes {
  readonly nested: Array<Program>
  readonly callbacks: Array<HostCallback>
}

const avalText = ({ dtype, shape, varying, weak }: Aval): string => {
  let out: string = dtype
  out += weak ? "~" : ":"
  for (let i = 0; i < shape.length; i++) out += (i === 0 ? "" : ",") + shape[i]!
  if (varying !== undefined) out += JSON.stringify([...varying].sort())
  return out
}

/** Tells bigints from numbers, and -0 from 0. */
const scalarText = (value: number | bigint | boolean): string =>
  typeof value === "bigint" ? `${value}n` : Object.is(value, -0) ? "-0" : `${value}`

/** Static data, in one line: keys sorted, strings quoted, Programs and callbacks as holes. */
const dataText = (value: unknown, holes: Holes): string => {
  switch (typeof value) {
    case "number":
    case "bigint":
    case "boolean":
      return scalarText(value)
    case "string":
      return JSON.stringify(value)
    case "undefined":
      return "u"
    case "object": {
      if (value === null) return "0x"
      if (Array.isArray(value)) {
        let out = "["
        for (let i = 0; i < value.length; i++) out += dataText(value[i], holes) + ","
        return out + "]"
      }
      if (isProgram(value)) {
        holes.nested.push(value)
        return "@"
      }
      if (isDerivativeRule(value)) return "d"
      if (isHostCallback(value)) {
        holes.callbacks.push(value)
        return "c"
      }
      const proto: unknown = Object.getPrototypeOf(value)
      if (proto === Object.prototype || proto === null) return recordText(value as { [k: string]: unknown }, holes)
    }
  }
  throw new VerificationError({
    operation: "Program.canonical",
    message: `Program.canonical: parameters must be plain data or Programs, got ${
      typeof value === "function" ? `the function ${value.name}` : Object.prototype.toString.call(value)
    }`
  })
}

const recordText = (record: { readonly [name: string]: unknown }, holes: Holes): string => {
  const keys = Object.keys(record)
  if (keys.length > 1) keys.sort()
  let out = "{"
  for (let i = 0; i < keys.length; i++) out += JSON.stringify(keys[i]) + dataText(record[keys[i]!], holes) + ","
  return out + "}"
}

const equationsPerPause = 256

function* bodyOf(program: Program): Steps<Body> {
  const numbers = new Map<Var, number>()
  const holes: Holes = { nested: [], callbacks: [] }
  const { callbacks, nested } = holes
  const paramTexts = new Map<object, string>()
  const define = (variable: Var): string => {
    numbers.set(variable, numbers.size)
    return avalText(variable.aval) + " "
  }
  const use = (atom: Atom): string =>
    atom instanceof Var
      ? `${numbers.get(atom) ?? unbound()} `
      : `=${scalarText(atom.value)}|${avalText(atom.aval)} `
  let text = ""
  for (const variable of program.captures) text += define(variable)
  text += ";"
  for (const variable of program.parameters) text += define(variable)
  yield* each(program.equations, equationsPerPause, ({ inputs, outputs, params, primitive }) => {
    text += `;${primitive.name}`
    let own = paramTexts.get(params)
    if (own === undefined) {
      const before = nested.length + callbacks.length
      own = recordText(params, holes)
      // holes are numbered by their order: a text with holes is good for one equation
      if (nested.length + callbacks.length === before) paramTexts.set(params, own)
      else if (primitive.called !== undefined && nested.some((of) => callbacksOf(of).length > 0)) {
        // what is run instead of the Programs among the parameters has callbacks of its own
        const called = primitive.called(params)
        if (!nested.includes(called)) own += dataText(called, holes)
      }
    }
    text += own
    for (let i = 0; i < inputs.length; i++) text += use(inputs[i]!)
    text += ">"
    for (let i = 0; i < outputs.length; i++) text += define(outputs[i]!)
  })
  text += "."
  for (const atom of program.results) text += use(atom)
  return { text, nested, callbacks }
}

const unbound = (): never => {
  throw new VerificationError({
    operation: "Program.canonical",
    message: "Program.canonical: a variable is used before it is bound; `Program.verify` says where"
  })
}

const bodies = memo.make<Body>()

function* memoising(program: Program): Steps<Body> {
  const known = bodies.get(program)
  if (known !== undefined) return known
  const body = yield* bodyOf(program)
  bodies.set(program, body)
  return body
}

const memoisedBody = (program: Program): Body => toEnd(memoising(program))

/** Makes the texts of a Program and of all Programs inside, in steps: {@link canonical} then has little left to do. */
export function* spelling(program: Program): Steps<void> {
  const found = new Set([program])
  // a set is walked over what is added to it on the way
  for (const of of found) for (const inner of (yield* memoising(of)).nested) found.add(inner)
}

const noCallbacks: ReadonlyArray<HostCallback> = []

const callbacks = memo.make<ReadonlyArray<HostCallback>>()

/**
 * The callbacks in a Program and in the Programs inside of it, each once, in an order that Programs with one canonical
 * text have in common: by the first visit of each Program, inner before outer.
 */
export const callbacksOf = (program: Program): ReadonlyArray<HostCallback> => callbacks.of(program, collect)

const collect = (program: Program): ReadonlyArray<HostCallback> => {
  const root = memoisedBody(program)
  if (root.nested.length === 0 && root.callbacks.length === 0) return noCallbacks
  const found = new Set<HostCallback>()
  const visited = new Set<Program>()
  const visit = (of: Program): void => {
    if (visited.has(of)) return
    visited.add(of)
    const { callbacks, nested } = memoisedBody(of)
    nested.forEach(visit)
    for (const callback of callbacks) found.add(callback)
  }
  visit(program)
  return found.size === 0 ? noCallbacks : [...found]
}

/**
 * Texts of all Programs inside, each once, inner before outer; a Program refers to those in it by their position, and to
 * callbacks by theirs in the list of all: which equations call the same is part of the form, whom they call is not.
 */
export const canonical = (program: Program): string => {
  const root = memoisedBody(program)
  const callbacks = callbacksOf(program)
  if (root.nested.length === 0 && callbacks.length === 0) return root.text
  const numbers = new Map(callbacks.map((callback, i) => [callback, i]))
  const positions = new Map<string, number>()
  const visited = new Map<Program, number>()
  const visit = (of: Program): number => {
    const known = visited.get(of)
    if (known !== undefined) return known
    const { callbacks, nested, text } = memoisedBody(of)
    let whole = text
    for (let i = 0; i < nested.length; i++) whole += `@${visit(nested[i]!)}`
    for (let i = 0; i < callbacks.length; i++) whole += `c${numbers.get(callbacks[i]!)}`
    let position = positions.get(whole)
    if (position === undefined) positions.set(whole, position = positions.size)
    visited.set(of, position)
    return position
  }
  visit(program)
  return [...positions.keys()].join("\n")
}
