import { conforms } from "./conforms.ts"

conforms("decompositions")
