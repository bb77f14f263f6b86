/**
 * Transformations: pure functions from functions to functions.
 *
 * @since 0.1.0
 */
export { type Argument, type Arguments, type Returned } from "./internal/arguments/arguments.ts"
export { checkpointName } from "./primitive/checkpointName.ts"
export { checkpointPolicies, type CheckpointPolicy } from "./primitive/checkpointPolicies.ts"
export { type Compiled, type Lowered, type Traced } from "./transform/aheadOfTime.ts"
export { checkpoint, type Checkpointed, type CheckpointOptions, remat } from "./transform/checkpoint.ts"
export { closureConvert, type Converted } from "./transform/closureConvert.ts"
export {
  customJvp,
  type CustomOptions,
  customVjp,
  type JvpRule,
  type Nondiff,
  type Primals,
  type VjpRule
} from "./transform/custom.ts"
export {
  customLinearSolve,
  type LinearMap,
  type LinearSolveOptions,
  type LinearSolver
} from "./transform/customLinearSolve.ts"
export { customRoot, type RootOptions, type RootSolver, type TangentSolver } from "./transform/customRoot.ts"
export { type Batchedness, customVmap, type VmapRule } from "./transform/customVmap.ts"
export {
  type Differentiated,
  grad,
  type Gradient,
  type GradOptions,
  jvp,
  linearize,
  valueAndGrad,
  type ValueOf,
  vjp
} from "./transform/differentiate.ts"
export { evalShape, type Examples, ShapeDType, type Specs } from "./transform/evalShape.ts"
export { hessian, hvp, jacfwd, type Jacobian, jacobian, jacrev } from "./transform/jacobian.ts"
export { jit, type JitOptions, type Jitted, type JittedOf, type TraceReport } from "./transform/jit.ts"
export { linearTranspose } from "./transform/linear.ts"
export { makeProgram, type MakeProgramOptions } from "./transform/makeProgram.ts"
export {
  type DeviceArguments,
  type HostResult,
  type HostResults,
  pureCallback,
  type PureCallbackOptions,
  type Specified
} from "./transform/pureCallback.ts"
export { type SavedResidual, savedResiduals } from "./transform/savedResiduals.ts"
export { type Partitions, shardMap, type ShardMapOptions, type ShardMapped } from "./transform/shardMap.ts"
export { type Axes, vmap, type VmapOptions, type Vmapped } from "./transform/vmap.ts"
