/**
 * Functions that take their data first or last: `f(x, y, options)` and `x.pipe(f(y, options))`.
 *
 * One rule tells the two calls apart: a call that has all operands runs, and a call that lacks one waits for the first, the
 * data. An object of options at the end is not an operand.
 */
import { ArgumentError } from "../../Errors.ts"
import { describe } from "./describe.ts"
import { checkNoOptions, checkOptions, isOptions, type Known } from "./options.ts"

type Arguments = ReadonlyArray<unknown>

type Body = (...args: ReadonlyArray<never>) => unknown

const none: object = {}

/** Refuses a call that lacks more than its data. */
const checkWaiting = (operation: string, operands: number, given: number): void => {
  if (given === operands - 1) return
  throw new ArgumentError({
    operation,
    message: `${operation}: it takes ${operands} operands, or ${
      operands - 1
    } where it waits for the first in a pipe; got ${given}`
  })
}

/**
 * A dual function of so many operands and no options. It passes over arguments behind them, as `xs.reduce(np.add)` gives
 * them, unless they are options.
 */
export const dual = <F>(operation: string, operands: number, body: Body): F => {
  const run = body as (...args: Arguments) => unknown
  return ((...args: Arguments) => {
    if (args.length >= operands) {
      checkNoOptions(operation, args[operands])
      return run(...args)
    }
    checkWaiting(operation, operands, args.length)
    return (data: unknown) => run(data, ...args)
  }) as never
}

/** Checks the options behind the operands: `undefined` stands for none. */
const optionsBehind = <O extends object>(
  operation: string,
  known: Known<O>,
  options: unknown,
  check: ((options: O) => void) | undefined
): O => {
  const given = options === undefined ? none as O : checkOptions(operation, options as O, known)
  check?.(given)
  return given
}

const countOf = (args: Arguments): number => isOptions(args[args.length - 1]) ? args.length - 1 : args.length

/**
 * A dual function of so many operands and options. `body` is given the options behind the operands, with names that are
 * known and values that `check` lets pass; a call that waits for its data refuses wrong ones at once.
 */
export const dualWithOptions = <F, O extends object>(
  operation: string,
  operands: number,
  known: Known<O>,
  body: Body,
  check?: (options: O) => void
): F => splitting(operation, operands, known, body, check, (args) => countOf(args) >= operands)

/**
 * As {@link dualWithOptions}, where the data is a function and another operand may be an object, which looks like options:
 * the call has its data if the first argument is a function.
 */
export const dualOfFunction = <F, O extends object>(
  operation: string,
  operands: number,
  known: Known<O>,
  body: Body,
  check?: (options: O) => void
): F => splitting(operation, operands, known, body, check, (args) => typeof args[0] === "function")

const splitting = <F, O extends object>(
  operation: string,
  operands: number,
  known: Known<O>,
  body: Body,
  check: ((options: O) => void) | undefined,
  hasData: (args: Arguments) => boolean
): F => {
  const run = body as (...args: Arguments) => unknown
  return ((...args: Arguments) => {
    if (hasData(args)) return run(...args.slice(0, operands), optionsBehind(operation, known, args[operands], check))
    const options = optionsBehind(operation, known, args[operands - 1], check)
    checkWaiting(operation, operands, Math.min(args.length, operands - 1))
    return (data: unknown) => run(data, ...args.slice(0, operands - 1), options)
  }) as never
}

/** Refuses anything but a function. */
export const checkFunction = (operation: string, f: unknown): void => {
  if (typeof f === "function") return
  throw new ArgumentError({ operation, message: `${operation}: expected a function, got ${describe(f)}` })
}

/** A transformation: a dual function of a function and options. */
export const transformation = <F, O extends object>(
  operation: string,
  known: Known<O>,
  body: (f: never, options: never) => unknown,
  check?: (options: O) => void
): F => {
  const applied = (f: never, options: never): unknown => {
    checkFunction(operation, f)
    return body(f, options)
  }
  return dualWithOptions(operation, 1, known, applied, check)
}
