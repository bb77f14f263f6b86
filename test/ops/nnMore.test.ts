import { conforms } from "./conforms.ts"

conforms("nnMore")
