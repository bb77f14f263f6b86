import { conforms } from "./conforms.ts"

conforms("statistics")
