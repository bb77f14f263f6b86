/**
 * Writes the instructions that compute an operation's element at given coordinates. How deep that goes is bounded by the
 * number of instructions that a kernel may have.
 */
import type { ValueId } from "../../Plan.ts"
import { isKind, type Kind, type LoopOp, type LoopOpOf } from "../6-decompose/loopOp.ts"
import { constant, type Index, ofValue } from "./axes.ts"
import type { BodyWriter } from "./body.ts"
import { Coordinates, scalarCoordinates, throughView } from "./coordinates.ts"
import * as indexing from "./emitIndexing.ts"

/** What emission needs to know of the kernel that it is for. */
export interface Emitter {
  readonly body: BodyWriter
  /** Whether the operation has memory that other kernels filled. */
  readonly isLoaded: (op: LoopOp) => boolean
  /** The operation whose memory it is in. */
  readonly ownerOf: (op: LoopOp) => LoopOp
  /** The value that the kernel arrived at for its hero, if the operation is one. */
  readonly hero: (op: LoopOp, at: Coordinates) => ValueId | undefined
  /** Told of every operation that the kernel computes. */
  readonly computed: (op: LoopOp) => void
}

/** Coordinates by division, where an axis can't be cut. */
export const divideIn = (body: BodyWriter) => (linear: Index, shape: ReadonlyArray<number>): ReadonlyArray<Index> => {
  const coordinates = new Array<Index>(shape.length).fill(constant(0))
  let first = 0
  while (first < shape.length && shape[first] === 1) first++
  let rest = body.valueOf(linear)
  for (let d = shape.length - 1; d > first; d--) {
    if (shape[d] === 1) continue
    const extent = body.literal(shape[d]!, "int32")
    coordinates[d] = ofValue(body.compute("rem", "int32", rest, extent))
    rest = body.compute("div", "int32", rest, extent)
  }
  if (first < shape.length) coordinates[first] = ofValue(rest)
  return coordinates
}

/** The coordinates as they are needed, computed if they must be. */
export const partsOf = (e: Emitter, at: Coordinates): ReadonlyArray<Index> => at.parts(divideIn(e.body))!

const emitMap = (e: Emitter, op: LoopOpOf<"map">, at: Coordinates): ValueId => {
  const args = op.inputs.map((x) => emit(e, x, x.shape.length === op.shape.length ? at : scalarCoordinates))
  const scalarOp = op.action.op
  return scalarOp === "copy" ? args[0]! : e.body.compute(scalarOp, op.dtype, ...args)
}

const emitView = (e: Emitter, op: LoopOp, at: Coordinates): ValueId =>
  emit(e, op.inputs[0]!, throughView(op, at, divideIn(e.body))!)

/** Lanes are never narrow: a narrow literal is converted from a wide one. */
const emitLiteral = (e: Emitter, op: LoopOpOf<"literal">): ValueId => {
  const wide = indexing.laneOf(op.dtype)
  const { value } = op.action
  return wide === op.dtype
    ? e.body.literal(value, op.dtype)
    : e.body.compute("convert", op.dtype, e.body.literal(value, wide))
}

const emitIota = (e: Emitter, op: LoopOpOf<"iota">, at: Coordinates): ValueId =>
  e.body.valueOf(partsOf(e, at)[op.action.axis]!)

type Emit = (e: Emitter, op: LoopOp, at: Coordinates) => ValueId

const emits: { readonly [K in Kind]?: Emit } = {
  literal: (e, op) => emitLiteral(e, op as LoopOpOf<"literal">),
  map: (e, op, at) => emitMap(e, op as LoopOpOf<"map">, at),
  reshape: emitView,
  transpose: emitView,
  broadcast: emitView,
  slice: emitView,
  rev: emitView,
  iota: (e, op, at) => emitIota(e, op as LoopOpOf<"iota">, at),
  pad: (e, op, at) => indexing.pad(e, op as LoopOpOf<"pad">, at),
  concatenate: (e, op, at) => indexing.concatenate(e, op as LoopOpOf<"concatenate">, at),
  gather: (e, op, at) => indexing.gather(e, op as LoopOpOf<"gather">, at),
  dynamicSlice: (e, op, at) => indexing.dynamicSlice(e, op, at),
  dynamicUpdateSlice: (e, op, at) => indexing.dynamicUpdateSlice(e, op, at)
}

/** Loads by way of reshapes need no coordinates: positions are the same. */
const loadedThroughReshapes = (e: Emitter, op: LoopOp): LoopOp | undefined => {
  let base = op
  while (!e.isLoaded(base) && isKind(base, "reshape")) base = base.inputs[0]!
  return e.isLoaded(base) ? base : undefined
}

export const emit = (e: Emitter, op: LoopOp, at: Coordinates): ValueId => {
  const known = e.body.emitted(op, at)
  if (known !== undefined) return known
  const loaded = loadedThroughReshapes(e, op)
  let value: ValueId
  if (loaded !== undefined) value = e.body.load(e.ownerOf(loaded), op.dtype, at.linear())
  else {
    value = e.hero(op, at) ?? emits[op.action.kind]!(e, op, at)
    e.computed(op)
  }
  e.body.remember(op, at, value)
  return value
}
