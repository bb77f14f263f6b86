/**
 * Small pictures of arrays: digits, and weights with a sign.
 */

type Colour = readonly [red: number, green: number, blue: number]

const [paper, ink, positive, negative]: ReadonlyArray<Colour> = [
  [255, 255, 255],
  [35, 38, 45],
  [47, 111, 179],
  [214, 106, 77]
] as const

/** A number between 0 and 1 as a colour between two. */
const blend = (from: Colour, to: Colour, t: number): Colour => [
  from[0] + t * (to[0] - from[0]),
  from[1] + t * (to[1] - from[1]),
  from[2] + t * (to[2] - from[2])
]

const paint = (canvas: HTMLCanvasElement, side: number, colour: (i: number) => Colour): void => {
  canvas.width = canvas.height = side
  const image = new ImageData(side, side)
  for (let i = 0; i < side * side; i++) image.data.set([...colour(i), 255], 4 * i)
  canvas.getContext("2d")!.putImageData(image, 0, 0)
}

/** Values from 0 (paper) to 1 (ink). */
export const digit = (canvas: HTMLCanvasElement, values: ArrayLike<number>): void =>
  paint(canvas, Math.sqrt(values.length), (i) => blend(paper!, ink!, values[i]!))

/** Positive values in blue, negative ones in red, by how large they are among their own. */
export const weights = (canvas: HTMLCanvasElement, values: ArrayLike<number>): void => {
  const largest = Math.max(1e-9, ...Array.from(values, Math.abs))
  paint(canvas, Math.sqrt(values.length), (i) => {
    const value = values[i]! / largest
    return blend(paper!, value > 0 ? positive! : negative!, Math.abs(value))
  })
}
