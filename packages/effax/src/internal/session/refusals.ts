/**
 * Errors for arrays that can't be used at all, or not on this backend.
 */
import * as aval from "../../Aval.ts"
import {
  CompileError,
  DisposedArrayError,
  EscapedParameterError,
  ForeignArrayError,
  OutOfMemoryError
} from "../../Errors.ts"
import type { Driver } from "../driver/driver.ts"
import { twoCopies } from "../graph/copy.ts"
import type * as node from "../graph/node.ts"
import { type Allocation, reasonOf, type SessionState } from "./ownership.ts"

/** Advice on keeping a Layer open for as long as its arrays are needed. */
const keepOpen =
  "a Layer lives as long as the effect that it is provided to: provide it once around the whole program, " +
  "or keep it open with ManagedRuntime.make(layer)"

const closedLayer = (backend: string): string =>
  `the Layer of the ${backend} backend was closed, and its memory is gone; ${keepOpen}`

const reasons: { readonly [R in Exclude<DisposedArrayError["reason"], "layer">]: string } = {
  dispose: "NdArray.dispose, the end of a `using` block or of its Scope gave its memory back",
  scope: "the NdArray.scoped it was computed in has ended; return it from the scope to keep it",
  donation: "it was donated to a jitted function; don't use it again, or don't donate it"
}

/** The error for operations on a backend whose Layer was closed. */
export const closed = (operation: string, backend: string): DisposedArrayError =>
  new DisposedArrayError({ backend, reason: "layer", message: `${operation}: ${closedLayer(backend)}` })

/** The error for an array that another copy of this package made. */
export const ofAnotherCopy = (of: object, backend: string): ForeignArrayError =>
  new ForeignArrayError({ backend, owner: "another copy of effax", message: twoCopies("an array", of) })

export const programOfAnotherCopy = (program: object, backend: string): CompileError =>
  new CompileError({ backend, message: twoCopies("a Program", program) })

/** The error for results that would not fit even in the empty memory of the device. */
export const tooLarge = (results: ReadonlyArray<node.Node>, driver: Driver): OutOfMemoryError | undefined => {
  const limit = driver.capabilities.memoryLimit
  let requested = 0
  for (const of of results) requested += aval.byteLength(of)
  if (requested <= limit) return undefined
  return new OutOfMemoryError({
    backend: driver.name,
    requested,
    live: driver.bytesLive(),
    limit,
    message: `${driver.name}: the results need ${requested} bytes, and \`memoryLimit\` is ${limit}: compute fewer or ` +
      "smaller arrays at once, or raise the limit"
  })
}

/** The error for using an array that has or had memory in a session; `undefined` if it can be used. */
export const refusal = (
  of: node.Node,
  allocation: Allocation,
  session: SessionState
): DisposedArrayError | ForeignArrayError | undefined => {
  const owner = allocation.session
  if (owner !== session) {
    return new ForeignArrayError({
      backend: session.backend,
      owner: owner.backend,
      message: `${aval.format(of)} lives on another backend (${owner.backend}${
        owner.closed ? ", whose Layer was closed" : ""
      }) and can't be used on ${session.backend}: read it with NdArray.toTypedArray there${
        owner.closed ? " while its Layer is open" : ""
      } and make a new array with NdArray.fromTypedArray${owner.closed ? `; ${keepOpen}` : ""}`
    })
  }
  const reason = reasonOf(allocation)
  if (reason === undefined) return undefined
  return new DisposedArrayError({
    backend: owner.backend,
    reason,
    message: `${aval.format(of)} has no value any more: ${
      reason === "layer" ? closedLayer(owner.backend) : reasons[reason]
    }`
  })
}

/** The error for an operand that is a parameter of a transformation that has ended. */
export const escaped = (
  of: node.Node,
  { transformation }: node.Scope,
  operation: string,
  backend: string
): EscapedParameterError =>
  new EscapedParameterError({
    backend,
    transformation,
    operation,
    message: `${operation}: an operand ${aval.format(of)} is a parameter of ${transformation}, which has ` +
      "ended; return what you need from the transformed function instead of keeping it outside"
  })
