import { conforms } from "./conforms.ts"

conforms("lax")
