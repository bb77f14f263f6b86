import { conforms } from "./conforms.ts"

conforms("reduction")
