import { conforms } from "./conforms.ts"

conforms("nn")
