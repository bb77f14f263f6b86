/**
 * The common parts of functions that equations define: traces of functions from trees like one to trees like it.
 */
import type { Aval } from "../../Aval.ts"
import { TreeError } from "../../Errors.ts"
import type * as NdArray from "../../NdArray.ts"
import * as Tree from "../../Tree.ts"
import { avals, type Flat, flatten } from "../arguments/arguments.ts"
import { cast } from "../graph/cast.ts"
import type * as node from "../graph/node.ts"
import { type Program, withoutCaptures } from "../program/program.ts"
import * as tracing from "../program/trace.ts"
import { checkLike } from "./differentiation.ts"

/** A tree that the arguments and results of functions have to be like, and what it is called in errors. */
export interface Model {
  readonly operation: string
  readonly what: string
  readonly leaves: ReadonlyArray<Aval>
  readonly structure: Tree.Structure
}

export const modelOf = (operation: string, what: string, flat: Flat): Model => ({
  operation,
  what,
  leaves: avals(flat.leaves),
  structure: flat.structure
})

/** The Program of a function; what it closed over are the first operands. */
export interface Traced {
  readonly program: Program
  readonly captures: ReadonlyArray<node.Node>
  /** The structure of the auxiliary output beside the result. */
  readonly auxiliary: Tree.Structure | undefined
}

const leavesLike = (model: Model, what: string, given: unknown): ReadonlyArray<NdArray.Any> => {
  const flat = flatten(model.operation, what, given)
  checkLike(model.operation, `the ${what}, as the ${model.what},`, given, flat, model)
  return flat.leaves.map((leaf, i) => cast(model.operation, leaf, model.leaves[i]!.dtype))
}

/** Traces a function of some trees like the model to one like it; with `hasAux`, to a pair whose second part is anything. */
export const traceLike = (
  model: Model,
  what: string,
  f: (...args: ReadonlyArray<unknown>) => unknown,
  options: { readonly arity: number; readonly hasAux: boolean } = { arity: 1, hasAux: false }
): Traced => {
  const { leaves, operation, structure } = model
  let auxiliary: Tree.Structure | undefined
  const every = new Array<ReadonlyArray<Aval>>(options.arity).fill(leaves).flat()
  const { captures, program } = tracing.trace(operation, every, (parameters) => {
    const given = f(
      ...Array.from(
        { length: options.arity },
        (_, i) => Tree.unflatten(structure, parameters.slice(i * leaves.length, (i + 1) * leaves.length))
      )
    )
    if (!options.hasAux) return leavesLike(model, what, given)
    if (!Array.isArray(given) || given.length !== 2) {
      throw new TreeError({
        operation,
        message: `${operation}: with hasAux the ${what} must be a pair [solution, auxiliary], got ${
          Array.isArray(given) ? `an array of ${given.length}` : Tree.structureToString(Tree.structure(given))
        }`
      })
    }
    const aux = flatten(operation, "auxiliary result", given[1])
    auxiliary = aux.structure
    return [...leavesLike(model, what, given[0]), ...aux.leaves]
  })
  return { program: withoutCaptures(program), captures, auxiliary }
}
