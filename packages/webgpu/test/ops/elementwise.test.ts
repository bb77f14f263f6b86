import { conforms } from "./conforms.ts"

conforms("elementwise")
