/**
 * Constants in parts: each sum is the constant, and products of the first parts with whole numbers are exact.
 */

/**
 * ln 2.
 *
 * @category constants
 * @since 0.1.0
 */
export const ln2 = {
  /** 16 significant bits, so that products with |n| < 2^8 are exact in float32, and the rest. */
  float32: [0.693145751953125, 1.4286068203094173e-6],
  /** 32 significant bits, so that products with |n| < 2^21 are exact, the rest, and the rest of that. */
  full: [0.6931471803691238, 1.9082149292705877e-10, 1.1612227229362532e-26]
} as const

/**
 * log2(e) - its float64.
 *
 * @category constants
 * @since 0.1.0
 */
export const log2eLow = 2.0355273740931033e-17

/**
 * 2/3 - its float64.
 *
 * @category constants
 * @since 0.1.0
 */
export const twoThirdsLow = 3.700743415417188e-17

/**
 * pi/2, and parts of pi/2 to subtract k times (Cody and Waite).
 *
 * @category constants
 * @since 0.1.0
 */
export const halfPi = {
  /** Three parts of 11 bits, whose products with k < 2^13 are exact in float32, and the rest. */
  float32: [1.5703125, 0.0004837512969970703, 7.549533620476723e-8, 2.5633440682570896e-12],
  /** Three float32 numbers: with fused multiply-add, what is left is good to a few units of 2^-48 k. */
  float32Fused: [1.5707963705062866, -4.371138828673793e-8, -1.7151245100058819e-15],
  /** Three parts of 33 bits, whose products with k < 2^20 are exact, and the rest. */
  full: [1.5707963267341256, 6.077100506303966e-11, 2.0222662487111665e-21, 8.4784276603689e-32],
  /** The first part of `full`, and all that follows, rounded. */
  fullInTwo: [1.5707963267341256, 6.077100506506192e-11],
  /** 26 bits, 27 bits and the rest. */
  halves: [1.5707963109016418, 1.5893254712295857e-8, 6.123233995736766e-17]
} as const

/**
 * pi/2 - its nearest number.
 *
 * @category constants
 * @since 0.1.0
 */
export const halfPiLow = { float32: -4.371138828673793e-8, full: 6.123233995736766e-17 } as const
/**
 * pi - its nearest number.
 *
 * @category constants
 * @since 0.1.0
 */
export const piLow = { float32: -8.742277657347586e-8, full: 1.2246467991473532e-16 } as const

/**
 * 2/pi in binary, 32 bits in each word: as many as the reduction of M. Payne and R. Hanek, "Radian reduction for trigonometric
 * functions", 1983, takes for the largest float64.
 *
 * @category constants
 * @since 0.1.0
 */
export const twoOverPi: ReadonlyArray<number> = [
  0xa2f9836e,
  0x4e441529,
  0xfc2757d1,
  0xf534ddc0,
  0xdb629599,
  0x3c439041,
  0xfe5163ab,
  0xdebbc561,
  0xb7246e3a,
  0x424dd2e0,
  0x06492eea,
  0x09d1921c,
  0xfe1deb1c,
  0xb129a73e,
  0xe88235f5,
  0x2ebb4484,
  0xe99c7026,
  0xb45f7e41,
  0x3991d639,
  0x835339f4,
  0x9c845f8b,
  0xbdf9283b,
  0x1ff897ff,
  0xde05980f,
  0xef2f118b,
  0x5a0a6d1f,
  0x6d367ecf,
  0x27cb09b7,
  0x4f463f66,
  0x9e5fea2d,
  0x7527bac7,
  0xebe5f17b,
  0x3d0739f7,
  0x8a5292ea,
  0x6bfb5fb1,
  0x1f8d5d08,
  0x56033046,
  0xfc7b6bab,
  0xf0cfbc20,
  0x9af4361d
]
