/**
 * The form after decomposition: loop operations, which map one to one on what bodies and kernels can do. Every one of them
 * has one value; the further results of a sort and the like are operations of their own.
 */
import * as Aval from "effax/Aval"
import type { DType } from "effax/DType"
import type { GatherDimensionNumbers, ScatterDimensionNumbers } from "effax/Primitives"
import type { BinaryOp, Reducer, RoutineName, RoutineParams, Scatter, UnaryOp } from "../../Plan.ts"
import { regionsOf } from "../controlFlow.ts"
import { isRegion, print as printRegion, type Region, type Type } from "../region.ts"
import type { Scalar } from "../scalar.ts"

type Ints = ReadonlyArray<number>

/** The function that an elementwise operation applies; `copy` gives its operand as it is. */
export type MapOp = UnaryOp | BinaryOp | "convert" | "bitcast" | "select" | "copy"

/** How a contraction's operands are indexed: `[...batch, m..., k]` and `[...batch, n..., k]`, with one contracting axis. */
export interface ContractionAxes {
  readonly batch: number
  readonly m: number
  readonly n: number
}

/** A whole-array algorithm, with its parameters. */
type RoutineAction = {
  readonly [R in RoutineName]: {
    readonly kind: "routine"
    readonly routine: R
    readonly params: RoutineParams[R]
    readonly results: ReadonlyArray<Type>
  }
}[RoutineName]

/** The kind of an operation, with its parameters. */
export type Action =
  | { readonly kind: "input"; readonly index: number }
  | { readonly kind: "literal"; readonly value: Scalar }
  | { readonly kind: "map"; readonly op: MapOp }
  | { readonly kind: "reshape" }
  | { readonly kind: "transpose"; readonly permutation: Ints }
  /** Operand axis `i` is axis `dimensions[i]` of the result. */
  | { readonly kind: "broadcast"; readonly dimensions: Ints }
  | { readonly kind: "slice"; readonly starts: Ints; readonly steps: Ints }
  | { readonly kind: "rev"; readonly dimensions: Ints }
  | { readonly kind: "iota"; readonly axis: number }
  /** Inputs: array, scalar. */
  | { readonly kind: "pad"; readonly low: Ints; readonly interior: Ints }
  /** Inputs are copies that belong to it alone. */
  | { readonly kind: "concatenate"; readonly axis: number }
  /** Inputs: array, int32 starts. */
  | { readonly kind: "dynamicSlice" }
  /** Inputs: array, update, int32 starts. */
  | { readonly kind: "dynamicUpdateSlice" }
  /** Inputs: array, indices. Windows outside give `fill`, or are moved inside where that is `undefined`. */
  | {
    readonly kind: "gather"
    readonly dimensions: GatherDimensionNumbers
    readonly sliceSizes: Ints
    readonly fill: Scalar | undefined
  }
  | { readonly kind: "reduce"; readonly combiner: Reducer; readonly axes: Ints }
  | { readonly kind: "contract"; readonly axes: ContractionAxes; readonly operandDtype: DType }
  /** Inputs: `[n, g * c, ...spatial]`, `[o, c, ...window]`; value: `[n, o, ...spatial]`. */
  | {
    readonly kind: "convolve"
    readonly groups: number
    readonly strides: Ints
    readonly low: Ints
    readonly lhsDilation: Ints
    readonly rhsDilation: Ints
    readonly operandDtype: DType
  }
  /** Inputs: an array that is overwritten, indices, updates. */
  | {
    readonly kind: "scatter"
    readonly combiner: Scatter["combiner"]
    readonly dimensions: ScatterDimensionNumbers
    readonly drop: boolean
  }
  /** As `dynamicUpdateSlice`, of an array that is overwritten. */
  | { readonly kind: "updateSlice" }
  | RoutineAction
  /** Inputs: constants, initial carries, arrays whose axis 0 is walked along. */
  | {
    readonly kind: "while"
    readonly body: Region
    readonly steps: number | null
    readonly condition: number | null
    readonly reverse: boolean
    readonly constants: number
    readonly carries: number
    readonly results: ReadonlyArray<Type>
  }
  /** Inputs: index, operands of the branches. */
  | { readonly kind: "case"; readonly branches: ReadonlyArray<Region>; readonly results: ReadonlyArray<Type> }
  | { readonly kind: "callback"; readonly callback: number; readonly results: ReadonlyArray<Type> }
  /** A further result of an operation that has several: the operation itself stands for the first. */
  | { readonly kind: "output"; readonly which: number }

export type Kind = Action["kind"]

export interface LoopOp {
  readonly id: number
  readonly dtype: DType
  readonly shape: Ints
  readonly size: number
  readonly inputs: ReadonlyArray<LoopOp>
  readonly action: Action
  /** The primitive it comes from, for the names of kernels. */
  readonly origin: string
}

/** Actions that may have several results. */
export type Several = Extract<Action, { readonly results: unknown }>

/** An operation whose action is of a kind. */
export type LoopOpOf<K extends Kind> = LoopOp & { readonly action: Extract<Action, { readonly kind: K }> }

export const isKind = <K extends Kind>(op: LoopOp, kind: K): op is LoopOpOf<K> => op.action.kind === kind

/** Primitives that call the host. */
const callbacks: ReadonlySet<string> = new Set(["debug_callback", "pure_callback"])

const regionCallsHost = (region: Region): boolean =>
  region.operations.some((operation) => callbacks.has(operation.name) || regionsOf(operation).some(regionCallsHost))

/** Whether running it calls the host. */
export const callsHost = ({ action }: LoopOp): boolean =>
  action.kind === "callback" ||
  action.kind === "while" && regionCallsHost(action.body) ||
  action.kind === "case" && action.branches.some(regionCallsHost)

/** Loop operations in order of evaluation; their ids are their positions. */
export interface LoopRegion {
  readonly ops: ReadonlyArray<LoopOp>
  readonly inputs: ReadonlyArray<LoopOp>
  readonly results: ReadonlyArray<LoopOp>
  /** Calls of the host that happen although no value of theirs is used. */
  readonly effects: ReadonlyArray<LoopOp>
}

/**
 * Knows which loop operations each operation of the region became: those from its start to that of the next one, literals
 * aside.
 */
export interface WithStarts extends LoopRegion {
  readonly starts: ReadonlyArray<number>
}

const parameterText = (value: unknown): string =>
  isRegion(value)
    ? `{${printRegion(value).replaceAll("\n", "; ")}}`
    : Array.isArray(value) && isRegion(value[0])
    ? value.map(parameterText).join(" ")
    : JSON.stringify(value)

const actionText = (action: Action): string => {
  const { kind, ...rest } = action
  if (kind === "map") return (action as { readonly op: string }).op
  // The types of results stand beside them
  const entries = Object.entries(rest).filter(([name]) => name !== "results")
  return entries.length === 0 ? kind : `${kind}[${entries.map(([k, v]) => `${k}=${parameterText(v)}`).join(" ")}]`
}

const opText = (op: LoopOp): string =>
  op.action.kind === "literal"
    ? `${Object.is(op.action.value, -0) ? "-0" : op.action.value}:${op.dtype}`
    : `%${op.id}`

/** The operations as text, one a line. */
export const print = (program: LoopRegion): string =>
  [
    ...program.ops.filter((n) => n.action.kind !== "literal").map((n) =>
      `%${n.id}:${Aval.format(n)} = ${actionText(n.action)} ${n.inputs.map(opText).join(" ")}`.trimEnd()
    ),
    `results ${program.results.map(opText).join(" ")}`
  ].join("\n")
