import { conforms } from "./conforms.ts"

conforms("complex")
