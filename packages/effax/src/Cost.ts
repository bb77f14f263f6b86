/**
 * The cost of Programs: arithmetic, and bytes read and written, from the Program alone.
 *
 * @since 0.1.0
 */
import * as Aval from "./Aval.ts"
import { rewrite } from "./internal/program/memo.ts"
import { type Equation, isOf, Literal } from "./internal/program/model.ts"
import type { Program } from "./internal/program/program.ts"
import { whilePrimitive } from "./primitive/while.ts"

/**
 * Operations and bytes of a computation.
 *
 * **Details**
 *
 * `flops` are additions, multiplications, comparisons and the like, of integers too; `transcendentals` are elements of `exp`,
 * `sin`, `sqrt` and others that no single instruction computes; `bytesAccessed` are bytes of operands and results.
 *
 * @category models
 * @since 0.1.0
 */
export interface Cost {
  readonly flops: number
  readonly transcendentals: number
  readonly bytesAccessed: number
}

/**
 * The flops that take about as long as a transcendental, for estimates of time.
 *
 * @category analysis
 * @since 0.1.0
 */
export const flopsPerTranscendental = 16

/** The cost of one equation, with everything that it calls. @category models @since 0.1.0 */
export interface EquationCost extends Cost {
  readonly equation: Equation
}

/** The cost of a Program, and of each of its equations. @category models @since 0.1.0 */
export interface Analysis extends Cost {
  readonly equations: ReadonlyArray<EquationCost>
  /** Whether some equation was counted as if it ran once, though how often it runs is only known while it runs. */
  readonly lowerBound: boolean
}

const zero: Cost = { flops: 0, transcendentals: 0, bytesAccessed: 0 }

const add = (a: Cost, b: Cost, times = 1): Cost => ({
  flops: a.flops + times * b.flops,
  transcendentals: a.transcendentals + times * b.transcendentals,
  bytesAccessed: a.bytesAccessed + times * b.bytesAccessed
})

const larger = (a: Cost, b: Cost): Cost => ({
  flops: Math.max(a.flops, b.flops),
  transcendentals: Math.max(a.transcendentals, b.transcendentals),
  bytesAccessed: Math.max(a.bytesAccessed, b.bytesAccessed)
})

/**
 * The cost of one equation.
 *
 * @category analysis
 * @since 0.1.0
 */
export const ofEquation = (equation: Equation): Cost => {
  const { inputs, outputs, params, primitive } = equation
  const entry = primitive.cost
  const operands = {
    inputs: inputs.map(({ aval }) => aval),
    outputs: outputs.map(({ aval }) => aval),
    inputBytes: inputs.map((atom) => atom instanceof Literal ? 0 : Aval.byteLength(atom.aval))
  }
  const own: Cost = {
    flops: entry.flops?.(operands, params) ?? 0,
    transcendentals: entry.transcendentals?.(operands) ?? 0,
    bytesAccessed: entry.bytes?.(operands) ??
      [...operands.inputBytes, ...operands.outputs.map(Aval.byteLength)].reduce((a, b) => a + b, 0)
  }
  const picked = (entry.picks?.(params) ?? []).map(analysis).reduce<Cost>(larger, zero)
  return (entry.runs?.(params) ?? []).reduce<Cost>(
    (total, { program, times }) => add(total, analysis(program), times),
    add(own, picked)
  )
}

const nestedPrograms = ({ params, primitive }: Equation): ReadonlyArray<Program> => {
  const entry = primitive.cost
  return [...(entry.runs?.(params) ?? []).map(({ program }) => program), ...entry.picks?.(params) ?? []]
}

/**
 * The cost of a Program: in total, and equation by equation.
 *
 * **When to use**
 *
 * To see where the arithmetic of a model is, and whether it is bound by memory: `flops / bytesAccessed`.
 *
 * **Details**
 *
 * The conventions are those of XLA's `cost_analysis`. A contraction has two operations for each product; a convolution
 * leaves out padding and the holes of dilated inputs; elementwise operations, conversions and comparisons have one for each
 * element; a reduction one for each element but the first; a sort `n log2(length)`; operations that only move data have
 * none. `scan` is its body times its length, `cond` the most expensive of its branches, property by property; calls are what
 * they call. Slices, gathers and scatters access only the elements that they touch; literals are not accessed.
 *
 * XLA says something else in some places: it counts the body of a `scan` once; it expands `asin`, `erfInv`, `lgamma` and their
 * like, each one transcendental here, into dozens of operations; it runs `argmax` and `cumsum` as general reductions.
 *
 * **Gotchas**
 *
 * How often a `while` runs is not known: one step is counted, and `lowerBound` says so. Bytes are those of the Program as it
 * is written: a backend that fuses equations accesses fewer, because what lies between them never reaches memory.
 *
 * @example
 * ```ts
 * import { Cost, makeProgram, NdArray, Numpy as np, ShapeDType } from "effax"
 *
 * const layer = makeProgram((w: NdArray.Any, x: NdArray.Any) => np.tanh(np.matmul(x, w)))(
 *   new ShapeDType([128, 64], "float32"),
 *   new ShapeDType([32, 128], "float32")
 * )
 * Cost.analysis(layer).flops // => 524288
 * Cost.analysis(layer).transcendentals // => 2048
 * Cost.analysis(layer).equations.map(({ bytesAccessed }) => bytesAccessed) // => [57344, 16384]
 * ```
 *
 * @category analysis
 * @since 0.1.0
 */
export const analysis = (program: Program): Analysis =>
  rewrite(program, "cost", (): Analysis => {
    const equations = program.equations.map((equation): EquationCost => ({ equation, ...ofEquation(equation) }))
    return {
      ...equations.reduce<Cost>((total, cost) => add(total, cost), zero),
      equations,
      lowerBound: program.equations.some((equation) =>
        isOf(equation, whilePrimitive.primitive) ||
        nestedPrograms(equation).some((nested) => analysis(nested).lowerBound)
      )
    }
  })
