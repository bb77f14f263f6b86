/**
 * Convolutions. Where each result is a long sum and there are many features, as a product of matrices whose left one, of
 * patches of the input, is never in memory: its elements are fetched from the input when a tile wants them. (Chetlur et
 * al., "cuDNN: Efficient Primitives for Deep Learning", 2014.) Else one invocation for each result.
 */
import type { Convolve } from "@effax/compiler/Plan"
import { accumulatedDtype } from "./accumulator.ts"
import { emitStores, position, unravel } from "./body.ts"
import { defaultWorkgroup, type EmitKernel, pointsOf } from "./kernel.ts"
import { laneOf } from "./lanes.ts"
import { convert, literal, operation } from "./operations.ts"
import { Shader } from "./shader.ts"
import { chooseTile } from "./tileChoice.ts"
import { emitTiles, type Product, type TileOperand } from "./tiles.ts"

/** So short sums, and so few features of a group, fill no tile. */
const short = 16
const narrow = 8

const load = (shader: Shader, kernel: Convolve, buffer: number, at: string): string =>
  convert(
    shader,
    kernel.operandDtype,
    accumulatedDtype(kernel.dtype),
    shader.load(kernel.operandDtype, buffer, at)
  )

/** The result, as the epilogue and the stores have it. */
const finish = (shader: Shader, kernel: Convolve, coordinates: ReadonlyArray<string>, sum: string): void => {
  const dtype = accumulatedDtype(kernel.dtype)
  const wanted = kernel.epilogue.find(({ op }) => op === "result")?.dtype ?? dtype
  emitStores(shader, kernel.epilogue, kernel.stores, { coordinates, results: [convert(shader, dtype, wanted, sum)] })
}

/** Where in the input a place of the dilated input is, and whether there is something. */
const undilated = (
  shader: Shader,
  { input, lhsDilation }: Convolve,
  d: number,
  dilated: string
): { readonly inside: string; readonly at: string } => {
  const spread = lhsDilation[d]!
  const below = (x: string): string => `u32(${x}) < ${input[d]}u`
  if (spread === 1) return { inside: below(dilated), at: dilated }
  // a negative place is not below the input's extent, as an unsigned number
  const at = shader.let("i32", `select(${dilated} / ${spread}, -1, ${dilated} < 0)`)
  return { inside: `${below(at)} && ${dilated} % ${spread} == 0`, at }
}

const emitDirect: EmitKernel<Convolve> = ({ plan }, kernel) => {
  const { batch, channels, features, groups, lhs, low, name, output, rhs, rhsDilation, stores, strides, window } =
    kernel
  const dtype = accumulatedDtype(kernel.dtype)
  const lane = laneOf(dtype)
  const space = [batch, features, ...output]
  const points = pointsOf(space)
  const shader = new Shader({ plan, label: name, workgroup: defaultWorkgroup, stores: stores.map((s) => s.buffer) })
  const point = shader.let("i32", `${shader.group} * ${defaultWorkgroup} + i32(${shader.local})`)
  shader.line(`if (${point} >= ${points}) { return; }`)
  const coordinates = unravel(shader, point, space)
  const [image, feature, ...place] = coordinates as [string, string, ...Array<string>]
  const group = groups === 1 ? "0" : shader.let("i32", `${feature} / ${features / groups}`)
  const sum = shader.var(lane, literal(shader, dtype, dtype === "bool" ? false : 0))
  const channel = shader.fresh("c")
  const visit = (d: number, offsets: ReadonlyArray<string>, at: ReadonlyArray<string>): void => {
    if (d === window.length) {
      const from = groups === 1 ? channel : `(${group} * ${channels} + ${channel})`
      const x = shader.let(lane, load(shader, kernel, lhs.buffer, position(lhs.index, [image, from, ...at])))
      const w = shader.let(lane, load(shader, kernel, rhs.buffer, position(rhs.index, [feature, channel, ...offsets])))
      const product = operation(shader, dtype === "bool" ? "and" : "mul", dtype, [x, w])
      shader.line(`${sum} = ${operation(shader, dtype === "bool" ? "or" : "add", dtype, [sum, product])};`)
      return
    }
    const offset = shader.fresh("w")
    shader.block(`for (var ${offset} = 0; ${offset} < ${window[d]}; ${offset} += 1)`, () => {
      const dilated = shader.let("i32", `${place[d]} * ${strides[d]} + ${offset} * ${rhsDilation[d]} - ${low[d]}`)
      const found = undilated(shader, kernel, d, dilated)
      shader.block(`if (${found.inside})`, () => visit(d + 1, [...offsets, offset], [...at, found.at]))
    })
  }
  shader.block(`for (var ${channel} = 0; ${channel} < ${channels}; ${channel} += 1)`, () => visit(0, [], []))
  finish(shader, kernel, coordinates, sum)
  return [
    shader.finish({
      workgroups: Math.ceil(points / defaultWorkgroup),
      flops: 2 * points * channels * pointsOf(window)
    })
  ]
}

/** The convolution as a product of `[patches, channels * window]` and `[channels * window, features]`, for each group. */
const productOf = (kernel: Convolve): Product => {
  const { batch, channels, features, groups, lhs, low, name, output, rhs, rhsDilation, stores, strides, window } =
    kernel
  const dtype = accumulatedDtype(kernel.dtype)
  const lane = laneOf(dtype)
  const own = features / groups
  const rows = [batch, ...output]
  const [imageStride, channelStride, ...places] = lhs.index.strides as [number, number, ...Array<number>]
  // sums run over channels or over the window first, as they follow each other in memory
  const channelsLast = Math.abs(channelStride) < Math.abs(places.at(-1) ?? Infinity)
  const deepSpace = channelsLast ? [...window, channels] : [channels, ...window]
  /** The channel and the offsets in the window of a place in the sum. */
  const split = (shader: Shader, at: string): readonly [channel: string, offsets: ReadonlyArray<string>] => {
    const found = unravel(shader, at, deepSpace)
    return channelsLast ? [found.at(-1)!, found.slice(0, -1)] : [found[0]!, found.slice(1)]
  }
  const left: TileOperand = {
    byDepth: channelsLast,
    line: (shader, outer, row) => {
      const [image, ...place] = unravel(shader, row, rows) as [string, ...Array<string>]
      const start = { offset: lhs.index.offset, strides: [imageStride, channels * channelStride] }
      return [
        shader.let("i32", position(start, [image, outer[0] ?? "0"])),
        ...place.map((x, d) => shader.let("i32", `${x} * ${strides[d]} - ${low[d]}`))
      ]
    },
    deep: (shader, at) => {
      const [channel, offsets] = split(shader, at)
      return [
        shader.let("i32", position({ offset: 0, strides: [channelStride] }, [channel])),
        ...offsets.map((offset, d) => shader.let("i32", `${offset} * ${rhsDilation[d]}`))
      ]
    },
    element: (shader, [base, ...starts], [channel, ...offsets]) => {
      const found = starts.map((start, d) =>
        undilated(shader, kernel, d, shader.let("i32", `${start} + ${offsets[d]}`))
      )
      const fetch = (): string =>
        load(
          shader,
          kernel,
          lhs.buffer,
          `${base} + ${channel} + ${position({ offset: 0, strides: places }, found.map(({ at }) => `(${at})`))}`
        )
      if (found.length === 0) return fetch()
      const value = shader.var(lane, literal(shader, dtype, 0))
      shader.block(
        `if (${found.map(({ inside }) => inside).join(" && ")})`,
        () => shader.line(`${value} = ${fetch()};`)
      )
      return value
    }
  }
  const [featureStride, ...deepStrides] = rhs.index.strides as [number, ...Array<number>]
  const right: TileOperand = {
    byDepth: true,
    line: (shader, outer, column) => {
      const start = { offset: rhs.index.offset, strides: [own * featureStride, featureStride] }
      return [shader.let("i32", position(start, [outer[0] ?? "0", column]))]
    },
    deep: (shader, at) => {
      const [channel, offsets] = split(shader, at)
      return [shader.let("i32", position({ offset: 0, strides: deepStrides }, [channel, ...offsets]))]
    },
    element: (shader, [line], [deep]) => load(shader, kernel, rhs.buffer, `${line} + ${deep}`)
  }
  return {
    name,
    batch: groups === 1 ? [] : [groups],
    m: pointsOf(rows),
    n: own,
    k: channels * pointsOf(window),
    dtype,
    left,
    right,
    stores: stores.map(({ buffer }) => buffer),
    finish: (shader, outer, row, column, sum) => {
      const [image, ...place] = unravel(shader, row, rows) as [string, ...Array<string>]
      const feature = groups === 1 ? column : shader.let("i32", `${outer[0]} * ${own} + ${column}`)
      finish(shader, kernel, [image, feature, ...place], sum)
    }
  }
}

export const emitConvolve: EmitKernel<Convolve> = (context, kernel) => {
  const { batch, channels, features, groups, output, window } = kernel
  if (batch * features * pointsOf(output) === 0) return []
  const isLarge = channels * pointsOf(window) >= short && features / groups > narrow &&
    batch * pointsOf(output) > narrow
  if (!isLarge || kernel.dtype === "bool") return emitDirect(context, kernel)
  const product = productOf(kernel)
  return emitTiles(context, product, context.traits.tile?.(product) ?? chooseTile(context.traits, product))
}
