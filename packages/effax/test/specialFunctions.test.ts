import { expect, it } from "@effect/vitest"
import { Errors, grad, Lax, NdArray, Numpy as np } from "effax"

const half = np.array(0.5)

it.each<[string, (x: NdArray.Any) => NdArray.Any]>([
  ["igammaGradA: the derivative with respect to a", (a) => Lax.igammaGradA(a, half)],
  ["randomGammaGrad: the derivative with respect to sample", (x) => Lax.randomGammaGrad(half, x)],
  ["zeta: the derivative with respect to x", (x) => Lax.zeta(x, half)],
  ["polygamma: the derivative with respect to m", (m) => Lax.polygamma(m, half)],
  ["betainc: the derivative with respect to a", (a) => Lax.betainc(a, half, half)],
  ["betainc: the derivative with respect to b", (b) => Lax.betainc(half, b, half)]
])("%s is refused", (message, f) => {
  const call = () => grad(f)(half)
  expect(call).toThrow(Errors.ArgumentError)
  expect(call).toThrow(`${message} is not supported`)
})

it("refuses integers", () => {
  expect(() => Lax.igamma(np.array([1n]), np.array([2n]))).toThrow(/igamma: dtype int32 is not allowed/)
})
