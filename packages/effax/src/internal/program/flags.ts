/**
 * Flags, one per operand or result: whether it has a tangent, a cotangent or a batch axis.
 */
import type * as NdArray from "../../NdArray.ts"
import type { OrZero } from "../../Primitive.ts"

export type Flags = ReadonlyArray<boolean>

/** Whether a value is not a symbolic zero. */
export const isPresent = (x: OrZero): x is NdArray.Any => x !== undefined

/** Puts the values of the marked elements back in their positions; `undefined` elsewhere. */
export const spread = <A>(marked: Flags, values: ReadonlyArray<A>): ReadonlyArray<A | undefined> => {
  let next = 0
  return marked.map((is) => is ? values[next++] : undefined)
}

/** The values that are marked. */
export const pick = <A>(values: ReadonlyArray<A>, flags: Flags): ReadonlyArray<A> => values.filter((_, i) => flags[i])

/** The values that are not marked. */
export const omit = <A>(values: ReadonlyArray<A>, flags: Flags): ReadonlyArray<A> => values.filter((_, i) => !flags[i])

export const either = (a: Flags, b: Flags): Flags => a.map((flag, i) => flag || b[i] === true)

/** The same flag for every value. */
export const all = (values: ReadonlyArray<unknown>, flag: boolean): Flags => values.map(() => flag)

/** The number of marked elements. */
export const count = (flags: Flags): number => flags.reduce((n, flag) => flag ? n + 1 : n, 0)

/** `101`: used in the names of memoised rewrites. */
export const mask = (flags: Flags): string => flags.map((flag) => flag ? "1" : "0").join("")

/**
 * The smallest set of flags that contains `first` and is closed under `next`: which carries have a tangent, a cotangent
 * or a batch axis, given those that have one when the loop begins.
 */
export const fixpoint = <A>(
  first: Flags,
  next: (flags: Flags) => readonly [flags: Flags, found: A]
): readonly [flags: Flags, found: A] => {
  let flags = first
  for (;;) {
    const [found, value] = next(flags)
    const more = either(flags, found)
    if (more.every((flag, i) => flag === flags[i])) return [flags, value]
    flags = more
  }
}
