import { conforms } from "./conforms.ts"

conforms("complexOrder")
