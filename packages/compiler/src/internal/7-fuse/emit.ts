/**
 * Writes the instructions that compute a node's element at given coordinates. How deep that goes is bounded by the
 * number of instructions that a kernel may have.
 */
import type { ValueId } from "../../Plan.ts"
import { isKind, type Kind, type Node, type NodeOf } from "../6-decompose/node.ts"
import { constant, type Index, ofValue } from "./axes.ts"
import type { BodyWriter } from "./body.ts"
import { Coordinates, scalarCoordinates, throughView } from "./coordinates.ts"
import * as indexing from "./emitIndexing.ts"

/** What emission needs to know of the kernel that it is for. */
export interface Emitter {
  readonly body: BodyWriter
  /** Whether the node has memory that other kernels filled. */
  readonly isLoaded: (node: Node) => boolean
  /** The node whose memory it is in. */
  readonly ownerOf: (node: Node) => Node
  /** The value that the kernel arrived at for its hero, if the node is one. */
  readonly hero: (node: Node, at: Coordinates) => ValueId | undefined
  /** Told of every node that the kernel computes. */
  readonly computed: (node: Node) => void
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

const emitMap = (e: Emitter, node: NodeOf<"map">, at: Coordinates): ValueId => {
  const args = node.inputs.map((x) => emit(e, x, x.shape.length === node.shape.length ? at : scalarCoordinates))
  const { op } = node.action
  return op === "copy" ? args[0]! : e.body.compute(op, node.dtype, ...args)
}

const emitView = (e: Emitter, node: Node, at: Coordinates): ValueId =>
  emit(e, node.inputs[0]!, throughView(node, at, divideIn(e.body))!)

/** Lanes are never narrow: a narrow literal is converted from a wide one. */
const emitLiteral = (e: Emitter, node: NodeOf<"literal">): ValueId => {
  const wide = indexing.laneOf(node.dtype)
  const { value } = node.action
  return wide === node.dtype
    ? e.body.literal(value, node.dtype)
    : e.body.compute("convert", node.dtype, e.body.literal(value, wide))
}

const emitIota = (e: Emitter, node: NodeOf<"iota">, at: Coordinates): ValueId =>
  e.body.valueOf(partsOf(e, at)[node.action.axis]!)

type Emit = (e: Emitter, node: Node, at: Coordinates) => ValueId

const emits: { readonly [K in Kind]?: Emit } = {
  literal: (e, node) => emitLiteral(e, node as NodeOf<"literal">),
  map: (e, node, at) => emitMap(e, node as NodeOf<"map">, at),
  reshape: emitView,
  transpose: emitView,
  broadcast: emitView,
  slice: emitView,
  rev: emitView,
  iota: (e, node, at) => emitIota(e, node as NodeOf<"iota">, at),
  pad: (e, node, at) => indexing.pad(e, node as NodeOf<"pad">, at),
  concatenate: (e, node, at) => indexing.concatenate(e, node as NodeOf<"concatenate">, at),
  gather: (e, node, at) => indexing.gather(e, node as NodeOf<"gather">, at),
  dynamicSlice: (e, node, at) => indexing.dynamicSlice(e, node, at),
  dynamicUpdateSlice: (e, node, at) => indexing.dynamicUpdateSlice(e, node, at)
}

/** Loads by way of reshapes need no coordinates: positions are the same. */
const loadedThroughReshapes = (e: Emitter, node: Node): Node | undefined => {
  let base = node
  while (!e.isLoaded(base) && isKind(base, "reshape")) base = base.inputs[0]!
  return e.isLoaded(base) ? base : undefined
}

export const emit = (e: Emitter, node: Node, at: Coordinates): ValueId => {
  const known = e.body.emitted(node, at)
  if (known !== undefined) return known
  const loaded = loadedThroughReshapes(e, node)
  let value: ValueId
  if (loaded !== undefined) value = e.body.load(e.ownerOf(loaded), node.dtype, at.linear())
  else {
    value = e.hero(node, at) ?? emits[node.action.kind]!(e, node, at)
    e.computed(node)
  }
  e.body.remember(node, at, value)
  return value
}
