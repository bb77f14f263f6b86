/**
 * A Program as an executable keeps it: with the same canonical text, and without what the user's functions close over.
 */
import * as Effect from "effect/Effect"
import { DerivativeRule, isDerivativeRule } from "../../primitive/derivativeRule.ts"
import { HostCallback, isHostCallback } from "../../primitive/hostCallback.ts"
import { examplesOf, remember } from "../batching/examples.ts"
import { isProgram } from "./model.ts"
import { Program } from "./program.ts"

const withoutFunction = () => {
  throw new Error("a rule of a Program that was compiled is never applied: derivatives are taken before")
}

const notCalled = () =>
  Effect.die(new Error("an execution calls the functions of the Program that is run, not of the one that was compiled"))

/**
 * A copy whose rules of derivatives and functions of the host are empty, and for which nothing was rewritten yet: rewrites
 * keep the arrays that rules close over. Programs and functions that occur several times do so in the copy.
 */
export const bare = (program: Program): Program => {
  const copies = new Map<object, object>()
  const once = <A extends object>(of: A, copy: (of: A) => A): A => {
    const known = copies.get(of)
    if (known !== undefined) return known as A
    const made = copy(of)
    copies.set(of, made)
    return made
  }
  const data = (value: unknown): unknown => {
    if (typeof value !== "object" || value === null) return value
    if (isProgram(value)) return once(value, copyOf)
    if (isDerivativeRule(value)) {
      return once(value, ({ captures, names }) => new DerivativeRule(names, captures, withoutFunction))
    }
    if (isHostCallback(value)) {
      return once(value, ({ name, operands, results }) => new HostCallback(name, operands, results, notCalled))
    }
    if (Array.isArray(value)) return value.map(data)
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, data(part)]))
  }
  const copyOf = (original: Program): Program => {
    const { captures, equations, parameters, results } = original
    const copy = new Program({
      captures,
      parameters,
      equations: equations.map((equation) => ({
        ...equation,
        params: once(equation.params as object, (params) => data(params) as object) as typeof equation.params
      })),
      results
    })
    const examples = examplesOf(original)
    // checks are put into the Program of one example
    if (examples !== undefined) remember(copy, { ...examples, single: once(examples.single, copyOf) })
    return copy
  }
  return copyOf(program)
}
