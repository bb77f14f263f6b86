import { conforms } from "./conforms.ts"

conforms("linalg")
