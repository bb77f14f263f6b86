/**
 * Cube roots.
 */
import { approximation } from "./approximation.ts"

/**
 * cbrt(m), which one step of Halley's or Newton's iteration refines. A minimax (Remez) fit of this project.
 *
 * @category approximations
 * @since 0.1.0
 */
export const cbrtStart = {
  full: approximation({
    on: [1, 2],
    error: 2 ** -19.6,
    coefficients: [
      0.47333080438338404,
      0.8381594623516381,
      -0.46922773319452055,
      0.20277641506105595,
      -0.050386216216034806,
      0.005348498219356106
    ]
  })
}

/**
 * The cube roots of 2 and of 4.
 *
 * @category approximations
 * @since 0.1.0
 */
export const cubeRoots = [1.2599210498948732, 1.5874010519681996] as const
