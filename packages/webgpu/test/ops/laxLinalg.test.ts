import { conforms } from "./conforms.ts"

conforms("laxLinalg")
