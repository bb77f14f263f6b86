/**
 * How a public function takes its arguments: one line for each function, from which `conventions.test.ts` makes the tests of
 * unknown options, of numbers and lists in the place of arrays, and of data that comes last.
 */

export type Values = number | bigint | boolean | ReadonlyArray<Values>

/** An operand that is an array; it may be given as a number, a nested list or an array. */
export class Operand {
  readonly values: Values
  constructor(values: Values) {
    this.values = values
  }
}

/** An operand that is an array. */
export const array = (values: Values): Operand => new Operand(values)

/** Options that a call must have: `withOptions({ size: 2 })`, last among the operands. */
export class Required {
  readonly options: object
  constructor(options: object) {
    this.options = options
  }
}

export const withOptions = (options: object): Required => new Required(options)

/** Why a function is not dual. */
export type Reason =
  /** It takes its data and nothing else: `x.pipe(np.sin)`. */
  | "data only"
  /** It makes something: its first argument is not data. */
  | "maker"
  /** It works on a list of arrays, or on operands of equal rank. */
  | "list"
  /** An operand behind the data may be left out, so that operands can't be counted. */
  | "optional operand"
  /** It takes any number of operands. */
  | "any number"

export interface Convention {
  readonly operands: ReadonlyArray<unknown>
  readonly options: object
  readonly dual: true | Reason
}

/** A function that other tests look at, and why. */
export interface Elsewhere {
  readonly elsewhere: string
}

const make = (dual: true | Reason) => (...operands: ReadonlyArray<unknown>): Convention => {
  const last = operands.at(-1)
  return last instanceof Required
    ? { operands: operands.slice(0, -1), options: last.options, dual }
    : { operands, options: {}, dual }
}

/** Data first or last: `f(x, y, options)` and `f(y, options)(x)`. With one operand: `f(x, options)` and `f(options)(x)`. */
export const dual = make(true)
/** A function of its data and options. */
export const only = make("data only")
export const maker = make("maker")
export const list = make("list")
export const optional = make("optional operand")
export const several = make("any number")
/** A function without arrays and without options, or one whose calls need a test of their own. */
export const elsewhere = (reason: string): Elsewhere => ({ elsewhere: reason })

export type Conventions = { readonly [name: string]: Convention | Elsewhere }
