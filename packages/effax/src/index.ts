/**
 * effax: JAX re-imagined for TypeScript on Effect.
 *
 * @since 0.1.0
 */
export * as Aval from "./Aval.ts"
export * as Backend from "./Backend.ts"
export * as Checks from "./Checks.ts"
export * as Cost from "./Cost.ts"
export * as Debug from "./Debug.ts"
export * as DType from "./DType.ts"
export * as Errors from "./Errors.ts"
export * as Fft from "./Fft.ts"
export * as HostArray from "./HostArray.ts"
export * as Image from "./Image.ts"
export * as Keys from "./Keys.ts"
export * as Lax from "./Lax.ts"
export * as Linalg from "./Linalg.ts"
export * as Mesh from "./Mesh.ts"
export * as NdArray from "./NdArray.ts"
export * as Nn from "./Nn.ts"
export * as Numpy from "./Numpy.ts"
export * as Ops from "./Ops.ts"
export * as PartitionSpec from "./PartitionSpec.ts"
export { P } from "./PartitionSpec.ts"
export * as Primitives from "./Primitives.ts"
export * as Profile from "./Profile.ts"
export * as Program from "./Program.ts"
export * as ProgramView from "./ProgramView.ts"
export * as Random from "./Random.ts"
export * as Scipy from "./Scipy.ts"
export * as Shape from "./Shape.ts"
export {
  checkpoint,
  checkpointName,
  type CheckpointOptions,
  checkpointPolicies,
  type CheckpointPolicy,
  closureConvert,
  type Compiled,
  customJvp,
  customLinearSolve,
  type CustomOptions,
  customRoot,
  customVjp,
  customVmap,
  evalShape,
  grad,
  type Gradient,
  type GradOptions,
  hessian,
  hvp,
  jacfwd,
  type Jacobian,
  jacobian,
  jacrev,
  jit,
  type JitOptions,
  type Jitted,
  type JittedOf,
  jvp,
  linearize,
  linearTranspose,
  type Lowered,
  makeProgram,
  type MakeProgramOptions,
  pureCallback,
  type PureCallbackOptions,
  remat,
  type SavedResidual,
  savedResiduals,
  ShapeDType,
  shardMap,
  type ShardMapOptions,
  type ShardMapped,
  type Traced,
  type TraceReport,
  valueAndGrad,
  vjp,
  vmap,
  type VmapOptions,
  type Vmapped
} from "./Transform.ts"
export * as Tree from "./Tree.ts"
