/**
 * The stages of a jitted function, one by one: traced, lowered, compiled, before it is first called.
 */
import * as Effect from "effect/Effect"
import * as aval from "../Aval.ts"
import { Backend, type MemoryAnalysis } from "../Backend.ts"
import * as Cost from "../Cost.ts"
import { ArgumentError, DTypeError, type ExecutionError, ShapeError, TreeError } from "../Errors.ts"
import { type Arguments, flatten, numbersOf } from "../internal/arguments/arguments.ts"
import * as retrace from "../internal/diagnostics/retrace.ts"
import type * as node from "../internal/graph/node.ts"
import type { Program } from "../internal/program/program.ts"
import * as structures from "../internal/tree/structure.ts"
import type * as NdArray from "../NdArray.ts"
import { call } from "../primitive/call.ts"
import { print } from "../Program.ts"
import * as Tree from "../Tree.ts"
import { ShapeDType, type Specs } from "./evalShape.ts"

/** The trace of a jitted function for one signature. */
export interface Specialization extends retrace.Signature {
  readonly program: Program
  readonly captures: ReadonlyArray<node.Node>
  readonly donated: ReadonlyArray<boolean>
  readonly result: Tree.Structure
  /** Positions of static arguments that are not those it was traced for. */
  readonly otherStatics: (args: ReadonlyArray<unknown>) => ReadonlyArray<number>
}

/**
 * A jitted function at one signature: its Program, and what goes in and comes out.
 *
 * @category models
 * @since 0.1.0
 */
export interface Traced<A extends ReadonlyArray<unknown>, B> {
  readonly name: string
  /** The Program that is compiled. Arrays that the function closed over are its first inputs. */
  readonly program: Program
  /** The arrays that the function closed over. */
  readonly captures: ReadonlyArray<NdArray.Any>
  /** The structure of the list of arguments, static ones left out. */
  readonly inTree: Tree.Structure
  readonly outTree: Tree.Structure
  /** The arguments that are not static, with a `ShapeDType` in the place of every leaf. */
  readonly inInfo: ReadonlyArray<unknown>
  /** The result, with a `ShapeDType` in the place of every array. */
  readonly outInfo: Specs<B>
  /** Takes it as far as the backend in context can without making code of it. */
  readonly lower: () => Effect.Effect<Lowered<A, B>, ExecutionError, Backend>
}

/**
 * A {@link Traced} function that a backend has looked at.
 *
 * @category models
 * @since 0.1.0
 */
export interface Lowered<A extends ReadonlyArray<unknown>, B> {
  readonly name: string
  readonly program: Program
  readonly inInfo: ReadonlyArray<unknown>
  readonly outInfo: Specs<B>
  /** The Program, then the stages of the backend's compiler, as texts. */
  readonly texts: () => { readonly [stage: string]: string }
  readonly costAnalysis: Cost.Cost
  /** Compiles it for the backend in context, or finds it compiled. */
  readonly compile: () => Effect.Effect<Compiled<A, B>, ExecutionError, Backend>
}

/**
 * A function for arguments of one signature, compiled already: it is never traced again.
 *
 * **Details**
 *
 * It is called as the function is, static arguments included, and throws a `TreeError`, `ShapeError` or `DTypeError` that
 * lists every leaf which is not what it was compiled for. A call is a node of the graph like any other: it can be
 * differentiated and vectorised, which makes other Programs, that are compiled when they are run.
 *
 * @category models
 * @since 0.1.0
 */
export interface Compiled<A extends ReadonlyArray<unknown>, B> {
  (...args: Arguments<A>): B
  readonly program: Program
  readonly inInfo: ReadonlyArray<unknown>
  readonly outInfo: Specs<B>
  /** The texts of every stage, from the Program to the machine. */
  readonly texts: () => { readonly [stage: string]: string }
  readonly costAnalysis: Cost.Cost
  readonly memoryAnalysis: MemoryAnalysis
}

const specs = (structure: Tree.Structure, avals: ReadonlyArray<aval.Aval>): unknown =>
  Tree.unflatten(structure, avals.map(({ dtype, shape, weak }) => new ShapeDType(shape, dtype, weak)))

const totals = ({ bytesAccessed, flops, transcendentals }: Cost.Cost): Cost.Cost => ({
  flops,
  transcendentals,
  bytesAccessed
})

export const traced = <A extends ReadonlyArray<unknown>, B>(name: string, of: Specialization): Traced<A, B> => {
  const { captures, program, result, structure } = of
  const common = {
    name,
    program,
    inInfo: specs(structure, of.avals) as ReadonlyArray<unknown>,
    outInfo: specs(result, program.results.map((atom) => atom.aval)) as Specs<B>
  }
  const texts = (stages: { readonly [stage: string]: string }) => ({ program: print(program), ...stages })

  const compile = Effect.gen(function*() {
    const backend = yield* Backend
    const executable = yield* backend.compile(program)
    const compiled: Omit<Compiled<A, B>, never> = {
      ...common,
      texts: () => texts(executable.texts()),
      costAnalysis: totals(Cost.analysis(program)),
      memoryAnalysis: executable.memory()
    }
    // the members stand beside the call
    const { name: _, ...members } = compiled as typeof compiled & { readonly name: string }
    return Object.assign((...args: ReadonlyArray<unknown>) => apply(name, of, args) as B, members) as Compiled<A, B>
  })

  return {
    ...common,
    captures: captures as ReadonlyArray<NdArray.Any>,
    inTree: structure,
    outTree: result,
    lower: () =>
      Effect.gen(function*() {
        const lowering = yield* (yield* Backend).lower(program)
        return {
          ...common,
          texts: () => texts(lowering.texts()),
          costAnalysis: totals(Cost.analysis(program)),
          compile: () => compile
        }
      })
  }
}

/** Calls the Program on arguments, once they are seen to be what it was made for. */
const apply = (name: string, of: Specialization, args: ReadonlyArray<unknown>): unknown => {
  const { staticArgnums } = of
  const dynamic = staticArgnums.length === 0 ? args : args.filter((_, i) => !staticArgnums.includes(i))
  const { leaves, structure } = flatten(name, "argument", dynamic)
  check(name, of, args, structure, leaves)
  const inputs = of.captures.length === 0 ? leaves : [...of.captures, ...leaves]
  return Tree.unflatten(of.result, call(name, of.program, inputs, of.donated))
}

const check = (
  name: string,
  of: Specialization,
  args: ReadonlyArray<unknown>,
  structure: Tree.Structure,
  leaves: ReadonlyArray<node.Node>
): void => {
  const fail = (
    Failure: typeof TreeError | typeof ShapeError | typeof DTypeError | typeof ArgumentError,
    what: string
  ) => {
    throw new Failure({
      operation: name,
      message:
        `${name}: it was compiled for other arguments: ${what}; compile it for these too, or call the jitted function`
    })
  }
  if (!Tree.structureEquals(of.structure, structure)) {
    fail(
      TreeError,
      `the structure is ${Tree.structureToString(structure)}, compiled for ${Tree.structureToString(of.structure)}`
    )
  }
  if (!structures.identical(of.structure, structure as structures.Structure)) {
    fail(TreeError, "the keys of an object come in another order, which the function can see")
  }
  const numbers = numbersOf(leaves).findIndex((number, i) =>
    number !== undefined && of.asked[i] !== undefined && of.asked[i] !== number.isInteger
  )
  if (numbers !== -1) {
    fail(
      DTypeError,
      `argument ${retrace.argumentPaths(of)[numbers]} must be ${of.asked[numbers] ? "whole" : "fractional"}`
    )
  }
  const statics = of.otherStatics(args).map((position) => `static argument ${position} has another value`)
  if (statics.length > 0) fail(ArgumentError, statics.join(", "))
  const wrong: Array<number> = []
  let shapes = false
  for (let i = 0; i < leaves.length; i++) {
    const same = aval.sameShape(leaves[i]!.shape, of.avals[i]!.shape)
    if (!same) shapes = true
    if (!same || leaves[i]!.dtype !== of.avals[i]!.dtype) wrong.push(i)
  }
  if (wrong.length === 0) return
  const paths = retrace.argumentPaths(of)
  fail(
    shapes ? ShapeError : DTypeError,
    wrong.map((i) => `argument ${paths[i]} is ${aval.format(leaves[i]!)}, compiled for ${aval.format(of.avals[i]!)}`)
      .join(", ")
  )
}
