/**
 * Arguments of the code that emits one kind of loop operation: the body that it writes to, and a way to emit operands.
 */
import type { ValueId } from "../../Plan.ts"
import type { LoopOp } from "../6-decompose/loopOp.ts"
import { constant, type Index, ofValue } from "./axes.ts"
import type { BodyWriter } from "./body.ts"
import type { Coordinates } from "./coordinates.ts"

/** The kernel that instructions are emitted for, as emission needs to know it. */
export interface Emitter {
  readonly body: BodyWriter
  /** The value of an operation's element at coordinates: an instruction, and those that it needs. */
  readonly emit: (op: LoopOp, at: Coordinates) => ValueId
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
