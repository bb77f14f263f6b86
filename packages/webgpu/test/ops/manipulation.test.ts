import { conforms } from "./conforms.ts"

conforms("manipulation")
