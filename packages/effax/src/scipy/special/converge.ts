/**
 * Iterations that end when all elements have converged.
 */
import * as node from "../../internal/graph/node.ts"
import { whileLoop } from "../../lax/loops.ts"
import * as P from "../../primitive/elementwise.ts"
import { reduceOr } from "../../primitive/reduction.ts"
import type { Any } from "./define.ts"

type Values = ReadonlyArray<Any>

/**
 * Takes steps from `init` for the elements that are active, at most `limit` of them; elements that are done keep their
 * values. A step gets its number, from 1 on, in the dtype of the first value.
 */
export const converge = (
  active: Any,
  init: Values,
  limit: number,
  step: (values: Values, n: Any) => { readonly values: Values; readonly goOn: Any }
): Values => {
  const axes = active.shape.map((_, axis) => axis)
  const one = node.literal(1, "int32", false)
  const goesOn = ([n, on]: Values): Any => P.and(P.le(n!, limit), axes.length === 0 ? on! : reduceOr(on!, axes))
  const body = ([n, on, ...old]: Values): Values => {
    const next = step(old, P.convert(n!, old[0]!.dtype))
    return [
      P.add(n!, 1),
      P.and(on!, next.goOn),
      ...next.values.map((value, i) => P.select(on!, value, old[i]!))
    ]
  }
  return whileLoop(goesOn, body, [one, active, ...init.map((x) => P.convert(x, x.dtype))] as Values).slice(2)
}
