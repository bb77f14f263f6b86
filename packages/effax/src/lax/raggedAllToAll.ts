/**
 * An exchange of slices of different lengths along a named axis.
 */
import { ShapeError } from "../Errors.ts"
import type * as NdArray from "../NdArray.ts"
import { add, and, clamp, ge, lt, select, sub } from "../primitive/elementwise.ts"
import { gather } from "../primitive/gather.ts"
import { list, range } from "../primitive/rule.ts"
import { broadcastInDim, iota, reshape, sliceAxis } from "../primitive/structural.ts"
import { allGather, allToAll, axisSize } from "./collectives.ts"
import type { AxisName } from "./namedAxes.ts"
import { asArray, type DTypeOf, fixed, type ShapeOf } from "./operands.ts"

const operation = "raggedAllToAll"

/** One element of a vector, as a scalar. */
const elementOf = (x: NdArray.Any, i: number): NdArray.Any => reshape(sliceAxis(x, 0, i, i + 1), [])

/**
 * Sends slices of the rows of an array to the indices of a named axis, and writes what arrives into `output`.
 *
 * **Details**
 *
 * The four vectors of integers have one length, a multiple of the size of the axis: as many slices for each index, in its
 * order. Slice `i` is `operand[inputOffsets[i] : inputOffsets[i] + sendSizes[i]]`; its receiver writes it at
 * `outputOffsets[i]`. `recvSizes` are the sizes of the slices that arrive. Throws a `ShapeError` for lengths that do not fit.
 *
 * @example
 * ```ts
 * import { Lax, NdArray, Numpy as np, vmap } from "effax"
 *
 * const operand = np.array([[1, 2, 2], [3, 4, 0]])
 * const offsets = np.array([[0n, 1n], [0n, 1n]])
 * const result = vmap(
 *   (x: NdArray.Any, from: NdArray.Any, send: NdArray.Any, to: NdArray.Any, receive: NdArray.Any) =>
 *     Lax.raggedAllToAll(x, np.zeros([4]), from, send, to, receive, "i"),
 *   { axisName: "i" }
 * )(operand, offsets, np.array([[1n, 2n], [1n, 1n]]), np.array([[0n, 0n], [1n, 2n]]), np.array([[1n, 1n], [2n, 1n]]))
 * result // => [[1, 3, 0, 0], [2, 2, 4, 0]]
 * ```
 *
 * @category collectives
 * @since 0.1.0
 */
export const raggedAllToAll = fixed(operation, <X extends NdArray.Any, O extends NdArray.Any>(
  operand: X,
  output: O,
  inputOffsets: NdArray.Any,
  sendSizes: NdArray.Any,
  outputOffsets: NdArray.Any,
  recvSizes: NdArray.Any,
  axisName: AxisName
): NdArray.NdArray<DTypeOf<O>, ShapeOf<O>> => {
  const size = axisSize(axisName)
  const vectors = { inputOffsets, sendSizes, outputOffsets, recvSizes }
  const slices = asArray(operation, inputOffsets).shape[0] ?? 0
  for (const [name, given] of Object.entries(vectors)) {
    const { shape } = asArray(operation, given)
    if (shape.length === 1 && shape[0] === slices && slices % size === 0) continue
    throw new ShapeError({
      operation,
      message:
        `${operation}: ${name} must be a vector with as many slices for each of the ${size} indices of the axis, ` +
        `and as long as inputOffsets, got shape ${list(shape)}`
    })
  }
  const exchanged = (x: NdArray.Any): NdArray.Any =>
    allToAll(x, axisName, { splitAxis: 0, concatAxis: 0, tiled: true }) as NdArray.Any
  // every index has all operands, and takes the rows that are sent to it
  const all = allGather(operand, axisName) as NdArray.Any
  const [starts, places] = [exchanged(inputOffsets), exchanged(outputOffsets)]
  let result: NdArray.Any = asArray(operation, output)
  const rows = result.shape[0]!
  const length = asArray(operation, operand).shape[0]!
  if (rows === 0 || length === 0) return result as never
  for (const i of range(slices)) {
    const source = Math.floor(i / (slices / size))
    const sent = reshape(sliceAxis(all, 0, source, source + 1), all.shape.slice(1))
    const place = elementOf(places, i)
    const within = sub(iota(place.dtype, [rows], 0), broadcastInDim(place, [rows], []))
    const inside = and(ge(within, 0), lt(within, broadcastInDim(elementOf(recvSizes, i), [rows], [])))
    const from = clamp(0, add(within, broadcastInDim(elementOf(starts, i), [rows], [])), length - 1)
    const arrived = gather(sent, reshape(from, [rows, 1]), {
      dimensionNumbers: { offsetDims: range(sent.shape.length - 1, 1), collapsedSliceDims: [0], startIndexMap: [0] },
      sliceSizes: [1, ...sent.shape.slice(1)],
      mode: "clip"
    })
    result = select(broadcastInDim(inside, result.shape, [0]), arrived, result)
  }
  return result as never
})
