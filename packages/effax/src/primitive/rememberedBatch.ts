/**
 * Batching rules of control flow, for Layers that report on equations.
 */
import { avals } from "../internal/arguments/arguments.ts"
import * as axisScope from "../internal/axes/scope.ts"
import { scopeOf } from "../internal/batching/batching.ts"
import { remember } from "../internal/batching/examples.ts"
import * as location from "../internal/graph/location.ts"
import * as node from "../internal/graph/node.ts"
import { trace } from "../internal/program/trace.ts"
import type { BatchContext, Batched, Params, Primitive } from "../Primitive.ts"
import { call } from "./call.ts"

/** A batching rule whose results remember the equation of one example, while a Layer reports on equations. */
export function remembered<P extends Params>(
  primitive: () => Primitive<P>,
  rule: (context: BatchContext<P>) => Batched
): (context: BatchContext<P>) => Batched {
  return (context) => {
    if (!location.isWanted()) return rule(context)
    const { axisName, batched, params, size } = context
    const axis = { size, name: axisName }
    const inputs = context.inputs.map(node.nodeOf)
    const singles = avals(inputs).map((of, i) => batched[i] ? { ...of, shape: of.shape.slice(1) } : of)
    let results: ReadonlyArray<boolean> = []
    const whole = trace("vmap", avals(inputs), (parameters) => {
      const made = rule({ ...context, inputs: parameters })
      results = made.batched
      return made.outputs
    })
    const single = axisScope.within(
      scopeOf(axis),
      () => trace("vmap", singles, (parameters) => node.bind(primitive(), parameters, params))
    )
    if (whole.captures.length > 0 || single.captures.length > 0) return rule(context)
    remember(whole.program, { single: single.program, axis, batched, results })
    return { outputs: call("vmap", whole.program, inputs), batched: results }
  }
}
