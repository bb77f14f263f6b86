/**
 * How a convolution is cut up: which of features and pixels are the rows of tiles, what a unit of work covers, and whether
 * its part of the input is staged.
 */
import type { Convolve, Store } from "@effax/compiler/Plan"
import { size as product } from "effax/Shape"
import { planStaging, type SpatialAxis, type Staging, stagingSlack } from "./staging.ts"
import type { TileArithmetic } from "./tileArithmetic.ts"
import { chooseTile, evenBlock, multiplyAddsPerMicrosecond, roundUp, type Split, split } from "./tiling.ts"

/** The input as tiles see it: bytes per channel, per output along each axis, and per tap of the window. */
export interface InputView {
  readonly channel: number
  readonly output: ReadonlyArray<number>
  /** Along an axis, the offset of a tap is `(w * dilation mod stride) * phase + floor(w * dilation / stride) * element`. */
  readonly taps: ReadonlyArray<{
    readonly window: number
    readonly dilation: number
    readonly stride: number
    readonly phase: number
    readonly element: number
  }>
}

export interface ConvolutionPlan {
  readonly arithmetic: TileArithmetic
  /** At least one. */
  readonly axes: ReadonlyArray<SpatialAxis>
  /** Features of a group. */
  readonly features: number
  readonly windowSize: number
  /** The rows of tiles; the others are their columns, which are contiguous in the result. */
  readonly rowsAre: "features" | "pixels"
  /** Whether weights vary along the last axis, with the lanes. */
  readonly lanewise: boolean
  readonly rows: Split
  readonly columns: number
  readonly width: number
  /** Undefined where tiles read the input in place. */
  readonly staging: Staging | undefined
  readonly view: InputView
  readonly channelBlock: number
  /** Outputs before this axis are taken one by one, it is cut into chunks, the ones after it are whole. */
  readonly splitAxis: number
  /** Outputs of a chunk; where the last axis is cut, tiles or panels of one. */
  readonly chunk: number
  readonly chunks: number
  /** Tiles or panels of features of a unit, and units. */
  readonly featureBlock: number
  readonly featureUnits: number
  /** Images times groups. */
  readonly pairs: number
  readonly pairsPerUnit: number
  readonly units: number
  /** Outputs that a block has at most along each axis, and its strides in scratch, in bytes. */
  readonly blockOutputs: ReadonlyArray<number>
  readonly scratchFeature: number
  readonly scratchOutput: ReadonlyArray<number>
  readonly scratch: { readonly table: number; readonly stage: number; readonly out: number; readonly bytes: number }
  /** Microseconds on one core. */
  readonly cost: number
}

/** What a convolution's operands look like, in bytes. */
export interface ConvolutionLayout {
  readonly rowsAre: "features" | "pixels"
  readonly lanewise: boolean
  readonly inputChannel: number
  /** The store in whose memory sums are held. */
  readonly held: Store | undefined
}

/** Steps of k between two looks at the result, and bytes of the staged input of so many channels. */
const depthBlock = 384
const stageBytes = 192 * 1024

/** Whether every tap of every output is inside of the input, and tiles can walk from output to output. */
const isReadable = (
  { bytes }: TileArithmetic,
  axes: ReadonlyArray<SpatialAxis>,
  rowsAre: "features" | "pixels"
): boolean => {
  const last = axes.at(-1)!
  const step = last.stride * last.inputBytes
  return axes.every(({ input, lhsDilation, low, output, rhsDilation, stride, window }) =>
    lhsDilation === 1 && low <= 0 && (output - 1) * stride + (window - 1) * rhsDilation - low < input
  ) && (last.output === 1 || (rowsAre === "features" ? step === bytes : step >= 0))
}

const viewOf = (
  axes: ReadonlyArray<SpatialAxis>,
  staging: Staging | undefined,
  inputChannel: number
): InputView =>
  staging === undefined
    ? {
      channel: inputChannel,
      output: axes.map(({ inputBytes, stride }) => stride * inputBytes),
      taps: axes.map(({ inputBytes, rhsDilation, window }) => ({
        window,
        dilation: rhsDilation,
        stride: 1,
        phase: 0,
        element: inputBytes
      }))
    }
    : {
      channel: staging.channelPitch,
      output: staging.axes.map(({ pitch }) => pitch),
      taps: staging.axes.map(({ length, pitch, rhsDilation, stride, window }) => ({
        window,
        dilation: rhsDilation,
        stride,
        phase: length * pitch,
        element: pitch
      }))
    }

export const planConvolution = (
  kernel: Convolve,
  arithmetic: TileArithmetic,
  axes: ReadonlyArray<SpatialAxis>,
  { held, inputChannel, lanewise, rowsAre }: ConvolutionLayout
): ConvolutionPlan => {
  const { bytes, lanes } = arithmetic
  const { batch, channels, groups } = kernel
  const features = kernel.features / groups
  const windowSize = product(axes.map(({ window }) => window))
  const depth = channels * windowSize
  const lastOutput = axes.at(-1)!.output
  const [rowCount, columns] = rowsAre === "features" ? [features, lastOutput] : [lastOutput, features]
  const tile = chooseTile(arithmetic, rowCount, columns, Math.min(depth, depthBlock))
  const rows = split(rowCount, tile.rows)
  const width = tile.vectors * lanes
  const panels = Math.ceil(columns / width)

  const outputs = product(axes.map(({ output }) => output))
  const rate = multiplyAddsPerMicrosecond(arithmetic)
  const pairs = batch * groups
  const pairCost = outputs * features * depth / rate + outputs * channels / 1000 + 0.3
  const cost = pairs * pairCost
  const perUnit = Math.min(400, Math.max(20, cost / 16)) * rate / depth

  // The weights of a block stay in the second cache, beside the input.
  const featureTiles = rowsAre === "features" ? rows.count : panels
  const featureSize = rowsAre === "features" ? rows.size : width
  const featureBlock = evenBlock(
    featureTiles,
    Math.max(1, Math.round(Math.min(windowSize < 4 ? 256 : 96, perUnit) / featureSize))
  )
  const featureUnits = Math.ceil(featureTiles / featureBlock)
  const blockFeatures = Math.min(features, featureBlock * featureSize)

  // Where there is little to do for each of them, the part of one channel that is staged still stays near.
  const pixels = Math.max(1, Math.min(perUnit / blockFeatures, stageBytes / 2 / bytes))
  const last = axes.length - 1
  let splitAxis = 0
  let below = outputs / axes[0]!.output
  while (splitAxis < last && below > pixels) below /= axes[++splitAxis]!.output
  const along = axes[splitAxis]!.output
  const [tileCount, tileSize] = rowsAre === "features" ? [panels, width] : [rows.count, rows.size]
  const chunk = splitAxis === last
    ? evenBlock(tileCount, Math.max(1, Math.round(pixels / tileSize)))
    : evenBlock(along, Math.max(1, Math.round(pixels / below)))
  const chunks = Math.ceil((splitAxis === last ? tileCount : along) / chunk)
  const blockOutputs = axes.map(({ output }, d) =>
    d < splitAxis ? 1 : d > splitAxis ? output : Math.min(output, d === last ? chunk * tileSize : chunk)
  )

  const staging = isReadable(arithmetic, axes, rowsAre)
    ? undefined
    : planStaging(arithmetic, axes, blockOutputs, inputChannel)
  const channelBlock = evenBlock(
    channels,
    Math.max(
      1,
      Math.min(
        Math.floor(depthBlock / windowSize),
        staging === undefined ? channels : Math.floor(stageBytes / staging.channelPitch)
      )
    )
  )

  const single = product(axes.slice(0, splitAxis).map(({ output }) => output))
  const perPair = single * chunks * featureUnits
  const pairsPerUnit = perPair === 1
    ? evenBlock(pairs, Math.max(1, Math.floor(Math.min(400, Math.max(20, cost / 16)) / pairCost)))
    : 1
  const units = perPair === 1 ? Math.ceil(pairs / pairsPerUnit) : pairs * perPair

  // In scratch, the columns of tiles are contiguous, as they would be in the result.
  const scratchOutput: Array<number> = []
  let scratchFeature: number
  if (rowsAre === "features") {
    let pitch: number = bytes
    for (let d = last; d >= 0; d--) {
      scratchOutput.unshift(pitch)
      pitch *= blockOutputs[d]!
    }
    scratchFeature = pitch
  } else {
    scratchFeature = bytes
    let pitch = blockFeatures * bytes
    for (let d = last; d >= 0; d--) {
      scratchOutput.unshift(pitch)
      pitch *= blockOutputs[d]!
    }
  }
  const tableBytes = 8 * channelBlock * windowSize
  const stageOffset = roundUp(tableBytes, 64)
  const outOffset = stageOffset +
    (staging === undefined ? 0 : roundUp(channelBlock * staging.channelPitch + stagingSlack, 64))
  const outBytes = held === undefined ? blockFeatures * product(blockOutputs) * bytes : 0
  return {
    arithmetic,
    axes,
    features,
    windowSize,
    rowsAre,
    lanewise,
    rows,
    columns,
    width,
    staging,
    view: viewOf(axes, staging, inputChannel),
    channelBlock,
    splitAxis,
    chunk,
    chunks,
    featureBlock,
    featureUnits,
    pairs,
    pairsPerUnit,
    units,
    blockOutputs,
    scratchFeature,
    scratchOutput,
    scratch: { table: 0, stage: stageOffset, out: outOffset, bytes: outOffset + roundUp(outBytes, 64) },
    cost
  }
}
