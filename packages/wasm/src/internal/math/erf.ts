/**
 * erf, erfc and the inverse of erf.
 */
import { expNormal32, expParts, scaled } from "./exp.ts"
import type { Float32Lanes, Float64Lanes, VectorLocal } from "./lanes.ts"
import { log64 } from "./log.ts"

/** erf(x) / x - 1 in x^2, |x| <= 1: 2^-56.3 and 2^-34.8 of erf(x) / x. */
const erfTail = {
  full: [
    0.1283791670955126, -0.3761263890318375, 0.11283791670954854, -0.026866170645072334, 0.005223977624775154,
    -0.0008548326978400219, 0.0001205533102396053, -1.492559318544919e-5, 1.646096750182537e-6,
    -1.6349967285644396e-7, 1.4657480060379587e-8, -1.1364083795277421e-9, 5.942526327551302e-11
  ],
  single: [
    0.1283791670577391, -0.37612638431543194, 0.11283781919106248, -0.026865396435052206, 0.005220934258539826,
    -0.0008482652283845705, 0.00011255571929176437, -9.637322651184178e-6
  ]
}

/**
 * (1 + 2 x) exp(x^2) erfc(x) in t = (x - center) / (x + center), x >= 1/2: the form of Shepherd and Laframboise, "Chebyshev
 * approximation of (1 + 2x) exp(x^2) erfc x in 0 <= x < infinity", 1981. 2^-54 and 2^-34.6.
 */
const erfcx = {
  full: {
    center: 4,
    end: 28,
    coefficients: [
      1.2329951186255526, -0.13962111684056164, 0.015379652102613986, 0.0680970542545833, -0.10103906603594141,
      0.0937328350024301, -0.06633036582105707, 0.037167515467524254, -0.0161977339485933, 0.005031970639024215,
      -0.0007577740653743279, -0.00019926046214531972, 0.0001506250656001124, -2.43856895696503e-5,
      -1.123133824208595e-5, 5.678834203698253e-6, 3.0978388030152796e-7, -7.815277752891457e-7, 5.828529826188837e-8,
      7.402916096321887e-8, -9.057641729131384e-9
    ]
  },
  single: {
    center: 3,
    end: 11,
    coefficients: [
      1.2530080582789396, -0.13562110526136933, -0.047562296044172045, 0.12964510735344012, -0.1192736196268587,
      0.06830890056985145, -0.023770854975746936, 0.0025230836763343732, 0.0018893659459872456, -0.000758186364324489,
      -0.0001036043602209046, 9.09453302095847e-5
    ]
  }
}

/** erf(x) / x - 1 in x^2, |x| <= 0.92: 2^-29.9 of erf(x) / x. */
const erfTail32 = [0.12837917, -0.37612632, 0.112837024, -0.026860662, 0.0052051707, -0.0008194702, 8.597811e-5]

/** log(erfc(x)) / x on [0.92, 4]: 2^-30 of erf(x). */
const logErfc32 = [-1.1286485, -0.6351512, -0.10623703, 0.023762163, -0.0036424857, 0.00032280418, -1.1230621e-5]

// -- float64

const erfSmall64 = (l: Float64Lanes, x: VectorLocal): VectorLocal => {
  const square = l.mul(x, x)
  return l.madd(x, l.polynomial(square, erfTail[l.precision]), x)
}

/** erfc(a), a >= 1/2. */
const erfcLarge64 = (l: Float64Lanes, a: VectorLocal): VectorLocal => {
  const { center, coefficients, end } = erfcx[l.precision]
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

/**
 * erf_inv(x) / x in w = -log(1 - x^2), by pieces (M. Giles, "Approximating the erfinv function", 2011): in w - 3.125
 * below 6.25, in sqrt(w) - 3.25 below 16, in sqrt(w) - 5 above. `full` has his coefficients; `single`, of this
 * project, 2^-30.8 and 2^-29.3, ends with the second piece: w <= 16 for float32.
 */
const erfInvPieces = {
  full: [
    [
      1.6536545626831027, 0.24015818242558962, -0.006033670871430149, -0.000740702534166267, 0.00018673420803405714,
      -1.3882523362786469e-5, -1.3654692000834679e-6, 4.2347877827932404e-7, -2.9070369957882005e-8,
      -4.112633980346984e-9, 1.0512122733215323e-9, -5.415412054294628e-11, -1.2975133253453532e-11,
      2.6335093153082323e-12, -8.151934197605472e-14, -4.054566272975207e-14, 6.637638134358324e-15,
      2.0972767875968562e-17, -1.333171662854621e-16, 1.1157877678025181e-17, 1.28584807152564e-18,
      -1.6850591381820166e-19, -3.64441206401782e-21
    ],
    [
      3.0838856104922208, 1.0052589676941592, 0.005370914553590064, -0.003751208507569241, 0.002491442096107851,
      -0.0016882755560235047, 0.0009532893797373805, -0.0003550375203628475, 2.4031110387097894e-5,
      6.828485145957318e-5, -4.7318229009055734e-5, 1.2475304481671779e-5, 2.9234449089955446e-6,
      -4.013867526981546e-6, 1.5027403968909828e-6, 1.8239629214389228e-8, -2.7517406297064545e-7,
      9.075656193888539e-8, 2.2137376921775787e-9
    ],
    [
      4.849906401408584, 1.0103004648645344, -0.00013871931833623122, -0.00021503011930044477, 7.599527703001776e-5,
      -1.968177810553167e-5, 4.526062597223154e-6, -9.9298272942317e-7, 2.2900482228026655e-7, -6.771199775845234e-8,
      2.914795345090108e-8, -1.496002662714924e-8, 7.61570120807834e-9, -3.789465440126737e-9, 1.5076572693500548e-9,
      -2.555641816996525e-10, -2.7109920616438573e-11
    ]
  ],
  single: [
    [
      1.6536545624580112, 0.24015817882115778, -0.006033669382341037, -0.000740691795965371, 0.0001867326979769671,
      -1.3891704369938516e-5, -1.3649669799752215e-6, 4.268830395656242e-7, -2.912736794249881e-8,
      -4.742302876873856e-9, 1.051688763877293e-9, 5.29973312465308e-12, -1.3092294362527098e-11
    ],
    [
      3.0838856058817496, 1.0052589840186636, 0.005371328401614894, -0.003751622538133954, 0.002485514254930466,
      -0.0016852031407554465, 0.0009831001564795242, -0.000364957701829802, -3.794338774955824e-5,
      8.410917036189293e-5
    ]
  ]
} as const

export const erfInv64 = (l: Float64Lanes, x: VectorLocal): VectorLocal => {
  const one = l.number(1)
  const w = l.neg(log64(l, l.mul(l.sub(one, x), l.add(one, x))))
  const [central, tail, farTail] = erfInvPieces[l.precision]
  const root = l.sqrt(w)
  const p1 = l.polynomial(l.sub(w, l.number(3.125)), central)
  const p2 = l.polynomial(l.sub(root, l.number(3.25)), tail)
  const outer = farTail === undefined
    ? p2
    : l.select(l.lt(w, l.number(16)), p2, l.polynomial(l.sub(root, l.number(5)), farTail))
  const result = l.mul(l.select(l.lt(w, l.number(6.25)), p1, outer), x)
  return l.select(l.eq(l.abs(x), one), l.mul(x, l.number(Infinity)), result)
}

// -- float32

export const erf32 = (l: Float32Lanes, x: VectorLocal): VectorLocal => {
  const a = l.min(l.abs(x), l.number(4))
  const square = l.mul(a, a)
  const small = l.madd(a, l.polynomial(square, erfTail32), a)
  const large = l.sub(l.number(1), expNormal32(l, l.mul(a, l.polynomial(a, logErfc32))))
  return l.withSign(l.select(l.lt(a, l.number(0.92)), small, large), x)
}
