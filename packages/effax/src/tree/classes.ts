/**
 * Classes whose instances take part in trees.
 */
import * as internal from "../internal/tree/tree.ts"

/**
 * The method with which instances of a class take part in trees.
 *
 * **Example**
 *
 * ```ts
 * import { type NdArray, Tree } from "effax"
 *
 * class Linear {
 *   readonly weight: NdArray.Any
 *   readonly activation: string
 *   constructor(weight: NdArray.Any, activation: string) {
 *     this.weight = weight
 *     this.activation = activation
 *   }
 *   [Tree.symbol]() {
 *     const { activation, weight } = this
 *     return Tree.parts({ weight }, activation, (children) => new Linear(children.weight, activation))
 *   }
 * }
 * ```
 *
 * @category classes
 * @since 0.1.0
 */
export const symbol: typeof internal.symbol = internal.symbol

/** The parts of an instance, which the method returns. @category classes @since 0.1.0 */
export interface Parts<Self, C extends internal.Children> {
  readonly children: C
  /** Static data, which belongs to the structure. It is compared as static arguments of `jit` are. */
  readonly data: unknown
  /** Makes an instance of other children. It may use the static data and nothing else of the original. */
  readonly unflatten: (children: C) => Self
}

/**
 * The value that {@link symbol}'s method returns: the children that are trees, static data, and how an instance is made of
 * other children.
 *
 * @category classes
 * @since 0.1.0
 */
export const parts = <const C extends internal.Children, Self>(
  children: C,
  data: unknown,
  unflatten: (children: C) => Self
): Parts<Self, C> => ({ children, data, unflatten })
