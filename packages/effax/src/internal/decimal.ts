/**
 * Sums and products of natural numbers in types, by long addition and multiplication of their digits, least significant
 * first. Numbers that the type checker doesn't know, or writes with an exponent, give `number`.
 */

/** As many elements as the digit says. */
interface Unary {
  "0": []
  "1": [0]
  "2": [0, 0]
  "3": [0, 0, 0]
  "4": [0, 0, 0, 0]
  "5": [0, 0, 0, 0, 0]
  "6": [0, 0, 0, 0, 0, 0]
  "7": [0, 0, 0, 0, 0, 0, 0]
  "8": [0, 0, 0, 0, 0, 0, 0, 0]
  "9": [0, 0, 0, 0, 0, 0, 0, 0, 0]
}
type Digit = keyof Unary

/** `T` as many times as the digit says. */
type Repeat<T extends ReadonlyArray<unknown>, N extends Digit> = {
  "0": []
  "1": T
  "2": [...T, ...T]
  "3": [...T, ...T, ...T]
  "4": [...T, ...T, ...T, ...T]
  "5": [...T, ...T, ...T, ...T, ...T]
  "6": [...T, ...T, ...T, ...T, ...T, ...T]
  "7": [...T, ...T, ...T, ...T, ...T, ...T, ...T]
  "8": [...T, ...T, ...T, ...T, ...T, ...T, ...T, ...T]
  "9": [...T, ...T, ...T, ...T, ...T, ...T, ...T, ...T, ...T]
}[N]

/** A number below 100 as [tens, ones]. */
type Split<N> = `${N & number}` extends `${infer T extends Digit}${infer O extends Digit}` ? [T, O]
  : `${N & number}` extends infer O extends Digit ? ["0", O]
  : never

type Reverse<S extends string, Out extends string = ""> = S extends `${infer H}${infer T}` ? Reverse<T, `${H}${Out}`>
  : Out

type AddReversed<A extends string, B extends string, Carry extends Digit = "0", Out extends string = ""> =
  [A, B, Carry] extends ["", "", infer C] ? C extends "0" ? Out : `${Out}${C & string}`
    : [First<A>, First<B>] extends [infer X extends Digit, infer Y extends Digit]
      ? Split<[...Unary[X], ...Unary[Y], ...Unary[Carry]]["length"]> extends
        [infer T extends Digit, infer O extends Digit] ? AddReversed<Rest<A>, Rest<B>, T, `${Out}${O}`>
      : never
    : never

type First<S extends string> = S extends `${infer H}${string}` ? H : "0"
type Rest<S extends string> = S extends `${string}${infer T}` ? T : ""

type MultiplyDigit<A extends string, D extends Digit, Carry extends Digit = "0", Out extends string = ""> = A extends
  `${infer X extends Digit}${infer R}`
  ? Split<[...Repeat<Unary[X], D>, ...Unary[Carry]]["length"]> extends [infer T extends Digit, infer O extends Digit]
    ? MultiplyDigit<R, D, T, `${Out}${O}`>
  : never
  : Carry extends "0" ? Out
  : `${Out}${Carry}`

type MultiplyReversed<A extends string, B extends string, Shift extends string = "", Sum extends string = ""> =
  B extends `${infer D extends Digit}${infer R}`
    ? MultiplyReversed<A, R, `${Shift}0`, AddReversed<Sum, `${Shift}${MultiplyDigit<A, D>}`>>
    : Sum

type Trim<S extends string> = S extends "0" ? S : S extends `0${infer R}` ? Trim<R> : S

type Parse<S extends string> = Trim<Reverse<S>> extends `${infer N extends number}` ? N : number

/** Whether a number is a natural one that is written in digits alone. */
type IsPlain<N extends number> = number extends N ? false :
  `${N}` extends `${string}${"-" | "." | "e"}${string}` ? false
  : true

/** `A + B`, or `number`. */
export type Add<A extends number, B extends number> = [IsPlain<A>, IsPlain<B>] extends [true, true]
  ? Parse<AddReversed<Reverse<`${A}`>, Reverse<`${B}`>>>
  : number

/** `A * B`, or `number`. */
export type Multiply<A extends number, B extends number> = A extends 1 ? B
  : B extends 1 ? A
  : [IsPlain<A>, IsPlain<B>] extends [true, true] ? Parse<MultiplyReversed<Reverse<`${A}`>, Reverse<`${B}`>>>
  : number
