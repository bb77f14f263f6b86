/**
 * effax: JAX re-imagined for TypeScript on Effect.
 *
 * @since 0.1.0
 */
export * as Aval from "./Aval.ts"
export * as Backend from "./Backend.ts"
export * as DType from "./DType.ts"
export * as Errors from "./Errors.ts"
export * as HostArray from "./HostArray.ts"
export * as Keys from "./Keys.ts"
export * as Lax from "./Lax.ts"
export * as NdArray from "./NdArray.ts"
export * as Nn from "./Nn.ts"
export * as Numpy from "./Numpy.ts"
export * as Primitives from "./Primitives.ts"
export * as Program from "./Program.ts"
export * as Random from "./Random.ts"
export * as Shape from "./Shape.ts"
export {
  customJvp,
  type CustomOptions,
  customVjp,
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
  jvp,
  linearize,
  linearTranspose,
  ShapeDType,
  valueAndGrad,
  vjp,
  vmap,
  type VmapOptions,
  type Vmapped
} from "./Transform.ts"
export * as Tree from "./Tree.ts"
