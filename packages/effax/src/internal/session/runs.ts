/**
 * From arrays that are wanted to a Program with inputs: what one evaluation runs.
 */
import * as aval from "../../Aval.ts"
import type { JitParams } from "../../primitive/params.ts"
import { placeOf } from "../graph/location.ts"
import * as node from "../graph/node.ts"
import { spelling } from "../program/canonical.ts"
import { type Program, withoutCaptures } from "../program/program.ts"
import { closing, reaching } from "../program/trace.ts"
import { neededAgain } from "./reuse.ts"
import type { Steps } from "./slices.ts"

export interface Run {
  /** Without captures. */
  readonly program: Program
  /** Leaves, and applications whose results an earlier run kept. */
  readonly inputs: ReadonlyArray<node.Node>
  readonly outputs: ReadonlyArray<node.Node>
  /** Which inputs the run may consume, by position; empty for none. */
  readonly donated: ReadonlyArray<boolean>
  /** The call of a jitted function whose Program this is, if there is nothing else to run. */
  readonly called: node.Application | undefined
  /** The outputs, and the nodes they are made of as far as those are computed too. */
  readonly nodes: ReadonlyArray<node.Node>
  /** Outputs that nothing asked for, which come last: later runs find them. */
  readonly kept: ReadonlyArray<node.Node>
  /** Those of them that are kept because an earlier run computed them too; compiled functions closed over the others. */
  readonly again: ReadonlyArray<node.Node>
}

const none: ReadonlyArray<node.Node> = []

/** Values that derivative rules and users write again and again; they stay literals of eager Programs. */
const commonLiterals: ReadonlySet<number | bigint | boolean> = new Set<number | bigint | boolean>(
  [0, 1, -1, 2, 0.5, -0.5, Infinity, -Infinity, NaN, true, false]
)

/** The results of earlier runs: which are kept, and whether more may be. */
export interface Earlier {
  /** Whether the result of an application is still there. */
  readonly isKept: (of: node.Node) => boolean
  /** Whether the run may keep results that are needed again. */
  readonly mayKeep: boolean
}

/** The run of one call whose operands need no computing: its own Program is all there is to run. */
const ofCall = (application: node.Application, { isKept }: Earlier): Run | undefined => {
  const { inputs, outputs } = application
  for (let i = 0; i < inputs.length; i++) {
    if (inputs[i]!.source._tag === "Apply" && !isKept(inputs[i]!)) return undefined
  }
  const { donated, jaxpr } = application.params as unknown as JitParams
  return { program: jaxpr, inputs, outputs, donated, called: application, nodes: outputs, kept: none, again: none }
}

function* ofGraph(pending: ReadonlyArray<node.Node>, { isKept, mayKeep }: Earlier): Steps<Run> {
  const reached = yield* reaching(pending, isKept)
  // decided once: what is kept may go while this is made
  const present = new Set(reached.filter(isKept))
  const nodes = present.size === 0 ? reached : reached.filter((of) => !present.has(of))
  const asked = new Set(pending)
  const retained = new Set<node.Node>()
  const consumed = new Set<node.Node>()
  for (const of of nodes) {
    if (of.source._tag !== "Apply") continue
    if (of.retained && mayKeep && !asked.has(of)) retained.add(of)
    const { inputs, params, primitive } = of.source.application
    if (primitive.name === "jit") {
      ;(params as unknown as JitParams).donated.forEach((d, i) => d && consumed.add(inputs[i]!))
    }
  }
  const again = mayKeep ? neededAgain(nodes, new Set([...asked, ...retained])) : none
  const kept = [...retained, ...again]
  const results = [...asked, ...kept]
  const outputs = new Set(results)
  const { captures, program: closed } = yield* closing({
    outputs: results,
    parameters: [],
    isCapture: (of) =>
      of.source._tag === "Apply"
        ? present.has(of)
        : of.source._tag !== "Literal" || outputs.has(of) || !commonLiterals.has(of.source.value)
  })
  const program = withoutCaptures(closed)
  // its text is the key of the compile cache
  yield* spelling(program)
  return {
    program,
    inputs: captures,
    outputs: results,
    donated: consumed.size === 0 ? [] : captures.map((leaf) => consumed.has(leaf)),
    called: undefined,
    nodes,
    kept,
    again
  }
}

/**
 * The run for arrays that are applications or numbers, in steps: a graph may be very large.
 */
export function* making(pending: ReadonlyArray<node.Node>, earlier: Earlier): Steps<Run> {
  const { source } = pending[0]!
  const isOneCall = source._tag === "Apply" && source.application.primitive.name === "jit" &&
    pending.every((of) => of.source._tag === "Apply" && of.source.application === source.application)
  return (isOneCall ? ofCall(source.application, earlier) : undefined) ?? (yield* ofGraph(pending, earlier))
}

/** Remembers what a run computed on the way to its results. */
export const markRan = ({ nodes }: Run): void => {
  for (const { source } of nodes) if (source._tag === "Apply") source.application.ran = true
}

/** The operation that an input is an operand of, for messages. */
export const consumerOf = ({ called, nodes }: Run, input: node.Node): string => {
  if (called !== undefined) return "jit"
  for (const { source } of nodes) {
    if (source._tag === "Apply" && source.application.inputs.includes(input)) return source.application.primitive.name
  }
  return "evaluate"
}

/** A remark about the results that a run keeps. */
export const keptText = ({ again: kept }: Run): string => {
  const named = kept.slice(0, 4).flatMap((of) => {
    const { source } = of
    if (source._tag !== "Apply") return []
    const { location, primitive } = source.application
    return [`${primitive.name} ${aval.format(of)}${location === undefined ? "" : ` (${placeOf(location)})`}`]
  })
  const more = kept.length > named.length ? ` and ${kept.length - named.length} more` : ""
  return `effax: an earlier run computed ${
    named.join(", ")
  }${more} too; this run keeps it. \`yield*\` an array once, ` +
    "before its uses, to compute it once"
}
