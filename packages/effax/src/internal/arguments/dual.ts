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
 * them, unless they are options. `check` looks at the operands of a call that waits for its data.
 */
export const dual = <F>(operation: string, operands: number, body: Body, check?: Body): F => {
  const run = body as (...args: Arguments) => unknown
  const checkBehind = check as ((...args: Arguments) => unknown) | undefined
  return ((...args: Arguments) => {
    if (args.length >= operands) {
      checkNoOptions(operation, args[operands])
      // most operations have two operands: without a list of them the call is faster
      return operands === 2 ? run(args[0], args[1]) : run(...args)
    }
    checkWaiting(operation, operands, args.length)
    checkBehind?.(...args)
    return (data: unknown) => run(data, ...args)
  }) as never
}

/** Checks the options behind the operands: `undefined` stands for none. */
const optionsBehind = <O extends object>(
  operation: string,
  known: Known<O> | undefined,
  options: unknown,
  check: ((options: O) => void) | undefined
): O => {
  const given = options === undefined ? none as O : checkOptions(operation, options as O, known ?? options as Known<O>)
  check?.(given)
  return given
}

const countOf = (args: Arguments): number => isOptions(args[args.length - 1]) ? args.length - 1 : args.length

/**
 * A dual function of so many operands and options. `body` is given the options behind the operands, with names that are
 * known (any, where `known` is `undefined`) and values that `check` lets pass; a call that waits for its data refuses wrong ones at once.
 */
export const dualWithOptions = <F, O extends object>(
  operation: string,
  operands: number,
  known: Known<O> | undefined,
  body: Body,
  check?: (options: O) => void
): F => splitting(operation, operands, known, body, check, countOf)

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
): F =>
  splitting(
    operation,
    operands,
    known,
    body,
    check,
    (args) => typeof args[0] === "function" ? operands : Math.min(args.length, operands - 1)
  )

/**
 * As {@link dualWithOptions}, where operands that may be left out stand between the first ones and the options: `np.clip(x,
 * 0, 1)`. A call that waits for its data is given options only. `body` is given what the caller wrote.
 */
export const dualWithOptionals = <F, O extends object>(operation: string, known: Known<O>, body: Body): F => {
  const run = body as (...args: Arguments) => unknown
  return ((...args: Arguments) => {
    if (countOf(args) >= 1) return run(...args)
    const options = optionsBehind(operation, known, args[0], undefined)
    return (data: unknown) => run(data, options)
  }) as never
}

const splitting = <F, O extends object>(
  operation: string,
  operands: number,
  known: Known<O> | undefined,
  body: Body,
  check: ((options: O) => void) | undefined,
  count: (args: Arguments) => number
): F => {
  const run = body as (...args: Arguments) => unknown
  return ((...args: Arguments) => {
    const given = count(args)
    if (given >= operands) {
      const options = optionsBehind(operation, known, args[operands], check)
      return operands === 1
        ? run(args[0], options)
        : operands === 2
        ? run(args[0], args[1], options)
        : run(...args.slice(0, operands), options)
    }
    const options = optionsBehind(operation, known, args[operands - 1], check)
    checkWaiting(operation, operands, given)
    return (data: unknown) => run(data, ...args.slice(0, operands - 1), options)
  }) as never
}

/** A dual function whose data can't be taken for what stands behind it: `hasData` tells from the arguments. */
export const dualWhere = <F>(hasData: (args: Arguments) => boolean, body: Body): F => {
  const run = body as (...args: Arguments) => unknown
  return ((...args: Arguments) => hasData(args) ? run(...args) : (data: unknown) => run(data, ...args)) as never
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
