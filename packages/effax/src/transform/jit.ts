/**
 * `jit`: trace once for each signature, compile once for each Program.
 */
import * as Equal from "effect/Equal"
import * as aval from "../Aval.ts"
import type { Aval } from "../Aval.ts"
import { ArgumentError } from "../Errors.ts"
import { type Arguments, avals, flatten, sameAvals } from "../internal/arguments.ts"
import type * as node from "../internal/node.ts"
import * as tracing from "../internal/trace.ts"
import { call } from "../primitive/call.ts"
import { type Program, withoutCaptures } from "../Program.ts"
import * as Tree from "../Tree.ts"

/**
 * Options of {@link jit}.
 *
 * @category models
 * @since 0.1.0
 */
export interface JitOptions {
  /** Positions of arguments that are not arrays but part of the Program: a new value (by `Equal`) is a new trace. */
  readonly staticArgnums?: number | ReadonlyArray<number>
  /** Positions of arguments whose arrays may not be used afterwards; their memory is reused. */
  readonly donateArgnums?: number | ReadonlyArray<number>
  /** Shown in Programs, spans and errors; by default the function's own name. */
  readonly name?: string
  /** Signatures that may be traced before a warning is logged that says what keeps changing. 32 by default. */
  readonly retraceBudget?: number
}

interface Trace {
  readonly statics: ReadonlyArray<unknown>
  readonly structure: Tree.Structure
  readonly avals: ReadonlyArray<Aval>
  readonly program: Program
  readonly captures: ReadonlyArray<node.Node>
  readonly donated: ReadonlyArray<boolean>
  readonly result: Tree.Structure
}

/** A jitted function. @category models @since 0.1.0 */
export interface Jitted<A extends ReadonlyArray<unknown>, B> {
  (...args: Arguments<A>): B
}

/**
 * Compiles a function of trees of arrays: it is traced once for each signature (structure, dtypes, shapes and static
 * arguments), and the trace is compiled once, by whichever backend runs it.
 *
 * **Details**
 *
 * The function must be pure: it runs only while it is traced. Arrays that it closes over are captured as inputs, never
 * copied into the Program. Two functions with the same Program share one executable. `staticArgnums` names arguments
 * that are no arrays; `donateArgnums` those whose memory may be reused.
 *
 * **Gotchas**
 *
 * JavaScript's `if` and `for` run while the function is traced, and see no values: a number that is not in
 * `staticArgnums` is an array inside of the function.
 *
 * @example
 * ```ts
 * import { jit, NdArray, Numpy as np } from "effax"
 *
 * const f = jit((x: NdArray.Any) => np.multiply(np.sin(np.cos(x)), np.tanh(x)))
 * f(np.ones([2, 3])).shape // => [2, 3]
 *
 * const power = jit(
 *   (x: NdArray.Any, n: number) => {
 *     let y: NdArray.Any = x
 *     for (let i = 1; i < n; i++) y = np.multiply(y, x)
 *     return y
 *   },
 *   { staticArgnums: 1 }
 * )
 * power(np.array([1, 2]), 3) // => [1, 8]
 * ```
 *
 * @category transformations
 * @since 0.1.0
 */
export const jit: {
  (options: JitOptions): <A extends ReadonlyArray<unknown>, B>(f: (...args: A) => B) => Jitted<A, B>
  <A extends ReadonlyArray<unknown>, B>(f: (...args: A) => B, options?: JitOptions): Jitted<A, B>
} = <A extends ReadonlyArray<unknown>, B>(
  first: ((...args: A) => B) | JitOptions,
  options: JitOptions = {}
): never =>
  (typeof first === "function"
    ? make(first, options)
    : (f: (...args: A) => B) => make(f, first)) as never

const list = (positions: number | ReadonlyArray<number> | undefined): ReadonlyArray<number> =>
  positions === undefined ? [] : typeof positions === "number" ? [positions] : positions

const make = <A extends ReadonlyArray<unknown>, B>(f: (...args: A) => B, options: JitOptions): Jitted<A, B> => {
  const name = options.name ?? (f.name === "" ? "<lambda>" : f.name)
  const staticArgnums = list(options.staticArgnums)
  const donateArgnums = list(options.donateArgnums)
  const budget = options.retraceBudget ?? 32
  for (const position of donateArgnums) {
    if (staticArgnums.includes(position)) {
      throw new ArgumentError({
        operation: "jit",
        message: `jit: argument ${position} of ${name} is both static and donated; a static argument has no memory`
      })
    }
  }
  const traces: Array<Trace> = []

  const find = (statics: ReadonlyArray<unknown>, structure: Tree.Structure, leaves: ReadonlyArray<node.Node>) => {
    for (let i = traces.length - 1; i >= 0; i--) {
      const trace = traces[i]!
      if (
        Tree.structureEquals(trace.structure, structure) && sameAvals(trace.avals, leaves) &&
        trace.statics.every((value, k) => Equal.equals(value, statics[k]))
      ) return trace
    }
    return undefined
  }

  const trace = (
    args: ReadonlyArray<unknown>,
    statics: ReadonlyArray<unknown>,
    structure: Tree.Structure,
    leaves: ReadonlyArray<node.Node>
  ): Trace => {
    let result: Tree.Structure | undefined
    const { captures, program } = tracing.trace("jit", avals(leaves), (parameters) => {
      const dynamic = Tree.unflatten(structure, parameters) as ReadonlyArray<unknown>
      let next = 0
      const all = args.map((arg, i) => staticArgnums.includes(i) ? arg : dynamic[next++])
      const flat = flatten(name, "result", f(...all as unknown as A))
      result = flat.structure
      return flat.leaves
    })
    for (const capture of captures) capture.retained = true
    const donatedLeaves = args.flatMap((arg, i) =>
      staticArgnums.includes(i) ? [] : Tree.leaves(arg).map(() => donateArgnums.includes(i))
    )
    const made: Trace = {
      statics,
      structure,
      avals: avals(leaves),
      program: withoutCaptures(program),
      captures,
      donated: donatedLeaves.includes(true) ? [...captures.map(() => false), ...donatedLeaves] : [],
      result: result!
    }
    if (traces.length === budget) made.program.remarks.push(explain(name, budget, traces.at(-1)!, made))
    traces.push(made)
    return made
  }

  return (...args) => {
    const dynamic = staticArgnums.length === 0 ? args : args.filter((_, i) => !staticArgnums.includes(i))
    const statics = staticArgnums.length === 0 ? noStatics : staticArgnums.map((i) => args[i])
    const { leaves, structure } = flatten(name, "argument", dynamic)
    const found = find(statics, structure, leaves) ?? trace(args, statics, structure, leaves)
    const inputs = found.captures.length === 0 ? leaves : [...found.captures, ...leaves]
    return Tree.unflatten(found.result, call(name, found.program, inputs, found.donated)) as B
  }
}

const noStatics: ReadonlyArray<unknown> = []

/** Which part of the signature changed since the last trace. */
const explain = (name: string, budget: number, before: Trace, after: Trace): string => {
  const change = !Tree.structureEquals(before.structure, after.structure)
    ? `the structure of the arguments changed from ${Tree.structureToString(before.structure)} to ${
      Tree.structureToString(after.structure)
    }`
    : after.avals.flatMap((of, i) =>
      aval.equals(of, before.avals[i]!)
        ? []
        : [`leaf ${i} changed from ${aval.format(before.avals[i]!)} to ${aval.format(of)}`]
    ).join(", ") || "a static argument changed"
  return `${name} has been traced for more than ${budget} signatures, each of which is compiled: last time ${change}. ` +
    "Pad or batch to a few fixed shapes, pass numbers as arrays, or raise `retraceBudget`."
}
