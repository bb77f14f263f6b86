/**
 * Primitives that move elements without reading their values.
 */
import type { Params } from "effax/Primitive"
import type {
  BroadcastInDimParams,
  ConcatenateParams,
  DynamicSliceParams,
  IotaParams,
  PadParams,
  RevParams,
  SliceParams,
  TransposeParams
} from "effax/Primitives"
import { scalar } from "../domain.ts"
import { kernel, type Steps, stride } from "../kernel.ts"
import { advance, commit, elements, position, raw, room, size, strides, type Value } from "../value.ts"

/** The positions in an array for the points of another shape. */
interface Walk {
  readonly array: Value
  readonly offset: number
  readonly steps: ReadonlyArray<number>
}

const whole = (array: Value): Walk => ({ array, offset: 0, steps: strides(array.shape) })

/** Copies one element for every point of `shape`. */
export function* copy(shape: ReadonlyArray<number>, from: Walk, to: Walk): Steps {
  const source = raw(from.array)
  const target = raw(to.array)
  const index = shape.map(() => 0)
  const n = shape.reduce((a, b) => a * b, 1)
  for (let i = 0; i < n; i++) {
    target[to.offset + position(index, to.steps)] = source[from.offset + position(index, from.steps)]!
    advance(index, shape)
    if (i % stride === stride - 1) yield
  }
}

/** Fills the result from the operand positions of a walk. */
const read = (output: Value, from: Walk): Steps => copy(output.shape, from, whole(output))

const fill = (output: Value, value: Value): void => {
  // both are typed arrays of the same class
  ;(output.data as Uint8Array).fill(value.data[0] as number)
}

const broadcastInDim = (input: Value, output: Value, { broadcastDimensions }: BroadcastInDimParams): Steps => {
  const own = strides(input.shape)
  const steps = output.shape.map(() => 0)
  broadcastDimensions.forEach((axis, i) => {
    if (input.shape[i] !== 1) steps[axis] = own[i]!
  })
  return read(output, { array: input, offset: 0, steps })
}

const transpose = (input: Value, output: Value, { permutation }: TransposeParams): Steps => {
  const own = strides(input.shape)
  return read(output, { array: input, offset: 0, steps: permutation.map((axis) => own[axis]!) })
}

const rev = (input: Value, output: Value, { dimensions }: RevParams): Steps => {
  const own = strides(input.shape)
  const last = input.shape.map((n, axis) => dimensions.includes(axis) ? n - 1 : 0)
  const steps = own.map((step, axis) => dimensions.includes(axis) ? -step : step)
  return read(output, { array: input, offset: position(last, own), steps })
}

const slice = (input: Value, output: Value, { startIndices, strides: by }: SliceParams): Steps => {
  const own = strides(input.shape)
  return read(output, {
    array: input,
    offset: position(startIndices, own),
    steps: own.map((step, axis) => step * (by === null ? 1 : by[axis]!))
  })
}

function* concatenate(inputs: ReadonlyArray<Value>, output: Value, { dimension }: ConcatenateParams): Steps {
  const steps = strides(output.shape)
  let start = 0
  for (const input of inputs) {
    yield* copy(input.shape, whole(input), { array: output, offset: start * steps[dimension]!, steps })
    start += input.shape[dimension]!
  }
}

/** Element `i` of an axis moves to `low + i (1 + interior)`, if that is inside. */
function* pad(input: Value, padding: Value, output: Value, { paddingConfig }: PadParams): Steps {
  fill(output, padding)
  const source = raw(input)
  const target = raw(output)
  const steps = strides(output.shape)
  const index = input.shape.map(() => 0)
  const n = size(input)
  for (let i = 0; i < n; i++) {
    const place = index.map((k, axis) => paddingConfig[axis]![0] + k * (1 + paddingConfig[axis]![2]))
    if (place.every((k, axis) => k >= 0 && k < output.shape[axis]!)) target[position(place, steps)] = source[i]!
    advance(index, input.shape)
    if (i % stride === stride - 1) yield
  }
}

function* iota(output: Value, { dimension, dtype, shape }: IotaParams): Steps {
  const out = room(output)
  const n = size(output)
  const step = strides(shape)[dimension]!
  for (let i = 0; i < n; i++) {
    out[i] = scalar(Math.floor(i / step) % shape[dimension]!, dtype)
    if (i % stride === stride - 1) yield
  }
  commit(output, out)
}

/** The start of a window of the given sizes, moved so that the window fits. */
const clampedStarts = (
  starts: ReadonlyArray<Value>,
  sizes: ReadonlyArray<number>,
  shape: ReadonlyArray<number>
): ReadonlyArray<number> =>
  starts.map((start, axis) => Math.min(Math.max(Number(elements(start)[0]!), 0), shape[axis]! - sizes[axis]!))

const dynamicSlice = ([input, ...starts]: ReadonlyArray<Value>, output: Value): Steps => {
  const steps = strides(input!.shape)
  return read(output, {
    array: input!,
    offset: position(clampedStarts(starts, output.shape, input!.shape), steps),
    steps
  })
}

function* dynamicUpdateSlice([input, update, ...starts]: ReadonlyArray<Value>, output: Value): Steps {
  yield* copy(output.shape, whole(input!), whole(output))
  const steps = strides(output.shape)
  const offset = position(clampedStarts(starts, update!.shape, output.shape), steps)
  yield* copy(update!.shape, whole(update!), { array: output, offset, steps })
}

export const structuralRules = {
  broadcast_in_dim: kernel<BroadcastInDimParams>(([x], [output], params) => broadcastInDim(x!, output!, params)),
  transpose: kernel<TransposeParams>(([x], [output], params) => transpose(x!, output!, params)),
  rev: kernel<RevParams>(([x], [output], params) => rev(x!, output!, params)),
  slice: kernel<SliceParams>(([x], [output], params) => slice(x!, output!, params)),
  concatenate: kernel<ConcatenateParams>((inputs, [output], params) => concatenate(inputs, output!, params)),
  pad: kernel<PadParams>(([x, padding], [output], params) => pad(x!, padding!, output!, params)),
  iota: kernel<IotaParams>((_, [output], params) => iota(output!, params)),
  dynamic_slice: kernel<DynamicSliceParams>((inputs, [output]) => dynamicSlice(inputs, output!)),
  dynamic_update_slice: kernel<Params>((inputs, [output]) => dynamicUpdateSlice(inputs, output!))
}
