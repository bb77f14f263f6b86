import { conforms } from "./conforms.ts"

conforms("nanReductions")
