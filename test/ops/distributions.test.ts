import { conforms } from "./conforms.ts"

conforms("distributions")
