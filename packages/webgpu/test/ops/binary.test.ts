import { conforms } from "./conforms.ts"

conforms("binary")
