import { conforms } from "./conforms.ts"

conforms("special")
