/**
 * The parameters of every primitive that has parameters, with JAX's names in camelCase.
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
  /** Positive steps; `null` means that all are 1. */
  readonly strides: Ints | null
}
/** Parameters of `iota`, which has no operands. @category parameters @since 0.1.0 */
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
 * The treatment of windows that reach outside: `clip` moves them inside, `fill` (gather) returns `fillValue`, `drop`
 * (scatter) ignores them, and `promiseInBounds` is computed as `clip`.
 *
 * @category parameters
 * @since 0.1.0
 */
export type GatherMode = "clip" | "fill" | "promiseInBounds"
/** As {@link GatherMode}, for updates. @category parameters @since 0.1.0 */
export type ScatterMode = "clip" | "drop" | "promiseInBounds"

/** XLA's Gather dimensions. Index vectors are the last axis of the indices. @category parameters @since 0.1.0 */
export interface GatherDimensionNumbers {
  readonly offsetDims: Ints
  readonly collapsedSliceDims: Ints
  readonly startIndexMap: Ints
  readonly operandBatchingDims: Ints
  readonly startIndicesBatchingDims: Ints
}
/**
 * Operands: array, integer indices. A `fillValue` of null is the dtype's default: NaN, the smallest integer, the
 * largest unsigned integer, or true.
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

/** XLA's Scatter dimensions. Index vectors are the last axis of the indices. @category parameters @since 0.1.0 */
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
/**
 * Parameters of `argmax` and `argmin`: one axis. NaN is selected first; ties give the first.
 *
 * @category parameters
 * @since 0.1.0
 */
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
 * Sorts any number of arrays of the same shape together along one axis, by the first `numKeys` of them,
 * lexicographically. Floats are in total order, with NaN last and -0 equal to 0.
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
 * The axes of the result are the batch axes, then the free axes of the left operand, then those of the right one.
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
  /** The dtype of the result; `null` for the operands' dtype. Half precision is accumulated in float32. */
  readonly preferredElementType: DType | null
}

/**
 * The roles of the axes of each array. `lhsSpec` = [batch, feature, ...spatial], `rhsSpec` = [out feature, in feature,
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

// --- linear algebra -------------------------------------------------------------------------------------------------

/**
 * Parameters of `triangular_solve`: solves `op(a) x = b`, or `x op(a) = b` with `leftSide: false`. Operands: a, b. The other
 * triangle of `a` is not read, nor is its diagonal with `unitDiagonal`.
 *
 * @category parameters
 * @since 0.1.0
 */
export interface TriangularSolveParams extends Params {
  readonly leftSide: boolean
  readonly lower: boolean
  readonly transposeA: boolean
  readonly conjugateA: boolean
  readonly unitDiagonal: boolean
}
/** Parameters of `lu_pivots_to_permutation`. @category parameters @since 0.1.0 */
export interface LuPivotsToPermutationParams extends Params {
  readonly permutationSize: number
}
/**
 * Parameters of `eigh`: the triangle that is read. Results: eigenvectors as columns, eigenvalues in ascending order.
 *
 * @category parameters
 * @since 0.1.0
 */
export interface EighParams extends Params {
  readonly lower: boolean
  readonly sortEigenvalues: boolean
}
/**
 * Parameters of `svd`. Results: singular values in descending order, then with `computeUv` the left singular vectors as
 * columns and the right ones, conjugated, as rows.
 *
 * @category parameters
 * @since 0.1.0
 */
export interface SvdParams extends Params {
  readonly fullMatrices: boolean
  readonly computeUv: boolean
}
/**
 * Parameters of `eig`. Results, all complex: eigenvalues, then the left eigenvectors and the right ones that are wanted,
 * as columns of norm 1 whose largest element is real.
 *
 * @category parameters
 * @since 0.1.0
 */
export interface EigParams extends Params {
  readonly computeLeftEigenvectors: boolean
  readonly computeRightEigenvectors: boolean
  /** Whether eigenvectors have derivatives, which is right only where no eigenvalue occurs twice. */
  readonly enableEigvecDerivs: boolean
}
/** Parameters of `schur`. Results: the Schur form, then the vectors if they are wanted. @category parameters @since 0.1.0 */
export interface SchurParams extends Params {
  readonly computeSchurVectors: boolean
}
/**
 * Parameters of `tridiagonal`: the triangle that is read. Results: the reflectors, below or above the diagonals, then
 * diagonal, off-diagonal, and scalar factors of the reflectors.
 *
 * @category parameters
 * @since 0.1.0
 */
export interface TridiagonalParams extends Params {
  readonly lower: boolean
}

/**
 * Parameters of `fft`: the kind of transform, and the lengths of the last axes, which of real transforms are those of the real array.
 *
 * @category parameters
 * @since 0.1.0
 */
export interface FftParams extends Params {
  readonly fftType: "FFT" | "IFFT" | "RFFT" | "IRFFT"
  readonly fftLengths: ReadonlyArray<number>
}

// --- calls ----------------------------------------------------------------------------------------------------------

/** Parameters of `jit`. The Program has no captures. @category parameters @since 0.1.0 */
export interface JitParams extends Params {
  readonly name: string
  readonly jaxpr: Program
  /** Flags for the operands whose memory is donated. */
  readonly donated: ReadonlyArray<boolean>
}

/**
 * Parameters of `custom_jvp_call`. The Program has no captures: arrays that the function closed over are the first
 * operands.
 *
 * @category parameters
 * @since 0.1.0
 */
export interface CustomJvpParams extends Params {
  readonly name: string
  readonly callJaxpr: Program
  readonly rule: DerivativeRule<CustomJvp>
}
/** Parameters of `custom_vjp_call`; see `custom_jvp_call`. @category parameters @since 0.1.0 */
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
 * Parameters of `checkpoint`. The Program has no captures. `policy` selects the values that the derivative may keep
 * instead of recomputing them; `null` means none.
 *
 * @category parameters
 * @since 0.1.0
 */
export interface CheckpointParams extends Params {
  readonly jaxpr: Program
  /** Whether the compiler must not eliminate the recomputation. */
  readonly preventCse: boolean
  /** Whether it is part of a derivative, so that its Program recomputes values. */
  readonly differentiated: boolean
  readonly policy: DerivativeRule<CheckpointPolicy> | null
}
/**
 * Parameters of `name`: the name by which checkpoint policies refer to the operand.
 *
 * @category parameters
 * @since 0.1.0
 */
export interface NameParams extends Params {
  readonly name: string
}
/**
 * Parameters of `custom_linear_solve`. Operands: constants of the four Programs, in order, then the right-hand side.
 * Each Program takes its constants and one side of the equation and returns the other side; `solve` and
 * `transposeSolve` return auxiliary results after it.
 *
 * @category parameters
 * @since 0.1.0
 */
export interface CustomLinearSolveParams extends Params {
  readonly constLengths: LinearSolveConstants
  readonly matvec: Program
  /** The transpose of `matvec`; `null` if there is no `transposeSolve`. */
  readonly vecmat: Program | null
  readonly solve: Program
  readonly transposeSolve: Program | null
}
/** The number of constants of each Program of `custom_linear_solve`. @category parameters @since 0.1.0 */
export interface LinearSolveConstants {
  readonly matvec: number
  readonly vecmat: number
  readonly solve: number
  readonly transposeSolve: number
}

// --- control flow ---------------------------------------------------------------------------------------------------

/**
 * Parameters of `cond`. Operands: an int32 scalar that selects the branch (clamped into range), then the operands of
 * all branches. Branches have no captures, and their parameters and results match.
 *
 * @category parameters
 * @since 0.1.0
 */
export interface CondParams extends Params {
  readonly branches: ReadonlyArray<Program>
}
/**
 * Parameters of `while`. Operands: constants of the condition, constants of the body, initial carry. `condJaxpr` takes
 * its constants and the carry and returns a bool scalar; `bodyJaxpr` takes its constants and the carry and returns the
 * next carry.
 *
 * @category parameters
 * @since 0.1.0
 */
export interface WhileParams extends Params {
  readonly condNconsts: number
  readonly condJaxpr: Program
  readonly bodyNconsts: number
  readonly bodyJaxpr: Program
  /** The largest number of steps; `null` for no limit. */
  readonly maxSteps: number | null
}
/**
 * Parameters of `scan`. Operands: constants, initial carry, arrays whose axis 0 is scanned. `jaxpr` takes constants,
 * carry and one slice of each array, and returns the next carry and one slice of each stacked result. Results: the last
 * carry, stacked results.
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
  /** The number of steps compiled as one. It affects only speed. */
  readonly unroll: number
}

// --- named axes -----------------------------------------------------------------------------------------------------

/**
 * Parameters of `psum pmax pmin`, and of `psum_invariant` and `pvary`: the names of axes.
 *
 * @category parameters
 * @since 0.1.0
 */
export interface AxesParams extends Params {
  readonly axes: ReadonlyArray<string>
}
/** Parameters of `axis_index`. @category parameters @since 0.1.0 */
export interface AxisIndexParams extends Params {
  readonly axisName: string
  /** Whether the type of the result varies over the axis. */
  readonly varying: boolean
}
/**
 * Parameters of `all_gather`. Several axes act as one, of which the first varies slowest. `tiled`: blocks are
 * concatenated along `allGatherDimension` instead of stacked.
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
/** Parameters of `reduce_scatter`, the transpose of `all_gather`; see there. @category parameters @since 0.1.0 */
export interface ReduceScatterParams extends Params {
  readonly scatterDimension: number
  readonly axisName: ReadonlyArray<string>
  readonly axisSizes: Ints
  readonly tiled: boolean
}
/**
 * Parameters of `all_to_all`. Axis `splitAxis` is split into one block for each index of the named axis, and received
 * blocks are concatenated along `concatAxis`. `tiled` records the user's option: both axes exist in either case.
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
/** Parameters of `ppermute`: source-destination pairs. Others receive zeros. @category parameters @since 0.1.0 */
export interface PpermuteParams extends Params {
  readonly axisName: ReadonlyArray<string>
  readonly axisSizes: Ints
  readonly perm: ReadonlyArray<readonly [source: number, destination: number]>
}
/** The mesh axes that each axis of an array is divided over. @category parameters @since 0.1.0 */
export type Spec = ReadonlyArray<string | ReadonlyArray<string> | null>
/**
 * Parameters of `shard_map`. The Program has no captures; its inputs and results are blocks, one per device of the
 * mesh.
 *
 * @category parameters
 * @since 0.1.0
 */
export interface ShardMapParams extends Params {
  readonly mesh: { readonly axisNames: ReadonlyArray<string>; readonly axisSizes: Ints }
  readonly inSpecs: ReadonlyArray<Spec>
  readonly outSpecs: ReadonlyArray<Spec>
  readonly jaxpr: Program
  /** Whether types track the axes that values vary over. */
  readonly checkVma: boolean
}
/** Parameters of `custom_vmap_call`; see `custom_jvp_call`. @category parameters @since 0.1.0 */
export interface CustomVmapParams extends Params {
  readonly name: string
  readonly call: Program
  readonly rule: DerivativeRule<CustomVmap>
}

// --- checks ---------------------------------------------------------------------------------------------------------

/**
 * Parameters of `check`. Operands: `count` arrays that are returned, a bool predicate, arrays that the message refers
 * to as `{name}`.
 *
 * @category parameters
 * @since 0.1.0
 */
export interface CheckParams extends Params {
  readonly message: string
  readonly count: number
  readonly names: ReadonlyArray<string>
  /** The Program of the check: it returns the first operands unchanged. */
  readonly jaxpr: Program
}

// --- host callbacks -------------------------------------------------------------------------------------------------

/**
 * Parameters of `debug_callback`. The results are the first `passed` operands, unchanged; the callback is called with
 * the operands after them when the results are computed.
 *
 * @category parameters
 * @since 0.1.0
 */
export interface DebugCallbackParams extends Params {
  readonly callback: HostCallback
  readonly passed: number
}
/**
 * The batching of a {@link PureCallbackParams}: one call per example; or one call in which everything batched has the
 * batch as axis 0, and the other operands get an axis of length 1 (`expandDims`) or are repeated (`broadcastAll`).
 *
 * @category parameters
 * @since 0.1.0
 */
export type VmapMethod = "sequential" | "expandDims" | "broadcastAll"
/**
 * Parameters of `pure_callback`. The callback is called with all operands and returns the results.
 *
 * @category parameters
 * @since 0.1.0
 */
export interface PureCallbackParams extends Params {
  readonly callback: HostCallback
  readonly resultAvals: ReadonlyArray<Aval>
  readonly vmapMethod: VmapMethod | null
}
