import { conforms } from "./conforms.ts"

conforms("scipyLinalg")
