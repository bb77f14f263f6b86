/**
 * Arithmetic of natural numbers in types, by long addition, multiplication and division of their digits. Numbers that
 * the type checker doesn't know, or writes with an exponent, give `number`. Digits are kept least significant first.
 */

type Digit = "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9"

/** `Sums[x][y]` is `x + y`, tens before ones. */
type Sums = [
  ["00", "01", "02", "03", "04", "05", "06", "07", "08", "09"],
  ["01", "02", "03", "04", "05", "06", "07", "08", "09", "10"],
  ["02", "03", "04", "05", "06", "07", "08", "09", "10", "11"],
  ["03", "04", "05", "06", "07", "08", "09", "10", "11", "12"],
  ["04", "05", "06", "07", "08", "09", "10", "11", "12", "13"],
  ["05", "06", "07", "08", "09", "10", "11", "12", "13", "14"],
  ["06", "07", "08", "09", "10", "11", "12", "13", "14", "15"],
  ["07", "08", "09", "10", "11", "12", "13", "14", "15", "16"],
  ["08", "09", "10", "11", "12", "13", "14", "15", "16", "17"],
  ["09", "10", "11", "12", "13", "14", "15", "16", "17", "18"]
]

/** `Products[x][y]` is `x * y`, tens before ones. */
type Products = [
  ["00", "00", "00", "00", "00", "00", "00", "00", "00", "00"],
  ["00", "01", "02", "03", "04", "05", "06", "07", "08", "09"],
  ["00", "02", "04", "06", "08", "10", "12", "14", "16", "18"],
  ["00", "03", "06", "09", "12", "15", "18", "21", "24", "27"],
  ["00", "04", "08", "12", "16", "20", "24", "28", "32", "36"],
  ["00", "05", "10", "15", "20", "25", "30", "35", "40", "45"],
  ["00", "06", "12", "18", "24", "30", "36", "42", "48", "54"],
  ["00", "07", "14", "21", "28", "35", "42", "49", "56", "63"],
  ["00", "08", "16", "24", "32", "40", "48", "56", "64", "72"],
  ["00", "09", "18", "27", "36", "45", "54", "63", "72", "81"]
]

/** Adds a digit to a two-digit text. */
type Plus<N extends string, C extends Digit> = N extends `${infer T extends Digit}${infer O extends Digit}`
  ? Sums[O][C] extends `${infer U extends Digit}${infer P extends Digit}` ? `${Ones<Sums[T][U]>}${P}` : never
  : never

type Ones<N extends string> = N extends `${string}${infer O extends Digit}` ? O : never

type Reverse<S extends string, Out extends string = ""> = S extends `${infer H}${infer T}` ? Reverse<T, `${H}${Out}`>
  : Out

/** The least significant digit, and the remaining ones. */
type Low<S extends string> = S extends `${infer H extends Digit}${string}` ? H : "0"
type High<S extends string> = S extends `${string}${infer T}` ? T : ""

type AddReversed<A extends string, B extends string, Carry extends Digit = "0", Out extends string = ""> =
  `${A}${B}` extends "" ? `${Out}${Carry}`
    : Plus<Sums[Low<A>][Low<B>], Carry> extends `${infer T extends Digit}${infer O extends Digit}`
      ? AddReversed<High<A>, High<B>, T, `${Out}${O}`>
    : never

type MultiplyDigit<A extends string, D extends Digit, Carry extends Digit = "0", Out extends string = ""> = A extends
  `${infer X extends Digit}${infer R}`
  ? Plus<Products[X][D], Carry> extends `${infer T extends Digit}${infer O extends Digit}`
    ? MultiplyDigit<R, D, T, `${Out}${O}`>
  : never
  : `${Out}${Carry}`

type MultiplyReversed<A extends string, B extends string, Shift extends string = "", Sum extends string = ""> =
  B extends `${infer D extends Digit}${infer R}`
    ? MultiplyDigit<A, D> extends infer Row extends string
      ? AddReversed<Sum, `${Shift}${Row}`> extends infer Next extends string ? MultiplyReversed<A, R, `${Shift}0`, Next>
      : never
    : never
    : Sum

type Trim<S extends string> = S extends "0" ? S : S extends `0${infer R}` ? Trim<R> : S

type Parse<S extends string> = Trim<Reverse<S>> extends `${infer N extends number}` ? N : number

/** Whether a number is a natural number written in digits only. */
type IsPlain<N extends number> = number extends N ? false :
  `${N}` extends `${string}${"-" | "." | "e"}${string}` ? false
  : true

/** `A + B`, or `number`. */
export type Add<A extends number, B extends number> = [IsPlain<A>, IsPlain<B>] extends [true, true]
  ? AddReversed<Reverse<`${A}`>, Reverse<`${B}`>> extends infer S extends string ? Parse<S> : never
  : number

/** `A * B`, or `number`. */
export type Multiply<A extends number, B extends number> = A extends 1 ? B
  : B extends 1 ? A
  : [IsPlain<A>, IsPlain<B>] extends [true, true]
    ? MultiplyReversed<Reverse<`${A}`>, Reverse<`${B}`>> extends infer S extends string ? Parse<S> : never
  : number

/** `Complement[x]` is `9 - x`. */
type Complement = ["9", "8", "7", "6", "5", "4", "3", "2", "1", "0"]

/**
 * The sum of `A` and the nines' complement of `B`, with a carry of 1: `A - B`, as long as a carry comes out of it. `never`
 * where `B` is larger.
 */
type SubtractReversed<A extends string, B extends string, Carry extends Digit = "1", Out extends string = ""> =
  `${A}${B}` extends "" ? Carry extends "1" ? Out : never
    : Plus<Sums[Low<A>][Complement[Low<B>]], Carry> extends `${infer T extends Digit}${infer O extends Digit}`
      ? SubtractReversed<High<A>, High<B>, T, `${Out}${O}`>
    : never

/** `A - B`, `never` where that is negative, or `number`. */
export type Subtract<A extends number, B extends number> = B extends 0 ? A
  : [IsPlain<A>, IsPlain<B>] extends [true, true]
    ? SubtractReversed<Reverse<`${A}`>, Reverse<`${B}`>> extends infer S extends string
      ? [S] extends [never] ? never : Parse<S>
    : never
  : number

/** How often `B` goes into `Rest`, at most 9 times, and what is left: `[digit, rest]`. */
type DivideDigit<Rest extends string, B extends string, Q extends ReadonlyArray<0> = []> =
  SubtractReversed<Rest, B> extends infer Next extends string
    ? [Next] extends [never] ? [`${Q["length"]}`, Rest] : DivideDigit<Next, B, [...Q, 0]>
    : never

/** Long division of `A`, most significant digit first, by `B`: `[quotient, rest]`. */
type DivideText<A extends string, B extends string, Rest extends string = "", Out extends string = ""> = A extends
  `${infer D extends Digit}${infer R}`
  ? DivideDigit<`${D}${Rest}`, B> extends [infer Q extends string, infer Next extends string]
    ? DivideText<R, B, Next, `${Out}${Q}`>
  : never
  : [Out, Rest]

/** The number that a text says, most significant digit first, with zeros before it. */
type Read<S extends string> = S extends "0" ? 0
  : S extends `0${infer R}` ? Read<R>
  : S extends `${infer N extends number}` ? N
  : number

/** `A / B`, `never` where a rest is left or `B` is 0, or `number`. */
export type Divide<A extends number, B extends number> = B extends 1 ? A
  : B extends 0 ? never
  : [IsPlain<A>, IsPlain<B>] extends [true, true]
    ? DivideText<`${A}`, Reverse<`${B}`>> extends [infer Q extends string, infer R extends string]
      ? Trim<Reverse<R>> extends "0" ? Read<Q> : never
    : never
  : number

/** `A / B` without its rest, or `number`. */
export type Quotient<A extends number, B extends number> = B extends 0 ? number
  : [IsPlain<A>, IsPlain<B>] extends [true, true]
    ? DivideText<`${A}`, Reverse<`${B}`>> extends [infer Q extends string, string] ? Read<Q> : never
  : number
