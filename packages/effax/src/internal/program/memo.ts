/**
 * Results of passes over Programs, kept for as long as the Program that they were made from is reachable. A Program never
 * changes, so that a result never grows stale.
 */
import type { ProgramData } from "./model.ts"
import type { Program } from "./program.ts"

/** One result for each Program. */
export interface Memo<A> {
  readonly get: (program: ProgramData) => A | undefined
  readonly set: (program: ProgramData, result: A) => void
  /** The result that is known, or the one that `make` gives. */
  readonly of: (program: Program, make: (program: Program) => A) => A
}

/** A memo of one pass; each pass owns its own. */
export const make = <A>(): Memo<A> => {
  const kept = new WeakMap<ProgramData, { readonly result: A }>()
  const set = (program: ProgramData, result: A): void => {
    kept.set(program, { result })
  }
  return {
    get: (program) => kept.get(program)?.result,
    set,
    of: (program, make) => {
      const known = kept.get(program)
      if (known !== undefined) return known.result
      const result = make(program)
      set(program, result)
      return result
    }
  }
}

const rewrites = make<Map<string, unknown>>()

/** A rewrite of a Program that is made once. The name says which rewrite it is, with its options: `jvp[true,false]`. */
export const rewrite = <A>(program: Program, name: string, make: () => A): A => {
  const known = rewrites.of(program, () => new Map())
  if (known.has(name)) return known.get(name) as A
  const made = make()
  known.set(name, made)
  return made
}
