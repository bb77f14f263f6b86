import { conforms } from "./conforms.ts"

conforms("scipySparse")
