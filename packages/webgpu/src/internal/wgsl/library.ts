/**
 * Functions that shaders are written with, where WGSL's own mean something else, are free to, or are less accurate than
 * is promised here. A shader has those that it uses.
 *
 * A compiler of WGSL may assume that there is no NaN and no infinity, flush subnormal numbers, fuse a multiplication and
 * an addition, and rearrange sums (WGSL, "Floating Point Evaluation"). So special values are told by their bits, of
 * which no compiler may assume anything, and where a sum must be taken as it is written, `fence` stands in it.
 */
import { bessel } from "./library/bessel.ts"
import { conversion } from "./library/conversion.ts"
import type { LibraryFunction } from "./library/define.ts"
import { erf } from "./library/erf.ts"
import { exact } from "./library/exact.ts"
import { exp } from "./library/exp.ts"
import { fixedPoint } from "./library/fixedPoint.ts"
import { float } from "./library/float.ts"
import { gamma } from "./library/gamma.ts"
import { hyperbolic } from "./library/hyperbolic.ts"
import { integer } from "./library/integer.ts"
import { inverseTrig } from "./library/inverseTrig.ts"
import { log } from "./library/log.ts"
import { order } from "./library/order.ts"
import { power } from "./library/power.ts"
import { trig } from "./library/trig.ts"

const functions = {
  ...fixedPoint,
  ...float,
  ...integer,
  ...conversion,
  ...exact,
  ...exp,
  ...log,
  ...power,
  ...trig,
  ...inverseTrig,
  ...hyperbolic,
  ...erf,
  ...gamma,
  ...bessel,
  ...order
}

export type FunctionName = keyof typeof functions

export const library: { readonly [N in FunctionName]: LibraryFunction } = functions

/** The code of functions and of all that they use, in an order in which each has what it calls before it. */
export const collect = (names: Iterable<FunctionName>): ReadonlyArray<string> => {
  const found = new Set<FunctionName>()
  const visit = (name: FunctionName): void => {
    if (found.has(name)) return
    for (const needed of library[name].uses) visit(needed as FunctionName)
    found.add(name)
  }
  for (const name of names) visit(name)
  return [...found].map((name) => library[name].code.trim())
}
