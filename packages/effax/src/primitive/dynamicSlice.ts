/**
 * Windows of static size at places that are computed: one start for each axis, clamped so that the window fits.
 */
import * as Aval from "../Aval.ts"
import { ArgumentError, IndexError } from "../Errors.ts"
import * as node from "../internal/graph/node.ts"
import { sum, window } from "../internal/program/costs.ts"
import { schema, shape } from "../internal/program/paramSchema.ts"
import type * as NdArray from "../NdArray.ts"
import type { Guard, Params, Primitive } from "../Primitive.ts"
import { integral } from "./dtypeSets.ts"
import { gather } from "./gather.ts"
import type { DynamicSliceParams } from "./params.ts"
import { checkDType, checkLength, checkSameDType, checkShape, type Ints, list, range } from "./rule.ts"
import { scatter } from "./scatter.ts"
import { broadcastInDim, concatenate, repeat, zerosOf } from "./structural.ts"

const checkStarts = (operation: string, x: Aval.Aval, starts: ReadonlyArray<Aval.Aval>): void => {
  checkLength(operation, "starts", starts, x)
  if (starts.length > 0) checkDType(operation, "starts", checkSameDType(operation, starts), integral)
  const wrong = starts.find((start) => start.shape.length > 0)
  if (wrong !== undefined) {
    throw new ArgumentError({
      operation,
      message: `${operation}: each start must be a scalar, got ${Aval.format(wrong)}`
    })
  }
}

const checkWindow = (operation: string, x: Aval.Aval, sizes: Ints): void => {
  checkLength(operation, "window sizes", sizes, x)
  checkShape(operation, "window sizes", sizes)
  sizes.forEach((size, axis) => {
    if (size > x.shape[axis]!) {
      throw new IndexError({
        operation,
        message: `${operation}: a window of ${list(sizes)} does not fit in ${Aval.format(x)}: axis ${axis} has only ${
          x.shape[axis]
        } elements`
      })
    }
  })
}

/** Starts as literals where they are numbers. */
const toStarts = (operation: string, starts: ReadonlyArray<NdArray.Any | number>): ReadonlyArray<NdArray.Any> => {
  const dtype = starts.find((start) => typeof start === "object")?.dtype ?? "int32"
  return starts.map((start, axis) => {
    if (typeof start === "object") return start
    if (!Number.isSafeInteger(start)) {
      throw new IndexError({
        operation,
        message: `${operation}: the start of axis ${axis} must be an integer, got ${start}`
      })
    }
    return node.literal(start, dtype)
  })
}

/** Starts of which some are batched, as one array of index vectors: [size, axes]. */
const indexVectors = (
  starts: ReadonlyArray<NdArray.Any>,
  batched: ReadonlyArray<boolean>,
  size: number
): NdArray.Any => concatenate(starts.map((start, i) => broadcastInDim(start, [size, 1], batched[i] ? [0] : [])), 1)

/** The operands' starts for arrays that have a batch axis 0 of which all is wanted. */
const withBatchStart = (
  starts: ReadonlyArray<NdArray.Any>
): ReadonlyArray<NdArray.Any> => [node.literal(0, starts[0]?.dtype ?? "int32"), ...starts]

/** Starts of a window, operands from `first` on, that are to lie in the array. */
const starts = (first: number, x: Aval.Aval, windows: Ints): ReadonlyArray<Guard> => [
  { kind: "index", starts: first, bounds: windows.map((window, axis) => ({ axis, size: x.shape[axis]!, window })) }
]

const slicePrimitive: Primitive<DynamicSliceParams> = {
  name: "dynamic_slice",
  schema: schema([1, Infinity], { sliceSizes: shape }),
  cost: window,
  keepsNaN: true,
  guards: ([x], { sliceSizes }) => starts(1, x!, sliceSizes),
  abstract([x, ...starts], { sliceSizes }) {
    checkStarts("dynamic_slice", x!, starts)
    checkWindow("dynamic_slice", x!, sliceSizes)
    return [Aval.make(x!.dtype, sliceSizes, x!.weak)]
  },
  jvp: ({ params: { sliceSizes }, primals: [, ...starts], tangents: [tangent] }) => [
    tangent && dynamicSlice(tangent, starts, sliceSizes)
  ],
  linear: {
    form: { product: [0] },
    transpose: ({ cotangents: [ct], inputs: [x, ...starts] }) => [
      dynamicUpdateSlice(zerosOf(Aval.make(ct!.dtype, x!.shape)), ct!, starts),
      ...starts.map(() => undefined)
    ]
  },
  batch({ batched: [batchedX, ...batchedStarts], inputs: [x, ...starts], params: { sliceSizes }, size }) {
    if (!batchedStarts.includes(true)) {
      return { outputs: [dynamicSlice(x!, withBatchStart(starts), [size, ...sliceSizes])], batched: [true] }
    }
    const rank = sliceSizes.length
    const params = {
      dimensionNumbers: {
        offsetDims: range(rank),
        collapsedSliceDims: [],
        startIndexMap: range(rank),
        operandBatchingDims: [],
        startIndicesBatchingDims: []
      },
      sliceSizes,
      mode: "clip",
      fillValue: null,
      indicesAreSorted: true,
      uniqueIndices: true
    } as const
    return gather.primitive.batch({
      inputs: [x!, indexVectors(starts, batchedStarts, size)],
      batched: [batchedX!, true],
      size,
      axisName: undefined,
      params
    })
  }
}

/**
 * A window of `sizes` that starts at `starts`, one integer scalar for each axis, moved inside where it reaches
 * outside.
 *
 * @category indexing
 * @since 0.1.0
 */
export const dynamicSlice = Object.assign(
  (x: NdArray.Any, starts: ReadonlyArray<NdArray.Any | number>, sizes: Ints): NdArray.Any =>
    node.bindOne(slicePrimitive, [x, ...toStarts("dynamic_slice", starts)], { sliceSizes: sizes }),
  { primitive: slicePrimitive }
)

const updatePrimitive: Primitive<Params> = {
  name: "dynamic_update_slice",
  schema: schema([2, Infinity]),
  cost: {
    bytes: ({ inputBytes, inputs }) => Aval.byteLength(inputs[1]!) + sum(inputBytes.slice(1))
  },
  keepsNaN: true,
  guards: ([x, update]) => starts(2, x!, update!.shape),
  abstract([x, update, ...starts]) {
    const operation = "dynamic_update_slice"
    checkSameDType(operation, [x!, update!])
    checkStarts(operation, x!, starts)
    checkWindow(operation, x!, update!.shape)
    return [x!]
  },
  jvp: ({ primals: [x, update, ...starts], tangents: [dx, dupdate] }) => [
    dx === undefined && dupdate === undefined
      ? undefined
      : dynamicUpdateSlice(dx ?? zerosOf(x!), dupdate ?? zerosOf(update!), starts)
  ],
  linear: {
    form: { sum: (operand) => operand < 2 },
    transpose: ({ cotangents: [ct], inputs: [, update, ...starts], linear }) => [
      linear[0] ? dynamicUpdateSlice(ct!, zerosOf(Aval.make(ct!.dtype, update!.shape)), starts) : undefined,
      linear[1] ? dynamicSlice(ct!, starts, update!.shape) : undefined,
      ...starts.map(() => undefined)
    ]
  },
  batch({ batched: [batchedX, batchedUpdate, ...batchedStarts], inputs: [x, update, ...starts], size }) {
    const all = batchedX ? x! : repeat(x!, size)
    const updates = batchedUpdate ? update! : repeat(update!, size)
    if (!batchedStarts.includes(true)) {
      return { outputs: [dynamicUpdateSlice(all, updates, withBatchStart(starts))], batched: [true] }
    }
    const rank = starts.length
    const params = {
      dimensionNumbers: {
        updateWindowDims: range(rank),
        insertedWindowDims: [],
        scatterDimsToOperandDims: range(rank),
        operandBatchingDims: [],
        scatterIndicesBatchingDims: []
      },
      mode: "clip",
      indicesAreSorted: true,
      uniqueIndices: true
    } as const
    return scatter.primitive.batch({
      inputs: [all, indexVectors(starts, batchedStarts, size), updates],
      batched: [true, true, true],
      size,
      axisName: undefined,
      params
    })
  }
}

/**
 * The array with a window replaced by `update`; the window starts at `starts` and is moved inside where it reaches
 * outside.
 *
 * @category indexing
 * @since 0.1.0
 */
export const dynamicUpdateSlice = Object.assign(
  (x: NdArray.Any, update: NdArray.Any, starts: ReadonlyArray<NdArray.Any | number>): NdArray.Any =>
    node.bindOne(updatePrimitive, [x, update, ...toStarts("dynamic_update_slice", starts)], {}),
  { primitive: updatePrimitive }
)
