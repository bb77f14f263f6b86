/**
 * Batches that remember the Program of a single example.
 *
 * Under `vmap`, control flow that differs between examples computes for each of them what only others need: steps of
 * loops that are over, branches that are not taken. The results are masked away, but a check would see them. So while a
 * Layer is alive that reports on equations, the batch of such an equation is a call of a Program that knows what it is
 * the batch of; a check is then put into the Program of one example, where control flow still says what is computed, and
 * is batched along with it.
 */
import type * as NdArray from "../../NdArray.ts"
import type { NestedJvpContext, OrZero, TransposeContext } from "../../Primitive.ts"
import { reduceSum } from "../../primitive/shaping.ts"
import { transposeProgram } from "../autodiff/backward.ts"
import { jvpProgram, linearizeProgram } from "../autodiff/forward.ts"
import { isPresent, omit, spread } from "../program/flags.ts"
import * as memo from "../program/memo.ts"
import type { Program } from "../program/program.ts"
import { type BatchAxis, batchProgram } from "./batching.ts"

type Flags = ReadonlyArray<boolean>
type Arrays = ReadonlyArray<NdArray.Any>

/** The Program of one example, for a Program that is its batch. */
export interface Examples {
  /** The Program of one example. */
  readonly single: Program
  readonly axis: BatchAxis
  /** Which inputs have the batch as their axis 0. */
  readonly batched: Flags
  /** Which results do. */
  readonly results: Flags
}

const memory = memo.make<Examples>()

/** The Program of one example, and how it was batched; `undefined` for a Program that has no such memory. */
export const examplesOf = (program: Program): Examples | undefined => memory.get(program)

/** A Program keeps the first memory that it is given. */
export const remember = (program: Program, examples: Examples): void => {
  memory.of(program, () => examples)
}

/** Calls a Program. It is handed over, because the rules of calls are made of what is here. */
export type Call = (name: string, program: Program, inputs: Arrays) => Arrays

/** Calls the batch of a Program, which remembers. */
const callBatch = (
  call: Call,
  name: string,
  single: Program,
  axis: BatchAxis,
  batched: Flags,
  wanted: Flags,
  inputs: Arrays
): { readonly outputs: Arrays; readonly results: Flags } => {
  const { batched: results, captures, program } = batchProgram(single, batched, axis, wanted)
  if (captures.length === 0) remember(program, { single, axis, batched, results })
  return { outputs: call(name, program, [...captures, ...inputs]), results }
}

const unbatched = (values: ReadonlyArray<unknown>): Flags => values.map(() => false)
const chosen = <A>(values: ReadonlyArray<A>, flags: Flags): ReadonlyArray<A> => values.filter((_, i) => flags[i])

/** The derivative of a batch: the batch of the derivative of one example. */
export const jvpExamples = (
  call: Call,
  name: string,
  { axis, batched, results, single }: Examples,
  { primals, split, tangents }: Pick<NestedJvpContext<unknown>, "primals" | "split" | "tangents">
): { readonly outputs: Arrays; readonly tangents: ReadonlyArray<OrZero> } => {
  const which = tangents.map(isPresent)
  const dots = tangents.filter(isPresent)
  const varied = chosen(batched, which)
  const count = results.length
  if (!split) {
    const { captures, nonzero, program } = jvpProgram(single, which)
    const { outputs } = callBatch(
      call,
      name,
      program,
      axis,
      [...unbatched(captures), ...batched, ...varied],
      [...results, ...chosen(results, nonzero)],
      [...captures, ...primals, ...dots]
    )
    return { outputs: outputs.slice(0, count), tangents: spread(nonzero, outputs.slice(count)) }
  }
  const { captures, linear, nonzero, primal } = linearizeProgram(single, which)
  const forward = callBatch(
    call,
    name,
    primal,
    axis,
    [...unbatched(captures), ...batched],
    results,
    [...captures, ...primals]
  )
  const residuals = forward.outputs.slice(count)
  const { outputs } = callBatch(
    call,
    name,
    linear,
    axis,
    [...forward.results.slice(count), ...varied],
    chosen(results, nonzero),
    [...residuals, ...dots]
  )
  return { outputs: forward.outputs.slice(0, count), tangents: spread(nonzero, outputs) }
}

/** The transpose of a batch: the batch of the transpose of one example, summed for operands that all examples share. */
export const transposeExamples = (
  call: Call,
  name: string,
  { axis, batched, results, single }: Examples,
  { cotangents, inputs, linear }: Omit<TransposeContext<unknown>, "params">
): ReadonlyArray<OrZero> => {
  const given = cotangents.map(isPresent)
  const { captures, nonzero, program } = transposeProgram(single, linear, given)
  const own = chosen(chosen(batched, linear), nonzero)
  const made = callBatch(
    call,
    name,
    program,
    axis,
    [...unbatched(captures), ...omit(batched, linear), ...chosen(results, given)],
    own,
    [...captures, ...omit(inputs, linear), ...cotangents.filter(isPresent)]
  )
  const summed = made.outputs.map((ct, i) => made.results[i] && !own[i] ? reduceSum(ct, [0]) : ct)
  return spread(linear, spread(nonzero, summed))
}
