/**
 * Contractions: batched matrix products, with an epilogue for each element of the result.
 */
import { format as list, size } from "effax/Shape"
import type { Scalar } from "../scalar.ts"
import { checkAffine } from "../verify/body.ts"
import { checkDimensions, checkEpilogue, checkOperands } from "../verify/checks.ts"
import { positionOf, runStores } from "./bodies.ts"
import type { KernelSpec } from "./kernel.ts"
import type { Affine, BufferId } from "./parts.ts"
import { productCost, productOf, type Products, products } from "./products.ts"
import { accessText, dtypeText, storingLines } from "./text.ts"

/**
 * For every `[...batch, m, n]`: the sum over k of `lhs[...batch, m, k] * rhs[...batch, k, n]`, then the epilogue with that
 * `result` and the stores, whose space is `[...batch, m, n]`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Contract extends Products {
  readonly kind: "contract"
  readonly batch: ReadonlyArray<number>
  readonly m: number
  readonly n: number
  readonly k: number
  /** Strides for `[...batch, m, k]`. */
  readonly lhs: { readonly buffer: BufferId; readonly index: Affine }
  /** Strides for `[...batch, k, n]`. */
  readonly rhs: { readonly buffer: BufferId; readonly index: Affine }
}

const results = ({ batch, m, n }: Contract): ReadonlyArray<number> => [...batch, m, n]

export const contract: KernelSpec<Contract> = {
  ...products(results),
  verify: (kernel, plan, report) => {
    const { batch, k, lhs, m, n, rhs } = kernel
    checkDimensions("space", [...batch, m, n, k], report)
    checkOperands(kernel, plan, report)
    checkAffine("lhs", lhs.index, [...batch, m, k], plan.buffers[lhs.buffer], report)
    checkAffine("rhs", rhs.index, [...batch, k, n], plan.buffers[rhs.buffer], report)
    checkEpilogue(kernel, results(kernel), [kernel.dtype], plan, report)
  },
  extents: (kernel) => `${list(results(kernel))} over ${kernel.k}`,
  lines: (kernel, names) => [
    `${list(results(kernel))} over ${kernel.k} in ${dtypeText(kernel.dtype)}`,
    `  ${accessText(kernel.lhs, names)} * ${accessText(kernel.rhs, names)}`,
    ...storingLines(kernel.epilogue, kernel.stores, names)
  ],
  cost: (kernel, plan) => productCost(kernel, size(results(kernel)), kernel.k, plan),
  run: (kernel, machine) => {
    const { epilogue, k, lhs, rhs, stores } = kernel
    for (const point of machine.anyOrder(results(kernel))) {
      const batch = point.slice(0, -2)
      const [row, column] = point.slice(-2)
      const terms: Array<Scalar> = []
      for (let i = 0; i < k; i++) {
        const at = [positionOf(lhs.index, [...batch, row!, i]), positionOf(rhs.index, [...batch, i, column!])] as const
        terms.push(productOf(machine, kernel, ...at))
      }
      runStores(machine, epilogue, stores, point, [machine.sum(terms, kernel.dtype)])
    }
  }
}
