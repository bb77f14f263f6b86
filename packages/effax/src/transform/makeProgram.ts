/**
 * `makeProgram`: the Program of a function, without running it.
 */
import { avals, flatten, type Returned } from "../internal/arguments/arguments.ts"
import { transformation } from "../internal/arguments/dual.ts"
import type { Known } from "../internal/arguments/options.ts"
import type { Program } from "../internal/program/program.ts"
import * as tracing from "../internal/program/trace.ts"
import * as Tree from "../Tree.ts"
import { type Examples, examplesOf, ShapeDType, type Specs } from "./evalShape.ts"

/**
 * Options of {@link makeProgram}.
 *
 * @category models
 * @since 0.1.0
 */
export interface MakeProgramOptions {
  /** Positions of arguments that are not arrays but part of the Program. */
  readonly staticArgnums?: number | ReadonlyArray<number> | undefined
  /** Whether to return the dtypes and shapes of the result too, as a tree like it. */
  readonly returnShape?: boolean | undefined
}

const known: Known<MakeProgramOptions> = { staticArgnums: true, returnShape: true }

/** The Program, and the specification of the result if requested. */
type Made<B, O extends MakeProgramOptions> = O extends { readonly returnShape: true }
  ? readonly [program: Program, result: Specs<B>]
  : Program

/**
 * Makes a function that takes arguments, or specifications in their place, and returns the Program of `f` for them.
 *
 * **When to use**
 *
 * To print a Program, inspect its equations, or save it. `Program.trace` does the same, with errors as typed failures.
 *
 * **Details**
 *
 * Arrays that the function closes over are captures of the Program. Errors that an invalid call in the function throws
 * are not changed.
 *
 * @example
 * ```ts
 * import { makeProgram, NdArray, Numpy as np, Program, ShapeDType } from "effax"
 *
 * const program = makeProgram((x: NdArray.Any) => np.multiply(np.sin(x), 2))(new ShapeDType([3], "float32"))
 * Program.print(program)
 * // => "{ lambda ; a:f32[3]. let b:f32[3] = sin a; c:f32[3] = mul b 2.0:f32[] in (c,) }"
 *
 * const [, result] = makeProgram((x: NdArray.Any) => ({ total: np.sum(x) }), { returnShape: true })(np.ones([2, 3]))
 * String(result.total) // => "f32[]"
 * ```
 *
 * @category transformations
 * @since 0.1.0
 */
export const makeProgram: {
  <const O extends MakeProgramOptions>(
    options: O
  ): <A extends ReadonlyArray<unknown>, B extends Returned>(
    f: (...args: A) => B
  ) => (...examples: Examples<A>) => Made<B, O>
  <A extends ReadonlyArray<unknown>, B extends Returned, const O extends MakeProgramOptions = {}>(
    f: (...args: A) => B,
    options?: O
  ): (...examples: Examples<A>) => Made<B, O>
} = transformation("makeProgram", known, (
  f: (...args: ReadonlyArray<unknown>) => unknown,
  { returnShape = false, staticArgnums = [] }: MakeProgramOptions
) => {
  const statics = typeof staticArgnums === "number" ? [staticArgnums] : staticArgnums
  return (...examples: ReadonlyArray<unknown>) => {
    const flat = examplesOf("makeProgram", examples.filter((_, i) => !statics.includes(i)))
    let structure: Tree.Structure | undefined
    const { program } = tracing.trace("makeProgram", avals(flat.leaves), (parameters) => {
      const dynamic = Tree.unflatten(flat.structure, parameters) as ReadonlyArray<unknown>
      let next = 0
      const args = examples.map((arg, i) => statics.includes(i) ? arg : dynamic[next++])
      const result = flatten("makeProgram", "result", f(...args))
      structure = result.structure
      return result.leaves
    })
    if (!returnShape) return program
    const shapes = program.results.map(({ aval: { dtype, shape, weak } }) => new ShapeDType(shape, dtype, weak))
    return [program, Tree.unflatten(structure!, shapes)]
  }
})
