/**
 * erf, erfc and the inverse of erf.
 */
import { expNormal32, expParts, scaled } from "./exp.ts"
import type { Float32Lanes, Float64Lanes, VectorLocal } from "./lanes.ts"
import { log32, log64 } from "./log.ts"

/** erf(x) / x - 1 in x^2, |x| <= 1: 2^-56.3 and 2^-34.8 of erf(x) / x. */
const erfTail = {
  full: [
    0.1283791670955126,
    -0.3761263890318375,
    0.11283791670954854,
    -0.026866170645072334,
    0.005223977624775154,
    -0.0008548326978400219,
    0.0001205533102396053,
    -1.492559318544919e-5,
    1.646096750182537e-6,
    -1.6349967285644396e-7,
    1.4657480060379587e-8,
    -1.1364083795277421e-9,
    5.942526327551302e-11
  ],
  single: [
    0.1283791670577391,
    -0.37612638431543194,
    0.11283781919106248,
    -0.026865396435052206,
    0.005220934258539826,
    -0.0008482652283845705,
    0.00011255571929176437,
    -9.637322651184178e-6
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
      1.2329951186255526,
      -0.13962111684056164,
      0.015379652102613986,
      0.0680970542545833,
      -0.10103906603594141,
      0.0937328350024301,
      -0.06633036582105707,
      0.037167515467524254,
      -0.0161977339485933,
      0.005031970639024215,
      -0.0007577740653743279,
      -0.00019926046214531972,
      0.0001506250656001124,
      -2.43856895696503e-5,
      -1.123133824208595e-5,
      5.678834203698253e-6,
      3.0978388030152796e-7,
      -7.815277752891457e-7,
      5.828529826188837e-8,
      7.402916096321887e-8,
      -9.057641729131384e-9
    ]
  },
  single: {
    center: 3,
    end: 11,
    coefficients: [
      1.2530080582789396,
      -0.13562110526136933,
      -0.047562296044172045,
      0.12964510735344012,
      -0.1192736196268587,
      0.06830890056985145,
      -0.023770854975746936,
      0.0025230836763343732,
      0.0018893659459872456,
      -0.000758186364324489,
      -0.0001036043602209046,
      9.09453302095847e-5
    ]
  }
}

/** erf(x) / x - 1 in x^2, |x| <= 0.92: 2^-29.9 of erf(x) / x. */
const erfTail32 = [0.12837917, -0.37612632, 0.112837024, -0.026860662, 0.0052051707, -0.0008194702, 8.597811e-5]

/** log(erfc(x)) / x on [0.92, 4]: 2^-30 of erf(x). */
const logErfc32 = [-1.1286485, -0.6351512, -0.10623703, 0.023762163, -0.0036424857, 0.00032280418, -1.1230621e-5]

/**
 * The same for float32, in w - 1.3358 below w = 5 and in sqrt(w) - 3.2643 above: 2^-27. The centers are where the first
 * coefficients are nearly float32 numbers.
 */
const erfInvPieces32 = {
  centralShift: 1.335800051689148,
  central: [
    1.2109874,
    0.2499012,
    0.0019380872,
    -0.0022021802,
    0.0001564198,
    2.8422015e-5,
    -5.210276e-6,
    -1.8486651e-7,
    1.1687648e-7,
    -8.925604e-9
  ],
  tailShift: 3.2642667293548584,
  tail: [
    3.0982285,
    1.0054102,
    0.0052133445,
    -0.0036176739,
    0.0023716802,
    -0.0015762933,
    0.0009369587,
    -0.00042542873,
    -1.8952642e-5,
    0.00012498887
  ]
}

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
 * erf_inv(x) / x in w = -log(1 - x^2), in the pieces of M. Giles, "Approximating the erfinv function", 2011: in
 * w - 3.125 below 6.25, in sqrt(w) - 3.25 below 16, in sqrt(w) - 5 above (float32 has w <= 16). Fits of this project:
 * 2^-54.5, 2^-53.3, 2^-52.7; 2^-30.8, 2^-29.3.
 */
const erfInvPieces = {
  full: [
    [
      1.6536545626831027,
      0.24015818242558826,
      -0.006033670871427754,
      -0.0007407025341539552,
      0.00018673420802425616,
      -1.3882523395790969e-5,
      -1.3654691844346475e-6,
      4.2347881907716087e-7,
      -2.9070382774965195e-8,
      -4.1126619776152005e-9,
      1.0512183984451628e-9,
      -5.414239000659234e-11,
      -1.2976958293192007e-11,
      2.6303545797449037e-12,
      -8.117008403942031e-14,
      -3.998977952443234e-14,
      6.594699457574157e-15,
      -4.2865507184250136e-17,
      -1.3003901593422514e-16,
      1.5759773228784427e-17,
      1.1444086258408553e-18,
      -3.575497708123253e-19,
      -1.0090160132588757e-21,
      3.3757508274535315e-21
    ],
    [
      3.0838856104922208,
      1.0052589676941657,
      0.005370914553570906,
      -0.003751208508262917,
      0.0024914420970184575,
      -0.0016882755342525412,
      0.0009532893630731171,
      -0.00035503783081893014,
      2.403126315020332e-5,
      6.8287248740951e-5,
      -4.731901565236296e-5,
      1.2464433355004098e-5,
      2.925824379363795e-6,
      -3.984077813859191e-6,
      1.4985456180548806e-6,
      -3.026513167605802e-8,
      -2.7118625402085294e-7,
      1.3394164259694117e-7,
      6.341382188188671e-10,
      -1.618721928602505e-8
    ],
    [
      4.849906401408584,
      1.0103004648645437,
      -0.0001387193183380585,
      -0.00021503011973626122,
      7.5995277065349e-5,
      -1.96817720920453e-5,
      4.526062311682616e-6,
      -9.930201108816871e-7,
      2.2900603727635967e-7,
      -6.758841202183105e-8,
      2.9145030360524086e-8,
      -1.519236769877626e-8,
      7.619662970230893e-9,
      -3.540195974213933e-9,
      1.504855734336067e-9,
      -3.9769947305269144e-10,
      -2.6309779465370972e-11,
      3.341641892228373e-11
    ]
  ],
  single: [
    [
      1.6536545624580112,
      0.24015817882115778,
      -0.006033669382341037,
      -0.000740691795965371,
      0.0001867326979769671,
      -1.3891704369938516e-5,
      -1.3649669799752215e-6,
      4.268830395656242e-7,
      -2.912736794249881e-8,
      -4.742302876873856e-9,
      1.051688763877293e-9,
      5.29973312465308e-12,
      -1.3092294362527098e-11
    ],
    [
      3.0838856058817496,
      1.0052589840186636,
      0.005371328401614894,
      -0.003751622538133954,
      0.002485514254930466,
      -0.0016852031407554465,
      0.0009831001564795242,
      -0.000364957701829802,
      -3.794338774955824e-5,
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

export const erfInv32 = (l: Float32Lanes, x: VectorLocal): VectorLocal => {
  const { central, centralShift, tail, tailShift } = erfInvPieces32
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
  const p = l.polynomial(l.sub(w, l.number(centralShift)), central)
  const five = l.number(5)
  l.f.if(l.any(l.ge(w, five)), () => {
    const outer = l.polynomial(l.sub(l.sqrt(w), l.number(tailShift)), tail)
    // At 1, w is infinite and so is the result.
    const bounded = l.select(l.lt(w, l.number(Infinity)), outer, w)
    l.f.set(p, l.select(l.lt(w, five), p, bounded))
  })
  return l.mul(p, x)
}
