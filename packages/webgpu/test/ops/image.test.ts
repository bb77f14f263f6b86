import { conforms } from "./conforms.ts"

conforms("image")
