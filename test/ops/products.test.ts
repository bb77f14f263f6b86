import { conforms } from "./conforms.ts"

conforms("products")
