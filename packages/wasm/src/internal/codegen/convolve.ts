/**
 * The code of convolutions: matrix products whose depth runs over channels and taps of the window.
 *
 * Nothing is unfolded ("im2col"): for each step of k a table says where, relative to an output, the weight and the input
 * element are, and tiles load both through it. The idea is that of Dukhan, "The indirect convolution algorithm"
 * (arXiv:1907.02129), with offsets in the place of pointers, so that one table serves all outputs.
 */
import type { Convolve, Store } from "@effax/compiler/Plan"
import { itemSize } from "effax/DType"
import { type FunctionBuilder, type FunctionHandle, i32, type Local, type Value } from "../assembler/index.ts"
import { type Converted, convertedOperand, copiedOperand, type Operand } from "./convertedOperand.ts"
import { type ConvolutionPlan, planConvolution } from "./convolutionPlan.ts"
import { isLanewise, lanewise } from "./depthwise.ts"
import { accumulators, emitWithoutTerms, remainingStores } from "./epilogue.ts"
import {
  bufferAddress,
  type EmitKernel,
  type KernelCode,
  type KernelFunction,
  type ModuleContext,
  unitFunction
} from "./kernel.ts"
import { emitTile, type Tile, tileName, tileParameters } from "./microkernel.ts"
import { emitNest, type Range } from "./nest.ts"
import { emitStaging, type SpatialAxis } from "./staging.ts"
import { isSumDType, tileArithmetic } from "./tileArithmetic.ts"
import { advance, emitTileGrid, type GridRange, type Index, minimum, offsetBy, rowOfTile } from "./tileGrid.ts"
import { unitDigits } from "./unitDigits.ts"

type RowsAre = "features" | "pixels"

/** The axis of `[n, o, ...output]` along which a tile's pixels lie; undefined where there is no spatial axis. */
const pixelAxis = ({ output }: Convolve): number | undefined => output.length === 0 ? undefined : output.length + 1

/** Fewer features than this are not worth being columns. */
const fewFeatures = 4

const chooseLayout = (
  context: ModuleContext,
  kernel: Convolve
): { readonly rowsAre: RowsAre; readonly held: Store | undefined } => {
  const stores = accumulators(context.plan, kernel)
  const pixels = pixelAxis(kernel)
  const width = kernel.output.at(-1) ?? 1
  const alongPixels = stores.find(({ index }) => width === 1 || index.strides[pixels!] === 1)
  const alongFeatures = stores.find(({ index }) => index.strides[1] === 1)
  if (alongPixels !== undefined && width >= fewFeatures) return { rowsAre: "features", held: alongPixels }
  if (alongFeatures !== undefined && kernel.features / kernel.groups >= fewFeatures) {
    return { rowsAre: "pixels", held: alongFeatures }
  }
  return { rowsAre: "features", held: alongPixels }
}

/** Weights as tiles read them: contiguous where they are columns or lanes, and rows that do not run backwards. */
const readableWeights = (
  context: ModuleContext,
  kernel: Convolve,
  operand: Operand,
  rowsAre: RowsAre,
  lanes: boolean
): Converted => {
  const stride = operand.index.strides[0]!
  if (lanes) {
    if (operand.index.strides.at(-1) === 1) return { context, phases: [], operand }
    const space = [1, 1, ...kernel.window.slice(0, -1), kernel.output.at(-1)!]
    const order = space.map((_, axis) => axis)
    const last = order.length - 1
    return copiedOperand(context, `${kernel.name}_rhs`, operand, space, order, kernel.dtype, kernel.dtype, last)
  }
  const space = [kernel.features, kernel.channels, ...kernel.window]
  const natural = space.map((_, axis) => axis)
  if (rowsAre === "features" ? stride >= 0 : stride === 1) return { context, phases: [], operand }
  const order = rowsAre === "features" ? natural : [...natural.slice(1), 0]
  const columns = rowsAre === "features" ? undefined : 0
  return copiedOperand(context, `${kernel.name}_rhs`, operand, space, order, kernel.dtype, kernel.dtype, columns)
}

const spatialAxes = (kernel: Convolve, operand: Operand): ReadonlyArray<SpatialAxis> => {
  const bytes = itemSize(kernel.dtype)
  const axes = kernel.output.map((output, d): SpatialAxis => ({
    output,
    input: kernel.input[d]!,
    window: kernel.window[d]!,
    stride: kernel.strides[d]!,
    low: kernel.low[d]!,
    lhsDilation: kernel.lhsDilation[d]!,
    rhsDilation: kernel.rhsDilation[d]!,
    inputBytes: operand.index.strides[2 + d]! * bytes
  }))
  const point = { output: 1, input: 1, window: 1, stride: 1, low: 0, lhsDilation: 1, rhsDilation: 1, inputBytes: 0 }
  return axes.length === 0 ? [point] : axes
}

/** @see Convolve */
export const emitConvolve: EmitKernel<Convolve> = (context, kernel) =>
  isLanewise(kernel) ? emit(context, lanewise(kernel), true) : emit(context, kernel, false)

const emit = (context: ModuleContext, kernel: Convolve, lanes: boolean): KernelCode => {
  const { batch, channels, dtype, features, input, operandDtype, output, window } = kernel
  const space = [batch, features, ...output]
  if (space.includes(0)) return { phases: [], scratch: 0 }
  if (channels === 0 || window.includes(0) || input.includes(0)) {
    return emitWithoutTerms(context, kernel.name, space, kernel)
  }
  if (!isSumDType(dtype)) throw new Error(`convolve: sums of dtype ${dtype} are not defined on this backend`)

  const lhs = convertedOperand(
    context,
    `${kernel.name}_lhs`,
    kernel.lhs,
    [batch, kernel.groups * channels, ...input],
    operandDtype,
    dtype
  )
  const rhs = convertedOperand(
    lhs.context,
    `${kernel.name}_rhs`,
    kernel.rhs,
    lanes ? [1, 1, ...window.slice(0, -1), output.at(-1)!] : [features, channels, ...window],
    operandDtype,
    dtype
  )
  const { held, rowsAre } = chooseLayout(context, kernel)
  const weights = readableWeights(rhs.context, kernel, rhs.operand, rowsAre, lanes)
  const arithmetic = tileArithmetic(dtype, context.options.relaxedSimd)
  const inputChannel = lhs.operand.index.strides[1]! * arithmetic.bytes
  const plan = planConvolution(kernel, arithmetic, spatialAxes(kernel, lhs.operand), {
    rowsAre,
    lanewise: lanes,
    held,
    inputChannel
  })
  const unit = unitFunction(
    weights.context,
    kernel.name,
    (k, index) => new ConvolutionUnit(k, kernel, plan, lhs.operand, weights.operand, held).emit(index)
  )
  return {
    phases: [...lhs.phases, ...rhs.phases, ...weights.phases, { unit, units: plan.units, cost: plan.cost }],
    scratch: plan.scratch.bytes
  }
}

/** The part of one image and group that a unit computes. */
interface Block {
  /** Features in tiles or panels. */
  readonly features: readonly [from: Index, to: Index]
  /** Along the last axis, in tiles or panels. */
  readonly pixels: readonly [from: Index, to: Index]
  /** For each axis, the first output and the end. */
  readonly first: ReadonlyArray<Index>
  readonly end: ReadonlyArray<Index>
}

class ConvolutionUnit {
  private readonly k: KernelFunction
  private readonly f: FunctionBuilder
  private readonly kernel: Convolve
  private readonly plan: ConvolutionPlan
  private readonly lhs: Operand
  private readonly rhs: Operand
  private readonly held: Store | undefined
  private readonly bytes: number
  private readonly table: Local<"i32">
  private readonly lhsBase: Local<"i32">
  private readonly rhsBase: Local<"i32">
  private readonly outBase: Local<"i32">

  constructor(
    k: KernelFunction,
    kernel: Convolve,
    plan: ConvolutionPlan,
    lhs: Operand,
    rhs: Operand,
    held: Store | undefined
  ) {
    this.k = k
    this.f = k.f
    this.kernel = kernel
    this.plan = plan
    this.lhs = lhs
    this.rhs = rhs
    this.held = held
    this.bytes = plan.arithmetic.bytes
    const base = (buffer: number, elements: number): Local<"i32"> =>
      k.f.let(offsetBy(bufferAddress(k, buffer), elements, this.bytes))
    this.table = k.f.let(i32.add(k.scratch, plan.scratch.table))
    this.lhsBase = base(lhs.buffer, lhs.index.offset)
    this.rhsBase = base(rhs.buffer, rhs.index.offset)
    this.outBase = held === undefined
      ? k.f.let(i32.add(k.scratch, plan.scratch.out))
      : base(held.buffer, held.index.offset)
  }

  emit(unit: Local<"i32">): void {
    const { f, plan } = this
    const { axes, chunk, chunks, featureBlock, featureUnits, pairs, pairsPerUnit, splitAxis } = plan
    this.emitTable()
    const { range, rest, take } = unitDigits(f, unit)
    const panels = Math.ceil(plan.columns / plan.width)
    const [featureCount, pixelCount] = plan.rowsAre === "features"
      ? [plan.rows.count, panels]
      : [panels, plan.rows.count]
    const features = range(take(featureUnits), featureBlock, featureCount)
    const last = axes.length - 1
    const split = range(take(chunks), chunk, splitAxis === last ? pixelCount : axes[splitAxis]!.output)
    const pixels = splitAxis === last ? split : [0, pixelCount] as const
    const first: Array<Index> = axes.map(() => 0)
    const end: Array<Index> = axes.map(({ output }) => output)
    if (splitAxis === last) {
      first[last] = this.pixelOf(pixels[0])
      end[last] = this.pixelOf(pixels[1])
    } else {
      first[splitAxis] = split[0]
      end[splitAxis] = split[1]
    }
    for (let d = splitAxis - 1; d >= 0; d--) {
      const at = take(axes[d]!.output)
      first[d] = at
      end[d] = typeof at === "number" ? at + 1 : f.let(i32.add(at, 1))
    }
    const block: Block = { features, pixels, first, end }
    if (plan.units === 1 && pairs === 1) {
      this.emitPair(0, block)
    } else if (pairsPerUnit === 1) {
      this.emitPair(pairs === 1 ? 0 : rest, block)
    } else {
      const from = f.let(i32.mul(rest, pairsPerUnit))
      f.forRange({ from, to: minimum(f, i32.add(from, pairsPerUnit), pairs) }, (pair) => this.emitPair(pair, block))
    }
  }

  /** The first output of a tile or panel of pixels. */
  private pixelOf(index: Index): Index {
    const { f, plan } = this
    if (plan.rowsAre === "pixels") return rowOfTile(f, plan.rows, index)
    const { columns, width } = plan
    return typeof index === "number" ? Math.min(index * width, columns) : minimum(f, i32.mul(index, width), columns)
  }

  /** The first feature of a tile or panel of features, within the group. */
  private featureOf(index: Index): Index {
    const { f, plan } = this
    if (plan.rowsAre === "features") return rowOfTile(f, plan.rows, index)
    const { columns, width } = plan
    return typeof index === "number" ? Math.min(index * width, columns) : minimum(f, i32.mul(index, width), columns)
  }

  /** For each channel of a block and tap of the window: the offsets of the tile's left and right operands. */
  private emitTable(): void {
    const { f, plan, rhs } = this
    const { rowsAre, view } = plan
    const entry = f.let(i32.add(this.table, 0))
    const level = (d: number, weight: Local<"i32">, element: Local<"i32">): void => {
      if (d === view.taps.length) {
        const [left, right] = rowsAre === "features" ? [weight, element] : [element, weight]
        f.do(i32.store(entry, left))
        f.do(i32.store(entry, right, { offset: 4 }))
        f.set(entry, i32.add(entry, 8))
        return
      }
      const tap = view.taps[d]!
      // Along lanes the window has one tap, and the weights' stride is that of the lanes.
      const step = tap.window === 1 ? 0 : (rhs.index.strides[2 + d] ?? 0) * this.bytes
      const at = f.let(i32.add(weight, 0))
      f.forRange({ to: tap.window }, (w) => {
        const reach = tap.dilation === 1 ? w : f.let(i32.mul(w, tap.dilation))
        const position = tap.stride === 1
          ? i32.mul(reach, tap.element)
          : i32.add(i32.mul(i32.remU(reach, tap.stride), tap.phase), i32.mul(i32.divU(reach, tap.stride), tap.element))
        level(d + 1, at, f.let(i32.add(element, position)))
        advance(f, at, step)
      })
    }
    const weight = f.let(i32.const(0))
    const element = f.let(i32.const(0))
    f.forRange({ to: plan.channelBlock }, () => {
      level(0, weight, element)
      advance(f, weight, rhs.index.strides[1]! * this.bytes)
      advance(f, element, view.channel)
    })
  }

  private emitPair(pair: Index, block: Block): void {
    const { bytes, f, held, kernel, lhs, plan, rhs } = this
    const { channelBlock, features, staging, windowSize } = plan
    const { channels, groups } = kernel
    const [image, group] = groups === 1
      ? [pair, 0 as Index]
      : plan.pairs === groups
      ? [0 as Index, pair]
      : [f.let(i32.divU(pair as Local<"i32">, groups)), f.let(i32.remU(pair as Local<"i32">, groups))]
    const firstFeature = this.featureOf(block.features[0])
    const endFeature = this.featureOf(block.features[1])

    /** The address of a pair's first element. */
    const input = f.let(
      offsetBy(
        offsetBy(this.lhsBase, image, lhs.index.strides[0]! * bytes),
        group,
        channels * lhs.index.strides[1]! * bytes
      )
    )
    const weights = f.let(
      offsetBy(
        offsetBy(this.rhsBase, group, features * rhs.index.strides[0]! * bytes),
        firstFeature,
        rhs.index.strides[0]! * bytes
      )
    )
    if (plan.lanewise) advanceBy(f, weights, block.first.at(-1)!, bytes)
    const out = f.let(i32.add(this.outBase, 0))
    if (held !== undefined) {
      const { strides } = held.index
      advanceBy(f, out, image, strides[0]! * bytes)
      advanceBy(f, out, group, features * strides[1]! * bytes)
      advanceBy(f, out, firstFeature, strides[1]! * bytes)
      block.first.forEach((at, d) => advanceBy(f, out, at, (strides[2 + d] ?? 0) * bytes))
    }

    const channelsFrom = (start: Index, count: Index): void => {
      const viewed = staging === undefined
        ? f.let(i32.add(input, 0))
        : f.let(i32.add(this.k.scratch, plan.scratch.stage))
      if (staging === undefined) {
        block.first.forEach((at, d) => {
          const { inputBytes, low, stride } = plan.axes[d]!
          advanceBy(f, viewed, at, stride * inputBytes)
          advance(f, viewed, -low * inputBytes)
        })
      } else {
        emitStaging(this.k.context, f, staging, f.let(i32.add(input, 0)), viewed, count, block.first)
      }
      const steps = typeof count === "number" ? count * windowSize : f.let(i32.mul(count, windowSize))
      this.emitOutputs(block, viewed, weights, out, steps, start)
    }
    if (channelBlock >= channels) {
      channelsFrom(0, channels)
    } else {
      f.forRange({ to: channels, step: channelBlock }, (start) => {
        const count = channels % channelBlock === 0 ? channelBlock : minimum(f, i32.sub(channels, start), channelBlock)
        channelsFrom(start, count)
        advance(f, input, channelBlock * lhs.index.strides[1]! * bytes)
        advance(f, weights, channelBlock * rhs.index.strides[1]! * bytes)
      })
    }
    this.emitEpilogue(block, image, group, firstFeature, endFeature, out)
  }

  /** Tiles of all outputs of a block, with the channels that are staged. */
  private emitOutputs(
    block: Block,
    viewed: Local<"i32">,
    weights: Local<"i32">,
    out: Local<"i32">,
    steps: Index,
    start: Index
  ): void {
    const { bytes, f, plan } = this
    const { columns, rows, rowsAre, view, width } = plan
    const last = plan.axes.length - 1
    const outBytes = this.outStrides()
    const [tiles, panels] = rowsAre === "features" ? [block.features, block.pixels] : [block.pixels, block.features]
    const range: GridRange = { tile: tiles[0], endTile: tiles[1], panel: panels[0], endPanel: panels[1] }
    const lhsRow = rowsAre === "features" ? this.rhs.index.strides[0]! * bytes : view.output[last]!
    const outRow = rowsAre === "features" ? outBytes.feature : outBytes.output[last]!

    const level = (d: number, element: Local<"i32">, result: Local<"i32">): void => {
      if (d === last) {
        const [lhs, rhs] = rowsAre === "features" ? [weights, element] : [element, weights]
        emitTileGrid(
          f,
          { rows, columns, width },
          range,
          "panelsFirst",
          { lhs, rhs, out: result },
          {
            lhsTile: rows.size * lhsRow,
            lhsSmallTile: (rows.size - 1) * lhsRow,
            lhsPanel: plan.lanewise ? width * bytes : 0,
            rhsPanel: width * bytes,
            outRow,
            outPanel: width * bytes
          },
          (size, count, at) =>
            f.callVoid(this.tile(size, count, lhsRow), steps, at.lhs, at.rhs, at.out, outRow, start, this.table)
        )
        return
      }
      if (plan.blockOutputs[d] === 1) {
        level(d + 1, element, result)
        return
      }
      const from = block.first[d]!
      const elementAt = f.let(i32.add(element, 0))
      const resultAt = f.let(i32.add(result, 0))
      f.forRange({ from, to: block.end[d]! }, () => {
        level(d + 1, elementAt, resultAt)
        advance(f, elementAt, view.output[d]!)
        advance(f, resultAt, outBytes.output[d]!)
      })
    }
    level(0, viewed, out)
  }

  /** Bytes between features and between outputs where the sums are held. */
  private outStrides(): { readonly feature: number; readonly output: ReadonlyArray<number> } {
    const { bytes, held, plan } = this
    if (held === undefined) return { feature: plan.scratchFeature, output: plan.scratchOutput }
    const [, feature, ...output] = held.index.strides
    return { feature: feature! * bytes, output: plan.axes.map((_, d) => (output[d] ?? 0) * bytes) }
  }

  private tile(rows: number, columns: number, lhsRow: number): FunctionHandle<typeof tileParameters, readonly []> {
    const { arithmetic, lanewise: lhsLanes, rowsAre, staging } = this.plan
    const tile: Tile = {
      arithmetic,
      rows,
      columns,
      lhsRow: rows === 1 ? 0 : lhsRow,
      lhsStep: "table",
      lhsLanes,
      rhsStep: "table",
      rhsPadded: rowsAre === "features" && staging !== undefined
    }
    const name = tileName(tile)
    return this.k.context.library.helper(
      name,
      (module) => module.function({ params: tileParameters, name }, emitTile(tile))
    )
  }

  private emitEpilogue(
    block: Block,
    image: Index,
    group: Index,
    firstFeature: Index,
    endFeature: Index,
    pointer: Local<"i32">
  ): void {
    const { f, held, kernel, plan } = this
    const stores = remainingStores(kernel, held)
    if (stores.length === 0) return
    const { features } = plan
    const ofGroup = (feature: Index): Index =>
      typeof group === "number" ? feature : f.let(offsetBy(i32.mul(group, features), feature, 1))
    const range = (size: number, from: Index, to: Index): Range => size === 1 ? { at: from } : { from, to }
    const ranges = [
      { at: image },
      range(features, ofGroup(firstFeature), ofGroup(endFeature)),
      ...kernel.output.map((_, d) => range(plan.blockOutputs[d]!, block.first[d]!, block.end[d]!))
    ]
    const { feature, output } = this.outStrides()
    const strides = [0, feature, ...kernel.output.map((_, d) => output[d]!)]
    emitNest(this.k, { ranges, body: kernel.epilogue, stores, results: [{ pointer, strides, dtype: kernel.dtype }] })
  }
}

const advanceBy = (f: FunctionBuilder, local: Local<"i32">, index: Index, stride: number): void => {
  if (stride !== 0 && index !== 0) f.set(local, offsetBy(local as Value<"i32">, index, stride))
}
