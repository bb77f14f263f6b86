/**
 * Collectives: operations along a named axis. `vmap` that binds the name turns them into reductions, stacks and
 * permutations of the batch axis; `shardMap` leaves them to the devices.
 *
 * Transposes are those of JAX (docs/jep/17111-shmap-transpose.md). Among values that are the same for all examples and
 * values that are not types make no difference under `vmap`, so that `psum` is its own transpose there; where they do,
 * `psum_invariant` and `pvary` (in varying.ts) take its place.
 */
import { type Aval, size as sizeOf } from "../Aval.ts"
import { ArgumentError, ShapeError } from "../Errors.ts"
import * as replication from "../internal/axes/replication.ts"
import { batchedFunction } from "../internal/batching/batching.ts"
import * as node from "../internal/graph/node.ts"
import { arithmetic, movement, nothing } from "../internal/program/costs.ts"
import {
  agree,
  also,
  axis,
  type Check,
  flag,
  list as listOf,
  names,
  natural,
  perAxis,
  positive,
  record,
  schema,
  text,
  tuple
} from "../internal/program/paramSchema.ts"
import type * as NdArray from "../NdArray.ts"
import type { BatchContext, Batched, Params, Primitive, Schema } from "../Primitive.ts"
import { dynamicSlice } from "./dynamicSlice.ts"
import { add, mul } from "./elementwise.ts"
import type {
  AllGatherParams,
  AllToAllParams,
  AxesParams,
  AxisIndexParams,
  PpermuteParams,
  ReduceScatterParams
} from "./params.ts"
import { reduceMax, reduceMin, reduceSum } from "./reduction.ts"
import { count, list, without } from "./rule.ts"
import { concatenate, full, iota, moveAxis, repeat, reshape, sliceAxis, zerosOf } from "./structural.ts"
import { psumInvariant } from "./varying.ts"

type Names = ReadonlyArray<string>
type Ints = ReadonlyArray<number>

// --- reductions over named axes -------------------------------------------------------------------------------------

const reducer = (
  name: string,
  options: {
    /** Over axis 0. */
    readonly reduce: (x: NdArray.Any) => NdArray.Any
    /** The result for one value that all indices share. */
    readonly constant: (x: NdArray.Any, size: number) => NdArray.Any
    readonly rules: Pick<Primitive<AxesParams>, "jvp" | "linear" | "replication">
  }
): Primitive<AxesParams> => {
  const primitive: Primitive<AxesParams> = {
    name,
    schema: schema(1, { axes: names }),
    cost: arithmetic,
    abstract: ([x], { axes }) => [{ ...x!, varying: replication.minus(x!.varying, axes) }],
    ...options.rules,
    batch({ axisName, batched: [batched], inputs: [x], params: { axes }, size }) {
      const rest = axes.filter((axis) => axis !== axisName)
      const own = rest.length === axes.length ? x! : batched ? options.reduce(x!) : options.constant(x!, size)
      return {
        outputs: [rest.length === 0 ? own : node.bindOne(primitive, [own], { axes: rest })],
        batched: [batched! && rest.length === axes.length]
      }
    },
    axisNames: ({ axes }) => axes,
    print: ({ axes }) => [["axes", axes], ["axis_index_groups", null]]
  }
  return primitive
}

const withoutDerivative = (name: string, alternative: string) => (): never => {
  throw new ArgumentError({
    operation: name,
    message: `${name}: has no derivative; ${alternative}, or pass the operand through \`np.stopGradient\` first`
  })
}

const psumPrimitive: Primitive<AxesParams> = reducer("psum", {
  reduce: (x) => reduceSum(x, [0]),
  constant: (x, size) => mul(x, size),
  rules: {
    jvp: ({ params, tangents: [tangent] }) => [node.bindOne(psumPrimitive, [tangent!], params)],
    // A sum that everybody gets has a cotangent from everybody.
    linear: {
      form: { product: [0] },
      transpose: ({ cotangents: [ct], params }) => [node.bindOne(psumPrimitive, [ct!], params)]
    }
  }
})

const extremum = (name: string, reduce: (x: NdArray.Any) => NdArray.Any): Primitive<AxesParams> =>
  reducer(name, {
    reduce,
    constant: (x) => x,
    rules: {
      replication: "own",
      jvp: withoutDerivative(name, `gather the values with \`Lax.allGather\` and reduce them`)
    }
  })

const pmaxPrimitive = extremum("pmax", (x) => reduceMax(x, [0]))
const pminPrimitive = extremum("pmin", (x) => reduceMin(x, [0]))

const overAxes = (primitive: Primitive<AxesParams>) =>
  Object.assign(
    (x: NdArray.Any, axes: Names): NdArray.Any => axes.length === 0 ? x : node.bindOne(primitive, [x], { axes }),
    { primitive }
  )

export const psum = overAxes(psumPrimitive)
export const pmax = overAxes(pmaxPrimitive)
export const pmin = overAxes(pminPrimitive)

/** The sum over axes of both kinds: those that types speak of, and the others. */
export const sumOver = (x: NdArray.Any, axes: Names): NdArray.Any => {
  const { varying } = node.nodeOf(x)
  const manual = axes.filter((axis) => varying?.includes(axis))
  return psumInvariant(psum(x, axes.filter((axis) => !manual.includes(axis))), manual)
}

// --- the index along a named axis -----------------------------------------------------------------------------------

const indexPrimitive: Primitive<AxisIndexParams> = {
  name: "axis_index",
  schema: schema(0, { axisName: text, varying: flag }),
  cost: nothing,
  replication: "own",
  abstract: (_, { axisName, varying }) => [
    { dtype: "int32", shape: [], weak: false, varying: varying ? [axisName] : undefined }
  ],
  // It has no operands, so that no tangent can reach it.
  jvp: () => [undefined],
  batch: ({ axisName, params, size }) =>
    params.axisName === axisName
      ? { outputs: [iota("int32", [size], 0)], batched: [true] }
      : { outputs: node.bind(indexPrimitive, [], params), batched: [false] },
  axisNames: ({ axisName }) => [axisName],
  print: ({ axisName }) => [["axis_name", axisName]]
}

export const axisIndex = Object.assign(
  (axisName: string, varying: boolean): NdArray.Any => node.bindOne(indexPrimitive, [], { axisName, varying }),
  { primitive: indexPrimitive }
)

/** The index along several axes taken as one, of which the first counts slowest. */
const linearIndex = (axes: Names, sizes: Ints, x: NdArray.Any): NdArray.Any => {
  const { varying } = node.nodeOf(x)
  return axes.map((axis) => axisIndex(axis, varying?.includes(axis) === true)).reduce((index, next, i) =>
    add(mul(index, sizes[i]!), next)
  )
}

// --- what the collectives of blocks have in common ------------------------------------------------------------------

interface BlockParams extends Params {
  readonly axisName: Names
  readonly axisSizes: Ints
}

/** Merges axis `axis` with the one after it. */
const fold = (x: NdArray.Any, axis: number): NdArray.Any =>
  reshape(x, [...x.shape.slice(0, axis), x.shape[axis]! * x.shape[axis + 1]!, ...x.shape.slice(axis + 2)])

/** Cuts an axis into `blocks`, which are the slower of the two that result. */
const split = (x: NdArray.Any, axis: number, blocks: number): NdArray.Any =>
  reshape(x, [...x.shape.slice(0, axis), blocks, x.shape[axis]! / blocks, ...x.shape.slice(axis + 1)])

/** The block at a computed position, of blocks that lie one after the other along an axis. */
const blockAt = (x: NdArray.Any, axis: number, size: number, index: NdArray.Any): NdArray.Any =>
  dynamicSlice(
    x,
    x.shape.map((_, i) => i === axis ? mul(index, size) : 0),
    x.shape.map((length, i) => i === axis ? size : length)
  )

/**
 * Batching of a collective. Under the `vmap` that binds its only name it becomes operations of axis 0 (`mapped`, on what
 * is batched), under one that binds one of several it is taken apart (`composed`) into collectives of single names; under
 * any other it is itself at the next axis (`shifted`).
 */
const batchBlocks = <P extends BlockParams>(
  primitive: () => Primitive<P>,
  rules: {
    readonly mapped: (x: NdArray.Any, batched: boolean, params: P) => { output: NdArray.Any; batched: boolean }
    readonly composed: (x: NdArray.Any, params: P) => NdArray.Any
    readonly shifted: (params: P) => P
  }
) =>
({ axisName, batched: [isBatched], inputs: [x], params, size }: BatchContext<P>): Batched => {
  const batched = isBatched === true
  if (axisName === undefined || !params.axisName.includes(axisName)) {
    const outputs = node.bind(primitive(), [x!], batched ? rules.shifted(params) : params)
    return { outputs, batched: [batched] }
  }
  if (params.axisName.length === 1) {
    const { batched: isBatched, output } = rules.mapped(x!, batched, params)
    return { outputs: [output], batched: [isBatched] }
  }
  return batchedFunction([node.nodeOf(x!)], [batched], { size, name: axisName }, false, ([single]) => [
    rules.composed(single!, params)
  ])
}

const printBlocks = <P extends BlockParams>({ axisName, axisSizes, ...rest }: P): ReadonlyArray<
  readonly [string, unknown]
> => [
  ...Object.entries(rest).map(([name, value]) =>
    [name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`), value] as const
  ),
  ["axis_index_groups", null],
  ["axis_name", axisName],
  ["axis_size", count(axisSizes)]
]

/** Stacks the blocks of all along a new axis 0, whatever the number of names. */
const gathered = (x: NdArray.Any, { axisName, axisSizes }: BlockParams): NdArray.Any =>
  allGather(x, { axisName, axisSizes, allGatherDimension: 0, tiled: false })

/** Names and sizes, one for one. */
const sizes = (of: { readonly axisName: ReadonlyArray<string>; readonly axisSizes: ReadonlyArray<number> }) =>
  agree<typeof of>("a size for each of its axes", (v) => v.axisName.length === v.axisSizes.length)(of)

/** The schema of a collective over blocks of one operand. */
const ofBlocks = (fields: { readonly [name: string]: Check }): Schema => ({
  operands: [1, 1],
  params: also(record({ axisName: names, axisSizes: perAxis(positive), ...fields }), sizes)
})

// --- all_gather -----------------------------------------------------------------------------------------------------

const allGatherPrimitive: Primitive<AllGatherParams> = {
  name: "all_gather",
  schema: ofBlocks({ allGatherDimension: axis, tiled: flag }),
  cost: movement,
  abstract([x], { allGatherDimension: axis, axisSizes, tiled }) {
    const size = count(axisSizes)
    const shape = [...x!.shape]
    if (tiled) shape[axis]! *= size
    else shape.splice(axis, 0, size)
    return [{ ...x!, shape }]
  },
  jvp: ({ params, tangents: [tangent] }) => [allGather(tangent!, params)],
  linear: {
    form: { product: [0] },
    transpose: ({ cotangents: [ct], params: { allGatherDimension, ...rest } }) => [
      reduceScatter(ct!, { ...rest, scatterDimension: allGatherDimension })
    ]
  },
  batch: batchBlocks(() => allGatherPrimitive, {
    mapped(x, batched, { allGatherDimension: axis, axisSizes, tiled }) {
      const stacked = moveAxis(batched ? x : repeat(x, axisSizes[0]!), 0, axis)
      return { output: tiled ? fold(stacked, axis) : stacked, batched: false }
    },
    composed(x, { allGatherDimension: axis, tiled, ...names }) {
      const stacked = names.axisName.reduceRight<NdArray.Any>(
        (blocks, _, i) =>
          allGather(blocks, {
            axisName: [names.axisName[i]!],
            axisSizes: [names.axisSizes[i]!],
            allGatherDimension: axis,
            tiled: false
          }),
        x
      )
      const merged = names.axisName.slice(1).reduce<NdArray.Any>((blocks) => fold(blocks, axis), stacked)
      return tiled ? fold(merged, axis) : merged
    },
    shifted: (params) => ({ ...params, allGatherDimension: params.allGatherDimension + 1 })
  }),
  axisNames: ({ axisName }) => axisName,
  print: printBlocks
}

export const allGather = Object.assign(
  (x: NdArray.Any, params: AllGatherParams): NdArray.Any => node.bindOne(allGatherPrimitive, [x], params),
  { primitive: allGatherPrimitive }
)

// --- reduce_scatter -------------------------------------------------------------------------------------------------

/** The axis that is cut into blocks has one for each device. */
const checkSplit = (operation: string, what: string, x: Aval, axis: number, size: number, tiled: boolean): void => {
  const length = x.shape[axis]!
  if (tiled ? length % size === 0 : length === size) return
  throw new ShapeError({
    operation,
    message: `${operation}: ${what} ${axis} of ${list(x.shape)} has ${length} elements, which ${
      tiled ? `don't divide by` : "must be"
    } the ${size} of the named axis${tiled ? "" : "; with `tiled: true` it may hold several for each"}`
  })
}

const reduceScatterPrimitive: Primitive<ReduceScatterParams> = {
  name: "reduce_scatter",
  schema: ofBlocks({ scatterDimension: axis, tiled: flag }),
  cost: { flops: ({ inputs }) => sizeOf(inputs[0]!) },
  abstract([x], { axisSizes, scatterDimension: axis, tiled }) {
    const size = count(axisSizes)
    checkSplit("psumScatter", "axis", x!, axis, size, tiled)
    const shape = [...x!.shape]
    if (tiled) shape[axis]! /= size
    else shape.splice(axis, 1)
    return [{ ...x!, shape }]
  },
  jvp: ({ params, tangents: [tangent] }) => [reduceScatter(tangent!, params)],
  linear: {
    form: { product: [0] },
    transpose: ({ cotangents: [ct], params: { scatterDimension, ...rest } }) => [
      allGather(ct!, { ...rest, allGatherDimension: scatterDimension })
    ]
  },
  batch: batchBlocks(() => reduceScatterPrimitive, {
    mapped(x, batched, { axisSizes: [size], scatterDimension: axis, tiled }) {
      const sum = batched ? reduceSum(x, [0]) : mul(x, size!)
      return { output: moveAxis(tiled ? split(sum, axis, size!) : sum, axis, 0), batched: true }
    },
    composed(x, { axisName, axisSizes, scatterDimension: axis, tiled }) {
      const sum = sumOver(x, axisName)
      const block = blockAt(sum, axis, sum.shape[axis]! / count(axisSizes), linearIndex(axisName, axisSizes, x))
      return tiled ? block : reshape(block, without(block.shape.length, [axis]).map((i) => block.shape[i]!))
    },
    shifted: (params) => ({ ...params, scatterDimension: params.scatterDimension + 1 })
  }),
  axisNames: ({ axisName }) => axisName,
  print: printBlocks
}

export const reduceScatter = Object.assign(
  (x: NdArray.Any, params: ReduceScatterParams): NdArray.Any => node.bindOne(reduceScatterPrimitive, [x], params),
  { primitive: reduceScatterPrimitive }
)

// --- all_to_all -----------------------------------------------------------------------------------------------------

const allToAllPrimitive: Primitive<AllToAllParams> = {
  name: "all_to_all",
  schema: ofBlocks({ splitAxis: axis, concatAxis: axis, tiled: flag }),
  cost: movement,
  abstract([x], { axisSizes, concatAxis, splitAxis, tiled }) {
    const size = count(axisSizes)
    checkSplit("allToAll", "splitAxis", x!, splitAxis, size, tiled)
    const shape = [...x!.shape]
    shape[splitAxis]! /= size
    shape[concatAxis]! *= size
    return [{ ...x!, shape, weak: false }]
  },
  jvp: ({ params, tangents: [tangent] }) => [allToAll(tangent!, params)],
  linear: {
    form: { product: [0] },
    transpose: ({ cotangents: [ct], params: { concatAxis, splitAxis, ...rest } }) => [
      allToAll(ct!, { ...rest, splitAxis: concatAxis, concatAxis: splitAxis })
    ]
  },
  batch: batchBlocks(() => allToAllPrimitive, {
    mapped(x, batched, { axisSizes: [size], concatAxis, splitAxis }) {
      // [source, ..., destination, block, ...]
      const blocks = split(batched ? x : repeat(x, size!), splitAxis + 1, size!)
      // [destination, source, ..., block, ...], and the source goes in front of the axis that it is concatenated along
      const arrived = moveAxis(moveAxis(blocks, splitAxis + 1, 0), 1, concatAxis + 1)
      return { output: fold(arrived, concatAxis + 1), batched: true }
    },
    composed(x, { concatAxis, splitAxis, ...names }) {
      const size = x.shape[splitAxis]! / count(names.axisSizes)
      const index = linearIndex(names.axisName, names.axisSizes, x)
      const own = blockAt(gathered(x, names), splitAxis + 1, size, index)
      return fold(moveAxis(own, 0, concatAxis), concatAxis)
    },
    shifted: (params) => ({ ...params, splitAxis: params.splitAxis + 1, concatAxis: params.concatAxis + 1 })
  }),
  axisNames: ({ axisName }) => axisName,
  print: ({ axisName, concatAxis, splitAxis, tiled }) => [
    ["axis_index_groups", null],
    ["axis_name", axisName.length === 1 ? axisName[0] : axisName],
    ["concat_axis", concatAxis],
    ["split_axis", splitAxis],
    ["tiled", tiled]
  ]
}

export const allToAll = Object.assign(
  (x: NdArray.Any, params: AllToAllParams): NdArray.Any => node.bindOne(allToAllPrimitive, [x], params),
  { primitive: allToAllPrimitive }
)

// --- ppermute -------------------------------------------------------------------------------------------------------

/** The source of each destination; -1 for none. */
const sourcesOf = ({ axisSizes, perm }: PpermuteParams): Ints => {
  const sources = new Array<number>(count(axisSizes)).fill(-1)
  for (const [source, destination] of perm) sources[destination] = source
  return sources
}

/** The rows of `x` at positions; rows that follow each other are copied at once, and zeros stand for -1. */
const rowsAt = (x: NdArray.Any, positions: Ints): NdArray.Any => {
  const parts: Array<NdArray.Any> = []
  for (let i = 0; i < positions.length;) {
    const from = positions[i]!
    let length = 1
    while (i + length < positions.length && positions[i + length] === (from < 0 ? from : from + length)) length++
    const part = sliceAxis(x, 0, Math.max(from, 0), Math.max(from, 0) + (from < 0 ? 1 : length))
    parts.push(from < 0 ? repeat(zerosOf(reshape(part, x.shape.slice(1))), length) : part)
    i += length
  }
  return parts.length === 0 ? x : concatenate(parts, 0)
}

const ppermutePrimitive: Primitive<PpermuteParams> = {
  name: "ppermute",
  schema: ofBlocks({ perm: listOf(tuple(natural, natural)) }),
  cost: movement,
  abstract: ([x]) => [x!],
  jvp: ({ params, tangents: [tangent] }) => [ppermute(tangent!, params)],
  linear: {
    form: { product: [0] },
    transpose: ({ cotangents: [ct], params }) => [
      ppermute(ct!, { ...params, perm: params.perm.map(([source, destination]) => [destination, source] as const) })
    ]
  },
  batch: batchBlocks(() => ppermutePrimitive, {
    mapped(x, batched, params) {
      const sources = sourcesOf(params)
      if (!batched && !sources.includes(-1)) return { output: x, batched: false }
      return { output: rowsAt(batched ? x : repeat(x, sources.length), sources), batched: true }
    },
    composed(x, params) {
      const blocks = gathered(x, params)
      const size = blocks.shape[0]!
      const table = concatenate(
        sourcesOf(params).map((source) => full(source < 0 ? size : source, "int32", [1])),
        0
      )
      const source = reshape(dynamicSlice(table, [linearIndex(params.axisName, params.axisSizes, x)], [1]), [])
      const zeros = reshape(zerosOf(x), [1, ...x.shape])
      return reshape(blockAt(concatenate([blocks, zeros], 0), 0, 1, source), x.shape)
    },
    shifted: (params) => params
  }),
  axisNames: ({ axisName }) => axisName,
  print: ({ axisName, perm }) => [["axis_name", axisName], ["perm", perm]]
}

export const ppermute = Object.assign(
  (x: NdArray.Any, params: PpermuteParams): NdArray.Any => node.bindOne(ppermutePrimitive, [x], params),
  { primitive: ppermutePrimitive }
)
