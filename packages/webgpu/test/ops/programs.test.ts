import { conforms } from "./conforms.ts"

conforms("programs")
