/**
 * Transformations: pure functions from functions to functions.
 *
 * @since 0.1.0
 */
export { type Argument, type Arguments } from "./internal/arguments.ts"
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
export { jit, type JitOptions, type Jitted } from "./transform/jit.ts"
export { type Axes, vmap, type VmapOptions, type Vmapped } from "./transform/vmap.ts"
