/**
 * Contractions: sums of products over shared axes.
 */
import * as Aval from "../Aval.ts"
import * as DType from "../DType.ts"
import { ArgumentError, DTypeError, ShapeError } from "../Errors.ts"
import { checkDType, checkOptions, type Known } from "../internal/arguments/options.ts"
import * as node from "../internal/graph/node.ts"
import { outputElements } from "../internal/program/costs.ts"
import { axes, dtype, orNull, record, schema } from "../internal/program/paramSchema.ts"
import type * as NdArray from "../NdArray.ts"
import type { CostContext, Primitive } from "../Primitive.ts"
import { add, convert } from "./elementwise.ts"
import type { DotDimensionNumbers, DotGeneralParams } from "./params.ts"
import { checkAxes, checkList, checkSameDType, type Ints, inverse, list, range, shift, without } from "./rule.ts"
import { moveAxis, transpose } from "./structural.ts"

/** A result may be asked for in a dtype that holds the operands' products, but not in a narrower one. */
export const checkPreferred = (operation: string, dtype: DType.DType, preferred: DType.DType): void => {
  const from = DType.kind(dtype)
  const to = DType.kind(preferred)
  const widens = DType.itemSize(preferred) >= DType.itemSize(dtype)
  const toFloating = (from === "signed" || from === "unsigned") && to === "floating"
  if (!widens || (from !== to && !toFloating)) {
    throw new DTypeError({
      operation,
      message:
        `${operation}: preferredElementType ${preferred} can't hold results of ${dtype} operands; it must be of the ` +
        "same kind (or floating for integers) and not narrower"
    })
  }
}

/** The same values in another dtype, and the operand itself where that is its dtype, weak or not. */
export const convertTo = (x: NdArray.Any, dtype: DType.DType): NdArray.Any => x.dtype === dtype ? x : convert(x, dtype)

/** The free axes of both operands, and where they stand in the result. */
const freeAxes = (x: Aval.Aval, y: Aval.Aval, dims: DotDimensionNumbers) => {
  const lhs = without(x.shape.length, [...dims.lhsContracting, ...dims.lhsBatch])
  const rhs = without(y.shape.length, [...dims.rhsContracting, ...dims.rhsBatch])
  return { lhs, rhs }
}

const checkPairs = (name: string, x: Aval.Aval, y: Aval.Aval, lhs: Ints, rhs: Ints): void => {
  const operation = "dot_general"
  if (lhs.length !== rhs.length) {
    throw new ArgumentError({
      operation,
      message:
        `${operation}: as many ${name} axes are needed on the left as on the right, got ${lhs.length} and ${rhs.length}`
    })
  }
  lhs.forEach((axis, i) => {
    const other = rhs[i]!
    if (x.shape[axis] !== y.shape[other]) {
      throw new ShapeError({
        operation,
        message:
          `${operation}: ${name} axis ${axis} of ${Aval.format(x)} has ${
            x.shape[axis]
          } elements, but axis ${other} of ` +
          `${Aval.format(y)} has ${y.shape[other]}; they must agree`
      })
    }
  })
}

/**
 * The cotangent of the operand `mine`: the result's cotangent contracted with `other` over the axes that are free in
 * `other`. Its axes come out as batch, free, contracting (in the order of `other`), and are put back in place.
 */
const cotangentOf = (
  ct: NdArray.Any,
  mine: { readonly aval: Aval.Aval; readonly contracting: Ints; readonly batch: Ints; readonly free: Ints },
  other: { readonly array: NdArray.Any; readonly contracting: Ints; readonly batch: Ints; readonly free: Ints },
  // The first axis of the result that is free in `other`
  otherFrom: number
): NdArray.Any => {
  const product = dotGeneral(ct, convertTo(other.array, ct.dtype), {
    lhsContracting: range(other.free.length, otherFrom),
    rhsContracting: other.free,
    lhsBatch: range(other.batch.length),
    rhsBatch: other.batch
  })
  // Free axes of `other` in the product are its contracting ones, in increasing order
  const order = [...range(other.contracting.length)].sort((i, k) => other.contracting[i]! - other.contracting[k]!)
  const axes = [...mine.batch, ...mine.free, ...order.map((i) => mine.contracting[i]!)]
  return convertTo(transpose(product, inverse(axes)), mine.aval.dtype)
}

/** The product of the lengths of some axes. */
const extent = (shape: ReadonlyArray<number>, axes: ReadonlyArray<number>): number =>
  axes.reduce((n, axis) => n * shape[axis]!, 1)

/** A multiplication and an addition for each element of the result and each position of the contracting axes. */
const flops = (context: CostContext, { lhsContracting }: DotDimensionNumbers): number =>
  2 * outputElements(context) * extent(context.inputs[0]!.shape, lhsContracting)

const dotPrimitive: Primitive<DotGeneralParams> = {
  name: "dot_general",
  print: ({ dimensionNumbers: d, preferredElementType }) => [
    [
      "dimension_numbers",
      `((${list(d.lhsContracting)}, ${list(d.rhsContracting)}), (${list(d.lhsBatch)}, ${list(d.rhsBatch)}))`
    ],
    ...(preferredElementType === null ? [] : [["preferred_element_type", preferredElementType] as const])
  ],
  schema: schema(2, {
    dimensionNumbers: record({ lhsContracting: axes, rhsContracting: axes, lhsBatch: axes, rhsBatch: axes }),
    preferredElementType: orNull(dtype)
  }),
  cost: { flops: (context, { dimensionNumbers }) => flops(context, dimensionNumbers) },
  abstract([x, y], { dimensionNumbers: dims, preferredElementType }) {
    const operation = "dot_general"
    const dtype = checkSameDType(operation, [x!, y!])
    if (preferredElementType !== null) checkPreferred(operation, dtype, preferredElementType)
    checkAxes(operation, "lhsContracting and lhsBatch", [...dims.lhsContracting, ...dims.lhsBatch], x!)
    checkAxes(operation, "rhsContracting and rhsBatch", [...dims.rhsContracting, ...dims.rhsBatch], y!)
    checkPairs("batch", x!, y!, dims.lhsBatch, dims.rhsBatch)
    checkPairs("contracting", x!, y!, dims.lhsContracting, dims.rhsContracting)
    const free = freeAxes(x!, y!, dims)
    const shape = [
      ...dims.lhsBatch.map((axis) => x!.shape[axis]!),
      ...free.lhs.map((axis) => x!.shape[axis]!),
      ...free.rhs.map((axis) => y!.shape[axis]!)
    ]
    return [Aval.make(preferredElementType ?? dtype, shape, x!.weak && y!.weak)]
  },
  jvp({ params, primals: [x, y], tangents: [dx, dy] }) {
    const left = dx && node.bindOne(dotPrimitive, [dx, y!], params)
    const right = dy && node.bindOne(dotPrimitive, [x!, dy], params)
    return [left && right ? add(left, right) : left ?? right]
  },
  linear: {
    form: { product: [0, 1] },
    transpose({ cotangents: [ct], inputs: [x, y], linear, params: { dimensionNumbers: dims } }) {
      const free = freeAxes(x!, y!, dims)
      const lhs = { aval: x!, array: x!, contracting: dims.lhsContracting, batch: dims.lhsBatch, free: free.lhs }
      const rhs = { aval: y!, array: y!, contracting: dims.rhsContracting, batch: dims.rhsBatch, free: free.rhs }
      const batch = dims.lhsBatch.length
      return [
        linear[0] ? cotangentOf(ct!, lhs, rhs, batch + free.lhs.length) : undefined,
        linear[1] ? cotangentOf(ct!, rhs, lhs, batch) : undefined
      ]
    }
  },
  batch({ batched: [batchedX, batchedY], inputs: [x, y], params }) {
    const { dimensionNumbers: dims, preferredElementType } = params
    const shifted = {
      lhsContracting: batchedX ? shift(dims.lhsContracting) : dims.lhsContracting,
      rhsContracting: batchedY ? shift(dims.rhsContracting) : dims.rhsContracting,
      lhsBatch: batchedX ? shift(dims.lhsBatch) : dims.lhsBatch,
      rhsBatch: batchedY ? shift(dims.rhsBatch) : dims.rhsBatch
    }
    if (batchedX && batchedY) {
      const both = { ...shifted, lhsBatch: [0, ...shifted.lhsBatch], rhsBatch: [0, ...shifted.rhsBatch] }
      return { outputs: [dotGeneral(x!, y!, both, preferredElementType)], batched: [true] }
    }
    // The batch is the first free axis of its operand
    const result = dotGeneral(x!, y!, shifted, preferredElementType)
    const axis = dims.lhsBatch.length + (batchedX ? 0 : freeAxes(x!, y!, shifted).lhs.length)
    return { outputs: [moveAxis(result, axis, 0)], batched: [true] }
  }
}

const known: Known<DotDimensionNumbers> = {
  lhsContracting: true,
  rhsContracting: true,
  lhsBatch: true,
  rhsBatch: true
}

const complete = (operation: string, given: Partial<DotDimensionNumbers>): DotDimensionNumbers => {
  checkOptions(`${operation}: dimensionNumbers`, given, known)
  const { lhsBatch = [], lhsContracting = [], rhsBatch = [], rhsContracting = [] } = given
  const numbers = { lhsContracting, rhsContracting, lhsBatch, rhsBatch }
  for (const name in known) checkList(operation, name, numbers[name as keyof DotDimensionNumbers])
  return numbers
}

/**
 * Sums of products over contracting axes, for each index of the batch axes and of both operands' free axes. Axes that are
 * not named are free.
 *
 * @category contractions
 * @since 0.1.0
 */
export const dotGeneral = Object.assign(
  (
    x: NdArray.Any,
    y: NdArray.Any,
    dimensionNumbers: Partial<DotDimensionNumbers>,
    preferredElementType: DType.DType | null = null
  ): NdArray.Any => {
    if (preferredElementType !== null) checkDType("dot_general", preferredElementType)
    return node.bindOne(dotPrimitive, [x, y], {
      dimensionNumbers: complete("dot_general", dimensionNumbers),
      preferredElementType
    })
  },
  { primitive: dotPrimitive }
)
