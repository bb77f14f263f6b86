/** How the functions of Image take their arguments. */
import { array, type Conventions, dual, withOptions } from "./convention.ts"

const picture = array([[1, 2, 3], [4, 5, 6]])

export const image = {
  resize: dual(picture, [4, 2], "linear", withOptions({ antialias: false })),
  scaleAndTranslate: dual(picture, [4, 3], [0], array([2]), array([0.5]), "cubic", withOptions({ antialias: false }))
} satisfies Conventions
