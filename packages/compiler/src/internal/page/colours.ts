/**
 * Colours of kernels: hues a golden angle apart, so that any number of them in a row are far from one another.
 */

export interface Colours {
  readonly fill: string
  readonly stroke: string
}

const goldenAngle = 137.508

export const colourOf = (kernel: number): Colours => {
  const hue = Math.round((210 + goldenAngle * kernel) % 360)
  return { fill: `hsl(${hue} 62% 94%)`, stroke: `hsl(${hue} 42% 52%)` }
}

export const neutral: Colours = { fill: "#ffffff", stroke: "#c4c9d1" }
