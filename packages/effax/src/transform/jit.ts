/**
 * `jit`: trace once for each signature, compile once for each Program.
 */
import type * as Effect from "effect/Effect"
import type { Backend } from "../Backend.ts"
import { ArgumentError, type ExecutionError } from "../Errors.ts"
import {
  type Arguments,
  avals,
  type Flat,
  flatten,
  given,
  nameOf,
  numbersOf,
  positionsOf,
  type Returned,
  unasked
} from "../internal/arguments/arguments.ts"
import { transformation } from "../internal/arguments/dual.ts"
import type { Known } from "../internal/arguments/options.ts"
import * as axisScope from "../internal/axes/scope.ts"
import * as retrace from "../internal/diagnostics/retrace.ts"
import { type Program, withoutCaptures } from "../internal/program/program.ts"
import { addRemark } from "../internal/program/remarks.ts"
import * as tracing from "../internal/program/trace.ts"
import { type Missing, TraceCache } from "../internal/program/traceCache.ts"
import type * as structures from "../internal/tree/structure.ts"
import { call } from "../primitive/call.ts"
import * as Tree from "../Tree.ts"
import { type Lowered, type Specialization, type Traced, traced } from "./aheadOfTime.ts"
import { type Examples, examplesOf, type Specs } from "./evalShape.ts"

/**
 * Options of {@link jit}.
 *
 * @category models
 * @since 0.1.0
 */
export interface JitOptions {
  /**
   * Positions of arguments that are not arrays but part of the Program: a new value needs a new trace. Plain data is
   * compared by content, objects that define Effect's `Equal` by it, and everything else by identity.
   */
  readonly staticArgnums?: number | ReadonlyArray<number> | undefined
  /** Positions of arguments whose arrays may not be used afterwards; their memory is reused. */
  readonly donateArgnums?: number | ReadonlyArray<number> | undefined
  /** Shown in Programs, spans and errors; the function's own name by default. */
  readonly name?: string | undefined
  /** The number of signatures traced before a warning is logged that names what keeps changing. 32 by default. */
  readonly retraceBudget?: number | undefined
}

const known: Known<JitOptions> = { staticArgnums: true, donateArgnums: true, name: true, retraceBudget: true }

/** One signature that a jitted function was traced for. @category models @since 0.1.0 */
export interface TraceReport {
  /** The arguments: `0: f32[3], 1.weight: f32[2,2], 2 = "train"`. */
  readonly signature: string
  /**
   * The reasons why no earlier trace matched, relative to the most similar one:
   * `argument 1.weight changed from f32[2,2] to f32[3,2]`. Empty for the first trace. Computed when it is read.
   */
  readonly reasons: ReadonlyArray<string>
  readonly program: Program
}

/**
 * A jitted function.
 *
 * @category models
 * @since 0.1.0
 */
export interface Jitted<A extends ReadonlyArray<unknown>, B> {
  (...args: Arguments<A>): B
  /**
   * Traces it for arguments, or for specifications in their place, and keeps the trace. Errors in the function are
   * thrown here.
   */
  readonly trace: (...examples: Examples<A>) => Traced<A, B>
  /** Traces it, and lowers the Program as far as the backend in context can without generating code. */
  readonly lower: (...examples: Examples<A>) => Effect.Effect<Lowered<A, B>, ExecutionError, Backend>
  /** The dtypes and shapes of the result; the trace is kept. */
  readonly evalShape: (...examples: Examples<A>) => Specs<B>
  /** All traces that are kept, with the reason for each. */
  readonly traces: ReadonlyArray<TraceReport>
  /** Drops all traces and the arrays that they closed over. */
  readonly clear: () => void
}

/**
 * The type of a jitted generic function: its own signature with the members of {@link Jitted}.
 *
 * @category models
 * @since 0.1.0
 */
export type JittedOf<F> =
  & F
  & (F extends (...args: infer A extends ReadonlyArray<unknown>) => infer B ? Jitted<A, B> : never)

/** Functions that can be jitted. */
type AnyFunction = (...args: ReadonlyArray<never>) => Returned

/**
 * Compiles a function of trees of arrays: it is traced once for each signature (structure, dtypes, shapes and static
 * arguments), and the trace is compiled once by each backend that runs it.
 *
 * **Details**
 *
 * The function must be pure: it runs only while it is traced. Arrays that it closes over are captured as inputs, never
 * copied into the Program. Two functions with the same Program share one executable. `donateArgnums` lists arguments
 * whose memory may be reused.
 *
 * `staticArgnums` lists arguments that are not arrays. Primitives are compared by value; plain objects, arrays, `Map`s,
 * `Set`s, dates and typed arrays by content, including the order of keys, so that a changed one is noticed; objects
 * that define Effect's `Equal` by it; functions and instances of other classes by identity. A trace does not keep the
 * latter alive, and is dropped when they are collected.
 *
 * The function sees objects with their keys in the caller's order; another order needs another trace.
 *
 * The stages can be run one by one, before the first call: `f.trace(...examples)` returns the Program, `lower()` the
 * output of the backend's compiler, and `compile()` a function that is neither traced nor compiled when it is called;
 * `f` itself isn't either, for these arguments. Examples are arrays, numbers, or `ShapeDType`s. `f.traces` gives the
 * reason for every trace, and so does the log at level Debug.
 *
 * **Gotchas**
 *
 * JavaScript's `if` and `for` run while the function is traced, and see no values: a number that is not in
 * `staticArgnums` is an array inside of the function. It is a weakly typed float32, and counts as an integer where it meets an
 * integer array, or is a bound or a position; there it must be whole, and a value of float32. The function is traced once for
 * all numbers, unless it asks whether one is whole.
 *
 * An instance of a class that changes after it was a static argument is still the same object, and keeps its old trace:
 * create a new instance instead.
 *
 * @example
 * ```ts
 * import { jit, NdArray, Numpy as np, ShapeDType } from "effax"
 * import { Effect } from "effect"
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
 * power.traces.map(({ signature }) => signature) // => ["0: f32[2], 1 = 3"]
 *
 * const compiled = Effect.flatMap(f.lower(new ShapeDType([2], "float32")), (lowered) => lowered.compile())
 * Effect.map(compiled, ({ costAnalysis }) => costAnalysis) // => { flops: 2, transcendentals: 6, bytesAccessed: 72 }
 * Effect.flatMap(compiled, (g) => NdArray.toNested(g(np.zeros([2])))) // => [0, 0]
 * ```
 *
 * @category transformations
 * @since 0.1.0
 */
export const jit: {
  <F extends AnyFunction>(f: F, options?: JitOptions): JittedOf<F>
  (options: JitOptions): <F extends AnyFunction>(f: F) => JittedOf<F>
} = transformation("jit", known, (f: AnyFunction, options: JitOptions) => make(f, options))

/**
 * Positions from the start of the parameter list. Negative ones count from its end; positions of
 * omitted arguments are allowed.
 */
const fromStart = (
  f: AnyFunction,
  option: "staticArgnums" | "donateArgnums",
  positions: number | ReadonlyArray<number> = []
): ReadonlyArray<number> =>
  (typeof positions === "number" ? [positions] : positions).map((position) =>
    Number.isInteger(position) && position >= 0 ? position : positionsOf("jit", option, position, f.length)[0]!
  )

const noStatics: ReadonlyArray<unknown> = []

const make = (f: AnyFunction, options: JitOptions): Jitted<ReadonlyArray<unknown>, unknown> => {
  const name = options.name ?? nameOf(f)
  const staticArgnums = fromStart(f, "staticArgnums", options.staticArgnums)
  const donateArgnums = fromStart(f, "donateArgnums", options.donateArgnums)
  const budget = options.retraceBudget ?? 32
  for (const position of donateArgnums) {
    if (staticArgnums.includes(position)) {
      throw new ArgumentError({
        operation: "jit",
        message: `jit: argument ${position} of ${name} is both static and donated; a static argument has no memory`
      })
    }
  }
  const traces = new TraceCache<Specialization>()

  const staticsOf = (args: ReadonlyArray<unknown>): ReadonlyArray<unknown> =>
    staticArgnums.length === 0 ? noStatics : staticArgnums.map((i) => args[i])

  const trace = (
    args: ReadonlyArray<unknown>,
    { leaves, structure }: Flat,
    missing: Missing<Specialization>
  ): Specialization => {
    let result: Tree.Structure | undefined
    const parameters = unasked(given(leaves))
    const { captures, program } = tracing.trace("jit", parameters, (parameters) => {
      const dynamic = Tree.unflatten(structure, parameters) as ReadonlyArray<unknown>
      let next = 0
      const all = args.map((arg, i) => staticArgnums.includes(i) ? arg : dynamic[next++])
      const flat = flatten(name, "result", f(...all as unknown as ReadonlyArray<never>))
      result = flat.structure
      return flat.leaves
    })
    for (const capture of captures) capture.retained = true
    const donatedLeaves = args.flatMap((arg, i) =>
      staticArgnums.includes(i) ? [] : Tree.leaves(arg).map(() => donateArgnums.includes(i))
    )
    return {
      staticArgnums,
      staticKeys: missing.staticKeys,
      staticTexts: staticsOf(args).map(retrace.value),
      structure: structure as structures.Structure,
      avals: avals(leaves),
      numbers: missing.numbers,
      asked: parameters.map(({ number }) => number?.asked ? number.isInteger : undefined),
      scope: axisScope.current(),
      program: withoutCaptures(program),
      captures,
      donated: donatedLeaves.includes(true) ? [...captures.map(() => false), ...donatedLeaves] : [],
      result: result!,
      otherStatics: otherStatics(staticArgnums, missing)
    }
  }

  const specialize = (args: ReadonlyArray<unknown>, flat: Flat): Specialization => {
    const structure = flat.structure as structures.Structure
    const numbers = numbersOf(flat.leaves)
    const known = traces.find({ statics: staticsOf(args), structure, avals: flat.leaves, numbers })
    if (known.found !== undefined) return known.found
    const made = trace(args, flat, known)
    known.add(made)
    remark(name, budget, traces.made, made, () => retrace.reasons(traces.before(made), made))
    return made
  }
  const dynamicOf = (args: ReadonlyArray<unknown>): ReadonlyArray<unknown> =>
    staticArgnums.length === 0 ? args : args.filter((_, i) => !staticArgnums.includes(i))
  const traceFor = (examples: ReadonlyArray<unknown>) =>
    traced<ReadonlyArray<unknown>, unknown>(name, specialize(examples, examplesOf(name, dynamicOf(examples))))

  const jitted = (...args: ReadonlyArray<unknown>): unknown => {
    const flat = flatten(name, "argument", dynamicOf(args))
    const found = specialize(args, flat)
    const inputs = found.captures.length === 0 ? flat.leaves : [...found.captures, ...flat.leaves]
    return Tree.unflatten(found.result, call(name, found.program, inputs, found.donated))
  }
  return Object.defineProperties(jitted, {
    name: { value: name },
    trace: { value: (...examples: ReadonlyArray<unknown>) => traceFor(examples) },
    lower: { value: (...examples: ReadonlyArray<unknown>) => traceFor(examples).lower() },
    evalShape: { value: (...examples: ReadonlyArray<unknown>) => traceFor(examples).outInfo },
    traces: {
      get: (): ReadonlyArray<TraceReport> =>
        traces.all().map((of) => ({
          signature: retrace.format(of),
          get reasons() {
            return retrace.reasons(traces.before(of), of)
          },
          program: of.program
        }))
    },
    clear: { value: () => traces.clear() }
  }) as Jitted<ReadonlyArray<unknown>, unknown>
}

/** A separate function, because closures inside the function that traces would keep the arguments alive. */
const otherStatics = (
  staticArgnums: ReadonlyArray<number>,
  { keysOf, staticKeys }: Missing<Specialization>
): Specialization["otherStatics"] =>
(args) => {
  const keys = keysOf(staticArgnums.map((i) => args[i]))
  return staticArgnums.filter((_, i) => keys[i] !== staticKeys[i])
}

/** The message that is logged when the new trace is compiled. The reason is computed only when it is logged. */
const remark = (
  name: string,
  budget: number,
  made: number,
  { program }: Specialization,
  reasons: () => ReadonlyArray<string>
): void => {
  if (made === 1) return
  const why = () => reasons().join(", ")
  addRemark(
    program,
    made === budget + 1
      ? {
        level: "Warn",
        message: () =>
          `${name} has been traced for more than ${budget} signatures, each of which is compiled: last time ` +
          `${why()}. Pad or batch to a few fixed shapes, pass numbers as arrays, or raise \`retraceBudget\`.`
      }
      : { level: "Debug", message: () => `${name} is traced again (${made} times now): ${why()}` }
  )
}
