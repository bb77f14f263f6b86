import { conforms } from "./conforms.ts"

conforms("linear")
