/**
 * Depthwise convolutions of channels-last arrays, in which a feature has one channel of its own: channels become one more
 * axis of the image, the contiguous one, along which the weights vary with the lanes.
 */
import type { Affine, Body, Convolve } from "@effax/compiler/Plan"

/** Below this, features are not worth a vector. */
const fewChannels = 4

/** Whether a convolution is depthwise, and its input and a result are contiguous along the features. */
export const isLanewise = ({ channels, features, groups, lhs, output, stores }: Convolve): boolean =>
  channels === 1 && features === groups && features >= fewChannels && output.length > 0 && lhs.index.strides[1] === 1 &&
  stores.some(({ index }) => index.strides[1] === 1)

/** `[n, o, ...rest]` as `[n, 1, ...rest, o]`. */
const featuresLast = ({ offset, strides: [image, feature, ...rest] }: Affine): Affine => ({
  offset,
  strides: [image!, 0, ...rest, feature!]
})

/** `[o, 1, ...window]` as `[1, 1, ...window, o]`. */
const lanesLast = ({ offset, strides: [feature, , ...window] }: Affine): Affine => ({
  offset,
  strides: [0, 0, ...window, feature!]
})

const withFeaturesLast = (body: Body, axes: number): Body =>
  body.map((instruction) => {
    switch (instruction.op) {
      case "load":
        return { ...instruction, index: featuresLast(instruction.index) }
      case "index":
        return { ...instruction, axis: instruction.axis === 1 ? axes : instruction.axis }
      default:
        return instruction
    }
  })

/**
 * The same convolution over one more axis, of one feature. Its weights are to be taken lane by lane along the last axis;
 * as the kernel says it, they would not vary along it.
 */
export const lanewise = (kernel: Convolve): Convolve => {
  const { epilogue, features, input, lhs, lhsDilation, low, output, rhs, rhsDilation, stores, strides, window } = kernel
  const axes = 2 + output.length
  return {
    ...kernel,
    features: 1,
    groups: 1,
    input: [...input, features],
    window: [...window, 1],
    output: [...output, features],
    strides: [...strides, 1],
    low: [...low, 0],
    lhsDilation: [...lhsDilation, 1],
    rhsDilation: [...rhsDilation, 1],
    lhs: { ...lhs, index: featuresLast(lhs.index) },
    rhs: { ...rhs, index: lanesLast(rhs.index) },
    epilogue: withFeaturesLast(epilogue, axes),
    stores: stores.map((store) => ({ ...store, index: featuresLast(store.index) }))
  }
}
