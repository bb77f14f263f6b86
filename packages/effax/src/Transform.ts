/**
 * Transformations: pure functions from functions to functions.
 *
 * @since 0.1.0
 */
export { type Argument, type Arguments } from "./internal/arguments.ts"
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
export { jit, type JitOptions, type Jitted } from "./transform/jit.ts"
export { linearTranspose } from "./transform/linear.ts"
export { type Axes, vmap, type VmapOptions, type Vmapped } from "./transform/vmap.ts"
