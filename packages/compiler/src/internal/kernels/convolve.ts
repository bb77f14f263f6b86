/**
 * Convolutions with strides, padding, dilations and groups, and an epilogue for each element of the result.
 */
import { format as list, size } from "effax/Shape"
import type { Scalar } from "../scalar.ts"
import { checkAffine } from "../verify/body.ts"
import { checkDimensions, checkEpilogue, checkOperands } from "../verify/checks.ts"
import { pointsIn, positionOf, runStores } from "./bodies.ts"
import type { KernelSpec } from "./kernel.ts"
import type { Affine, BufferId } from "./parts.ts"
import { productCost, productOf, type Products, products } from "./products.ts"
import { accessText, dtypeText, storingLines } from "./text.ts"

/**
 * A convolution: for every `[n, o, ...out]`, the sum over `[c, ...window]` of
 * `lhs[n, g * C + c, out * stride + window * rhsDilation - low]` (zero outside and between dilated elements)
 * times `rhs[o, c, window]`, where `g` is the feature group of `o`; then the epilogue and the stores, whose space is
 * `[n, o, ...out]`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Convolve extends Products {
  readonly kind: "convolve"
  readonly batch: number
  readonly features: number
  readonly groups: number
  /** Input features of one group. */
  readonly channels: number
  readonly input: ReadonlyArray<number>
  readonly window: ReadonlyArray<number>
  readonly output: ReadonlyArray<number>
  readonly strides: ReadonlyArray<number>
  readonly low: ReadonlyArray<number>
  readonly lhsDilation: ReadonlyArray<number>
  readonly rhsDilation: ReadonlyArray<number>
  /** Strides for `[n, c, ...input]`. */
  readonly lhs: { readonly buffer: BufferId; readonly index: Affine }
  /** Strides for `[o, c, ...window]`. */
  readonly rhs: { readonly buffer: BufferId; readonly index: Affine }
}

const results = ({ batch, features, output }: Convolve): ReadonlyArray<number> => [batch, features, ...output]

/** The axes that are summed over. */
const terms = ({ channels, window }: Convolve): ReadonlyArray<number> => [channels, ...window]

const extents = (kernel: Convolve): string => `${list(results(kernel))} over ${list(terms(kernel))}`

export const convolve: KernelSpec<Convolve> = {
  ...products(results),
  verify: (kernel, plan, report) => {
    const { batch, channels, features, groups, input, lhs, output, rhs, window } = kernel
    checkDimensions("space", [batch, features, groups, channels, ...input, ...window, ...output], report)
    const rank = output.length
    for (const each of [input, window, kernel.strides, kernel.low, kernel.lhsDilation, kernel.rhsDilation]) {
      if (each.length !== rank) report(`${each.length} entries for ${rank} spatial axes`)
    }
    if (features % groups !== 0) report(`${features} features in ${groups} groups`)
    checkOperands(kernel, plan, report)
    checkAffine("lhs", lhs.index, [batch, groups * channels, ...input], plan.buffers[lhs.buffer], report)
    checkAffine("rhs", rhs.index, [features, channels, ...window], plan.buffers[rhs.buffer], report)
    checkEpilogue(kernel, results(kernel), [kernel.dtype], plan, report)
  },
  extents,
  lines: (kernel, names) => [
    `${extents(kernel)} in ${dtypeText(kernel.dtype)}`,
    `  ${accessText(kernel.lhs, names)} * ${accessText(kernel.rhs, names)}`,
    `  groups ${kernel.groups} input ${list(kernel.input)} strides ${list(kernel.strides)} low ${
      list(kernel.low)
    } dilations ${list(kernel.lhsDilation)} ${list(kernel.rhsDilation)}`,
    ...storingLines(kernel.epilogue, kernel.stores, names)
  ],
  // padding is counted as if it were there
  cost: (kernel, plan) => productCost(kernel, size(results(kernel)), size(terms(kernel)), plan),
  run: (kernel, machine) => {
    const { channels, epilogue, features, groups, input, lhs, lhsDilation, low, rhs, rhsDilation, stores, strides } =
      kernel
    for (const point of machine.anyOrder(results(kernel))) {
      const [n, o, ...out] = point as [number, number, ...Array<number>]
      const group = Math.floor(o / (features / groups))
      const products: Array<Scalar> = []
      for (const term of pointsIn(terms(kernel))) {
        const [c, ...along] = term as [number, ...Array<number>]
        const at = out.map((x, d) => (x * strides[d]! + along[d]! * rhsDilation[d]! - low[d]!) / lhsDilation[d]!)
        if (!at.every((x, d) => Number.isInteger(x) && x >= 0 && x < input[d]!)) continue
        const left = positionOf(lhs.index, [n, group * channels + c, ...at])
        products.push(productOf(machine, kernel, left, positionOf(rhs.index, [o, ...term])))
      }
      runStores(machine, epilogue, stores, point, [machine.sum(products, kernel.dtype)])
    }
  }
}
