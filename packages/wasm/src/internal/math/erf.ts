/**
 * erf, erfc and the inverse of erf.
 */
import { erfcx, erfInvPieces, erfTail, logErfc } from "@effax/compiler/Approximations"
import { expNormal32, expParts, scaled } from "./exp.ts"
import type { Float32Lanes, Float64Lanes, VectorLocal } from "./lanes.ts"
import { log32, log64 } from "./log.ts"

// -- float64

const erfSmall64 = (l: Float64Lanes, x: VectorLocal): VectorLocal => {
  const square = l.mul(x, x)
  return l.madd(x, l.polynomial(square, erfTail[l.precision].coefficients), x)
}

/** erfc(a), a >= 1/2. */
const erfcLarge64 = (l: Float64Lanes, a: VectorLocal): VectorLocal => {
  const { center, coefficients, on: [, end] } = erfcx[l.precision]
  const x = l.min(a, l.number(end))
  const t = l.div(l.sub(x, l.number(center)), l.add(x, l.number(center)))
  const [square, error] = l.precision === "full" ? l.twoProduct(x, x) : [l.mul(x, x), undefined]
  const parts = expParts(l, l.neg(square), 0, error === undefined ? undefined : l.neg(error))
  const p = l.div(l.polynomial(t, coefficients), l.madd(x, l.number(2), l.number(1)))
  return scaled(l, { ...parts, significand: l.mul(parts.significand, p) })
}

export const erf64 = (l: Float64Lanes, x: VectorLocal): VectorLocal => {
  const a = l.abs(x)
  const large = l.sub(l.number(1), erfcLarge64(l, a))
  return l.withSign(l.select(l.lt(a, l.number(1)), erfSmall64(l, a), large), x)
}

export const erfc64 = (l: Float64Lanes, x: VectorLocal): VectorLocal => {
  const a = l.abs(x)
  const large = erfcLarge64(l, a)
  const reflected = l.select(l.lt(x, l.number(0)), l.sub(l.number(2), large), large)
  return l.select(l.lt(a, l.number(0.5)), l.sub(l.number(1), erfSmall64(l, x)), reflected)
}

export const erfInv64 = (l: Float64Lanes, x: VectorLocal): VectorLocal => {
  const one = l.number(1)
  const w = l.neg(log64(l, l.mul(l.sub(one, x), l.add(one, x))))
  const { central, farTail, tail } = erfInvPieces[l.precision]
  const root = l.sqrt(w)
  const p1 = l.polynomial(l.sub(w, l.number(central.shift)), central.coefficients)
  const p2 = l.polynomial(l.sub(root, l.number(tail.shift)), tail.coefficients)
  const outer = farTail === undefined
    ? p2
    : l.select(
      l.lt(w, l.number(farTail.on[0])),
      p2,
      l.polynomial(l.sub(root, l.number(farTail.shift)), farTail.coefficients)
    )
  const result = l.mul(l.select(l.lt(w, l.number(tail.on[0])), p1, outer), x)
  return l.select(l.eq(l.abs(x), one), l.mul(x, l.number(Infinity)), result)
}

// -- float32

export const erf32 = (l: Float32Lanes, x: VectorLocal): VectorLocal => {
  const a = l.min(l.abs(x), l.number(4))
  const square = l.mul(a, a)
  const small = l.madd(a, l.polynomial(square, erfTail.float32.coefficients), a)
  const large = l.sub(l.number(1), expNormal32(l, l.mul(a, l.polynomial(a, logErfc.float32.coefficients))))
  return l.withSign(l.select(l.lt(a, l.number(erfTail.float32.on[1])), small, large), x)
}

export const erfInv32 = (l: Float32Lanes, x: VectorLocal): VectorLocal => {
  const { central, tail } = erfInvPieces.float32
  const one = l.number(1)
  // 1 - x^2
  let complement: VectorLocal
  if (l.fma) {
    complement = l.nmadd(x, x, one)
  } else {
    const square = l.mul(x, x)
    const product = l.mul(l.sub(one, x), l.add(one, x))
    complement = l.select(l.lt(square, l.number(0.5)), l.sub(one, square), product)
  }
  const w = l.neg(log32(l, complement))
  const p = l.polynomial(l.sub(w, l.number(central.shift)), central.coefficients)
  const tailStart = l.number(tail.on[0])
  l.f.if(l.any(l.ge(w, tailStart)), () => {
    const outer = l.polynomial(l.sub(l.sqrt(w), l.number(tail.shift)), tail.coefficients)
    // At 1, w is infinite and so is the result.
    const bounded = l.select(l.lt(w, l.number(Infinity)), outer, w)
    l.f.set(p, l.select(l.lt(w, tailStart), p, bounded))
  })
  return l.mul(p, x)
}
