import { conforms } from "./conforms.ts"

conforms("transformations")
