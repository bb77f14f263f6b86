/**
 * Functions as Programs for control flow: they are traced on leaves of trees, and what they close over goes first among
 * their operands.
 */
import * as Aval from "../Aval.ts"
import * as DType from "../DType.ts"
import { ArgumentError, ReplicationError, TreeError } from "../Errors.ts"
import { type Flat, flatten, given, type Parametric, pathOf, unasked } from "../internal/arguments/arguments.ts"
import { describe } from "../internal/arguments/describe.ts"
import * as replication from "../internal/axes/replication.ts"
import { cast } from "../internal/graph/cast.ts"
import * as node from "../internal/graph/node.ts"
import { isInteger } from "../internal/graph/numbers.ts"
import { literal } from "../internal/graph/scalars.ts"
import { Program, withoutCaptures } from "../internal/program/program.ts"
import * as tracing from "../internal/program/trace.ts"
import type * as NdArray from "../NdArray.ts"
import { sharedInputs } from "../primitive/controlFlow.ts"
import { plural } from "../primitive/rule.ts"
import * as Tree from "../Tree.ts"

export type AnyFunction = (...args: ReadonlyArray<never>) => unknown

export type Nodes = ReadonlyArray<node.Node>

/** A traced function. */
export interface Body {
  /** Captures, then arguments. */
  readonly closed: tracing.Closed
  /** The function's result. */
  readonly tree: unknown
  readonly structure: Tree.Structure
  readonly results: ReadonlyArray<Aval.Aval>
}

export const checkFunction = (operation: string, what: string, f: unknown): void => {
  if (typeof f === "function") return
  throw new ArgumentError({
    operation,
    message: `${operation}: ${what} must be a function, got ${
      node.isNode(f) ? `an array ${Aval.format(f)}` : describe(f)
    }`
  })
}

/** Captures in the order in which they are used, as JAX has them. */
const inOrderOfUse = ({ captures, program }: tracing.Closed): tracing.Closed => {
  if (captures.length < 2) return { captures, program }
  const position = new Map(program.captures.map((variable, i) => [variable as unknown, i]))
  const order = new Set<number>()
  for (const atom of [...program.equations.flatMap(({ inputs }) => inputs), ...program.results]) {
    const at = position.get(atom)
    if (at !== undefined) order.add(at)
  }
  const used = [...order]
  return {
    captures: used.map((i) => captures[i]!),
    program: new Program({
      captures: used.map((i) => program.captures[i]!),
      parameters: program.parameters,
      equations: program.equations,
      results: program.results
    })
  }
}

/** Traces a function of leaves; `results` are those of its results that count. */
export const traceLeaves = (
  operation: string,
  parameters: ReadonlyArray<Parametric>,
  f: (leaves: Nodes) => ReadonlyArray<NdArray.Any>
): tracing.Closed => inOrderOfUse(tracing.trace(operation, parameters, f))

/** Traces a function of the arguments that have this structure. */
export const traceBody = (
  operation: string,
  f: AnyFunction,
  args: { readonly avals: ReadonlyArray<Parametric>; readonly structure: Tree.Structure },
  what: string
): Body => {
  let tree: unknown
  let flat: Flat | undefined
  const closed = traceLeaves(operation, args.avals, (leaves) => {
    tree = f(...Tree.unflatten(args.structure, leaves) as ReadonlyArray<never>)
    flat = flatten(operation, what, tree)
    return flat.leaves
  })
  return { closed, tree, structure: flat!.structure, results: closed.program.results.map(({ aval }) => aval) }
}

/** The same Program with results of these dtypes. */
const withResults = (
  operation: string,
  { captures, program }: tracing.Closed,
  dtypes: ReadonlyArray<DType.DType>
): tracing.Closed => {
  if (program.results.every(({ aval }, i) => aval.dtype === dtypes[i])) return { captures, program }
  return traceLeaves(
    operation,
    program.parameters.map(({ aval }) => aval),
    (parameters) =>
      tracing.replay(program, [...captures, ...parameters]).map((result, i) =>
        result.dtype === dtypes[i]
          ? result
          : result.weak && result.source._tag === "Literal"
          ? literal(operation, result.source.value, dtypes[i]!)
          : cast(operation, result, dtypes[i]!)
      )
  )
}

/** A leaf's place in a tree, with the name of the tree: `carry.a[0]`. */
const placeOf = (what: string, tree: unknown, leaf: number): string => {
  const path = pathOf(tree, leaf)
  return path === "" || path.startsWith("[") ? `${what}${path}` : `${what}.${path}`
}

/** The dtype that a weak value takes to agree with another one. */
const agreed = (x: Aval.Aval, y: Aval.Aval): DType.DType => DType.promoteTyped([x, y]).dtype

/** The initial carry of a loop. */
export interface Carry {
  /** Counters of the loop's own, then the leaves of the user's carry. */
  readonly leaves: Nodes
  readonly counters: number
  /** The user's carry. */
  readonly tree: unknown
}

/**
 * The leaves with numbers in place of which integers were needed as weak integers: later steps have other values, which are
 * to be whole too.
 */
export const withIntegers = (operation: string, leaves: Nodes, traced: ReadonlyArray<Parametric>): Nodes =>
  leaves.map((leaf, i) => {
    const { number } = traced[i]!
    if (!number?.asked) return leaf
    // where a function around the loop is traced, it depends on this number as well
    isInteger(leaf)
    return number.isInteger ? cast(operation, leaf, "int32", true) : leaf
  })

/**
 * A carry and the body that takes it to the next one. Numbers of the initial carry that the body uses as integers are
 * integers. Weakly typed leaves take the dtype that the body gives them; anything else that the body changes is an error.
 */
export const settleCarry = (
  operation: string,
  init: Carry,
  trace: (carry: ReadonlyArray<Parametric>) => { readonly body: Body; readonly carry: unknown }
): { readonly leaves: Nodes; readonly body: Body } => {
  const expected = Tree.structure(init.tree)
  let leaves = init.leaves
  for (;;) {
    const parameters = unasked(given(leaves))
    const { body, carry } = trace(parameters)
    const structure = Tree.structure(carry)
    if (!Tree.structureEquals(structure, expected)) {
      throw new TreeError({
        operation,
        message: `${operation}: the carry must keep its structure: the body takes ${
          Tree.structureToString(expected)
        } and gives ${Tree.structureToString(structure)}`
      })
    }
    const integers = withIntegers(operation, leaves, parameters)
    if (integers.some((leaf, i) => leaf !== leaves[i])) {
      leaves = integers
      continue
    }
    const next = body.results
    const agreeing = leaves.map((leaf, i) => leaf.weak ? cast(operation, leaf, agreed(leaf, next[i]!), true) : leaf)
    if (agreeing.some((leaf, i) => leaf !== leaves[i])) {
      leaves = agreeing.map((leaf, i) => leaf === leaves[i] ? leaf : cast(operation, leaf, leaf.dtype))
      continue
    }
    const wrong = leaves.flatMap((leaf, i) =>
      Aval.sameType(leaf, next[i]!)
        ? []
        : [`  ${placeOf("carry", init.tree, i - init.counters)}: ${Aval.format(leaf)} in, ${Aval.format(next[i]!)} out`]
    )
    if (wrong.length > 0) {
      throw new TreeError({
        operation,
        message: `${operation}: the body must give a carry of the dtypes and shapes that it takes, but ${
          plural(wrong.length, "leaf", "leaves")
        } differ${wrong.length === 1 ? "s" : ""}:\n${wrong.join("\n")}`
      })
    }
    checkCarryVaries(operation, init.tree, leaves, next)
    return { leaves, body }
  }
}

/** Inside of `shardMap`, a step must not make a carry differ from device to device that was the same on all of them. */
const checkCarryVaries = (
  operation: string,
  tree: unknown,
  leaves: ReadonlyArray<Aval.Aval>,
  next: ReadonlyArray<Aval.Aval>
): void => {
  const wrong = leaves.findIndex((leaf, i) => replication.missing(leaf.varying, next[i]!.varying).length > 0)
  if (wrong === -1) return
  const names = replication.missing(leaves[wrong]!.varying, next[wrong]!.varying)
  throw new ReplicationError({
    operation,
    message: `${operation}: the body must give a carry that varies over the axes that it takes it to vary over, but ${
      placeOf("carry", tree, wrong)
    } is ${Aval.format(leaves[wrong]!)} in, ${Aval.format(next[wrong]!)} out; make the initial value vary over ${
      replication.format(names)
    } with \`Lax.pvary\``
  })
}

/** Branches that agree: with the same operands (captures of all of them first) and the same results. */
export const joinBranches = (
  operation: string,
  names: ReadonlyArray<string>,
  bodies: ReadonlyArray<Body>
): { readonly captures: Nodes; readonly programs: ReadonlyArray<Program> } => {
  const first = bodies[0]!
  bodies.forEach((body, k) => {
    if (Tree.structureEquals(body.structure, first.structure)) return
    throw new TreeError({
      operation,
      message: `${operation}: branches must give trees of one structure: ${names[0]} gives ${
        Tree.structureToString(first.structure)
      }, ${names[k]} gives ${Tree.structureToString(body.structure)}`
    })
  })
  const results = first.results.map((_, i) => {
    const all = bodies.map((body) => body.results[i]!)
    const { dtype } = DType.promoteTyped(all)
    const fits = (aval: Aval.Aval) => Aval.sameShape(aval.shape, all[0]!.shape) && (aval.dtype === dtype || aval.weak)
    return { dtype, all, fits: all.every(fits) }
  })
  const wrong = results.flatMap(({ all, fits }, i) =>
    fits
      ? []
      : [
        `  ${placeOf("result", first.tree, i)}: ${
          all.map((aval, k) => `${Aval.format(aval)} of ${names[k]}`).join(", ")
        }`
      ]
  )
  if (wrong.length > 0) {
    throw new TreeError({
      operation,
      message: `${operation}: branches must give results of one dtype and shape, but they differ:\n${wrong.join("\n")}`
    })
  }
  checkResultsVary(operation, names, bodies)
  const closed = bodies.map((body) => withResults(operation, body.closed, results.map(({ dtype }) => dtype)))
  return sharedInputs(closed.map((of) => ({ captures: of.captures, program: withoutCaptures(of.program) }))) as {
    readonly captures: Nodes
    readonly programs: ReadonlyArray<Program>
  }
}

/** Inside of `shardMap`, branches give results that vary over the same axes. */
const checkResultsVary = (operation: string, names: ReadonlyArray<string>, bodies: ReadonlyArray<Body>): void => {
  const first = bodies[0]!
  first.results.forEach((expected, i) =>
    bodies.forEach((body, k) => {
      const found = body.results[i]!
      if (Aval.sameVarying(expected, found)) return
      const lacking = [
        replication.missing(expected.varying, found.varying),
        replication.missing(found.varying, expected.varying)
      ]
      const advice = lacking.flatMap((axes, side) =>
        axes.length === 0 ? [] : [`that of ${names[side === 0 ? 0 : k]} vary over ${replication.format(axes)}`]
      )
      throw new ReplicationError({
        operation,
        message: `${operation}: branches must give results that vary over the same axes, but ${
          placeOf("result", first.tree, i)
        } is ${Aval.format(expected)} of ${names[0]} and ${Aval.format(found)} of ${names[k]}; make ${
          advice.join(", and ")
        } with \`Lax.pvary\``
      })
    })
  )
}
