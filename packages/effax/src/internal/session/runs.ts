/**
 * Turns requested arrays into a Program with inputs: the unit that one evaluation runs.
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
  /** The Program, without captures. */
  readonly program: Program
  /** Leaves, and applications whose results an earlier run kept. */
  readonly inputs: ReadonlyArray<node.Node>
  readonly outputs: ReadonlyArray<node.Node>
  /** Flags for the inputs that the run may consume; empty if there are none. */
  readonly donated: ReadonlyArray<boolean>
  /** The call of a jitted function, if the run consists of its Program only. */
  readonly called: node.Application | undefined
  /** The outputs, and the nodes computed on the way to them. */
  readonly nodes: ReadonlyArray<node.Node>
  /** Additional outputs, at the end of `outputs`, which are kept for later runs. */
  readonly kept: ReadonlyArray<node.Node>
  /** The kept outputs that an earlier run computed too; compiled functions closed over the other ones. */
  readonly again: ReadonlyArray<node.Node>
}

const none: ReadonlyArray<node.Node> = []

/** Values that are common in derivative rules and user code; they remain literals in eager Programs. */
const commonLiterals: ReadonlySet<number | bigint | boolean> = new Set<number | bigint | boolean>(
  [0, 1, -1, 2, 0.5, -0.5, Infinity, -Infinity, NaN, true, false]
)

/** The results of earlier runs. */
export interface Earlier {
  /** Whether the result of an application is still on the device. */
  readonly isKept: (of: node.Node) => boolean
  /** Whether the run may keep results that later runs would compute again. */
  readonly mayKeep: boolean
}

/** The run for one call whose operands are all available: it runs the call's own Program. */
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
  // decided once: kept results may be freed while the run is made
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
 * Makes the run for arrays that are applications or numbers, in steps: a graph may be very large.
 */
export function* making(pending: ReadonlyArray<node.Node>, earlier: Earlier): Steps<Run> {
  const { source } = pending[0]!
  const isOneCall = source._tag === "Apply" && source.application.primitive.name === "jit" &&
    pending.every((of) => of.source._tag === "Apply" && of.source.application === source.application)
  return (isOneCall ? ofCall(source.application, earlier) : undefined) ?? (yield* ofGraph(pending, earlier))
}

/** Marks the applications that a run computed. */
export const markRan = ({ nodes }: Run): void => {
  for (const { source } of nodes) if (source._tag === "Apply") source.application.ran = true
}

/** The operation that uses an input, for messages. */
export const consumerOf = ({ called, nodes }: Run, input: node.Node): string => {
  if (called !== undefined) return "jit"
  for (const { source } of nodes) {
    if (source._tag === "Apply" && source.application.inputs.includes(input)) return source.application.primitive.name
  }
  return "evaluate"
}

/** The remark about the results that a run keeps. */
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
