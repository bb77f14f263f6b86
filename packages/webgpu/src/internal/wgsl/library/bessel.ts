/**
 * Modified Bessel functions times exp(-|x|): a power series in x^2 near zero, the scaled form beyond.
 */
import { besselI0, besselI1, besselSplit } from "@effax/compiler/Approximations"
import { define, polynomial, real } from "./define.ts"

const split = real(besselSplit)

const scaled = (name: string, { large, small }: typeof besselI0, factor: string, result: string): string =>
  `fn ${name}(x: f32) -> f32 {
  if (is_nan(x)) { return x; }
  let a = abs(x);
  if (a < ${split}) {
    let q = a * a * 0.25;
    let series = q * ${polynomial("q", small.float32.coefficients)} + 1.0;
    let value = ${factor} * exp_f32(-a);
    return ${result};
  }
  let t = ${real(2 * besselSplit)} / a - 1.0;
  let value = ${polynomial("t", large.float32.coefficients)} / sqrt(a);
  return ${result};
}`

export const bessel = {
  bessel_i0e_f32: define(["is_nan", "exp_f32"], scaled("bessel_i0e_f32", besselI0, "series", "value")),
  bessel_i1e_f32: define(
    ["is_nan", "exp_f32"],
    scaled("bessel_i1e_f32", besselI1, "(0.5 * a) * series", "select(value, -value, x < 0.0)")
  )
}
