/**
 * The parameters of every primitive that has some, named as JAX names them (in camelCase).
 */
import type { Aval } from "../Aval.ts"
import type { DType } from "../DType.ts"
import type { Program } from "../internal/program/program.ts"
import type { Params } from "../Primitive.ts"
import type { CheckpointPolicy } from "./checkpointPolicies.ts"
import type { CustomJvp, CustomVjp, CustomVmap, DerivativeRule } from "./derivativeRule.ts"
import type { HostCallback } from "./hostCallback.ts"

type Ints = ReadonlyArray<number>

// --- structural -----------------------------------------------------------------------------------------------------

/**
 * Operand axis `i` becomes axis `broadcastDimensions[i]` of the result; axes of length 1 are stretched.
 *
 * @category parameters
 * @since 0.1.0
 */
export interface BroadcastInDimParams extends Params {
  readonly shape: Ints
  readonly broadcastDimensions: Ints
}
/** Parameters of `reshape`. @category parameters @since 0.1.0 */
export interface ReshapeParams extends Params {
  readonly newSizes: Ints
}
/** Axis `i` of the result is axis `permutation[i]` of the operand. @category parameters @since 0.1.0 */
export interface TransposeParams extends Params {
  readonly permutation: Ints
}
/** Parameters of `rev`. @category parameters @since 0.1.0 */
export interface RevParams extends Params {
  readonly dimensions: Ints
}
/** Parameters of `concatenate`. @category parameters @since 0.1.0 */
export interface ConcatenateParams extends Params {
  readonly dimension: number
}
/**
 * `[low, high, interior]` for each axis; negative low and high crop. Operands: array, scalar padding value.
 *
 * @category parameters
 * @since 0.1.0
 */
export interface PadParams extends Params {
  readonly paddingConfig: ReadonlyArray<readonly [low: number, high: number, interior: number]>
}
/** Parameters of `slice`. @category parameters @since 0.1.0 */
export interface SliceParams extends Params {
  readonly startIndices: Ints
  readonly limitIndices: Ints
  /** Positive steps; `null` means all 1. */
  readonly strides: Ints | null
}
/** No operands. @category parameters @since 0.1.0 */
export interface IotaParams extends Params {
  readonly dtype: DType
  readonly shape: Ints
  readonly dimension: number
}

// --- indexing -------------------------------------------------------------------------------------------------------

/**
 * Operands: array, then one scalar integer start for each axis; starts are clamped so that the window fits.
 *
 * @category parameters
 * @since 0.1.0
 */
export interface DynamicSliceParams extends Params {
  readonly sliceSizes: Ints
}

/**
 * The treatment of windows that reach outside: `clip` moves them inside; `fill` (gather) gives `fillValue`, and `drop`
 * (scatter) leaves them out; `promiseInBounds` is computed as `clip`.
 *
 * @category parameters
 * @since 0.1.0
 */
export type GatherMode = "clip" | "fill" | "promiseInBounds"
/** As {@link GatherMode}, for updates. @category parameters @since 0.1.0 */
export type ScatterMode = "clip" | "drop" | "promiseInBounds"

/** As XLA's Gather. The index vector is the last axis of the indices. @category parameters @since 0.1.0 */
export interface GatherDimensionNumbers {
  readonly offsetDims: Ints
  readonly collapsedSliceDims: Ints
  readonly startIndexMap: Ints
  readonly operandBatchingDims: Ints
  readonly startIndicesBatchingDims: Ints
}
/**
 * Operands: array, integer indices. `fillValue` is null for the dtype's default: NaN, the least integer, the largest
 * unsigned, true.
 *
 * @category parameters
 * @since 0.1.0
 */
export interface GatherParams extends Params {
  readonly dimensionNumbers: GatherDimensionNumbers
  readonly sliceSizes: Ints
  readonly mode: GatherMode
  readonly fillValue: number | null
  readonly indicesAreSorted: boolean
  readonly uniqueIndices: boolean
}

/** As XLA's Scatter. The index vector is the last axis of the indices. @category parameters @since 0.1.0 */
export interface ScatterDimensionNumbers {
  readonly updateWindowDims: Ints
  readonly insertedWindowDims: Ints
  readonly scatterDimsToOperandDims: Ints
  readonly operandBatchingDims: Ints
  readonly scatterIndicesBatchingDims: Ints
}
/**
 * Parameters of `scatter`, `scatter_add`, `scatter_mul`, `scatter_min`, `scatter_max`. Operands: array, integer indices,
 * updates. Updates are applied in row-major order.
 *
 * @category parameters
 * @since 0.1.0
 */
export interface ScatterParams extends Params {
  readonly dimensionNumbers: ScatterDimensionNumbers
  readonly mode: ScatterMode
  readonly indicesAreSorted: boolean
  readonly uniqueIndices: boolean
}

// --- reductions, scans, sort ----------------------------------------------------------------------------------------

/** Parameters of `reduce_sum reduce_prod reduce_max reduce_min reduce_and reduce_or`. @category parameters @since 0.1.0 */
export interface ReduceParams extends Params {
  readonly axes: Ints
}
/** Parameters of `argmax` and `argmin`: one axis. NaN wins; of equal elements the first. @category parameters @since 0.1.0 */
export interface ArgReduceParams extends Params {
  readonly axes: Ints
  readonly indexDtype: DType
}
/** Parameters of `cumsum cumprod cummax cummin`. @category parameters @since 0.1.0 */
export interface CumulativeParams extends Params {
  readonly axis: number
  readonly reverse: boolean
}
/**
 * Sorts any number of arrays of one shape together, by the first `numKeys` of them, lexicographically, along one axis.
 * Floats are in total order with NaN last and -0 equal to 0.
 *
 * @category parameters
 * @since 0.1.0
 */
export interface SortParams extends Params {
  readonly dimension: number
  readonly isStable: boolean
  readonly numKeys: number
}

// --- contractions ---------------------------------------------------------------------------------------------------

/**
 * The result's axes: batch, then the free axes of the left operand, then those of the right one.
 *
 * @category parameters
 * @since 0.1.0
 */
export interface DotDimensionNumbers {
  readonly lhsContracting: Ints
  readonly rhsContracting: Ints
  readonly lhsBatch: Ints
  readonly rhsBatch: Ints
}
/** Parameters of `dotGeneral`. @category parameters @since 0.1.0 */
export interface DotGeneralParams extends Params {
  readonly dimensionNumbers: DotDimensionNumbers
  /** The dtype of the result; `null` for that of the operands. Half precision is accumulated in float32. */
  readonly preferredElementType: DType | null
}

/**
 * Which axis of each array is what. `lhsSpec` = [batch, feature, ...spatial], `rhsSpec` = [out feature, in feature,
 * ...spatial], `outSpec` = [batch, feature, ...spatial].
 *
 * @category parameters
 * @since 0.1.0
 */
export interface ConvDimensionNumbers {
  readonly lhsSpec: Ints
  readonly rhsSpec: Ints
  readonly outSpec: Ints
}
/** Parameters of `conv`. @category parameters @since 0.1.0 */
export interface ConvParams extends Params {
  readonly windowStrides: Ints
  /** `[low, high]` for each spatial axis, in units of the dilated input; may be negative. */
  readonly padding: ReadonlyArray<readonly [number, number]>
  readonly lhsDilation: Ints
  readonly rhsDilation: Ints
  readonly dimensionNumbers: ConvDimensionNumbers
  readonly featureGroupCount: number
  readonly batchGroupCount: number
  readonly preferredElementType: DType | null
}

// --- calls ----------------------------------------------------------------------------------------------------------

/** Parameters of `jit`. The Program has no captures. @category parameters @since 0.1.0 */
export interface JitParams extends Params {
  readonly name: string
  readonly jaxpr: Program
  /** Which operands give their memory away. */
  readonly donated: ReadonlyArray<boolean>
}

/**
 * Parameters of `custom_jvp_call`. The Program has no captures: what the function closed over are the first operands.
 *
 * @category parameters
 * @since 0.1.0
 */
export interface CustomJvpParams extends Params {
  readonly name: string
  readonly callJaxpr: Program
  readonly rule: DerivativeRule<CustomJvp>
}
/** Parameters of `custom_vjp_call`; as `custom_jvp_call`. @category parameters @since 0.1.0 */
export interface CustomVjpParams extends Params {
  readonly name: string
  readonly callJaxpr: Program
  readonly rule: DerivativeRule<CustomVjp>
}

// --- complex numbers ------------------------------------------------------------------------------------------------

/** Parameters of `conj`: a real operand becomes complex. @category parameters @since 0.1.0 */
export interface ConjParams extends Params {
  readonly inputDtype: DType
}

/**
 * Parameters of `checkpoint`. The Program has no captures. `policy` says what its derivative may keep instead of computing
 * it again; `null` for nothing.
 *
 * @category parameters
 * @since 0.1.0
 */
export interface CheckpointParams extends Params {
  readonly jaxpr: Program
  /** Whether the compiler may not undo what is computed again. */
  readonly preventCse: boolean
  /** Whether it is part of a derivative: its Program then computes something again. */
  readonly differentiated: boolean
  readonly policy: DerivativeRule<CheckpointPolicy> | null
}
/** Parameters of `name`: what checkpoint policies know the operand by. @category parameters @since 0.1.0 */
export interface NameParams extends Params {
  readonly name: string
}
/**
 * Parameters of `custom_linear_solve`. Operands: constants of the four Programs, in their order, then the right-hand side.
 * Each takes its constants and one side of the equation to the other; `solve` and `transposeSolve` give auxiliary results
 * after that.
 *
 * @category parameters
 * @since 0.1.0
 */
export interface CustomLinearSolveParams extends Params {
  readonly constLengths: LinearSolveConstants
  readonly matvec: Program
  /** The transpose of `matvec`; `null` where there is no `transposeSolve`. */
  readonly vecmat: Program | null
  readonly solve: Program
  readonly transposeSolve: Program | null
}
/** How many constants each Program of `custom_linear_solve` has. @category parameters @since 0.1.0 */
export interface LinearSolveConstants {
  readonly matvec: number
  readonly vecmat: number
  readonly solve: number
  readonly transposeSolve: number
}

// --- control flow ---------------------------------------------------------------------------------------------------

/**
 * Parameters of `cond`. Operands: an int32 scalar that picks the branch (clamped into range), then the operands of all
 * branches. Branches have no captures, and agree in their parameters and results.
 *
 * @category parameters
 * @since 0.1.0
 */
export interface CondParams extends Params {
  readonly branches: ReadonlyArray<Program>
}
/**
 * Parameters of `while`. Operands: constants of the condition, constants of the body, initial carry. `condJaxpr` takes its
 * constants and the carry to a bool scalar, `bodyJaxpr` its constants and the carry to the next carry.
 *
 * @category parameters
 * @since 0.1.0
 */
export interface WhileParams extends Params {
  readonly condNconsts: number
  readonly condJaxpr: Program
  readonly bodyNconsts: number
  readonly bodyJaxpr: Program
  /** At most so many steps are taken; `null` for as many as the condition wants. */
  readonly maxSteps: number | null
}
/**
 * Parameters of `scan`. Operands: constants, initial carry, arrays whose axis 0 is scanned. `jaxpr` takes constants, carry
 * and one slice of each array to the next carry and one slice of each stacked result. Results: the last carry, stacked
 * results.
 *
 * @category parameters
 * @since 0.1.0
 */
export interface ScanParams extends Params {
  readonly jaxpr: Program
  readonly length: number
  readonly numConsts: number
  readonly numCarry: number
  readonly reverse: boolean
  /** How many steps are compiled as one. It changes nothing but speed. */
  readonly unroll: number
}

// --- named axes -----------------------------------------------------------------------------------------------------

/** Parameters of `psum pmax pmin`, and of `psum_invariant` and `pvary`: the names of axes. @category parameters @since 0.1.0 */
export interface AxesParams extends Params {
  readonly axes: ReadonlyArray<string>
}
/** Parameters of `axis_index`. @category parameters @since 0.1.0 */
export interface AxisIndexParams extends Params {
  readonly axisName: string
  /** Whether types say that the result varies over the axis. */
  readonly varying: boolean
}
/**
 * Parameters of `all_gather`. Several axes are one, of which the first counts slowest. `tiled`: blocks are concatenated along
 * `allGatherDimension` instead of stacked.
 *
 * @category parameters
 * @since 0.1.0
 */
export interface AllGatherParams extends Params {
  readonly allGatherDimension: number
  readonly axisName: ReadonlyArray<string>
  readonly axisSizes: Ints
  readonly tiled: boolean
}
/** Parameters of `reduce_scatter`; as `all_gather`, of which it is the transpose. @category parameters @since 0.1.0 */
export interface ReduceScatterParams extends Params {
  readonly scatterDimension: number
  readonly axisName: ReadonlyArray<string>
  readonly axisSizes: Ints
  readonly tiled: boolean
}
/**
 * Parameters of `all_to_all`. Axis `splitAxis` is cut into one block for each index of the named axis, and blocks that
 * arrive are concatenated along `concatAxis`. `tiled` is how it was asked for: both axes are there in any case.
 *
 * @category parameters
 * @since 0.1.0
 */
export interface AllToAllParams extends Params {
  readonly splitAxis: number
  readonly concatAxis: number
  readonly axisName: ReadonlyArray<string>
  readonly axisSizes: Ints
  readonly tiled: boolean
}
/** Parameters of `ppermute`: pairs of source and destination. Indices that receive nothing get zeros. @category parameters @since 0.1.0 */
export interface PpermuteParams extends Params {
  readonly axisName: ReadonlyArray<string>
  readonly axisSizes: Ints
  readonly perm: ReadonlyArray<readonly [source: number, destination: number]>
}
/** A part of an array for each index of some mesh axes: for each axis of the array its names. @category parameters @since 0.1.0 */
export type Spec = ReadonlyArray<string | ReadonlyArray<string> | null>
/**
 * Parameters of `shard_map`. The Program has no captures; it takes and gives blocks, one on each device of the mesh.
 *
 * @category parameters
 * @since 0.1.0
 */
export interface ShardMapParams extends Params {
  readonly mesh: { readonly axisNames: ReadonlyArray<string>; readonly axisSizes: Ints }
  readonly inSpecs: ReadonlyArray<Spec>
  readonly outSpecs: ReadonlyArray<Spec>
  readonly jaxpr: Program
  /** Whether types keep track of the axes that values vary over. */
  readonly checkVma: boolean
}
/** Parameters of `custom_vmap_call`; as `custom_jvp_call`. @category parameters @since 0.1.0 */
export interface CustomVmapParams extends Params {
  readonly name: string
  readonly call: Program
  readonly rule: DerivativeRule<CustomVmap>
}

// --- checks ---------------------------------------------------------------------------------------------------------

/**
 * Parameters of `check`. Operands: `count` arrays that are handed on, a bool predicate, arrays that the message names as
 * `{name}`.
 *
 * @category parameters
 * @since 0.1.0
 */
export interface CheckParams extends Params {
  readonly message: string
  readonly count: number
  readonly names: ReadonlyArray<string>
  /** The Program of the check: it gives the first operands, as they are. */
  readonly jaxpr: Program
}

// --- calls of the host ----------------------------------------------------------------------------------------------

/**
 * Parameters of `debug_callback`. The results are the first `passed` operands, as they are; the callback is called with the
 * operands after them, when the results are computed.
 *
 * @category parameters
 * @since 0.1.0
 */
export interface DebugCallbackParams extends Params {
  readonly callback: HostCallback
  readonly passed: number
}
/**
 * How a {@link PureCallbackParams} is vectorised: one call for each example; or one call with the batch as axis 0 of
 * everything that is batched, where the other operands get an axis of length 1 (`expandDims`) or are repeated
 * (`broadcastAll`).
 *
 * @category parameters
 * @since 0.1.0
 */
export type VmapMethod = "sequential" | "expandDims" | "broadcastAll"
/**
 * Parameters of `pure_callback`. The callback is called with all operands and gives the results.
 *
 * @category parameters
 * @since 0.1.0
 */
export interface PureCallbackParams extends Params {
  readonly callback: HostCallback
  readonly resultAvals: ReadonlyArray<Aval>
  readonly vmapMethod: VmapMethod | null
}
