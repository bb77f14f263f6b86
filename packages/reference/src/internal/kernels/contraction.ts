/**
 * Sums of products: contractions and convolutions, computed by definition.
 */
import type { DType } from "effax/DType"
import type { ConvParams, DotGeneralParams } from "effax/Primitives"
import * as arithmetic from "../arithmetic.ts"
import { type Domain, domain, pick, scalar } from "../domain.ts"
import { kernel, type Steps, stride } from "../kernel.ts"
import {
  advance,
  commit,
  type Elements,
  elements,
  position,
  room,
  type Scalar,
  size,
  strides,
  type Value
} from "../value.ts"

type Ints = ReadonlyArray<number>

/** The elements in the kind of number that the result is computed in. */
const operandFor: { readonly [D in Domain]: (value: Value) => Elements } = {
  float: (value) =>
    domain(value.dtype) === "big" ? Float64Array.from(elements(value), Number) as Elements : elements(value),
  integer: (value) =>
    domain(value.dtype) === "big" ? Int32Array.from(elements(value), wrap32) as Elements : elements(value),
  big: (value) => domain(value.dtype) === "big" ? elements(value) : Array.from(elements(value), (x) => BigInt(x)),
  bool: elements
}

const wrap32 = (x: Scalar): number => Number(BigInt.asIntN(32, BigInt(x)))

/** `sum + x y`: in float64, in wrapping integers, or as "or of ands" for booleans. */
const multiplyAdd = (dtype: DType): (sum: Scalar, x: Scalar, y: Scalar) => Scalar => {
  if (domain(dtype) === "bool") return (sum, x, y) => (sum as number) | ((x as number) & (y as number))
  const times = pick(arithmetic.mul, dtype) as (x: Scalar, y: Scalar) => Scalar
  const plus = pick(arithmetic.add, dtype) as (x: Scalar, y: Scalar) => Scalar
  if (domain(dtype) === "integer") return (sum, x, y) => (plus(sum, times(x, y)) as number) | 0
  return (sum, x, y) => plus(sum, times(x, y))
}

/** The positions of all points of some axes of an array, row-major. */
const offsets = (shape: Ints, axes: Ints): Float64Array => {
  const own = strides(shape)
  const space = axes.map((axis) => shape[axis]!)
  const steps = axes.map((axis) => own[axis]!)
  const index = axes.map(() => 0)
  const out = new Float64Array(space.reduce((a, b) => a * b, 1))
  for (let i = 0; i < out.length; i++) {
    out[i] = position(index, steps)
    advance(index, space)
  }
  return out
}

const rest = (shape: Ints, ...taken: ReadonlyArray<Ints>): Ints =>
  shape.map((_, axis) => axis).filter((axis) => !taken.some((t) => t.includes(axis)))

function* dotGeneral(lhs: Value, rhs: Value, output: Value, { dimensionNumbers }: DotGeneralParams): Steps {
  const { lhsBatch, lhsContracting, rhsBatch, rhsContracting } = dimensionNumbers
  const batch = [offsets(lhs.shape, lhsBatch), offsets(rhs.shape, rhsBatch)] as const
  const contracted = [offsets(lhs.shape, lhsContracting), offsets(rhs.shape, rhsContracting)] as const
  const rows = offsets(lhs.shape, rest(lhs.shape, lhsBatch, lhsContracting))
  const columns = offsets(rhs.shape, rest(rhs.shape, rhsBatch, rhsContracting))
  const convert = operandFor[domain(output.dtype)]
  const [x, y] = [convert(lhs), convert(rhs)]
  const out = room(output)
  const accumulate = multiplyAdd(output.dtype)
  const zero = scalar(0, output.dtype)
  const depth = contracted[0].length
  let at = 0
  let work = 0
  for (let b = 0; b < batch[0].length; b++) {
    for (const row of rows) {
      for (const column of columns) {
        const left = batch[0][b]! + row
        const right = batch[1][b]! + column
        let sum = zero
        for (let k = 0; k < depth; k++) {
          sum = accumulate(sum, x[left + contracted[0][k]!]!, y[right + contracted[1][k]!]!)
          if (++work % stride === 0) yield
        }
        out[at++] = sum
      }
    }
  }
  commit(output, out)
}

/** The strides of an array's axes in the order of a specification. */
const ordered = (shape: Ints, spec: Ints): Ints => {
  const own = strides(shape)
  return spec.map((axis) => own[axis]!)
}

/**
 * For every `[n, o, ...p]` of the result, the sum over input features `i` and window points `w` of
 * `lhs[n, i, (p stride + w rhsDilation - low) / lhsDilation] rhs[o, i, w]`, where the position is whole and inside.
 * With feature groups, `o` uses only the input features of its group; with batch groups, only the images of its group.
 */
function* convolution(lhs: Value, rhs: Value, output: Value, params: ConvParams): Steps {
  const { batchGroupCount, featureGroupCount, lhsDilation, padding, rhsDilation, windowStrides } = params
  const { lhsSpec, outSpec, rhsSpec } = params.dimensionNumbers
  const convert = operandFor[domain(output.dtype)]
  const [x, y] = [convert(lhs), convert(rhs)]
  const out = room(output)
  const accumulate = multiplyAdd(output.dtype)
  const zero = scalar(0, output.dtype)

  const [xSteps, ySteps, outSteps] = [
    ordered(lhs.shape, lhsSpec),
    ordered(rhs.shape, rhsSpec),
    ordered(output.shape, outSpec)
  ]
  const images = lhs.shape[lhsSpec[0]!]! / batchGroupCount
  const channels = rhs.shape[rhsSpec[1]!]!
  const features = rhs.shape[rhsSpec[0]!]!
  const space = outSpec.map((axis) => output.shape[axis]!)
  const input = lhsSpec.slice(2).map((axis) => lhs.shape[axis]!)
  const window = rhsSpec.slice(2).map((axis) => rhs.shape[axis]!)
  const taps = window.reduce((a, b) => a * b, 1)

  const point = space.map(() => 0)
  const n = size(output)
  let work = 0
  for (let at = 0; at < n; at++) {
    const [image, feature] = point as [number, number]
    const featureGroup = Math.floor(feature / (features / featureGroupCount))
    const batchGroup = Math.floor(feature / (features / batchGroupCount))
    const xStart = (batchGroup * images + image) * xSteps[0]! + featureGroup * channels * xSteps[1]!
    const yStart = feature * ySteps[0]!
    let sum = zero
    const tap = window.map(() => 0)
    for (let t = 0; t < taps; t++) {
      let xAt = xStart
      let yAt = yStart
      for (let d = 0; d < window.length && xAt >= 0; d++) {
        const dilated = point[d + 2]! * windowStrides[d]! + tap[d]! * rhsDilation[d]! - padding[d]![0]
        const k = dilated / lhsDilation[d]!
        if (Number.isInteger(k) && k >= 0 && k < input[d]!) {
          xAt += k * xSteps[d + 2]!
          yAt += tap[d]! * ySteps[d + 2]!
        } else xAt = -1
      }
      if (xAt >= 0) {
        for (let i = 0; i < channels; i++) {
          sum = accumulate(sum, x[xAt + i * xSteps[1]!]!, y[yAt + i * ySteps[1]!]!)
        }
      }
      advance(tap, window)
      work += channels
      if (work >= stride) {
        work = 0
        yield
      }
    }
    out[position(point, outSteps)] = sum
    advance(point, space)
  }
  commit(output, out)
}

export const contractionRules = {
  dot_general: kernel<DotGeneralParams>(([lhs, rhs], [output], params) => dotGeneral(lhs!, rhs!, output!, params)),
  conv_general_dilated: kernel<ConvParams>(([lhs, rhs], [output], params) => convolution(lhs!, rhs!, output!, params))
}
